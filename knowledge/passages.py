"""Cut a document into passages along its headings, lists and table rows.

Prose is gathered paragraph by paragraph up to a size; a list stays with the sentence that introduces it; each table row
is a passage of its own. What is embedded in front of a passage (title, date, headings, a lead-in that stands further
up) helps to find it and is never quoted.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from knowledge.text import sentence_spans, single_spaced, tokens
from knowledge.types import Block, BlockKind, Document, Passage, Row, Span, spoken_date

CUTTER_VERSION = 2
"""Raise it when the rules below or the readers change: an index cut by other rules is built anew."""

MOST_CHARS = 1100
"""Of a passage: about what the model's 256 tokens hold beside title and headings."""
GATHERED_CHARS = 600
"""Short paragraphs under one heading are gathered up to this size: one sentence alone says too little to be found."""
CELL_SEPARATOR = "; "
"""Between the cells of a row, where it is written in a line."""
FEWEST_LEAD_IN_WORDS = 3
"""A lead-in with fewer content words ("These are:") cannot stand without the sentence before it."""

_POINTS_BACK = re.compile(r"(?:these|they|this|those|it|he|she|his|her|their|such)\b", re.IGNORECASE)


def cut(document: Document) -> tuple[Passage, ...]:
    """Cut a document into passages, in the order of its text.

    Every paragraph, list item and table row lies in a passage; headings and furniture lie in none.
    """
    return tuple(_passage(document, number, piece) for number, piece in enumerate(_pieces(document), 1))


def _passage(document: Document, number: int, piece: _Piece) -> Passage:
    source = document.source
    title = single_spaced(source.title)
    headings = " > ".join(words for words in piece.section if words != title)
    published = spoken_date(source.published) if source.published else ""
    prefix = "".join(f"{words}.\n" for words in (title, published, headings, piece.context) if words)
    embedded = prefix + (piece.row or document.text[piece.start : piece.end])
    return Passage(
        id=f"{document.source.id}#{number}",
        source=document.source.id,
        start=piece.start,
        end=piece.end,
        section=piece.section,
        page=document.page_at(piece.start),
        embedded=embedded,
        body=len(prefix),
        sentences=piece.sentences,
        digest=hashlib.sha256(embedded.encode("utf-8", "surrogatepass")).hexdigest(),
    )


def introduction(document: Document, block: Block) -> Span | None:
    """Find what introduces a list or table: its lead-in, and the sentence before it where the lead-in points back."""
    if block.lead_in is None:
        return None
    lead_in = block.lead_in
    words = lead_in.of(document.text)
    if sum(not token.stop for token in tokens(words)) >= FEWEST_LEAD_IN_WORDS and not points_back(words):
        return lead_in
    for paragraph in document.blocks:
        if paragraph.kind is BlockKind.PARAGRAPH and paragraph.start <= lead_in.start < paragraph.end:
            before = [
                paragraph.start + start
                for start, _ in sentence_spans(paragraph.of(document.text))
                if paragraph.start + start < lead_in.start
            ]
            return Span(before[-1], lead_in.end) if before else lead_in
    return lead_in


def points_back(sentence: str) -> bool:
    """Whether a sentence begins with a word that means something said before it ("They will ...")."""
    return _POINTS_BACK.match(sentence.lstrip("“\"‘'(")) is not None


def row_cells(text: str, block: Block, row: Row) -> list[str]:
    """Write each cell of a table row after the head of its column: `["Ian Ayres", "Role: Managing Director"]`.

    Empty cells are left out, and so is a head that was only inferred: it is not in the source.
    """
    pairs = []
    for number, cell in enumerate(row.cells):
        words = single_spaced(cell.of(text))
        if not words:
            continue
        column = block.header[number] if number < len(block.header) else None
        head = single_spaced(text[column.start : column.end]) if column else ""
        pairs.append(f"{head}: {words}" if head else words)
    return pairs


def row_text(text: str, block: Block, row: Row) -> str:
    """Write a table row in a line: its cells, each after the head of its column."""
    return CELL_SEPARATOR.join(row_cells(text, block, row))


@dataclass(frozen=True, slots=True)
class _Piece:
    """What one passage will hold. Prose may be joined with the prose of the block before it."""

    start: int
    end: int
    section: tuple[str, ...]
    context: str = ""
    row: str = ""
    sentences: tuple[Span, ...] = ()
    prose_of: int | None = None
    """Number of the block it is prose of; None for lists and rows."""


def _pieces(document: Document) -> Iterator[_Piece]:
    """The pieces of a document, neighbouring short paragraphs joined."""
    waiting: _Piece | None = None
    for piece in _pieces_by_block(document):
        if waiting is not None and _may_join(waiting, piece):
            sentences = waiting.sentences + piece.sentences
            waiting = replace(waiting, end=piece.end, sentences=sentences, prose_of=piece.prose_of)
            continue
        if waiting is not None:
            yield waiting
        waiting = piece
    if waiting is not None:
        yield waiting


def _may_join(before: _Piece, after: _Piece) -> bool:
    return (
        before.prose_of is not None
        and after.prose_of == before.prose_of + 1
        and after.end - before.start <= GATHERED_CHARS
    )


def _pieces_by_block(document: Document) -> Iterator[_Piece]:
    headings: tuple[tuple[int, str], ...] = ()
    introductions = [introduction(document, block) for block in document.blocks]
    for number, block in enumerate(document.blocks):
        section = tuple(words for _, words in headings)
        match block.kind:
            case BlockKind.HEADING:
                words = single_spaced(block.of(document.text))
                headings = (*((level, name) for level, name in headings if level < block.level), (block.level, words))
            case BlockKind.PARAGRAPH:
                follows = document.blocks[number + 1 : number + 2]
                lead_in = introductions[number + 1] if follows and follows[0].kind is BlockKind.LIST else None
                yield from _prose_pieces(document, number, lead_in, section)
            case BlockKind.LIST:
                yield from _list_pieces(document, number, introductions[number], section)
            case BlockKind.TABLE:
                context = _words(document, introductions[number])
                for row in block.rows:
                    yield _Piece(row.start, row.end, section, context, row_text(document.text, block, row))


def _prose_pieces(document: Document, number: int, lead_in: Span | None, section: tuple[str, ...]) -> Iterator[_Piece]:
    """Sentences of a paragraph, joined up to a passage's size; a list's lead-in goes with its list."""
    block = document.blocks[number]
    found = sentence_spans(block.of(document.text))
    sentences = [Span(block.start + start, block.start + end) for start, end in found]
    whole_until = sentences[-1].start if block.cut_off and sentences else block.end
    kept = [span for span in sentences if lead_in is None or span.start < lead_in.start]
    parts = [part for span in kept for part in _short_enough(document.text, span)]
    for joined in _joined(parts):
        inside = tuple(span for span in kept if joined.start <= span.start and span.end <= min(joined.end, whole_until))
        yield _Piece(joined.start, joined.end, section, sentences=inside, prose_of=number)


def _list_pieces(document: Document, number: int, lead_in: Span | None, section: tuple[str, ...]) -> Iterator[_Piece]:
    """Items of a list, joined up to a passage's size: the first follow on the lead-in, for the rest it is context."""
    block = document.blocks[number]
    spans = [Span(item.start, item.end) for item in block.items]
    if lead_in and document.blocks[number - 1].kind is BlockKind.PARAGRAPH:  # otherwise furniture stands between them
        spans.insert(0, lead_in)
    for joined in _joined([part for span in spans for part in _short_enough(document.text, span)]):
        follows_on = lead_in is not None and joined.start == lead_in.start
        yield _Piece(joined.start, joined.end, section, "" if follows_on else _words(document, lead_in))


def _words(document: Document, span: Span | None) -> str:
    return single_spaced(span.of(document.text)) if span else ""


def _short_enough(text: str, span: Span) -> Iterator[Span]:
    """Cut what is longer than a passage at white space."""
    start = span.start
    while span.end - start > MOST_CHARS:
        space = text.rfind(" ", start + 1, start + MOST_CHARS)
        end = space if space > start else start + MOST_CHARS
        yield Span(start, end)
        start = end
        while start < span.end and text[start].isspace():
            start += 1
    if start < span.end:
        yield Span(start, span.end)


def _joined(spans: list[Span]) -> list[Span]:
    """Join neighbours while the whole stays within a passage's size."""
    joined: list[Span] = []
    for span in spans:
        if joined and span.end - joined[-1].start <= MOST_CHARS:
            joined[-1] = Span(joined[-1].start, span.end)
        else:
            joined.append(span)
    return joined
