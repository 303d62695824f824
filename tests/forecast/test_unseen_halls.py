"""The table of kinds of halls, so that it cannot rot: what it leaves out, and that its halls are what they are called."""

import pytest
from tools import unseen_halls
from tools.unseen_halls import FRESH, PAST, Measured, corrections_of

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

    assert len(hall.days) == PAST + FRESH
    if kind == "lunches":
        at_lunch = lambda day, at: sum(not any(a <= at < b for a, b in spans) for spans in day.spans)
        assert all(0 < at_lunch(day, 740) < len(hall.windows) for day in hall.days)
    if kind == "early":
        assert any(((day.slot - first_come(day) > 20) & (day.slot >= 0)).sum() > 20 for day in hall.days)
