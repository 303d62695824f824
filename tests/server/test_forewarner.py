"""A promise that will break is told before it does, with what would prevent it; each step is an event."""

from server.forewarner import Forewarner


def ahead(house):
    house.server.house.lookout.refresh()
    Forewarner(house.ledger).tick()
    return [a for a in house.ledger.floor.alerts.values() if a.kind == "promise"]


def crowd(house, clock, minutes):
    house.manager.put("/windows/3/state", state="open")
    tickets = [house.kiosk.take("estate") for _ in range(12)]
    clock.forward(minutes)
    return tickets


def test_it_is_raised_once_with_advice_and_cleared_when_it_is_over(house, clock):
    tickets = crowd(house, clock, 37)

    (alert,) = ahead(house)

    assert alert.state == "raised" and alert.id == "promise-estate-ordinary"
    assert "不动产转移登记（现场取号）：" in alert.say["zh"] and "Title transfer (walk-ins): in " in alert.say["en"]
    assert alert.advice[0]["do"] == "open_window" and alert.advice[0]["window"] == "A12" and alert.advice[0]["saves"] >= 1
    seq = house.seq
    assert ahead(house)[0].state == "raised" and house.seq == seq

    for t in tickets:
        house.kiosk.post(f"/tickets/{t['id']}/cancellation")

    assert ahead(house)[0].state == "cleared"


def test_a_quiet_hall_is_told_nothing(house, clock):
    house.manager.put("/windows/3/state", state="open")
    house.kiosk.take("estate")
    clock.forward(2)

    assert ahead(house) == []
