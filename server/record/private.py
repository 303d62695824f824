"""All SQL of the private tables: what is kept beside the journal, and forgotten. Which they are is said in domain/private.py."""

from __future__ import annotations

import sqlite3
from typing import Any

from ..domain.floor import TABLE_OF
from ..domain.private import PRIVATE
from . import store
from .keys import Keys


def put(connection: sqlite3.Connection, thing: Any) -> None:
    """Keeps a private thing; one with the same key is replaced."""
    row = store.row_of(thing)
    names, marks = ",".join(f'"{n}"' for n in row), ",".join("?" * len(row))
    connection.execute(f"INSERT OR REPLACE INTO {table_of(type(thing))}({names}) VALUES({marks})", list(row.values()))


def forget(connection: sqlite3.Connection, cls: type, most: int | None = None, **where: Any) -> list[Any]:
    """Removes the rows that fit (see store.find), `most` of them at a time; their keys, of a class that has one, else their rowids."""
    condition, values = store.condition(where)
    table = table_of(cls)
    if most is not None:
        condition, values = f" WHERE rowid IN (SELECT rowid FROM {table}{condition} LIMIT ?)", [*values, most]
    key = getattr(cls, "KEY", "rowid")
    return [key for (key,) in connection.execute(f"DELETE FROM {table}{condition} RETURNING {key}", values).fetchall()]


def forget_comments(connection: sqlite3.Connection, before: int) -> list[str]:
    """Removes what was said of services that were evaluated before an instant (ms)."""
    old = "SELECT id FROM evaluations WHERE opened_at < ?"
    gone = connection.execute(f"DELETE FROM comments WHERE evaluation IN ({old}) RETURNING evaluation", (before,))
    return [key for (key,) in gone.fetchall()]


def forget_of_tickets(connection: sqlite3.Connection, cls: type, day: str, now: int | None = None) -> list[Any]:
    """Removes what is kept of tickets of before a day, and of tickets that there are not; with `now` (ms) not of those whose holder may
    still come back without queueing again."""
    kept = "SELECT id FROM tickets WHERE day >= ? UNION ALL SELECT id FROM tickets WHERE back_until >= ?"  # nothing is as late as NULL
    gone = connection.execute(f"DELETE FROM {table_of(cls)} WHERE ticket NOT IN ({kept}) RETURNING rowid", (day, now))
    return [rowid for (rowid,) in gone.fetchall()]


def forget_answers(connection: sqlite3.Connection, tickets: list[str]) -> int:
    """Removes kept answers that tell of these tickets."""
    return sum(connection.execute("DELETE FROM answers WHERE instr(body, ?)", (id,)).rowcount for id in tickets)


def seal_words(connection: sqlite3.Connection, keys: Keys) -> int:
    """Seals what was kept plainly by versions before 0.2 (no event covers it), once; how many rows. Older copies of them go with it:
    the file is packed."""
    if connection.execute("PRAGMA user_version").fetchone()[0]:
        return 0
    plain = connection.execute("SELECT evaluation, text, note FROM comments WHERE salt = ''").fetchall()
    connection.execute("BEGIN IMMEDIATE")
    for key, text, note in plain:
        sealed = (words and keys.lock("words", words, f"{key}.{of}") for of, words in (("text", text), ("note", note)))
        connection.execute("UPDATE comments SET text = ?, note = ? WHERE evaluation = ?", (*sealed, key))
    connection.execute("PRAGMA user_version = 1")
    connection.execute("COMMIT")
    if plain:
        connection.execute("VACUUM")
    return len(plain)


def table_of(cls: type) -> str:
    table = TABLE_OF[cls]
    if table not in PRIVATE:
        raise ValueError(f"{table} is not private: it is in the journal, and never forgotten")
    return table
