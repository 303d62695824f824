"""Data folders as earlier versions of the program left them. No tests here."""

import contextlib
import sqlite3
from pathlib import Path

BEFORE_TEXTS, BEFORE_FIRST_CALLS, BEFORE_MORE_TEXTS = (f"hall_before_{what}.sql" for what in ("texts", "first_calls", "more_texts"))


def unpacked(name, folder):
    """A data folder as the older program left it."""
    return written((Path(__file__).with_name("server") / name).read_text(encoding="utf-8"), folder)


def written(dump, folder):
    """A data folder out of a dump of its database, with its key in a line at the top."""
    key = dump.split("made for this test: ")[1].split("\n")[0]
    (folder / "hall.key").write_bytes(bytes.fromhex(key))
    with contextlib.closing(sqlite3.connect(folder / "hall.db", isolation_level=None)) as db:
        db.execute("PRAGMA synchronous=OFF")
        db.executescript(dump)
    return folder
