"""The numbers of some days that were taken for a package (一件事), and what people thought of each of their legs. It only reads."""

from __future__ import annotations

import sqlite3

from ..domain.packages import PackageFigures, measure_packages
from ..domain.tickets import Ticket
from . import store

OF_DAYS = "FROM tickets t WHERE t.day BETWEEN ? AND ? AND t.package IS NOT NULL"
# An evaluation's id is its number's with the leg after a dot: so they are found by their key, never by looking through years of them.
GRADES = f"""
SELECT e.ticket, e.leg, e.grade
FROM (SELECT t.id {OF_DAYS}) t CROSS JOIN evaluations e ON e.id >= t.id || '.' AND e.id < t.id || '/'
"""


def packages_of_days(reader: sqlite3.Connection, first: str, last: str) -> dict[str, PackageFigures]:
    """{package: figures} of the days `first` to `last` (yyyy-mm-dd, both counted)."""
    grades: dict[str, dict[int, int | None]] = {}
    for id, leg, grade in reader.execute(GRADES, (first, last)):
        grades.setdefault(id, {})[leg] = grade
    tickets = (store.thing_of(Ticket, row) for row in reader.execute(f"SELECT t.* {OF_DAYS}", (first, last)))
    return measure_packages(tickets, grades)
