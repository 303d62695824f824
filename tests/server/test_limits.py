"""Against those who take numbers to sell them: what one person may take, book and give up, who is given nothing for a while, what a phone
proves; and that nobody who needs a number is locked out by it."""

import json

import pytest

from config.codes import HereBy
from config.schema import NotifyTable, ServerSettings
from config.settings import Here
from server.domain import here as proofs
from server.domain.private import RefusedPerson, Secret

CARD = {"name": "李四", "id_number": "440524188001010014", "card": "resident"}
OTHER = {"name": "王小明", "id_number": "11010519491231002X", "card": "resident"}
PHONE = "13800138000"


def limit(context, **rule):
    assert context.manager.put("/settings/holders", value=rule).status_code == 200


def take(who, service="tax", **more):
    return who.post("/tickets", service=service, **more)


def give_up(context, ticket):
    assert context.kiosk.post(f"/tickets/{ticket['id']}/cancellation").status_code == 201


def refused(answer, code):
    assert (answer.status_code, answer.json["code"]) == (409, code), answer.text
    return answer.json["detail"]


def visitor(context, page="/book"):
    one = context.nobody()
    one.ask("GET", page, root=True)
    return one


def slots(context, service="tax", days=7):
    return [s for s in context.app.get("/slots", service=service, days=days).json["items"] if s["free"]]


# -- numbers and bookings of one person


def test_numbers_of_a_day_count_with_those_given_up_and_after_a_restart(context, fresh):
    limit(context, numbers=2)
    give_up(context, take(context.kiosk, holder=CARD).json)
    assert take(context.kiosk, "social", holder=CARD).status_code == 201

    said = refused(take(context.kiosk, "estate", holder=CARD), "numbers_enough")
    again = fresh()

    assert "2" in said and "导服台" in said and "明天" in said
    refused(take(again.kiosk, "estate", holder=CARD), "numbers_enough")
    assert take(again.kiosk, "estate", holder=OTHER).status_code == 201
    assert take(again.kiosk, "estate").status_code == 201  # who shows nothing is not counted
    again.clock.forward(minutes=24 * 60)
    assert take(again.kiosk, "estate", holder=CARD).status_code == 201


def test_a_limit_of_one_service_leaves_the_others_free(context):
    limit(context, numbers_of_service=1)
    give_up(context, take(context.kiosk, holder=CARD).json)

    assert "税务" in refused(take(context.kiosk, holder=CARD), "numbers_enough")
    assert take(context.kiosk, "social", holder=CARD).status_code == 201


def test_a_family_shares_a_phone_and_a_card_that_was_read_counts_alone(context):
    limit(context, numbers=1, per_phone=2)
    one = take(context.kiosk, holder=CARD, phone=PHONE)
    two = take(context.kiosk, holder=OTHER, phone=PHONE)
    third = {"name": "赵", "id_number": "110105194912310038", "card": "resident"}

    assert [one.status_code, two.status_code] == [201, 201]
    assert take(context.kiosk, holder=third, phone=PHONE).status_code == 201
    refused(take(context.kiosk, "social", phone=PHONE), "numbers_enough")


def test_what_is_given_up_because_of_the_hall_is_not_counted(context):
    limit(context, gave_up=1)
    late = take(context.kiosk, holder=CARD).json
    context.clock.forward(minutes=90)  # beyond the promise
    give_up(context, late)
    at_desk = take(context.guide, "social", holder=CARD).json
    assert context.guide.post(f"/tickets/{at_desk['id']}/cancellation").status_code == 201
    own = take(context.kiosk, holder=CARD)
    assert own.status_code == 201

    give_up(context, own.json)

    assert "1" in refused(take(context.kiosk, holder=CARD), "gave_up_enough")
    context.clock.forward(minutes=24 * 60)
    assert take(context.kiosk, holder=CARD).status_code == 201


def test_a_number_put_back_by_a_closed_window_and_given_up_is_not_counted(context):
    limit(context, gave_up=1)
    one = take(context.kiosk, holder=CARD).json
    keypad = context.device("keypad", window="1")
    assert keypad.post("/windows/1/calls").json["id"] == one["id"]
    assert context.manager.put("/windows/1/state", state="closed", in_hand="return").status_code == 200

    give_up(context, one)

    assert take(context.kiosk, holder=CARD).status_code == 201


def test_bookings_of_a_day_and_of_a_slot_are_limited_and_other_days_stay_free(context):
    limit(context, bookings=1, of_slot=1, per_phone=1)
    one = visitor(context)
    first, same_day, *_, last = slots(context)
    book = lambda slot, phone, who=one: who.post("/appointments", slot=slot["id"], phone=phone)
    assert book(first, PHONE).status_code == 201

    refused(book(same_day, PHONE, visitor(context)), "already_holds")
    other_service = slots(context, "social")[0]
    refused(book(other_service, PHONE, visitor(context)), "bookings_enough")

    assert book(last, PHONE).status_code == 201
    limit(context, of_slot=1)
    assert "一部手机" in refused(book(first, "13900000001"), "slot_enough")
    assert book(first, "13900000001", visitor(context)).status_code == 201


def test_staff_pass_over_a_limit_with_a_reason_in_one_event_and_machines_cannot(context):
    limit(context, numbers=1)
    assert context.auditor and take(context.kiosk, holder=CARD).status_code == 201
    refused(take(context.guide, "social", holder=CARD), "numbers_enough")
    assert take(context.kiosk, "social", holder=CARD, despite="family").status_code == 403
    before = context.seq

    given = take(context.guide, "social", holder=CARD, despite="family")

    assert given.status_code == 201
    (event,) = context.auditor.get("/events", after=before).json["items"]
    assert (event["kind"], event["body"]["limit"], event["body"]["despite"]) == ("ticket.issued", "numbers_enough", "family")
    unneeded = take(context.guide, "estate", holder=OTHER, despite="urgent")
    assert unneeded.status_code == 201
    (event,) = context.auditor.get("/events", after=before + 1).json["items"]
    assert not event["body"].get("despite")


# -- several services on one number


HOME = {"code": "home", "name": "安居", "legs": [{"service": "tax"}, {"service": "social"}]}


@pytest.fixture
def home(context):
    assert context.manager.put("/settings/packages", value={"items": [HOME]}).status_code == 200
    return context


def package(who, **more):
    return who.post("/tickets", package="home", **more)


def test_a_package_counts_as_one_number_and_for_each_of_its_services(home):
    limit(home, numbers=2, numbers_of_service=1)
    give_up(home, take(home.kiosk, "social", holder=CARD).json)

    said = refused(package(home.kiosk, holder=CARD), "numbers_enough")
    refused(package(home.guide, holder=CARD), "numbers_enough")
    rest = package(home.kiosk, holder=CARD, without=["social"])
    whole = package(home.kiosk, holder=OTHER)
    give_up(home, whole.json)

    assert "社保" in said and [rest.status_code, whole.status_code] == [201, 201]
    refused(take(home.kiosk, "social", holder=OTHER), "numbers_enough")
    refused(package(home.kiosk, holder=OTHER), "numbers_enough")
    assert take(home.kiosk, "estate", holder=OTHER).status_code == 201  # the package was one number


def test_a_refused_person_gets_no_package_but_by_staff_with_a_reason_in_one_event(home):
    assert home.guide.post("/refusals", holder=CARD, reason="touting", days=2).status_code == 201
    refused(package(home.kiosk, holder=CARD), "person_refused")
    assert package(home.kiosk, holder=CARD, despite="in_person").status_code == 403
    auditor, before = home.auditor, home.seq

    given = package(home.guide, holder=CARD, despite="in_person")

    assert given.status_code == 201
    (event,) = auditor.get("/events", after=before).json["items"]
    told = [event["body"][name] for name in ("package", "limit", "despite")]
    assert (event["kind"], told) == ("ticket.issued", ["home", "person_refused", "in_person"])


def test_a_booked_package_counts_for_each_of_its_services_and_who_comes_for_more_than_was_booked_is_held_to_the_limits(home):
    limit(home, bookings_of_service=1, numbers_of_service=1)
    book = lambda holder, slot, **more: home.app.post("/appointments", slot=slot["id"], holder=holder, phone=PHONE, **more)
    first, second, *_ = slots(home)
    social = next(s for s in slots(home, "social") if s["id"].endswith(second["id"].split("@")[1]))
    whole = book(OTHER, first, package="home")
    assert whole.status_code == 201

    assert "社保" in refused(book(OTHER, social), "already_holds")
    home.app.delete(f"/appointments/{whole.json['id']}")
    assert book(OTHER, social).status_code == 201
    assert "社保" in refused(book(OTHER, second, package="home"), "already_holds")

    give_up(home, take(home.kiosk, "social", holder=CARD).json)
    booked = book(CARD, first).json
    home.clock.forward(seconds=(int(first["id"].split("@")[1]) - home.clock()) // 1000)
    refused(package(home.kiosk, holder=CARD), "numbers_enough")  # social was had today
    alone = take(home.kiosk, holder=CARD)
    assert alone.status_code == 201 and alone.json["id"] == booked["id"]


# -- no-shows


def test_who_missed_by_the_halls_fault_is_not_barred_and_who_did_not_come_still_takes_at_the_kiosk(context):
    context.manager.put("/settings/rules", value={"appointments": {"block_days": 30, "misses_allowed": 0}})
    limit(context, missed_numbers=True)
    one = take(context.kiosk, holder=CARD, phone=PHONE).json
    keypad = context.device("keypad", window="1")
    for path in ("/windows/1/calls", f"/tickets/{one['id']}/miss"):
        assert keypad.post(path).status_code == 201
    context.clock.forward(minutes=31)
    context.server.context.clockwork.tick()

    refused(context.app.post("/appointments", slot=slots(context)[0]["id"], phone=PHONE), "missed_too_many")
    assert take(context.kiosk, holder=CARD, phone=PHONE).status_code == 201
    booked = context.app.post("/appointments", slot=slots(context)[0]["id"], phone="13900000001").json
    context.manager.put("/services/tax", closed=True)
    context.clock.forward(minutes=24 * 60)
    context.server.context.clockwork.tick()
    context.manager.put("/services/tax", closed=False)
    assert context.app.post("/appointments", slot=slots(context)[0]["id"], phone="13900000001").status_code == 201, booked


# -- refused persons


def test_a_refused_person_is_told_why_until_when_and_whom_to_ask_and_is_forgotten_when_it_ends(context, fresh):
    held = take(context.kiosk, "social", holder=CARD).json
    put = context.guide.post("/refusals", holder=CARD, reason="touting", days=2)
    assert put.status_code == 201, put.text

    said = refused(take(context.kiosk, holder=CARD), "person_refused")
    listed = context.manager.get("/refusals").json["items"]

    assert "倒卖" in said and "11月21日" in said or "2026-11-21" in said, said
    assert "导服台" in said
    assert [(one["name"], one["id_last4"], one["reason"], one["by"]) for one in listed] == [("李*", "0014", "touting", context.guide.name)]
    journal = json.dumps(context.auditor.get("/events", limit=1000).json, ensure_ascii=False)
    assert CARD["id_number"] not in journal and "李" not in journal and "0014" not in journal
    assert context.ledger.floor.tickets[held["id"]].state == "waiting"  # what they hold stands
    assert take(context.guide, holder=CARD, despite="in_person").status_code == 201
    again = fresh()
    refused(take(again.kiosk, "estate", holder=CARD), "person_refused")
    again.clock.forward(minutes=2 * 24 * 60)
    again.server.context.clockwork.tick()
    assert take(again.kiosk, "estate", holder=CARD).status_code == 201
    assert again.ledger.do("test", lambda tx: tx.find(RefusedPerson)) == []


def test_who_is_taken_off_the_list_is_given_numbers_and_a_second_time_is_the_same(context):
    one = context.manager.post("/refusals", phone=PHONE, reason="giving_up", days=30).json
    refused(context.app.post("/appointments", slot=slots(context)[0]["id"], phone=PHONE), "person_refused")

    assert [context.guide.delete(f"/refusals/{one['id']}").status_code for _ in range(2)] == [204, 204]

    assert context.app.post("/appointments", slot=slots(context)[0]["id"], phone=PHONE).status_code == 201
    assert context.guide.post("/refusals", holder={"name": "李四"}, reason="touting", days=1).status_code == 422
    assert context.clerk.get("/refusals").status_code == 403


# -- here


def proved(context, page=None):
    page = page or visitor(context, "/here")
    code = context.device("display").get("/here/code").json["url"].rpartition("#")[2]
    answer = page.post("/here", code=code)
    assert answer.status_code == 201, answer.text
    return page, answer.json["right"]


def test_a_phone_takes_one_number_in_the_hall_and_it_is_a_number_like_any_other(context):
    context.manager.put("/settings/here", value={"numbers": True})
    page, right = proved(context)

    answer = page.post("/tickets/here", service="tax", right=right, phone=PHONE)

    assert answer.status_code == 201, answer.text
    ticket = answer.json
    assert (ticket["number"], ticket["class"], ticket["channel"], ticket["ahead"]) == ("A001", "ordinary", "phone", 0)
    assert context.nobody().get(f"/track/{ticket['track']}").json["number"] == "A001"
    event = [one for one in context.auditor.get("/events", limit=1000).json["items"] if one["kind"] == "ticket.issued"][-1]
    assert (event["actor"], event["body"]["here"]) == ("holder", "code")
    refused(page.post("/tickets/here", service="social", right=right), "already_holds")
    assert context.nobody().post(f"/tickets/{ticket['track']}/cancellation").status_code == 201
    assert page.post("/tickets/here", service="social", right=right).status_code == 201


def test_a_code_is_good_for_two_of_its_lengths_and_a_right_for_its_browser_and_time(context):
    context.manager.put("/settings/here", value={"numbers": True, "code_s": 60, "right_s": 120})
    display, page = context.device("display"), visitor(context, "/here")
    old = display.get("/here/code").json["url"].rpartition("#")[2]
    _, right = proved(context, page)
    take_it = lambda who, with_: who.post("/tickets/here", service="tax", right=with_)

    refused(take_it(visitor(context, "/here"), right), "here_over")  # another's
    refused(take_it(page, right[:-1] + ("a" if right[-1] != "a" else "b")), "here_over")
    context.clock.forward(seconds=121)

    refused(page.post("/here", code=old), "here_over")
    refused(take_it(page, right), "here_over")
    assert context.nobody().get("/here/code").status_code == 401
    assert context.app.get("/here/code").status_code == 403
    context.manager.put("/settings/here", value={})
    refused(display.get("/here/code"), "here_off")


def test_a_poster_is_good_until_it_has_another_number_and_a_place_only_near_and_sure(context):
    put = lambda **value: context.manager.put("/settings/here", value={"numbers": True} | value)
    put()
    refused(context.manager.get("/here/poster"), "no_poster")
    put(poster=1, latitude=28.85, longitude=120.73, radius_m=200)
    code, page = context.manager.get("/here/poster").json["url"].rpartition("#")[2], visitor(context, "/here")

    assert page.post("/here", code=code).json["how"] == HereBy.POSTER
    near, far = {"latitude": 28.8510, "longitude": 120.73}, {"latitude": 28.8530, "longitude": 120.73}
    assert page.post("/here", **near, accuracy=30).json["how"] == HereBy.PLACE
    refused(page.post("/here", **far, accuracy=30), "not_here")
    refused(page.post("/here", **near, accuracy=900), "not_here")
    put(poster=2)
    refused(page.post("/here", code=code), "here_over")
    refused(page.post("/here", **near, accuracy=30), "not_here")
    assert context.manager.put("/settings/here", value={"latitude": 28.85}).status_code == 422
    assert 111_000 < proofs.metres((28.0, 120.0), (29.0, 120.0)) < 111_400
    assert not proofs.by_place(Here(), 0, 0, 0)


def test_a_booking_is_checked_in_on_the_phone_by_the_same_proof(context):
    context.manager.put("/settings/here", value={"checkin": True})
    booked = context.app.post("/appointments", slot=slots(context)[0]["id"], phone=PHONE).json
    context.clock.now = context.ledger.floor.tickets[booked["id"]].slot_at - 5 * 60_000
    page, right = proved(context)
    path = f"/appointments/{booked['track']}/checkin"

    refused(page.post(path), "here_over")
    done = page.post(path, right=right)

    assert (done.status_code, done.json["number"]) == (201, "YA001"), done.text
    assert page.post(f"/appointments/{booked['id']}/checkin", right=right).status_code in (401, 403)  # an id is no right to it


# -- a phone that is proved


class Gateway(list):
    def __call__(self, message):
        self.append(message)


@pytest.fixture
def context_with(fresh):
    """A hall with a gateway, and what is sent to it."""
    context, sent = fresh(settings=ServerSettings(notify=NotifyTable(url="https://gateway.example"))), Gateway()
    context.server.context.notifier.post = sent
    return context, sent


def test_a_booking_on_the_phone_counts_only_with_the_code_that_was_sent(context_with):
    context, gateway = context_with
    limit(context, verified=True)
    page, slot = visitor(context), slots(context)[0]["id"]
    refused(page.post("/appointments", slot=slot, phone=PHONE), "phone_not_proved")
    assert page.post("/phones/codes", phone=PHONE).status_code == 201
    code = next(part for part in gateway[0]["text"].replace("，", " ").replace("码", " ").split() if part.isdecimal() and len(part) == 6)
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    refused(page.post("/phones/proofs", phone=PHONE, code=wrong), "code_wrong")

    proof = page.post("/phones/proofs", phone=PHONE, code=code).json["proof"]

    refused(page.post("/phones/proofs", phone=PHONE, code=code), "code_over")  # used up
    refused(page.post("/appointments", slot=slot, phone="13900000001", proof=proof), "phone_not_proved")
    refused(visitor(context).post("/appointments", slot=slot, phone=PHONE, proof=proof), "phone_not_proved")
    assert page.post("/appointments", slot=slot, phone=PHONE, proof=proof).status_code == 201
    kept = json.dumps([one.value for one in context.ledger.do("test", lambda tx: tx.find(Secret))])
    assert code not in kept and PHONE not in kept
    assert (
        context.kiosk.post("/appointments", slot=slots(context, "social")[0]["id"], holder=OTHER).status_code == 201
    )  # no phone, no check


def test_codes_are_few_for_a_phone_and_for_an_address_and_wrong_ones_end(context_with):
    context, _ = context_with
    limit(context, verified=True)
    page = visitor(context)
    assert page.post("/phones/codes", phone=PHONE).status_code == 201
    refused(page.post("/phones/codes", phone=PHONE), "code_just_sent")
    codes = [refused(page.post("/phones/proofs", phone=PHONE, code=f"99999{n}"), code) for n, code in enumerate(["code_wrong"] * 5)]
    refused(page.post("/phones/proofs", phone=PHONE, code="999999"), "code_over")
    for _ in range(4):
        context.clock.forward(seconds=61)
        assert page.post("/phones/codes", phone=PHONE).status_code == 201
    context.clock.forward(seconds=61)

    refused(page.post("/phones/codes", phone=PHONE), "codes_enough")
    answers = [page.post("/phones/codes", phone=f"139000000{n:02}").status_code for n in range(20)]

    assert len(codes) == 5 and answers.count(429) and answers[0] == 201


def test_without_a_gateway_phones_cannot_be_asked_to_prove_themselves(context):
    answer = context.manager.put("/settings/holders", value={"verified": True})

    assert (answer.status_code, answer.json["code"]) == (409, "no_gateway")
    refused(visitor(context).post("/phones/codes", phone=PHONE), "no_gateway")
