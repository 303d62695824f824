"""Whether the words kept beside the journal are those that its events cover by fingerprints. Reads only; what words are is said in
domain/private.py.

A word may be forgotten, with an event that says so; it is never changed, nor gone without one. Rows of versions that had no fingerprints
have no salt, and are passed over.
"""

from __future__ import annotations

import json
import sqlite3

from ..domain.private import PRIVATE, fingerprints, words_of

MARKS = ('"fingerprints":{', '"forgotten":{')
GONE = "the words kept beside it are missing, and no event says that they were forgotten"
CHANGED = "the words kept beside it are not what was written"
ADDED = "words beside the journal are covered by no event"


class Covered:
    """Is shown every event in order, then looks at the words. `words` and `forgotten` count fields of rows."""

    def __init__(self):
        self._last: dict[tuple[str, str, str], int] = {}  # (table, key, field) -> the event that covers it
        self.words = self.forgotten = 0

    def see(self, seq: int, text: str) -> None:
        """The body of an event, as it stands."""
        if MARKS[0] not in text and MARKS[1] not in text:
            return
        body = json.loads(text)
        for table, rows in body.get("fingerprints", {}).items():
            self._last |= {(table, key, field): seq for key, fields in rows.items() for field in fields}
        for table, keys in body.get("forgotten", {}).items():
            fields = getattr(PRIVATE.get(table), "WORDS", ())
            self.forgotten += sum(self._last.pop((table, key, field), 0) > 0 for key in keys for field in fields)

    def wrong(self, db: sqlite3.Connection) -> tuple[int | None, str]:
        """(the first event whose words are not as it says, a sentence), or (None, "")."""
        bad = [found for place, seq in self._last.items() if (found := self._at(db, seq, *place))]
        self.words = len(self._last) - len(bad)
        bad += self._uncovered(db)
        return min(bad, default=(None, ""))

    def _at(self, db: sqlite3.Connection, seq: int, table: str, key: str, field: str) -> tuple[int, str] | None:
        cls = PRIVATE[table]
        row = db.execute(f"SELECT * FROM {table} WHERE {cls.KEY} = ?", (key,)).fetchone()
        if row is None or not row[field]:
            return seq, GONE
        (body,) = db.execute("SELECT body FROM events WHERE seq = ?", (seq,)).fetchone()
        written = json.loads(body)["fingerprints"][table][key][field]
        return None if fingerprints(row, cls).get(field) == written else (seq, CHANGED)

    def _uncovered(self, db: sqlite3.Connection) -> list[tuple[int, str]]:
        """Words of rows with a salt, which only an event gives them, that no event covers; told of the journal as a whole."""
        for table, cls in PRIVATE.items():
            if not hasattr(cls, "WORDS") or "salt" not in {column["name"] for column in db.execute(f"PRAGMA table_info({table})")}:
                continue
            for row in db.execute(f"SELECT * FROM {table} WHERE salt <> ''"):
                if any((table, row[cls.KEY], field) not in self._last for field in words_of(row, cls)):
                    return [(0, ADDED)]
        return []
