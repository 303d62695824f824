"""A roster proposed from past days: what most of them had in common, by weekday."""

import pytest

from server.forecast.learned import PastShift
from server.forecast.proposed import rosters

DAY = ((510.0, 1050.0),)  # 08:30 to 17:30
WEEK = {weekday: DAY for weekday in range(5)}
FOUR = {weekday: 4 for weekday in range(5)}  # four weeks
GONE = 1050.0 + 24 * 60


def days(*away, no="3", weekdays=range(5), weeks=4, moved=lambda week: 0.0):
    return [
        PastShift(window=no, weekday=weekday, away=tuple((a + moved(week), b + moved(week)) for a, b in away))
        for week in range(weeks)
        for weekday in weekdays
    ]


def week_of(*shifts, worked=FOUR, hours=WEEK, no="3"):
    return rosters([one for some in shifts for one in some], worked, hours).get(no)


def test_staggered_lunches_that_begin_some_minutes_earlier_or_later_are_proposed_as_they_are_meant():
    """12:00 to 12:45 and 12:45 to 13:30, on the four days of a weekday 4, 2, -1 and -3 minutes from that."""
    about = lambda week: (4.0, 2.0, -1.0, -3.0)[week]
    early, later = days((720.0, 765.0), no="1", moved=about), days((765.0, 810.0), no="2", moved=about)

    found = rosters(early + later, FOUR, WEEK)

    assert found["1"] == {weekday: ["08:30-12:00", "12:45-17:30"] for weekday in range(5)}
    assert found["2"] == {weekday: ["08:30-12:45", "13:30-17:30"] for weekday in range(5)}


def test_a_weekday_with_another_lunch_is_its_own():
    found = week_of(days((720.0, 765.0), weekdays=range(4)), days((780.0, 840.0), weekdays=[4]))

    assert found[0] == ["08:30-12:00", "12:45-17:30"] and found[4] == ["08:30-13:00", "14:00-17:30"]


def test_what_happened_on_few_days_is_no_plan():
    rare = days((720.0, 765.0), weeks=3) + days((600.0, 700.0), (720.0, 765.0), weeks=1)

    assert week_of(rare) == {weekday: ["08:30-12:00", "12:45-17:30"] for weekday in range(5)}


def test_a_window_that_works_in_the_mornings_only_and_never_on_fridays():
    found = week_of(days((720.0, GONE), weekdays=range(4)))

    assert found == {weekday: ["08:30-12:00"] for weekday in range(4)} | {4: []}


def test_the_halls_own_break_stays_one_and_short_absences_are_none():
    halls = {0: ((510.0, 720.0), (810.0, 1050.0))}

    assert week_of(days((600.0, 605.0), weekdays=[0]), hours=halls) == {0: ["08:30-12:00", "13:30-17:30"]}


@pytest.mark.parametrize(("shifts", "worked"), [(days((720.0, 765.0), weekdays=[0], weeks=2), {0: 2}), ([], {0: 4})])
def test_too_few_days_propose_nothing(shifts, worked):
    assert rosters(shifts, worked, WEEK) == {}


def test_a_weekday_of_which_one_day_is_known_is_as_all_the_others():
    found = week_of(days((720.0, 765.0), weekdays=range(4)), days((600.0, 700.0), weekdays=[4], weeks=1), worked=FOUR | {4: 1})

    assert found[4] == ["08:30-12:00", "12:45-17:30"]
