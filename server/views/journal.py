"""The journal's rows."""

from __future__ import annotations

import json
import sqlite3


def events(reader: sqlite3.Connection, after: int, limit: int) -> list[dict]:
    """Rows of the journal in order, without gaps."""
    rows = reader.execute("SELECT * FROM events WHERE seq > ? ORDER BY seq LIMIT ?", (after, limit))
    return [dict(r) | {"body": json.loads(r["body"])} for r in rows]
