"""A visit is what came of one number: its legs, one for each service it visited. All figures of the hall are made from legs, here.

`visit(ticket)` gives the legs of a live or a stored ticket, `measure(legs, now)` the figures of any legs. The page of today, of a day
and of many days, every report, and what staffing and forecasts learn from go by these definitions (docs/decisions/0015).
Instants are milliseconds; figures are in whole or tenths of seconds and of percent, and None where there is nothing to say.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any, NamedTuple, cast

from config.codes import Mark, State

from .evaluations import BAD, GOOD, GRADES
from .texts import Text, pick
from .tickets import Ticket, began

LONG = 20 * 60  # s: a service that takes longer is counted as long


class VisitLeg(NamedTuple):
    """One service visited on a number, with what its number was. `state` is the number's own on its last leg, and `done` before that."""

    day: str
    issued_at: int
    class_: str
    channel: str
    slot_at: int | None
    first: bool  # the number was taken for this leg
    last: bool  # nothing came after it, so far
    state: str
    service: str
    window: str | None
    clerk: str | None
    line_at: int
    clock_at: int  # when its wait began: issue or check-in, the slot where that is later, a postponement, or the end of the leg before
    first_called_at: int | None  # never reset by a return, a transfer of one who waits, or another call
    called_at: int | None  # the last call
    started_at: int | None
    finished_at: int | None  # when it was finished, cancelled or expired
    held: int  # ms for which it was put aside
    misses: int
    target: int | None  # s: the promised wait
    outcome: str | None
    grade: int | None  # None: it was not asked for; 0: not evaluated; else the grade
    marks: tuple[str, ...] = ()
    waived: int = 0

    @property
    def served(self) -> bool:
        return self.state == "done"

    @property
    def began(self) -> int | None:
        """When its service began; None while it has not."""
        return began(self.called_at, self.started_at, self.finished_at) if self.started_at or self.served else None

    @property
    def wait(self) -> int | None:
        """Seconds from the beginning of its clock to its first call; None while it was not called. One that is missed and called
        again keeps it."""
        return None if self.first_called_at is None else max(0, self.first_called_at - self.clock_at) // 1000

    @property
    def until_served(self) -> int | None:
        """Seconds from the beginning of its clock until its service began: what the visitor really waited."""
        at = self.began if self.served else None
        return None if at is None else max(0, at - self.clock_at) // 1000

    @property
    def handling(self) -> int | None:
        """Seconds of its service from beginning to end, without the time for which it was put aside; None while it is not finished."""
        at = self.began if self.served else None
        return None if at is None or not self.finished_at else max(0, self.finished_at - at - self.held) // 1000

    def kept(self, now: int) -> bool | None:
        """Whether the promise was kept: called for the first time within it. Broken where that came later, where it still waits or was
        given up beyond the promise, and where the day ended without a call. None where it is not decided: it still waits within its
        promise, was given up within it, or was promised nothing."""
        if self.target is None:
            return None
        if self.first_called_at is not None:
            return self.first_called_at - self.clock_at <= self.target * 1000
        if self.state == "expired":
            return False
        beyond = (self.finished_at or now) - self.clock_at > self.target * 1000
        return False if beyond else None


def visit(t: Ticket, grades: Mapping[int, int | None] | None = None) -> list[VisitLeg]:
    """The legs of a ticket in their order, the one under way last; none of a booking that has not come. `grades` are those of its
    evaluations by leg, counted from 1.

    What tickets of older days did not write down is taken from what they did: a leg's clock from the end of the leg before, its first
    call from its last.
    """
    if t.issued_at is None:
        return []
    grades, misses = grades or {}, t.misses
    legs: list[VisitLeg] = []
    common: dict[str, Any] = {"day": t.day, "issued_at": t.issued_at, "class_": t.class_, "channel": t.channel, "slot_at": t.slot_at}
    at_window = t.state is State.REFERRED and t.outcome is not None  # it was being served, which is its last leg
    under_way = not t.legs or not (t.state is State.DONE or at_window)
    came = t.clock_at if len(t.legs) == 1 and not under_way else max(t.issued_at, t.slot_at or 0)
    for n, leg in enumerate(t.legs):
        last = n == len(t.legs) - 1 and not under_way
        clock = leg.clock_at if leg.clock_at is not None else (t.legs[n - 1].finished_at if n else came)
        legs.append(
            VisitLeg(
                **common,
                first=n == 0,
                last=last,
                state=State.DONE.value,
                service=leg.service,
                window=leg.window,
                clerk=leg.clerk,
                line_at=leg.line_at,
                clock_at=clock or 0,
                first_called_at=leg.first_called_at or (t.first_called_at if last else None) or leg.called_at,
                called_at=leg.called_at,
                started_at=leg.started_at,
                finished_at=leg.finished_at,
                held=leg.held,
                misses=misses if last else leg.misses,
                target=t.target if leg.target is None and n == 0 else leg.target,
                outcome=leg.outcome,
                grade=grade_of(grades, n + 1),
                marks=leg.marks,
                waived=leg.waived,
            )
        )
        misses -= leg.misses
    if under_way:
        legs.append(
            VisitLeg(
                **common,
                first=not t.legs,
                last=True,
                state=t.state.value,
                service=t.service,
                window=t.window,
                clerk=t.clerk,
                line_at=t.line_at,
                clock_at=t.clock_at,
                first_called_at=t.first_called_at or t.called_at,
                called_at=t.called_at,
                started_at=t.started_at,
                finished_at=t.finished_at,
                held=t.held,
                misses=misses,
                target=t.target,
                outcome=t.outcome,
                grade=grade_of(grades, len(t.legs) + 1),
            )
        )
    return legs


def grade_of(grades: Mapping[int, int | None], leg: int) -> int | None:
    return (grades[leg] or 0) if leg in grades else None


@dataclass(frozen=True, kw_only=True)
class Figures:
    """The figures of some legs. Each name is the one on pages, in reports and in answers; its words for people are in config/words."""

    issued: int  # numbers taken for these services
    waiting: int  # numbers in each state now: of all numbers they add up to `issued`
    called: int
    serving: int
    held: int
    done: int
    missed: int
    cancelled: int
    expired: int
    referred: int  # to another hall before they were served
    no_shows: int  # legs that missed a call at least once
    served: int  # services finished; a number with several counts at each
    decided: int  # promises of which it is known whether they were kept
    kept: int
    kept_pct: float | None
    wait_mean: float | None  # until the first call
    wait_p50: float | None
    wait_p90: float | None
    wait_max: int | None
    oldest_waiting: int  # s: of those who wait now, the longest so far; 0 where nobody does
    until_served_mean: float | None  # until the service began
    until_served_p90: float | None
    until_served_max: int | None
    handling_mean: float | None
    handling_p50: float | None
    handling_max: int | None
    long: int  # services that took longer than LONG
    long_pct: float | None
    at_once: int  # services that were handled at once (即办件)
    promised: int  # promised for later (承诺件)
    tolerated: int  # accepted although something was lacking (容缺)
    waived: int  # papers that were not asked for (材料免交)
    asked: int  # services that could be evaluated
    evaluated: int
    evaluated_pct: float | None
    good_pct: float | None  # of the evaluated
    bad: int

    def as_dict(self) -> dict[str, int | float | None]:
        """{name: figure}, in the order of their names above."""
        return vars(self).copy()


# What a leg may be counted by.
GROUPINGS: dict[str, Callable[[VisitLeg], Any]] = {
    "total": lambda leg: "",
    "service": lambda leg: leg.service,
    "window": lambda leg: leg.window or None,
    "clerk": lambda leg: leg.clerk or None,
    "class": lambda leg: leg.class_,
    "channel": lambda leg: leg.channel,
}


# Groupings by a text of the hall: name -> (which of GROUPINGS it goes by, {its value there: the text, as it is now}).
GroupTexts = dict[str, tuple[str, dict[str, Text]]]


def group_texts(windows: Mapping[str, dict[str, Text]]) -> GroupTexts:
    """Every grouping by a text; a further one is a word here and a line in LISTS. `windows` is Floor.windows_by."""
    return {what: ("window", windows.get(what, {})) for what in ("type", "zone")}


def groupings(texts: GroupTexts) -> dict[str, Callable[[VisitLeg], Any]]:
    """GROUPINGS, and those by a text, told in the language that stands for all."""
    return GROUPINGS | {name: _by_text(GROUPINGS[of], first_names(some)) for name, (of, some) in texts.items()}


def first_names(texts: Mapping[str, Text]) -> dict[str, str]:
    return {value: pick(text) for value, text in texts.items()}


def _by_text(of: Callable[[VisitLeg], Any], names: Mapping[str, str]) -> Callable[[VisitLeg], Any]:
    return lambda leg: names.get(of(leg) or "") or None


def measure(legs: Iterable[VisitLeg], now: int) -> Figures:
    """The figures of any legs, as they stand at `now`."""
    return Tally([measured(leg, now) for leg in legs]).figures()


def measure_by(legs: Iterable[VisitLeg], keys: Mapping[str, Callable[[VisitLeg], Any]], now: int) -> dict[str, dict[Any, Figures]]:
    """{grouping: {its value: figures}}, the values in order. A leg for which a grouping has no value (None) is in none of its groups."""
    both = [(leg, measured(leg, now)) for leg in legs]
    found: dict[str, dict[Any, Figures]] = {}
    for name, key in keys.items():
        groups: dict[Any, list[Measured]] = {}
        for leg, one in both:
            if (value := key(leg)) is not None:
                groups.setdefault(value, []).append(one)
        found[name] = {value: Tally(groups[value]).figures() for value in sorted(groups)}
    return found


MARKED = (Mark.AT_ONCE, Mark.PROMISED, Mark.TOLERATED)  # marks of services that are counted


class Measured(NamedTuple):
    """What of one leg goes into the figures. A leg is measured once, and its figures are made for each grouping from columns of these:
    a year has 100,000 legs."""

    first: bool
    state: str | None  # of the number, on its last leg
    missed: bool
    served: bool
    marks: int  # those that are counted, a bit each: MARKED
    waived: int
    grade: int | None
    waiting: int  # s for which it waits now
    kept: bool | None
    wait: int | None
    until_served: int | None
    handling: int | None


def measured(leg: VisitLeg, now: int) -> Measured:
    """What of a leg counts, as it stands at `now`."""
    state = leg.state
    waiting = max(0, now - leg.clock_at) // 1000 if state == "waiting" else 0
    own, missed, served = state if leg.last else None, leg.misses > 0, state == "done"
    marks = sum(1 << n for n, mark in enumerate(MARKED) if mark in leg.marks)
    times = leg.wait, leg.until_served, leg.handling
    return Measured(leg.first, own, missed, served, marks, leg.waived, leg.grade, waiting, leg.kept(now), *times)


class Seconds(list[int]):
    """Seconds in order, with their sum: a mean of a whole day need not be added up for whoever looks."""

    def __init__(self, seconds: Iterable[int] = ()):
        super().__init__(sorted(seconds))
        self.total = sum(self)

    def copy(self) -> Seconds:
        new = Seconds()
        new.extend(self)
        new.total = self.total
        return new

    def put(self, seconds: int) -> None:
        insort(self, seconds)
        self.total += seconds

    def take(self, seconds: int) -> None:
        del self[bisect_left(self, seconds)]
        self.total -= seconds


class Tally:
    """Measured legs counted together, to which one can be added and from which one can be taken: whose day goes on is not counted anew."""

    def __init__(self, measured: Sequence[Measured] = ()):
        columns: Any = zip(*measured, strict=True) if measured else ((),) * len(Measured._fields)
        firsts, states, missed, served, marks, waived, grades, waiting, kepts, *times = columns
        self.issued, self.no_shows, self.served = sum(firsts), sum(missed), sum(served)
        self.kept, self.broken, self.oldest_waiting = kepts.count(True), kepts.count(False), max(waiting, default=0)
        self.marks, self.waived = [sum(some >> n & 1 for some in marks) for n in range(len(MARKED))], sum(waived)
        self.states: Counter[str | None] = Counter(states)
        self.grades: Counter[int | None] = Counter(grades)  # 0: not evaluated, None: not asked
        self.times = [Seconds(seconds for seconds in column if seconds is not None) for column in times]

    @classmethod
    def counted(
        cls,
        issued: int,
        no_shows: int,
        served: int,
        kept: int,
        broken: int,
        oldest_waiting: int,
        states: Counter[str | None],
        grades: Counter[int | None],
        times: Sequence[Sequence[int]],
        marks: Sequence[int],
        waived: int,
    ) -> Tally:
        """Of what was counted elsewhere (columns.py). `times`: until the first call, until served, of the service, each in order."""
        new = cls()
        new.issued, new.no_shows, new.served, new.kept, new.broken = issued, no_shows, served, kept, broken
        new.oldest_waiting, new.states, new.grades, new.times = oldest_waiting, states, grades, cast(Any, times)
        new.marks, new.waived = list(marks), waived
        return new

    def and_(self, measured: Iterable[Measured]) -> Tally:
        """All of this tally and a few more."""
        more = copy(self)
        more.states, more.grades, more.times = self.states.copy(), self.grades.copy(), [some.copy() for some in self.times]
        more.marks = [*self.marks]
        for one in measured:
            more.count(one)
        return more

    def count(self, one: Measured, n: int = 1) -> None:
        """Adds a leg, or with -1 takes one away that was added (not one that waits)."""
        self.issued += n * one.first
        self.no_shows += n * one.missed
        self.served += n * one.served
        self.kept += n * (one.kept is True)
        self.broken += n * (one.kept is False)
        self.oldest_waiting = max(self.oldest_waiting, one.waiting)
        self.marks = [some + n * (one.marks >> k & 1) for k, some in enumerate(self.marks)]
        self.waived += n * one.waived
        self.states[one.state] += n
        self.grades[one.grade] += n
        for some, seconds in zip(self.times, one[-len(self.times) :], strict=True):
            if seconds is not None:
                (some.put if n > 0 else some.take)(cast(int, seconds))

    def figures(self) -> Figures:
        waits, until_served, handlings = self.times
        evaluated = sum(self.grades[grade] for grade in GRADES)
        asked, long = evaluated + self.grades[0], len(handlings) - bisect_right(handlings, LONG)
        return Figures(
            issued=self.issued,
            **{state.value: self.states[state.value] for state in State if state is not State.BOOKED},
            no_shows=self.no_shows,
            served=self.served,
            decided=self.kept + self.broken,
            kept=self.kept,
            kept_pct=percent(self.kept, self.kept + self.broken),
            wait_mean=mean(waits),
            wait_p50=quantile(waits, 0.5),
            wait_p90=quantile(waits, 0.9),
            wait_max=waits[-1] if len(waits) else None,
            oldest_waiting=self.oldest_waiting,
            until_served_mean=mean(until_served),
            until_served_p90=quantile(until_served, 0.9),
            until_served_max=until_served[-1] if len(until_served) else None,
            handling_mean=mean(handlings),
            handling_p50=quantile(handlings, 0.5),
            handling_max=handlings[-1] if len(handlings) else None,
            long=long,
            long_pct=percent(long, len(handlings)),
            **{mark.value: n for mark, n in zip(MARKED, self.marks, strict=True)},
            waived=self.waived,
            asked=asked,
            evaluated=evaluated,
            evaluated_pct=percent(evaluated, asked),
            good_pct=percent(sum(self.grades[grade] for grade in GOOD), evaluated),
            bad=sum(self.grades[grade] for grade in BAD),
        )


# grouping -> (its list in an answer, what each of the list is told by)
LISTS = {
    "service": ("services", "code"),
    "window": ("windows", "no"),
    "type": ("types", "name"),
    "zone": ("zones", "name"),
    "clerk": ("clerks", "name"),
    "channel": ("channels", "code"),
    "class": ("classes", "code"),
}


def in_lists(found: dict[str, dict[Any, Figures]]) -> dict[str, Any]:
    """What `measure_by` found, as answers have it: {"total": {…}, "services": [{"code", …}], …}."""
    total = found["total"].get("") or measure((), 0)
    lists = {group: LISTS[group] for group in found if group in LISTS}
    told = {name: [{by: value} | some.as_dict() for value, some in found[group].items()] for group, (name, by) in lists.items()}
    return {"total": total.as_dict()} | told


def quantile(ordered: Sequence[int], share: float) -> float | None:
    """The value below which a share of all lies: between the two nearest where it falls between them. The half of it is the median."""
    if not len(ordered):
        return None
    at = share * (len(ordered) - 1)
    low = int(at)
    high = min(low + 1, len(ordered) - 1)
    return round(ordered[low] + (at - low) * (ordered[high] - ordered[low]), 1)


def mean(values: Sequence[int]) -> float | None:
    known: int | None = getattr(values, "total", None)
    total = sum(values) if known is None else known
    return round(total / len(values), 1) if len(values) else None


def shares_elsewhere(selfservice: int, online: int, issued: int) -> dict[str, float | None]:
    """Of all who came, those with a number and those who went elsewhere: the share that went online, and the share that went online or
    to self-service."""
    came = issued + selfservice + online
    return {"online_pct": percent(online, came), "elsewhere_pct": percent(selfservice + online, came)}


def percent(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole else None
