"""Abbreviations that askers use and documents spell out.

They come from a small file of the field's terms, from the documents' own "long form (SHORT)", and from the initials of
their capitalised names; in this order, the first that knows one decides.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from knowledge.text import STOP_WORDS, rarity, stem, tokens

FEWEST_INITIALS = 3
"""Of a name that is found by its initials: two letters mean too many things."""
# A word is tried from its beginning only, and within bounds: a run of a million letters must not be tried from each.
_WORD = r"(?<![\w’'-])[\w’'-]{1,40}"
_CAPITALISED = r"(?<![\w’'-])[A-Z][a-z][\w’'-]{0,40}"
_SPELT_OUT = re.compile(rf"((?:{_WORD},? ){{1,8}})\(([A-Z][A-Za-z&/]{{1,7}}?)s?\)")
_NAME = re.compile(
    rf"{_CAPITALISED}(?:(?:, (?={_CAPITALISED} (?:and|&) )| (?:(?:and|of|for|the|&) ){{0,2}}){_CAPITALISED}){{1,12}}"
)
_SHORT = re.compile(r"\b[A-Za-z]{2,6}(?:[&/][A-Za-z]{1,3})?\b")


Counts = Mapping[str, Mapping[str, int]]
"""Abbreviation, in lower case, to the words it may stand for, and how often it does."""


@dataclass(frozen=True, slots=True)
class Spellings:
    """What one document says of abbreviations."""

    spelt_out: Counts
    """By "long form (SHORT)"."""
    by_initials: Counts
    """By the initials of capitalised names."""


def spellings(text: str) -> Spellings:
    """Gather what a document says of abbreviations."""
    spelt_out: dict[str, Counter[str]] = {}
    by_initials: dict[str, Counter[str]] = {}
    for match in _SPELT_OUT.finditer(text):
        short = match.group(2).lower()
        if long := _spelling(match.group(1).split(), short):
            spelt_out.setdefault(short, Counter())[long] += 1
    for match in _NAME.finditer(text):
        words = match.group().split()
        if words[0].lower() in STOP_WORDS:  # the first word of a sentence, not of a name
            words = words[1:]
        initials = "".join(word[0] for word in words if word[0].isupper()).lower()
        if len(initials) >= FEWEST_INITIALS:
            by_initials.setdefault(initials, Counter())[" ".join(words)] += 1
    return Spellings(spelt_out, by_initials)


def learn(every: Iterable[Spellings]) -> dict[str, str]:
    """Learn what each abbreviation stands for: what most often follows it, spelt out before by initials."""
    known = list(every)
    found: dict[str, str] = {}
    for counts in ((one.spelt_out for one in known), (one.by_initials for one in known)):
        total: dict[str, Counter[str]] = {}
        for said in counts:
            for short, longs in said.items():
                total.setdefault(short, Counter()).update(longs)
        for short, longs in total.items():
            found.setdefault(short, longs.most_common(1)[0][0])
    return found


def collect(texts: Iterable[str]) -> dict[str, str]:
    """Gather what documents say of abbreviations, in lower case, with the words they stand for."""
    return learn(map(spellings, texts))


def expanded(question: str, collected: Mapping[str, str], frequency: Callable[[str], int]) -> str:
    """Write the abbreviations of a question as the documents do: spelt out if they rather spell them out.

    A term of the field that is spelt out in the question, and never in the documents, is written short if they have it
    so. A common English word in lower case ("map") is no abbreviation for being the initials of some name.

    Args:
        question: As it was asked.
        collected: From `collect`.
        frequency: Number of passages that have a stem.
    """

    def long_form(match: re.Match[str]) -> str:
        word = match.group()
        short = word.lower()
        if short in STOP_WORDS:
            return word
        singular = short.removesuffix("s")
        long = _field_terms().get(short) or _field_terms().get(singular)
        if long is None and not (word.islower() and rarity(stem(short)) < 1):
            long = collected.get(short) or collected.get(singular)
        if long is None:
            return word
        rarest = _rarest(long, frequency)
        return long if rarest > 0 and rarest >= frequency(stem(short)) else word

    def short_form(match: re.Match[str]) -> str:
        short = _short_forms()[match["long"].lower()]
        is_known = frequency(stem(short)) > 0 and _rarest(match["long"], frequency) == 0
        return f"{short.upper()}{match['plural']}" if is_known else match.group()

    return _long_forms().sub(short_form, _SHORT.sub(long_form, question))


def _rarest(words: str, frequency: Callable[[str], int]) -> int:
    """Passages that have the rarest word."""
    return min((frequency(token.stem) for token in tokens(words) if not token.stop), default=0)


def _spelling(words: list[str], short: str) -> str:
    """The last words whose initials are the abbreviation's letters, small words not counted."""
    letters = [letter for letter in short if letter.isalpha()]
    taken: list[str] = []
    for word in reversed(words):
        taken.insert(0, word)
        if word[0].lower() == letters[-1]:
            letters.pop()
            if not letters:
                return " ".join(taken)
        elif word.lower() not in STOP_WORDS:
            return ""
    return ""


@cache
def _field_terms() -> dict[str, str]:
    terms: dict[str, str] = json.loads((files("bot.answer") / "abbreviations.json").read_text("utf-8"))
    return terms


@cache
def _short_forms() -> dict[str, str]:
    """Abbreviations by what they stand for."""
    return {long.lower(): short for short, long in _field_terms().items() if short.isalpha()}


@cache
def _long_forms() -> re.Pattern[str]:
    longest_first = sorted(map(re.escape, _short_forms()), key=len, reverse=True)
    return re.compile(rf"\b(?P<long>{'|'.join(longest_first)})(?P<plural>s?)\b", re.IGNORECASE)
