"""How the database of a hall's folder is: whole, of this program, and sealed with the key beside it. It only reads."""

from __future__ import annotations

import contextlib
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from ..domain.things import Staff
from . import ledger, schema, store
from .keys import HallUnfit


@dataclass(kw_only=True)
class Condition:
    rows: int = 0
    last_at: str = ""  # of the last event, as it stands in the journal (RFC 3339)
    damage: str = ""  # what SQLite says
    unfit: HallUnfit | None = None
    older: bool = False
    newer: bool = False


def of(folder: Path) -> Condition:
    """Reads every page of the database (seconds for gigabytes). FileNotFoundError where there is none."""
    found = Condition()
    try:
        ledger.ensure_no_loss(folder)
        with contextlib.closing(store.open_reader(folder)) as reader:
            said = [line for (line,) in reader.execute("PRAGMA quick_check(1)")]
            found.damage = "" if said == ["ok"] else said[0].splitlines()[-1]
            try:
                schema.ensure_whole(reader)
            except schema.SchemaNewer:
                found.newer = True
            except schema.SchemaOlder:
                found.older = True
            last = reader.execute("SELECT seq, at FROM events ORDER BY seq DESC LIMIT 1").fetchone()
            if last:
                found.rows, found.last_at = last
            ledger.fitting_keys(folder, reader)
    except HallUnfit as unfit:
        found.unfit = unfit
    except (sqlite3.DatabaseError, schema.TablesMissing) as error:
        found.damage = found.damage or str(error)
    return found


def people(folder: Path) -> list[Staff]:
    """Everybody with an account."""
    with contextlib.closing(store.open_reader(folder)) as reader:
        return store.find(reader, Staff)
