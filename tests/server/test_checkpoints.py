"""A checkpoint that was kept elsewhere proves what was done to a journal since, whoever holds the hall's own key."""

import json
import shutil

import pytest
from tampered import opened

import hallfloor
from config import words
from server import actions
from server.record import audit, checkpoint
from server.record.keys import HallUnfit, Keys
from server.record.ledger import Ledger, fingerprint, seal

COLUMNS = "seq, at, kind, actor, ticket, window, body, prev"
HOUR = 3_600_000


def run(*arguments):
    with pytest.raises(SystemExit) as stopped:
        hallfloor.main([str(a) for a in arguments])
    return stopped.value.code


@pytest.fixture
def kept(ledger, take, clock, tmp_path):
    """The hall's folder, stopped after two numbers, and a checkpoint made between them that lies elsewhere."""
    take()
    file = checkpoint.write(checkpoint.make(ledger.folder, clock=clock), tmp_path / "kept.json")
    take()
    ledger.close()
    return ledger.folder, file


def resealed(db, folder):
    """As the hall's own key would have sealed it."""
    seq, hash = db.execute("SELECT seq, hash FROM events ORDER BY seq DESC LIMIT 1").fetchone()
    db.execute("UPDATE head SET seq = ?, seal = ?", (seq, seal(Keys.of(folder), seq, hash)))


def rewritten(folder, seq=1):
    with opened(folder) as db:
        db.execute("UPDATE events SET actor = 'nobody' WHERE seq = ?", (seq,))
        prev = "0" * 64
        for row in db.execute(f"SELECT {COLUMNS.replace('window', chr(34) + 'window' + chr(34))} FROM events ORDER BY seq").fetchall():
            hash = fingerprint(*row[:-1], prev)
            db.execute("UPDATE events SET prev = ?, hash = ? WHERE seq = ?", (prev, hash, row[0]))
            prev = hash
        resealed(db, folder)


def rewritten_with_a_new_key(folder):
    (folder / "hall.key").write_bytes(bytes(range(32)))
    rewritten(folder)


def cut(folder):
    with opened(folder) as db:
        db.execute("DELETE FROM events WHERE seq > 3")
        resealed(db, folder)


def new_key(folder):
    (folder / "hall.key").write_bytes(bytes(range(32)))
    with opened(folder) as db:
        resealed(db, folder)


DONE = {"cut": cut, "changed": rewritten, "written_anew": rewritten_with_a_new_key, "key_changed": new_key}


@pytest.mark.parametrize("code", DONE)
def test_what_the_chain_alone_cannot_show_is_shown_by_a_checkpoint_in_both_languages(kept, capsys, code):
    folder, file = kept
    DONE[code](folder)

    assert audit.verify(folder).ok, "whoever did it was thorough"
    assert run("verify", "--data", folder, "--checkpoint", file) == 1

    said = capsys.readouterr().out.splitlines()
    (found,) = checkpoint.compare(folder, checkpoint.read_all(file))
    assert found.code == code
    assert said[1:] == [words.load().text("checkpoint", code, lang, **found.facts) for lang in words.LANGUAGES]


def test_a_hall_put_back_to_an_earlier_state_is_found_also_when_it_went_on(ledger, take, clock, tmp_path):
    ledger.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copytree(ledger.folder, tmp_path / "earlier", ignore=shutil.ignore_patterns("hall.lock"))
    take()
    signed = checkpoint.make(ledger.folder, clock=clock)

    (back,) = checkpoint.compare(tmp_path / "earlier", [signed])
    again = Ledger(tmp_path / "earlier", clock=clock)
    for _ in range(3):
        again.do("kiosk:k2", actions.issue_ticket, service="tax")
    again.close()
    (on,) = checkpoint.compare(tmp_path / "earlier", [signed])

    assert (back.code, on.code) == ("cut", "changed")
    assert audit.verify(tmp_path / "earlier").ok


def test_a_journal_that_only_went_on_holds(kept, capsys):
    folder, file = kept

    assert run("verify", "--data", folder, "--checkpoint", file) == 0

    said = capsys.readouterr().out.splitlines()
    assert said[0] == f"ok {audit.verify(folder).rows}" and len(said) == 1 + len(words.LANGUAGES)


def test_a_row_before_it_that_was_changed_is_not_said_to_hold(kept, capsys):
    folder, file = kept
    with opened(folder) as db:
        db.execute("UPDATE events SET actor = 'nobody' WHERE seq = 2")

    assert run("verify", "--data", folder, "--checkpoint", file) == 1
    assert capsys.readouterr().out.splitlines() == ["bad 2: its content is not what was written (hash)"]


def test_of_many_the_last_that_holds_and_the_first_that_does_not_are_said(kept, clock, tmp_path, capsys):
    folder, file = kept
    later = checkpoint.make(folder, clock=clock)
    checkpoint.write(later, tmp_path / later.file_name)
    first = checkpoint.read_all(file)[0]
    checkpoint.write(first, tmp_path / first.file_name)
    rewritten(folder, later.seq)

    assert run("verify", "--data", folder, "--checkpoint", tmp_path) == 1

    found = checkpoint.compare(folder, checkpoint.read_all(tmp_path))
    assert [f.code for f in found] == ["holds", "changed"]
    assert len(capsys.readouterr().out.splitlines()) == 1 + 2 * len(words.LANGUAGES)


@pytest.mark.parametrize("harm", ["another hash", "another event", "cut short", "not JSON", "a list", "no signature"])
def test_a_checkpoint_that_was_changed_proves_nothing(kept, capsys, harm):
    folder, file = kept
    told = json.loads(file.read_text("utf-8"))
    changed = {"another hash": told | {"hash": "0" * 64}, "another event": told | {"seq": 1}, "a list": [told]}
    text = json.dumps(changed.get(harm, told | {"signature": ""}))
    file.write_text({"cut short": text[:-9], "not JSON": "A001"}.get(harm, text), "utf-8")

    assert run("verify", "--data", folder, "--checkpoint", file) == 2
    assert not capsys.readouterr().out.startswith("ok")


def test_one_that_somebody_else_signed_proves_nothing_where_the_key_was_noted(kept, tmp_path, capsys):
    folder, file = kept
    true = checkpoint.read_all(file)[0]
    forged = checkpoint.sign(Keys(bytes(32)), hall=true.hall, seq=true.seq, hash="1" * 64, at=true.at)
    checkpoint.write(forged, tmp_path / "forged.json")

    assert run("verify", "--data", folder, "--checkpoint", tmp_path / "forged.json", "--key", true.fingerprint) == 2
    assert run("verify", "--data", folder, "--checkpoint", tmp_path / "forged.json", "--key", file) == 2
    assert run("verify", "--data", folder, "--checkpoint", file, "--key", true.fingerprint.upper().replace(" ", "-")) == 0
    capsys.readouterr()


def test_the_text_of_the_qr_code_is_the_checkpoint(kept, capsys, tmp_path):
    import zxingcpp
    from PIL import Image

    from drivers.printer.picture import modules

    folder, _ = kept
    assert run("checkpoint", "--data", folder, "--qr", "--out", tmp_path / "sheet.html") == 0
    text = capsys.readouterr().out.splitlines()[0]
    one = modules(text)

    (scanned,) = zxingcpp.read_barcodes(one.resize((one.width * 4, one.height * 4), Image.Resampling.NEAREST))

    signed = checkpoint.read(scanned.text)
    sheet = (tmp_path / "sheet.html").read_text("utf-8")
    assert "<svg" in sheet and signed.fingerprint in sheet and signed.hash in sheet
    assert [f.code for f in checkpoint.compare(folder, [signed])] == ["holds"]


def test_what_is_not_this_halls_own_is_not_signed(kept, clock):
    folder, _ = kept
    with opened(folder) as db:
        db.execute("DELETE FROM events WHERE seq = (SELECT max(seq) FROM events)")

    with pytest.raises(HallUnfit, match="journal_cut"):
        checkpoint.make(folder, clock=clock)


def test_one_is_written_each_hour_in_which_something_happened_and_at_the_days_end(ledger, take, clock, tmp_path):
    said = []
    task = checkpoint.Checkpoints(ledger.folder, None, clock=clock, trouble=said.append)
    at = lambda: {checkpoint.read_all(f)[0].seq for f in (ledger.folder / "checkpoints").glob("*.json")}

    task.tick()
    first = ledger.floor.seq
    take()
    assert task.tick() is None and at() == {first}

    clock.now += HOUR
    task.tick()
    hourly = ledger.floor.seq
    clock.now += HOUR
    assert task.tick() is None and at() == {first, hourly}

    take()
    clock.now += HOUR - 1
    again = checkpoint.Checkpoints(ledger.folder, None, clock=clock, trouble=said.append)  # as after a restart
    again.tick()
    assert ledger.floor.seq in at()
    ledger.do("hall", actions.end_day, day=ledger.floor.day)
    again.tick()
    assert ledger.floor.seq in at() and not any(said)


def test_one_is_written_when_the_server_is_stopped(ledger, take, clock):
    task = checkpoint.Checkpoints(ledger.folder, None, clock=clock, trouble=lambda fact: None)
    task.tick()
    take()

    task.close()

    assert checkpoint.read_all(ledger.folder / "checkpoints")[-1].seq == ledger.floor.seq


def test_a_folder_that_is_away_is_told_until_it_is_there_and_nothing_is_written_in_its_place(ledger, clock, tmp_path):
    said = []
    task = checkpoint.Checkpoints(ledger.folder, tmp_path / "share", clock=clock, trouble=said.append)

    assert task.tick() is None and said[-1]
    (tmp_path / "share").mkdir()
    assert task.tick() and said[-1] == ""
    assert not (ledger.folder / "checkpoints").exists()
