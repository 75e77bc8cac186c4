"""Names of people and of everything else, learned from documents."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answer.names import NONE, collect, named

TEXT = """\
The harbour board met in Northport. The chair is Ann Marsh. Ann Marsh’s plan for the lights is new. Mrs Marsh said so.
Although Élise Šimon came, Dr Poole stayed. They heard from Ivo Quill, Anne-Marie O’Brien and Jan van der Berg.
The Kings Lantern Hospital is near Northport Green. Ferry Director Bob Hill left with Mr Tom Wood, who sells wood.
It is run by Leontyne Price. The ferries of Eastbay are late, and Eastbay is dark.
"""
NAMES = collect([TEXT])


def test_people_are_learned_with_first_and_last_names() -> None:
    assert NAMES.people == (
        "Ann Marsh",
        "Élise Šimon",
        "Dr Poole",
        "Ivo Quill",
        "Anne-Marie O’Brien",
        "Jan van der Berg",
        "Bob Hill",
        "Tom Wood",
        "Leontyne Price",
    )


def test_places_follow_a_word_of_place() -> None:
    assert NAMES.places == {"northport", "green"}


def test_a_word_is_a_name_if_it_is_hardly_ever_in_lower_case() -> None:
    assert {"marsh", "eastbay", "mari"} <= NAMES.words
    assert not {"wood", "harbour", "the", "mr"} & NAMES.words
    assert "wood" in NAMES.ordinary


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("The talks with Zoë McKay and Bill T. Stone ended.", ["Zoë McKay", "Bill T. Stone"]),
        ("Mrs Marsh said so.", ["Ann Marsh"]),
        ("Cllr. Finch and Dr J. Finch", ["Cllr. Finch", "Dr J. Finch"]),
        ("Ann Marsh's boat, Ann Marsh’s pier", ["Ann Marsh"]),
        ("Ann Marsh Chair", ["Ann Marsh"]),
        ("Ann Marsh Primary School", []),
        ("Deputy Ferry Director Ann Marsh", ["Ann Marsh"]),
        ("Northport Green, Monday May, the Lord Mayor’s Board, the Ferries Bill", []),
        ("Ann\nMarsh", []),
        ("Mr Tom Wood sells wood.", ["Tom Wood"]),
        ("A-Z Aa NHS CCGs", []),
        ("", []),
    ],
)
def test_persons_are_found_in_order_and_each_once(text: str, people: list[str]) -> None:
    assert NAMES.persons(text) == people


@pytest.mark.parametrize(
    ("question", "person"),
    [
        ("What does Ann Marsh do?", "Ann Marsh"),
        ("what is marsh's role", "Ann Marsh"),
        ("What is Marsh’s role?", "Ann Marsh"),
        ("What is Bill Marsh's role?", ""),
        ("What is Dr Poole's role?", "Dr Poole"),
        ("What does Anne-Marie O'Brien do?", "Anne-Marie O’Brien"),
        ("what does van der berg do", "Jan van der Berg"),
        ("what is the price of fish", ""),
        ("Is Price in charge?", "Leontyne Price"),
        ("is leontyne price in charge", "Leontyne Price"),
        ("What does Ann do?", ""),
    ],
)
def test_the_person_of_a_question_is_found_by_the_last_name(question: str, person: str) -> None:
    assert NAMES.person_in(question) == person


@pytest.mark.parametrize(
    ("question", "text", "other"),
    [
        ("Is Bill Marsh the chair?", "Ann Marsh chairs the board.", True),
        ("Is Ann Marsh the chair?", "Ann Marsh chairs the board.", False),
        ("Is Jon Finch the clerk?", "The clerk is Jonathan Finch.", False),
        ("Is J. Finch the clerk?", "The clerk is Jonathan Finch.", False),
        ("Is Bill Marsh the chair?", "Bill Marsh and Ann Marsh came.", False),
        ("Is Bill Finch the clerk?", "The clerk is Dr Finch.", False),
        ("Is Bill Marsh the chair?", "The board has a chair.", False),
    ],
)
def test_another_first_name_is_another_person(question: str, text: str, other: bool) -> None:
    assert NAMES.is_other_person(question, text) is other


def test_names_of_a_question_are_capitals_within_it_and_what_documents_call_by_name() -> None:
    assert named("Does Eastbay’s ferry call at Silverquay in May?", NAMES) == {"eastbay", "silverquay"}
    assert named("does eastbay's ferry call at silverquay", NAMES) == {"eastbay"}
    assert named("Silverquay", NONE) == frozenset()
    assert named("is Anne-Marie O’Brien late", NONE) == {"ann", "mari", "o'brien"}
    assert named("What is the PCN?", NONE) == frozenset()


@given(st.text())
def test_any_text_can_be_learned_and_names_its_people_again(text: str) -> None:
    learned = collect([text])
    assert learned.persons(text) == list(learned.people)


@pytest.mark.parametrize(
    "blob",
    ["Aa " * 33_000, "Dr Aa " * 16_000, "Aa'Bb" * 20_000, "A-" * 50_000, "Mc" * 50_000, " " * 100_000, "é" * 99_999],
)
def test_a_text_without_an_end_hides_no_name(blob: str) -> None:
    learned = collect([f"{blob}\nIt is run by Ivo Quill."])
    assert "Ivo Quill" in learned.people
    assert NAMES.person_in(f"{blob} Ivo Quill") == "Ivo Quill"


def test_a_short_first_name_is_its_own() -> None:
    names = collect(["Then Jo Lee met Al Hill at the quay."])
    assert not names.is_other_person("Who is Jo Lee?", "Jo Lee is the director.")
    assert names.is_other_person("Who is Al Lee?", "Jo Lee is the director.")
