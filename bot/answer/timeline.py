"""Time: which time a question asks about, which source speaks from it, and which dates a text names.

A newer source governs an older one, and one that says it supersedes another governs it whatever their dates. A question
may ask about then instead ("in early 2018", "before the merger"), or be asked on an earlier day.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product

from knowledge.types import PartialDate, Source, first_day, last_day, spoken_date

CURRENT_DAYS = 365
"""A source older than the newest by more than this may be overtaken."""

_MONTHS = "january february march april may june july august september october november december".split()
_MONTH = rf"(?P<month>(?:{'|'.join(_MONTHS)}|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b\.?)"
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_RELATIVE = r"(?P<relative>(?:next|this|last) year|the following year)"
# "the 2012 Health Act" and "the Act of 2012" name a law, not a date.
_NO_NAME = r"(?!\s(?:[A-Za-z]+ ){0,5}(?:Act|Bill)\b)"
_DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b{_YEAR}-(?P<month>[01]\d)-(?P<day>[0-3]\d)\b",
        rf"\b(?:the )?{_DAY}(?: of)? {_MONTH}(?:,? (?:{_YEAR}|{_RELATIVE}))?",
        rf"\b{_MONTH} {_DAY}\b(?:,? (?:{_YEAR}|{_RELATIVE}))?",
        rf"\b{_MONTH},? (?:of )?(?:{_YEAR}|{_RELATIVE})",
        rf"\b(?:{_RELATIVE})\b",
        rf"(?<!Act of )(?<!Act )\b{_YEAR}\b{_NO_NAME}",
        rf"\b(?:in|from|until|till|by|since|during|for|next|last|on|early|late|mid|this) {_MONTH}",
    )
)
_RELATIVE_YEARS = {"next": 1, "the": 1, "this": 0, "last": -1}
_LOOKS_BACK = re.compile(
    r"\b(?:originally|initially|at first|at the (?:start|outset|time|beginning)|to begin with|previous(?:ly)?|former(?:ly)?"
    r"|earlier|used to|back then|in the past|(?:first|early|old|older|original) (?:plans?|ideas?|proposals?|role|job|post))\b"
    r"|\bbefore(?: \w+){0,3}\W*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Day:
    """A date as exact as words name it; 0 for what they leave open."""

    year: int = 0
    month: int = 0
    day: int = 0

    def agrees(self, other: Day) -> bool:
        """Whether both may be the same day: wherever both are exact, they say the same."""
        pairs = ((self.year, other.year), (self.month, other.month), (self.day, other.day))
        return all(one == two or not one or not two for one, two in pairs)


@dataclass(frozen=True, slots=True)
class Frame:
    """The times of the sources that were found for a question."""

    newest: date | None
    """First day of the newest one; None if none is dated. What was published after the question was asked is left out."""
    oldest: date | None
    superseded: frozenset[str]
    """Ids of sources that another one, or an admin, says are overtaken."""


def dates(text: str, published: PartialDate | None = None) -> list[Day]:
    """Find the dates a text names, in the order in which they stand; each word counts for one of them.

    Args:
        text: Any words.
        published: When they were written, for "next year" and for a day without a year; such a day keeps no year if
            this is not known.
    """
    found: list[tuple[int, int, Day]] = []
    for pattern in _DATES:
        for match in pattern.finditer(text):
            if not any(start < match.end() and match.start() < end for start, end, _ in found):
                found.append((match.start(), match.end(), _day(match.groupdict(), published)))
    return [day for _, _, day in sorted(found, key=lambda entry: entry[0])]


def _day(parts: dict[str, str | None], published: PartialDate | None) -> Day:
    year = int(parts.get("year") or 0)
    if (relative := parts.get("relative")) and published:
        year = first_day(published).year + _RELATIVE_YEARS[relative.split()[0].lower()]
    return Day(year, _month(parts.get("month") or ""), int(parts.get("day") or 0))


def _month(word: str) -> int:
    if word.isdigit():
        return int(word)
    return next((number for number, month in enumerate(_MONTHS, 1) if word and month.startswith(word[:3].lower())), 0)


def asked_days(question: str, today: date) -> tuple[Day, ...]:
    """The dates that a question names, where they name a year: what is said must be of that time."""
    return tuple(day for day in dates(question, today.isoformat()) if day.year)


def looks_back(question: str) -> bool:
    """Whether a question asks about an earlier time without naming one."""
    return _LOOKS_BACK.search(question) is not None


def frame(sources: Sequence[Source], today: date) -> Frame:
    """See the sources that were found in their times."""
    days = [first_day(source.published) for source in sources if source.published]
    told = [day for day in days if day <= today] or days
    overtaken = {name for source in sources if _known(source, today) for name in source.supersedes}
    overtaken |= {source.id for source in sources if source.status == "superseded"}
    return Frame(max(told, default=None), min(told, default=None), frozenset(overtaken))


def _known(source: Source, today: date) -> bool:
    return source.published is None or first_day(source.published) <= today


def is_overtaken(source: Source, seen: Frame) -> bool:
    """Whether a newer or overruling source was found."""
    if source.id in seen.superseded:
        return True
    if seen.newest is None or source.published is None:
        return False
    return (seen.newest - last_day(source.published)).days > CURRENT_DAYS


def is_later(source: Source, seen: Frame) -> bool:
    """Whether a source is so new that it cannot speak of the time before it, among those that were found."""
    if seen.oldest is None or source.published is None:
        return False
    return (first_day(source.published) - seen.oldest).days > CURRENT_DAYS


def is_after(source: Source, seen: Frame) -> bool:
    """Whether a source is newer than the newest one that could be known when the question was asked."""
    return source.published is not None and seen.newest is not None and first_day(source.published) > seen.newest


def is_of(source: Source, words: str, asked: Iterable[Day]) -> bool:
    """Whether words speak of one of the days asked about, or, if they name no year, whether their source is of then."""
    told = dates(words, source.published)
    if any(day.agrees(other) and (day.year or other.month) for day, other in product(told, asked)):
        return True
    if source.published is None:
        return not told
    parts = [int(part) for part in source.published.split("-")]
    return any(Day(*parts).agrees(day) for day in asked)


def spoken_month(published: PartialDate) -> str:
    """The month a source is of, as a person writes it; its year if that is all that is known."""
    return spoken_date(published[:7])
