"""Put right the typing errors of a question, by the words of the documents."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from rapidfuzz import process
from rapidfuzz.distance import OSA, Levenshtein

from knowledge.text import rarity, tokens

SHORTEST = 5
"""Letters of a word that is put right; in a shorter one every error makes another word."""
LONG = 8
"""Letters from which a word may have `MOST_ERRORS`, one of them a wrong letter. A shorter one has a letter too many, or
one too few, or two changed round: a wrong letter makes "survey" of "Surrey"."""
MOST_ERRORS = 2


def words_of(texts: Iterable[str]) -> frozenset[str]:
    """Gather the words of texts that a question's words are compared with, in lower case."""
    return frozenset(
        text[token.start : token.end].lower()
        for text in texts
        for token in tokens(text)
        if token.end - token.start >= SHORTEST and not token.stop
    )


def corrected(question: str, vocabulary: frozenset[str], frequency: Callable[[str], int]) -> str:
    """Put right the words that the documents do not have but for a typing error.

    Args:
        question: As it was asked.
        vocabulary: From `words_of`.
        frequency: Number of passages that have a stem.
    """
    for token in reversed(tokens(question)):
        word = question[token.start : token.end].lower()
        known = frequency(token.stem) > 0 or rarity(token.stem) < 1
        if token.stop or known or len(word) < SHORTEST or not word.isalpha():
            continue
        if meant := _nearest(word, vocabulary):
            meant = meant.capitalize() if question[token.start].isupper() else meant
            question = question[: token.start] + meant + question[token.end :]
    return question


def _nearest(word: str, vocabulary: frozenset[str]) -> str | None:
    errors = MOST_ERRORS if len(word) >= LONG else 1
    near = process.extract(word, vocabulary, scorer=OSA.distance, score_cutoff=errors, limit=None)
    likely = [(distance, other) for other, distance, _ in near if other[0] == word[0] and _is_slip(word, other)]
    return min(likely)[1] if likely else None


def _is_slip(word: str, other: str) -> bool:
    """Whether one word is the other mistyped: letters too many, too few or changed round, in a long word one wrong."""
    if sorted(word) == sorted(other):
        return True
    wrong = sum(edit.tag == "replace" for edit in Levenshtein.editops(word, other))
    return wrong <= (1 if len(word) >= LONG else 0)
