"""The hall as the predictions start from it: who waits, which windows work until when, what past days teach. It only translates."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from itertools import pairwise

from config.codes import Class, ServiceKind, WindowState

from ..domain.dispatch import MINUTE, Station
from ..domain.duty import LATE, changes, hall_hours, helps, planned_today, serves, shifts, zone_of
from ..domain.floor import WALKED_IN, Floor
from ..domain.hours import midnight
from ..domain.line import NOTHING, series_of, station, usual_minutes, waiters
from ..domain.things import Window
from .absences import Post, ways
from .learned import Learned
from .wait_picture import Coming, HallState

Shifts = tuple[tuple[int, int], ...]  # ms


def hall_state(floor: Floor, now: int, learned: Learned | None = None) -> HallState:
    """What the predictor starts from; `learned` from past days, None on the first."""
    rules = floor.rules_now
    booked, came = floor.booked(floor.day), len(floor.tickets.of(WALKED_IN, floor.day))
    usual = usual_minutes(floor, learned.minutes if learned else NOTHING)
    return HallState(
        learned=learned,
        midnight=midnight(now, zone_of(floor.the_hall.timezone)),
        came_today=came if learned else None,
        bookings=tuple(Coming(service=t.service, slot_at=t.slot) for t in booked),
        waiting=tuple(waiters(floor, usual)),
        stations=tuple(stations(floor, now, learned)),
        hours=hall_hours(floor, now),
        minutes=usual,
        complex=frozenset(s.code for s in floor.services.values() if s.kind == ServiceKind.COMPLEX),
        rules=rules,
        series={
            (s.code, c): series_of(floor, s, c) for s in floor.services.values() for c in (*Class, *(own.code for own in rules.classes))
        },
    )


def stations(floor: Floor, now: int, learned: Learned | None = None) -> list[Station]:
    """All windows with the times at which they work from now on; a window that is lent by the clock is a further one for each part."""
    found = []
    for window in floor.windows.values():
        works = shifts(floor, window, now, learned and learned.windows)
        at = station(floor, window, now, works)
        some = day_of(floor, window, now, learned, works, busy=at.busy_with is not None)
        if some:
            works = some[0]
            at = replace(at, intervals=works, ways=some if len(some) > 1 else ())
        if at.open and not at.busy_with and not helps(floor, window, now):
            at, works = replace(at, open=False, intervals=(), ways=(), unmanned=True), ()
        edges = [now, *changes(floor, window, now), None] if works or at.open or at.ways else []
        parts = [(start, end, frozenset(serves(floor, window, start))) for start, end in pairwise(edges)]
        if all(services == at.services for _, _, services in parts):
            found.append(at)
            continue
        works = works or ((now, now + LATE),)
        for n, (start, end, services) in enumerate(parts):
            mine, *each = [_part(way, start if n else None, end) for way in (works, *at.ways)]
            if n == 0:
                found.append(replace(at, intervals=mine or ((start, start),), ways=tuple(way or ((start, start),) for way in each)))
            elif mine or any(each):
                found.append(replace(at, services=services, intervals=mine, ways=tuple(each), open=False, busy_with=None, started_at=None))
    return found


def _part(way: Shifts, start: int | None, end: int | None) -> Shifts:
    """What of a day lies between two instants; None: its beginning, its end."""
    return tuple(
        (a if start is None else max(a, start), min(b, end) if end else b)
        for a, b in way
        if (start is None or b > start) and (not end or a < end)
    )


def day_of(floor: Floor, window: Window, now: int, learned: Learned | None, works: Shifts, busy: bool = False) -> tuple[Shifts, ...]:
    """The ways the rest of a window's day may go (ms); () where neither a roster nor past days say anything, and the hall's hours do."""
    begin = midnight(now, zone_of(floor.the_hall.timezone))
    minute = lambda ms: (ms - begin) / MINUTE
    weekday = floor.hours.weekday(datetime.fromtimestamp(now / 1000, zone_of(floor.the_hall.timezone)).date())
    post = Post(no=window.no, state=window.state, since=minute(window.since), reason=window.reason, busy=busy)
    hall = works if works and window.state == WindowState.OPEN else hall_hours(floor, now, window.no)
    hours = tuple((minute(a), minute(b)) for a, b in hall)
    plan = planned_today(floor, window, now)
    found = ways(post, minute(now), hours, weekday, learned, None if plan is None else tuple((minute(a), minute(b)) for a, b in plan))
    return tuple(tuple((begin + round(a * MINUTE), begin + round(b * MINUTE)) for a, b in way) for way in found)
