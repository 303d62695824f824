"""What past days teach the waits: rows of tickets become estimates (forecast/learn.py). It reads once a day, beside everything."""

from __future__ import annotations

import sqlite3
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from config.codes import Class, State, WindowState
from config.settings import Hours
from config.settings.rules import TRANSFER

from ..domain.floor import Floor
from ..domain.hours import midnight, spans
from ..domain.tickets import TAKEN_ON, Ticket
from ..domain.visits import VisitLeg, visit
from ..record import store
from .absences import Spans, shift_of
from .calibration import WaitOutcome, kind_of
from .learn import Past, learn
from .learned import Learned, PastShift

DAYS = 40  # days of the past that count
PRESSED = {"window.opened": WindowState.OPEN, "window.paused": WindowState.PAUSED, "window.closed": WindowState.CLOSED}
MOST = 60_000  # tickets at most, the newest first: a start must not wait for a year of them


def from_past(reader: sqlite3.Connection, floor: Floor, zone: ZoneInfo) -> Learned | None:
    """What the days before `floor.day` teach; None on a hall's first day."""
    days = [r[0] for r in reader.execute("SELECT DISTINCT day FROM tickets WHERE day < ? ORDER BY day DESC LIMIT ?", (floor.day, DAYS))]
    if not days:
        return None
    marks = ",".join("?" * len(days))
    rows = reader.execute(f"SELECT * FROM tickets WHERE day IN ({marks}) ORDER BY day DESC LIMIT ?", (*days, MOST))
    pasts, outcomes, booked = [], [], 0
    for row in rows:
        t = store.thing_of(Ticket, row)
        booked += t.slot_at is not None
        if (outcome := outcome_of(t)) is not None:
            outcomes.append(outcome)
        if t.issued_at is not None and t.service in floor.services:
            pasts += _pasts(t, days.index(t.day), _minutes(t.day, zone), floor.rules.walk_to_window_s * 1000)
    complex_ = [s.code for s in floor.services.values() if s.kind == "complex"]
    minutes = {s.code: s.minutes for s in floor.services.values()}
    breaks = {n: _breaks(floor.hours, day, zone) for n, day in enumerate(days)}
    shifts = past_shifts(reader, floor.hours, days, zone)
    return learn(pasts, minutes=minutes, complex=complex_, days=len(days), booked=booked, breaks=breaks, shifts=shifts, outcomes=outcomes)


def past_outcomes(reader: sqlite3.Connection, before: str, days: int) -> tuple[int, list[WaitOutcome]]:
    """(days on which numbers were taken, at most `days` of those before `before`; what was told on them and what came)."""
    some = [
        r[0]
        for r in reader.execute(
            "SELECT DISTINCT day FROM tickets WHERE day < ? AND number IS NOT NULL ORDER BY day DESC LIMIT ?", (before, days)
        )
    ]
    marks = ",".join("?" * len(some))
    rows = reader.execute(f"SELECT * FROM tickets WHERE day IN ({marks}) AND wait_p50 IS NOT NULL", some)
    return len(some), [one for row in rows if (one := outcome_of(store.thing_of(Ticket, row))) is not None]


def outcome_of(t: Ticket) -> WaitOutcome | None:
    """What somebody was told when the number was taken, and when it was first called. None where either is missing, of who let others go
    first (the clock begins anew), and of a number that a kiosk gave while it was alone."""
    if t.wait_p50 is None or t.wait_p90 is None or t.issued_at is None or t.offline:
        return None
    first = visit(t)[0]
    if first.first_called_at is None or first.clock_at != max(t.issued_at, t.slot if t.class_ != Class.ORDINARY else 0):
        return None
    told = (t.wait_p50 if t.wait_p10 is None else t.wait_p10, t.wait_p50, t.wait_p90)
    drawn = (t.wait_drawn[0], t.wait_drawn[1], t.wait_drawn[2]) if t.wait_drawn else told
    kind = kind_of(t.class_, later=first.clock_at > t.issued_at)
    return WaitOutcome(kind=kind, drawn=drawn, told=told, waited=max(0, first.first_called_at - t.issued_at) / 1000)


def past_shifts(reader: sqlite3.Connection, hours: Hours, days: list[str], zone: ZoneInfo) -> list[PastShift]:
    """Each window on each of the days on which it opened: when it was away, out of what was pressed there. Newest first."""
    return [shift for day in days for shift in _shifts_of(reader, hours, day, zone)]


def usual_hours(hours: Hours, today: str, zone: ZoneInfo) -> dict[int, Spans]:
    """Weekday -> when the hall is open on such a day (minutes), as in the coming fortnight; a day of its own (a holiday, a made-up one) is
    passed over."""
    found: dict[int, Spans] = {}
    for n in range(14):
        day = date.fromisoformat(today) + timedelta(days=n)
        apart = day.isoformat() in (*hours.days, *hours.makeup, *hours.holidays) or any(
            c.first <= day.isoformat() <= c.last for c in hours.closed
        )
        if not apart and day.weekday() not in found:
            begin = midnight(day, zone)
            found[day.weekday()] = tuple(((a - begin) / 60_000, (b - begin) / 60_000) for a, b in spans(hours, day, zone))
    return found


def _shifts_of(reader: sqlite3.Connection, hours: Hours, day: str, zone: ZoneInfo) -> list[PastShift]:
    begin = midnight(day, zone)
    pressed: dict[str, list[tuple[float, str, str]]] = {}
    for row in reader.execute(
        "SELECT at, kind, \"window\" AS no, json_extract(body, '$.reason') AS reason FROM events INDEXED BY window_states "
        "WHERE kind IN ('window.opened', 'window.paused', 'window.closed') AND at >= ? AND at < ? ORDER BY seq",
        (f"{day}T00:00:00", f"{day}T24"),
    ):
        minute = (datetime.fromisoformat(row["at"]).timestamp() * 1000 - begin) / 60_000
        pressed.setdefault(row["no"], []).append((minute, PRESSED[row["kind"]], row["reason"] or ""))
    opened = [((a - begin) / 60_000, (b - begin) / 60_000) for a, b in spans(hours, date.fromisoformat(day), zone)]
    weekday = hours.weekday(date.fromisoformat(day))
    return [x for no, some in pressed.items() if (x := shift_of(no, weekday, some, opened)) is not None]


def _breaks(hours: Hours, day: str, zone: ZoneInfo) -> list[tuple[float, float]]:
    """(begin, end) of a day's breaks in its minutes, by the hours that hold now."""
    begin, some = midnight(day, zone), spans(hours, date.fromisoformat(day), zone)
    return [((end - begin) / 60_000, (start - begin) / 60_000) for (_, end), (start, _) in pairwise(some)]


def _began(leg: VisitLeg, walk: int) -> int | None:
    """When a service began; where only the call is known, after the walk to the window, which is no part of it."""
    if leg.began is None or leg.began != leg.called_at or leg.finished_at is None:
        return leg.began
    return min(leg.began + walk, leg.finished_at)


def _pasts(t: Ticket, day: int, minute, walk: int) -> list[Past]:
    """The legs of a ticket that were served, or the wait that led to none."""
    pasts, before = [], None
    for leg in visit(t):
        if not (leg.served or leg.first):
            continue
        pasts.append(
            Past(
                day=day,
                persons=t.persons,
                service=leg.service,
                rank=TRANSFER if before and t.class_ in TAKEN_ON else t.class_,
                arrive=minute(leg.issued_at if leg.first else leg.clock_at),
                clock=minute(leg.clock_at),
                called=minute(leg.first_called_at),
                started=minute(_began(leg, walk)) if leg.served else None,
                ended=minute(leg.finished_at) if leg.served else None,
                clerk=(leg.clerk or leg.window) if leg.served else None,
                window=leg.window if leg.served else None,
                left=minute(leg.finished_at) if leg.state in (State.CANCELLED, State.REFERRED) else None,
                absent=leg.misses > 0 and not leg.served,
                missed=leg.misses > 0 and leg.served,
                slot=minute(leg.slot_at),
                after=before,
            )
        )
        before = leg.service
    return pasts


def _minutes(day: str, zone: ZoneInfo):
    start = midnight(day, zone)
    return lambda ms: None if ms is None else (ms - start) / 60_000
