"""What happens to a ticket away from the window: taken, moved on, let wait, given up. Windows' own gestures are in windows.py."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from config.codes import AT_WINDOW, LIVE, TYPED, Authority, Channel, Class, Place, Reason, Role, State

from ..domain import events
from ..domain.errors import NotAllowed, NotFound, NotNow, WrongBody, coded
from ..domain.floor import HELD_BY_BROWSER, SERIES
from ..domain.hours import as_texts, is_open, next_numbers
from ..domain.line import may_return, promise_of, series_of, served_by, told_quota, used_up
from ..domain.packages import TRANSFERRED, to_visit
from ..domain.people import age_by_card
from ..domain.private import Visitor
from ..domain.texts import FIRST
from ..domain.things import Service, Window
from ..domain.tickets import TAKEN_ON, Leg, Ticket, services_of
from ..domain.transaction import Transaction
from .appointments import booking_of, checked_in, checkin, let_expire
from .limits import ensure_may_take, note_given_up
from .numbers import ensure_may_state, ensure_offered, ensure_typed_well, find_service, next_number, put_in_line, same_person, visitor_of
from .packages import ensure_legs_given, find_package, first_leg, legs_for, with_package
from .skills import ensure_served

SEES_PROOF = frozenset({Role.GUIDE, Role.CLERK, Role.MANAGER})  # a machine sees nothing: its numbers are asked at the window


def issue_ticket(
    tx: Transaction,
    *,
    service: str | None = None,
    package: str | None = None,
    answers: Mapping[str, bool] | None = None,
    without: Collection[str] = (),
    channel: str = Channel.KIOSK,
    class_: str = Class.ORDINARY,
    reason: str | None = None,
    holder: dict[str, Any] | None = None,
    phone: str | None = None,
    appointment: str | None = None,
    language: str = FIRST,
    onward: tuple[str, ...] = (),
    kiosk: str | None = None,
    notice: str = "",
    giver: str = "",
    proof_seen: bool = False,
    persons: int = 1,
    agent: dict[str, Any] | None = None,
    authority: str = "",
    browser: str = "",
    here: str = "",
    despite: str | None = None,
    id: str = "",
) -> Ticket:
    """A number in someone's hand, for a service or for a `package` and what was answered to its questions (`without` some of its legs,
    which are left for another day). `giver`: the role of who gives it, by which classes of the hall's own may be given; `proof_seen`: staff
    have seen what such a class asks for. `persons` stand together on it; `agent` acts for the holder by an `authority`, and both are kept
    as anybody is. A person with a booking for it is checked in instead of queueing a second time. `browser`, of a phone that has proved
    that it is in the hall, and `here`, how; `despite`: why staff pass over a limit of one person; `id`: of one that another
    hall sends."""
    if appointment:
        return checkin(tx, ticket=appointment, kiosk=kiosk, agent=agent, authority=authority)
    class_, channel = _class_of(tx, class_, reason, giver, proof_seen), coded(Channel, channel, "channel")
    taken = find_package(tx, package) if package else None
    plan = legs_for(tx, taken, answers or {}, without) if taken else ()
    for code in (*onward, *(leg.service for leg in plan)):
        find_service(tx, code)
    services = [leg.service for leg in plan if leg.needed]
    wanted = find_service(tx, services[0] if services else service or "")
    for code in services or [wanted.code]:
        ensure_offered(tx, kiosk, find_service(tx, code), class_)
    if bool(agent) != bool(authority) or (agent and not holder):
        raise WrongBody("bad_body", errors=[{"field": field, "code": "missing"} for field in ("agent", "authority", "holder")])
    ensure_typed_well(tx, kiosk, holder, agent)
    ensure_may_state(tx, kiosk, agent, authority)
    if giver == Role.KIOSK and reason == Reason.ELDERLY and (agent or holder or {}).get("card") == TYPED:  # a typed number proves no age
        raise WrongBody("bad_body", errors=[{"field": "reason", "code": "literal_error", "expected": _unproved(tx)}])
    if class_ == Class.ORDINARY and _elderly(tx, agent or holder):  # who is here, not for whom
        class_, reason, proof_seen = str(Class.GREEN), Reason.ELDERLY, False
    visitor = visitor_of(tx, holder, phone, agent, browser)
    services = services or [wanted.code, *onward]
    starts = services if taken and not taken.ordered else services[:1]
    for code in starts if channel != Channel.PHONE else ():  # a phone number that is typed opens no booking
        if booked := booking_of(tx, visitor, code):
            more = [leg.service for leg in plan if leg.needed and leg.service not in services_of(booked)]
            if taken and more:  # what comes beside the booking is given as any number is
                _ensure_holds_none(tx, more, visitor, channel)
                ensure_legs_given(tx, taken, plan, channel, class_, _ensure_may_issue, services_of(booked))
            over = ensure_may_take(tx, visitor, more, channel=channel, despite=despite) if more else {}
            return checked_in(tx, ticket=booked.id, kiosk=kiosk, agent=agent, authority=authority, package=taken, plan=plan, **over)
    _ensure_holds_none(tx, services if taken else [wanted.code], visitor, channel)
    if taken:
        ensure_legs_given(tx, taken, plan, channel, class_, _ensure_may_issue)
        wanted = find_service(tx, first_leg(tx, taken, plan, class_))
    else:
        _ensure_may_issue(tx, wanted, channel, class_)
    over = ensure_may_take(tx, visitor, services, channel=channel, despite=despite)
    series = series_of(tx.floor, wanted, class_)
    numbered, counters = next_number(tx, series)
    came = tx.floor.tickets.of(SERIES, (series, tx.day)).last_rank or 0
    ticket = Ticket(
        id=id or tx.new_id(),
        day=tx.day,
        series=series,
        service=wanted.code,
        class_=class_,
        reason=reason,
        channel=channel,
        issued_at=tx.now,
        line_at=max(tx.now, came),  # a clock that was set back puts nobody before those who came first
        clock_at=tx.now,
        language=language,
        kiosk=kiosk,
        onward=tuple(onward),
        persons=persons,
        authority=str(coded(Authority, authority, "authority")) if authority else "",
        **numbered,
    )
    ticket = with_package(ticket, taken, plan) if taken else ticket
    return put_in_line(tx, ticket, counters, visitor=visitor, notice=notice, proof_seen=proof_seen, here=here, **over)


def find_ticket(tx: Transaction, id: str) -> Ticket:
    ticket = tx.fetch(Ticket, id)
    if ticket is None:
        raise NotFound("no_such_ticket", ticket=id)
    return ticket


def _unknown_class(tx: Transaction, *known: str) -> WrongBody:
    expected = [*known, *(own.code for own in tx.floor.rules.classes)]
    return WrongBody("bad_body", errors=[{"field": "class", "code": "literal_error", "expected": expected}])


def _class_of(tx: Transaction, given: str, reason: str | None, giver: str, proof_seen: bool) -> str:
    """The class of a number: one that everybody may take, or one of the hall's own that whoever gives it may give."""
    rules = tx.floor.rules
    own = rules.own(given)
    if given == Class.APPOINTMENT:
        raise WrongBody("bad_body", errors=[{"field": "class", "code": "literal_error", "expected": [Class.ORDINARY, Class.GREEN]}])
    if own is None and given not in (Class.ORDINARY, Class.GREEN):
        raise _unknown_class(tx, Class.ORDINARY, Class.GREEN)
    if given == Class.GREEN and reason not in rules.green.reasons:
        raise WrongBody("bad_body", errors=[{"field": "reason", "code": "literal_error", "expected": list(rules.green.reasons)}])
    if own and giver and giver not in own.given_by:
        raise NotAllowed("class_not_given", name=own.name)
    if own and own.proof and giver in SEES_PROOF and not proof_seen:
        raise NotNow("proof_first", name=own.name, proof=own.proof)
    return str(given)


def _elderly(tx: Transaction, holder: dict[str, Any] | None) -> bool:
    """Whether the hall's rule opens the green channel for the age on the holder's ID card, without being asked; a typed number is none."""
    green = tx.floor.rules.green
    if (holder or {}).get("card") == TYPED:
        return False
    age = age_by_card(str((holder or {}).get("id_number") or "").strip().upper(), date.fromisoformat(tx.day))
    return green.automatic and Reason.ELDERLY in green.reasons and age is not None and age >= green.age


def _unproved(tx: Transaction) -> list[str]:
    """The reasons for the green channel that no card proves."""
    return [str(reason) for reason in tx.floor.rules.green.reasons if reason != Reason.ELDERLY]


def _ensure_may_issue(tx: Transaction, service: Service, channel: Channel, class_: str) -> None:
    """Refuses where no number of a service can be had: hours and limits count a number for each service that it is for."""
    floor, rules = tx.floor, tx.floor.rules_now
    if service.closed:
        raise NotNow("service_closed", service=service.name)
    if channel != Channel.DESK and not is_open(floor.hours_now, tx.now, tx.zone):
        raise NotNow("hall_closed", hall=floor.the_hall.name, **_told_hours(tx))
    if channel != Channel.DESK and not is_open(floor.hours_now, tx.now, tx.zone, service):
        if floor.stopped.day == tx.day:
            raise NotNow("numbers_stopped", why=floor.stopped.text, **_told_next(tx, service))
        raise NotNow("service_not_now", service=service.name, **_told_hours(tx, service))
    full = None if channel == Channel.DESK or rules.like(class_) == Class.GREEN else used_up(floor, service.code, tx.now, tx.zone, channel)
    if full:
        raise NotNow("quota_full", service=service.name, **told_quota(full))


def _ensure_holds_none(tx: Transaction, services: Collection[str], visitor: Visitor | None, channel: Channel) -> None:
    """Refuses who holds a live number that is, or goes on, for one of these services; and a phone that holds any number."""
    floor = tx.floor
    for id in same_person(tx, visitor) if floor.rules_now.one_per_service else ():
        held = floor.tickets.get(id)
        if held and held.state in LIVE and (same := next((s for s in (held.service, *held.onward) if s in services), None)):
            if visitor and visitor.typed:  # whoever typed it may be a stranger: no number, and no slip of it
                raise NotNow("typed_holds", service=find_service(tx, same).name)
            raise NotNow("already_holds", data={"ticket": held}, number=held.number, service=find_service(tx, same).name)
    if channel == Channel.PHONE and visitor is not None and visitor.browser:  # one number at a time on one phone
        for v in floor.visitors.of(HELD_BY_BROWSER, visitor.browser):
            held = floor.tickets.get(v.ticket)
            if held and held.state in LIVE:
                raise NotNow("already_holds", data={"ticket": held}, number=held.number, service=floor.services[held.service].name)


def _told_hours(tx: Transaction, service: Service | None = None) -> dict[str, Any]:
    """When the hall is open today, or a service is given, and when there are numbers next: `from` today, `next` on another day."""
    hours, today = tx.floor.hours_now, date.fromisoformat(tx.day)
    texts = [f"{one['from']}–{one['to']}" for one in as_texts(hours, today, tx.zone, service and service.code)]
    return {"hours": texts} | _told_next(tx, service)


def _told_next(tx: Transaction, service: Service | None) -> dict[str, Any]:
    coming = next_numbers(tx.floor.hours_now, tx.now, tx.zone, service)
    if coming is None:
        return {}
    told = tx.told_time(coming)
    return {"from": told[11:]} if tx.day_of(coming) == tx.day else {"next": told}


def cancel(tx: Transaction, *, ticket: str) -> Ticket:
    """The holder gives the number (or the booking) up."""
    old = find_ticket(tx, ticket)
    gone = old.move("cancel", finished_at=tx.now, window=None)
    note_given_up(tx, old)
    tx.tell(events.TicketCancelled(ticket=gone.id, number=gone.number, service=gone.service), gone, *left_window(tx, old))
    return gone


def left_window(tx: Transaction, old: Ticket) -> tuple[Window, ...]:
    """The window at which a number was that leaves it unserved: it worked until now, which the number no longer tells."""
    window = tx.floor.windows.get(old.window or "") if old.state in AT_WINDOW else None
    return () if window is None else (replace(window, let_go_at=tx.now),)


def expire(tx: Transaction, *, ticket: str) -> Ticket | None:
    """A booking nobody came for, or a number missed too long. What has moved on meanwhile is left alone."""
    old = find_ticket(tx, ticket)
    if old.state not in (State.BOOKED, State.MISSED):
        return None
    return let_expire(tx, old)


def postpone(tx: Transaction, *, ticket: str, places: int | None = None, seconds: int | None = None) -> Ticket:
    """Lets others of the same service go first: `places` of them, or those who come within `seconds`."""
    if (places is None) == (seconds is None):
        raise WrongBody("bad_body", errors=[{"field": "places", "code": "one_of", "fields": ["places", "seconds"]}])
    waiting = find_ticket(tx, ticket)
    if seconds is not None:
        line_at = max(waiting.line_at, tx.now) + seconds * 1000
    else:
        line_at = behind(tx, waiting, places or 0)
    clock_at = max(waiting.clock_at, tx.now) if waiting.first_called_at is None else waiting.clock_at
    moved = waiting.move("postpone", line_at=line_at, clock_at=clock_at)
    tx.tell(events.TicketPostponed(ticket=moved.id, number=moved.number, service=moved.service, places=places, seconds=seconds), moved)
    return moved


def behind(tx: Transaction, ticket: Ticket, places: int) -> int:
    """The place in line just behind `places` others who now stand behind a ticket (or come before it, for one that has left the line)."""
    others = sorted(
        t.line_at
        for t in tx.floor.waiting(ticket.service)
        if t.id != ticket.id and (ticket.state is not State.WAITING or t.line_at >= ticket.line_at)
    )
    if not others or places <= 0:
        return ticket.line_at
    return max(ticket.line_at, others[min(places, len(others)) - 1] + 1)


def make_green(
    tx: Transaction, *, ticket: str, reason: str | None = None, class_: str = Class.GREEN, giver: str = "", proof_seen: bool = False
) -> Ticket:
    """Gives a number already taken priority: the green channel with its reason, or a class of the hall's own. It stands in the row of
    those by the time it came, under their promise from now on; what it was promised before is never lengthened by it."""
    old = find_ticket(tx, ticket)
    if class_ in TAKEN_ON:
        raise _unknown_class(tx, Class.GREEN)
    class_ = _class_of(tx, class_, reason, giver, proof_seen)
    if (old.class_, old.reason) == (class_, reason):
        return old
    service = find_service(tx, old.service)
    green = old.move("make_green", class_=class_, reason=reason, series=series_of(tx.floor, service, class_), target=None)
    since = max(0, tx.now - old.clock_at) // 1000
    anew = since + promise_of(tx.floor, green).target_s
    green = replace(green, target=anew if old.target is None else min(anew, old.target))
    event = events.TicketMadeGreen(
        ticket=green.id, number=green.number, service=green.service, class_=class_, reason=reason or "", proof_seen=proof_seen
    )
    tx.tell(event, green)
    return green


def return_ticket(tx: Transaction, *, ticket: str, channel: str = "desk") -> Ticket:
    """A missed number is back in line, behind as many of its own line as the rule says. `channel` phone: its holder did it."""
    missed = find_ticket(tx, ticket)
    rule = tx.floor.rules.returns
    if channel == "phone" and missed.state is State.MISSED and not rule.oneself:
        raise NotNow("return_at_desk", number=missed.number)
    back = missed.move("return", window=None, times_called=0, called_at=None)
    if not may_return(tx.floor, missed):
        why: dict[str, Any] = {} if rule.times else {"why": "never"}
        raise NotNow("returned_too_often", number=missed.number, times=rule.times, **why)
    places = rule.places
    line_at = behind(tx, missed, places) if places else missed.line_at
    back = replace(back, line_at=line_at)
    tx.tell(events.TicketReturned(ticket=back.id, number=back.number, service=back.service, channel=channel), back)
    return back


def transfer(tx: Transaction, *, ticket: str, service: str | None = None, window: str | None = None, place: str = Place.ARRIVAL) -> Ticket:
    """On to another service or window, on the same number. `arrival` keeps the place by the time already waited."""
    old = find_ticket(tx, ticket)
    if service is None and window is None:
        raise WrongBody("bad_body", errors=[{"field": "service", "code": "one_of", "fields": ["service", "window"]}])
    to = find_service(tx, service or old.service)
    if window is not None:
        at = tx.floor.windows.get(window)
        if at is None:
            raise NotFound("no_such_window", window=window)
        ensure_served(tx, at, to.code)
    elif not served_by(tx.floor, to.code, tx.now):
        raise NotNow("service_closed", service=to.name)
    moved = old.move("transfer", **next_leg(tx, old, to.code, coded(Place, place, "place")), only_window=window)
    moved = replace(moved, onward=to_visit(moved)) if moved.package else moved
    event = events.TicketTransferred(
        ticket=moved.id, window=old.window, number=moved.number, service=old.service, to_service=to.code, to_window=window, place=place
    )
    tx.tell(event, moved)
    return moved


def next_leg(tx: Transaction, old: Ticket, service: str, place: Place) -> dict[str, Any]:
    """The fields of a ticket that goes into the line of another service; a leg that was served is written down."""
    line = [t.line_at for t in tx.floor.waiting(service) if t.id != old.id]
    served = old.state in (State.SERVING, State.HELD)
    since = min(old.line_at, tx.now - 1) if served else old.line_at  # served before the slot: it comes on from a window all the same
    line_at = {Place.ARRIVAL: since, Place.HEAD: min([since, *line]) - 1, Place.TAIL: tx.now}[place]
    fields = {
        "service": service,
        "line_at": line_at,
        "clock_at": tx.now if served else old.clock_at,
        "first_called_at": None if served else old.first_called_at,
        "legs": (*old.legs, leg_of(tx, old, TRANSFERRED)) if served else old.legs,
        "onward": old.onward[1:] if old.onward and old.onward[0] == service else old.onward,
        "window": None,
        "clerk": None,
        "times_called": 0,
        "called_at": None,
        "started_at": None,
        "held": 0,
        "held_at": None,
    }
    return fields | {"target": promise_of(tx.floor, replace(old, **fields, target=None)).target_s}


def leg_of(tx: Transaction, ticket: Ticket, outcome: str) -> Leg:
    """The leg of a ticket whose service ends now."""
    return Leg(
        service=ticket.service,
        line_at=ticket.line_at,
        window=ticket.window,
        clerk=ticket.clerk,
        called_at=ticket.called_at,
        started_at=ticket.started_at,
        finished_at=ticket.not_before(tx.now),
        outcome=outcome,
        clock_at=ticket.clock_at,
        first_called_at=ticket.first_called_at or ticket.called_at,
        held=held_so_far(tx, ticket),
        misses=ticket.misses - sum(leg.misses for leg in ticket.legs),
        target=ticket.target,
    )


def held_so_far(tx: Transaction, ticket: Ticket) -> int:
    """ms for which the service under way was put aside until now."""
    return ticket.held + (ticket.not_before(tx.now) - ticket.held_at if ticket.held_at else 0)


def reprint(tx: Transaction, *, ticket: str) -> Ticket:
    """The same number on paper once more; the fact is written down."""
    same = find_ticket(tx, ticket)
    if same.state not in LIVE:
        raise NotNow("illegal_move", number=same.number, state=str(same.state), action="reprint")
    tx.tell(events.TicketReprinted(ticket=same.id, number=same.number, service=same.service))
    return same
