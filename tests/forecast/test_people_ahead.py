"""People ahead: how many the hall's own dispatch will call before one, as told at issue and later, against what came."""

from dataclasses import replace

import numpy as np
import pytest
from forecast_days import made

from config.settings.rules import Rules
from server import actions
from server.forecast import backtest, wait_picture
from server.forecast.wait_forecast import draw
from server.forecast.wait_picture import MOVED


@pytest.mark.parametrize(("name", "rules"), [("county", Rules()), ("county", Rules(overdue_s=90 * 60)), ("township", Rules())])
def test_people_ahead_told_at_issue_are_those_called_before(name, rules):
    rows = backtest.check_ahead(made(name), rules, every=9, runs=60)

    told, came, p50, usual = rows.T
    off = told - came
    assert len(rows) > 50
    assert np.median(off) == 0
    assert (abs(off) <= np.maximum(2, told / 10)).mean() >= 0.85
    assert ((told == 0) & (p50 > usual) & (came > 0)).mean() < 0.01  # waiting for the doors to open, say


@pytest.fixture
def morning(ledger, clock):
    """Draws what the hall says of its line at this moment, as the running forecaster does."""

    def look():
        ledger.waits = draw(ledger.floor, clock(), last=ledger.waits)
        return {ledger.floor.tickets[id].number: n for id, n in ledger.waits.people_ahead(ledger.floor).items()}

    return look


def close_all_but(ledger, no):
    for other in ("1", "2", "3", "A12"):
        if other != no:
            ledger.do("test", actions.set_window, window=other, state="closed")


@pytest.mark.parametrize(("service", "called_before"), [("tax", 3), ("social", 7), ("estate", 9)])
def test_who_shares_the_window_is_ahead_whatever_the_service(ledger, take, desk, clock, morning, service, called_before):
    """With nobody late yet the shorter matter goes first: tax (6 minutes), social (8), and estate (20) once its promise is nearer."""
    close_all_but(ledger, "A12")
    for n in range(9):
        clock.forward(seconds=20)
        take(("tax", "social", "estate")[n % 3])
    morning()

    last = take(service)

    told = ledger.waits.people_ahead(ledger.floor)[last.id]
    assert morning()[last.number] <= told  # the phone, a second later, says no more
    before = 0
    while ledger.floor.tickets[last.id].state == "waiting":
        there = desk("A12").call_next()
        before += there.id != last.id
        desk("A12").start_service(there)
        clock.forward(minutes=8)
        desk("A12").finish(there)
    assert told == before == called_before


def test_ten_in_one_moment_are_told_ten_different_places(ledger, take, morning):
    close_all_but(ledger, "1")
    morning()

    some = [take("tax") for _ in range(10)]

    ahead = ledger.waits.people_ahead(ledger.floor)
    assert [ahead[t.id] for t in some] == list(range(10))
    assert list(morning().values()) == list(range(10))


def test_a_service_that_nobody_serves_has_no_people_ahead(ledger, take, morning):
    for no in ("1", "2", "3", "A12"):
        ledger.do("test", actions.set_window, window=no, state="closed")
    ticket = take("tax")

    assert morning()[ticket.number] is None


def test_it_falls_as_others_are_called_before_the_next_forecast(ledger, take, desk, morning):
    close_all_but(ledger, "1")
    some = [take("tax") for _ in range(4)]
    morning()

    desk("1").call_next()

    assert ledger.waits.people_ahead(ledger.floor)[some[3].id] == 2


def test_it_rises_only_for_a_better_right_and_says_which(ledger, take, morning, clock):
    close_all_but(ledger, "1")
    some = [take("tax") for _ in range(3)]
    before = morning()
    clock.forward(minutes=1)
    assert morning() == before

    green = take("tax", class_="green", reason="elderly")
    after = morning()

    assert after[green.number] == 0
    assert after[some[2].number] == before[some[2].number] + 1
    assert ledger.waits.rose[some[2].id] == "green"


def test_who_is_passed_by_somebody_sent_on_from_another_window_is_told_so(ledger, take, desk, clock, morning):
    close_all_but(ledger, "1")
    ledger.do("test", actions.set_window, window="3", state="open")
    estate = take("estate")
    clock.forward(minutes=2)
    some = [take("tax") for _ in range(3)]
    there = desk("3").call_next()
    desk("3").start_service(there)
    before = morning()

    ledger.do("clerk", actions.transfer, ticket=estate.id, service="tax")
    after = morning()

    assert after[some[2].number] == before[some[2].number] + 1
    assert ledger.waits.rose[some[2].id] == "transfer"


def test_who_is_passed_by_a_call_taken_back_is_told_so(ledger, take, desk, clock, morning):
    close_all_but(ledger, "1")
    some = [take("tax") for _ in range(3)]
    clock.forward(minutes=2)
    called = desk("1").call_next()
    before = morning()

    ledger.do("clerk", actions.undo_call, ticket=called.id)
    after = morning()

    assert after[some[2].number] == before[some[2].number] + 1
    assert ledger.waits.rose[some[2].id] == "back"


def test_who_lets_others_go_first_is_told_so(ledger, take, clock, morning):
    close_all_but(ledger, "1")
    some = []
    for _ in range(5):
        clock.forward(seconds=20)
        some.append(take("tax"))
    morning()

    ledger.do("holder", actions.postpone, ticket=some[1].id, places=2)

    assert morning()[some[1].number] == 3
    assert ledger.waits.rose[some[1].id] == MOVED


def test_a_whole_morning_never_tells_more_without_a_reason(ledger, take, desk, clock, morning):
    """Tickets of three services come, windows call; each look is compared with the one before."""
    last: dict = {}
    for minute in range(60):
        if minute % 3 != 2:
            take(("tax", "social")[minute % 2], **({"class_": "green", "reason": "elderly"} if minute % 13 == 7 else {}))
        if minute % 4 == 3:
            for no in ("1", "2"):
                if ledger.floor.at_window(no) is None:
                    desk(no).call_next()
                elif minute % 8 == 7:
                    there = ledger.floor.at_window(no)
                    desk(no).start_service(there)
                    desk(no).finish(there)
        clock.forward(minutes=1)
        now = morning()
        numbers = {t.number: t.id for t in ledger.floor.waiting()}
        for number, ahead in now.items():
            if number in last and last[number] is not None and ahead is not None and ahead > last[number]:
                assert ledger.waits.rose[numbers[number]] in ("green", "ordinary"), number  # a short matter may go first
                assert set(now) - set(last), number  # and only when somebody has come
        last = now


def test_who_came_and_went_is_the_same_from_the_last_commit_as_from_a_look_at_everybody(ledger, take, desk, clock, morning):
    """A whole morning's gestures between two forecasts, some of them refused in the middle of a commit's work."""

    def given_up(tx):
        actions.issue_ticket(tx, service="tax")
        raise ZeroDivisionError

    for n in range(12):
        clock.forward(seconds=20)
        take(("tax", "social", "estate")[n % 3])
    at_window = desk("3").call_next()
    morning()
    told = ledger.waits
    for n in range(20):
        clock.forward(seconds=20)
        last = take(("tax", "social", "estate")[n % 3])
        if n % 4 == 1:
            ledger.do("test", actions.cancel, ticket=last.id)
        elif n % 5 == 2:
            ledger.do("test", actions.postpone, ticket=last.id, places=2)
        if n % 7 == 3:
            with pytest.raises(ZeroDivisionError):
                ledger.do("test", given_up)
        if n == 9:
            desk("3").start_service(at_window)
        if n % 6 == 5:
            called = desk("1").call_next()
            ledger.do("test", actions.mark_missed, ticket=called.id)
            if n == 11:
                ledger.do("test", actions.return_ticket, ticket=called.id)
        floor, afresh = ledger.floor, replace(told)
        assert ledger.waits is told and told.people_ahead(floor) == afresh.people_ahead(floor)
        assert told.newer(floor) == afresh.newer(floor)
        assert told.ahead_of_new(floor, "tax", "ordinary") == afresh.ahead_of_new(floor, "tax", "ordinary")


def test_a_number_taken_looks_only_at_who_has_come_since_the_last(ledger, take, clock, morning, monkeypatch):
    asked = []
    is_new = wait_picture.WaitForecast.is_new
    monkeypatch.setattr(wait_picture.WaitForecast, "is_new", lambda self, t: asked.append(t) or is_new(self, t))
    morning()
    looked = []
    for _ in range(40):
        asked.clear()
        take("tax")
        looked.append(len(asked))

    assert looked[-1] == looked[5]


def test_who_is_told_to_be_before_one_of_a_class_without_a_ground_is_called_before(ledger, clock, take, desk, morning):
    """What is told and who is called are one rule: not before who only came, also where that one's promise is lost already."""
    own = {"code": "own", "name": {"zh": "惠企专办"}, "mark": "T", "target": 2700}
    ledger.do("test", actions.put_setting, name="rules", value={"classes": [own]})
    close_all_but(ledger, "1")
    take("tax")
    in_hand = desk("1").call_next()
    desk("1").start_service(in_hand)
    came = take("tax")
    clock.forward(minutes=10)
    later = take("tax", class_="own")
    clock.forward(minutes=40)

    told = morning()
    desk("1").finish(in_hand)

    assert told == {came.number: 0, later.number: 1}
    assert desk("1").call_next().id == came.id
