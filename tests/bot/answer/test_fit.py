"""How well the form of a piece fits the question."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answer.demands import sought
from bot.answer.fit import form, timeliness
from bot.answer.names import NONE
from bot.answer.question import read
from bot.answer.timeline import frame
from bot.answer.types import Kind
from tests.documents import source

TODAY = date(2031, 1, 1)
SEEN = frame([source("new", published="2030-12"), source("old", published="2028")], TODAY)
NOTHING = {
    "suits": 1.0,
    "lacks": 0.0,
    "defines": 0.0,
    "shape": 0.0,
    "head": 0.0,
    "other_time": 0.0,
    "not_yet": 0.0,
    "later": 0.0,
    "older": 0.0,
}


def fit(
    text: str,
    words: str,
    kind: Kind = Kind.SENTENCE,
    head: str = "",
    published: str | None = "2030-12",
) -> dict[str, float]:
    """The traits in which a piece, a passage of its own, differs from one that just suits."""
    asked, made = read(text, (), TODAY), source(published=published)
    here = sought(asked, NONE).within(words, made)
    fits = here.suits(words, made)
    traits = form(asked, kind, words, head, here.unmet(words, made, fits), fits) | timeliness(asked, made, SEEN)
    assert traits.keys() == NOTHING.keys()
    return {name: value for name, value in traits.items() if value != NOTHING[name]}


def test_a_piece_that_fits_in_every_way_just_suits() -> None:
    assert fit("tell me about the ferry", "It is late.") == {}


def test_words_without_what_is_asked_for_do_not_suit() -> None:
    assert fit("why is it so", "It is so.") == {"suits": 0.0}
    assert fit("when is it", "It is soon.") == {"suits": 0.0, "lacks": 1.0}
    assert fit("when is it", "It is in May 2031.") == {}


def test_what_the_question_insists_on_is_lacking() -> None:
    assert fit("is the Blue Lantern late", "It is late.") == {"lacks": 1.0}


@pytest.mark.parametrize(
    ("kind", "head", "traits"),
    [
        (Kind.SENTENCE, "Its terms:", {}),
        (Kind.ITEM, "Its terms:", {}),
        (Kind.ROW, "Its terms:", {"shape": 1.0}),
        (Kind.LIST, "These:", {"shape": 1.0}),
        (Kind.LIST, "Its terms:", {"shape": 1.0, "head": 1.0}),
    ],
)
def test_a_list_fits_a_question_for_one_the_more_if_its_head_names_what_is_listed(
    kind: Kind, head: str, traits: dict[str, float]
) -> None:
    assert fit("what are the terms of the deal", "one, two", kind, head) == traits
    assert fit("tell me about the deal", "one, two", kind, head) == {}


@pytest.mark.parametrize(
    ("text", "words", "defines"),
    [
        ("what is a harbour board", "A harbour board is a body of ten people.", True),
        ("what is a harbour board", "  Harbour boards are bodies of ten people.", True),
        ("What is the harbour board, HB?", "The harbour board (HB) means a body.", True),
        ("what does hb mean", "The ferry runs for the harbour board (HB).", True),
        ("What are HBs?", "All of them have harbour boards (HBs).", True),
        ("What is the Blue Lantern?", "The Blue Lantern was a ferry.", True),
        ("What is the Blue Lantern?", "The Blue Lantern was late.", False),
        ("what is a harbour board", "The ferry is run by the harbour board.", False),
        ("what is a harbour board", "It is late.", False),
        ("what is a harbour board", "A harbour board met.", False),
        ("what is a harbour board", "Another thing is a harbour board.", False),
        ("what is a lantern", "They asked what it (IS) for.", False),
        ("when is a harbour board", "A harbour board is a body in 2030.", False),
    ],
)
def test_a_sentence_defines_what_it_begins_with(text: str, words: str, defines: bool) -> None:
    assert fit(text, words) == ({"defines": 1.0} if defines else {})
    assert "defines" not in fit(text, words, Kind.ITEM)


def test_a_piece_of_another_time_than_the_one_asked_for_is_told_apart() -> None:
    assert fit("the plan in 2030", "In 2029 it was new.", published=None) == {"lacks": 1.0, "other_time": 1.0}
    assert fit("the plan in 2030", "In 2030 it was new.", published="2028") == {}
    assert fit("the plan in 2028", "It was new.", published="2028") == {}
    assert fit("the plan in 2029", "It was new.", published="2028") == {"lacks": 1.0, "other_time": 1.0}


def test_an_older_source_is_older_unless_an_earlier_time_is_asked_for() -> None:
    assert fit("the plan", "It is new.", published="2028") == {"older": 1.0}
    assert fit("the plan", "It is new.", published="2030") == {}
    assert fit("the plan", "It is new.", published=None) == {}
    assert fit("the original plan", "It is new.", published="2028") == {}


def test_a_later_source_is_late_for_an_earlier_time() -> None:
    assert fit("the original plan", "It is new.") == {"later": 1.0}
    assert fit("the plan before 2029", "It is new.") == {"later": 1.0}


def test_what_could_not_be_known_yet_is_told_apart() -> None:
    assert fit("the plan", "It is new.", published="2031-02") == {"not_yet": 1.0}


@given(st.text(), st.text(), st.sampled_from(Kind))
def test_every_trait_of_anything_is_from_0_to_1(words: str, head: str, kind: Kind) -> None:
    traits = form(read("what is a harbour board", (), TODAY), kind, words, head, (), fits=True)
    assert all(0 <= value <= 1 for value in traits.values())


@pytest.mark.parametrize("blob", [" " * 100_000, "a " * 50_000, "the " * 25_000, "(" * 100_000, "\n\t" * 50_000])
def test_words_without_an_end_define_nothing(blob: str) -> None:
    assert fit("what is a harbour board", blob) == {}
