"""The same app over Socket Mode, with a websocket that does what Slack's does."""

from __future__ import annotations

import json
import logging
import re
from threading import Event

import pytest

from bot.slack.app import serve_socket
from bot.slack.types import SlackSetupError
from tests.bot.slack.conftest import CHANNEL, Asking, app, direct, event_body, mention, over_socket
from tests.bot.slack.fake_slack import APP_TOKEN, WAIT_SECONDS, Failure, FakeSlack

WORDS = "zanzibar"


def test_a_mention_is_acknowledged_and_answered_in_its_thread(slack: FakeSlack) -> None:
    with over_socket(slack, Asking()):
        slack.sockets.send("e1", event_body(mention("When does it start?")))
        [message] = slack.wait_for_messages(1)
    assert slack.sockets.acks == ["e1"]
    assert (message["channel"], message["thread_ts"]) == (CHANNEL, "1571648400.000100")
    assert message["text"].startswith("You asked: When does it start?")


def test_what_arrives_twice_is_acknowledged_twice_and_answered_once(slack: FakeSlack) -> None:
    with over_socket(slack, Asking()):
        slack.sockets.send("e1", event_body(direct("One"), "Ev1"))
        slack.sockets.send("e2", event_body(direct("One"), "Ev1"), retry=1)
        slack.sockets.send("e3", event_body(direct("Two", ts="1571648500.000100"), "Ev2"), retry=1)
        slack.wait_for_messages(2)
    assert slack.sockets.acks == ["e1", "e2", "e3"]
    assert sorted(m["thread_ts"] for m in slack.messages) == ["1571648400.000100", "1571648500.000100"]


def test_acknowledgements_do_not_wait_for_answers(slack: FakeSlack) -> None:
    asking = Asking(gate=Event())
    assert asking.gate is not None
    with over_socket(slack, asking):
        for n in range(20):
            slack.sockets.send(
                f"e{n}", event_body(mention(ts=f"1571648400.{n:06}", channel=f"C{n}", user=f"U{n}"), f"Ev{n}")
            )
        assert slack.messages == []
        asking.gate.set()
        slack.wait_for_messages(20)
    assert sorted(m["thread_ts"] for m in slack.messages) == [f"1571648400.{n:06}" for n in range(20)]


def test_edits_and_other_bots_are_acknowledged_and_not_answered(slack: FakeSlack) -> None:
    asking = Asking()
    with over_socket(slack, asking):
        slack.sockets.send("e1", event_body(direct(subtype="message_changed", hidden=True), "Ev1"))
        slack.sockets.send("e2", event_body(mention(bot_id="B9"), "Ev2"))
        slack.sockets.send("e3", event_body({"type": "app_home_opened", "user": "U1", "tab": "home"}, "Ev3"))
    assert (slack.sockets.acks, asking.seen, slack.messages) == (["e1", "e2", "e3"], [], [])


def test_a_refreshed_connection_goes_on_answering(slack: FakeSlack) -> None:
    with over_socket(slack, Asking()):
        slack.sockets.send("e1", event_body(mention("One"), "Ev1"))
        slack.sockets.refresh()
        slack.sockets.send("e2", event_body(mention("One"), "Ev1"), retry=1)
        slack.sockets.send("e3", event_body(mention("Two", ts="1571648500.000100"), "Ev2"))
        slack.wait_for_messages(2)
    assert len(slack.messages) == 2


def test_a_dropped_connection_is_opened_again_and_the_answer_in_hand_is_sent_once(slack: FakeSlack) -> None:
    asking = Asking(gate=Event())
    assert asking.gate is not None
    with over_socket(slack, asking):
        slack.sockets.send("e1", event_body(mention("One"), "Ev1"))
        assert asking.started.wait(WAIT_SECONDS)
        slack.sockets.drop()
        slack.sockets.send("e2", event_body(mention("One"), "Ev1"), retry=1)
        asking.gate.set()
        slack.sockets.send("e3", event_body(mention("Two", ts="1571648500.000100"), "Ev2"))
        slack.wait_for_messages(2)
    assert [text for text, _ in asking.seen] == ["One", "Two"]
    assert len(slack.messages) == 2


def test_the_stop_finishes_the_answer_in_hand(slack: FakeSlack) -> None:
    asking = Asking(gate=Event())
    assert asking.gate is not None
    with over_socket(slack, asking):
        slack.sockets.send("e1", event_body(mention()))
        assert asking.started.wait(WAIT_SECONDS)
        asking.gate.set()
    assert len(slack.messages) == 1


def test_a_question_leaves_no_word_in_the_log(slack: FakeSlack, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, logger="websockets")  # the fake's own side of the wire
    caplog.set_level(logging.DEBUG)
    with over_socket(slack, Asking()):
        slack.sockets.send("e1", event_body(mention(WORDS)))
        slack.sockets.send("broken", event_body(mention(WORDS)), fragments=True)
        slack.sockets.send_raw(json.dumps({"type": "slash_commands", "envelope_id": "e2", "payload": {"text": WORDS}}))
        slack.sockets.send("e3", event_body(direct("another", ts="1571648500.000100"), "Ev3"))
        slack.wait_for_messages(2)
    assert re.search(r"Answered a\d+ in 1 ms\.", caplog.text)
    assert WORDS not in caplog.text


def test_a_rejected_app_token_is_named_with_the_place_to_get_another(slack: FakeSlack) -> None:
    with pytest.raises(SlackSetupError) as error:
        serve_socket(app(slack, Asking()), "xapp-1-wrong", stop=Event())
    assert str(error.value) == (
        "Slack does not accept SLACK_APP_TOKEN (invalid_auth). Get a new one at"
        " api.slack.com/apps, your app, Basic Information, App-Level Tokens (scope connections:write)."
    )


@pytest.mark.parametrize(
    ("token", "message"),
    [
        ("", "SLACK_APP_TOKEN is not set. Find it at"),
        ("xoxb-1-good", "SLACK_APP_TOKEN should start with xapp-, but it starts with xoxb-. Find the right one at"),
        ("secret", "SLACK_APP_TOKEN should start with xapp-, but it does not. Find the right one at"),
    ],
)
def test_an_app_token_of_another_kind_is_named(slack: FakeSlack, token: str, message: str) -> None:
    with pytest.raises(SlackSetupError) as error:
        serve_socket(app(slack, Asking()), token, stop=Event())
    place = "api.slack.com/apps, your app, Basic Information, App-Level Tokens (scope connections:write)."
    assert str(error.value) == f"{message} {place}"


def test_a_failing_start_of_socket_mode_is_told(slack: FakeSlack) -> None:
    slack.fail("apps.connections.open", Failure(error="internal_error"))
    with pytest.raises(SlackSetupError, match=r"^Slack refused SLACK_APP_TOKEN \(internal_error\)"):
        serve_socket(app(slack, Asking()), APP_TOKEN, stop=Event())
