"""How many questions one person, and one channel, may ask in a minute."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass
from threading import Lock

WINDOW_SECONDS = 60.0
KEPT = 1_000
"""Persons and channels, before those who have been quiet for a minute are forgotten."""

TOO_MANY_OF_YOU = "That was a lot of questions in a minute. Please wait a moment and then ask again."
TOO_MANY_HERE = "A lot is being asked in this channel just now. Please wait a minute and then ask again."


@dataclass(frozen=True, slots=True)
class Limits:
    """Questions a minute."""

    person: int = 10
    channel: int = 30


class Limiter:
    """Counts the questions of the last minute, of this process; safe to use from several threads."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._asked: dict[str, deque[float]] = defaultdict(deque)
        self._told: dict[str, float] = {}
        self._lock = Lock()

    def refusal(self, person: str, channel: str, now: float) -> str | None:
        """Count a question, if it may be asked.

        Args:
            person: Who asks.
            channel: Where.
            now: Seconds of a clock that never goes back.

        Returns:
            None if it may be asked, otherwise what to say; empty for who was told in this minute already.
        """
        with self._lock:
            checks = (
                (f"person {person}", self._limits.person, TOO_MANY_OF_YOU),
                (f"channel {channel}", self._limits.channel, TOO_MANY_HERE),
            )
            for name, most, sentence in checks:
                if len(self._recent(name, now)) >= most:
                    return self._once(name, sentence, now)
            for name, _, _ in checks:
                self._asked[name].append(now)
            self._forget_quiet(now)
            return None

    def _recent(self, name: str, now: float) -> deque[float]:
        asked = self._asked[name]
        while asked and asked[0] <= now - WINDOW_SECONDS:
            asked.popleft()
        return asked

    def _once(self, name: str, sentence: str, now: float) -> str:
        if now - self._told.get(name, float("-inf")) < WINDOW_SECONDS:
            return ""
        self._told[name] = now
        return sentence

    def _forget_quiet(self, now: float) -> None:
        if len(self._asked) > KEPT:
            busy = [name for name in list(self._asked) if self._recent(name, now)]
            self._asked = defaultdict(deque, {name: self._asked[name] for name in busy})
            self._told = {name: told for name, told in self._told.items() if now - told < WINDOW_SECONDS}
