"""What a hit could answer with: its sentences, list items, lists and table rows, each scored for the question.

The score is late interaction over the token vectors of the passage: for each content word of the question, the best
cosine with a token of the piece, weighted by the word's idf (MaxSim; Khattab and Zaharia, ColBERT, 2020; with weights),
added to the scores of the first search, to the cosine of the piece as a whole, and to how its form fits (`fit.py`).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

from bot.answer import timeline
from bot.answer.demands import Demand, suits, unmet
from bot.answer.fit import form
from bot.answer.names import Names
from bot.answer.timeline import Frame
from bot.answer.types import Kind, Question
from index.search import Index
from index.types import Floats, Hit, Ints, Query
from knowledge.passages import CELL_SEPARATOR, introduction, row_cells
from knowledge.text import stems, tokens
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
    names: Names
    words: Floats
    """Vectors of its terms, shape (terms, reduced dimension)."""
    weights: Floats
    """Of its terms, together 1."""
    shares: dict[str, float]
    """The same by stem."""
    neighbours: tuple[tuple[str, str], ...]
    """Stems of content words that stand side by side in it."""
    own: frozenset[str]
    """Stems of its own words, without those of the question before."""

    @classmethod
    def of(cls, query: Query, question: Question, seen: Frame, names: Names) -> _Asked:
        weights = np.array([term.weight for term in query.terms], np.float32)
        weights /= weights.sum()
        shares = {term.stem: float(weight) for term, weight in zip(query.terms, weights, strict=True)}
        in_order = [token.stem for token in tokens(query.text) if not token.stop]
        return cls(
            query,
            question,
            seen,
            names,
            np.stack([term.vector for term in query.terms]),
            weights,
            shares,
            tuple(dict.fromkeys(pair for pair in pairwise(in_order) if pair[0] != pair[1])),
            frozenset(term.stem for term in query.terms if not term.earlier),
        )


@dataclass(frozen=True, slots=True)
class _Read:
    """A hit's passage, compared with the question word by word."""

    hit: Hit
    document: Document
    vectors: Floats
    token_spans: Ints
    cosines: Floats
    """Of each token of the passage with each term of the question, shape (tokens, terms)."""
    context: Floats
    """Of each term: its best cosine in title, date or headings, times `CONTEXT_WEIGHT`."""

    def inside(self, kind: Kind, spans: Sequence[Span]) -> NDArray[np.bool_]:
        """Which tokens belong to a piece."""
        return _tokens_inside(self.hit.passage, self.token_spans, kind, spans)


def _of_hit(index: Index, asked: _Asked, hit: Hit) -> Iterator[Evidence]:
    vectors, token_spans = index.tokens_of(hit.passage)
    cosines = vectors @ asked.words.T
    read = _Read(
        hit=hit,
        document=index.documents[hit.passage.source],
        vectors=vectors,
        token_spans=token_spans,
        cosines=cosines,
        context=CONTEXT_WEIGHT * cosines[token_spans[:, 0] < hit.passage.body].max(axis=0, initial=0),
    )
    for kind, spans, block in _pieces(read.document, hit.passage):
        inside = read.inside(kind, spans)
        if inside.any():
            yield _piece(asked, read, kind, spans, block, inside)


def _piece(
    asked: _Asked, read: _Read, kind: Kind, spans: tuple[Span, ...], block: Block | None, inside: NDArray[np.bool_]
) -> Evidence:
    """Compare one piece of a passage with the question."""
    hit, text = read.hit, read.document.text
    met = np.maximum(read.cosines[inside].max(axis=0), read.context)
    match = float(met @ asked.weights)
    words = " ".join(span.of(text) for span in spans)
    found: frozenset[str] = frozenset()
    if kind is Kind.ROW and block is not None:
        cells = row_cells(text, block, row_at(block, spans[0].start))
        by_column, fitting = _best_column(hit.passage, cells, read.token_spans, read.cosines, asked.weights)
        match = (match + by_column) / 2
        found = asked.own & frozenset(stems(f"{cells[0]} {fitting}"))
        words = CELL_SEPARATOR.join(cells)
    elif kind is Kind.LIST and len(spans) > 1:
        match = _best_item(read, spans, asked.weights)
    vector = _unit_mean(read.vectors[inside])
    head = hit.passage.embedded[: hit.passage.body] + (spans[0].of(text) if len(spans) > 1 else "")
    fits = suits(asked.question, words, asked.names, hit.source)
    missing = unmet(asked.question, words, hit.passage.embedded, asked.names, hit.source, fits)
    exact, phrase = _worded(asked, words)
    traits = {
        "found": hit.score - hit.match,
        "similarity": _similarity(asked, read, kind, spans, vector),
        "match": match,
        "passage_match": hit.match,
        "exact": exact,
        "phrase": phrase,
        **form(asked.question, kind, words, head, hit.source, asked.seen, missing, fits),
    }
    return Evidence(
        kind=kind,
        hit=hit,
        spans=spans,
        block=block,
        words=words,
        vector=vector,
        score=sum(WEIGHTS[name] * value for name, value in traits.items()),
        traits=traits,
        met=tuple(map(float, met)),
        missing=missing,
        found=found,
    )


def _similarity(asked: _Asked, read: _Read, kind: Kind, spans: Sequence[Span], vector: Floats) -> float:
    """Cosine of a piece with the question; of a list's introduction if that is closer, which says what it is about."""
    similarity = float(vector @ asked.query.reduced)
    if kind is Kind.LIST and len(spans) > 1 and (introduced := read.inside(kind, spans[:1])).any():
        return max(similarity, float(_unit_mean(read.vectors[introduced]) @ asked.query.reduced))
    return similarity


def _worded(asked: _Asked, words: str) -> tuple[float, float]:
    """Shares of the question's words, and of its pairs of neighbouring words, that stand in a piece as they are."""
    in_order = [token.stem for token in tokens(words) if not token.stop]
    there = frozenset(in_order)
    exact = sum(share for stem, share in asked.shares.items() if stem in there)
    worth = {pair: asked.shares.get(pair[0], 0.0) + asked.shares.get(pair[1], 0.0) for pair in asked.neighbours}
    together = frozenset(pairwise(in_order))
    met = sum(value for pair, value in worth.items() if pair in together)
    return exact, met / (sum(worth.values()) or 1.0)


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


def _best_item(read: _Read, spans: Sequence[Span], weights: Floats) -> float:
    """MaxSim of a list's introduction with its best item: a long list must not be met by words here and there."""
    introduced = read.inside(Kind.LIST, spans[:1])
    matches = []
    for span in spans[1:]:
        inside = introduced | read.inside(Kind.ITEM, (span,))
        if inside.any():
            matches.append(float(np.maximum(read.cosines[inside].max(axis=0), read.context) @ weights))
    return max(matches, default=0.0)


def _unit_mean(vectors: Floats) -> Floats:
    mean: Floats = vectors.mean(axis=0)
    return mean / np.float32(max(float(np.linalg.norm(mean)), 1e-12))
