"""Waits over the lunch break and the close: live predictions know the hall's hours, what is lent by the clock, and who is paused."""

from dataclasses import replace

import numpy as np
import pytest
from forecast_floor import DAY, LEAVES_AT_ONCE, MIN, STAYS_HALF_AN_HOUR, ZONE, a_floor, at, told, window

from config.settings.rules import Rules
from server.domain.duty import hall_hours, shifts
from server.domain.hours import midnight
from server.forecast import backtest, described, simulate
from server.forecast.forward import NEVER
from server.forecast.learn import Past, learn
from server.forecast.state import hall_state, stations
from server.forecast.waits import predict_all


def test_who_comes_just_before_lunch_and_cannot_be_served_before_it_is_told_the_afternoon():
    floor = a_floor(window(), line=4)

    assert told(floor, "11:50").p10 >= 100 * 60  # until 13:30
    assert told(replace(floor, settings={}), "11:50").p90 < 90 * 60  # a hall without hours has no lunch
    assert told(floor, "11:50", STAYS_HALF_AN_HOUR).p50 < 45 * 60  # and one that serves who is there first is known to do so


def test_on_day_one_the_range_holds_both():
    wait = told(a_floor(window(), line=3), "11:50", None)

    assert wait.p10 < 30 * 60 and wait.p90 > 95 * 60


def test_in_the_break_the_windows_of_the_morning_are_back_at_its_end():
    floor = a_floor(window("1", "closed", "12:01"), window("2", "closed", "08:00", ("social",)), now="12:40")
    idle = replace(floor, windows={"1": replace(floor.windows["1"], since=0)})

    assert told(floor, "12:40").p50 == pytest.approx(50 * 60, abs=90)
    assert told(idle, "12:40") is None  # it did not work this morning


def test_before_the_hall_opens_the_wait_is_until_it_opens():
    floor = a_floor(window("1", "closed", "00:00"), now="08:20")

    assert 10 * 60 <= told(floor, "08:20").p50 < 12 * 60
    assert told(floor, "08:20", replace(LEAVES_AT_ONCE, windows={"1": 0.2, "2": 1.0})) is None  # it hardly ever works


def test_who_works_through_the_break_is_counted_on():
    assert told(a_floor(window(), line=3, now="12:45"), "12:45").p90 < 60 * 60
    assert told(a_floor(window(since="12:10"), line=3, now="12:15"), "12:15").p90 < 60 * 60


def test_outside_of_all_hours_they_say_nothing():
    assert hall_hours(a_floor(), at("20:00")) == () == hall_hours(a_floor(hours={}), at("10:00"))
    assert hall_hours(a_floor(hours={"days": {}, "holidays": ["2027-01-01"]}), at("10:00")) == ()  # as its page writes it
    assert shifts(a_floor(), window(), at("20:00")) == ()
    assert told(a_floor(window(), line=3, now="20:00"), "20:00").p90 < 60 * 60


def test_at_the_close_those_who_are_there_are_still_served():
    assert 60 * 60 < told(a_floor(window(since="17:15"), line=10, now="17:20"), "17:20").p50 < 120 * 60


def test_a_paused_window_is_counted_on_after_the_usual_pause():
    floor = a_floor(window(state="paused", since="09:55"), now="10:00")

    assert 9 * 60 < told(floor, "10:00").p50 < 12 * 60
    assert told(a_floor(window(state="paused", since="08:35"), now="10:00"), "10:00") is None


def test_a_window_lent_by_the_clock_helps_from_then_on():
    lend = {"window": "2", "services": ["tax"], "from": "10:30", "to": "11:00"}
    floor = a_floor(window("2", services=("social",)), now="10:00", lends=[lend])

    parts = stations(floor, at("10:00"))

    assert [(p.open, sorted(p.services)) for p in parts] == [(True, ["social"]), (False, ["social", "tax"]), (False, ["social"])]
    assert parts[1].intervals == ((at("10:30"), at("11:00")),)
    assert told(floor, "10:00").p50 == pytest.approx(30 * 60, abs=90)


def test_how_long_a_hall_stays_is_learned():
    def morning(day, *called):
        return [Past(day=day, service="tax", rank="ordinary", arrive=700.0, clock=700.0, called=c, window="1") for c in called]

    stays = learn([p for d in range(25) for p in morning(d, 715.0, 731.0, 811.0)], minutes={"tax": 8}, days=25,
                  breaks={d: [(720.0, 810.0)] for d in range(25)}).stays  # fmt: skip
    at_once = learn([p for d in range(25) for p in morning(d, 715.0, 811.0)], minutes={"tax": 8}, days=25,
                    breaks={d: [(720.0, 810.0)] for d in range(25)}).stays  # fmt: skip

    assert set(stays) == {11.0} and set(at_once) == {0.0}


LUNCH = {
    "name": "lunch", "visitors": 330, "booked": 0.1, "green": 0.08, "patience": 400,
    "profile": {"08:30": 2, "09:30": 3, "10:30": 5, "11:30": 3, "13:30": 3, "14:30": 3, "15:30": 1},
    "services": [{"name": "a", "minutes": 6, "share": 2}, {"name": "b", "minutes": 9}, {"name": "c", "minutes": 17, "complex": True}],
    "windows": [{"count": 6, "open": ["08:30-12:00", "13:30-19:00"], "breaks": 0}],
}  # fmt: skip


def test_the_waits_of_the_late_morning_come_true():
    """Days of a hall that shuts at noon sharp, seen through its live picture: with and without the hours it has."""
    hall = described.describe(LUNCH, days=4, seed=3)
    rules = Rules()
    played = [simulate.play(hall, day, rules) for day in hall.days]
    errors = {True: [], False: []}
    inside = []
    for d, (day, run) in enumerate(zip(hall.days, played, strict=True)):
        pasts = [p for x in range(4) if x != d for p in backtest.records(hall, x, hall.days[x], played[x])]
        minutes = {str(n): s.minutes for n, s in enumerate(hall.services)}
        known = learn(pasts, minutes=minutes, complex=["2"], days=3, breaks={x: [(720.0, 810.0)] for x in range(4) if x != d})
        late = np.flatnonzero((run.arrive > 680) & (run.arrive < 718) & (run.called >= 0) & (run.arrive < NEVER / 2))
        for i in late[::2]:
            now = midnight(DAY, ZONE) + round(float(run.arrive[i]) * MIN)
            seen = backtest.state_at(hall, day, run, float(run.arrive[i]), rules, known)
            shift = lambda w: replace(w, line_at=w.line_at + midnight(DAY, ZONE), clock_at=w.clock_at + midnight(DAY, ZONE))
            windows = {s.no: window(s.no) for s in seen.stations}
            live = hall_state(a_floor(*windows.values(), now="11:30"), now, known)
            for with_hours in (True, False):
                works = {s.no: s.intervals for s in live.stations} if with_hours else {}
                state = replace(
                    seen,
                    waiting=tuple(shift(w) for w in seen.waiting if w.id != str(i)),
                    stations=tuple(
                        replace(s, intervals=works.get(s.no, ()), started_at=s.started_at and s.started_at + midnight(DAY, ZONE))
                        for s in seen.stations
                    ),
                    bookings=(),
                    midnight=midnight(DAY, ZONE),
                    hours=live.hours if with_hours else (),
                )
                key = (str(day.service[i]), simulate.RANKS[day.rank[i]])
                wait = predict_all(state, now, runs=40, seed=int(i), classes=(key[1],)).new[key]
                took = float(run.called[i] - run.arrive[i])
                errors[with_hours].append(abs(took - wait.p50 / 60))
                if with_hours:
                    inside.append(took <= wait.p90 / 60 + 0.02)

    before, after = np.mean(errors[False]), np.mean(errors[True])

    assert len(inside) >= 40 and before > 20 and after < before / 2 and np.mean(inside) >= 0.8, (before, after, np.mean(inside))
