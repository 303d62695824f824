"""The one place: change + event + message, together or not at all."""

import contextlib
import json
import sqlite3
import threading
from dataclasses import replace

import pytest
from soon import LONG, until

from server import actions
from server.domain import events
from server.domain.errors import HallError, NotNow
from server.record import audit, schema, store
from server.record import ledger as ledgers
from server.record.ledger import Ledger


def rows(ledger):
    with store.open_reader(ledger.folder) as db:
        return [dict(r) for r in db.execute("SELECT * FROM events ORDER BY seq")]


def test_a_failed_action_leaves_no_row_no_event_and_no_message(ledger, take):
    told = []
    ledger.announce = lambda *news: told.append(news)
    before, picture = rows(ledger), ledger.floor

    def issue_and_fall(tx):
        actions.issue_ticket(tx, service="tax")
        raise NotNow("hall_closed")

    with pytest.raises(NotNow):
        ledger.do("kiosk:k1", issue_and_fall)

    assert rows(ledger) == before
    assert ledger.floor.tickets == picture.tickets
    assert told == []
    assert take().number == "A001"


def test_requests_that_wait_together_share_a_commit_and_one_refusal_undoes_nobody(ledger, monkeypatch):
    monkeypatch.setattr(ledgers, "GATHER", 0)
    gate, held, answers = threading.Event(), threading.Event(), []
    commits = ledger.commits

    def hold(tx):
        held.set()
        gate.wait(LONG)

    def ask(service):
        try:
            answers.append(ledger.do("kiosk:k1", actions.issue_ticket, service=service).number)
        except HallError as error:
            answers.append(error.code)

    threads = [threading.Thread(target=ledger.do, args=("test", hold))]
    threads += [threading.Thread(target=ask, args=(s,)) for s in ["tax"] * 20 + ["nothing"] + ["tax"] * 20]
    threads[0].start()
    assert held.wait(LONG)
    for t in threads[1:]:
        t.start()
    until(lambda: ledger._jobs.qsize() == 41)
    gate.set()
    for t in threads:
        t.join(LONG)

    assert sorted(a for a in answers if a != "no_such_service") == [f"A{n:03d}" for n in range(1, 41)]
    assert answers.count("no_such_service") == 1
    assert ledger.commits - commits == 2


def test_who_comes_while_others_are_done_goes_with_them(ledger, take, monkeypatch):
    monkeypatch.setattr(ledgers, "GATHER", LONG)
    began, commits, coming = threading.Event(), ledger.commits, []

    def slow(tx):
        began.set()
        until(lambda: ledger._jobs.qsize())

    threads = [threading.Thread(target=ledger.do, args=("test", slow)), threading.Thread(target=lambda: coming.append(take().number))]
    threads[0].start()
    assert began.wait(LONG)
    threads[1].start()
    for thread in threads:
        thread.join(LONG)
    assert coming == ["A001"] and ledger.commits == commits + 1


def test_a_quiet_halls_log_is_carried_over_into_the_database(ledger, take, monkeypatch):
    monkeypatch.setattr(ledgers, "LATER", 0.05)
    monkeypatch.setattr(ledgers, "WORTH_CARRYING", 2)
    take(), take()

    def alone() -> list[int]:  # what of the journal is in the database without its log
        with contextlib.closing(sqlite3.connect(f"{(ledger.folder / store.DATABASE).as_uri()}?immutable=1", uri=True)) as db:
            there = db.execute("SELECT 1 FROM sqlite_master WHERE name = 'events'").fetchone()
            return [seq for (seq,) in db.execute("SELECT seq FROM events ORDER BY seq")] if there else []

    assert len(alone()) < len(rows(ledger))
    until(lambda: alone() == [row["seq"] for row in rows(ledger)])


def test_what_nobody_waits_for_shares_the_next_commit_or_is_written_soon(ledger, take, monkeypatch):
    monkeypatch.setattr("server.record.ledger.LATER", LONG)
    before, done = ledger.commits, []
    ledger.later("test", lambda tx: done.append(1))
    take()
    assert done == [1] and ledger.commits == before + 1

    monkeypatch.setattr("server.record.ledger.LATER", 0.01)
    written = threading.Event()
    ledger.later("test", lambda tx: written.set())
    assert written.wait(LONG)

    ledger.later("test", lambda tx: done.append(2))
    ledger.close()
    ledger.later("test", lambda tx: done.append(3))
    assert done == [1, 2]


def test_messages_leave_in_the_order_of_the_journal(ledger, take):
    seen = []
    done = threading.Event()

    def announce(told, before, floor):
        seen.extend(r.seq for r in told)
        if len(seen) == 30:
            done.set()

    ledger.announce = announce
    threads = [threading.Thread(target=take) for _ in range(30)]
    for t in threads:
        t.start()
    for t in threads:
        t.join(LONG)

    assert done.wait(LONG)
    assert seen == sorted(seen)


def test_a_listeners_trouble_is_never_the_clerks(ledger, take):
    def deaf(*news):
        raise RuntimeError("the loudspeaker is on fire")

    ledger.announce = deaf

    assert take().number == "A001"
    assert take().number == "A002"


def test_the_journal_refuses_to_be_edited(ledger, take):
    take()
    for statement in ("UPDATE events SET actor = 'me' WHERE seq = 2", "DELETE FROM events WHERE seq = 2"):
        with pytest.raises(sqlite3.DatabaseError, match="append-only"):
            ledger.do("test", lambda tx, s=statement: ledger.connection.execute(s))


def test_the_journal_refuses_to_be_replaced(ledger, take):
    take()
    replace_row = "INSERT OR REPLACE INTO events SELECT seq, at, 'x', actor, ticket, \"window\", body, prev, hash FROM events WHERE seq = 2"
    with pytest.raises(sqlite3.DatabaseError, match="append-only"):
        ledger.do("test", lambda tx: ledger.connection.execute(replace_row))


def test_a_clock_that_is_set_back_breaks_no_order_and_brings_no_day_back(ledger, take, desk, clock):
    first = take()
    clock.forward(minutes=-5)
    second = take()
    clock.forward(minutes=-60)
    third = take()
    clock.forward(minutes=-24 * 60)
    fourth = take()

    times = [r["at"] for r in rows(ledger)][-4:-2]
    called = []
    for no in ("1", "2", "A12"):
        called.append(desk(no).call_next().number)

    assert times[0] == times[1]
    assert [t.number for t in (first, second, third, fourth)] == ["A001", "A002", "A003", "A004"]
    assert fourth.day == first.day
    assert called == ["A001", "A002", "A003"]


def test_verify_reads_a_sound_journal_beside_a_running_hall(ledger, take, desk):
    take()
    desk("1").call_next()

    verdict = audit.verify(ledger.folder)

    assert verdict.ok
    assert verdict.rows == ledger.floor.seq
    assert audit.replay(ledger.folder) == []


@pytest.fixture
def edited(ledger, take, desk):
    """Closes the hall and hands out its database without the triggers, as somebody with a tool would have it."""
    take()
    take()
    desk("1").call_next()
    ledger.close()

    def edit(*statements):
        db = sqlite3.connect(ledger.folder / store.DATABASE)
        for trigger in ("events_are_never_changed", "events_are_never_deleted"):
            db.execute(f"DROP TRIGGER {trigger}")
        for statement in statements:
            db.execute(statement)
        db.commit()
        db.close()
        return audit.verify(ledger.folder)

    return edit


@pytest.mark.parametrize(
    ("statement", "bad", "reason"),
    [
        ("UPDATE events SET body = replace(body, 'A001', 'A009') WHERE seq = 6", 6, "hash"),
        ("UPDATE events SET actor = 'kiosk:k2' WHERE seq = 3", 3, "hash"),
        ("UPDATE events SET at = '2026-11-20T08:00:00.000+08:00' WHERE seq = 4", 4, "hash"),
        ("DELETE FROM events WHERE seq = 4", 4, "missing"),
        ("DELETE FROM events WHERE seq = 8", 8, "missing at the end"),
        ("UPDATE events SET seq = 99 WHERE seq = 8", 8, "missing"),
        ("DELETE FROM head", 8, "head"),
    ],
)
def test_verify_names_the_first_bad_row(edited, statement, bad, reason):
    verdict = edited(statement)

    assert verdict.bad == bad
    assert reason in verdict.reason


def test_a_chain_written_anew_without_the_halls_key_shows(edited, ledger):
    from server.record.ledger import fingerprint

    db = store.open_reader(ledger.folder)
    row = dict(db.execute("SELECT * FROM events WHERE seq = 8").fetchone())
    db.close()
    body = row["body"].replace("A001", "A002")
    forged = fingerprint(8, row["at"], row["kind"], row["actor"], row["ticket"], row["window"], body, row["prev"])

    verdict = edited(f"UPDATE events SET body = '{body.replace(chr(39), chr(39) * 2)}', hash = '{forged}' WHERE seq = 8")

    assert verdict.bad == 8
    assert "seal" in verdict.reason


def test_replay_names_a_row_that_was_changed_behind_the_journals_back(ledger, take):
    ticket = take()
    ledger.close()
    db = sqlite3.connect(ledger.folder / store.DATABASE)
    db.execute("UPDATE tickets SET service = 'social' WHERE number = 'A001'")
    db.commit()
    db.close()

    assert audit.replay(ledger.folder) == [f"tickets {ticket.id}: service is 'social', by the journal 'tax'"]


def test_an_older_program_refuses_a_newer_database(tmp_path, clock):
    Ledger(tmp_path, clock=clock).close()
    db = sqlite3.connect(tmp_path / store.DATABASE)
    db.execute("INSERT INTO _sqlite_migrations(migration_set, name, applied_at) VALUES('hallfloor', 'm9999_of_tomorrow', '')")
    db.commit()
    db.close()

    with pytest.raises(schema.SchemaNewer, match="m9999_of_tomorrow"):
        Ledger(tmp_path, clock=clock)


def test_a_second_server_on_the_same_folder_is_refused(ledger, clock):
    with pytest.raises(store.Occupied):
        Ledger(ledger.folder, clock=clock)


def test_the_hall_is_the_same_after_a_restart(ledger, take, desk, clock):
    take("tax", holder={"name": "张三", "id_number": "11010519491231002X"})
    desk("1").start_service(desk("1").call_next())
    before = ledger.floor
    ledger.close()

    again = Ledger(ledger.folder, clock=clock)

    assert again.floor == before
    assert again.do("kiosk:k1", actions.issue_ticket, service="tax").number == "A002"
    again.close()


def test_a_hall_that_names_no_zone_counts_its_days_alike_after_a_restart(tmp_path, clock, small_hall):
    clock.now = 1_795_192_200_000  # 16:30 of the 20th in London, the 21st in Shanghai
    numbers = []
    for _ in range(2):
        ledger = Ledger(tmp_path / "far", clock=clock, zone=store.timezone(tmp_path / "far") or "Europe/London")
        if not ledger.floor.hall:
            small_hall(ledger)
        numbers.append(ledger.do("test", actions.issue_ticket, service="tax").number)
        ledger.close()

    assert numbers == ["A001", "A002"]


def test_the_database_itself_refuses_two_live_tickets_at_a_window(ledger, take, desk):
    take()
    other = take()
    desk("1").call_next()

    def press_through(tx):
        tx.tell(events.TicketCalled(ticket=other.id, window="1"), replace(other, state="called", window="1"))

    with pytest.raises(sqlite3.IntegrityError):
        ledger.do("test", press_through)


def test_no_name_number_or_phone_is_anywhere_in_the_data_folder(ledger, take):
    planted = {"name": "欧阳测试名", "id_number": "44052418800101001X"[:17] + "4", "card": "resident"}
    take("tax", holder=planted, phone="13900001234")
    ledger.close()

    for path in ledger.folder.iterdir():
        content = path.read_bytes()
        for secret in (planted["name"], planted["id_number"], "13900001234"):
            assert secret.encode() not in content, path.name


def test_events_hold_every_changed_column(ledger, take):
    take()
    last = rows(ledger)[-1]

    changed = json.loads(last["body"])["set"]

    assert set(changed) == {"tickets", "counters"}
    assert changed["counters"]["2026-11-20/A"]["last"] == 1


def test_the_picture_of_the_last_ledger_is_taken_only_where_nothing_has_changed_since(ledger, take, clock):
    """A full day is drawn once at a start, not twice (`hall server` looks first, then serves)."""
    take()
    ledger.close()
    known = ledger.picture

    same = Ledger(ledger.folder, clock=clock, picture=known)
    assert same.floor is known.floor
    ticket = same.do("kiosk:k1", actions.issue_ticket, service="tax")
    same.close()

    changed = Ledger(ledger.folder, clock=clock, picture=known)
    assert ticket.id in changed.floor.tickets and ticket.id not in known.floor.tickets
    known = changed.picture
    changed.close()

    clock.now += 86_400_000
    tomorrow = Ledger(ledger.folder, clock=clock, picture=known)
    assert tomorrow.floor.day != known.floor.day
    tomorrow.close()
