"""What a hit could answer with: its sentences, list items, lists and table rows, each scored for the question.

The score is late interaction (`interaction.py`), weighted by the idf of the question's words, added to the scores of
the first search, to the cosine of the piece as a whole, and to how its form fits (`fit.py`).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from bot.answer import timeline
from bot.answer.demands import Demand, Sought, sought
from bot.answer.fit import form, timeliness
from bot.answer.interaction import Interaction, Met
from bot.answer.names import Names
from bot.answer.timeline import Frame
from bot.answer.types import Kind, Question
from index.search import Index
from index.types import Floats, Hit, Query
from knowledge.passages import CELL_SEPARATOR, introduction, row_cells
from knowledge.text import stems
from knowledge.types import Block, BlockKind, Document, Passage, Row, Span

WEIGHTS = {
    "found": 1.2,
    "similarity": 1.1,
    "match": 3.0,
    "passage_match": 1.1,
    "exact": 0.5,
    "phrase": 0.5,
    "suits": 0.5,
    "lacks": -0.7,
    "defines": 0.8,
    "shape": 0.3,
    "head": 0.3,
    "other_time": -0.8,
    "not_yet": -3.0,
    "later": -0.3,
    "older": -0.2,
}
"""Of a piece's traits in its score."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A piece of a document that may answer, and how well it fits."""

    kind: Kind
    hit: Hit
    spans: tuple[Span, ...]
    """What is quoted, in the order of the text: an item or list begins with its introduction."""
    block: Block | None
    """Of an item, list or row: the block it stands in."""
    words: str
    """What would be quoted; a row as its cells after their heads."""
    vector: Floats
    """Mean of its tokens, unit length."""
    score: float
    traits: Mapping[str, float]
    """What the score is made of, by the names in `WEIGHTS`."""
    met: tuple[float, ...]
    """For each term of the question: its best cosine with a token of the piece or its context."""
    missing: tuple[Demand, ...]
    """What the question insists on and neither the piece nor its passage has."""
    found: frozenset[str] = frozenset()
    """Of a row: stems of the question in its first cell and in the one that fits best."""

    @property
    def suits(self) -> bool:
        """It has what the question asks for: a date, a number, a name."""
        return bool(self.traits["suits"])

    @property
    def document(self) -> str:
        """Id of its source."""
        return self.hit.source.id

    def overlaps(self, other: Evidence) -> bool:
        """Whether another piece has words of the same place."""
        if self.document != other.document:
            return False
        return self.spans[0].start < other.spans[-1].end and other.spans[0].start < self.spans[-1].end


def evidence(index: Index, query: Query, question: Question, hits: Sequence[Hit], names: Names) -> list[Evidence]:
    """Score everything the hits could answer with, the best first; equal scores in the order of the hits."""
    if not hits:
        return []
    asked = _Asked.of(query, question, timeline.frame([hit.source for hit in hits], question.today), names)
    found = [piece for hit in hits for piece in _of_hit(index, asked, hit)]
    return sorted(found, key=lambda piece: -piece.score)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question, ready to be compared with many pieces."""

    query: Query
    question: Question
    seen: Frame
    sought: Sought
    words: Floats
    """Vectors of its terms, shape (terms, reduced dimension)."""
    weights: Floats
    """Of its terms, together 1."""
    shares: dict[str, float]
    """The same by stem."""
    neighbours: dict[tuple[str, str], float]
    """The share of each pair of content words that stand side by side in it, by their stems; together 1."""
    own: frozenset[str]
    """Stems of its own words, without those of the question before."""

    @classmethod
    def of(cls, query: Query, question: Question, seen: Frame, names: Names) -> _Asked:
        weights = np.array([term.weight for term in query.terms], np.float32)
        weights /= weights.sum()
        shares = {term.stem: float(weight) for term, weight in zip(query.terms, weights, strict=True)}
        pairs = [pair for pair in pairwise(stems(query.text)) if pair[0] != pair[1]]
        worth = {(one, other): shares.get(one, 0.0) + shares.get(other, 0.0) for one, other in pairs}
        total = sum(worth.values()) or 1.0
        return cls(
            query,
            question,
            seen,
            sought(question, names),
            np.stack([term.vector for term in query.terms]),
            weights,
            shares,
            {pair: share / total for pair, share in worth.items()},
            frozenset(term.stem for term in query.terms if not term.earlier),
        )


@dataclass(frozen=True, slots=True)
class _Read:
    """A hit's passage, compared with the question."""

    hit: Hit
    document: Document
    interaction: Interaction
    sought: Sought
    """What is still to be looked for in its pieces."""
    timeliness: Mapping[str, float]
    """Traits of its source."""


def _of_hit(index: Index, asked: _Asked, hit: Hit) -> Iterator[Evidence]:
    read = _Read(
        hit=hit,
        document=index.documents[hit.passage.source],
        interaction=Interaction.of(index, hit.passage, asked.words),
        sought=asked.sought.within(hit.passage.embedded, hit.source),
        timeliness=timeliness(asked.question, hit.source, asked.seen),
    )
    pieces = list(_pieces(read.document, hit.passage))
    if pieces:
        every = read.interaction.pieces([spans for _, spans, _ in pieces], row=pieces[0][0] is Kind.ROW)
        for (kind, spans, block), met in zip(pieces, every, strict=True):
            if met is not None:
                yield _piece(asked, read, kind, spans, block, met)


def _piece(asked: _Asked, read: _Read, kind: Kind, spans: tuple[Span, ...], block: Block | None, met: Met) -> Evidence:
    """Compare one piece of a passage with the question."""
    hit, text, reduced = read.hit, read.document.text, asked.query.reduced
    match, similarity = float(met.terms @ asked.weights), float(met.vector @ reduced)
    words = " ".join(span.of(text) for span in spans)
    head, found = "", frozenset[str]()
    if kind is Kind.ROW and block is not None:
        cells = row_cells(text, block, row_at(block, spans[0].start))
        by_column, fitting = read.interaction.best_column(cells, asked.weights)
        match = (match + by_column) / 2
        found = asked.own & frozenset(stems(f"{cells[0]} {fitting}"))
        words = CELL_SEPARATOR.join(cells)
    elif kind is Kind.LIST:
        head = hit.passage.embedded[: hit.passage.body]
        if len(spans) > 1:
            head += spans[0].of(text)
            match = read.interaction.best_item(met.parts, asked.weights)
            similarity = max(similarity, read.interaction.introduced(met.parts, reduced))
    fits = read.sought.suits(words, hit.source)
    missing = read.sought.unmet(words, hit.source, fits)
    exact, phrase = _worded(asked, words)
    traits = {
        "found": hit.score - hit.match,
        "similarity": similarity,
        "match": match,
        "passage_match": hit.match,
        "exact": exact,
        "phrase": phrase,
        **form(asked.question, kind, words, head, missing, fits),
        **read.timeliness,
    }
    return Evidence(
        kind=kind,
        hit=hit,
        spans=spans,
        block=block,
        words=words,
        vector=met.vector,
        score=sum(WEIGHTS[name] * value for name, value in traits.items()),
        traits=traits,
        met=tuple(met.terms.tolist()),
        missing=missing,
        found=found,
    )


def _worded(asked: _Asked, words: str) -> tuple[float, float]:
    """Shares of the question's words, and of its pairs of neighbouring words, that stand in a piece as they are."""
    in_order = stems(words)
    there, together = frozenset(in_order), frozenset(pairwise(in_order))
    exact = sum(share for stem, share in asked.shares.items() if stem in there)
    return exact, sum(share for pair, share in asked.neighbours.items() if pair in together)


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
    return document.blocks[bisect_right(document.blocks, position, key=lambda block: block.start) - 1]


def row_at(block: Block, start: int) -> Row:
    """Find the row of a table that begins at a position."""
    return next(row for row in block.rows if row.start == start)
