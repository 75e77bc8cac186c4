"""The numbers in a text: where they stand and what they come to, in digits or in words.

"1,500", "1.5k", "1500" and "fifteen hundred" are one number; "3rd" and "A3" are none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

_UNITS = {
    word: Decimal(value)
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen".split()
    )
}
_TENS = {
    word: Decimal(10 * value)
    for value, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)
}
_SCALES = {
    "dozen": Decimal(12),
    "hundred": Decimal(100),
    "thousand": Decimal(10**3),
    "million": Decimal(10**6),
    "billion": Decimal(10**9),
}
_MOST_CHARS = 30
"""Of a number in digits; what is longer counts nothing."""
_MOST = Decimal(10**15)
"""From here on no further "million" is taken in; a text may be nothing else."""
_SUFFIXES = {"": Decimal(1), "k": Decimal(10**3), "m": Decimal(10**6), "bn": Decimal(10**9)}
_WHOLE = {"both": "2", "none": "0"}
_VAGUE = frozenset("half majority dozens hundreds thousands millions billions".split())
_FRACTIONS = frozenset("third thirds quarter quarters fifth fifths tenth tenths".split())
_FRACTION_AFTER = frozenset("a one two three four".split())
_ONE_OF_MANY_BEFORE = frozenset("no any each every this that which the".split())
_YEAR_AFTER = frozenset("in since during until till by from".split())
_IN_WORDS = frozenset((*_UNITS, *_TENS, *_SCALES, *_WHOLE)) | _VAGUE | _FRACTIONS
"""All words that a number may begin with."""
_IN_DIGITS = r"(?P<digits>\d+(?:[.,]\d+)*)(?P<suffix>bn|[mk])?(?![^\W_])"
_WORD = re.compile(rf"{_IN_DIGITS}|[^\W_]+(?:['’][^\W_]+)*", re.IGNORECASE)
_DIGITS = re.compile(_IN_DIGITS)
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")

NUMBER_WORD = "|".join((*_UNITS, *_TENS, *_SCALES))
"""Pattern of a word that is a number, or a part of one."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number among the words of a text."""

    value: str
    """In digits, without commas and nought at the end; what no digits can say is the word itself ("half")."""
    first: int
    """Its first word, counted from 0."""
    last: int
    """Its last word."""
    like_year: bool = False
    """It is written as years are, so that only what follows tells "2000 boats" from the year 2000."""
    spoken: bool = False
    """It is a word that a question may use without insisting on the number: "both ferries", "the other one"."""


def words_of(text: str) -> list[str]:
    """Cut a text into words in lower case; a number in digits is one, with its commas and its suffix."""
    return [match.group().lower() for match in _WORD.finditer(text)]


def numbers(words: Sequence[str]) -> list[Number]:
    """Find the numbers among words.

    Args:
        words: From `words_of`.
    """
    found = []
    place = 0
    while place < len(words):
        word = words[place]
        number = _number_at(words, place) if word[0].isdecimal() or word in _IN_WORDS else None
        if number is not None:
            found.append(number)
        place = place + 1 if number is None else number.last + 1
    return found


def is_year(number: Number, words: Sequence[str]) -> bool:
    """Whether a number that looks like a year stands where a year does: after "in" or "since"."""
    return number.like_year and number.first > 0 and words[number.first - 1] in _YEAR_AFTER


def _number_at(words: Sequence[str], place: int) -> Number | None:
    word = words[place]
    before = words[place - 1] if place else ""
    after = words[place + 1] if place + 1 < len(words) else ""
    if len(word) <= _MOST_CHARS and (digits := _DIGITS.fullmatch(word)):
        return _in_digits(words, place, digits)
    if word in _WHOLE:
        return Number(_WHOLE[word], place, place, spoken=True)
    if word in _VAGUE or (word in _FRACTIONS and (before in _FRACTION_AFTER or after == "of")):
        return Number(word, place, place, spoken=True)
    if word == "one" and (before in _ONE_OF_MANY_BEFORE or after in ("of", "another")):
        return None
    if word in _UNITS or word in _TENS or word in _SCALES:
        return _in_words(words, place)
    return None


def _in_digits(words: Sequence[str], place: int, digits: re.Match[str]) -> Number:
    last = place
    value = _decimal(digits["digits"]) * _SUFFIXES[digits["suffix"] or ""]
    while last + 1 < len(words) and words[last + 1] in _SCALES and value < _MOST:
        last += 1
        value *= _SCALES[words[last]]
    return Number(_written(value), place, last, like_year=last == place and _YEAR.fullmatch(words[place]) is not None)


def _decimal(digits: str) -> Decimal:
    """Of digits with commas before each three, or with one point; of a version or a clock, the first number."""
    whole, point, rest = digits.replace(",", "").partition(".")
    return Decimal(whole + point + rest) if rest.isdigit() else Decimal(whole)


def _in_words(words: Sequence[str], place: int) -> Number:
    """A number in words: "two hundred and fifty thousand"."""
    total, part = Decimal(0), Decimal(0)
    last = at = place
    while at < len(words) and total + part < _MOST:
        word = words[at]
        if word in _TENS and part % 100 == 0:
            part += _TENS[word]
        elif word in _UNITS and (part % 100 == 0 or (part % 100 >= 20 and part % 10 == 0 and _UNITS[word] < 10)):
            part += _UNITS[word]
        elif word in ("dozen", "hundred"):
            part = (part or Decimal(1)) * _SCALES[word]
        elif word in _SCALES:
            total, part = total + (part or Decimal(1)) * _SCALES[word], Decimal(0)
        elif not (word == "and" and words[at - 1] in ("hundred", "thousand", "million")):
            break
        if word != "and":
            last = at
        at += 1
    return Number(_written(total + part), place, last, spoken=place == last and words[place] in ("one", "dozen"))


def _written(value: Decimal) -> str:
    return f"{value.normalize():f}"
