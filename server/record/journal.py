"""The journal as it is read: what came after an event, what was called, what happened to a ticket. Reads only."""

from __future__ import annotations

import itertools
import json
import sqlite3

from .schema import HAS_SUBJECT, SUBJECT

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
    thing: str | None = None,
    number: str | None = None,
    day: str | None = None,
    window: str | None = None,
    actor: str | None = None,
    kind: str | None = None,
) -> list[dict]:
    """Rows in order; without gaps where nothing is asked for. With `before`: the last ones before it. `thing`: see THINGS."""
    asked = {"number": number, "day": day, "window": window, "actor": actor, "kind": kind}
    what, _, key = (thing or "").partition(":")
    wanted = [*([THINGS[what]] if thing else []), *(ASKED[name] for name, value in asked.items() if value)]
    # by the index of what finds fewest alone: by that of another it would look at a year of calls
    narrowed = "".join(f" AND {form.replace('@', '+' if n else '')}" for n, form in enumerate(wanted))
    edge, order = ("<", "DESC") if before else (">", "ASC")
    values = asked | {"thing": thing, "key": key, "ticket": key.partition(".")[0], "edge": before or after, "limit": limit}
    rows = reader.execute(f"SELECT * FROM events WHERE seq {edge} :edge{narrowed} ORDER BY seq {order} LIMIT :limit", values)
    found = [_row(r) for r in rows]
    return found[::-1] if before else found


# All days of which there are tickets, from one to the next by the index: a number is looked up in each.
NUMBERS = """(
    WITH RECURSIVE days(day) AS (
        SELECT min(day) FROM tickets UNION ALL
        SELECT (SELECT min(t.day) FROM tickets t WHERE t.day > days.day) FROM days WHERE days.day IS NOT NULL
    ) SELECT t.id FROM days CROSS JOIN tickets t ON t.day = days.day AND t.number = :number)"""
# What is asked for, in the order in which it finds fewest; `@` stands where a + keeps an index from being used.
ASKED = {
    "number": f"@ticket IN {NUMBERS}",
    "day": "@substr(at, 1, 10) = :day",
    "window": '@"window" = :window',
    "actor": "@actor = :actor",
    "kind": "@kind = :kind",
}


def _about(also: str) -> str:
    return f"""seq IN (
    SELECT seq FROM events WHERE {HAS_SUBJECT} AND {SUBJECT} = :thing
    UNION {also})"""


def _loaded(table: str) -> str:
    return f"SELECT seq FROM events WHERE kind = 'hall.loaded' AND EXISTS (SELECT 1 FROM json_each(body, '$.set.{table}') WHERE key = :key)"


# thing -> the events of its history, from its making on: that of the setting `rules` is of `setting:rules`, a case is its evaluation's id
THINGS = {
    "setting": _about(_loaded("settings")),
    "service": _about(f"""{_loaded("services")} UNION
    SELECT seq FROM events WHERE {HAS_SUBJECT} AND {SUBJECT} = 'service:'
        AND EXISTS (SELECT 1 FROM json_each(body, '$.set.services') WHERE key = :key)"""),
    "window": _about(_loaded("windows")),
    "staff": _about("""SELECT seq FROM events WHERE kind = 'window.assigned'
        AND :key IN (json_extract(body, '$.staff'), json_extract(body, '$.beside'))"""),
    "case": """seq IN (
    SELECT seq FROM events WHERE ticket = :ticket
        AND (json_extract(body, '$.evaluation') = :key OR json_extract(body, '$.case') = :key)
    UNION SELECT seq FROM events WHERE kind = 'words.forgotten'
        AND EXISTS (SELECT 1 FROM json_each(body, '$.forgotten.comments') WHERE value = :key))""",
    "ticket": "@ticket = :key",
}


def calls(reader: sqlite3.Connection, upto: int, since: str, limit: int, window: str | None = None) -> list[dict]:
    """The last calls that still hold, the latest first: up to the event `upto`, not before the instant `since` (RFC 3339)."""
    at_window = 'AND "window" = ?' if window else ""
    rows = reader.execute(
        "SELECT * FROM events INDEXED BY calls_in_order "
        f"WHERE kind IN ('ticket.called', 'ticket.recalled') AND seq <= ? AND at >= ? {at_window} "
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
    sql = f'SELECT at, kind, "window" FROM events INDEXED BY window_states WHERE {kinds} AND at >= ? AND at < ? ORDER BY seq'
    return [(row["at"], row["kind"], row["window"]) for row in reader.execute(sql, (first, last + "U"))]


def _row(row: sqlite3.Row) -> dict:
    return dict(row) | {"body": json.loads(row["body"])}
