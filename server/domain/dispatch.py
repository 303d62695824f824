"""Who is next at a window, and why. Pure: no clock, no chance, no database.

How to call it (instants are ms since the epoch, durations seconds):

    waiter  = Waiter(id=t.id, number=t.number, series=t.series, service=t.service, class_=t.class_, complex=kind == "complex",
                     line_at=t.line_at, clock_at=t.clock_at, target=t.target, only_window=t.only_window, leg=len(t.legs),
                     expected_s=usual seconds of that service, reason=t.reason)         # one for each ticket in state `waiting`
    station = Station(no=w.no, services=frozenset(w.services), green_in_a_row=…, …)      # the window that has become free
    choice  = choose(waiters, station, now, rules)                                       # None: nobody it may serve; see idle()
    ticket.called event: {"why": explain(choice)}                                        # {"code", "facts", "overtaken": [numbers]}

A series is what people can see as one row of numbers: first come (by `line_at`, among equals the one given first) is never broken
in it. So every class that may overtake needs a series of its own (A…, YA… for booked, LA… for green); a further leg on the same
number (leg > 0) stands in a row of its service and class, by when its visitor first came.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from config.settings.rules import APPOINTMENT, GREEN, ORDINARY, TRANSFER, Rules
from config.settings.rules import GROUPS as GROUPS

MINUTE = 60_000
NAMED = 5  # of those who were overtaken


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiter:
    """What dispatch needs to know of a ticket that waits."""

    id: str
    number: str
    series: str
    service: str
    line_at: int  # ms: place in line, smaller first
    clock_at: int  # ms: the promise's clock starts (later of check-in and slot; kept through transfers)
    target: int  # s: promised wait
    class_: str = ORDINARY  # ordinary, appointment, green, or one of the hall's own
    complex: bool = False
    only_window: str | None = None  # may be called to this window only
    leg: int = 0  # how many services this number has already visited
    expected_s: float = 480.0  # usual handling time of the service
    reason: str | None = None  # of the green channel
    persons: int = 1  # who stand together on it; `expected_s` is of all of them
    decided: bool = False  # called before: its promise was kept or broken by that call, and breaks no more

    @property
    def rank(self) -> str:
        """The class the promise goes by, as tickets.rank_of has it."""
        return TRANSFER if self.leg and self.class_ in (ORDINARY, APPOINTMENT) else self.class_

    @property
    def row(self):
        """The row of numbers in which first come first served holds."""
        return row_of(self.series, self.service, self.rank, self.leg)


def row_of(series: str, service: str, rank: str, leg: int) -> str | tuple[str, str, str]:
    return ("onward", service, rank) if leg else series


@dataclass(frozen=True, kw_only=True, slots=True)
class Station:
    """What dispatch and waits need to know of a window."""

    no: str
    services: frozenset[str]
    open: bool = True
    reserved: frozenset[str] = frozenset()  # classes it is reserved for; empty: everyone
    clerk: str | None = None
    green_in_a_row: int = 0  # calls with priority (green, or like it) at this window since the last one without
    busy_with: str | None = None  # service in hand, None if free
    persons: int = 1  # of the number in hand
    started_at: int | None = None  # ms: since when, or when whoever was called has walked there
    intervals: tuple[tuple[int, int], ...] = ()  # ms: when it works today; empty: as long as the hall is open
    ways: tuple[tuple[tuple[int, int], ...], ...] = ()  # ms: how its day may go instead, each as likely; empty: by its intervals
    unmanned: bool = False  # open, but nobody is known to sit there: no help in any wait

    def may_serve(self, w: Waiter) -> bool:
        return self.takes(w.service, w.only_window, w.rank)

    def takes(self, service: str, only_window: str | None, rank: str) -> bool:
        return service in self.services and only_window in (None, self.no) and (not self.reserved or rank in self.reserved)


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    ticket: Waiter
    code: str
    facts: dict[str, Any]  # numbers and minutes of the sentence
    overtaken: tuple[Waiter, ...]  # in line before it and servable here, longest waiting first
    passed: int  # how many they are: of a long line not all are in `overtaken`


@dataclass(frozen=True, kw_only=True, slots=True)
class Instead:
    """Whom to call instead of whom the index would: looked ahead at for one window in one picture of the hall (forecast/look_ahead.py)."""

    ticket: str
    index: str  # the id of whom the index would call
    minutes: int  # how far ahead was looked


@dataclass(frozen=True, kw_only=True, slots=True)
class LookedAhead:
    """What came of looking ahead for a window. It holds for the very picture of the hall that was seen, and for a short time."""

    at: int  # ms
    seen: Any  # line.picture
    instead: Instead | None  # None: the index is right, or as good


def choose(waiting: Iterable[Waiter], station: Station, now: int, rules: Rules, instead: Instead | None = None) -> Choice | None:
    """The ticket to call at `station`, or None if nobody waits whom it may serve. `instead` holds only where the index would call whom it
    says and decides alone between the two."""
    mine = [w for w in waiting if station.may_serve(w)]
    if not mine:
        return None
    order = ranked(heads(mine, rules), station, now, rules)
    best, index = _looked_ahead(order, instead), order[0][1]
    overtaken = sorted((w for w in mine if w.line_at < best.line_at), key=lambda w: w.line_at)
    code, facts = _reason(best, overtaken, now, rules)
    if instead and best is not index:
        code, facts = "ahead", facts | {"instead": index.number, "minutes": instead.minutes}
    return Choice(ticket=best, code=code, facts=facts, overtaken=tuple(overtaken), passed=len(overtaken))


def _looked_ahead(order: list[tuple[float, Waiter]], instead: Instead | None) -> Waiter:
    worth_, index = order[0]
    if instead is None or index.id != instead.index or worth_ >= TIER:
        return index
    return next((w for _, w in order if w.id == instead.ticket), index)


def heads(mine: Iterable[Waiter], rules: Rules) -> list[Waiter]:
    """The first of each row of numbers, of those whom a window may serve. One of a class that no law puts first is none of them while
    somebody who only came, for the same service and before, waits: also not where that one's promise is lost and its own is not."""
    first: dict[Any, Waiter] = {}
    came: dict[str, int] = {}  # service -> since when somebody waits who only came
    for w in mine:
        head = first.get(row := w.row)
        if head is None or w.line_at < head.line_at:
            first[row] = w
        if w.rank == ORDINARY:
            came[w.service] = min(w.line_at, came.get(w.service, w.line_at))
    return [w for w in first.values() if not (rules.yields(w.rank) and came.get(w.service, w.line_at) < w.line_at)]


INDEX, FIFO, STRICT = 0, 1, 2  # the last two are only for comparison: today's practice, and priority by class
ORDERS = {"index": INDEX, "fifo": FIFO, "strict": STRICT}

# Of GROUPS: green, booked ordinary, booked complex, further leg, walk-in ordinary, walk-in complex. Found on made-up halls and proved on
# others (docs/decisions/0010-dispatch.md); a hall's own factors (Rules.factors) come on top, in `quick`. Plain numbers for numba.
WEIGHT = (3.4, 2.5, 5.7, 2.4, 0.3, 4.8)
SOON = 8.0  # minutes: green and booked go before all others once so little of their promise is left
LATE, LATE_PROTECTED = 0.03, 0.05  # what is left of the weight when the promise is lost
TIMES = 3.0  # a green or booked visitor does not wait longer than this many times the promise
POWER = 3.5
MIDDLING = 8.0  # minutes
TIER = 1e4  # values within a tier stay far below it


def group_of(rank: str, complex: bool) -> int:
    if rank == GREEN:
        return 0
    if rank == TRANSFER:
        return 3
    return (1 if rank == APPOINTMENT else 4) + (1 if complex else 0)


def quickness(minutes: float, short: float = 1.0) -> float:
    """How much short work counts. `minutes` is the usual handling time; `short` how much more than shipped, about one of MIDDLING."""
    return (minutes + 1.25) ** -POWER * ((minutes + 1.25) / (MIDDLING + 1.25)) ** (POWER * (1 - short))


def weighed(minutes: float, group: int, rules: Rules, rank: str = "") -> tuple[float, float]:
    """What worth() takes of work of so many usual minutes for one of a group: (`quick`, `quick_late`), with the hall's own factors, and
    the weight of a class of its own."""
    *groups, short, lost = rules.factors
    own = rules.own(rank)
    quick = quickness(minutes, short) * groups[group] * (own.weight if own else 1.0)
    return quick, quick * lost


def worth(
    order: int, group: int, wait: float, queued: float, target: float, cap: float, overdue: float, quick: float, quick_late: float
) -> float:
    """How much it is worth to call this ticket now; the greatest is called. All times in minutes: `wait` on the promise's clock,
    `queued` in line, `target` promised, `cap` the longest anybody waits; who is `overdue` past the promise is passed over by no walk-in
    in time. `quick` and `quick_late`: see weighed(). Written for numba: plain arithmetic on plain numbers."""
    if order == FIFO:
        return queued
    if order == STRICT:
        return queued - 10.0 * TIER * (0 if group == 0 else 1 if group < 3 else 2 if group == 3 else 3)
    left = target - wait
    soon = group < 3 and 0.0 <= left <= SOON
    if wait >= cap and not soon:
        return 8.0 * TIER + wait
    if left < 0.0:
        if group < 3 and wait >= TIMES * target:
            return 7.0 * TIER + wait
        if -left >= overdue:
            return (6.0 if group < 3 else 5.0) * TIER - left
        return WEIGHT[group] * quick_late * (LATE_PROTECTED if group < 3 else LATE) / 2.25
    value = WEIGHT[group] * quick / ((left + 1.5) * (left + 1.5))
    return value + 9.0 * TIER if soon else value


def ranked(heads: list[Waiter], station: Station, now: int, rules: Rules) -> list[tuple[float, Waiter]]:
    """The rows' heads with what they are worth, the best first; among equals the one longer in line. Without those of a class with
    priority where it is the turn of one without."""
    others = any(rules.like(w.rank) != GREEN for w in heads)
    found: list[tuple[float, Waiter]] = []
    for w in heads:
        rank = w.rank
        if others and 0 < rules.in_a_row(rank) <= station.green_in_a_row and now - w.clock_at < rules.cap_s * 1000:
            continue
        group = group_of(rules.like(rank), w.complex)
        quick, quick_late = weighed(w.expected_s / 60, group, rules, rank)
        value = worth(
            INDEX,
            group,
            (now - w.clock_at) / MINUTE,
            (now - w.line_at) / MINUTE,
            w.target / 60,
            rules.cap_s / 60,
            rules.overdue_s / 60,
            quick,
            quick_late,
        )
        found.append((value, w))
    return sorted(found, key=lambda one: (-one[0], one[1].line_at))


def _reason(best: Waiter, overtaken: list[Waiter], now: int, rules: Rules) -> tuple[str, dict[str, Any]]:
    waited = max(0, now - best.clock_at) / MINUTE
    left = best.target / 60 - waited
    facts = {"number": best.number, "waited": int(waited), "promise": best.target // 60, "left": int(left)}
    if not overtaken:
        return "first_come", facts
    longest = overtaken[0]
    facts |= {"other": longest.number, "other_waited": max(0, int((now - longest.clock_at) / MINUTE)), "count": len(overtaken)}
    if waited * 60 >= rules.cap_s:
        return "cap", facts | {"cap": rules.cap_s // 60}
    if best.only_window:
        return "only_here", facts
    if best.rank == GREEN:
        return "green", facts
    if best.rank == APPOINTMENT:
        return "appointment", facts
    if best.rank == TRANSFER:
        return "onward", facts
    if rules.own(best.rank):
        return "own_class", facts | {"class": best.rank}
    if left < 0:
        return "overdue", facts | {"over": int(-left)}
    if left <= 10:
        return "due_soon", facts
    if (now - longest.clock_at) > longest.target * 1000:
        return "still_kept", facts
    return "short", facts | {"minutes": max(1, round(best.expected_s / 60))}


def explain(choice: Choice) -> dict[str, Any]:
    """Why this one: {"code", "facts", "overtaken": [numbers, at most 5], "overtaken_count"}; words: section `why`."""
    return {
        "code": choice.code,
        "facts": choice.facts,
        "overtaken": [w.number for w in choice.overtaken[:NAMED]],
        "overtaken_count": choice.passed,
    }


def idle(waiting: Iterable[Waiter], station: Station) -> dict[str, Any]:
    """Why choose() gave None: {"code": nobody | reserved, "facts"}."""
    kept_out = sum(w.service in station.services and not station.may_serve(w) and w.only_window is None for w in waiting)
    if not kept_out:
        return {"code": "nobody", "facts": {}}
    return {"code": "reserved", "facts": {"n": kept_out, "classes": sorted(station.reserved)}}
