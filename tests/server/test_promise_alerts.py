"""A promise that will break is told before it does, with what would prevent it; each step is an event."""

from server import actions
from server.forecast.alert_task import Alerts


def ahead(context):
    context.server.context.jobs.forecaster.refresh()
    Alerts(context.ledger, do=context.server.context.do).tick()
    return [a for a in context.ledger.floor.alerts.values() if a.kind == "promise"]


def crowd(context, clock, minutes):
    keypad = context.device("keypad", window="3")
    keypad.put("/windows/3/state", state="open")
    context.kiosk.take("estate")
    keypad.post(f"/tickets/{keypad.post('/windows/3/calls').json['id']}/service")  # somebody sits there, and is busy
    tickets = [context.kiosk.take("estate") for _ in range(12)]
    clock.forward(minutes)
    return tickets


def test_it_is_raised_once_with_advice_and_cleared_when_it_is_over(context, clock):
    tickets = crowd(context, clock, 35)

    (alert,) = ahead(context)

    assert alert.state == "raised" and alert.id == "promise-estate-ordinary"
    (told,) = (a for a in context.server.context.view().alerts() if a["kind"] == "promise")
    assert "不动产转移登记（现场取号）：" in told["say"]["zh"] and "Title transfer (walk-ins): in " in told["say"]["en"]
    n, opening = next((n, one) for n, one in enumerate(alert.advice) if one["do"] == "open_window")
    said = told["advice"][n]
    assert said["zh"].startswith("开放 A12 号窗口") and said["en"].startswith("Open window A12")
    assert opening["window"] == "A12" and opening["saves"] >= 1
    seq = context.seq
    assert ahead(context)[0].state == "raised" and context.seq == seq

    for t in tickets:
        context.kiosk.post(f"/tickets/{t['id']}/cancellation")

    assert ahead(context)[0].state == "cleared"


def test_steps_that_belong_together_are_said_in_one_sentence(context):
    steps = [{"do": "open_window", "window": "3"}, {"do": "lend", "window": "2", "services": ["estate"]}]
    named = {
        "id": "promise-estate-ordinary",
        "kind": "promise",
        "subject": "estate",
        "level": "warn",
        "say": {"code": "promise", "facts": {}},
    }
    context.ledger.do("hall", actions.raise_alert, **named, advice=({"do": "steps", "steps": steps, "saves": 6.6},))

    (told,) = context.server.context.view().alerts()

    assert told["advice"][0]["zh"] == "同时开放 3 号窗口、请 2 号窗口支援，一小时内共可多兑现约 7 个承诺"
    assert told["advice"][0]["en"] == "Together, open window 3 and lend window 2: keeps about 7 more promises within the hour"
    assert told["advice"][0]["steps"] == steps


def test_a_quiet_hall_is_told_nothing(context, clock):
    context.manager.put("/windows/3/state", state="open")
    context.kiosk.take("estate")
    clock.forward(2)

    assert ahead(context) == []
