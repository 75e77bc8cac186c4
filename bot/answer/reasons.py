"""Why a question is not answered, and what comes nearest to an answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from bot.answer.compose import cite
from bot.answer.evidence import Evidence
from bot.answer.learned import Imprint
from bot.answer.types import Citation, Kind, Question
from index.types import Query
from knowledge.text import rarity
from knowledge.types import Document, PartialDate, first_day, spoken_date

CLOSEST = 3
"""Passages shown when nothing is answered."""
UNKNOWN_SHARE = 0.3
"""Words that no document has are named as the reason when they carry this much of the question."""
ABOUT_IT = 0.4
"""MaxSim of the nearest passage from which the documents do speak of what is asked."""


def closest(query: Query, ranked: Sequence[Evidence], documents: Mapping[str, Document]) -> tuple[Citation, ...]:
    """Cite the best piece of each of the best passages, for a question that is not answered.

    A question without a word that the documents have is close to nothing.
    """
    if not any(term.known for term in query.terms):
        return ()
    single = [piece for piece in ranked if piece.kind is not Kind.LIST]
    best = {piece.hit.passage.id: piece for piece in reversed(single)}
    worded = {piece.spans[-1].of(documents[piece.document].text): piece for piece in reversed(_by_score(best.values()))}
    nearest = _by_score(worded.values())[:CLOSEST]
    return tuple(
        cite(number, documents[piece.document], piece, piece.spans[-1]) for number, piece in enumerate(nearest, 1)
    )


def _by_score(pieces: Iterable[Evidence]) -> list[Evidence]:
    return sorted(pieces, key=lambda piece: -piece.score)


def reason(question: Question, query: Query, ranked: Sequence[Evidence], imprint: Imprint) -> str:
    """Say in a sentence why nothing is answered."""
    if not imprint.documents:
        return "No documents have been added yet."
    if not query.terms:
        return "The question has no word that can be looked up. Ask it again with the name or thing it is about."
    unknown = [term for term in query.terms if not term.known]
    if len(unknown) == len(query.terms):
        return "None of the words of the question occur in the documents."
    if later := _later(question, imprint.newest):
        return later
    telling = [term for term in unknown if rarity(term.stem) == 1 and term.stem not in imprint.publishers]
    if telling and sum(term.weight for term in telling) >= UNKNOWN_SHARE * sum(term.weight for term in query.terms):
        words = [f"“{term.word}”" for term in telling]
        return f"The documents do not mention {_one_of(words)}."
    if not ranked or ranked[0].traits["passage_match"] < ABOUT_IT:
        return "The documents say nothing about this."
    if ranked[0].missing:
        return f"The documents come near this, but {ranked[0].missing[0]}."
    return "The documents come near this, but do not say clearly enough what was asked."


def _later(question: Question, newest: PartialDate | None) -> str:
    if newest is None or not question.days or min(day.year for day in question.days) <= first_day(newest).year:
        return ""
    return f"The newest document is of {spoken_date(newest)}, and the question is about a later time."


def _one_of(words: Sequence[str]) -> str:
    """Any of them, after a "not": "a, b or c"."""
    return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
