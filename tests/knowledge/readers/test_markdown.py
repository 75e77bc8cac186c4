"""Markdown becomes plain text without its markup, and blocks in that text."""

from __future__ import annotations

import pytest

from knowledge.readers import read
from knowledge.types import BadMetadata, Metadata, Reading
from tests.knowledge.readers.look import items, lead_in, only, shown, table


def markdown(words: str) -> Reading:
    return read(words.encode(), "any.md")


def test_front_matter_is_metadata_and_not_text() -> None:
    reading = markdown("---\ntitle: One trust\npublished: 2031-05\n---\n\n# Heading\n\nWords.\n")
    assert reading.text == "Heading\n\nWords."
    assert reading.metadata == Metadata(title="One trust", published="2031-05")
    assert reading.format == "Markdown"


def test_broken_front_matter_is_refused_with_file_and_line() -> None:
    with pytest.raises(BadMetadata, match=r"`any.md`, line 2: unknown key 'name'"):
        markdown("---\nname: One trust\n---\nWords.\n")


def test_without_front_matter_title_and_date_come_from_the_text() -> None:
    assert markdown("# One *trust*\n\nMay 2031\n\nWords.").metadata == Metadata(
        title="One trust", published="2031-05", evidence="stated in the text"
    )


def test_markup_is_gone_and_words_are_kept() -> None:
    reading = markdown(
        "A **bold** and _fine_ [label](http://x.example) with `code`, &amp; a\nbreak,  \nand ![alt](a.png)end."
    )
    assert reading.text == "A bold and fine label with code, & a break,\nand end."


def test_headings_keep_their_levels() -> None:
    reading = markdown("# One\n\nTwo\n---\n\n### Three\n\nWords.")
    assert [(block.kind.value, block.level) for block in reading.blocks] == [
        ("heading", 1),
        ("heading", 2),
        ("heading", 3),
        ("paragraph", 0),
    ]


def test_lists_nest_and_keep_their_numbers() -> None:
    reading = markdown(
        "We are told. We will:\n\n3. meet\n4. vote\n   - in May\n   - in June\n\n     or later\n5. end\n"
    )
    found = only(reading, "list")
    assert found.of(reading.text) == "3. meet\n4. vote\n  • in May\n  • in June\nor later\n5. end"
    assert items(reading, found) == [(1, "meet"), (1, "vote"), (2, "in May"), (2, "in June\nor later"), (1, "end")]
    assert found.ordered
    assert lead_in(reading, found) == "We will:"


def test_a_table_has_its_header_and_each_row_its_cells() -> None:
    reading = markdown("The posts:\n\n| | Trust | Role |\n|-|-|-|\n| Ann Wood | *Hill* | a \\| b |\n| Bob Lee |\n")
    found = only(reading, "table")
    assert found.of(reading.text) == " | Trust | Role\nAnn Wood | Hill | a | b\nBob Lee |  | "
    assert table(reading, found) == [["Name", "Trust", "Role"], ["Ann Wood", "Hill", "a | b"], ["Bob Lee", "", ""]]
    assert lead_in(reading, found) == "The posts:"


def test_quotations_and_code_are_paragraphs() -> None:
    assert shown(markdown("> Quoted\n> words.\n\n```py\ncode\n  here\n```\n")) == [
        ("paragraph", "Quoted words."),
        ("paragraph", "code\n  here"),
    ]


def test_html_inside_is_read_as_html() -> None:
    assert markdown("10<sup>2</sup> boats, the 1<sup>st</sup>, `<sup>`2\n").text == "10² boats, the 1st, <sup>2"
    reading = markdown("<!-- no -->\n\n<div><p>Some <b>words</b>.</p></div>\n\n<script>no</script>\n\nMore<br>words.\n")
    assert shown(reading) == [("paragraph", "Some words."), ("paragraph", "More\nwords.")]


def test_a_picture_alone_is_furniture() -> None:
    assert shown(markdown("![A van](van.png)\n\nWords.")) == [("furniture", "A van"), ("paragraph", "Words.")]
