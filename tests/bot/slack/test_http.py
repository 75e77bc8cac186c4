"""The real app behind the real server, with requests signed as Slack signs them."""

from __future__ import annotations

import json
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from urllib.parse import quote

import pytest

from bot.answer.types import QuestionRefused, Turn
from bot.slack import delivery
from bot.slack.blocks import BUSY, FAILED, HOW_TO_ASK
from bot.slack.office import GONE
from bot.slack.state import open_state
from bot.slack.types import Asked, Conversation
from tests.bot.slack.conftest import (
    CHANNEL,
    DIRECT,
    Asking,
    app,
    direct,
    in_memory,
    mention,
    over_http,
)
from tests.bot.slack.fake_slack import BOT_ID, BOT_USER, WAIT_SECONDS, Failure, FakeSlack, JsonObject

WORDS = "zanzibar"
"""Stands in questions that must not be found in a log."""


def _asked(text: str) -> Asked:
    return Asked(text, Conversation(CHANNEL, "1571648400.000001"), (f"event:{text}",), "#U1", "1571648400.000001")


def test_a_mention_is_answered_once_in_a_thread_under_it(slack: FakeSlack) -> None:
    asking = Asking()
    with over_http(slack, asking) as http:
        assert http.post(mention("When does it start?", ts="1571648400.000100")) == 200
        [message] = slack.wait_for_messages(1)
    assert asking.seen == [("When does it start?", ())]
    assert (message["channel"], message["thread_ts"]) == (CHANNEL, "1571648400.000100")
    assert message["text"] == "You asked: When does it start? As of 21 October 2019. Sources: 1."
    assert (message["unfurl_links"], message["unfurl_media"]) == (False, False)
    assert len(slack.messages) == 1


def test_a_mention_inside_a_thread_stays_in_that_thread(slack: FakeSlack) -> None:
    with over_http(slack, Asking()) as http:
        http.post(mention(ts="1571648400.000200", thread_ts="1571640000.000100"))
        [message] = slack.wait_for_messages(1)
    assert message["thread_ts"] == "1571640000.000100"


def test_a_direct_message_is_answered_in_the_conversation(slack: FakeSlack) -> None:
    asking = Asking()
    with over_http(slack, asking) as http:
        http.post(direct("R&amp;D &lt;when&gt;?", ts="1571648400.000300"))
        [message] = slack.wait_for_messages(1)
    assert asking.seen == [("R&D <when>?", ())]
    assert (message["channel"], message["thread_ts"]) == (DIRECT, "1571648400.000300")
    assert message["text"].startswith("You asked: R&amp;D &lt;when&gt;?")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param((mention(), "Ev1"), (mention(), "Ev1"), id="the same event twice"),
        pytest.param((mention(channel=DIRECT), "Ev1"), (direct(), "Ev2"), id="a mention that is a message as well"),
    ],
)
def test_what_arrives_twice_is_answered_once(
    slack: FakeSlack, first: tuple[JsonObject, str], second: tuple[JsonObject, str]
) -> None:
    with over_http(slack, Asking()) as http:
        assert http.post(*first) == 200
        assert http.post(*second, X_Slack_Retry_Num="1", X_Slack_Retry_Reason="http_timeout") == 200
        http.post(mention("The last one", ts="1571648999.000100"), "Ev9")
        slack.wait_for_messages(2)
    assert sorted(message["text"].split(" As of")[0] for message in slack.messages) == [
        "You asked: The last one",
        "You asked: When does it start?",
    ]


def test_a_retry_whose_first_copy_was_lost_is_answered(slack: FakeSlack) -> None:
    with over_http(slack, Asking()) as http:
        assert http.post(mention(), X_Slack_Retry_Num="2", X_Slack_Retry_Reason="http_timeout") == 200
        slack.wait_for_messages(1)


IGNORED = {
    "another bot's mention": mention(bot_id="B9"),
    "another bot's message": direct(bot_id="B9", subtype="bot_message"),
    "a message with a bot's profile": direct(bot_profile={"id": "B9"}),
    "Slackbot": direct(user="USLACKBOT"),
    "its own message": direct(user=BOT_USER, bot_id=BOT_ID),
    "an edit": direct(subtype="message_changed", hidden=True, message={"text": "new"}),
    "a deletion": direct(subtype="message_deleted", hidden=True),
    "a message without words": direct("   "),
    "a message in a channel": direct(channel=CHANNEL, channel_type="channel"),
    "somebody joins": {"type": "member_joined_channel", "user": "U1", "channel": CHANNEL},
    "the home tab is opened": {"type": "app_home_opened", "user": "U1", "tab": "messages", "channel": DIRECT},
}


def test_what_is_no_question_is_acknowledged_and_not_answered(slack: FakeSlack) -> None:
    asking = Asking()
    with over_http(slack, asking) as http:
        statuses = {name: http.post(event, f"Ev{n}") for n, (name, event) in enumerate(IGNORED.items())}
    assert statuses == dict.fromkeys(IGNORED, 200)
    assert (asking.seen, slack.messages) == ([], [])


def test_fifty_mentions_at_once_are_each_answered_exactly_once(slack: FakeSlack) -> None:
    asking = Asking()
    with over_http(slack, asking) as http, ThreadPoolExecutor(50) as people:
        questions = [
            (mention(f"Question {n}", f"1571648400.{n:06}", channel=f"C{n}", user=f"U{n}"), f"Ev{n}") for n in range(50)
        ]
        assert list(people.map(lambda question: http.post(*question), questions * 2)) == [200] * 100
        slack.wait_for_messages(50)
    expected = sorted((f"1571648400.{n:06}", f"You asked: Question {n}") for n in range(50))
    assert sorted((m["thread_ts"], m["text"].split(" As of")[0]) for m in slack.messages) == expected


def test_answers_in_hand_hold_up_no_acknowledgement(slack: FakeSlack) -> None:
    asking = Asking(gate=Event())
    assert asking.gate is not None
    with over_http(slack, asking) as http:
        statuses = [http.post(mention(channel=f"C{n}", user=f"U{n}"), f"Ev{n}") for n in range(20)]
        assert (statuses, slack.messages) == ([200] * 20, [])
        asking.gate.set()
        slack.wait_for_messages(20)


def test_a_button_does_not_wait_for_questions(slack: FakeSlack) -> None:
    asking = Asking(gate=Event())
    assert asking.gate is not None
    payload = {
        "type": "block_actions",
        "team": {"id": "T1"},
        "user": {"id": "U1", "team_id": "T1"},
        "actions": [{"type": "button", "block_id": "b", "action_id": "source:0", "value": "unknown:1"}],
    }
    with over_http(slack, asking) as http:
        for n in range(20):
            http.post(mention(channel=f"C{n}", user=f"U{n}"), f"Ev{n}")
        form = f"payload={quote(json.dumps(payload))}"
        assert http.send(form, Content_Type="application/x-www-form-urlencoded")[0] == 200
        [told] = slack.wait_for_messages(1)
        assert (told["channel"], told["text"]) == ("U1", GONE)
        asking.gate.set()


def test_a_follow_up_in_the_thread_knows_the_turns_before_it(slack: FakeSlack) -> None:
    asking = Asking()
    with over_http(slack, asking) as http:
        http.post(mention("When does it start?", ts="1571648400.000100"), "Ev1")
        slack.wait_for_messages(1)
        http.post(mention("And who leads it?", ts="1571648500.000100", thread_ts="1571648400.000100"), "Ev2")
        http.post(mention("Elsewhere?", ts="1571648600.000100"), "Ev3")
        slack.wait_for_messages(3)
    turn = Turn(question="When does it start?", answer="You asked: When does it start?")
    assert asking.seen[0] == ("When does it start?", ())
    assert sorted(asking.seen[1:]) == [("And who leads it?", (turn,)), ("Elsewhere?", ())]


def test_questions_of_one_thread_are_answered_in_their_order(slack: FakeSlack) -> None:
    asking = Asking(gate=Event())
    assert asking.gate is not None
    made = app(slack, asking)
    for text in ("first", "second", "third"):
        made.delivery.take(_asked(text))
    assert asking.started.wait(WAIT_SECONDS)
    asking.gate.set()
    made.stop()
    assert [(text, [turn.question for turn in turns]) for text, turns in asking.seen] == [
        ("first", []),
        ("second", ["first"]),
        ("third", ["first", "second"]),
    ]


def test_a_mention_without_a_question_is_told_how_to_ask(slack: FakeSlack) -> None:
    asking = Asking()
    with over_http(slack, asking) as http:
        http.post(mention(""))
        [message] = slack.wait_for_messages(1)
    assert (message["text"], asking.seen) == (HOW_TO_ASK, [])


def test_a_refused_question_is_told_why(slack: FakeSlack) -> None:
    with over_http(slack, Asking(error=QuestionRefused("The question has 9 < 10 words."))) as http:
        http.post(mention())
        [message] = slack.wait_for_messages(1)
    assert message["text"] == "The question has 9 &lt; 10 words."
    assert message["blocks"][0]["elements"][0]["elements"] == [
        {"type": "text", "text": "The question has 9 < 10 words."}
    ]


def test_an_error_is_told_without_its_words_and_logged_with_its_place(
    slack: FakeSlack, caplog: pytest.LogCaptureFixture
) -> None:
    with over_http(slack, Asking(error=ValueError(f"cannot read {WORDS}"))) as http:
        http.post(mention(WORDS))
        [message] = slack.wait_for_messages(1)
    assert message["text"] == FAILED
    assert "ValueError" in caplog.text
    assert "in ask" in caplog.text
    assert WORDS not in caplog.text


def test_429_and_5xx_are_waited_for_and_the_answer_sent_once(slack: FakeSlack) -> None:
    slack.fail(
        "chat.postMessage",
        Failure(429, "ratelimited", {"Retry-After": "0"}),
        Failure(503, "service_unavailable"),
    )
    with over_http(slack, Asking()) as http:
        http.post(mention())
        [message] = slack.wait_for_messages(1)
    assert message["text"].startswith("You asked: ")
    assert [call.accepted for call in slack.calls if call.method == "chat.postMessage"] == [False, False, True]


def test_a_message_that_slack_refuses_is_replaced_by_the_safe_sentence(
    slack: FakeSlack, caplog: pytest.LogCaptureFixture
) -> None:
    slack.fail("chat.postMessage", Failure(error="msg_blocks_too_long"))
    with over_http(slack, Asking()) as http:
        http.post(mention())
        [message] = slack.wait_for_messages(1)
    assert message["text"] == FAILED
    assert "Slack refused an answer: msg_blocks_too_long" in caplog.text


def test_a_log_that_cannot_be_written_is_told_with_the_safe_sentence(
    slack: FakeSlack, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    asking = Asking()
    with open_state(tmp_path, 30) as state, over_http(slack, asking, state) as http:
        with sqlite3.connect(tmp_path / "log.db") as other:
            other.execute("DROP TABLE events")
        other.close()
        assert http.post(mention(WORDS)) == 200
        [message] = slack.wait_for_messages(1)
    assert (message["text"], asking.seen) == (FAILED, [])
    assert "Could not find out whether a question is new: LogUnusable, raised in" in caplog.text
    assert WORDS not in caplog.text


def test_too_many_questions_are_turned_away_with_a_sentence(slack: FakeSlack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "MAX_IN_HAND", 1)
    asking = Asking(gate=Event())
    assert asking.gate is not None
    with over_http(slack, asking) as http:
        http.post(mention(ts="1571648400.000001"), "Ev1")
        assert asking.started.wait(WAIT_SECONDS)
        http.post(mention(ts="1571648400.000002"), "Ev2")
        [message] = slack.wait_for_messages(1)
        asking.gate.set()
    assert (message["text"], message["thread_ts"]) == (BUSY, "1571648400.000002")


def _open_when_stopping(gate: Event) -> None:
    time.sleep(0.2)  # by then the server is being stopped; the test holds whenever this comes
    gate.set()


def test_the_stop_finishes_the_answer_in_hand(slack: FakeSlack) -> None:
    asking = Asking(gate=Event())
    assert asking.gate is not None
    with over_http(slack, asking) as http, ThreadPoolExecutor(1) as later:
        http.post(mention())
        assert asking.started.wait(WAIT_SECONDS)
        later.submit(_open_when_stopping, asking.gate)
        assert slack.messages == []
    assert len(slack.messages) == 1


def test_the_stop_leaves_an_answer_that_does_not_end_to_the_next_process(
    slack: FakeSlack, caplog: pytest.LogCaptureFixture
) -> None:
    asking = Asking(gate=Event())
    assert asking.gate is not None
    state = in_memory()
    made = app(slack, asking, state)
    made.delivery.take(_asked("first"))
    assert asking.started.wait(WAIT_SECONDS)
    assert made.delivery.stop(seconds=0) == 1
    made.delivery.take(_asked("second"))
    asking.gate.set()
    assert "Stopped after 0 s and left 1 questions to the next process." in caplog.text
    other = Asking()
    with over_http(slack, other, state):
        slack.wait_for_messages(2)
    assert [text for text, _ in other.seen] == ["first", "second"]
    assert [message["text"].split(" As of")[0] for message in slack.messages] == [
        "You asked: first",
        "You asked: second",
    ]
