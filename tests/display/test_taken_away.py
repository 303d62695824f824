"""What a manager's page shows can be taken away, on paper and as a file; what is typed there is not lost without a question."""

import csv
import io

import pytest
from presses import go
from tools import shots

from hatch_build import WEB

OFFICE = {"width": 1440, "height": 900}
PAPER = {"width": 1031, "height": 700}  # an A4 sheet lying, within its margins
PAGES = [
    "figures",
    "year",
    "from_to",
    "calm",
    "busy",
    "services",
    "windows",
    "rosters",
    "staff",
    "tokens",
    "devices",
    "forecast",
    "plans",
    "rules",
    "hours",
]
OUTSIDE = """() => [...document.querySelectorAll('.content *')].filter(one => {
  const box = one.getBoundingClientRect();
  return box.width && box.height && !one.closest('.unseen') && box.right > document.documentElement.clientWidth + 1;
}).map(one => one.outerHTML.slice(0, 120))"""


@pytest.fixture
def office(hall, chromium, watched):
    context = hall.signed_in(chromium, "manager", viewport=OFFICE, accept_downloads=True)
    page = watched(context.new_page())
    page.goto("/manage")
    page.locator(".floor").wait_for()
    yield page
    context.close()


def test_every_table_of_the_managers_pages_is_the_one_that_can_be_taken_away():
    own = {path.name for path in (WEB / "manage").glob("*.vue") if "<table" in path.read_text(encoding="utf-8")}

    assert own == {"DataTable.vue"}


@pytest.mark.parametrize("state", [one for one in PAGES if one in shots.states("manage")])
def test_a_page_prints_with_hall_and_day_without_navigation_and_with_nothing_cut(tab, root, state):
    tab.set_viewport_size(PAPER)
    tab.goto(root + shots.address("manage", state, "zh"))
    shots.ready(tab)
    tab.locator(".content h1, .content .floor").first.wait_for()

    tab.emulate_media(media="print")

    assert not tab.locator(".side").is_visible() and tab.locator(".content .push:visible, .content .take:visible").count() == 0
    head = tab.locator("p.on-paper").inner_text()
    assert "云溪县政务服务中心" in head and "11月20日" in head
    assert tab.evaluate(OUTSIDE) == []


def test_every_chart_is_drawn_to_the_width_of_the_paper(tab, root):
    tab.goto(root + shots.address("manage", "figures", "zh"))
    shots.ready(tab)
    tab.locator(".daychart svg").first.wait_for()

    tab.set_viewport_size(PAPER)
    tab.emulate_media(media="print")

    for svg in tab.locator(".daychart svg").all():
        assert svg.get_attribute("viewBox")
        assert svg.bounding_box()["height"] > 80
        assert svg.bounding_box()["width"] <= svg.locator("xpath=ancestor::section").bounding_box()["width"] + 1


def taken(tab, name):
    with tab.expect_download() as told:
        tab.get_by_role("button", name=name).first.click()
    text = open(told.value.path(), encoding="utf-8-sig", newline="").read()
    return told.value.suggested_filename, list(csv.reader(io.StringIO(text)))


def test_the_peak_calendar_is_taken_with_the_name_of_each_plan_on_its_day(tab, root):
    tab.goto(root + shots.address("manage", "plans", "zh"))
    shots.ready(tab)

    _, rows = taken(tab, "下载“高峰日历”（CSV）")

    assert rows[0][2:4] == ["2026-11-20", "2026-11-21"] and len(rows[0]) == 30
    assert rows[1][0] == "居民身份证申领、换领、补领" and rows[1][2:4] == ["身份证高峰（寒暑假前）", ""]


def test_a_table_is_taken_as_csv_with_the_words_that_stand_on_the_page(tab, root):
    tab.goto(root + shots.address("manage", "figures", "zh"))
    first = tab.locator(".figures .wide-table table.data").first
    first.wait_for()
    shown = [row.split("\t") for row in first.inner_text().splitlines() if row.strip()]

    file, rows = taken(tab, "下载“统计 事项”（CSV）")

    assert file.endswith("2026-11-20.csv") and file.startswith("统计")
    assert [[cell.strip() for cell in row] for row in rows] == [[cell.strip() for cell in row] for row in shown]


def test_a_chart_is_taken_as_the_numbers_it_is_drawn_from(tab, root):
    tab.goto(root + shots.address("manage", "figures", "zh"))
    tab.locator(".daychart svg").first.wait_for()

    _, rows = taken(tab, "下载“每小时取号”（CSV）")

    assert rows[0][1:] == ["当天", "往常"] or set(rows[0][1:]) == {"当天", "往常"}
    assert len(rows) > 5 and all(row[0].endswith(":00") for row in rows[1:])


def test_a_name_that_looks_like_a_formula_is_a_text_in_the_file(office):
    office.context.request.put("/api/v1/services/tax", data={"aliases": []}, headers=office.context.csrf)
    go(office, "windows")
    before = office.context.request.get("/api/v1/windows/2").json()
    office.context.request.put("/api/v1/windows/2", data={"zone": "=HYPERLINK(1)"}, headers=office.context.csrf)
    office.get_by_text("=HYPERLINK(1)").wait_for()

    _, rows = taken(office, "下载“窗口”（CSV）")

    office.context.request.put("/api/v1/windows/2", data={"zone": before["zone"]}, headers=office.context.csrf)
    assert "'=HYPERLINK(1)" in [cell for row in rows for cell in row]


# -- what is typed


def test_leaving_a_settings_page_with_changes_asks_and_staying_keeps_them(office):
    go(office, "rules")
    office.locator("#cap_s").fill("77")

    office.locator(".side").get_by_role("link", name="开放时间").click()
    question = office.get_by_role("dialog", name="有修改没有保存")
    question.get_by_role("button", name="继续修改").click()
    assert office.locator("#cap_s").input_value() == "77"

    office.locator(".side").get_by_role("link", name="开放时间").click()
    question.get_by_role("button", name="放弃修改").click()
    office.locator(".hours").wait_for()
    assert office.url.endswith("#hours")


def test_what_was_saved_and_what_was_not_touched_is_left_without_a_question(office):
    for page, there in (("rules", ".rules"), ("hours", ".hours"), ("voice", ".voicing")):
        go(office, page)
        office.locator(there).wait_for()
        office.locator(".side").get_by_role("link", name="通知").click()
        office.locator("h1", has_text="通知").wait_for()
    go(office, "voice")
    office.get_by_label("每个号播报").select_option("3")
    office.get_by_role("button", name="保存").click()
    office.locator(".note:not(.wrong)").wait_for()

    office.locator(".side").get_by_role("link", name="通知").click()

    office.locator("h1", has_text="通知").wait_for()
    office.context.request.put("/api/v1/settings/voice", data={"value": {}}, headers=office.context.csrf)


def test_closing_a_form_with_changes_asks_too(office):
    go(office, "services")
    office.get_by_role("button", name="修改 纳税申报").click()
    office.get_by_label("群众怎么叫它").fill("报税")

    office.keyboard.press("Escape")

    question = office.get_by_role("dialog", name="有修改没有保存")
    question.get_by_role("button", name="继续修改").click()
    assert office.get_by_label("群众怎么叫它").input_value() == "报税"
    office.get_by_role("button", name="取消").click()
    question.get_by_role("button", name="放弃修改").click()
    office.get_by_label("群众怎么叫它").wait_for(state="detached")


def test_closing_the_browser_with_changes_is_asked_by_the_browser(office):
    go(office, "voice")
    asked = []
    office.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    office.get_by_label("每个号播报").select_option("3")

    office.close(run_before_unload=True)
    office.wait_for_event("dialog") if not asked else None

    assert asked == ["beforeunload"]


# -- found by what people call it


def test_a_word_set_on_the_services_page_finds_the_service_at_guide_desk_and_phone(hall, office, chromium, watched):
    go(office, "services")
    office.get_by_role("button", name="修改 纳税申报").click()
    office.get_by_label("群众怎么叫它").fill("报税、交税")
    office.get_by_role("button", name="保存").click()
    office.locator(".note:not(.wrong)").wait_for()
    guide = watched(hall.signed_in(chromium, "guide", viewport=OFFICE).new_page())
    guide.goto("/guide")
    phone = watched(chromium.new_context(base_url=hall.url, viewport={"width": 390, "height": 844}, locale="zh-CN").new_page())
    phone.goto("/book")

    for page, box, found in ((guide, ".guide input[type=search]", ".servicelist li"), (phone, ".book input[type=search]", ".book button")):
        for typed in ("报税", "bs"):
            page.locator(box).first.fill(typed)
            page.locator(found, has_text="纳税申报").first.wait_for()
    office.context.request.put("/api/v1/services/tax", data={"aliases": []}, headers=office.context.csrf)
    guide.context.close()
    phone.context.close()
