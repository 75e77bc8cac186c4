from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from knowledge.types import (
    Block,
    BlockKind,
    Column,
    Metadata,
    PartialDate,
    Source,
    Span,
    first_day,
    last_day,
    spoken_date,
)

_PARTIAL = TypeAdapter(PartialDate)


@pytest.mark.parametrize(
    ("published", "first", "last", "spoken"),
    [
        ("2018", date(2018, 1, 1), date(2018, 12, 31), "2018"),
        ("2018-02", date(2018, 2, 1), date(2018, 2, 28), "February 2018"),
        ("2020-02", date(2020, 2, 1), date(2020, 2, 29), "February 2020"),
        ("2019-12", date(2019, 12, 1), date(2019, 12, 31), "December 2019"),
        ("2019-10-21", date(2019, 10, 21), date(2019, 10, 21), "21 October 2019"),
        ("2020-04-01", date(2020, 4, 1), date(2020, 4, 1), "1 April 2020"),
    ],
)
def test_a_partial_date_knows_its_days_and_how_it_is_said(published: str, first: date, last: date, spoken: str) -> None:
    assert _PARTIAL.validate_python(published) == published
    assert (first_day(published), last_day(published), spoken_date(published)) == (first, last, spoken)


@pytest.mark.parametrize("published", ["", "19", "2019-1", "2019-10-2", "October 2019", "2019-10-21 ", "2019/10/21"])
def test_what_is_not_written_as_a_date_is_refused_with_how_to_write_it(published: str) -> None:
    with pytest.raises(ValidationError, match="is not a date: write 2019-10-21, 2019-10 or 2019"):
        _PARTIAL.validate_python(published)
    for asked in (first_day, last_day, spoken_date):
        with pytest.raises(ValueError, match="is not a date"):
            asked(published)


@pytest.mark.parametrize("published", ["2019-13", "2019-00", "2019-02-29", "2019-10-32", "0000"])
def test_a_day_that_never_was_is_refused(published: str) -> None:
    with pytest.raises(ValidationError):
        _PARTIAL.validate_python(published)


@given(st.dates())
def test_a_month_and_a_year_hold_all_their_days(day: date) -> None:
    for published in (f"{day.year:04}", f"{day.year:04}-{day.month:02}", day.isoformat()):
        first, last = first_day(published), last_day(published)
        assert first <= day <= last
        assert first == date.min or not (first - timedelta(days=1)).isoformat().startswith(published)
        assert last == date.max or not (last + timedelta(days=1)).isoformat().startswith(published)


@pytest.mark.parametrize(
    ("published", "precision"), [(None, "none"), ("2019", "year"), ("2019-10", "month"), ("2019-10-21", "day")]
)
def test_a_source_says_how_exact_its_date_is(published: str | None, precision: str) -> None:
    assert Source(id="a", file="a.md", sha256="", title="", published=published).precision == precision


@pytest.mark.parametrize("name", ["", ".a", "-a", "a b", "a/b", "ä", "a#1", "a\n", "x" * 201])
def test_an_id_that_could_not_stand_in_a_path_or_a_citation_is_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        Source(id=name, file="a.md", sha256="", title="")


@pytest.mark.parametrize("name", ["a", "0_a-B.c", "x" * 200])
def test_other_ids_are_taken(name: str) -> None:
    assert Source(id=name, file="a.md", sha256="", title="").id == name


def test_models_refuse_unknown_fields_and_change() -> None:
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        Metadata.model_validate({"tilte": "The plan"})
    source = Source(id="a", file="a.md", sha256="", title="The plan")
    with pytest.raises(ValidationError, match="frozen"):
        source.title = "Another"


def test_ranges_give_their_words_and_an_empty_head_its_inferred_name() -> None:
    text = "Name | Role"
    assert Span(7, 11).of(text) == "Role"
    assert Block(BlockKind.TABLE, 0, 4).of(text) == "Name"
    assert Column(0, 5).name(text) == "Name"
    assert Column(4, 5, inferred="Role").name(text) == "Role"
    assert Column(4, 4).name(text) == ""
