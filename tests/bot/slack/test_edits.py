from __future__ import annotations

from pathlib import Path

import pytest

from bot.slack.listeners import edit_in
from bot.slack.state import open_state
from tests.bot.slack.conftest import (
    CHANNEL,
    DIRECT,
    Asking,
    direct,
    event_body,
    hashed,
    mention,
    over_http,
    over_socket,
)
from tests.bot.slack.fake_slack import BOT_ID, BOT_USER, FakeSlack, JsonObject

TS = "1571648400.000100"
SOON, LATE = "1571648990.000000", "1571649001.000000"
"""Within ten minutes of the question, and after them."""


def edited(text: str, old: str = "When?", at: str = SOON, **changes: object) -> JsonObject:
    message = {"type": "message", "user": "U1", "text": text, "ts": TS, "edited": {"user": "U1", "ts": at}}
    return {
        "type": "message",
        "subtype": "message_changed",
        "hidden": True,
        "channel": DIRECT,
        "channel_type": "im",
        "ts": at,
        "message": message | changes,
        "previous_message": {"type": "message", "user": "U1", "text": old, "ts": TS},
    }


def test_the_answer_of_an_edited_question_is_changed(slack: FakeSlack) -> None:
    asking = Asking()
    with over_http(slack, asking) as http:
        http.post(direct("When?", TS), "Ev1")
        slack.wait_for_messages(1)
        http.post(edited("Who?"), "Ev2")
        http.post(edited("Who?"), "Ev2", X_Slack_Retry_Num="1")
        http.post(direct("Why?", "1571649500.000100", thread_ts=TS), "Ev3")
        slack.wait_for_messages(2)
    assert [(text, [turn.question for turn in turns]) for text, turns in asking.seen] == [
        ("When?", []),
        ("Who?", []),
        ("Why?", ["Who?"]),
    ]
    first, second = slack.on_show
    assert first["text"].startswith("You asked: Who?")
    assert first["blocks"][0]["elements"][0]["elements"][0]["text"] == "You asked: Who? "
    assert second["text"].startswith("You asked: Why?")


def test_an_edit_that_overtakes_its_answer_waits_for_it(slack: FakeSlack) -> None:
    with over_socket(slack, Asking()):
        slack.sockets.send("e1", event_body(direct("When?", TS), "Ev1"))
        slack.sockets.send("e2", event_body(edited("Who?"), "Ev2"))
        slack.wait_until(lambda fake: any(call.method == "chat.update" for call in fake.calls))
    [message] = slack.on_show
    assert message["text"].startswith("You asked: Who?")


def test_an_edit_after_a_restart_is_understood(slack: FakeSlack, tmp_path: Path) -> None:
    with open_state(tmp_path, 30) as state, over_http(slack, Asking(), state) as http:
        http.post(direct("When?", TS), "Ev1")
    with open_state(tmp_path, 30) as state, over_http(slack, Asking(), state) as http:
        http.post(edited("Who?"), "Ev2")
    [message] = slack.on_show
    assert message["text"].startswith("You asked: Who?")


def test_a_mention_that_says_that_it_was_edited_changes_its_answer(slack: FakeSlack) -> None:
    with over_http(slack, Asking()) as http:
        http.post(mention("When?", TS), "Ev1")
        slack.wait_for_messages(1)
        http.post(mention("Who?", TS, edited={"user": "U1", "ts": SOON}), "Ev2")
        http.post(edited(f"<@{BOT_USER}> Who?") | {"channel": CHANNEL, "channel_type": "channel"}, "Ev3")
    [message] = slack.on_show
    assert message["text"].startswith("You asked: Who?")
    assert sum(call.method == "chat.update" for call in slack.calls) == 1


def test_a_mention_that_comes_with_an_edit_is_a_new_question(slack: FakeSlack) -> None:
    with over_http(slack, Asking()) as http:
        http.post(mention("Who?", TS, edited={"user": "U1", "ts": SOON}), "Ev2")
        slack.wait_for_messages(1)
    assert len(slack.on_show) == 1


UNCHANGED = {
    "after ten minutes": edited("Who?", at=LATE),
    "a preview of a link": edited("When?"),
    "only the markup": edited("When? "),
    "no words are left": edited(" "),
    "by somebody else": edited("Who?", user="U2", edited={"user": "U2", "ts": SOON}),
    "edited for somebody": edited("Who?", edited={"user": "U2", "ts": SOON}),
    "of a message that was no question": edited("Who?", ts="1571648300.000100"),
    "of a bot": edited("Who?", bot_id=BOT_ID),
    "not by a person": edited("Who?", edited=None),
    "deleted with its thread kept": edited("This message was deleted.", subtype="tombstone", user="USLACKBOT"),
    "deleted": {"type": "message", "subtype": "message_deleted", "hidden": True, "channel": DIRECT, "deleted_ts": TS},
}


def test_what_is_no_new_wording_of_a_question_leaves_its_answer(slack: FakeSlack) -> None:
    asking = Asking()
    with over_http(slack, asking) as http:
        http.post(direct("When?", TS), "Ev1")
        slack.wait_for_messages(1)
        statuses = {name: http.post(event, f"Ev {name}") for name, event in UNCHANGED.items()}
    assert statuses == dict.fromkeys(UNCHANGED, 200)
    [message] = slack.on_show
    assert message["text"].startswith("You asked: When?")
    assert [text for text, _ in asking.seen] == ["When?"]


@pytest.mark.parametrize(("at", "counts"), [("1571649000.000100", True), ("1571649000.000200", False)])
def test_ten_minutes_are_counted_from_the_question(at: str, counts: bool) -> None:
    assert (edit_in(event_body(edited("Who?", at=at)), BOT_USER, hashed) is not None) == counts
