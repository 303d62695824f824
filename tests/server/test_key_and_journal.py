"""Key, journal and seal belong together: what is missing, short or foreign is said, and nothing is made anew in its place."""

import os
import sqlite3

import pytest

import hallfloor
from server.record import audit, keys, ledger
from server.record.keys import HallUnfit, Keys
from server.record.ledger import Ledger


@pytest.fixture
def stopped(ledger, take):
    """The folder of a hall that was stopped after a number."""
    take()
    ledger.close()
    return ledger.folder


def shortened(folder):
    (folder / "hall.key").write_bytes(b"")


def another(folder):
    (folder / "hall.key").write_bytes(bytes(32))


def emptied(folder):
    for name in ("hall.db-wal", "hall.db-shm"):
        (folder / name).unlink(missing_ok=True)
    (folder / "hall.db").write_bytes(b"")


def changed(*statements):
    def change(folder):
        with sqlite3.connect(folder / "hall.db") as db:
            db.execute("DROP TRIGGER events_are_never_changed")
            db.execute("DROP TRIGGER events_are_never_deleted")
            for statement in statements:
                db.execute(statement)
        db.close()

    return change


LAST = "seq = (SELECT max(seq) FROM events)"
HARM = {
    "no key": (lambda folder: (folder / "hall.key").unlink(), "key_missing"),
    "empty key": (shortened, "key_short"),
    "another key": (another, "key_foreign"),
    "no database": (lambda folder: [path.unlink() for path in folder.glob("hall.db*")], "database_missing"),
    "empty database": (emptied, "database_missing"),
    "no rows": (changed("DELETE FROM events"), "journal_cut"),
    "tail cut": (changed(f"DELETE FROM events WHERE {LAST}"), "journal_cut"),
    "head and tail": (changed("DELETE FROM head"), "journal_cut"),
    "written anew": (changed(f"UPDATE events SET hash = '{'0' * 64}' WHERE {LAST}"), "key_foreign"),
}


@pytest.mark.parametrize("harm", HARM)
def test_a_hall_whose_key_or_journal_is_not_whole_does_not_start_and_nothing_is_made_in_its_place(stopped, clock, harm):
    act, code = HARM[harm]
    act(stopped)
    before = {path.name: path.read_bytes() for path in stopped.iterdir() if path.name in ("hall.key", "hall.db")}

    for _ in range(2):
        with pytest.raises(HallUnfit) as said:
            Ledger(stopped, clock=clock)
        assert said.value.code == code

    after = {path.name: path.read_bytes() for path in stopped.iterdir() if path.name in ("hall.key", "hall.db")}
    assert after.get("hall.key") == before.get("hall.key") and after.keys() == before.keys()


@pytest.mark.parametrize("harm", HARM)
def test_the_command_says_what_to_do_in_both_languages(stopped, capsys, harm):
    HARM[harm][0](stopped)

    with pytest.raises(SystemExit) as ended:
        hallfloor.main(["server", "--data", str(stopped), "--port", "1"])

    said = capsys.readouterr().err.strip().splitlines()
    assert ended.value.code == 1 and len(said) == 2, said
    assert all("hall restore" in line and str(stopped) in line for line in said)


@pytest.mark.parametrize("harm", ["no key", "empty key", "another key"])
def test_verify_does_not_pass_a_chain_whose_key_is_gone(stopped, harm):
    HARM[harm][0](stopped)

    assert not audit.verify(stopped).ok


def test_a_new_hall_is_begun_where_it_is_asked_for_and_the_old_key_is_kept_aside(stopped, clock):
    old = (stopped / "hall.key").read_bytes()
    emptied(stopped)

    begun = Ledger(stopped, clock=clock, new=True)
    begun.close()

    assert (stopped / "hall.key.before").read_bytes() == old != (stopped / "hall.key").read_bytes()


def test_to_begin_anew_never_replaces_a_hall_that_is_there(stopped, clock):
    (stopped / "hall.key").unlink()

    with pytest.raises(HallUnfit, match="key_missing"):
        Ledger(stopped, clock=clock, new=True)


def test_a_start_that_ended_before_the_key_was_whole_is_begun_again(tmp_path, clock, monkeypatch):
    def no_power(*_):
        raise OSError("no power")

    with monkeypatch.context() as power:
        power.setattr(keys.os, "replace", no_power)
        with pytest.raises(OSError, match="no power"):
            Ledger(tmp_path, clock=clock)
    assert not (tmp_path / "hall.key").exists()

    Ledger(tmp_path, clock=clock).close()
    assert (tmp_path / "hall.key").stat().st_size == 32
    Ledger(tmp_path, clock=clock).close()


def test_the_key_is_on_the_disk_before_it_has_its_name_and_so_is_its_name(tmp_path, monkeypatch):
    done = []
    real = {name: getattr(os, name) for name in ("fsync", "replace")}
    monkeypatch.setattr(keys.os, "fsync", lambda handle: (done.append("sync"), real["fsync"](handle)))
    monkeypatch.setattr(keys.os, "replace", lambda *names: (done.append("name"), real["replace"](*names)))

    made = Keys.made(tmp_path)

    assert done == (["sync", "name", "sync"] if os.name == "posix" else ["sync", "name"])
    assert made.hashed("head", "1:a") == Keys.of(tmp_path).hashed("head", "1:a")
    assert ledger.seal(made, 1, "a") == made.hashed("head", "1:a")
