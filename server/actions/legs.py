"""What changes of the legs of a number that was taken for a package (一件事): questions answered later, legs skipped and taken up again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from config.codes import LIVE, Outcome, Place, SkipReason, State

from ..domain import events
from ..domain.errors import NotFound, NotNow, WrongBody, coded
from ..domain.packages import HANDED, answered, next_leg_of, skipping, stopped, to_visit
from ..domain.tickets import PlannedLeg, Ticket
from ..domain.transaction import Transaction
from .packages import wait_of
from .tickets import next_leg


def answer_questions(tx: Transaction, *, ticket: str, answers: Mapping[str, bool]) -> Ticket:
    """What was asked is answered now, or answered otherwise: the legs to come are those that are needed then."""
    old = _with_plan(tx, ticket)
    known = list(dict.fromkeys(leg.question for leg in old.plan if leg.question))
    if wrong := [code for code in answers if code not in known]:
        raise WrongBody("bad_body", errors=[{"field": f"answers.{wrong[0]}", "code": "literal_error", "expected": known}])
    plan = answered(old.plan, answers)
    if plan == old.plan:
        return old
    return _replanned(tx, old, plan, lambda new: events.PackageAnswered(**_about(new), answers=dict(answers), onward=list(new.onward)))


def skip_leg(tx: Transaction, *, ticket: str, service: str, reason: str) -> Ticket:
    """A leg is not visited on this number, for a reason of the code table."""
    why = coded(SkipReason, reason, "reason")
    if why not in HANDED:
        raise WrongBody("bad_body", errors=[{"field": "reason", "code": "literal_error", "expected": list(HANDED)}])
    return _skip(tx, ticket, service, why)


def restore_leg(tx: Transaction, *, ticket: str, service: str) -> Ticket:
    """A leg that was skipped is to be visited after all."""
    return _skip(tx, ticket, service, None)


def _skip(tx: Transaction, id: str, service: str, reason: SkipReason | None) -> Ticket:
    old = _with_plan(tx, id)
    leg = next((one for one in old.plan if one.service == service), None)
    if leg is None:
        raise WrongBody("bad_body", errors=[{"field": "service", "code": "unknown_service", "service": service}])
    if leg.skipped == reason:
        return old
    plan = skipping(old.plan, service, reason)
    return _replanned(tx, old, plan, lambda new: events.LegSkipped(**_about(new), leg=service, reason=reason, onward=list(new.onward)))


def _with_plan(tx: Transaction, id: str) -> Ticket:
    ticket = tx.fetch(Ticket, id)
    if ticket is None:
        raise NotFound("no_such_ticket", ticket=id)
    if not ticket.package:
        raise NotNow("no_package", number=ticket.number)
    if ticket.state not in LIVE and ticket.state is not State.BOOKED:
        raise NotNow("illegal_move", number=ticket.number, state=str(ticket.state), action="replan")
    return ticket


def _about(t: Ticket) -> dict[str, Any]:
    return {"ticket": t.id, "window": t.window, "number": t.number, "service": t.service, "package": t.package}


def _replanned(tx: Transaction, old: Ticket, plan: tuple[PlannedLeg, ...], told: Callable[[Ticket], events.Event]) -> Ticket:
    """The number with another plan. One that waits for a leg which is not needed any more goes to the next; the last leg stays."""
    new = replace(old, plan=plan)
    if any(leg.service == old.service and not leg.needed for leg in plan) and old.state not in (State.SERVING, State.HELD):
        if old.state is not State.WAITING:
            raise NotNow("leg_under_way", number=old.number, service=_name(tx, old.service))
        can = [code for code in to_visit(new) if stopped(tx.floor, code, tx.now, tx.zone) is None]
        to = next_leg_of(tx.floor, new, can, Outcome.DONE, tx.now, tx.zone, wait_of(tx, old.class_)).service
        if to is None:
            raise NotNow("last_leg", number=old.number, service=_name(tx, old.service))
        new = new.move("transfer", **next_leg(tx, old, to, Place.ARRIVAL) | {"only_window": None})
    new = replace(new, onward=to_visit(new))
    tx.tell(told(replace(new, service=old.service)), new)
    if new.service != old.service:
        tx.tell(events.TicketTransferred(ticket=new.id, number=new.number, service=old.service, to_service=new.service))
    return new


def _name(tx: Transaction, service: str) -> Any:
    return tx.floor.services[service].name if service in tx.floor.services else service
