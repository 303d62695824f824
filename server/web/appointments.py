"""Doors for appointments: free slots, book, look, move, check in."""

from __future__ import annotations

from flask import request

from config.codes import Channel, Role, State

from .. import actions, views
from ..actions.numbers import visitor_of
from ..actions.rights import rights_of
from ..domain.errors import NotFound, NotNow, WrongBody
from ..domain.permissions import VISITOR
from ..domain.tickets import Ticket
from . import auth, errors, models
from .guards import ticket_id
from .here import browser_of, ensure_proved, needs_proof, shown_here
from .idempotency import DrawnAfter
from .table import ApiRequest, endpoint, items, spoken
from .tickets import a_ticket, missing, passed_over, whose


def an_appointment(req: ApiRequest, status: int, *, given: bool = False):
    """`given`: the caller hands it to its holder, or is the holder."""
    return DrawnAfter(lambda view, ticket: (status, as_meant(req, view, ticket, given=given)))


def as_meant(req: ApiRequest, view: views.View, ticket: Ticket, *, given: bool) -> dict:
    """A booking as its holder sees it; for others without what belongs to the holder alone."""
    whole = {**view.appointment(ticket)}
    if given:
        return whole
    link = () if req.who.may("hand_out") else ("track", "url")
    return {name: value for name, value in whole.items() if name not in link} | {"evaluation": None}


@endpoint("GET", "/slots", query=models.SlotsQuery, gives={200: models.Slot}, lists=True, may="see_slots", holder=True, tag="appointments",
      refuses=("no_such_service",))  # fmt: skip
def list_slots(req: ApiRequest):
    """Free times, of one service or of all."""
    q = req.query
    if not (q.track and ticket_id(req.context, q.track)[1]):
        auth.require(req.who, req.endpoint.may)
    view = req.context.view()
    if q.service is not None and q.service not in view.floor.services:
        raise NotFound("no_such_service", service=q.service)
    day = q.day or view.at(view.now)[:10]
    codes = [q.service] if q.service else [s.code for s in view.floor.services.values() if not s.closed]
    try:
        return items([slot for code in codes for slot in view.slots(code, day, q.days)])
    except (ValueError, OverflowError):  # beyond the calendar
        raise no_such_day() from None


@endpoint("POST", "/appointments", body=models.Book, gives={201: models.Appointment}, may="book", tag="appointments",
      refuses=("no_such_service", "no_such_slot", "slot_full", "already_holds", "service_closed",
               "booked_enough", "missed_too_many", "too_many_bookings", "not_offered_here", "not_typed_here",
               "typed_holds", "bad_id_number", "bookings_enough", "gave_up_enough",
               "person_refused", "slot_enough", "phone_not_proved", "no_such_package", "package_closed",
               "nothing_in_package"))  # fmt: skip
def book(req: ApiRequest):
    """Book a place in a slot, for somebody: nobody takes all places without a name. Who books without anybody's help says where they can
    be reached, and one address does so only so often an hour."""
    given = req.body
    if req.who.role == VISITOR and given.phone is None:
        raise WrongBody("bad_body", errors=[{"field": "phone", "code": "missing"}])
    if given.phone is None and not (given.holder and (given.holder.id_number or given.holder.name)):
        raise missing("phone", "holder")
    if req.who.role == VISITOR and not req.context.bookings.begin(request.remote_addr or "", req.floor.rules.appointments.per_address):
        raise errors.BadRequest("too_many_bookings", 429)
    if req.who.role == VISITOR and needs_proof(req):
        ensure_proved(req, given.phone, given.proof)
    slot_at, service = when(given, given.service)
    return req.do(
        actions.book,
        an_appointment(req, 201, given=True),
        service=service,
        package=given.package,
        answers=given.answers,
        slot_at=slot_at,
        holder=given.holder.model_dump() if given.holder else None,
        phone=given.phone,
        language=spoken(req, given.language),
        notice=given.notice or "",
        kiosk=req.who.kiosk,
        channel=Channel.KIOSK if req.who.role == Role.KIOSK else Channel.DESK if req.who.may("pass_limits") else Channel.ONLINE,
        browser=browser_of(req),
        despite=passed_over(req),
    )


@endpoint("GET", "/appointments", query=models.AppointmentsQuery, gives={200: models.Expected}, lists=True, tag="appointments",
      may="attend")  # fmt: skip
def list_appointments(req: ApiRequest):
    """Today's bookings that have not come yet; `q` is a code, or the last four of a phone or ID number."""
    with req.context.full_view() as view:
        return items(view.appointments(req.query.q))


@endpoint("POST", "/appointments/search", body=models.Search, gives={200: models.Appointment}, lists=True, tag="appointments",
      may="receive")  # fmt: skip
def search_appointments(req: ApiRequest):
    """Bookings of a person from today on, or the one with this code; and numbers whose holder may come back without queueing again. A POST
    only so that no number stands in an address."""
    given = req.body
    if given.code:
        id, _ = ticket_id(req.context, given.code)
        ids = [id]
    else:
        holder = given.holder.model_dump() if given.holder else None
        ids = req.context.ledger.do(req.who.actor, kept_of, holder=holder, phone=given.phone)
    with req.context.full_view() as view:
        all_ = [t for t in (view.find(id) for id in ids) if t]
        found = [t for t in all_ if t.state is State.BOOKED and t.day >= view.floor.day or view.may_come_back(t)]
        return items([as_meant(req, view, t, given=False) for t in sorted(found, key=lambda t: t.slot)])


def kept_of(tx, *, holder: dict | None, phone: str | None) -> list[str]:
    return rights_of(tx, visitor_of(tx, holder, phone))


@endpoint("GET", "/appointments/{id}", gives={200: models.Appointment}, may="see_booking", holder=True, tag="appointments",
      refuses=("no_such_appointment",))  # fmt: skip
def get_appointment(req: ApiRequest, id: str):
    """A booking, by its id or by its track code."""
    known, held = ticket_id(req.context, id)
    if not held:
        auth.require(req.who, req.endpoint.may)
    with req.context.full_view() as view:
        ticket = view.find(known)
        if ticket is None or ticket.slot_at is None:
            raise NotFound("no_such_appointment")
        return 200, as_meant(req, view, ticket, given=held)


@endpoint("PUT", "/appointments/{id}", body=models.Rebook, gives={200: models.Appointment}, holder=True, tag="appointments",
      may="change_booking",
      refuses=("no_such_appointment", "no_such_slot", "slot_full", "illegal_move"))  # fmt: skip
def rebook(req: ApiRequest, id: str):
    """Move a booking to another slot."""
    id, held = whose(req, id)
    slot_at, _ = when(req.body, None)
    return req.do(actions.rebook, an_appointment(req, 200, given=held), by_holder=held, ticket=id, slot_at=slot_at)


@endpoint("DELETE", "/appointments/{id}", gives={200: models.Appointment}, holder=True, tag="appointments",
      may="change_booking", refuses=("no_such_appointment", "illegal_move"))  # fmt: skip
def unbook(req: ApiRequest, id: str):
    """Give a booking up. One that is given up already stays so."""
    id, held = whose(req, id)

    def act(tx, *, ticket):
        old = tx.fetch(Ticket, ticket)
        if old is None or old.slot_at is None:
            raise NotFound("no_such_appointment")
        return old if old.state is State.CANCELLED else actions.cancel(tx, ticket=ticket)

    return req.do(act, an_appointment(req, 200, given=held), by_holder=held, ticket=id)


@endpoint("POST", "/appointments/{id}/checkin", body=models.CheckIn, gives={201: models.Ticket}, may="receive", holder=True,
      tag="appointments", refuses=("no_such_appointment", "too_early", "too_late", "illegal_move", "here_off", "here_over",
               "not_offered_here", "right_used", "right_over", "already_holds", "service_closed", "service_not_now",
               "not_acted_here", "acted_enough", "person_refused", "gave_up_enough"))  # fmt: skip
def checkin(req: ApiRequest, id: str):
    """Who has booked, or may come back without queueing again, is here: a number. Its holder does it on the phone, which has proved that it
    is in the hall."""
    id, held = ticket_id(req.context, id)
    here = ""
    if not req.who.may("receive"):
        if not held:
            auth.require(req.who, req.endpoint.may)
        if not req.floor.here.checkin:
            raise NotNow("here_off")
        here = shown_here(req, req.body.right)
    agent = req.body.agent.model_dump() if req.body.agent else None
    return req.do(
        actions.checkin,
        a_ticket(req, given=True),
        by_holder=bool(here),
        ticket=id,
        kiosk=req.who.kiosk,
        here=here,
        agent=agent,
        authority=req.body.authority or "",
    )


def when(given: models.Book | models.Rebook, service: str | None) -> tuple[int, str]:
    """(slot's beginning in ms, service) from `slot` or `slot_at`."""
    if (given.slot is None) == (given.slot_at is None):
        raise missing("slot", "slot_at")
    if given.slot is None:
        if isinstance(given, models.Book) and service is None:
            raise missing("service", "slot")
        return models.milliseconds(given.slot_at) or 0, service or ""
    of, _, at = given.slot.rpartition("@")
    if service is not None and service != of:
        raise NotFound("no_such_slot")
    if int(at) > 253_402_000_000_000:  # the year 9999
        raise NotFound("no_such_slot")
    return int(at), of


def no_such_day() -> WrongBody:
    return WrongBody("bad_body", errors=[{"field": "day", "code": "no_such_day"}])
