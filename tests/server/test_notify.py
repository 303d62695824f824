"""Holders who asked are told, once, through the hall's gateway or their browser; who did not ask leaves nothing behind."""

import hashlib
import hmac
import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from config import words
from config.schema import NotifyTable, ServerSettings
from server import actions, doctor, views
from server.domain.notify import may_push
from server.domain.slots import slots_of
from server.forecast import wait_forecast as waits
from server.outside import notify
from server.record import store

PHONE = "13900001234"
TEXTS = words.load()


class Context:
    """As much of the hall as the notifier asks of it."""

    def __init__(self, ledger, clock):
        self.ledger, self.clock = ledger, clock

    @property
    def floor(self):
        return self.ledger.floor

    @contextmanager
    def reader(self):
        db = store.open_reader(self.ledger.folder)
        try:
            yield db
        finally:
            db.close()

    @contextmanager
    def full_view(self):
        say = lambda section, key, facts: {lang: TEXTS.text(section, key, lang, **facts) for lang in ("zh", "en")}
        with self.reader() as db:
            yield views.View(
                floor=self.floor, waits=waits.draw(self.floor, self.clock()), now=self.clock(), zone=self.ledger.zone,
                keys=self.ledger.keys, public_url="http://hall", say=say, reader=db,
            )  # fmt: skip


@pytest.fixture
def sent():
    return []


@pytest.fixture
def notifier(ledger, clock, sent):
    """A notifier that is turned by hand; `ledger.announce` feeds it in the order of the journal."""
    ledger.keep_reach = True
    one = notify.Notifier(Context(ledger, clock), NotifyTable(url="http://gateway", push=True), post=sent.append)
    heard = []
    ledger.announce = lambda recorded, before, floor: heard.append((recorded, floor))

    def turn():
        while heard:
            one.look(*heard.pop(0))
        ledger.waits = waits.draw(ledger.floor, clock(), last=ledger.waits)
        one.get_ready()
        one.remind()
        one.work()
        return [(m["template"], m["number"]) for m in sent]

    one.turn = turn
    return one


@pytest.fixture
def told(notifier, ledger):
    """What has been sent once every event so far was heard."""

    def ask():
        seen = threading.Event()
        inner = ledger.announce
        ledger.announce = lambda *news: (inner(*news), seen.set())
        ledger.do("test", actions.put_setting, name="look", value={"phone": str(ledger.floor.seq)})
        assert seen.wait(60)
        ledger.announce = inner
        return notifier.turn()

    return ask


def test_who_gave_a_phone_is_told_and_who_did_not_is_not(take, desk, told, sent):
    take("tax", phone=PHONE)
    take("tax")
    told()

    desk("1").start_service(desk("1").call_next())

    assert told() == [("issued", "A001"), ("soon", "A001"), ("called", "A001")]
    assert {m["to"] for m in sent} == {PHONE}
    assert sent[-1]["text"] == "【示例县政务服务中心】请A001号到1号窗口办理。"


def test_each_thing_is_told_once_and_each_call_anew(take, desk, told):
    take("tax", phone=PHONE)
    told()
    told()
    first = desk("1").call_next()
    desk("1").recall(first)

    assert [t for t, _ in told()] == ["issued", "soon", "called", "called"]


def test_soon_comes_at_the_set_distance_by_the_halls_own_order_and_once(take, desk, told, notifier, ledger, clock):
    for window in ("2", "3", "A12"):
        ledger.do("test", actions.set_window, window=window, state="closed")
    for _ in range(notifier.settings.ahead + 1):
        take("tax")
        clock.forward(1)
    mine = take("tax", phone=PHONE)
    assert "soon" not in dict(told()) and notifier.context.ledger.waits.people_ahead(ledger.floor)[mine.id] == notifier.settings.ahead + 1

    take("tax", class_="green", reason="disabled")  # goes before: the distance grows
    desk("1").call_next()
    assert [t for t, _ in told()] == ["issued"]
    desk("1").start_service(next(t for t in ledger.floor.tickets.values() if t.window == "1"))
    for t in [t for t in ledger.floor.tickets.values() if t.window == "1"]:
        desk("1").finish(t)
    desk("1").call_next()

    assert [t for t, _ in told()] == ["issued", "soon"]
    for _ in range(3):
        take("tax", class_="green", reason="disabled")
    told()
    assert [t for t, _ in told()] == ["issued", "soon"]


def test_a_gateway_that_fails_is_tried_again_and_one_that_refuses_is_not(take, told, notifier, clock, sent):
    tries = []

    def post(message):
        tries.append(message["template"])
        if message["template"] == "issued":
            raise notify.GatewayRefused("422")
        if len(tries) < 4:
            raise OSError("no route")
        sent.append(message)

    notifier.post = post
    take("tax", phone=PHONE)

    told()
    for _ in range(3):
        clock.forward(seconds=40)
        told()

    assert tries == ["issued", "soon", "soon", "soon"]
    assert [m["template"] for m in sent] == ["soon"]


def test_a_call_that_is_long_past_is_not_told_any_more(take, desk, told, notifier, clock, sent):
    def away(message):
        raise OSError("down")

    notifier.post = away
    take("tax", phone=PHONE)
    desk("1").call_next()
    told()
    clock.forward(minutes=5)
    notifier.post = sent.append

    told()

    assert "called" not in [m["template"] for m in sent]


def test_a_restart_neither_loses_nor_repeats(take, told, notifier, ledger, clock, sent):
    def away(message):
        raise OSError("down")

    notifier.post = away
    take("tax", phone=PHONE)
    told()
    again = notify.Notifier(Context(ledger, clock), NotifyTable(url="http://gateway"), post=sent.append)

    again.resume()
    again.work()
    again.resume()
    again.work()

    assert sorted(m["template"] for m in sent) == ["issued", "soon"]


def test_a_booking_is_reminded_of_an_hour_before(ledger, told, clock):
    ledger.do("app:1", actions.book, service="tax", slot_at=clock() + 120 * 60_000, phone=PHONE)
    assert [t for t, _ in told()] == ["booked"]

    clock.forward(minutes=61)

    assert [t for t, _ in told()] == ["booked", "reminder"]


def test_without_a_gateway_no_phone_is_kept(ledger, take):
    take("tax", phone=PHONE)

    assert ledger.connection.execute("SELECT reach FROM visitors").fetchone()[0] == ""


def test_a_kept_phone_is_sealed(notifier, ledger, take):
    take("tax", phone=PHONE)
    ledger.close()

    for path in ledger.folder.iterdir():
        assert PHONE.encode() not in path.read_bytes()


def test_a_browser_that_let_go_is_forgotten(notifier, ledger, take, told):
    ticket = take("tax")
    push = {"endpoint": "https://fcm.googleapis.com/x", "p256dh": "p", "auth": "a"}
    ledger.do("phone", actions.keep_push, ticket=ticket.id, **push)
    pushed = []

    def refuse(one, message):
        pushed.append(message["template"])
        raise notify.GatewayRefused("410")

    notifier.push = refuse

    told()

    assert pushed == ["issued"]
    assert ledger.connection.execute("SELECT count(*) FROM pushes").fetchone()[0] == 0


@pytest.mark.parametrize(
    ("endpoint", "fine"),
    [
        ("https://fcm.googleapis.com/fcm/send/abc", True),
        ("https://web.push.apple.com/Q", True),
        ("http://fcm.googleapis.com/x", False),
        ("https://fcm.googleapis.com:8443/x", False),
        ("https://fcm.googleapis.com@127.0.0.1/x", False),
        ("https://127.0.0.1/x", False),
        ("https://evilpush.apple.com.example/x", False),
        ("https://notify.windows.com/x", True),
        ("https://evilnotify.windows.com/x", False),
    ],
)
def test_only_known_push_services_are_ever_asked(endpoint, fine):
    assert may_push(endpoint, NotifyTable().push_hosts) is fine


def test_the_gateway_gets_a_signed_post_with_an_id(ledger, clock):
    got = []

    class Gateway(BaseHTTPRequestHandler):
        def do_POST(self):
            got.append((dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *args):
            """Quiet: the test says what matters."""

    server = HTTPServer(("127.0.0.1", 0), Gateway)
    threading.Thread(target=server.handle_request, daemon=True).start()
    settings = NotifyTable(url=f"http://127.0.0.1:{server.server_port}/sms", secret="s3cret")

    notify.Notifier(Context(ledger, clock), settings)._post({"id": "t:called:7", "text": "请A001号到1号窗口"})

    headers, body = got[0]
    assert headers["Idempotency-Key"] == "t:called:7"
    assert headers["X-Hall-Signature"] == "sha256=" + hmac.new(b"s3cret", body, hashlib.sha256).hexdigest()
    assert json.loads(body)["text"] == "请A001号到1号窗口"
    server.server_close()


def test_a_change_that_hits_a_booking_is_told_with_what_it_is_and_once_more_when_it_is_taken_back(ledger, told, sent):
    slot = next(s for s in slots_of(ledger.floor, "tax", "2026-11-21", 1, ledger.clock(), ledger.zone) if s.free)
    ledger.do("app", actions.book, service="tax", slot_at=slot.start, phone=PHONE)
    told()
    ledger.do("manager", actions.put_setting, name="hours", value={"holidays": ["2026-11-21"]})
    told()
    ledger.do("manager", actions.put_setting, name="hours", value={})

    assert [t for t, _ in told()] == ["booked", "changed", "restored"]
    assert sent[1]["text"].startswith("【示例县政务服务中心】很抱歉，您预约的2026-11-21 00:00不再办理这项业务，请另选时间")
    assert sent[1]["url"]
    assert "2026-11-21 00:00的预约照旧有效" in sent[2]["text"]


def test_what_is_taken_back_before_it_could_be_told_is_not_told(ledger, told, take, notifier):
    take("tax", phone=PHONE)
    told()
    ledger.do("manager", actions.put_setting, name="rules", value={"returns": {"times": 0}})
    ledger.do("manager", actions.put_setting, name="rules", value={})

    assert [t for t, _ in told()] == ["issued", "soon", "restored"]


def test_push_without_its_package_is_said_and_promised_to_nobody(context, monkeypatch):
    on = NotifyTable(push=True)
    codes = lambda own: [one.code for one in doctor.pushing(own)]
    assert codes(on) == codes(NotifyTable()) == [] and notify.Notifier(context, on).pushes

    monkeypatch.setattr(notify, "can_push", lambda: False)

    assert codes(on) == ["push_missing"] and not notify.Notifier(context, on).pushes
    context.server.context.notifier = notify.Notifier(context.server.context, on)
    context.server.context.settings = ServerSettings(notify=on)
    assert context.nobody().get("/push").json["code"] == "no_push"


@pytest.fixture
def rights(ledger):
    """Papers that were missing may be brought on the two days after, and numbers are carried over."""
    ledger.do("manager", actions.put_setting, name="rules", value={"rights": {"papers_days": 2, "carry": "always"}})


def without_papers(ledger, desk):
    desk("1").start_service(desk("1").call_next())
    (one,) = [t for t in ledger.floor.tickets.values() if t.window == "1"]
    return ledger.do("desk:1", actions.finish, ticket=one.id, outcome="incomplete", papers=True)[0]


def test_who_lacked_papers_is_told_until_when_in_place_of_that_it_is_finished(rights, take, desk, told, ledger, sent):
    take("tax", phone=PHONE)
    told()
    without_papers(ledger, desk)

    assert [t for t, _ in told()] == ["issued", "soon", "called", "papers"]
    assert "A001号的材料不全" in sent[-1]["text"] and "2026-11-22 " in sent[-1]["text"] and "不用重新排队" in sent[-1]["text"]
    assert sent[-1]["url"]


def test_who_is_back_before_the_message_went_out_is_not_told_to_come_back(rights, take, desk, told, ledger, notifier, sent):
    def away(message):
        raise OSError("down")

    take("tax", phone=PHONE)
    told()
    notifier.post = away
    old = without_papers(ledger, desk)
    told()
    ledger.do("kiosk", actions.checkin, ticket=old.id)
    notifier.post = sent.append
    notifier.context.clock.forward(seconds=5)

    assert "papers" not in [t for t, _ in told()]


def test_who_was_not_reached_is_told_in_the_morning_and_not_at_midnight_also_after_a_restart(
    rights, take, told, ledger, clock, sent, notifier
):
    late = take("tax", phone=PHONE)
    ledger.do("phone", actions.keep_push, ticket=late.id, endpoint="https://fcm.googleapis.com/x", p256dh="p", auth="a")
    pushed = []
    notifier.push = lambda one, message: pushed.append(message["template"])
    told()
    clock.now += (24 * 60 - 9 * 60) * 60_000  # the night after
    ledger.do("hall", actions.end_day, day="2026-11-20")
    ledger.do("hall", actions.forget_visitors, before=clock() - 86_400_000)

    assert "carried" not in [t for t, _ in told()]
    again = notify.Notifier(Context(ledger, clock), notifier.settings, post=sent.append, push=notifier.push)
    again.resume()
    clock.forward(minutes=6 * 60)
    again.work()
    assert [m["template"] for m in sent][-1] != "carried"
    clock.forward(minutes=2 * 60)
    again.work()

    assert sent[-1]["template"] == "carried" and "A001号当天没有轮到" in sent[-1]["text"] and "2026-11-21" in sent[-1]["text"]
    assert pushed[-1] == "carried"


def test_a_browser_is_forgotten_once_the_right_to_come_back_is_over(rights, take, ledger, clock):
    one, other = take("tax"), take("tax")
    for t in (one, other):
        ledger.do("phone", actions.keep_push, ticket=t.id, endpoint=f"https://fcm.googleapis.com/{t.id}", p256dh="p", auth="a")
    ledger.do("phone", actions.cancel, ticket=other.id)
    clock.forward(minutes=24 * 60)
    ledger.do("hall", actions.end_day, day="2026-11-20")
    kept = lambda: [row[0] for row in ledger.connection.execute("SELECT ticket FROM pushes")]
    ledger.do("hall", actions.forget_visitors, before=clock() - 86_400_000)
    assert kept() == [one.id]

    clock.forward(minutes=3 * 24 * 60)
    ledger.do("hall", actions.forget_visitors, before=clock() - 86_400_000)

    assert kept() == []
