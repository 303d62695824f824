"""One visit, one set of figures: what a wait is, when a promise is kept, and that parts add up to the whole."""

from dataclasses import replace

import pytest
from small_hall import TEN

from config.codes import State
from server.domain.tickets import Leg, Ticket
from server.domain.visits import measure, quantile, visit

MIN = 60_000


def ticket(**more):
    common = {"id": "t", "key": "k", "day": "2026-11-20", "number": "A001", "seq": 1, "series": "A", "service": "tax", "class_": "ordinary"}
    return Ticket(**common | {"issued_at": TEN, "clock_at": TEN, "line_at": TEN, "target": 30 * 60} | more)


def at(minutes):
    return TEN + int(minutes * MIN)


def served(called, began, finished, *, first=None, clock=0, **more):
    """A number with one finished service; all in minutes after its issue."""
    leg = Leg(service="tax", line_at=TEN, window="1", clerk="wang", called_at=at(called), started_at=at(began), finished_at=at(finished))
    leg = replace(leg, outcome="done", clock_at=at(clock), first_called_at=at(called if first is None else first), target=1800, **more)
    return ticket(state=State.DONE, legs=(leg,), misses=leg.misses)


def figures(*tickets, now=0.0):
    return measure([leg for t in tickets for leg in visit(t)], at(now))


def test_a_number_missed_and_called_again_keeps_its_first_call_and_tells_the_whole_wait_too():
    again = served(called=40, began=41, finished=51, first=5, misses=1)

    told = figures(again)

    assert (told.kept_pct, told.wait_p50, told.wait_max) == (100, 300, 300)
    assert (told.until_served_mean, told.until_served_max, told.no_shows, told.handling_mean) == (41 * 60, 41 * 60, 1, 600)


def test_who_still_waits_beyond_the_promise_counts_as_broken_and_within_it_as_undecided():
    done, waits = served(called=2, began=2, finished=9), ticket()

    assert (figures(done, waits, now=30).decided, figures(done, waits, now=30).kept_pct) == (1, 100)
    assert (figures(done, waits, now=65).decided, figures(done, waits, now=65).kept_pct) == (2, 50)
    assert figures(done, waits, now=65).oldest_waiting == 65 * 60


@pytest.mark.parametrize(
    ("state", "ended", "kept"),
    [
        (State.CANCELLED, 10, None),  # gave up within the promise: nobody knows
        (State.CANCELLED, 31, False),  # gave up after it was broken
        (State.EXPIRED, 10, False),  # the day ended and nobody had called
        (State.EXPIRED, 90, False),
    ],
)
def test_who_left_without_a_call(state, ended, kept):
    (leg,) = visit(ticket(state=state, finished_at=at(ended)))

    assert leg.kept(at(500)) is kept


def test_a_median_lies_between_two():
    assert figures(served(2, 2, 9), served(20, 20, 29)).wait_p50 == 11 * 60


@pytest.mark.parametrize(
    ("values", "share", "value"),
    [([], 0.5, None), ([7], 0.9, 7), ([0, 10], 0.5, 5), ([0, 10, 20], 0.5, 10), ([0, 10, 20, 30, 40], 0.9, 36), ([1, 2, 3, 4], 0.5, 2.5)],
)
def test_a_quantile_is_interpolated(values, share, value):
    assert quantile(values, share) == value


def test_the_time_aside_is_no_handling():
    told = figures(served(5, 5, 35, held=12 * MIN), served(5, 5, 30))

    assert (told.handling_mean, told.handling_max, told.long, told.long_pct) == ((18 + 25) / 2 * 60, 25 * 60, 1, 50)


def test_each_leg_counts_at_its_own_service_window_and_clerk():
    first = Leg(service="tax", line_at=TEN, window="1", clerk="wang", called_at=at(5), started_at=at(6), finished_at=at(16))
    first = replace(first, outcome="done", clock_at=TEN, first_called_at=at(5), target=1800)
    second = replace(first, service="estate", window="3", clerk="li", called_at=at(36), started_at=at(37), finished_at=at(67))
    second = replace(second, clock_at=at(16), first_called_at=at(36), target=900)
    legs = visit(ticket(service="estate", state=State.DONE, legs=(first, second), target=900), {1: 5, 2: None})

    by = {leg.service: measure([leg], at(99)) for leg in legs}

    assert [(leg.window, leg.clerk, leg.wait, leg.handling) for leg in legs] == [("1", "wang", 300, 600), ("3", "li", 1200, 1800)]
    assert (by["tax"].issued, by["tax"].served, by["tax"].kept, by["tax"].good_pct) == (1, 1, 1, 100)
    assert (by["estate"].issued, by["estate"].served, by["estate"].kept_pct, by["estate"].evaluated_pct) == (0, 1, 0, 0)
    assert (measure(legs, at(99)).issued, measure(legs, at(99)).done, measure(legs, at(99)).served) == (1, 1, 2)


def test_the_states_of_all_numbers_add_up():
    called = {State.CALLED, State.SERVING, State.HELD, State.MISSED}
    others = [s for s in State if s not in (State.BOOKED, State.DONE)]
    tickets = [served(2, 2, 9), *(ticket(state=s, called_at=at(1) if s in called else None) for s in others)]
    legs = [leg for t in tickets for leg in visit(t)]

    told = measure(legs, at(20))

    assert told.issued == 9 == sum(getattr(told, s.value) for s in State if s is not State.BOOKED)
    assert visit(ticket(state=State.BOOKED, issued_at=None)) == []


def test_a_ticket_of_before_is_told_by_what_it_did():
    old = Leg(service="tax", line_at=TEN, called_at=at(5), started_at=at(6), finished_at=at(16), outcome="transferred")
    now = Leg(service="estate", line_at=TEN, called_at=at(36), started_at=at(37), finished_at=at(67), outcome="done")

    one, two = visit(ticket(state=State.DONE, legs=(old, now), misses=1, clock_at=at(16)))
    (single,) = visit(ticket(state=State.DONE, legs=(old,), clock_at=at(3)))

    assert [(leg.wait, leg.target, leg.misses) for leg in (one, two)] == [(300, 1800, 0), (1200, None, 1)]
    assert single.wait == 120
