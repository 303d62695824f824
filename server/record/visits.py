"""The visits of past days out of the tables, leg by leg (domain/visits.py). It only reads."""

from __future__ import annotations

import contextlib
import gc
import sqlite3

from config.codes import Diversion

from ..domain.tickets import Ticket
from ..domain.visits import VisitLeg, visit
from . import store

# Of a number with one leg, finished or not, the ticket's own columns say all: a year of them is read at once. Columns as in VisitLeg.
ONE_LEG = "(t.legs = '[]' OR (t.state = 'done' AND instr(t.legs, '},{') = 0))"
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
    legs = list(map(VisitLeg._make, cursor.execute(SINGLE, (first, last))))
    grades: dict[str, dict[int, int | None]] = {}
    for id, leg, grade in cursor.execute(GRADES, (first, last)):
        grades.setdefault(id, {})[leg] = grade
    for row in reader.execute(SEVERAL, (first, last)):
        ticket = store.thing_of(Ticket, row)
        legs += visit(ticket, grades.get(ticket.id))
    return legs


def issued_by_quarter(reader: sqlite3.Connection, day: str) -> list[tuple[int, int]]:
    """(quarter of an hour since the epoch, numbers taken in it) of a day: no zone of the world divides a quarter."""
    counted = f"SELECT issued_at / {QUARTER}, count(*) FROM tickets WHERE day = ? AND issued_at IS NOT NULL GROUP BY 1"
    return [(quarter, n) for quarter, n in reader.execute(counted, (day,))]


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
