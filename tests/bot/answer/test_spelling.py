"""Typing errors of questions."""

import pytest

from bot.answer.spelling import corrected, words_of
from knowledge.text import stem

VOCABULARY = words_of(["The accountable officer met a survey of conditions, the strategic commissioner and the board."])
KNOWN = {stem(word) for word in VOCABULARY}


def put_right(question: str) -> str:
    return corrected(question, VOCABULARY, lambda found: int(found in KNOWN))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("who is the acountable officer", "who is the accountable officer"),
        ("what conditons are there", "what conditions are there"),
        ("the stratgic comissioner?", "the strategic commissioner?"),
        ("the offciers", "the officer"),
        ("Acountable, please", "Accountable, please"),
    ],
)
def test_a_word_with_a_typing_error_becomes_the_documents_word(typed: str, meant: str) -> None:
    assert put_right(typed) == meant


@pytest.mark.parametrize(
    "question",
    [
        "the merger of Surrey",  # one wrong letter from "survey"
        "the conducters",  # two wrong letters from "condition"
        "the bored met",  # too short
        "a condition of many officers",  # the documents' words in other forms
        "a zeppelin",
        "the 2018x plan",
        "",
    ],
)
def test_other_words_are_left_alone(question: str) -> None:
    assert put_right(question) == question


def test_a_common_english_word_is_no_typing_error() -> None:
    assert corrected("the police", words_of(["the policy"]), lambda _: 0) == "the police"
