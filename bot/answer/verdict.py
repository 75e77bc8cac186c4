"""Yes or no, where the sentence that is quoted settles it; otherwise the sentence stands alone.

All that the question says must stand in one clause of the sentence, and nothing there may weaken it ("could", "if
approved", "proposed"). A "not" in that clause makes it a no; so does another number of the same thing.
"""

from __future__ import annotations

import re

from bot.answer.demands import numbers_of
from bot.answer.evidence import Evidence
from bot.answer.types import Asks, Kind, Question
from index.types import Query
from knowledge.text import stems

MET_FROM = 0.62
"""Cosine of a word of the question with a word of the sentence from which it counts as said."""
SAID_FROM = 0.75
"""Share of the question's words that must stand in one clause of the sentence, word for word."""

_NOT = re.compile(
    r"\b(?:not|no|never|neither|nor|without|none|cannot|stops? short of|rather than|\w+n[’']t)\b", re.IGNORECASE
)
_NOT_ONLY = re.compile(r"\b(?:not|n[’']t) (?:just|only|simply|merely)\b", re.IGNORECASE)
_HEDGE = re.compile(
    r"\b(?:could|may|might|likely|unlikely|perhaps|possibly|potential(?:ly)?|if|unless|would|should|proposed|proposal|proposals|"
    r"propose|plans?|considering|considered|discuss(?:ing|ed)?|hopes?|expected|whether|conditional|subject to|options?|except)\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"[;:–—]|,? (?:but|although|though|while|whereas) |, (?=(?:they|it|we|he|she|the)\b)", re.IGNORECASE
)
_EITHER_OR = re.compile(r"\bor\b", re.IGNORECASE)


def verdict(question: Question, query: Query, best: Evidence) -> str:
    """Say "Yes." or "No." where the best evidence settles the question; empty where it does not.

    Args:
        question: What is asked.
        query: The question with the vectors of its words.
        best: What will be quoted first.
    """
    if question.asks is not Asks.YES_NO or best.kind is Kind.LIST or _EITHER_OR.search(question.text):
        return ""
    asked = frozenset(term.stem for term in query.terms if not term.earlier)
    unmet = {term.stem for term, met in zip(query.terms, best.met, strict=True) if met < MET_FROM and not term.earlier}
    clause = max(_CLAUSE.split(best.words), key=lambda part: len(asked & frozenset(stems(part))))
    said = len(asked & frozenset(stems(clause))) / (len(asked) or 1)
    if unmet or said < SAID_FROM or _HEDGE.search(clause) or _HEDGE.search(question.text) or _NOT.search(question.text):
        return ""
    denied = _NOT.search(_NOT_ONLY.sub(" ", clause)) is not None
    counted = numbers_of(question, question.text)
    if counted and not counted & numbers_of(question, best.words):
        return "" if not numbers_of(question, best.words) else "No."
    return "No." if denied else "Yes."
