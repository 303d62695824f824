"""A change that hits people: the manager is asked with the count before it is saved, and the holder's phone says it and offers times."""

import datetime

import pytest

OFFICE, PHONE = {"width": 1440, "height": 900}, {"width": 360, "height": 740}


@pytest.fixture
def office(hall, chromium, watched):
    context = hall.signed_in(chromium, "manager", viewport=OFFICE)
    page = watched(context.new_page())
    page.goto("/manage#hours")
    yield page
    page.request.put("/api/v1/settings/hours", data={"value": {}}, headers=context.csrf)
    context.close()


@pytest.fixture
def phone(hall, chromium, watched):
    context = chromium.new_context(base_url=hall.url, viewport=PHONE, has_touch=True)
    context.add_init_script("localStorage.setItem('hall.language', 'zh')")
    yield watched(context.new_page())
    context.close()


def test_a_day_is_closed_after_it_was_booked(hall, office, phone):
    day = (datetime.date.fromisoformat(hall.ask("GET", "/hall")["now"][:10]) + datetime.timedelta(days=2)).isoformat()
    token = hall.command("token", "--role", "app").split()[-1]
    slot = hall.ask("GET", f"/slots?service=tax&day={day}", None, token)["items"][3]["id"]
    booked = hall.ask("POST", "/appointments", {"slot": slot, "phone": "13800138000"}, token)
    phone.goto(f"/t/{booked['track']}")
    phone.locator(".track .booking").wait_for()

    office.get_by_role("button", name="增加一天").click()
    office.locator(".dated input[type=date]").fill(day)
    office.get_by_role("button", name="保存").click()
    question = office.locator(".dialog").inner_text()
    office.get_by_role("button", name="先不保存").click()
    unsaved = office.request.get("/api/v1/settings/hours").json()["value"]
    office.get_by_role("button", name="保存").click()
    office.get_by_role("button", name="仍要保存").click()
    office.locator(".note:not(.wrong)").wait_for()
    told = phone.locator(".unkept")
    told.wait_for()
    sentence = told.inner_text()
    told.locator(".days button:not([disabled])").first.tap()
    told.locator(".times button:not([disabled])").first.tap()
    told.get_by_role("button", name="改到这个时间").tap()
    told.wait_for(state="detached")

    assert "1个预约" in question and day in question and "预约的时间大厅不办公" in question and "纳税申报及税款缴纳" in question
    assert "holidays" not in unsaved
    assert "大厅不办公了" in sentence and day in sentence
    moved = hall.ask("GET", f"/track/{booked['track']}")
    assert moved["state"] == "booked" and moved["slot_at"][:10] != day


def test_what_hits_nobody_is_saved_without_a_question(office):
    office.locator("#last").fill("5")
    office.get_by_role("button", name="保存").click()
    office.locator(".note:not(.wrong)").wait_for()

    assert office.locator(".dialog").count() == 0
