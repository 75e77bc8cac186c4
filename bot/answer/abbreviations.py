"""Abbreviations that askers use and documents spell out.

They come from a small file of the field's terms, from the documents' own "long form (SHORT)", and from the initials of
their capitalised names; in this order, the first that knows one decides.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
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


def collect(texts: Iterable[str]) -> dict[str, str]:
    """Gather what documents say of abbreviations, in lower case, with the words they stand for."""
    spelt_out: Counter[tuple[str, str]] = Counter()
    by_initials: Counter[tuple[str, str]] = Counter()
    for text in texts:
        for match in _SPELT_OUT.finditer(text):
            short = match.group(2).lower()
            if long := _spelling(match.group(1).split(), short):
                spelt_out[short, long] += 1
        for match in _NAME.finditer(text):
            words = match.group().split()
            if words[0].lower() in STOP_WORDS:  # the first word of a sentence, not of a name
                words = words[1:]
            initials = "".join(word[0] for word in words if word[0].isupper()).lower()
            if len(initials) >= FEWEST_INITIALS:
                by_initials[initials, " ".join(words)] += 1
    found: dict[str, str] = {}
    for counts in (spelt_out, by_initials):
        for (short, long), _ in counts.most_common():
            found.setdefault(short, long)
    return found


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
