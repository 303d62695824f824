"""The fault test, short: real processes, a network that is cut, -9 for server and kiosk. The long form is `hall torture alone`."""

import pytest
from tools.alone import STEPS, Torture


@pytest.fixture
def torture(tmp_path):
    made = Torture(tmp_path / "t", seed=4)
    yield made
    made.close()


def test_nothing_is_lost_or_doubled_whatever_is_cut_or_killed(torture):
    for fault in (
        "none",
        "lose answer",
        "kill server",
        "cut while asking",
        "kill both",
        "back",
        "hole",
        "half open",
        "slow",
        "back",
        "freeze server",
        "freeze kiosk",
    ):
        torture.round(fault)
    for step in STEPS:
        torture.random.choice = lambda options, step=step: step if options is STEPS else options[0]
        torture.round("kill kiosk at a step" if step in ("asking", "answered") else "kill kiosk at a step, alone")

    torture.settle()  # raises where something does not add up

    assert torture.kiosk.deaths >= len(STEPS) and "no number lost" in torture.summary()
