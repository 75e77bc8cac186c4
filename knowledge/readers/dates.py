"""Dates as they are written in documents and addresses. Nothing is ever filled in from today's date."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice

from knowledge.types import Block, BlockKind, PartialDate

STATED = "stated in the text"
"""Evidence of a date that stands on a line of its own."""
IN_ADDRESS = "date in the address"
"""Evidence of a date that only the address has."""

EARLIEST_YEAR = 1948
"""The NHS was founded then: a smaller number is no year of one of our documents."""
LATEST_YEAR = 2099
MOST_LABEL_CHARS = 120
"""A longer line tells something; it does not date the document."""
LINES_LOOKED_AT = 200
"""From the start and from the end of a document, for a line that was to date it: nobody writes it further in."""

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,?\s+)?"
_WRITTEN = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        rf"{_WEEKDAY}(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?)?{_MONTH}\.?,?\s+(?P<year>\d{{4}})",
        rf"{_WEEKDAY}{_MONTH}\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})",
        r"(?P<day>\d{1,2})([/.-])(?P<month>\d{1,2})\2(?P<year>\d{4})",
        r"(?P<year>\d{4})/(?P<month>\d{1,2})/(?P<day>\d{1,2})",
        r"(?P<year>\d{4})-(?P<month>\d{2})(?:-(?P<day>\d{2}))?",
    )
)
_IN_TEXT = tuple(re.compile(rf"(?<![\w/.-]){pattern.pattern}(?![\w/-]|\.\d)", re.I) for pattern in _WRITTEN)
_STAMP = re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})(?:-(?P<day>\d{2}))?(?![\d-])", re.I)
_DONE = r"(?:published|posted|issued)"
_LABEL = re.compile(
    rf"(?:(?:date\s+)?(?:first\s+)?{_DONE}(?:\s+date)?|date\s+of\s+(?:publication|issue)|(?:publication|issue)\s+date)"
    r"(?:\s+by\s[^:]{1,60}?\s+on\b|\s+on\b)?\s*:?\s*|dated?\s*:\s*",
    re.I,
)
_CLOCK = (
    r"(?:\d{1,2}[:.]\d{2}(?::\d{2}(?:\.\d+)?)?(?:\s*[ap]m)?|\d{1,2}\s*[ap]m)(?:\s*(?:gmt|bst|utc|z|[+-]\d{2}:?\d{2}))?"
)
_TIME_BEFORE = re.compile(rf"{_CLOCK}(?:,|\s+on\b)?\s+", re.I)
_TIME_AFTER = re.compile(rf"(?:\s*[,|–-]|\s+at\b|T)?\s*{_CLOCK}", re.I)
_AUTHOR = re.compile(r"\s+by\s", re.I)
_ADDRESSES = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        r"/(?P<year>\d{4})/(?P<month>\d{1,2})/(?P<day>\d{1,2})(?=/|$)",
        rf"/(?P<year>\d{{4}})/{_MONTH}/(?P<day>\d{{1,2}})(?=/|$)",
        r"(?<!\d)(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})(?!\d)",
        r"/(?P<year>\d{4})/(?P<month>\d{2})(?=/)",
        rf"/(?P<year>\d{{4}})/{_MONTH}(?=/)",
        rf"/{_MONTH}-(?P<year>\d{{4}})(?=/)",
    )
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A date that a text speaks of, and where it stands in it."""

    start: int
    end: int
    date: PartialDate


def written_date(text: str) -> PartialDate | None:
    """The date that a text consists of (`21/10/2019` with the day first, `1st May 2018`, `February 2018`), or None."""
    return next((found for match in _written(text) if (found := _partial(match))), None)


def labelled_date(line: str) -> PartialDate | None:
    """The date of a line such as `Published: 21/10/2019` or `Posted on 3 May 2019 at 10:15`, or None."""
    return next((found for rest in _behind_label(line) if (found := written_date(rest))), None)


def impossible_date(text: str) -> bool:
    """Whether a text has the form of a date, but there is no such day: `31/02/2019`, or `10/21/2019`, month first."""
    return written_date(text) is None and next(_written(text), None) is not None


def timestamp_date(value: str) -> PartialDate | None:
    """The date of a machine's time stamp, such as `2019-10-21T16:00:32+01:00`, or None."""
    match = _STAMP.match(value.strip())
    return _partial(match) if match else None


def address_date(url: str) -> PartialDate | None:
    """The date in an address, such as `/2019/10/21/` or `news/2019-10-29/`, or None. What is asked of it is no date."""
    path = re.split(r"[?#]", url, maxsplit=1)[0]
    for pattern in _ADDRESSES:
        if (match := pattern.search(path)) and (found := _partial(match)):
            return found
    return None


def mentions(text: str) -> tuple[Mention, ...]:
    """The dates that a text speaks of with a year and at least a month, in its order."""
    matches = [match for pattern in _IN_TEXT for match in pattern.finditer(text)]
    found: list[Mention] = []
    for match in sorted(matches, key=lambda match: (match.start(), -match.end())):
        overlaps = bool(found) and match.start() < found[-1].end
        if not overlaps and (named := _partial(match)):
            found.append(Mention(match.start(), match.end(), named))
    return tuple(found)


def with_date_line(text: str, blocks: Sequence[Block]) -> tuple[tuple[Block, ...], PartialDate | None]:
    """Find the line that dates a document and make it furniture.

    It is the first paragraph with a label (`Published: ...`), or a bare date right before or after the title: a
    paragraph, or a heading if no other heading is a date (those of a diary date what stands below them).

    Returns:
        The blocks, and the date or None.
    """
    beside_title = _beside_title(blocks)
    if sum(block.kind is BlockKind.HEADING and written_date(block.of(text)) is not None for block in blocks) > 1:
        beside_title = {n for n in beside_title if blocks[n].kind is BlockKind.PARAGRAPH}
    for n, block in enumerate(blocks):
        labelled = labelled_date(block.of(text)) if block.kind is BlockKind.PARAGRAPH else None
        found = labelled or (written_date(block.of(text)) if n in beside_title else None)
        if found:
            return (*blocks[:n], replace(block, kind=BlockKind.FURNITURE, level=0), *blocks[n + 1 :]), found
    return tuple(blocks), None


def impossible_date_line(text: str, blocks: Sequence[Block]) -> str | None:
    """What a line such as `Published: 31/02/2019` gives as the date of a document, where there is no such day."""
    lines = [block.of(text) for block in blocks if block.kind in (BlockKind.PARAGRAPH, BlockKind.FURNITURE)]
    for line in dict.fromkeys((*lines[:LINES_LOOKED_AT], *lines[-LINES_LOOKED_AT:])):
        for rest in _behind_label(line):
            if impossible_date(rest):
                return rest
    return None


def _behind_label(line: str) -> Iterator[str]:
    """What a line says after `Published:` and the like: whole, and without the time of day or the author."""
    line = line.strip()
    label = _LABEL.match(line) if len(line) <= MOST_LABEL_CHARS else None
    if label is None:
        return
    rest = line[label.end() :].rstrip(" .")
    author = _AUTHOR.search(rest)
    for words in (rest, rest[: author.start()] if author else rest):
        yield words
        if before := _TIME_BEFORE.match(words):
            yield words[before.end() :]
        for time in _TIME_AFTER.finditer(words):
            if time.end() == len(words):
                yield words[: time.start()]


def _beside_title(blocks: Sequence[Block]) -> set[int]:
    """The numbers of the blocks in which a bare date dates the document: the one after the title, or right before."""
    first = list(islice((n for n, block in enumerate(blocks) if block.kind is not BlockKind.FURNITURE), 2))
    around = zip(first, reversed(first), strict=True) if len(first) > 1 else ()
    return {
        n
        for n, other in around
        if blocks[other].kind is BlockKind.HEADING and blocks[n].kind in (BlockKind.HEADING, BlockKind.PARAGRAPH)
    }


def _written(text: str) -> Iterator[re.Match[str]]:
    return (match for pattern in _WRITTEN if (match := pattern.fullmatch(text.strip())))


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
