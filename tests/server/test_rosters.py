"""Rosters at their doors: set, refused, proposed from past days, told to the desk; read from a list."""

import base64
import io
from datetime import datetime

import openpyxl

DAY = 24 * 60
WHOLE = {day: ["08:30-17:30"] for day in ("monday", "tuesday", "wednesday", "thursday", "friday")}
LUNCH = ["08:30-12:00", "12:45-17:30"]


def test_a_roster_is_set_with_an_event_and_a_wrong_one_is_refused(context):
    put = lambda value: context.manager.put("/settings/rosters", value=value)

    assert put({"1": {"friday": LUNCH, "days": {"2026-11-27": []}}}).status_code == 200
    assert context.manager.get("/settings/rosters").json["value"] == {"1": {"friday": LUNCH, "days": {"2026-11-27": []}}}
    (event,) = [e for e in context.auditor.get("/events", after=0, limit=100).json["items"] if e["body"].get("setting") == "rosters"]
    assert event["kind"] == "setting.changed"
    for wrong, said in (
        ({"77": {"friday": LUNCH}}, "没有“77”号窗口"),
        ({"1": {"friday": ["12:00-08:30"]}}, "开始早于结束"),
        ({"1": {"friday": ["08:30-12:30", "12:00-17:30"]}}, "时段有重叠"),
        ({"1": {"fryday": LUNCH}}, "friday"),
        ({"1": {"days": {"27.11.": LUNCH}}}, "2026-10-01 的日期"),
    ):
        answer = put(wrong)
        assert answer.status_code == 422 and said in answer.json["errors"][0]["problem"], answer.json


def test_the_desk_knows_its_breaks_and_the_board_does_not(context, clock):
    context.manager.put("/settings/rosters", value={"1": {"friday": LUNCH}})

    window = lambda: context.server.context.view().staff_window("1")["breaks"]

    assert window() == [{"from": "2026-11-20T12:00:00.000+08:00", "to": "2026-11-20T12:45:00.000+08:00"}]
    assert "breaks" not in context.app.get("/board").json["windows"][0]
    clock.forward(165)  # 12:45
    assert window() == []


def test_rosters_are_proposed_from_what_was_pressed_on_past_days(context, clock):
    """Three days from Monday on, window 1 opens at 8:30, has lunch from 12:00 to 12:45 and closes at 17:30; the others stay closed."""
    context.manager.put("/settings/hours", value=WHOLE)
    desk = context.device("keypad", window="1")
    press = lambda state, reason="": desk.put("/windows/1/state", state=state, reason=reason)
    for no in ("1", "2", "3", "A12"):
        context.manager.put(f"/windows/{no}/state", state="closed")
    clock.forward(3 * DAY - 90)  # Monday 8:30
    for _ in range(3):
        context.server.context.clockwork.tick()
        press("open"), context.kiosk.take("tax")
        clock.forward(210), press("paused", "吃饭")
        clock.forward(45), press("open")
        clock.forward(285), press("closed")
        clock.forward(DAY - 540)
    context.server.context.clockwork.tick()

    found = context.manager.get("/settings/rosters/proposal", days=20).json

    assert found == {"days": 3, "value": {"1": {"monday": LUNCH, "tuesday": LUNCH, "wednesday": LUNCH}}}
    assert context.manager.put("/settings/rosters", value=found["value"]).status_code == 200
    assert context.manager.get("/settings/rosters/proposal", days=2).status_code == 422


def test_a_hall_without_past_days_proposes_nothing(context):
    assert context.manager.get("/settings/rosters/proposal").json == {"days": 0, "value": {}}


def sent(context, text):
    file = base64.b64encode(text.encode()).decode()
    return context.manager.post("/settings/rosters/list/preview", file=file).json


def test_a_list_of_rosters_is_read_and_changes_nothing(context):
    found = sent(
        context,
        """窗口,日期,上班时间
1,周一；星期二,8:30-12:00；12:45-17:30
1,2026/12/4,休
2,"Wed, Thu","08：30–12：00"
A12,friday,off
""",
    )

    assert found == {"wrong": [], "value": {
        "1": {"monday": LUNCH, "tuesday": LUNCH, "days": {"2026-12-04": []}},
        "2": {"wednesday": ["08:30-12:00"], "thursday": ["08:30-12:00"]},
        "A12": {"friday": []},
    }}  # fmt: skip
    assert context.manager.get("/settings/rosters").json["value"] == {}
    assert context.manager.put("/settings/rosters", value=found["value"]).status_code == 200


def test_a_spreadsheet_of_rosters_is_read_with_its_dates_and_numbers(context):
    book = openpyxl.Workbook()
    for row in (["Window", "Day", "Working hours"], [1, datetime(2026, 12, 4), "08:30-12:00"], [2, "Mon", "off"]):
        book.active.append(row)
    raw = io.BytesIO()
    book.save(raw)

    found = context.manager.post("/settings/rosters/list/preview", file=base64.b64encode(raw.getvalue()).decode()).json

    assert found["value"] == {"1": {"days": {"2026-12-04": ["08:30-12:00"]}}, "2": {"monday": []}}


def test_each_mistake_of_a_list_is_said_with_its_row(context):
    found = sent(
        context,
        """window,day,hours
77,Mon,08:30-12:00
1,someday,08:30-12:00
1,2026-13-40,08:30-12:00
1,Tue,
1,Wed,12:00-08:30
1,Thu,08:30-12:00
1,Thu,08:30-12:00
""",
    )

    assert found["value"] == {} and [one["row"] for one in found["wrong"]] == [2, 3, 4, 5, 6, 8]
    said = [one["say"]["en"] for one in found["wrong"]]
    assert "no window '77'" in said[0] and "no weekday" in said[1] and "no weekday" in said[2] and "a day off is 'off'" in said[3]
    assert "opening before closing" in said[4] and "has 'Thu' already" in said[5]
    assert "缺少“上班时间”一列" in [one["say"]["zh"] for one in sent(context, "窗口,日期\n1,周一\n")["wrong"]]
    assert "did you mean 'hours'" in sent(context, "window,day,hour\n1,Mon,off\n")["wrong"][0]["say"]["en"]
    assert sent(context, "window,day,hours\n")["wrong"][0]["row"] == 0
    assert context.manager.post("/settings/rosters/list/preview", file="!").json["wrong"][0]["row"] == 0
