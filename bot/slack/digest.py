"""The weekly digest of questions without an answer: posted once in a week, by whichever process looks first."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from threading import Event, Thread

from bot.database import LogUnusable
from bot.slack.faults import where_it_failed
from bot.slack.features.unanswered import questions_of
from bot.slack.office import Office
from bot.slack.posting import Refused, Sent, Unclear, post
from bot.slack.schedule import due
from bot.slack.types import Conversation
from bot.slack.views.digest import week_message

LOOK_SECONDS = 60.0
"""Between two looks whether it is time."""
STOP_SECONDS = 3.0
"""How long a stop waits for a digest that is being posted at this moment."""

_log = logging.getLogger(__name__)


def utc_now() -> datetime:
    """The moment."""
    return datetime.now(UTC)


class Digest:
    """A thread that posts the digest into the channel of the admins; does nothing if none is named.

    Args:
        office: The parts of the running bot.
        clock: Tells the moment.
    """

    def __init__(self, office: Office, clock: Callable[[], datetime] = utc_now) -> None:
        self._office = office
        self._clock = clock
        self._channel = office.rules.admin_channel or ""
        self._schedule = office.rules.schedule
        self._done: str | None = None
        self._last_problem = ""
        self._stop = Event()
        self._thread = Thread(target=self._run, name="digest", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        if self._channel:
            self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._stop.set()
        if self._thread.ident is not None:
            self._thread.join(STOP_SECONDS)

    def _run(self) -> None:
        while True:
            self.look()
            if self._stop.wait(LOOK_SECONDS):
                return

    def look(self) -> None:
        """Post the digest if it is due and nobody has; what fails is tried again at the next look. Never raises."""
        now = self._clock()
        week = due(now, self._done, self._schedule)
        key = f"digest:{week}"
        try:
            if week is None or not self._office.state.records.claim(key):
                return
        except LogUnusable as problem:
            self._note(f"It cannot be found out whether the digest was posted: {problem}")
            return
        try:
            problem_met = self._post(now, key)
        except Exception as error:
            problem_met = f"The digest was not posted: {where_it_failed(error)}"
        if problem_met:
            self._note(problem_met)
            self._unclaim(key)
        else:
            self._done, self._last_problem = week, ""

    def _post(self, now: datetime, key: str) -> str:
        """Post the digest of the week before a moment; returns why it was not, empty if it was or may have been."""
        if self._office.state.channels.is_external(self._channel):
            return f"The digest is not posted: the channel {self._channel} is shared with another organisation."
        week = questions_of(self._office, now)
        if not week.asked:
            return ""
        if self._stop.is_set():
            return "The digest is left to the next process."
        sent = post(self._office.poster, Conversation(self._channel, ""), week_message(week), key)
        if isinstance(sent, Unclear):
            # Twice would be worse than not at all: `/merger admin unanswered` shows the same.
            _log.error("The digest may not have been posted (%s). It is not posted again.", sent.why)
            return ""
        if isinstance(sent, Sent):
            return ""
        if isinstance(sent, Refused):
            return f"Slack did not take the digest: {sent.code}. The bot has to be a member of the admin channel."
        return "Slack cannot take the digest just now. It is tried again."

    def _note(self, problem: str) -> None:
        """Write a problem to the log, but not at every look."""
        if problem != self._last_problem:
            self._last_problem = problem
            _log.error("%s", problem)

    def _unclaim(self, key: str) -> None:
        try:
            self._office.state.records.unclaim(key)
        except LogUnusable as problem:
            _log.error("The digest of this week is lost: %s", problem)
