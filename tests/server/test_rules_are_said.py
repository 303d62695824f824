"""What people are told of a rule is made of its setting: each is changed here, and slip, phone, message, kiosk and board say it anew."""

import json
import re

import pytest

from config import words
from config.settings.rules import RuleRow
from kiosk import slip
from server import actions
from server.outside.notify import Notifier

TEMPLATE = slip.load()
FACT = re.compile(r"\{\w+\}")


@pytest.fixture
def rules(context):
    """Sets rules, over the defaults."""
    return lambda **value: context.manager.put("/settings/rules", value=value)


@pytest.fixture
def paper(context):
    """All lines of the slip of a number or booking, as a kiosk that has just asked the hall prints them."""

    def text(ticket, language="zh"):
        told = context.nobody().get("/hall").json
        made = slip.slip(ticket, TEMPLATE, hall=told, language=language, returns=told["rules"]["returns"])
        return "\n".join(line.text for line in (*made.lines, *made.footer))

    return text


@pytest.fixture
def phone(context):
    """The rules on the holder's page."""
    return lambda one, language="zh": "".join(said[language] for said in context.nobody().get(f"/track/{one['track']}").json["rules"])


@pytest.fixture
def message(context):
    """What the holder is sent."""

    def text(one, what, language="zh"):
        with context.server.context.full_view() as view:
            ticket = view.find(one["id"])
            return Notifier(context.server.context, context.settings.notify).message(view, ticket, what)["text"]

    return text


def booked(context):
    slot = next(s for s in context.app.get("/slots?service=tax&day=2026-11-21").json["items"] if s["at"][11:16] == "10:00")
    return context.app.post("/appointments", slot=slot["id"], phone="13800138000").json


def missed(context, times=1):
    one, desk = context.kiosk.take("tax"), context.device("keypad", window="1")
    for n in range(times):
        desk.post("/windows/1/calls", ticket=one["id"])
        desk.post(f"/tickets/{one['id']}/miss")
        if n + 1 < times:
            desk.post(f"/tickets/{one['id']}/return")
    return one


@pytest.mark.parametrize(
    ("rule", "on_paper", "on_the_phone"),
    [
        ({}, "过号请到导服台，30分钟内可恢复排队（限1次）", "过号后30分钟内可以恢复排队，还可以恢复1次。"),
        ({"within_s": 7200, "times": 3}, "过号请到导服台，2小时内可恢复排队（限3次）", "过号后120分钟内可以恢复排队，还可以恢复3次。"),
        ({"times": 0}, "过号后须重新取号", "过号后不能恢复排队"),
        ({"within_s": 0}, "过号后须重新取号", "过号后不能恢复排队"),
    ],
)
def test_how_long_and_how_often_one_can_come_back(context, rules, paper, phone, rule, on_paper, on_the_phone):
    rules(returns=rule)
    one = context.kiosk.take("tax")

    assert on_paper in paper(one) and on_the_phone in phone(one)
    assert "line" in paper(one, "en") or "new number" in paper(one, "en")


@pytest.mark.parametrize(
    ("rule", "said", "sent"),
    [
        ({}, "10:30前可以恢复，还可以恢复1次，恢复后排在3个人之后。", "请在30分钟内到导服台恢复排队"),
        ({"within_s": 600, "times": 2, "places": 0}, "10:10前可以恢复，还可以恢复2次。", "请在10分钟内到导服台恢复排队"),
        ({"times": 0}, "不能再恢复排队，请重新取号", "不能再恢复，请重新取号"),
    ],
)
def test_one_who_missed_the_call_is_told_by_the_rule(context, rules, phone, message, rule, said, sent):
    rules(returns=rule)

    one = missed(context)

    assert said in phone(one) and sent in message(one, "missed")


def test_the_last_return_is_said_to_be_the_last(context, rules, phone):
    rules(returns={"times": 1})

    one = missed(context, times=2)

    assert "不能再恢复排队" in phone(one) and "cannot get back in line" in phone(one, "en")


def test_a_refused_return_says_the_rule_and_not_zero_times(context, rules):
    rules(returns={"times": 0})
    one = missed(context)

    answer = context.guide.post(f"/tickets/{one['id']}/return")

    assert (
        answer.json["code"] == "returned_too_often" and "过号后不能恢复排队" in answer.json["detail"] and "0次" not in answer.json["detail"]
    )


@pytest.mark.parametrize(
    ("rule", "times"),
    [
        ({}, "09:30 10:15"),
        ({"early_s": 600, "late_s": 300}, "09:50 10:05"),
        ({"late_s": 3600, "no_show_s": 1200}, "09:30 10:20"),
        ({"early_s": 86_400}, "00:00 10:15"),  # of another day
    ],
)
def test_when_a_booking_is_checked_in(context, rules, paper, phone, message, rule, times):
    rules(appointments=rule)
    first, last = times.split()

    one = booked(context)

    assert f"请在{first}到{last}之间签到" in phone(one) and f"between {first} and {last}" in phone(one, "en")
    assert f"签到时间：{first}–{last}" in paper(one) and f"Check in: {first} to {last}" in paper(one, "en")
    assert f"{first}到{last}之间" in message(one, "booked") and f"在{first}到{last}之间" in message(one, "reminder:1")


def test_who_comes_too_early_is_told_the_rule(context, rules):
    rules(appointments={"early_s": 1200})

    one = booked(context)
    early = lambda one: context.kiosk.post("/appointments/search", code=one["id"]).json["items"][0]["early"]

    answer = context.kiosk.post(f"/appointments/{one['id']}/checkin")
    assert answer.json["code"] == "too_early" and "提前20分钟可以签到" in answer.json["detail"]
    assert early(one) is True

    slot = context.app.get("/slots?service=tax&day=2026-11-20").json["items"][-1]
    today = context.app.post("/appointments", slot=slot["id"], phone="13800138001").json
    assert early(today) is True
    rules(appointments={"early_s": 86_400})
    assert early(today) is False and context.kiosk.post(f"/appointments/{today['id']}/checkin").status_code == 201


def test_from_which_age_one_is_green_is_said_at_the_kiosk(context, rules):
    rules(green={"age": 65, "reasons": ["elderly", "military"], "automatic": True})

    told = context.nobody().get("/hall").json["rules"]["green"]

    assert (told["age"], told["automatic"]) == (65, True)
    assert words.load().text("kiosk", "green_elderly", "zh", age=told["age"]) == "65周岁以上老年人"


HOURS = {"friday": ["08:30-09:30", "13:30-17:00"], "enforce": True}


@pytest.mark.parametrize(("first", "said"), [(900, "13:15"), (3600, "12:30"), (0, "13:30")])
def test_when_numbers_are_taken_is_said_by_the_refusal_the_kiosk_and_the_board(context, first, said):
    context.manager.put("/settings/hours", value=HOURS | {"first_number": first, "last_number": 600})

    refused = context.kiosk.post("/tickets", service="tax")
    hall, board = context.nobody().get("/hall").json, context.nobody().get("/board").json["hall"]

    assert refused.json["code"] == "hall_closed"
    assert "今天开放时间为08:30–09:30、13:30–17:00" in refused.json["detail"] and f"{said}开始取号" in refused.json["detail"]
    assert hall["numbers"] == board["numbers"] and board["numbers"][1] == {"from": said, "to": "16:50"}


def test_where_hours_are_not_enforced_no_time_for_numbers_is_told(context):
    context.manager.put("/settings/hours", value=HOURS | {"enforce": False})

    assert context.nobody().get("/hall").json["numbers"] is None


@pytest.mark.parametrize(("span", "said"), [((0, 1440), "今天的号已经取完"), ((540, 720), "09:00到12:00的号已经取完")])
def test_a_quota_that_is_given_out_says_of_which_hours_it_is(context, rules, span, said):
    rules(quotas=[{"service": "tax", "start": span[0], "end": span[1], "tickets": 0}])

    refused = context.kiosk.post("/tickets", service="tax")
    offered = next(s for s in context.kiosk.get("/services").json["items"] if s["code"] == "tax")

    assert refused.json["code"] == "quota_full" and said in refused.json["detail"]
    assert offered["full"] and (offered["full_hours"] is None) is (span == (0, 1440))


@pytest.mark.parametrize(("hours", "until"), [(24, "2026-11-21T10:"), (2, "2026-11-20T12:"), (72, "2026-11-23T10:")])
def test_how_long_one_can_evaluate(context, hours, until):
    context.manager.put("/settings/evaluation", value={"open_hours": hours})
    one, desk = context.kiosk.take("tax"), context.device("keypad", window="1")
    desk.post("/windows/1/calls")
    for step in ("service", "completion"):
        desk.post(f"/tickets/{one['id']}/{step}")

    link = context.nobody().get(f"/track/{one['track']}").json["evaluation"]

    assert link["expires_at"].startswith(until)


def test_no_sentence_of_a_rule_holds_a_figure_of_its_own():
    """What people read on slip, kiosk, phone and board has no number in it that a setting might belie."""
    of_no_rule = "rate_comment comment phone_wrong rate_expired_hint moment ends_with missed_1 missed_1_plain missed_2 step"
    read = "kiosk kiosk_say slip rules unkept notify announcements wait pages.kiosk pages.phone pages.board pages.pad pages.window"
    found = [
        (section, key, sentence)
        for lang in words.LANGUAGES
        for section in read.split()
        for key, sentence in words.load().section(section, lang).items()
        if key not in of_no_rule.split() and any(sign.isdigit() for sign in FACT.sub("", json.dumps(sentence, ensure_ascii=False)))
    ]
    assert not found and actions


def test_a_service_given_at_other_hours_is_refused_with_when_it_is_next(context):
    own = {"tax": {"friday": ["14:00-16:00"]}, "social": {"monday": ["09:00-11:00"]}}
    context.manager.put("/settings/hours", value={"services": own})

    tax, social = (context.kiosk.post("/tickets", service=code) for code in own)
    rows = {one["code"]: one for one in context.nobody().get("/services").json["items"]}

    assert (tax.status_code, tax.json["code"]) == (409, "service_not_now")
    assert "今天办理时间为14:00–16:00，13:45开始取号" in tax.json["detail"]
    assert "下次取号时间为2026-11-23 08:45起" in social.json["detail"]
    assert (rows["tax"]["open"], rows["tax"]["numbers"], rows["tax"]["next_numbers"][11:16]) == (
        False, [{"from": "13:45", "to": "16:00"}], "13:45")  # fmt: skip
    assert (rows["estate"]["open"], rows["estate"]["numbers"], rows["estate"]["next_numbers"]) == (True, None, None)
    assert context.kiosk.post("/tickets", service="estate").status_code == 201
    assert context.of("guide").post("/tickets", service="tax").status_code == 201  # a desk may always


def test_a_session_opens_the_hall_for_its_services_alone(context):
    session = {"name": "午间错时", "span": "09:30-10:30", "services": ["tax"]}
    context.manager.put("/settings/hours", value=HOURS | {"sessions": [session]})

    hall = context.nobody().get("/hall").json

    assert context.kiosk.post("/tickets", service="tax").status_code == 201
    assert context.kiosk.post("/tickets", service="social").json["code"] == "service_not_now"
    assert hall["open"] is True and hall["hours"][0] == {"from": "08:30", "to": "10:30"}
    assert [(one["from"], one["name"], one["services"]) for one in hall["sessions"]] == [("09:30", "午间错时", ["tax"])]


def test_quotas_tell_weekdays_and_where_a_number_is_taken_apart(context):
    quota = {"service": "tax", "start": 0, "end": 1440, "tickets": 1}
    taken = lambda who=context.kiosk: who.post("/tickets", service="tax").json.get("code", "given")
    context.manager.put("/settings/rules", value={"quotas": [quota | {"channel": "kiosk"}, quota | {"channel": "api", "tickets": 2}]})

    assert [taken(), taken()] == ["given", "quota_full"]
    assert [taken(context.app) for _ in range(3)] == ["given", "given", "quota_full"]  # each of its own share

    context.manager.put("/settings/rules", value={"quotas": [quota | {"weekdays": ["monday"]}]})
    assert taken() == "given"  # today is a Friday


def test_a_quota_of_bookings_leaves_no_more_free_times_in_its_half_day(context):
    context.manager.put("/settings/hours", value={"monday": ["09:00-10:00", "14:00-15:00"]})
    morning = {"service": "tax", "start": 0, "end": 720, "tickets": 1, "channel": "appointment"}
    context.manager.put("/settings/rules", value={"quotas": [morning]})
    slots = lambda: context.app.get("/slots", service="tax", day="2026-11-23", days=1).json["items"]

    booked = context.app.post("/appointments", service="tax", slot=slots()[0]["id"], phone="19900000001")

    assert booked.status_code == 201
    assert [one["free"] for one in slots()] == [0, 0, 4, 4]


def test_a_quota_that_names_no_service_is_no_quota():
    with pytest.raises(ValueError, match="a quota names its service"):
        RuleRow.model_validate({"quota": 10})
