"""From tickets and journal to the figures of a span of days: what was issued, waited, served, kept and thought of it. Reads only.

Waits are of the first call of a number: from the later of issue and slot to the call (domain.md C1), in seconds. `kept` counts those
whose wait is decided: called, or still not called when the promise ran out; who cancelled before it ran out is left out.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from statistics import fmean
from zoneinfo import ZoneInfo

from ..domain.evaluations import GRADES
from ..domain.texts import FIRST, pick
from ..domain.tickets import began


@dataclass(frozen=True, kw_only=True)
class Leg:
    service: str
    window: str
    clerk: str
    handling: int  # s


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One number of one day. `wait` is None while it was not called; `kept` None where that is not decided."""

    day: str
    hour: int
    service: str
    class_: str
    channel: str
    state: str
    offline: bool
    wait: int | None
    kept: bool | None
    missed: bool
    legs: tuple[Leg, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Line:
    """Figures of one group. Times in seconds; None where there is nothing to say."""

    name: str
    issued: int
    served: int  # services finished, more than one on a number with several
    missed: int  # numbers that missed a call at least once
    cancelled: int
    expired: int
    wait_mean: float | None
    wait_p50: int | None
    wait_p90: int | None
    wait_max: int | None
    kept_pct: float | None
    handling_mean: float | None


@dataclass(frozen=True, kw_only=True)
class Report:
    first: str
    last: str
    hall: str
    total: Line
    by: dict[str, list[Line]] = field(default_factory=dict)  # "service", "window", "class", "channel", "day", "hour"
    grades: dict[int, int] = field(default_factory=dict)  # grade -> how often
    not_evaluated: int = 0


def report(reader: sqlite3.Connection, first: str, last: str, lang: str = FIRST) -> Report:
    """The figures of the days `first` to `last` (yyyy-mm-dd, both counted); services and the hall by their names in a language."""
    hall = reader.execute("SELECT name, timezone FROM hall").fetchone()
    visits = read(reader, first, last, ZoneInfo(hall["timezone"] if hall else "Asia/Shanghai"))
    services = {code: pick(json.loads(name), lang) for code, name in reader.execute("SELECT code, name FROM services")}
    groups: dict[str, Callable[[Visit], str]] = {
        "service": lambda v: v.service,
        "class": lambda v: v.class_,
        "channel": lambda v: v.channel,
        "day": lambda v: v.day,
        "hour": lambda v: f"{v.hour:02}:00",
    }
    by = {name: _lines(visits, key) for name, key in groups.items()}
    by["service"] = [_renamed(line, services) for line in by["service"]]
    by["window"] = _by_window(visits)
    grades = dict.fromkeys(GRADES, 0)
    asked = "SELECT e.grade, count(*) FROM evaluations e JOIN tickets t ON t.id = e.ticket WHERE t.day BETWEEN ? AND ? GROUP BY e.grade"
    found = {row[0]: row[1] for row in reader.execute(asked, (first, last))}
    grades |= {grade: n for grade, n in found.items() if grade is not None}
    return Report(
        first=first,
        last=last,
        hall=pick(json.loads(hall["name"]), lang) if hall else "",
        total=_line("all", visits),
        by=by,
        grades=grades,
        not_evaluated=found.get(None, 0),
    )


def read(reader: sqlite3.Connection, first: str, last: str, zone: ZoneInfo) -> list[Visit]:
    """Every number issued in the span, in the order of issue."""
    called = _first_calls(reader, first, last)
    rows = reader.execute(
        'SELECT id, day, service, "class", channel, state, offline, issued_at, slot_at, target, misses, finished_at, legs FROM tickets'
        " WHERE day BETWEEN ? AND ? AND issued_at IS NOT NULL ORDER BY issued_at, id",
        (first, last),
    )
    return [_visit(row, called.get(row["id"]), zone) for row in rows]


def _first_calls(reader: sqlite3.Connection, first: str, last: str) -> dict[str, int]:
    """Ticket -> ms of its first call. Events carry the hall's own time, so a day is a prefix of `at`."""
    rows = reader.execute(
        "SELECT ticket, at FROM events WHERE kind = 'ticket.called' AND at >= ? AND at < ? ORDER BY seq DESC", (first, last + "U")
    )
    return {row["ticket"]: int(datetime.fromisoformat(row["at"]).timestamp() * 1000) for row in rows}


def _visit(row: sqlite3.Row, called: int | None, zone: ZoneInfo) -> Visit:
    begun = max(row["issued_at"], row["slot_at"] or 0)
    wait = max(0, called - begun) // 1000 if called is not None else None
    kept = None
    if row["target"] is not None:
        if wait is not None:
            kept = wait <= row["target"]
        elif row["state"] == "expired":
            kept = False
    legs = tuple(_leg(leg) for leg in json.loads(row["legs"] or "[]") if leg.get("started_at") and leg.get("finished_at"))
    return Visit(
        day=row["day"],
        hour=datetime.fromtimestamp(row["issued_at"] / 1000, zone).hour,
        service=row["service"],
        class_=row["class"],
        channel=row["channel"],
        state=row["state"],
        offline=bool(row["offline"]),
        wait=wait,
        kept=kept,
        missed=row["misses"] > 0,
        legs=legs,
    )


def _leg(leg: dict) -> Leg:
    seconds = max(0, leg["finished_at"] - began(leg.get("called_at"), leg["started_at"], leg["finished_at"])) // 1000
    return Leg(service=leg["service"], window=leg.get("window") or "", clerk=leg.get("clerk") or "", handling=seconds)


def _lines(visits: list[Visit], key: Callable[[Visit], str]) -> list[Line]:
    groups: dict[str, list[Visit]] = {}
    for visit in visits:
        groups.setdefault(key(visit), []).append(visit)
    return [_line(name, groups[name]) for name in sorted(groups)]


def _line(name: str, visits: list[Visit]) -> Line:
    waits = sorted(v.wait for v in visits if v.wait is not None)
    handlings = [leg.handling for v in visits for leg in v.legs]
    decided = [v.kept for v in visits if v.kept is not None]
    return Line(
        name=name,
        issued=len(visits),
        served=len(handlings),
        missed=sum(v.missed for v in visits),
        cancelled=sum(v.state == "cancelled" for v in visits),
        expired=sum(v.state == "expired" for v in visits),
        wait_mean=_mean(waits),
        wait_p50=_part(waits, 0.5),
        wait_p90=_part(waits, 0.9),
        wait_max=waits[-1] if waits else None,
        kept_pct=round(100 * sum(decided) / len(decided), 1) if decided else None,
        handling_mean=_mean(handlings),
    )


def _by_window(visits: list[Visit]) -> list[Line]:
    """By the window that served; a number with several services counts at each."""
    groups: dict[str, list[Visit]] = {}
    for visit in visits:
        for window in {leg.window for leg in visit.legs}:
            groups.setdefault(window, []).append(visit)
    lines = []
    for window in sorted(groups, key=lambda no: (len(no), no)):
        line = _line(window, groups[window])
        handlings = [leg.handling for v in groups[window] for leg in v.legs if leg.window == window]
        lines.append(Line(**vars(line) | {"served": len(handlings), "handling_mean": _mean(handlings)}))
    return lines


def _renamed(line: Line, names: dict[str, str]) -> Line:
    return Line(**vars(line) | {"name": names.get(line.name, line.name)})


def _mean(values: Iterable[float]) -> float | None:
    values = list(values)
    return round(fmean(values), 1) if values else None


def _part(ordered: list[int], share: float) -> int | None:
    """The smallest value that `share` of all are not above (nearest rank)."""
    return ordered[max(0, -(-int(len(ordered) * share * 1000) // 1000) - 1)] if ordered else None
