"""What a question counts."""

from datetime import date

import pytest

from bot.answer.counting import numbers_of
from bot.answer.question import read

TODAY = date(2031, 1, 1)


@pytest.mark.parametrize(
    ("text", "words", "numbers"),
    [
        ("How many boats sail?", "In 2022 six boats, twenty-one in all, sailed.", {"6", "21"}),
        ("How many boats sail?", "The board of ten is here, and as everybody knows there are boats.", set()),
        ("Do 1,500 boats sail?", "1500 boats sail.", {"1500"}),
        ("How many boats sail?", "In 2022 2000 boats sailed.", {"2000"}),
    ],
)
def test_the_numbers_of_what_is_counted(text: str, words: str, numbers: set[str]) -> None:
    assert numbers_of(read(text, (), TODAY), words) == numbers
