"""Hours as halls have them: seasons, ranges of days, made-up days, and the year's published list of holidays."""

import json
from datetime import date

import pytest
from pydantic import ValidationError

from config import settings
from config.settings import Hours
from config.settings.hours import holidays_in

USUAL = {"monday": ["08:30-12:00", "13:30-17:30"], "friday": ["08:30-12:00"]}
WINTER = {"name": "冬季", "first": "11-01", "last": "02-28", "monday": ["09:00-12:00", "13:00-17:00"]}
YEAR = {
    "year": 2027,
    "days": [
        {"name": "元旦", "date": "2027-01-01", "isOffDay": True},
        {"name": "春节", "date": "2027-02-05", "isOffDay": True},
        {"name": "春节", "date": "2027-02-08", "isOffDay": True},
        {"name": "春节", "date": "2027-02-09", "isOffDay": True},
        {"name": "春节", "date": "2027-02-06", "isOffDay": False},
        {"name": "春节", "date": "2027-02-14", "isOffDay": False},
    ],
}
ICS = """BEGIN:VCALENDAR
BEGIN:VEVENT
DTSTART;VALUE=DATE:20270501
DTEND;VALUE=DATE:20270504
SUMMARY:劳动节（休）
END:VEVENT
BEGIN:VEVENT
DTSTART;VALUE=DATE:20270508
DTEND;VALUE=DATE:20270509
SUMMARY:劳动节（班）
END:VEVENT
END:VCALENDAR
"""


@pytest.mark.parametrize(
    ("day", "spans"),
    [
        ("2026-10-26", ("08:30-12:00", "13:30-17:30")),  # a Monday of the usual week
        ("2026-11-23", ("09:00-12:00", "13:00-17:00")),  # a Monday of the winter
        ("2027-01-04", ("09:00-12:00", "13:00-17:00")),  # and over the new year
        ("2026-11-27", ()),  # the winter week names no Friday
        ("2026-12-07", ()),  # closed from the 7th to the 9th
        ("2026-11-29", ("09:00-12:00", "13:00-17:00")),  # a Sunday worked like a Monday
        ("2026-12-09", ("10:00-11:00",)),  # and a single day goes before all
    ],
)
def test_seasons_ranges_and_made_up_days_say_when_a_day_is_open(day, spans):
    hours = Hours(
        **USUAL,
        seasons=[WINTER],
        closed=[{"first": "2026-12-07", "last": "2026-12-09"}],
        makeup={"2026-11-29": "monday"},
        days={"2026-12-09": ["10:00-11:00"]},
    )

    assert hours.on(date.fromisoformat(day)) == spans


def test_a_made_up_day_counts_as_the_weekday_it_replaces():
    hours = Hours(makeup={"2026-11-29": "monday"})

    assert hours.weekday(date(2026, 11, 29)) == 0 and hours.weekday(date(2026, 11, 22)) == 6


@pytest.mark.parametrize(
    "wrong",
    [
        {"monday": ["08:30-12:00", "11:00-17:00"]},
        {"days": {"2026-12-09": ["08:30-12:00", "11:59-17:00"]}},
        {"seasons": [WINTER, WINTER | {"first": "02-01", "last": "03-01"}]},
        {"seasons": [{"first": "11-01", "last": "02-28"}]},
        {"closed": [{"first": "2026-12-09", "last": "2026-12-07"}]},
    ],
)
def test_what_overlaps_or_is_the_wrong_way_round_is_refused(wrong):
    with pytest.raises(ValidationError):
        Hours(**wrong)


def test_the_published_list_of_a_year_closes_its_holidays_and_opens_its_made_up_days():
    before = Hours(**USUAL, holidays=["2026-10-01", "2027-01-02"], makeup={"2026-10-10": "friday"})

    after = before.with_calendar(json.dumps(YEAR))

    assert after.holidays == ("2026-10-01", "2027-01-01", "2027-02-05", "2027-02-08", "2027-02-09")
    assert after.makeup == {"2026-10-10": "friday", "2027-02-06": "monday", "2027-02-14": "tuesday"}
    assert after.on(date(2027, 2, 6)) == after.monday and after.monday == before.monday
    assert settings.parse("hours", settings.as_json(after)) == after
    assert after.knows(2027) and not before.knows(2028)


def test_an_icalendar_is_taken_too():
    off, worked = holidays_in(ICS)

    assert off == ["2027-05-01", "2027-05-02", "2027-05-03"] and worked == {"2027-05-08": "monday"}


NONE = ("{}", "[]", "nothing", '{"days": [{"name": "x"}]}', '{"days": [{"name": "x", "date": "soon", "isOffDay": 1}]}')


@pytest.mark.parametrize("text", NONE)
def test_what_is_no_calendar_is_said_to_be_none(text):
    with pytest.raises(ValueError):
        holidays_in(text)
