"""What the commands say of a folder of another version of the program, or a damaged one: a sentence, and never that all is well."""

import sqlite3

import pytest
from old_halls import BEFORE_FIRST_CALLS, BEFORE_MORE_TEXTS, BEFORE_TEXTS, unpacked

import hallfloor
from server.record import store
from server.record.ledger import Ledger

COMMANDS = ("verify", "replay", "report", "backup")
OLDER, RESTORE = "older version of the program: start the server once", "Restore the last backup"


@pytest.fixture
def said(capsys, tmp_path):
    """What a command says of a folder: (exit, its words)."""

    def ask(command, folder):
        more = {"backup": ["--to", str(tmp_path / "backups")], "report": ["--from", "2026-11-20"]}.get(command, [])
        with pytest.raises(SystemExit) as ended:
            hallfloor.main([command, "--data", str(folder), *more])
        told = capsys.readouterr()
        return ended.value.code, told.out + told.err

    return ask


@pytest.fixture
def database(ledger, take):
    """The database of a hall that was stopped, in one file."""
    take()
    ledger.close()
    path = ledger.folder / "hall.db"
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    return path


def run(path, *sentences):
    db = sqlite3.connect(path, isolation_level=None)
    for sentence in sentences:
        db.execute(sentence)
    db.close()


def cut(path, size):
    path.write_bytes(path.read_bytes()[:size])


def overwrite(path):
    data = bytearray(path.read_bytes())
    for page in range(8192, len(data), 3 * 4096):
        data[page : page + 4096] = b"\xff" * 4096
    path.write_bytes(data)


def lose(path, *tables):
    db = sqlite3.connect(path, isolation_level=None)
    tables = tables or [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")]
    db.close()
    run(path, "PRAGMA foreign_keys = OFF", *(f'DROP TABLE "{table}"' for table in tables))


DAMAGE = {
    "all tables": lose,
    "the journal": lambda path: lose(path, "events"),
    "one table": lambda path: lose(path, "tickets"),
    "the names of its steps": lambda path: lose(path, "_sqlite_migrations", "head"),
    "empty": lambda path: cut(path, 0),
    "cut in its first page": lambda path: cut(path, 900),
    "cut in the middle": lambda path: cut(path, path.stat().st_size // 2),
    "no database": lambda path: path.write_bytes(b"a letter to the hall\n" * 500),
    "pages of nothing": overwrite,
}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_database_is_said_in_a_sentence_and_is_no_success(said, database, damage, command):
    assert said(command, database.parent)[0] == 0

    DAMAGE[damage](database)

    code, words = said(command, database.parent)
    assert code == 1 and "unexpected" not in words and "Traceback" not in words, words
    assert RESTORE in words or "cannot be read here" in words, words


@pytest.mark.parametrize("row", ["code = NULL", "name = 'no JSON'", "name = '[]'"])
def test_a_row_that_no_program_of_ours_wrote_ends_the_start_in_the_same_sentence(database, clock, row):
    run(database, "PRAGMA writable_schema = ON", "UPDATE sqlite_master SET sql = replace(sql, ' NOT NULL', '') WHERE name = 'hall'")
    run(database, f"UPDATE hall SET {row}")

    with pytest.raises(store.RowUnreadable) as damaged:
        Ledger(database.parent, clock=clock)

    assert RESTORE in hallfloor.sentence(damaged.value)


@pytest.mark.parametrize("name", [BEFORE_TEXTS, BEFORE_FIRST_CALLS, BEFORE_MORE_TEXTS])
def test_a_folder_of_an_older_program_is_checked_and_saved_as_it_is_and_read_after_the_server_was_started(said, tmp_path, clock, name):
    folder = tmp_path / "data"
    folder.mkdir()
    unpacked(name, folder)

    before = {command: said(command, folder) for command in COMMANDS}
    Ledger(folder, clock=clock).close()
    after = {command: said(command, folder) for command in COMMANDS}

    assert {command: code for command, (code, _) in before.items()} == {"verify": 0, "replay": 1, "report": 1, "backup": 0}
    assert OLDER in before["replay"][1] and OLDER in before["report"][1]
    assert {code for code, _ in after.values()} == {0}, after


@pytest.mark.parametrize("command", COMMANDS)
def test_a_folder_of_a_newer_program_is_left_to_it(said, database, command):
    run(database, "INSERT INTO _sqlite_migrations(migration_set, name, applied_at) VALUES('hallfloor', 'm9999_of_tomorrow', '')")

    code, words = said(command, database.parent)

    assert code == 1 and "newer version of the program (m9999_of_tomorrow)" in words
