"""Dates are read as exact as they are written, and never filled in."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.readers.builder import Piece
from knowledge.readers.dates import (
    address_date,
    impossible_date,
    impossible_date_line,
    labelled_date,
    mentions,
    timestamp_date,
    with_date_line,
    written_date,
)
from knowledge.types import BlockKind
from tests.documents import document, furniture, heading, paragraph


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("February 2018", "2018-02"),
        ("Sept 2018", "2018-09"),
        ("1st of May 2018", "2018-05-01"),
        ("Monday, 21 October 2019", "2019-10-21"),
        ("October 21, 2019", "2019-10-21"),
        ("03/04/2019", "2019-04-03"),
        ("3.4.2019", "2019-04-03"),
        ("2019-10-21", "2019-10-21"),
        ("2019-10", "2019-10"),
        ("2019/10/21", "2019-10-21"),
        ("31 February 2018", None),
        ("10/21/2019", None),
        ("21/10/19", None),
        ("21 October", None),
        ("May", None),
        ("2018", None),
        ("In February 2018", None),
        ("3 May 1215", None),
    ],
)
def test_a_text_that_is_a_date(written: str, read: str | None) -> None:
    assert written_date(written) == read


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("Published: 21/10/2019", "2019-10-21"),
        ("Date published: 27/02/2018", "2018-02-27"),
        ("Posted on 3 May 2019 at 10:15", "2019-05-03"),
        ("Posted by the press office on 3 May 2019", "2019-05-03"),
        ("Posted 21/10/2019 16:00:32", "2019-10-21"),
        ("Date: May 2019.", "2019-05"),
        ("First published 3 May 2019", "2019-05-03"),
        ("Publication date: May 2019", "2019-05"),
        ("Date of issue: 3 May 2019", "2019-05-03"),
        ("Posted on 3 May 2019 by Ann Marsh", "2019-05-03"),
        ("Published: 10.15am, 3 May 2019", "2019-05-03"),
        ("Published 3 May 2019 | 4pm BST", "2019-05-03"),
        ("Published: 2019-05-03T10:15:00Z", "2019-05-03"),
        ("Published: 05/13/2019", None),
        ("Last updated: 3 May 2019", None),
        ("© Harbour Board 2019", None),
        ("Date of the next meeting: 3 May 2019", None),
        ("Published in May 2019 by the trust", None),
        ("21/10/2019", None),
        ("Posted soon", None),
    ],
)
def test_a_line_that_dates_a_document(line: str, read: str | None) -> None:
    assert labelled_date(line) == read


@pytest.mark.parametrize(
    ("url", "read"),
    [
        ("https://example.org/2019/10/21/plan/", "2019-10-21"),
        ("https://example.org/news/2019-10-29/plan", "2019-10-29"),
        ("https://example.org/2019/10/plan", "2019-10"),
        ("https://example.org/plan-159526", None),
        ("https://example.org/2019/99/99/", None),
        ("https://example.org/2019/oct/21/plan", "2019-10-21"),
        ("https://example.org/2019/October/plan", "2019-10"),
        ("https://example.org/news/october-2019/plan", "2019-10"),
        ("https://example.org/plan?on=2019-10-29", None),
        ("https://example.org/plan#/2019/10/21/", None),
        ("https://example.org/12019-10-29", None),
    ],
)
def test_a_date_in_an_address(url: str, read: str | None) -> None:
    assert address_date(url) == read


def test_a_time_stamp_gives_its_day() -> None:
    assert timestamp_date("2019-10-21T16:00:32+01:00") == "2019-10-21"
    assert timestamp_date("yesterday") is None
    assert timestamp_date("2019-10-211") is None


@pytest.mark.parametrize("text", ["31/02/2019", "10/21/2019", "2019-13", "32 May 2019", "3 May 1215"])
def test_what_looks_like_a_date_and_is_none_is_told_from_other_words(text: str) -> None:
    assert impossible_date(text)
    assert written_date(text) is None


@pytest.mark.parametrize("text", ["3 May 2019", "soon", "", "2018", "Section 31/02"])
def test_dates_and_other_words_are_no_impossible_dates(text: str) -> None:
    assert not impossible_date(text)


UNDATED = [heading("The diary"), heading("February 2018"), paragraph("A."), heading("March 2018"), paragraph("B.")]


@pytest.mark.parametrize(
    "pieces",
    [
        [heading("The plan"), paragraph("February 2018"), paragraph("It begins.")],
        [heading("The plan"), heading("February 2018", 2), paragraph("It begins.")],
        [paragraph("February 2018"), heading("The plan"), paragraph("It begins.")],
        [furniture("Menu"), heading("February 2018"), heading("The plan"), paragraph("It begins.")],
        [heading("The plan"), furniture("Share"), paragraph("February 2018"), paragraph("It begins.")],
        [heading("The plan"), paragraph("It begins."), paragraph("Published: February 2018")],
    ],
)
def test_a_line_or_heading_beside_the_title_dates_a_document_and_becomes_furniture(pieces: list[Piece]) -> None:
    made = document(*pieces)
    blocks, published = with_date_line(made.text, made.blocks)
    assert published == "2018-02"
    before = [(block.kind, block.of(made.text)) for block in made.blocks]
    after = [(block.kind, block.of(made.text)) for block in blocks]
    (changed,) = [new for old, new in zip(before, after, strict=True) if old != new]
    assert changed[0] is BlockKind.FURNITURE
    assert "February 2018" in changed[1]


@pytest.mark.parametrize(
    "pieces",
    [
        UNDATED,
        [heading("February 2018"), paragraph("It begins.")],
        [heading("The plan"), paragraph("It begins."), paragraph("February 2018")],
        [heading("The plan"), paragraph("It begins."), heading("February 2018")],
        [heading("The plan"), paragraph("It began in February 2018.")],
        [paragraph("It begins."), furniture("Published: February 2018")],
        [heading("February 2018")],
        [],
    ],
)
def test_dates_elsewhere_date_what_is_told(pieces: list[Piece]) -> None:
    made = document(*pieces)
    assert with_date_line(made.text, made.blocks) == (made.blocks, None)


def test_a_line_that_was_to_date_a_document_and_cannot_is_found() -> None:
    made = document(heading("The plan"), paragraph("It begins."), paragraph("Published: 31/02/2019 10:15"))
    assert impossible_date_line(made.text, made.blocks) == "31/02/2019"
    sound = document(heading("The plan"), paragraph("Published: soon"), paragraph("It ends on 31/02/2019."))
    assert impossible_date_line(sound.text, sound.blocks) is None


def test_the_dates_that_a_text_speaks_of_are_found_where_they_stand() -> None:
    text = "On Monday, 21 October 2019 (or 3/5/2020, or May 4, 2020) they met; in May 2021 and 2021-06-01 again."
    assert [(text[found.start : found.end], found.date) for found in mentions(text)] == [
        ("Monday, 21 October 2019", "2019-10-21"),
        ("3/5/2020", "2020-05-03"),
        ("May 4, 2020", "2020-05-04"),
        ("May 2021", "2021-05"),
        ("2021-06-01", "2021-06-01"),
    ]


@pytest.mark.parametrize(
    "text", ["In 2019.", "31/02/2019", "A1/2/2019", "2019-20", "May 2021-22", "1.2.2019.4", "3 May"]
)
def test_other_numbers_in_a_text_are_no_dates(text: str) -> None:
    assert mentions(text) == ()


@given(st.text(alphabet="0123456789/-. :,|T+MayPublishedonby", max_size=80))
def test_any_line_gives_a_date_or_none_and_no_overlaps(line: str) -> None:
    for found in (labelled_date(line), written_date(line), address_date(line), timestamp_date(line)):
        assert found is None or written_date(found) == found
    spans = mentions(line)
    assert all(one.end <= other.start for one, other in pairwise(spans))
