"""Abbreviations of questions and what they stand for."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import bot.answer.abbreviations
from bot.answer.abbreviations import collect, expanded

NOWHERE: dict[str, str] = {}


def frequency(**stems: int) -> Callable[[str], int]:
    return lambda stem: stems.get(stem, 0)


def test_a_long_form_with_its_short_form_in_brackets_is_collected() -> None:
    assert collect(["The primary care network (PCN) meets."])["pcn"] == "primary care network"


def test_small_words_do_not_count_among_the_initials() -> None:
    assert collect(["A board for health and wellbeing (HW) meets."])["hw"] == "health and wellbeing"


def test_brackets_that_do_not_spell_the_words_before_are_left_alone() -> None:
    assert "nhs" not in collect(["the local council (NHS) meets"])


def test_a_capitalised_name_is_collected_by_its_initials() -> None:
    found = collect(["The Southern Harbour Trust CCG agreed with the Patient and Public Advisory Group."])
    assert found["sht"] == "Southern Harbour Trust"
    assert found["ppag"] == "Patient and Public Advisory Group"


def test_two_initials_are_too_few() -> None:
    assert "hs" not in collect(["We met Harry Smith."])


def test_an_abbreviation_the_documents_do_not_use_is_spelt_out() -> None:
    known = frequency(account=3, offic=3)
    assert expanded("who is the AO", NOWHERE, known) == "who is the accountable officer"


def test_lower_case_and_plural_are_understood() -> None:
    known = frequency(primari=2, care=2, network=2)
    assert expanded("what do pcns do", NOWHERE, known) == "what do primary care network do"


def test_an_abbreviation_the_documents_use_is_left_alone() -> None:
    known = frequency(ccg=9, clinic=8, commiss=10, group=12)
    assert expanded("how many CCGs", NOWHERE, known) == "how many CCGs"


def test_words_the_documents_do_not_have_are_not_put_in() -> None:
    assert expanded("who is the AO", NOWHERE, frequency(account=3)) == "who is the AO"


def test_ordinary_words_are_left_alone() -> None:
    collected = {"who": "World Health Organisation", "was": "Western Area Services"}
    known = frequency(world=5, health=5, organis=5, western=5, area=5, servic=5)
    assert expanded("who was it", collected, known) == "who was it"


def test_a_common_word_in_lower_case_is_no_abbreviation_for_being_initials() -> None:
    collected = {"map": "Medway Action Plan"}
    known = frequency(medway=5, action=5, plan=5)
    assert expanded("where is the map", collected, known) == "where is the map"
    assert expanded("where is the MAP", collected, known) == "where is the Medway Action Plan"


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("what does the local medical committee say", "what does the LMC say"),
        ("Local Medical Committees", "LMCs"),
        ("the local medical board", "the local medical board"),
    ],
)
def test_a_term_that_the_documents_only_have_short_is_written_short(asked: str, written: str) -> None:
    assert expanded(asked, NOWHERE, frequency(lmc=4)) == written


def test_a_term_that_the_documents_spell_out_stays_spelt_out() -> None:
    known = frequency(lmc=4, local=2, medic=2, committe=2)
    assert expanded("the local medical committee", NOWHERE, known) == "the local medical committee"


def test_a_possessive_is_understood() -> None:
    assert expanded("the AO’s deputy", NOWHERE, frequency(account=3, offic=3)) == "the accountable officer’s deputy"


def test_the_file_of_terms_is_in_order_and_each_is_longer_spelt_out() -> None:
    path = Path(bot.answer.abbreviations.__file__).with_name("abbreviations.json")
    terms = json.loads(path.read_text("utf-8"))
    assert list(terms) == sorted(terms)
    assert [short for short, long in terms.items() if short != short.lower() or len(long) <= len(short)] == []


@given(st.text(max_size=200))
def test_any_text_is_read_and_any_question_answered(text: str) -> None:
    assert all(short == short.lower() for short in collect([text]))
    assert expanded(text, collect([text]), lambda _: 0) == text


@pytest.mark.parametrize("piece", ["a", "Ab ", "Ab of the ", "a-", "(", "Ab, Cd and ", "x (", "A"])
def test_hostile_text_is_read_in_time(piece: str) -> None:
    collect([piece * (100_000 // len(piece)) + "(AB"])
