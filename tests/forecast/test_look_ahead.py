"""A call looked ahead at: only for the very picture that was seen, only within what the rules leave open, and never waited for."""

from dataclasses import replace

import numpy as np
import pytest
from forecast_floor import a_floor, at, window

from config.settings.rules import Rules
from server.domain.dispatch import Instead, LookedAhead, Station, Waiter, choose, explain
from server.domain.line import FRESH, next_for, picture
from server.domain.things import Setting
from server.domain.tickets import Ticket
from server.forecast import ahead_days, ahead_task, backtest, described, forward, simulate
from server.forecast.ahead_task import AheadTask, likely_next, look

MIN = 60_000
NOW = 1_700_000_000_000
HERE = Station(no="1", services=frozenset({"a"}))
TEXT = {
    "visitors": 90, "booked": 0.2, "green": 0.1, "show": 0.9, "misses": 0.05, "cancels_visibly": 0.3, "patience": 60,
    "services": [{"name": "quick", "minutes": 4.0, "share": 0.6}, {"name": "long", "minutes": 16.0, "complex": True, "share": 0.4}],
    "windows": [{"count": 2, "open": ["09:00-12:20"]}],
}  # fmt: skip


@pytest.fixture
def uncompiled(monkeypatch):
    """The loop over many runs as it is written: with few runs it is as good, and is not compiled for it."""
    monkeypatch.setattr(forward, "compiled_batch", lambda: forward._compare)
    if forward.compiled() is None:
        monkeypatch.setattr(forward, "advance", forward._advance)


def waits(id, waited, series=None, target=30, expected=8.0, **more):
    since = NOW - round(waited * MIN)
    return Waiter(
        id=id, number=id, series=series or id[0], service="a", line_at=since, clock_at=since, target=target * 60, expected_s=60 * expected,
        **more,
    )  # fmt: skip


def called(line, instead, rules=None, station=HERE):
    choice = choose(line, station, NOW, rules or Rules(), instead)
    return choice.ticket.id, choice.code


LINE = [waits("A1", 10, expected=4.0), waits("A2", 9, expected=4.0), waits("B1", 12, expected=9.0)]


def test_what_was_looked_ahead_at_is_called_and_says_so():
    choice = choose(LINE, HERE, NOW, Rules(), Instead(ticket="B1", index="A1", minutes=90))

    assert (choice.ticket.id, choice.code) == ("B1", "ahead") and called(LINE, None) == ("A1", "short")
    assert (explain(choice)["facts"]["instead"], explain(choice)["facts"]["minutes"]) == ("A1", 90)


@pytest.mark.parametrize(
    ("line", "instead", "first"),
    [
        (LINE, Instead(ticket="A2", index="A1", minutes=90), "A1"),  # nobody is overtaken within a series
        (LINE, Instead(ticket="B1", index="A2", minutes=90), "A1"),  # the index is another than was seen
        (LINE, Instead(ticket="X9", index="A1", minutes=90), "A1"),  # who is not there any more
        ([*LINE, waits("C1", 61)], Instead(ticket="B1", index="C1", minutes=90), "C1"),  # past the promise by more than is let pass
        ([*LINE, waits("D1", 91, target=200)], Instead(ticket="B1", index="D1", minutes=90), "D1"),  # the longest wait
        ([*LINE, waits("G1", 5, target=10, class_="green")], Instead(ticket="B1", index="G1", minutes=90), "G1"),
        ([*LINE, waits("Y1", 5, target=10, class_="appointment")], Instead(ticket="B1", index="Y1", minutes=90), "Y1"),
    ],
)
def test_it_breaks_no_promise_of_the_rules(line, instead, first):
    assert called(line, instead)[0] == first


def test_a_green_one_is_not_called_out_of_turn():
    line = [*LINE, waits("G1", 1, target=30, class_="green")]
    station = replace(HERE, green_in_a_row=5)

    assert called(line, Instead(ticket="G1", index="A1", minutes=90), station=station)[0] == "A1"


# -- the very picture


def hall(*, settings=None, there=None):
    """Two windows; one waits for tax since 30 minutes, one for social since 10; somebody may be at window 2."""
    now = at("10:00")
    row = {"key": None, "day": "2026-11-20", "class_": "ordinary"}
    waited = {"tax": 12, "social": 10}
    tickets = [
        Ticket(
            id=s, number=f"{s}1", seq=n, series=s, service=s, issued_at=now - m * MIN, line_at=now - m * MIN, clock_at=now - m * MIN, **row
        )
        for n, (s, m) in enumerate(waited.items())
    ]
    for no, id in (there or {}).items():
        tickets.append(
            Ticket(
                id=id, number=id, seq=9, series="z", service="tax", issued_at=now - 40 * MIN, line_at=now - 40 * MIN,
                clock_at=now - 40 * MIN, state="serving", window=no, called_at=now - 5 * MIN, started_at=now - 4 * MIN, **row,
            )
        )  # fmt: skip
    floor = a_floor(*(replace(window(no, since="09:59", services=("tax", "social")), manned=True) for no in ("1", "2")), now="10:00")
    kept = floor.settings | {name: Setting(name=name, value=value) for name, value in (settings or {}).items()}
    return replace(floor, tickets={t.id: t for t in tickets}, settings=kept)


def ahead_of(floor, no="1", instead=None, now=None):
    index = next_for(floor, floor.windows[no], at("10:00")).ticket.id
    other = "social" if index == "tax" else "tax"
    found = Instead(ticket=other, index=index, minutes=90)
    return {no: LookedAhead(at=now or at("10:00"), seen=picture(floor, no, ("tax", "social")), instead=found)}, index, other


def next_at(floor, ahead, no="1", now=None, service=None):
    return next_for(floor, floor.windows[no], now or at("10:00"), service, ahead=ahead).ticket.id


def with_ticket(floor, id, **changes):
    return floor.with_rows(floor.seq + 1, {"tickets": {id: replace(floor.tickets[id], **changes)}})


def test_it_holds_for_the_picture_that_was_seen_and_for_a_short_time():
    floor = hall(there={"2": "there"})
    ahead, index, other = ahead_of(floor)

    assert next_at(floor, ahead) == other
    assert next_at(floor, ahead, now=at("10:00") + FRESH) == other and next_at(floor, ahead, now=at("10:00") + FRESH + 1) == index
    assert next_at(floor, ahead, service=index) == index
    assert next_at(floor, ahead, no="2") == index  # seen for another window


def test_a_floor_that_has_moved_on_goes_by_the_index():
    floor = hall(there={"2": "there"})
    ahead, index, _ = ahead_of(floor)
    gone = with_ticket(floor, "there", state="done", finished_at=at("10:00"))
    elsewhere = replace(window("2", state="paused", services=("tax", "social")), manned=True)
    newer = Ticket(
        id="new", key=None, day="2026-11-20", number="new", seq=8, series="tax", service="tax", class_="ordinary",
        issued_at=at("10:00"), line_at=at("10:00"), clock_at=at("10:00"),
    )  # fmt: skip

    assert next_at(gone, ahead) == index
    assert next_at(floor.with_rows(9, {"windows": {"2": elsewhere}}), ahead) == index
    assert next_at(floor.with_rows(9, {"tickets": {"new": newer}}), ahead) == index


def test_what_was_seen_while_somebody_is_still_there_holds_when_they_have_gone():
    """The press that ends a service and the next call come in one breath: there is no time to look in between."""
    floor = hall(there={"1": "there"})
    ahead, _, other = ahead_of(floor)

    assert next_at(with_ticket(floor, "there", state="done", finished_at=at("10:00")), ahead) == other


def test_it_is_switched_off_by_a_rule(all_turned):
    floor = hall(settings={"rules": {"look_ahead": False}})
    ahead, index, _ = ahead_of(floor)
    looked = Looked(floor, at("10:00"))

    AheadTask(looked, lambda: None).tick()

    assert next_at(floor, ahead) == index and (looked.ahead, all_turned) == ({}, [])


# -- the task beside the hall


class Looked:
    def __init__(self, floor, now):
        self.floor, self.now, self.ahead = floor, now, {}

    def clock(self):
        return self.now


@pytest.fixture
def all_turned(monkeypatch):
    """Every window is told to call the second best."""
    asked = []

    class Turned:
        def __init__(self, state, now, seed):
            pass

        def better(self, no):
            asked.append(no)
            return Instead(ticket="social", index="tax", minutes=90)

    monkeypatch.setattr(ahead_task, "FuturesAhead", Turned)
    monkeypatch.setattr(forward, "compiled", lambda: True)
    return asked


def test_it_looks_when_the_hall_has_changed_or_the_last_look_is_old(all_turned):
    looked, told = Looked(hall(), at("10:00")), []
    task = AheadTask(looked, lambda: None, changed=told.append, ticks=lambda: 0.0)

    task.tick()
    task.tick()
    looked.now += ahead_task.OLD
    task.tick()
    looked.floor = with_ticket(looked.floor, "tax", line_at=at("09:59"))
    task.tick()

    assert len(told) == 3 and looked.ahead == told[-1] and set(looked.ahead) == {"1", "2"}


def test_what_is_not_reached_in_time_goes_by_the_index(all_turned):
    ticks = iter((0.0, 0.0, ahead_task.TIME + 0.1))

    found = look(hall(there={"2": "there"}), at("10:00"), None, lambda: next(ticks))

    assert likely_next(hall(there={"2": "there"})) == ["1", "2"]
    assert set(found) == {"1"} and all_turned == ["1"]


def test_a_window_with_nobody_at_it_is_not_looked_at(all_turned):
    floor = hall()
    empty = replace(floor.windows["2"], manned=False)

    found = look(floor.with_rows(1, {"windows": {"2": empty}}), at("10:00"), None)

    assert all_turned == ["1"] and found["2"].instead is None


def test_where_nothing_can_be_reckoned_ahead_nothing_is_told(monkeypatch):
    monkeypatch.setattr(forward, "compiled", lambda: None)
    looked, told = Looked(hall(), at("10:00")), []

    AheadTask(looked, lambda: None, changed=told.append).tick()

    assert told == [] and looked.ahead == {}


# -- days run again


@pytest.mark.parametrize("slow", [False, True])
def test_a_day_that_stops_at_each_call_is_the_same_day(slow, monkeypatch):
    shown = described.describe(TEXT, days=1, seed=3)
    day, rules = shown.days[0], Rules(overdue_s=5400)
    if slow:
        monkeypatch.setattr(forward, "compiled", lambda: None)
    stops = []

    whole = simulate.play(shown, day, rules)
    stopped = forward.asking(
        simulate.floor_of(shown, rules), simulate.people_of(shown, day, rules), lambda run, w, minute: stops.append(minute) or -1
    )

    assert len(stops) > 3 and stops == sorted(stops)
    for name in ("called", "window", "started", "ended", "gone"):
        assert np.array_equal(getattr(whole, name), getattr(stopped, name)), name


def test_days_run_again_look_ahead_by_the_same_function(uncompiled):
    shown = described.describe(TEXT, days=3, seed=3)
    rules = Rules(overdue_s=5400)
    known = backtest.learn_days(shown, (1, 2), [simulate.play(shown, day, rules) for day in shown.days])

    run, turned = ahead_days.play_ahead(shown, shown.days[0], rules, known, runs=8)
    again, _ = ahead_days.play_ahead(shown, shown.days[0], rules, known, runs=8)

    assert turned and np.array_equal(run.called, again.called)
    in_line = [i for i in np.flatnonzero(run.called >= 0) if shown.days[0].rank[i] == 3]
    for s in (0, 1):  # within a row of numbers nobody is overtaken
        row = [i for i in in_line if shown.days[0].service[i] == s]
        assert [run.called[i] for i in sorted(row, key=lambda i: run.arrive[i])] == sorted(run.called[i] for i in row)
