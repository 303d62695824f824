"""The roster of a window, obeyed by what a running hall tells: breaks before they begin, pauses within them, days on which nobody comes."""

from dataclasses import replace
from datetime import date

import pytest
from forecast_floor import DAY, MIN, a_floor, at, told, window

from server.domain.duty import breaks, planned
from server.forecast.learned import Learned, PastShift
from server.forecast.state import stations

WHOLE_DAY = {"friday": ["08:30-17:30"]}
EARLY, LATER = ["08:30-12:00", "12:45-17:30"], ["08:30-12:45", "13:30-17:30"]
SURE = Learned(leave=(0.0,) * 30, stays=(0.0,), spread={"tax": 0.01}, swing=0.01, press=(0.05,) * 3, notice=(0.1,) * 3, windows={"1": 1.0})


def friday(spans, no="1", **more):
    return {no: {"friday": spans, **more}}


def works(floor, now, learned=SURE):
    """When window 1 is expected to work from now on; an open end stands for the hall's own."""
    return stations(floor, at(now), learned)[0].intervals


def test_staggered_lunches_are_told_before_they_begin():
    """Two windows, eight minutes a service, six in line at 11:50; one is away from 12:00 to 12:45, the other from 12:45 on. Both call
    at 11:50 and 11:58; the first goes when it has ended, at 12:06, so the other calls the fifth then, the sixth at 12:14 and a newcomer
    at 12:22. Without the roster both are believed to go on, and the newcomer's turn is 12:14. The p90 told has the break in it, too."""
    both = (window("1"), window("2"))
    plan = friday(EARLY) | friday(LATER, "2")

    known, unknown = (told(a_floor(*both, line=6, now="11:50", hours=WHOLE_DAY, rosters=r), "11:50", SURE) for r in (plan, None))

    assert unknown.p50 == pytest.approx(24 * 60, abs=4 * 60) and known.p50 == pytest.approx(32 * 60, abs=4 * 60)
    assert known.p90 > unknown.p90 + 4 * 60


def test_who_would_be_called_in_a_break_of_all_windows_is_told_its_end():
    floor = a_floor(window(), line=3, now="11:55", hours=WHOLE_DAY, rosters=friday(EARLY))

    found = told(floor, "11:55", SURE)

    assert 50 * 60 <= found.p50 <= 75 * 60 and found.p90 >= found.p50  # two are left at 12:00, and it goes on at 12:45


def test_the_roster_stands_above_past_days():
    later = tuple(PastShift(window="1", weekday=4, away=((780.0, 825.0),)) for _ in range(10))
    known = replace(SURE, away={"1": later})

    assert works(a_floor(window(), hours=WHOLE_DAY, rosters=friday(EARLY)), "11:00", known)[0][1] == at("12:00")
    assert works(a_floor(window(), hours=WHOLE_DAY, rosters={"1": {"monday": EARLY}}), "11:00", known)[0][1] == at("13:00")


@pytest.mark.parametrize("reason", ["", "吃饭"])
@pytest.mark.parametrize(("since", "now", "back"), [("11:40", "11:45", "12:45"), ("11:55", "11:58", "12:45"), ("12:01", "12:20", "12:45")])
def test_a_pause_never_ends_before_the_planned_break_it_runs_into(since, now, back, reason):
    """Pauses last half an hour in this hall: the one from 11:40 ends at 12:10, which is within the break."""
    paused = replace(window(state="paused", since=since), reason=reason)
    known = replace(SURE, pauses={(reason, None): (30.0,) * 9})

    assert works(a_floor(paused, hours=WHOLE_DAY, rosters=friday(EARLY)), now, known)[0][0] == at(back)


def test_a_short_pause_between_breaks_lasts_as_such_pauses_do():
    paused = replace(window(state="paused", since="10:00"), reason="茶")
    known = replace(SURE, pauses={("茶", None): (5.0,) * 9})

    assert works(a_floor(paused, hours=WHOLE_DAY, rosters=friday(EARLY)), "10:02", known)[0] == (at("10:05"), at("12:00"))


def test_who_has_come_back_early_works_and_who_does_not_come_is_counted_on_no_more():
    plan = friday(EARLY)

    assert works(a_floor(window(since="12:30"), hours=WHOLE_DAY, rosters=plan), "12:35")[0][0] == at("12:35")
    gone = a_floor(window(state="closed", since="12:00"), hours=WHOLE_DAY, rosters=plan)
    assert works(gone, "12:30")[0][0] == at("12:45") and works(gone, "12:50")[0][0] > at("12:50")
    assert works(gone, "14:00") == ()


def test_a_day_off_and_a_single_day_stand_above_the_week():
    closed = window(state="closed", since="08:00")

    assert works(a_floor(closed, hours=WHOLE_DAY, rosters=friday([])), "08:20") == ()
    only_today = a_floor(closed, hours=WHOLE_DAY, rosters=friday([], days={DAY: ["09:00-12:00"]}))
    assert works(only_today, "08:20") == ((at("09:00"), at("12:00")),)


def test_a_planned_week_holds_within_the_hours_of_the_day_and_may_go_on_through_the_halls_break():
    day = date.fromisoformat(DAY)
    plan = lambda spans, hours: planned(a_floor(window(), hours=hours, rosters=friday(spans)), window(), day)

    assert plan(["08:00-13:00", "14:00-18:00"], WHOLE_DAY) == ((at("08:30"), at("13:00")), (at("14:00"), at("17:30")))
    assert plan(["08:30-17:30"], {"friday": ["08:30-12:00", "13:30-17:30"]}) == ((at("08:30"), at("17:30")),)
    assert plan(EARLY, WHOLE_DAY | {"days": {DAY: ["08:30-11:30"]}}) == ((at("08:30"), at("11:30")),)
    assert plan(EARLY, WHOLE_DAY | {"holidays": [DAY]}) == ()
    assert plan(EARLY, WHOLE_DAY | {"makeup": {DAY: "monday"}}) is None  # worked like a Monday, of which nothing is planned


def test_after_the_last_hour_windows_stay_for_those_still_there():
    floor = a_floor(window(), line=4, now="17:35", hours=WHOLE_DAY, rosters=friday(EARLY))

    assert told(floor, "17:35", SURE).p50 < 60 * 60
    assert works(a_floor(window(), hours=WHOLE_DAY, rosters=friday(EARLY)), "17:20")[0][1] == at("17:30") + 12 * 60 * MIN


def test_the_breaks_that_are_to_come_are_told_the_one_it_is_in_too():
    floor = a_floor(window(), hours=WHOLE_DAY, rosters=friday(["08:30-10:00", "10:15-12:00", "12:45-17:30"]))
    of = lambda now: breaks(floor, floor.windows["1"], at(now))

    assert of("09:00") == [(at("10:00"), at("10:15")), (at("12:00"), at("12:45"))]
    assert of("12:20") == [(at("12:00"), at("12:45"))] and of("12:45") == []
