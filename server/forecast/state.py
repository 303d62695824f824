"""The hall as the predictions start from it: who waits, which windows work until when, what past days teach. It only translates."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from config.codes import Class, ServiceKind

from ..domain.dispatch import Station
from ..domain.duty import LATE, changes, hall_hours, helps, serves, shifts, zone_of
from ..domain.floor import WALKED_IN, Floor
from ..domain.hours import midnight
from ..domain.line import series_of, station, waiters
from .learn import Learned
from .waits import Coming, HallState


def hall_state(floor: Floor, now: int, learned: Learned | None = None) -> HallState:
    """What the predictor starts from; `learned` from past days, None on the first."""
    rules = floor.rules_now
    booked, came = floor.booked(floor.day), len(floor.tickets.of(WALKED_IN, floor.day))
    usual = {s.code: s.minutes for s in floor.services.values()}
    return HallState(
        learned=learned,
        midnight=midnight(now, zone_of(floor.the_hall.timezone)),
        came_today=came if learned else None,
        bookings=tuple(Coming(service=t.service, slot_at=t.slot) for t in booked),
        waiting=tuple(waiters(floor, rules)),
        stations=tuple(stations(floor, now, learned)),
        hours=hall_hours(floor, now),
        minutes=usual,
        complex=frozenset(s.code for s in floor.services.values() if s.kind == ServiceKind.COMPLEX),
        rules=rules,
        series={(s.code, c): series_of(floor, s, c) for s in floor.services.values() for c in Class},
    )


def stations(floor: Floor, now: int, learned: Learned | None = None) -> list[Station]:
    """All windows with the times at which they work from now on; a window that is lent by the clock is a further one for each part."""
    found = []
    for window in floor.windows.values():
        works = shifts(floor, window, now, learned and learned.windows)
        at = station(floor, window, now, works)
        if at.open and not at.busy_with and not helps(floor, window, now):
            at, works = replace(at, open=False, intervals=(), unmanned=True), ()
        edges = [now, *changes(floor, window, now), None] if works or at.open else []
        parts = [(start, end, frozenset(serves(floor, window, start))) for start, end in pairwise(edges)]
        if all(services == at.services for _, _, services in parts):
            found.append(at)
            continue
        works = works or ((now, now + LATE),)
        for n, (start, end, services) in enumerate(parts):
            mine = tuple((max(a, start) if n else a, min(b, end) if end else b) for a, b in works if b > start and (not end or a < end))
            if n == 0:
                found.append(replace(at, intervals=mine or ((start, start),)))
            elif mine:
                found.append(replace(at, services=services, intervals=mine, open=False, busy_with=None, started_at=None))
    return found
