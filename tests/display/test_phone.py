"""The holder's phone against a running hall: the call that cannot be missed, what may be done, evaluation, booking, no network."""

import sqlite3

import pytest

PHONE = {"width": 360, "height": 740}


@pytest.fixture
def phone(hall, chromium, watched):
    """A phone of a visitor in Chinese."""
    context = chromium.new_context(base_url=hall.url, viewport=PHONE, has_touch=True)
    context.add_init_script("localStorage.setItem('hall.language', 'zh')")
    yield watched(context.new_page())
    context.close()


@pytest.fixture
def counter(hall, chromium):
    """Window 1, open, with its keypad; afterwards nobody is left waiting there."""
    here = hall.signed_in(chromium, "clerk")
    here.request.put("/api/v1/windows/1/state", data={"state": "open"}, headers=here.csrf)
    token = hall.keypad("1")
    mine = []

    class Counter:
        def take(self, **more):
            mine.append(hall.take("tax", **more))
            return mine[-1]

        def do(self, ticket, gesture, **body):
            return hall.ask("POST", f"/tickets/{ticket['id']}/{gesture}", body, token)

        def call(self, ticket):
            return hall.ask("POST", "/windows/1/calls", {"ticket": ticket["id"]}, token)

    yield Counter()
    for ticket in mine:
        state = hall.ticket(ticket)["state"]
        if state in ("serving", "held"):
            hall.ask("POST", f"/tickets/{ticket['id']}/completion", {}, token)
        elif state not in ("done", "cancelled"):
            hall.give_up(ticket)
    here.request.put("/api/v1/windows/1/state", data={"state": "closed"}, headers=here.csrf)
    here.close()


def test_a_call_covers_the_whole_screen_until_the_holder_is_coming_and_again_when_called_again(phone, counter):
    ticket = counter.take()
    phone.goto(f"/t/{ticket['track']}")
    phone.locator(".track .head").wait_for()

    counter.call(ticket)
    phone.locator(".turn").wait_for()
    box = phone.locator(".turn").bounding_box()
    said = phone.locator(".turn").inner_text()
    phone.get_by_role("button", name="知道了，我正在过去").tap()
    phone.locator(".turn").wait_for(state="detached")
    counter.do(ticket, "calls")

    phone.locator(".turn").wait_for()
    assert (box["width"], box["height"]) == (360, 740)
    assert ticket["number"] in said and "1" in said


def test_others_may_go_first_and_the_page_shows_what_changed(phone, counter):
    ticket = counter.take()
    counter.take()
    phone.goto(f"/t/{ticket['track']}")

    phone.get_by_role("button", name="让别人先办").tap()
    phone.get_by_role("button", name="1人", exact=True).tap()

    phone.locator(".changes li").nth(1).wait_for()
    phone.locator(".facts .number", has_text="1").wait_for()


def test_giving_up_asks_first(phone, counter, hall):
    ticket = counter.take()
    phone.goto(f"/t/{ticket['track']}")

    phone.get_by_role("button", name="放弃号码").tap()
    assert hall.ticket(ticket)["state"] == "waiting"
    phone.get_by_role("button", name="放弃", exact=True).tap()

    phone.locator(".head.cancelled").wait_for()
    assert hall.ticket(ticket)["state"] == "cancelled"


@pytest.mark.parametrize("lock", ["request: () => Promise.reject(new Error('no'))", None])
def test_where_the_screen_cannot_be_kept_on_the_page_says_so(phone, counter, lock):
    ticket = counter.take()
    wake = f"{{ {lock} }}" if lock else "undefined"
    phone.context.add_init_script(f"Object.defineProperty(navigator, 'wakeLock', {{ value: {wake} }})")
    phone.goto(f"/t/{ticket['track']}")
    phone.locator(".track .head").wait_for()
    assert phone.get_by_text("会自己熄屏").count() == 0

    phone.locator(".acts .push.main").tap()

    phone.get_by_text("会自己熄屏").wait_for()


def test_a_press_on_the_phone_outlasts_a_lock_that_another_program_holds(phone, counter, hall):
    ticket = counter.take()
    phone.goto(f"/t/{ticket['track']}")
    phone.get_by_role("button", name="放弃号码").tap()
    other = sqlite3.connect(hall.data / "hall.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with phone.expect_response(lambda answer: answer.status == 503):
        phone.get_by_role("button", name="放弃", exact=True).tap()

    other.execute("ROLLBACK")
    other.close()

    phone.locator(".head.cancelled").wait_for()
    assert phone.locator(".wrong").count() == 0


def test_a_call_is_seen_over_a_question_that_is_open(phone, counter):
    ticket = counter.take()
    phone.goto(f"/t/{ticket['track']}")
    phone.get_by_role("button", name="放弃号码").tap()
    phone.get_by_role("dialog").wait_for()

    counter.call(ticket)

    phone.locator(".turn .window").wait_for()
    assert phone.get_by_role("button", name="放弃", exact=True).count() == 0


def test_a_missed_call_says_what_to_do_and_by_when(phone, counter):
    ticket = counter.take()
    counter.call(ticket)
    for _ in range(3):
        counter.do(ticket, "calls")
    counter.do(ticket, "miss")

    phone.goto(f"/t/{ticket['track']}")

    phone.locator(".steps li").first.wait_for()
    assert "导服台" in phone.locator(".steps").inner_text()


def test_who_missed_the_call_gets_back_in_line_on_the_phone_as_the_rule_allows(phone, counter, hall, chromium):
    ticket = counter.take()
    counter.call(ticket)
    for _ in range(3):
        counter.do(ticket, "calls")
    counter.do(ticket, "miss")
    phone.goto(f"/t/{ticket['track']}")

    phone.get_by_role("button", name="我来了，重新排队").tap()

    phone.locator(".head.waiting").wait_for()
    assert hall.ticket(ticket)["state"] == "waiting"
    counter.call(ticket)
    for _ in range(3):
        counter.do(ticket, "calls")
    counter.do(ticket, "miss")
    phone.locator(".head.missed").wait_for()
    assert phone.get_by_role("button", name="我来了，重新排队").count() == 0  # once is the rule


@pytest.mark.parametrize(("taken_in", "browser", "shown"), [("en", "zh-CN", "en"), ("zh", "en-US", "en"), ("zh", "zh-CN", "zh")])
def test_the_page_opens_in_the_language_of_its_number_and_else_in_the_browsers(hall, chromium, counter, watched, taken_in, browser, shown):
    ticket = counter.take(language=taken_in)
    visitor = chromium.new_context(base_url=hall.url, viewport=PHONE, locale=browser)
    page = watched(visitor.new_page())

    page.goto(ticket["url"].replace(ticket["url"].split("/t/")[0], hall.url))

    page.locator(".track .head.waiting").wait_for()
    assert page.evaluate("document.documentElement.lang").split("-")[0] == shown
    assert page.get_by_role("button", name="Give up" if shown == "en" else "放弃号码").count() >= 1
    visitor.close()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_wait_never_breaks_over_two_lines(tab, root, lang):
    """However narrow the place: a range of minutes is one word."""
    tab.set_viewport_size({"width": 320, "height": 640})
    tab.goto(f"{root}/t/sample?state=waiting&lang={lang}")
    wait = tab.locator(".fact .big").nth(1)
    wait.wait_for()

    wait.evaluate("one => (one.style.width = '1em')")

    lines = """one => { const r = document.createRange(); r.selectNodeContents(one);
        return new Set([...r.getClientRects()].map(b => b.top)).size }"""
    assert "–" in wait.inner_text() and wait.evaluate(lines) == 1


def test_a_call_lies_over_a_dialog_and_can_be_read_in_every_moment_of_its_flash(tab, root):
    tab.set_viewport_size(PHONE)
    tab.goto(f"{root}/t/sample?state=called&lang=zh")
    tab.locator(".turn").wait_for()
    tab.evaluate("() => document.body.insertAdjacentHTML('beforeend', '<div class=\"dialog\">?</div>')")

    over = "() => document.elementFromPoint(180, 370).closest('.turn, .dialog').className"
    assert tab.evaluate(over) == "turn"
    grounds = []
    for at in (0, 250, 450, 700):
        tab.evaluate("at => document.getAnimations().forEach(one => { one.pause(); one.currentTime = at; })", at)
        grounds.append(tuple(tab.locator(".turn").evaluate("one => [getComputedStyle(one).backgroundColor, getComputedStyle(one).color]")))
    assert all(ground != ink for ground, ink in grounds) and len(set(grounds)) == 2


def test_the_service_is_evaluated_on_the_same_page_once(phone, counter, hall):
    ticket = counter.take()
    phone.goto(f"/t/{ticket['track']}")
    counter.call(ticket)
    counter.do(ticket, "service")
    counter.do(ticket, "completion", outcome="done")
    phone.locator(".grades button").first.wait_for()
    look = "all => [...new Set(all.map(b => [b.offsetWidth, b.offsetHeight, getComputedStyle(b).color].join()))]"
    same = phone.locator(".grades button").evaluate_all(look)
    token = hall.ask("GET", f"/track/{ticket['track']}")["evaluation"]["token"]

    phone.get_by_role("button", name="满意", exact=True).tap()
    phone.get_by_role("button", name="跑大厅一次办完").or_(phone.locator(".tags button").first).first.tap()
    phone.get_by_role("button", name="提交评价").tap()

    phone.locator(".rate .ended").wait_for()
    assert len(same) == 1  # five of one size and one colour
    phone.goto(f"/e/{token}")
    phone.get_by_text("已经评价过了").wait_for()


HOME = {
    "code": "home", "name": {"zh": "安居一件事", "en": "A home"}, "aliases": ["买房"],
    "questions": [{"code": "buy", "text": {"zh": "这次要过户吗？", "en": "Is a home transferred?"}}],
    "legs": [{"service": "tax"}, {"service": "estate", "only_if": "buy"}],
}  # fmt: skip


@pytest.fixture
def home(hall, chromium, counter):
    """A package of the hall, with both its windows open; afterwards the hall knows none."""
    hall.offer(chromium, HOME)
    hall.open("3")
    taken = []

    def take(**more):
        taken.append(hall.ask("POST", "/tickets", {"package": "home", **more}, hall.kiosk))
        return taken[-1]

    yield take
    for ticket in taken:
        if hall.ticket(ticket)["state"] == "waiting":
            hall.give_up(ticket)
    hall.offer(chromium)
    hall.ask("PUT", "/windows/3/state", {"state": "closed"}, hall.keypad("3"))


def test_from_the_slips_code_to_the_second_station_which_was_answered_for_on_the_phone(phone, home, hall, counter):
    ticket = home()
    phone.goto(ticket["url"])  # what the slip's code holds
    first = phone.locator(".stations li").nth(0)
    first.get_by_text("正在排队").wait_for()
    assert phone.locator(".head .package").inner_text() == "安居一件事"
    assert phone.locator(".stations li.next .depends").is_visible()

    phone.locator(".stations .question").get_by_role("button", name="否", exact=True).tap()
    phone.locator(".stations li.skipped").get_by_text("按您的回答不需要办").wait_for()
    phone.get_by_role("button", name="改为“是”").tap()
    phone.locator(".stations li.next").wait_for()
    assert not phone.locator(".stations .depends").count() and not phone.locator(".stations .question").count()

    counter.call(ticket)
    phone.get_by_role("button", name="知道了，我正在过去").tap()
    counter.do(ticket, "service")
    first.get_by_text("正在这一站").wait_for()
    counter.do(ticket, "completion", outcome="done")

    phone.locator(".stations li.done").get_by_text("已办", exact=True).wait_for()
    second = phone.locator(".stations li.now")
    assert second.locator(".name").inner_text() == "国有建设用地使用权及房屋所有权转移登记（存量房买卖）"
    assert phone.locator(".head .service").inner_text() == second.locator(".name").inner_text()
    told = hall.ask("GET", f"/track/{ticket['track']}")
    assert [s["state"] for s in told["stations"]] == ["done", "now"] and told["questions"][0]["answer"] is True


def test_each_station_is_evaluated_on_its_own(phone, home, hall, counter):
    ticket = home(answers={"buy": True})
    for no in ("1", "3"):
        pad = hall.keypad(no)
        hall.ask("POST", f"/windows/{no}/calls", {"ticket": ticket["id"]}, pad)
        hall.ask("POST", f"/tickets/{ticket['id']}/service", {}, pad)
        hall.ask("POST", f"/tickets/{ticket['id']}/completion", {"outcome": "done"}, pad)
    phone.goto(ticket["url"])

    phone.locator(".stations").get_by_role("button", name="评价这一站").first.tap()
    phone.locator(".stations").get_by_role("button", name="非常满意").tap()
    phone.locator(".stations").get_by_role("button", name="提交评价").tap()
    phone.locator(".stations").get_by_text("已评价").wait_for()

    told = hall.ask("GET", f"/track/{ticket['track']}")["stations"]
    assert [s["evaluated"] for s in told] == [True, False]


def test_a_package_is_booked_for_its_first_station_after_its_questions(phone, home, hall):
    phone.goto("/book")
    phone.get_by_placeholder("找事项：名称或拼音首字母").fill("买房")  # as people call it
    phone.get_by_role("button", name="安居一件事").tap()
    assert not phone.locator(".days").count()
    phone.get_by_role("button", name="不清楚").tap()
    phone.get_by_text("按您的回答，要去2站").wait_for()
    phone.get_by_role("group", name="这次要过户吗？").get_by_role("button", name="否", exact=True).tap()
    phone.get_by_text("按您的回答，要去1站").wait_for()
    phone.locator(".days button").nth(1).tap()
    phone.locator(".times button:not([disabled])").nth(2).tap()
    phone.locator("input[type=tel]").fill("13800138001")
    phone.get_by_role("button", name="确认预约").tap()
    phone.wait_for_url("**/t/*")

    phone.locator(".stations").get_by_text("预约从这一站开始").wait_for()
    phone.locator(".stations li.skipped").wait_for()
    assert phone.locator(".head .package").inner_text() == "安居一件事"
    phone.get_by_role("button", name="取消预约").tap()
    phone.locator(".dialog").get_by_role("button", name="取消预约").tap()
    phone.locator(".head.cancelled").wait_for()


def test_who_is_in_the_hall_takes_a_package_on_the_phone(phone, home, hall, chromium):
    hall.set(chromium, "here", {"numbers": True})
    code = hall.ask("GET", "/here/code", token=hall.command("token", "--role", "display", "--name", "here-board").split()[-1])["url"]
    phone.goto(code)
    phone.get_by_role("button", name="安居一件事").tap()
    phone.get_by_role("button", name="是", exact=True).tap()
    phone.get_by_text("按您的回答，要去2站").wait_for()
    phone.get_by_role("button", name="取号", exact=True).tap()
    phone.wait_for_url("**/t/*")

    phone.locator(".stations li.next").wait_for()
    phone.get_by_role("button", name="放弃号码").tap()
    phone.locator(".dialog").get_by_role("button", name="放弃", exact=True).tap()
    phone.locator(".head.cancelled").wait_for()
    hall.set(chromium, "here", {"numbers": False})


def test_a_time_is_booked_moved_and_given_up(phone):
    phone.goto("/book")
    phone.get_by_placeholder("找事项：名称或拼音首字母").fill("nssb")
    phone.locator(".services button").first.tap()
    phone.locator(".days button").nth(1).tap()
    phone.locator(".times button:not([disabled])").nth(3).tap()
    phone.locator("input[type=tel]").fill("13800138000")
    phone.get_by_role("button", name="确认预约").tap()
    phone.wait_for_url("**/t/*")
    phone.locator(".booking .qr svg").wait_for()
    before = phone.locator(".booking .when").inner_text()

    phone.get_by_role("button", name="改时间").tap()
    phone.locator(".times button:not([disabled])").nth(5).tap()
    phone.get_by_role("button", name="改到这个时间").tap()
    phone.wait_for_function("before => document.querySelector('.booking .when').innerText !== before", arg=before)
    phone.get_by_role("button", name="取消预约").tap()
    phone.locator(".dialog").get_by_role("button", name="取消预约").tap()

    phone.locator(".head.cancelled").wait_for()


def test_a_link_that_leads_nowhere_says_what_to_do(phone):
    phone.goto("/t/nothing-here")

    phone.get_by_text("这个链接打不开了").wait_for()


def test_without_a_network_the_page_opens_with_what_it_knew_last_and_says_when(phone, counter):
    ticket = counter.take()
    phone.goto(f"/t/{ticket['track']}")
    phone.locator(".track .head").wait_for()
    shell = "async () => (await (await caches.open('hall-shell')).keys()).map(r => new URL(r.url).pathname)"
    phone.wait_for_function(f"async () => (await navigator.serviceWorker.ready) && (await ({shell})()).length > 2")
    kept = phone.evaluate(shell)

    phone.context.set_offline(True)
    phone.reload()

    phone.locator(".track .head .plate", has_text=ticket["number"]).wait_for()
    phone.locator(".offline").wait_for()
    assert "停留在" in phone.locator(".offline").inner_text()
    assert all(path == "/book" or path.startswith("/static/") for path in kept)  # the shell only, nothing of the hall
    phone.context.set_offline(False)


def test_who_was_called_and_who_missed_it_without_a_network_is_told_on_return(phone, counter):
    ticket = counter.take()
    phone.goto(f"/t/{ticket['track']}")
    phone.locator(".track .head.waiting").wait_for()
    phone.wait_for_function("async () => (await navigator.serviceWorker.ready) && (await caches.match('/book'))")
    phone.context.set_offline(True)
    phone.reload()
    phone.locator(".track .head.waiting .plate", has_text=ticket["number"]).wait_for()

    counter.call(ticket)
    phone.locator(".offline").wait_for()
    before = phone.locator(".turn").count()
    phone.context.set_offline(False)

    phone.locator(".turn", has_text=ticket["number"]).wait_for()
    phone.locator(".offline").wait_for(state="detached")
    phone.context.set_offline(True)
    phone.reload()
    for _ in range(3):
        counter.do(ticket, "calls")
    counter.do(ticket, "miss")
    phone.context.set_offline(False)
    phone.locator(".track .head.missed .steps", has_text="1号窗口").wait_for()
    assert before == 0  # nothing is made up while nothing is known
    assert "呼叫时您不在1号窗口" in phone.locator(".changes").inner_text()


def test_the_halls_near_by_are_listed_and_what_is_not_known_of_them_is_said(phone, hall, chromium):
    boss = hall.signed_in(chromium, "manager")
    silent = {"code": "33100200000002", "name": "桃源街道便民服务中心", "address": "桃源路218号", "url": "http://127.0.0.1:9"}
    boss.request.put("/api/v1/settings/neighbours", data={"value": {"items": [silent]}}, headers=boss.csrf)

    phone.goto("/book")

    here, there = phone.locator(".halls li").nth(0), phone.locator(".halls li").nth(1)
    there.get_by_text("现在的情况不清楚").wait_for()
    assert "本大厅 · 正在开放" in here.inner_text() and here.locator("a").count() == 0
    assert "桃源路218号" in there.inner_text() and "人等候" not in there.inner_text()
    assert there.get_by_role("link", name="去那里预约").get_attribute("href") == "http://127.0.0.1:9/book"
    boss.request.put("/api/v1/settings/neighbours", data={"value": {"items": []}}, headers=boss.csrf)
    boss.close()
