"""A number already taken is made green: the visitor keeps the number on the paper and stands in another row. Who may, and what is told."""

import pytest

from config.codes import Role
from server.domain.permissions import ONE_WINDOW

REASON = {"reason": "disabled"}


@pytest.fixture
def three(context, clock):
    """Three numbers for tax, a minute apart."""
    found = []
    for _ in range(3):
        found.append(context.kiosk.take())
        clock.forward(minutes=1)
    return found


def test_a_number_made_green_keeps_its_number_and_is_called_before_those_who_came_first(context, three):
    made = context.guide.post(f"/tickets/{three[2]['id']}/green", **REASON)

    assert made.status_code == 201, made.text
    assert (made.json["number"], made.json["class"]) == (three[2]["number"], "green")
    called = context.device("keypad", "1").post("/windows/1/calls").json
    assert called["number"] == three[2]["number"]


def test_it_leaves_one_event_with_the_reason_and_its_holder_reads_it_without(context, three):
    context.guide.post(f"/tickets/{three[1]['id']}/green", **REASON)

    events = [e for e in context.auditor.get("/events", limit=500).json["items"] if e["kind"] == "ticket.made_green"]
    assert [(e["ticket"], e["body"]["reason"]) for e in events] == [(three[1]["id"], "disabled")]
    told = context.nobody().get(f"/track/{three[1]['track']}").json
    assert told["class"] == "green" and "reason" not in told
    assert told["changes"][0]["zh"] == "已转为绿色通道，优先叫号"
    assert "disabled" not in str(told)


def test_the_promise_is_that_of_the_green_ones_from_now_on_and_never_longer_than_before(context, clock):
    early, late = context.kiosk.take(), context.kiosk.take()
    clock.forward(minutes=5)
    soon = context.guide.post(f"/tickets/{early['id']}/green", **REASON).json
    clock.forward(minutes=20)
    after = context.guide.post(f"/tickets/{late['id']}/green", **REASON).json

    assert soon["target"] == (5 + 10) * 60
    assert after["target"] == 30 * 60  # as promised at the beginning: ten minutes from now would be later
    clock.forward(minutes=4)
    staff = {t["id"]: t for t in context.guide.get("/tickets").json["items"]}
    assert staff[late["id"]]["target"] == 30 * 60
    assert staff[late["id"]]["due_at"] > context.server.context.view().instant(clock())


def test_made_green_once_it_is_not_offered_again_and_another_reason_may_be_said(context, three):
    id = three[0]["id"]
    moves = lambda: next(t for t in context.guide.get("/tickets").json["items"] if t["id"] == id)["moves"]
    assert "make_green" in moves()

    context.guide.post(f"/tickets/{id}/green", **REASON)
    seq = context.seq
    again = context.guide.post(f"/tickets/{id}/green", **REASON)
    assert (again.status_code, context.seq) == (201, seq)
    assert "make_green" not in moves()
    assert context.guide.post(f"/tickets/{id}/green", reason="pregnant").json["reason"] == "pregnant"


def test_a_missed_number_is_made_green_and_comes_back_before_the_others(context, three):
    pad = context.device("keypad", "1")
    missed = pad.post("/windows/1/calls").json
    pad.post(f"/tickets/{missed['id']}/miss")

    assert context.guide.post(f"/tickets/{missed['id']}/green", **REASON).json["state"] == "missed"
    context.guide.post(f"/tickets/{missed['id']}/return")

    assert pad.post("/windows/1/calls").json["number"] == missed["number"]


def test_a_reason_that_the_hall_does_not_have_and_one_that_is_served_are_refused(context, three):
    assert context.guide.post(f"/tickets/{three[0]['id']}/green", reason="infant").status_code == 422
    assert context.guide.post(f"/tickets/{three[0]['id']}/green").status_code == 422
    context.device("keypad", "1").post("/windows/1/calls")
    assert context.guide.post(f"/tickets/{three[0]['id']}/green", **REASON).json["code"] == "illegal_move"


@pytest.mark.parametrize("role", sorted(frozenset(Role) - ONE_WINDOW - {Role.GUIDE, Role.MANAGER}))
def test_only_a_guide_or_a_manager_may(context, three, role):
    assert getattr(context, role).post(f"/tickets/{three[0]['id']}/green", **REASON).status_code == 403
    assert context.manager.post(f"/tickets/{three[0]['id']}/green", **REASON).status_code == 201


def test_pages_are_told_the_hall_s_own_reasons_and_what_a_person_may(context):
    context.manager.put("/settings/rules", value={"green": {"reasons": ["elderly", "infant"], "age": 65}})

    reasons = context.server.context.view().staff_room()["green"]

    assert [one["reason"] for one in reasons] == ["elderly", "infant"]
    assert "65" in reasons[0]["say"]["zh"] and "65" in reasons[0]["say"]["en"]
    guide, clerk = context.signed_in("dao", "guide"), context.signed_in("li", "clerk")
    may = lambda who: who.get("/session").json["staff"]["may"]
    assert {"make_green", "print_at_kiosk"} <= set(may(guide)) and not {"make_green", "print_at_kiosk"} & set(may(clerk))


def test_a_guide_has_a_kiosk_print_a_number_and_nothing_else(context, three):
    context.kiosk.post("/devices/k1/state", device="printer", kind="printer", state="ok")

    wished = context.guide.post("/devices/k1/commands", do="reprint", ticket=three[0]["id"])
    assert (wished.status_code, wished.json["ticket"]) == (201, three[0]["id"])
    assert context.guide.post("/devices/k1/commands", do="restart").status_code == 403
    assert context.manager.post("/devices/k1/commands", do="restart").status_code == 201
    assert context.clerk.post("/devices/k1/commands", do="reprint", ticket=three[0]["id"]).status_code == 403
    told = context.kiosk.post("/devices/k1/state", device="kiosk", kind="kiosk", state="ok").json
    assert [one["do"] for one in told["commands"]] == ["reprint", "restart"]
