"""What is shown of a document is what the readers and the cutter made of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from bot import understood
from bot.understood import Missing, Section, Spoken
from knowledge.types import BlockKind, Document
from tests.documents import bullets, document, documents, furniture, heading, paragraph, source, table


def test_the_outline_is_a_tree_of_headings_with_what_stands_below_each() -> None:
    made = document(
        furniture("Menu"),
        paragraph("Before."),
        heading("Plan", 2),
        heading("Fares", 4),
        paragraph("These:"),
        bullets("one"),
        heading("Times", 3),
        table(("a",), ("b",)),
        heading("End", 1),
    )
    assert understood.outline(made) == (
        Section("", 0, 1, None, paragraphs=1),
        Section("Plan", 0, 2, None),
        Section("Fares", 1, 3, None, paragraphs=1, lists=1),
        Section("Times", 1, 6, None, tables=1),
        Section("End", 0, 8, None),
    )
    assert understood.outline(made)[2].holds == "1 paragraph, 1 list"


def test_headings_and_dates_have_the_page_they_stand_on() -> None:
    one, words, two = heading("One"), paragraph("On 3 May 2022."), heading("Two")
    made = document(replace(one, page=1), replace(words, page=2), replace(two, page=2))
    assert [section.page for section in understood.outline(made)] == [1, 2]
    assert understood.dates(made) == (Spoken("2022-05-03", "On 3 May 2022.", 2),)


def test_deep_headings_are_folded_into_those_above_until_the_outline_is_short() -> None:
    below = heading("B", 2), paragraph("b"), heading("C", 3), bullets("c")
    whole = understood.outline(document(heading("A"), paragraph("a"), *below, heading("D")))
    assert understood.folded(whole, 4) == whole
    assert [(each.heading, each.holds) for each in understood.folded(whole, 3)] == [
        ("A", "1 paragraph"),
        ("B", "1 paragraph, 1 list"),
        ("D", ""),
    ]
    assert [each.holds for each in understood.folded(whole, 1)] == ["2 paragraphs, 1 list", ""]


@given(documents())
def test_every_block_is_counted_once_in_the_outline_however_it_is_folded(made: Document) -> None:
    for shown in (understood.outline(made), understood.folded(understood.outline(made), 2)):
        for kind, name in (("paragraph", "paragraphs"), ("list", "lists"), ("table", "tables")):
            assert sum(getattr(each, name) for each in shown) == sum(block.kind == kind for block in made.blocks)
    headings = sum(block.kind is BlockKind.HEADING for block in made.blocks)
    assert sum(made.blocks[each.block].kind is BlockKind.HEADING for each in understood.outline(made)) == headings


def test_a_date_is_shown_once_in_whole_words_of_its_line() -> None:
    before, after = "word " * 30, " word" * 30
    made = document(paragraph(f"{before}on 3 May 2022{after}"), paragraph("Again on 3 May 2022 and in June 2022."))
    words = "…word word word word word word word on 3 May 2022 word word word word word word word…"
    assert understood.dates(made) == (
        Spoken("2022-05-03", words, None),
        Spoken("2022-06", "Again on 3 May 2022 and in June 2022.", None),
    )


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({}, "not known"),
        ({"evidence": "the text states 31/02/2019"}, "not known (the text states 31/02/2019)"),
        ({"published": "2019-10-21"}, "21 October 2019, known to the day"),
        ({"published": "2019-10", "evidence": "sources.yaml"}, "October 2019, known to the month (sources.yaml)"),
    ],
)
def test_the_date_of_publication_is_said_with_how_exact_it_is(said: dict[str, str], words: str) -> None:
    assert understood.published(source(**said)) == words


def test_facts_are_in_words_and_name_what_keeps_a_document_out_of_the_answers() -> None:
    made = source(status="withdrawn", audience="board", ocr=True, original_title="Old", original_publisher="Port")
    assert {fact.name: fact.value for fact in understood.facts(made, [made])} == {
        "id": "plan",
        "file": "plan.md",
        "published": "not known",
        "original": "Old, Port",
        "status": "withdrawn, so nothing is answered from it",
        "audience": "board; nobody else is quoted it",
        "ocr": "pages that are pictures are read by OCR",
    }


def test_what_is_missing_comes_with_the_command_that_says_it() -> None:
    assert understood.missing(source(publisher="Port", url="https://example.org")) == (
        Missing("published", "no answer can say how old it is", "merger-bot documents set plan published=YYYY-MM-DD"),
    )
    assert [gap.name for gap in understood.missing(source())] == ["published", "publisher", "url"]
    assert [gap.name for gap in understood.missing(source(), understood.ASKED_FOR)] == ["published", "publisher"]


def test_a_likely_older_version_comes_with_the_command_that_says_so() -> None:
    old, new = source("old", published="2018"), source("new", published="2019", supersedes=("bylaws",))
    (found,) = understood.versions(old, [old, new])
    assert (found.why, found.command) == (
        "new has the title and publisher of old and a later date; if it replaces what is older:",
        "merger-bot documents set new supersedes=bylaws,old",
    )
    assert understood.versions(source("other", "Other"), [old, new]) == ()
