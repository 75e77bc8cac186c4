"""What a question counts, and whether words have a number of it: of things, of money, or as a share."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from bot.answer.numbers import NUMBER_WORD, Number, is_year, numbers, words_of
from bot.answer.phrases import phrases
from bot.answer.types import Question
from knowledge.text import stem, stems

COUNTED_WITHIN = 5
"""Words between a number and the thing it counts."""
NOUN_WITHIN = 2
"""Words between a number that looks like a year and the thing it counts: "2000 new homes"."""
SHORT_WORD = 3
"""Letters of the longest word that is no plural, whatever its last letter."""

_AMOUNT = rf"(?:\d[\d,.]{{0,20}}|{NUMBER_WORD}|half)"
_COST_VERB = phrases(
    "costs?|pay|pays|paid|charge[sd]?|worth|save[ds]?|spen[dt]|earns?",
    "price|fee|fare|salary|wage|budget|pounds|euros|dollars",
)
_COST_ASKED = phrases("how much|what|whats|which", "how many (?:pounds|euros|dollars|pence|cents)")
_WHAT_ONE_IS = phrases("how much (?:is|are|was|were|for) (?:an?|one)")
_CURRENCY_ASKED = re.compile(r"[£$€¥₹]")
_MONEY = re.compile(
    r"[£$€¥₹]\s?\d"
    rf"|\b{_AMOUNT}(?:\s(?:hundred|thousand|million|billion))?\s?"
    r"(?:p|pence|pounds?|euros?|dollars?|cents?|yen|francs?|rupees?|kron[aeo]r?)\b"
    r"|\b(?:free|pence|no charge|at no cost)\b",
    re.IGNORECASE,
)
_SHARE_ASKED = phrases("percentage|proportion|share|per ?cent")
_PART = "third|quarter|fifth|sixth|seventh|eighth|ninth|tenth"
_SHARE = re.compile(
    rf"%|\bper ?cent\b|\b(?:half|majority)\b|\b(?:{_PART})s? of\b|\b(?:an?|{NUMBER_WORD})[ -](?:{_PART})s?\b"
    rf"|\b(?:\d+|{NUMBER_WORD}) (?:out of|in)(?: every)? (?:\d+|{NUMBER_WORD})\b",
    re.IGNORECASE,
)
_VERB = "is|are|was|were|will|would|do|does|did|can|could|has|have|had|there"
_LINK = "of|in|at|on|to|for|from|with|that|who|which|signed|agreed|voted"
_COUNTED = re.compile(
    r"\b(?:how many|how much|number of)\s+(?:of\s+)?(?:(?:the|these|those|our|my|new)\s+){0,5}"
    rf"(?P<noun>(?:(?!(?:{_VERB}|{_LINK})\b)[\w’'-]{{1,40}}\s*){{1,4}})(?P<verb>(?:{_VERB})\b)?",
    re.IGNORECASE,
)
_PEOPLE = frozenset(stem(word) for word in "people persons staff employees colleagues workers".split())


def counting(question: str) -> Callable[[str], bool]:
    """How to tell whether words have a number of what is counted: money, a share, or one close to its noun."""
    if _SHARE_ASKED.search(question):
        return lambda words: _SHARE.search(words) is not None
    if _asks_money(question):
        return lambda words: _MONEY.search(words) is not None
    counted = _counted(question)
    return lambda words: bool(_numbers_near(words, counted))


def _asks_money(question: str) -> bool:
    if _CURRENCY_ASKED.search(question) or _WHAT_ONE_IS.search(question):
        return True
    return _COST_ASKED.search(question) is not None and _COST_VERB.search(question) is not None


def _counted(question: str) -> frozenset[str]:
    """Stems of the noun that "how many" counts; empty where it has none. People are people by any name.

    Of several words it is the last plural: in "how many harbour boards sailed" it is the boards. Without a plural it is
    the last one before a verb that only helps ("how many sheep are there"), or else may be any of them.
    """
    asked = _COUNTED.search(question)
    if asked is None:
        return frozenset()
    found = stems(asked["noun"])
    if _PEOPLE & frozenset(found):
        return _PEOPLE
    plural = [
        word
        for word in words_of(asked["noun"])
        if len(word) > SHORT_WORD and word.endswith("s") and word[-2] not in "su’'"
    ]
    if plural:
        return frozenset(stems(plural[-1]))
    return frozenset(found[-1:] if asked["verb"] else found)


def _numbers_near(text: str, counted: frozenset[str]) -> frozenset[str]:
    """The numbers that stand close to a word with one of the stems, in digits; all if no stem is given.

    What may be a year is one, unless it stands right before the thing counted.
    """
    words = words_of(text)
    near = set()
    for number in numbers(words):
        around = words[max(0, number.first - COUNTED_WITHIN) : number.last + COUNTED_WITHIN + 1]
        if (not counted or _has(around, counted)) and not _dates_it(number, words, counted):
            near.add(number.value)
    return frozenset(near)


def _has(words: Iterable[str], counted: frozenset[str]) -> bool:
    return not counted.isdisjoint(map(stem, words))


def _dates_it(number: Number, words: list[str], counted: frozenset[str]) -> bool:
    """Whether a number is a year and counts nothing."""
    if not number.like_year:
        return False
    return is_year(number, words) or not _has(words[number.last + 1 : number.last + 1 + NOUN_WITHIN], counted)


def numbers_of(question: Question, words: str) -> frozenset[str]:
    """The numbers that words have of what a question counts, in digits; years are none."""
    return _numbers_near(words, _counted(question.whole) or frozenset(stems(question.whole)))
