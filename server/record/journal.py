"""The journal as it is read: what came after an event, what was called, what happened to a ticket. Reads only."""

from __future__ import annotations

import itertools
import json
import sqlite3

CALLS = ("ticket.called", "ticket.recalled")
# a call that was taken back was not made: the next thing that happened to its ticket, but for calling it again, is that
NOT_TAKEN_BACK = """(
    SELECT kind FROM events AS after WHERE after.ticket = events.ticket AND after.seq > events.seq AND after.kind <> 'ticket.recalled'
    ORDER BY after.seq LIMIT 1
) IS NOT 'call.undone'"""


def events(
    reader: sqlite3.Connection,
    after: int,
    limit: int,
    *,
    before: int | None = None,
    day: str | None = None,
    number: str | None = None,
    window: str | None = None,
) -> list[dict]:
    """Rows in order; without gaps where neither a day, nor a number, nor a window is asked for. With `before`: the last ones before it."""
    asked = {"substr(at, 1, 10) = ?": day, "json_extract(body, '$.number') = ?": number, '"window" = ?': window}
    wanted = {form: value for form, value in asked.items() if value}
    where = " AND ".join(["seq < ?" if before else "seq > ?", *wanted])
    order = "DESC" if before else "ASC"
    sql = f"SELECT * FROM events WHERE {where} ORDER BY seq {order} LIMIT ?"
    rows = [_row(r) for r in reader.execute(sql, (before or after, *wanted.values(), limit))]
    return rows[::-1] if before else rows


def calls(reader: sqlite3.Connection, upto: int, since: str, limit: int, window: str | None = None) -> list[dict]:
    """The last calls that still hold, the latest first: up to the event `upto`, not before the instant `since` (RFC 3339)."""
    at_window = 'AND "window" = ?' if window else ""
    rows = reader.execute(
        f"SELECT * FROM events WHERE kind IN ('ticket.called', 'ticket.recalled') AND seq <= ? AND at >= ? {at_window} "
        f"AND {NOT_TAKEN_BACK} ORDER BY seq DESC LIMIT ?",
        (upto, since, *([window] if window else []), limit),
    )
    return [_row(r) for r in rows]


def taken_back(reader: sqlite3.Connection, ticket: str, seq: int) -> list[int]:
    """The calls of a ticket that the event `seq` took back."""
    rows = reader.execute("SELECT seq, kind FROM events WHERE ticket = ? AND seq < ? ORDER BY seq DESC LIMIT 20", (ticket, seq)).fetchall()
    return [r["seq"] for r in itertools.takewhile(lambda r: r["kind"] in CALLS, rows)]


def of_ticket(reader: sqlite3.Connection, ticket: str, limit: int) -> list[dict]:
    """What has happened to a ticket, the latest first."""
    return [_row(r) for r in reader.execute("SELECT * FROM events WHERE ticket = ? ORDER BY seq DESC LIMIT ?", (ticket, limit))]


def window_changes(reader: sqlite3.Connection, first: str, last: str) -> list[tuple[str, str, str]]:
    """(RFC 3339, kind, window) of every opening, pausing and closing in the days `first` to `last`."""
    kinds = "kind IN ('window.opened', 'window.paused', 'window.closed')"
    sql = f'SELECT at, kind, "window" FROM events WHERE {kinds} AND at >= ? AND at < ? ORDER BY seq'
    return [(row["at"], row["kind"], row["window"]) for row in reader.execute(sql, (first, last + "U"))]


def _row(row: sqlite3.Row) -> dict:
    return dict(row) | {"body": json.loads(row["body"])}
