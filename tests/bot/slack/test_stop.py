"""The stop: what is in hand is finished, what hangs is left behind, and nothing waits for Slack any longer."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event
from typing import Any

import pytest

from bot.slack import app as app_module
from bot.slack.crew import Crew
from bot.slack.rules import People, Rules
from tests.bot.slack.conftest import Asking, mention, over_http, over_socket
from tests.bot.slack.fake_slack import WAIT_SECONDS, Failure, FakeSlack
from tests.bot.slack.test_people import unanswered

LATER = Failure(429, "ratelimited", {"Retry-After": "25"})
both = pytest.mark.parametrize("over", [over_http, over_socket], ids=["http", "socket"])


def calls_of(slack: FakeSlack, method: str) -> list[bool]:
    return [call.accepted for call in slack.calls if call.method == method]


@both
def test_a_press_that_waits_for_slack_is_made_again_at_once(slack: FakeSlack, over: Callable[..., Any]) -> None:
    with over(slack, Asking()):
        slack.event(mention())
        slack.wait_for_messages(1)
        slack.fail("views.open", LATER)
        slack.click(slack.on_show[0], "source:0")
        slack.wait_until(lambda fake: calls_of(fake, "views.open") == [False])
    assert calls_of(slack, "views.open") == [False, True]
    assert slack.modal_of() is not None


@both
def test_a_reply_that_waits_for_slack_is_made_again_at_once(slack: FakeSlack, over: Callable[..., Any]) -> None:
    slack.fail("response_url", LATER)
    with over(slack, Asking()):
        slack.command("/merger", "When does it start?")
        slack.wait_until(lambda fake: calls_of(fake, "response_url") == [False])
    assert calls_of(slack, "response_url") == [False, True]


@both
def test_a_post_that_waits_for_slack_is_made_again_at_once(slack: FakeSlack, over: Callable[..., Any]) -> None:
    with over(slack, Asking(replies=unanswered), rules=Rules(people=People(channel="C0HELP"))):
        slack.event(mention())
        slack.wait_for_messages(1)
        slack.fail("chat.postMessage", LATER)
        slack.click(slack.on_show[0], "ask_person")
        slack.wait_until(lambda fake: calls_of(fake, "chat.postMessage") == [True, False])
    assert [message["channel"] for message in slack.on_show][1:] == ["C0HELP"]


def test_an_answer_that_hangs_is_left_behind(slack: FakeSlack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app_module, "STOP_SECONDS", 0.2)
    asking = Asking(gate=Event())
    assert asking.gate is not None
    with over_http(slack, asking):
        slack.command("/merger", "When does it start?")
        assert asking.started.wait(WAIT_SECONDS)
    # The app has stopped although the answer still hangs.
    assert slack.ephemerals == []
    asking.gate.set()


def test_a_crew_finishes_what_it_has_and_takes_nothing_more() -> None:
    crew, done = Crew(2, "crew"), list[int]()
    futures = [crew.submit(done.append, number) for number in range(20)]
    assert crew.finish(WAIT_SECONDS)
    assert (sorted(done), all(future.done() for future in futures)) == (list(range(20)), True)
    with pytest.raises(RuntimeError):
        crew.submit(done.append, 21)


def test_a_crew_leaves_what_has_not_begun_when_the_time_is_over() -> None:
    crew, gate, begun, done = Crew(1, "crew"), Event(), Event(), list[int]()

    def hang() -> None:
        begun.set()
        gate.wait(WAIT_SECONDS)

    hanging = crew.submit(hang)
    crew.submit(done.append, 1)
    assert begun.wait(WAIT_SECONDS)
    assert not crew.finish(0.0)
    gate.set()
    hanging.result(WAIT_SECONDS)
    assert done == []


def test_what_fails_on_a_crew_is_told_to_whoever_asks() -> None:
    crew = Crew(1, "crew")
    failing = crew.submit(int, "no number")
    with pytest.raises(ValueError, match="no number"):
        failing.result(WAIT_SECONDS)
    assert crew.submit(int, "1").result(WAIT_SECONDS) == 1
    assert crew.finish(WAIT_SECONDS)
