"""Alerts of what is so: each fires once, stands as long as it is so, and none is forgotten."""

import pytest

from server import actions
from server.domain.errors import NotNow
from server.forecast.alert_task import Alerts


@pytest.fixture
def look(context):
    """What stands after the hall has looked: {id: (level, sentence)}."""
    alerts = Alerts(context.ledger, do=context.server.context.do)

    def now():
        context.server.context.jobs.forecaster.refresh()
        alerts.tick()
        return {a["id"]: (a["level"], a["say"]["zh"]) for a in context.server.context.view().alerts()}

    return now


@pytest.fixture
def keypad(context):
    return context.device("keypad", window="1")


def kinds(context, id):
    events = context.auditor.get("/events", after=0, limit=1000).json["items"]
    return [e["kind"] for e in events if e["kind"].startswith("alert.") and e["body"]["alert"] == id]


def test_a_wait_is_warned_of_at_the_set_time_and_told_when_it_is_broken_until_it_ends(context, clock, look, keypad):
    """A booked number with a promise of 10 minutes waits at an open, idle window: the trial's own case."""
    ticket = context.kiosk.take("tax", **{"class": "green", "reason": "elderly"})
    clock.forward(7)
    assert "wait-tax-green" not in look()

    clock.forward(1)
    warned = look()
    clock.forward(2)
    broken = look()
    clock.forward(30)
    still = look()

    assert warned["wait-tax-green"] == ("warn", f"税务申报（绿色通道）：1 个号快要超过承诺等候时间（{ticket['number']}）")
    assert broken["wait-tax-green"] == ("bad", f"税务申报（绿色通道）：1 个号已超过承诺等候时间（{ticket['number']}）")
    assert still["wait-tax-green"] == broken["wait-tax-green"]
    keypad.post("/windows/1/calls")
    assert "wait-tax-green" not in look()
    assert kinds(context, "wait-tax-green") == ["alert.raised", "alert.changed", "alert.cleared"]


def test_a_number_called_in_time_that_missed_it_and_is_back_has_no_broken_wait(context, clock, look, keypad):
    ticket = context.kiosk.take("tax", **{"class": "green", "reason": "elderly"})
    clock.forward(1)
    keypad.post("/windows/1/calls")
    keypad.post(f"/tickets/{ticket['id']}/miss")
    context.guide.post(f"/tickets/{ticket['id']}/return")

    clock.forward(15)

    back = context.ledger.floor.tickets[ticket["id"]]
    assert back.state == "waiting" and "wait-tax-green" not in look()
    assert context.server.context.view().staff_ticket(back)["due_at"] is None  # no page counts it down


def test_what_has_become_graver_is_raised_anew_though_somebody_has_it_in_hand(context, clock, look):
    context.kiosk.take("tax", **{"class": "green", "reason": "elderly"})
    clock.forward(8)
    look()
    context.manager.post("/alerts/wait-tax-green/acknowledgement")
    look()
    assert context.ledger.floor.alerts["wait-tax-green"].state == "acknowledged"

    clock.forward(3)
    look()

    assert context.ledger.floor.alerts["wait-tax-green"].state == "raised"


def test_a_service_over_its_twenty_minutes(context, clock, look, keypad):
    ticket = context.kiosk.take()
    keypad.post("/windows/1/calls"), keypad.post(f"/tickets/{ticket['id']}/service")
    clock.forward(20)
    assert f"service-{ticket['id']}" not in look()

    clock.forward(1)

    assert look()[f"service-{ticket['id']}"] == ("bad", "1 号窗口办理A001号已超过 20 分钟")
    keypad.post(f"/tickets/{ticket['id']}/completion", outcome="done")
    assert f"service-{ticket['id']}" not in look()


def test_people_whom_no_open_window_serves_and_who_could(context, look):
    for no in ("1", "2", "3"):
        context.manager.put(f"/windows/{no}/state", state="closed")
    context.kiosk.take("estate")

    assert look()["unserved-estate"] == ("bad", "不动产转移登记：1 人在等，没有开放的窗口办理")
    advice = context.ledger.floor.alerts["unserved-estate"].advice
    assert {one["window"] for one in advice} == {"3", "A12"}
    context.device("keypad", window="3").put("/windows/3/state", state="open")
    assert "unserved-estate" not in look()


def test_a_number_of_a_class_for_which_every_open_window_is_not_is_served_by_none(context, look):
    context.manager.put("/settings/reserved", value={no: ["ordinary"] for no in ("1", "2")})
    context.kiosk.take("tax", **{"class": "green", "reason": "elderly"})

    assert look()["unserved-tax"][0] == "bad"
    context.device("keypad", window="A12").put("/windows/A12/state", state="open")
    assert "unserved-tax" not in look()


def test_a_window_that_leaves_people_waiting_idle_or_empty(context, clock, look, keypad):
    keypad.put("/windows/1/state", state="open")
    context.kiosk.take("tax")
    clock.forward(2)
    assert "idle_window-1" not in look()

    clock.forward(2)
    idle = look()["idle_window-1"]
    keypad.post("/windows/1/calls")

    assert idle == ("warn", "1 号窗口空闲，还有它能办的人在等") and "idle_window-1" not in look()
    context.manager.put("/windows/2/state", state="closed"), context.manager.put("/windows/2/state", state="open")
    context.kiosk.take("social")
    clock.forward(4)
    assert look()["idle_window-2"][1] == "2 号窗口已开放，没有人在办理"


LEFT = {
    "miss": lambda context, keypad, ticket: keypad.post(f"/tickets/{ticket}/miss"),
    "put aside, and taken up elsewhere": lambda context, keypad, ticket: (
        keypad.post(f"/tickets/{ticket}/service"),
        keypad.post(f"/tickets/{ticket}/hold"),
        context.ledger.do("3", actions.resume, ticket=ticket, window="3"),
    )[1],
    "taken back": lambda context, keypad, ticket: keypad.delete(f"/tickets/{ticket}/calls"),
    "given up": lambda context, keypad, ticket: context.manager.post(f"/tickets/{ticket}/cancellation"),
}


@pytest.mark.parametrize("how", LEFT)
def test_the_time_for_which_a_window_waited_for_somebody_it_called_is_not_idle(context, clock, look, keypad, how):
    context.manager.put("/settings/calls", value={"undo_s": 600})
    context.manager.put("/windows/2/state", state="closed")
    ticket = context.kiosk.take("tax")["id"]
    context.kiosk.take("tax")
    clock.forward(2)
    keypad.post("/windows/1/calls")
    clock.forward(5)

    assert LEFT[how](context, keypad, ticket).status_code in (200, 201)
    (window,) = (w for w in context.server.context.view().staff_windows() if w["no"] == "1")
    then, soon = context.server.context.view().at(clock()), look()
    clock.forward(2)
    later = look()
    clock.forward(1)

    assert window["free_since"] == then and window["since"] < then
    assert "idle_window-1" not in soon and "idle_window-1" not in later
    assert "idle_window-1" in look()


def test_a_bad_evaluation_until_somebody_takes_it(context, look, keypad):
    ticket = context.kiosk.take()
    keypad.post("/windows/1/calls"), keypad.post(f"/tickets/{ticket['id']}/service")
    keypad.post(f"/tickets/{ticket['id']}/completion", outcome="done")
    (evaluation,) = context.ledger.floor.evaluations
    context.ledger.do("pad", actions.evaluate, evaluation=evaluation, grade=1, tags=(), comment="", anonymous=True, channel="pad")

    assert look()[f"evaluation-{evaluation}"] == ("bad", "收到差评：A001号，请在“差评跟进”里处理")
    context.manager.post(f"/cases/{evaluation}/owner")
    assert f"evaluation-{evaluation}" not in look()


def test_a_device_in_trouble_and_a_call_for_help_nobody_answers(context, clock, look):
    context.ledger.do("k1", actions.report_device, device="k1/printer", kind="printer", state="trouble", code="paper_end")
    context.ledger.do("k1", actions.call_help, place="一楼取号机")
    (help,) = context.ledger.floor.helps
    first = look()
    clock.forward(seconds=61)

    later = look()

    assert first["device-k1/printer"][0] == "bad" and first["device-k1/printer"][1].startswith("k1：")
    assert f"help-{help}" not in first and later[f"help-{help}"] == ("bad", "一楼取号机呼叫导服，还没有人去")
    context.ledger.do("k1", actions.report_device, device="k1/printer", kind="printer", state="ok")
    context.ledger.do("guide", actions.answer_help, id=help, by="li")
    assert not {"device-k1/printer", f"help-{help}"} & set(look())


TROUBLE = {
    "disk": ("满了", "bad", "系统异常：满了"),
    "backup": ("No space left on device", "bad", "备份没有做成（No space left on device）"),
    "journal": ("17: its content is not what was written (hash)", "bad", "业务流水从第17条起与写入时不一致"),
    "checkpoint": ("No such file or directory", "warn", "流水检查点写不出去（No such file or directory）"),
}


@pytest.mark.parametrize("code", TROUBLE)
def test_trouble_with_what_is_written_down_says_what_to_do(context, code):
    fact, level, said = TROUBLE[code]

    Alerts(context.ledger, do=context.server.context.do, trouble=lambda: {code: fact}).tick()

    (alert,) = context.server.context.view().alerts()
    assert (alert["kind"], alert["level"]) == ("storage", level) and alert["say"]["zh"].startswith(said)


def test_alerts_stand_through_a_restart_and_are_raised_once(fresh, clock):
    context = fresh()
    context.kiosk.take("tax", **{"class": "green", "reason": "elderly"})
    clock.forward(11)
    Alerts(context.ledger, do=context.server.context.do).tick()

    context = fresh()
    Alerts(context.ledger, do=context.server.context.do).tick()

    assert kinds(context, "wait-tax-green") == ["alert.raised"]


def test_a_queue_longer_than_set_and_what_is_long_is_the_halls_to_say(context, clock, look):
    context.manager.put("/settings/alerting", value={"queue": 2, "help_s": 30, "idle_s": 600, "paused_s": 120})
    for _ in range(3):
        context.kiosk.take("tax")
    context.ledger.do("k1", actions.call_help, place="一楼取号机")
    context.device("keypad", window="2").put("/windows/2/state", state="paused", reason="取件")
    clock.forward(seconds=45)
    assert {"queue-tax"} == {id for id in look() if id.startswith(("queue", "idle", "paused"))}

    clock.forward(minutes=5)

    said = look()
    assert said["queue-tax"] == ("warn", "税务申报：排队超过 2 人") and said["paused-2"][0] == "warn"
    assert not any(id.startswith("idle_window") for id in said) and any(id.startswith("help") for id in said)


def test_a_broken_wait_is_told_while_nobody_can_work_out_what_would_help(context, clock):
    def away(name, *given):
        raise NotNow("not_worked_out")

    ticket = context.kiosk.take("tax", **{"class": "green", "reason": "elderly"})
    clock.forward(minutes=11)
    Alerts(context.ledger, do=away).tick()

    (told,) = [a for a in context.server.context.view().alerts() if a["id"] == "wait-tax-green"]
    assert ticket["number"] in told["say"]["zh"] and not told["advice"]


ROSTER = {"friday": ["08:30-12:00", "12:45-17:30"]}


def test_a_window_that_is_not_back_when_its_roster_says_is_missed_after_five_minutes(context, clock, look, keypad):
    context.manager.put("/settings/rosters", value={"1": ROSTER})
    clock.forward(115)
    keypad.put("/windows/1/state", state="paused", reason="吃饭")
    standing = []
    for minutes in (45, 9, 2):  # 12:40, 12:49, 12:51
        clock.forward(minutes)
        standing.append(look().get("paused-1"))
    keypad.put("/windows/1/state", state="open")

    assert standing == [None, None, ("warn", "1 号窗口按排班 12:45–17:30 应在岗，现在没有开放")]
    assert "paused-1" not in look()


def test_a_window_closed_within_its_planned_hours_is_missed_and_a_short_pause_is_not(context, clock, look, keypad):
    context.manager.put("/settings/rosters", value={"1": ROSTER})
    keypad.put("/windows/1/state", state="closed")
    clock.forward(4)
    soon = look()
    clock.forward(2)
    later = look()
    keypad.put("/windows/1/state", state="open")
    keypad.put("/windows/1/state", state="paused", reason="取件")
    clock.forward(20)

    assert "paused-1" not in soon and "paused-1" in later and "paused-1" not in look()


def test_a_pause_as_long_as_its_planned_break_is_no_long_pause(context, clock, look, keypad):
    context.manager.put("/settings/rosters", value={"1": {"friday": ["08:30-10:00", "11:30-17:30"]}})
    keypad.put("/windows/1/state", state="paused", reason="吃饭")
    context.device("keypad", window="2").put("/windows/2/state", state="paused", reason="吃饭")
    clock.forward(80)

    found = look()

    assert "paused-1" not in found and "paused-2" in found
