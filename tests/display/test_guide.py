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
