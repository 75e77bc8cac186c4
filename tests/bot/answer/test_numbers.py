"""Numbers in digits and in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answer.numbers import is_year, numbers, words_of


def values(text: str) -> list[str]:
    return [number.value for number in numbers(words_of(text))]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1,500 boats", ["1500"]),
        ("1.5k boats", ["1500"]),
        ("fifteen hundred boats", ["1500"]),
        ("Two hundred and fifty thousand boats", ["250000"]),
        ("£1.5m, that is 1.5 million", ["1500000", "1500000"]),
        ("£2bn", ["2000000000"]),
        ("twenty-one or twenty two", ["21", "22"]),
        ("one, two and three", ["1", "2", "3"]),
        ("ten twenty", ["10", "20"]),
        ("two dozen, a dozen and 3 dozen", ["24", "12", "36"]),
        ("12,000.50", ["12000.5"]),
        ("version 1.2.3", ["1"]),
        ("15% and 15 per cent", ["15", "15"]),
        ("both quays, none of the piers", ["2", "0"]),
        ("half of it, a third of it, thousands", ["half", "third", "thousands"]),
        ("sixteen, seventeen, eighteen, nineteen", ["16", "17", "18", "19"]),
        ("", []),
    ],
)
def test_a_number_has_one_value_however_it_is_written(text: str, found: list[str]) -> None:
    assert values(text) == found


@pytest.mark.parametrize(
    "text", ["the 3rd pier", "berth A3", "at 10am", "one of the boats", "no one", "the third boat", "²", "anyone", "bn"]
)
def test_these_are_no_numbers(text: str) -> None:
    assert values(text) == []


def test_a_number_stands_from_its_first_word_to_its_last() -> None:
    (number,) = numbers(words_of("about two hundred and six boats"))
    assert (number.first, number.last) == (1, 4)


@pytest.mark.parametrize(
    ("text", "year"),
    [("in 2000 boats came", True), ("the 2000 boats", False), ("since 1,950 boats", False), ("in 200 boats", False)],
)
def test_a_year_is_four_digits_after_a_word_of_time(text: str, year: bool) -> None:
    words = words_of(text)
    assert [is_year(number, words) for number in numbers(words)] == [year]


@given(st.integers(0, 10**12))
def test_a_whole_number_is_read_with_and_without_commas(whole: int) -> None:
    assert values(f"{whole}") == values(f"{whole:,}") == [str(whole)]


@given(st.text())
def test_the_numbers_of_any_text_come_in_order_and_do_not_overlap(text: str) -> None:
    places = [place for number in numbers(words_of(text)) for place in range(number.first, number.last + 1)]
    assert places == sorted(set(places))


@pytest.mark.parametrize("blob", ["1" * 100_000, "1," * 50_000, "million " * 12_000, "9" * 20 + " million" * 12_000])
def test_a_number_without_an_end_is_gone_through_once(blob: str) -> None:
    assert values(f"{blob} boats, seven crews")[-1] == "7"
