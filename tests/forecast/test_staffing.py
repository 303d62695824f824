"""How many windows a day needs: the advice uses the hours that it may, keeps what it says on days that it never saw, and knows how days
differ, who is green and when windows are usually away."""

from dataclasses import replace

import numpy as np
import pytest
from forecast_days import made

from config.settings.rules import Rules
from server.forecast import backtest, described, simulate, staffing
from server.forecast.demand import Booked, Came, swing
from server.forecast.learn import Past, learn
from server.forecast.learned import Learned, PastShift
from server.forecast.simulate import Booking

CLOSE = 1050.0


@pytest.fixture(scope="module")
def county():
    """(hall, what its first three days teach)"""
    hall = made("county", seed=9)
    played = [simulate.play(hall, day, Rules()) for day in hall.days]
    return hall, backtest.learn_days(hall, [0, 1, 2], played)


@pytest.mark.parametrize(("demand", "least", "most"), [(0.75, 0.76, 0.80), (0.5, 0.50, 0.54)])
def test_advice_uses_the_hours_that_it_may_and_keeps_what_is_promised(county, demand, least, most):
    hall, known = county

    plan = staffing.plan_like(hall, Rules(), known, demand=demand, visitors=300, bookings=hall.days[3].bookings, close=CLOSE)

    test = [staffing.thinned(hall.days[3], demand, np.random.default_rng(k)) for k in range(3)]
    floor = simulate.floor_of(hall, Rules(), spans=plan.spans)
    kept = simulate.score(hall, test, [simulate.play(hall, day, Rules(), floor=floor) for day in test], Rules())
    assert least <= plan.share <= most and kept.protected >= 0.93 and kept.all >= 0.90
    assert max(n for _, n in plan.open) <= len(hall.windows)


def test_what_a_plan_says_it_keeps_is_what_days_keep_that_it_was_not_made_with(county):
    hall, known = county
    believed, rules = staffing.with_clerks(hall, known), Rules()
    days = lambda seed, n=4: staffing.days_like(believed, known, n, seed=seed, demand=0.75, bookings=hall.days[3].bookings, rules=rules)

    plan = staffing.advise(believed, rules, days(1), days(2, 40), close=CLOSE)

    others = staffing.kept(believed, rules, days(3, 40), plan.spans)
    assert plan.all == staffing.kept(believed, rules, days(2, 40), plan.spans)[1] == pytest.approx(others[1], abs=0.03)
    assert plan.all >= min(staffing.ALL, plan.full_all) - 0.01


def test_made_up_days_have_as_many_green_and_booked_as_past_ones():
    hall = described.describe({"visitors": 400, "booked": 0.5, "green": 0.6, "services": [{"name": "a", "minutes": 3}]}, days=8)
    played = [simulate.play(hall, day, Rules()) for day in hall.days]
    known = backtest.learn_days(hall, range(8), played)

    days = staffing.days_like(hall, known, 16, bookings=hall.days[0].bookings)

    share = lambda some: np.mean(np.concatenate([d.rank for d in some]) == 0)
    assert known.booked_green == pytest.approx(0.24, abs=0.03)  # of the booked 0.6 x 0.4
    assert share(days) == pytest.approx(share(hall.days), abs=0.02)


def test_made_up_days_differ_as_past_ones_did():
    came = lambda day, n: [Past(day=day, service="a", rank="ordinary", arrive=600.0, clock=600.0) for _ in range(n)]
    days = lambda *counts: learn([p for d, n in enumerate(counts) for p in came(d, n)], minutes={"a": 5.0}, days=len(counts)).swing

    assert days(400, 400, 400, 400, 400) < Learned.swing < days(300, 500, 280, 520, 400) <= 0.3


def test_a_live_day_differs_as_much_as_forecasts_were_wrong():
    day = lambda n, many: Came(day=f"2026-11-{n:02}", walked={"a": (0,) * 20 + (many,) + (0,) * 27}, booked=(Booked(service="a", slot=20),))

    even, uneven = (swing([day(n, many) for n, many in enumerate(counts, 2)]) for counts in ([100] * 8, [60, 140] * 4))

    assert even < 0.1 < uneven <= 0.3 and swing([]) == 0.1


def test_a_plan_counts_with_the_breaks_that_windows_usually_take():
    hall = described.describe({"visitors": 60, "services": [{"name": "a", "minutes": 5}], "windows": [{"open": ["09:00-17:00"]}]}, days=1)
    hall = replace(hall, windows=tuple(replace(w, spans=((540.0, 1020.0),)) for w in hall.windows))
    lunch, shut = (720.0, 780.0), (900.0, 2460.0)
    known = Learned(away={"1": (PastShift(window="1", weekday=0, away=((540.0, 560.0), lunch, shut)),)}, leave=(0.0,) * 30)

    day = staffing.days_like(hall, known, 1, bookings=[Booking(slot=m, service=0, ticket=-1) for m in range(541, 1000, 4)])[0]

    run = simulate.play(hall, day, Rules(), floor=simulate.floor_of(hall, Rules()))
    assert day.away == ((lunch,),)  # that it opened late, or was closed for the day, was the choice of that day
    called = run.called[run.called >= 0]
    assert called.min() < 560 and called.max() > 900 and not ((called > 720 + 1e-6) & (called < 780)).any()
