"""Free times for appointments: which slots a service has and how many are left. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from config.codes import Rank

from .floor import SLOTS, Floor
from .hours import midnight, sessions_of, spans, stopped_from
from .line import bookings_left, is_served
from .tickets import Ticket


@dataclass(frozen=True, kw_only=True)
class Slot:
    """One free time: `free` of `capacity` places are left."""

    service: str
    start: int
    end: int
    capacity: int
    free: int

    @property
    def id(self) -> str:
        return f"{self.service}@{self.start}"


def checkin_opens(floor: Floor, t: Ticket, zone: ZoneInfo) -> int:
    """From when on a booking may be checked in (ms): so long before its slot as the hall has it, and not before its day."""
    return max(t.slot - floor.rules.appointments.early_s * 1000, midnight(t.day, zone))


def free_times(floor: Floor, service: str, now: int, zone: ZoneInfo) -> Iterator[int]:
    """When the slots of a service begin that may still be booked, soonest first; worked out only as far as it is asked for."""
    today = datetime.fromtimestamp(now / 1000, zone).date()
    for n in range(floor.rules.appointments.days_ahead + 1):
        day = (today + timedelta(days=n)).isoformat()
        yield from (slot.start for slot in slots_of(floor, service, day, 1, now, zone) if slot.free)


def slots_of(floor: Floor, service: str, first_day: str, days: int, now: int, zone: ZoneInfo) -> list[Slot]:
    """The slots of a service that begin after `now`, on `days` days from `first_day` (yyyy-mm-dd), in order.
    While no window serves the service, it has none."""
    offered = floor.services.get(service)
    if offered is None or offered.closed:  # what cannot be booked is not shown
        return []
    start_day = datetime.strptime(first_day, "%Y-%m-%d").date()
    today = datetime.fromtimestamp(now / 1000, zone).date()
    furthest = midnight(today + timedelta(days=floor.rules.appointments.days_ahead + 1), zone)  # the last day is a whole one
    found: list[Slot] = []
    for day in (start_day + timedelta(days=n) for n in range(days)):
        booked = [(t.slot, t.slot_end or t.slot + 1) for t in floor.tickets.of(SLOTS, (service, day.isoformat()))]
        until, stop = 0, stopped_from(floor.hours_now, day, zone)
        for start, end, minutes, capacity, windows in _bookable(floor, service, day, zone):
            step = minutes * 60_000
            for at in range(start, end - step + 1, step):
                if stop is not None and at >= stop:
                    break
                if at < until or not now < at < furthest or not is_served(floor, service, Rank.APPOINTMENT, at, windows):
                    continue
                until = at + step  # a session that overlaps the usual hours offers no time twice
                taken = sum(a < at + step and at < b for a, b in booked)  # also those booked while slots were longer or shorter
                free = int(max(0, min(capacity - taken, bookings_left(floor, service, at, (a for a, _ in booked), zone))))
                found.append(Slot(service=service, start=at, end=at + step, capacity=capacity, free=free))
    return found


def _bookable(floor: Floor, service: str, day: date, zone: ZoneInfo) -> list[tuple[int, int, int, int, tuple[str, ...]]]:
    """(from, to, minutes, capacity, windows) of the times of a day whose slots are booked, in order; no windows: all of them."""
    minutes, capacity = floor.slots.of(service)
    usual = [(start, end, minutes, capacity, ()) for start, end in spans(floor.hours, day, zone, service)]
    sessions = [
        (a, b, one.slot_minutes or minutes, capacity if one.slot_capacity is None else one.slot_capacity, one.windows)
        for a, b, one in sessions_of(floor.hours, day, zone, service)
    ]
    return sorted(usual + sessions)


def capacity_at(floor: Floor, service: str, at: int, zone: ZoneInfo) -> int:
    """How many may book a slot that begins at an instant, be it one of today's hours or not."""
    day, (_, usual) = datetime.fromtimestamp(at / 1000, zone).date(), floor.slots.of(service)
    return next((places for start, end, _, places, _ in _bookable(floor, service, day, zone) if start <= at < end), usual)
