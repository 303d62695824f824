"""Midnight and the minutes after it, by the clock on the wall."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from config import halls
from config.settings import Hours
from server import hallfile
from server.domain.hours import as_texts, midnight, next_numbers, numbers_as_texts, spans
from server.domain.things import Service

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
ms = lambda text: int(datetime.fromisoformat(text).timestamp() * 1000)


@pytest.mark.parametrize("when", [ms("2026-11-20T10:17:03+08:00"), ms("2026-11-20T00:00:00+08:00"), "2026-11-20", date(2026, 11, 20)])
def test_one_midnight_for_an_instant_and_for_a_day(when):
    assert midnight(when, SHANGHAI) == ms("2026-11-20T00:00:00+08:00")
    assert midnight(when, SHANGHAI, 510) == ms("2026-11-20T08:30:00+08:00")


def test_the_day_is_the_halls_own():
    at = ms("2026-11-19T23:30:00+00:00")

    assert midnight(at, SHANGHAI) == ms("2026-11-20T00:00:00+08:00") and midnight(at, ZoneInfo("UTC")) == ms("2026-11-19T00:00:00+00:00")


@pytest.mark.parametrize(("day", "offset"), [("2026-03-29", "+02:00"), ("2026-10-25", "+01:00")])
def test_half_past_eight_stays_half_past_eight_when_the_clocks_are_changed(day, offset):
    eight = ms(f"{day}T08:30:00{offset}")

    assert midnight(day, BERLIN, 510) == eight and midnight(eight, BERLIN, 510) == eight
    assert spans(Hours(days={day: ["08:30-12:00"]}), date.fromisoformat(day), BERLIN)[0][0] == eight


@pytest.mark.parametrize(
    ("hours", "open_on"),
    [
        ({}, ["2026-11-20", "2026-11-21", "2027-01-01"]),
        ({"enforce": True, "holidays": ["2027-01-01"]}, ["2026-11-20", "2026-11-21"]),
        ({"days": {"2027-01-01": []}}, ["2026-11-20", "2026-11-21"]),
        ({"friday": ["08:30-12:00"], "holidays": ["2027-01-01"]}, ["2026-11-20"]),
        ({"friday": [], "days": {"2026-11-21": ["09:00-12:00"]}}, ["2026-11-21"]),
    ],
)
def test_a_hall_that_names_no_weekday_is_open_but_on_its_holidays(hours, open_on):
    days = ["2026-11-20", "2026-11-21", "2027-01-01"]  # Friday, Saturday, Friday

    assert [day for day in days if spans(Hours(**hours), date.fromisoformat(day), SHANGHAI)] == open_on


def test_the_shipped_hall_knows_lunch_a_holiday_and_a_sunday_that_is_worked():
    hours = Hours(**hallfile.first_event(halls.load("county"))["settings"]["hours"] | {"days": {"2026-11-22": ["09:00-10:00"]}})
    opened = lambda day: [f"{span['from']}-{span['to']}" for span in as_texts(hours, date.fromisoformat(day), SHANGHAI)]

    assert opened("2026-11-20") == ["08:30-12:00", "13:30-17:30"]
    assert opened("2026-11-22") == ["09:00-10:00"] and opened("2026-11-29") == []
    assert opened("2027-01-01") == []


def test_the_last_bookable_day_is_a_whole_one(ledger, clock):
    from server import actions
    from server.domain.slots import slots_of

    ledger.do("manager:wang", actions.put_setting, name="rules", value={"appointments": {"days_ahead": 1}})
    ledger.do("manager:wang", actions.put_setting, name="hours", value={"friday": ["08:30-17:30"], "saturday": ["08:30-17:30"]})

    found = slots_of(ledger.floor, "tax", "2026-11-20", 3, clock(), SHANGHAI)

    saturday = [s for s in found if s.start >= ms("2026-11-21T00:00:00+08:00")]
    assert saturday[-1].end == ms("2026-11-21T17:30:00+08:00") and len(saturday) == 18


WEEK = {day: ["08:30-12:00", "13:30-17:30"] for day in ("monday", "tuesday", "wednesday", "thursday", "friday")}
FRIDAY, SATURDAY, MONDAY = date(2026, 11, 20), date(2026, 11, 21), date(2026, 11, 23)
TAX = Service(code="tax", name={}, minutes=20)


def told(hours, day, service=None):
    return [f"{one['from']}-{one['to']}" for one in as_texts(Hours(**WEEK | hours), day, SHANGHAI, service)]


def numbers(hours, day, service=None):
    return [f"{one['from']}-{one['to']}" for one in numbers_as_texts(Hours(**WEEK | {"enforce": True} | hours), day, SHANGHAI, service)]


NOON = {"name": "错时", "span": "12:00-13:30"}
LATE = {"name": "延时", "span": "17:30-19:00", "weekdays": ["friday"], "services": ["tax"]}


@pytest.mark.parametrize(
    ("sessions", "day", "service", "expected"),
    [
        ([NOON], FRIDAY, "tax", ["08:30-17:30"]),  # what meets is one span: nobody is sent away at twelve
        ([NOON], SATURDAY, "tax", []),  # beside the usual hours there are none
        ([NOON | {"weekdays": ["saturday"]}], SATURDAY, "tax", ["12:00-13:30"]),
        ([NOON | {"dates": ["2026-11-21"]}], SATURDAY, "tax", ["12:00-13:30"]),
        ([NOON | {"dates": ["2026-11-21"]}], FRIDAY, "tax", ["08:30-12:00", "13:30-17:30"]),
        ([LATE], FRIDAY, "tax", ["08:30-12:00", "13:30-19:00"]),
        ([LATE], FRIDAY, "social", ["08:30-12:00", "13:30-17:30"]),
        ([LATE], FRIDAY, None, ["08:30-12:00", "13:30-19:00"]),  # the hall is there while anything is given
        ([LATE], MONDAY, "tax", ["08:30-12:00", "13:30-17:30"]),
    ],
)
def test_a_session_comes_beside_the_usual_hours(sessions, day, service, expected):
    assert told({"sessions": sessions}, day, service) == expected


@pytest.mark.parametrize(
    ("more", "day", "expected"),
    [
        ({}, FRIDAY, ["14:00-16:00"]),
        ({}, MONDAY, []),  # of a service that names a weekday the others are none
        ({"sessions": [NOON]}, FRIDAY, ["14:00-16:00"]),  # one for all is none of a service with hours of its own
        ({"sessions": [NOON | {"services": ["tax"]}]}, FRIDAY, ["12:00-13:30", "14:00-16:00"]),
        ({"holidays": ["2026-11-20"]}, FRIDAY, []),
        ({"days": {"2026-11-20": ["08:30-15:00"]}}, FRIDAY, ["14:00-15:00"]),  # the hall closes early
        ({"makeup": {"2026-11-21": "friday"}}, SATURDAY, ["14:00-16:00"]),
        ({"services": {"tax": {"friday": ["14:00-16:00"], "days": {"2026-11-21": ["09:00-10:00"]}}}}, SATURDAY, ["09:00-10:00"]),
    ],
)
def test_a_service_may_have_hours_of_its_own(more, day, expected):
    hours = {"services": {"tax": {"friday": ["14:00-16:00"]}}} | more

    assert told(hours, day, "tax") == expected
    assert told(hours, day, "social") == told({k: v for k, v in more.items() if k != "services"}, day, "social")


def test_numbers_end_before_the_service_does():
    assert numbers({"last_number": 600}, FRIDAY, TAX) == ["08:15-11:50", "13:15-17:20"]
    assert numbers({"last_number": 600, "last_by_handling": True}, FRIDAY, TAX) == ["08:15-11:40", "13:15-17:10"]
    assert numbers({"last_number": 600, "services": {"tax": {"last_number": 1800}}}, FRIDAY, TAX) == ["08:15-11:30", "13:15-17:00"]
    assert numbers({"last_number": 600, "sessions": [NOON]}, FRIDAY) == ["08:15-17:20"]  # not at twelve, when nobody goes away
    assert numbers({"enforce": False}, FRIDAY, TAX) == ["00:00-24:00"]
    assert numbers({"enforce": False, "services": {"tax": {"friday": ["14:00-16:00"]}}}, FRIDAY, TAX) == ["13:45-16:00"]


def test_the_next_numbers_are_found_beyond_a_weekend_and_a_holiday():
    hours = Hours(**WEEK | {"enforce": True, "holidays": ["2026-11-23"], "services": {"tax": {"thursday": ["09:00-10:00"]}}})
    friday_night = ms("2026-11-20T20:00:00+08:00")

    assert next_numbers(hours, friday_night, SHANGHAI) == ms("2026-11-24T08:15:00+08:00")
    assert next_numbers(hours, friday_night, SHANGHAI, TAX) == ms("2026-11-26T08:45:00+08:00")
    assert next_numbers(Hours(enforce=True, monday=[]), friday_night, SHANGHAI) is None
