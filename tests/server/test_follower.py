"""The picture of the hall in the worker's process is the server's own, after every gesture."""

import random

import pytest

from server import actions
from server.domain.errors import HallError
from server.forecast.state import hall_state
from server.record import store
from server.record.follower import MOST, Follower


@pytest.fixture
def follower(ledger):
    follower = Follower(ledger.folder, ledger.zone, ledger.clock)
    yield follower
    follower.close()


def the_same(follower, ledger):
    here, there = follower.floor, ledger.floor
    followed = [table for table in store.ON_THE_FLOOR if table in store.TABLES]
    for table in followed:
        mine, theirs = getattr(here, table), getattr(there, table)
        assert dict(mine) == dict(theirs), table
        if hasattr(theirs, "indexes"):
            for index in theirs.indexes:
                lines = theirs.lines(index)
                assert {k: [t.id for t in line] for k, line in mine.lines(index).items()} == {
                    k: [t.id for t in line] for k, line in lines.items()
                }, table
    assert (here.seq, here.day) == (there.seq, there.day)
    assert hall_state(here, ledger.clock()) == hall_state(there, ledger.clock())
    return len(followed)


def test_whatever_is_done_the_follower_sees_it(ledger, take, desk, clock, follower):
    chance, refused = random.Random(7), 0
    for n in range(120):
        clock.forward(seconds=chance.randrange(90))
        at = desk(chance.choice("123"))
        step = chance.choice(("take", "take", "call", "finish", "miss", "state"))
        try:
            if step == "take":
                take(chance.choice(("tax", "social", "estate")))
            elif step == "call":
                at.call_next()
            elif step == "state":
                ledger.do("test", actions.set_window, window=chance.choice(("2", "A12")), state=chance.choice(("open", "paused", "closed")))
            else:
                there = next(t for t in ledger.floor.live() if t.state == "called")
                at.start_service(there) if step == "finish" else at.mark_missed(there)
                if step == "finish":
                    at.finish(there)
        except (HallError, StopIteration):
            refused += 1
        if n % 7 == 0:
            assert the_same(follower, ledger) > 5
    the_same(follower, ledger)
    assert refused < 60


def test_it_is_drawn_anew_on_another_day_and_after_very_much(ledger, take, clock, follower, monkeypatch):
    monkeypatch.setattr("server.record.follower.MOST", 3)
    for _ in range(5):
        take("tax")
    the_same(follower, ledger)

    clock.forward(minutes=24 * 60)
    take("tax")
    the_same(follower, ledger)
    assert MOST > 1000  # as it is shipped
