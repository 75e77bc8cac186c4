"""How well the form of a piece fits the question."""

from datetime import date

import pytest

from bot.answer.fit import (
    DEFINES_WEIGHT,
    HEAD_WEIGHT,
    OLDER,
    OTHER_TIME,
    SHAPE_WEIGHT,
    SUITS_WEIGHT,
    bonus,
    must_suit,
    newest_day,
    suits,
    years,
)
from bot.answer.question import read
from bot.answer.types import Kind
from tests.documents import source

NOW = date(2031, 1, 1)


def fit(text: str, words: str, kind: Kind = Kind.SENTENCE, head: str = "", published: str | None = None) -> float:
    """What the form is worth beside a source of January 2031."""
    return bonus(read(text, (), NOW), kind, words, head, source(published=published), NOW)


def test_a_date_suits_a_when() -> None:
    assert fit("when is it", "It is in May 2031.") == SUITS_WEIGHT
    assert fit("when is it", "It is soon.") == 0


@pytest.mark.parametrize(
    ("text", "words", "fits"),
    [
        ("when is it", "It starts on 1 April 2020.", True),
        ("when is it", "It starts soon.", False),
        ("how many agreed", "Six of them agreed.", True),
        ("how many agreed", "Most of them agreed.", False),
        ("who decided", "The chair is Dr Ann Example.", True),
        ("who decided", "NHSX decided.", True),
        ("who decided", "the chair decided.", False),
        ("who is the chair of East Harbour", "Ann Example chairs East Harbour.", True),
        ("who is the chair of East Harbour", "East Harbour and the Harbour Board have a chair.", False),
        ("tell me", "Anything at all.", True),
    ],
)
def test_words_suit_when_they_have_what_is_asked_for(text: str, words: str, fits: bool) -> None:
    assert suits(read(text, (), NOW), words) is fits


@pytest.mark.parametrize(
    ("text", "must"),
    [
        ("when is it", True),
        ("how many are there", True),
        ("who chairs the board", True),
        ("who takes part", False),
        ("why", False),
    ],
)
def test_without_a_date_number_or_name_some_questions_are_not_answered(text: str, must: bool) -> None:
    assert must_suit(read(text, (), NOW)) is must


def test_a_list_suits_a_question_for_one_and_more_if_its_head_names_what_is_listed() -> None:
    asked = "what are the terms of the deal"
    assert fit(asked, "one, two", Kind.SENTENCE) == SUITS_WEIGHT
    assert fit(asked, "one, two", Kind.LIST, "These:") == pytest.approx(SUITS_WEIGHT + SHAPE_WEIGHT)
    assert fit(asked, "one, two", Kind.LIST, "Its terms:") == pytest.approx(SUITS_WEIGHT + SHAPE_WEIGHT + HEAD_WEIGHT)


@pytest.mark.parametrize(
    "words",
    [
        "A harbour board is a body of ten people.",
        "Harbour boards are bodies of ten people.",
        "The harbour board (HB) is a body.",
        "The ferry runs for the harbour board (HB).",
    ],
)
def test_a_definition_suits_a_what_is(words: str) -> None:
    assert fit("what is a harbour board, HB?", words) == pytest.approx(SUITS_WEIGHT + DEFINES_WEIGHT)


@pytest.mark.parametrize("words", ["The ferry is run by the harbour board.", "It is late.", "A harbour board met."])
def test_a_sentence_about_something_else_defines_nothing(words: str) -> None:
    assert fit("what is a harbour board", words) == SUITS_WEIGHT


def test_a_piece_of_another_year_than_the_one_asked_for_loses() -> None:
    assert fit("the plan in 2030", "In 2029 it was new.") == pytest.approx(SUITS_WEIGHT - OTHER_TIME)
    assert fit("the plan in 2030", "In 2029 and 2030 it was new.") == SUITS_WEIGHT
    assert fit("the plan in 2030", "It was new.", head="March 2029.") == pytest.approx(SUITS_WEIGHT - OTHER_TIME)
    assert fit("the plan in 2030", "In 2030 it was new.", head="March 2029.") == SUITS_WEIGHT


def test_an_older_source_loses_unless_a_year_is_asked_for() -> None:
    assert fit("the plan", "It is new.", published="2029-12") == pytest.approx(SUITS_WEIGHT - OLDER)
    assert fit("the plan", "It is new.", published="2030") == SUITS_WEIGHT
    assert fit("the plan", "It is new.", published=None) == SUITS_WEIGHT
    assert fit("the plan in 2029", "It is new.", head="2029.", published="2029") == SUITS_WEIGHT


def test_years_are_those_of_this_century_and_the_last() -> None:
    assert years("from 1999 to 2031, 74bn, 3000 and 20190") == {"1999", "2031"}


def test_the_newest_day_is_the_first_that_the_newest_date_can_mean() -> None:
    assert newest_day([source(published="2029"), source(published="2030-05"), source()]) == date(2030, 5, 1)
    assert newest_day([source()]) is None
