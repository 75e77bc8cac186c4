"""A source in a window: the passage in its context, the quoted words marked, and what is known of the document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import TypeVar

from bot.answer.layout import page
from bot.answer.types import Citation
from bot.slack.elements import (
    actions,
    bullets,
    button,
    can_open,
    clean,
    cut,
    modal,
    quotation,
    rich,
    said,
    section,
    small,
    smooth,
    words,
)
from bot.slack.types import Block
from knowledge.types import Block as Piece
from knowledge.types import BlockKind, Document, Item, Row, Source, Span, spoken_date

CONTEXT_CHARS = 700
"""Of the text before the quotation, and of that after it; whole pieces, so it may be a little more."""
PIECE_CHARS = 2_500
"""Of one paragraph, item or row that is shown."""
PIECES = 40
"""Paragraphs, items and rows shown in all."""
NEAR = 8
"""Items or rows shown before the quotation, and after it."""
OPEN_DOCUMENT = "document"
LEGEND = "The words of the answer are in bold."
STATUS = {
    "proposed": "a proposal, not decided",
    "approved": "approved",
    "superseded": "superseded by a newer document",
    "withdrawn": "withdrawn",
}

Ranged = TypeVar("Ranged", Item, Row)
Line = tuple[str, list[Block]]
"""What a piece is shown as (`heading`, `text` or `item`), and its words."""


def source_view(document: Document, citation: Citation, quoted: Sequence[Citation]) -> Block:
    """A window with the place that a citation names.

    Args:
        document: As it is now; it may have been changed since the answer.
        citation: The one to open.
        quoted: All that the answer quotes, for what of it stands in the same place.
    """
    place = _place(document, citation)
    if place is None:
        shown = [
            rich(section([words("The document has been changed since this answer. These words were quoted:")])),
            rich(quotation([words(cut(clean(citation.quote), PIECE_CHARS) or "…")])),
        ]
    else:
        others = (_place(document, one) for one in quoted if one.document == document.source.id)
        shown = [*_passage(document, place, [place, *(other for other in others if other)]), small(LEGEND)]
    return modal("Source", [*_facts(document.source, citation), {"type": "divider"}, *shown])


def gone_view() -> Block:
    """A window for a document that is not there any more, or not for whoever asks: they are not told its title."""
    return modal("Source", [said("This document is no longer among those that can be shown here.")])


def _place(document: Document, citation: Citation) -> Span | None:
    """Where the quotation stands now; None if it does not any more."""
    if document.text[citation.start : citation.end] == citation.quote:
        return Span(citation.start, citation.end)
    start = document.text.find(citation.quote)
    return Span(start, start + len(citation.quote)) if start >= 0 and citation.quote else None


def _facts(source: Source, citation: Citation) -> Iterator[Block]:
    yield rich(section([words(cut(clean(source.title), PIECE_CHARS) or source.id, bold=True)]))
    where = (clean(citation.section).replace(" > ", " › "), page(citation), citation.note)
    known = (
        clean(source.publisher),
        clean(source.kind),
        spoken_date(source.published) if source.published else "no date",
        STATUS.get(source.status, ""),
    )
    yield small(cut(" · ".join(filter(None, known)), PIECE_CHARS))
    if any(where):
        yield small(cut(" · ".join(filter(None, where)), PIECE_CHARS))
    if source.original_title:
        by = f", {clean(source.original_publisher)}" if source.original_publisher else ""
        yield small(cut(f"About: {clean(source.original_title)}{by}", PIECE_CHARS))
    if can_open(source.url):
        label = "Open the original" if source.original_title else "Open the document"
        yield actions(button(label, OPEN_DOCUMENT, url=source.url))


def _passage(document: Document, place: Span, quotes: Sequence[Span]) -> Iterator[Block]:
    """The pieces around a place; runs of items as lists."""
    lines = [line for piece in _around(document, place) for line in _lines(document, piece, place, quotes)]
    elements: list[Block] = []
    for kind, run in groupby(lines[:PIECES], key=itemgetter(0)):
        shown = [line for _, line in run]
        elements += [bullets(shown)] if kind == "item" else [section([*line, words("\n")]) for line in shown]
    if elements:
        yield rich(*elements)


def _around(document: Document, place: Span) -> list[Piece]:
    """The pieces with the quotation, and those before and after it that belong to the context."""
    pieces = [piece for piece in document.blocks if piece.kind is not BlockKind.FURNITURE]
    inside = [number for number, piece in enumerate(pieces) if piece.start < place.end and piece.end > place.start]
    if not inside:
        return []
    first, last = inside[0], inside[-1]
    while first > 0 and pieces[inside[0]].start - pieces[first - 1].start <= CONTEXT_CHARS:
        first -= 1
    while last + 1 < len(pieces) and pieces[last + 1].end - pieces[inside[-1]].end <= CONTEXT_CHARS:
        last += 1
    return pieces[first : last + 1]


def _lines(document: Document, piece: Piece, place: Span, quotes: Sequence[Span]) -> Iterator[Line]:
    text = document.text
    if piece.kind is BlockKind.HEADING:
        yield "heading", [words(cut(clean(piece.of(text)), PIECE_CHARS), italic=True)]
    elif piece.kind is BlockKind.LIST:
        for item in _near(piece.items, place):
            yield "item", _marked(text, Span(item.start, item.end), quotes)
    elif piece.kind is BlockKind.TABLE:
        heads = [clean(column.name(text)) for column in piece.header]
        for row in _near(piece.rows, place):
            cells = [cell for cell in row.cells if cell.end > cell.start]
            marked: list[Block] = []
            for number, cell in enumerate(row.cells):
                if cell.end > cell.start:
                    head = heads[number] if number < len(heads) else ""
                    marked += [words(f"{head}: ")] if head else []
                    marked += [*_marked(text, cell, quotes), *([words("; ")] if cell is not cells[-1] else [])]
            yield "item", marked or [words("…")]
    else:
        yield "text", _marked(text, Span(piece.start, piece.end), quotes)


def _near(pieces: Sequence[Ranged], place: Span) -> Sequence[Ranged]:
    """Of a long list or table the items or rows that stand near the quotation."""
    inside = [number for number, piece in enumerate(pieces) if piece.start < place.end and piece.end > place.start]
    first = inside[0] if inside else 0
    return pieces[max(first - NEAR, 0) : (inside[-1] if inside else NEAR) + NEAR + 1]


def _marked(text: str, span: Span, quotes: Iterable[Span]) -> list[Block]:
    """Words of a document, those that are quoted in bold; of a long piece what is around the first of them."""
    clipped = (Span(max(quote.start, span.start), min(quote.end, span.end)) for quote in quotes)
    inside = sorted((quote for quote in clipped if quote.start < quote.end), key=lambda quote: quote.start)
    start = span.start
    if span.end - span.start > PIECE_CHARS and inside:
        start = max(span.start, inside[0].start - CONTEXT_CHARS)
    end = min(span.end, start + PIECE_CHARS)
    marked = [words("… ")] if start > span.start else []
    at = start
    for quote in inside:
        if quote.end > at and quote.start < end:
            marked += _run(text[at : max(quote.start, at)])
            marked += _run(text[max(quote.start, at) : min(quote.end, end)], bold=True)
            at = min(quote.end, end)
    marked += _run(text[at:end])
    return [*marked, *([words(" …")] if end < span.end else [])] or [words("…")]


def _run(text: str, **style: bool) -> list[Block]:
    shown = smooth(text)
    return [words(shown, **style)] if shown.strip() else [words(" ")] if shown else []
