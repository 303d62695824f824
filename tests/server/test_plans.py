"""Rules are tried on a past day before they are switched on; plans are put into force and ended."""

import pytest

from server.forecast import history as learned
from server.forecast import recorded_days as recorded
from server.forecast import simulate

NINE = ["09:00-17:00"]
PLAN = {"id": "peak", "name": "月末高峰", "services": ["social"], "lends": [{"window": "3", "services": ["social"]}]}


@pytest.fixture
def after_a_day(context, clock):
    """A hall that had a busy morning yesterday: two windows, forty numbers, service of five minutes each."""
    tickets = [context.kiosk.take("tax" if n % 2 else "social") for n in range(40)]
    pads = {no: context.device("keypad", no) for no in ("1", "2")}
    for _ in range(18):
        busy = {}
        for no, keypad in pads.items():
            called = keypad.post(f"/windows/{no}/calls").json
            keypad.post(f"/tickets/{called['id']}/service")
            busy[no] = called["id"]
        clock.forward(5)
        for no, keypad in pads.items():
            keypad.post(f"/tickets/{busy[no]}/completion", outcome="done", flags=[])
    context.kiosk.post(f"/tickets/{tickets[-1]['id']}/cancellation")
    clock.forward(minutes=24 * 60)
    context.server.context.clockwork.tick()
    return context


def test_a_recorded_day_can_be_run_again(after_a_day):
    context = after_a_day
    with context.server.context.reader() as reader:
        day = recorded.last_day(reader, context.ledger.floor.day)
        hall = simulate.read_hall(day, recorded.texts(reader, context.ledger.floor, day, context.ledger.zone))

    assert day == "2026-11-20"
    assert len(hall.days[0].service) == 40
    assert {w.no for w in hall.windows} >= {"1", "2"}
    assert hall.days[0].work[:36].mean() == pytest.approx(5, abs=0.2)


def test_a_rule_set_is_tried_on_yesterday_and_changes_nothing(after_a_day):
    context, manager = after_a_day, after_a_day.manager
    seq = context.seq

    answer = manager.post("/settings/rules/preview", value={"overdue_s": 5400})

    assert answer.status_code == 200, answer.text
    assert answer.json["day"] == "2026-11-20"
    assert answer.json["figures"]["now"]["tickets"] == answer.json["figures"]["proposed"]["tickets"] > 30
    assert 0 <= answer.json["figures"]["proposed"]["kept_pct"] <= 100
    assert context.seq == seq


def test_a_promise_twice_as_short_is_kept_less_often(after_a_day):
    context = after_a_day
    short = {"promises": [{"promise": {"target_s": 300, "warn_s": 240}}]}

    figures = context.manager.post("/settings/rules/preview", value=short).json["figures"]

    assert figures["proposed"]["kept_pct"] < figures["now"]["kept_pct"]


def test_nothing_to_try_rules_on_and_wrong_rules_are_said(context):
    assert context.manager.post("/settings/rules/preview", value={}).json["code"] == "nothing_recorded"
    wrong = context.manager.post("/settings/rules/preview", value={"overdu_s": 60})
    assert (wrong.status_code, "您是不是要写“overdue_s”" in wrong.json["errors"][0]["problem"]) == (422, True)
    assert context.kiosk.post("/settings/rules/preview", value={}).status_code == 403


def test_a_plan_is_activated_and_ended_at_its_door(context):
    context.manager.put("/settings/plans", value={"items": [PLAN]})

    begun = context.manager.post("/plans/peak/activation")
    again = context.manager.post("/plans/peak/activation")

    assert (begun.status_code, again.status_code) == (201, 201)
    assert begun.json["active_since"] == again.json["active_since"]
    assert "social" in context.kiosk.get("/windows").json["items"][2]["services"]
    assert context.manager.delete("/plans/peak/activation").json["active_since"] is None
    assert context.manager.post("/plans/nothing/activation").json["code"] == "no_such_plan"
    assert [p["id"] for p in context.manager.get("/plans").json["items"]] == ["peak"]


def test_a_plan_opens_its_windows_limits_numbers_and_says_who_goes_where(context):
    quota = {"service": "tax", "start": 0, "end": 1440, "tickets": 0}
    plan = PLAN | {"open": ["A12"], "people": [{"window": "A12", "name": "王芳"}], "quotas": [quota], "notice": {"text": "月末高峰"}}
    assert context.manager.put("/settings/plans", value={"items": [plan]}).status_code == 200
    assert context.manager.get("/windows/A12").json["state"] == "closed"

    context.manager.post("/plans/peak/activation")
    seq = context.seq
    context.manager.post("/plans/peak/activation")

    assert context.seq == seq  # once
    assert context.manager.get("/windows/A12").json["state"] == "open"
    assert [m["say"]["zh"] for m in context.server.context.view().messages()] == ["预案“月末高峰”已启动：请王芳到A12号窗口"]
    assert context.kiosk.post("/tickets", service="tax", channel="kiosk").json["code"] == "quota_full"
    assert "月末高峰" in [n["text"] for n in context.nobody().get("/board").json["notices"]]
    context.manager.delete("/plans/peak/activation")
    assert context.kiosk.post("/tickets", service="tax", channel="kiosk").status_code == 201


@pytest.mark.parametrize(
    ("hours", "now", "due"),
    [({}, "00:10", True), ({"monday": NINE}, "00:10", False), ({"monday": NINE}, "08:35", True), ({"friday": []}, "09:00", False)],
)
def test_a_plan_for_a_date_is_due_when_the_doors_are_about_to_open_and_not_at_midnight(context, clock, hours, now, due):
    context.manager.put("/settings/hours", value=hours)
    context.manager.put("/settings/plans", value={"items": [PLAN | {"dates": ["2026-11-23"], "auto": True, "open": ["A12"]}]})
    hour, minute = map(int, now.split(":"))
    clock.forward(minutes=(14 + 48) * 60 + hour * 60 + minute)  # from Friday ten o'clock

    context.server.context.clockwork.tick()

    assert (context.manager.get("/windows/A12").json["state"] == "open") is due
    assert bool(context.manager.get("/plans").json["items"][0]["active_since"]) is due


def test_yesterday_teaches_how_long_a_service_takes(after_a_day):
    context = after_a_day
    with context.server.context.reader() as reader:
        taught = learned.from_past(reader, context.ledger.floor, context.ledger.zone)

    assert taught.days == 1
    assert taught.minutes["social"] < 6.5  # published 8, yesterday 5
    assert taught.windows["1"] == 1.0 and "3" not in taught.windows
    assert 0 <= min(taught.press) and max(taught.press) <= 5 and 0 < max(taught.notice) <= 5
    assert context.ledger.floor.services["social"].minutes == 8


def test_a_hall_knows_nothing_on_its_first_day(context):
    with context.server.context.reader() as reader:
        assert learned.from_past(reader, context.ledger.floor, context.ledger.zone) is None


def test_a_name_can_be_heard_where_there_is_a_voice(context, tmp_path):
    from server.web.voice import HallVoice

    assert context.manager.post("/voice", text="不动产").json["code"] == "no_voice"
    context.server.context.voice = HallVoice(lambda text, lang: text.encode(), tmp_path, context.ledger.keys)

    url = context.manager.post("/voice", text="不动产").json["url"]

    assert context.nobody().ask("GET", url, root=True).data == "不动产".encode()
