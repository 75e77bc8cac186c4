"""What a hit could answer with: its sentences, list items, lists and table rows, each scored for the question.

The score is late interaction over the token vectors of the passage: for each content word of the question, the best
cosine with a token of the piece, weighted by the word's idf (MaxSim; Khattab and Zaharia, ColBERT, 2020; with weights),
added to the scores of the first search and to the cosine of the piece as a whole.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

from bot.answer.fit import bonus, newest_day, suits
from bot.answer.types import Kind, Question
from index.search import Index
from index.types import Floats, Hit, Ints, Query
from knowledge.passages import CELL_SEPARATOR, introduction, row_cells
from knowledge.text import stems
from knowledge.types import Block, BlockKind, Document, Passage, Row, Span

PIECE_WEIGHT = 3.0
"""Of the piece's MaxSim beside the first search's score, the cosine and the passage's MaxSim, which all count once."""
CONTEXT_WEIGHT = 0.8
"""Of a match in title, date or headings, beside one in the piece itself."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A piece of a document that may answer, and how well it fits."""

    kind: Kind
    hit: Hit
    spans: tuple[Span, ...]
    """What is quoted, in the order of the text: an item or list begins with its introduction."""
    block: Block | None
    """Of an item, list or row: the block it stands in."""
    vector: Floats
    """Mean of its tokens, unit length."""
    score: float
    similarity: float
    """Cosine of the piece as a whole with the question."""
    match: float
    """MaxSim of the piece: 0 to 1, the share of the question's words, by idf, that it speaks of."""
    passage_match: float
    """MaxSim of its passage with title and headings."""
    met: tuple[float, ...]
    """For each term of the question: its best cosine with a token of the piece or its context."""
    suits: bool
    """It has what the question asks for: a date, a number, a name."""
    found: frozenset[str] = frozenset()
    """Of a row: stems of the question in its first cell and in the one that fits best."""

    @property
    def document(self) -> str:
        """Id of its source."""
        return self.hit.source.id


def evidence(index: Index, query: Query, question: Question, hits: Sequence[Hit]) -> list[Evidence]:
    """Score everything the hits could answer with, the best first; equal scores in the order of the hits."""
    newest = newest_day([hit.source for hit in hits])
    found = [piece for hit in hits for piece in _of_hit(index, query, question, hit, newest)]
    return sorted(found, key=lambda piece: -piece.score)


def _of_hit(index: Index, query: Query, question: Question, hit: Hit, newest: date | None) -> Iterator[Evidence]:
    document = index.documents[hit.passage.source]
    vectors, token_spans = index.tokens_of(hit.passage)
    words = np.stack([term.vector for term in query.terms])
    weights = np.array([term.weight for term in query.terms], np.float32)
    weights /= weights.sum()
    cosines = vectors @ words.T
    passage_match = float(cosines.max(axis=0, initial=0) @ weights)
    own_stems = frozenset(term.stem for term in query.terms if not term.earlier)
    context = CONTEXT_WEIGHT * cosines[token_spans[:, 0] < hit.passage.body].max(axis=0, initial=0)
    for kind, spans, block in _pieces(document, hit.passage):
        inside = _tokens_inside(hit.passage, token_spans, kind, spans)
        if not inside.any():
            continue
        best = np.maximum(cosines[inside].max(axis=0), context)
        match = float(best @ weights)
        found: frozenset[str] = frozenset()
        if kind is Kind.ROW and block is not None:
            cells = row_cells(document.text, block, row_at(block, spans[0].start))
            by_column, fitting = _best_column(hit.passage, cells, token_spans, cosines, weights)
            match = (match + by_column) / 2
            found = own_stems & frozenset(stems(f"{cells[0]} {fitting}"))
        vector = _unit_mean(vectors[inside])
        similarity = float(vector @ query.reduced)
        if kind is Kind.LIST and len(spans) > 1:  # a long list says in its introduction what it is about
            introduced = _tokens_inside(hit.passage, token_spans, kind, spans[:1])
            if introduced.any():
                similarity = max(similarity, float(_unit_mean(vectors[introduced]) @ query.reduced))
        words_of_it = " ".join(span.of(document.text) for span in spans)
        head = hit.passage.embedded[: hit.passage.body] + (spans[0].of(document.text) if len(spans) > 1 else "")
        score = hit.score + similarity + PIECE_WEIGHT * match + passage_match
        score += bonus(question, kind, words_of_it, head, hit.source, newest)
        has_it = suits(question, words_of_it)
        met = tuple(map(float, best))
        yield Evidence(kind, hit, spans, block, vector, score, similarity, match, passage_match, met, has_it, found)


def _pieces(document: Document, passage: Passage) -> Iterator[tuple[Kind, tuple[Span, ...], Block | None]]:
    for sentence in passage.sentences:
        yield Kind.SENTENCE, (sentence,), None
    if passage.sentences:
        return
    block = block_at(document, passage.end - 1)
    if block.kind is BlockKind.TABLE:
        row = row_at(block, passage.start)
        yield Kind.ROW, (Span(row.start, row.end),), block
    elif block.kind is BlockKind.LIST:
        lead_in = introduction(document, block)
        head = (lead_in,) if lead_in else ()
        items = [Span(item.start, item.end) for item in block.items]
        for item in items:
            if passage.start <= item.start < passage.end:
                yield Kind.ITEM, (*head, item), block
        yield Kind.LIST, (*head, *items), block


def block_at(document: Document, position: int) -> Block:
    """Find the block that a position of the text lies in."""
    starts = [block.start for block in document.blocks]
    return document.blocks[bisect_right(starts, position) - 1]


def row_at(block: Block, start: int) -> Row:
    """Find the row of a table that begins at a position."""
    return next(row for row in block.rows if row.start == start)


def _tokens_inside(passage: Passage, token_spans: Ints, kind: Kind, spans: Sequence[Span]) -> NDArray[np.bool_]:
    """Which tokens of the passage belong to a piece.

    A row's tokens are all those after the prefix. What stands before the passage in the document (the introduction of a
    list that was cut) was embedded in its prefix, so the prefix counts for it.
    """
    if kind is Kind.ROW:
        after: NDArray[np.bool_] = token_spans[:, 0] >= passage.body
        return after
    shift = passage.body - passage.start
    inside = np.zeros(len(token_spans), np.bool_)
    for span in spans:
        if span.end <= passage.start:
            inside |= token_spans[:, 0] < passage.body
        else:
            inside |= (token_spans[:, 0] >= span.start + shift) & (token_spans[:, 1] <= span.end + shift)
    return inside


def _best_column(
    passage: Passage, cells: Sequence[str], token_spans: Ints, cosines: Floats, weights: Floats
) -> tuple[float, str]:
    """MaxSim of the best single cell with its head, together with the row's first cell, which names it; and that cell.

    "Accountable officer of Medway" must not be met by a head in one column and a word in another.
    """
    ends = [passage.body + end for end in accumulate(len(cell) + len(CELL_SEPARATOR) for cell in cells)]
    starts = token_spans[:, 0]
    named = (starts >= passage.body) & (starts < ends[0])
    columns = [named | ((starts >= start) & (starts < end)) for start, end in pairwise(ends)] or [named]
    matches = [float(cosines[column].max(axis=0, initial=0) @ weights) for column in columns]
    best = int(np.argmax(matches))
    return matches[best], cells[best + 1] if len(cells) > 1 else cells[0]


def _unit_mean(vectors: Floats) -> Floats:
    mean: Floats = vectors.mean(axis=0)
    return mean / np.float32(max(float(np.linalg.norm(mean)), 1e-12))
