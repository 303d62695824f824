"""The hall's picture in another process: drawn from the tables, then moved on by what the journal says has changed. It only reads.

What is kept beside the journal (visitors, messages) is as it was when the picture was last drawn whole, once a day.
"""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from ..domain.dispatch import LookedAhead
from ..domain.floor import Floor
from . import store
from .ledger import day_of

MOST = 5_000  # events after which the picture is drawn anew


class Follower:
    """In the place of a ledger for whoever only looks."""

    def __init__(self, folder: Path, zone: ZoneInfo, clock: Callable[[], int]):
        self.folder, self.zone, self.clock = folder, zone, clock
        self.waits = None
        self.ahead: dict[str, LookedAhead] = {}
        self._connection = store.open_reader(folder)
        self._lock = threading.Lock()
        with self._one_moment():
            self._floor = self._whole()

    @property
    def floor(self) -> Floor:
        """The hall with all that is on the disk by now."""
        with self._lock, self._one_moment():
            floor, news = self._floor, self._news(self._floor.seq)
            if len(news) > MOST or day_of(self.clock(), self.zone) != floor.day:
                floor = self._whole()
            rows: dict[tuple[str, str], Any] = {}
            for seq, changed in news if floor is self._floor else ():  # one by one: lines are in the order in which things happened
                for at in changed:
                    rows[at] = rows[at] if at in rows else self._row(*at)
                some: dict[str, dict[str, object | None]] = {}
                for table, key in changed:
                    some.setdefault(table, {})[key] = rows[table, key]
                floor = floor.with_rows(seq, some)
            self._floor = floor
            return floor

    def close(self) -> None:
        self._connection.close()

    @contextlib.contextmanager
    def _one_moment(self):
        """All that is read within is of one state of the database."""
        self._connection.execute("BEGIN")
        try:
            yield
        finally:
            self._connection.execute("COMMIT")

    def _whole(self) -> Floor:
        return store.load_floor(self._connection, day_of(self.clock(), self.zone))

    def _news(self, seq: int) -> list[tuple[int, list[tuple[str, str]]]]:
        """(seq, [(table, key) that it changed]) of each event after `seq`."""
        rows = self._connection.execute("SELECT seq, body FROM events WHERE seq > ? ORDER BY seq LIMIT ?", (seq, MOST + 1))
        changes = ((row["seq"], json.loads(row["body"]).get("set", {})) for row in rows)
        return [(seq, [(table, key) for table in some if table in store.ON_THE_FLOOR for key in some[table]]) for seq, some in changes]

    def _row(self, table: str, key: str) -> object | None:
        """As the table has it now; None where it is gone."""
        return store.fetch(self._connection, store.ON_THE_FLOOR[table], key)
