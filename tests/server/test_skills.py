"""What a window serves with who sits there: skills and levels, two at one window, shift change; and what is told and refused."""

import random

import pytest

from server.domain.duty import serves
from server.domain.line import is_served
from server.record import audit

PEOPLE = {"li": {"tax": "able"}, "wang": {"tax": "learning", "social": "expert"}, "zhou": {"tax": "expert", "estate": "able"}}


@pytest.fixture
def skilled(context):
    """Windows 1, 2 and 3 are open with nobody signed in; only who is named may serve."""
    context.people = {name: context.signed_in(name) for name in (*PEOPLE, "sun")}
    put(context)
    return context


def put(c, people=PEOPLE, others="none", **more):
    answer = c.manager.put("/settings/skills", value={"people": people, "others": others} | more)
    assert answer.status_code == 200, answer.json


def sits(c, name, no="A12", **more):
    answer = c.people[name].put(f"/windows/{no}/state", state="open", take_over=True, **more)
    assert answer.status_code == 200, answer.json
    return c.people[name]


def now(c, no="A12"):
    return sorted(serves(c.ledger.floor, c.ledger.floor.windows[no], c.clock()))


def call(c, name, no="A12", **more):
    answer = c.people[name].post(f"/windows/{no}/calls", **more)
    return None if answer.status_code == 204 else answer.json


def test_the_rights_go_with_who_sits_there_and_change_at_a_shift_change(skilled):
    estate, tax = skilled.kiosk.take("estate"), skilled.kiosk.take("tax")
    assert now(skilled) == ["estate", "social", "tax"]  # closed: whoever comes may
    sits(skilled, "li")
    assert now(skilled) == ["tax"] and call(skilled, "li")["id"] == tax["id"] != estate["id"]
    room = skilled.manager.get("/windows/A12").json
    assert room["services"] == ["tax"]

    view = skilled.server.context.view().staff_window("A12")
    assert sorted(view["lacks"]) == ["estate", "social"] and sorted(view["own"]) == ["estate", "social", "tax"]
    (
        skilled.people["li"].post(f"/tickets/{tax['id']}/service"),
        skilled.people["li"].post(f"/tickets/{tax['id']}/completion", outcome="done"),
    )
    sits(skilled, "zhou")
    assert now(skilled) == ["estate", "tax"] and call(skilled, "zhou")["id"] == estate["id"]
    sits(skilled, "sun", "1")
    assert now(skilled, "1") == []  # is not named


def test_a_number_one_may_not_serve_is_refused_in_words_that_name_the_person(skilled):
    sits(skilled, "li")
    ticket = skilled.kiosk.take("social")

    for body in ({"ticket": ticket["id"]}, {"number": ticket["number"]}, {"service": "social"}):
        refusal = call(skilled, "li", **body)
        assert refusal["code"] == "not_skilled" and "社保参保登记" in refusal["detail"] and "Li" in refusal["detail"], body
    put(skilled, others="none", people={"li": {"tax": "able", "social": "able"}})
    assert call(skilled, "li")["id"] == ticket["id"]


def test_who_is_nobody_known_serves_what_the_others_may(skilled):
    skilled.kiosk.take("tax")
    keypad = skilled.device("keypad", window="1")
    assert now(skilled, "1") == [] and keypad.post("/windows/1/calls").status_code == 204
    put(skilled, others="all")
    assert now(skilled, "1") == ["social", "tax"] and keypad.post("/windows/1/calls").status_code == 201
    sits(skilled, "li", "2")
    assert now(skilled, "2") == ["tax"]  # who is named may what is said and no more
    sits(skilled, "sun", "2")
    assert now(skilled, "2") == ["social", "tax"]


def test_who_learns_serves_beside_an_expert_only_and_each_press_calls_what_that_one_may(skilled):
    tax, estate, social = (skilled.kiosk.take(one) for one in ("tax", "estate", "social"))
    wang = sits(skilled, "wang")
    assert now(skilled) == ["social"] and call(skilled, "wang", ticket=tax["id"])["code"] == "not_skilled"
    assert skilled.people["li"].post("/windows/A12/beside").status_code == 201
    assert now(skilled) == ["social", "tax"] and call(skilled, "wang", ticket=tax["id"])["code"] == "not_skilled"  # li is able, no expert
    assert skilled.people["zhou"].post("/windows/A12/beside").json["code"] == "two_there"
    assert skilled.people["li"].delete("/windows/A12/beside").status_code == 200
    assert skilled.people["zhou"].post("/windows/A12/beside").status_code == 201
    assert now(skilled) == ["estate", "social", "tax"]

    assert call(skilled, "wang")["id"] == tax["id"]  # learns it
    assert skilled.people["zhou"].post(f"/tickets/{tax['id']}/service").status_code == 201  # and who presses serves
    assert skilled.ledger.floor.tickets[tax["id"]].clerk == "zhou"
    wang.post(f"/tickets/{tax['id']}/completion", outcome="done")
    assert call(skilled, "wang", ticket=estate["id"])["code"] == "not_skilled"
    assert call(skilled, "wang")["id"] == social["id"] and skilled.ledger.floor.tickets[social["id"]].clerk == "wang"
    assert call(skilled, "zhou")["code"] == "window_busy"  # one number in hand at one window

    assert wang.delete("/windows/A12/beside").json["code"] == "not_skilled"  # zhou cannot go on with it
    wang.post(f"/tickets/{social['id']}/service"), wang.post(f"/tickets/{social['id']}/completion", outcome="done")
    assert wang.delete("/windows/A12/beside").status_code == 200
    window = skilled.ledger.floor.windows["A12"]
    assert window.people == ("zhou",) and now(skilled) == ["estate", "tax"]
    assert wang.post("/windows/A12/calls").json["code"] == "not_your_window"
    kinds = [e["body"] for e in skilled.auditor.get("/events", after=0).json["items"] if e["kind"] == "window.assigned"]
    assert [(b["staff"], b.get("beside", "")) for b in kinds] == [("wang", "li"), ("wang", ""), ("wang", "zhou"), ("zhou", "")]


def test_who_goes_to_another_window_leaves_the_shared_one_open(skilled):
    sits(skilled, "li"), skilled.people["zhou"].post("/windows/A12/beside")
    assert skilled.people["li"].put("/windows/3/state", state="open").json["code"] == "already_open_elsewhere"
    sits(skilled, "li", "3")
    shared = skilled.ledger.floor.windows["A12"]
    assert (shared.people, shared.state) == (("zhou",), "open") and now(skilled, "3") == []
    skilled.people["zhou"].put("/windows/A12/state", state="paused", reason="开会")
    assert skilled.ledger.floor.windows["A12"].people == ("zhou",)
    skilled.people["zhou"].put("/windows/A12/state", state="closed")
    assert skilled.ledger.floor.windows["A12"].people == ()


def test_what_is_in_hand_is_finished_and_never_left_to_who_may_not_serve_it(skilled):
    ticket = skilled.kiosk.take("tax")
    li = sits(skilled, "li")
    call(skilled, "li")
    assert skilled.people["wang"].put("/windows/A12/state", state="open", take_over=True).json["code"] == "not_skilled"
    refused = skilled.manager.put("/windows/A12/clerk", clerk="wang").json
    assert refused["code"] == "not_skilled" and ticket["number"] in refused["detail"]
    put(skilled, people=PEOPLE | {"li": {"social": "able"}})  # a skill taken away while the number is called
    assert li.post(f"/tickets/{ticket['id']}/service").status_code == 201
    assert li.post(f"/tickets/{ticket['id']}/hold").status_code == 201
    assert li.delete(f"/tickets/{ticket['id']}/hold").json["code"] == "not_skilled"  # put aside: whoever takes it up must be able to
    sits(skilled, "zhou")
    assert skilled.people["zhou"].delete(f"/tickets/{ticket['id']}/hold").status_code == 200


def test_people_are_sent_only_where_they_are_served(skilled):
    ticket = skilled.kiosk.take("tax")
    li = sits(skilled, "li")
    call(skilled, "li"), li.post(f"/tickets/{ticket['id']}/service")
    sits(skilled, "wang", "2")
    assert li.post(f"/tickets/{ticket['id']}/transfer", service="tax", window="2").json["code"] == "not_skilled"
    offered = {s["code"]: s for s in skilled.kiosk.get("/services").json["items"]}
    assert offered["tax"]["served"] and [w["no"] for w in offered["tax"]["windows"]] == ["A12"]
    assert not offered["estate"]["served"]  # window 3 is open and nobody who may sits there
    stations = {s.no: s for s in skilled.server.context.jobs._state().stations}
    assert stations["2"].services == {"social"} and stations["3"].services == set() and stations["A12"].services == {"tax"}


def test_a_service_that_nobody_may_serve_any_more_is_told_to_who_waits_for_it(skilled):
    ticket, other = skilled.kiosk.take("estate"), skilled.kiosk.take("social")
    floor = skilled.ledger.floor
    assert is_served(floor, "estate", "ordinary", skilled.clock())
    hits = skilled.manager.post("/settings/skills/hits", value={"people": PEOPLE | {"zhou": {"tax": "expert"}}, "others": "none"}).json[
        "hits"
    ]
    assert (hits["numbers"], [one["reason"] for one in hits["reasons"]]) == (1, ["served_now"])

    put(skilled, people=PEOPLE | {"zhou": {"tax": "expert"}})

    floor = skilled.ledger.floor
    assert not is_served(floor, "estate", "ordinary", skilled.clock())
    assert "served_now" in floor.tickets[ticket["id"]].unkept and not floor.tickets[other["id"]].unkept
    put(skilled)
    assert not skilled.ledger.floor.tickets[ticket["id"]].unkept
    disable = skilled.admin.put("/staff/zhou", disabled=True)
    assert "served_now" in skilled.ledger.floor.tickets[ticket["id"]].unkept
    assert disable.status_code == 200 and not is_served(skilled.ledger.floor, "estate", "ordinary", skilled.clock())


def test_a_window_for_any_business_serves_whatever_its_clerk_may(skilled):
    put(skilled, any_business=["3"])
    assert now(skilled, "3") == []
    sits(skilled, "zhou", "3")
    assert now(skilled, "3") == ["estate", "tax"]
    for no in ("1", "2", "A12"):
        skilled.manager.put(f"/windows/{no}", type="collection")
    types = {"items": [{"code": "collection", "services": ["tax"]}]}
    assert skilled.manager.put("/settings/types", value=types).status_code == 200
    assert now(skilled, "3") == ["estate"]  # what goes to windows of another type only does not go here
    sits(skilled, "wang", "3")
    assert now(skilled, "3") == ["social"]


def test_a_manager_sees_what_a_reassignment_does_before_it_is_made(skilled):
    sits(skilled, "li")
    for _ in range(3):
        skilled.kiosk.take("estate")
    seq = skilled.seq

    told = skilled.manager.post("/windows/A12/clerk/preview", clerk="zhou").json

    assert skilled.seq == seq and skilled.ledger.floor.windows["A12"].clerk == "li"
    assert (told["waiting"], told["now"]["unserved"], told["then"]["unserved"]) == (3, 3, 0)
    assert told["now"]["wait"] is None and told["then"]["wait"] > 0 and told["lacks"] == ["social"]
    (row,) = told["services"]
    assert (row["service"], row["waiting"], row["then"]["unserved"]) == ("estate", 3, 0)
    beside = skilled.manager.post("/windows/A12/beside/preview", clerk="zhou").json
    assert (beside["now"]["unserved"], beside["then"]["unserved"], beside["lacks"]) == (3, 0, ["social"])
    assert skilled.manager.post("/windows/A12/beside", clerk="zhou").status_code == 201
    assert skilled.ledger.floor.windows["A12"].people == ("li", "zhou")
    assert skilled.manager.delete("/windows/A12/beside").status_code == 200
    assert skilled.people["li"].post("/windows/A12/clerk/preview", clerk="li").status_code == 403


def test_random_presses_call_nobody_who_may_not_be_served_and_overtake_nobody(skilled):
    """Every call, whoever presses it, goes to somebody who may, and is the first of its service's row that this window could call."""
    chance, people, services = random.Random(3), list(skilled.people), ["tax", "social", "estate"]
    called = 0
    for _ in range(250):
        skilled.clock.forward(seconds=20)
        skilled.kiosk.take(chance.choice(services))
        name, no = chance.choice(people), chance.choice(["1", "2", "3", "A12"])
        before = skilled.ledger.floor
        window = before.windows[no]
        match chance.randrange(7):
            case 0:
                skilled.people[name].put(f"/windows/{no}/state", state="open", take_over=True)
            case 1:
                skilled.people[name].post(f"/windows/{no}/beside", take_over=True)
            case 2:
                skilled.people[name].delete(f"/windows/{no}/beside")
            case 3:
                given = {one: {s: chance.choice(["learning", "able", "expert"]) for s in chance.sample(services, 2)} for one in people[:3]}
                put(skilled, people=given)
            case _:
                if not window.people:
                    continue
                name = chance.choice(window.people)
                if ticket := before.at_window(no):
                    skilled.people[name].post(f"/tickets/{ticket.id}/service")
                    skilled.people[name].post(f"/tickets/{ticket.id}/completion", outcome="done")
                    continue
                answer = skilled.people[name].post(f"/windows/{no}/calls")
                if answer.status_code != 201:
                    continue
                ticket = before.tickets[answer.json["id"]]
                beside = [one for one in window.people if one != name]
                assert before.skills.may(name, ticket.service, beside) and ticket.service in window.services
                assert ticket == min(before.waiting(ticket.service), key=lambda t: t.line_at)
                called += 1
    assert called > 15
    skilled.settle()
    assert audit.verify(skilled.ledger.folder).ok
