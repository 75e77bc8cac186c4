"""The leases on what this process has in hand, and the look for what others have left."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Event, Thread

from bot.database import LogUnusable
from bot.incoming import KEPT, Incoming
from bot.slack.state import State
from bot.slack.types import Asked, InHand
from knowledge.types import LibraryUnusable

LEASE_SECONDS = 15.0
"""After the last sign of life of a process, what it has in hand is anybody's."""
LOOK_SECONDS = 2.0
"""Between two signs of life, and two looks for what others have left."""
FORGET_SECONDS = 3_600.0
"""Between two rounds of forgetting what is too old."""
EVENTS_KEPT = timedelta(days=8)
"""Slack sends an event again for minutes, not for days; but a digest is posted once in a week of the calendar, and the
week in which the clocks go back has an hour more than seven days."""

_log = logging.getLogger(__name__)


class Leases:
    """A thread that renews the leases of this process and takes over what others have left.

    Args:
        state: What is in hand, and what was said: what is too old of it is forgotten in passing.
        incoming: Files that wait to be published; those that wait for too long are forgotten, too.
        resume: Gets each question taken over.
    """

    def __init__(self, state: State, incoming: Incoming, resume: Callable[[InHand], None]) -> None:
        self.owner = uuid.uuid4().hex
        self._records = state.records
        self._kept = (state.conversations, state.answers, state.feedback, state.copies)
        self._incoming = incoming
        self._resume = resume
        self._stop = Event()
        self._released = False
        self._thread = Thread(target=self._run, name="leases", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def claim(self, asked: Asked) -> bool:
        """Take a question, for the next process if this one has no time for it any more; false if it was taken."""
        if self._released:
            return self._records.take(asked, "", 0.0)
        return self._records.take(asked, self.owner, time.time() + LEASE_SECONDS)

    def take_no_more(self) -> None:
        """Leave what others have left, and all that is claimed from now on, to the next process."""
        self._released = True

    def release(self) -> None:
        """Leave all that is still in hand to the next process, and end."""
        self._released = True
        self._stop.set()
        if self._thread.ident is not None:
            self._thread.join()
        try:
            self._records.release(self.owner)
        except LogUnusable as problem:
            _log.error("What is in hand stays locked for %.0f s: %s", LEASE_SECONDS, problem)

    def _run(self) -> None:
        forget_at = 0.0
        while True:
            now = time.time()
            try:
                self._records.renew(self.owner, now + LEASE_SECONDS)
                if not self._released:
                    for left in self._records.take_over(self.owner, now, now + LEASE_SECONDS):
                        _log.info("Took over a question that another process had in hand.")
                        self._resume(left)
                if now >= forget_at:
                    forget_at = now + FORGET_SECONDS
                    self._records.forget(EVENTS_KEPT)
                    for kept in self._kept:
                        kept.forget(now)
                    self._incoming.forget(datetime.fromtimestamp(now, UTC) - KEPT)
            except LogUnusable as problem:
                _log.error("Leases could not be renewed: %s", problem)
            except LibraryUnusable as problem:
                _log.error("Files that waited for too long could not be forgotten: %s", problem)
            if self._stop.wait(LOOK_SECONDS):
                return
