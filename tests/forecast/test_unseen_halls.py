"""The table of kinds of halls, so that it cannot rot: what it leaves out, and that its halls are what they are called."""

import pytest
from tools import unseen_halls
from tools.unseen_halls import PAST, TOLD, Measured, corrections_of

from server.forecast.calibration import WaitOutcome, corrected
from server.forecast.simulate import first_come


def outcomes(factor):
    drawn = (300, 600, 1200)
    return [WaitOutcome(kind="ordinary", drawn=drawn, told=drawn, waited=factor * 600 * (0.5 + k / 5000)) for k in range(5000)]


def test_what_other_kinds_teach_is_never_taught_by_the_kind_itself():
    some = [Measured(name="buses", past=outcomes(3.0)), Measured(name="chains", past=outcomes(1.0))]

    others, own = corrections_of(some, "other kinds"), corrections_of(some, "own past")

    told = lambda found, name: corrected((300, 600, 1200), "ordinary", found[name])[1]
    assert told(others, "buses 0") < 620 < told(own, "buses 0") and told(own, "chains 0") < 620 < told(others, "chains 0")


@pytest.mark.parametrize("kind", ["lunches", "early"])
def test_a_kind_is_what_it_is_called(kind):
    hall = unseen_halls.KINDS[kind](3)

    assert len(hall.days) == PAST + TOLD
    if kind == "lunches":
        at_lunch = lambda day, at: sum(not any(a <= at < b for a, b in spans) for spans in day.spans)
        assert all(0 < at_lunch(day, 740) < len(hall.windows) for day in hall.days)
        assert all(((day.arrive > 720) & (day.arrive < 810)).mean() > 0.08 for day in hall.days)  # people come at noon, too
    if kind == "early":
        assert any(((day.slot - first_come(day) > 20) & (day.slot >= 0)).sum() > 20 for day in hall.days)


def test_the_halls_with_rosters_are_those_without_and_the_same_days():
    apart, known = unseen_halls.lunches(3), unseen_halls.rosters(3)

    assert all((a.arrive == b.arrive).all() and a.spans == b.spans for a, b in zip(apart.days, known.days, strict=True))
    assert all(len(w.spans) == 1 for w in apart.windows) and all(len(w.spans) == 2 for w in known.windows)


def test_what_the_halls_without_rosters_teach_is_never_taught_to_those_with():
    some = [
        Measured(name="lunches", past=outcomes(3.0)),
        Measured(name="rosters", past=outcomes(3.0)),
        Measured(name="buses", past=outcomes(1.0)),
    ]

    others = corrections_of(some, "other kinds")

    told = lambda name: corrected((300, 600, 1200), "ordinary", others[name])[1]
    assert told("rosters 0") < 620 and told("lunches 0") < 620 < told("buses 0")


def test_a_window_is_away_where_its_day_has_gaps():
    assert unseen_halls.gaps(((600.0, 720.0), (765.0, 1110.0))) == ((540.0, 600.0), (720.0, 765.0))
