"""A hall of every earlier version, led by that version's own code, is brought up to date whole; the way back is the backup from before."""

import contextlib
import json
import sqlite3
from datetime import datetime

import pytest
from old_halls import written
from tools import earlier_halls

from server import actions
from server.record import audit, backup, schema, store
from server.record.ledger import Ledger

HALLS = dict(earlier_halls.read())
NOON = datetime(2026, 11, 20, 12, 0).astimezone()


def steps(folder):
    with contextlib.closing(sqlite3.connect(folder / store.DATABASE)) as db:
        return schema._steps(db)


def ours():
    with contextlib.closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        schema.prepare(db)
        return schema._steps(db)


def test_there_is_a_hall_of_every_version_before_this_one():
    missing = sorted(ours())[:-1]
    missing = [step for step in missing if step not in HALLS]

    assert not missing, f"make a hall of each earlier version: PYTHONPATH=.:tests ./hall run python -m tools.earlier_halls ({missing})"


@pytest.mark.parametrize("version", HALLS)
def test_a_hall_of_every_earlier_version_is_brought_up_to_date_whole(version, tmp_path, clock):
    folder = written(HALLS[version], tmp_path)
    before = audit.verify(folder)
    with contextlib.closing(sqlite3.connect(folder / store.DATABASE)) as db:
        numbers = dict(db.execute("SELECT number, state FROM tickets"))

    ledger = Ledger(folder, clock=clock)
    floor = ledger.floor
    clock.forward(minutes=60)
    at_3 = next(t.id for t in floor.tickets.values() if t.number == "C001")
    ledger.do("test", actions.start_service, ticket=at_3)
    ledger.do("test", actions.finish, ticket=at_3)
    called = ledger.do("test", actions.call_next, window="1")
    taken = ledger.do("kiosk:k1", actions.issue_ticket, service="social")
    ledger.close()

    assert before.ok and before.rows > 20
    assert steps(folder) == ours() and audit.verify(folder).ok and audit.replay(folder) == []
    assert floor.the_hall.name["zh"] == "示例县政务服务中心" and floor.services["tax"].minutes == 7
    assert {t.number: t.state for t in floor.tickets.values()} == numbers and len(numbers) == 5
    assert numbers[called.number] == "waiting" and taken.number == "B002"
    assert floor.staff["manager"].shown == "经理甲" and [n.text for n in floor.notices.values()] == [{"zh": "周五停电"}]


def test_a_window_of_the_last_version_with_texts_names_its_type_and_zone_by_code_and_keeps_what_they_were_called(tmp_path, clock):
    ledger = Ledger(written(HALLS["m0024_past_days_kept_for_reports"], tmp_path), clock=clock)
    window, types, zones = ledger.floor.windows["2"], ledger.floor.types, ledger.floor.zones

    ledger.do("test", actions.put_window, no="1", type="Intake", zone="East wing")
    one = ledger.floor.windows["1"]
    ledger.close()

    assert (window.type, window.zone) == ("收件", "东区") and types.code_of(window.type) == "intake"
    assert types.names("intake") == {"zh": "收件", "en": "Reception"} and zones.names("东区") == {"zh": "东区", "en": "East wing"}
    assert (one.type, one.zone) == ("intake", "东区")
    assert audit.verify(tmp_path).ok and audit.replay(tmp_path) == []


@pytest.mark.parametrize("version", ["m0001_the_hall", "m0016_which_pages_were_seen"])
def test_a_backup_of_an_earlier_version_is_restored_and_proved_as_it_was(version, tmp_path, clock):
    (tmp_path / "old").mkdir()
    old = written(HALLS[version], tmp_path / "old")
    before = steps(old)

    file, events = backup.make(old, tmp_path / "b", now=NOON)
    Ledger(old, clock=clock).close()  # the upgrade
    assert steps(old) == ours()
    backup.restore(file, old, now=NOON, replace=True)  # the way back

    assert steps(old) == before and audit.verify(old).rows == events and backup.differences(old) == []
    assert steps(old) == before  # the proof was made of a copy
    assert (old / f"hall.db.before-{NOON:%Y%m%d-%H%M%S}").exists()


def test_a_backup_of_a_newer_program_is_left_to_it(ledger, tmp_path):
    with contextlib.closing(sqlite3.connect(ledger.folder / store.DATABASE, isolation_level=None)) as db:
        row = ("hallfloor", "m9999_of_tomorrow", json.dumps(None))
        db.execute("INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES (?, ?, ?)", row)
    file, _ = backup.make(ledger.folder, tmp_path / "b", now=NOON)

    with pytest.raises(schema.SchemaNewer, match="newer version of the program"):
        backup.restore(file, tmp_path / "again", now=NOON)

    assert list((tmp_path / "again").iterdir()) == []
