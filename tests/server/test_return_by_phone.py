"""Who missed the call puts oneself back in line on the phone, as the hall's rule has it, and only then."""

import pytest


@pytest.fixture
def missed(context):
    """A number that missed its call, and two who came after it."""
    ticket = context.kiosk.take()
    pad = context.device("keypad", "1")
    called = pad.post("/windows/1/calls").json
    assert called["id"] == ticket["id"]
    pad.post(f"/tickets/{ticket['id']}/miss")
    context.kiosk.take(), context.kiosk.take()
    return ticket


def moves(context, ticket):
    return context.nobody().get(f"/track/{ticket['track']}").json["moves"]


def test_the_holder_is_back_behind_the_others_with_one_event_that_says_who_did_it(context, missed):
    assert "return" in moves(context, missed)

    back = context.nobody().post(f"/tickets/{missed['track']}/return")

    assert (back.status_code, back.json["state"], back.json["ahead"]) == (201, "waiting", 2)
    told = [e for e in context.auditor.get("/events", limit=500).json["items"] if e["kind"] == "ticket.returned"]
    assert [(e["ticket"], e["body"]["channel"]) for e in told] == [(missed["id"], "phone")]


def test_staff_put_back_is_told_as_done_at_the_desk(context, missed):
    context.guide.post(f"/tickets/{missed['id']}/return")

    told = [e["body"]["channel"] for e in context.auditor.get("/events", limit=500).json["items"] if e["kind"] == "ticket.returned"]
    assert told == ["desk"]


def test_where_the_hall_does_not_have_it_the_holder_is_sent_to_the_desk_in_a_sentence(context, missed):
    context.manager.put("/settings/rules", value={"returns": {"oneself": False}})

    refused = context.nobody().post(f"/tickets/{missed['track']}/return")

    assert "return" not in moves(context, missed)
    assert (refused.status_code, refused.json["code"]) == (409, "return_at_desk") and "导服台" in refused.json["detail"]
    assert context.guide.post(f"/tickets/{missed['id']}/return").status_code == 201


def test_nobody_is_back_more_often_than_the_rule_says_nor_by_another_s_id(context, missed):
    assert context.nobody().post(f"/tickets/{missed['id']}/return").status_code == 401
    context.nobody().post(f"/tickets/{missed['track']}/return")
    pad = context.device("keypad", "2")
    pad.post("/windows/2/calls", ticket=missed["id"])
    pad.post(f"/tickets/{missed['id']}/miss")

    again = context.nobody().post(f"/tickets/{missed['track']}/return")

    assert "return" not in moves(context, missed)
    assert (again.status_code, again.json["code"]) == (409, "returned_too_often")
