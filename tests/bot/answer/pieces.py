"""Pieces of evidence made by hand: where they stand, how they score, and which way their vectors point."""

from __future__ import annotations

from typing import Any

import numpy as np

from bot.answer.evidence import WEIGHTS, Evidence, block_at
from bot.answer.types import Kind
from index.types import Floats, Hit, Query, Term
from knowledge.passages import cut, introduction, row_text
from knowledge.types import Block, Document, Span

NO_TRAITS = dict.fromkeys(WEIGHTS, 0.0)


def facing(*parts: float) -> Floats:
    """A vector of unit length that points this way."""
    vector = np.array(parts, np.float32)
    return vector / np.float32(np.linalg.norm(vector))


def sentence(made: Document, words: str, score: float = 5.0, **said: Any) -> Evidence:  # noqa: ANN401
    """The sentence of a document that has these words."""
    start = made.text.index(words)
    return _piece(made, Kind.SENTENCE, (Span(start, start + len(words)),), None, score, said)


def item(made: Document, words: str, score: float = 5.0, **said: Any) -> Evidence:  # noqa: ANN401
    """The item of a list that has these words, with its introduction."""
    start = made.text.index(words)
    block = block_at(made, start)
    return _piece(made, Kind.ITEM, (*_head(made, block), Span(start, start + len(words))), block, score, said)


def whole_list(made: Document, words: str, score: float = 5.0, **said: Any) -> Evidence:  # noqa: ANN401
    """The list that has these words in one of its items."""
    block = block_at(made, made.text.index(words))
    items = (Span(entry.start, entry.end) for entry in block.items)
    return _piece(made, Kind.LIST, (*_head(made, block), *items), block, score, said)


def row(made: Document, words: str, score: float = 5.0, **said: Any) -> Evidence:  # noqa: ANN401
    """The row of a table that has these words."""
    start = made.text.index(words)
    block = block_at(made, start)
    found = next(entry for entry in block.rows if entry.start <= start < entry.end)
    said.setdefault("words", row_text(made.text, block, found))
    return _piece(made, Kind.ROW, (Span(found.start, found.end),), block, score, said)


def query(text: str, *terms: Term) -> Query:
    """A question whose vectors do not matter."""
    return Query(text, facing(1), facing(1), terms)


def term(word: str, weight: float = 1.0, *, known: bool = True, earlier: bool = False) -> Term:
    """A content word of a question."""
    return Term(word, word.lower(), weight, weight, known, earlier, facing(1))


def _head(made: Document, block: Block) -> tuple[Span, ...]:
    lead_in = introduction(made, block)
    return (lead_in,) if lead_in else ()


def _piece(
    made: Document,
    kind: Kind,
    spans: tuple[Span, ...],
    block: Block | None,
    score: float,
    said: dict[str, Any],
) -> Evidence:
    passages = cut(made)
    passage = next(one for one in passages if one.start <= spans[-1].start < one.end)
    fields = {name: said.pop(name) for name in ("words", "missing", "found", "met") if name in said}
    vector = said.pop("vector", facing(1, 0))
    assert set(said) <= set(WEIGHTS), "everything else is a trait"
    return Evidence(
        kind=kind,
        hit=Hit(passage, made.source, score=0.0, dense=0.0, lexical=0.0, match=0.0),
        spans=spans,
        block=block,
        score=score,
        vector=vector,
        traits={**NO_TRAITS, **said},
        **{"words": " ".join(span.of(made.text) for span in spans), "met": (), "missing": (), **fields},
    )
