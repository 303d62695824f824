"""What numbers and bookings were given, and which of it a change of the hall's settings takes away. Pure: it compares two pictures of the
hall, so that it holds for every setting and knows none of them.

Each thing given is a tuple in which more is better: `open` (1,) while the hall is open at the slot, `returns` (times, seconds). What of it
becomes less by a change is unkept (Ticket.unkept: reason -> as it was given) until it is as good again, or the number is settled.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, assert_never
from zoneinfo import ZoneInfo

from config.codes import State

from .floor import NOT_OVER, SEATS, UNKEPT, Floor
from .hours import opened
from .line import may_serve, promise_of, rank_of, served_by_open
from .slots import capacity_at
from .tickets import Ticket

Given = dict[str, tuple[int, ...]]

# Reason -> what it is. Its words are in config/words, sections `unkept` (for the holder) and `hits` (for the manager).
BOOKING = {
    "open": "the service is given at the slot",
    "offered": "the service is offered",
    "served": "a window serves it then",
    "room": "it is within the places of its slot, in the order in which they were booked",
    "checkin": "seconds before and after the slot in which it is checked in as a booking",
}
NUMBER = {
    "open_today": "its service is given for some of what is left of today",
    "served_now": "a window serves it",
    "wait": "seconds until it is called, as promised (negative: less is better)",
    "returns": "how often it may still come back after a miss, and for how many seconds",
}
REASONS = (*BOOKING, *NUMBER)
OPEN_WINDOW = "open_window"  # of a change that is tried: no open window serves those in line and booked for today; nothing given is taken


class Givens:
    """What everyone has at one picture of the hall: `of(ticket)`."""

    def __init__(self, floor: Floor, now: int, zone: ZoneInfo):
        self.floor, self.now, self.zone = floor, now, zone
        self._served: dict[tuple[str, str, str | None, int], bool] = {}
        self._places: dict[tuple[str, int], dict[str, int]] = {}
        day = datetime.fromtimestamp(now / 1000, zone).date()
        self._today = day

    def of(self, t: Ticket) -> Given:
        match t.state:
            case State.BOOKED:
                return self._booking(t)
            case State.WAITING:
                wait: Given = {"wait": (-promise_of(self.floor, t).target_s,)} if t.first_called_at is None else {}
                return self._served_today(t) | wait | self._returns(t, missed=0)
            case State.CALLED:
                return self._returns(t, missed=0)
            case State.MISSED:
                return self._served_today(t) | self._returns(t, missed=1)
            case State.SERVING | State.HELD | State.DONE | State.CANCELLED | State.EXPIRED | State.REFERRED:
                return {}
            case _:
                assert_never(t.state)

    def _served_today(self, t: Ticket) -> Given:
        given = any(end > self.now for _, end in opened(self.floor.hours, self._today, self.zone, t.service))
        return {"open_today": (int(given),), "served_now": (int(self._is_served(t, self.now)),)}

    def _returns(self, t: Ticket, missed: int) -> Given:
        """`missed`: 1 where the last miss is the one that it may come back from."""
        rule = self.floor.rules.returns
        left = max(0, rule.times - t.misses + missed)
        return {"returns": (left, rule.within_s if left else 0)}

    def _booking(self, t: Ticket) -> Given:
        day = datetime.fromtimestamp(t.slot / 1000, self.zone).date()
        inside = any(a <= t.slot and (t.slot_end or t.slot) <= b for a, b in opened(self.floor.hours, day, self.zone, t.service))
        service, rule = self.floor.services.get(t.service), self.floor.rules.appointments
        return {
            "open": (int(inside),),
            "offered": (int(service is not None and not service.closed),),
            "served": (int(self._is_served(t, t.slot)),),
            "room": (int(self._place(t) <= capacity_at(self.floor, t.service, t.slot, self.zone)),),
            "checkin": (rule.early_s, min(rule.late_s, rule.no_show_s)),
        }

    def _place(self, t: Ticket) -> int:
        """Which of the bookings of its slot it is, in the order in which they were written down."""
        slot = (t.service, t.slot)
        if slot not in self._places:
            self._places[slot] = {one.id: n for n, one in enumerate(self.floor.tickets.of(SEATS, slot), 1)}
        return self._places[slot].get(t.id, 0)

    def _is_served(self, t: Ticket, at: int) -> bool:
        key = (t.service, rank_of(t), t.only_window, at)
        if key not in self._served:
            self._served[key] = any(may_serve(self.floor, w, t, at, ()) for w in self.floor.windows.values())
        return self._served[key]


def taken(before: Given, after: Given) -> Given:
    """What of `before` is less in `after`: reason -> as it was."""
    return {reason: had for reason, had in before.items() if reason in after and less(after[reason], had)}


def less(now: tuple[int, ...], had: tuple[int, ...]) -> bool:
    return any(a < b for a, b in zip(now, had, strict=True))


def standing(floor: Floor, t: Ticket, givens: Givens) -> Given:
    """What a number was given and does not have, as it was given. What no longer matters to it (it was called, checked in) is left out."""
    now = givens.of(t) if t.unkept else {}
    return {reason: tuple(had) for reason, had in t.unkept.items() if reason in now and less(now[reason], tuple(had))}


@dataclass(frozen=True, kw_only=True)
class Change:
    """What one change of the hall does to one number or booking: `lost` is taken from it, `unkept` all that it then lacks."""

    ticket: Ticket
    lost: Given
    unkept: dict[str, Any]


def changes(before: Floor, after: Floor, now: int, zone: ZoneInfo) -> list[Change]:
    """Every number and booking that loses something by a change of the hall, or gets back what it had lost."""
    was, is_ = Givens(before, now, zone), Givens(after, now, zone)
    found: list[Change] = []
    some = {t.id: t for line in (NOT_OVER, UNKEPT) for t in after.tickets.of(line)}
    for t in some.values():
        old = before.tickets.get(t.id)
        if old is None:
            continue
        has = is_.of(t)
        lost = taken(was.of(old), has)
        known = {reason: tuple(had) for reason, had in t.unkept.items()}
        lacks = {reason: list(had) for reason, had in (lost | known).items() if reason in has and less(has[reason], had)}
        if lost or lacks != {reason: list(had) for reason, had in t.unkept.items()}:
            found.append(Change(ticket=t, lost=lost, unkept=lacks))
    return found


@dataclass(frozen=True, kw_only=True)
class Hits:
    """How many a change hits: `by_reason` and `by_day` (day, service) hold (bookings, numbers)."""

    bookings: int = 0
    numbers: int = 0
    by_reason: dict[str, tuple[int, int]] = field(default_factory=dict)
    by_day: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)


def tried(before: Floor, after: Floor, now: int, zone: ZoneInfo) -> Hits:
    """Whom a change would hit: who loses something given, and whom no open window would serve any more."""
    found = {c.ticket.id: c for c in changes(before, after, now, zone)}
    here = [*after.waiting(), *after.booked(after.day)]
    for t in here:
        at = max(now, t.slot)
        old = before.tickets.get(t.id)
        if old is None or served_by_open(after, t, at) or not served_by_open(before, old, at):
            continue
        known = found.get(t.id) or Change(ticket=t, lost={}, unkept={})
        if not {"served", "served_now"} & set(known.lost):
            found[t.id] = replace(known, lost=known.lost | {OPEN_WINDOW: (1,)})
    return counted(list(found.values()))


def counted(found: list[Change]) -> Hits:
    def sums(pairs: list[tuple[Any, Ticket]]) -> dict[Any, tuple[int, int]]:
        counts: dict[Any, tuple[int, int]] = {}
        for key, t in pairs:
            bookings, numbers = counts.get(key, (0, 0))
            booked = t.state is State.BOOKED
            counts[key] = (bookings + booked, numbers + (not booked))
        return counts

    hit = [c for c in found if c.lost]
    bookings, numbers = sums([("", c.ticket) for c in hit]).get("", (0, 0))
    by_reason = sums([(reason, c.ticket) for c in hit for reason in c.lost])
    by_day = sums([((c.ticket.day, c.ticket.service), c.ticket) for c in hit])
    return Hits(bookings=bookings, numbers=numbers, by_reason=by_reason, by_day=dict(sorted(by_day.items())))
