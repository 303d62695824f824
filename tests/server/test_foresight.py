"""What is to come, at its doors: from the hall's own past days, with bookings, with an error that is measured."""

import pytest

DAY = 24 * 60


@pytest.fixture
def after_days(house, clock):
    """`after_days(n)`: so many past days on which thirty came at ten and ten at eleven; today it is ten again."""

    def live(days, each=(30, 10)):
        for n in range(days):
            for count in each:
                for k in range(count + n % 2):
                    house.kiosk.take("tax" if k % 3 else "social")
                clock.forward(60)
            clock.forward(DAY - 60 * len(each))
            house.server.house.clockwork.tick()
        return house

    return live


def half(forecast, at):
    return next(h for h in forecast["halves"] if h["from"] == at)


def test_it_says_so_where_there_is_no_past_day(house):
    told = house.manager.get("/forecast").json

    assert (told["days"], told["error"], told["expected"]) == (0, None, 0)
    assert "还没有往日数据" in told["say"]["zh"] and "No past day" in told["say"]["en"]


def test_past_days_make_a_forecast_and_its_error(after_days):
    house = after_days(6)
    house.kiosk.take("tax")

    told = house.manager.get("/forecast").json

    ten = half(told, "10:00")
    assert told["day"] == "2026-11-26" and told["days"] == 6
    assert ten["expected"] == pytest.approx(30.5, abs=1) and ten["low"] < 30 < ten["high"] and ten["came"] == 1
    assert half(told, "11:00")["came"] is None and told["came"] == 1
    assert [d["day"] for d in told["error"]["days"]][-1] == "2026-11-25" and 0 < told["error"]["day_pct"] < 10
    assert "最近 5 天" in told["say"]["zh"] and f"{round(told['error']['day_pct'])}%" in told["say"]["zh"]
    assert sum(s["expected"] for s in told["services"]) == pytest.approx(told["expected"], abs=0.3)
    tax = house.manager.get("/forecast", service="tax").json
    assert 0 < tax["expected"] < told["expected"] and tax["services"] == []


def test_the_error_is_that_of_yesterdays_forecast(after_days, clock):
    """A day on which three times as many came as ever before: the forecast of that morning was wrong by two thirds, and says so."""
    house = after_days(4, each=(20,))
    for _ in range(60):
        house.kiosk.take("tax")
    clock.forward(DAY)

    told = house.manager.get("/forecast").json
    last = told["error"]["days"][-1]

    assert last["came"] == 60 and last["expected"] == pytest.approx(20.5, abs=1)
    assert house.manager.get("/forecast", day=last["day"]).json["expected"] == last["expected"]


def test_few_days_have_no_error_and_say_so(after_days):
    told = after_days(2).manager.get("/forecast").json

    assert told["error"] is None and "只有 2 天" in told["say"]["zh"] and told["expected"] == pytest.approx(41, abs=1)


def test_bookings_of_tomorrow_count_in(after_days):
    house = after_days(2)
    before = house.manager.get("/forecast", day="2026-11-23").json
    slot = next(s for s in house.app.get("/slots", service="tax", day="2026-11-23", days=1).json["items"] if "T14:" in s["from"])
    house.app.post("/appointments", slot=slot["id"], phone="13800138000")

    after = house.manager.get("/forecast", day="2026-11-23").json

    assert after["booked"] == 1 and after["expected"] == pytest.approx(before["expected"] + 0.85, abs=0.1)
    assert after["came"] is None


def test_the_peak_calendar_counts_in_and_is_named(after_days):
    house = after_days(2)
    plan = {"id": "p", "name": "社保截止", "services": ["social"], "dates": ["2026-11-23"], "expect": 300}
    assert house.manager.put("/settings/plans", value={"items": [plan]}).status_code == 200

    usual, peak = (house.manager.get("/forecast", day=day, service="social").json for day in ("2026-11-24", "2026-11-23"))

    assert peak["expected"] == pytest.approx(3 * usual["expected"], rel=0.05)
    assert peak["peaks"] == [{"plan": "p", "name": "社保截止", "expect": 300, "services": ["social"]}] and usual["peaks"] == []


def test_who_may_not_look_and_what_is_not_there(house):
    assert house.kiosk.get("/forecast").status_code == 403
    assert house.manager.get("/forecast", service="none").json["code"] == "no_such_service"
    assert house.manager.get("/forecast", day="2026-02-30").status_code == 422
