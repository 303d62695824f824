"""Appointments: one number and no second queue. A booking is a ticket in state `booked`; checking in gives it its number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from config.codes import Channel, Class, State
from config.settings import Package

from ..domain import events
from ..domain.errors import NotFound, NotNow, WrongBody
from ..domain.given import Givens, standing
from ..domain.line import series_of
from ..domain.private import Visitor
from ..domain.slots import Slot, checkin_opens, slots_of
from ..domain.texts import FIRST
from ..domain.tickets import PlannedLeg, Ticket, services_of
from ..domain.transaction import Transaction
from .limits import ensure_may_act, ensure_may_take, note_missed
from .numbers import (
    ensure_may_state,
    ensure_offered,
    ensure_typed_well,
    find_service,
    next_number,
    put_in_line,
    same_person,
    visitor_of,
    with_agent,
)
from .packages import find_package, legs_for, with_package
from .rights import come_back


def book(
    tx: Transaction,
    *,
    slot_at: int,
    service: str | None = None,
    package: str | None = None,
    answers: Mapping[str, bool] | None = None,
    holder: dict[str, Any] | None = None,
    phone: str | None = None,
    language: str = FIRST,
    notice: str = "",
    kiosk: str | None = None,
    channel: str = Channel.ONLINE,
    browser: str = "",
    despite: str | None = None,
    id: str = "",
) -> Ticket:
    """A place in a slot of a service, or of the first leg of a `package`. `notice`: version of the privacy notice that was shown before.
    `channel`: where it is booked; `browser`: keyed hash of what the phone's page is known by; `despite`: why staff pass over a limit."""
    taken = find_package(tx, package) if package else None
    plan = legs_for(tx, taken, answers or {}) if taken else ()
    wanted = find_service(tx, _booked_leg(taken, plan, service) if taken else service or "")
    ensure_offered(tx, kiosk, wanted, Class.APPOINTMENT)
    if wanted.closed:
        raise NotNow("service_closed", service=wanted.name)
    slot = free_slot(tx, wanted.code, slot_at)
    ensure_typed_well(tx, kiosk, holder)
    visitor = visitor_of(tx, holder, phone, browser=browser)
    services = list(dict.fromkeys([wanted.code, *(leg.service for leg in plan if leg.needed)]))
    theirs = [held for id in same_person(tx, visitor) if (held := tx.floor.tickets.get(id)) and held.state is State.BOOKED]
    for held in theirs:
        if held.day == tx.day_of(slot_at) and (same := next((s for s in services_of(held) if s in services), None)):
            name = find_service(tx, same).name
            if visitor and visitor.typed:
                raise NotNow("typed_holds", service=name)
            raise NotNow("already_holds", data={"ticket": held}, service=name, slot=tx.told_time(held.slot), why="booked")
    if (most := tx.floor.rules.appointments.per_person) and len(theirs) >= most:
        raise NotNow("booked_enough", n=len(theirs))
    over = ensure_may_take(tx, visitor, services, channel=channel, slot_at=slot.start, despite=despite)
    booked = Ticket(
        id=id or tx.new_id(),
        key=None,
        day=tx.day_of(slot_at),
        number=None,
        seq=None,
        series=series_of(tx.floor, wanted, Class.APPOINTMENT),
        service=wanted.code,
        class_=Class.APPOINTMENT,
        channel=Channel.APPOINTMENT,
        state=State.BOOKED,
        language=language,
        slot_at=slot.start,
        slot_end=slot.end,
    )
    booked = with_package(booked, taken, plan) if taken else booked
    tx.tell(events.AppointmentBooked(ticket=booked.id, service=booked.service, slot_at=slot.start, notice=notice, **over), booked)
    if visitor:
        tx.keep(replace(visitor, ticket=booked.id, at=slot.start, notice=notice))
    return booked


def _booked_leg(package: Package, plan: tuple[PlannedLeg, ...], service: str | None) -> str:
    """The leg whose time is booked: the first, or, where they have no order, whichever is wanted."""
    needed = [leg.service for leg in plan if leg.needed]
    may = needed[:1] if package.ordered else needed
    if service is not None and service not in may:
        raise WrongBody("bad_body", errors=[{"field": "service", "code": "literal_error", "expected": may}])
    return service or needed[0]


def let_expire(tx: Transaction, old: Ticket) -> Ticket:
    """A number or booking that is over. One that nobody came for is counted where the hall bars those who miss several."""
    gone = old.move("expire", finished_at=tx.now, window=None)
    tx.tell(events.TicketExpired(ticket=gone.id, number=gone.number, service=gone.service), gone)
    note_missed(tx, old)
    return gone


def rebook(tx: Transaction, *, ticket: str, slot_at: int) -> Ticket:
    """The same appointment at another time."""
    old = find_booking(tx, ticket)
    moved = old.move("rebook")
    slot = free_slot(tx, old.service, slot_at)
    moved = replace(moved, slot_at=slot.start, slot_end=slot.end, day=tx.day_of(slot.start))
    moved = replace(moved, unkept=_still_unkept(tx, moved))
    tx.tell(events.AppointmentChanged(ticket=moved.id, service=moved.service, slot_at=slot.start), moved)
    return moved


def checkin(
    tx: Transaction, *, ticket: str, kiosk: str | None = None, here: str = "", agent: dict[str, Any] | None = None, authority: str = ""
) -> Ticket:
    """Who has booked, or may come back without queueing again, is here: a number. The promise's clock begins at the later of now and the
    slot. Very late is a walk-in. `agent`: who is here for them, by an `authority`."""
    if bool(agent) != bool(authority):
        raise WrongBody("bad_body", errors=[{"field": field, "code": "missing"} for field in ("agent", "authority")])
    there = tx.fetch(Ticket, ticket)
    if there and there.back_for:
        ensure_offered(tx, kiosk, find_service(tx, there.service), there.class_)
        ensure_may_state(tx, kiosk, agent, authority)
        return come_back(tx, there, kiosk, agent, authority)
    ensure_offered(tx, kiosk, find_service(tx, find_booking(tx, ticket).service), Class.APPOINTMENT)
    return checked_in(tx, ticket=ticket, kiosk=kiosk, here=here, agent=agent, authority=authority)


def checked_in(
    tx: Transaction,
    *,
    ticket: str,
    kiosk: str | None = None,
    here: str = "",
    agent: dict[str, Any] | None = None,
    authority: str = "",
    package: Package | None = None,
    plan: tuple[PlannedLeg, ...] = (),
    **over: Any,
) -> Ticket:
    """The same of somebody who has not asked for it, but for a number: whatever the kiosk offers. `package`, `plan`: they have come for
    more than they booked; `over`: the limit that was passed over for it."""
    old = find_booking(tx, ticket)
    old = with_package(old, package, plan) if package else old
    rules = tx.floor.rules.appointments
    moved = old.move("checkin")
    if tx.now < checkin_opens(tx.floor, old, tx.zone):
        raise NotNow("too_early", slot=tx.told_time(old.slot), early=rules.early_s // 60)
    if old.day < tx.day:
        raise NotNow("too_late", slot=tx.told_time(old.slot))
    late = tx.now > old.slot + rules.late_s * 1000
    class_ = Class.ORDINARY if late else Class.APPOINTMENT
    series = series_of(tx.floor, find_service(tx, old.service), class_)
    numbered, counters = next_number(tx, series)
    moved = replace(
        moved,
        class_=class_,
        series=series,
        issued_at=tx.now,
        line_at=tx.now if late else max(tx.now, old.slot),
        clock_at=tx.now if late else max(tx.now, old.slot),
        kiosk=kiosk,
        unkept={},
        **numbered,
    )
    if agent is None:
        return put_in_line(tx, moved, counters, here=here, **over)
    ensure_may_state(tx, kiosk, agent, authority)
    visitor = with_agent(tx, tx.fetch(Visitor, old.id), agent)
    ensure_may_act(tx, visitor)
    moved = replace(moved, authority=authority)
    return put_in_line(tx, moved, counters, here=here, visitor=visitor, notice=visitor.notice, **over)


def _still_unkept(tx: Transaction, moved: Ticket) -> dict[str, Any]:
    """What a booking lacks also at its new time of what it was given."""
    floor = tx.floor.with_rows(tx.floor.seq, {"tickets": {moved.id: moved}})
    return {reason: list(had) for reason, had in standing(floor, moved, Givens(floor, tx.now, tx.zone)).items()}


def find_booking(tx: Transaction, id: str) -> Ticket:
    ticket = tx.fetch(Ticket, id)
    if ticket is None or ticket.slot_at is None:
        raise NotFound("no_such_appointment")
    return ticket


def booking_of(tx: Transaction, visitor: Visitor | None, service: str) -> Ticket | None:
    """A booking of this person for this service that may be checked in now; none by an ID number that was typed."""
    if visitor and visitor.typed:
        return None
    rules = tx.floor.rules.appointments
    for id in same_person(tx, visitor):
        t = tx.floor.tickets.get(id)
        if t and t.state is State.BOOKED and t.service == service and t.day == tx.day:
            if checkin_opens(tx.floor, t, tx.zone) <= tx.now <= t.slot + rules.late_s * 1000:
                return t
    return None


def free_slot(tx: Transaction, service: str, slot_at: int) -> Slot:
    slots = slots_of(tx.floor, service, tx.day_of(slot_at), 1, tx.now, tx.zone)
    slot = next((s for s in slots if s.start == slot_at), None)
    if slot is None:
        raise NotFound("no_such_slot", slot=tx.told_time(slot_at))
    if slot.free <= 0:
        raise NotNow("slot_full", slot=tx.told_time(slot_at))
    return slot
