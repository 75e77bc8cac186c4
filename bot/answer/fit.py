"""How well the form of a piece fits what is asked, whatever it speaks of.

A list fits a list, a date a when, a definition a what-is, and what is current fits unless another time is asked for.
"""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise

from bot.answer.types import Asks, Kind, Question
from knowledge.text import stems
from knowledge.types import Source, first_day, last_day

SUITS_WEIGHT = 0.2
"""For a piece that has what the question asks for: a date, a number, a name, a reason."""
DEFINES_WEIGHT = 0.5
"""For a sentence that says what the thing asked about is."""
SHAPE_WEIGHT = 0.2
"""For a list or row where the question asks for a list."""
HEAD_WEIGHT = 0.2
"""For a list whose introduction or heading names what the question wants listed."""
OTHER_TIME = 0.4
"""Taken off a piece that speaks of, or from, another year than the question names."""
OLDER = 0.2
"""Taken off a piece whose source is older than the newest one found by more than `CURRENT_DAYS`."""
CURRENT_DAYS = 365

_MONTH = "january|february|march|april|may|june|july|august|september|october|november|december"
_NUMBER_WORD = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|hundred|thousand|million|billion"
# What an answer must have; a kind that is not here can be answered by any words.
_SUITS = {
    Asks.WHEN: re.compile(
        rf"\b(?:{_MONTH}|(?:19|20)\d\d|spring|summer|autumn|winter|years?|months?|weeks?|days?)\b", re.I
    ),
    Asks.HOW_MANY: re.compile(rf"\d|\b(?:{_NUMBER_WORD}|none|both|single|half)\b", re.I),
    Asks.WHY: re.compile(r"\b(?:because|reasons?|so that|in order to|due to|owing to|in response|therefore)\b", re.I),
    Asks.WHO: re.compile(r"\b[A-Z][\w’'-]+ (?:(?:of|and|the|for) )*[A-Z]|\b[A-Z]{2,}"),
}
_ROLE = re.compile(
    r"\b(?:chair\w*|lead(?:s|er|ers|ing)?|head(?:s|ed)?|chief|officer|director|manager|president|secretary|ao|md|ceo)\b",
    re.I,
)
_CAPITALISED = re.compile(r"[A-Z][a-z][\w’'-]*(?: [A-Z][a-z][\w’'-]*)+")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_DEFINITION = re.compile(
    r"(?:an?|the)?\s*(?P<thing>[^,;:.]{2,80}?)(?:\s\([^)]{1,12}\))?\s(?:is|are|means?|stands? for|refers? to)\b", re.I
)
_SHORT = re.compile(r"\b[A-Za-z]{2,6}\b")


def suits(question: Question, words: str) -> bool:
    """Whether words have what a question of this kind asks for: a date, a number, a name, a reason."""
    if question.asks is Asks.WHO and _ROLE.search(question.text):
        return _names_somebody_new(question.text, words)
    pattern = _SUITS.get(question.asks)
    return pattern is None or pattern.search(words) is not None


def must_suit(question: Question) -> bool:
    """Whether words that do not suit cannot be an answer: a when without a date, a role without a name."""
    if question.asks is Asks.WHO:
        return _ROLE.search(question.text) is not None
    return question.asks in (Asks.WHEN, Asks.HOW_MANY)


def _names_somebody_new(question: str, words: str) -> bool:
    """Whether two capitalised words stand together that the question does not have: a first and a last name."""
    asked = frozenset(stems(question))
    for run in _CAPITALISED.findall(words):
        new = [not frozenset(stems(word)) <= asked for word in run.split()]
        if any(one and other for one, other in pairwise(new)):
            return True
    return False


def bonus(question: Question, kind: Kind, words: str, head: str, source: Source, newest: date | None) -> float:
    """What the form of a piece adds to its score, or takes off it.

    Args:
        question: What is asked.
        kind: Shape of the piece.
        words: What would be quoted.
        head: Title, date, headings and introduction that the piece stands under.
        source: Where it stands.
        newest: First day of the newest source found; None if none is dated.
    """
    score = SUITS_WEIGHT * suits(question, words)
    if question.asks is Asks.LIST and kind in (Kind.LIST, Kind.ROW):
        score += SHAPE_WEIGHT
        if kind is Kind.LIST and question.listed & frozenset(stems(head)):
            score += HEAD_WEIGHT
    if question.asks is Asks.WHAT_IS and kind is Kind.SENTENCE and _defines(question.text, words):
        score += DEFINES_WEIGHT
    asked_years = years(question.text)
    if asked_years:
        named = years(words) or years(head)
        return score - OTHER_TIME * (bool(named) and not asked_years & named)
    return score - OLDER * _is_older(source, newest)


def years(text: str) -> frozenset[str]:
    """The years a text names."""
    return frozenset(_YEAR.findall(text))


def newest_day(sources: list[Source]) -> date | None:
    """First day of the newest of the dated sources."""
    return max((first_day(source.published) for source in sources if source.published), default=None)


def _is_older(source: Source, newest: date | None) -> bool:
    if newest is None or source.published is None:
        return False
    return (newest - last_day(source.published)).days > CURRENT_DAYS


def _defines(question: str, words: str) -> bool:
    """Whether a sentence begins with the thing asked about and says what it is, or spells out its abbreviation."""
    if any(f"({short})" in words or f"({short}s)" in words for short in map(str.upper, _SHORT.findall(question))):
        return True
    definition = _DEFINITION.match(words)
    thing = frozenset(stems(definition["thing"])) if definition else frozenset()
    return bool(thing) and thing <= frozenset(stems(question))
