from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.slack.schedule import WEEKDAYS, Schedule, due

LONDON = ZoneInfo("Europe/London")
NINE = Schedule()
ZONES = ("Europe/London", "UTC", "Asia/Beirut", "Australia/Lord_Howe", "Africa/Cairo", "America/Nuuk", "Asia/Kolkata")
"""Some change their clocks at midnight, by half an hour, or never."""


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    """A moment of 2026 in London; the 16th of November is a Monday, and the week is the 47th."""
    return datetime(2026, month, day, hour, minute, tzinfo=LONDON)


@pytest.mark.parametrize(
    ("now", "last_week", "expected"),
    [
        (at(16, 8, 59), None, None),
        (at(16, 9), None, "2026-W47"),
        (at(16, 9), "2026-W46", "2026-W47"),
        (at(16, 9), "2025-W52", "2026-W47"),
        (at(16, 9, 1), "2026-W47", None),
        (at(22, 23, 59), "2026-W46", "2026-W47"),
        (at(23, 0), "2026-W46", None),
        (at(23, 9), "2026-W46", "2026-W48"),
        (at(16, 9), "2026-W48", None),
        (at(16, 9).astimezone(ZoneInfo("Asia/Tokyo")), None, "2026-W47"),
    ],
)
def test_a_digest_is_due_from_its_hour_to_the_end_of_its_week_once(
    now: datetime, last_week: str | None, expected: str | None
) -> None:
    assert due(now, last_week, NINE) == expected


def test_weeks_are_those_of_the_iso_calendar_at_the_turn_of_the_year() -> None:
    assert due(datetime(2027, 1, 1, 12, tzinfo=UTC), "2026-W52", NINE) == "2026-W53"
    assert due(datetime(2027, 1, 4, 12, tzinfo=UTC), "2026-W53", NINE) == "2027-W01"


def test_quiet_hours_put_a_digest_off_and_may_pass_midnight() -> None:
    late = Schedule(weekday="friday", hour=20, quiet_hours="18:00-08:00")
    assert [due(at(day, hour, minute), None, late) for day, hour, minute in ((20, 20, 0), (21, 7, 59), (21, 8, 0))] == [
        None,
        None,
        "2026-W47",
    ]
    noon = Schedule(hour=11, quiet_hours="11:30 – 13:15")
    assert [due(at(16, *clock), None, noon) for clock in ((11, 29), (11, 30), (13, 14), (13, 15))] == [
        "2026-W47",
        None,
        None,
        "2026-W47",
    ]


def test_the_hour_is_that_of_the_clocks_in_summer_and_in_winter() -> None:
    assert [due(datetime(2026, 7, 6, hour, tzinfo=UTC), None, NINE) for hour in (7, 8)] == [None, "2026-W28"]
    assert [due(datetime(2026, 11, 16, hour, tzinfo=UTC), None, NINE) for hour in (8, 9)] == [None, "2026-W47"]


def test_an_hour_that_the_clocks_leave_out_or_show_twice_brings_one_digest() -> None:
    early = Schedule(weekday="sunday", hour=1)
    spring = [datetime(2026, 3, 29, hour, minute, tzinfo=UTC) for hour in (0, 1) for minute in (0, 59)]
    assert [due(now, None, early) for now in spring] == [None, None, "2026-W13", "2026-W13"]
    autumn = [datetime(2026, 10, 24, 23, 59, tzinfo=UTC) + timedelta(minutes=minutes) for minutes in (0, 1, 61)]
    assert [due(now, None, early) for now in autumn] == [None, "2026-W43", "2026-W43"]
    assert due(autumn[2], "2026-W43", early) is None


def test_a_moment_without_a_time_zone_is_no_moment() -> None:
    with pytest.raises(ValueError, match="has no time zone"):
        due(datetime(2026, 11, 16, 9), None, NINE)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"time_zone": "Europe/Londn"}, "'Europe/Londn' is no time zone of the IANA list. Write one like"),
        ({"time_zone": "../../etc/passwd"}, "is no time zone of the IANA list"),
        ({"time_zone": "Europe"}, "is no time zone of the IANA list"),
        ({"time_zone": ""}, "is no time zone of the IANA list"),
        ({"quiet_hours": "18-8"}, "The quiet hours are '18-8'. Write them like 18:00-08:00, or leave them empty"),
        ({"quiet_hours": "18:00-24:00"}, "Write them like"),
        ({"quiet_hours": "08:00-08:00"}, "end when they begin. For no quiet hours, leave them empty"),
        ({"weekday": "Funday"}, "Input should be 'monday'"),
        ({"hour": 24}, "less than or equal to 23"),
        ({"weekday": "sunday", "hour": 17, "quiet_hours": "18:00-08:00"}, "sunday at 17:00 would never be posted"),
        ({"weekday": "sunday", "hour": 23}, "less than 2 hours are left until the week ends on Sunday at midnight"),
        ({"quiet_hours": "00:00-23:59", "weekday": "saturday"}, "would never be posted"),
    ],
)
def test_settings_that_cannot_work_are_refused_with_what_to_write(fields: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Schedule.model_validate(fields)
    assert message in refused.value.errors()[0]["msg"]


@st.composite
def schedules(draw: st.DrawFn) -> Schedule:
    """Any that leaves the digest some time."""
    clocks = [f"{hour:02}:{minute:02}" for hour in range(24) for minute in (0, 7, 30)]
    start, end = draw(st.sampled_from(clocks)), draw(st.sampled_from(clocks))
    fields = {
        "weekday": draw(st.sampled_from(WEEKDAYS)),
        "hour": draw(st.integers(0, 23)),
        "time_zone": draw(st.sampled_from(ZONES)),
        "quiet_hours": draw(st.sampled_from(["", f"{start}-{end}"])),
    }
    try:
        return Schedule.model_validate(fields)
    except ValidationError:
        assume(False)
        raise


@settings(max_examples=20)
@given(schedules(), st.integers(2024, 2027), st.integers(10, 29))
def test_a_year_has_one_digest_a_week_and_none_of_them_in_quiet_hours(
    schedule: Schedule, year: int, step_minutes: int
) -> None:
    """However the clocks are changed. A free time of two hours in two parts, less one hour, has half an hour in one."""
    zone = ZoneInfo(schedule.time_zone)
    now, end = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    seen: list[str] = []
    posted: list[str] = []
    while now < end:
        local = now.astimezone(zone)
        plain = local.replace(tzinfo=None)
        seen.append(f"{local.isocalendar().year}-W{local.isocalendar().week:02}")
        if week := due(now, posted[-1] if posted else None, schedule):
            assert week == seen[-1]
            assert not schedule.is_quiet(plain)
            assert plain >= schedule.begins(plain)
            posted.append(week)
            now += timedelta(days=6 - local.weekday())  # to a Sunday: nothing is due meanwhile
        now += timedelta(minutes=step_minutes)
    weeks = [week for week, _ in groupby(seen)]
    assert posted == sorted(set(posted))
    assert set(weeks[1:-1]) <= set(posted) <= set(weeks)
