"""A day out of the journal as `hall simulate` reads days: who came when for what, how long it took, which windows worked when.

It reads only. A day so recorded can be run again under other rules: the preview of a rule set before it is switched on.
"""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from config.codes import ServiceKind, State
from config.settings.rules import Rules

from ..domain.duty import own_services
from ..domain.floor import Floor
from ..domain.hours import midnight
from ..domain.line import NOTHING, promise_of, usual_minutes
from ..domain.tickets import Ticket
from ..domain.visits import visit
from ..record import store
from . import simulate
from .answers import NothingRecorded
from .forward import NEVER
from .simulate import DescribedHall

LONG = 600  # minutes: who did not leave would have stayed


def texts(reader: sqlite3.Connection, floor: Floor, day: str, zone: ZoneInfo) -> dict[str, str]:
    """{file name: CSV text} of one day, as in docs of `hall simulate`; NothingRecorded for a day without tickets."""
    services = {s.code: n for n, s in enumerate(sorted(floor.services.values(), key=lambda s: s.place))}
    windows = sorted(floor.windows.values(), key=lambda w: w.place)
    tickets = [store.thing_of(Ticket, r) for r in reader.execute("SELECT * FROM tickets WHERE day = ? ORDER BY line_at, seq", (day,))]
    came = [t for t in tickets if t.issued_at is not None and t.service in services]
    if not came:
        raise NothingRecorded(day)
    start = midnight(day, zone)
    minute = lambda ms: round((ms - start) / 60_000, 2)
    spans = _spans(reader, day, zone)
    whole = (min(minute(t.issued_at) for t in came), max(minute(t.finished_at or t.issued_at) for t in came) + 1)
    return {
        "services.csv": _csv(
            simulate.READ["services.csv"] + " series",
            [
                (n, s.code, 0, int(s.kind == ServiceKind.COMPLEX), s.minutes, "", "", s.prefix)
                for s, n in ((floor.services[code], n) for code, n in services.items())
            ],
        ),
        "windows.csv": _csv(
            simulate.READ["windows.csv"],
            [
                (
                    w.no,
                    floor.type_at(w),
                    " ".join(str(services[s]) for s in own_services(floor, w) if s in services),
                    _text(spans.get(w.no) or [whole]),
                    1,
                    1,
                )
                for w in windows
                if own_services(floor, w) and (w.no in spans or not spans)  # one that never opened that day helped nobody
            ],
        ),
        "tickets.csv": _csv(simulate.READ["tickets.csv"], _rows(floor, came, services, minute)),
        "bookings.csv": _csv(
            simulate.READ["bookings.csv"],
            [
                (0, n, minute(t.slot_at), services[t.service], t.id if t.issued_at else "")
                for n, t in enumerate(tickets)
                if t.slot_at is not None and t.service in services
            ],
        ),
    }


def _rows(floor: Floor, came: list[Ticket], services: dict[str, int], minute) -> list[tuple]:
    """A row for each leg that was served, or for the wait that led to none; a further leg hangs on the first."""
    rows = []
    for t in came:
        legs = visit(t)
        for n, leg in enumerate([leg for leg in legs if leg.service in services and (leg.first or leg.served)] or legs[-1:]):
            first = n == 0
            kind = {"appointment": "booked", "green": "green"}.get(like := floor.rules.like(t.class_), "walkin")
            kind = kind if first or like == "green" else "transfer"
            worked = floor.services[leg.service].minutes if leg.handling is None else leg.handling / 60
            target = leg.target or (promise_of(floor, t).target_s if first else 900)
            left = leg.state in (State.CANCELLED, State.EXPIRED, State.REFERRED)
            rows.append(
                (
                    0,
                    t.id if first else f"{t.id}.{n}",
                    minute(leg.issued_at) if first else "",
                    services[leg.service],
                    kind,
                    minute(leg.slot_at) if leg.slot_at and first else "",
                    minute(leg.clock_at) if first else "",
                    round(target / 60, 2),
                    round(max(0.5, minute(leg.finished_at or leg.issued_at) - minute(leg.clock_at)), 1) if left else LONG,
                    int(leg.state in (State.CANCELLED, State.REFERRED)),
                    int(leg.misses > 0),
                    round(max(0.2, worked), 2),
                    "" if first else (t.id if n == 1 else f"{t.id}.{n - 1}"),
                )
            )
    return rows


def _spans(reader: sqlite3.Connection, day: str, zone: ZoneInfo) -> dict[str, list[tuple[float, float]]]:
    """When each window was open that day, in minutes, out of its events."""
    since: dict[str, float] = {}
    spans: dict[str, list[tuple[float, float]]] = {}
    rows = reader.execute(
        'SELECT at, kind, "window" AS no FROM events INDEXED BY window_states '
        "WHERE kind IN ('window.opened', 'window.paused', 'window.closed') AND at >= ? AND at < ? ORDER BY seq",
        (f"{day}T00:00:00", f"{day}T24"),
    )
    for row in rows:
        at = datetime.fromisoformat(row["at"]).astimezone(zone)
        minute = at.hour * 60 + at.minute + at.second / 60
        if row["no"] in since:
            spans.setdefault(row["no"], []).append((since.pop(row["no"]), minute))
        if row["kind"] == "window.opened":
            since[row["no"]] = minute
    for no, start in since.items():
        spans.setdefault(no, []).append((start, 1440.0))
    worked = {no: [(round(a, 2), round(b, 2)) for a, b in some if b - a > 0.05] for no, some in spans.items()}
    return {no: some for no, some in worked.items() if some}  # one that was opened by mistake helped nobody


def _text(spans: list[tuple[float, float]]) -> str:
    return ";".join(f"{a}-{b}" for a, b in spans)


def _csv(columns: str, rows: list[tuple]) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns.split())
    writer.writerows(rows)
    return out.getvalue()


def past(reader: sqlite3.Connection, floor: Floor, days: Sequence[str], zone: ZoneInfo, minutes: Mapping[str, float]) -> DescribedHall:
    """Several recorded days as one hall: each with the windows as they worked on it, dispatch by the usual `minutes` of now."""
    halls = [simulate.read_hall(day, texts(reader, floor, day, zone)) for day in days]
    windows = {w.no: w for hall in halls for w in hall.windows}
    usual = tuple(minutes[s.name] for s in halls[0].services)
    each = []
    for hall in halls:
        worked = {w.no: w.spans for w in hall.windows}
        spans = tuple(worked.get(no, ((NEVER, NEVER),)) for no in windows)
        each.append(replace(hall.days[0], spans=spans, minutes=usual))
    return replace(halls[0], name=floor.the_hall.code, windows=tuple(windows.values()), days=tuple(each))


def last_days(reader: sqlite3.Connection, before: str, most: int, least: int) -> list[str]:
    """The last `most` days before `before` on which at least so many numbers were taken, in order."""
    rows = reader.execute(
        "SELECT day FROM tickets WHERE day < ? AND number IS NOT NULL GROUP BY day HAVING count(*) >= ? ORDER BY day DESC LIMIT ?",
        (before, least, most),
    )
    return sorted(row[0] for row in rows)


def last_day(reader: sqlite3.Connection, before: str) -> str | None:
    """The last day before `before` on which numbers were taken."""
    row = reader.execute("SELECT max(day) FROM tickets WHERE day < ? AND number IS NOT NULL", (before,)).fetchone()
    return row[0]


def preview(
    reader: sqlite3.Connection, floor: Floor, day: str, zone: ZoneInfo, rules: dict[str, Rules], learned: Mapping[str, float] = NOTHING
) -> dict:
    """{name: figures} of one day run under each rule set: shares kept in percent, waits in minutes. `learned`: the usual minutes by which
    the hall calls. `shared`: the prefixes that several services of that day have in common; where there are any, `own_letters` are the
    figures of the last rule set if each service had a prefix of its own: what never passing each other costs. `no_grace` are its figures
    if being past a promise let nobody go first before the longest wait is reached: what the grace costs and gives."""
    hall = simulate.read_hall(day, texts(reader, floor, day, zone))
    usual = usual_minutes(floor, learned)
    minutes = [usual[s.name] for s in hall.services]
    came = {int(n) for one in hall.days for n in one.service}
    counts = Counter(s.series for n, s in enumerate(hall.services) if n in came and s.series)
    shared = sorted(series for series, n in counts.items() if n > 1)
    runs = [(name, hall, one) for name, one in rules.items()]
    if shared:
        apart = replace(hall, services=tuple(replace(s, series="") for s in hall.services))
        runs.append(("own_letters", apart, runs[-1][2]))
    last = runs[len(rules) - 1][2]
    if last.overdue_s < last.cap_s:
        runs.append(("no_grace", hall, last.model_copy(update={"overdue_s": last.cap_s})))
    found = {}
    for name, so, one in runs:
        score = simulate.judge(so, one, minutes)
        found[name] = {
            "score": round(score.score, 1),
            "kept_pct": round(100 * score.all, 1),
            "protected_pct": round(100 * score.protected, 1),
            "worst_pct": round(100 * score.worst, 1),
            "worst_group": score.worst_group,
            "wait_mean": round(score.mean, 1),
            "wait_p99": round(score.p99, 1),
            "wait_max": round(score.longest, 1),
            "tickets": score.tickets,
            "groups": {g: {"tickets": n, "kept_pct": round(100 * share, 1)} for g, (n, share) in score.groups.items()},
        }
    return {"day": day, "shared": shared, "figures": json.loads(json.dumps(found))}
