"""一件事: which legs a number is taken for. What changes of them afterwards is in legs.py, where it goes next in domain/packages."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from config.codes import Channel
from config.settings import Package

from ..domain.errors import NotFound, NotNow, WrongBody
from ..domain.floor import HOLDS_PACKAGE, Floor
from ..domain.packages import WaitOf, first_of, planned, to_visit
from ..domain.things import Service
from ..domain.tickets import PlannedLeg, Ticket
from ..domain.transaction import Transaction
from .numbers import find_service

OF_THE_HALL = ("hall_closed", "numbers_stopped")  # no number of any service can be had
MayIssue = Callable[[Transaction, Service, Channel, str], None]  # raises NotNow where a number of a service cannot be had


def find_package(tx: Transaction, code: str) -> Package:
    found = tx.floor.packages.by_code.get(code)
    if found is None:
        raise NotFound("no_such_package", package=code)
    if not found.open:
        raise NotNow("package_closed", package=found.name)
    return found


def legs_for(tx: Transaction, package: Package, answers: Mapping[str, bool], without: Collection[str] = ()) -> tuple[PlannedLeg, ...]:
    """The legs for somebody who has answered so; refused where an answer is to no question of the package, or nothing is left."""
    _ensure_asked(package, answers)
    for code in without:
        if code not in [leg.service for leg in package.legs]:
            raise WrongBody("bad_body", errors=[{"field": "without", "code": "unknown_service", "service": code}])
    plan = planned(package, answers, without)
    if not any(leg.needed for leg in plan):
        raise NotNow("nothing_in_package", package=package.name)
    return plan


def _ensure_asked(package: Package, answers: Mapping[str, bool]) -> None:
    known = [question.code for question in package.questions]
    for code in answers:
        if code not in known:
            raise WrongBody("bad_body", errors=[{"field": "answers", "code": "literal_error", "expected": known}])


def ensure_legs_given(
    tx: Transaction,
    package: Package,
    plan: Sequence[PlannedLeg],
    channel: Channel,
    class_: str,
    may_issue: MayIssue,
    booked: Collection[str] = (),
) -> None:
    """Refuses where a number of one of its services could not be had now, and names all such: who takes it is told before. Legs can be
    left for another day, but not all of them. `booked`: services of a booking that is checked in with it, which were given already."""
    wrong: list[tuple[str, NotNow]] = []
    for leg in plan:
        if leg.needed and leg.service not in booked:
            try:
                may_issue(tx, find_service(tx, leg.service), channel, class_)
            except NotNow as refused:
                if refused.code in OF_THE_HALL:
                    raise
                wrong.append((leg.service, refused))
    if not wrong:
        return
    needed = sum(leg.needed for leg in plan)
    if len(wrong) == needed == 1:
        raise wrong[0][1]
    names = [tx.floor.services[code].name for code, _ in wrong]
    facts: dict[str, Any] = {"why": "all"} if len(wrong) == needed else {}
    facts |= {name: wrong[0][1].facts[name] for name in ("from", "next") if len(wrong) == 1 and name in wrong[0][1].facts}
    raise NotNow("package_not_now", data={"legs": [code for code, _ in wrong]}, package=package.name, services=names, **facts)


def wait_of(tx: Transaction, class_: str, clock_at: int = 0) -> WaitOf:
    """The hall's own prediction of the wait for each service, of somebody who comes now."""
    waits = tx.waits
    newer = waits.newer(tx.floor) if waits else None

    def wait(service: str) -> float | None:
        told = waits.for_new(service, class_, newer, clock_at) if waits else None
        return None if told is None else told.p50

    return wait


def first_leg(tx: Transaction, package: Package, plan: Sequence[PlannedLeg], class_: str) -> str:
    """Where somebody goes who takes it now."""
    needed = [leg.service for leg in plan if leg.needed]
    return first_of(tx.floor, needed, not package.ordered, tx.now, tx.zone, wait_of(tx, class_))


def ensure_none_held(before: Floor, after: Floor) -> None:
    """Refuses to take away a package for which numbers are under way: their holders could not be told any more what it was."""
    gone = before.packages.by_code.keys() - after.packages.by_code.keys()
    held = {code: len(line) for code in sorted(gone) if (line := before.tickets.of(HOLDS_PACKAGE, code))}
    if held:
        code, n = next(iter(held.items()))
        error = {"field": "packages.items", "code": "still_held", "name": before.packages.by_code[code].name, "n": n}
        raise WrongBody("bad_body", errors=[error])


def with_package(ticket: Ticket, package: Package, plan: tuple[PlannedLeg, ...]) -> Ticket:
    """A ticket for one of its legs as one for the package."""
    taken = replace(ticket, package=package.code, plan=plan, any_order=not package.ordered)
    return replace(taken, onward=to_visit(taken))
