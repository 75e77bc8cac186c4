"""When the weekly digest is due: on a day and hour of a place's own clocks, never in quiet hours, once a week."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from typing import Annotated, Literal, Self, get_args
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)

LEAST_FREE = timedelta(hours=2)
"""Left from the hour of the digest to the end of its week, outside quiet hours: clocks that go forward may take one."""

_STEP = timedelta(minutes=1)
"""The finest that quiet hours can be written in."""
_CLOCK = r"([01]\d|2[0-3]):([0-5]\d)"
_QUIET = re.compile(rf"\s*{_CLOCK}\s*[-–]\s*{_CLOCK}\s*")
_A_MONDAY = datetime(2001, 1, 1)
"""Of any year: what is asked of it is only how the hours of a week lie."""


def _check_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as problem:
        raise ValueError(f"{name!r} is no time zone of the IANA list. Write one like Europe/London.") from problem
    return name


def _check_quiet(hours: str) -> str:
    if hours.strip():
        start, end = _span(hours)
        if start == end:
            raise ValueError(f"The quiet hours {hours!r} end when they begin. For no quiet hours, leave them empty.")
    return hours


def _span(hours: str) -> tuple[time, time]:
    match = _QUIET.fullmatch(hours)
    if match is None:
        raise ValueError(f"The quiet hours are {hours!r}. Write them like 18:00-08:00, or leave them empty for none.")
    from_hour, from_minute, to_hour, to_minute = map(int, match.groups())
    return time(from_hour, from_minute), time(to_hour, to_minute)


class Schedule(BaseModel):
    """When the digest is posted; settings that leave it no time in its week are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    weekday: Weekday = "monday"
    hour: Annotated[int, Field(ge=0, le=23)] = 9
    """Of the day, on the clocks of the time zone."""
    time_zone: Annotated[str, AfterValidator(_check_zone)] = "Europe/London"
    """Name in the IANA list."""
    quiet_hours: Annotated[str, AfterValidator(_check_quiet)] = ""
    """Like "18:00-08:00", which passes midnight; empty for none. The minute they end with is free."""

    @model_validator(mode="after")
    def _check_time_is_left(self) -> Self:
        moment, free = self.begins(_A_MONDAY), timedelta()
        while moment < _A_MONDAY + timedelta(days=7) and free < LEAST_FREE:
            free += timedelta() if self.is_quiet(moment) else _STEP
            moment += _STEP
        if free < LEAST_FREE:
            raise ValueError(
                f"A digest on {self.weekday} at {self.hour}:00 would never be posted: with quiet hours of "
                f"{self.quiet_hours or 'none'!r}, less than {LEAST_FREE.seconds // 3600} hours are left until the week "
                "ends on Sunday at midnight. Choose an earlier hour or day, or shorter quiet hours."
            )
        return self

    def begins(self, local: datetime) -> datetime:
        """The hour of the digest in the week of a moment, both as the clocks on the wall show them."""
        monday = datetime.combine(local.date(), time()) - timedelta(days=local.weekday())
        return monday + timedelta(days=WEEKDAYS.index(self.weekday), hours=self.hour)

    def is_quiet(self, local: datetime) -> bool:
        """Whether a moment, as the clocks on the wall show it, is in the quiet hours."""
        if not self.quiet_hours.strip():
            return False
        start, end = _span(self.quiet_hours)
        if start < end:
            return start <= local.time() < end
        return local.time() >= start or local.time() < end


def due(now: datetime, last_week: str | None, schedule: Schedule) -> str | None:
    """Say which week's digest is to be posted now.

    A bot that did not run at the hour posts later in the same week; a week that is over gets none.

    Args:
        now: The moment, of any time zone.
        last_week: What this function gave when the last digest was posted; None if there was none yet.
        schedule: When digests are wanted.

    Returns:
        The ISO week, like "2026-W47"; None if it is too early, too quiet, or has been done.

    Raises:
        ValueError: The moment has no time zone.
    """
    if now.tzinfo is None:
        raise ValueError(f"{now} has no time zone, so nobody knows what the clocks show. Give an aware moment.")
    local = now.astimezone(ZoneInfo(schedule.time_zone)).replace(tzinfo=None)
    year, number, _ = local.isocalendar()
    week = f"{year:04}-W{number:02}"
    if last_week is not None and last_week >= week:  # later: the clock of this machine was put back
        return None
    return None if local < schedule.begins(local) or schedule.is_quiet(local) else week
