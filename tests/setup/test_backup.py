"""A backup is whole and checked, taken beside a running server; a restore puts it back and never overwrites a hall unasked."""

import contextlib
import gzip
import json
import os
import sqlite3
import tarfile
from datetime import datetime, timedelta

import pytest

import hallfloor
from config import age
from server import actions
from server.record import audit, backup, store
from server.record.ledger import Ledger

NOON = datetime(2026, 11, 20, 12, 0).astimezone()
LATER = datetime(2026, 11, 20, 12, 0, 1).astimezone()


def run(*arguments):
    with pytest.raises(SystemExit) as stopped:
        hallfloor.main([str(a) for a in arguments])
    return stopped.value.code


def test_a_backup_beside_a_running_server_is_restored_as_the_same_hall(ledger, take, clock, tmp_path):
    first, _ = take(), take("estate")

    file, events = backup.make(ledger.folder, tmp_path / "backups", now=NOON)
    take()  # after the backup
    assert backup.restore(file, tmp_path / "again", now=LATER) == events

    again = Ledger(tmp_path / "again", clock=clock)
    try:
        assert again.floor.tickets[first.id] == first and len(again.floor.tickets) == 2
        assert again.keys.code("track", first.id) == ledger.keys.code("track", first.id)
        assert again.do("kiosk:k1", actions.issue_ticket, service="tax").number == "A002"
    finally:
        again.close()
    assert audit.verify(tmp_path / "again").ok and audit.replay(tmp_path / "again") == []


@pytest.mark.skipif(os.name == "nt", reason="rights of files are of another kind there")
def test_only_the_owner_may_read_a_backup(ledger, tmp_path):
    file, _ = backup.make(ledger.folder, tmp_path / "b", now=NOON)

    assert file.stat().st_mode & 0o077 == 0
    backup.restore(file, tmp_path / "again", now=NOON)
    assert (tmp_path / "again" / "hall.key").stat().st_mode & 0o077 == 0 == (tmp_path / "again" / "hall.db").stat().st_mode & 0o077


def test_only_the_newest_backups_are_kept_and_nothing_else_is_touched(ledger, tmp_path):
    (tmp_path / "notes.txt").write_text("x")
    for minute in range(4):
        backup.make(ledger.folder, tmp_path, now=NOON.replace(minute=minute), keep=2)

    assert sorted(p.name for p in tmp_path.glob("hall-*")) == ["hall-20261120-120200.tar.gz", "hall-20261120-120300.tar.gz"]
    assert (tmp_path / "notes.txt").exists()


def test_the_server_makes_a_backup_when_the_newest_is_old_enough(ledger, tmp_path):
    regular = backup.Regular(ledger.folder, tmp_path / "b", hours=24, keep=2)

    first = regular.tick(NOON)
    os.utime(first, (NOON.timestamp(), NOON.timestamp()))

    assert regular.tick(NOON + timedelta(hours=23)) is None
    assert regular.tick(NOON + timedelta(hours=24)) and len(list((tmp_path / "b").iterdir())) == 2


def harm(ledger):
    ledger.close()
    with contextlib.closing(sqlite3.connect(ledger.folder / store.DATABASE, isolation_level=None)) as db:
        db.execute("DROP TRIGGER events_are_never_changed")
        db.execute("UPDATE events SET actor = 'nobody' WHERE seq = 2")


def test_what_a_journal_with_a_bad_row_has_is_kept_aside_and_no_good_backup_is_touched(ledger, tmp_path, capsys):
    good = [backup.make(ledger.folder, tmp_path / "b", now=NOON.replace(minute=minute))[0] for minute in range(2)]
    harm(ledger)

    assert run("backup", "--data", ledger.folder, "--to", tmp_path / "b", "--keep", 1) == 1

    said = capsys.readouterr().err
    (aside,) = (tmp_path / "b").glob("bad-hall-*.tar.gz")
    assert "bad 2:" in said and str(aside) in said and all(file.exists() for file in good)
    with tarfile.open(aside) as archive:
        assert {"hall.db", "hall.key"} < set(archive.getnames())
    with pytest.raises(backup.BackupRefused, match="bad 2"):
        backup.restore(aside, tmp_path / "again", now=LATER)


def test_the_server_goes_on_making_backups_of_a_bad_journal_and_says_so(ledger, tmp_path):
    harm(ledger)
    said = {}
    regular = backup.Regular(ledger.folder, tmp_path, hours=24, keep=2, trouble=lambda code, fact: said.update({code: fact}))

    for days in range(4):
        file = regular.tick(NOON + timedelta(days=days))
        os.utime(file, ((NOON + timedelta(days=days)).timestamp(),) * 2)
        assert regular.tick(NOON + timedelta(days=days, hours=23)) is None

    assert len(list(tmp_path.glob("bad-hall-*"))) == 2
    assert said["journal"].startswith("2: ") and said["backup"] == ""


def test_a_backup_that_cannot_be_made_is_tried_ever_more_seldom_and_told_until_it_is_made(ledger, tmp_path):
    (tmp_path / "b").write_text("no folder")
    told, tries = [], []

    def attempt(to, now, keep, public_keys):
        tries.append(now)
        return backup.result(ledger.folder, to, now, keep, public_keys)

    regular = backup.Regular(ledger.folder, tmp_path / "b", hours=24, keep=2, do=attempt, trouble=lambda code, fact: told.append(fact))
    for minute in range(24 * 60):
        regular.tick(NOON + timedelta(minutes=minute))
    assert 20 < len(tries) < 40 and all(told)

    (tmp_path / "b").unlink()
    assert regular.tick(NOON + timedelta(days=1, hours=1)) and told[-1] == ""


def test_a_hall_that_is_there_is_refused_and_set_aside_only_when_asked(ledger, take, tmp_path):
    file, events = backup.make(ledger.folder, tmp_path / "b.tar.gz", now=NOON)
    take()
    ledger.close()

    with pytest.raises(backup.BackupRefused, match="already holds a hall"):
        backup.restore(file, ledger.folder, now=LATER)
    assert audit.verify(ledger.folder).rows == events + 1

    assert backup.restore(file, ledger.folder, now=LATER, replace=True) == events
    assert audit.verify(ledger.folder).rows == events
    assert (ledger.folder / f"hall.db.before-{LATER:%Y%m%d-%H%M%S}").exists()


def test_a_restore_under_a_running_server_is_refused(ledger, tmp_path, capsys):
    file, _ = backup.make(ledger.folder, tmp_path / "b.tar.gz", now=NOON)

    assert run("restore", file, "--data", ledger.folder, "--replace") == 1

    assert "a hall server is running" in capsys.readouterr().err
    assert audit.verify(ledger.folder).ok and not list(ledger.folder.glob(".restore-*"))


@pytest.mark.parametrize("harm", ["cut", "garbage", "other content", "part missing", "journal changed"])
def test_a_damaged_backup_is_refused_and_changes_nothing(harm, ledger, tmp_path):
    file, _ = backup.make(ledger.folder, tmp_path / "b.tar.gz", now=NOON)
    if harm == "cut":
        file.write_bytes(file.read_bytes()[:-200])
    elif harm == "garbage":
        file.write_bytes(b"not a backup")
    else:
        _rewrite(file, tmp_path / "parts", harm)

    with pytest.raises(backup.BackupRefused):
        backup.restore(file, tmp_path / "again", now=NOON)

    assert not (tmp_path / "again" / "hall.db").exists()


def _rewrite(file, parts, harm):
    with tarfile.open(file) as archive:
        archive.extractall(parts)  # our own file; Debian 12's Python knows no filter yet
    database = parts / "hall.db"
    if harm == "journal changed":  # by somebody who also mends the sums
        with contextlib.closing(sqlite3.connect(database, isolation_level=None)) as db:
            db.execute("DROP TRIGGER events_are_never_changed")
            db.execute("UPDATE events SET actor = 'nobody' WHERE seq = 1")
        facts = json.loads((parts / "backup.json").read_text())
        facts["sha256"]["hall.db"] = backup._sha256(database)
        (parts / "backup.json").write_text(json.dumps(facts))
    elif harm == "other content":
        content = database.read_bytes()
        database.write_bytes(content[:-1] + bytes((content[-1] ^ 1,)))
    with gzip.open(file, "wb") as out, tarfile.open(fileobj=out, mode="w") as archive:
        for part in parts.iterdir():
            if not (harm == "part missing" and part.name == "hall.key"):
                archive.add(part, part.name)


def test_verify_and_replay_speak_and_exit_as_promised(ledger, take, tmp_path, capsys):
    take()
    rows = audit.verify(ledger.folder).rows

    assert run("verify", "--data", ledger.folder) == 0 and capsys.readouterr().out == f"ok {rows}\n"
    assert run("replay", "--data", ledger.folder) == 0 and capsys.readouterr().out == "ok\n"

    ledger.close()
    with contextlib.closing(sqlite3.connect(ledger.folder / store.DATABASE, isolation_level=None)) as db:
        db.execute("DROP TRIGGER events_are_never_changed")
        db.execute("UPDATE events SET body = replace(body, 'tax', 'fee') WHERE seq = 1")
        db.execute("UPDATE tickets SET number = 'A999'")
    assert run("verify", "--data", ledger.folder) == 1 and capsys.readouterr().out.startswith("bad 1: ")
    assert run("replay", "--data", ledger.folder) == 1 and "number is 'A999'" in capsys.readouterr().out


@pytest.mark.parametrize("command", ["verify", "replay", "backup"])
def test_a_folder_without_a_hall_is_exit_2_and_stays_as_it_was(command, tmp_path, capsys):
    (tmp_path / "empty").mkdir()

    assert run(command, "--data", tmp_path / "none") == 2 and capsys.readouterr().err == f"hall: there is no folder {tmp_path / 'none'}.\n"
    assert run(command, "--data", tmp_path / "empty") == 2 and "holds no hall" in capsys.readouterr().err
    assert list((tmp_path / "empty").iterdir()) == [] and not (tmp_path / "none").exists()


# -- encrypted


@pytest.fixture
def keys():
    return age.new_key()


def test_an_encrypted_backup_is_opened_by_its_private_key_alone(ledger, keys, tmp_path):
    private, public = keys
    file, events = backup.make(ledger.folder, tmp_path / "b", now=NOON, public_keys=[age.new_key()[1], public])

    assert [p.name for p in (tmp_path / "b").iterdir()] == [file.name] == ["hall-20261120-120000.tar.gz.age"]
    with pytest.raises(tarfile.TarError):
        tarfile.open(file)
    for wrong, why in ((age.new_key()[0], "not encrypted to this key"), ("", "is encrypted"), (public, "no private key")):
        with pytest.raises(backup.BackupRefused, match=why):
            backup.restore(file, tmp_path / "again", now=LATER, private_key=wrong)
    assert backup.restore(file, tmp_path / "again", now=LATER, private_key=f"# of the safe\n{private}\n") == events
    assert backup.differences(tmp_path / "again") == []


def test_nothing_in_clear_lies_where_encrypted_backups_go_and_what_a_kill_left_is_taken_away(ledger, keys, tmp_path, monkeypatch):
    seen = []
    verify = audit.verify
    monkeypatch.setattr(backup.audit, "verify", lambda folder: seen.extend([folder, list((tmp_path / "b").iterdir())]) or verify(folder))
    left = ledger.folder / ".backup-killed"
    left.mkdir()
    (left / "hall.key").write_bytes(b"x")
    os.utime(left, (1, 1))

    backup.make(ledger.folder, tmp_path / "b", now=NOON, public_keys=[keys[1]])

    assert seen[0].parent == ledger.folder and seen[1] == []
    assert not list(ledger.folder.glob(".backup-*"))


@pytest.mark.parametrize("harm", ["cut", "changed", "header", "empty"])
def test_a_damaged_encrypted_backup_is_refused_and_changes_nothing(harm, ledger, keys, tmp_path):
    file, _ = backup.make(ledger.folder, tmp_path / "b", now=NOON, public_keys=[keys[1]])
    content = file.read_bytes()
    middle = len(content) // 2
    changed = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
    file.write_bytes({"cut": content[:-50], "changed": changed, "header": content[:60], "empty": b""}[harm])

    with pytest.raises(backup.BackupRefused):
        backup.restore(file, tmp_path / "again", now=LATER, private_key=keys[0])

    assert list((tmp_path / "again").iterdir()) == []


def test_who_makes_a_key_backs_up_and_restores_by_command(ledger, take, tmp_path, capsys):
    take()
    assert run("backup-key", "--out", tmp_path / "safe.key") == 0
    public = capsys.readouterr().out.strip()
    config = tmp_path / "server.toml"
    config.write_text(f'[backup]\nfolder = "{(tmp_path / "b").as_posix()}"\nkeep = 3\npublic_keys = ["{public}"]\n')

    assert run("backup", "--data", ledger.folder, "--config", config) == 0 and "checked, encrypted" in capsys.readouterr().out
    (file,) = (tmp_path / "b").iterdir()
    assert run("restore", file, "--data", tmp_path / "again") == 1 and "--key" in capsys.readouterr().err
    assert run("restore", file, "--data", tmp_path / "again", "--key", tmp_path / "safe.key") == 0
    assert "all tables as the events say" in capsys.readouterr().out

    assert run("backup-key", "--out", tmp_path / "safe.key") == 1 and "never overwritten" in capsys.readouterr().err
    assert run("backup-key", "--out", ledger.folder / "safe.key") == 1 and "kept elsewhere" in capsys.readouterr().err
    assert run("backup-key") == 0 and capsys.readouterr().out.splitlines()[1].startswith("AGE-SECRET-KEY-1")


def test_a_key_that_is_mistyped_is_a_mistake_of_the_config(tmp_path, keys, capsys):
    config = tmp_path / "server.toml"
    config.write_text(f'[backup]\npublic_keys = ["{keys[1][:-1]}x"]\n')

    assert run("check", "--config", config) == 1 and "backup.public_keys" in capsys.readouterr().err


def test_a_restore_names_tables_that_differ_from_the_events_and_ends_with_1(ledger, take, tmp_path, capsys):
    take()
    ledger.close()
    with contextlib.closing(sqlite3.connect(ledger.folder / store.DATABASE, isolation_level=None)) as db:
        db.execute("UPDATE tickets SET number = 'A999'")
    file, _ = backup.make(ledger.folder, tmp_path / "b.tar.gz", now=NOON)

    assert run("restore", file, "--data", tmp_path / "again") == 1

    assert "number is 'A999'" in capsys.readouterr().out and audit.verify(tmp_path / "again").ok
