"""What somebody is told who takes a number now: in the row of numbers it will stand in, by the clock its promise goes by."""

from dataclasses import replace

import numpy as np
import pytest
from forecast_days import made

from config.settings.rules import Rules
from server import actions
from server.domain.dispatch import MINUTE, Station, Waiter
from server.forecast import advisor, backtest, recorded_days, simulate
from server.forecast.learned import Learned
from server.forecast.wait_forecast import draw
from server.forecast.wait_picture import Coming, HallState
from server.forecast.waits import predict_all

NOW = 1_700_000_000_000


def shared_prefix(ledger):
    """Two services whose numbers are one series, and a window for both."""
    ledger.do("test", actions.put_service, code="social", prefix="A")
    for no in ("1", "2", "3"):
        ledger.do("test", actions.set_window, window=no, state="closed")


def test_who_is_first_of_a_service_still_stands_in_the_row_of_its_prefix(ledger, take, clock):
    shared_prefix(ledger)
    for _ in range(21):
        clock.forward(seconds=20)
        take("social")
    ledger.waits = draw(ledger.floor, clock())

    first = take("tax")

    told = (first.wait_p50, first.wait_p90)
    ledger.waits = draw(ledger.floor, clock(), last=ledger.waits)  # the phone, a moment later
    now = ledger.waits.of_ticket(first.id)
    assert told[0] > 60 * 60  # 21 before it in its row, about eight minutes each
    assert abs(told[0] - now.p50) <= 0.1 * now.p50


def test_who_is_booked_and_comes_early_is_told_the_wait_of_the_slot():
    came = [NOW - k * MINUTE for k in range(26, 20, -1)]
    line = tuple(
        Waiter(id=f"{k}", number=f"A{k}", series="A", service="tax", line_at=at, clock_at=at, target=1800) for k, at in enumerate(came)
    )
    slot = NOW + 25 * MINUTE
    state = HallState(
        waiting=line,
        stations=(Station(no="1", services=frozenset({"tax"})),),
        minutes={"tax": 6.0},
        bookings=(Coming(service="tax", slot_at=slot),),
    )

    look = predict_all(state, NOW, runs=200)

    early, at_once = look.new["tax", "appointment", slot], look.new["tax", "appointment"]
    assert early.p50 > at_once.p50 + 5 * 60  # it is not asked for before others as if its ten minutes ran already
    assert early.p50 < 35 * 60


def test_the_slip_of_an_early_visitor_tells_it(ledger, take, desk, clock):
    for no in ("1", "2", "A12"):
        ledger.do("test", actions.set_window, window=no, state="closed")
    ledger.do("test", actions.set_window, window="A12", state="open")
    booked = ledger.do("app:1", actions.book, service="tax", slot_at=clock() + 60 * MINUTE)
    clock.forward(minutes=15)
    for _ in range(8):
        clock.forward(seconds=20)
        take("tax")
    clock.forward(minutes=20)
    desk("A12").start_service(desk("A12").call_next())
    ledger.waits = draw(ledger.floor, clock())

    here = ledger.do("kiosk:k1", actions.checkin, ticket=booked.id)

    assert here.wait_p50 == ledger.waits.look.new["tax", "appointment", booked.slot_at].p50
    assert here.wait_p50 > ledger.waits.look.new["tax", "appointment"].p50


def test_waits_told_to_early_visitors_come_true():
    hall = made("county")
    rows = backtest.check_waits(hall, Rules(), every=3)[1]
    early = [hall.days[int(d)].slot[int(i)] > hall.days[int(d)].arrive[int(i)] for d, i in rows[:, 5:7]]

    told = backtest.truth_of(rows[np.array(early)])

    assert told.n > 20
    assert 0.75 <= told.below_p90 and abs(float((rows[early, 0] - rows[early, 2]).mean())) < 4


@pytest.mark.parametrize("rules", [Rules(), Rules(overdue_s=Rules().cap_s)], ids=["usual", "most"])
def test_the_simulation_keeps_the_row_of_numbers_of_a_shared_prefix(rules):
    alone = made("county")
    together = replace(alone, services=tuple(replace(s, series="A") for s in alone.services))
    apart = replace(together, services=tuple(replace(s, series="") for s in together.services))

    runs = [simulate.play(together, day, rules) for day in together.days]

    for day, run in zip(together.days, runs, strict=True):
        walk_ins = np.flatnonzero((day.rank == 3) & (run.called >= 0) & (day.miss == 0) & (day.follow == -1))
        for w in range(len(together.windows)):
            mine = [i for i in walk_ins if run.window[i] == w]
            in_order = sorted(mine, key=lambda i: run.called[i])
            assert in_order == sorted(mine, key=lambda i: run.arrive[i])
    score = simulate.score(together, together.days, runs, rules).score
    assert score < simulate.judge(apart, rules).score  # what a single prefix costs
    assert simulate.judge(apart, rules) == simulate.judge(alone, rules)


def test_a_recorded_day_knows_the_prefixes_of_its_hall(ledger, take, clock):
    shared_prefix(ledger)
    take("tax")
    take("social")

    hall = simulate.read_hall("today", recorded_days.texts(ledger.connection, ledger.floor, ledger.floor.day, ledger.zone))

    lines = simulate.rows_of_numbers(hall)
    assert [s.series for s in hall.services] == ["A", "A", "C"] and lines[0, 3] == lines[1, 3] != lines[2, 3]


def test_advice_on_windows_knows_the_prefixes_of_its_hall(ledger, clock):
    shared_prefix(ledger)

    hall, codes, _ = advisor._hall(ledger.floor, [(540.0, 1020.0)], clock(), Learned(), {})

    lines = simulate.rows_of_numbers(hall)
    assert lines[codes["tax"], 3] == lines[codes["social"], 3]  # first come first served over both
    assert lines[codes["tax"], 0] != lines[codes["tax"], 3]  # each class by itself
