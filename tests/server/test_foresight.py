"""What is to come, at its doors: from the hall's own past days, with bookings, with an error that is measured."""

import pytest
from soon import until

from server import actions
from server.forecast import history
from server.forecast.wait_forecast import WaitForecaster

DAY = 24 * 60


@pytest.fixture
def after_days(context, clock):
    """`after_days(n)`: so many past days on which thirty came at ten and ten at eleven; today it is ten again."""

    def live(days, each=(30, 10)):
        for n in range(days):
            for count in each:
                for k in range(count + n % 2):
                    context.kiosk.take("tax" if k % 3 else "social")
                clock.forward(60)
            clock.forward(DAY - 60 * len(each))
            context.server.context.clockwork.tick()
        return context

    return live


def half(forecast, at):
    return next(h for h in forecast["halves"] if h["from"] == at)


def test_it_says_so_where_there_is_no_past_day(context):
    told = context.manager.get("/forecast").json

    assert (told["days"], told["error"], told["expected"]) == (0, None, 0)
    assert "还没有往日数据" in told["say"]["zh"] and "No past day" in told["say"]["en"]


def test_past_days_make_a_forecast_and_its_error(after_days):
    context = after_days(6)
    context.kiosk.take("tax")

    told = context.manager.get("/forecast").json

    ten = half(told, "10:00")
    assert told["day"] == "2026-11-26" and told["days"] == 6
    assert ten["expected"] == pytest.approx(30.5, abs=1) and ten["low"] < 30 < ten["high"] and ten["came"] == 1
    assert half(told, "11:00")["came"] is None and told["came"] == 1
    assert [d["day"] for d in told["error"]["days"]][-1] == "2026-11-25" and 0 < told["error"]["day_pct"] < 10
    assert "最近 5 天" in told["say"]["zh"] and f"{round(told['error']['day_pct'])}%" in told["say"]["zh"]
    assert sum(s["expected"] for s in told["services"]) == pytest.approx(told["expected"], abs=0.3)
    tax = context.manager.get("/forecast", service="tax").json
    assert 0 < tax["expected"] < told["expected"] and tax["services"] == []


def test_the_error_is_that_of_yesterdays_forecast(after_days, clock):
    """A day on which three times as many came as ever before: the forecast of that morning was wrong by two thirds, and says so."""
    context = after_days(4, each=(20,))
    for _ in range(60):
        context.kiosk.take("tax")
    clock.forward(DAY)

    told = context.manager.get("/forecast").json
    last = told["error"]["days"][-1]

    assert last["came"] == 60 and last["expected"] == pytest.approx(20.5, abs=1)
    assert context.manager.get("/forecast", day=last["day"]).json["expected"] == last["expected"]


def test_few_days_have_no_error_and_say_so(after_days):
    told = after_days(2).manager.get("/forecast").json

    assert told["error"] is None and "只有 2 天" in told["say"]["zh"] and told["expected"] == pytest.approx(41, abs=1)


def test_bookings_of_tomorrow_count_in(after_days):
    context = after_days(2)
    before = context.manager.get("/forecast", day="2026-11-23").json
    slot = next(s for s in context.app.get("/slots", service="tax", day="2026-11-23", days=1).json["items"] if "T14:" in s["from"])
    context.app.post("/appointments", slot=slot["id"], phone="13800138000")

    after = context.manager.get("/forecast", day="2026-11-23").json

    assert after["booked"] == 1 and after["expected"] == pytest.approx(before["expected"] + 0.85, abs=0.1)
    assert after["came"] is None


def test_the_peak_calendar_counts_in_and_is_named(after_days):
    context = after_days(2)
    plan = {"id": "p", "name": "社保截止", "services": ["social"], "dates": ["2026-11-23"], "expect": 300}
    assert context.manager.put("/settings/plans", value={"items": [plan]}).status_code == 200

    usual, peak = (context.manager.get("/forecast", day=day, service="social").json for day in ("2026-11-24", "2026-11-23"))

    assert peak["expected"] == pytest.approx(3 * usual["expected"], rel=0.05)
    assert peak["peaks"] == [{"plan": "p", "name": {"zh": "社保截止"}, "expect": 300, "services": ["social"]}] and usual["peaks"] == []


def test_who_may_not_look_and_what_is_not_there(context):
    assert context.kiosk.get("/forecast").status_code == 403
    assert context.manager.get("/forecast", service="none").json["code"] == "no_such_service"
    assert context.manager.get("/forecast", day="2026-02-30").status_code == 422


# -- windows


def test_tomorrow_is_advised_on_from_past_days_and_says_what_it_saves(after_days):
    context = after_days(3, each=(6, 5, 4))
    for no in ("1", "2", "3"):
        context.manager.put(f"/windows/{no}/state", state="open")
    told = context.manager.get("/staffing").json

    plan = told["plan"]
    assert told["ready"] and told["day"] == told["next_day"] == plan["day"] == "2026-11-24"
    assert plan["basis"] == {"days": 3, "times": "learned"} and plan["visitors"] == pytest.approx(16, abs=1.5)
    assert plan["advised"]["hours"] <= plan["all"]["hours"] and plan["saved_pct"] > 10
    assert plan["advised"]["kept_pct"] >= 90 and plan["enough"]
    assert plan["all"]["windows"] == 4 and plan["as_is"]["windows"] == 3  # 1, 2 and 3 are open
    worked = sum(h["windows"] for h in plan["halves"]) / 2
    assert worked == pytest.approx(plan["advised"]["hours"], abs=0.6)
    assert {w["no"] for w in plan["windows"]} == {"1", "2", "3", "A12"}
    assert f"省 {plan['saved_pct']:.0f}%" in plan["say"]["zh"] and "3 天往日数据" in plan["say"]["zh"]
    assert f"{plan['saved_pct']:.0f}% less" in plan["say"]["en"]


def test_without_past_days_or_bookings_there_is_nothing_to_advise_and_it_says_so(context):
    told = context.manager.get("/staffing").json

    assert told["ready"] and told["plan"]["advised"] is None and told["plan"]["basis"] == {"days": 0, "times": "described"}
    assert "还没有往日数据" in told["plan"]["say"]["zh"] and "No past day" in told["plan"]["say"]["en"]
    assert told["hour"]["as_is"]["windows"] == 3 and "现有窗口就够" in told["hour"]["say"]["zh"]


def test_on_the_first_day_bookings_are_advised_on_with_the_described_times(context):
    slots = [
        s for s in context.app.get("/slots", service="tax", day="2026-11-23", days=1).json["items"] if s["from"][11:13] in ("10", "14")
    ]
    for k, slot in enumerate(slots):
        for n in range(3):
            assert context.app.post("/appointments", slot=slot["id"], phone=f"139000{k:02}{n:03}").status_code == 201

    plan = context.manager.get("/staffing", day="2026-11-23").json["plan"]

    assert plan["basis"] == {"days": 0, "times": "described"} and plan["visitors"] > 5 and plan["advised"]["kept_pct"] > 80


def test_a_closed_day_is_said_and_the_next_open_one_is_advised_on(context):
    context.manager.put("/settings/hours", value={"friday": ["09:00-17:00"], "monday": ["09:00-17:00"]})

    told = context.manager.get("/staffing").json

    assert told["next_day"] == "2026-11-23" == told["day"]
    assert "不开放" in context.manager.get("/staffing", day="2026-11-21").json["plan"]["say"]["zh"]


def test_a_long_line_wants_a_window_for_the_next_hour_and_with_it_keeps_more(context, clock):
    context.manager.put("/windows/2/state", state="closed")
    for _ in range(14):
        context.kiosk.take("tax")
    clock.forward(6)

    hour = context.manager.get("/staffing").json["hour"]

    assert [s["do"] for s in hour["do"]] == ["open_window"] * len(hour["do"]) and hour["do"][0]["no"] in ("2", "A12")
    assert hour["advised"]["kept_pct"] > hour["as_is"]["kept_pct"] + 5 and hour["all"]["kept_pct"] >= hour["as_is"]["kept_pct"]
    numbers = [step["no"] for step in hour["do"]]
    assert f"建议再开 {'、'.join(numbers)} 号窗口" in hour["say"]["zh"] and f"{' and '.join(numbers)}; " in hour["say"]["en"]
    for step in hour["do"]:
        assert context.manager.put(f"/windows/{step['no']}/state", state="open").status_code == 200
        assert context.device("keypad", window=step["no"]).put(f"/windows/{step['no']}/state", state="open").status_code == 200
    clock.forward(seconds=1)
    again = context.manager.get("/staffing").json["hour"]
    assert again["as_is"]["windows"] == hour["advised"]["windows"]  # no stale advice once the windows have changed


def test_advice_is_worked_out_beside_and_kept_for_a_while(context, clock):
    advisor = context.server.context.jobs.advisor
    first = context.manager.get("/staffing").json["hour"]["at"]
    clock.forward(seconds=30)
    assert context.manager.get("/staffing").json["hour"]["at"] == first
    clock.forward(seconds=40)
    assert context.manager.get("/staffing").json["hour"]["at"] > first

    worked = []
    advisor._thread = object()  # as if a thread did it
    advisor._work = worked.append
    clock.forward(minutes=5)
    context.manager.get("/staffing", day="2026-11-27")
    advisor._thread = None

    told = worked, list(advisor._asked)
    assert told == ([], [("hour", ""), ("day", "2026-11-27")])  # the door itself did none of it


def test_an_advice_of_before_a_setting_is_told_and_said_to_be_renewed(context):
    advisor, asked = context.server.context.jobs.advisor, lambda: context.manager.get("/staffing").json
    context.kiosk.take("tax")
    assert asked()["ready"]
    advisor._thread, work, advisor._work = object(), advisor._work, lambda key: None  # as if a thread had not come to it yet

    context.kiosk.take("tax")
    assert asked()["ready"]  # one more in line
    context.manager.put("/windows/3/state", state="closed")
    told = asked()
    assert told["hour"] and told["ready"] is False

    advisor._thread, advisor._work = None, work
    assert asked()["ready"]


def test_an_advice_of_before_anybody_waited_is_said_to_be_renewed(context):
    """It was told for a minute that no window is needed while people stood before closed ones."""
    advisor, asked = context.server.context.jobs.advisor, lambda: context.manager.get("/staffing").json
    assert asked()["ready"]
    advisor._thread, advisor._work = object(), lambda key: None

    context.kiosk.take("tax")

    assert asked()["ready"] is False
    advisor._thread = None


def test_the_thread_works_out_what_was_asked_for(context):
    advisor = context.server.context.jobs.advisor.start()
    try:
        assert context.manager.get("/staffing").json["ready"] is False
        until(lambda: context.manager.get("/staffing").json["ready"])
    finally:
        advisor.close()


def test_the_weekday_and_the_peak_calendar_reach_the_waits(after_days):
    context = after_days(3, each=(12,))
    ledger, server = context.ledger, context.server.context
    with server.reader() as reader:
        taught = history.from_past(reader, ledger.floor, ledger.zone)
    expected = lambda: sum(
        sum(some) for (code, _), some in server.jobs.advisor.as_today(ledger.floor, taught).come.items() if code == "social"
    )
    usual = expected()

    context.manager.put("/settings/plans", value={"items": [{"id": "p", "name": "社保截止", "dates": [ledger.floor.day], "expect": 300}]})

    assert usual > 2 and expected() == pytest.approx(3 * usual, rel=0.02)


def test_what_past_days_teach_is_asked_again_when_the_peak_calendar_was_set(ledger, clock):
    asked = []
    forecaster = WaitForecaster(ledger, teach=lambda floor: asked.append(floor.plans))

    for _ in range(2):
        forecaster.tick()
        clock.forward(minutes=1)
    ledger.do(
        "test", actions.put_setting, name="plans", value={"items": [{"id": "p", "name": "p", "dates": ["2026-11-20"], "expect": 200}]}
    )
    for _ in range(2):
        forecaster.tick()
        clock.forward(minutes=1)

    assert [len(plans.items) for plans in asked] == [0, 1]
