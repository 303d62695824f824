"""The visits of past days out of the tables, leg by leg (domain/visits.py). It only reads."""

from __future__ import annotations

import contextlib
import gc
import itertools
import sqlite3
from collections.abc import Collection
from datetime import date, timedelta
from typing import TYPE_CHECKING

from config.codes import Diversion

from ..domain.private import KeptDay
from ..domain.tickets import Ticket
from ..domain.visits import VisitLeg, visit
from . import store

if TYPE_CHECKING:  # it needs numpy, which the server's own process never loads
    from ..domain.columns import LegColumns

# Of a number with one leg, finished or not, the ticket's own columns say all: a year of them is read at once. Columns as in VisitLeg.
# One of which something was said besides, as it ended, is read with those that have several.
ONE_LEG = """(t.legs = '[]' OR (t.state = 'done' AND instr(t.legs, '},{') = 0 AND instr(t.legs, '"marks":["') = 0))"""
QUARTER = 15 * 60_000  # ms
DAYS = "t.day BETWEEN ? AND ? AND t.issued_at IS NOT NULL"
SINGLE = f"""
SELECT t.day, t.issued_at, t."class", t.channel, t.slot_at, 1, 1, t.state, t.service, t."window", t.clerk, t.line_at, t.clock_at,
  coalesce(t.first_called_at, t.called_at), t.called_at, t.started_at, t.finished_at, t.held, t.misses, t.target, t.outcome,
  CASE WHEN e.id IS NOT NULL THEN coalesce(e.grade, 0) END
FROM tickets t LEFT JOIN evaluations e ON e.id = t.id || '.1' WHERE {DAYS} AND {ONE_LEG}
"""
SEVERAL = f"SELECT * FROM tickets t WHERE {DAYS} AND NOT {ONE_LEG}"
GRADES = f"""
SELECT t.id, e.leg, e.grade FROM tickets t, json_each(t.legs) leg JOIN evaluations e ON e.id = t.id || '.' || (leg.key + 1)
WHERE {DAYS} AND NOT {ONE_LEG}
"""


def legs_of_days(reader: sqlite3.Connection, first: str, last: str) -> list[VisitLeg]:
    """The legs of all numbers of the days `first` to `last` (yyyy-mm-dd, both counted)."""
    cursor = reader.cursor()
    cursor.row_factory = None
    legs = list(itertools.starmap(VisitLeg, cursor.execute(SINGLE, (first, last))))
    grades: dict[str, dict[int, int | None]] = {}
    for id, leg, grade in cursor.execute(GRADES, (first, last)):
        grades.setdefault(id, {})[leg] = grade
    for row in reader.execute(SEVERAL, (first, last)):
        ticket = store.thing_of(Ticket, row)
        legs += visit(ticket, grades.get(ticket.id))
    return legs


def columns_of_days(reader: sqlite3.Connection, first: str, last: str, now: int) -> LegColumns:
    """The same legs as columns, as they stand at `now`: of days that are kept as they were kept, of others out of the tables."""
    from ..domain.columns import LegColumns, packed

    kept = "SELECT day, names, legs FROM kept_days WHERE day BETWEEN ? AND ? AND legs IS NOT NULL ORDER BY day"
    days = [tuple(row) for row in reader.execute(kept, (first, last))]
    for after, before in itertools.pairwise([_next(first, -1), *(day for day, _, _ in days), _next(last, 1)]):
        if _next(after, 1) < before:
            legs = sorted(legs_of_days(reader, _next(after, 1), _next(before, -1)), key=lambda leg: leg.day)
            days += [(day, *packed(some, now)) for day, some in itertools.groupby(legs, key=lambda leg: leg.day)]
    return LegColumns(sorted(days))


def days_to_keep(reader: sqlite3.Connection, last: str, most: int, but: Collection[str] = ()) -> list[str]:
    """The latest days up to `last`, `most` of them, that are not kept, of those since the first number; none of `but`."""
    (first,) = reader.execute("SELECT min(day) FROM tickets").fetchone()
    kept = {day for (day,) in reader.execute("SELECT day FROM kept_days WHERE legs IS NOT NULL")}
    days: list[str] = []
    while first and first <= last and len(days) < most:
        days += [last] if last not in kept and last not in but else []
        last = _next(last, -1)
    return days


def kept_day(reader: sqlite3.Connection, day: str) -> KeptDay | None:
    """A past day as it is kept; None while something of it may still change by itself."""
    from ..domain.columns import packed, settled

    legs = legs_of_days(reader, day, day)
    if not settled(legs):
        return None
    names, rows = packed(legs, 0)
    return KeptDay(day=day, names=names, legs=rows)


def _next(day: str, n: int) -> str:
    return (date.fromisoformat(day) + timedelta(days=n)).isoformat()


def issued_by_quarter(reader: sqlite3.Connection, day: str) -> list[tuple[int, int]]:
    """(quarter of an hour since the epoch, numbers taken in it) of a day: no zone of the world divides a quarter."""
    counted = f"SELECT issued_at / {QUARTER}, count(*) FROM tickets WHERE day = ? AND issued_at IS NOT NULL GROUP BY 1"
    return [(quarter, n) for quarter, n in reader.execute(counted, (day,))]


def taken_by_service(reader: sqlite3.Connection, first: str, last: str) -> dict[str, int]:
    """service -> numbers taken for it in these days."""
    taken = "SELECT service, count(*) FROM tickets WHERE day BETWEEN ? AND ? AND issued_at IS NOT NULL GROUP BY service"
    return {service: n for service, n in reader.execute(taken, (first, last))}


def diverted(reader: sqlite3.Connection, first: str, last: str) -> dict[str, int]:
    """Where guides sent how many in these days, without a number."""
    found: dict[str, int] = dict.fromkeys(Diversion, 0)
    counters = "SELECT id, last FROM counters WHERE id BETWEEN ? AND ? AND id LIKE '%/diverted-%'"
    for id, n in reader.execute(counters, (f"{first}/", f"{last}/~")):
        found[id.rpartition("-")[2]] += n
    return found


@contextlib.contextmanager
def not_collecting():
    """While very many values are made at once, the garbage collector would look through all of them again and again for nothing."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
