"""The manager's page against a running hall: what is set there is stored, with an event, and holds at once."""

import pytest
from presses import go, save

OFFICE = {"width": 1440, "height": 900}


@pytest.fixture
def office(hall, chromium, watched):
    context = hall.signed_in(chromium, "manager", viewport=OFFICE)
    page = watched(context.new_page())
    page.goto("/manage")
    page.locator(".floor").wait_for()
    yield page
    context.close()


def get(office, path):
    return office.context.request.get(f"/api/v1{path}").json()


def saved(office):
    office.locator(".note:not(.wrong)").wait_for()


def test_the_floor_follows_the_hall(hall, office):
    tile = office.locator(".tile", has_text="税务二")
    tile.click()
    office.locator(".window-dialog").get_by_role("button", name="开放").click()
    office.locator(".tile.free", has_text="税务二").wait_for()

    ticket = hall.take("tax")

    office.locator(".services-now tr", has_text="纳税申报").locator(".count", has_text="1").wait_for()
    hall.give_up(ticket)
    office.locator(".services-now").get_by_text("现在没有人等候").wait_for()
    tile.click()
    office.locator(".window-dialog").get_by_role("button", name="关闭").first.click()
    office.locator(".window-dialog .closing input").fill("提前收尾")
    office.locator(".window-dialog").get_by_role("button", name="关闭窗口").click()
    office.locator(".tile.closed", has_text="税务二").wait_for()


def test_a_manager_puts_another_clerk_at_a_window_and_the_desk_there_says_so(hall, office, chromium):
    clerk, other = (hall.signed_in(chromium, "clerk", viewport={"width": 360, "height": 600}) for _ in range(2))
    desk = clerk.new_page()
    desk.goto("/desk")
    desk.get_by_role("button", name="3号窗口", exact=True).click()
    desk.locator(".stage").wait_for()

    office.locator(".tile", has_text="不动产").click()
    dialog = office.locator(".window-dialog")
    dialog.get_by_role("button", name="安排人员").click()
    dialog.locator("select option").first.wait_for(state="attached")
    dialog.locator("select").select_option(other.staff)
    dialog.get_by_label("原因").fill("调班")
    dialog.get_by_role("button", name="安排过去").click()

    desk.get_by_text("已接手这个窗口").wait_for()
    desk.get_by_role("button", name="换窗口").click()
    desk.locator(".choose").wait_for()
    (window,) = [w for w in get(office, "/windows")["items"] if w["no"] == "3"]
    assert window["state"] == "open"
    hall.ask("PUT", "/windows/3/state", {"state": "closed"}, hall.keypad("3"))
    clerk.close(), other.close()


def test_what_was_done_is_said_for_a_while_and_what_was_refused_until_it_is_put_away(office):
    go(office, "hours")
    office.locator("#last").wait_for()
    office.clock.install()
    office.clock.pause_at(office.evaluate("Date.now()") / 1000 + 60)
    office.locator("#last").fill("7")
    office.get_by_role("button", name="保存").click()
    note = office.locator(".note.toast")
    note.wait_for()
    office.clock.run_for(5_900)
    note.hover()
    office.clock.run_for(60_000)
    assert note.is_visible()
    office.locator("h1").first.hover()
    office.clock.run_for(7_000)
    note.wait_for(state="detached")

    office.locator("#last").fill("999")
    office.locator("form.hours").evaluate("form => (form.noValidate = true)")
    office.get_by_role("button", name="保存").click()
    office.locator(".note.wrong").wait_for()
    office.clock.run_for(600_000)
    assert office.locator(".note.wrong").is_visible()
    office.locator(".note.wrong").get_by_role("button", name="知道了").click()
    office.locator(".note.wrong").wait_for(state="detached")
    office.request.put("/api/v1/settings/hours", data={"value": {}}, headers=office.context.csrf)


def test_a_message_reaches_the_desk(hall, office, chromium):
    clerk = hall.signed_in(chromium, "clerk", viewport={"width": 360, "height": 600})
    desk = clerk.new_page()
    desk.goto("/desk")
    desk.get_by_role("button", name="3号窗口", exact=True).click()
    desk.locator(".stage").wait_for()

    office.locator(".tile", has_text="不动产").click()
    office.locator(".window-dialog textarea").fill("请优先接转移业务")
    office.locator(".window-dialog").get_by_role("button", name="发送").click()

    told = desk.locator(".note.message", has_text="请优先接转移业务")
    told.wait_for()
    told.get_by_role("button", name="知道了").click()
    assert told.count() == 0
    clerk.request.put("/api/v1/windows/3/state", data={"state": "closed"}, headers=clerk.csrf)
    clerk.close()


def test_a_service_and_a_window_are_changed_and_added(office):
    go(office, "services")
    office.get_by_role("button", name="修改 纳税申报及税款缴纳").click()
    office.get_by_label("语音读法", exact=True).fill("纳税申报")
    office.get_by_label("所需材料（一行一项）", exact=True).fill("身份证\n申报表")
    office.get_by_role("button", name="保存").click()
    saved(office)
    office.get_by_role("button", name="新增事项").click()
    office.get_by_label("编码").first.fill("notary")
    office.get_by_label("号码字头").fill("N")
    office.get_by_label("名称", exact=True).fill("公证与法律援助")
    office.get_by_role("button", name="保存").click()
    office.locator("tr", has_text="公证与法律援助").wait_for()
    go(office, "windows")
    office.get_by_role("button", name="修改 3").click()
    office.locator(".chooser").get_by_text("公证与法律援助").click()
    office.get_by_role("button", name="保存").click()
    saved(office)

    services = {s["code"]: s for s in get(office, "/services")["items"]}
    assert services["tax"]["materials"] == ["身份证", "申报表"]
    assert services["notary"]["prefix"] == "N"
    assert "notary" in get(office, "/windows/3")["services"]


def test_a_rule_is_stored_whole_and_a_wrong_one_is_refused(office):
    go(office, "rules")
    before = get(office, "/settings/rules")["effective"]

    office.locator("#overdue_s").fill("45")
    office.locator("#cap_s").fill("75")
    office.get_by_label("预约 一般 等候不超过").fill("12")
    office.get_by_label("预约 一般 等候不超过").press("Tab")
    office.get_by_role("button", name="保存").click()
    saved(office)

    after = get(office, "/settings/rules")["value"]
    row = next(r for r in after["promises"] if r["class_"] == "appointment" and r["kind"] == "ordinary")
    assert (after["overdue_s"], after["cap_s"], row["promise"]["target_s"]) == (2700, 4500, 720)
    assert after["green"] == before["green"] and after["returns"] == before["returns"]


def test_the_hall_s_own_weights_go_back_in_one_press_and_stay_back_until_allowed(hall, office):
    hall.open("1")  # or the hall is at rest and looks for weights of its own meanwhile
    value = {"factors": {"green": 1.25}, "last": {"day": "2026-11-19", "outcome": "found", "days": 12, "gain": 0.8}}
    office.request.put("/api/v1/settings/weights", data={"value": value}, headers=office.context.csrf)
    go(office, "rules")
    told = office.locator(".found-weights")

    told.get_by_text("高0.8分").wait_for()
    assert "× 1.25" in told.inner_text()
    told.get_by_role("button", name="退回出厂权重").click()
    told.get_by_text("已停用").wait_for()
    assert get(office, "/settings/weights")["value"] == {"nightly": False}

    told.get_by_role("button", name="允许每晚试算").click()
    told.get_by_text("还没有试算过").wait_for()
    hall.ask("PUT", "/windows/1/state", {"state": "closed"}, hall.keypad("1"))


def test_opening_hours_and_a_holiday(office):
    go(office, "hours")
    office.locator(".hours .day .hint", has_text="全天").nth(6).wait_for()
    assert office.get_by_label("开门前多久开始取号").input_value() == "15"  # as it holds
    office.get_by_role("button", name="增加一天").click()
    office.get_by_label("日期").fill("2027-01-01")
    save(office)
    assert "sunday" not in get(office, "/settings/hours")["value"]  # a holiday alone closes no other day
    go(office, "hours")
    office.get_by_role("button", name="增加一段").first.click()
    office.get_by_label("星期一 从").fill("08:30")
    office.get_by_label("星期一 到").fill("17:30")
    office.get_by_role("button", name="周一的时间用到周五").click()
    save(office)

    hours = get(office, "/settings/hours")["value"]
    assert hours["friday"] == ["08:30-17:30"] and hours["sunday"] == []
    assert hours["holidays"] == ["2027-01-01"]
    _sessions_and_own_hours(office)
    everything = {"value": {}}  # the other tests' hall is always open
    office.context.request.put("/api/v1/settings/hours", data=everything, headers=office.context.csrf)


def _sessions_and_own_hours(office):
    office.get_by_role("button", name="增加时段").click()
    dialog = office.locator(".dialog")
    dialog.get_by_label("名称", exact=True).fill("午间错时")
    dialog.locator(".chooser input[type=checkbox]").first.check()
    dialog.get_by_role("button", name="保存").click()
    office.locator(".sessions li", has_text="午间错时").wait_for()
    office.get_by_role("button", name="增加事项").click()
    own = office.locator(".week", has_text="关门前多久停止取号")
    service = own.get_by_role("combobox").input_value()
    own.get_by_label("关门前多久停止取号").fill("30")
    own.get_by_role("button", name="增加一段").first.click()
    save(office)

    hours = get(office, "/settings/hours")["value"]
    (session,) = hours["sessions"]
    assert (session["name"]["zh"], session["span"], len(session["services"])) == ("午间错时", "12:00-13:30", 1)
    assert hours["services"][service] == {"last_number": 1800, "monday": ["09:00-12:00"]} | {
        day: [] for day in ("tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    }


def test_how_loud_the_hall_speaks_is_set_by_the_hour_and_heard_by_a_board_that_is_open(hall, office, chromium, watched):
    board = watched(chromium.new_context(base_url=hall.url).new_page())
    board.add_init_script("""
        window.played = [];
        HTMLMediaElement.prototype.play = function () {
          window.played.push([this.src.split('/')[4], this.volume]);
          setTimeout(() => this.dispatchEvent(new Event('ended')));
          return Promise.resolve();
        };
    """)
    board.goto("/board")
    board.locator(".board").wait_for()
    go(office, "voice")

    office.locator('.tick input[value="en"]').check()
    office.get_by_label("每个号播报").select_option("1")
    office.locator(".panel-box", has_text="分时段音量").get_by_role("button", name="增加一段").click()
    office.get_by_label("从").fill("00:00")
    office.get_by_label("到").fill("23:59")
    office.get_by_label("音量", exact=True).fill("35")
    office.get_by_role("button", name="保存").click()
    saved(office)
    hall.open("1")
    ticket = hall.take("tax")
    hall.call("1")

    board.wait_for_function("() => window.played.length >= 2")
    assert board.evaluate("() => window.played") == [["zh", 0.35], ["en", 0.35]]
    voice = hall.ask("GET", "/board")["hall"]["voice"]
    assert voice["hours"] == [{"from": "00:00", "to": "23:59", "volume": 35}] and voice["languages"] == ["zh", "en"]
    hall.gesture(ticket, "miss", "1")
    hall.gesture(ticket, "cancellation", "1")
    hall.ask("PUT", "/windows/1/state", {"state": "closed"}, hall.keypad("1"))
    office.context.request.put("/api/v1/settings/voice", data={"value": {}}, headers=office.context.csrf)
    board.context.close()


def test_a_notice_stands_on_the_board_until_it_is_taken_down(office, hall):
    go(office, "notices")
    office.get_by_role("button", name="发通知").click()
    office.get_by_label("内容").first.fill("本周六延时服务")
    office.get_by_role("button", name="保存").click()
    office.locator("li", has_text="本周六延时服务").wait_for()
    shown = [n["text"] for n in hall.ask("GET", "/board")["notices"]]
    board = office.context.new_page()
    board.goto("/board?lang=zh")
    board.get_by_text("本周六延时服务").first.wait_for()
    office.locator("li", has_text="本周六延时服务").get_by_role("button", name="删除").click()
    office.locator("li", has_text="本周六延时服务").wait_for(state="detached")

    board.get_by_text("本周六延时服务").first.wait_for(state="detached")  # an open board follows
    assert "本周六延时服务" in shown
    assert "本周六延时服务" not in [n["text"] for n in hall.ask("GET", "/board")["notices"]]


def test_another_hall_is_named_changed_and_taken_away(office):
    go(office, "neighbours")
    office.get_by_text("没有周边大厅").wait_for()
    office.get_by_role("button", name="添加大厅").click()
    office.get_by_label("大厅编码").fill("33100200000002")
    office.get_by_label("名称", exact=True).fill("桃源街道便民服务中心")
    office.get_by_label("大厅服务器地址").fill("http://127.0.0.1:9")  # nobody answers there
    office.get_by_role("button", name="保存").click()
    row = office.locator(".neighbours-page li", has_text="桃源街道")
    row.get_by_text("没有回答").wait_for()
    named = {"code": "33100200000002", "name": {"zh": "桃源街道便民服务中心"}, "url": "http://127.0.0.1:9"}
    assert get(office, "/settings/neighbours")["value"] == {"items": [named]}

    row.get_by_role("button", name="修改").click()
    office.get_by_label("地址（选填）", exact=True).fill("桃源路 218 号")
    office.get_by_label("大厅服务器地址").fill("")
    office.get_by_role("button", name="保存").click()
    row.get_by_text("不询问").wait_for()
    assert [(h["address"], h["open"]) for h in get(office, "/halls")["items"]][1:] == [("桃源路 218 号", None)]

    row.get_by_role("button", name="删除").click()
    office.get_by_text("没有周边大厅").wait_for()
    assert get(office, "/settings/neighbours")["value"] == {"items": []}


def test_a_plan_is_prepared_activated_and_stopped(office):
    go(office, "plans")
    office.get_by_role("button", name="新增预案").click()
    office.get_by_label("名称").first.fill("办税高峰")
    office.get_by_role("button", name="+ 启动后调窗口").click()
    office.locator(".lend select").select_option("3")
    office.locator(".lend .chooser").get_by_text("纳税申报").click()
    office.locator("#plan-form > .chooser").get_by_text("纳税申报").click()
    office.get_by_label("哪些日子").fill("2026-01-01, 2030-01-02")
    office.get_by_label("等候人数").fill("30")
    office.get_by_label("预计来人").fill("150")
    office.get_by_role("button", name="+ 人员到岗").click()
    office.get_by_label("姓名").fill("王芳")
    office.get_by_role("button", name="+ 增加限号").click()
    office.get_by_role("button", name="保存").click()
    row = office.locator(".calendar tr", has_text="纳税申报")
    row.get_by_text("≥ 30").wait_for()
    plan = get(office, "/settings/plans")["value"]["items"][-1]
    assert plan["dates"] == ["2026-01-01", "2030-01-02"] and plan["expect"] == 150 and plan["when"] == {"waiting": 30}
    assert plan["people"][0]["name"] == "王芳" and plan["quotas"][0]["start"] == 510 and plan["quotas"][0]["tickets"] == 40
    office.locator("li", has_text="办税高峰").get_by_role("button", name="启动").click()
    office.locator("li.active", has_text="办税高峰").wait_for()
    during = get(office, "/windows/3")["services"]
    office.locator("li.active").get_by_role("button", name="停止").click()
    office.locator("li:not(.active)", has_text="办税高峰").wait_for()

    assert "tax" in during
    assert "tax" not in get(office, "/windows/3")["services"]
    office.context.request.put("/api/v1/settings/plans", data={"value": {"items": []}}, headers=office.context.csrf)


def test_what_a_page_does_not_ask_for_stays_as_it_was_when_a_plan_or_a_lend_is_changed(office):
    lend = {"window": "3", "services": ["tax"], "only": True, "from": "14:00", "note": "下午人少"}
    plan = {"id": "peak", "name": {"zh": "高峰", "en": "Peak"}, "lends": [lend]}
    for name, item in (("lends", lend), ("plans", plan)):
        office.context.request.put(f"/api/v1/settings/{name}", data={"value": {"items": [item]}}, headers=office.context.csrf)
    go(office, "plans")

    office.locator("li", has_text="下午人少").get_by_role("button", name="修改").click()
    office.get_by_label("备注").fill("午后人少")
    office.get_by_role("button", name="保存").click()
    office.locator("li", has_text="午后人少").wait_for()
    office.locator("li", has_text="高峰").get_by_role("button", name="修改").click()
    office.get_by_label("名称", exact=True).fill("月末高峰")
    office.get_by_role("button", name="保存").click()
    office.locator("li", has_text="月末高峰").wait_for()

    assert get(office, "/settings/lends")["value"]["items"] == [lend | {"note": "午后人少"}]
    kept = get(office, "/settings/plans")["value"]["items"][0]
    assert kept["lends"] == [lend] and kept["name"] == {"zh": "月末高峰", "en": "Peak"}
    for name in ("lends", "plans"):
        office.context.request.put(f"/api/v1/settings/{name}", data={"value": {"items": []}}, headers=office.context.csrf)


def test_the_list_of_services_shows_themes_in_the_language_of_the_page(office):
    before = {one["code"]: one for one in get(office, "/services")["items"]}["tax"]["themes"]
    put = lambda theme: office.context.request.put("/api/v1/services/tax", data={"theme": theme}, headers=office.context.csrf)
    put({"zh": "税务专题", "en": "Taxes of all kinds"})

    office.goto("/manage?lang=en#services")
    row = office.locator("tr", has_text="Taxes of all kinds")
    row.wait_for()

    assert "税务专题" not in row.inner_text()
    put(before)


def test_a_windows_type_is_chosen_with_all_its_languages_and_its_area_written_in_each(office):
    before = get(office, "/windows/2")
    go(office, "windows")
    office.get_by_role("button", name="修改 2").click()
    office.get_by_label("类型", exact=True).fill("出件")
    office.get_by_label("类型", exact=True).press("Tab")
    office.get_by_label("区域", exact=True).fill("东区")
    office.get_by_label("区域 · English").fill("East wing")
    office.get_by_role("button", name="保存").click()
    office.locator("tr", has_text="东区").wait_for()

    after = get(office, "/windows/2")
    assert after["types"] == {"zh": "出件", "en": "Collection"} and after["zones"] == {"zh": "东区", "en": "East wing"}
    back = {"type": before["types"], "zone": before["zones"]}
    office.context.request.put("/api/v1/windows/2", data=back, headers=office.context.csrf)


def test_a_zone_is_made_and_a_type_gets_the_services_that_go_to_its_windows_only(office):
    go(office, "zones")
    office.get_by_role("button", name="新增区域").click()
    office.get_by_label("编码").fill("east")
    office.get_by_label("名称", exact=True).fill("东楼")
    office.get_by_label("楼层", exact=True).fill("三楼")
    office.get_by_role("button", name="保存").click()
    office.locator("tr", has_text="东楼").wait_for()
    office.get_by_role("button", name="修改 综合").click()
    office.locator(".chooser input[type=checkbox]").first.check()
    office.get_by_role("button", name="保存").click()
    office.locator(".dialog").wait_for(state="detached")

    zones, types = get(office, "/settings/zones")["value"]["items"], get(office, "/settings/types")["value"]["items"]
    assert zones[-1] == {"code": "east", "name": {"zh": "东楼"}, "storey": {"zh": "三楼"}}
    assert [(one["code"], len(one["services"])) for one in types] == [("general", 1)]
    office.context.request.put("/api/v1/settings/types", data={"value": {"items": []}}, headers=office.context.csrf)
    office.get_by_role("button", name="删除 东楼").click()
    office.locator("tr", has_text="东楼").wait_for(state="detached")


def test_a_first_password_and_a_token_are_shown_once(office, hall):
    go(office, "staff")
    office.get_by_role("button", name="新增人员").click()
    office.get_by_label("登录名").fill("xinren")
    office.get_by_role("button", name="保存").click()
    password = office.locator(".secret code").inner_text()
    office.get_by_label("登录名").wait_for(state="hidden")  # what is still being saved asks before one leaves it
    go(office, "tokens")
    office.get_by_role("button", name="新令牌").click()
    office.get_by_label("用途").select_option("pad")
    office.get_by_label("绑定窗口").select_option("2")
    office.get_by_role("button", name="新增").click()
    token = office.locator(".secret code").inner_text()

    assert office.context.request.post("/api/v1/session", data={"name": "xinren", "password": password}).status == 201
    assert hall.ask("GET", "/me", token=token)["window"] == "2"


def test_what_is_to_come_is_told_and_its_advice_is_done_with_one_press(office, hall):
    put = lambda path, **body: office.context.request.put(f"/api/v1{path}", data=body, headers=office.context.csrf)
    hours = get(office, "/settings/hours")["value"]
    put("/settings/hours", value={})  # open at any time of day
    for window in get(office, "/windows")["items"]:
        put(f"/windows/{window['no']}/state", state="closed")
    line = [hall.take("tax")["track"] for _ in range(4)]
    go(office, "forecast")
    office.locator(".forecast .honest", has_text="还没有往日数据").wait_for()
    button = office.locator(".forecast .next .push.main", has_text="开放")
    button.wait_for()
    advised = button.inner_text()

    button.click()
    office.locator(".dialog").get_by_role("button", name=advised).click()
    saved(office)

    opened = [w["no"] for w in get(office, "/windows")["items"] if w["state"] == "open"]
    assert opened and all(no in advised for no in opened)
    for track in line:
        hall.ask("POST", f"/tickets/{track}/cancellation", {})
    for no in opened:
        put(f"/windows/{no}/state", state="closed")
    put("/settings/hours", value=hours)


def test_a_bad_evaluation_is_followed_up_and_the_name_is_called_back_first(office, hall):
    badge = office.locator(".side a", has_text="差评跟进").locator(".badge")
    before = len(get(office, "/cases?state=open")["items"])  # what other tests have left
    hall.open("2")
    ticket = hall.take("tax")
    hall.call("2")
    hall.gesture(ticket, "service", "2")
    hall.gesture(ticket, "completion", "2")
    token = hall.link(ticket)
    hall.ask("POST", "/evaluations", {"token": token, "grade": 2, "tags": ["214"], "comment": "没有说清楚", "anonymous": False})
    badge.filter(has_text=str(before + 1)).wait_for()  # told at once, without a reload
    hall.ask("PUT", "/windows/2/state", {"state": "closed"}, hall.keypad("2"))
    go(office, "cases")
    case = office.locator(".cases li", has_text="没有说清楚")

    case.get_by_role("button", name="我来处理").click()
    case.get_by_text("在处理").wait_for()
    case.get_by_role("button", name="办结").click()
    office.get_by_text("属实，已整改").click()
    office.locator(".dialog").get_by_role("button", name="办结").click()
    office.locator(".note.wrong", has_text="请先回访本人").wait_for()
    office.get_by_text("已回访本人").click()
    office.get_by_label("核实和处理情况").fill("已补充材料样本")
    office.locator(".dialog").get_by_role("button", name="办结").click()
    case.wait_for(state="detached")
    office.get_by_role("button", name="已办结").click()

    assert "已补充材料样本" in office.locator(".cases li").first.inner_text()
    assert get(office, "/cases?state=closed")["items"][0]["outcome"] == "corrected"


def test_many_days_are_shown_and_a_year_is_asked_for_in_one_press(office, hall):
    hall.ask("POST", f"/tickets/{hall.take('tax')['track']}/cancellation", {})
    go(office, "figures")
    with office.expect_response(lambda answer: "/history?" in answer.url) as told:
        office.get_by_role("button", name="一年").click()
    office.locator(".strip-of-figures").wait_for()
    office.locator(".daychart svg").nth(2).wait_for()

    assert told.value.json()["total"]["issued"] >= 1
    assert office.locator(".daychart svg").count() == 3


def test_how_services_were_handled_is_counted_on_the_figures_page(office, hall):
    hall.open("1")
    mine = hall.take("tax")
    hall.ask("POST", "/windows/1/calls", {"ticket": mine["id"]}, hall.keypad("1"))
    hall.gesture(mine, "service", "1")
    hall.gesture(mine, "completion", "1", {"flags": ["at_once", "tolerated"], "waived": 3})

    go(office, "figures")

    row = office.locator(".marked tbody tr", has_text="纳税申报").first
    row.wait_for()
    cells = [cell.strip() for cell in row.locator("td, th").all_inner_texts()]
    assert cells[2:] == ["1", "", "1", "3", ""]


def test_who_needed_no_window_stands_beside_the_goals_that_are_set_on_the_rules_page(office, hall):
    hall.ask("POST", "/diversions", {"to": "online", "service": "tax"}, hall.kiosk)
    go(office, "rules")
    goal = office.get_by_label("网上办占比", exact=True)
    assert goal.input_value() == "88"
    goal.fill("1")
    office.get_by_role("button", name="保存").click()
    saved(office)

    go(office, "figures")

    row = office.locator(".diverted tr", has_text="网上办占比").first
    row.get_by_text("目标 1%").wait_for()
    assert "已达到" in row.inner_text()
    assert "目标 90%" in office.locator(".diverted").inner_text()
    assert "取号机上改为网上办的" in office.locator(".diverted").inner_text()


def test_the_auditor_reads_sentences_finds_a_number_by_itself_and_sees_no_json_at_first(hall, chromium, watched):
    ticket = hall.take("tax")
    context = hall.signed_in(chromium, "auditor", viewport=OFFICE)
    page = watched(context.new_page())
    page.goto("/manage")

    page.locator(".journal .event", has_text=f"取号 {ticket['number']}：纳税申报").wait_for()
    page.get_by_label("号码").fill(ticket["number"].lower())
    page.get_by_label("号码").press("Tab")
    page.wait_for_function("n => document.querySelectorAll('.journal .event').length === n", arg=1)

    assert "取号机 k1" in page.locator(".journal .event").inner_text()
    assert "{" not in page.locator(".journal table").inner_text() and "ticket.issued" not in page.locator(".journal table").inner_text()
    hall.give_up(ticket)
    context.close()


def test_an_auditor_sees_the_journal_and_the_accounts_of_auditors_and_nothing_else(hall, chromium, watched):
    context = hall.signed_in(chromium, "auditor", viewport=OFFICE)
    page = watched(context.new_page())

    page.goto("/manage")
    page.locator(".journal .event").first.wait_for()
    page.locator(".journal .event button").first.click()

    assert page.locator(".side nav a").all_inner_texts() == ["审计日志", "人员"]
    assert page.locator(".journal pre").inner_text()

    page.locator(".journal .lead select").first.select_option("window:1")
    page.locator(".journal .history", has_text="1号窗口的全部历史").wait_for()
    page.locator(".journal .changes ins").first.wait_for()
    page.locator(".journal .history").get_by_role("button", name="全部记录").click()
    page.locator(".journal .history").wait_for(state="detached")

    go(page, "staff")
    row = page.locator("tbody tr", has_text="boss")
    row.wait_for()
    assert row.get_by_role("button").count() == 0
    page.get_by_role("button", name="新增人员").click()
    dialog = page.get_by_role("dialog")
    assert dialog.locator("select option").all_inner_texts() == ["审计员"]
    context.close()


def test_a_security_administrator_looks_after_accounts_and_tokens_alone(hall, chromium, watched, office):
    context = hall.signed_in(chromium, "security", viewport=OFFICE)
    page = watched(context.new_page())
    page.goto("/manage")
    page.locator("tbody tr", has_text="boss").get_by_role("button", name="重设密码").wait_for()

    assert page.locator(".side nav a").all_inner_texts() == ["人员", "设备令牌"]
    go(office, "staff")
    office.get_by_text("本大厅的账号和令牌由安全管理员管理。").wait_for()
    assert office.locator("tbody").get_by_role("button").count() == 0
    context.close()


def test_the_control_room_needs_no_hand(hall, chromium, watched):
    context = hall.signed_in(chromium, "manager", viewport={"width": 1920, "height": 1080})
    page = watched(context.new_page())

    page.goto("/manage?wall")
    page.locator(".control .tile").first.wait_for()

    assert page.locator(".control .tile").count() == len(hall.ask("GET", "/board")["windows"])
    assert page.evaluate("() => [document.documentElement.scrollWidth, document.documentElement.scrollHeight]") == [1920, 1080]
    context.close()


def test_a_roster_is_entered_for_one_window_and_what_a_file_offers_is_taken_over_it(office):
    put = lambda value: office.context.request.put("/api/v1/settings/rosters", data={"value": value}, headers=office.context.csrf)
    put({"2": {"monday": ["09:00-12:00"]}})
    go(office, "rosters")
    row = lambda no: office.locator("tr", has=office.locator("td b", has_text=no).first)
    row("1").get_by_text("没有排班").wait_for()

    row("1").get_by_role("button", name="修改").click()
    dialog = office.get_by_role("dialog")
    monday = dialog.locator(".day", has_text="星期一")
    while monday.get_by_role("button", name="删除").count():
        monday.get_by_role("button", name="删除").first.click()
    for at, (start, end) in enumerate((("08:30", "12:00"), ("12:45", "17:30"))):
        monday.get_by_role("button", name="增加一段").click()
        monday.locator("input").nth(2 * at).fill(start)
        monday.locator("input").nth(2 * at + 1).fill(end)
    dialog.get_by_role("button", name="增加一天").click()
    dialog.locator(".dated input[type=date]").fill("2099-01-05")
    dialog.get_by_role("button", name="保存").click()
    row("1").get_by_text("12:45–17:30").wait_for()
    entered = get(office, "/settings/rosters")["value"]
    file = {"name": "排班.csv", "mimeType": "text/csv", "buffer": "窗口,日期,上班时间\n1,周二,休\n2,周一,08:30-11:30\n".encode()}
    office.locator("input[type=file]").set_input_files(file)
    office.get_by_role("button", name="采用").click()
    row("2").get_by_text("08:30–11:30").wait_for()
    taken = get(office, "/settings/rosters")["value"]
    put({})

    assert entered["1"]["monday"] == ["08:30-12:00", "12:45-17:30"] and entered["1"]["days"] == {"2099-01-05": []}
    assert entered["2"] == {"monday": ["09:00-12:00"]}
    assert taken["1"] == entered["1"] | {"tuesday": []} and taken["2"] == {"monday": ["08:30-11:30"]}


def test_a_package_is_made_on_its_page_and_what_is_wrong_is_said_at_its_field(hall, office):
    go(office, "packages")
    office.get_by_role("button", name="新增套餐").click()
    form = office.get_by_role("dialog")
    form.get_by_label("名称", exact=True).fill("买房一件事")
    form.get_by_label("编码", exact=False).first.fill("buy")
    form.get_by_role("button", name="加一个问题").click()
    form.get_by_label("问题1", exact=True).fill("有没有贷款？")
    form.get_by_role("button", name="加一个环节").click()
    for at, service in enumerate(("tax", "estate")):
        form.locator(".leg").nth(at).locator("select").first.select_option(service)
    form.get_by_label("套餐自己的事项编码").fill("33 01")
    form.get_by_role("button", name="保存").click()
    form.get_by_role("alert").first.wait_for()
    first = form.get_by_role("alert").all_inner_texts()
    form.get_by_label("套餐自己的事项编码").fill("33-01")
    form.get_by_role("button", name="保存").click()
    form.get_by_text("有一个问题没有环节用到").wait_for()
    form.locator(".leg").nth(1).locator("select").nth(1).select_option("only_if q1")
    form.get_by_role("button", name="保存").click()
    form.wait_for(state="detached")

    kept = get(office, "/settings/packages")["value"]["items"][-1]
    office.get_by_role("button", name="看怎么走 买房一件事").click()
    office.get_by_role("group", name="有没有贷款？").get_by_role("button", name="否").click()
    office.locator('.means [data-state="skipped"]').wait_for()
    office.get_by_role("button", name="删除 买房一件事").click()
    office.locator(".data tr", has_text="买房一件事").wait_for(state="detached")

    assert first == ["写法不对"]
    assert (kept["code"], kept["matter"], kept["questions"][0]["text"]) == ("buy", "33-01", {"zh": "有没有贷款？"})
    assert [(leg["service"], leg.get("only_if")) for leg in kept["legs"]] == [("tax", None), ("estate", "q1")]
