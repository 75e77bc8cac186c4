from __future__ import annotations

import time
from collections import defaultdict
from itertools import pairwise
from threading import Condition

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.slack import app as app_module
from bot.slack.pace import THREADS, Again, Job, Pace
from tests.bot.slack.conftest import Asking, mention, over_http
from tests.bot.slack.fake_slack import WAIT_SECONDS, Failure, FakeSlack

SHORT = 0.01


class Ran:
    """Notes when each job began."""

    def __init__(self) -> None:
        self.all: list[tuple[str, int, float]] = []
        self._changed = Condition()

    def job(self, channel: str, number: int, again: int = 0) -> Job:
        def run() -> Again | None:
            with self._changed:
                self.all.append((channel, number, time.monotonic()))
                self._changed.notify_all()
            return Again(SHORT, self.job(channel, number, again - 1)) if again else None

        return run

    def wait_for(self, count: int) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.all) == count, WAIT_SECONDS), self.all


@settings(max_examples=20)
@given(st.lists(st.tuples(st.sampled_from("CDE"), st.integers(0, 2)), max_size=12))
def test_jobs_of_a_channel_run_in_order_and_never_faster_than_the_pace(added: list[tuple[str, int]]) -> None:
    pace, ran = Pace(seconds=SHORT, threads=3), Ran()
    for number, (channel, again) in enumerate(added):
        pace.add(channel, ran.job(channel, number, again))
    ran.wait_for(sum(1 + again for _, again in added))
    pace.finish(0.0)
    expected: dict[str, list[int]] = defaultdict(list)
    seen: dict[str, list[int]] = defaultdict(list)
    for number, (channel, again) in enumerate(added):
        expected[channel] += [number] * (1 + again)
    began: dict[str, list[float]] = defaultdict(list)
    for channel, number, moment in ran.all:
        seen[channel].append(number)
        began[channel].append(moment)
    assert seen == expected
    assert all(b - a >= SHORT for moments in began.values() for a, b in pairwise(moments))


def test_a_job_that_fails_does_not_stop_those_behind_it() -> None:
    pace, ran = Pace(seconds=SHORT), Ran()

    def fail() -> None:
        raise ValueError

    pace.add("C", fail)
    pace.add("C", ran.job("C", 1))
    ran.wait_for(1)
    pace.finish(0.0)


def test_channels_that_slack_holds_up_hold_up_no_other(slack: FakeSlack, monkeypatch: pytest.MonkeyPatch) -> None:
    """More of them than there are threads to post."""
    monkeypatch.setattr(app_module, "STOP_SECONDS", 0)
    slack.fail("chat.postMessage", *[Failure(429, "ratelimited", {"Retry-After": "3600"})] * (THREADS + 1))
    with over_http(slack, Asking()) as http:
        for n in range(THREADS + 1):
            http.post(mention(f"Slow {n}", channel=f"C{n}", user=f"U{n}"), f"Ev{n}")
        slack.wait_until(lambda fake: sum(c.method == "chat.postMessage" for c in fake.calls) == THREADS + 1)
        http.post(mention("Quick", channel="CQUICK"), "Ev")
        [message] = slack.wait_for_messages(1)
    assert message["text"].startswith("You asked: Quick")


def test_what_waits_in_a_channel_that_slack_holds_up_is_posted_in_order(slack: FakeSlack) -> None:
    slack.fail("chat.postMessage", Failure(429, "ratelimited", {"Retry-After": "1"}))
    with over_http(slack, Asking()) as http:
        for n in range(3):
            http.post(mention(f"Slow {n}", ts=f"1571648400.{n:06}"), f"Ev{n}")
            slack.wait_until(lambda fake: any(call.method == "chat.postMessage" for call in fake.calls))
        slack.wait_for_messages(3)
    assert sorted(message["text"][11:17] for message in slack.messages) == ["Slow 0", "Slow 1", "Slow 2"]
    assert slack.messages[0]["text"].startswith("You asked: Slow 0")
    assert sum(call.method == "chat.postMessage" and not call.accepted for call in slack.calls) == 1
