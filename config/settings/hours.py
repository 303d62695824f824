"""Setting `hours`, [hours] of a hall file: opening hours by weekday and season with the lunch break between, the days that differ,
sessions beside the usual hours, services with hours of their own. It knows the texts of a day and no instant (server/domain/hours.py)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field, Strict, StringConstraints, model_validator

from config.settings.base import (
    WEEKDAYS,
    Clock,
    Day,
    Flag,
    OwnWeek,
    Partial,
    ServiceCode,
    SettingModel,
    Span,
    Spans,
    Weekday,
    WindowNo,
    upto,
    wrong,
)
from config.settings.texts import Text, Texted, short

MonthDay = Annotated[str, StringConstraints(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")]  # 05-01


class Week(SettingModel):
    """Spans by weekday. A weekday that is not named is not a closed one as long as none is named."""

    UNSAID: ClassVar = WEEKDAYS

    monday: Spans = ()
    tuesday: Spans = ()
    wednesday: Spans = ()
    thursday: Spans = ()
    friday: Spans = ()
    saturday: Spans = ()
    sunday: Spans = ()

    @property
    def by_weekday(self) -> bool:
        """Whether any weekday is named at all."""
        return not self.model_fields_set.isdisjoint(WEEKDAYS)


class Season(Week):
    """Hours of a part of every year, such as summer, instead of the usual ones; it may run over the new year."""

    name: Annotated[str, upto(40)] = ""
    first: MonthDay
    last: MonthDay

    @model_validator(mode="after")
    def _has_hours(self) -> Season:
        if not self.by_weekday:
            raise wrong("season_empty", "a season names the hours of at least one weekday")
        return self

    def holds(self, day: date) -> bool:
        now = day.isoformat()[5:]
        return self.first <= now <= self.last if self.first <= self.last else now >= self.first or now <= self.last


class Closure(SettingModel):
    """Days on which the hall is closed, from the first to the last."""

    name: Annotated[str, upto(60)] = ""
    first: Day
    last: Day

    @model_validator(mode="after")
    def _in_order(self) -> Closure:
        if self.first > self.last:
            raise wrong("days_order", "the first day comes after the last")
        return self


Length = Annotated[int, Strict(), Field(ge=5, le=480, description="minutes")]
Places = Annotated[int, Strict(), Field(ge=0, le=1000)]
Margin = Annotated[int, Strict(), Field(ge=0, le=14_400)]  # s


class OpeningSession(Texted, Partial):
    """A time beside the usual hours on every day that has any, or on some weekdays and dates: at noon, in the evening, at a weekend
    (错时延时服务; domain.md §7 B4)."""

    name: Annotated[Text, short(40)] = {}
    span: Span
    weekdays: tuple[Weekday, ...] = ()
    dates: tuple[Day, ...] = ()
    services: Annotated[tuple[ServiceCode, ...], Field(description="none: all that have no hours of their own")] = ()
    windows: Annotated[tuple[WindowNo, ...], Field(description="who works then; none: everybody")] = ()
    slot_minutes: Length | None = None
    slot_capacity: Places | None = None

    def gives(self, service: str, own: bool) -> bool:
        """Whether a service, which may have hours of its `own`, is given then."""
        return service in self.services if self.services else not own


class Stopped(Texted, Partial):
    """No more numbers for the rest of a day, from a time of day on, and why (为什么停止取号): as people are told."""

    day: Day | None = None
    at: Clock = "00:00"
    text: Annotated[Text, short(200)] = {}


class OwnHours(OwnWeek):
    """When one service is given: its own week instead of the hall's, on the days on which the hall is not shut, and single days."""

    UNSAID: ClassVar = WEEKDAYS

    last_number: Margin | None = Field(default=None, description="no more numbers so long before its end, s; else as the hall has it")

    @property
    def by_weekday(self) -> bool:
        return any(getattr(self, name) is not None for name in WEEKDAYS)


def _common(some: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    """What two lists of spans have in common."""
    both = ((max(a[:5], b[:5]), min(a[6:], b[6:])) for a in some for b in others)
    return tuple(f"{start}-{end}" for start, end in both if start < end)


def _apart(seasons: tuple[Season, ...]) -> tuple[Season, ...]:
    year = [date(2028, 1, 1) + timedelta(days=n) for n in range(366)]
    if any(sum(season.holds(day) for season in seasons) > 1 for day in year):
        raise wrong("seasons_overlap", "two seasons hold on the same day")
    return seasons


class Hours(Week):
    """The usual week, seasons in its place, and single days: `holidays` and `closed` close them, a day of `makeup` is worked like
    the weekday it replaces, and `days` overrides all. Where no weekday is named the hall is open on all other dates; as soon as one is,
    the others are closed. `sessions` come beside them, `services` are given at hours of their own."""

    seasons: Annotated[tuple[Season, ...], AfterValidator(_apart)] = ()
    holidays: tuple[Day, ...] = ()
    closed: tuple[Closure, ...] = ()
    makeup: dict[Day, Weekday] = {}
    days: dict[Day, Spans] = {}
    sessions: tuple[OpeningSession, ...] = ()
    services: dict[ServiceCode, OwnHours] = {}
    first_number: Annotated[Margin, Field(description="numbers already so long before opening, s")] = 900
    last_number: Annotated[Margin, Field(description="no more numbers so long before closing, s")] = 0
    last_by_handling: Flag = Field(
        default=False, description="whether a service's numbers end as long before closing as it usually takes, where that is sooner"
    )
    enforce: Flag = Field(default=False, description="whether numbers are refused outside of these hours; a desk may always issue")

    def weekday(self, day: date) -> int:
        """0 for Monday: what a day counts as. A made-up day counts as the weekday it replaces."""
        replaced = self.makeup.get(day.isoformat())
        return WEEKDAYS.index(replaced) if replaced else day.weekday()

    def on(self, day: date, service: str | None = None) -> tuple[str, ...] | None:
        """The usual hours of a day, or what a service has instead: () is closed; None where nothing is set: open all day."""
        iso, own = day.isoformat(), self.services.get(service or "")
        if own and iso in own.days:
            return own.days[iso]
        if iso in self.days or self._shut(iso):
            usual = self.days.get(iso, ())
        else:
            week: Week = next((season for season in self.seasons if season.holds(day)), self)
            usual = getattr(week, WEEKDAYS[self.weekday(day)]) if week.by_weekday else None
        if own is None or not own.by_weekday or self._shut(iso):
            return usual
        theirs = own.on(day, self.weekday(day)) or ()
        return _common(theirs, usual or ()) if iso in self.days else theirs  # a hall that closes early that day closes early for all

    def _shut(self, iso: str) -> bool:
        """Whether a day is a day off."""
        if iso in self.days or iso in self.makeup:
            return False
        return iso in self.holidays or any(c.first <= iso <= c.last for c in self.closed)

    @property
    def apart(self) -> list[str]:
        """The services that are not simply given when the hall is open."""
        return list(dict.fromkeys([*self.services, *(code for one in self.sessions for code in one.services)]))

    def own(self, service: str | None) -> bool:
        """Whether a service has hours of its own."""
        own = self.services.get(service or "")
        return own is not None and (own.by_weekday or bool(own.days))

    def sessions_on(self, day: date, service: str | None = None) -> list[OpeningSession]:
        """The sessions of a day, those of one service where it is given. On a day off there are only those that name it."""
        iso, weekday = day.isoformat(), WEEKDAYS[self.weekday(day)]

        def holds(one: OpeningSession) -> bool:
            if iso in one.dates:
                return True
            if self._shut(iso) or self.days.get(iso) == () or (one.dates and not one.weekdays):
                return False
            return weekday in one.weekdays if one.weekdays else self.on(day) != ()

        own = self.own(service)
        return [one for one in self.sessions if (service is None or one.gives(service, own)) and holds(one)]

    def stopped_at(self, day: date) -> str | None:
        """The time of day from which there are no more numbers on a day, for whatever hours."""
        return None

    def knows(self, year: int) -> bool:
        """Whether any day of a year is set apart."""
        named = (*self.holidays, *self.makeup, *self.days, *(c.first for c in self.closed))
        return any(day.startswith(f"{year}-") for day in named)

    def missing(self, day: date) -> list[int]:
        """Of the year of a day and the next, those of which no day is set apart, where the hall has hours by the week at all."""
        return [year for year in (day.year, day.year + 1) if self.by_weekday and not self.knows(year)]

    def with_calendar(self, text: str) -> Hours:
        """With a published year's list of holidays and made-up days in place of what was set for those years."""
        off, worked = holidays_in(text)
        years = {day[:4] for day in (*off, *worked)}
        kept = [day for day in self.holidays if day[:4] not in years]
        makeup = {day: weekday for day, weekday in self.makeup.items() if day[:4] not in years}
        new = {"holidays": tuple(sorted({*kept, *off})), "makeup": makeup | worked}
        return self.model_copy(update=new)  # and with it what is set


class HoursInForce(Hours):
    """The hours as they are set, on a day on which a manager has stopped all numbers."""

    stop: Stopped = Stopped()

    def stopped_at(self, day: date) -> str | None:
        return self.stop.at if self.stop.day == day.isoformat() else None


def holidays_in(text: str) -> tuple[list[str], dict[str, str]]:
    """(days off, made-up day -> the weekday it replaces) of a calendar: JSON as holiday-cn publishes it ({"year", "days": [{"name",
    "date", "isOffDay"}]}) or iCalendar. ValueError where it is neither."""
    try:
        found = list(_of_json(text) if text.lstrip().startswith("{") else _of_ics(text))
    except (KeyError, TypeError) as error:
        raise ValueError(f"no calendar: {error}") from None
    if not found:
        raise ValueError("no days")
    off = sorted({day.isoformat() for _, day, free in found if free})
    worked: dict[str, str] = {}
    for name in dict.fromkeys(name for name, _, _ in found):
        # No list says which day a made-up one replaces: the working days that the holiday takes are made up in their order, the last ones.
        taken = sorted(day for n, day, free in found if n == name and free and day.weekday() < 5)
        made_up = sorted(day for n, day, free in found if n == name and not free)
        for day, replaced in zip(made_up, taken[len(taken) - len(made_up) :] or made_up, strict=False):
            worked[day.isoformat()] = WEEKDAYS[replaced.weekday()]
    return off, worked


def _of_json(text: str) -> Iterator[tuple[str, date, bool]]:
    for one in json.loads(text)["days"]:
        yield str(one["name"]), date.fromisoformat(one["date"]), bool(one["isOffDay"])


def _of_ics(text: str) -> Iterator[tuple[str, date, bool]]:
    """Each event is a holiday, or with the sign for "worked" in its summary days that are worked; its end is the day after the last one."""
    unfolded = re.sub(r"\r?\n[ \t]", "", text)
    for event in re.findall(r"BEGIN:VEVENT(.*?)END:VEVENT", unfolded, re.DOTALL):
        value = {key: text for key, text in re.findall(r"^(\w+)[^:\r\n]*:(.*?)\r?$", event, re.MULTILINE)}
        day: Callable[[str], date] = lambda text: date(int(text[:4]), int(text[4:6]), int(text[6:8]))
        first = day(value["DTSTART"])
        last = day(value["DTEND"]) - timedelta(days=1) if value.get("DTEND") else first
        summary = value.get("SUMMARY", "")
        name = re.split(r"\W", summary.strip())[0] or summary
        for n in range((max(first, last) - first).days + 1):
            yield name, first + timedelta(days=n), WORKED not in summary


WORKED = chr(0x73ED)  # the sign "worked", as calendars mark such a day
