"""What each gesture does, as a morning at the windows would show it."""

import json

import pytest

from config import words
from config.codes import State
from server import actions
from server.domain.errors import HallError, NotFound, NotNow, WrongBody
from server.domain.line import waiters
from server.runtime.clockwork import Clockwork

ZHANG = {"name": "张三", "id_number": "11010519491231002X", "card": "resident"}


def code_of(call, *args, **named):
    with pytest.raises(HallError) as refused:
        call(*args, **named)
    return refused.value.code


def test_numbers_count_within_a_series_and_the_key_over_all(take):
    numbers = [take("tax").number, take("social").number, take("tax").number, take("tax", class_="green", reason="elderly").number]

    assert numbers == ["A001", "B001", "A002", "LA001"]
    assert take("social").key == "33100200000001-20261120-0005"


def test_a_number_past_999_has_four_digits(ledger, take):
    from server.domain.things import Counter

    ledger.do("test", lambda tx: tx.tell(actions.hall.events.SettingChanged(setting="x"), Counter(id="2026-11-20/A", last=999)))

    assert take("tax").number == "A1000"


def test_the_same_person_cannot_hold_two_numbers_for_one_service(take):
    first = take("tax", holder=ZHANG)

    with pytest.raises(NotNow) as refused:
        take("tax", holder=ZHANG | {"id_number": "11010519491231002x"})

    assert refused.value.code == "already_holds"
    assert refused.value.data["ticket"].number == first.number
    assert take("social", holder=ZHANG).number == "B001"


def test_a_number_given_up_frees_its_holder(take, desk):
    desk("1").cancel(take("tax", holder=ZHANG))

    assert take("tax", holder=ZHANG).number == "A002"


def test_the_next_at_a_window_is_by_arrival_and_only_of_its_services(take, desk, clock):
    estate = take("estate")
    clock.forward(1)
    tax = take("tax")

    assert desk("1").call_next().number == tax.number
    assert desk("3").call_next().number == estate.number
    assert desk("2").call_next() is None


def test_green_goes_before_those_who_wait_and_the_event_says_why(take, desk, ledger, clock):
    take("tax")
    clock.forward(9)
    take("tax", class_="green", reason="disabled")

    called = desk("1").call_next()

    assert called.number == "LA001"
    why = ledger.connection.execute("SELECT body FROM events ORDER BY seq DESC LIMIT 1").fetchone()[0]
    said = json.loads(why)["why"]
    assert (said["code"], said["facts"]["other"], said["facts"]["other_waited"]) == ("green", "A001", 9)
    assert words.load().text("why", "green", "zh", **said["facts"]).startswith("优先于等候 9 分钟的 A001：")


@pytest.mark.parametrize("state", ["closed", "paused"])
def test_a_window_that_does_not_work_calls_nobody(take, desk, state):
    take("tax")
    desk("1").set_window(state=state)

    assert code_of(desk("1").call_next) == f"window_{state}"


def test_a_window_with_somebody_at_it_calls_nobody_else(take, desk):
    take("tax")
    take("tax")
    first = desk("1").call_next()
    assert code_of(desk("1").call_next) == "window_busy"

    desk("1").start_service(first)

    assert code_of(desk("1").call_next) == "window_busy"


def test_where_the_hall_sets_it_the_number_called_is_missed_by_the_next_call(take, desk, ledger, clock):
    ledger.do("manager:wang", actions.put_setting, name="calls", value={"when_called": "miss"})
    first, second = take("tax"), take("tax")
    desk("1").call_next()
    clock.forward(seconds=20)

    assert desk("1").call_next().number == second.number
    assert ledger.floor.tickets[first.id].state is State.MISSED


def test_a_missed_number_returns_behind_some_of_its_own_line(take, desk, clock, ledger):
    tickets = []
    for _ in range(6):
        tickets.append(take("tax"))
        clock.forward(1)
    desk("1").mark_missed(desk("1").call_next())

    desk("1").return_ticket(tickets[0])

    order = []
    for _ in range(6):
        called = desk("1").call_next()
        order.append(called.number)
        desk("1").start_service(called)
        desk("1").finish(called)
    assert order == ["A002", "A003", "A004", "A001", "A005", "A006"]


def test_what_is_held_frees_the_window_and_comes_back_to_it(take, desk):
    take("tax")
    take("tax")
    first = desk("1").start_service(desk("1").call_next())
    held = desk("1").hold(first)
    second = desk("1").call_next()

    assert held.state is State.HELD
    assert second.number == "A002"
    assert code_of(desk("1").resume, first) == "window_busy"
    desk("1").start_service(second)
    desk("1").finish(second)
    assert desk("1").resume(first).window == "1"


def test_a_transfer_keeps_the_time_already_waited(take, desk, clock):
    moved = take("tax")
    clock.forward(5)
    take("estate")
    desk("1").start_service(desk("1").call_next())

    after = desk("1").transfer(moved, service="estate")

    assert after.state is State.WAITING
    assert after.legs[0].service == "tax"
    assert desk("3").call_next().number == moved.number


@pytest.mark.parametrize(("place", "rank"), [("arrival", "transfer"), ("head", "transfer"), ("tail", "appointment")])
def test_who_is_booked_and_served_before_the_slot_goes_on_as_one_who_comes_from_a_window(ledger, desk, clock, place, rank):
    booked = ledger.do("app:1", actions.book, service="tax", slot_at=clock() + 60 * 60_000)
    clock.forward(minutes=40)
    here = ledger.do("kiosk:k1", actions.checkin, ticket=booked.id)
    clock.forward(5)
    desk("1").start_service(desk("1").call_next())
    clock.forward(5)

    after = desk("1").transfer(here, service="estate", place=place)

    assert waiters(ledger.floor, line=[after])[0].rank == rank


@pytest.mark.parametrize(("place", "first"), [("head", "A001"), ("tail", "C001")])
def test_a_transfer_to_the_head_or_the_tail(take, desk, clock, place, first):
    moved = take("tax")
    clock.forward(5)
    take("estate")
    clock.forward(5)
    desk("1").start_service(desk("1").call_next())

    desk("1").transfer(moved, service="estate", place=place)

    assert desk("3").call_next().number == first


def test_one_number_visits_several_windows_and_each_service_may_be_evaluated(take, desk):
    ticket = take("tax", onward=("social", "estate"))
    seen = []
    for no in ("1", "2", "3"):
        desk(no).start_service(desk(no).call_next())
        ticket, evaluation = desk(no).finish(ticket)
        seen.append((str(ticket.state), evaluation.service))

    assert seen == [("waiting", "tax"), ("waiting", "social"), ("done", "estate")]
    assert [leg.service for leg in ticket.legs] == ["tax", "social", "estate"]


def test_a_service_is_evaluated_once(take, desk, ledger):
    take("tax")
    ticket = desk("1").start_service(desk("1").call_next())
    _, evaluation = desk("1").finish(ticket)
    give = lambda **named: ledger.do("pad:1", actions.evaluate, evaluation=evaluation.id, **named)

    assert code_of(give, grade=6) == "bad_body"
    assert code_of(give, grade=5, tags=("108",)) == "bad_body"
    assert give(grade=5, tags=("517",)).grade == 5
    assert code_of(give, grade=1) == "already_evaluated"


def test_what_nobody_evaluates_is_kept_as_not_evaluated(take, desk, ledger, clock):
    take("tax")
    _, evaluation = desk("1").finish(desk("1").start_service(desk("1").call_next()))
    clock.forward(minutes=7 * 24 * 60 + 1)

    Clockwork(ledger).tick()

    kept = ledger.connection.execute("SELECT state, grade FROM evaluations WHERE id = ?", (evaluation.id,)).fetchone()
    assert tuple(kept) == ("closed", None)


def test_letting_others_go_first(take, desk, clock):
    first = take("tax")
    for _ in range(3):
        clock.forward(1)
        take("tax")

    desk("1").postpone(first, places=2)

    order = []
    for _ in range(4):
        called = desk("1").call_next()
        order.append(called.number)
        desk("1").start_service(called)
        desk("1").finish(called)
    assert order == ["A002", "A003", "A001", "A004"]


def test_a_booking_becomes_one_number_and_no_second_queue(ledger, take, desk, clock):
    slot = clock() + 30 * 60_000
    booked = ledger.do("app:1", actions.book, service="tax", slot_at=slot, holder=ZHANG)
    assert (booked.state, booked.number) == (State.BOOKED, None)
    clock.forward(25)

    number = take("tax", holder=ZHANG)

    assert number.id == booked.id
    assert (number.number, number.class_, number.target) == ("YA001", "appointment", 600)
    assert number.clock_at == slot


def test_a_visitor_much_too_late_is_a_walk_in(ledger, clock):
    booked = ledger.do("app:1", actions.book, service="tax", slot_at=clock() + 30 * 60_000)
    clock.forward(46)

    number = ledger.do("kiosk:k1", actions.checkin, ticket=booked.id)

    assert (number.number, number.class_) == ("A001", "ordinary")


def test_too_early_and_full_and_unknown_times_are_refused(ledger, clock):
    book = lambda **named: ledger.do("app:1", actions.book, service="tax", **named)
    slot = clock() + 60 * 60_000
    booked = [book(slot_at=slot) for _ in range(4)]

    assert code_of(book, slot_at=slot) == "slot_full"
    assert code_of(book, slot_at=slot + 60_000) == "no_such_slot"
    assert code_of(ledger.do, "kiosk:k1", actions.checkin, ticket=booked[0].id) == "too_early"


def test_nobody_came_for_a_booking(ledger, clock):
    booked = ledger.do("app:1", actions.book, service="tax", slot_at=clock() + 30 * 60_000)
    clock.forward(30 + 31)

    Clockwork(ledger).tick()

    assert ledger.floor.tickets[booked.id].state is State.EXPIRED


def test_the_end_of_the_day_expires_what_is_left_and_the_next_day_begins_at_one(take, desk, ledger, clock):
    waiting, served = take("tax"), take("estate")
    desk("3").start_service(desk("3").call_next())
    clock.forward(minutes=20 * 60)

    Clockwork(ledger).tick()

    states = dict(ledger.connection.execute("SELECT id, state FROM tickets").fetchall())
    assert states == {waiting.id: "expired", served.id: "expired"}
    assert all(w.state == "closed" for w in ledger.floor.windows.values())
    assert take("tax").number == "A001"


def test_people_are_forgotten_and_the_journal_never_knew_them(take, ledger, clock):
    take("tax", holder=ZHANG)
    clock.forward(minutes=3 * 24 * 60)

    Clockwork(ledger, keep_days=1).tick()

    assert ledger.connection.execute("SELECT count(*) FROM visitors").fetchone()[0] == 0


def test_quotas_and_hours_hold_at_the_kiosk_and_not_at_the_desk(ledger, take, clock):
    rules = {"quotas": [{"service": "tax", "start": 0, "end": 1440, "tickets": 1}]}
    ledger.do("manager:wang", actions.put_setting, name="rules", value=rules)
    take("tax")
    assert code_of(take, "tax") == "quota_full"
    assert take("tax", channel="desk").number == "A002"

    ledger.do("manager:wang", actions.put_setting, name="hours", value={"friday": ["13:00-17:00"], "enforce": True})

    assert code_of(take, "social") == "hall_closed"
    assert take("social", channel="desk").number == "B001"


def test_wrong_settings_are_refused_where_they_are_set(ledger):
    put = lambda name, value: ledger.do("manager:wang", actions.put_setting, name=name, value=value)

    assert code_of(put, "rulez", {}) == "no_such_setting"
    assert code_of(put, "rules", {"cap": 3}) == "bad_body"
    assert code_of(put, "calls", {"most_calls": "many"}) == "bad_body"


def test_lent_numbers_are_never_lent_twice_and_merge_exactly_once(ledger, take, desk, clock):
    lend = lambda loan, kiosk="k1": ledger.do(f"kiosk:{kiosk}", actions.lend, kiosk=kiosk, loan=loan, day="2026-11-20", count=50)
    first, again, second = lend("a" * 16), lend("a" * 16), lend("b" * 16)
    assert first == again
    assert [(r["series"], r["first"], r["last"]) for r in first["ranges"]][0] == ("AX", 1, 50)
    assert second["ranges"][0]["first"] == 51
    assert lend("c" * 16, "k2")["ranges"][0]["series"] == "AZ"
    ticket = {
        "id": "a" * 16 + "-ax007", "loan": "a" * 16, "series": "AX", "counter": 7, "number": "AX007", "day": "2026-11-20",
        "service": "tax", "class": "ordinary", "language": "zh", "issued_at": clock() - 60_000, "track": "x" * 26,
    }  # fmt: skip
    take("tax")

    merged = ledger.do("kiosk:k1", actions.merge, kiosk="k1", tickets=[ticket, ticket | {"id": "other", "counter": 51}])
    repeated = ledger.do("kiosk:k1", actions.merge, kiosk="k1", tickets=[ticket])

    assert [(m["result"], m["code"]) for m in merged] == [("merged", None), ("refused", "not_lent")]
    assert repeated[0]["result"] == "already"
    assert desk("1").call_next().number == "AX007"


def test_what_is_not_there_is_refused(ledger, take, desk):
    assert code_of(take, "nothing") == "no_such_service"
    assert code_of(desk("9").call_next) == "no_such_window"
    assert code_of(desk("1").recall, "nobody") == "no_such_ticket"
    with pytest.raises(NotFound):
        ledger.do("app:1", actions.checkin, ticket="nobody")
    with pytest.raises(WrongBody):
        take("tax", class_="green", reason="in a hurry")


def test_a_clerk_sits_at_one_window_until_it_is_taken_over(ledger, desk):
    desk("1").set_window(state="closed")
    assert code_of(desk("1").set_window, state="open", clerk="clerk2") == "already_open_elsewhere"

    desk("1").set_window(state="open", clerk="clerk2", take_over=True)

    assert (ledger.floor.windows["2"].state, ledger.floor.windows["1"].clerk) == ("closed", "clerk2")


def test_a_window_lent_for_an_hour_serves_more_for_that_hour_only(ledger, take, desk, clock):
    lend = {"window": "3", "services": ["tax"], "dates": ["2026-11-20"], "from": "10:00", "to": "11:00"}
    ledger.do("manager:wang", actions.put_setting, name="lends", value={"items": [lend]})
    take("tax")
    take("tax")

    called = desk("3").call_next()
    desk("3").start_service(called)
    desk("3").finish(called)
    clock.forward(minutes=61)

    assert called.number == "A001"
    assert desk("3").call_next() is None


def test_a_plan_lends_limits_and_ends_with_the_day(ledger, take, desk, clock):
    plan = {
        "id": "peak", "name": "月末社保高峰", "services": ["social"], "lends": [{"window": "3", "services": ["social"]}],
        "quotas": [{"service": "tax", "start": 0, "end": 1440, "tickets": 0}], "notice": {"text": "今日社保业务较多"},
    }  # fmt: skip
    ledger.do("manager:wang", actions.put_setting, name="plans", value={"items": [plan]})
    take("social")
    assert desk("3").call_next() is None

    ledger.do("manager:wang", actions.activate_plan, id="peak")

    assert desk("3").call_next().number == "B001"
    assert code_of(take, "tax") == "quota_full"
    clock.forward(minutes=20 * 60)
    Clockwork(ledger).tick()
    assert ledger.floor.plans_active.root == {}
    assert take("tax").number == "A001"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("lends", {"items": [{"window": "3"}]}),
        ("lends", {"items": [{"window": "3", "services": ["tax"], "until": "11:00"}]}),
        ("lends", {"items": [{"window": "3", "services": ["tax"], "to": "25:00"}]}),
        ("lends", {"items": [{"window": "3", "services": ["tax"], "weekdays": ["someday"]}]}),
        ("plans", {"items": [{"id": "x", "name": "x", "quotas": [{"service": "tax"}]}]}),
        ("plans", {"items": [{"id": "x", "name": "x", "lends": [{"window": 3, "services": []}]}]}),
        ("plans", {"plans": []}),
    ],
)
def test_a_wrong_lend_or_plan_is_refused_where_it_is_set(ledger, name, value):
    assert code_of(ledger.do, "manager:wang", actions.put_setting, name=name, value=value) == "bad_body"


def test_a_plan_is_proposed_when_its_line_is_long_and_withdrawn_when_it_is_not(ledger, take, desk):
    plan = {"id": "peak", "name": "高峰", "services": ["social"], "when": {"waiting": 2}}
    ledger.do("manager:wang", actions.put_setting, name="plans", value={"items": [plan]})
    clockwork, states = Clockwork(ledger), []
    for step in (lambda: None, lambda: [take("social"), take("social")], lambda: None, lambda: desk("1").call_next()):
        step()
        clockwork.tick()
        states.append([(a.kind, a.state) for a in ledger.floor.alerts.values()])

    assert states == [[], [("plan_due", "raised")], [("plan_due", "raised")], [("plan_due", "cleared")]]
    raised = ledger.connection.execute("SELECT count(*) FROM events WHERE kind = 'alert.raised'").fetchone()[0]
    assert raised == 1
