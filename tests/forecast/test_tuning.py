"""Weights found on a hall's own past days: only where days that were held out gain, the same each time, and obeyed on every way."""

from dataclasses import replace

import numpy as np
import pytest
from forecast_floor import a_floor, at, window

from config.settings import Weights
from config.settings.rules import GROUPS, WEIGHTS, Rules
from server.domain import dispatch
from server.domain.line import next_for
from server.domain.things import Service, Setting
from server.domain.tickets import Ticket
from server.forecast import described, simulate, tuning
from server.forecast.learned import Learned
from server.forecast.state import hall_state
from server.forecast.wait_forecast import draw
from server.forecast.waits import futures

MIN = 60_000
EVERYBODY_STAYS = Learned(leave=(0.0,) * 30, miss=0.0)
TEXT = {
    "visitors": 140, "booked": 0.15, "green": 0.08, "show": 0.9, "cancels_visibly": 0.3, "misses": 0.03, "patience": 80, "spread": 0.5,
    "profile": {"09:00": 1.0, "10:00": 1.6, "11:00": 1.2, "13:30": 1.0, "15:00": 1.2},
    "services": [
        {"name": "quick", "minutes": 4.0, "share": 0.6}, {"name": "long", "minutes": 16.0, "share": 0.3, "complex": True},
        {"name": "mid", "minutes": 8.0, "share": 0.1},
    ],
    "windows": [{"count": 3}],
}  # fmt: skip


def days(seed, n=8):
    return described.describe(TEXT, days=n, seed=seed)


def test_weights_are_found_where_days_that_were_held_out_gain_and_the_same_each_time():
    hall = days(8)

    first, again = tuning.weigh(hall, Rules()), tuning.weigh(hall, Rules())

    assert first == again and (first.outcome, first.days) == ("found", 8)
    assert first.gain >= tuning.LEAST_GAIN and set(first.factors) == set(WEIGHTS)
    assert Weights(factors=first.factors).each == tuple(first.factors.values())
    told = simulate.score(hall, hall.days, [simulate.play(hall, day, Rules()) for day in hall.days], Rules()).score
    own = tuning.weighing(Rules(), Weights(factors=first.factors).each)
    assert simulate.score(hall, hall.days, [simulate.play(hall, day, own) for day in hall.days], own).score > told


def test_the_shipped_weights_stay_where_days_that_were_held_out_do_not_gain():
    found = tuning.weigh(days(5), Rules())

    assert (found.outcome, found.factors) == ("shipped", {}) and found.gain < tuning.LEAST_GAIN


def two_in_line(factors=None):
    """One of a service whose promise was lost five minutes ago beside one who has half of it left; a single window."""
    now = at("10:00")
    row = {"key": None, "day": "2026-11-20", "class_": "ordinary"}
    line = [
        Ticket(
            id=s,
            number=f"{s}001",
            seq=n,
            series=s,
            service=s,
            issued_at=now - m * MIN,
            line_at=now - m * MIN,
            clock_at=now - m * MIN,
            **row,
        )
        for n, (s, m) in enumerate((("lost", 35), ("kept", 15)))
    ]
    floor = a_floor(replace(window(since="09:59", services=("lost", "kept")), manned=True), now="10:00")
    services = {s: Service(code=s, name=s, minutes=8.0) for s in ("lost", "kept")}
    settings = floor.settings | ({"weights": Setting(name="weights", value={"factors": factors})} if factors else {})
    return replace(floor, services=services, tickets={t.id: t for t in line}, settings=settings), now


@pytest.mark.parametrize(("factors", "first"), [(None, "lost"), ({"lost": 0.1}, "kept")])
def test_what_a_hall_found_is_obeyed_at_the_call_and_in_what_is_told(factors, first):
    floor, now = two_in_line(factors)

    called = next_for(floor, floor.windows["1"], now).ticket.id
    drawn = draw(floor, now)
    runs = futures(hall_state(floor, now, EVERYBODY_STAYS), now, runs=20)
    before = np.nan_to_num(runs.called[:, 0], nan=1e9) < np.nan_to_num(runs.called[:, 1], nan=1e9)

    assert called == drawn.up["1"]["ticket"] == first
    assert before.all() if first == "lost" else not before.any()


def test_days_run_again_and_the_call_weigh_alike():
    hall = days(1, n=1)
    rules = tuning.weighing(Rules(), [1.2, 0.8, 1.5, 0.9, 1.7, 0.6, 1.3, 0.4])
    minutes = (5.0, 11.0, 20.0)

    own = simulate.floor_of(hall, rules, minutes=minutes)

    for row, (service, group) in enumerate(zip(own.rows_service, own.rows_group, strict=True)):
        assert (own.quick[row], own.quick_late[row]) == dispatch.weighed(minutes[service], int(group), rules)
    assert simulate.judge(hall, rules, minutes) != simulate.judge(hall, Rules(), minutes)
    assert len(GROUPS) == len(dispatch.WEIGHT)
