"""What is to come: how many visitors, and how many windows they need. Read from past days beside everything; it writes nothing.

Past days are counted once a day; a forecast is then made within a few milliseconds. What needs many runs of the hall (advice on windows)
is worked out by a thread of its own and kept for a while: whoever asks gets the last one, and never holds up a call.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from config.codes import ServiceKind, State, WindowState
from config.settings import Hours

from ..domain import hours
from ..domain.duty import planned, serves
from ..domain.floor import SLOTS, Floor
from ..domain.hours import clock, midnight
from ..domain.texts import pick
from ..record.ledger import day_of
from . import forward, next_hour, simulate, staffing
from . import history as past_teaches
from .absences import Spans
from .answers import Advice, Staffing
from .demand import HALVES, Booked, Came, Checked, Forecast, by_service, checked, forecast, half_of, on_day, peaks_of, swing, walk_ins
from .learned import Learned, PastShift
from .state import hall_state

log = logging.getLogger("hall.forecast")
DAYS = 40  # past days that count
HALF_MS = 1_800_000
FRESH = {"hour": 60_000, "day": 1_800_000}  # ms for which an advice is kept
FEW = 4  # so many more or fewer in line make an hour's advice old
MANY = 10  # and so many more bookings a day's
KEPT = 12  # advices at most
PLAIN_DAYS = 2  # made-up days where numba is missing


def past_days(reader: sqlite3.Connection, before: str, zone: ZoneInfo) -> list[Came]:
    """The days before `before` on which numbers were taken, oldest first, without the peak calendar."""
    rows = reader.execute("SELECT DISTINCT day FROM tickets WHERE day < ? AND number IS NOT NULL ORDER BY day DESC LIMIT ?", (before, DAYS))
    return [_counted(reader, row[0], zone) for row in reversed(rows.fetchall())]


def _counted(reader: sqlite3.Connection, day: str, zone: ZoneInfo) -> Came:
    start = midnight(day, zone)
    walked: dict[str, list[int]] = {}
    for service, half, n in reader.execute(
        "SELECT service, (issued_at - ?) / ?, count(*) FROM tickets "
        "WHERE day = ? AND issued_at IS NOT NULL AND slot_at IS NULL GROUP BY 1, 2",
        (start, HALF_MS, day),
    ):
        walked.setdefault(service, [0] * HALVES)[half_of(half * 30)] += n
    booked = [
        _booked(service, slot, issued, start, known=made is None or made[:10] < day)
        for service, slot, issued, state, finished, made in reader.execute(
            "SELECT service, slot_at, issued_at, state, finished_at, (SELECT min(at) FROM events WHERE ticket = tickets.id "
            "AND kind = 'appointment.booked') FROM tickets WHERE day = ? AND slot_at IS NOT NULL",
            (day,),
        )
        if issued is not None or state != "cancelled" or (finished or start) >= start  # given up before the day: never expected
    ]
    return Came(day=day, walked={code: tuple(some) for code, some in walked.items()}, booked=tuple(booked))


def _booked(service: str, slot: int, issued: int | None, start: int, *, known: bool = True) -> Booked:
    half = lambda ms: half_of((ms - start) / 60_000)
    return Booked(service=service, slot=half(slot), came=None if issued is None else half(issued), known=known)


def day_so_far(floor: Floor, day: str, zone: ZoneInfo) -> Came:
    """A day that has not ended, out of the hall's picture. All bookings that stand count as known: they are, now."""
    start = midnight(day, zone)
    walked: dict[str, list[int]] = {}
    booked = []
    for t in floor.tickets.values():
        if t.day != day:
            continue
        if t.slot_at is not None and (t.issued_at is not None or t.state is State.BOOKED):
            booked.append(_booked(t.service, t.slot_at, t.issued_at, start))
        elif t.slot_at is None and t.issued_at is not None:
            walked.setdefault(t.service, [0] * HALVES)[half_of((t.issued_at - start) / 60_000)] += 1
    return Came(day=day, walked={code: tuple(some) for code, some in walked.items()}, booked=tuple(booked))


def next_open_day(setting: Hours, after: str, zone: ZoneInfo) -> str | None:
    """The next day with opening hours, within a month."""
    first = date.fromisoformat(after)
    some = (first + timedelta(days=n) for n in range(1, 32))
    return next((day.isoformat() for day in some if hours.spans(setting, day, zone)), None)


class _MadeOf(NamedTuple):
    """What an advice depends on: where any of it changes, the advice is old."""

    hall: tuple  # as it is set, and whether anybody waits
    people: tuple  # roughly


class _Kept(NamedTuple):
    made_of: _MadeOf
    at: int  # ms
    advice: object


class Advisor:
    """`told(floor, day, now)` is the forecast as its door gives it; `advice(...)` the last advice on windows, None while it is worked out.

    `reader()` gives a read-only connection, `learned()` what past days teach or None. `start()` lets a thread of its own do the long
    work; without it whoever asks does it.
    """

    def __init__(self, ledger, reader: Callable, learned: Callable = lambda: None):
        self.ledger, self.reader, self.learned = ledger, reader, learned
        self._past: tuple[str, list[Came]] = ("", [])
        self._errors: dict[tuple, tuple[tuple, Checked | None]] = {}
        self._kept: dict[tuple, _Kept] = {}  # by (what, day)
        self._asked: dict[tuple, None] = {}
        self._lock = threading.Lock()
        self._wake, self._stop = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None

    # -- the long work

    def start(self) -> Advisor:
        self._thread = threading.Thread(target=self._run, name="advisor", daemon=True)
        self._thread.start()
        return self

    def close(self) -> None:
        self._stop.set()
        self._wake.set()
        if self._thread:
            self._thread.join(10)

    def _run(self) -> None:
        while not self._stop.is_set():
            self._wake.wait()
            self._wake.clear()
            while self._asked and not self._stop.is_set():
                self._work(next(iter(self._asked)))

    def _work(self, key: tuple) -> None:
        what, day = key
        floor, now = self.ledger.floor, self.ledger.clock()
        try:
            made = self.staffing(floor, day, now) if what == "day" else self.hour(floor, now)
            with self._lock:
                self._kept[key] = _Kept(_made_of(floor, day), now, made)
                for old in sorted(self._kept, key=lambda k: self._kept[k].at)[:-KEPT]:
                    del self._kept[old]
        except Exception:  # noqa: BLE001  without advice the hall goes on; who asks again has it tried again
            log.exception("no advice for %s %s", what, day)
        finally:
            self._asked.pop(key, None)

    def _get(self, floor: Floor, what: str, day: str, now: int) -> tuple[_Kept | None, bool]:
        """The advice as it was last worked out, or None, and whether it was for the hall as it is set now; asks for a new one where it is
        old."""
        key, made_of = (what, day), _made_of(floor, day)
        with self._lock:
            known = self._kept.get(key)
        fresh = known and known.made_of == made_of and 0 <= now - known.at < FRESH[what]
        if not fresh:
            self._asked[key] = None
            if self._thread is None:
                self._work(key)
                known = self._kept.get(key)
            else:
                self._wake.set()
        return known, known is not None and known.made_of.hall == made_of.hall

    def advice(self, floor: Floor, day: str, now: int) -> dict:
        """{"hour": (when, Advice | None) | None, "day": (when, Staffing) | None, "ready": bool}; None while it is worked out.

        `ready` false: one is None, or was made for a hall that was set otherwise or in which nobody waited. That only more or fewer people
        are there is no reason to ask again at once: on a busy day it would always be.
        """
        (hour, hour_stands), (plan, plan_stands) = self._get(floor, "hour", "", now), self._get(floor, "day", day, now)
        return {"hour": hour and hour[1:], "day": plan and plan[1:], "ready": hour_stands and plan_stands}

    def teaching(self, floor: Floor) -> Learned | None:
        """What past days teach: as the wait forecast has it, else read now."""
        known = self.learned()
        if known is None:
            with self.reader() as connection:
                known = past_teaches.from_past(connection, floor, self.ledger.zone)
            known = known and self.as_today(floor, known)
        return known

    def as_today(self, floor: Floor, taught: Learned) -> Learned:
        """What past days teach, with the arrivals that are expected today: by its weekday and the peak calendar."""
        past, known = self.day(floor, floor.day, midnight(floor.day, self.ledger.zone))
        return replace(taught, come=on_day(taught.come, walk_ins(past, known)))

    def hour(self, floor: Floor, now: int) -> Advice | None:
        """For the hour from `now`; None where the hall is closed all through it."""
        day = date.fromisoformat(self.today(now))
        if not any(a < now + 3_600_000 and b > now for a, b in hours.spans(floor.hours, day, self.ledger.zone)):
            return None
        return next_hour.advise(hall_state(floor, now, self.teaching(floor)), now)

    def staffing(self, floor: Floor, day: str, now: int) -> Staffing:
        """For a whole day, from what is known before it begins: past days, bookings, the peak calendar."""
        past, known = self.day(floor, day, now)
        known = replace(known, walked={}, booked=tuple(replace(b, came=None) for b in known.booked))
        told = forecast(past, known)
        spans = self._working(floor, day, told)
        nothing = Staffing(day=day, visitors=told.total, days=len(past))
        if not spans or told.total < 1:
            return nothing
        taught = self.teaching(floor) or Learned()
        hall, codes, taught = _hall(floor, spans, midnight(day, self.ledger.zone, 600), taught, walk_ins(past, known))
        if not hall.windows:
            return nothing
        rosters = _rosters(floor, day, self.ledger.zone)
        taught = replace(taught, away=taught.away | {no: (_breaks(no, plan),) for no, plan in rosters.items()})
        rules = floor.rules_now
        bookings = [simulate.Booking(slot=30.0 * b.slot, service=codes[b.service], ticket=-1) for b in known.booked if b.service in codes]
        many = staffing.enough_days(told.total) if forward.compiled() else PLAIN_DAYS
        taught = replace(taught, swing=swing(past))
        days, fresh = (
            [d for d in staffing.days_like(hall, taught, many, seed=seed, bookings=bookings, rules=rules) if len(d.service)]
            for seed in (1, 2)
        )
        if not days or not fresh:
            return nothing
        usual = sum(float(d.counts().sum()) for d in past) / max(1, len(past))
        at_most = staffing.enough(told.total / usual if usual else 1.0)
        plan = staffing.advise(hall, rules, days, fresh, close=spans[-1][1], at_most=at_most)
        return replace(
            nothing, windows=tuple(w.no for w in hall.windows), plan=plan, as_is=_as_is(floor, hall, rules, fresh, taught.windows, rosters)
        )

    def _working(self, floor: Floor, day: str, told: Forecast) -> list[tuple[float, float]]:
        """The hall's spans of a day in minutes; of a hall without hours those in which people come."""
        zone = self.ledger.zone
        start = midnight(day, zone)
        spans = [((a - start) / 60_000, (b - start) / 60_000) for a, b in hours.spans(floor.hours, date.fromisoformat(day), zone)]
        if spans and spans[0][1] - spans[0][0] >= 1440:
            busy = [h.start for h in told.halves if h.morning >= 0.5]
            return [(float(busy[0]), busy[-1] + 30.0)] if busy else []
        return spans

    def next_day(self, floor: Floor, now: int) -> str | None:
        """The next day after today on which the hall is open."""
        return next_open_day(floor.hours, self.today(now), self.ledger.zone)

    def opens(self, floor: Floor, day: str) -> bool:
        return bool(hours.spans(floor.hours, date.fromisoformat(day), self.ledger.zone))

    # -- visitors

    def today(self, now: int) -> str:
        return day_of(now, self.ledger.zone)

    def past(self, floor: Floor, today: str) -> list[Came]:
        """The days before today, with the peak calendar as it stands; counted once a day."""
        if self._past[0] != today:
            with self.reader() as connection:
                self._past = (today, past_days(connection, today, self.ledger.zone))
        return [self._peaked(floor, day) for day in self._past[1]]

    def _peaked(self, floor: Floor, day: Came) -> Came:
        """With the peak calendar and the opening hours as they are set now; half an hour before the doors people may come already."""
        zone = self.ledger.zone
        start, spans = midnight(day.day, zone), hours.spans(floor.hours, date.fromisoformat(day.day), zone)
        first, last = (spans[0][0] - HALF_MS, spans[-1][1]) if spans else (start, start)
        shut = frozenset(h for h in range(HALVES) if start + (h + 1) * HALF_MS <= first or start + h * HALF_MS >= last)
        came = {h for some in day.walked.values() for h, n in enumerate(some) if n}  # then it was not shut
        like = floor.hours.weekday(date.fromisoformat(day.day))
        return replace(day, peaks=peaks_of(floor.plans.items, day.day, floor.services), shut=shut - came, like=like)

    def day(self, floor: Floor, day: str, now: int) -> tuple[list[Came], Came]:
        """(the days before, what is known of this one). A past day is as it ended."""
        today = self.today(now)
        past = self.past(floor, today)
        known = next((d for d in past if d.day == day), None)
        if known is None:
            known = day_so_far(floor, day, self.ledger.zone) if day >= today else Came(day=day)
        return [d for d in past if d.day < day], self._peaked(floor, known)

    def forecast(self, floor: Floor, day: str, now: int, service: str | None = None) -> tuple[Forecast, Came, Checked | None]:
        past, known = self.day(floor, day, now)
        minutes = (now - midnight(day, self.ledger.zone)) / 60_000
        half = half_of(minutes) if 0 < minutes < 1440 else 0
        key = (self.today(now), day, service, floor.settings.get("plans"), floor.settings.get("hours"))
        if key[:3] not in self._errors or self._errors[key[:3]][0] != key:  # past days change no more
            self._errors = {k: v for k, v in self._errors.items() if k[0] == key[0]} | {key[:3]: (key, checked(past, service=service))}
        return forecast(past, known, half=half, service=service), known, self._errors[key[:3]][1]

    def told(self, floor: Floor, day: str, now: int, service: str | None = None) -> dict:
        """As the door gives it; sentences are the door's."""
        zone = self.ledger.zone
        found, known, error = self.forecast(floor, day, now, service)
        came = known.counts(service)
        minutes = (now - midnight(day, zone)) / 60_000  # of this day that have passed
        setting = floor.hours
        spans, named = hours.spans(setting, date.fromisoformat(day), zone), hours.set_for(setting, date.fromisoformat(day))
        start = midnight(day, zone)
        opened = spans if named else []  # a hall without hours is open all day
        inside = lambda h: any(a < start + (h + 1) * HALF_MS and b > start + h * HALF_MS for a, b in opened)
        shown = [n for n, h in enumerate(found.halves) if h.expected >= 0.5 or h.morning >= 0.5 or came[n] or inside(n)]
        first, last = (shown[0], shown[-1]) if shown else (0, -1)
        rest = [h for h in found.halves if 30 + h.start > minutes]
        return {
            "day": day,
            "service": service,
            "open": self.opens(floor, day),
            "next_day": self.next_day(floor, now),
            "halves": [
                {
                    "from": clock(h.start),
                    "to": clock(h.start + 30),
                    "morning": h.morning,
                    "expected": h.expected,
                    "low": h.low,
                    "high": h.high,
                    "came": int(came[n]) if h.start <= minutes else None,
                }
                for n, h in enumerate(found.halves)
                if first <= n <= last
            ],
            "expected": found.total,
            "came": int(came.sum()) if minutes > 0 else None,
            "to_come": round(sum(h.expected for h in rest), 1),
            "booked": sum(service in (None, b.service) for b in known.booked),
            "days": found.days,
            "peaks": [
                {"plan": p.id, "name": p.name, "expect": p.expect, "services": list(p.services)}
                for p in floor.plans.items
                if day in p.dates and p.expect != 100
            ],
            "error": error and _shown(error),
            "services": self._by_service(floor, day, now) if service is None else [],
        }

    def _by_service(self, floor: Floor, day: str, now: int) -> list[dict]:
        past, known = self.day(floor, day, now)
        expected = by_service(past, known)
        rows = [
            {"code": s.code, "expected": expected.get(s.code, 0.0), "came": int(known.counts(s.code).sum())}
            for s in sorted(floor.services.values(), key=lambda s: s.place)
        ]
        return [row for row in rows if row["expected"] >= 0.5 or row["came"]]


def _made_of(floor: Floor, day: str) -> _MadeOf:
    """For a day's advice, or with "" for the next hour's."""
    named = tuple(floor.settings.get(name) for name in ("rules", "hours", "plans", "plans_active", "lends", "rosters", "skills"))
    windows = tuple((w.no, w.services, w.clerk, "" if day else w.state) for w in floor.windows.values())
    booked = sum(len(line) for (_, of), line in floor.tickets.lines(SLOTS).items() if of == day) // MANY
    line = 0 if day else len(floor.waiting())
    return _MadeOf((named, windows, tuple(floor.services.values()), floor.anybody_may, line > 0), (booked, line // FEW))


def _hall(
    floor: Floor, spans: list, at: int, taught: Learned, walk: dict[str, np.ndarray]
) -> tuple[simulate.DescribedHall, dict[str, int], Learned]:
    """(the hall with all its windows open, service -> index in it, what was learned in these terms and for this day's visitors)."""
    services = sorted(floor.services.values(), key=lambda s: s.place)
    codes = {s.code: n for n, s in enumerate(services)}
    windows = [
        simulate.DescribedWindow(no=w.no, group=floor.type_at(w), services=mine, spans=tuple(spans))
        for w in sorted(floor.windows.values(), key=lambda w: w.place)
        if (mine := tuple(codes[s] for s in serves(floor, w, at, ()) if s in codes))
    ]
    hall = simulate.DescribedHall(
        name=pick(floor.the_hall.name),
        services=tuple(
            simulate.DescribedService(
                code=s.code, name=pick(s.name), complex=s.kind == ServiceKind.COMPLEX, minutes=s.minutes, series=s.prefix
            )
            for s in services
        ),
        windows=tuple(windows),
        days=(),
    )
    come = {(str(codes[code]), rank): some for (code, rank), some in on_day(taught.come, walk).items() if code in codes}
    onward = {
        str(codes[s]): tuple((str(codes[to]), share) for to, share in some if to in codes)
        for s, some in taught.onward.items()
        if s in codes
    }
    named = {w.no: floor.windows[w.no].clerk or w.no for w in windows}
    taught = replace(
        taught,
        come=come,
        onward=onward,
        minutes={str(codes[s]): m for s, m in taught.minutes.items() if s in codes},
        spread={str(codes[s]): m for s, m in taught.spread.items() if s in codes},
        clerk={(no, c): taught.clerk.get((name, c), 1.0) for no, name in named.items() for c in (False, True)},
    )
    return staffing.with_clerks(hall, taught), codes, taught


def _rosters(floor: Floor, day: str, zone: ZoneInfo) -> dict[str, Spans]:
    """When the windows that have a roster are to work on a day, in its minutes."""
    begin = midnight(day, zone)
    plans = {w.no: planned(floor, w, date.fromisoformat(day)) for w in floor.windows.values()}
    return {no: tuple(((a - begin) / 60_000, (b - begin) / 60_000) for a, b in plan) for no, plan in plans.items() if plan is not None}


def _breaks(no: str, plan: Spans) -> PastShift:
    """A planned day as if it had been: away in its breaks."""
    return PastShift(window=no, weekday=-1, away=tuple((end, begin) for (_, end), (begin, _) in pairwise(plan)))


def _as_is(
    floor: Floor, hall: simulate.DescribedHall, rules, days, worked: dict[str, float], rosters: dict[str, Spans]
) -> tuple[int, float, float, float] | None:
    """What the windows keep that are to work then by their roster, and of those without one the windows that are staffed now, or were on
    most days where none is."""
    staffed = {w.no for w in floor.windows.values() if w.state != WindowState.CLOSED} or {
        no for no, share in worked.items() if share >= 0.5
    }

    def works(w: simulate.DescribedWindow) -> Spans:
        if w.no not in rosters:
            return w.spans if w.no in staffed else ()
        plan = rosters[w.no]
        return tuple((max(a, plan[0][0]), min(b, plan[-1][1])) for a, b in w.spans if plan and a < plan[-1][1] and b > plan[0][0])

    some = [works(w) for w in hall.windows]
    if not any(some):
        return None
    hours = round(sum(b - a for mine in some for a, b in mine) / 60, 1)
    return sum(bool(x) for x in some), hours, *staffing.kept(hall, rules, days, some)


def _shown(error: Checked) -> dict:
    return {
        "days": [{"day": day, "expected": told, "came": came} for day, told, came in error.days],
        "half": error.half,
        "half_pct": round(100 * error.half_share, 1),
        "day_pct": round(100 * error.day_share, 1),
        "inside_pct": round(100 * error.inside, 1),
    }
