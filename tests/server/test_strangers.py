"""What somebody in the hall's network may not do who has no right to it, and what staff may not do in somebody's name."""

from datetime import UTC, datetime

import pytest

from server.domain.permissions import ONE_WINDOW, who_may
from server.web.table import ENDPOINTS

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
    for role in who_may("look"):
        caller = context.device(role, window="1") if role in ONE_WINDOW else context.of(role)
        shape = caller.get(f"/tickets/{ticket['id']}").json
        assert shape["number"] == ticket["number"]
        sees[role] = {field for field in ("track", "url", "reason", "holder_masked") if field in shape}

    whose = {"reason", "holder_masked"}
    assert sees == {
        **dict.fromkeys(who_may("look"), set()),
        **dict.fromkeys(("kiosk", "guide"), {"track", "url", *whose}),
        **dict.fromkeys(("clerk", "keypad", "manager"), whose),
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


# -- a token is a device's or a program's; people act under their own name


@pytest.mark.parametrize("role", ("clerk", "guide", "manager", "admin"))
def test_nobody_makes_a_token_that_acts_as_a_person(context, role):
    answer = context.admin.post("/tokens", role=role, name="u-clerk2")

    assert answer.status_code == 422 and context.ledger.floor.tokens == {} and answer.json["errors"][0]["field"] == "role"


def test_the_journal_says_which_person_or_which_token_did_it(context):
    made = context.manager.post("/tokens", role="kiosk", name="k7").json
    kiosk = context.nobody()
    kiosk.token = made["plain"]
    ticket = kiosk.post("/tickets", service="tax").json
    context.nobody().post(f"/tickets/{ticket['track']}/postponement", places=1)
    context.clerk.post("/windows/1/calls")
    context.nobody().post("/tickets/x/cancellation")

    rows = {r["kind"]: (r["actor"], r["by"]) for r in context.auditor.get("/events", limit=1000).json["items"]}

    assert rows["ticket.issued"] == (f"token:{made['token']['id']}", {"role": "kiosk", "name": "k7"})
    assert rows["ticket.postponed"] == ("holder", {"role": "holder", "name": ""})
    assert rows["ticket.called"] == ("staff:clerk", {"role": "clerk", "name": "Clerk"})


@pytest.mark.parametrize("change", ({"disabled": True}, {"role": "clerk"}))
def test_a_token_dies_with_the_right_of_who_made_it_but_a_paired_machine_goes_on(context, change):
    zhou = context.signed_in("zhou", "manager")
    app = context.nobody()
    app.token = zhou.post("/tokens", role="app", name="city").json["plain"]
    paired, secret = context.nobody(), "s" * 43
    asked = paired.post("/enrolments", machine="kiosk-1", kind="kiosk", secret=secret).json
    assert zhou.post("/enrolments/approvals", code=asked["code"], name="东门").status_code == 201
    paired.token = paired.post(f"/enrolments/{asked['id']}/claim", secret=secret).json["token"]
    ear = context.ear(app)
    assert app.get("/me").status_code == paired.get("/me").status_code == 200

    assert context.admin.put("/staff/zhou", **change).status_code == 200
    context.settle()

    assert (app.get("/me").status_code, paired.get("/me").status_code) == (401, 200)
    assert not ear.is_connected()
    shown = {t["name"]: t["good"] for t in context.admin.get("/tokens").json["items"]}
    assert shown["city"] is False and sum(shown.values()) == len(shown) - 1


def test_a_token_has_an_end_and_its_line_ends_with_it(context):
    until = datetime.fromtimestamp(context.clock() / 1000 + 60, UTC).isoformat(timespec="milliseconds")
    app, other = context.nobody(), context.manager.post("/tokens", role="app", until="2020-01-01T00:00:00+08:00")
    made = context.manager.post("/tokens", role="app", until=until)
    assert made.status_code == 201, made.text
    app.token = made.json["plain"]
    ear = context.ear(app)
    assert app.get("/me").status_code == 200 and other.status_code == 422

    context.clock.forward(minutes=2)
    context.server.context.upkeep.tick()

    assert app.get("/me").json["code"] == "bad_token" and not ear.is_connected()


# -- a right ends when it ends


def test_a_first_password_opens_nothing_but_its_own_change(context):
    made = context.admin.post("/staff", name="chen", role="manager", shown="陈").json
    chen = context.nobody()
    chen.csrf = chen.post("/session", name="chen", password=made["password"]).json["csrf"]

    asked = [chen.get("/settings"), chen.post("/notices", text="通知"), chen.get("/tickets"), chen.get("/windows")]
    ear = context.ear(chen)

    assert [(a.status_code, a.json["code"]) for a in asked] == [(403, "password_first")] * 4
    assert ear.emit("watch", ["managers"], callback=True)["error"]["code"] == "wrong_room"
    assert chen.get("/session").json["must_change"] and chen.get("/me").json["must_change"]
    assert chen.put("/session/password", old=made["password"], password="Right-Horse-7").status_code == 200
    assert chen.get("/settings").status_code == 200


@pytest.mark.parametrize("how", ("signed out", "demoted", "disabled", "password reset"))
def test_an_ended_right_hears_nothing_more(context, how):
    zhou = context.signed_in("zhou", "manager")
    ear = context.ear(zhou)
    assert "snapshot" in ear.emit("watch", ["managers"], callback=True)

    match how:
        case "signed out":
            zhou.delete("/session")
        case "demoted":
            context.admin.put("/staff/zhou", role="clerk")
        case "disabled":
            context.admin.put("/staff/zhou", disabled=True)
        case _:
            context.admin.post("/staff/zhou/password")
    context.settle()

    assert not ear.is_connected()


def test_a_page_that_asks_by_itself_keeps_no_session_alive_and_its_line_ends_with_it(context):
    li, away = context.signed_in("li"), context.signed_in("wang")
    idle = context.settings.security.idle
    ear = context.ear(away)
    assert "snapshot" in ear.emit("watch", ["staff"], callback=True)
    for _ in range(3):
        context.clock.forward(minutes=idle / 60 / 2 - 1)
        assert li.get("/windows").status_code == 200
        away.ask("GET", "/windows/1/line", headers={"X-Hall-Poll": "1"})
        ear.emit("watch", ["staff"], callback=True)
    context.server.context.upkeep.tick()

    assert li.get("/windows").status_code == 200
    assert away.get("/windows").json["code"] == "session_ended" and not ear.is_connected()


def test_a_keypad_moves_only_numbers_that_its_window_may_serve(context):
    mine, other = context.kiosk.take("tax"), context.kiosk.take("estate")
    keypad = context.device("keypad", window="1")

    for path, body in (("transfer", {"service": "tax"}), ("postponement", {"places": 50}), ("cancellation", {})):
        refused = keypad.post(f"/tickets/{other['id']}/{path}", **body)
        assert (refused.status_code, refused.json["code"]) == (403, "not_your_number"), path

    assert keypad.post(f"/tickets/{mine['id']}/postponement", places=1).status_code == 201
    assert context.guide.post(f"/tickets/{other['id']}/cancellation").status_code == 201


def test_a_body_of_thousands_of_unknown_fields_is_answered_shortly(context):
    answer = context.nobody().post("/session", **{f"field{n}": 1 for n in range(3900)})

    assert answer.status_code == 422 and len(answer.json["errors"]) == 20 and len(answer.text) < 5000


def test_nobody_books_all_times_without_saying_who(context):
    visitor = context.nobody()
    visitor.ask("GET", "/book", root=True)
    slot = a_slot(context)

    nameless = visitor.post("/appointments", slot=slot)
    first, second = (visitor.post("/appointments", slot=slot, phone=PHONE) for _ in range(2))

    assert nameless.status_code == 422 and nameless.json["errors"][0]["field"] == "phone"
    assert (first.status_code, second.json["code"]) == (201, "already_holds")


# -- guessing passwords


def sign_in(context, name, password, address):
    return context.server.app.test_client().post(
        "/api/v1/session", json={"name": name, "password": password}, environ_overrides={"REMOTE_ADDR": address}
    )


class NeverRead:
    """A body that is still on its way, and will be for long."""

    def read(self, *_):
        raise AssertionError("somebody waits for it")

    readline = readinto = read


def test_a_long_body_is_waited_for_from_those_alone_who_may_send_one(context):
    long = [row for row in ENDPOINTS if row.most]
    callers = {"nobody": (context.nobody(), 401), "kiosk": (context.kiosk, 403)}

    for row in long:
        for who, (caller, status) in callers.items():
            head = {"Authorization": f"Bearer {caller.token}"} if caller.token else {}
            given = {"wsgi.input": NeverRead(), "CONTENT_LENGTH": str(6 << 20), "CONTENT_TYPE": "application/json"}
            answer = caller.client.open(f"/api/v1{row.path}", method=row.method, headers=head, environ_overrides=given)
            assert answer.status_code == status, (row.path, who, answer.text)
    assert len(long) > 3


def test_a_strangers_guesses_lock_nobody_out_who_comes_from_elsewhere(context):
    context.staff("zhou", "manager")
    guesses = [sign_in(context, "zhou", "wrong", "10.0.0.66").json["code"] for _ in range(6)]

    assert guesses == ["bad_password"] * 5 + ["locked_out"]
    assert sign_in(context, "zhou", "Right-Horse-7", "10.0.0.66").json["code"] == "locked_out"
    assert sign_in(context, "zhou", "Right-Horse-7", "10.0.0.5").status_code == 201


def test_a_name_that_nobody_has_is_refused_as_one_that_somebody_has(context):
    context.staff("zhou")
    guess = lambda name: [sign_in(context, name, "wrong", "10.0.0.66").json for _ in range(7)]

    assert guess("nobody-here") == guess("zhou")


def test_one_address_may_guess_so_often_whatever_the_names_and_nothing_is_hashed_then(context, monkeypatch):
    context.staff("zhou")
    for n in range(20):
        assert sign_in(context, f"name{n}", "wrong", "10.0.0.66").status_code == 401
    monkeypatch.setattr(context.server.context, "passwords", None)

    assert sign_in(context, "zhou", "Right-Horse-7", "10.0.0.66").status_code == 429


def test_many_addresses_only_slow_a_name_down_and_not_where_it_is_used(context):
    context.staff("zhou")
    assert sign_in(context, "zhou", "Right-Horse-7", "10.0.0.5").status_code == 201
    for n in range(10):
        sign_in(context, "zhou", "wrong", f"10.0.1.{n}")

    assert sign_in(context, "zhou", "Right-Horse-7", "10.0.2.1").status_code == 429
    assert sign_in(context, "zhou", "Right-Horse-7", "10.0.0.5").status_code == 201
    context.clock.forward(seconds=61)
    assert sign_in(context, "zhou", "Right-Horse-7", "10.0.2.1").status_code == 201
