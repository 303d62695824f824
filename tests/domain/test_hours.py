"""Midnight and the minutes after it, by the clock on the wall."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from config import halls
from config.settings import Hours
from server import hallfile
from server.domain.hours import as_texts, midnight, spans

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
