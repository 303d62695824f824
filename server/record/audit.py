"""Proof of the journal: `verify` reads its chain, `replay` rebuilds every projection from it and compares. Reads only."""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import sqlite3
import tempfile
from binascii import hexlify
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path

from ..domain.floor import TABLES
from ..domain.private import KeptDay
from . import fingerprints, schema, store, visits
from .keys import HallUnfit, Keys
from .ledger import FIRST_HASH, fingerprint, seal

AS_HASHED = 'json_array(seq, at, kind, actor, ticket, "window", body, prev)'
MARKED = re.compile(b"|".join(re.escape(json.dumps(mark)[1:-1].encode()) for mark in fingerprints.MARKS))  # in a body within that text
SHARE = 50_000  # rows for which a process of their own pays
MISFITS = {
    "key_missing": "hall.key is missing: whether the chain is this hall's cannot be told",
    "key_short": "hall.key is not whole: whether the chain is this hall's cannot be told",
}


@dataclass(frozen=True)
class Verdict:
    """`rows` read; `bad` is the sequence number of the first bad row (0: the journal as a whole), `reason` a sentence. Of the words kept
    beside the journal, `words` are as their events say, and `forgotten` were forgotten with an event that says so."""

    rows: int
    bad: int | None = None
    reason: str = ""
    words: int = 0
    forgotten: int = 0

    @property
    def ok(self) -> bool:
        return self.bad is None


def verify(folder: Path, *, last: int | None = None, pool: Executor | None = None, shares: int = 1) -> Verdict:
    """Recomputes every hash, then those of the words kept beside the journal; with `last` only the hashes of so many rows at the end.
    A long journal is read in `shares` at once by a `pool`. Works beside a running server (one read transaction). FileNotFoundError where
    there is no database."""
    db = store.open_reader(folder)
    try:
        db.execute("BEGIN")
        seq, prev, covered = 0, FIRST_HASH, fingerprints.Covered()
        try:
            (first,) = db.execute("SELECT min(seq) FROM events").fetchone()  # asked for both at once, SQLite looks through all
            (end,) = db.execute("SELECT coalesce(max(seq), 0) FROM events").fetchone()
            if last is not None and end > last:
                seq, prev = db.execute("SELECT seq, hash FROM events WHERE seq <= ? ORDER BY seq DESC LIMIT 1", (end - last,)).fetchone()
            elif first is not None and first < 1:
                return Verdict(0, 1, "a row stands before the first")
            elif pool is not None and end >= shares * SHARE:
                seq, prev = _read_in_shares(folder, pool, shares, end, covered)
            while True:
                seq, prev = _read_on(db, seq, prev, end, covered.see)
                row = db.execute("SELECT * FROM events WHERE seq > ? ORDER BY seq LIMIT 1", (seq,)).fetchone()
                if row is None:
                    break
                if wrong := _wrong(row, seq, prev):
                    return Verdict(seq, row["seq"] if row["seq"] == seq + 1 else seq + 1, wrong)
                seq, prev = row["seq"], row["hash"]
                covered.see(seq, row["body"])
            head = db.execute("SELECT seq, seal FROM head").fetchone()
            words = covered.wrong(db) if last is None else (None, "")
        except sqlite3.DatabaseError as error:
            return Verdict(seq, seq + 1, f"the database cannot be read here: {error}")
        verdict = _check_head(Path(folder), head, seq, prev)
        if not verdict.ok or last is not None:
            return verdict
        return Verdict(seq, *words, covered.words, covered.forgotten)
    finally:
        db.close()


def _read_in_shares(folder: Path, pool: Executor, shares: int, end: int, covered: fingerprints.Covered) -> tuple[int, str]:
    """-> (seq, hash) of the last row up to which all shares are sound. Each begins with the hash of a row that the one before it proves."""
    seq, prev = 0, FIRST_HASH
    bounds = [end * n // shares for n in range(shares + 1)]
    for upto, (read, hash, marked) in zip(bounds[1:], pool.map(_read_share, [folder] * shares, bounds[:-1], bounds[1:]), strict=True):
        for at, body in marked:
            covered.see(at, body)
        seq, prev = read, hash
        if read < upto:
            break
    return seq, prev


def _read_share(folder: Path, after: int, upto: int) -> tuple[int, str, list[tuple[int, str]]]:
    """-> (seq, hash) of the last sound row, and the bodies that speak of words kept beside the journal."""
    marked: list[tuple[int, str]] = []
    with contextlib.closing(store.open_reader(folder)) as db:
        row = db.execute("SELECT hash FROM events WHERE seq = ?", (after,)).fetchone()
        prev = row["hash"] if row else FIRST_HASH
        return *_read_on(db, after, prev, upto, lambda at, body: marked.append((at, body))), marked


def _read_on(db: sqlite3.Connection, seq: int, prev: str, upto: int, see: Callable[[int, str], object]) -> tuple[int, str]:
    """-> (seq, hash) of the last row after which one is not plainly sound: whether that one is bad, and why, is `_wrong`'s to say.
    `see` is shown the bodies that speak of words kept beside the journal.

    SQLite writes the text that is hashed, as ledger.canonical does; Python touches only its bytes. A text that SQLite wrote otherwise
    would have another hash, and its row be looked at by `_wrong`: so it cannot be taken for good by mistake.
    """
    sha, marked, before = hashlib.sha256, MARKED.search, prev.encode()
    rows = db.cursor()
    rows.row_factory = None
    db.text_factory = bytes
    try:
        for this, text, hash in rows.execute(
            f"SELECT seq, {AS_HASHED}, hash FROM events WHERE seq > ? AND seq <= ? ORDER BY seq", (seq, upto)
        ):
            if hexlify(sha(text).digest()) != hash or this != seq + 1 or text[-66:-2] != before:
                break
            if marked(text):
                see(this, json.loads(text)[6])
            seq, before = this, hash
    except sqlite3.DatabaseError:  # said by whoever reads the row by itself
        pass
    finally:
        rows.close()
        db.text_factory = str
    return seq, before.decode()


def _wrong(row, seq: int, prev: str) -> str:
    if row["seq"] != seq + 1:
        return f"row {seq + 1} is missing"
    if row["prev"] != prev:
        return "it does not follow the row before it (prev)"
    if row["hash"] != fingerprint(*(row[c] for c in ("seq", "at", "kind", "actor", "ticket", "window", "body", "prev"))):
        return "its content is not what was written (hash)"
    return ""


def _check_head(folder: Path, head, seq: int, hash: str) -> Verdict:
    """The sealed head shows a cut tail, and a chain that was written anew without the hall's key."""
    if head is None:
        return Verdict(seq) if seq == 0 else Verdict(seq, seq, "the sealed head is missing")
    if head["seq"] > seq:
        return Verdict(seq, seq + 1, f"rows {seq + 1} to {head['seq']} are missing at the end")
    if head["seq"] < seq:
        return Verdict(seq, head["seq"] + 1, "rows were added without the hall server")
    try:
        keys = Keys.of(folder)
    except HallUnfit as unfit:
        return Verdict(seq, seq, MISFITS[unfit.code])
    if seal(keys, seq, hash) != head["seal"]:
        return Verdict(seq, seq, "the seal of the last row is not this hall's: the chain was written anew")
    return Verdict(seq)


def replay(folder: Path) -> list[str]:
    """Rebuilds all projections from the journal in a database of its own; one sentence for each difference, none when all is well."""
    db = store.open_reader(folder)
    with tempfile.TemporaryDirectory() as scratch:
        built = sqlite3.connect(Path(scratch) / "replay.db", isolation_level=None)
        try:
            built.execute("PRAGMA synchronous=OFF")
            schema.prepare(built)
            db.execute("BEGIN")
            built.execute("BEGIN")
            for row in db.execute("SELECT seq, body FROM events ORDER BY seq"):
                try:
                    store.apply(built, json.loads(row["body"]).get("set", {}))
                except (sqlite3.Error, ValueError) as error:
                    return [f"event {row['seq']} cannot be applied: {error}"]
            built.execute("COMMIT")
            built.row_factory = sqlite3.Row
            return [sentence for table in TABLES for sentence in _differences(db, built, table)] + _kept_days(db, built)
        finally:
            built.close()
            db.close()


def _kept_days(db: sqlite3.Connection, built: sqlite3.Connection) -> list[str]:
    """Past days that are kept for reports, and are not what the journal's own numbers give."""
    found = []
    for kept in store.find(db, KeptDay):
        if kept.legs is not None and visits.kept_day(built, kept.day) != kept:
            found.append(f"kept_days {kept.day}: its figures are not those of its numbers in the journal")
    return found


def _differences(db: sqlite3.Connection, built: sqlite3.Connection, table: str) -> list[str]:
    key = store.key_column(table)
    rows = [iter(c.execute(f'SELECT * FROM {table} ORDER BY "{key}"')) for c in (db, built)]
    found = []
    here, there = (next(r, None) for r in rows)
    while here is not None or there is not None:
        if here is not None and (there is None or here[key] < there[key]):
            found.append(f"{table} {here[key]}: is in the table but in no event")
            here = next(rows[0], None)
        elif there is not None and (here is None or there[key] < here[key]):
            found.append(f"{table} {there[key]}: is in the journal but not in the table")
            there = next(rows[1], None)
        elif here is not None and there is not None:
            for column in here.keys():  # noqa: SIM118  a Row iterates over values
                if here[column] != there[column]:
                    found.append(f"{table} {here[key]}: {column} is {here[column]!r}, by the journal {there[column]!r}")
            here, there = (next(r, None) for r in rows)
    return found
