"""A promise that will break is told before it does, with what would prevent it; each step is an event."""

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
    assert told["advice"][0]["zh"].startswith("开放 A12 号窗口") and told["advice"][0]["en"].startswith("Open window A12")
    assert alert.advice[0]["do"] == "open_window" and alert.advice[0]["window"] == "A12" and alert.advice[0]["saves"] >= 1
    seq = context.seq
    assert ahead(context)[0].state == "raised" and context.seq == seq

    for t in tickets:
        context.kiosk.post(f"/tickets/{t['id']}/cancellation")

    assert ahead(context)[0].state == "cleared"


def test_a_quiet_hall_is_told_nothing(context, clock):
    context.manager.put("/windows/3/state", state="open")
    context.kiosk.take("estate")
    clock.forward(2)

    assert ahead(context) == []
