"""Whose words a quotation is: who "we" are in it, and from when it speaks."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from bot.answer.names import TITLE, Names
from bot.answer.timeline import spoken_month
from knowledge.text import sentence_spans
from knowledge.types import Document, Source, Span

SPEAKER_WITHIN_CHARS = 1500
"""How far before or after a quotation the words stand that say whose it is."""
SAID_WITHIN_CHARS = 120
"""How soon after the closing mark "said Ann Marsh" begins and ends."""
SUBJECT_CHARS = 80
"""How far before a verb of saying its subject begins."""
REACH_CHARS = 400
"""How far a quotation is extended to reach its other mark."""

_WE = re.compile(r"\b(?:[Ww]e|[Oo]urs?|[Oo]urselves|us|I|[Mm]y|[Mm]yself)\b(?![/.])")
_NUMBERED = re.compile(
    r"\b(?:phase|part|stage|grade|type|class|annex|appendix|schedule|volume|chapter|war|level|tier|table|figure) I\b",
    re.IGNORECASE,
)
_SAYS = re.compile(r"\b(?:said|says|added|adds|told|explained|wrote|writes|commented|continued)\b")
_TITLE = rf"(?:(?:{TITLE})\.?\s+)?"
_ADVERB = r"(?:(?:also|then|later|have|has|had)\s+)*"
_HE_BEFORE = re.compile(rf"\b(?:he|she|they|who)\s+{_ADVERB}$", re.IGNORECASE)
_HE_AFTER = re.compile(r"\s+(?:he|she|they)\b")
_WE_BEFORE = re.compile(rf"\b(?:we|i|you|(?:our|my)(?:\s+\w+){{1,3}})(?:[’']ve)?\s+{_ADVERB}$", re.IGNORECASE)
_NO_SUBJECT = re.compile(rf"\b(?:with|of|by|to|for|from|than|like|alongside|told|between|whom)\s+{_TITLE}$")
_AND = re.compile(rf"\s+and\s+{_TITLE}")
_AT_ONCE = re.compile(rf"\s+{_TITLE}")
_A_MARK = re.compile(r"[“”„\"]|(?<!\w)[‘'](?=\w)|(?<=[,.!?…])[’'](?!\w)")
_OPENING = "“„‘'\""
_NOT_BLANK = re.compile(r"\S")
_SPEAKS_TO = frozenset({"told", "tells"})
_SINGLE_CLOSING = re.compile(r"(?<=[,.!?…])[’'](?!\w)")


@dataclass(frozen=True, slots=True)
class _Mark:
    """A quotation mark, and whether it opens."""

    place: int
    opens: bool


def time_lead(source: Source) -> str:
    """Say from when an older source speaks: "In February 2018:"; empty if it is not dated."""
    return f"In {spoken_month(source.published)}:" if source.published else ""


def speaker_lead(document: Document, span: Span, names: Names) -> str:
    """Name who says "we" in a quotation: a person quoted in the document, or else its publisher.

    Empty where nobody says "we", where the quotation itself tells who does, or where nobody is known.
    """
    text = document.text
    words = _NUMBERED.sub(lambda match: " " * len(match.group()), span.of(text))
    said = [span.start + match.start() for match in _WE.finditer(words)]
    if not said or _tells_who(words):
        return ""
    marks = _marks(text, _paragraph(text, span))
    opened = [_opened(marks, place) for place in said]
    publisher = document.source.publisher
    if None in opened:
        return f"{publisher}:" if publisher else ""
    if any(mark is not None and mark.place > span.start for mark in opened):
        return ""
    after = _named_after(text, span, names)
    person = after or _named_before(text, span, names, he=after is None)
    return f"{person}, quoted by {publisher or document.source.title}:" if person else ""


def closed(document: Document, span: Span) -> Span:
    """Mend quotation marks: reach to the other one if it is near in the paragraph, or leave out a lone outer one."""
    marks = _marks(document.text, _paragraph(document.text, span))
    inside = [mark for mark in marks if span.start <= mark.place < span.end]
    start, end = span.start, span.end
    if inside and inside[-1].opens:
        close = next((mark.place for mark in marks if mark.place >= span.end), None)
        if close is not None and close - span.end < REACH_CHARS:
            end = close + 1
        elif inside[-1].place == span.start:
            start += 1
    if inside and not inside[0].opens:
        opening = next((mark.place for mark in reversed(marks) if mark.place < span.start), None)
        if inside[0].place == span.end - 1:
            end -= 1
        elif opening is not None and span.start - opening < REACH_CHARS:
            start = opening
    return Span(start, end) if document.text[start:end].strip() else span


def _paragraph(text: str, span: Span) -> Span:
    end = text.find("\n", span.end)
    return Span(text.rfind("\n", 0, span.start) + 1, end if end >= 0 else len(text))


def _marks(text: str, paragraph: Span) -> list[_Mark]:
    """The outer quotation marks of a paragraph, opening and closing in turn where the text has both.

    Each paragraph of a long quotation opens it anew, so a paragraph is read alone. Single marks count where they can
    be told from apostrophes; marks of the other kind within a quotation do not.
    """
    ends = [match.start() for match in _SINGLE_CLOSING.finditer(text, paragraph.start, paragraph.end)]
    found: list[_Mark] = []
    kind = ""
    for match in _A_MARK.finditer(text, paragraph.start, paragraph.end):
        mark, place = match.group(), match.start()
        double = mark in '“”„"'
        if kind and double is (kind == "double") and mark not in "“„‘":
            found.append(_Mark(place, opens=False))
            kind = ""
        elif not kind and mark == "”":
            found.append(_Mark(place, opens=False))
        elif not kind and (double or (mark in "‘'" and ends and ends[-1] > place and place not in ends)):
            found.append(_Mark(place, opens=True))
            kind = "double" if double else "single"
    return found


def _opened(marks: Sequence[_Mark], place: int) -> _Mark | None:
    """The mark that opens the quotation in which a place lies; None outside of any."""
    before = bisect_right(marks, place, key=lambda mark: mark.place)
    return marks[before - 1] if before and marks[before - 1].opens else None


def _tells_who(words: str) -> bool:
    """Whether words tell who says them: "..., said Ann Marsh", but not "we said" or "she said"."""
    for says in _SAYS.finditer(words):
        before = words[max(0, says.start() - SUBJECT_CHARS) : says.start()]
        if not (_WE_BEFORE.search(before) or _HE_BEFORE.search(before) or _HE_AFTER.match(words, says.end())):
            return True
    return False


def _named_after(text: str, span: Span, names: Names) -> str | None:
    """The person named right after the closing mark, "said Ann Marsh", be it paragraphs on; None where it is "she"."""
    start = span.end - 1
    while start - span.end < SPEAKER_WITHIN_CHARS:
        paragraph = _paragraph(text, Span(start, start))
        marks = _marks(text, paragraph)
        close = next((mark.place for mark in marks if mark.place >= start and not mark.opens), None)
        if close is not None:
            opening = next((mark.place for mark in marks if mark.place > close), paragraph.end)
            tail = text[close + 1 : min(opening, close + 1 + SAID_WITHIN_CHARS)]
            goes_on = text[close - 1] != "." or not tail.lstrip()[:1].isupper()
            return _sayer(tail, names) if goes_on else ""
        follows = _NOT_BLANK.search(text, paragraph.end)
        if follows is None or follows.group() not in _OPENING:
            return ""
        start = follows.start()
    return ""


def _named_before(text: str, span: Span, names: Names, *, he: bool) -> str:
    """The person whom the words before a quotation name as the one who speaks; empty where they are not clear.

    Args:
        text: Of the document.
        span: What is quoted.
        names: Those that the documents use.
        he: Whether the one who speaks is known to be called "he" or "she", so that one who is only mentioned will do.
    """
    for narrated in reversed(_narrated(text, Span(max(0, span.start - SPEAKER_WITHIN_CHARS), span.start))):
        sayer = _sayer(narrated, names)
        if sayer is None:
            he = True
        elif sayer or _SAYS.search(narrated):
            return sayer
        elif people := names.persons(narrated):
            alone = len(people) == 1 and (he or narrated.rstrip().endswith(":"))
            return people[0] if alone else ""
    return ""


def _narrated(text: str, span: Span) -> list[str]:
    """The sentences of a range outside of quotation marks; what a quotation parts is two of them."""
    found = []
    start = span.start
    for line in span.of(text).split("\n"):
        end = start + len(line)
        outside: list[str] = []
        told_from = start
        for mark in _marks(text, _paragraph(text, Span(start, end))):
            if mark.place >= end:
                break
            if mark.opens and mark.place >= start:
                outside.append(text[told_from : mark.place])
            told_from = end if mark.opens else max(start, mark.place + 1)
        outside.append(text[told_from:end])
        found += [words[first:last] for words in outside for first, last in sentence_spans(words)]
        start = end + 1
    return found


def _sayer(narrated: str, names: Names) -> str | None:
    """Who says something, in words outside of quotation marks: one or two people; None where it is "she"."""
    says = _SAYS.search(narrated)
    if says is None:
        return ""
    before = narrated[: says.start()]
    if _HE_BEFORE.search(before) and not names.persons(before):
        return None
    subjects = [name for name in names.persons(before) if not _NO_SUBJECT.search(before[: before.rindex(name)])]
    if subjects:
        last = subjects[-1]
        other = subjects[-2] if len(subjects) > 1 else ""
        joined = other and _AND.fullmatch(before[before.rindex(other) + len(other) : before.rindex(last)])
        return f"{other} and {last}" if joined else last
    if _HE_AFTER.match(narrated, says.end()) or _HE_BEFORE.search(before):
        return None
    after = narrated[says.end() :]
    people = names.persons(after)
    at_once = people and says.group() not in _SPEAKS_TO and _AT_ONCE.fullmatch(after[: after.index(people[0])])
    return people[0] if at_once else ""
