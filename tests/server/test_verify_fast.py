"""`hall verify` reads a row as SQLite writes it down and as Python does, and both say the same of every text there may be."""

import contextlib
import sqlite3
from concurrent.futures import ThreadPoolExecutor

import pytest
from tampered import opened

from server import actions
from server.record import audit, store
from server.record.ledger import canonical, fingerprint, seal

NUL = "\x00 SQLite ends a text here where it writes JSON"
ODD = ['a"b\\c', "\x01\x1f\x7f", "\b\t\n\f\r", "号\u2028\u2029𝄞", "</script>'", "[1,2]", "", None]


@pytest.mark.parametrize("text", ODD)
def test_sqlite_writes_the_text_that_is_hashed_as_the_journal_does(text):
    with contextlib.closing(sqlite3.connect(":memory:")) as db:
        row = (7, "2026-11-20T10:00:00.000+08:00", "x", text or "", text, text, canonical({"text": text}), "0" * 64)
        db.execute('CREATE TABLE events (seq, at, kind, actor, ticket, "window", body, prev)')
        db.execute("INSERT INTO events VALUES(?,?,?,?,?,?,?,?)", row)

        (written,) = db.execute(f"SELECT {audit.AS_HASHED} FROM events").fetchone()

    assert written == canonical(list(row))


@pytest.fixture
def stopped(ledger, take):
    """The folder of a hall with odd texts in its last rows, in which also SQLite ends one at a NUL."""
    take()
    prev, seq, keys = ledger._hash, ledger._seq, ledger.keys
    ledger.close()
    with contextlib.closing(sqlite3.connect(ledger.folder / store.DATABASE)) as db, db:
        for text in filter(None, [NUL, *ODD]):
            seq += 1
            row = (seq, "2026-11-20T10:00:00.000+08:00", "alert.noted", text, text, text, canonical({"text": text}))
            hash = fingerprint(*row, prev)
            db.execute("INSERT INTO events VALUES(?,?,?,?,?,?,?,?,?)", (*row, prev, hash))
            prev = hash
        db.execute("UPDATE head SET seq = ?, seal = ?", (seq, seal(keys, seq, prev)))
    return ledger.folder, seq


def test_rows_of_odd_texts_are_sound(stopped):
    folder, seq = stopped

    assert audit.verify(folder) == audit.Verdict(seq)


@pytest.mark.parametrize("column", ["at", "kind", "actor", "ticket", '"window"', "body", "prev", "hash"])
@pytest.mark.parametrize("last", [None, 5])
def test_one_changed_sign_anywhere_in_a_row_is_found(stopped, column, last):
    folder, seq = stopped
    with opened(folder) as db:
        db.execute(f"UPDATE events SET {column} = {column} || 'a' WHERE seq = ?", (seq - 2,))

    assert audit.verify(folder, last=last).bad in (seq - 2, seq - 1)


@pytest.mark.parametrize(("gone", "last", "bad"), [(3, None, 3), (3, 5, None), (-1, 5, -1)])
def test_a_row_that_is_missing_is_named_where_it_was_read(stopped, gone, last, bad):
    folder, seq = stopped
    with opened(folder) as db:
        db.execute("DELETE FROM events WHERE seq = ?", (gone if gone > 0 else seq + gone,))

    assert audit.verify(folder, last=last).bad == (bad if bad is None or bad > 0 else seq + bad)


def test_a_row_before_the_first_is_not_passed_over(stopped):
    folder, _ = stopped
    with opened(folder) as db:
        db.execute('INSERT INTO events SELECT 0, at, kind, actor, ticket, "window", body, prev, hash FROM events WHERE seq = 1')

    assert not audit.verify(folder).ok


@pytest.fixture
def in_shares(monkeypatch):
    """Reads in so many shares, in threads of this process."""
    monkeypatch.setattr(audit, "SHARE", 1)
    with ThreadPoolExecutor(2) as pool:
        yield lambda folder, shares: audit.verify(folder, pool=pool, shares=shares)


@pytest.mark.parametrize("shares", [1, 2, 7])
def test_a_journal_read_in_shares_gets_the_same_verdict(stopped, in_shares, shares):
    folder, seq = stopped
    assert in_shares(folder, shares) == audit.Verdict(seq)

    for bad in (seq, seq // 2, 1):
        with opened(folder) as db:
            db.execute("UPDATE events SET actor = actor || 'a' WHERE seq = ?", (bad,))
        found = in_shares(folder, shares)
        assert (found.bad, found) == (bad, audit.verify(folder))


def test_a_missing_row_between_two_shares_is_found(stopped, in_shares):
    folder, seq = stopped
    with opened(folder) as db:
        db.execute("DELETE FROM events WHERE seq = ?", (seq // 2,))

    assert in_shares(folder, 2) == audit.verify(folder) and audit.verify(folder).bad == seq // 2


def test_words_beside_the_journal_are_looked_at_in_shares_too(ledger, take, desk, in_shares):
    take()
    called = desk("1").call_next()
    desk("1").start_service(called)
    _, opened = desk("1").finish(called)
    ledger.do("pad:1", actions.evaluate, evaluation=opened.id, grade=1, comment="等得太久")

    found = in_shares(ledger.folder, 3)

    assert found.ok and found.words == 1 and found == audit.verify(ledger.folder)
