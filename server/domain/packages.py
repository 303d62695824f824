"""一件事: what is left to visit on a number that was taken for a package, where it goes next, and what came of it. Pure; the packages
themselves are a setting (config/settings/packages.py), and a number keeps the legs as they were when it was taken.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from math import inf
from typing import Any
from zoneinfo import ZoneInfo

from config.codes import Outcome, Phase, SkipReason, State, WindowState, phase
from config.settings import Package
from config.settings.packages import doubts

from .evaluations import GOOD
from .floor import Floor
from .hours import opened
from .line import served_by
from .tickets import PlannedLeg, Ticket
from .visits import mean, percent, quantile

TRANSFERRED = "transferred"  # outcome of a leg that went on without being completed there
HANDED = (
    SkipReason.NOT_NEEDED,
    SkipReason.DONE_BEFORE,
    SkipReason.LATER,
    SkipReason.ONLINE,
)  # what people may say; the others are the hall's
FINE = (SkipReason.NOT_NEEDED, SkipReason.DONE_BEFORE)  # a package is complete without a leg that was skipped so

WaitOf = Callable[[str], float | None]  # service -> seconds that a newcomer waits, where that is known


def planned(package: Package, answers: Mapping[str, bool], without: Collection[str] = ()) -> tuple[PlannedLeg, ...]:
    """The legs of a package for somebody who has answered some of its questions. `without`: services left for another day."""
    return tuple(
        PlannedLeg(
            service=leg.service,
            question=(question := leg.only_if or leg.unless),
            wanted=leg.only_if is not None or leg.unless is None,
            answer=answers.get(question) if question else None,
            skipped=SkipReason.LATER if leg.service in without else None,
        )
        for leg in package.legs
    )


def answered(plan: Sequence[PlannedLeg], answers: Mapping[str, bool]) -> tuple[PlannedLeg, ...]:
    return tuple(replace(leg, answer=answers.get(leg.question or "", leg.answer)) for leg in plan)


def skipping(plan: Sequence[PlannedLeg], service: str, reason: SkipReason | None) -> tuple[PlannedLeg, ...]:
    """The plan with a leg skipped, or (None) taken up again."""
    return tuple(replace(leg, skipped=reason) if leg.service == service else leg for leg in plan)


def visited(t: Ticket) -> frozenset[str]:
    """The services that were finished on this number; one that was sent on elsewhere was not."""
    return frozenset(leg.service for leg in t.legs if leg.outcome != TRANSFERRED)


def to_visit(t: Ticket) -> tuple[str, ...]:
    """Of a number taken for a package: the services still to come, in the package's order, without the one under way."""
    been = visited(t) | {t.service}
    return tuple(leg.service for leg in t.plan if leg.needed and leg.service not in been)


def open_questions(t: Ticket) -> tuple[str, ...]:
    """Those not yet answered on which a leg to come depends."""
    been = visited(t)
    asked = (leg.question for leg in t.plan if leg.question and leg.answer is None and not leg.skipped and leg.service not in been)
    return tuple(dict.fromkeys(asked))


def doubts_of(floor: Floor) -> Iterator[tuple[int, Package, str, str, str]]:
    """What is worth a look in the packages of this hall, as `hall check` says it of a hall file."""
    any_ = set(floor.skills.any_business) & floor.windows.keys()
    served = {
        code for code, s in floor.services.items() if not s.closed and (any_ or any(code in w.services for w in floor.windows.values()))
    }
    return doubts(floor.packages.items, served, {code: s.matters for code, s in floor.services.items()})


# ---------------------------------------------------------------- where next


def stopped(floor: Floor, service: str, now: int, zone: ZoneInfo) -> str | None:
    """Why nobody who goes into the line of a service now would be called today: `closed`, `no_window`, `over`; None where one would."""
    there = floor.services.get(service)
    if there is None or there.closed:
        return "closed"
    windows = served_by(floor, service, now)
    if not windows:
        return "no_window"
    if any(w.state != WindowState.CLOSED for w in windows):
        return None
    today = datetime.fromtimestamp(now / 1000, zone).date()
    return None if any(end > now for _, end in opened(floor.hours, today, zone, service)) else "over"


@dataclass(frozen=True, kw_only=True)
class NextLeg:
    """Where a number goes after this leg: the `service`, or None where it ends; and the legs that the hall gives up with it."""

    service: str | None
    left: Mapping[str, SkipReason]


def next_leg_of(floor: Floor, t: Ticket, services: Sequence[str], outcome: str, now: int, zone: ZoneInfo, wait: WaitOf) -> NextLeg:
    """Where a number with these services to come goes after a leg that ends with `outcome`. In a package whose legs need one another
    nothing comes after a leg that was not completed; else the one with the shortest wait among those that are served."""
    if not t.package:
        return NextLeg(service=next((code for code in services if code in floor.services), None), left={})
    if not t.any_order and outcome != Outcome.DONE:
        return NextLeg(service=None, left=dict.fromkeys(services, SkipReason.NOT_REACHED))
    can = [code for code in services if stopped(floor, code, now, zone) is None]
    if not t.any_order and services and services[0] not in can:
        rest = dict.fromkeys(services[1:], SkipReason.NOT_REACHED)
        return NextLeg(service=None, left={services[0]: SkipReason.NOT_TODAY} | rest)
    if not can:
        return NextLeg(service=None, left=dict.fromkeys(services, SkipReason.NOT_TODAY))
    return NextLeg(service=shortest(floor, can, now, wait) if t.any_order else can[0], left={})


def first_of(floor: Floor, services: Sequence[str], any_order: bool, now: int, zone: ZoneInfo, wait: WaitOf) -> str:
    """The service with which somebody begins who has all these to visit."""
    can = [code for code in services if stopped(floor, code, now, zone) is None]
    return shortest(floor, can, now, wait) if any_order and can else services[0]


def shortest(floor: Floor, services: Sequence[str], now: int, wait: WaitOf) -> str:
    """The service with the shortest wait as the hall predicts it; where it predicts nothing, by the work in line for each open window."""
    return min(services, key=lambda code: _seconds(floor, code, now, wait))


def _seconds(floor: Floor, service: str, now: int, wait: WaitOf) -> float:
    told = wait(service)
    if told is not None:
        return told
    manned = sum(w.state != WindowState.CLOSED for w in served_by(floor, service, now))
    row = floor.services.get(service)
    return len(floor.waiting(service)) * row.minutes * 60 / manned if row and manned else inf


# ---------------------------------------------------------------- what came of it


@dataclass(frozen=True, kw_only=True)
class LegFigures:
    """The figures of one leg of a package: how often it was visited, in percent how often it was completed, and what people thought of
    it: of the visits that could be evaluated those that were, and of these the good ones."""

    service: str
    visits: int
    done_pct: float | None
    evaluated_pct: float | None
    good_pct: float | None


@dataclass(frozen=True, kw_only=True)
class PackageFigures:
    """The figures of numbers taken for a package. `over` of them have ended; `complete`: every leg that was needed was completed;
    `first_pass` 一次申报通过: complete, and each at its first visit. `door`: seconds from the number to the end of its last leg, of
    complete ones."""

    issued: int
    over: int
    complete: int
    first_pass: int
    first_pass_pct: float | None
    complete_pct: float | None
    legs: float | None  # services finished on one number, on average, of those that are over
    door_mean: float | None
    door_p50: float | None
    door_p90: float | None
    by_leg: tuple[LegFigures, ...]  # in the order of their services' codes


def complete(t: Ticket) -> bool:
    """Whether every leg that was needed was completed."""
    done = {leg.service for leg in t.legs if leg.outcome == Outcome.DONE}
    needed = {leg.service for leg in t.plan if leg.needed or (leg.skipped and leg.skipped not in FINE)}
    return t.state is State.DONE and needed <= done


def first_pass(t: Ticket) -> bool:
    """Whether it was complete with every leg completed when it was first visited: 一次申报通过."""
    return complete(t) and all(leg.outcome == Outcome.DONE for leg in t.legs)


Grades = Mapping[str, Mapping[int, int | None]]  # ticket -> leg from 1 -> its grade; None: not evaluated so far


def measure_packages(tickets: Iterable[Ticket], grades: Grades | None = None) -> dict[str, PackageFigures]:
    """{package: figures}, in the order of their codes. `grades`: what people thought of each leg."""
    some: dict[str, list[Ticket]] = {}
    for t in tickets:
        if t.package and t.issued_at is not None:
            some.setdefault(t.package, []).append(t)
    return {code: _figures(some[code], grades or {}) for code in sorted(some)}


def _figures(tickets: list[Ticket], grades: Grades) -> PackageFigures:
    over = [t for t in tickets if phase(t.state) is Phase.OVER]
    whole = [t for t in over if complete(t)]
    passed = sum(first_pass(t) for t in whole)
    doors = sorted(((t.finished_at or 0) - (t.issued_at or 0)) // 1000 for t in whole)
    return PackageFigures(
        issued=len(tickets),
        over=len(over),
        complete=len(whole),
        first_pass=passed,
        first_pass_pct=percent(passed, len(over)),
        complete_pct=percent(len(whole), len(over)),
        legs=mean([len(visited(t)) for t in over]),
        door_mean=mean(doors),
        door_p50=quantile(doors, 0.5),
        door_p90=quantile(doors, 0.9),
        by_leg=tuple(_of_legs(tickets, grades)),
    )


def _of_legs(tickets: list[Ticket], grades: Grades) -> Iterator[LegFigures]:
    visits: dict[str, list[bool]] = {}
    asked: dict[str, list[int | None]] = {}
    for t in tickets:
        for n, leg in enumerate(t.legs, 1):
            visits.setdefault(leg.service, []).append(leg.outcome == Outcome.DONE)
            if n in (given := grades.get(t.id, {})):
                asked.setdefault(leg.service, []).append(given[n])
    for service in sorted(visits):
        done, some = visits[service], asked.get(service, [])
        told = [grade for grade in some if grade]
        yield LegFigures(
            service=service,
            visits=len(done),
            done_pct=percent(sum(done), len(done)),
            evaluated_pct=percent(len(told), len(some)),
            good_pct=percent(sum(grade in GOOD for grade in told), len(told)),
        )


def as_lines(found: Mapping[str, PackageFigures]) -> list[dict[str, Any]]:
    """As answers have them: [{"code", …figures}]."""
    return [{"code": code} | asdict(figures) for code, figures in found.items()]
