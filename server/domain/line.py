"""From tickets and windows to what dispatch and waits work with. It only translates; who is next is decided in dispatch.py."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from heapq import merge
from itertools import islice
from math import inf
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from config.codes import Channel, Class, ServiceKind, WindowState
from config.settings.rules import Promise, Quota, Rules

from .dispatch import NAMED, Choice, Instead, LookedAhead, Station, Waiter, choose, row_of
from .duty import serves, serves_by
from .floor import CALLED_TO, IN_ROW, ORDINARY, THERE, Floor
from .hours import clock, midnight
from .tables import Line
from .things import Service, Window
from .tickets import TAKEN_ON, Ticket, goes_on, place, rank_of

NOTHING: Mapping[str, float] = MappingProxyType({})
Ahead = Mapping[str, LookedAhead]  # by window
NOT_LOOKED: Ahead = MappingProxyType({})
FRESH = 30_000  # ms that what was looked ahead at holds, where nothing has changed


def series_of(floor: Floor, service: Service, class_: str) -> str:
    return floor.series.mark(class_, floor.rules) + service.prefix


def promise_of(floor: Floor, ticket: Ticket, rules: Rules | None = None) -> Promise:
    """The promise a ticket stands under now: a further leg goes by `transfer`, a green visitor stays green; who was given a class while
    waiting has its promise from then on, which `target` says."""
    rank = rank_of(ticket)
    kind = floor.services[ticket.service].kind if ticket.service in floor.services else ServiceKind.ORDINARY
    promise = (rules or floor.rules_now).promise(kind=kind, class_=rank, channel=ticket.channel, service=ticket.service)
    later = (ticket.target or 0) - promise.target_s if ticket.class_ not in TAKEN_ON else 0
    if later <= 0:
        return promise
    return promise.model_copy(update={"target_s": promise.target_s + later, "warn_s": promise.warn_s + later})


def may_serve(floor: Floor, window: Window, t: Ticket, at: int, who: Collection[str] | None = None) -> bool:
    """Whether dispatch could call a ticket to a window, by the services and reservations of `at` (ms); open or not. `who`: see `serves`."""
    return takes(floor, window, at, who).takes(t.service, t.only_window, rank_of(t))


def served_by_open(floor: Floor, t: Ticket, at: int) -> bool:
    """Whether a window that is open, or only pauses, could call a ticket by the services and reservations of `at` (ms)."""
    return any(w.state != WindowState.CLOSED and may_serve(floor, w, t, at) for w in floor.windows.values())


def is_served(floor: Floor, service: str, rank: str, at: int, among: Collection[str] = ()) -> bool:
    """Whether any window, or any `among` some, could call such a ticket at `at` (ms), open or not, whoever of the staff sits there."""
    windows = [w for w in floor.windows.values() if not among or w.no in among]
    return any(takes(floor, window, at, ()).takes(service, None, rank) for window in windows)


def takes(floor: Floor, window: Window, at: int, who: Collection[str] | None = None) -> Station:
    """What a window calls at `at` (ms): its services, what is lent to it, and the classes it is reserved for."""
    reserved = frozenset(floor.reserved.root.get(window.no, ()))
    return Station(no=window.no, services=frozenset(serves(floor, window, at, who)), reserved=reserved)


def usual_minutes(floor: Floor, learned: Mapping[str, float]) -> dict[str, float]:
    """What dispatch goes by: minutes as past days taught them, and as published where they have not."""
    return {s.code: learned.get(s.code, s.minutes) for s in floor.services.values()}


def waiters(floor: Floor, learned: Mapping[str, float] = NOTHING, line: Iterable[Ticket] | None = None) -> list[Waiter]:
    """Everybody who waits, or those of a `line`. `learned`: usual minutes by service, where past days have taught them."""
    promised = Targets(floor.rules_now)
    return [_waiter(floor, t, promised, learned) for t in (floor.waiting() if line is None else line)]


def _waiter(floor: Floor, t: Ticket, promised: Targets, learned: Mapping[str, float]) -> Waiter:
    service, rank = floor.services.get(t.service), rank_of(t)
    return Waiter(
        id=t.id,
        number=t.number or "",
        series=t.series,
        service=t.service,
        line_at=t.line_at,
        clock_at=t.clock_at,
        target=promised.of(t, service.kind if service else ServiceKind.ORDINARY, rank),
        class_=t.class_,
        complex=bool(service and service.kind == ServiceKind.COMPLEX),
        only_window=t.only_window,
        leg=len(t.legs) if goes_on(t) else 0,
        expected_s=(60 * learned.get(t.service, service.minutes) if service else 480.0) * t.persons,
        persons=t.persons,
        reason=t.reason,
        decided=t.first_called_at is not None,
    )


class Targets:
    """What promise_of says of many, in seconds; each kind of promise is looked for once, for a long line has few of them."""

    def __init__(self, rules: Rules):
        self.rules, self.named = rules, {row.service for row in rules.promises}
        self.found: dict[tuple[str, str, str, str | None], int] = {}

    def of(self, t: Ticket, kind: ServiceKind, rank: str) -> int:
        key = kind, rank, t.channel, t.service if t.service in self.named else None
        target = self.found.get(key)
        if target is None:
            target = self.found[key] = self.rules.promise(kind=kind, class_=rank, channel=t.channel, service=t.service).target_s
        return target if t.class_ in TAKEN_ON else max(target, t.target or 0)


def station(floor: Floor, window: Window, now: int, intervals: tuple[tuple[int, int], ...] = ()) -> Station:
    busy = floor.at_window(window.no)
    return Station(
        no=window.no,
        services=frozenset(serves(floor, window, now)),
        open=window.state == WindowState.OPEN,
        reserved=frozenset(floor.reserved.root.get(window.no, ())),
        clerk=window.clerk,
        green_in_a_row=greens_in_a_row(floor, window.no),
        busy_with=busy.service if busy else None,
        persons=busy.persons if busy else 1,
        started_at=(busy.started_at or (busy.called_at or now) + floor.rules_now.walk_to_window_s * 1000) if busy else None,
        intervals=intervals,
    )


def greens_in_a_row(floor: Floor, no: str) -> int:
    """Calls with priority (green, or a class like it) at a window since the last one without."""
    row, rules = 0, floor.rules
    for t in reversed(floor.tickets.of(CALLED_TO, no)):
        if rules.like(t.class_) != Class.GREEN:
            break
        row += 1
    return row


def picture(floor: Floor, window: str, heads: Iterable[str]) -> Any:
    """What a call at a window hangs on: who is first in its rows, how many wait, and who is at which other open window."""
    there = {no: next(iter(line)).id for no, line in floor.tickets.lines(THERE).items() if no != window}
    others = frozenset((w.no, there.get(w.no)) for w in floor.windows.values() if w.no != window and w.state == WindowState.OPEN)
    return frozenset(heads), len(floor.waiting()), others


def looked_ahead(floor: Floor, window: str, now: int, heads: Iterable[str], ahead: Ahead) -> Instead | None:
    """Whom to call instead of whom the index would, if that was looked ahead at for this very picture; a floor that has moved on since goes
    by the index."""
    found = ahead.get(window) if floor.rules.look_ahead else None
    if found is None or found.instead is None or not 0 <= now - found.at <= FRESH:
        return None
    return found.instead if found.seen == picture(floor, window, heads) else None


def next_for(
    floor: Floor,
    window: Window,
    now: int,
    service: str | None = None,
    learned: Mapping[str, float] = NOTHING,
    ahead: Ahead = NOT_LOOKED,
    by: str | None = None,
) -> Choice | None:
    """Whom dispatch would call to a window now, of one service only where it is given; `by`: who presses."""
    at = replace(station(floor, window, now), services=frozenset(serves_by(floor, window, now, by)))
    mine: list[Line[Ticket]] = []
    first: dict[Any, Ticket] = {}
    for (series, code, rank, onward, only_window), line in floor.tickets.each(IN_ROW):
        if service in (None, code) and at.takes(code, only_window, rank):
            mine.append(line)
            t = next(iter(line))
            head = first.get(row := row_of(series, code, rank, onward))
            if head is None or place(t) < place(head):
                first[row] = t
    heads = sorted(first.values(), key=place)  # a long line has few rows, and only their heads can be chosen
    instead = None if service else looked_ahead(floor, window.no, now, (t.id for t in heads), ahead)
    choice = choose(waiters(floor, learned, heads), at, now, floor.rules_now, instead)
    if choice is None or not choice.overtaken:
        return choice
    since = (choice.ticket.line_at,)
    passed = sum(1 for line in mine for _ in line.below(since))
    longest = islice(merge(*(line.below(since) for line in mine), key=place), NAMED)
    return replace(choice, overtaken=tuple(waiters(floor, learned, longest)), passed=passed, facts=choice.facts | {"count": passed})


def may_return(floor: Floor, ticket: Ticket) -> bool:
    """Whether a number that missed its call may come back once more, by the hall's rule."""
    return ticket.misses <= floor.rules.returns.times


def used_up(floor: Floor, service: str, now: int, zone: ZoneInfo, channel: Channel) -> Quota | None:
    """The quota of walk-in numbers of a channel for a service that is given out, in the span of the day that holds `now`."""
    for quota, start, end in _quotas_at(floor, service, now, zone, channel):
        left = quota.tickets
        for t in reversed(floor.tickets.of(ORDINARY, service)):
            if left <= 0 or (t.issued_at or 0) < start:
                break
            left -= (t.issued_at or 0) < end and quota.channel in (None, t.channel)
        if left <= 0:
            return quota
    return None


def bookings_left(floor: Floor, service: str, at: int, booked: Iterable[int], zone: ZoneInfo) -> float:
    """How many more bookings the quotas leave for a slot that begins at an instant (ms); `booked`: when those of its day begin."""
    quotas = _quotas_at(floor, service, at, zone, Channel.APPOINTMENT)
    begins = list(booked)
    return min((quota.tickets - sum(start <= one < end for one in begins) for quota, start, end in quotas), default=inf)


def _quotas_at(floor: Floor, service: str, at: int, zone: ZoneInfo, channel: Channel) -> Iterator[tuple[Quota, int, int]]:
    """(quota, from, to) of those that have a say in a number of a service and channel at an instant (ms)."""
    some = [quota for quota in floor.rules_now.quotas if quota.service == service]
    weekday = floor.hours.weekday(datetime.fromtimestamp(at / 1000, zone).date()) if some else 0
    for quota in some:
        start, end = midnight(at, zone, quota.start), midnight(at, zone, quota.end)
        if start <= at < end and quota.limits(service, weekday, channel):
            yield quota, start, end


def told_quota(quota: Quota) -> dict[str, Any]:
    """What a sentence must say of a quota that is given out: its span, where it is not the whole day's."""
    if quota.start <= 0 and quota.end >= 24 * 60:
        return {}
    return {"why": "span", "from": clock(quota.start), "to": clock(quota.end)}


def served_by(floor: Floor, service: str, now: int) -> list[Window]:
    """The windows that serve a service now, open or not."""
    return [w for w in floor.windows.values() if service in serves(floor, w, now)]
