"""Data folders as earlier versions of the program left them. No tests here."""

import sqlite3
from pathlib import Path

BEFORE_TEXTS, BEFORE_FIRST_CALLS, BEFORE_MORE_TEXTS = (f"hall_before_{what}.sql" for what in ("texts", "first_calls", "more_texts"))


def unpacked(name, folder):
    """A data folder as the older program left it."""
    old = (Path(__file__).with_name("server") / name).read_text(encoding="utf-8")
    key = old.split("made for this test: ")[1].split("\n")[0]
    (folder / "hall.key").write_bytes(bytes.fromhex(key))
    db = sqlite3.connect(folder / "hall.db")
    db.executescript(old)
    db.close()
    return folder
