"""Past days kept for reports: the same figures as their numbers give, dropped when one of these changes, and checked by replay."""

import contextlib
import dataclasses
import random

import doors
import pytest
from small_hall import Clock, small_hall

from config.codes import State
from server import actions
from server.domain.columns import LegColumns, packed, settled
from server.domain.private import KeptDay
from server.domain.visits import VisitLeg, groupings, measure_by
from server.record import audit, store
from server.reports import figures
from server.reports.history import grouped, history

NOW = 1_795_000_000_000
TEXTS = {
    "zone": ("window", {}),
    "type": ("window", {"1": {"zh": "综合"}, "2": {"zh": "综合"}, "3": {"zh": ""}}),
}  # as domain/visits.group_texts
STATES = [state.value for state in State if state is not State.BOOKED]


def a_leg(any, day):
    """One that a hall could hardly write down: everything that can be missing is, now and then."""
    maybe = lambda value: any.choice([None, value, value])
    at = NOW - 86_400_000 * day - any.randrange(40_000_000)
    called, started = maybe(at + any.randrange(4_000_000)), maybe(at + any.randrange(5_000_000))
    return VisitLeg(
        day=f"2026-11-{20 - day}", issued_at=at, class_=any.choice(["ordinary", "green"]), channel=any.choice(["kiosk", "desk"]),
        slot_at=None, first=any.random() < 0.9, last=any.random() < 0.9, state=any.choice(STATES), service=any.choice(["a", "b", "c"]),
        window=maybe(any.choice("123")), clerk=maybe(any.choice(["x", "y", ""])), line_at=at, clock_at=at, first_called_at=called,
        called_at=called, started_at=started, finished_at=maybe(at + any.randrange(9_000_000)), held=any.choice([0, 60_000]),
        misses=any.choice([0, 0, 1]), target=maybe(1800), outcome=None, grade=any.choice([None, 0, 1, 3, 5]),
    )  # fmt: skip


@pytest.mark.parametrize("many", [0, 1, 2, 7, 400])
def test_columns_give_the_figures_that_the_legs_give(many):
    any = random.Random(many)
    legs = [a_leg(any, any.randrange(4)) for _ in range(many)]
    days = sorted({leg.day for leg in legs})

    columns = LegColumns([(day, *packed([leg for leg in legs if leg.day == day], NOW)) for day in days])

    keys = groupings(TEXTS) | {"day": lambda leg: leg.day}
    keys["hour"] = lambda leg: leg.issued_at // 3_600_000 % 24
    groups = {name: grouped(columns, name, TEXTS) for name in groupings(TEXTS)} | {"day": columns.by_day()}
    groups["hour"] = columns.by_quarter(lambda ms: ms // 3_600_000 % 24)
    found = {name: columns.measure(*some) for name, some in groups.items()}
    assert found == measure_by(legs, keys, NOW)
    assert [list(some) for some in found.values()] == [list(some) for some in measure_by(legs, keys, NOW).values()]
    assert columns.grades().total() == many and columns.grades()[1] == sum(leg.grade == 1 for leg in legs)
    of_all = [value for some in found.values() for one in some.values() for value in dataclasses.astuple(one)]
    assert {type(value) for value in of_all} <= {int, float, type(None)}  # as JSON has them, not numpy's


def test_a_day_is_settled_when_time_alone_changes_nothing():
    any = random.Random(1)
    over = [a_leg(any, 0)._replace(state="done", first_called_at=NOW) for _ in range(9)]
    waits = over[0]._replace(state="waiting", first_called_at=None, finished_at=None)

    assert settled(over) and not settled([*over, waits])


@pytest.fixture
def years(tmp_path):
    """A hall that was busy for two days, ten days ago."""
    context = doors.Context(tmp_path / "hall", Clock(), small_hall)
    ledger = context.ledger
    ledger.do("test", actions.set_window, window="1", state="open", clerk="clerk1")
    for _ in range(2):
        for n in range(6):
            context.kiosk.take("tax")
            context.clock.forward(minutes=n)
        for n in range(3):
            there = ledger.do("test", actions.call_next, window="1")
            ledger.do("test", actions.start_service, ticket=there.id)
            context.clock.forward(minutes=2 + n)
            ledger.do("test", actions.finish, ticket=there.id)
        context.clock.forward(minutes=24 * 60)
        context.server.context.clockwork.tick()
        ledger.do("test", actions.set_window, window="1", state="open", clerk="clerk1")
    context.clock.forward(minutes=10 * 24 * 60)
    context.server.context.clockwork.tick()
    yield context
    context.close()


def keep_all(context):
    for _ in range(3):
        context.server.context.past_days.tick()


def kept(context):
    return {one.day: one for one in context.ledger.do("test", lambda tx: tx.find(KeptDay)) if one.legs is not None}


def told(context):
    with contextlib.closing(store.open_reader(context.ledger.folder)) as reader:
        span = "2026-11-01", context.ledger.floor.day, context.clock()
        return history(reader, *span), dataclasses.asdict(figures.report(reader, *span))


def test_a_report_tells_the_same_of_days_that_are_kept(years):
    before = told(years)
    assert before[0]["total"]["served"] == 6 and not kept(years)

    keep_all(years)

    assert {"2026-11-20", "2026-11-21"} <= set(kept(years)) and told(years) == before
    assert audit.replay(years.ledger.folder) == []


def test_a_day_is_kept_no_more_when_a_number_or_an_evaluation_of_it_changes(years):
    keep_all(years)
    change = lambda sql: years.ledger.do("test", lambda tx: years.ledger.connection.execute(sql) and None)

    change("UPDATE evaluations SET grade = 1 WHERE ticket IN (SELECT id FROM tickets WHERE day = '2026-11-20')")
    assert "2026-11-20" not in kept(years) and "2026-11-21" in kept(years)
    change("UPDATE tickets SET outcome = 'done' WHERE day = '2026-11-21'")
    assert "2026-11-21" not in kept(years) and told(years)[0]["grades"][-1]["n"] == 3


def test_what_changes_while_a_day_is_drawn_up_leaves_it_unkept(years):
    task, ledger = years.server.context.past_days, years.ledger
    drawn_up = task.do

    def and_changed(name, days):
        found = drawn_up(name, days)
        ledger.do("test", lambda tx: ledger.connection.execute("UPDATE tickets SET held = 1 WHERE day = '2026-11-21'") and None)
        return found

    task.do = and_changed
    keep_all(years)

    assert "2026-11-21" not in kept(years) and "2026-11-20" in kept(years)


def test_replay_names_a_kept_day_that_is_not_its_numbers(years):
    keep_all(years)
    years.ledger.do("test", lambda tx: tx.keep(dataclasses.replace(kept_there(tx, "2026-11-20"), legs=b"")))

    (said,) = audit.replay(years.ledger.folder)

    assert said.startswith("kept_days 2026-11-20")


def kept_there(tx, day):
    (one,) = tx.find(KeptDay, day=day)
    return one
