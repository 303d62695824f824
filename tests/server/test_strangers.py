"""What somebody in the hall's network may not do who has no right to it, and what staff may not do in somebody's name."""

import pytest

HOLDER = {"name": "李四", "id_number": "440524188001010014", "card": "resident"}
PHONE = "13800138000"


def a_slot(context, service="tax"):
    return context.app.get("/slots", service=service).json["items"][-1]["id"]


# -- a booking or a number belongs to who has its link


@pytest.mark.parametrize("who", ("app", "visitor"))
def test_whoever_knows_a_phone_number_does_not_get_the_booking_behind_it(context, who):
    slot = a_slot(context)
    held = context.kiosk.post("/appointments", slot=slot, phone=PHONE).json
    asking = context.app if who == "app" else context.nobody()
    if who == "visitor":
        asking.ask("GET", "/book", root=True)

    answer = asking.post("/appointments", slot=slot, phone=PHONE)

    assert (answer.status_code, answer.json["code"]) == (409, "already_holds")
    assert "ticket" not in answer.json
    for told in (held["id"], held["track"], held["slot_at"][11:16], held["slot_at"][:10], held["holder_masked"]):
        assert told not in answer.text


def test_who_receives_people_is_told_what_somebody_holds(context):
    first = context.kiosk.take("tax", holder=HOLDER)

    at_kiosk = context.kiosk.post("/tickets", service="tax", holder=HOLDER).json
    of_app = context.app.post("/tickets", service="tax", holder=HOLDER).json

    assert at_kiosk["ticket"]["track"] == first["track"] and "A001" in at_kiosk["detail"]
    assert "ticket" not in of_app and "A001" not in of_app["detail"]


# -- a link is for the holder, and for who hands it out


def test_a_link_is_shown_to_kiosk_and_guide_and_to_no_other(context):
    ticket = context.kiosk.take("tax", **{"class": "green", "reason": "disabled"}, holder=HOLDER)
    sees = {}
    for name, caller in {
        "kiosk": context.kiosk,
        "guide": context.guide,
        "clerk": context.clerk,
        "keypad": context.device("keypad", window="1"),
        "manager": context.manager,
        "app": context.app,
        "display": context.display,
        "pad": context.device("pad", window="1"),
        "auditor": context.auditor,
        "admin": context.admin,
    }.items():
        shape = caller.get(f"/tickets/{ticket['id']}").json
        assert shape["number"] == ticket["number"]
        sees[name] = {field for field in ("track", "url", "reason", "holder_masked") if field in shape}

    whose = {"reason", "holder_masked"}
    assert sees == {
        **dict.fromkeys(("kiosk", "guide"), {"track", "url", *whose}),
        **dict.fromkeys(("clerk", "keypad", "manager"), whose),
        **dict.fromkeys(("app", "display", "pad", "auditor", "admin"), set()),
    }
    as_holder = context.nobody().get(f"/tickets/{ticket['track']}").json
    assert as_holder["track"] == ticket["track"] and "reason" not in as_holder
    assert context.nobody().get(f"/track/{ticket['track']}").json["url"].endswith(ticket["track"])


def test_no_list_and_no_gesture_gives_staff_a_link(context):
    ticket = context.kiosk.take("tax")
    booked = context.kiosk.post("/appointments", slot=a_slot(context, "social"), phone=PHONE).json
    keypad = context.device("keypad", window="1")
    answers = [
        context.clerk.get("/tickets").text,
        context.manager.get("/tickets").text,
        context.clerk.post("/tickets/search", phone=PHONE).text,
        context.clerk.get(f"/appointments/{booked['id']}").text,
        context.clerk.post("/appointments/search", phone=PHONE).text,
        keypad.post("/windows/1/calls").text,
        keypad.post(f"/tickets/{ticket['id']}/service").text,
        keypad.post(f"/tickets/{ticket['id']}/completion").text,
        context.clerk.get(f"/tickets/{ticket['id']}").text,
    ]

    assert all(booked["track"] not in text and ticket["track"] not in text and "/e/" not in text for text in answers)
    assert ticket["id"] in answers[0] and booked["id"] in answers[4]


# -- 一号一评: nobody evaluates for another


def finished(context):
    ticket, keypad = context.kiosk.take("tax"), context.device("keypad", window="1")
    keypad.post("/windows/1/calls"), keypad.post(f"/tickets/{ticket['id']}/service")
    done = keypad.post(f"/tickets/{ticket['id']}/completion")
    return ticket, done


def test_the_end_of_a_service_tells_its_clerk_only_that_it_may_be_evaluated(context):
    _, done = finished(context)

    assert done.json["evaluation"] == {"state": "open"}


@pytest.mark.parametrize(
    ("role", "window", "hears"),
    (
        (None, None, False),
        ("display", None, False),
        ("display", "2", False),
        ("display", "1", True),
        ("pad", "1", True),
        ("keypad", "1", False),
    ),
)
def test_a_screen_of_a_window_hears_the_link_only_where_it_is_bound_to_that_window(context, role, window, hears):
    auth = {"token": context.token(role, window)} if role else None
    ear = context.server.sockets.socketio.test_client(context.server.app, auth=auth)
    assert "snapshot" in ear.emit("watch", ["window:1"], callback=True)
    ear.get_received()

    ticket, _ = finished(context)
    context.settle()

    (opened,) = (one["args"][0] for one in ear.get_received() if one["name"] == "evaluation.opened")
    assert (opened["number"], opened["state"]) == (ticket["number"], "open")
    assert [field in opened for field in ("url", "qr", "expires_at")] == [hears] * 3


def test_a_keypad_evaluates_by_number_what_its_own_window_asks_now(context):
    ticket, _ = finished(context)
    one, two = context.device("keypad", window="1"), context.device("keypad", window="2")

    assert two.post("/evaluations", number=ticket["number"], grade=5).json["code"] == "no_such_evaluation"
    assert context.nobody().post("/evaluations", number=ticket["number"], grade=5).status_code == 401
    assert context.clerk.post("/evaluations", number=ticket["number"], grade=5).status_code == 403
    assert one.post("/evaluations", number="A999", grade=5).json["code"] == "no_such_evaluation"
    assert one.post("/evaluations", grade=5).status_code == 422
    assert one.post("/evaluations", number=ticket["number"], grade=4).status_code == 201
    assert one.post("/evaluations", number=ticket["number"], grade=4).status_code in (404, 409)
    context.clock.forward(minutes=10)
    later, _ = finished(context)
    context.clock.forward(minutes=10)  # beyond the time in which a pad asks
    assert one.post("/evaluations", number=later["number"], grade=4).json["code"] == "no_such_evaluation"
