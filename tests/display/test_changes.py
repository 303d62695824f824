"""A change that hits people: the manager is asked with the count before it is saved, and the holder's phone says it and offers times."""

import datetime

import pytest
from presses import save

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

    assert "1个预约" in question and day in question and "预约的时间不再办理" in question and "纳税申报及税款缴纳" in question
    assert "holidays" not in unsaved
    assert "不再办理这项业务" in sentence and day in sentence
    moved = hall.ask("GET", f"/track/{booked['track']}")
    assert moved["state"] == "booked" and moved["slot_at"][:10] != day
    hall.give_up(booked)


CALENDAR = """{"year": 2027, "days": [
  {"name": "春节", "date": "2027-02-05", "isOffDay": true}, {"name": "春节", "date": "2027-02-08", "isOffDay": true},
  {"name": "春节", "date": "2027-02-20", "isOffDay": false}]}"""
CALENDAR_AS_ICS = """BEGIN:VCALENDAR
BEGIN:VEVENT
DTSTART;VALUE=DATE:20280126
DTEND;VALUE=DATE:20280128
SUMMARY:春节 休
END:VEVENT
END:VCALENDAR"""


def stored(office):
    return office.request.get("/api/v1/settings/hours").json()["value"]


def test_a_season_a_closed_fortnight_and_a_made_up_day_are_typed_and_stay(office):
    office.get_by_role("button", name="+ 增加一段", exact=True).first.click()
    office.get_by_role("button", name="增加作息").click()
    office.get_by_label("结束月份").select_option("08")
    office.get_by_label("结束日").select_option("31")
    office.locator(".season").get_by_label("星期一 到").fill("11:30")
    office.get_by_role("button", name="增加一段日子").click()
    office.get_by_label("原因，如春节").fill("搬迁")
    office.get_by_label("第一天").fill("2030-03-01")
    office.get_by_label("最后一天").fill("2030-03-14")
    office.get_by_role("button", name="增加调休上班").click()
    office.get_by_label("上班的日子").fill("2030-03-16")
    office.get_by_label("按这天算：").select_option("thursday")

    save(office)

    hours = stored(office)
    (season,) = hours["seasons"]
    assert (season["name"], season["first"], season["last"], season["monday"]) == ("夏季作息", "05-01", "08-31", ["09:00-11:30"])
    assert hours["closed"] == [{"name": "搬迁", "first": "2030-03-01", "last": "2030-03-14"}]
    assert hours["makeup"] == {"2030-03-16": "thursday"} and hours["monday"] == ["09:00-12:00"]
    office.reload()
    office.locator(".season").wait_for()
    assert office.get_by_label("结束月份").input_value() == "08" and office.get_by_label("按这天算：").input_value() == "thursday"


def test_a_seasons_mistake_is_said_and_nothing_is_stored(office):
    office.get_by_role("button", name="+ 增加一段", exact=True).first.click()
    for _ in range(2):
        office.get_by_role("button", name="增加作息").click()
    office.get_by_role("button", name="保存").click()
    office.locator(".note.wrong", has_text="重叠").wait_for()

    assert "seasons" not in stored(office)


def test_a_years_list_is_imported_from_either_form_and_what_is_missing_is_said(office):
    office.get_by_role("button", name="+ 增加一段", exact=True).first.click()
    save(office)
    office.locator(".note.wrong").first.wait_for()
    year = int(office.locator(".note.wrong").first.inner_text()[:4])
    first = office.locator(".note.wrong").all_inner_texts()
    chooser = office.locator("input[type=file]")

    chooser.set_input_files({"name": "2027.json", "mimeType": "application/json", "buffer": CALENDAR.replace("2027", str(year)).encode()})
    office.get_by_text("已导入并生效").wait_for()
    after = stored(office)
    left = office.locator(".note.wrong").all_inner_texts()
    chooser.set_input_files({"name": "2028.ics", "mimeType": "text/calendar", "buffer": CALENDAR_AS_ICS.encode()})
    office.get_by_text("已导入并生效：不开放4天").wait_for()
    chooser.set_input_files({"name": "x.json", "mimeType": "application/json", "buffer": b"{}"})
    office.locator(".note.wrong", has_text="这不是节假日清单").wait_for()

    assert f"{year}年的节假日和调休还没有设置" in first[0] and len(left) == len(first) - 1
    assert after["holidays"] == [f"{year}-02-05", f"{year}-02-08"] and list(after["makeup"]) == [f"{year}-02-20"]
    assert {"2028-01-26", "2028-01-27"} <= set(stored(office)["holidays"])


def test_days_that_are_typed_and_not_saved_outlive_the_import_of_a_list(office):
    office.get_by_role("button", name="+ 增加一段", exact=True).first.click()
    office.get_by_role("button", name="增加一天").click()
    office.locator(".dated input[type=date]").last.fill("2029-05-02")
    save(office)
    office.get_by_role("button", name="增加一天").click()
    office.locator(".dated input[type=date]").last.fill("2029-06-15")
    office.get_by_role("button", name="增加调休上班").click()
    office.get_by_label("上班的日子").fill("2029-06-16")
    list_ = {"name": "2029.json", "mimeType": "application/json", "buffer": CALENDAR.replace("2027", "2029").encode()}

    office.locator("input[type=file]").set_input_files(list_)
    office.get_by_text("已导入并生效：不开放2天，调休上班1天").wait_for()
    shown = office.locator(".hours input[type=date]").evaluate_all("all => all.map(one => one.value)")
    imported = stored(office)
    save(office)

    assert {"2029-02-05", "2029-02-08", "2029-02-20", "2029-06-15", "2029-06-16"} <= set(shown)
    assert "2029-05-02" not in shown  # of the file's year the file says all, but for what was typed
    assert "2029-06-15" not in imported["holidays"]
    assert "2029-06-15" in stored(office)["holidays"] and set(stored(office)["makeup"]) == {"2029-02-20", "2029-06-16"}


def test_an_import_leaves_nothing_unsaved_that_was_not_typed(office):
    office.get_by_role("button", name="+ 增加一段", exact=True).first.click()
    save(office)
    list_ = {"name": "2029.json", "mimeType": "application/json", "buffer": CALENDAR.replace("2027", "2029").encode()}

    office.locator("input[type=file]").set_input_files(list_)
    office.get_by_text("已导入并生效").wait_for()
    office.get_by_role("link", name="大厅现况").click()

    office.locator(".floor").wait_for()
    assert office.locator(".dialog").count() == 0


def test_closing_the_only_window_that_serves_those_in_line_is_asked_first(hall, office):
    hall.open("3")
    ticket = hall.take("estate")
    office.goto("/manage#floor")
    office.locator(".tile", has_text="不动产").click()
    office.locator(".window-dialog").get_by_role("button", name="关闭", exact=True).click()

    office.locator(".window-dialog").get_by_role("button", name="关闭窗口").click()
    question = office.locator(".dialog", has_text="没有开放的窗口能办")
    question.wait_for()
    said = question.inner_text()
    question.get_by_role("button", name="先不保存").click()

    assert "1个号" in said and "仍在队里" in said
    assert hall.ask("GET", "/board")["windows"][2]["state"] == "open"
    hall.give_up(ticket)
    hall.ask("PUT", "/windows/3/state", {"state": "closed"}, hall.keypad("3"))


def test_what_hits_nobody_is_saved_without_a_question(office):
    office.locator("#last").fill("5")
    office.get_by_role("button", name="保存").click()
    office.locator(".note:not(.wrong)").wait_for()

    assert office.locator(".dialog").count() == 0
