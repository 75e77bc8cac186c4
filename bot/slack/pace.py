"""At most one message a second into a channel, in order, while no channel waits for another."""

from __future__ import annotations

import heapq
import logging
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Condition, Thread

from bot.slack.faults import where_it_failed

CHANNEL_SECONDS = 1.0
"""Between two messages into a channel: what Slack takes of one app without refusing any."""
THREADS = 8
"""Calls of Slack at the same time; each takes a tenth of a second or so."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Again:
    """What a job returns that has to be run another time, before all others of its channel."""

    seconds: float
    """To wait, if that is longer than the pace asks."""
    job: Job


Job = Callable[[], Again | None]


@dataclass(slots=True)
class _Channel:
    jobs: deque[Job] = field(default_factory=deque)
    free_at: float = 0.0
    """When the next job may run, by the monotonic clock."""
    waits: bool = False
    """It stands in the line, or one of its jobs is running."""


class Pace:
    """The jobs of all channels, and the threads that run them.

    Args:
        seconds: From the end of one job of a channel to the next.
        threads: Jobs of different channels at the same time.
    """

    def __init__(self, seconds: float = CHANNEL_SECONDS, threads: int = THREADS) -> None:
        self._seconds = seconds
        self._channels: dict[str, _Channel] = {}
        self._line: list[tuple[float, int, str]] = []
        self._added = 0
        self._closed = False
        self._changed = Condition()
        for number in range(threads):
            Thread(target=self._work, name=f"posting-{number}", daemon=True).start()

    def add(self, channel: str, job: Job) -> None:
        """Run a job when its channel is free; the jobs of a channel one after the other, as they came."""
        with self._changed:
            known = self._channels.setdefault(channel, _Channel())
            known.jobs.append(job)
            if not known.waits:
                self._stand_in_line(channel, known)

    def finish(self, seconds: float) -> None:
        """Begin no more jobs once those that wait are done, or so many seconds have passed."""
        with self._changed:
            self._changed.wait_for(lambda: not any(known.waits for known in self._channels.values()), seconds)
            self._closed = True
            self._changed.notify_all()

    def _stand_in_line(self, channel: str, known: _Channel) -> None:
        known.waits = True
        self._added += 1
        heapq.heappush(self._line, (known.free_at, self._added, channel))
        self._changed.notify()

    def _work(self) -> None:
        while (channel := self._next()) is not None:
            known = self._channels[channel]
            again = _run(known.jobs[0])
            with self._changed:
                known.jobs.popleft()
                known.free_at = time.monotonic() + max(self._seconds, again.seconds if again else 0.0)
                known.waits = False
                if again:
                    known.jobs.appendleft(again.job)
                if known.jobs:
                    self._stand_in_line(channel, known)
                self._forget_idle()
                self._changed.notify_all()

    def _next(self) -> str | None:
        """The channel whose turn it is, when it is; None when there is to be no more."""
        with self._changed:
            while not self._closed:
                seconds = self._line[0][0] - time.monotonic() if self._line else None
                if seconds is not None and seconds <= 0:
                    return heapq.heappop(self._line)[2]
                self._changed.wait(seconds)
            return None

    def _forget_idle(self) -> None:
        now = time.monotonic()
        for channel in [name for name, known in self._channels.items() if not known.waits and known.free_at < now]:
            del self._channels[channel]


def _run(job: Job) -> Again | None:
    try:
        return job()
    except Exception as error:  # a job that fails must not stop those behind it
        _log.error("A message was not sent: %s", where_it_failed(error))
        return None
