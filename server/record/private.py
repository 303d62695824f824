"""All SQL of the private tables: what is kept beside the journal, and forgotten. Which they are is said in domain/private.py."""

from __future__ import annotations

import sqlite3
from typing import Any

from ..domain.floor import TABLE_OF
from ..domain.private import PRIVATE
from . import store


def put(connection: sqlite3.Connection, thing: Any) -> None:
    """Keeps a private thing; one with the same key is replaced."""
    row = store.row_of(thing)
    names, marks = ",".join(f'"{n}"' for n in row), ",".join("?" * len(row))
    connection.execute(f"INSERT OR REPLACE INTO {table_of(type(thing))}({names}) VALUES({marks})", list(row.values()))


def forget(connection: sqlite3.Connection, cls: type, most: int | None = None, **where: Any) -> int:
    """Removes the rows that fit (see store.find), `most` of them at a time."""
    condition, values = store.condition(where)
    table = table_of(cls)
    if most is not None:
        condition, values = f" WHERE rowid IN (SELECT rowid FROM {table}{condition} LIMIT ?)", [*values, most]
    return connection.execute(f"DELETE FROM {table}{condition}", values).rowcount


def forget_comments(connection: sqlite3.Connection, before: int) -> int:
    """Removes what was said of services that were evaluated before an instant (ms)."""
    old = "SELECT id FROM evaluations WHERE opened_at < ?"
    return connection.execute(f"DELETE FROM comments WHERE evaluation IN ({old})", (before,)).rowcount


def forget_of_tickets(connection: sqlite3.Connection, cls: type, day: str) -> int:
    """Removes what is kept of tickets of before a day, and of tickets that there are not."""
    younger = "SELECT id FROM tickets WHERE day >= ?"
    return connection.execute(f"DELETE FROM {table_of(cls)} WHERE ticket NOT IN ({younger})", (day,)).rowcount


def table_of(cls: type) -> str:
    table = TABLE_OF[cls]
    if table not in PRIVATE:
        raise ValueError(f"{table} is not private: it is in the journal, and never forgotten")
    return table
