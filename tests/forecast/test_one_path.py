"""A running hall feeds its forecasts what days run again feed them: the walk to the window, the order of who goes on, the line."""

import random
from dataclasses import replace

import numpy as np
import pytest

from config.codes import Class, State
from config.settings.rules import Rules
from server import actions
from server.domain import dispatch, line
from server.domain.dispatch import choose, explain
from server.domain.line import next_for, station, waiters
from server.domain.tickets import Leg, Ticket
from server.forecast import described, history, paces, simulate

MIN, WALK = 60_000, Rules().walk_to_window_s * 1000


def test_a_service_begins_when_it_is_said_to_or_after_the_walk_to_the_window(ledger, take, desk, clock):
    take("tax")
    called = desk("2").call_next()
    begun = lambda: station(ledger.floor, ledger.floor.windows["2"], clock()).started_at

    walking = begun()
    clock.forward(seconds=50)
    desk("2").start_service(called)

    assert walking == called.called_at + WALK and begun() == clock()


def pasts(**more):
    ticket = Ticket(
        id="1", key="1", day="2026-11-20", number="A001", seq=1, series="A", service="tax", class_=Class.ORDINARY, state=State.DONE,
        issued_at=0, **more,
    )  # fmt: skip
    return history._pasts(ticket, 0, lambda ms: None if ms is None else ms / MIN, WALK)


@pytest.mark.parametrize(("started", "took"), [(None, 6.0), (6 * MIN + WALK - 1000, 6.0), (1 * MIN, 5 + WALK / MIN)])
def test_the_walk_to_the_window_is_no_part_of_a_service(started, took):
    past = pasts(window="1", called_at=0, first_called_at=0, started_at=started, finished_at=6 * MIN + WALK)

    assert past[0].took == pytest.approx(took, abs=0.01)


def test_each_leg_of_a_number_is_learned_from_by_its_own_clock():
    leg = Leg(service="tax", line_at=0, window="1", clock_at=0, called_at=20 * MIN, first_called_at=20 * MIN, started_at=21 * MIN,
              finished_at=30 * MIN, outcome="transferred")  # fmt: skip
    last = replace(leg, service="social", clock_at=30 * MIN, called_at=34 * MIN, first_called_at=34 * MIN, started_at=35 * MIN,
                   finished_at=44 * MIN, outcome="done")  # fmt: skip

    first, second = pasts(legs=(leg, last), clock_at=30 * MIN, first_called_at=34 * MIN, finished_at=44 * MIN)

    assert (first.rank, first.arrive, first.clock, first.called, first.took) == ("ordinary", 0, 0, 20, 9)
    assert (second.rank, second.arrive, second.clock, second.called, second.took) == ("transfer", 30, 30, 34, 9)
    assert second.after == "tax"


def test_who_goes_on_stands_by_when_they_first_came_whatever_their_number(ledger, take, desk, clock):
    for no in ("1", "3"):
        ledger.do("test", actions.set_window, window=no, state="closed")
    first = take("social")
    clock.forward(minutes=1)
    later = take("tax")
    for t, no in ((later, "2"), (first, "A12")):
        clock.forward(minutes=1)
        t = desk(no).call_ticket(t)
        desk(no).start_service(t)
        clock.forward(minutes=3)
        desk(no).transfer(t, service="estate")

    assert desk("A12").call_next().id == first.id  # joined the line of estate three minutes after the other


def test_who_goes_on_stands_by_when_they_first_came_in_a_day_run_again():
    text = {
        "visitors": 60,
        "services": [{"name": "a", "minutes": 4, "next": "b", "next_share": 1.0}, {"name": "b", "minutes": 9, "share": 0.0}],
        "windows": [{"services": ["a"], "count": 3}, {"services": ["b"]}],
    }  # fmt: skip
    hall = described.describe(text, days=1)
    day = hall.days[0]

    run = simulate.play(hall, day, Rules())

    came = simulate.first_come(day)
    on = np.flatnonzero((day.rank == 2) & (run.started >= 0) & (day.miss == 0))
    for i in on:  # nobody in line then was there before the one that was called
        others = [j for j in on if j != i and run.arrive[j] <= run.called[i] < run.called[j]]
        assert all(came[i] <= came[j] for j in others)
    assert any(came[i] < came[j] and run.arrive[i] > run.arrive[j] for i in on for j in on)


def test_the_next_of_a_long_line_is_whom_dispatch_chooses_out_of_all():
    state, now = paces.a_hall(300, windows=8, services=9)
    floor, rng = paces.a_floor(state), random.Random(4)
    before = (Leg(service="s1", line_at=0, finished_at=now),)
    changed = lambda t: replace(t, legs=before if rng.random() < 0.2 else (), only_window=rng.choice([None, None, "3"]))
    some = {t.id: changed(t) for t in floor.tickets.values()}
    floor = floor.with_rows(1, {"tickets": some})
    for window in floor.windows.values():
        at = station(floor, window, now)

        chosen, all_ = next_for(floor, window, now), choose(waiters(floor), at, now, floor.rules_now)

        mine = [w for w in waiters(floor) if at.may_serve(w) and w.line_at < all_.ticket.line_at]
        assert (chosen.ticket, explain(chosen)) == (all_.ticket, explain(all_)) and chosen.passed == len(mine)


def test_the_next_of_a_long_line_is_found_among_the_heads_of_its_rows(monkeypatch):
    """Of nobody else in line more is asked than whether they were there before."""
    state, now = paces.a_hall(600, windows=8, services=9)
    floor, looked_at = paces.a_floor(state), []
    monkeypatch.setattr(line, "goes_on", lambda t: looked_at.append(t) or bool(t.legs))

    found = next_for(floor, floor.windows["1"], now)

    few = len(looked_at)
    rows = {w.row for w in waiters(floor) if station(floor, floor.windows["1"], now).may_serve(w)}
    assert found and few <= len(rows) + dispatch.NAMED < len(floor.waiting()) / 10
