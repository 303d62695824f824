"""The figures of a span of days for reports: those of domain/visits.py in all groupings, by day and by hour. It only reads."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from ..domain.evaluations import GRADES
from ..domain.texts import FIRST, pick
from ..domain.visits import Figures, groupings, measure, measure_by
from ..record.visits import legs_of_days


@dataclass(frozen=True, kw_only=True)
class Line(Figures):
    """The figures of one group; times in seconds, None where there is nothing to say."""

    name: str


@dataclass(frozen=True, kw_only=True)
class Report:
    first: str
    last: str
    hall: str
    total: Line
    by: dict[str, list[Line]] = field(default_factory=dict)  # grouping -> its lines
    grades: dict[int, int] = field(default_factory=dict)  # grade -> how often
    not_evaluated: int = 0


def report(reader: sqlite3.Connection, first: str, last: str, now: int, lang: str = FIRST) -> Report:
    """The figures of the days `first` to `last` (yyyy-mm-dd, both counted); services and the hall by their names in a language."""
    hall = reader.execute("SELECT name, timezone FROM hall").fetchone()
    zone = ZoneInfo(hall["timezone"] if hall else "Asia/Shanghai")
    types = dict(reader.execute("SELECT no, type FROM windows").fetchall())
    keys = groupings(types) | {
        "day": lambda leg: leg.day,
        "hour": lambda leg: f"{datetime.fromtimestamp(leg.issued_at / 1000, zone).hour:02}:00",
    }
    legs = legs_of_days(reader, first, last)
    found = measure_by(legs, keys, now)
    names = {
        "service": {code: pick(json.loads(name), lang) for code, name in reader.execute("SELECT code, name FROM services")},
        "clerk": {name: shown for name, shown in reader.execute("SELECT name, shown FROM staff") if shown},
    }
    total = found.pop("total").get("") or measure((), now)
    by = {
        group: [Line(name=str(names.get(group, {}).get(value, value)), **vars(some)) for value, some in values.items()]
        for group, values in found.items()
    }
    by["window"].sort(key=lambda line: (len(line.name), line.name))
    return Report(
        first=first,
        last=last,
        hall=pick(json.loads(hall["name"]), lang) if hall else "",
        total=Line(name="all", **vars(total)),
        by=by,
        grades={grade: sum(leg.grade == grade for leg in legs) for grade in GRADES},
        not_evaluated=total.asked - total.evaluated,
    )
