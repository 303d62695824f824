"""What windows are for and where they are, as reports count by it: as the windows are now. It only reads."""

from __future__ import annotations

import sqlite3

from ..domain.floor import Floor
from ..domain.texts import Text
from ..domain.things import Setting, Window
from ..record import store


def windows_by(reader: sqlite3.Connection) -> dict[str, dict[str, Text]]:
    """{"type": {window: what it is for, in every language}, "zone": {window: its zone}}; a window that stands in no zone has none."""
    settings = {name: kept for name in ("types", "zones") if (kept := store.fetch(reader, Setting, name))}
    return Floor(settings=settings, windows={w.no: w for w in store.find(reader, Window)}).windows_by
