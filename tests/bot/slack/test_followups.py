from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.followups import asks
from bot.slack.state import State
from tests.bot.slack.conftest import CHANNEL, Asking, direct, event_body, in_memory, mention, over_http, over_socket
from tests.bot.slack.fake_slack import BOT_USER, WAIT_SECONDS, FakeSlack, JsonObject

THREAD = "1571648400.000100"
ASKS = [
    "and in east Kent?",
    "When does it start",
    "ok, and who leads it",
    "is it 1 April? Thanks",
    "what about <https://example.org/a|this page>?",
    "Thanks! Where is the office",
    "HOW many are there",
    "does <@U2> know?",
]
ASKS_NOTHING = [
    "",
    "Thanks!",
    "I see.",
    "whatever you say",
    "The start is on 1 April",
    "<@U2> when does it start?",
    "hi <@U2>, when does it start?",
    "Thanks <@U2|bob> - did you see this?",
    "<!here> who knows?",
    "<!subteam^S1|@leads> what now?",
    "see <https://example.org/a?b=c>",
    "`SELECT ?`",
    "```\nwhat is it?\n```",
    "&gt; when does it start?\nIndeed",
    "What a day",
    "How nice!",
    "when I am back I will look",
    "which is fine",
    "whoever",
]


@pytest.mark.parametrize("text", ASKS)
def test_a_question_is_recognised(text: str) -> None:
    assert asks(text)


@pytest.mark.parametrize("text", ASKS_NOTHING)
def test_what_asks_nobody_or_somebody_else_is_left_alone(text: str) -> None:
    assert not asks(text)


@given(st.text(), st.sampled_from(["<@U2>", "<@W3|bob>", "<!here>", "<!channel>", "<!subteam^S1>"]))
def test_whatever_follows_the_name_of_somebody_is_meant_for_them(text: str, name: str) -> None:
    assert not asks(f"{name} {text}")
    assert not asks(f"Hi {name}, {text}")


@given(st.text(alphabet=st.characters(exclude_characters="<>&`")), st.sampled_from(["?", "? ", "?!"]))
def test_whatever_ends_with_a_question_mark_asks(text: str, mark: str) -> None:
    assert asks(f"{text}{mark}")


@given(st.text(alphabet=st.characters(exclude_characters="?"), max_size=80).map(lambda text: f"It is so: {text}"))
def test_a_statement_without_a_question_mark_asks_nothing(text: str) -> None:
    assert not asks(text)


def reply(text: str, ts: str = "1571648500.000100", **changes: object) -> JsonObject:
    changes = {"channel": CHANNEL, "channel_type": "channel", "thread_ts": THREAD, **changes}
    return direct(text, ts, **changes)


def test_a_follow_up_needs_no_mention(slack: FakeSlack) -> None:
    asking = Asking()
    with over_http(slack, asking) as http:
        http.post(mention("When does it start?", ts=THREAD), "Ev1")
        slack.wait_for_messages(1)
        http.post(reply("and in east Kent?"), "Ev2")
        slack.wait_for_messages(2)
    assert [(text, [turn.question for turn in turns]) for text, turns in asking.seen] == [
        ("When does it start?", []),
        ("and in east Kent?", ["When does it start?"]),
    ]
    assert [message["thread_ts"] for message in slack.messages] == [THREAD, THREAD]


def test_a_follow_up_may_come_while_its_question_is_in_hand(slack: FakeSlack) -> None:
    asking = Asking()
    with over_socket(slack, asking):
        slack.sockets.send("e1", event_body(mention("When does it start?", ts=THREAD), "Ev1"))
        slack.sockets.send("e2", event_body(reply("and in east Kent?", channel_type="group"), "Ev2"))
        slack.wait_for_messages(2)
    assert [text for text, _ in asking.seen] == ["When does it start?", "and in east Kent?"]


LEFT_ALONE = {
    "a statement": reply("It starts in April."),
    "a question to somebody": reply("<@U2> can you check that?"),
    "somebody who has not talked with the bot": reply("and in east Kent?", user="U2"),
    "a question at the top of the channel": reply("and in east Kent?", thread_ts=None),
    "a question in another thread": reply("and in east Kent?", thread_ts="1571640000.000100"),
    "another bot's question": reply("and in east Kent?", bot_id="B9"),
    "a file": reply("and in east Kent?", subtype="file_share"),
}


def test_people_talking_to_each_other_are_left_alone(slack: FakeSlack) -> None:
    asking = Asking()
    with over_http(slack, asking) as http:
        http.post(mention("When does it start?", ts=THREAD), "Ev1")
        slack.wait_for_messages(1)
        statuses = {name: http.post(event, f"Ev {name}") for name, event in LEFT_ALONE.items()}
    assert statuses == dict.fromkeys(LEFT_ALONE, 200)
    assert len(slack.messages) == len(asking.seen) == 1


def wait_until_remembered(state: State, ts: str) -> None:
    """Until the answer to a message is part of its conversation, which is a moment after Slack has it."""
    end = time.monotonic() + WAIT_SECONDS
    while state.conversations.find(f"message:{CHANNEL}:{ts}") is None:
        assert time.monotonic() < end, ts
        time.sleep(0.01)


def test_who_has_asked_the_bot_and_then_talks_with_a_colleague_is_left_alone(slack: FakeSlack) -> None:
    asking, state = Asking(), in_memory()
    with over_http(slack, asking, state) as http:
        http.post(mention("When does it start?", ts=THREAD), "Ev1")
        wait_until_remembered(state, THREAD)
        http.post(reply("That cannot be right.", "1571648500.000200", user="U2"), "Ev2")
        http.post(reply("Why?", "1571648500.000300"), "Ev3")
        http.post(mention("Who leads it?", "1571648500.000400", thread_ts=THREAD), "Ev4")
        wait_until_remembered(state, "1571648500.000400")
        http.post(reply("Thanks.", "1571648500.000500"), "Ev5")
        http.post(reply("And in east Kent?", "1571648500.000600"), "Ev6")
        slack.wait_for_messages(3)
    assert [text for text, _ in asking.seen] == ["When does it start?", "Who leads it?", "And in east Kent?"]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_mention_that_arrives_as_a_mention_and_as_a_message_is_answered_once(
    slack: FakeSlack, order: tuple[int, int]
) -> None:
    as_mention = mention("When does it start?", ts=THREAD)
    as_message = direct(f"<@{BOT_USER}> When does it start?", THREAD, channel=CHANNEL, channel_type="channel")
    asking = Asking()
    with over_http(slack, asking) as http:
        for n in order:
            http.post((as_mention, as_message)[n], f"Ev{n}")
        slack.wait_for_messages(1)
    assert (asking.seen, len(slack.messages)) == ([("When does it start?", ())], 1)
