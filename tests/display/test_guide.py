"""The guide's page against a running hall: helping someone is three touches, every way is counted, and nobody queues twice."""

from datetime import UTC, datetime, timedelta

import pytest

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def guide(hall, chromium, watched):
    context = hall.signed_in(chromium, "guide", viewport=PHONE, has_touch=True)
    page = watched(context.new_page())
    page.goto("/guide")
    page.locator(".servicelist .row").first.wait_for()
    yield page
    for ticket in context.request.get("/api/v1/tickets?limit=500").json()["items"]:
        if ticket["state"] in ("waiting", "missed", "called"):
            hall.give_up(ticket)
    context.close()


def counted(hall, guide, to):
    """How often visitors were sent this way today, as the hall has it."""
    answer = guide.context.request.post("/api/v1/diversions", data={"to": to}, headers=guide.context.csrf)
    return answer.json()["today"]


def choose(guide, initials="nssb"):
    guide.get_by_role("searchbox").fill(initials)
    guide.locator(".servicelist button.row").first.tap()


def test_a_number_is_three_touches_and_is_counted_as_sent_to_a_window(hall, guide):
    before = counted(hall, guide, "window")

    choose(guide)
    guide.get_by_role("button", name="到窗口 · 取号").tap()

    guide.locator(".issued .plate").wait_for()
    number = guide.locator(".issued .plate").inner_text()
    guide.wait_for_timeout(600)
    found = guide.context.request.get(f"/api/v1/tickets?number={number}").json()["items"][0]
    assert (found["service"], found["channel"], found["class"]) == ("tax", "desk", "ordinary")
    assert counted(hall, guide, "window") == before + 2  # this one, and the question itself


@pytest.mark.parametrize("how", [{"isComposing": True}, {"keyCode": 229}])
def test_the_enter_that_confirms_a_word_of_an_input_method_chooses_nothing(guide, how):
    search = guide.get_by_role("searchbox")
    search.fill("n")

    search.evaluate("(box, how) => box.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', bubbles: true, ...how}))", how)

    assert search.is_visible()
    search.press("Enter")
    guide.get_by_role("button", name="到窗口 · 取号").wait_for()


def test_the_green_channel_asks_for_the_reason_and_the_name_comes_back_masked(hall, guide):
    choose(guide)
    guide.get_by_role("button", name="绿色通道 · 取号").tap()
    assert guide.get_by_role("button", name="绿色通道 · 取号").is_disabled()
    guide.get_by_role("button", name="孕产妇").tap()
    guide.get_by_placeholder("姓名").fill("欧阳晓彤")
    guide.get_by_role("button", name="绿色通道 · 取号").tap()

    guide.locator(".issued .plate").wait_for()
    number = guide.locator(".issued .plate").inner_text()
    guide.get_by_role("button", name="排队情况").tap()
    guide.get_by_placeholder("号码，如 A012").fill(number)

    guide.locator(".lines-of .one").wait_for()
    card = guide.locator(".lines-of .one").inner_text()
    found = guide.context.request.get(f"/api/v1/tickets?number={number}").json()["items"][0]
    assert (found["class"], found["reason"]) == ("green", "pregnant")
    assert "晓" not in card and "*" in card


def test_self_service_and_online_are_counted(hall, guide):
    before = counted(hall, guide, "selfservice")

    choose(guide)
    guide.get_by_role("button", name="去自助区").tap()
    guide.get_by_text("已引导到自助区 · 一楼自助服务区 · 进门右手边").wait_for()

    assert counted(hall, guide, "selfservice") == before + 2


def test_a_booked_visitor_is_checked_in_by_the_last_four_of_the_phone(hall, guide):
    here = guide.context.request
    in_time = lambda slot: timedelta(minutes=2) < datetime.fromisoformat(slot["from"]) - datetime.now(UTC) < timedelta(minutes=29)
    slot = next(s for s in here.get("/api/v1/slots?service=tax").json()["items"] if in_time(s) and s["free"])
    here.post("/api/v1/appointments", data={"slot": slot["id"], "phone": "13800138765"}, headers=guide.context.csrf)

    guide.get_by_role("button", name="预约签到").tap()
    guide.get_by_placeholder("预约码，或手机号、证件号后四位").fill("8765")
    guide.get_by_role("button", name="签到取号").first.tap()

    guide.locator(".issued .plate").wait_for()
    assert guide.locator(".issued .plate").inner_text().startswith("Y")


def test_a_number_moves_to_another_service_and_is_given_up_for_its_holder(hall, guide):
    ticket = hall.take("tax")
    guide.get_by_role("button", name="排队情况").tap()
    guide.get_by_placeholder("号码，如 A012").fill(ticket["number"].lower())

    guide.get_by_role("button", name="转到其他事项").tap()
    guide.locator(".dialog .row").first.tap()
    guide.locator(".note.toast").wait_for()
    moved = hall.ticket(ticket)["service"]
    guide.get_by_role("button", name="放弃号码").tap()
    guide.locator(".dialog").get_by_role("button", name="放弃号码").tap()
    guide.get_by_text("已放弃。").wait_for()

    assert moved == "estate"
    assert hall.ticket(ticket)["state"] == "cancelled"


def test_a_call_for_help_is_seen_and_answered(hall, guide):
    hall.ask("POST", "/devices/k1/help", {"screen": "choosing", "language": "zh"}, hall.kiosk)

    guide.locator(".tabs .badge").wait_for()
    guide.locator(".tabs button").nth(3).tap()
    guide.get_by_role("button", name="我去").first.tap()

    guide.locator(".helps .answered").first.wait_for()
    assert guide.locator(".tabs .badge").count() == 0


def test_a_number_is_made_green_with_one_of_the_halls_own_reasons(hall, guide):
    ticket = hall.take("tax")
    guide.get_by_role("button", name="排队情况").tap()
    guide.get_by_placeholder("号码，如 A012").fill(ticket["number"])

    guide.get_by_role("button", name="转绿色通道").tap()
    reasons = guide.locator(".dialog .reasons button").all_inner_texts()
    assert guide.locator(".dialog").get_by_role("button", name="转绿色通道").is_disabled()
    guide.locator(".dialog").get_by_role("button", name="残疾人").tap()
    guide.locator(".dialog").get_by_role("button", name="转绿色通道").tap()

    guide.get_by_text("已转为绿色通道，号码不变").wait_for()
    assert len(reasons) == 5 and "携带婴幼儿" not in reasons  # the sixth is not one of this hall's
    made = hall.ticket(ticket)
    assert (made["class"], made["number"]) == ("green", ticket["number"])
    assert guide.get_by_role("button", name="转绿色通道").count() == 0


def test_a_number_is_printed_at_the_kiosk_the_guide_chooses_after_issuing_and_later(hall, guide):
    heard = lambda: hall.ask("POST", "/devices/k1/state", {"device": "printer", "kind": "printer", "state": "ok"}, hall.kiosk)["commands"]
    for one in heard():
        hall.ask("POST", f"/devices/k1/commands/{one['id']}/result", {"ok": True}, hall.kiosk)
    choose(guide)
    guide.get_by_role("button", name="到窗口 · 取号").tap()
    guide.locator(".issued .plate").wait_for()
    number = guide.locator(".issued .plate").inner_text()

    guide.get_by_role("button", name="打印小票").tap()
    guide.locator(".dialog").get_by_role("button", name="k1").tap()
    guide.get_by_text(f"{number} 已发到“k1”").wait_for()
    guide.get_by_role("button", name="排队情况").tap()
    guide.get_by_placeholder("号码，如 A012").fill(number)
    guide.get_by_role("button", name="打印小票").tap()
    guide.locator(".dialog").get_by_role("button", name="k1").tap()
    guide.get_by_text(f"{number} 已发到“k1”").wait_for()

    ticket = guide.context.request.get(f"/api/v1/tickets?number={number}").json()["items"][0]
    assert [(one["do"], one["ticket"]) for one in heard()] == [("reprint", ticket["id"])] * 2


HOME = {
    "code": "home", "name": {"zh": "安居一件事", "en": "A home"},
    "questions": [{"code": "loan", "text": {"zh": "有没有贷款？", "en": "Is there a loan?"}}],
    "legs": [{"service": "tax"}, {"service": "estate", "only_if": "loan"}],
}  # fmt: skip


@pytest.fixture
def home(hall, chromium):
    hall.set(chromium, "packages", {"items": [HOME]})
    yield
    hall.set(chromium, "packages", {"items": [HOME | {"open": False}]})  # gone it cannot be while somebody holds a number of it


def test_a_package_is_taken_with_what_was_answered_and_shows_where_it_goes(hall, home, guide):
    guide.get_by_role("searchbox").fill("安居")
    guide.locator(".packs .row").tap()
    guide.locator('.stations [data-state="next"]').wait_for()
    asked = guide.locator(".stations li").all_inner_texts()
    guide.get_by_role("group", name="有没有贷款？").get_by_role("button", name="否").tap()
    guide.locator('.stations [data-state="skipped"]').wait_for()
    guide.get_by_role("group", name="有没有贷款？").get_by_role("button", name="是").tap()
    guide.locator('.stations [data-state="to_come"]').wait_for()
    guide.get_by_role("button", name="到窗口 · 取号").tap()
    guide.locator(".issued .plate").wait_for()

    number = guide.locator(".issued .plate").inner_text()
    found = guide.context.request.get(f"/api/v1/tickets?number={number}").json()["items"][0]
    assert len(asked) == 2 and "视情况" in asked[1]
    assert (found["package"], found["service"], found["onward"]) == ("home", "tax", ["estate"])
    assert found["questions"] == [{"code": "loan", "texts": HOME["questions"][0]["text"], "answer": True, "open": False}]
    assert guide.locator(".issued .stations li").count() == 2


def test_legs_that_cannot_be_had_now_are_left_for_another_day_when_the_guide_says_so(hall, home, guide):
    office = hall.signed_in(guide.context.browser, "manager")
    service = office.request.get("/api/v1/services/estate").json()
    close = lambda closed: office.request.put(
        "/api/v1/services/estate", data={"name": service["name"], "closed": closed}, headers=office.csrf
    )
    assert close(True).ok, close(True).text()
    try:
        guide.get_by_role("searchbox").fill("安居")
        guide.locator(".packs .row").tap()
        guide.get_by_role("button", name="到窗口 · 取号").tap()
        guide.get_by_role("alert").wait_for()
        said = guide.get_by_role("alert").inner_text()
        guide.get_by_role("button", name="先办其余环节 · 取号").tap()
        guide.locator(".issued .plate").wait_for()
    finally:
        assert close(False).ok
        office.close()

    number = guide.locator(".issued .plate").inner_text()
    found = guide.context.request.get(f"/api/v1/tickets?number={number}").json()["items"][0]
    assert "可以先办其余环节" in said and found["onward"] == []
    assert [(one["state"], (one["skipped"] or {}).get("code")) for one in found["stations"]] == [("now", None), ("skipped", "later")]


def test_a_guide_answers_and_leaves_out_legs_of_somebody_who_waits(hall, home, guide):
    ticket = hall.ask("POST", "/tickets", {"package": "home"}, hall.kiosk)
    guide.get_by_role("button", name="排队情况").tap()
    guide.get_by_placeholder("号码，如 A012").fill(ticket["number"])
    guide.get_by_role("button", name="环节", exact=True).tap()
    dialog = guide.get_by_role("dialog")

    dialog.get_by_role("button", name="不办这一项 纳税").tap()
    dialog.get_by_role("button", name="已经办过").tap()
    dialog.locator('[data-state="now"]', has_text="国有").wait_for()
    went = hall.ticket(ticket)
    dialog.get_by_role("button", name="否").tap()  # the last one: that is giving the number up, and is refused in a sentence
    dialog.get_by_role("alert").wait_for()

    assert (went["service"], went["state"]) == ("estate", "waiting")
    assert "没有执行" in dialog.get_by_role("alert").inner_text() and hall.ticket(ticket)["service"] == "estate"
