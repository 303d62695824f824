"""A change of the hall that takes from numbers and bookings what they were given: counted before, told to the holder and to the manager,
until the last is settled."""

import pytest

from config.settings import SETTINGS
from server import actions
from server.domain import watch
from server.domain.given import OPEN_WINDOW, REASONS
from server.forecast.alert_task import Alerts
from server.record import audit

SATURDAY = "2026-11-21"  # the day after the small hall's today
WEEK = {day: ["08:30-12:00", "13:30-17:00"] for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday")}
PHONES = iter(f"1380013{n:04}" for n in range(10_000))


@pytest.fixture
def hall(context):
    """Open six days a week."""
    context.manager.put("/settings/hours", value=WEEK)
    return context


def slot_of(hall, service="tax", n=0, day=SATURDAY):
    free = [s for s in hall.app.get(f"/slots?service={service}&day={day}&days=1").json["items"] if s["free"]]
    return free[n]["id"]


@pytest.fixture
def book(hall):
    """Books a slot, the first of Saturday unless another is given; gives what the holder gets."""
    return lambda slot=None, service="tax": hall.app.post("/appointments", slot=slot or slot_of(hall, service), phone=next(PHONES)).json


@pytest.fixture
def track(hall):
    return lambda one: hall.nobody().get(f"/track/{one['track']}").json


@pytest.fixture
def told(track):
    """The reasons of which the holder's page speaks."""
    return lambda one: [said["code"] for said in track(one)["unkept"]]


@pytest.fixture
def alerts(hall):
    """What the managers are told of it now: reason -> (bookings, numbers)."""

    def standing():
        Alerts(hall.ledger, do=hall.server.context.do).look()
        found = hall.manager.get("/alerts").json["items"]
        facts = {a.id: a.say["facts"] for a in hall.ledger.floor.alerts.values()}
        return {a["subject"]: (facts[a["id"]].get("bookings", 0), facts[a["id"]].get("numbers", 0)) for a in found if a["kind"] == "unkept"}

    return standing


def hits(hall, path, **body):
    answer = hall.manager.post(f"{path}/hits", **body)
    assert answer.status_code == 200, answer.text
    found = answer.json["hits"]
    return found["bookings"], found["numbers"], [one["reason"] for one in found["reasons"]]


def test_a_day_closed_after_it_was_booked_is_counted_before_and_told_after(hall, book, track, told, alerts):
    mine, other = book(), book(slot_of(hall, day="2026-11-23"))
    closed = WEEK | {"holidays": [SATURDAY]}

    before = hall.manager.post("/settings/hours/hits", value=closed).json["hits"]
    still = (told(mine), hall.ledger.floor.hours.holidays)
    hall.manager.put("/settings/hours", value=closed)

    assert (before["bookings"], before["numbers"]) == (1, 0) and still == ([], ())
    assert [(d["day"], d["service"], d["bookings"]) for d in before["days"]] == [(SATURDAY, "tax", 1)]
    assert before["reasons"][0]["say"]["zh"] == "预约的时间不再办理"
    assert told(mine) == ["open"] and told(other) == []
    assert "2026-11-21 08:30" in track(mine)["unkept"][0]["zh"] and "2026-11-21 08:30" in track(mine)["unkept"][0]["en"]
    assert alerts() == {"open": (1, 0)}


def test_the_alert_stands_until_the_last_booking_is_settled(hall, book, told, alerts):
    a, b, c = book(), book(), book()
    hall.manager.put("/settings/hours", value=WEEK | {"closed": [{"first": SATURDAY, "last": "2026-11-22"}]})
    seen = [alerts()]

    hall.nobody().put(f"/appointments/{a['track']}", slot=slot_of(hall, day="2026-11-23"))
    seen.append(alerts())
    hall.nobody().delete(f"/appointments/{b['track']}")
    seen.append(alerts())
    hall.nobody().delete(f"/appointments/{c['track']}")
    seen.append(alerts())

    assert seen == [{"open": (3, 0)}, {"open": (2, 0)}, {"open": (1, 0)}, {}] and told(a) == []


def test_it_is_said_wherever_the_holder_comes_kiosk_guide_and_desk(hall, book, track):
    """By the same sentence as on the phone, which says what may be done; once settled it is said nowhere."""
    booking, phone = book(slot_of(hall, day="2026-11-20")), next(PHONES)
    number = hall.kiosk.take(service="tax", phone=phone)
    said = lambda: {
        "kiosk, booking": hall.kiosk.post("/appointments/search", code=booking["track"]).json["items"][0]["unkept"],
        "guide, booking": hall.guide.get("/appointments").json["items"][0]["unkept"],
        "kiosk, number": hall.kiosk.post("/tickets/search", phone=phone).json["items"][0]["unkept"],
        "desk": next(t for t in hall.manager.get("/tickets").json["items"] if t["id"] == number["id"])["unkept"],
    }
    before = said()

    hall.manager.put("/settings/reserved", value={no: ["green"] for no in ("1", "2", "A12")})
    after = said()
    hall.manager.put("/settings/reserved", value={})

    assert set(map(str, before.values())) == {"[]"} == set(map(str, said().values()))
    assert [[one["code"] for one in some] for some in after.values()] == [["served"], ["served"], ["served_now"], ["served_now"]]
    assert "请另选时间，或到导服台咨询" in after["kiosk, booking"][0]["zh"] and "导服台" in after["desk"][0]["zh"]


def test_put_back_the_holder_is_told_that_it_stands(hall, book, track, alerts):
    mine = book()
    hall.manager.put("/settings/hours", value=WEEK | {"holidays": [SATURDAY]})

    hall.manager.put("/settings/hours", value=WEEK)

    kinds = [one["kind"] for one in track(mine)["changes"]]
    assert kinds == ["promise.restored", "promise.broken", "appointment.booked"]
    assert track(mine)["unkept"] == [] and alerts() == {}


def test_what_is_offered_instead_can_be_had(hall, book, track):
    mine = book()
    hall.manager.put("/settings/hours", value=WEEK | {"holidays": [SATURDAY]})

    offered = [s for s in hall.nobody().get(f"/slots?service=tax&days=14&track={mine['track']}").json["items"] if s["free"]]
    answers = {hall.nobody().put(f"/appointments/{mine['track']}", slot=s["id"]).status_code for s in offered[::7]}

    assert "rebook" in track(mine)["moves"] and answers == {200}
    assert not [s for s in offered if s["at"].startswith(SATURDAY)]


def test_another_time_is_offered_only_while_one_can_be_had(hall, book, track):
    """Each slot of the two days that can be booked has one place, and all are taken but one's own."""
    hall.manager.put("/settings/slots", value={"capacity": 1})
    hall.manager.put("/settings/rules", value={"appointments": {"days_ahead": 1}})
    mine = book()
    others = []
    for day in ("2026-11-20", SATURDAY):
        for slot in hall.app.get(f"/slots?service=tax&day={day}&days=1").json["items"]:
            others += [book(slot["id"])] if slot["free"] else []
    full = (track(mine)["moves"], hall.kiosk.get(f"/appointments/{mine['id']}").json["moves"])

    hall.nobody().delete(f"/appointments/{others[-1]['track']}")

    assert full == (["cancel"], ["checkin", "refer", "cancel"])
    assert "rebook" in track(mine)["moves"] and "rebook" in hall.kiosk.get(f"/appointments/{mine['id']}").json["moves"]
    (left,) = [s for s in hall.nobody().get(f"/slots?service=tax&days=3&track={mine['track']}").json["items"] if s["free"]]
    assert hall.nobody().put(f"/appointments/{mine['track']}", slot=left["id"]).status_code == 200


def test_of_a_retired_service_nothing_is_offered_that_the_next_step_refuses(hall, book, track, told, alerts):
    mine = book(service="social", slot=slot_of(hall, "social"))

    before = hits(hall, "/services/social", closed=True)
    hall.manager.put("/services/social", closed=True)

    assert before == (1, 0, ["offered"]) and told(mine) == ["offered"] and alerts() == {"offered": (1, 0)}
    assert track(mine)["moves"] == ["cancel"]
    assert hall.nobody().get(f"/slots?service=social&days=14&track={mine['track']}").json["items"] == []
    assert hall.nobody().delete(f"/appointments/{mine['track']}").status_code == 200 and alerts() == {}


def test_where_no_window_serves_a_service_no_time_is_offered_and_where_one_does_in_part_of_the_day_only_that_part(hall, book):
    slot = slot_of(hall)
    for no in [w["no"] for w in hall.manager.get("/windows").json["items"] if "tax" in w["services"]]:
        hall.manager.put(f"/windows/{no}", services=["social"])

    offered = hall.app.get("/slots?service=tax&days=14").json["items"]
    refused = hall.app.post("/appointments", slot=slot, phone=next(PHONES))
    hall.manager.put("/settings/lends", value={"items": [{"window": "2", "services": ["tax"], "from": "10:00", "to": "11:00"}]})
    lent = hall.app.get(f"/slots?service=tax&day={SATURDAY}&days=1").json["items"]

    assert offered == [] and (refused.status_code, refused.json["code"]) == (404, "no_such_slot")
    assert {s["at"][11:13] for s in lent} == {"10"} and book(lent[0]["id"])["state"] == "booked"


def test_a_window_kept_for_other_classes_gives_no_times_to_those_who_book(hall):
    able = [w["no"] for w in hall.manager.get("/windows").json["items"] if "tax" in w["services"]]

    hall.manager.put("/settings/reserved", value={no: ["green"] for no in able})

    assert hall.app.get("/slots?service=tax&days=14").json["items"] == []


def test_fewer_places_hit_those_who_booked_last(hall, book, told):
    first, second, third = book(), book(), book()

    before = hits(hall, "/settings/slots", value={"capacity": 1})
    hall.manager.put("/settings/slots", value={"capacity": 1})

    assert before == (2, 0, ["room"]) and [told(one) for one in (first, second, third)] == [[], ["room"], ["room"]]


def test_one_who_gives_up_makes_room_for_the_next(hall, book, told, alerts):
    first, second = book(), book()
    hall.manager.put("/settings/slots", value={"capacity": 1})

    hall.nobody().delete(f"/appointments/{first['track']}")

    assert told(second) == [] and alerts() == {}


def test_slots_of_another_length_do_not_take_more_people_than_before(hall, book):
    for _ in range(4):
        book()

    hall.manager.put("/settings/slots", value={"minutes": 20})

    free = {s["at"][11:16]: s["free"] for s in hall.app.get(f"/slots?service=tax&day={SATURDAY}&days=1").json["items"]}
    assert (free["08:30"], free["08:50"], free["09:10"]) == (0, 0, 4)


def a_number(hall, service="tax"):
    return hall.kiosk.take(service=service)


# what was given · what is set · whom it hits, and why
CASES = {
    "hours": ("/settings/hours", {"value": WEEK | {"saturday": ["13:30-17:00"]}}, (1, 0, ["open"])),
    "slots": ("/settings/slots", {"value": {"capacity": 0}}, (1, 0, ["room"])),
    "rules": ("/settings/rules", {"value": {"returns": {"within_s": 600}}}, (0, 1, ["returns"])),
    "rules, promises": ("/settings/rules", {"value": {"promises": [], "cap_s": 5400}}, (0, 1, ["wait"])),
    "rules, bookings": ("/settings/rules", {"value": {"appointments": {"late_s": 300}}}, (1, 0, ["checkin"])),
    "reserved": ("/settings/reserved", {"value": {no: ["green"] for no in ("1", "2", "A12")}}, (1, 1, ["served", "served_now"])),
    "lends": (
        "/settings/lends",
        {"value": {"items": [{"window": no, "services": ["estate"], "only": True} for no in ("1", "2", "A12")]}},
        (1, 1, ["served", "served_now"]),
    ),
    "skills": (
        "/settings/skills",
        {"value": {"others": "none", "people": {"li": {"tax": "able"}}}},
        (1, 1, ["served", "served_now"]),
    ),
}
NOTHING_GIVEN = {  # why no number and no booking loses anything by it
    "calls": "how often and when one is called again stands on no slip; a call that was missed stays missed",
    "alerting": "what managers are told",
    "evaluation": "a link that was opened keeps the end it was given; the pad asks who stands before it",
    "goals": "what the figures are held against",
    "series": "a number that was given keeps its letters",
    "plans": "what is prepared; in force it is counted when it is put into force or changed",
    "plans_active": "put into force and ended by /plans/{id}/activation, which counts",
    "stopped": "who has a number or a booking is served",
    "privacy": "people are only ever forgotten sooner than they were told",
    "voice": "how it sounds",
    "look": "how it looks",
    "neighbours": "other halls",
    "types": "a service that goes elsewhere only is refused where a window still serves it",
    "zones": "where windows stand",
    "holders": "what one person may take from now on: what they hold stands",
    "here": "how a phone proves that it is in the hall: what it has taken stands",
    "packages": "a number keeps the legs of its package as they were",
    "kiosk_marks": "a number that was given keeps its letters",
    "slip": "what the next slips say; one that is printed is kept to as before",
    "kiosks": "where numbers are taken from now on; one that was given, or booked, is served as before",
    "rosters": "when clerks mean to be there: who they may call is as before, and no wait was promised by it",
    "weights": "whom to call first, within the rules: no promise is another by it",
    "notice": "what was agreed to stands with its version in the journal",
}


def test_every_setting_is_known_to_take_something_or_says_why_not():
    assert {name.split(",")[0] for name in CASES} | set(NOTHING_GIVEN) == set(SETTINGS)


@pytest.mark.parametrize("case", CASES)
def test_a_setting_says_whom_it_hits_and_they_are_told(case, hall, book, told, alerts):
    path, body, expected = CASES[case]
    booking, number = book(), a_number(hall)
    journal = hall.seq

    before = hits(hall, path, **body)
    changed_nothing = hall.seq == journal
    hall.manager.put(path, **body)

    assert before == expected and changed_nothing
    assert sorted(told(booking) + told(number)) == sorted(expected[2])
    assert set(alerts()) == set(expected[2])


def test_an_evaluation_link_keeps_the_end_it_was_given(hall):
    one = a_number(hall)
    desk = hall.device("keypad", window="1")
    desk.post("/windows/1/calls")
    for step in ("service", "completion"):
        assert desk.post(f"/tickets/{one['id']}/{step}").status_code == 201
    end = [e.expires_at for e in hall.ledger.floor.evaluations.values()]

    hit = hits(hall, "/settings/evaluation", value={"open_hours": 1})
    hall.manager.put("/settings/evaluation", value={"open_hours": 1})

    assert hit == (0, 0, []) and [e.expires_at for e in hall.ledger.floor.evaluations.values()] == end


def test_a_nearer_horizon_takes_no_booking(hall, book, told):
    far = book(slot_of(hall, day="2026-11-26"))

    hit = hits(hall, "/settings/rules", value={"appointments": {"days_ahead": 1}})
    hall.manager.put("/settings/rules", value={"appointments": {"days_ahead": 1}})

    assert hit == (0, 0, []) and told(far) == []


def test_a_window_that_serves_something_else_and_a_plan_that_ends_count(hall, told, alerts):
    one = a_number(hall, "estate")
    lend = {"id": "peak", "name": "高峰", "lends": [{"window": "1", "services": ["estate"]}]}
    hall.manager.put("/settings/plans", value={"items": [lend]})
    hall.manager.post("/plans/peak/activation")

    of_the_window = [hits(hall, f"/windows/{no}", services=["tax"]) for no in ("3", "A12")]
    for no in ("3", "A12"):
        hall.manager.put(f"/windows/{no}", services=["tax"])
    of_the_plan = hits(hall, "/plans/peak", active=False)
    hall.manager.delete("/plans/peak/activation")

    assert of_the_window == [(0, 0, [])] * 2 and of_the_plan == (0, 1, ["served_now"])
    assert told(one) == ["served_now"] and alerts() == {"served_now": (0, 1)}


def test_closing_the_last_open_window_says_whom_no_window_serves_then(hall, book, alerts):
    """Window A12 serves tax too and is closed: it helps nobody. The booking of another day is nobody's loss today."""
    numbers, today, _ = [a_number(hall), a_number(hall)], book(slot_of(hall, day="2026-11-20")), book()
    for no in ("2", "3"):
        assert hits(hall, f"/windows/{no}/state", state="closed") == (0, 0, [])
        hall.manager.put(f"/windows/{no}/state", state="closed")
    journal = hall.seq

    answer = hall.manager.post("/windows/1/state/hits", state="closed").json["hits"]

    (reason,) = answer["reasons"]
    assert (answer["bookings"], answer["numbers"]) == (1, 2) and len(numbers) == 2 and today["id"]
    assert (reason["reason"], reason["told"], reason["say"]["zh"]) == ("open_window", False, "没有开放的窗口能办")
    assert hall.seq == journal and hits(hall, "/windows/1/state", state="paused") == (0, 0, [])
    hall.manager.put("/windows/1/state", state="closed")
    Alerts(hall.ledger, do=hall.server.context.do).look()
    assert "unserved-tax" in {a["id"] for a in hall.manager.get("/alerts").json["items"]}


def test_setting_the_services_of_the_last_open_window_and_moving_its_clerk_say_it_too(hall):
    hall.staff("li")
    a_number(hall)
    for no in ("1", "2", "3"):
        hall.manager.put(f"/windows/{no}/state", state="closed")
    hall.manager.put("/windows/1/clerk", clerk="li")

    assert hits(hall, "/windows/1", services=["social"]) == (0, 1, ["open_window"])  # window A12 would, and is closed
    assert hits(hall, "/windows/3/clerk", clerk="li") == (0, 1, ["open_window"])
    assert hits(hall, "/settings/reserved", value={"1": ["green"]}) == (0, 1, ["open_window"])


def test_a_number_sent_on_is_served_by_the_class_that_dispatch_calls_it_by(hall, clock):
    keypad, one = hall.device("keypad", window="1"), a_number(hall)
    keypad.post("/windows/1/calls"), keypad.post(f"/tickets/{one['id']}/service")
    clock.forward(minutes=5)
    keypad.post(f"/tickets/{one['id']}/transfer", service="estate")
    every = list(hall.ledger.floor.windows)

    of_walk_ins = hits(hall, "/settings/reserved", value={no: ["ordinary"] for no in every})
    of_those_sent_on = hits(hall, "/settings/reserved", value={no: ["transfer"] for no in every})

    assert of_walk_ins == (0, 1, ["served_now"]) and of_those_sent_on == (0, 0, [])


def test_a_hall_that_closes_early_today_tells_those_in_line(hall, told):
    one = a_number(hall)

    hall.manager.put("/settings/hours", value=WEEK | {"days": {"2026-11-20": ["08:30-09:30"]}})

    assert told(one) == ["open_today"]


def test_who_was_called_is_settled(hall, alerts):
    one = a_number(hall)
    hall.manager.put("/settings/rules", value={"promises": [], "cap_s": 5400})
    seen = alerts()

    hall.device("keypad", window="1").post("/windows/1/calls")

    assert seen == {"wait": (0, 1)} and alerts() == {} and one["number"]


def test_checked_in_the_booking_is_settled(hall, book, clock, alerts):
    mine = book(slot_of(hall, day="2026-11-20"))
    hall.manager.put("/settings/slots", value={"capacity": 0})
    seen = alerts()

    answer = hall.kiosk.post(f"/appointments/{mine['id']}/checkin")

    assert seen == {"room": (1, 0)} and answer.status_code == 201 and alerts() == {}


def test_what_is_only_tried_is_refused_like_the_change_itself_and_leaves_nothing(hall):
    wrong = hall.manager.post("/settings/hours/hits", value={"monday": ["12:00-08:30"]})
    unknown = hall.manager.post("/settings/hour/hits", value={})

    assert (wrong.status_code, wrong.json["code"]) == (422, "bad_body") and unknown.json["code"] == "no_such_setting"
    assert audit.replay(hall.folder) == [] and audit.verify(hall.folder).ok


def test_every_reason_has_words_for_the_holder_and_the_manager(context):
    words = context.server.context.words
    for lang in words.languages:
        assert set(REASONS) <= words.codes("unkept", lang) and {*REASONS, OPEN_WINDOW} == words.codes("hits", lang)


def test_the_journal_holds_it_and_replays(hall, book):
    mine = book()
    hall.manager.put("/settings/hours", value=WEEK | {"holidays": [SATURDAY]})

    told = [e for e in hall.auditor.get("/events?limit=1000").json["items"] if e["kind"] == "promise.broken"]

    assert [(e["ticket"], e["body"]["reasons"]) for e in told] == [(mine["id"], ["open"])]
    assert audit.replay(hall.folder) == [] and "unkept" in watch.KINDS and actions.try_change
