"""Dates as they are written in documents and addresses. Nothing is ever filled in from today's date."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from knowledge.types import Block, BlockKind, PartialDate

STATED = "stated in the text"
"""Evidence of a date that stands on a line of its own."""

EARLIEST_YEAR = 1948  # the NHS was founded; a smaller number is no year of one of our documents
LATEST_YEAR = 2099

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,?\s+)?"
_SPOKEN = re.compile(
    rf"{_WEEKDAY}(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?)?{_MONTH},?\s+(?P<year>\d{{4}})", re.I
)
_AMERICAN = re.compile(rf"{_WEEKDAY}{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})", re.I)
_DAY_FIRST = re.compile(r"(?P<day>\d{1,2})([/.-])(?P<month>\d{1,2})\2(?P<year>\d{4})")
_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})(?:-(?P<day>\d{2}))?")
_LABEL = re.compile(r"(?:date\s+)?(?:published|posted)(?:\s+by\s[^:]{1,60}?\s+on\b|\s+on\b)?\s*:?\s*|date\s*:\s*", re.I)
_TIME = re.compile(r",?\s*(?:at|T)?\s*\d{1,2}[:.]\d{2}(?::\d{2})?\s*(?:am|pm|gmt|bst)?", re.I)
_IN_ADDRESS = (
    re.compile(r"/(?P<year>\d{4})/(?P<month>\d{1,2})/(?P<day>\d{1,2})(?=/|$)"),
    re.compile(r"(?<!\d)(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})(?!\d)"),
    re.compile(r"/(?P<year>\d{4})/(?P<month>\d{2})(?=/)"),
)


def written_date(text: str) -> PartialDate | None:
    """The date that a text consists of (`21/10/2019` with the day first, `1st May 2018`, `February 2018`), or None."""
    for pattern in (_SPOKEN, _AMERICAN, _DAY_FIRST, _ISO):
        if match := pattern.fullmatch(text.strip()):
            return _partial(match)
    return None


def labelled_date(line: str) -> PartialDate | None:
    """The date of a line such as `Published: 21/10/2019` or `Posted on 3 May 2019 at 10:15`, or None."""
    line = line.strip()
    label = _LABEL.match(line)
    if label is None:
        return None
    rest = line[label.end() :].rstrip(" .")
    if found := written_date(rest):
        return found
    for time in _TIME.finditer(rest):
        if time.end() == len(rest):
            return written_date(rest[: time.start()])
    return None


def timestamp_date(value: str) -> PartialDate | None:
    """The date of a machine's time stamp, such as `2019-10-21T16:00:32+01:00`, or None."""
    match = _ISO.match(value.strip())
    return _partial(match) if match else None


def address_date(url: str) -> PartialDate | None:
    """The date in an address, such as `/2019/10/21/` or `news/2019-10-29/`, or None."""
    for pattern in _IN_ADDRESS:
        if (match := pattern.search(url)) and (found := _partial(match)):
            return found
    return None


def with_date_line(text: str, blocks: Sequence[Block]) -> tuple[tuple[Block, ...], PartialDate | None]:
    """Find the line that dates a document and make it furniture.

    It is the first paragraph with a label (`Published: ...`) or a bare date right after the title.

    Returns:
        The blocks, and the date or None.
    """
    for n, block in enumerate(blocks):
        if block.kind is not BlockKind.PARAGRAPH:
            continue
        after_title = n > 0 and blocks[n - 1].kind is BlockKind.HEADING and _nothing_before(blocks[: n - 1])
        found = labelled_date(block.of(text)) or (written_date(block.of(text)) if after_title else None)
        if found:
            return (*blocks[:n], replace(block, kind=BlockKind.FURNITURE), *blocks[n + 1 :]), found
    return tuple(blocks), None


def _nothing_before(blocks: Sequence[Block]) -> bool:
    return all(block.kind is BlockKind.FURNITURE for block in blocks)


def _partial(match: re.Match[str]) -> PartialDate | None:
    parts = match.groupdict()
    year, day = int(parts["year"]), parts.get("day")
    name = parts.get("name")
    month = _MONTHS.index(name[:3].lower()) + 1 if name else int(parts["month"])
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        return None
    try:
        exact = date(year, month, int(day or 1))
    except ValueError:
        return None
    return exact.isoformat() if day else f"{year}-{month:02}"
