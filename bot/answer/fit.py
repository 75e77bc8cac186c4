"""How well the form of a piece fits what is asked, whatever it speaks of.

A list fits a list, a date a when, a definition a what-is, and what is current fits unless another time is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from bot.answer.demands import Demand
from bot.answer.timeline import Frame, is_after, is_later, is_overtaken
from bot.answer.types import Asks, Kind, Question
from knowledge.text import STOP_WORDS, stems
from knowledge.types import Source

MOST_WORDS_OF_A_THING = 2
"""Content words of a question that asks what something is called, and nothing more about it."""

_LINK = r"(?:is|are|means?|stands? for|refers? to|(?:was|were) (?:an?|the|one))"
_DEFINITION = re.compile(
    rf"(?:(?:an?|the)\s+)?(?P<thing>[^,;:.]{{2,80}}?)(?:\s\([^)]{{1,12}}\))?\s{_LINK}\b", re.IGNORECASE
)
_SHORT = re.compile(r"\b[A-Za-z]{2,6}\b")


def form(
    question: Question, kind: Kind, words: str, head: str, missing: Collection[Demand], fits: bool
) -> dict[str, float]:
    """Describe how the form of a piece fits, each trait from 0 to 1.

    Args:
        question: What is asked.
        kind: Shape of the piece.
        words: What would be quoted.
        head: Title, date, headings and introduction that the piece stands under.
        missing: The demands of the question that it does not meet.
        fits: Whether it has what is asked for, from `demands.Sought.suits`.
    """
    wants_list = question.asks is Asks.LIST
    return {
        "suits": float(fits),
        "lacks": float(bool(missing)),
        "defines": float(question.asks is Asks.WHAT_IS and kind is Kind.SENTENCE and _defines(question, words)),
        "shape": float(wants_list and kind in (Kind.LIST, Kind.ROW)),
        "head": float(wants_list and kind is Kind.LIST and bool(question.listed & frozenset(stems(head)))),
        "other_time": float(Demand.TIME in missing),
    }


def timeliness(question: Question, source: Source, seen: Frame) -> dict[str, float]:
    """Describe how a source fits the time that is asked about, each trait 0 or 1.

    Args:
        question: What is asked.
        source: Where a piece stands.
        seen: The times of the sources that were found.
    """
    return {
        "not_yet": float(is_after(source, seen)),
        "later": float(not question.days and question.looks_back and is_later(source, seen)),
        "older": float(not question.days and not question.looks_back and is_overtaken(source, seen)),
    }


def _defines(question: Question, words: str) -> bool:
    """Whether a sentence begins with the thing asked about and says what it is, or spells out its abbreviation."""
    if len(stems(question.text)) <= MOST_WORDS_OF_A_THING:
        found = [short for short in _SHORT.findall(question.text) if short.lower() not in STOP_WORDS]
        shorts = {word.upper() for short in found for word in (short, short.removesuffix("s"))}
        if any(f"({short})" in words or f"({short}s)" in words for short in shorts):
            return True
    definition = _DEFINITION.match(words.lstrip())
    thing = frozenset(stems(definition["thing"])) if definition else frozenset()
    return bool(thing) and thing <= frozenset(stems(question.whole))
