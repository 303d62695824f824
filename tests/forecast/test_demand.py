"""How many will come: from past days, with an error that is found by forecasting those days as if they were to come."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from config.settings import Plan
from server.forecast.demand import HALVES, Booked, Came, checked, forecast, on_day, peaks_of
from server.forecast.learn import Past, learn
from server.forecast.learned import BINS

SHAPE = np.array([0] * 18 + [20, 30, 30, 20, 10, 5] + [0] * 3 + [15, 20, 20, 10, 5] + [0] * 16)
FIRST = date(2026, 11, 2)


def came(n, counts, **more):
    return Came(day=(FIRST + timedelta(days=n)).isoformat(), walked={"tax": tuple(int(x) for x in counts)}, **more)


def some_days(n, seed=1):
    rng = np.random.default_rng(seed)
    return [came(k, rng.poisson(SHAPE)) for k in range(n)]


def test_it_follows_past_days_and_its_range_holds_what_comes():
    days = some_days(14)
    told = forecast(days, came(14, np.zeros(48)))
    real = np.random.default_rng(9).poisson(SHAPE)

    assert told.days == 14 and told.total == pytest.approx(SHAPE.sum(), rel=0.1)
    inside = [h.low <= n <= h.high for h, n in zip(told.halves, real, strict=True) if h.expected > 2]
    assert sum(inside) >= 0.6 * len(inside)


def test_the_error_is_found_with_only_what_was_known_before():
    days = some_days(12)
    told = checked(days)
    # the last day again, by hand: from the eleven before it and nothing else
    by_hand = forecast(days[:11], came(11, np.zeros(48))).total

    assert told.days[-1] == (days[11].day, by_hand, int(days[11].counts().sum()))
    assert 0.1 < told.half_share < 0.4 and told.day_share < told.half_share and 0.65 <= told.inside <= 0.95
    later = [*days[:11], came(11, days[11].counts() * 3)]
    assert checked(later).days[-1][1] == by_hand  # what came that day has not leaked into its forecast
    assert checked(later).day_share > told.day_share


def test_a_forecast_that_was_always_right_has_no_error_and_too_few_days_none_at_all():
    same = [came(n, SHAPE) for n in range(5)]

    assert checked(same).half == 0 and checked(same).day_share == 0 and checked(same).inside == 1
    assert checked(same[:3]) is None and checked([]) is None
    assert forecast([], came(0, np.zeros(48))).total == 0


def test_a_busy_morning_lifts_the_afternoon():
    days = [came(n, SHAPE) for n in range(5)]
    usual = forecast(days, came(7, SHAPE), half=22)
    busy = forecast(days, came(7, SHAPE * 2), half=22)

    assert usual.halves[27].expected == usual.halves[27].morning
    assert busy.halves[27].expected > 1.4 * usual.halves[27].expected
    assert busy.halves[18].expected == busy.halves[18].morning  # what is past stays as it was told


def test_the_same_weekday_counts_more():
    mondays = {0, 7, 14}
    days = [came(n, SHAPE * (2 if n in mondays else 1)) for n in range(19) if n % 7 < 5]

    assert forecast(days, came(21, np.zeros(48))).total > 1.15 * forecast(days, came(22, np.zeros(48))).total


def test_bookings_of_the_day_count_in_and_come_about_their_slot():
    booked = tuple(Booked(service="tax", slot=20) for _ in range(40))
    days = [came(n, SHAPE) for n in range(5)]
    with_them = forecast(days, came(7, np.zeros(48), booked=booked))
    more = np.array([h.expected for h in with_them.halves]) - SHAPE

    assert more.sum() == pytest.approx(34, abs=0.5) and more[18:23].sum() == pytest.approx(more.sum(), abs=0.2)
    nobody_shows = [replace(d, booked=booked) for d in days]
    assert forecast(nobody_shows, came(7, np.zeros(48), booked=booked)).total < with_them.total - 25
    there = tuple(replace(b, came=19) for b in booked)
    assert forecast(days, came(7, SHAPE, booked=there), half=20).halves[20].expected == pytest.approx(SHAPE[20], abs=0.1)
    unknown = tuple(replace(b, known=False) for b in booked)
    assert forecast(days, came(7, np.zeros(48), booked=unknown)).total == pytest.approx(SHAPE.sum())


def test_a_half_hour_in_which_the_hall_is_closed_expects_nobody_and_teaches_nothing():
    afternoon = frozenset(range(24, 48))
    days = [came(n, SHAPE) for n in range(5)] + [came(5, SHAPE * (np.arange(48) < 24), shut=afternoon)]
    saturday, monday = (forecast(days, came(n, np.zeros(48), shut=shut)) for n, shut in ((12, afternoon), (7, frozenset())))

    assert saturday.total == pytest.approx(SHAPE[:24].sum()) and saturday.halves[28].high == 0
    assert monday.total == pytest.approx(SHAPE.sum())  # Saturday's closed afternoon does not thin out Monday's


def test_the_peak_calendar_lifts_its_services_on_its_dates():
    tomorrow = {"name": "peak", "dates": ["2026-11-20"]}
    plans = [Plan(id="a", expect=200, services=["tax"], **tomorrow), Plan(id="b", **tomorrow)]
    peaks = peaks_of(plans, "2026-11-20", ["tax", "social"])
    days = [came(n, SHAPE) for n in range(5)]
    flat = forecast(days, came(18, np.zeros(48))).total

    assert peaks == {"tax": 2.0} and peaks_of(plans, "2026-11-21", ["tax"]) == {}
    assert forecast(days, came(18, np.zeros(48), peaks=peaks)).total == pytest.approx(2 * flat)
    assert forecast([replace(d, peaks=peaks) for d in days], came(18, np.zeros(48))).total == pytest.approx(flat / 2)
    assert forecast(days, came(18, np.zeros(48)), service="social").total == 0


def test_arrivals_are_learned_by_quarter_hour():
    early = [Past(day=d, service="tax", rank="ordinary", arrive=541.0 + n / 4, clock=541.0) for d in range(4) for n in range(30)]

    come = learn(early, minutes={"tax": 5.0}, days=4).come["tax", "ordinary"]

    assert come[36] == pytest.approx(30, abs=0.1) and come[37] == 0  # nine o'clock


def test_arrivals_of_a_day_are_as_many_as_it_is_expected_to_have_and_come_as_usual():
    come = {
        ("tax", "ordinary"): quarters({36: 30.0, 37: 10.0}),
        ("tax", "green"): quarters({36: 8.0}),
        ("old", "ordinary"): quarters({36: 5.0}),
    }
    walked = {"tax": np.array([24.0 if half == 18 else 6.0 if half == 19 else 0.0 for half in range(HALVES)])}

    today = on_day(come, walked)

    assert today["tax", "ordinary"][36:38] == (15.0, 5.0) and today["tax", "green"][36:38] == (4.0, 0.0)
    assert today["tax", "ordinary"][38:40] == (2.5, 2.5)  # when nobody came before
    assert sum(sum(some) for some in today.values()) == pytest.approx(30) and ("old", "ordinary") not in today


def quarters(some):
    return tuple(some.get(n, 0.0) for n in range(BINS))
