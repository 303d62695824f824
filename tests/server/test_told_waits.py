"""How true the told waits were, as managers read it: of today and of past days, by class and by what was told."""

import pickle
from dataclasses import replace

import pytest

from server import actions
from server.forecast.calibration import LINE, Unseen

DAY = 24 * 60


@pytest.fixture
def served(context, clock):
    """`served(n)`: so many take a number one after the other, and each is called at once, which is what it was told or sooner."""
    forecaster = context.server.context.jobs.forecaster

    def live(n):
        forecaster.refresh()
        for _ in range(n):
            context.kiosk.take("tax")
            called = context.ledger.do("test", actions.call_next, window="2")
            context.ledger.do("test", actions.start_service, ticket=called.id)
            context.ledger.do("test", actions.finish, ticket=called.id)
            clock.forward(1)
        return context

    return live


def row(told, group):
    return next(r for r in told["rows"] if r["group"] == group)


def test_a_hall_without_numbers_says_so(context):
    told = context.manager.get("/waits/told").json

    assert (told["days"], told["corrected"], told["unseen"]) == (0, 0, None)
    assert [r["group"] for r in told["rows"]] == ["all"] and row(told, "all")["today"]["under_pct"] is None
    assert "还没有可以核对的号" in told["say"]["zh"] and "No number to check" in told["say"]["en"]


def test_what_was_told_is_checked_as_soon_as_a_number_is_called(served):
    told = served(3).manager.get("/waits/told").json

    today = row(told, "ordinary")["today"]
    assert (today["n"], today["under_pct"], today["near_pct"]) == (3, 100, 100) and today["later"] <= 0
    assert row(told, "under_5")["today"]["n"] == 3 and row(told, "all")["past"]["n"] == 0
    assert "只有 3 个号" in told["say"]["zh"]


def test_the_worker_can_hand_it_to_the_server(served):
    jobs = served(1).server.context.jobs
    found = jobs.told_waits() | {"unseen": Unseen(why=LINE, now=131, ever=90)}

    assert pickle.loads(pickle.dumps(found)) == found and found["today"]


def test_past_days_are_told_apart_and_correct_what_is_told(served, clock):
    context = served(31)
    clock.forward(DAY)
    context.server.context.clockwork.tick()  # the day turns, and windows are closed
    context.ledger.do("test", actions.set_window, window="2", state="open")
    served(2)
    jobs = context.server.context.jobs
    jobs.forecaster.tick()  # it learns when the day has turned

    told = context.manager.get("/waits/told").json

    assert (told["days"], told["corrected"]) == (1, 31)
    assert (row(told, "all")["past"]["n"], row(told, "all")["today"]["n"]) == (31, 2)
    assert "近 1 天 31 个号事后核对：100%" in told["say"]["zh"] and "the last day (31 numbers): 100%" in told["say"]["en"]


def test_a_moment_like_no_past_day_is_said(context):
    waits = context.ledger.waits
    context.ledger.waits = replace(waits, look=replace(waits.look, unseen=Unseen(why=LINE, now=131, ever=90)))

    told = context.manager.get("/waits/told").json

    assert told["unseen"]["zh"].startswith("现在有 131 人在等，往日最多时 90 人") and "131 people" in told["unseen"]["en"]
