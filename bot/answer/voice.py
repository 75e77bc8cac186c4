"""Whose words a quotation is: who "we" are in it, and from when it speaks."""

from __future__ import annotations

import re

from bot.answer.names import Names
from bot.answer.timeline import spoken_month
from knowledge.text import sentence_spans
from knowledge.types import Document, Source, Span

SPEAKER_WITHIN_CHARS = 1500
"""How far before a quotation the words stand that say whose it is."""

_WE = re.compile(r"\b(?:we|our|us|ours|I|my)\b(?![/.])", re.IGNORECASE)
_SAYS = re.compile(r"\b(?:said|says|added|adds|told|explained|wrote|writes|commented|continued)\b")
_OPENING = "“"
_CLOSING = "”"


def time_lead(source: Source) -> str:
    """Say from when an older source speaks: "In February 2018:"; empty if it is not dated."""
    return f"In {spoken_month(source.published)}:" if source.published else ""


def speaker_lead(document: Document, span: Span, names: Names) -> str:
    """Name who says "we" in a quotation: a person quoted in the document, or else its publisher.

    Empty where nobody says "we", where the quotation itself names who does, or where nobody is known.
    """
    words = span.of(document.text)
    if not _WE.search(words) or _SAYS.search(words):
        return ""
    if _is_speech(document.text, span):
        person = _speaker(document, span, names)
        return f"{person}, quoted by {document.source.publisher or document.source.title}:" if person else ""
    return f"{document.source.publisher}:" if document.source.publisher else ""


def _is_speech(text: str, span: Span) -> bool:
    """Whether a range lies in quotation marks, which each paragraph of a long quotation opens anew."""
    paragraph = text.rfind("\n", 0, span.start) + 1
    before = text[paragraph : span.start + 1].replace('"', _OPENING)
    return (
        before.count(_OPENING) % 2 == 1
        if '"' in text[paragraph : span.start + 1]
        else before.count(_OPENING) > before.count(_CLOSING)
    )


def _speaker(document: Document, span: Span, names: Names) -> str:
    """The person named last before a verb of saying, in the sentences before the quotation."""
    start = max(0, span.start - SPEAKER_WITHIN_CHARS)
    before = document.text[start : span.start]
    for first, last in reversed(sentence_spans(before)):
        sentence = before[first:last]
        if says := _SAYS.search(sentence):
            people = names.persons(sentence[: says.start()]) or names.persons(sentence)
            return people[-1] if people else ""
    return ""


def closed(document: Document, span: Span) -> Span:
    """Mend quotation marks: reach to the closing one if it stands in the same paragraph, or leave out an opening one."""
    text = document.text
    words = span.of(text)
    if words.count(_OPENING) > words.count(_CLOSING):
        paragraph_end = text.find("\n", span.end)
        rest = text[span.end : paragraph_end if paragraph_end >= 0 else len(text)]
        close = rest.find(_CLOSING)
        if close >= 0 and _OPENING not in rest[:close]:
            return Span(span.start, span.end + close + 1)
        if words.startswith(_OPENING):
            return Span(span.start + 1, span.end)
    if words.count(_CLOSING) > words.count(_OPENING) and words.endswith(_CLOSING):
        return Span(span.start, span.end - 1)
    return span
