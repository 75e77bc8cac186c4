"""A cell shows what a person sees in the sheet."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.readers.number_format import shown


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (2.0, "General", "2"),
        (0.1 + 0.2, "General", "0.3"),
        (1234567.891, "General", "1234567.891"),
        (1e21, "General", "1E+21"),
        (-0.0, "General", "0"),
        (True, "General", "TRUE"),
        ("#DIV/0!", "0.00", "#DIV/0!"),
        ("Ann", "@", "Ann"),
        (0.125, "0.0%", "12.5%"),
        (0.125, "0%", "13%"),
        (0.5, "0.##%", "50%"),
        (1200, '"£"#,##0', "£1,200"),
        (1200.5, "£#,##0.00", "£1,200.50"),
        (-1200, "[$£-809]#,##0.00", "-£1,200.00"),
        (-1200, '"£"#,##0;[Red]-"£"#,##0', "-£1,200"),
        (-1200, "#,##0_);(#,##0)", "(1,200)"),
        (-1200, "#,##0;[Red]#,##0", "-1,200"),
        (-1200, '#,##0;;"nil"', "-1,200"),
        (0, '#,##0;;"nil"', "nil"),
        (-3, '0" up";0" down"', "3 down"),
        (-1200, ";;;", "-1200"),
        (1200, '_-"£"* #,##0.00_-;\\-"£"* #,##0.00_-;_-"£"* "-"??_-;_-@_-', "£1,200.00"),
        (0, '_-"£"* #,##0.00_-;\\-"£"* #,##0.00_-;_-"£"* "-"??_-;_-@_-', "£-"),
        (-0.001, "0.0", "0.0"),
        (7, "00000", "00007"),
        (1_250_000, '0.0,,"m"', "1.3m"),
        (12, '0 "days"', "12 days"),
        (0.25, "# ?/?", "0.25"),
        (1200, "0.00E+00", "1200"),
        (3, "[>2]0.0;0", "3"),
        (0.5, "#,##0.00", "0.50"),
        (0.5, "#.##", ".5"),
        (1e28, "#,##0.00", "10," + "000," * 8 + "000.00"),
        (float("inf"), "0", "Infinity"),
        (float("nan"), "0.0", "NaN"),
        (10**400, "0", "1E+400"),
        (datetime(2019, 10, 21), "dd/mm/yyyy", "21 October 2019"),
        (datetime(2019, 10, 21, 14, 30), "dd/mm/yyyy hh:mm", "21 October 2019 14:30"),
        (datetime(2019, 10, 21), "yyyy-mm-dd hh:mm:ss", "21 October 2019"),
        (datetime(2019, 10, 21), "mmm-yy", "October 2019"),
        (date(2019, 10, 21), "yyyy", "2019"),
        (time(9, 5), "hh:mm", "09:05"),
        (timedelta(hours=30, minutes=5), "[h]:mm", "30:05"),
        (timedelta(minutes=-5, seconds=-3), "[h]:mm:ss", "-0:05:03"),
    ],
)
def test_a_value_is_shown_by_its_format(value: object, number_format: str, text: str) -> None:
    assert shown(value, number_format) == text


@given(st.integers(-(10**14), 10**14))
def test_a_whole_number_keeps_its_digits(number: int) -> None:
    assert shown(number, "General") == str(number)
    assert shown(number, "#,##0").replace(",", "") == str(number)


@given(st.floats() | st.integers(), st.text('0#?.,%;"\\-£_*[]$ E@gyd', max_size=15))
def test_any_format_gives_a_text(number: float, number_format: str) -> None:
    assert isinstance(shown(number, number_format), str)
