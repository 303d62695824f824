"""What a kiosk is told of the hall, so that it offers only what can be had and words its slips by the hall's own rules."""

import pytest

CARD = {"name": "张三", "id_number": "11010519491231002X", "card": "resident"}
OTHER = {"name": "李四", "id_number": "110105198001010010", "card": "resident"}


def offered(context, code="tax"):
    return next(s for s in context.kiosk.get("/services").json["items"] if s["code"] == code)


def set_to(context, name, value):
    assert context.manager.put(f"/settings/{name}", value=value).status_code == 200


def test_a_quota_that_is_given_out_is_said_with_the_service_before_anybody_is_refused(context):
    set_to(context, "rules", {"quotas": [{"service": "tax", "start": 0, "end": 1440, "tickets": 2}]})
    context.kiosk.post("/tickets", service="tax")
    assert not offered(context)["full"]

    context.kiosk.post("/tickets", service="tax")

    assert offered(context)["full"] and not offered(context, "social")["full"]
    refused = context.kiosk.post("/tickets", service="tax")
    assert (refused.status_code, refused.json["code"]) == (409, "quota_full")


def test_what_no_open_window_serves_is_told_and_where_it_would_be_called(context):
    assert offered(context, "estate") | {"served": True} == offered(context, "estate")
    assert [w["no"] for w in offered(context, "estate")["windows"]] == ["3"]

    context.manager.put("/windows/3/state", state="paused", reason="break")
    assert offered(context, "estate")["served"]  # somebody will be back
    context.manager.put("/windows/3/state", state="closed")

    assert not offered(context, "estate")["served"]
    assert [w["no"] for w in offered(context, "estate")["windows"]] == ["3", "A12"]


def test_before_the_hall_opens_nobody_is_told_that_windows_are_closed(context):
    context.manager.put("/windows/3/state", state="closed")
    set_to(context, "hours", {"friday": ["13:00-17:00"]})

    assert offered(context, "estate")["served"]


@pytest.mark.parametrize("age", [60, 70])
def test_who_may_use_the_green_channel_and_what_becomes_of_a_missed_number_are_told_as_they_are_set(context, age):
    rules = {"green": {"reasons": ["elderly", "pregnant"], "age": age}, "returns": {"within_s": 600, "times": 2}}
    set_to(context, "rules", rules)

    told = context.kiosk.get("/hall").json["rules"]

    assert told["green"] == {"reasons": ["elderly", "pregnant"], "age": age, "automatic": False}
    assert told["returns"] == {"within": 600, "times": 2}


def test_a_kiosk_finds_the_live_numbers_of_a_person_and_nobody_elses(context):
    mine = context.kiosk.post("/tickets", service="tax", holder=CARD).json
    also = context.kiosk.post("/tickets", service="estate", holder=CARD).json
    context.kiosk.post("/tickets", service="social", holder=CARD)
    context.kiosk.post("/tickets", service="tax", holder=OTHER)
    given_up = next(t for t in context.kiosk.post("/tickets/search", holder=CARD).json["items"] if t["service"] == "social")
    context.kiosk.post(f"/tickets/{given_up['id']}/cancellation")
    before = context.seq

    found = context.kiosk.post("/tickets/search", holder=CARD)

    assert [t["number"] for t in found.json["items"]] == [mine["number"], also["number"]]
    assert found.json["items"][0]["service_name"] == "税务申报" and context.seq == before  # asking changes nothing
    assert CARD["name"] not in found.text and CARD["id_number"] not in found.text
    assert context.app.post("/tickets/search", holder=CARD).status_code == 403
    assert context.kiosk.post("/tickets/search").json["items"] == []


@pytest.mark.parametrize(("language", "end"), [("zh", ""), ("en", "?lang=en")])
def test_the_slips_code_opens_the_phone_page_in_the_language_of_the_number(context, language, end):
    ticket = context.kiosk.post("/tickets", service="tax", language=language).json

    assert ticket["url"].endswith(f"/t/{ticket['track']}{end}")


def test_a_second_booking_is_refused_without_any_internal_name(context):
    slot = context.app.get("/slots?service=tax&days=2").json["items"][0]
    booked = context.app.post("/appointments", slot=slot["id"], phone="13800138000").json

    again = context.app.post("/appointments", slot=slot["id"], phone="13800138000")

    assert again.status_code == 409 and booked["id"] not in again.json["detail"]
