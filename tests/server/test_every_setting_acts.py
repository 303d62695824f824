"""Every field of every setting, with what must be seen to differ when it is changed. A field without an observation fails."""

from datetime import UTC, datetime
from itertools import count

import doors
import pytest
from small_hall import Clock, small_hall

from config import settings, shapes
from config.schema import NotifyTable, ServerSettings
from config.settings.base import ByName
from server import actions
from server.domain.dispatch import Instead, LookedAhead, Station, Waiter, choose
from server.domain.duty import plans_due, serves
from server.domain.line import next_for, picture
from server.domain.private import Comment, Visitor
from server.domain.watch import standing
from server.forecast.demand import peaks_of

MINUTE = 60_000
GATEWAY = NotifyTable(url="https://gateway.example")  # without one no phone can be asked to prove itself
FRIDAY = "2026-11-20"
WEEK = ("2026-11-23", "2026-11-24", "2026-11-25", "2026-11-26", FRIDAY, "2026-11-21", "2026-11-22")
DAYS = dict(zip(settings.WEEKDAYS, WEEK, strict=True))
TYPED_ID = {"id_number": "11010519491231002X", "card": "typed"}
ELDERLY = {"id_number": "11010519491231002X"}


def fields(model, before=""):
    """ "returns.times", "items.lends.only": every field, those of nested models and of what stands in lists too."""
    if issubclass(model, ByName):
        return [before.rstrip(".")]
    found = []
    for name in model.model_fields:
        inner = next((m for m in (shapes.at(model, (name,)), shapes.at(model, (name, 0))) if shapes.is_model(m)), None)
        found += fields(inner, f"{before}{name}.") if inner else [before + name]
    return found


# ---------------------------------------------------------------- how the hall is looked at


def number(c, service="tax", **more):
    return c.kiosk.post("/tickets", service=service, channel="kiosk", **more).json


def taken(c, *services, **more):
    """The numbers given, or why not."""
    answers = [c.kiosk.post("/tickets", service=s, channel="kiosk", **more) for s in services or ("tax",)]
    return [a.json.get("number") or a.json["code"] for a in answers]


def chosen(c, second="green", **station):
    """Whom dispatch calls: a walk-in who has waited eleven minutes of thirty, or one of another class who has waited nine of ten."""
    now = c.clock()
    waits = lambda name, waited, **more: Waiter(
        id=name, number=name, series=name[0], service="tax", line_at=now - waited * MINUTE, clock_at=now - waited * MINUTE, **more
    )
    line = [waits("A001", 11, target=1800), waits("G001", 9, target=600, class_=second)]
    return choose(line, Station(no="1", services=frozenset({"tax"}), **station), now, c.ledger.floor.rules_now).ticket.number


def weighed_at_night(c):
    """Whether the hall, closed, has looked for better weights."""
    for no in c.ledger.floor.windows:
        c.ledger.do("test", actions.set_window, window=no, state="closed")
    c.server.context.nightly_weights.tick()
    return c.ledger.floor.weights.last.outcome


def looked_ahead_at(c):
    """Whether the second best is called where that was found to be better."""
    ids = [number(c, service)["id"] for service in ("tax", "social")]
    c.clock.forward(minutes=4)
    floor = c.ledger.floor
    index = next_for(floor, floor.windows["1"], c.clock()).ticket.id
    (other,) = set(ids) - {index}
    instead = Instead(ticket=other, index=index, minutes=90)
    c.ledger.ahead = {"1": LookedAhead(at=c.clock(), seen=picture(floor, "1", ids), instead=instead)}
    return pad(c).post("/windows/1/calls").json["id"] == other


def package(question="loan", text="贷款？", legs=None, **more):
    legs = legs or [{"service": "tax"}, {"service": "estate", "only_if": question}]
    one = {"code": "home", "name": "安居", "questions": [{"code": question, "text": text}], "legs": legs}
    return {"items": [one | more]}


def packages(c):
    return c.nobody().get("/packages").json["items"]


def visited(c):
    """What somebody visits who has no loan."""
    told = c.kiosk.post("/tickets", package="home", answers={"loan": False}, channel="kiosk").json
    return [(s["service"], s["state"]) for s in told["stations"]]


def told_weights(c):
    return c.manager.get("/settings/weights").json["effective"]["last"]


def lost_or_short_of_it(c):
    """One whose promise is lost since five minutes, beside one who has half of it left."""
    now = c.clock()
    waits = lambda name, waited: Waiter(
        id=name, number=name, series=name[0], service="tax", line_at=now - waited * MINUTE, clock_at=now - waited * MINUTE, target=1800
    )
    line = [waits("A001", 35), waits("B001", 15)]
    return choose(line, Station(no="1", services=frozenset({"tax"})), now, c.ledger.floor.rules_now).ticket.number


def lost_or_kept(c):
    now = c.clock()
    waits = lambda name, waited: Waiter(
        id=name, number=name, series=name[0], service="tax", line_at=now - waited * MINUTE, clock_at=now - waited * MINUTE, target=1800
    )
    station = Station(no="1", services=frozenset({"tax"}))
    return choose([waits("A001", 60), waits("B001", 28)], station, now, c.ledger.floor.rules_now).ticket.number


def told_wait(c):
    for _ in range(6):
        number(c)
    forecaster = c.server.context.jobs.forecaster
    forecaster.attempt(forecaster.refresh)
    return c.ledger.waits.for_new("tax", "ordinary").p50


def the_day_after(c):
    """In which order a kiosk has its services once the last of them was taken."""
    taken(c, list(c.ledger.floor.services)[-1])
    c.clock.forward(minutes=24 * 60)
    c.server.context.clockwork.tick()
    return c.kiosk.get("/hall").json["menu"]["services"]


def back_with_papers(c):
    """Until when somebody may come back whose papers were missing."""
    id = called(c)
    pad(c).post(f"/tickets/{id}/service")
    return pad(c).post(f"/tickets/{id}/completion", papers=True).json["ticket"]["back"]["until"]


def number_back(c):
    """The number of somebody who comes back with the papers."""
    id = called(c)
    pad(c).post(f"/tickets/{id}/service")
    pad(c).post(f"/tickets/{id}/completion", papers=True)
    return c.kiosk.post(f"/appointments/{id}/checkin").json["number"]


def back_next_day(c):
    """Whether somebody whose turn had not come may come back the next day."""
    id = number(c)["id"]
    c.clock.forward(minutes=24 * 60)
    c.server.context.clockwork.tick()
    return c.guide.get(f"/tickets/{id}").json["back"]


VIP = {"class": "vip"}


def CLASS(**more):
    """A class of the hall's own, called a little sooner than those who only came."""
    whole = {"code": "vip", "name": "优待", "mark": "T", "target": 1200, "given_by": ["kiosk", "guide"], "ground": "《办法》"}
    return {"classes": [whole | more]}


def of_equal_promise(c):
    """Whom dispatch calls: a walk-in of half an hour, or somebody of the class who came a minute later."""
    now = c.clock()
    waits = lambda name, waited, **more: Waiter(
        id=name,
        number=name,
        series=name[0],
        service="tax",
        line_at=now - waited * MINUTE,
        clock_at=now - waited * MINUTE,
        target=1800,
        **more,
    )
    line = [waits("A001", 11), waits("T001", 10, class_="vip")]
    return choose(line, Station(no="1", services=frozenset({"tax"})), now, c.ledger.floor.rules_now).ticket.number


def promised(c, **more):
    id = number(c, **more)["id"]
    t = c.ledger.floor.tickets[id]
    told = c.server.context.view().staff_ticket(t)
    return [told[k] for k in ("target", "warn", "handling")]


def one_person(c):
    """Whether one person may take a number again when the first was given up."""
    one = number(c, holder=ELDERLY)
    c.kiosk.post(f"/tickets/{one['id']}/cancellation")
    return c.kiosk.post("/tickets", service="tax", holder=ELDERLY).status_code


def acts_twice(c):
    """Somebody takes a number for one person, then for another."""
    agent = {"name": "李晓红", "id_number": "110105198506120026"}
    for holder in (ELDERLY, {"name": "王小明", "id_number": "110105199003070012"}):
        last = c.kiosk.post("/tickets", service="tax", holder=holder, agent=agent, authority="entrusted").status_code
    return last


def books(c):
    """A person books twice for one service and day, the first being done."""
    first, *_, last = [s["id"] for s in c.app.get("/slots", service="tax").json["items"]]
    one = c.kiosk.post("/appointments", slot=first, phone="13800138000").json
    c.clock.now = c.ledger.floor.tickets[one["id"]].slot_at
    c.kiosk.post(f"/appointments/{one['id']}/checkin")
    return c.kiosk.post("/appointments", slot=last, phone="13800138000").status_code


def phone_page(c):
    page = c.nobody()
    page.ask("GET", "/here", root=True)
    return page


def fills_a_slot(c):
    page, slot = phone_page(c), c.app.get("/slots", service="tax").json["items"][-1]["id"]
    return [page.post("/appointments", slot=slot, phone=f"1380013800{n}").status_code for n in (1, 2)]


def missed_number(c):
    c.manager.put("/settings/rules", value={"appointments": {"block_days": 9, "misses_allowed": 0}})
    one = number(c, phone="13800138000")
    for path in ("/windows/1/calls", f"/tickets/{one['id']}/miss"):
        pad(c).post(path)
    c.clock.forward(minutes=31)
    c.server.context.clockwork.tick()
    slot = c.app.get("/slots", service="tax", days=4).json["items"][-1]["id"]
    return c.app.post("/appointments", slot=slot, phone="13800138000").status_code


def proves_here(c):
    code = c.device("display").get("/here/code").json["url"].rpartition("#")[2]
    return phone_page(c).post("/here", code=code).json["until"]


def HERE(**more):
    return {"numbers": True, "latitude": 28.85, "longitude": 120.73} | more


def at_a_place(c):
    """Whether a phone 133 m north of where it is set counts as here."""
    return phone_page(c).post("/here", latitude=28.8512, longitude=120.73, accuracy=20).status_code


OTHERS = count()


def booked(c, minutes=30, **more):
    """A booking for tax, `minutes` from now."""
    whose = {"phone": f"199{next(OTHERS):08}"} | more
    return c.app.post("/appointments", service="tax", slot_at=c.server.context.view().instant(c.clock() + minutes * MINUTE), **whose)


def booked_by_oneself(c, times):
    """What becomes of bookings on one phone for different people."""
    phone = c.nobody()
    phone.ask("GET", "/book", root=True)
    slot = c.app.get("/slots", service="tax").json["items"][-1]["id"]
    return [phone.post("/appointments", slot=slot, phone=f"199{next(OTHERS):08}").status_code for _ in range(times)]


def come(c, after):
    """What becomes of a booked visitor who comes `after` minutes from now, to a slot in half an hour."""
    id = booked(c).json["id"]
    c.clock.forward(minutes=after)
    answer = c.kiosk.post(f"/appointments/{id}/checkin").json
    return answer.get("class") or answer["code"]


def after_a_while(c, minutes):
    """The state of a booking and of a missed number after a while."""
    id = booked(c).json["id"]
    missed = called(c)
    pad(c).post(f"/tickets/{missed}/miss")
    c.clock.forward(minutes=minutes)
    c.server.context.clockwork.tick()
    return [str(c.ledger.floor.tickets[one].state) for one in (id, missed)]


def missing_bookings(c, times, days=1):
    """Whether one may book who has missed so many bookings, some days later."""
    for _ in range(times):
        booked(c, phone="13900001234")
        c.clock.forward(minutes=90)
        c.server.context.clockwork.tick()
    c.clock.forward(minutes=days * 24 * 60 - 90 * times)
    c.server.context.clockwork.tick()
    return booked(c, phone="13900001234").json.get("code", "booked")


def pad(c, window="1"):
    return c.device("keypad", window)


def called(c, service="tax"):
    number(c, service)
    return pad(c).post("/windows/1/calls").json["id"]


def missed_and_back(c, times):
    id, answers = called(c), []
    for _ in range(times):
        pad(c).post(f"/tickets/{id}/miss")
        answers.append(c.guide.post(f"/tickets/{id}/return").json.get("code", "back"))
        c.ledger.do("keypad", actions.call_ticket, window="1", ticket=id) if answers[-1] == "back" else None
    return answers


def back_by_phone(c):
    id = called(c)
    pad(c).post(f"/tickets/{id}/miss")
    track = c.ledger.keys.code("track", id)
    return c.nobody().post(f"/tickets/{track}/return").json.get("code", "back")


def line_behind(c):
    """Where a missed number stands in line that has come back to four others."""
    id = called(c)
    pad(c).post(f"/tickets/{id}/miss")
    others = []
    for _ in range(4):
        c.clock.forward(seconds=20)
        others.append(number(c)["id"])
    c.guide.post(f"/tickets/{id}/return")
    return sorted([id, *others], key=lambda one: c.ledger.floor.tickets[one].line_at).index(id)


def slots(c, day=FRIDAY, service="tax"):
    found = c.app.get("/slots", service=service, day=day, days=1).json["items"]
    return [(one["from"], one["capacity"]) for one in found]


def kept_hours(c):
    return c.manager.get("/settings/hours").json["value"]


def days_with_slots(c):
    return len({one["from"][:10] for one in c.app.get("/slots", service="tax", day=FRIDAY, days=14).json["items"]})


def at_clock(c, hour, minute):
    """Whether a number is given on Friday at a time of day after ten o'clock."""
    c.clock.forward(minutes=(hour - 10) * 60 + minute)
    return taken(c)


def next_after_called(c):
    called(c)
    number(c)
    c.clock.forward(minutes=1)
    return pad(c).post("/windows/1/calls").status_code


def sat_down(c):
    """What the first window serves with a clerk at it."""
    c.signed_in("li").put("/windows/1/state", state="open", take_over=True)
    return served(c, "1")


def after_a_service(c):
    """A minute after a service, and after another call that nobody came to."""
    c.ledger.do("staff:wang", actions.set_window, window="1", state="open", clerk="wang")
    id, states = called(c), []
    number(c), number(c)
    pad(c).post(f"/tickets/{id}/service")
    c.clock.forward(minutes=3)
    pad(c).post(f"/tickets/{id}/completion", outcome="done")
    for _ in range(2):
        c.clock.forward(minutes=1)
        c.server.context.clockwork.tick()
        states.append(sorted((t.number, t.state) for t in c.ledger.floor.live()))
        if not c.ledger.floor.at_window("1"):
            pad(c).post("/windows/1/calls")
    return states


def miss_at_once(c):
    return pad(c).post(f"/tickets/{called(c)}/miss").status_code


def take_back(c):
    id = called(c)
    c.clock.forward(minutes=1)
    return pad(c).ask("DELETE", f"/tickets/{id}/calls").status_code


def watched(c):
    """What somebody is told of after half an hour: two who wait, a call for help, a window that is paused."""
    number(c)
    number(c)
    c.kiosk.post("/help", place="k1")
    pad(c, "2").put("/windows/2/state", state="paused", reason="")
    c.clock.forward(minutes=30)
    return sorted(str(one) for one in standing(c.ledger.floor, c.clock()))


def call_again(c, times):
    id = called(c)
    return [pad(c).post(f"/tickets/{id}/calls").status_code for _ in range(times)]


def evaluation(c):
    id = called(c)
    pad(c).post(f"/tickets/{id}/service")
    pad(c).post(f"/tickets/{id}/completion", outcome="done", flags=[])
    opened = next(iter(c.ledger.floor.evaluations.values()))
    c.clock.forward(seconds=45)
    return [opened.expires_at - opened.opened_at, c.server.context.view().evaluation_asked("1") is None]


def anonymously(c):
    """What pad and phone are told, and what holds where nothing was said."""
    evaluation(c)
    id = next(iter(c.ledger.floor.evaluations))
    link = c.ledger.keys.code("evaluation", id)
    told = c.nobody().get(f"/evaluations/{link}").json["anonymous"]
    pad(c).post("/evaluations", token=link, grade=4)
    return [told, c.ledger.floor.evaluations[id].anonymous]


def numbers_of_classes(c):
    walked = [number(c, "social")["number"], number(c, "social", **{"class": "green", "reason": "disabled"})["number"]]
    id = booked(c).json["id"]
    c.clock.forward(minutes=20)
    return [*walked, c.kiosk.post(f"/appointments/{id}/checkin").json["number"]]


def served(c, window="3", after=0):
    floor = c.ledger.floor
    return sorted(serves(floor, floor.windows[window], c.clock() + after * MINUTE))


def plan(**more):
    return {"items": [{"id": "peak", "name": "P"} | more]}


def in_force(c, look):
    c.manager.post("/plans/peak/activation")
    return look(c)


def plan_told(c):
    return [{k: p.get(k) for k in ("id", "name", "active_since")} for p in c.manager.get("/plans").json["items"]]


def due(c):
    return [why for _, why in plans_due(c.ledger.floor, c.clock())]


def crowd(c):
    for _ in range(3):
        number(c)
    c.clock.forward(minutes=10)
    return due(c)


def ticked(c):
    c.server.context.clockwork.tick()
    return sorted(c.ledger.floor.plans_active.root)


def said_to_desks(c):
    return [(m.say["code"], m.say["facts"].get("name"), m.say["facts"].get("window")) for m in c.ledger.floor.messages.values()]


def forgotten(c):
    number(c, "social", holder={"name": "王五"})
    id = called(c)
    pad(c).post(f"/tickets/{id}/service")
    pad(c).post(f"/tickets/{id}/completion", outcome="done", flags=[])
    one = next(iter(c.ledger.floor.evaluations))
    c.ledger.do("phone", actions.evaluate, evaluation=one, grade=4, comment="很好", channel="qr")
    c.clock.forward(minutes=40 * 24 * 60)
    c.server.context.clockwork.comment_days = c.server.context.clockwork.keep_days = 50
    c.server.context.clockwork.tick()
    return [c.ledger.do("test", lambda tx, t=t: len(tx.find(t))) for t in (Visitor, Comment)]


def hall(c, part):
    return c.nobody().get("/hall").json[part]


def nearby(c):
    return c.nobody().get("/halls").json["items"][1:], [n.url for n in c.server.context.neighbours.listed()]


def sent_here(c):
    """Whether a neighbour sends somebody here, and who is called first then."""
    c.kiosk.take("tax")
    person = {"id": "00000000-0000-4000-8000-000000000001", "sent_at": told(c.clock.now), "service": "tax", "why": "nearer"}
    answer = c.hall.post("/referrals", **person, since=told(c.clock.now - 600_000))
    return answer.status_code, c.device("keypad", window="1").post("/windows/1/calls").json["number"]


def told(ms):
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat()


def marked(c):
    return c.kiosk.post("/kiosks/k1/loans", loan="a" * 16, day=FRIDAY, count=5).json["mark"]


# ---------------------------------------------------------------- field -> two values, and what is looked at

TAX = {"service": "tax", "start": 0, "end": 1440, "tickets": 1}
RULE = lambda **more: {
    "promises": [{"promise": {"target_s": 1200, "warn_s": 900, "handling_s": 600}}, {"promise": {"target_s": 300}} | more]
}
PROMISE = lambda **more: {"promises": [{"promise": {"target_s": 1200, "warn_s": 900, "handling_s": 600} | more}]}
LEND = {"window": "3", "services": ["tax"]}
LENT = lambda **more: {"items": [LEND | more]}
OTHER = {"code": "33100200000002", "name": "另一个大厅"}
HALLS = lambda **more: {"items": [OTHER | more]}
GREEN = {"class": "green", "reason": "disabled"}
AT_FRIDAY = {"friday": ["08:30-12:00", "13:30-17:30"], "enforce": True}
SEASON = lambda **more: {"monday": ["09:00-10:00"], "seasons": [{"first": "11-01", "last": "02-28"} | more]}
CLOSED = lambda **more: {"closed": [{"first": "2026-11-23", "last": "2026-11-23"} | more]}
OWN = lambda **more: {"services": {"tax": more}}
SESSION = lambda **more: {"friday": ["08:30-12:00"], "sessions": [{"span": "12:00-13:00"} | more]}
PEAK = {"services": ["tax"], "open": ["A12"], "dates": [FRIDAY]}

# ruff: noqa: E501
CASES = {
    "rules.overdue_s": ({"overdue_s": 1800}, {"overdue_s": 1860}, lost_or_kept),
    "rules.cap_s": ({"cap_s": 600}, {"cap_s": 5400}, lambda c: chosen(c, "ordinary")),
    "rules.look_ahead": ({"look_ahead": True}, {"look_ahead": False}, looked_ahead_at),
    "rules.one_per_service": (
        {"one_per_service": True}, {"one_per_service": False},
        lambda c: [taken(c, "tax", holder={"name": "王五", "id_number": "330102200001011234"}) for _ in range(2)],
    ),
    "rules.walk_to_window_s": ({"walk_to_window_s": 0}, {"walk_to_window_s": 600}, told_wait),
    "rules.promises.promise.target_s": (PROMISE(), PROMISE(target_s=600, warn_s=900), promised),
    "rules.promises.promise.warn_s": (PROMISE(), PROMISE(warn_s=60), promised),
    "rules.promises.promise.handling_s": (PROMISE(), PROMISE(handling_s=60), promised),
    "rules.promises.kind": (RULE(kind="ordinary"), RULE(kind="complex"), promised),
    "rules.promises.class_": (RULE(class_="ordinary"), RULE(class_="green"), promised),
    "rules.promises.channel": (RULE(channel="kiosk"), RULE(channel="desk"), promised),
    "rules.promises.service": (RULE(service="tax"), RULE(service="social"), promised),
    "rules.green.reasons": ({"green": {"reasons": ["disabled"]}}, {"green": {"reasons": ["elderly"]}}, lambda c: taken(c, **GREEN)),
    "rules.green.age": (
        {"green": {"automatic": True, "age": 60}}, {"green": {"automatic": True, "age": 100}},
        lambda c: [number(c, holder=ELDERLY)["class"], hall(c, "rules")["green"]["age"]],
    ),
    "rules.green.automatic": ({"green": {"automatic": True}}, {"green": {"automatic": False}}, lambda c: number(c, holder=ELDERLY)["class"]),
    "rules.green.in_a_row": ({"green": {"in_a_row": 2}}, {"green": {"in_a_row": 3}}, lambda c: chosen(c, green_in_a_row=2)),
    "rules.classes.code": (CLASS(), CLASS(code="vips"), lambda c: taken(c, **VIP)),
    "rules.classes.name": (CLASS(), CLASS(name="贵宾"), lambda c: number(c, **VIP)["class_names"]),
    "rules.classes.mark": (CLASS(), CLASS(mark="V"), lambda c: number(c, **VIP)["number"]),
    "rules.classes.like": (CLASS(), CLASS(like="green"), lambda c: chosen(c, "vip", green_in_a_row=5)),
    "rules.classes.weight": (CLASS(), CLASS(weight=3), of_equal_promise),
    "rules.classes.target": (CLASS(), CLASS(target=900), lambda c: number(c, **VIP)["target"]),
    "rules.classes.warn": (CLASS(), CLASS(warn=60), lambda c: promised(c, **VIP)),
    "rules.classes.in_a_row": (
        CLASS(like="green", in_a_row=2),
        CLASS(like="green", in_a_row=3),
        lambda c: chosen(c, "vip", green_in_a_row=2),
    ),
    "rules.classes.given_by": (CLASS(), CLASS(given_by=["guide"]), lambda c: taken(c, **VIP)),
    "rules.classes.proof": (CLASS(), CLASS(proof="优待证"), lambda c: c.guide.post("/tickets", service="tax", **VIP).status_code),
    "rules.classes.ground": (
        CLASS(),
        CLASS(ground="《条例》"),
        lambda c: c.server.context.view().told("why", {"code": "own_class", "facts": {"class": "vip", "promise": 20}}),
    ),
    "rules.rights.papers_days": ({"rights": {"papers_days": 1}}, {"rights": {"papers_days": 2}}, back_with_papers),
    "rules.rights.carry": ({"rights": {"carry": "never"}}, {"rights": {"carry": "always"}}, back_next_day),
    "rules.appointments.early_s": ({"appointments": {"early_s": 600}}, {"appointments": {"early_s": 1800}}, lambda c: come(c, 10)),
    "rules.appointments.late_s": ({"appointments": {"late_s": 60}}, {"appointments": {"late_s": 900}}, lambda c: come(c, 35)),
    "rules.appointments.no_show_s": ({"appointments": {"no_show_s": 60}}, {"appointments": {"no_show_s": 1800}}, lambda c: after_a_while(c, 40)),
    "rules.appointments.days_ahead": ({"appointments": {"days_ahead": 3}}, {"appointments": {"days_ahead": 9}}, days_with_slots),
    "rules.appointments.misses_allowed": (
        {"appointments": {"block_days": 7, "misses_allowed": 1}}, {"appointments": {"block_days": 7, "misses_allowed": 2}},
        lambda c: missing_bookings(c, 2),
    ),
    "rules.appointments.block_days": (
        {"appointments": {"block_days": 7, "misses_allowed": 0}}, {"appointments": {"block_days": 2, "misses_allowed": 0}},
        lambda c: missing_bookings(c, 1, days=4),
    ),
    "rules.appointments.per_person": (
        {"appointments": {"per_person": 1}}, {"appointments": {"per_person": 2}},
        lambda c: [booked(c, minutes, phone="19900000009").status_code for minutes in (30, 24 * 60 + 30)],
    ),
    "rules.appointments.per_address": (
        {"appointments": {"per_address": 1}}, {"appointments": {"per_address": 2}},
        lambda c: booked_by_oneself(c, 2),
    ),
    "rules.returns.times": ({"returns": {"times": 1}}, {"returns": {"times": 2}}, lambda c: missed_and_back(c, 2)),
    "rules.returns.within_s": ({"returns": {"within_s": 60}}, {"returns": {"within_s": 1800}}, lambda c: after_a_while(c, 20)),
    "rules.returns.oneself": ({"returns": {"oneself": True}}, {"returns": {"oneself": False}}, back_by_phone),
    "rules.returns.places": ({"returns": {"places": 1}}, {"returns": {"places": 3}}, line_behind),
    "rules.quotas.service": ({"quotas": [TAX]}, {"quotas": [TAX | {"service": "social"}]}, lambda c: taken(c, "tax", "tax")),
    "rules.quotas.start": ({"quotas": [TAX]}, {"quotas": [TAX | {"start": 660}]}, lambda c: taken(c, "tax", "tax")),
    "rules.quotas.end": ({"quotas": [TAX]}, {"quotas": [TAX | {"end": 540}]}, lambda c: taken(c, "tax", "tax")),
    "rules.quotas.weekdays": ({"quotas": [TAX]}, {"quotas": [TAX | {"weekdays": ["monday"]}]}, lambda c: taken(c, "tax", "tax")),
    "rules.quotas.channel": ({"quotas": [TAX]}, {"quotas": [TAX | {"channel": "online"}]}, lambda c: taken(c, "tax", "tax")),
    "rules.quotas.tickets": ({"quotas": [TAX]}, {"quotas": [TAX | {"tickets": 2}]}, lambda c: taken(c, "tax", "tax")),
    **{
        f"hours.{day}": ({day: ["13:00-15:00"]}, {day: ["13:00-16:00"]}, lambda c, day=day: slots(c, DAYS[day]))
        for day in settings.WEEKDAYS
    },
    "hours.holidays": ({"holidays": []}, {"holidays": ["2026-11-23"]}, lambda c: slots(c, "2026-11-23")),
    "hours.days": ({}, {"days": {"2026-11-23": ["13:00-15:00"]}}, lambda c: slots(c, "2026-11-23")),
    **{
        f"hours.seasons.{day}": (SEASON(**{day: ["13:00-15:00"]}), SEASON(**{day: ["13:00-16:00"]}), lambda c, day=day: slots(c, DAYS[day]))
        for day in settings.WEEKDAYS
    },
    "hours.seasons.first": (SEASON(monday=["13:00-15:00"]), SEASON(monday=["13:00-15:00"], first="12-01"), lambda c: slots(c, "2026-11-23")),
    "hours.seasons.last": (SEASON(monday=["13:00-15:00"]), SEASON(monday=["13:00-15:00"], last="11-22"), lambda c: slots(c, "2026-11-23")),
    "hours.seasons.name": (SEASON(monday=["13:00-15:00"]), SEASON(monday=["13:00-15:00"], name="冬季"), kept_hours),
    "hours.closed.first": (CLOSED(), CLOSED(first="2026-11-22"), lambda c: slots(c, "2026-11-22")),
    "hours.closed.last": (CLOSED(), CLOSED(last="2026-11-24"), lambda c: slots(c, "2026-11-24")),
    "hours.closed.name": (CLOSED(), CLOSED(name="装修"), kept_hours),
    "hours.makeup": (
        {"monday": ["13:00-15:00"]}, {"monday": ["13:00-15:00"], "makeup": {"2026-11-21": "monday"}}, lambda c: slots(c, "2026-11-21")),
    "hours.first_number": (AT_FRIDAY | {"first_number": 60}, AT_FRIDAY | {"first_number": 1800}, lambda c: at_clock(c, 13, 10)),
    "hours.last_number": (AT_FRIDAY, AT_FRIDAY | {"last_number": 1800}, lambda c: at_clock(c, 17, 10)),
    "hours.enforce": (AT_FRIDAY, AT_FRIDAY | {"enforce": False}, lambda c: at_clock(c, 12, 30)),
    "hours.last_by_handling": (AT_FRIDAY, AT_FRIDAY | {"last_by_handling": True}, lambda c: at_clock(c, 17, 26)),
    "hours.sessions.span": (SESSION(), SESSION(span="18:00-19:00"), lambda c: slots(c)),
    "hours.sessions.name": (SESSION(), SESSION(name="延时服务"), lambda c: hall(c, "sessions")),
    "hours.sessions.weekdays": (SESSION(), SESSION(weekdays=["monday"]), lambda c: slots(c)),
    "hours.sessions.dates": (SESSION(), SESSION(dates=["2026-11-23"]), lambda c: slots(c)),
    "hours.sessions.services": (SESSION(), SESSION(services=["social"]), lambda c: slots(c)),
    "hours.sessions.windows": (SESSION(), SESSION(windows=["3"]), lambda c: slots(c)),
    "hours.sessions.slot_minutes": (SESSION(), SESSION(slot_minutes=60), lambda c: slots(c)),
    "hours.sessions.slot_capacity": (SESSION(), SESSION(slot_capacity=1), lambda c: slots(c)),
    **{
        f"hours.services.{day}": (OWN(**{day: ["13:00-15:00"]}), OWN(**{day: ["13:00-16:00"]}), lambda c, day=day: slots(c, DAYS[day]))
        for day in settings.WEEKDAYS
    },
    "hours.services.days": (OWN(), OWN(days={"2026-11-23": ["13:00-15:00"]}), lambda c: slots(c, "2026-11-23")),
    "hours.services.last_number": (OWN(friday=["08:30-11:00"]), OWN(friday=["08:30-11:00"], last_number=3600), lambda c: taken(c)),
    "calls.when_called": ({"when_called": "miss"}, {"when_called": "refuse"}, next_after_called),
    "calls.recalls_before_miss": ({"recalls_before_miss": 0}, {"recalls_before_miss": 1}, miss_at_once),
    "calls.most_calls": ({"most_calls": 0}, {"most_calls": 2}, lambda c: call_again(c, 2)),
    "calls.patience_s": ({"when_called": "miss", "patience_s": 0}, {"when_called": "miss", "patience_s": 90}, next_after_called),
    "calls.undo_s": ({"undo_s": 10}, {"undo_s": 90}, take_back),
    "calls.auto_miss_s": ({}, {"auto_miss_s": 20}, after_a_service),
    "calls.auto_call": ({}, {"auto_call": True}, after_a_service),
    "calls.wrap_up_s": ({"auto_call": True}, {"auto_call": True, "wrap_up_s": 300}, after_a_service),
    "stopped.day": ({"day": "2026-11-21"}, {"day": FRIDAY}, lambda c: taken(c, "social")),
    "stopped.at": ({"day": FRIDAY, "at": "23:00"}, {"day": FRIDAY, "at": "09:00"}, lambda c: taken(c, "social")),
    "stopped.text": ({"day": FRIDAY, "text": "停电"}, {"day": FRIDAY, "text": "检修"}, lambda c: hall(c, "stopped")),
    "alerting.idle_s": ({"idle_s": 60}, {"idle_s": 7200}, watched),
    "alerting.help_s": ({"help_s": 10}, {"help_s": 3600}, watched),
    "alerting.paused_s": ({"paused_s": 60}, {"paused_s": 7200}, watched),
    "alerting.queue": ({"queue": 1}, {"queue": 9}, watched),
    **{
        f"goals.{key}": ({key: 80}, {key: 95}, lambda c: c.manager.get("/figures").json["diverted"])
        for key in ("online_pct", "elsewhere_pct")
    },
    "evaluation.pad_s": ({"pad_s": 30}, {"pad_s": 60}, evaluation),
    "evaluation.anonymous": ({"anonymous": True}, {"anonymous": False}, lambda c: anonymously(c)),
    "evaluation.open_hours": ({"open_hours": 1}, {"open_hours": 24}, evaluation),
    "series.ordinary": ({}, {"ordinary": "Q"}, numbers_of_classes),
    "series.appointment": ({}, {"appointment": "Q"}, numbers_of_classes),
    "series.green": ({}, {"green": "Q"}, numbers_of_classes),
    "series.returning": (
        {"returning": "R"},
        {"returning": "Q"},
        lambda c: [c.manager.put("/settings/rules", value={"rights": {"papers_days": 1}}).status_code, number_back(c)],
    ),
    "slots.minutes": ({"minutes": 30}, {"minutes": 60}, slots),
    "slots.capacity": ({"capacity": 1}, {"capacity": 2}, slots),
    "slots.services.minutes": ({}, {"services": {"tax": {"minutes": 15}}}, slots),
    "slots.services.capacity": ({}, {"services": {"tax": {"capacity": 9}}}, slots),
    "rosters": (
        {"1": {"friday": ["08:30-12:00", "12:45-17:30"]}}, {"1": {"friday": ["08:30-12:00"]}}, lambda c: c.server.context.view().staff_window("1")["breaks"]),
    "reserved": ({}, {"1": ["green"]}, lambda c: (number(c), pad(c).post("/windows/1/calls").status_code)[1]),
    "skills.people": ({"people": {}}, {"people": {"li": {"tax": "able"}}}, sat_down),
    "skills.others": ({"others": "all"}, {"others": "none"}, served),
    "skills.any_business": (
        {"people": {"li": {"estate": "able"}}}, {"people": {"li": {"estate": "able"}}, "any_business": ["1"]}, sat_down),
    "lends.items.window": (LENT(), LENT(window="2"), served),
    "lends.items.services": (LENT(), LENT(services=["social"]), served),
    "lends.items.only": (LENT(), LENT(only=True), served),
    "lends.items.weekdays": (LENT(), LENT(weekdays=["monday"]), served),
    "lends.items.dates": (LENT(), LENT(dates=["2026-11-23"]), served),
    "lends.items.from_": (LENT(), LENT(**{"from": "11:00"}), served),
    "lends.items.to": (LENT(), LENT(to="09:00"), served),
    "lends.items.note": (LENT(), LENT(note="支援"), lambda c: c.manager.get("/settings/lends").json["value"]),
    "plans.items.id": (plan(), plan(id="other"), plan_told),
    "plans.items.name": (plan(), plan(name="Q"), plan_told),
    "plans.items.services": (plan(**PEAK, when={"waiting": 2}), plan(**PEAK | {"services": ["social"]}, when={"waiting": 2}), lambda c: (
        peaks_of(plan_of(c, 200), FRIDAY, ["tax", "social"]))),
    "plans.items.dates": (plan(), plan(dates=[FRIDAY]), due),
    "plans.items.expect": (plan(dates=[FRIDAY], expect=200), plan(dates=[FRIDAY]), lambda c: peaks_of(c.ledger.floor.plans.items, FRIDAY, ["tax"])),
    "plans.items.when.waiting": (plan(services=["tax"], when={"waiting": 3}), plan(services=["tax"], when={"waiting": 4}), crowd),
    "plans.items.when.oldest": (plan(services=["tax"], when={"oldest": 60}), plan(services=["tax"], when={"oldest": 6000}), crowd),
    "plans.items.lends.window": (plan(lends=[LEND]), plan(lends=[LEND | {"window": "2"}]), lambda c: in_force(c, served)),
    "plans.items.lends.services": (plan(lends=[LEND]), plan(lends=[LEND | {"services": ["social"]}]), lambda c: in_force(c, served)),
    "plans.items.lends.only": (plan(lends=[LEND]), plan(lends=[LEND | {"only": True}]), lambda c: in_force(c, served)),
    "plans.items.open": (plan(), plan(open=["A12"]), lambda c: in_force(c, lambda c: c.ledger.floor.windows["A12"].state)),
    "plans.items.people.window": (
        plan(people=[{"window": "1", "name": "王芳"}]), plan(people=[{"window": "2", "name": "王芳"}]), lambda c: in_force(c, said_to_desks)),
    "plans.items.people.name": (
        plan(people=[{"window": "1", "name": "王芳"}]), plan(people=[{"window": "1", "name": "李强"}]), lambda c: in_force(c, said_to_desks)),
    **{
        f"plans.items.quotas.{key}": (
            plan(quotas=[TAX]), plan(quotas=[TAX | {key: value}]), lambda c: in_force(c, lambda c: taken(c, "tax", "tax")))
        for key, value in (
            ("service", "social"), ("start", 660), ("end", 540), ("tickets", 2), ("weekdays", ["monday"]), ("channel", "online"))
    },
    "plans.items.notice.text": (plan(), plan(notice={"text": "高峰"}), lambda c: in_force(c, lambda c: c.server.context.view().notices())),
    "plans.items.auto": (plan(dates=[FRIDAY], auto=True), plan(dates=[FRIDAY]), ticked),
    "plans_active": ({}, {"peak": {"since": 1}}, lambda c: taken(c, "tax", "tax")),
    "privacy.holder_days": ({}, {"holder_days": 1}, forgotten),
    "privacy.comment_days": ({}, {"comment_days": 1}, forgotten),
    "voice.languages": ({}, {"languages": ["en"]}, lambda c: hall(c, "voice")),
    "voice.times": ({}, {"times": 3}, lambda c: hall(c, "voice")),
    "voice.volume": ({}, {"volume": 10}, lambda c: hall(c, "voice")),
    **{
        f"voice.hours.{key}": (
            {"hours": [{"from": "09:00", "to": "12:00", "volume": 10}]},
            {"hours": [{"from": "09:00", "to": "12:00", "volume": 10} | {key.rstrip("_"): value}]}, lambda c: hall(c, "voice"))
        for key, value in (("from_", "08:00"), ("to", "13:00"), ("volume", 20))
    },
    "voice.quiet": ({}, {"quiet": ["09:00-11:00"]}, lambda c: c.server.context.quiet(c.clock(), c.server.context.voicing())),
    **{
        f"look.{key}": ({}, {key: value}, lambda c: hall(c, "look"))
        for key, value in (
            ("kind", "village"), ("logo", "/logo.svg"), ("ink", "#0d3b2e"), ("call", "#0d3b2e"), ("wall", "dark"), ("phone", "0576-54321"),
            ("complaints", "12345"), ("address", {"zh": "桃源路218号", "en": "218 Taoyuan Road"}),
        )
    },
    **{
        f"packages.items.{key}": (package(), package(**{key: value}), look)
        for key, value, look in (
            ("code", "flat", packages), ("name", "房子", packages), ("matter", "33-01", packages), ("aliases", ["买房"], packages),
            ("ordered", False, packages), ("open", False, packages),
        )
    },
    "packages.items.questions.code": (package(), package(question="debt"), packages),
    "packages.items.questions.text": (package(), package(text="欠款？"), packages),
    "packages.items.legs.service": (package(), package(legs=[{"service": "social"}, {"service": "estate", "only_if": "loan"}]), visited),
    "packages.items.legs.matters": (
        package(), package(legs=[{"service": "tax", "matters": ["33-02"]}, {"service": "estate", "only_if": "loan"}]), packages),
    "packages.items.legs.only_if": (package(), package(legs=[{"service": "tax", "only_if": "loan"}, {"service": "estate"}]), visited),
    "packages.items.legs.unless": (package(), package(legs=[{"service": "tax"}, {"service": "estate", "unless": "loan"}]), visited),
    "types.items.code": ({"items": [{"code": "marriage"}]}, {"items": [{"code": "tax"}]}, lambda c: c.nobody().get("/codes").json["types"]),
    "types.items.name": (
        {"items": [{"code": "general"}]}, {"items": [{"code": "general", "name": "综合受理"}]}, lambda c: c.manager.get("/windows/1").json["type"]),
    "types.items.services": (
        {"items": [{"code": "general", "services": ["estate"]}]}, {"items": [{"code": "general", "services": ["tax"]}]},
        lambda c: [c.manager.put(f"/windows/{no}", type="intake").status_code for no in ("2", "3")]),
    "zones.items.type": (
        {"items": [{"code": "east"}]}, {"items": [{"code": "east", "type": "enterprise"}]},
        lambda c: c.manager.put("/windows/1", zone="east").json["type"]),
    **{
        f"zones.items.{key}": ({"items": [{"code": "east"}]}, {"items": [{"code": "east"} | {key: value}]}, lambda c: hall(c, "zones"))
        for key, value in (("code", "west"), ("name", "东区"), ("storey", "二楼"), ("place", "电梯旁"))
    },
    **{
        f"neighbours.items.{key}": (HALLS(), HALLS(**{key: value}), nearby)
        for key, value in (
            ("code", "33100200000003"), ("name", "第三个大厅"), ("address", {"en": "Taoyuan Road"}),
            ("phone", "0576-54321"), ("url", "https://hall.example"), ("page", "https://page.example"),
        )
    },
    "neighbours.items.accepts": (HALLS(), HALLS(accepts=True), sent_here),
    "neighbours.items.keeps_time": (HALLS(accepts=True), HALLS(accepts=True, keeps_time=True), sent_here),
    "holders.numbers": ({}, {"numbers": 1}, one_person),
    "holders.numbers_of_service": ({}, {"numbers_of_service": 1}, one_person),
    "holders.gave_up": ({}, {"gave_up": 1}, one_person),
    "holders.for_others": ({}, {"for_others": 1}, acts_twice),
    "holders.bookings": ({}, {"bookings": 1, "per_phone": 1}, books),
    "holders.bookings_of_service": ({}, {"bookings_of_service": 1, "per_phone": 1}, books),
    "holders.per_phone": ({"bookings": 1, "per_phone": 1}, {"bookings": 1, "per_phone": 2}, books),
    "holders.of_slot": ({}, {"of_slot": 1}, fills_a_slot),
    "holders.verified": ({}, {"verified": True}, lambda c: c.nobody().get("/here").json["verified"]),
    "holders.missed_numbers": ({}, {"missed_numbers": True}, missed_number),
    "here.numbers": ({}, {"numbers": True}, lambda c: c.nobody().get("/here").json),
    "here.checkin": ({}, {"checkin": True}, lambda c: c.nobody().get("/here").json),
    "here.code_s": ({"numbers": True}, {"numbers": True, "code_s": 60}, lambda c: c.device("display").get("/here/code").json["until"]),
    "here.right_s": ({"numbers": True}, {"numbers": True, "right_s": 60}, proves_here),
    "here.poster": ({"numbers": True}, {"numbers": True, "poster": 1}, lambda c: c.manager.get("/here/poster").json.get("url")),
    **{f"here.{key}": (HERE(), HERE(**{key: value}), at_a_place) for key, value in (("latitude", 30.0), ("longitude", 121.0), ("radius_m", 50))},
    "kiosk_marks": ({}, {"k1": "Q"}, marked),
    **{
        f"kiosks.menus.{key}": ({"menus": {"k1": {}}}, {"menus": {"k1": {key: value}}}, lambda c: taken(c, "social"))
        for key, value in (("services", ["tax"]), ("classes", ["green"]))
    },
    "kiosks.typed": ({}, {"typed": True}, lambda c: c.kiosk.post("/tickets", service="tax", holder=TYPED_ID).status_code),
    "kiosks.authorities": ({}, {"authorities": ["guardian"]}, acts_twice),
    "kiosks.menus.typed": (
        {"typed": True, "menus": {"k1": {}}}, {"typed": True, "menus": {"k1": {"typed": False}}},
        lambda c: c.kiosk.post("/tickets", service="tax", holder=TYPED_ID).status_code),
    "kiosks.menus.zone": (
        {"menus": {"k1": {}}}, {"menus": {"k1": {"zone": "east"}}}, lambda c: taken(c, "social")),
    "kiosks.menus.place": (
        {"menus": {"k1": {"services": ["tax"]}, "k2": {}}}, {"menus": {"k1": {"services": ["tax"]}, "k2": {"place": "东门"}}},
        lambda c: c.kiosk.post("/tickets", service="social").json["detail"]),
    "slip.language": ({}, {"language": "both"}, lambda c: c.kiosk.get("/hall").json["slip"]),
    **{
        f"slip.words.{part}": (
            {}, {"words": {"zh": {part: [["等候", "{wait}"]] if part in ("highlights", "facts") else ["一句"] if "list" in str(f.annotation)
                                  else "一句"}}},
            lambda c: c.kiosk.get("/hall").json["slip"])
        for part, f in settings.SlipWords.model_fields.items()
    },
    "kiosks.used_first": ({}, {"used_first": False}, the_day_after),
    **{f"notice.{key}": ({}, {key: value}, lambda c: hall(c, "notice")) for key, value in (("version", "2"), ("text", {"en": "Why"}))},
    "weights.nightly": ({"nightly": True}, {"nightly": False}, weighed_at_night),
    "weights.factors": ({"factors": {"lost": 10.0}}, {"factors": {"lost": 0.1}}, lost_or_short_of_it),
    "weights.last.day": ({"last": {"day": FRIDAY}}, {"last": {"day": "2026-11-19"}}, told_weights),
    "weights.last.outcome": ({"last": {"outcome": "few"}}, {"last": {"outcome": "shipped"}}, told_weights),
    "weights.last.days": ({"last": {"days": 9}}, {"last": {"days": 12}}, told_weights),
    "weights.last.gain": ({"last": {"gain": 0.4}}, {"last": {"gain": 1.4}}, told_weights),
}  # fmt: skip
SAME = {f"plans.items.lends.{key}" for key in ("weekdays", "dates", "from_", "to", "note")}
BEFORE = {
    "plans_active": ("plans", plan(quotas=[TAX])),
    "kiosks": ("zones", {"items": [{"code": "east"}]}),
}  # what must stand for a setting to name it


def plan_of(c, expect):
    return [one.model_copy(update={"expect": expect}) for one in c.ledger.floor.plans.items]


@pytest.fixture
def halls(tmp_path):
    opened = []

    def open_one():
        opened.append(doors.Context(tmp_path / str(len(opened)), Clock(), small_hall, ServerSettings(notify=GATEWAY)))
        return opened[-1]

    yield open_one
    for one in opened:
        one.close()


def test_every_field_has_its_observation():
    """A plan's lends hold as long as the plan is in force: their times say nothing there."""
    known = {f"{name}.{field}".rstrip(".") for name, model in settings.SETTINGS.items() for field in fields(model)}

    assert known - SAME == set(CASES)


@pytest.mark.parametrize("field", CASES)
def test_the_hall_is_another_when_a_setting_is_changed(field, halls):
    one, other, look = CASES[field]
    name = field.split(".")[0]
    seen = []
    for value in (one, other):
        c = halls()
        before = BEFORE.get(name)
        if before:
            c.manager.put(f"/settings/{before[0]}", value=before[1])
        answer = c.manager.put(f"/settings/{name}", value=value)
        assert answer.status_code == 200, answer.text
        seen.append(look(c))

    assert seen[0] != seen[1]
