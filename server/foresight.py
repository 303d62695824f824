"""What is to come: how many visitors, and how many windows they need. Read from past days beside everything; it writes nothing.

Past days are counted once a day; a forecast is then made within a few milliseconds. What needs many runs of the hall (advice on windows)
is worked out by a thread of its own and kept for a while: whoever asks gets the last one, and never holds up a call.
"""

from __future__ import annotations

import logging
import sqlite3
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from .domain import hours
from .domain.duty import plans
from .domain.floor import Floor
from .domain.forecast import HALVES, Booked, Came, Checked, Forecast, checked, forecast, half_of, peaks_of
from .domain.hours import midnight
from .domain.tickets import State
from .ledger import day_of

log = logging.getLogger("hall.foresight")
DAYS = 40  # past days that count
HALF_MS = 1_800_000


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


def next_open_day(setting: dict, after: str, zone: ZoneInfo) -> str | None:
    """The next day with opening hours, within a month."""
    first = date.fromisoformat(after)
    some = (first + timedelta(days=n) for n in range(1, 32))
    return next((day.isoformat() for day in some if hours.spans(setting, day, zone)), None)


class Foresight:
    """`reader()` gives a read-only connection; `forecast(day)` what is expected of a day, `told(...)` the same as the door gives it."""

    def __init__(self, ledger, reader):
        self.ledger, self.reader = ledger, reader
        self._past: tuple[str, list[Came]] = ("", [])

    def today(self, now: int) -> str:
        return day_of(now, self.ledger.zone)

    def past(self, floor: Floor, today: str) -> list[Came]:
        """The days before today, with the peak calendar as it stands; counted once a day."""
        if self._past[0] != today:
            with self.reader() as connection:
                self._past = (today, past_days(connection, today, self.ledger.zone))
        return [self._peaked(floor, day) for day in self._past[1]]

    def _peaked(self, floor: Floor, day: Came) -> Came:
        peaks = peaks_of(plans(floor), day.day, floor.services)
        return Came(day=day.day, walked=day.walked, booked=day.booked, peaks=peaks) if peaks else day

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
        return forecast(past, known, half=half, service=service), known, checked(past, service=service)

    def told(self, floor: Floor, day: str, now: int, service: str | None = None) -> dict:
        """As the door gives it; sentences are the door's."""
        zone = self.ledger.zone
        found, known, error = self.forecast(floor, day, now, service)
        came = known.counts(service)
        minutes = (now - midnight(day, zone)) / 60_000  # of this day that have passed
        setting = floor.setting("hours")
        spans = hours.spans(setting, date.fromisoformat(day), zone)
        start = midnight(day, zone)
        opened = [(a, b) for a, b in spans if b - a < 86_400_000]  # a hall without hours is open all day
        inside = lambda h: any(a < start + (h + 1) * HALF_MS and b > start + h * HALF_MS for a, b in opened)
        shown = [n for n, h in enumerate(found.halves) if h.expected >= 0.5 or h.morning >= 0.5 or came[n] or inside(n)]
        first, last = (shown[0], shown[-1]) if shown else (0, -1)
        rest = [h for h in found.halves if 30 + h.start > minutes]
        return {
            "day": day,
            "service": service,
            "open": bool(spans),
            "next_day": next_open_day(setting, self.today(now), zone),
            "halves": [
                {
                    "from": _clock(h.start),
                    "to": _clock(h.start + 30),
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
                {"plan": p["id"], "name": p["name"], "expect": p["expect"], "services": p.get("services", [])}
                for p in plans(floor)
                if day in p.get("dates", ()) and p.get("expect", 100) != 100
            ],
            "error": error and _shown(error),
            "services": self._by_service(floor, day, now) if service is None else [],
        }

    def _by_service(self, floor: Floor, day: str, now: int) -> list[dict]:
        past, known = self.day(floor, day, now)
        rows = [
            {"code": s.code, "expected": forecast(past, known, service=s.code).total, "came": int(known.counts(s.code).sum())}
            for s in sorted(floor.services.values(), key=lambda s: s.place)
        ]
        return [row for row in rows if row["expected"] >= 0.5 or row["came"]]


def _shown(error: Checked) -> dict:
    return {
        "days": [{"day": day, "expected": told, "came": came} for day, told, came in error.days],
        "half": error.half,
        "half_pct": round(100 * error.half_share, 1),
        "day_pct": round(100 * error.day_share, 1),
        "inside_pct": round(100 * error.inside, 1),
    }


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
