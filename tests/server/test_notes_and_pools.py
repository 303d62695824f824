"""A word about a number from guide to window, and numbers that a clerk keeps whatever window they move to."""

import json

import pytest


@pytest.fixture
def line(context):
    """A number as the desks see it."""
    return lambda id: next(one for one in context.server.context.view().staff_room()["tickets"] if one["id"] == id)


def test_a_note_reaches_the_desks_and_neither_its_holder_nor_the_journal(context, line):
    one, guide = context.kiosk.take("tax"), context.of("guide")
    assert guide.post(f"/tickets/{one['id']}/note", text="听力不好，请大声些；电话13800138000").status_code == 201

    (note,) = line(one["id"])["notes"]
    assert note["text"] == "听力不好，请大声些；电话138****8000"
    told = json.dumps(context.nobody().get(f"/track/{one['track']}").json, ensure_ascii=False)
    journal = "".join(row["body"] for row in context.ledger.connection.execute("SELECT body FROM events"))
    kept = "".join(str(tuple(row)) for row in context.ledger.connection.execute("SELECT * FROM message_words"))
    assert all("听力" not in text for text in (told, journal, kept))
    assert context.server.context.view().messages() == []  # it is no word to all windows


def test_a_note_goes_with_its_day_and_is_refused_where_nobody_will_read_it(context, line):
    one, guide = context.kiosk.take("tax"), context.of("guide")
    guide.post(f"/tickets/{one['id']}/note", text="带了复印件")
    assert guide.post(f"/tickets/{one['id']}/note", text=" ").status_code == 422
    assert context.kiosk.post(f"/tickets/{one['id']}/note", text="x").status_code == 403

    context.kiosk.post(f"/tickets/{one['id']}/cancellation")
    assert guide.post(f"/tickets/{one['id']}/note", text="x").json["code"] == "illegal_move"
    context.clock.forward(minutes=50 * 60)
    context.server.context.clockwork.tick()
    assert context.ledger.connection.execute("SELECT count(*) FROM message_words").fetchone()[0] == 0


def test_what_a_clerk_keeps_is_taken_up_at_whatever_window_they_work(context, line):
    sit = lambda clerk, no: clerk.put(f"/windows/{no}/state", state="open", take_over=True)
    wang = context.of("clerk")
    sit(wang, "1")
    one = context.kiosk.take("tax")
    wang.post("/windows/1/calls"), wang.post(f"/tickets/{one['id']}/service")

    assert wang.post(f"/tickets/{one['id']}/hold", by_me=True).status_code == 201

    assert line(one["id"])["kept_for"] == wang.name and line(one["id"])["only_window"] is None
    sit(wang, "2")
    assert wang.ask("DELETE", f"/tickets/{one['id']}/hold", {"window": "2"}).json["window"] == "2"
    assert line(one["id"])["kept_for"] is None
    wang.post(f"/tickets/{one['id']}/hold")
    assert (line(one["id"])["kept_for"], line(one["id"])["only_window"]) == (None, "2")
    assert wang.post(f"/tickets/{one['id']}/completion").status_code == 201
