from __future__ import annotations

from dataclasses import replace

import pytest

from knowledge.passages import GATHERED_CHARS, MOST_CHARS, cut, introduction, points_back, row_cells, row_text
from knowledge.readers.builder import Piece, Point
from knowledge.types import BlockKind, Document
from tests.documents import (
    bullets,
    document,
    furniture,
    heading,
    paragraph,
    table,
    with_block,
)


def bodies(made: Document) -> list[str]:
    """What each passage holds, without what stands before it."""
    return [passage.embedded[passage.body :] for passage in cut(made)]


def prefixes(made: Document) -> list[str]:
    return [passage.embedded[: passage.body] for passage in cut(made)]


def quoted(made: Document) -> list[list[str]]:
    """The sentences of each passage."""
    return [[span.of(made.text) for span in passage.sentences] for passage in cut(made)]


def words_of(length: int, mark: str = "w") -> str:
    """A sentence of this many characters."""
    return (f"{mark * 4} " * length)[: length - 1].rstrip().ljust(length - 1, mark) + "."


# What stands before a passage


def test_title_date_and_headings_stand_before_each_passage_and_are_not_its_body() -> None:
    made = document(
        heading("The  plan"), heading("Roles", 2), paragraph("Ann Wood leads."), title="The plan", published="2018-02"
    )
    (passage,) = cut(made)
    assert passage.embedded == "The plan.\nFebruary 2018.\nRoles.\nAnn Wood leads."
    assert passage.embedded[passage.body :] == "Ann Wood leads."
    assert passage.section == ("The plan", "Roles")


@pytest.mark.parametrize(
    ("published", "prefix"),
    [
        (None, "The plan.\n"),
        ("2019", "The plan.\n2019.\n"),
        ("2019-04", "The plan.\nApril 2019.\n"),
        ("2019-04-01", "The plan.\n1 April 2019.\n"),
    ],
)
def test_a_date_is_written_as_exactly_as_it_is_known(published: str | None, prefix: str) -> None:
    assert prefixes(document(paragraph("It began."), published=published)) == [prefix]


def test_without_title_date_and_heading_only_the_words_are_embedded() -> None:
    (passage,) = cut(document(paragraph("It began."), title=""))
    assert (passage.embedded, passage.body, passage.section) == ("It began.", 0, ())


def test_a_heading_of_the_same_or_a_higher_level_ends_a_section() -> None:
    made = document(
        *(heading("A"), heading("B", 2), heading("C", 3), paragraph("One.")),
        *(heading("D", 2), paragraph("Two."), heading("E"), paragraph("Three.")),
    )
    assert [passage.section for passage in cut(made)] == [("A", "B", "C"), ("A", "D"), ("E",)]
    assert prefixes(made) == ["The plan.\nA > B > C.\n", "The plan.\nA > D.\n", "The plan.\nE.\n"]


def test_another_title_changes_every_digest_and_the_same_words_in_another_document_none() -> None:
    made = document(paragraph("It began."), bullets("one", "two"))
    renamed = document(paragraph("It began."), bullets("one", "two"), title="Another plan")
    elsewhere = document(paragraph("It began."), bullets("one", "two"), name="copy")
    assert not {p.digest for p in cut(made)} & {p.digest for p in cut(renamed)}
    assert [p.digest for p in cut(made)] == [p.digest for p in cut(elsewhere)]
    assert [p.id for p in cut(elsewhere)] == ["copy#1", "copy#2"]


# Prose


def test_short_paragraphs_under_one_heading_are_gathered_with_their_sentences() -> None:
    made = document(paragraph("One is here. Two is there."), paragraph("Three."), heading("Next"), paragraph("Four."))
    assert bodies(made) == ["One is here. Two is there.\n\nThree.", "Four."]
    assert quoted(made) == [["One is here.", "Two is there.", "Three."], ["Four."]]


@pytest.mark.parametrize(("length", "passages"), [(GATHERED_CHARS - 102, 1), (GATHERED_CHARS - 101, 2)])
def test_paragraphs_are_gathered_up_to_a_size(length: int, passages: int) -> None:
    made = document(paragraph(words_of(100)), paragraph(words_of(length)))
    assert len(cut(made)) == passages


@pytest.mark.parametrize("between", [furniture("Menu"), heading("Roles"), bullets("one")])
def test_what_stands_between_two_paragraphs_stops_gathering(between: Piece) -> None:
    made = document(paragraph("One."), between, paragraph("Two."))
    assert bodies(made) == ["One.", *(["one"] if between.kind is BlockKind.LIST else []), "Two."]


def test_a_passage_is_on_the_page_where_it_begins() -> None:
    made = document(replace(paragraph(words_of(600)), page=1), replace(paragraph("Two."), page=3))
    assert made.pages == (0, made.text.index("Two."), made.text.index("Two."))
    assert [p.page for p in cut(made)] == [1, 3]


def test_a_long_paragraph_is_cut_between_sentences() -> None:
    one, two, three = words_of(600, "A"), words_of(499, "B"), words_of(500, "C")
    assert bodies(document(paragraph(f"{one} {two} {three}"))) == [f"{one} {two}", three]


def test_a_sentence_longer_than_a_passage_is_cut_at_white_space() -> None:
    words = "x" * 1000 + " " + "y" * 1000 + "."
    assert bodies(document(paragraph(words))) == ["x" * 1000, "y" * 1000 + "."]


def test_a_word_longer_than_a_passage_is_cut_where_the_passage_ends() -> None:
    assert [len(body) for body in bodies(document(paragraph("x" * 2500)))] == [MOST_CHARS, MOST_CHARS, 300]


def test_a_last_sentence_that_is_cut_off_is_found_but_not_quoted() -> None:
    made = with_block(document(paragraph("One is whole. Two is not")), 0, cut_off=True)
    assert bodies(made) == ["One is whole. Two is not"]
    assert quoted(made) == [["One is whole."]]


def test_no_part_of_a_long_sentence_that_is_cut_off_is_quoted() -> None:
    made = with_block(document(paragraph("One is whole. Two " + "is " * 800 + "not")), 0, cut_off=True)
    assert [len(body) for body in bodies(made)] == [13, 1098, 1097, 210]
    assert quoted(made) == [["One is whole."], [], [], []]


# Lists


def test_a_list_stays_with_its_lead_in_which_leaves_its_paragraph() -> None:
    made = document(
        paragraph("The plan is bold. The three new parts of care are:"), bullets("one", Point("two", 2), "three")
    )
    assert bodies(made) == ["The plan is bold.", "The three new parts of care are:\n\n• one\n  • two\n• three"]
    assert quoted(made) == [["The plan is bold."], []]
    assert prefixes(made) == ["The plan.\n", "The plan.\n"]


@pytest.mark.parametrize("lead_in", ["These are:", "We will:", "They are the four new care areas:"])
def test_a_lead_in_that_says_too_little_brings_the_sentence_before(lead_in: str) -> None:
    made = document(paragraph(f"The plan is bold. It has four areas. {lead_in}"), bullets("one", "two"))
    assert bodies(made) == ["The plan is bold.", f"It has four areas. {lead_in}\n\n• one\n• two"]


def test_a_short_lead_in_that_stands_alone_stands_alone() -> None:
    assert bodies(document(paragraph("These are:"), bullets("one"))) == ["These are:\n\n• one"]


def test_a_list_without_a_lead_in_leaves_the_paragraph_above_it_whole() -> None:
    assert bodies(document(paragraph("The plan is bold."), bullets("one", "two"))) == [
        "The plan is bold.",
        "one\n• two",
    ]


def test_a_list_cut_over_passages_has_its_lead_in_before_each() -> None:
    items = [words_of(500, mark) for mark in "abcd"]
    made = document(paragraph("The new parts\nof care are:"), bullets(*items))
    lead_in = "The new parts\nof care are:"
    assert bodies(made) == [f"{lead_in}\n\n• {items[0]}\n• {items[1]}", f"{items[2]}\n• {items[3]}"]
    assert prefixes(made) == ["The plan.\n", "The plan.\nThe new parts of care are:.\n"]


def test_furniture_between_a_lead_in_and_its_list_is_in_neither() -> None:
    made = document(paragraph("The new parts of care are:"), furniture("Advertisement"), bullets("one", "two"))
    assert bodies(made) == ["The new parts of care are:", "one\n• two"]
    assert prefixes(made) == ["The plan.\n", "The plan.\nThe new parts of care are:.\n"]


def test_a_lead_in_longer_than_a_passage_is_cut_like_any_sentence() -> None:
    made = document(paragraph("The parts " + "of care " * 200 + "are:"), bullets("one"))
    assert all(len(body) <= MOST_CHARS for body in bodies(made))
    assert "".join(bodies(made)).endswith("are:\n\n• one")


# Tables


def test_a_row_is_a_passage_with_the_heads_of_its_cells_and_the_lead_in_before_it() -> None:
    made = document(
        paragraph("Who leads which part of care:"),
        table(("Name", "", "Area"), ("Ann  Wood", "lead", "East"), ("Bob Hill", "", "West")),
    )
    _, first, second = cut(made)
    lead_in = "The plan.\nWho leads which part of care:.\n"
    assert first.embedded == f"{lead_in}Name: Ann Wood; lead; Area: East"
    assert second.embedded == f"{lead_in}Name: Bob Hill; Area: West"
    assert made.text[second.start : second.end] == "Bob Hill |  | West"
    assert bodies(made)[0] == "Who leads which part of care:"


def test_an_inferred_head_is_never_written() -> None:
    made = document(table(("", "Role"), ("Ann Wood", "Chair"), ("Bob Hill", "Clerk")))
    (block,) = made.blocks
    assert block.header[0].name(made.text) != ""
    assert row_cells(made.text, block, block.rows[0]) == ["Ann Wood", "Role: Chair"]
    assert row_text(made.text, block, block.rows[1]) == "Bob Hill; Role: Clerk"


def test_a_table_without_a_header_and_one_with_fewer_heads_than_cells_keep_all_cells() -> None:
    made = document(table((), ("Ann Wood", "Chair")))
    assert bodies(made) == ["Ann Wood; Chair"]
    (block,) = document(table(("Name", "Role"), ("Ann Wood", "Chair"))).blocks
    made = document(table(("Name", "Role"), ("Ann Wood", "Chair")))
    assert bodies(replace(made, blocks=(replace(block, header=block.header[:1]),))) == ["Name: Ann Wood; Chair"]


# The words for it


def test_nothing_introduces_what_has_no_lead_in() -> None:
    made = document(paragraph("One."), bullets("one"))
    assert [introduction(made, block) for block in made.blocks] == [None, None]


@pytest.mark.parametrize("sentence", ["They will go.", "“It is so.", "(These are.)", "THIS is.", "Such a plan."])
def test_a_sentence_that_begins_with_a_pronoun_points_back(sentence: str) -> None:
    assert points_back(sentence)


@pytest.mark.parametrize("sentence", ["The plan.", "Thesis one.", "Items two.", "", "Hers is."])
def test_one_that_begins_with_another_word_does_not(sentence: str) -> None:
    assert not points_back(sentence)


def test_a_document_of_headings_and_furniture_has_no_passages() -> None:
    assert cut(document(heading("Roles"), furniture("Menu"))) == ()
