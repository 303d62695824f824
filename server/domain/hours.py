"""When the hall is open and each service is given, by its setting `hours`. Pure: the instant and the zone are arguments.

A hall that names no weekday is always open, but on its `holidays` and the dates of `days`. Everything that offers or refuses a number or a
slot asks here: `opened` for when, `numbers_from` for when numbers are taken, `next_numbers` for when again.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from config.settings import Hours, OpeningSession

from .things import Service

MINUTE = 60_000
LOOKED_AHEAD = 62  # days: longer than any holiday, and a service that is given once a month is found


def midnight(when: int | str | date, zone: ZoneInfo, minutes: int = 0) -> int:
    """The instant (ms) at which the clocks of `zone` show so many minutes after midnight: of the day that holds the instant `when`, or of
    the day `when` ("2026-11-20"). By the clock on the wall, also on a day on which it is put forward or back."""
    if isinstance(when, int):
        when = datetime.fromtimestamp(when / 1000, zone).date()
    elif isinstance(when, str):
        when = date.fromisoformat(when)
    return _ms(datetime(when.year, when.month, when.day, tzinfo=zone) + timedelta(minutes=minutes))


def set_for(hours: Hours, day: date) -> tuple[str, ...] | None:
    """The usual hours of a day, as written: () is closed; None where nothing is set, and the hall is open all day."""
    return hours.on(day)


def spans(hours: Hours, day: date, zone: ZoneInfo, service: str | None = None) -> list[tuple[int, int]]:
    """[(from, to)] in milliseconds: the usual hours of one day, or a service's own, in order, without sessions; the whole day where nothing
    is set. By them windows are staffed and visitors forecast."""
    texts = hours.on(day, service)
    if texts is None:
        return [(midnight(day, zone), midnight(day, zone, 24 * 60))]
    return sorted((_clock(day, a, zone), _clock(day, b, zone)) for a, b in (span.split("-") for span in texts))


def sessions_of(hours: Hours, day: date, zone: ZoneInfo, service: str | None = None) -> list[tuple[int, int, OpeningSession]]:
    """(from, to, session) of one day in milliseconds, those of one service where it is given."""
    return [(_clock(day, one.span[:5], zone), _clock(day, one.span[6:], zone), one) for one in hours.sessions_on(day, service)]


def opened(hours: Hours, day: date, zone: ZoneInfo, service: str | None = None) -> list[tuple[int, int]]:
    """[(from, to)] of one day in which the hall is there for people, or a service is given: its hours and sessions, joined where they meet.
    The hall is there while any service is given."""
    if service is not None:
        return joined(spans(hours, day, zone, service) + [(a, b) for a, b, _ in sessions_of(hours, day, zone, service)])
    return joined(_for_all(hours, day, zone) + [span for code in hours.apart for span in opened(hours, day, zone, code)])


def _for_all(hours: Hours, day: date, zone: ZoneInfo) -> list[tuple[int, int]]:
    """When every service is given that is not set apart."""
    return joined(spans(hours, day, zone) + [(a, b) for a, b, one in sessions_of(hours, day, zone) if not one.services])


def numbers_from(hours: Hours, day: date, zone: ZoneInfo, service: Service | None = None) -> list[tuple[int, int]]:
    """[(from, to)] in which numbers may be taken on a day, in order, or those of one service. Where hours are not enforced that is all day,
    but for a service that has hours of its own. A stop of all numbers ends those of each service; who has booked still comes in."""
    own = service is not None and hours.own(service.code)
    found = _by_hours(hours, day, zone, service) if hours.enforce or own else [(midnight(day, zone), midnight(day, zone, 24 * 60))]
    return found if service is None else _until_the_stop(hours, day, zone, found)


def _by_hours(hours: Hours, day: date, zone: ZoneInfo, service: Service | None) -> list[tuple[int, int]]:
    if service is None:
        apart = [span for code in hours.apart for span in _with_margins(hours, opened(hours, day, zone, code), code)]
        return joined(_with_margins(hours, _for_all(hours, day, zone)) + apart)
    least = round(service.minutes * MINUTE) if hours.last_by_handling else 0
    return _with_margins(hours, opened(hours, day, zone, service.code), service.code, least)


def stopped_from(hours: Hours, day: date, zone: ZoneInfo) -> int | None:
    """The instant (ms) from which all numbers of a day are stopped; None where they are not."""
    stop = hours.stopped_at(day)
    return None if stop is None else _clock(day, stop, zone)


def _until_the_stop(hours: Hours, day: date, zone: ZoneInfo, some: list[tuple[int, int]]) -> list[tuple[int, int]]:
    last = stopped_from(hours, day, zone)
    if last is None:
        return some
    return [(start, min(end, last)) for start, end in some if start < last]


def _with_margins(hours: Hours, some: list[tuple[int, int]], service: str = "", least: int = 0) -> list[tuple[int, int]]:
    """Spans as they are for numbers: from somewhat before they begin until somewhat before they end, at least `least` ms."""
    own = hours.services.get(service)
    last = hours.last_number if own is None or own.last_number is None else own.last_number
    moved = [(start - hours.first_number * 1000, end - max(last * 1000, least)) for start, end in some]
    return joined([(start, end) for start, end in moved if start < end])


def is_open(hours: Hours, now: int, zone: ZoneInfo, service: Service | None = None) -> bool:
    """Whether numbers may be taken at `now`, of any service or of one."""
    day = datetime.fromtimestamp(now / 1000, zone).date()
    return any(start <= now < end for start, end in numbers_from(hours, day, zone, service))


def next_numbers(hours: Hours, now: int, zone: ZoneInfo, service: Service | None = None) -> int | None:
    """When there are numbers again, after `now` (ms); None within the next LOOKED_AHEAD days."""
    today = datetime.fromtimestamp(now / 1000, zone).date()
    some = (today + timedelta(days=n) for n in range(LOOKED_AHEAD))
    given = (span for day in some for span in _until_the_stop(hours, day, zone, _by_hours(hours, day, zone, service)))
    return next((start for start, _ in given if start > now), None)


def joined(some: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans in order, those that meet or overlap as one."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(some):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def as_texts(hours: Hours, day: date, zone: ZoneInfo, service: str | None = None) -> list[dict[str, Any]]:
    """[{"from": "08:30", "to": "12:00"}] for people: when the hall is there for them, or a service is given."""
    return _told(opened(hours, day, zone, service), zone)


def numbers_as_texts(hours: Hours, day: date, zone: ZoneInfo, service: Service | None = None) -> list[dict[str, Any]]:
    """The same of the times at which numbers may be taken."""
    return _told(numbers_from(hours, day, zone, service), zone)


def _told(times: list[tuple[int, int]], zone: ZoneInfo) -> list[dict[str, Any]]:
    texts: list[dict[str, Any]] = []
    for start, end in times:
        whole_day = end - start >= 86_400_000
        texts.append({"from": _text(start, zone), "to": "24:00" if whole_day else _text(end, zone)})
    return texts


def clock(minute: float) -> str:
    """Minutes since midnight as people write them: "08:30"."""
    return f"{round(minute) // 60:02}:{round(minute) % 60:02}"


def _clock(day: date, text: str, zone: ZoneInfo) -> int:
    hour, minute = (int(part) for part in text.strip().split(":"))
    return midnight(day, zone, 60 * hour + minute)


def _text(ms: int, zone: ZoneInfo) -> str:
    return datetime.fromtimestamp(ms / 1000, zone).strftime("%H:%M")


def _ms(when: datetime) -> int:
    return int(when.timestamp() * 1000)
