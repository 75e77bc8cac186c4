"""Dates are read as exact as they are written, and never filled in."""

from __future__ import annotations

import pytest

from knowledge.readers.dates import address_date, labelled_date, timestamp_date, written_date


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
        ("https://example.org/12019-10-29", None),
    ],
)
def test_a_date_in_an_address(url: str, read: str | None) -> None:
    assert address_date(url) == read


def test_a_time_stamp_gives_its_day() -> None:
    assert timestamp_date("2019-10-21T16:00:32+01:00") == "2019-10-21"
    assert timestamp_date("yesterday") is None
