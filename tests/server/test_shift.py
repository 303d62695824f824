"""A clerk's day: shift change, a double press, a call taken back, one service only, windows opened from afar."""

import pytest

from server.forecast.state import hall_state


@pytest.fixture
def li(context):
    return context.signed_in("li")


@pytest.fixture
def zhao(context):
    return context.signed_in("zhao")


def wait_of(context, service="tax"):
    forecaster = context.server.context.jobs.forecaster
    forecaster.refresh()
    return next(s["wait"] for s in context.nobody().get("/services").json["items"] if s["code"] == service)


# -- shift change


def test_a_window_that_a_colleague_has_open_is_asked_about_and_taken_over(context, li, zhao):
    assert li.put("/windows/A12/state", state="open").status_code == 200

    asked = zhao.put("/windows/A12/state", state="open")

    assert asked.status_code == 409 and asked.json["code"] == "window_taken" and asked.json["window"] == "A12"
    assert context.ledger.floor.windows["A12"].clerk == "li"
    assert zhao.put("/windows/A12/state", state="open", take_over=True).status_code == 200
    assert context.ledger.floor.windows["A12"].clerk == "zhao"
    assert li.post("/windows/A12/calls").json["code"] == "not_your_window"


def test_whoever_takes_over_finishes_what_is_in_hand(context, li, zhao):
    li.put("/windows/A12/state", state="open")
    ticket = context.kiosk.take()
    li.post("/windows/A12/calls"), li.post(f"/tickets/{ticket['id']}/service")

    zhao.put("/windows/A12/state", state="open", take_over=True)

    assert zhao.post(f"/tickets/{ticket['id']}/completion", outcome="done").status_code == 201


def test_a_manager_ends_the_service_in_hand_and_closes_any_window_with_a_reason(context, li):
    li.put("/windows/A12/state", state="open")
    ticket = context.kiosk.take()
    li.post("/windows/A12/calls"), li.post(f"/tickets/{ticket['id']}/service")
    assert context.manager.put("/windows/A12/state", state="closed").json["code"] == "window_busy"

    assert context.manager.put("/windows/A12/state", state="closed", in_hand="finish", reason="窗口故障").status_code == 200

    assert context.ledger.floor.tickets[ticket["id"]].state == "done"
    (event,) = [e for e in context.auditor.get("/events", after=0).json["items"] if e["kind"] == "window.closed"]
    assert event["body"]["reason"] == "窗口故障"


def test_a_number_in_hand_at_a_window_that_is_closed_goes_back_to_its_place(context, li):
    first, second = context.kiosk.take(), context.kiosk.take()
    li.put("/windows/A12/state", state="open"), li.post("/windows/A12/calls")

    context.manager.put("/windows/A12/state", state="closed", in_hand="return")

    assert context.ledger.floor.tickets[first["id"]].state == "waiting"
    keypad = context.device("keypad", window="1")
    assert keypad.post("/windows/1/calls").json["number"] == first["number"] != second["number"]


def test_a_clerk_cannot_let_go_of_a_number_by_closing(context, li):
    context.kiosk.take()
    li.put("/windows/A12/state", state="open"), li.post("/windows/A12/calls")

    assert li.put("/windows/A12/state", state="closed", in_hand="return").json["code"] == "window_busy"


def test_a_manager_puts_another_clerk_at_a_window_with_a_reason_and_whoever_is_to_go_is_told(context, li, zhao):
    li.put("/windows/A12/state", state="open"), zhao.put("/windows/2/state", state="open")
    ticket = context.kiosk.take("social")
    li.post("/windows/A12/calls"), li.post(f"/tickets/{ticket['id']}/service")

    assert context.manager.put("/windows/A12/clerk", clerk="zhao", reason="调班").status_code == 200

    a12, two = (context.ledger.floor.windows[no] for no in ("A12", "2"))
    assert (a12.clerk, a12.state, a12.manned) == ("zhao", "open", False) and (two.clerk, two.state) == (None, "closed")
    assert context.server.context.view().messages()[0]["say"]["zh"] == "请Zhao到A12号窗口"
    (event,) = [e for e in context.auditor.get("/events", after=0).json["items"] if e["kind"] == "window.assigned"]
    assert (event["body"]["staff"], event["body"]["reason"]) == ("zhao", "调班")
    assert li.post(f"/tickets/{ticket['id']}/completion", outcome="done").json["code"] == "not_your_window"
    assert zhao.post(f"/tickets/{ticket['id']}/completion", outcome="done").status_code == 201


def test_a_closed_window_opens_for_the_clerk_who_is_put_there_and_a_paused_one_stays_paused(context, li):
    context.manager.put("/windows/3/state", state="closed")
    context.manager.put("/windows/3/clerk", clerk="li")
    three = context.ledger.floor.windows["3"]
    assert (three.clerk, three.state) == ("li", "open")

    context.manager.put("/windows/2/state", state="paused", reason="吃饭")
    context.manager.put("/windows/2/clerk", clerk="li", reason="替班")

    two, three = (context.ledger.floor.windows[no] for no in ("2", "3"))
    assert (two.clerk, two.state, two.reason) == ("li", "paused", "吃饭") and three.state == "closed"


@pytest.mark.parametrize("who", ["nobody", "left", "guide"])
def test_only_who_may_serve_is_put_at_a_window_and_a_number_in_hand_elsewhere_is_settled_first(context, li, who):
    context.staff("left"), context.staff("guide", "guide")
    context.admin.put("/staff/left", disabled=True)
    li.put("/windows/A12/state", state="open")
    ticket = context.kiosk.take("social")
    li.post("/windows/A12/calls")

    assert context.manager.put("/windows/3/clerk", clerk=who).json["code"] == "no_such_staff"
    busy = context.manager.put("/windows/3/clerk", clerk="li")
    assert busy.json["code"] == "window_busy" and ticket["number"] in busy.json["detail"]


def test_the_public_does_not_hear_who_was_put_at_a_window_or_why_one_was_closed(context, li):
    ear = context.server.sockets.socketio.test_client(context.server.app)
    ear.emit("watch", ["hall"], callback=True)

    context.manager.put("/windows/3/clerk", clerk="li", reason="与群众争执")
    context.manager.put("/windows/3/state", state="closed", reason="与群众争执")
    context.settle()

    heard = [m for m in ear.get_received() if m["name"].startswith("window.")]
    assert {m["name"] for m in heard} >= {"window.assigned", "window.closed"}
    assert "争执" not in str(heard) and "'staff'" not in str(heard)


# -- a double press


def test_a_double_press_is_one_press_and_nobody_is_skipped(context, clock):
    context.manager.put("/settings/calls", value={"when_called": "miss"})
    first, second = context.kiosk.take(), context.kiosk.take()
    keypad = context.device("keypad", window="1")

    presses = [keypad.post("/windows/1/calls") for _ in range(3)]

    assert [(p.status_code, p.json["number"]) for p in presses] == [(201, first["number"])] * 3
    calls = [e for e in context.auditor.get("/events", after=0).json["items"] if e["kind"] == "ticket.called"]
    assert len(calls) == 1 and context.ledger.floor.tickets[second["id"]].state == "waiting"


def test_nobody_is_passed_over_before_there_was_time_to_come(context, clock):
    context.manager.put("/settings/calls", value={"when_called": "miss"})
    first, second = context.kiosk.take(), context.kiosk.take()
    keypad = context.device("keypad", window="1")
    keypad.post("/windows/1/calls")

    clock.forward(seconds=8)
    soon = keypad.post("/windows/1/calls")
    clock.forward(seconds=8)
    later = keypad.post("/windows/1/calls")

    assert soon.status_code == 409 and soon.json["code"] == "called_just_now" and "7" in soon.json["detail"]
    assert later.json["number"] == second["number"] and context.ledger.floor.tickets[first["id"]].state == "missed"


# -- a call taken back


def test_a_call_taken_back_stands_in_line_as_if_it_had_not_been_made(context, clock):
    first, second = context.kiosk.take(), context.kiosk.take()
    before = context.ledger.floor.tickets[first["id"]]
    keypad = context.device("keypad", window="1")
    keypad.post("/windows/1/calls")
    clock.forward(seconds=20)

    undone = keypad.delete(f"/tickets/{first['id']}/calls")

    assert undone.status_code == 200 and undone.json["state"] == "waiting" and undone.json["times_called"] == 0
    assert context.ledger.floor.tickets[first["id"]] == before
    assert [c["number"] for c in context.nobody().get("/board").json["calls"]] == []
    assert keypad.delete(f"/tickets/{first['id']}/calls").status_code == 200  # again changes nothing
    kinds = [e["kind"] for e in context.auditor.get("/events", after=0).json["items"] if e["ticket"] == first["id"]]
    assert kinds == ["ticket.issued", "ticket.called", "call.undone"]
    assert keypad.post("/windows/1/calls").json["number"] == first["number"] != second["number"]


def test_how_long_a_visitor_has_to_come_and_a_call_can_be_taken_back_is_the_halls_to_say(context, clock):
    context.manager.put("/settings/calls", value={"when_called": "miss", "patience_s": 5, "undo_s": 60})
    first, second = context.kiosk.take(), context.kiosk.take()
    keypad = context.device("keypad", window="1")
    keypad.post("/windows/1/calls")
    clock.forward(seconds=6)

    assert keypad.post("/windows/1/calls").json["number"] == second["number"] != first["number"]
    clock.forward(seconds=50)
    assert keypad.delete(f"/tickets/{second['id']}/calls").status_code == 200


def test_what_the_desk_is_offered_for_a_called_number_is_not_refused(context, clock):
    """Another call as often as the rule allows; a call is taken back until the instant that is told."""
    context.manager.put("/settings/calls", value={"most_calls": 2, "undo_s": 40})
    first = context.kiosk.take()
    keypad = context.device("keypad", window="1")
    keypad.post("/windows/1/calls")
    shown = lambda: next(t for t in context.manager.get("/tickets").json["items"] if t["id"] == first["id"])
    assert "recall" in shown()["moves"] and shown()["undo_until"] == context.server.context.view().at(clock() + 40_000)

    keypad.post(f"/tickets/{first['id']}/calls")

    assert "recall" not in shown()["moves"]
    assert keypad.post(f"/tickets/{first['id']}/calls").json["code"] == "too_many_recalls"


def test_a_call_is_not_taken_back_after_the_set_time(context, clock):
    first = context.kiosk.take()
    keypad = context.device("keypad", window="1")
    keypad.post("/windows/1/calls")
    clock.forward(seconds=40)

    late = keypad.delete(f"/tickets/{first['id']}/calls")

    assert late.status_code == 409 and late.json["code"] == "undo_too_late"
    assert context.ledger.floor.tickets[first["id"]].state == "called"


# -- which number


def test_the_next_of_one_service_only(context):
    tax, social = context.kiosk.take("tax"), context.kiosk.take("social")
    keypad = context.device("keypad", window="A12")
    keypad.put("/windows/A12/state", state="open")

    assert keypad.post("/windows/A12/calls", service="social").json["number"] == social["number"] != tax["number"]


def test_a_number_that_the_window_does_not_serve_is_refused_and_a_manager_gives_a_reason(context):
    estate = context.kiosk.take("estate")
    keypad = context.device("keypad", window="1")

    refused = keypad.post("/windows/1/calls", ticket=estate["id"], reason="我想叫")
    done = context.manager.post("/windows/1/calls", ticket=estate["id"], reason="3号窗口设备故障")

    assert refused.status_code == 409 and refused.json["code"] == "not_served_here"
    assert done.status_code == 201 and done.json["window"] == "1"
    (event,) = [e for e in context.auditor.get("/events", after=0).json["items"] if e["kind"] == "ticket.called"]
    assert event["body"]["why"]["facts"]["reason"] == "3号窗口设备故障"


def test_the_digits_of_a_lent_services_number_are_enough(context):
    context.manager.put("/settings/lends", value={"items": [{"window": "1", "services": ["estate"]}]})
    estate = context.kiosk.take("estate")
    keypad = context.device("keypad", window="1")

    assert keypad.post("/windows/1/calls", number=estate["number"].lstrip("ABC")).json["number"] == estate["number"]


@pytest.mark.parametrize(("role", "said", "kept"), [("kiosk", "desk", "kiosk"), ("app", "desk", "api"), ("app", "online", "online")])
def test_a_channel_cannot_be_claimed(context, role, said, kept):
    caller = getattr(context, role)

    ticket = caller.post("/tickets", service="tax", channel=said).json

    assert ticket["channel"] == kept


def test_saying_desk_passes_no_limit(context):
    context.manager.put("/settings/hours", value={"monday": ["08:00-08:30"], "enforce": True})

    assert context.kiosk.post("/tickets", service="tax", channel="desk").json["code"] == "hall_closed"
    assert context.guide.post("/tickets", service="tax", channel="desk").status_code == 201


# -- an empty chair


def test_a_window_opened_from_afar_is_no_help_until_somebody_sits_there(context, clock):
    for no in ("1", "2", "3"):
        context.manager.put(f"/windows/{no}/state", state="closed")
    assert wait_of(context) is None

    opened = context.manager.put("/windows/1/state", state="open")

    assert opened.status_code == 200 and wait_of(context) is None
    ticket = context.kiosk.take()
    assert ticket["ahead"] is None and ticket["wait"] is None
    assert context.server.context.view().messages()[0]["say"]["zh"] == "1号窗口已开放，请安排人员到岗"
    context.device("keypad", window="1").post("/windows/1/calls")
    assert wait_of(context) is not None and context.ledger.floor.windows["1"].manned


def test_the_one_who_is_to_go_is_named_and_told(context, li):
    context.manager.put("/windows/3/state", state="closed")

    context.manager.put("/windows/3/state", state="open", clerk="li")

    (told,) = context.server.context.view().messages()
    assert told["say"]["en"] == "Li, please go to window 3" and context.ledger.floor.windows["3"].clerk == "li"
    assert not context.ledger.floor.windows["3"].manned


def test_a_window_that_leaves_people_waiting_is_not_counted_on(context, clock):
    for no in ("2", "3"):
        context.manager.put(f"/windows/{no}/state", state="closed")
    context.kiosk.take()
    station = lambda: hall_state(context.ledger.floor, clock()).stations[0]
    assert station().open

    clock.forward(minutes=11)

    assert not station().open and station().unmanned
    context.device("keypad", window="1").post("/windows/1/calls")
    assert station().open
