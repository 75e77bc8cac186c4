"""Slack that is busy, people who press twice, windows that open too late: in the end all see what they should see."""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import cache, partial, partialmethod
from pathlib import Path
from queue import Queue
from typing import Any

import pytest
from slack_sdk.socket_mode.builtin import client

from bot.slack.office import TOO_LATE
from bot.slack.pace import Pace
from tests.bot.slack.conftest import DIRECT, over_http, over_socket
from tests.bot.slack.fake import methods
from tests.bot.slack.fake_slack import BOT_TOKEN, Failure, FakeSlack
from tests.bot.slack.surfaces import RULES, SURFACES, Surface, asking, everything, told
from tests.bot.slack.test_share import internal

NICETIES = {"assistant.threads.setStatus", "assistant.threads.setSuggestedPrompts"}
"""Left for a while after a failure instead of being tried again."""
WORDS = ("When does it start", "Who signs it", "everything", "It was May", "Ann.", "U1", "U2", BOT_TOKEN)
"""What people say on the surfaces, who they are, and the secret."""
OK = Failure()
Over = Callable[..., AbstractContextManager[Any]]

both = pytest.mark.parametrize("over", [over_http, over_socket], ids=["http", "socket"])
BUTTONS = [name for name, surface in SURFACES.items() if surface.is_button]
IN_WINDOWS = ("a source", "show all", "not helpful", "mark answered", "a question on the Home tab")


@pytest.fixture(autouse=True)
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let channels take messages as fast as they come, and a socket close at once; both are proven elsewhere."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Pace, "__init__", partialmethod(Pace.__init__, seconds=0.0))
    monkeypatch.setattr(methods, "CHANNEL_SECONDS", 0.0)
    monkeypatch.setattr(client, "Queue", Impatient)


class Impatient(Queue[Any]):
    """Slack's client looks into this for a second at a time, and until then does not see that it is to stop."""

    def get(self, block: bool = True, timeout: float | None = None) -> Any:  # noqa: ANN401
        return super().get(block, timeout and 0.02)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """For how things stand, which is nowhere changed here."""
    return tmp_path_factory.mktemp("home")


@dataclass(frozen=True, slots=True)
class Run:
    """A surface that was driven by a bot that has finished and stopped since."""

    seen: Counter[str]
    """What people see."""
    called: frozenset[str]
    """Methods that the bot has called for it, without the niceties."""
    refused: frozenset[str]
    """Those that have failed."""


@contextmanager
def serving(over: Over, home: Path) -> Iterator[FakeSlack]:
    """A Slack with the bot in it; in the end the bot has finished what was in hand."""
    with FakeSlack() as slack:
        slack.directs["U1"] = DIRECT
        with over(slack, asking(), internal(), rules=RULES, home=home):
            yield slack
    assert slack.late == [], "not acknowledged within three seconds"


def driven(
    surface: Surface, over: Over, home: Path, failing: Iterable[str] = (), failure: Failure = OK, times: int = 1
) -> Run:
    """Drive a surface so many times at once, while each of some methods fails once."""
    with serving(over, home) as slack:
        shown = surface.before(slack)
        began = len(slack.calls)
        for method in failing:
            slack.fail(method, failure)
        surface.drive(slack, shown, times)
    calls = slack.calls[began:]
    called = frozenset(call.method for call in calls if call.method not in NICETIES)
    return Run(everything(slack), called, frozenset(call.method for call in calls if not call.accepted))


@cache
def clean(name: str, over: Over, home: Path) -> Run:
    """How it is if nothing goes wrong."""
    return driven(SURFACES[name], over, home)


@both
@pytest.mark.parametrize("name", SURFACES)
def test_what_slack_puts_off_once_is_seen_once(name: str, over: Over, home: Path) -> None:
    right = clean(name, over, home)
    assert (bool(right.seen), bool(right.called), right.refused) == (True, True, frozenset())
    for status, error in ((429, "ratelimited"), (503, "service_unavailable")):
        failure = Failure(status, error, {"Retry-After": "0"})
        run = driven(SURFACES[name], over, home, right.called, failure)
        assert run.refused == right.called
        assert run.seen == right.seen, status


@both
@pytest.mark.parametrize("name", BUTTONS)
def test_two_presses_at_once_and_a_window_sent_twice_are_one(name: str, over: Over, home: Path) -> None:
    surface = SURFACES[name]
    once, twice = clean(name, over, home).seen, driven(surface, over, home, times=2).seen
    assert once - twice == Counter()
    assert [json.loads(more)["text"] for more in (twice - once).elements()] == list(surface.twice)


@both
@pytest.mark.parametrize("name", IN_WINDOWS)
def test_a_press_that_is_too_old_says_so_and_does_nothing(
    name: str, over: Over, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    surface = SURFACES[name]
    with serving(over, home) as slack:
        shown = surface.before(slack)
        before = everything(slack)
        with monkeypatch.context() as patched:
            patched.setattr(slack, "trigger", partial(too_old, slack))
            surface.press(slack, shown)
            slack.wait_until(lambda fake: told(fake, TOO_LATE) == 1)
        after = everything(slack)
        surface.drive(slack, shown)
    [sentence] = (after - before).elements()
    assert json.loads(sentence)["text"] == TOO_LATE
    assert before - after == Counter()
    assert everything(slack) == clean(name, over, home).seen + Counter([sentence])


def too_old(slack: FakeSlack, user: str) -> str:
    """A trigger for which somebody's press took too long."""
    trigger = FakeSlack.trigger(slack, user)
    slack.expire_triggers()
    return trigger


@both
@pytest.mark.parametrize("name", SURFACES)
def test_no_word_of_anybody_is_logged_whatever_goes_wrong(
    name: str, over: Over, home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with serving(over, home) as slack:
        shown = SURFACES[name].before(slack)
        for method in clean(name, over, home).called:
            slack.fail(method, Failure(500, "internal_error"))
        SURFACES[name].press(slack, shown)
        slack.wait_until(lambda fake: any(not call.accepted for call in fake.calls))
    # The fake Slack is a server of websockets, and logs what it sends.
    ours = [record for record in caplog.records if not record.name.startswith("websockets")]
    logged = "\n".join(map(caplog.handler.format, ours))
    assert [words for words in WORDS if words in logged] == []
