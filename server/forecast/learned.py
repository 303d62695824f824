"""What past days taught, as the forecasts use it. Values only: how they are worked out is in learn.py."""

from __future__ import annotations

from dataclasses import dataclass, field

BIN = 15.0  # arrivals are counted by quarter hour: the first of a day come in a few minutes
BINS = 96
LEAVE_BIN = 10.0  # and leaving by ten minutes of waiting
LEAVE_BINS = 30
SPREAD = 0.6  # sd of the log of a handling time, where nothing is known
PAUSE = (15.0,)  # minutes a pause lasts, where nothing is known


Quantiles = tuple[int, int, int]  # p10, p50, p90 of a wait, seconds
Group = tuple[str, int]  # (kind of number, which of calibration.LENGTHS); ("", -1): all of them, (kind, -1): all of a kind


@dataclass(frozen=True, kw_only=True, slots=True)
class Correction:
    """What a hall's own past makes of the quantiles that the runs give: factors (see calibration.py)."""

    middle: float = 1.0  # of p50
    low: float = 1.0  # of the reach from p50 down to p10
    high: float = 1.0  # of the reach from p50 up to p90
    numbers: int = 0  # outcomes behind it


@dataclass(frozen=True, kw_only=True, slots=True)
class PastShift:
    """One window on one past day on which it worked: when it was away while the hall was open. Minutes since midnight."""

    window: str
    weekday: int
    away: tuple[tuple[float, float], ...] = ()
    pauses: tuple[tuple[str, float, float], ...] = ()  # (reason, begin, end) of those that were pressed as pauses and ended


@dataclass(frozen=True, kw_only=True)
class Learned:
    """Everything here has a value on day one; `days` says how much stands behind it."""

    days: int = 0
    minutes: dict[str, float] = field(default_factory=dict)  # mean handling time with an average clerk
    spread: dict[str, float] = field(default_factory=dict)  # sd of its log
    clerk: dict[tuple[str, bool], float] = field(default_factory=dict)  # (clerk, complex) -> how much longer than the average
    hour: dict[int, float] = field(default_factory=dict)  # how much longer than the average at that hour
    come: dict[tuple[str, str], tuple[float, ...]] = field(default_factory=dict)  # (service, rank) -> a day's arrivals, each BIN minutes
    onward: dict[str, tuple[tuple[str, float], ...]] = field(default_factory=dict)  # service -> further services and their share
    leave: tuple[float, ...] = (0.01, 0.02, 0.04, *(0.05,) * (LEAVE_BINS - 3))  # chance to give up in each ten minutes of waiting
    seen: float = 0.3  # share of people who would cancel visibly if they gave up
    miss: float = 0.03  # share that misses the first call and comes back
    show: float = 0.85  # share of bookings that come
    booked_green: float = 0.05  # share of those who come to a booking and are green
    swing: float = 0.1  # sd of the log of a day's visitors about what is expected of it
    early: tuple[float, ...] = (-20.0, -14.0, -10.0, -7.0, -4.0, 0.0, 6.0)  # check-in minus slot: examples
    press: tuple[float, ...] = (0.03, 0.05, 0.08, 0.12, 0.3)  # from the end of one service to the next call, while people wait: examples
    notice: tuple[float, ...] = (0.1, 0.15, 0.2, 0.3, 0.5, 0.8, 1.2)  # until a free clerk calls who has just come: examples
    stays: tuple[float, ...] = (0.0, 10.0, 20.0, 30.0)  # how long windows go on for those in line when a break begins: examples
    windows: dict[str, float] = field(default_factory=dict)  # share of the days on which a window worked
    away: dict[str, tuple[PastShift, ...]] = field(default_factory=dict)  # window -> its past days, newest first
    pauses: dict[tuple[str, int | None], tuple[float, ...]] = field(default_factory=dict)  # (reason, hour or all day) -> minutes: examples
    corrections: dict[Group, Correction] = field(default_factory=dict)  # of the told quantiles, by group
    most_waiting: int = 0  # at once, on any of these days
    fewest_open: tuple[int, ...] = ()  # by half hour: windows at work on the day that had fewest

    def pause(self, reason: str, begin: float) -> tuple[float, ...]:
        """Minutes that a pause lasts, as examples: of this reason at this hour, of this reason, of any; the usual ones on day one."""
        keys = ((reason, int(begin // 60)), (reason, None), ("", None))
        return next((self.pauses[key] for key in keys if key in self.pauses), PAUSE)
