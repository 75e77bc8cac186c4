"""Which time a question is about, and which source speaks from it."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answer.timeline import (
    asked_days,
    dates,
    frame,
    is_after,
    is_later,
    is_of,
    is_overtaken,
    looks_back,
    spoken_month,
)
from bot.answer.types import Day
from knowledge.types import Source
from tests.documents import source

TODAY = date(2031, 6, 1)
MONTHS = "January February March April May June July August September October November December".split()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The ferry sails on 3 May 2022.", [Day(2022, 5, 3)]),
        ("on the 3rd of may 2022", [Day(2022, 5, 3)]),
        ("May 3, 2022", [Day(2022, 5, 3)]),
        ("2022-05-03 and 03/05/2022 and 3.5.2022", [Day(2022, 5, 3)] * 3),
        ("2022-13-45", [Day(2022)]),
        ("Sept. 2022, oct 2023", [Day(2022, 9), Day(2023, 10)]),
        ("between April and June 2022", [Day(0, 4), Day(2022, 6)]),
        ("at the end of June", [Day(0, 6)]),
        ("mid-May, until may", [Day(0, 5), Day(0, 5)]),
        ("by 3 may, on march 4, 5 jan", [Day(0, 5, 3), Day(0, 3, 4), Day(0, 1, 5)]),
        ("39 May", []),
        ("in 2022/23", [Day(2022)]),
        ("next year, this year and last year", [Day(2031), Day(2030), Day(2029)]),
        ("on 1 April next year", [Day(2031, 4, 1)]),
        ("the following year", [Day()]),
        ("built in 1847, closed on 3 May 1899 (1899)", [Day(1847), Day(1899, 5, 3), Day(1899)]),
        ("in 1200 boats there were 1300 sailors", []),
        ("In 2022 the board will act on it.", [Day(2022)]),
        ("the 2022 Harbour Act and the Ferries Bill of 2023", []),
        ("what did the 2022 harbour act say", []),
    ],
)
def test_dates_are_found_as_exact_as_they_are(text: str, found: list[Day]) -> None:
    assert dates(text, "2030-05") == found


@pytest.mark.parametrize("text", ["This may help.", "Up to 12 may attend.", "12 march through town", "in may be", ""])
def test_a_verb_is_no_month(text: str) -> None:
    assert dates(text) == []


def test_next_year_is_no_year_if_nobody_knows_when_that_was_written() -> None:
    assert dates("next year, on 2 May next year") == [Day(), Day(0, 5, 2)]


@given(
    st.dates(date(1900, 1, 1), date(2099, 12, 31)),
    st.sampled_from(["{d} {m} {y}", "{m} {d}, {y}", "the {d} of {m} {y}"]),
)
def test_every_day_is_read_back(day: date, written: str) -> None:
    text = written.format(d=day.day, m=MONTHS[day.month - 1], y=day.year)
    assert dates(f"Sailing {text}.") == [Day(day.year, day.month, day.day)]
    assert dates(day.isoformat()) == [Day(day.year, day.month, day.day)]


days = st.builds(Day, st.sampled_from([0, 2020, 2021]), st.integers(0, 2), st.integers(0, 2))


@given(days, days)
def test_two_days_agree_with_each_other_or_neither_with_the_other(one: Day, other: Day) -> None:
    assert one.agrees(other) is other.agrees(one)
    assert one.agrees(one)
    assert one.agrees(Day())


@pytest.mark.parametrize(
    ("text", "asked", "back"),
    [
        ("Who was the harbour master in early 2022?", (Day(2022),), False),
        ("who ran it on 3 may 2022", (Day(2022, 5, 3),), False),
        ("Who was it before 2022?", (), True),
        ("Who was it after May 2022?", (), False),
        ("Who was it before the storm?", (), True),
        ("what was the original plan", (), True),
        ("What did the ferry use to cost? It used to be free.", (), True),
        ("What are the buoys used to mark?", (), False),
        ("What is seen at the start of the tour?", (), False),
        ("What will it cost next year?", (Day(2032),), False),
        ("What happens in May?", (), False),
    ],
)
def test_a_question_asks_about_the_days_it_names_or_looks_back(text: str, asked: tuple[Day, ...], back: bool) -> None:
    assert asked_days(text, TODAY) == asked
    assert looks_back(text) is back


def made(name: str, published: str | None, **said: Any) -> Source:  # noqa: ANN401
    return source(name, published=published, **said)


OLD = made("old", "2028-03")
NEW = made("new", "2030-05-04")
LATER = made("later", "2031-12")


def test_the_newest_source_is_the_newest_that_could_be_known() -> None:
    seen = frame([OLD, NEW, LATER, made("undated", None)], TODAY)
    assert (seen.newest, seen.oldest) == (date(2030, 5, 4), date(2028, 3, 1))
    assert is_after(LATER, seen)
    assert not is_after(NEW, seen)
    assert frame([LATER], TODAY).newest == date(2031, 12, 1)
    assert frame([made("undated", None)], TODAY).newest is None


def test_a_source_is_overtaken_by_one_more_than_a_year_newer() -> None:
    seen = frame([OLD, NEW], TODAY)
    assert is_overtaken(OLD, seen)
    assert not is_overtaken(NEW, seen)
    assert not is_overtaken(made("same-year", "2029-05"), seen)
    assert not is_overtaken(made("undated", None), seen)


def test_a_source_is_overtaken_by_one_that_says_so_once_that_is_known() -> None:
    overruling = made("overruling", "2030-05", supersedes=("new",))
    assert is_overtaken(NEW, frame([NEW, overruling], TODAY))
    assert not is_overtaken(NEW, frame([NEW, overruling], date(2030, 4, 30)))


@pytest.mark.parametrize("status", ["superseded", "withdrawn"])
def test_a_source_is_overtaken_if_an_admin_says_so(status: str) -> None:
    gone = made("gone", None, status=status)
    assert is_overtaken(gone, frame([gone], TODAY))


def test_what_is_proposed_is_overtaken_by_what_was_approved_since() -> None:
    proposed = made("proposed", "2030-04", status="proposed")
    approved = made("approved", "2030-05", status="approved")
    assert is_overtaken(proposed, frame([proposed, approved], TODAY))
    assert not is_overtaken(approved, frame([proposed, approved], TODAY))
    assert not is_overtaken(made("newer", "2030-06", status="proposed"), frame([approved], TODAY))


def test_a_source_more_than_a_year_after_the_oldest_is_a_later_one() -> None:
    seen = frame([OLD, NEW], TODAY)
    assert is_later(NEW, seen)
    assert not is_later(OLD, seen)
    assert not is_later(made("undated", None), seen)


@pytest.mark.parametrize(
    ("words", "published", "asked", "right"),
    [
        ("The pier opened in 2028.", "2030", Day(2028), True),
        ("The pier opened.", "2028-03", Day(2028), True),
        ("The pier opened.", "2028-03", Day(2028, 4), False),
        ("The pier opened.", "2030", Day(2028), False),
        ("The pier opened.", None, Day(2028), True),
        ("The pier opened in May.", None, Day(2028, 5), True),
        ("The pier opened in 2027.", None, Day(2028), False),
        ("The pier opened in May.", "2029-01", Day(2028, 5), True),
        ("The pier opened in May.", "2031-01", Day(2028, 5), False),
        ("The pier opens the following year.", "2031", Day(2028, 5), False),
    ],
)
def test_words_are_of_the_day_asked_about(words: str, published: str | None, asked: Day, right: bool) -> None:
    assert is_of(source(published=published), words, (asked,)) is right


@pytest.mark.parametrize(
    ("published", "spoken"), [("2028-03-09", "March 2028"), ("2028-03", "March 2028"), ("2028", "2028")]
)
def test_a_month_is_spoken(published: str, spoken: str) -> None:
    assert spoken_month(published) == spoken


@pytest.mark.parametrize(
    "blob", ["1 jan " * 16_000, "2019-" * 20_000, "2019 aa " * 12_000, "may " * 25_000, "1" * 100_000]
)
def test_dates_without_an_end_are_gone_through_once(blob: str) -> None:
    assert dates(f"{blob} . On 3 May 2022.")[-1] == Day(2022, 5, 3)
    assert not looks_back(blob)
