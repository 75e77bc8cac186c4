"""Typing errors of questions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answer import spelling
from bot.answer.spelling import corrected
from knowledge.text import stem

VOCABULARY = spelling.vocabulary(
    ["The accountable officer met a survey of conditions, the strategic commissioner and the board."]
)
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
        ("the stratgic comissioner’s board", "the strategic commissioner’s board"),
        ("who met the baord", "who met the board"),
        ("in Setpember", "in September"),
        ("codesign of the tax payer’s board", "codesign of the tax payer’s board"),
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
    assert corrected("the police", spelling.vocabulary(["the policy"]), lambda _: 0) == "the police"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("the tax payer", "the taxpayer"), ("the tax-payer", "the taxpayer"), ("our codesign", "our co-design")],
)
def test_one_word_or_two_are_written_as_in_the_documents(typed: str, meant: str) -> None:
    vocabulary = spelling.vocabulary(["The taxpayer likes co-design."])
    known = {stem("taxpayer"), stem("co"), stem("design")}
    assert corrected(typed, vocabulary, lambda found: int(found in known)) == meant


def test_two_other_words_changed_round_are_no_slip() -> None:
    vocabulary = spelling.vocabulary(["the conservation area"])
    known = {stem(word) for word in vocabulary}
    assert corrected("the conversatian", vocabulary, lambda found: int(found in known)) == "the conversatian"


def test_of_two_near_words_the_commoner_is_meant() -> None:
    vocabulary = spelling.vocabulary(["harbour harbouring"])
    often = {stem("harbours"): 3}
    assert corrected("harbuor", vocabulary, lambda found: often.get(found, 0)) == "harbour"


def test_a_text_that_is_too_long_for_a_question_is_left_alone() -> None:
    text = "acountable " * 10_000
    assert put_right(text) == text


@given(st.text(max_size=80))
def test_any_text_keeps_its_known_words(text: str) -> None:
    assert put_right(f"{text}\nthe accountable officer").endswith("the accountable officer")
