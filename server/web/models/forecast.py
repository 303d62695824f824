"""Who is expected, and how many windows it takes."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from .common import Code, Day, Instant, Query, Said, Tell, Texts


class ForecastQuery(Query):
    day: Day | None = Field(default=None, description="default: today")
    service: Code | None = Field(default=None, description="default: all together")


class HalfExpected(Tell):
    """`morning`: as forecast before the day began; `expected`: with what has come today; eight times in ten `low`–`high` holds it.
    `came`: numbers taken so far, null for what is to come."""

    from_: str = Field(alias="from")
    to: str
    morning: float
    expected: float
    low: int
    high: int
    came: int | None


class ForecastDay(Tell):
    day: str
    expected: float
    came: int


class ForecastError(Tell):
    """The same forecast made for the last days with only what was known before each, against what came: mean distance of a half hour
    in visitors and in percent of the mean half hour, of a whole day in percent, and how many half hours lay within the range."""

    days: list[ForecastDay]
    half: float
    half_pct: float
    day_pct: float
    inside_pct: float


class PeakDay(Tell):
    plan: str
    name: Texts
    expect: int = Field(description="percent of the usual visitors")
    services: list[str]


class ServiceExpected(Tell):
    code: str
    expected: float
    came: int


class Forecast(Tell):
    """`days`: past days behind it; `error` null while they are too few to say. `say`: how sure it is. `expected`: the whole day as
    forecast before it began; `to_come`: from now on; `booked`: bookings of that day."""

    day: str
    service: str | None
    open: bool
    next_day: str | None = Field(description="the next day after today on which the hall is open")
    halves: list[HalfExpected]
    expected: float
    came: int | None
    to_come: float
    booked: int
    days: int
    peaks: list[PeakDay]
    error: ForecastError | None
    services: list[ServiceExpected]
    say: Said


class WaitsCoverage(Tell):
    """How the waits told to `n` numbers came true, in percent: called within the longest time that was told, within the range from p10
    to p90, within five minutes of the middle; and by how many seconds after the middle they were called in the mean (below 0: before)."""

    n: int
    under_pct: float | None
    inside_pct: float | None
    near_pct: float | None
    later: float | None = Field(description="seconds")


class ToldWaitsRow(Tell):
    """`group`: all, a class, early (booked, and here before the slot), or how long a wait was told (minutes)."""

    group: Literal["all", "green", "appointment", "early", "ordinary", "under_5", "under_15", "under_40", "longer"]
    today: WaitsCoverage
    past: WaitsCoverage


class ToldWaits(Tell):
    """What people were told when they took a number, against when they were called: of today, and of the last `days` past days.
    `corrected`: how many past numbers correct what is told now. `unseen`: how this moment is like no past day, so that ranges are wider."""

    days: int
    corrected: int
    rows: list[ToldWaitsRow]
    unseen: Said | None
    say: Said


class KeptByWindows(Tell):
    """What so many windows keep: shares of the promises in percent, of all and of green and booked. `hours`: window hours of a day."""

    windows: int
    hours: float | None = None
    kept_pct: float
    protected_pct: float


class WindowStep(Tell):
    do: Literal["open_window", "close_window"]
    no: str
    name: str
    name_en: str
    names: Texts


class HourAdvice(Tell):
    """`due`: promises that fall due; `as_is`, `advised`, `all`: the windows as they are, as advised, and all open."""

    at: Instant
    due: float
    as_is: KeptByWindows
    advised: KeptByWindows
    all: KeptByWindows
    enough: bool
    do: list[WindowStep]
    say: Said


class Clocks(Tell):
    from_: str = Field(alias="from")
    to: str


class HalfWindows(Tell):
    from_: str = Field(alias="from")
    windows: int


class WindowHours(Tell):
    no: str
    name: str
    name_en: str
    names: Texts
    hours: list[Clocks]


class AdviceBasis(Tell):
    days: int
    times: Literal["learned", "described"]


class DayAdvice(Tell):
    """`as_is`: the windows that are staffed now, all day. `enough`: the advice keeps 90 % of all and 93 % of green and booked."""

    at: Instant
    day: str
    visitors: float
    basis: AdviceBasis
    advised: KeptByWindows | None
    all: KeptByWindows | None
    as_is: KeptByWindows | None
    saved_pct: float | None = Field(description="window hours saved against all windows open, in percent")
    enough: bool
    halves: list[HalfWindows]
    windows: list[WindowHours]
    say: Said


class StaffingAdvice(Tell):
    """`hour` null: the hall is closed, or it is being worked out. `ready` false: what is told is missing, or made for a hall that has been
    set otherwise since; ask again in some seconds."""

    day: str | None
    next_day: str | None
    ready: bool
    hour: HourAdvice | None
    plan: DayAdvice | None
