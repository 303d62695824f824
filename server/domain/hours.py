"""When the hall is open, by its setting `hours`. Pure: the instant and the zone are arguments.

A hall that names no weekday is always open, but on its `holidays` and the dates of `days`. Off-hours sessions are simply further spans.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from config.settings import Hours


def midnight(when: int | str | date, zone: ZoneInfo, minutes: int = 0) -> int:
    """The instant (ms) at which the clocks of `zone` show so many minutes after midnight: of the day that holds the instant `when`, or of
    the day `when` ("2026-11-20"). By the clock on the wall, also on a day on which it is put forward or back."""
    if isinstance(when, int):
        when = datetime.fromtimestamp(when / 1000, zone).date()
    elif isinstance(when, str):
        when = date.fromisoformat(when)
    return _ms(datetime(when.year, when.month, when.day, tzinfo=zone) + timedelta(minutes=minutes))


def set_for(hours: Hours, day: date) -> tuple[str, ...] | None:
    """What is set for a day, as it was written: () is closed; None where nothing is, and the hall is open all day."""
    return hours.on(day)


def spans(hours: Hours, day: date, zone: ZoneInfo) -> list[tuple[int, int]]:
    """[(from, to)] in milliseconds for one day, in order; the whole day where no weekday is named."""
    texts = set_for(hours, day)
    if texts is None:
        return [(midnight(day, zone), midnight(day, zone, 24 * 60))]
    return sorted((_clock(day, a, zone), _clock(day, b, zone)) for a, b in (span.split("-") for span in texts))


def is_open(hours: Hours, now: int, zone: ZoneInfo) -> bool:
    """Whether numbers may be taken at `now`. Where hours are not enforced the answer is always yes."""
    if not hours.enforce:
        return True
    day = datetime.fromtimestamp(now / 1000, zone).date()
    return any(start <= now < end for start, end in numbers_from(hours, day, zone))


def numbers_from(hours: Hours, day: date, zone: ZoneInfo) -> list[tuple[int, int]]:
    """[(from, to)] in which numbers may be taken on a day, in order; everywhere in it where hours are not enforced."""
    if not hours.enforce:
        return [(midnight(day, zone), midnight(day, zone, 24 * 60))]
    return [(start - hours.first_number * 1000, end - hours.last_number * 1000) for start, end in spans(hours, day, zone)]


def as_texts(hours: Hours, day: date, zone: ZoneInfo) -> list[dict[str, Any]]:
    """[{"from": "08:30", "to": "12:00"}] for people."""
    return _told(spans(hours, day, zone), zone)


def numbers_as_texts(hours: Hours, day: date, zone: ZoneInfo) -> list[dict[str, Any]]:
    """The same of the times at which numbers may be taken."""
    return _told(numbers_from(hours, day, zone), zone)


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
