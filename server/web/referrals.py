"""Doors between halls: a number or booking is sent to a neighbour, or comes from one."""

from __future__ import annotations

from .. import actions
from ..actions.given import try_out
from ..domain.errors import HallError, NotAllowed, NotFound, NotNow
from ..domain.tickets import Ticket
from . import models
from .context import Context
from .errors import as_problem
from .guards import at_ticket, ticket_id
from .seen import with_names
from .table import ApiRequest, endpoint, items


@endpoint("GET", "/referrals/halls", gives={200: models.HallToRefer}, lists=True, may="refer", tag="tickets")
def list_halls_to_refer(req: ApiRequest):
    """The neighbours that somebody may be referred to, as last seen, with their services."""
    told = []
    for one in req.floor.neighbours.items:
        seen = req.context.neighbours.seen(one)
        services = [{"code": s.code, "names": s.names, "waiting": s.waiting} for s in seen.services] if seen else []
        known = {"open": seen.open if seen else None, "waiting": seen.waiting if seen else None, "services": services}
        told.append({"code": one.code, "names": one.name, "ready": req.context.referrals.may_ask(one)} | known)
    return items(told)


@endpoint("POST", "/tickets/{id}/referral", body=models.ReferTicket, gives={201: models.Ticket}, may="refer", tag="tickets",
      refuses=("no_such_ticket", "no_such_hall", "illegal_move", "not_your_window", "hall_not_ready", "hall_silent",
               "hall_refuses"))  # fmt: skip
def refer(req: ApiRequest, id: str):
    """Send a number or booking to a neighbour. It is asked first, by its own rules: refused there, nothing changes here. Then the number
    leaves the line here and is brought there; `referral` tells whether it has arrived."""
    id, _ = ticket_id(req.context, id)
    given, ledger = req.body, req.context.ledger
    guard = at_ticket(req.who, id, "refer")
    holder = given.holder.model_dump() if given.holder else None

    def drawn(tx, **of):
        guard(tx)
        return actions.draw_referral(tx, **of)

    of = {"ticket": id, "hall": given.hall, "service": given.service, "why": str(given.why), "holder": holder, "phone": given.phone}
    body = written(ledger.do(req.who.actor, drawn, **of), req.context)
    hall = next((one for one in req.floor.neighbours.items if one.code == given.hall), None)
    if hall is None:
        raise NotFound("no_such_hall", hall=given.hall)
    asked = req.context.referrals.ask(hall, body)
    if not asked.accepted:
        raise NotNow("hall_refuses", hall=hall.name, why=asked.say)
    req.do(actions.refer, lambda tx, _: (201, {}), guard=guard, secret=True,
           ticket=id, hall=hall.code, service_names=asked.service_names, body=body)  # fmt: skip
    req.context.referrals.deliver(id)
    with req.context.full_view() as view:
        ticket = view.find(id)
        assert ticket is not None
        return 201, with_names(view, ticket, req.who)


def written(body: dict, context: Context) -> dict:
    """The body with its times as the wire has them."""
    at = context.view().instant
    return body | {name: at(body[name]) for name in ("sent_at", "slot_at", "since")}


@endpoint("POST", "/referrals", body=models.ReceiveReferral, gives={200: models.ReferralAnswer}, may="send_people", tag="tickets",
      refuses=("referrals_not_taken",))  # fmt: skip
def receive(req: ApiRequest):
    """Take a number or booking of a neighbour over, by the rules of this hall; or (`only_ask`) look whether it would be. A refusal is an
    answer too, in words: it stays the same for its `id`."""
    given, context = req.body, req.context
    token = req.floor.tokens.get(req.who.token)
    hall = token.name if token else ""
    if not any(one.code == hall and one.accepts for one in req.floor.neighbours.items):
        raise NotAllowed("referrals_not_taken", hall=hall)
    at = models.milliseconds
    arguments = {
        "hall": hall,
        "id": given.id,
        "sent_at": at(given.sent_at),
        "service": given.service,
        "number": given.number,
        "why": str(given.why),
        "class_": given.class_,
        "reason": given.reason,
        "persons": given.persons,
        "language": given.language if given.language in context.words.languages else context.words.languages[0],
        "slot_at": at(given.slot_at),
        "since": at(given.since),
        "steps": tuple(step.model_dump() for step in given.steps),
        "holder": given.holder.model_dump() if given.holder else None,
        "phone": given.phone,
    }
    try:
        if given.only_ask:
            found = try_out(context.ledger, req.who.actor, actions.receive_referral, lambda _, tx: told_of(tx, arguments), **arguments)
        else:
            found = context.ledger.do(req.who.actor, actions.receive_referral, **arguments)
    except HallError as error:
        say = {lang: as_problem(error, lang, req.who)["detail"] for lang in context.words.languages}
        if given.only_ask:
            found = {"code": error.code, "say": say}
        else:
            found = context.ledger.do(req.who.actor, actions.remember_refusal, hall=hall, id=given.id, code=error.code, say=say)
    return 200, answer_of(context, found)


def told_of(tx, arguments: dict) -> Ticket | dict:
    """What the action that was tried has made of it."""
    found = actions.taken_before(tx, hall=arguments["hall"], id=arguments["id"])
    assert found is not None
    return found


def answer_of(context: Context, found: Ticket | dict) -> dict:
    if isinstance(found, dict):
        return {"accepted": False, "code": found["code"], "say": found["say"]}
    with context.full_view() as view:
        there = view.find(found.id)
        names = {"service_names": view.service_name(found.service)}
        if there is None:  # only asked
            return {"accepted": True, **names, "slot_at": view.instant(found.slot_at)}
        return {"accepted": True, **names, "number": there.number, "ahead": view.ahead_of(there), "slot_at": view.instant(there.slot_at),
                "url": view.track_url(there)}  # fmt: skip
