"""Rows <-> domain objects, and the only place that opens the database. No decisions here.

Exactly one connection of the whole hall writes (`open_writer`); everyone else reads with `open_reader` (mode=ro). Two connections that
write or checkpoint at once can corrupt a WAL database before SQLite 3.51.3.
"""

from __future__ import annotations

import contextlib
import gc
import json
import sqlite3
import typing
from collections.abc import Callable
from dataclasses import asdict, fields, is_dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache, lru_cache
from operator import attrgetter
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from config.codes import UNFINISHED, State

from ..domain.floor import TABLE_OF, TABLES, Floor, key_of
from ..domain.private import PRIVATE, Above, Below, But, Starting
from ..domain.texts import TEXTS, gathered
from .schema import codes_of_window, first_call, take_names

DATABASE = "hall.db"
ALL = TABLES | PRIVATE
ON_THE_FLOOR = {name: cls for name, cls in ALL.items() if name in Floor.__dataclass_fields__}
SIGNS = {Below: "<", Above: ">", But: "<>"}
T = typing.TypeVar("T")


class Occupied(Exception):
    """Another hall server already works on this folder."""

    def __init__(self, folder):
        super().__init__(f"Another hall server is working on {folder}: stop it first, or choose another --data.")


class RowUnreadable(sqlite3.DatabaseError):
    """A row is none that this program ever wrote: its page is damaged. Whoever meets it is told what a damaged database is told as."""

    sqlite_errorcode, sqlite_errorname = sqlite3.SQLITE_CORRUPT, "SQLITE_CORRUPT"

    def __init__(self, table: str):
        super().__init__(f"a row of {table} is damaged")


LAST_SIGN = "\U0010ffff"  # in the order of texts after all others
PLAIN = {str, int, float, bool, type(None), dict}  # what is in JSON as it is
LOCKED = "locked"  # stands in SQLite's sentence for it
WRITE_PATIENCE = 2.0  # s that a change waits for another program's write lock; then who asked is told, and asks again
CARRY_OVER = 4000  # pages of the log that a commit carries over into the database (fewer when nobody asks); some take two syncs more
WAL_KEPT = 16 << 20  # bytes: what the log beside the database is cut to once nobody reads an old state of it any more


def held_elsewhere(error: BaseException) -> bool:
    """Whether something failed only because another program holds a lock of the database: it passes, and nothing has changed."""
    return isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def wal_size(folder: Path) -> int:
    """Bytes of the log beside the database. It shrinks by itself, except while somebody goes on reading an old state."""
    try:
        return (folder / f"{DATABASE}-wal").stat().st_size
    except FileNotFoundError:
        return 0


def open_writer(folder: Path) -> sqlite3.Connection:
    """The one writing connection: WAL, every commit synced to the disk, transactions only where we say so."""
    path = folder / DATABASE
    with contextlib.suppress(OSError):  # what is wrong with the folder is said by the next line
        path.touch(0o600)
        path.chmod(0o600)  # nobody else on this machine reads a hall; -wal and -shm take the same rights from it
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=WRITE_PATIENCE)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute(f"PRAGMA journal_size_limit={WAL_KEPT}")
    connection.execute(f"PRAGMA wal_autocheckpoint={CARRY_OVER}")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA secure_delete=ON")  # what is forgotten is written over, also in pages that are free
    connection.execute("PRAGMA foreign_keys=ON")
    connection.row_factory = sqlite3.Row
    return connection


def carry_over(connection: sqlite3.Connection) -> None:
    """Writes into the database what the log holds of it, as far as nobody reads an older state, so that no commit has to. Where the disk
    will not, the next commit says so."""
    with contextlib.suppress(sqlite3.Error):
        connection.execute("PRAGMA wal_checkpoint(PASSIVE)")


def emptied_log(connection: sqlite3.Connection) -> bool:
    """Whether everything of the log stands in the database now and the log is empty: not while somebody reads an older state. It waits
    for nobody."""
    connection.execute("PRAGMA busy_timeout=0")
    try:
        return connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
    finally:
        connection.execute(f"PRAGMA busy_timeout={int(WRITE_PATIENCE * 1000)}")


def open_reader(folder: Path) -> sqlite3.Connection:
    """A connection that can only read. Raises FileNotFoundError where there is no database."""
    path = (Path(folder) / DATABASE).resolve()
    if not path.exists():
        raise FileNotFoundError(path)
    connection = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, isolation_level=None, check_same_thread=False, timeout=5)
    connection.row_factory = sqlite3.Row
    return connection


def last_at(folder: Path) -> int:
    """When the last event of the hall in a folder was recorded (ms); 0 where there is none."""
    try:
        with contextlib.closing(open_reader(folder)) as reader:
            return moment_of(reader.execute("SELECT at FROM events ORDER BY seq DESC LIMIT 1").fetchone())
    except (FileNotFoundError, sqlite3.OperationalError):  # no tables yet
        return 0


def moment_of(event: sqlite3.Row | None) -> int:
    """A recorded event's time (ms); 0 of none."""
    return int(datetime.fromisoformat(event["at"]).timestamp() * 1000) if event else 0


def timezone(folder: Path) -> str | None:
    """The time zone of the hall in a folder; None where there is no hall yet."""
    try:
        reader = open_reader(folder)
    except FileNotFoundError:
        return None
    try:
        row = reader.execute("SELECT timezone FROM hall").fetchone()
    except sqlite3.OperationalError:  # no tables yet
        row = None
    finally:
        reader.close()
    return row["timezone"] if row else None


@cache
def _shape(cls: type) -> TypeAdapter[Any]:
    return TypeAdapter(cls)


@cache
def columns(cls: type) -> tuple[str, ...]:
    """The names of a thing's attributes. The column of `class_` is `class`."""
    return tuple(f.name for f in fields(cls))


@cache
def _in_json(cls: type) -> tuple[str, ...]:
    """Those whose cell is JSON text."""
    hints = typing.get_type_hints(cls)
    return tuple(name for name in columns(cls) if (typing.get_origin(hints[name]) or hints[name]) in (tuple, dict))


@cache
def _reserved(cls: type) -> tuple[str, ...]:
    return tuple(name for name in columns(cls) if name.endswith("_"))


@cache
def _read(cls: type) -> tuple[tuple[str, ...], Callable[[Any], Any]]:
    """The columns of a thing and how their values are read, all at once."""
    names = columns(cls)
    read: Callable[[Any], Any] = attrgetter(*names) if len(names) > 1 else lambda thing: tuple(getattr(thing, name) for name in names)
    return tuple(name.rstrip("_") for name in names), read


def row_of(thing: Any) -> dict[str, Any]:
    """{column: JSON value} of a thing."""
    names, read = _read(type(thing))
    return {name: v if v.__class__ in PLAIN else jsonable(v) for name, v in zip(names, read(thing), strict=True)}


def jsonable(value: Any) -> Any:
    """A field's value as JSON has it."""
    if value.__class__ in PLAIN:
        return value
    if isinstance(value, tuple):
        return [jsonable(v) for v in value]
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    return str(value) if isinstance(value, StrEnum) else value


def thing_of(cls: type[T], row: Any) -> T:
    """The thing of a row {column: JSON value or cell}. RowUnreadable where a damaged page gave something else."""
    made: dict[str, Any] = dict(row)
    try:
        for name in _in_json(cls):
            text = made[name]
            if isinstance(text, str):
                made[name] = [] if text == "[]" else {} if text == "{}" else json.loads(text)  # most cells are empty
        for name in _reserved(cls):
            made[name] = made.pop(name.rstrip("_"))
        return _shape(cls).validate_python(made)
    except (ValueError, KeyError) as error:
        raise RowUnreadable(TABLE_OF[cls]) from error


def find(connection: sqlite3.Connection, cls: type[T], *, most: int | None = None, last: str | None = None, **where) -> list[T]:
    """The things of which every column named fits: a value (one of several, in a list), or Below, Above, But, Starting. In the order in
    which they were written down, or, with `last`, those first that are last by that column; `most` of them."""
    condition_, values = condition(where)
    order = f'"{last}" DESC' if last else "+rowid" if where and most is None else "rowid"  # + : by the index of what fits, then sorted
    limit = "" if most is None else f" LIMIT {most}"
    rows = connection.execute(f"SELECT * FROM {TABLE_OF[cls]}{condition_} ORDER BY {order}{limit}", values)
    return [thing_of(cls, row) for row in rows]


def fetch(connection: sqlite3.Connection, cls: type[T], key: str) -> T | None:
    """The one thing with this key."""
    row = connection.execute(f'SELECT * FROM {TABLE_OF[cls]} WHERE "{getattr(cls, "KEY", "id")}" = ?', (key,)).fetchone()
    return thing_of(cls, row) if row else None


def condition(where: dict) -> tuple[str, list]:
    """(" WHERE …" or "", its values)."""
    parts, values = [], []
    for name, wanted in where.items():
        column = f'"{name.rstrip("_")}"'
        if isinstance(wanted, list | tuple):
            parts.append(f"{column} IN ({','.join('?' * len(wanted))})")
            values += wanted
        elif isinstance(wanted, Starting):
            parts.append(f"{column} >= ? AND {column} < ?")
            values += [wanted.start, wanted.start + LAST_SIGN]
        else:
            sign = SIGNS.get(type(wanted))
            parts.append(f"{column} {sign or '='} ?")
            values.append(wanted if sign is None else wanted.value if isinstance(wanted, But) else wanted.than)
    return (" WHERE " + " AND ".join(parts) if parts else ""), values


_text = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def cell(value: Any) -> Any:
    """A JSON value as a cell of a table: the same text whether it comes live or out of the journal."""
    return _text(value) if value.__class__ in (list, dict) else value


def key_column(table: str) -> str:
    return getattr(ALL[table], "KEY", "id")


def apply(connection: sqlite3.Connection, changes: dict[str, dict[str, dict | None]]) -> None:
    """Writes {table: {key: {column: JSON value}}} into the tables; a row that is None is removed. The one projector, live and in replay."""
    for table, rows in changes.items():
        if table not in ALL:
            raise ValueError(f"no table {table!r}")
        key_name = key_column(table)
        for key, row in rows.items():
            if row is None:
                connection.execute(f'DELETE FROM {table} WHERE "{key_name}" = ?', (key,))
                continue
            row = _with_texts(connection, table, key, row)
            if table == "windows":
                row, named = codes_of_window(row)
                take_names(connection, named)
            names = list(row)
            cells = [cell(row[n]) for n in names]
            if row.get(key_name) == key:  # a whole row
                connection.execute(_insert(table, tuple(names)), cells)
            else:
                connection.execute(_update(table, tuple(names)), [*cells, key])
                for at in first_call(row) if table == "tickets" else ():
                    kept = "coalesce(first_called_at, ?)" if at else "?"
                    connection.execute(f"UPDATE tickets SET first_called_at = {kept} WHERE id = ?", (at, key))


@lru_cache(512)
def _insert(table: str, names: tuple[str, ...]) -> str:
    quoted = ",".join(f'"{n}"' for n in names)
    return f"INSERT INTO {table}({quoted}) VALUES({','.join('?' * len(names))})"


@lru_cache(512)
def _update(table: str, names: tuple[str, ...]) -> str:
    pairs = ",".join(f'"{n}"=?' for n in names)
    return f'UPDATE {table} SET {pairs} WHERE "{key_column(table)}" = ?'


def _with_texts(connection: sqlite3.Connection, table: str, key: str, row: dict) -> dict:
    """The row of an event; one that was written while a text had a column for each language (`name`, `name_en`) gets its texts whole."""
    if table not in TEXTS:
        return row
    old_form = {k for k in row if k.removesuffix("_en") in TEXTS.get(table, ()) and not isinstance(row[k], dict)}
    if not old_form:
        return row
    texts = ",".join(TEXTS[table])
    cells = connection.execute(f'SELECT {texts} FROM {table} WHERE "{key_column(table)}" = ?', (key,)).fetchone() or ()
    return gathered(table, row, dict(zip(TEXTS[table], map(json.loads, cells), strict=False)))


def difference(before, after) -> dict:
    """The columns in which `after` differs; the whole row (with its key) when there was none before."""
    row = row_of(after)
    if before is None:
        return row
    was = row_of(before)
    return {name: value for name, value in row.items() if was[name] != value}


# Of tables that hold years, what the picture of a day has: each by an index, so that a start reads the day and what is open.
# `+rowid` (an expression, not the column): in the order in which they were written, without looking through the table in it.
# as the index unfinished_tickets has it, else it would not be used
LIVE_NOW = f"state IN ({', '.join(repr(state.value) for state in State if state in UNFINISHED)})"
OF_TODAY = {
    "tickets": f"WHERE day = :day OR {LIVE_NOW}",
    "evaluations": """WHERE rowid IN (
        SELECT rowid FROM evaluations WHERE state = 'open' UNION
        SELECT e.rowid FROM tickets t CROSS JOIN evaluations e ON e.id > t.id || '.' AND e.id < t.id || '/' WHERE t.day = :day)""",
    "cases": "WHERE state <> 'closed'",
    "alerts": "WHERE state <> 'cleared'",
    "visitors": f"""WHERE ticket IN (
        SELECT id FROM tickets WHERE day = :day UNION SELECT id FROM tickets WHERE {LIVE_NOW} AND state = 'booked')""",
    "counters": "WHERE id >= :counters AND id < :no_more",
    "loans": "WHERE day = :day",
    "messages": "WHERE at >= :since",
    "helps": "WHERE at >= :since",
    "message_words": "WHERE at >= :since",
}


def load_floor(connection: sqlite3.Connection, day: str) -> Floor:
    """The hall as the tables have it: small tables whole, tickets that are unfinished or of `day`."""
    collects = gc.isenabled()
    gc.disable()  # it would look through a million new links again and again: half of the time that a full day takes
    try:
        return _floor(connection, day)
    finally:
        if collects:
            gc.enable()


def _floor(connection: sqlite3.Connection, day: str) -> Floor:
    tables = {}
    since = int(datetime.fromisoformat(f"{day}T00:00:00+00:00").timestamp() * 1000) - 86_400_000  # a day more than needed, in any zone
    given = {"day": day, "since": since, "counters": f"{day}/", "no_more": f"{day}0"}  # 0 is the sign after /
    for table, cls in ON_THE_FLOOR.items():
        rows = connection.execute(f"SELECT * FROM {table} {OF_TODAY.get(table, '')} ORDER BY +rowid", given)
        tables[table] = {key_of(t): t for t in (thing_of(cls, row) for row in rows)}
    (seq,) = connection.execute("SELECT coalesce(max(seq), 0) FROM events").fetchone()
    return Floor(seq=seq, day=day, **tables)
