"""The running hall looks at its own journal: at the end of it before it lets anybody in, at all of it once a day; managers are told."""

import contextlib
import sqlite3

import pytest

from server import actions
from server.domain.errors import NotNow
from server.record import audit, store
from server.runtime import proof
from server.runtime.proof import JournalProof

HOUR = 3_600_000


def harm(folder, seq):
    with contextlib.closing(sqlite3.connect(folder / store.DATABASE, isolation_level=None)) as db:
        db.execute("DROP TRIGGER events_are_never_changed")
        db.execute(f"UPDATE events SET actor = 'nobody' WHERE seq = {seq}")


def test_a_hall_whose_last_rows_were_changed_starts_and_says_so(fresh):
    context = fresh()
    context.kiosk.take("tax")
    seq = context.ledger.floor.seq - 1
    harm(context.ledger.folder, seq)

    context = fresh()

    ready = context.server.app.test_client().get("/readyz")
    assert ready.status_code == 200 and ready.json["warnings"]["journal"].startswith(f"{seq}: ")
    assert context.server.context.trouble()["journal"]
    assert context.kiosk.take("tax")


def test_a_hall_that_is_whole_says_nothing(context):
    assert "warnings" not in context.server.app.test_client().get("/readyz").json


def test_only_the_end_is_read_at_the_start_and_all_of_it_by_the_job(ledger, take, monkeypatch):
    for _ in range(4):
        take()
    harm(ledger.folder, 1)
    monkeypatch.setattr(proof, "TAIL", 3)
    said = []
    task = JournalProof(ledger, do=lambda name: audit.verify(ledger.folder), trouble=said.append)

    task.look_at_end()
    task._begun -= 5 * HOUR
    task.tick()

    assert said[0] == "" and said[1].startswith("1: ")


@pytest.fixture
def looked(ledger):
    """(a proof, what it had done)."""
    done = []

    def do(name):
        done.append(name)
        return audit.Verdict(1)

    return JournalProof(ledger, do=do, trouble=lambda fact: None), done


def test_it_is_read_whole_once_a_day_while_the_hall_is_at_rest(ledger, clock, looked):
    task, done = looked
    task.tick()
    assert done == [], "the hall is at work"

    for no in ledger.floor.windows:
        ledger.do("test", actions.set_window, window=no, state="closed")
    clock.forward(minutes=12 * 60)
    task.tick()
    task.tick()
    assert done == ["verify"]

    clock.forward(minutes=24 * 60)
    ledger.do("test", actions.end_day, day=ledger.floor.day)
    task.tick()
    assert done == ["verify"] * 2


def test_a_hall_that_is_never_seen_at_rest_is_read_by_day(clock, looked):
    task, done = looked

    clock.forward(minutes=3 * 60)
    task.tick()
    assert done == []
    clock.forward(minutes=61)
    task.tick()
    assert done == ["verify"]


def test_who_reads_it_may_be_away_and_is_asked_again(ledger, clock):
    asked = []

    def do(name):
        asked.append(name)
        raise NotNow("not_worked_out")

    task = JournalProof(ledger, do=do, trouble=lambda fact: None)
    clock.forward(minutes=5 * 60)
    for _ in range(3):
        task.tick()
    assert len(asked) == 1
    clock.forward(minutes=61)
    task.tick()
    assert len(asked) == 2


def test_the_job_is_one_that_the_worker_does(context):
    assert context.server.context.do("verify").ok
