"""Time: which time a question asks about, which source speaks from it, and which dates a text names.

A newer source governs an older one, and one that says it supersedes another governs it whatever their dates. A question
may ask about then instead ("in early 2018", "before the merger"), or be asked on an earlier day.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import product

from bot.answer.phrases import phrases
from bot.answer.types import Day
from knowledge.types import PartialDate, Source, first_day, last_day, spoken_date

CURRENT_DAYS = 365
"""A source older than the newest by more than this may be overtaken."""
MONTHS = "january february march april may june july august september october november december".split()
"""In lower case and in order."""

_MONTH_NAMES = rf"(?:{'|'.join(MONTHS)}|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b\.?"
_MONTH = rf"(?P<month>{_MONTH_NAMES})"
# "may" and "march" are verbs, too: without a day or a year they are months only with a capital letter or such a word
# before them that no verb follows.
_SURE_MONTH = rf"(?P<month>(?!(?-i:may|march|mar)\b){_MONTH_NAMES})"
_DAY = r"(?P<day>0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_OLD_YEAR = r"(?P<year>1[0-8]\d\d)"
_ANY_YEAR = r"(?P<year>(?:1\d|20)\d\d)"
_NO_PLURAL = r"(?!\s(?!(?:as|has|his|is|its|this|was)\b)[a-z]+s\b)"
_NO_VERB = r"(?!\s(?:also|be|have|need|not|well)\b)"
_RELATIVE = r"(?P<relative>(?:next|this|last) year|the following year)"
_NUMERIC_DAY = r"(?P<day>0?[1-9]|[12]\d|3[01])"
_NUMERIC_MONTH = r"(?P<month>0?[1-9]|1[0-2])"
_A_DIGIT = re.compile(r"\d")
_A_MONTH = re.compile(rf"\b{_MONTH_NAMES}")
"""In case-folded text, where it is quickly found that there is none."""
# Tried in this order; each word counts for the first that takes it. With each: whether it has digits, and whether the
# name of a month.
_DATES = tuple(
    (re.compile(pattern, re.IGNORECASE), "\\d" in pattern and _RELATIVE not in pattern, _MONTH_NAMES in pattern)
    for pattern in (
        rf"\b{_YEAR}-(?P<month>0[1-9]|1[0-2])-(?P<day>0[1-9]|[12]\d|3[01])\b",
        rf"\b{_NUMERIC_DAY}/{_NUMERIC_MONTH}/{_YEAR}\b",
        rf"\b{_NUMERIC_DAY}\.{_NUMERIC_MONTH}\.{_YEAR}\b",
        rf"\b(?:the )?{_DAY}(?: of)? {_MONTH},? (?:{_ANY_YEAR}|{_RELATIVE})\b",
        rf"\b(?:on|by|from|until|till|since|before|after|the) (?:the )?{_DAY}(?: of)? {_MONTH}{_NO_VERB}",
        rf"\b{_DAY}(?: of)? {_SURE_MONTH}",
        rf"\b{_MONTH} {_DAY},? (?:{_ANY_YEAR}|{_RELATIVE})\b",
        rf"\b(?:on|by|from|until|till|since|before|after) {_MONTH} (?:the )?{_DAY}\b",
        rf"\b{_SURE_MONTH} (?:the )?{_DAY}\b",
        rf"\b{_MONTH},? (?:of )?(?:{_ANY_YEAR}|{_RELATIVE})\b",
        rf"\b(?:{_RELATIVE})\b",
        rf"\b{_YEAR}\b",
        rf"\b(?:in|since|until|till|by|during|circa) {_OLD_YEAR}\b{_NO_PLURAL}",
        rf"\({_OLD_YEAR}\)",
        rf"\b(?:in|from|until|till|by|since|during|next|last|early|late|before|after)[ -]{_MONTH}{_NO_VERB}",
        rf"\b(?:mid|end of|start of|beginning of|middle of)[ -]{_MONTH}",
        rf"\b(?:for|on|this|of|around|between|to|and) {_SURE_MONTH}",
    )
)
# "the 2012 Health Act", "the Act of 2012" and, all in lower case, "the 2012 health act" name a law, not a date.
_LAW = re.compile(
    r"\b(?:19|20)\d\d (?:(?:[A-Z]\w+|and|of|the) ){0,6}?(?:Act|Bill)\b|\b(?:Act|Bill)(?: of)? (?:19|20)\d\d\b"
)
_LAW_IN_LOWER_CASE = re.compile(
    r"\bthe (?:19|20)\d\d (?:\w+ ){0,5}?(?:act|bill)\b|\b(?:act|bill)(?: of)? (?:19|20)\d\d\b"
)
_RELATIVE_YEARS = {"next": 1, "this": 0, "last": -1}
_NOT_THEN = phrases(
    rf"(?:before|after|prior to|(?:earlier|later) than) (?:the )?(?:{_DAY} (?:of )?)?(?:{_MONTH_NAMES} )?(?:19|20)\d\d"
)
_LOOKS_BACK = phrases(
    "originally|initially|previous(?:ly)?|former(?:ly)?|earlier",
    "at first|to begin with|back then|in the past",
    "at the time",
    "at the (?:start|outset|beginning)(?! of)",
    "used to",
    "(?:first|early|old|older|original) (?:plans?|ideas?|proposals?|role|job|post)",
    rf"(?:before|prior to) (?:{_MONTH_NAMES} )?(?:19|20)\d\d",
)
_USED_FOR = phrases(r"(?:is|are|be|being) (?:(?!(?:who|that|which|it|they|he|she|we)\b)\w{1,40} ){0,4}used to")
_ENDS_WITH_BEFORE = re.compile(r"\bbefore(?: \w+){0,3}\W*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Frame:
    """The times of the sources that were found for a question."""

    newest: date | None
    """First day of the newest one; None if none is dated. What was published after the question was asked is left out
    as long as there is another."""
    oldest: date | None
    superseded: frozenset[str]
    """Ids of sources that another one, or an admin, says are overtaken or withdrawn."""
    approved: date | None = None
    """First day of the newest one that is approved: what was proposed until then is overtaken."""


def dates(text: str, published: PartialDate | None = None) -> list[Day]:
    """Find the dates a text names, in the order in which they stand; each word counts for one of them.

    Args:
        text: Any words.
        published: When they were written, for "next year"; if this is not known, such a date has no year. A day
            without a year never has one.
    """
    return list(_dates(text, published))


@lru_cache(maxsize=4096)  # each piece is asked for its dates by all that look at time
def _dates(text: str, published: PartialDate | None) -> tuple[Day, ...]:
    digits, month = _A_DIGIT.search(text) is not None, _A_MONTH.search(text.casefold()) is not None
    if digits:
        text = (_LAW_IN_LOWER_CASE if text.islower() else _LAW).sub(lambda law: " " * len(law.group()), text)
    taken = bytearray(len(text))
    found: list[tuple[int, Day]] = []
    for pattern, has_digits, has_month in _DATES:
        if has_digits > digits or has_month > month:
            continue
        for match in pattern.finditer(text):
            start, end = match.span()
            if not any(taken[start:end]):
                taken[start:end] = b"1" * (end - start)
                found.append((start, _day(match.groupdict(), published)))
    return tuple(day for _, day in sorted(found, key=lambda entry: entry[0]))


def _day(parts: dict[str, str | None], published: PartialDate | None) -> Day:
    year = int(parts.get("year") or 0)
    word = (parts.get("relative") or "").split(" ")[0].lower()
    if published and word in _RELATIVE_YEARS:
        year = first_day(published).year + _RELATIVE_YEARS[word]
    return Day(year, _month(parts.get("month") or ""), int(parts.get("day") or 0))


def _month(word: str) -> int:
    if word.isdigit():
        return int(word)
    return next((number for number, month in enumerate(MONTHS, 1) if word and month.startswith(word[:3].lower())), 0)


def asked_days(question: str, today: date) -> tuple[Day, ...]:
    """The dates that a question names, where they name a year: what is said must be of that time.

    "Before 2018" and "after 2018" are left out: what is said must just not be of that time.
    """
    return tuple(day for day in dates(_NOT_THEN.sub(" ", question), today.isoformat()) if day.year)


def looks_back(question: str) -> bool:
    """Whether a question asks about an earlier time without naming one, or names only what came after it."""
    then = _LOOKS_BACK.search(_USED_FOR.sub(" ", question)) is not None
    return then or _ENDS_WITH_BEFORE.search(question) is not None


def frame(sources: Sequence[Source], today: date) -> Frame:
    """See the sources that were found in their times."""
    days = [first_day(source.published) for source in sources if source.published]
    told = [day for day in days if day <= today] or days
    overtaken = {name for source in sources if _known(source, today) for name in source.supersedes}
    overtaken |= {source.id for source in sources if source.status in ("superseded", "withdrawn")}
    approved = [first_day(source.published) for source in sources if source.status == "approved" and source.published]
    return Frame(
        newest=max(told, default=None),
        oldest=min(told, default=None),
        superseded=frozenset(overtaken),
        approved=max((day for day in approved if day <= today), default=None),
    )


def _known(source: Source, today: date) -> bool:
    return source.published is None or first_day(source.published) <= today


def is_overtaken(source: Source, seen: Frame) -> bool:
    """Whether a newer or overruling source was found, or an approved one after what is only proposed."""
    if source.id in seen.superseded:
        return True
    if seen.newest is None or source.published is None:
        return False
    if source.status == "proposed" and seen.approved is not None and first_day(source.published) <= seen.approved:
        return True
    return (seen.newest - last_day(source.published)).days > CURRENT_DAYS


def is_later(source: Source, seen: Frame) -> bool:
    """Whether a source is so new that it cannot speak of the time before it, among those that were found."""
    if seen.oldest is None or source.published is None:
        return False
    return (first_day(source.published) - seen.oldest).days > CURRENT_DAYS


def is_after(source: Source, seen: Frame) -> bool:
    """Whether a source is newer than the newest one that could be known when the question was asked."""
    return source.published is not None and seen.newest is not None and first_day(source.published) > seen.newest


def is_of(source: Source, words: str, asked: Sequence[Day]) -> bool:
    """Whether words speak of one of the days asked about, or their source is of then; so may be words without any year.

    A day without a year is one of the year before its source, of the same, or of the next.
    """
    told = dates(words, source.published)
    if any(day.agrees(other) and _may_be_of(source, day, other) for day, other in product(told, asked)):
        return True
    if source.published is None:
        return not any(day.year for day in told)
    year, month, date_ = (*map(int, source.published.split("-")), 0, 0)[:3]
    return any(Day(year, month, date_).agrees(day) for day in asked)


def _may_be_of(source: Source, told: Day, asked: Day) -> bool:
    if told.year:
        return True
    published = first_day(source.published).year if source.published else asked.year
    return bool(told.month and asked.month) and (not asked.year or abs(asked.year - published) <= 1)


def spoken_month(published: PartialDate) -> str:
    """The month a source is of, as a person writes it; its year if that is all that is known."""
    return spoken_date(published[:7])
