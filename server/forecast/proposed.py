"""A roster proposed from past days: of each window and weekday the times at which it was at work on most of them. Pure; it sets nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..domain.hours import clock
from .absences import LEAST_DAYS, Spans, without
from .learned import PastShift

LEAST_OF_WEEKDAY = 2  # past days of a weekday that speak for it alone; fewer are helped by all days
STEP = 5.0  # minutes: what is proposed ends on such a mark
LEAST_BREAK = 10.0  # a shorter absence of most days is chance, and a shorter stretch of work is none


def rosters(shifts: Iterable[PastShift], worked: Mapping[int, int], hours: Mapping[int, Spans]) -> dict[str, dict[int, list[str]]]:
    """{window: {weekday: ["08:30-12:00", …]}} of every window that worked on LEAST_DAYS; [] is a day on which it usually does not work.

    `worked`: weekday -> past days on which the hall worked. `hours`: weekday -> when the hall is open on it; one on which it is not, or
    of which no past day speaks, is left out.
    """
    by_window: dict[str, list[PastShift]] = {}
    for shift in shifts:
        by_window.setdefault(shift.window, []).append(shift)
    found: dict[str, dict[int, list[str]]] = {}
    for no, mine in by_window.items():
        if len(mine) < LEAST_DAYS:
            continue
        week: dict[int, list[str]] = {}
        for weekday, opened in sorted(hours.items()):
            same = [shift for shift in mine if shift.weekday == weekday]
            if not opened or not worked.get(weekday):
                continue
            if 2 * len(same) < worked[weekday]:
                week[weekday] = []
            else:
                week[weekday] = _usual(same if len(same) >= LEAST_OF_WEEKDAY else mine, opened)
        if any(week.values()):
            found[no] = week
    return found


def _usual(shifts: list[PastShift], opened: Spans) -> list[str]:
    """The marks between which it was at work on more than half of the days, within the hall's hours."""
    here = lambda at, shift: not any(a <= at < b for a, b in shift.away)
    spans: list[tuple[float, float]] = []
    for first, last in opened:
        marks = [first + n * STEP for n in range(int((last - first) / STEP))]
        for a in marks:
            b = last if a == marks[-1] else a + STEP
            if 2 * sum(here((a + b) / 2, shift) for shift in shifts) <= len(shifts):
                continue
            joined = spans and spans[-1][1] >= first and a - spans[-1][1] < LEAST_BREAK
            spans[-1:] = [(spans[-1][0], b)] if joined else [*spans[-1:], (a, b)]
    return [f"{clock(a)}-{clock(b)}" for a, b in without(tuple(spans), ()) if b - a >= LEAST_BREAK]
