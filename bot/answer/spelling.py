"""Put right the typing errors of a question, by the words of the documents."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable
from itertools import pairwise

from rapidfuzz import process
from rapidfuzz.distance import OSA, Levenshtein

from bot.answer.question import MOST_CHARS
from bot.answer.timeline import MONTHS
from knowledge.text import rarity, stem, tokens

SHORTEST = 5
"""Letters of a word that is put right; in a shorter one every error makes another word."""
LONG = 8
"""Letters from which a word may have `MOST_ERRORS`, one of them a wrong letter. A shorter one has a letter too many, or
one too few, or two changed round: a wrong letter makes "survey" of "Surrey"."""
MOST_ERRORS = 2

_POSSESSIVE = re.compile(r"['’]s?$")
_HYPHENATED = re.compile(r"\b[A-Za-z]{2,}-[A-Za-z]{3,}\b")


def words(text: str) -> frozenset[str]:
    """The words of a document that a question's words are compared with, in lower case."""
    found = {
        text[token.start : token.end].lower()
        for token in tokens(text)
        if token.end - token.start >= SHORTEST and not token.stop
    }
    found.update(match.group().lower() for match in _HYPHENATED.finditer(text))
    return frozenset(found)


def learn(every: Iterable[frozenset[str]]) -> tuple[str, ...]:
    """The vocabulary of a library in order, from the words of its documents, and the months."""
    return tuple(sorted(frozenset(month for month in MONTHS if len(month) >= SHORTEST).union(*every)))


def vocabulary(texts: Iterable[str]) -> tuple[str, ...]:
    """Gather the words of texts that a question's words are compared with, in lower case and in order."""
    return learn(map(words, texts))


def corrected(question: str, vocabulary: tuple[str, ...], frequency: Callable[[str], int]) -> str:
    """Put right the words that the documents do not have but for a typing error.

    Args:
        question: As it was asked; a text that is too long for a question stays as it is.
        vocabulary: From `vocabulary`.
        frequency: Number of passages that have a stem.
    """
    if len(question) > MOST_CHARS:
        return question
    question = _joined(question, vocabulary, frequency)
    for token in reversed(tokens(question)):
        word = _POSSESSIVE.sub("", question[token.start : token.end])
        known = frequency(token.stem) > 0 or rarity(token.stem) < 1
        if token.stop or known or len(word) < SHORTEST or not word.isalpha():
            continue
        if meant := _nearest(word.lower(), vocabulary, frequency):
            meant = meant.capitalize() if word[0].isupper() else meant
            question = question[: token.start] + meant + question[token.start + len(word) :]
    return question


def _joined(question: str, vocabulary: tuple[str, ...], frequency: Callable[[str], int]) -> str:
    """Write as the documents do what is one word or two: "tax payer" and "taxpayer", "codesign" and "co-design"."""
    found = tokens(question)
    for first, second in reversed(list(pairwise(found))):
        whole = (question[first.start : first.end] + question[second.start : second.end]).lower()
        apart = question[first.end : second.start] in (" ", "-")
        if apart and _among(vocabulary, whole) and min(frequency(first.stem), frequency(second.stem)) == 0:
            question = question[: first.start] + whole + question[second.end :]
    for token in reversed(tokens(question)):
        word = question[token.start : token.end]
        if token.stop or not word.isalpha() or len(word) < SHORTEST or frequency(token.stem) or rarity(token.stem) < 1:
            continue
        for cut in range(2, len(word) - 2):
            halves = f"{word[:cut].lower()}-{word[cut:].lower()}"
            if _among(vocabulary, halves):
                question = question[: token.start] + halves + question[token.end :]
                break
    return question


def _nearest(word: str, vocabulary: tuple[str, ...], frequency: Callable[[str], int]) -> str | None:
    """The word that was meant: with the fewest errors, and of several such words the commonest."""
    errors = MOST_ERRORS if len(word) >= LONG else 1
    first = vocabulary[bisect_left(vocabulary, word[0]) : bisect_left(vocabulary, chr(ord(word[0]) + 1))]
    near = process.extract(word, first, scorer=OSA.distance, score_cutoff=errors, limit=None)
    likely = [
        (distance, -frequency(stem(other)), other) for other, distance, _ in near if _is_slip(word, other, distance)
    ]
    return min(likely)[2] if likely else None


def _among(vocabulary: tuple[str, ...], word: str) -> bool:
    place = bisect_left(vocabulary, word)
    return vocabulary[place : place + 1] == (word,)


def _is_slip(word: str, other: str, distance: int) -> bool:
    """Whether one word is the other mistyped: letters too many, too few or changed round, in a long word one wrong."""
    if Levenshtein.distance(word, other) > distance:  # two neighbours changed round count as one error
        return True
    wrong = sum(edit.tag == "replace" for edit in Levenshtein.editops(word, other))
    return wrong <= (1 if len(word) >= LONG else 0)
