"""What dispatch goes by: minutes as past days taught them, the published ones as far as they have not. At the windows, in what is told and
in days run again alike."""

from dataclasses import replace

import numpy as np
import pytest
from forecast_days import made

from config.settings.rules import Rules
from server import actions
from server.domain.things import Service
from server.forecast import recorded_days, simulate
from server.forecast.learn import Past, learn
from server.forecast.learned import Learned
from server.forecast.wait_forecast import draw
from server.views import View

OTHERWISE = Learned(days=9, minutes={"tax": 20.0, "social": 3.0})  # published: 6 and 8


def served(service, took, n, day=0):
    some = ((600.0 + i, 605.0 + i) for i in range(n))
    return [
        Past(day=day, service=service, rank="ordinary", arrive=a, clock=a, called=b, started=b, ended=b + took, clerk=f"{i % 4}")
        for i, (a, b) in enumerate(some)
    ]


def two_in_line(ledger, take, clock):
    for no in ("1", "3", "A12"):
        ledger.do("test", actions.set_window, window=no, state="closed")
    take("tax")
    clock.forward(minutes=1)
    take("social")
    clock.forward(minutes=5)


def view_of(ledger):
    say = lambda section, code, facts: {"en": code}
    return View(floor=ledger.floor, waits=ledger.waits, now=ledger.clock(), zone=ledger.zone, keys=ledger.keys, public_url="", say=say)


@pytest.mark.parametrize(("learned", "called"), [(None, "tax"), (OTHERWISE, "social")])
def test_the_window_calls_by_what_past_days_taught(ledger, take, desk, clock, learned, called):
    two_in_line(ledger, take, clock)

    ledger.waits = draw(ledger.floor, clock(), learned)

    told = ledger.waits.up["2"]
    at_the_desk = view_of(ledger).line("2")["items"][0]
    assert desk("2").call_next().service == called
    assert told["number"] == at_the_desk["number"] == next(t.number for t in ledger.floor.tickets.values() if t.service == called)


def test_what_is_said_of_a_short_matter_are_its_learned_minutes(ledger, take, clock):
    two_in_line(ledger, take, clock)

    why = draw(ledger.floor, clock(), OTHERWISE).up["2"]["why"]

    assert (why["code"], why["facts"]["minutes"]) == ("short", 3)


def test_a_service_that_nobody_has_had_yet_goes_by_its_published_minutes(ledger, take, clock):
    two_in_line(ledger, take, clock)
    floor = ledger.floor.with_rows(0, {"services": {"new": Service(code="new", name={}, minutes=12.0)}})

    assert draw(floor, clock(), OTHERWISE).minutes == {"tax": 20.0, "social": 3.0, "estate": 20.0, "new": 12.0}


def test_published_minutes_count_for_more_where_they_have_been_right():
    published = {f"s{n}": 6.0 for n in range(8)} | {"rare": 6.0}
    rare = served("rare", 12.0, 2)
    right = [p for n in range(8) for p in served(f"s{n}", 6.0, 40)]
    wrong = [p for n in range(8) for p in served(f"s{n}", 2.0 + 3.0 * n, 40)]

    trusted, doubted = (learn([*some, *rare], minutes=published, days=3).minutes["rare"] for some in (right, wrong))

    assert 6.0 < trusted < 7.5 < doubted < 12.0


def test_a_hall_with_one_figure_for_all_services_soon_calls_as_well_as_one_that_knows_them():
    halls = [made("county", days=5, seed=seed) for seed in (1, 2, 3)]
    rules = Rules(overdue_s=Rules().cap_s)
    alike = [replace(hall, services=tuple(replace(s, minutes=8.0) for s in hall.services)) for hall in halls]
    score = lambda some, *minutes: np.mean([simulate.judge(hall, rules, *minutes).score for hall in some])

    by_figure, learned, known = score(alike, [8.0] * 10), score(alike), score(halls, [s.minutes for s in halls[0].services])

    assert learned > by_figure + 4 and learned > known - 1


def test_the_trial_of_a_rule_set_calls_by_the_hall_s_minutes(ledger, take, desk, clock):
    for _ in range(6):
        take("tax")
        take("social")
    for _ in range(12):
        t = desk("2").call_next()
        desk("2").start_service(t)
        clock.forward(minutes=6 if t.service == "tax" else 8)
        desk("2").finish(t)
    day = lambda learned: recorded_days.preview(ledger.connection, ledger.floor, ledger.floor.day, ledger.zone, {"now": Rules()}, learned)

    by_published, by_learned = day({}), day({"tax": 40.0, "social": 2.0})

    assert by_published["figures"]["now"]["wait_mean"] != by_learned["figures"]["now"]["wait_mean"]


def test_the_trial_of_a_rule_set_says_what_shared_letters_cost(ledger, take, desk, clock):
    """Four long matters and then four quick ones of one prefix at the one window that stays open: the quick ones cannot pass and wait
    for all the long ones. With a prefix each they are called while the long ones still have time, or have none left to lose."""
    ledger.do("test", actions.put_service, code="estate", prefix="A", kind="ordinary")
    for no in ("1", "2", "3"):
        ledger.do("test", actions.set_window, window=no, state="closed")
    for service in ("estate",) * 4 + ("tax",) * 4:
        take(service)
        clock.forward(minutes=1)
    for _ in range(8):
        t = desk("A12").call_next()
        desk("A12").start_service(t)
        clock.forward(minutes=25 if t.service == "estate" else 2)
        desk("A12").finish(t)
    minutes = {"estate": 25.0, "tax": 2.0}
    day = lambda: recorded_days.preview(ledger.connection, ledger.floor, ledger.floor.day, ledger.zone, {"now": Rules()}, minutes)

    together = day()
    ledger.do("test", actions.put_service, code="estate", prefix="C")
    apart = day()

    assert together["figures"]["now"]["wait_max"] > 75  # the three windows that closed at once are no help in the day run again
    assert together["shared"] == ["A"] and apart["shared"] == [] and "own_letters" not in apart["figures"]
    assert together["figures"]["own_letters"] == apart["figures"]["now"]
    assert together["figures"]["own_letters"]["kept_pct"] > together["figures"]["now"]["kept_pct"]


def test_the_trial_of_a_rule_set_says_what_its_grace_costs_and_gives(ledger, take, desk, clock):
    """As many quick matters as fill the day and a long one: who is a minute past the promise no longer gives way, which keeps fewer."""
    for no in ("1", "2", "3"):
        ledger.do("test", actions.set_window, window=no, state="closed")
    for n in range(14):
        take("tax" if n % 2 else "social")
        clock.forward(minutes=1)
    for _ in range(14):
        t = desk("A12").call_next()
        desk("A12").start_service(t)
        clock.forward(minutes=25 if t.service == "social" else 4)
        desk("A12").finish(t)
    minutes = {"tax": 4.0, "social": 25.0}
    at = lambda s: recorded_days.preview(
        ledger.connection, ledger.floor, ledger.floor.day, ledger.zone, {"now": Rules(overdue_s=s, cap_s=14400)}, minutes
    )["figures"]

    tight, none = at(60), at(14400)

    assert tight["no_grace"] == none["now"] and "no_grace" not in none
    assert tight["now"]["kept_pct"] != tight["no_grace"]["kept_pct"] or tight["now"]["wait_p99"] != tight["no_grace"]["wait_p99"]
