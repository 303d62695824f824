"""How long it will be, told honestly."""

from dataclasses import replace

import pytest

from config import words
from server.domain.dispatch import Station, Waiter
from server.forecast.wait_picture import HallState, as_told
from server.forecast.waits import predict, predict_all

NOW = 1_700_000_000_000
MIN = 60_000


def hall(n, **station):
    came = [NOW - (n - k) * MIN for k in range(n)]
    line = tuple(
        Waiter(id=str(k), number=f"A{k:03}", series="A", service="social", line_at=at, clock_at=at, target=1800)
        for k, at in enumerate(came)
    )
    return HallState(
        waiting=line, stations=(Station(no="1", services=frozenset({"social"}), **station),), minutes={"social": 6.0, "tax": 9.0}
    )


def test_who_is_further_back_waits_longer():
    look = predict_all(hall(8), NOW)

    waits = [look.tickets[str(k)].p50 for k in range(8)]
    assert waits == sorted(waits) and 0 < waits[0] < 60 and waits[-1] > 30 * 60
    assert all(w.p10 <= w.p50 <= w.p90 for w in look.tickets.values())


def test_a_new_arrival_waits_for_those_before_and_green_does_not():
    look = predict_all(hall(8), NOW)

    assert look.new["social", "ordinary"].p50 > look.tickets["7"].p50 > look.new["social", "green"].p50


def test_a_window_that_on_some_days_does_not_come_back_at_all_helps_on_the_others():
    state, back = hall(8), ((NOW + 5 * MIN, NOW + 300 * MIN),)
    gone = lambda *ways: replace(state, stations=(*state.stations, Station(no="2", services=frozenset({"social"}), open=False, ways=ways)))

    last = [predict_all(s, NOW).tickets["7"].p50 for s in (gone(back, back), gone((), back), gone((), ()))]
    assert last == sorted(last) and last[0] < last[2]


def test_nothing_is_made_up_where_no_window_serves():
    assert predict(hall(3), NOW, service="tax") is None


@pytest.mark.parametrize(
    ("p50", "p90", "zh", "en"),
    [
        (0, 40, "1分钟内", "under 1 min"),
        (20, 200, "4分钟内", "under 4 min"),
        (480, 900, "8–15分钟", "8–15 min"),
        (480, 480, "约8分钟", "about 8 min"),
        (1100, 2000, "15–35分钟", "15–35 min"),
    ],
)
def test_what_people_are_told_is_a_range_no_more_exact_than_it_is_known(p50, p90, zh, en):
    code, minutes = as_told(p50, p90)

    assert words.load().texts("wait", code, **minutes) == {"zh": zh, "en": en}
