"""News over Socket.IO: with the real client against a real server process, and room by room in memory."""

import threading

import pytest
import socketio
from soon import LONG, until

from server.views import View


def open_window(hall, no="1"):
    keypad = hall.token("keypad", no)
    assert hall.ask("PUT", f"/windows/{no}/state", {"state": "open"}, token=keypad)[0] == 200
    return keypad


def take(hall, kiosk, service="tax"):
    status, ticket = hall.ask("POST", "/tickets", {"service": service, "channel": "kiosk"}, token=kiosk)
    assert status == 201
    return ticket


def test_a_board_draws_hears_and_resumes_through_a_killed_server(hall, running):
    kiosk, keypad = hall.token("kiosk"), open_window(hall)
    board = running.Ear(hall.url)
    first = board.watch(["hall", "window:1"])
    assert set(first) == {"seq", "snapshot"} and set(first["snapshot"]) == {"hall", "window:1"}

    ticket = take(hall, kiosk)
    hall.ask("POST", "/windows/1/calls", {}, token=keypad)

    called = board.next("ticket.called")
    assert (called["number"], called["window"], called["times"]) == ("A001", "1", 1)
    assert called["say"]["zh"].startswith("请A001号到1号窗口")
    seqs = [body["seq"] for _, body in board.numbered()]
    assert seqs == sorted(set(seqs)) and all(s > first["seq"] for s in seqs)
    last = seqs[-1]
    board.close()

    hall.ask("POST", f"/tickets/{ticket['id']}/calls", {}, token=keypad)
    hall.kill()
    hall.start()
    hall.ask("POST", f"/tickets/{ticket['id']}/service", {}, token=keypad)
    again = running.Ear(hall.url)
    answer = again.watch(["hall", "window:1"], after=last)
    assert [e["event"] for e in answer["events"]] == ["ticket.recalled", "service.started"]
    assert [e["seq"] for e in answer["events"]] == list(range(last + 1, answer["seq"] + 1))
    assert answer["snapshot"]["window:1"]["window"]["ticket"] == {
        "number": "A001", "state": "serving", "service": "tax", "times_called": 2
    }  # fmt: skip
    again.close()


def test_an_event_reaches_a_socket_once_however_many_of_its_rooms_match(hall, running):
    kiosk, keypad = hall.token("kiosk"), open_window(hall, "2")
    manager = running.Ear(hall.url, headers=hall.signed_in("zhou", "manager"))
    ticket = take(hall, kiosk)
    manager.watch(["hall", "window:2", "staff", "managers", f"ticket:{ticket['track']}"])

    hall.ask("POST", "/windows/2/calls", {}, token=keypad)
    hall.ask("POST", f"/tickets/{ticket['id']}/service", {}, token=keypad)

    manager.next("service.started")
    assert [name for name, _ in manager.numbered()] == ["ticket.called", "service.started"]
    body = manager.numbered()[0][1]
    assert body["why"]["code"] == "first_come" and body["changed"]["ticket"]["number"] == ticket["number"]
    manager.close()


def test_one_forbidden_room_refuses_the_whole(hall, running):
    pad = running.Ear(hall.url, auth={"token": hall.token("pad", "1")})
    nobody = running.Ear(hall.url)

    for ear, rooms, code in (
        (nobody, ["hall", "staff"], "wrong_room"),
        (nobody, ["managers"], "wrong_room"),
        (nobody, ["pad:1"], "wrong_room"),
        (nobody, ["ticket:guess"], "wrong_room"),
        (pad, ["pad:1", "pad:2"], "wrong_room"),
        (nobody, ["hall", "window:99"], "no_such_window"),
        (nobody, ["kitchen"], "no_such_room"),
        (nobody, [], "bad_body"),
        (nobody, {"room": ["hall"]}, "unknown_field"),
        (nobody, 5, "bad_body"),
    ):
        answer = ear.io.call("watch", rooms, timeout=LONG)
        assert set(answer) == {"error"} and answer["error"]["code"] == code and answer["error"]["detail"], rooms
    assert "evaluation" in pad.watch(["pad:1"])["snapshot"]["pad:1"]
    hall.ask("POST", "/tickets", {"service": "tax", "channel": "kiosk"}, token=hall.token("kiosk"))
    assert nobody.numbered() == []
    pad.close(), nobody.close()


@pytest.mark.parametrize("token", ["x.y", 5, ["x"]])
def test_a_wrong_token_refuses_the_connection_with_a_sentence(hall, running, token):
    said = []
    io = socketio.Client(reconnection=False)
    io.on("connect_error", said.append)

    with pytest.raises(socketio.exceptions.ConnectionError):
        io.connect(hall.url, auth={"token": token}, wait_timeout=LONG)

    assert said[0]["data"]["code"] == "bad_token" and "令牌" in said[0]["message"]


def test_a_revoked_token_stops_hearing_at_once(hall, running):
    token = hall.token("pad", "1")
    ear = running.Ear(hall.url, auth={"token": token})
    ear.watch(["pad:1"])

    hall.command("token", "--data", str(hall.folder), "--revoke", token.split(".")[0])

    until(lambda: not ear.io.connected)


def test_what_a_pad_asks_for_and_hears(hall, running):
    kiosk, keypad = hall.token("kiosk"), open_window(hall, "3")
    pad = running.Ear(hall.url, auth={"token": hall.token("pad", "3")})
    assert pad.watch(["pad:3"])["snapshot"]["pad:3"]["evaluation"] is None
    ticket = take(hall, kiosk)
    assert hall.ask("POST", "/windows/3/calls", {"ticket": ticket["id"]}, token=keypad)[0] == 201
    for path in ("service", "completion"):
        assert hall.ask("POST", f"/tickets/{ticket['id']}/{path}", {}, token=keypad)[0] == 201

    opened = pad.next("evaluation.opened")

    assert opened["number"] == ticket["number"] and opened["qr"].startswith("<svg") and "T" in opened["expires_at"]
    asked = opened["changed"]["evaluation"]
    assert hall.ask("POST", "/evaluations", {"token": asked["token"], "grade": 5})[0] == 201
    given = pad.next("evaluation.given")
    assert "grade" not in given and given["changed"]["evaluation"] is None
    pad.close()


def test_nothing_falls_between_the_snapshot_and_the_news(hall, running):
    """While numbers are taken without a pause, boards come and go; each has every event after its snapshot, once and in order."""
    import threading

    kiosk, stop, errors = hall.token("kiosk"), threading.Event(), []

    def issue():
        while not stop.is_set():
            take(hall, kiosk)

    def come_and_go():
        try:
            for _ in range(3):
                ear = running.Ear(hall.url)
                seq = ear.watch(["hall"])["seq"]
                for _ in range(5):
                    ear.next("ticket.issued")
                seqs = [b["seq"] for _, b in ear.numbered()]
                assert seqs == list(range(seq + 1, seq + 1 + len(seqs))), (seq, seqs)
                ear.close()
        except Exception as error:  # noqa: BLE001  told to the test below
            errors.append(error)

    threads = [threading.Thread(target=issue), *(threading.Thread(target=come_and_go) for _ in range(4))]
    for t in threads:
        t.start()
    for t in threads[1:]:
        t.join(LONG)
    stop.set()
    threads[0].join(LONG)

    assert not errors, errors


# -- room by room, in memory


PERSON = {"name": "欧阳娜娜", "id_number": "11010519491231002X", "card": "resident"}


def test_no_name_and_no_id_number_reaches_any_room(context):
    ears = {}
    ticket = context.kiosk.take(holder=PERSON, phone="13912345678")
    of = {"pad:1": context.device("pad", window="1"), "staff": "clerk", "managers": "manager"}
    for room in ("hall", "window:1", "pad:1", "staff", "managers", f"ticket:{ticket['track']}"):
        ear = context.ear(of.get(room))
        ears[room] = (ear, ear.emit("watch", [room], callback=True))
    keypad = context.device("keypad", window="1")
    for path in ("/windows/1/calls", f"/tickets/{ticket['id']}/service", f"/tickets/{ticket['id']}/completion"):
        keypad.post(path)
    context.kiosk.take(holder=PERSON)
    context.settle()

    everything = str([(ear.get_received(), first) for ear, first in ears.values()]) + context.auditor.ask("GET", "/hall").text

    for secret in (PERSON["name"], PERSON["id_number"], "13912345678", "娜娜"):
        assert secret not in everything
    assert "13912345678"[-4:] not in str(ears["hall"])


def test_the_snapshot_of_the_hall_is_the_board(context):
    ear = context.server.sockets.socketio.test_client(context.server.app)

    snapshot = ear.emit("watch", ["hall"], callback=True)["snapshot"]["hall"]

    board = context.nobody().get("/board").json
    assert snapshot == board


def test_news_of_waits_have_no_number_of_their_own(context):
    ear = context.server.sockets.socketio.test_client(context.server.app)
    context.kiosk.take()
    ear.emit("watch", ["hall"], callback=True)
    context.server.context.jobs.forecaster.refresh()

    context.server.sockets.board_changed(context.ledger.waits)

    (news,) = [r for r in ear.get_received() if r["name"] == "board.changed"]
    body = news["args"][0]
    assert body["seq"] is None and [s["code"] for s in body["changed"]["services"]] == ["tax", "social", "estate"]


def test_too_many_missed_is_a_fresh_snapshot_only(context, monkeypatch):
    monkeypatch.setattr("server.web.sockets.MOST_MISSED", 3)
    for _ in range(5):
        context.kiosk.take()
    ear = context.server.sockets.socketio.test_client(context.server.app)

    few = ear.emit("watch", {"rooms": ["hall"], "after": context.seq - 3}, callback=True)
    many = ear.emit("watch", {"rooms": ["hall"], "after": context.seq - 4}, callback=True)

    assert len(few["events"]) == 3 and "events" not in many and many["seq"] == context.seq


def test_a_watch_too_often_is_refused(context):
    ear = context.server.sockets.socketio.test_client(context.server.app)

    answers = [ear.emit("watch", ["hall"], callback=True) for _ in range(21)]

    assert all("snapshot" in a for a in answers[:20]) and answers[20]["error"]["code"] == "too_many_requests"


def test_sockets_with_the_same_rooms_share_one_emit(context, monkeypatch):
    sockets = context.server.sockets
    ears = [sockets.socketio.test_client(context.server.app) for _ in range(10)]
    for ear in ears:
        ear.emit("watch", ["window:1", "hall"], callback=True)
    told = []
    plain = sockets.socketio.emit
    monkeypatch.setattr(sockets.socketio, "emit", lambda *a, **k: (told.append(a), plain(*a, **k)))

    context.kiosk.take()
    context.settle()

    assert len(told) == 1 and all(len(e.get_received()) == 1 for e in ears)


def test_what_no_page_watches_is_not_drawn_as_news(context, monkeypatch):
    """A board alone in the hall: no figures of the day, no desk's window and line, no code to evaluate by."""
    drawn = []

    def noted(name, plain):
        def draw(view, *given):
            if threading.current_thread().name == "news":
                drawn.append(name)
            return plain(view, *given)

        return draw

    for name in ("today", "asks", "staff_window", "line_ticket", "track", "window"):
        monkeypatch.setattr(View, name, noted(name, getattr(View, name)))
    board = context.ear("display")
    board.emit("watch", ["hall"], callback=True)
    keypad, ticket = context.device("keypad", window="1"), context.kiosk.take()
    for path in ("/windows/1/calls", f"/tickets/{ticket['id']}/service", f"/tickets/{ticket['id']}/completion"):
        assert keypad.post(path).status_code == 201
    context.settle()

    told = [one["name"] for one in board.get_received()]
    assert told == ["ticket.issued", "ticket.called", "service.started", "service.finished"]
    assert drawn == ["window"] * 3


def test_every_fact_that_is_told_stands_in_the_document(context):
    from server.web.openapi import asyncapi

    documented = asyncapi()["components"]["messages"]
    ears = {}
    of_managers = ["hall", "window:1", "staff", "managers"]
    for role, window, rooms in (("manager", None, of_managers), ("pad", "1", ["pad:1"]), ("display", None, ["hall"])):
        ears[role] = context.ear(context.device(role, window=window) if window else role)
        assert "snapshot" in ears[role].emit("watch", rooms, callback=True)
    keypad, manager = context.device("keypad", window="1"), context.manager
    ticket, other = context.kiosk.take("tax", language="en"), context.kiosk.take("tax", **{"class": "green", "reason": "elderly"})
    keypad.post("/windows/1/calls", ticket=ticket["id"])
    for path in ("calls", "service", "hold"):
        keypad.post(f"/tickets/{ticket['id']}/{path}")
    keypad.delete(f"/tickets/{ticket['id']}/hold")
    keypad.post(f"/tickets/{ticket['id']}/completion")
    context.nobody().post("/evaluations", token=context.link(ticket), grade=1, comment="太慢")
    keypad.post("/windows/1/calls"), keypad.post(f"/tickets/{other['id']}/miss"), manager.post(f"/tickets/{other['id']}/return")
    manager.post(f"/tickets/{other['id']}/transfer", service="estate"), manager.post(f"/tickets/{other['id']}/cancellation")
    manager.put("/windows/1/state", state="paused", reason="午休"), manager.put("/services/tax", minutes=5)
    manager.post("/notices", text="通知")
    manager.post("/messages", text="请开窗"), context.kiosk.post("/help"), context.staff("li")
    context.kiosk.post("/devices/k1/state", device="printer", kind="printer", state="trouble", code="paper_end")
    context.settle()
    context.server.sockets.board_changed(context.ledger.waits)

    heard = [(r["name"], r["args"][0]) for ear in ears.values() for r in ear.get_received()]

    assert len({name for name, _ in heard}) >= 20
    for name, body in heard:
        facts = documented[name]["payload"]["allOf"][1]["properties"]
        unknown = set(body) - set(facts) - {"seq", "at", "changed", "gone", "actor"}
        assert not unknown, (name, unknown)
