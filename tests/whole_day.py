"""A day in which everything happens once, as programs outside see it: what each endpoint answers, what each room is drawn from and told."""

import itertools
import re

from doors import Context
from small_hall import Clock, small_hall

from config.schema import ReferralsTable, ServerSettings
from server import actions
from server.outside.referrals import Referrals
from server.record import ledger, schema, store
from server.web.table import ENDPOINTS

KEY = bytes(range(32))  # of a hall that is nowhere, so that the examples stay the same
PERSON = {"name": "张三", "id_number": "11010519491231002X", "card": "resident"}
LENDS = [{"window": "3", "services": ["social"]}]
PLAN = {"id": "peak", "name": "月末高峰", "services": ["social"], "people": [{"window": "3", "name": "甲"}], "lends": LENDS}


class Scribe:
    """Keeps the first good answer of each door, with its request."""

    def __init__(self):
        self.answers = {}

    def ask(self, who, method, path, /, **body):
        answer = who.ask(method, path, body if method != "GET" else None)
        assert answer.status_code < 300, answer.text
        (endpoint,) = [
            d for d in ENDPOINTS if d.method == method and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", d.path), path.split("?")[0])
        ][:1]
        if answer.status_code in endpoint.gives and endpoint.gives[answer.status_code]:
            request = {"method": method, "path": f"/api/v1{path}"} | ({"body": body} if method != "GET" else {})
            self.answers.setdefault(endpoint.name, {"request": request, "status": answer.status_code, "answer": answer.json})
        return answer.json


def a_day(folder, catalogue=None):
    """(answers by door, what each room is drawn from, news by kind and room) of a hall in which everything happens once."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "hall.key").write_bytes(KEY)
    database = store.open_writer(folder)  # a key without a database is a hall that was lost
    schema.prepare(database)
    database.close()
    ids, plain = (f"{n:016d}".translate(str.maketrans("0123456789", "abcdefghij")) for n in itertools.count(1)), ledger.new_id
    ledger.new_id = lambda: next(ids)
    try:
        return _a_day(folder, catalogue)
    finally:
        ledger.new_id = plain


OTHER = "33100200000002"


def beyond(say, context):
    """A number goes to another hall, another is refused there, and one comes from it."""
    yes = {"accepted": True}
    no = {"accepted": False, "code": "quota_full", "say": {"zh": "号已取完。", "en": "None left."}}
    answers = iter([yes, yes | {"number": "B007", "url": "https://taoyuan.example/t/abc"}, yes, no])
    names = {"service_names": {"zh": "税务申报", "en": "Tax"}}
    tokens = ReferralsTable.model_validate({"tokens": {OTHER: "x" * 40}})
    context.server.context.referrals = Referrals(context.server.context, tokens, post=lambda *_: next(answers) | names)
    neighbour = {"code": OTHER, "name": {"zh": "桃源街道便民服务中心", "en": "Taoyuan"}, "url": "http://127.0.0.1:9", "accepts": True}
    say(context.manager, "PUT", "/settings/neighbours", value={"items": [neighbour]})
    say(context.guide, "GET", "/referrals/halls")
    for _ in range(2):
        mine = context.kiosk.post("/tickets", service="estate", channel="kiosk").json
        say(context.guide, "POST", f"/tickets/{mine['id']}/referral", hall=OTHER, service="tax", why="nearer")
        context.kiosk.post(f"/tickets/{mine['id']}/cancellation")
    person = {"id": "0" * 16, "sent_at": context.server.context.view().instant(context.clock()), "service": "estate", "why": "nearer"}
    come = say(context.hall, "POST", "/referrals", number="A012", **person)
    assert come["accepted"]
    (id,) = [t.id for t in context.ledger.floor.live() if t.number == come["number"]]
    context.kiosk.post(f"/tickets/{id}/cancellation")


def _a_day(folder, catalogue):
    settings = ServerSettings().model_copy(deep=True)  # a default is one and the same everywhere
    vars(settings.security).update(idle=10**9, idle_admin=10**9)  # the days that pass here sign nobody out
    context, scribe = Context(folder, Clock(), small_hall, settings, catalogue=catalogue), Scribe()
    say, kiosk, manager, keypad = scribe.ask, context.kiosk, context.manager, context.device("keypad", window="1")
    admin, nobody, forward = context.admin, context.nobody(), context.clock.forward
    ticket = say(kiosk, "POST", "/tickets", service="tax", holder=PERSON)
    of = {"pad:1": context.device("pad", window="1"), "staff": "clerk", "managers": "manager"}
    rooms, ears = ["hall", "window:1", "pad:1", f"ticket:{ticket['track']}", "staff", "managers"], {}
    for room in rooms:
        ear = context.ear(of.get(room))
        assert "snapshot" in ear.emit("watch", [room], callback=True)
        ears[room] = ear

    other, third = kiosk.take("tax", **{"class": "green", "reason": "elderly"}), kiosk.take("estate")
    say(nobody, "POST", f"/tickets/{ticket['track']}/postponement", places=1)
    say(context.guide, "POST", f"/tickets/{third['id']}/green", reason="disabled")
    say(keypad, "POST", "/windows/1/calls", ticket=ticket["id"])
    say(keypad, "DELETE", f"/tickets/{ticket['id']}/calls")
    say(keypad, "POST", "/windows/1/calls", ticket=ticket["id"])
    for gesture in ("calls", "service", "hold"):
        forward(seconds=40)
        say(keypad, "POST", f"/tickets/{ticket['id']}/{gesture}")
    say(keypad, "DELETE", f"/tickets/{ticket['id']}/hold")
    say(keypad, "POST", f"/tickets/{ticket['id']}/completion", outcome="done")
    link = say(nobody, "GET", f"/track/{ticket['track']}")["evaluation"]["token"]
    say(nobody, "GET", f"/evaluations/{link}")
    during = {room: ears[room].emit("watch", [room], callback=True) for room in rooms}
    say(nobody, "POST", "/evaluations", token=link, grade=1, comment="太慢")
    say(keypad, "POST", "/windows/1/calls")
    (case,) = say(manager, "GET", "/cases")["items"]
    say(manager, "POST", f"/cases/{case['id']}/owner")
    say(keypad, "POST", f"/tickets/{other['id']}/miss")
    say(manager, "POST", f"/tickets/{other['id']}/return")
    say(manager, "POST", f"/tickets/{other['id']}/transfer", service="social")
    say(manager, "POST", f"/tickets/{other['id']}/reprints")
    context.ledger.do("system", actions.raise_alert, **ALERT)
    context.ledger.do("system", actions.raise_alert, **ALERT | {"level": "bad"})
    say(manager, "POST", f"/alerts/{ALERT['id']}/acknowledgement")
    say(manager, "PUT", "/settings/plans", value={"items": [PLAN]})
    say(manager, "POST", "/plans/peak/activation")
    say(kiosk, "POST", "/devices/k1/state", device="printer", kind="printer", state="trouble", code="paper_end", sentence="缺纸")
    say(manager, "POST", "/devices/k1/commands", do="reprint", ticket=other["id"])
    called = say(kiosk, "POST", "/devices/k1/help", screen="choosing")
    say(manager, "POST", "/notices", text="本周六延时服务", until="2026-11-21T18:00:00+08:00")
    say(manager, "POST", "/messages", text="请开3号窗口", window="3")
    context.server.context.jobs.forecaster.refresh()
    context.server.sockets.board_changed(context.ledger.waits)
    for path in READ:
        say(manager, "GET", path)
    say(nobody, "GET", f"/track/{ticket['track']}")
    drawn = {room: ears[room].emit("watch", [room], callback=True) for room in rooms}
    drawn["pad:1"] = during["pad:1"]  # while it asks
    missed = ears["hall"].emit("watch", {"rooms": ["hall"], "after": context.seq - 6}, callback=True)

    context.ledger.do("system", actions.clear_alert, id=ALERT["id"])
    say(manager, "POST", f"/cases/{case['id']}/closing", outcome="corrected", called_back=True)
    say(manager, "POST", f"/help/{called['id']}/answer")
    say(manager, "DELETE", "/plans/peak/activation")
    say(manager, "POST", f"/tickets/{other['id']}/cancellation")
    slot = say(context.app, "GET", "/slots?service=social")["items"][1]
    booked = say(context.app, "POST", "/appointments", slot=slot["id"], phone="13800138000")
    later = context.app.get("/slots", service="social").json["items"][2]
    say(nobody, "PUT", f"/appointments/{booked['track']}", slot=later["id"])
    say(manager, "POST", "/settings/hours/hits", value={"holidays": ["2026-11-20"]})
    for closed in (["2026-11-20"], []):  # a day is closed for which somebody has booked, and opened again
        say(manager, "PUT", "/settings/hours", value={"holidays": closed})
    forward(minutes=70)
    say(kiosk, "POST", f"/appointments/{booked['id']}/checkin")
    say(manager, "PUT", "/windows/1/state", state="paused", reason="午休")
    say(manager, "PUT", "/windows/1/state", state="open")
    say(manager, "PUT", "/windows/1", zone="A")
    say(manager, "PUT", "/services/tax", minutes=5)
    say(context.guide, "POST", "/diversions", to="selfservice")
    say(manager, "PUT", "/settings/packages", value={"items": [PACKAGE]})
    for path in ("/packages", "/packages/home?yes=loan"):
        say(nobody, "GET", path)
    several = kiosk.post("/tickets", package="home", channel="kiosk").json
    say(context.guide, "POST", f"/tickets/{several['id']}/answers", answers={"loan": True})
    say(context.guide, "POST", f"/tickets/{several['id']}/skips", service="estate", reason="later")
    lent = say(kiosk, "POST", "/kiosks/k1/loans", loan="abcdefghijklmnop", day="2026-11-20", count=20)
    say(kiosk, "POST", "/tickets/merge", kiosk="k1", tickets=[alone(lent)])
    beyond(say, context)
    made = admin.post("/tokens", role="pad", window="2").json
    admin.delete(f"/tokens/{made['token']['id']}")
    bar = admin.post("/tokens", role="display", name="agent").json["token"]["name"]
    say(manager, "PUT", f"/machines/{bar}", name="条屏主机", place="弱电间")
    manager.delete(f"/machines/{bar}")
    context.staff("li")
    clerk = context.signed_in("li")
    say(manager, "PUT", "/windows/2/clerk", clerk="li", reason="调班")
    clerk.delete("/session")
    nobody.post("/session", name="li", password="wrong")
    for service in ("tax", "estate"):
        served = keypad.post("/windows/1/calls").json if service == "tax" else third
        if service == "tax":
            keypad.post(f"/tickets/{served['id']}/service"), keypad.post(f"/tickets/{served['id']}/completion")
    forward(minutes=24 * 60)
    context.server.context.clockwork.tick()
    context.server.context.nightly_weights.tick()
    forward(minutes=9 * 24 * 60)
    context.ledger.do("system", actions.close_evaluations)
    for what in ("search", "copy", "deletion"):
        say(context.guide, "POST", f"/persons/{what}", phone="13800138000")
    refused = say(context.guide, "POST", "/refusals", phone="13800138000", reason="touting", days=3)
    say(context.guide, "DELETE", f"/refusals/{refused['id']}")
    context.ledger.do("system", actions.forget_comments, before=context.clock())
    vars(settings.security).update(confirm=True)  # from here on two are needed
    second = context.signed_in("zhou", "manager")
    ask = lambda: manager.delete(f"/tokens/{spare}").json["id"]
    spare = manager.post("/tokens", role="app", name="city").json["token"]["id"]
    manager.delete(f"/acts/{ask()}")
    waiting = ask()
    say(second, "GET", "/acts")
    say(second, "POST", f"/acts/{waiting}/confirmation")
    small_hall(context.ledger)
    context.ledger.do("staff:zhou", actions.believe_clock, shown=context.clock() + 86_400_000, believe=lambda: True)
    context.settle()
    news = {}
    for room, ear in ears.items():
        for heard in ear.get_received():
            news.setdefault(heard["name"], {}).setdefault(room.split(":")[0], heard["args"][0])
    context.close()
    return scribe.answers, {room.split(":")[0]: answer["snapshot"][room] for room, answer in drawn.items()} | {"watched": missed}, news


PACKAGE = {
    "code": "home",
    "name": {"zh": "安居一件事", "en": "A home"},
    "questions": [{"code": "loan", "text": {"zh": "有贷款吗？", "en": "Is there a loan?"}}],
    "legs": [{"service": "social"}, {"service": "estate", "only_if": "loan"}, {"service": "tax"}],
}
READ = ("/hall", "/services", "/windows", "/board", "/alerts", "/devices", "/help", "/windows/1/line", "/tickets?service=estate")
ALERT = {
    "id": "promise-tax",
    "kind": "promise",
    "subject": "tax",
    "level": "warn",
    "say": {"code": "promise", "facts": {"service": "tax", "class": "ordinary", "minutes": 8, "n": 2, "numbers": ["A001", "A002"]}},
    "advice": ({"do": "open_window", "window": "3", "saves": 2.1},),
}


def alone(lent):
    """A number that the kiosk gave out while it was alone."""
    first = lent["ranges"][0]
    facts = {"id": "k1-alone-1", "loan": lent["loan"], "series": first["series"], "counter": 1, "number": f"{first['series']}001"}
    return facts | {"day": lent["day"], "service": first["services"][0], "issued_at": "2026-11-20T10:40:00+08:00"}
