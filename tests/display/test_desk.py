"""The clerk's page against a running hall: one key for the next right thing, and a press that is never lost nor doubled."""

import json
import re
import sqlite3
from pathlib import Path

import pytest
from presses import answered, rest

ROOT = Path(__file__).resolve().parents[2]
BAR = {"width": 360, "height": 600}


@pytest.fixture
def at_desk(hall, chromium, watched):
    """A desk page at a window, signed in and open. Leaves the window closed and empty."""
    contexts = []

    def sit(window="1", role="clerk", calls=None):
        """`calls(route)` takes part in the requests that call a number, from the first on: caught later, one may already be away."""
        context = hall.signed_in(chromium, role, viewport=BAR)
        contexts.append((context, window))
        page = watched(context.new_page())
        if calls:
            page.route("**/calls", calls)
        page.goto("/desk")
        page.get_by_role("button", name=f"{window}号窗口", exact=True).click()
        page.locator(".stage").wait_for()
        rest(page)
        return page

    yield sit
    for context, window in contexts:
        clear(hall, window)
        context.close()


def clear(hall, window):
    """Finishes whatever a test left at a window, and all who still wait there."""
    token = hall.keypad(window)
    for ticket in hall.tickets():
        if ticket["window"] == window and ticket["state"] == "called":
            hall.ask("POST", f"/tickets/{ticket['id']}/miss", {}, token)
        if ticket["window"] == window and ticket["state"] == "serving":
            hall.ask("POST", f"/tickets/{ticket['id']}/completion", {}, token)
    for ticket in hall.tickets():  # one of a package that was finished waits for its next service
        if ticket["state"] in ("waiting", "missed", "called"):
            hall.give_up(ticket)
    hall.ask("PUT", f"/windows/{window}/state", {"state": "closed"}, token)


def press(page, key):
    page.keyboard.press(key)


def shows(page, state):
    page.locator(f".stage.{state}").wait_for()
    rest(page)


def test_a_first_sign_in_asks_for_an_own_password_and_then_for_the_window(hall, chromium, watched):
    name, first = hall.person(chromium, "clerk")
    page = watched(chromium.new_context(base_url=hall.url, viewport=BAR).new_page())

    page.goto("/desk")
    page.wait_for_function("document.activeElement.name === 'name'")
    page.keyboard.type(name)
    press(page, "Tab")
    page.keyboard.type(first)
    press(page, "Enter")
    page.locator("input[name=new]").fill("Xin-Mima-2026")
    page.locator("input[name=again]").fill("Xin-Mima-2026")
    press(page, "Enter")

    page.locator(".choose li").first.wait_for()
    assert page.locator(".choose li").count() == 3
    page.context.close()


def test_a_wrong_password_is_said_in_the_hall_s_own_sentence(hall, chromium):
    name, _ = hall.person(chromium, "clerk")
    page = chromium.new_context(base_url=hall.url, viewport=BAR, locale="zh-CN").new_page()

    page.goto("/desk")
    page.locator("input[name=name]").fill(name)
    page.locator("input[name=password]").fill("not-this-one")
    press(page, "Enter")

    assert "密码" in page.locator("[role=alert]").inner_text()
    page.context.close()


def test_one_key_calls_starts_and_finishes(hall, at_desk):
    page = at_desk("1")
    ticket = hall.take()
    page.locator(".coming").wait_for()
    rest(page)

    press(page, "F2")
    shows(page, "called")
    press(page, "F2")
    shows(page, "serving")
    press(page, "F2")
    page.locator(".note.toast").wait_for()

    assert hall.ticket(ticket)["state"] == "done"


def test_a_key_struck_twice_in_a_hurry_is_one_press(hall, at_desk):
    page = at_desk("1")
    ticket = hall.take()
    page.locator(".coming").wait_for()
    rest(page)

    for _ in range(4):
        press(page, "F2")
    shows(page, "called")

    assert hall.ticket(ticket)["state"] == "called"
    assert hall.ticket(ticket)["times_called"] == 1


def test_a_press_while_the_hall_is_away_is_kept_and_sent_once(hall, at_desk):
    away, keys = [True], []
    page = at_desk("1", calls=lambda route: route.abort() if away else route.continue_())
    ticket, other = hall.take(), hall.take()
    page.locator(".coming").wait_for()
    rest(page)
    page.on("request", lambda r: keys.append(r.headers["idempotency-key"]) if r.method == "POST" and r.url.endswith("/calls") else None)

    press(page, "F2")
    page.locator(".note.press.waiting").wait_for()
    press(page, "F2")  # impatience changes nothing
    away.clear()
    shows(page, "called")

    assert len(set(keys)) == 1 and len(keys) >= 2
    assert hall.ticket(ticket)["state"] == "called"
    assert hall.ticket(other)["state"] == "waiting"


def test_a_press_while_another_program_holds_the_database_is_kept_and_done_once(hall, at_desk):
    first, second = hall.take("tax"), hall.take("tax")
    page = at_desk()
    page.locator(".coming").wait_for()
    rest(page)
    other = sqlite3.connect(hall.data / "hall.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with page.expect_response(lambda answer: answer.status == 503) as refused:
        press(page, "F2")

    assert refused.value.json()["code"] == "database_busy"
    other.execute("ROLLBACK")
    other.close()

    shows(page, "called")
    assert page.locator(".stage .plate").inner_text() == first["number"]
    assert hall.ticket(first)["times_called"] == 1 and hall.ticket(second)["state"] == "waiting"


def test_an_answer_that_was_lost_does_not_call_a_second_number(hall, at_desk):
    lost = []

    def lose_the_first_answer(route):
        answer = route.fetch()
        if lost:
            route.fulfill(response=answer)
        else:
            lost.append(answer.status)
            route.abort()

    page = at_desk("1", calls=lose_the_first_answer)
    ticket, other = hall.take(), hall.take()
    page.locator(".coming").wait_for()
    rest(page)
    press(page, "F2")
    shows(page, "called")  # and the repeated request is answered

    assert lost == [201]
    assert hall.ticket(ticket)["state"] == "called"
    assert hall.ticket(other)["state"] == "waiting"


def test_a_press_that_waited_a_minute_is_no_longer_sent_and_the_page_says_so(hall, at_desk):
    away = [True]
    page = at_desk("1", calls=lambda route: route.abort() if away else route.continue_())
    ticket = hall.take()
    page.locator(".coming").wait_for()
    rest(page)

    for _ in range(60):  # what was pressed too soon after a change is pressed again
        press(page, "F2")
        page.wait_for_timeout(700)
        if page.locator(".note.press.waiting").count():
            break
    page.evaluate("() => { const real = performance.now.bind(performance); performance.now = () => real() + 61_000; }")

    page.locator(".note.press.unsent").wait_for()
    away.clear()
    page.wait_for_timeout(1800)
    assert hall.ticket(ticket)["state"] == "waiting"


def test_a_key_that_was_moved_goes_with_the_clerk_to_another_machine(hall, at_desk):
    page = at_desk("1")
    press(page, "F1")
    page.get_by_role("button", name="下一步（大按钮）: F2").click()
    press(page, "Numpad0")
    press(page, "Escape")
    page.wait_for_function("async () => (await (await fetch('/api/v1/session')).json()).staff.keys.main === 'Numpad0'")
    ticket = hall.take()
    page.locator(".coming").wait_for()
    rest(page)

    press(page, "F2")
    page.wait_for_timeout(400)
    assert hall.ticket(ticket)["state"] == "waiting"
    press(page, "Numpad0")
    shows(page, "called")


HOME = {
    "code": "home", "name": {"zh": "安居一件事", "en": "A home"},
    "questions": [{"code": "loan", "text": {"zh": "有没有贷款？", "en": "Is there a loan?"}}],
    "legs": [{"service": "tax"}, {"service": "estate", "only_if": "loan"}],
}  # fmt: skip


@pytest.fixture
def home(hall, chromium):
    """A package of two services, the second for who says yes to its question."""
    hall.set(chromium, "packages", {"items": [HOME]})
    yield lambda: hall.ask("POST", "/tickets", {"package": "home"}, hall.kiosk)
    hall.set(chromium, "packages", {"items": [HOME | {"open": False}]})  # gone it cannot be while somebody holds a number of it


def at_first_leg(page):
    page.locator(".coming").wait_for()
    rest(page)
    press(page, "F2")
    shows(page, "called")
    press(page, "F2")
    shows(page, "serving")


def test_one_key_sends_a_number_of_a_package_on_and_the_desk_says_where(hall, at_desk, home):
    page = at_desk("1")
    ticket = home()
    at_first_leg(page)

    told, marks = page.locator(".next").inner_text(), page.locator(".stage .marks").inner_text()
    stations = page.locator(".stage .stations li").all_inner_texts()
    press(page, "F2")
    toast = page.locator(".note.toast")
    toast.wait_for()

    assert "安居一件事" in marks
    assert "去下一环节" in told and "国有建设用地使用权" in told and "2、3号窗口" in told
    assert len(stations) == 2 and "正在进行" in stations[0] and "视情况" in stations[1] and "下一站" in stations[1]
    assert f"{ticket['number']} 这一环节已办结，接着去：国有建设用地使用权" in toast.inner_text() and "2、3号窗口" in toast.inner_text()
    assert (hall.ticket(ticket)["state"], hall.ticket(ticket)["service"]) == ("waiting", "estate")


def test_an_open_question_is_answered_at_the_desk_and_decides_what_the_one_key_does(hall, at_desk, home):
    page = at_desk("1")
    ticket = home()
    at_first_leg(page)

    page.get_by_role("group", name="有没有贷款？").get_by_role("button", name="否").click()
    page.locator('.stations [data-state="skipped"]').wait_for()
    rest(page)
    after, asked = page.locator(".next").inner_text(), page.locator(".stage .yes-no").count()
    press(page, "F2")
    page.locator(".note.toast").wait_for()

    assert after.startswith("办结") and not asked and hall.ticket(ticket)["state"] == "done"


def test_a_leg_is_left_out_with_a_reason_of_the_hall_and_taken_up_again_with_the_keyboard(hall, at_desk, home):
    page = at_desk("1")
    ticket = home()
    at_first_leg(page)

    press(page, "t")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="不办这一项 国有").press("Enter")
    reasons = dialog.get_by_role("group", name="为什么不办？").get_by_role("button").all_inner_texts()
    dialog.get_by_role("button", name="改日再办").press("Enter")
    dialog.locator('[data-state="skipped"]').wait_for()
    left = hall.ask("GET", f"/track/{ticket['track']}")["stations"]
    answered(page)
    dialog.get_by_role("button", name="还是要办").press("Enter")
    dialog.locator('[data-state="next"]').wait_for()
    press(page, "Escape")

    assert reasons == ["不需要办", "已经办过", "改日再办", "网上办理", "取消"]  # none that only the hall itself says
    assert [(s["state"], (s["skipped"] or {}).get("code")) for s in left] == [("now", None), ("skipped", "later")]
    assert hall.ticket(ticket)["onward"] == ["estate"]


def test_a_transfer_is_made_with_the_keyboard_alone(hall, at_desk):
    page = at_desk("2")
    ticket = hall.take("tax")
    page.locator(".coming").wait_for()
    rest(page)
    press(page, "F2")
    shows(page, "called")
    press(page, "F2")
    shows(page, "serving")

    press(page, "F7")
    page.keyboard.type("gyjs")  # 国有建设…
    press(page, "Enter")

    page.locator(".coming").wait_for()
    after = hall.ticket(ticket)
    assert (after["service"], after["state"]) == ("estate", "waiting")
    assert [leg["service"] for leg in after["legs"]] == ["tax"]


def tab_to(page, name):
    """Moves the focus with the Tab key alone until it stands on what is called so."""
    for _ in range(40):
        press(page, "Tab")
        at = "document.activeElement"
        if page.evaluate(f"() => {at}.getAttribute('aria-label') || {at}.textContent.trim()").startswith(name):
            return
    raise AssertionError(f"{name} cannot be reached with the Tab key")


def test_a_whole_day_without_the_mouse(hall, chromium, watched):
    name, first = hall.person(chromium, "clerk")
    page = watched(chromium.new_context(base_url=hall.url, viewport=BAR, locale="zh-CN").new_page())
    page.goto("/desk")
    page.locator("input[name=name]:focus").wait_for()  # a person begins to type when there is a field
    for part in (name, "Tab", first, "Enter"):  # sign in, and an own password
        press(page, part) if part in ("Tab", "Enter") else page.keyboard.type(part)
    page.locator("input[name=new]").wait_for()
    for part in ("Xin-Mima-2026", "Tab", "Xin-Mima-2026", "Enter"):
        press(page, part) if part in ("Tab", "Enter") else page.keyboard.type(part)
    page.locator(".choose li").first.wait_for()
    tab_to(page, "1号窗口")
    press(page, "Enter")
    page.locator(".stage").wait_for()
    press(page, "F1")  # the big button on the number pad
    tab_to(page, "下一步（大按钮）")
    press(page, "Enter")
    press(page, "Numpad0")
    press(page, "Escape")
    one, two = hall.take(), hall.take()
    page.locator(".peek b", has_text="2").wait_for()
    rest(page)

    press(page, "Numpad0")
    shows(page, "called")
    press(page, "F3")  # again
    page.get_by_text("已呼叫2次").wait_for()
    answered(page)
    press(page, "F4")  # nobody came
    page.locator(".coming", has_text=two["number"]).wait_for()
    answered(page)
    press(page, "F10")
    for _ in range(2):  # past the one who waits, to the one who did not come
        press(page, "ArrowDown")
    press(page, "Enter")
    shows(page, "called")
    assert hall.ticket(one)["state"] == "called"
    press(page, "Numpad0")
    shows(page, "serving")
    press(page, "F6")  # aside, and taken up again from the list
    page.locator(".coming", has_text=two["number"]).wait_for()
    answered(page)
    press(page, "F10")
    press(page, "Enter")
    shows(page, "serving")
    press(page, "F8")  # not simply done
    press(page, "2")
    page.locator(".coming", has_text=two["number"]).wait_for()
    answered(page)
    press(page, "F9")
    press(page, "1")
    page.locator(".stage", has_text="材料流转").wait_for()
    rest(page)
    press(page, "Numpad0")
    page.locator(".coming", has_text=two["number"]).wait_for()
    rest(page)
    for state in ("called", "serving"):
        press(page, "Numpad0")
        shows(page, state)
    press(page, "Numpad0")
    page.locator(".note.toast").wait_for()
    answered(page)
    tab_to(page, "菜单")
    press(page, "Enter")
    tab_to(page, "退出登录")
    press(page, "Enter")
    page.locator("input[name=password]").wait_for()

    assert [hall.ticket(t)["state"] for t in (one, two)] == ["done", "done"]
    assert next(w for w in hall.ask("GET", "/board")["windows"] if w["no"] == "1")["state"] == "closed"
    page.context.close()


def test_the_table_of_keys_in_the_documents_is_what_the_page_shows(tab, root):
    table = (ROOT / "docs" / "pages.md").read_text("utf-8").split("## The desk's keys")[1].split("\n## ")[0]
    written = re.findall(r"^\| `(.+?)` \| (.+?) \| (.+?) \|$", table, re.M)
    shown = {}

    for language in ("zh", "en"):
        tab.goto(f"{root}/desk?state=keys_default&lang={language}")
        tab.locator(".keys dd").first.wait_for()
        labels = [b.get_attribute("aria-label") for b in tab.locator(".keys dd button").all()]
        shown[language] = [label.rpartition(": ")[::2] for label in labels]

    assert [(key, zh) for key, zh, _ in written] == [(key, word) for word, key in shown["zh"]]
    assert [(key, en) for key, _, en in written] == [(key, word) for word, key in shown["en"]]


def test_what_was_put_aside_is_taken_up_again_from_the_list(hall, at_desk):
    page = at_desk("1")
    ticket = hall.take()
    page.locator(".coming").wait_for()
    rest(page)
    press(page, "F2")
    shows(page, "called")
    press(page, "F2")
    shows(page, "serving")

    press(page, "F6")
    page.locator(".stage h1").wait_for()
    rest(page)
    press(page, "F10")
    press(page, "Enter")
    shows(page, "serving")

    assert hall.ticket(ticket)["state"] == "serving"


def test_another_window_asks_first_and_closes_the_one_that_was_theirs(hall, at_desk):
    first = at_desk("1")
    second = first.context.new_page()
    second.goto("/desk")
    second.locator(".stage").wait_for()
    second.get_by_role("button", name="菜单").click()

    second.get_by_role("button", name="换窗口").click()
    second.get_by_role("button", name="3号窗口", exact=True).click()

    second.locator(".strip .no", has_text="3").wait_for()
    first.locator(".ended").wait_for()
    clear(hall, "3")


def test_signing_in_at_a_second_machine_asks_first_and_signs_the_first_out(hall, at_desk, chromium, watched):
    first = at_desk("1")
    elsewhere = chromium.new_context(base_url=hall.url, viewport=BAR)
    second = watched(elsewhere.new_page())

    second.goto("/desk")
    second.locator("input[name=name]").fill(first.context.staff)
    second.locator("input[name=password]").fill("Ban-Shi-2026")
    press(second, "Enter")
    second.get_by_text("您在1号窗口的工作台还开着").wait_for()
    assert first.locator(".ended").count() == 0
    second.get_by_role("button", name="转到这里").click()

    second.locator(".stage").wait_for()
    hall.take()
    first.locator(".ended").wait_for()
    second.locator(".coming").wait_for()
    rest(second)
    press(second, "F2")
    shows(second, "called")
    clear(hall, "1")
    elsewhere.close()


def test_the_clerk_never_hears_what_was_evaluated(hall, at_desk):
    page = at_desk("1")
    heard = []
    page.on("websocket", lambda ws: ws.on("framereceived", lambda frame: heard.append(str(frame))))
    page.reload()
    page.locator(".stage").wait_for()
    ticket = hall.take()
    page.locator(".coming").wait_for()
    rest(page)
    for state in ("called", "serving"):
        press(page, "F2")
        shows(page, state)
    press(page, "F2")
    page.locator(".note.toast").wait_for()
    token = hall.ask("GET", f"/track/{ticket['track']}")["evaluation"]["token"]

    hall.ask("POST", "/evaluations", {"token": token, "grade": 1, "tags": ["115"], "comment": "态度不好", "anonymous": False})
    page.wait_for_timeout(800)

    told = json.dumps(heard, ensure_ascii=False)
    assert "evaluation.given" not in told
    assert "态度不好" not in told
    assert '"grade"' not in told.replace("\\", "")


def test_a_key_for_what_is_not_allowed_now_does_nothing(at_desk):
    page = at_desk("1")
    sent = []
    page.on("request", lambda r: sent.append(r.url) if r.method != "GET" else None)

    for key in ("F3", "F4", "F6", "F7", "F8"):
        press(page, key)
        page.wait_for_timeout(200)

        assert sent == [], key
        assert page.locator(".dialog").count() == 0, key


def test_a_manager_at_a_desk_gives_a_number_in_line_priority_and_a_clerk_is_not_offered_it(hall, at_desk):
    hall.take("tax")
    last = hall.take("tax")
    clerk = at_desk("1")
    press(clerk, "F10")
    clerk.locator(".lines .plate", has_text=last["number"]).wait_for()
    assert clerk.get_by_role("button", name="转绿色通道").count() == 0

    desk = at_desk("2", "manager")
    press(desk, "F10")
    desk.get_by_role("button", name=f"{last['number']} 转绿色通道").click()
    desk.get_by_role("button", name="残疾人").click()
    desk.locator(".dialog").get_by_role("button", name="转绿色通道").click()
    desk.get_by_text("已转为绿色通道，号码不变").wait_for()
    rest(desk)
    press(desk, "F2")

    shows(desk, "called")
    assert desk.locator(".stage .plate").inner_text() == last["number"]
