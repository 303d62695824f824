"""Closed, the hall looks once a day whether other weights keep more on its own past days; one press sends them back."""

import pytest

from server import actions
from server.domain.errors import NotNow
from server.domain.events import OF_THE_LEDGER
from server.forecast import tuning
from server.forecast.tuning_task import AGAIN

DAY = 24 * 60
FACTORS = {"ordinary/ordinary": 1.4, "lost": 0.5}
FOUND = tuning.Weighed(outcome="found", days=9, gain=1.2, factors=FACTORS)


@pytest.fixture
def closed(context):
    def close():
        for no in context.ledger.floor.windows:
            context.ledger.do("test", actions.set_window, window=no, state="closed")
        return context

    return close


@pytest.fixture
def few_do(monkeypatch):
    """Two past days of six numbers are enough; what they teach is as given, or reckoned."""
    monkeypatch.setattr(tuning, "LEAST_DAYS", 2)
    monkeypatch.setattr(tuning, "LEAST_NUMBERS", 6)
    return lambda found: monkeypatch.setattr(tuning, "weigh", lambda hall, rules: found)


def live(context, clock, days=2):
    """Days with six numbers each, all served at window 1; the last ends at ten in the morning of the next, with every window closed."""
    keypad = context.device("keypad", "1")
    for _ in range(days):
        keypad.put("/windows/1/state", state="open")
        for n in range(6):
            context.kiosk.take("tax" if n % 2 else "social")
        for _ in range(6):
            called = keypad.post("/windows/1/calls").json
            clock.forward(4)
            keypad.post(f"/tickets/{called['id']}/service")
            clock.forward(5)
            keypad.post(f"/tickets/{called['id']}/completion", outcome="done", flags=[])
        clock.forward(DAY - 54)
        context.server.context.clockwork.tick()


def looks(context):
    context.server.context.nightly_weights.tick()
    return [row["body"] for row in context.auditor.get("/events", limit=1000).json["items"] if row["kind"] == "weights.weighed"]


def test_a_night_with_too_few_past_days_does_nothing_and_says_so_once(closed):
    context = closed()

    looks(context)
    rows = looks(context)

    assert [(r["outcome"], r["days"], r["after"]) for r in rows] == [("few", 0, {})]
    told = context.manager.get("/settings/weights").json["effective"]
    assert (told["factors"], told["last"]["outcome"], told["last"]["day"]) == ({}, "few", "2026-11-20")
    assert context.ledger.floor.rules_now is context.ledger.floor.rules


def test_it_does_not_look_while_the_hall_is_open_or_somebody_is_in_it(context, closed):
    opened = looks(context)
    number = context.kiosk.take()
    waited_for = looks(closed())
    context.kiosk.post(f"/tickets/{number['id']}/cancellation")

    assert opened == waited_for == [] and len(looks(context)) == 1


@pytest.mark.parametrize(("clock_at", "looked"), [(10, False), (8, False), (7, True), (18, True)])
def test_it_does_not_look_within_the_hours_or_just_before_them(closed, clock, clock_at, looked):
    context = closed()
    context.manager.put("/settings/hours", value={"saturday": ["08:30-12:00", "13:30-17:00"]})
    clock.forward(minutes=DAY + (clock_at - 10) * 60)

    assert bool(looks(context)) is looked


def test_what_is_found_holds_with_its_figures_in_the_journal(context, clock, few_do):
    few_do(FOUND)
    live(context, clock)

    (row,) = looks(context)

    facts = {name: fact for name, fact in row.items() if name not in OF_THE_LEDGER}
    assert facts == {"outcome": "found", "days": 9, "gain": 1.2, "before": {}, "after": FACTORS}
    factors = dict(zip(tuning.WEIGHTS, context.ledger.floor.rules_now.factors, strict=True))
    assert factors == dict.fromkeys(tuning.WEIGHTS, 1.0) | FACTORS
    actor = [r["actor"] for r in context.auditor.get("/events", limit=1000).json["items"] if r["kind"] == "weights.weighed"]
    assert actor == ["hall"]


def test_past_days_of_a_hall_are_run_again(context, clock, few_do):
    live(context, clock)

    (row,) = looks(context)

    assert (row["outcome"], row["days"]) in {("found", 2), ("shipped", 2)}


def test_one_press_sends_them_back_and_they_stay_back_until_they_are_allowed_again(context, clock, few_do):
    few_do(FOUND)
    live(context, clock)
    looks(context)

    context.manager.put("/settings/weights", value={"nightly": False})

    assert context.ledger.floor.rules_now.factors == tuning.weighing(context.ledger.floor.rules, [1.0] * 8).factors
    clock.forward(DAY)
    assert len(looks(context)) == 1
    context.manager.put("/settings/weights", value={"nightly": True})
    assert len(looks(context)) == 2 and context.ledger.floor.weights.factors == FACTORS


def test_what_was_reckoned_before_a_manager_sent_them_back_is_not_put_into_force(closed):
    context = closed()
    found = context.server.context.do("weights", context.ledger.floor.day)

    context.manager.put("/settings/weights", value={"nightly": False})

    assert context.ledger.do("hall", actions.weigh, before={}, **found) is None
    assert context.ledger.floor.weights.last.outcome == ""


def test_a_worker_that_is_away_is_asked_again_an_hour_later(closed, clock, monkeypatch):
    context = closed()
    task = context.server.context.nightly_weights
    asked = []

    def away(*given):
        asked.append(given)
        raise NotNow("not_worked_out")

    monkeypatch.setattr(task, "do", away)
    task.tick()
    task.tick()
    clock.forward(AGAIN / 60_000)
    task.tick()

    assert len(asked) == 2 and context.ledger.floor.weights.last.outcome == ""


def test_a_restart_keeps_what_was_found(fresh, clock, few_do):
    few_do(FOUND)
    context = fresh()
    live(context, clock)
    looks(context)

    context = fresh(opened=())

    assert context.ledger.floor.weights.factors == FACTORS and len(looks(context)) == 1
    assert context.ledger.floor.rules_now.factors[tuning.WEIGHTS.index("lost")] == 0.5


def test_the_trial_of_a_rule_set_weighs_as_the_hall_does_and_shuts_what_was_shut(context, clock):
    from server.forecast import recorded_days, simulate

    live(context, clock, days=1)
    with context.server.context.reader() as reader:
        day = recorded_days.last_day(reader, context.ledger.floor.day)
        hall = simulate.read_hall(day, recorded_days.texts(reader, context.ledger.floor, day, context.ledger.zone))

    assert {w.no for w in hall.windows} == {"1", "2", "3"}  # A12 was never opened
    context.manager.put("/settings/weights", value={"factors": {"lost": 10.0}})
    proposed = context.ledger.floor.in_force(context.ledger.floor.rules.model_copy(update={"cap_s": 600}))
    assert (proposed.cap_s, proposed.factors[-1]) == (600, 10.0)
