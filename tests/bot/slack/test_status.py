from __future__ import annotations

from threading import Event

import pytest

from bot.slack import app as app_module
from bot.slack.status import WORDS
from tests.bot.slack.conftest import CHANNEL, Asking, direct, mention, over_http
from tests.bot.slack.fake_slack import NO_RESPONSE, Failure, FakeSlack
from tests.bot.slack.test_edits import TS, edited


def test_a_status_is_shown_until_the_answer_is_there(slack: FakeSlack) -> None:
    asking = Asking(gate=Event())
    assert asking.gate is not None
    with over_http(slack, asking) as http:
        http.post(mention(ts=TS))
        slack.wait_until(lambda fake: fake.shown_status == {(CHANNEL, TS): WORDS})
        asking.gate.set()
        slack.wait_for_messages(1)
    assert slack.shown_status == {(CHANNEL, TS): ""}


def test_no_status_is_left_where_no_message_takes_it_away(slack: FakeSlack) -> None:
    slack.fail("chat.postMessage", Failure(error="is_archived"), Failure(error="is_archived"))
    with over_http(slack, Asking()) as http:
        http.post(mention(ts=TS))
    assert set(slack.shown_status.values()) <= {""}


def test_no_status_is_left_after_an_answer_was_changed(slack: FakeSlack) -> None:
    with over_http(slack, Asking()) as http:
        http.post(direct("When?", TS), "Ev1")
        slack.wait_for_messages(1)
        http.post(edited("Who?"), "Ev2")
    assert set(slack.shown_status.values()) <= {""}


def test_no_status_is_left_when_the_bot_stops_before_the_answer(
    slack: FakeSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    asking = Asking(gate=Event())
    assert asking.gate is not None
    with over_http(slack, asking) as http:
        http.post(mention(ts=TS))
        slack.wait_until(lambda fake: fake.shown_status == {(CHANNEL, TS): WORDS})
        monkeypatch.setattr(app_module, "STOP_SECONDS", 0)
    asking.gate.set()
    assert slack.shown_status == {(CHANNEL, TS): ""}


def test_a_status_that_fails_disturbs_no_answer_and_is_not_tried_again_at_once(slack: FakeSlack) -> None:
    for failure in (Failure(error="missing_scope"), Failure(NO_RESPONSE), Failure(429, "ratelimited")):
        asking = Asking(gate=Event())
        assert asking.gate is not None
        slack.calls.clear()
        slack.fail("assistant.threads.setStatus", failure)
        with over_http(slack, asking) as http:
            http.post(mention("One", ts="1571648400.000001", channel="C1"), "Ev1")
            slack.wait_until(lambda fake: any(c.method == "assistant.threads.setStatus" for c in fake.calls))
            asking.gate.set()
            slack.wait_for_messages(1)
            http.post(mention("Two", ts="1571648400.000002", channel="C2"), "Ev2")
            slack.wait_for_messages(2)
        assert sum(call.method == "assistant.threads.setStatus" for call in slack.calls) == 1
        assert [message["text"][11:14] for message in slack.messages] == ["One", "Two"]
