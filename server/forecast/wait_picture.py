"""A wait forecast as it was drawn, and what is told from it until the next one. It runs nothing forward and needs no numbers library, so
that it can be handed from the worker process to the server (see waits.py and wait_forecast.py for how it is drawn).
"""

from __future__ import annotations

import math
from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import Any, cast

from config.codes import AT_WINDOW, State
from config.settings.rules import APPOINTMENT, GREEN, TRANSFER, Rules

from ..domain.dispatch import Station, Waiter
from ..domain.floor import ALL, LATEST, THERE, Floor
from ..domain.line import NOTHING
from ..domain.tables import IndexedTable
from ..domain.tickets import Ticket, asked_as
from .calibration import Unseen
from .learned import SPREAD, Learned

MOVED, BACK = "moved", "back"
SAME = 1000  # ms: the clock is read just after the picture is taken
SOMEBODY = 0.05  # expected people ahead, from which on there may be one
STANDING_KEPT = 8  # pictures: an answer is drawn of one that a few commits have followed
WHOLE = 255  # a share of the runs in one byte

# A newcomer: service, class and, where it is still to come, the slot at which the promise begins (ms).
Asked = tuple[str, str] | tuple[str, str, int]
Newer = Mapping[tuple[str, str], int]  # (service, class) -> how many have come since
NOBODY: Newer = {}


@dataclass(frozen=True, kw_only=True, slots=True)
class Wait:
    """Seconds from `at` (ms) until called."""

    p10: int
    p50: int
    p90: int
    at: int
    drawn: tuple[int, ...] = ()  # the three as the runs gave them, before the hall's own past corrected them (calibration.py)


@dataclass(frozen=True, kw_only=True, slots=True)
class Coming:
    """A booking that has not checked in yet."""

    service: str
    slot_at: int


class HandedOver:
    """What is handed from one process to another: its fields, and nothing that was worked out of them since."""

    def __getstate__(self) -> dict[str, Any]:
        return {one.name: getattr(self, one.name) for one in fields(cast(Any, self))}


@dataclass(frozen=True, kw_only=True)
class HallState(HandedOver):
    """The hall as a forecast starts from it."""

    waiting: tuple[Waiter, ...]
    stations: tuple[Station, ...]
    minutes: dict[str, float]  # usual handling time of each service: what dispatch goes by
    complex: frozenset[str] = frozenset()
    rules: Rules = field(default_factory=Rules)
    learned: Learned | None = None
    midnight: int | None = None
    came_today: int | None = None  # numbers taken today without a booking
    bookings: tuple[Coming, ...] = ()
    hours: tuple[tuple[int, int], ...] = ()  # the hall's own spans today, ms
    series: Mapping[tuple[str, str], str] = field(default_factory=dict)  # (service, class) -> the row of numbers a new one stands in

    @cached_property
    def service_of(self) -> dict[str, str]:
        """Ticket id -> service of all who wait."""
        return {w.id: w.service for w in self.waiting}

    @cached_property
    def served_together(self) -> dict[tuple[str, str], float]:
        """(service, another) -> the share of the windows that serve the other one which serve this one too, of those asked for."""
        return {}

    def usual(self, service: str) -> float:
        """Minutes that a service takes: as past days have it, else as published."""
        return self.minutes.get(service, 8.0)

    def in_short(self) -> HallState:
        """What is told from; without all that past days teach, which is a thousand times as much."""
        return replace(self, learned=None, bookings=(), series={})


@dataclass(frozen=True, kw_only=True)
class WaitPicture:
    """What can be said of the coming hours at one instant."""

    at: int
    tickets: dict[str, Wait]
    new: dict[Asked, Wait]
    late: dict[str, float] = field(default_factory=dict)
    line: CallOrder | None = None
    unseen: Unseen | None = None  # how this moment is like none of the past days


@dataclass(frozen=True, kw_only=True)
class CallOrder(HandedOver):
    """Who is expected to be called before whom. `before[a][b]`: in which share of the runs (of WHOLE) waiting ticket a is called before b
    at a window that could serve b; the columns after the waiting are those who would take a number now. `total`: the sum of a column."""

    ids: tuple[str, ...]  # the waiting
    asked: tuple[Asked, ...]  # the columns after them
    before: tuple[bytes, ...]
    total: tuple[int, ...]

    @cached_property
    def column(self) -> dict[str | Asked, int]:
        return {key: n for n, key in enumerate((*self.ids, *self.asked))}

    def ahead(self, key: str | Asked, gone: Iterable[bytes] = ()) -> float | None:
        """How many are expected to be called before a ticket (its id) or a newcomer, without those who are `gone`."""
        column = self.column.get(key)
        return None if column is None else (self.total[column] - sum(row[column] for row in gone)) / WHOLE


def people(look: WaitPicture, key: str | Asked, gone: Iterable[bytes], state: HallState, more: float = 0.0) -> int | None:
    """People ahead of a ticket (its id) or a newcomer as a whole number, without those who are `gone` and with `more` others; never 0
    where somebody may be ahead and the wait is longer than one service. None where no window serves it."""
    wait = look.tickets.get(key) if isinstance(key, str) else look.new.get(key)
    ahead = look.line.ahead(key, gone) if look.line else None
    if wait is None or ahead is None:
        return None
    service = key[0] if isinstance(key, tuple) else state.service_of[key]
    longer = wait.p50 > 60 * state.usual(service)
    return max(round(ahead + more), 1) if ahead + more > SOMEBODY and longer else round(ahead + more)


Came = tuple[int, int, str, tuple[str, str]]  # place in line, ticket id, (service, class)


@dataclass(frozen=True)
class SinceDrawn:
    """Who has come and gone since a wait forecast was drawn, in one picture of the hall."""

    tickets: IndexedTable[Ticket]  # of the picture
    gone: Mapping[str, bytes]  # ticket id -> row, of the forecast's line and in it no more
    came: list[Came]  # those in line who came after it, in their order
    places: Mapping[str, Came]  # ticket id -> the same
    counts: Counter[tuple[str, str]]  # (service, class) -> how many of them
    there: Mapping[str, tuple[str, str]]  # ticket id -> (service, class) of those who came after it and are at a window already


@dataclass(frozen=True)
class WaitForecast(HandedOver):
    """The waits of a moment. `seq` is the event it holds."""

    seq: int
    look: WaitPicture
    up: dict[str, dict] = field(default_factory=dict)  # window -> {"ticket", "number", "why"}: whom dispatch would call there now
    order: dict[str, int] = field(default_factory=dict)  # ticket id -> place among all who wait, by expected call
    state: HallState | None = None  # what it was drawn from
    ahead: dict[str, int | None] = field(default_factory=dict)  # ticket id -> people ahead as told with this forecast
    rose: dict[str, str] = field(default_factory=dict)  # ticket id -> why more people are ahead than before: MOVED, BACK, or a rank

    @property
    def at(self) -> int:
        return self.look.at

    @property
    def minutes(self) -> Mapping[str, float]:
        """What dispatch goes by until the next forecast: service -> usual minutes."""
        return self.state.minutes if self.state else NOTHING

    def for_new(self, service: str, class_: str, newer: Newer = NOBODY, clock_at: int = 0) -> Wait | None:
        """For someone who takes a number now, behind those who are `newer`. `clock_at`: when the promise begins, where that is later."""
        wait = self.look.new.get(self._asked(service, class_, clock_at))
        return behind(wait, self.state, service, class_, newer) if wait and newer and self.state else wait

    def _asked(self, service: str, class_: str, clock_at: int | None) -> Asked:
        key = (service, class_, clock_at or 0)
        return key if key in self.look.new else (service, class_)

    def newer(self, floor: Floor) -> Counter[tuple[str, str]]:
        """(service, class) -> how many of those on the present floor came after this wait forecast was drawn."""
        if floor.seq == self.seq:
            return Counter()
        since = self._since(floor)
        return since.counts + Counter(since.there.values()) if since.there else since.counts

    def is_new(self, t: Ticket) -> bool:
        """Whether a ticket has come into line after this wait forecast was drawn, be it with an earlier place (a kiosk that was alone)."""
        if t.state is State.WAITING:
            return t.id not in self.known
        return t.state in AT_WINDOW and t.id not in self.known and t.line_at >= self.look.at - SAME

    @cached_property
    def known(self) -> frozenset[str]:
        return frozenset(w.id for w in self.state.waiting) if self.state else frozenset(self.look.tickets)

    def people_ahead(self, floor: Floor) -> dict[str, int | None]:
        """For each waiting ticket how many of those now in line the dispatch is expected to call before it, at windows that could serve
        it; None where no window serves it. It falls as they are called and never rises until the next forecast."""
        return {t.id: self.ahead_of(floor, t) for t in floor.waiting()}

    def ahead_of(self, floor: Floor, t: Ticket) -> int | None:
        """The same of one of them."""
        if self.look.line is None or self.state is None or t.id not in self.look.line.column:
            return self.ahead_of_new(floor, t.service, asked_as(t), before=t)
        told, now = self.ahead.get(t.id), people(self.look, t.id, self._since(floor).gone.values(), self.state)
        return now if now is None or told is None else min(now, told)

    def ahead_of_new(self, floor: Floor, service: str, class_: str, before: Ticket | None = None, clock_at: int = 0) -> int | None:
        """The same for somebody who takes a number now, or (`before`) took this one after the forecast was drawn."""
        asked = self._asked(service, class_, before.clock_at if before else clock_at)
        if self.look.line is None or self.state is None:
            return None
        since = self._since(floor)
        came = since.counts
        if before is not None:
            came = came - Counter(who for *_, who in since.came[bisect_left(since.came, _place(before)) :])
        return people(self.look, asked, since.gone.values(), self.state, shared(self.state, service, class_, came))

    def stand(self, floor: Floor) -> None:
        """Remembers who has come and gone until a picture that is on the disk, so that a later one is looked through only for what has
        changed since. For one that may yet be given up it must not be called."""
        kept: tuple[SinceDrawn, ...] = self.__dict__.get("_standing", ())
        self.__dict__["_standing"] = (*kept[1 - STANDING_KEPT :], self._since(floor))

    def _since(self, floor: Floor) -> SinceDrawn:
        """Who has come and gone until this picture: worked out once for it, for a thousand services ask one after the other."""
        kept: SinceDrawn | None = self.__dict__.get("_asked_last")
        if kept is None or kept.tickets is not floor.tickets:
            kept = self.__dict__["_asked_last"] = self._worked_out(floor)
        return kept

    def _worked_out(self, floor: Floor) -> SinceDrawn:
        tickets, line = floor.tickets, self.look.line
        standing: tuple[SinceDrawn, ...] = self.__dict__.get("_standing", ())
        for old in reversed(standing):
            if old.tickets is tickets:
                return old
            if old.tickets.origin is tickets.origin and old.tickets.changes <= tickets.changes:
                return self._moved_on(old, tickets)
        there = (t for some in tickets.lines(THERE).values() for t in some)
        waiting = {t.id for t in floor.waiting()}
        came = sorted(_came(t) for t in floor.waiting() if self.is_new(t))
        return SinceDrawn(
            tickets,
            {id: row for id, row in zip(line.ids, line.before, strict=True) if id not in waiting} if line else {},
            came,
            {one[2]: one for one in came},
            Counter(who for *_, who in came),
            {t.id: (t.service, asked_as(t)) for t in there if self.is_new(t)},
        )

    def _moved_on(self, old: SinceDrawn, tickets: IndexedTable[Ticket]) -> SinceDrawn:
        changed, line = {t.id: t for t in tickets.of(LATEST, ALL).above(old.tickets.changes)}, self.look.line
        gone, there = dict(old.gone), {id: who for id, who in old.there.items() if id not in changed}
        came, places, counts = list(old.came), dict(old.places), old.counts.copy()
        for t in changed.values():
            waits, new = t.state is State.WAITING, self.is_new(t)
            if line and t.id in line.column:
                gone.pop(t.id, None) if waits else gone.setdefault(t.id, line.before[line.column[t.id]])
            if (was := places.pop(t.id, None)) is not None:
                del came[bisect_left(came, was)]
                counts[was[3]] -= 1
            if new and waits:
                one = places[t.id] = _came(t)
                insort(came, one)
                counts[one[3]] += 1
            elif new and t.window:
                there[t.id] = (t.service, asked_as(t))
        return SinceDrawn(tickets, gone, came, places, +counts, there)

    def of_ticket(self, id: str) -> Wait | None:
        return self.look.tickets.get(id)

    def place(self, id: str) -> int | None:
        return self.order.get(id)

    @property
    def next_ids(self) -> list[str]:
        """As many as there are windows with somebody to call, in the order in which they are expected."""
        mine = {u["ticket"] for u in self.up.values()}
        return sorted(mine, key=lambda id: self.order.get(id, 0))


def behind(wait: Wait, state: HallState, service: str, class_: str, more: Newer) -> Wait:
    """A wait told from `state`, for someone behind `more` people ((service, class) -> how many) who have come since: no new runs, in no
    time.

    Those who may go before are counted with their usual minutes over the windows that serve; a free window takes the first of them at
    once. What they add is as uncertain as their number of services.
    """
    mine = [s for s in state.stations if s.open and service in s.services]
    came, before, work = 0.0, 0.0, 0.0
    for (code, rank), n in more.items():
        share = n * _shared(state, service, code)
        came, work = came + share, work + share * state.usual(code)
        before += share if _before_me(state.rules, class_, rank) else 0.0
    line = any(w.service in s.services for s in mine for w in state.waiting)
    free = 0 if line else sum(s.busy_with is None for s in mine)
    if not mine or came <= 0 or came < free:
        return wait
    turns = max(0.0, before - free) + 1 if free else before  # services to end before it is called
    mean = work / came
    added = 60 * mean * turns / len(mine)
    spread = 60 * SPREAD * mean * math.sqrt(turns) / len(mine)

    def later(p10: int, p50: int, p90: int) -> tuple[int, int, int]:
        low, high = math.hypot(p50 - p10, 1.28 * spread), math.hypot(p90 - p50, 1.28 * spread)
        return max(0, round(p50 + added - low)), round(p50 + added), round(p50 + added + high)

    p10, p50, p90 = later(wait.p10, wait.p50, wait.p90)
    return Wait(p10=p10, p50=p50, p90=p90, at=wait.at, drawn=later(*wait.drawn) if wait.drawn else ())


def shared(state: HallState, service: str, class_: str, more: Newer) -> float:
    """How many of `more` people ((service, class) -> how many) may be called before somebody, at windows that could serve both."""
    return sum(n * _shared(state, service, code) for (code, rank), n in more.items() if _before_me(state.rules, class_, rank))


def _shared(state: HallState, service: str, other: str) -> float:
    """Which share of the windows that serve the other service serve this one too."""
    known = state.served_together.get((service, other))
    if known is None:
        theirs = [s for s in state.stations if s.open and other in s.services]
        known = state.served_together[service, other] = sum(service in s.services for s in theirs) / max(1, len(theirs))
    return known


def _place(t: Ticket) -> tuple[int, int]:
    """What orders those in line of one kind."""
    return t.line_at, t.seq or 0


def _came(t: Ticket) -> Came:
    return *_place(t), t.id, (t.service, asked_as(t))


BY_PRIORITY = (GREEN, APPOINTMENT, TRANSFER)  # before all others


def _before_me(rules: Rules, class_: str, other: str) -> bool:
    """Whether somebody of another class may be called first who came at the same time. A class of the hall's own counts as the one it is
    like; one without priority, as everybody who only came."""
    mine, theirs = rules.like(class_), rules.like(other)
    if mine not in BY_PRIORITY:
        return True
    return theirs in BY_PRIORITY[: BY_PRIORITY.index(mine) + 1]


def as_told(p50: int, p90: int) -> tuple[str, dict[str, int]]:
    """The range people are told, from what half of them wait to what nine of ten do (seconds): ("range", {"low": 8, "high": 15}).

    A code of the section `wait` of config/words and its minutes. From a quarter of an hour on in steps of five minutes: no more
    exact than it is known."""
    low, high = p50 // 60, max(p50 // 60, math.ceil(p90 / 60))
    if high <= 1:
        return "moment", {}
    if low >= 15:
        low, high = low // 5 * 5, -(-high // 5) * 5
    if not low:
        return "under", {"high": high}
    return ("about", {"high": high}) if low == high else ("range", {"low": low, "high": high})
