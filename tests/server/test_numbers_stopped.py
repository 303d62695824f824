"""All numbers stopped for the rest of a day, and a day closed by hand: who is told what, who is still served, and when it is over."""

WHY = {"zh": "停电检修", "en": "Power cut"}


def book(context, day="2026-11-20", hour="15:00"):
    slots = context.app.get(f"/slots?service=tax&day={day}").json["items"]
    at = [one for one in slots if one["at"][11:16] == hour and one["free"]]
    return at and context.app.post("/appointments", slot=at[0]["id"], phone="13800138000").json


def test_no_service_gives_numbers_any_more_and_everybody_reads_why_and_when_again(context):
    context.manager.put("/settings/hours", value={"friday": ["08:30-17:30"], "monday": ["09:00-17:30"], "enforce": True})
    held, mine = context.kiosk.take("tax"), book(context)

    told = context.manager.post("/numbers/stop", text=WHY).json

    refused = context.kiosk.post("/tickets", service="social")
    assert (refused.status_code, refused.json["code"]) == (409, "numbers_stopped")
    assert "停电检修" in refused.json["detail"] and "下次取号时间为2026-11-23 08:45起" in refused.json["detail"]
    assert told["open"] is True and told["stopped"]["texts"] == WHY  # who has booked still checks in at the kiosk
    rows = context.nobody().get("/services").json["items"]
    assert {(one["open"], one["next_numbers"][:16]) for one in rows} == {(False, "2026-11-23T08:45")}
    assert context.nobody().get("/board").json["notices"][0]["texts"] == WHY
    assert book(context, hour="16:00") == [] and book(context, "2026-11-23", "10:00")["number"] is None

    assert context.of("guide").post("/tickets", service="tax").status_code == 201  # for one who cannot come again
    keypad = context.device("keypad", window="1")
    assert keypad.post("/windows/1/calls").json["number"] == held["number"]
    context.clock.forward(minutes=280)
    assert context.kiosk.post(f"/appointments/{mine['id']}/checkin").status_code == 201


def test_it_ends_by_hand_or_with_the_day_also_where_hours_are_not_kept(context, fresh):
    context.manager.post("/numbers/stop")
    assert context.kiosk.post("/tickets", service="tax").json["code"] == "numbers_stopped"
    assert context.nobody().get("/board").json["notices"][0]["text"] == "今天已停止取号，已取号和已预约的照常办理。"

    assert context.manager.ask("DELETE", "/numbers/stop").json["stopped"] is None
    assert context.kiosk.post("/tickets", service="tax").status_code == 201
    first = context.manager.post("/numbers/stop", text="会议").json["stopped"]["from"]
    context.clock.forward(minutes=5)
    assert context.manager.post("/numbers/stop", text=WHY).json["stopped"]["from"] == first  # only the reason is another

    again = fresh()
    assert again.kiosk.post("/tickets", service="tax").json["code"] == "numbers_stopped"
    again.clock.forward(minutes=15 * 60)
    assert again.kiosk.post("/tickets", service="tax").status_code == 201
    assert again.nobody().get("/hall").json["stopped"] is None


def test_only_who_leads_the_hall_stops_it(context):
    for who in ("clerk", "guide", "auditor", "security"):
        assert context.of(who).post("/numbers/stop").status_code == 403
        assert context.of(who).post("/day/end").status_code == 403


def test_a_day_closed_by_hand_asks_first_who_is_still_here(context):
    context.kiosk.take("tax"), book(context)

    refused = context.manager.post("/day/end")
    assert (refused.status_code, refused.json["code"], refused.json["here"], refused.json["booked"]) == (409, "people_left", 1, 1)
    assert context.kiosk.post("/tickets", service="social").status_code == 201  # nothing has changed

    assert context.manager.post("/day/end", let_go=True, text=WHY).json == {"expired": 3}
    assert {one["state"] for one in context.manager.get("/windows").json["items"]} == {"closed"}
    assert context.kiosk.post("/tickets", service="tax").json["code"] == "numbers_stopped"
    assert context.manager.post("/day/end").json == {"expired": 0}  # nobody came since: nothing is asked
