"""A number or booking goes to another hall, or comes from one. What is told to the other hall is written down, sealed, in the same
commit in which the number leaves the line here; outside/referrals.py brings it there. These decide; they ask nobody."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from config.codes import Channel, Class, Outcome, ReferralState, State
from config.settings import Neighbour

from ..domain import events
from ..domain.errors import NotAllowed, NotFound, NotNow
from ..domain.private import Secret, Starting, Visitor
from ..domain.texts import FIRST
from ..domain.tickets import TAKEN_ON, Ticket
from ..domain.transaction import Transaction
from .appointments import book
from .tickets import find_ticket, issue_ticket, left_window, leg_of

WAITS = 600_000  # ms: later than this after it was sent, a referral is not taken any more; its holder has gone home, or has a number here


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """A referral that the other hall has not answered: the `ticket` here, the `hall`, and the body that it is asked with."""

    ticket: str
    hall: str
    body: dict[str, Any]


# ---------------------------------------------------------------- from here


def draw_referral(
    tx: Transaction, *, ticket: str, hall: str, service: str, why: str, holder: dict[str, Any] | None = None, phone: str | None = None
) -> dict[str, Any]:
    """What the other hall is told of a number or booking: all that it needs to take it over, and what is known here of its holder, masked
    as it is kept; the number of a card only where that is given again (`holder`). Refused where it cannot go now. It changes nothing."""
    old = find_ticket(tx, ticket)
    old.move("refer")
    ensure_neighbour(tx, hall)
    kept = next(iter(tx.find(Visitor, ticket=old.id)), None)
    known: dict[str, Any] = {"name": kept.name, "id_last4": kept.id_last4, "card": kept.card} if kept else {}
    reach = (tx.keys.unlock("reach", kept.reach, kept.phone_hash) if kept and kept.reach else None) or phone
    known |= {k: v for k, v in (holder or {}).items() if v}
    return {
        "id": tx.new_id(),
        "sent_at": tx.now,
        "number": old.number,
        "service": service,
        "why": why,
        "class": str(old.class_),
        "reason": old.reason,
        "persons": old.persons,
        "language": old.language,
        "slot_at": old.slot_at if old.state is State.BOOKED else None,
        "since": None if old.state is State.BOOKED else old.issued_at,
        "steps": [{"service_names": _name(tx, leg.service), "outcome": str(leg.outcome or Outcome.DONE)} for leg in old.legs]
        + ([{"service_names": _name(tx, old.service), "outcome": str(Outcome.REFERRED)}] if old.state is State.SERVING else []),
        "holder": {k: v for k, v in known.items() if v} or None,
        "phone": reach,
    }


def _name(tx: Transaction, code: str) -> dict[str, str]:
    return dict(tx.floor.services[code].name) if code in tx.floor.services else {FIRST: code}


def ensure_neighbour(tx: Transaction, hall: str) -> Neighbour:
    found = next((one for one in tx.floor.neighbours.items if one.code == hall), None)
    if found is None:
        raise NotFound("no_such_hall", hall=hall)
    return found


def refer(tx: Transaction, *, ticket: str, hall: str, service_names: dict[str, str], body: dict[str, Any]) -> Ticket:
    """The number or booking leaves the line here; with the same commit stands what the other hall is asked. `body`: of draw_referral,
    `service_names`: what the other hall calls the service that it is for there."""
    old = find_ticket(tx, ticket)
    ensure_neighbour(tx, hall)
    referral = {
        "to": hall,
        "id": body["id"],
        "service": body["service"],
        "service_names": service_names,
        "why": body["why"],
        "at": tx.now,
        "was": str(old.state),
        "state": str(ReferralState.ASKED),
    }
    gone = old.move("refer", finished_at=tx.now, window=None, referral=referral)
    if old.state is State.SERVING:
        gone = replace(gone, legs=(*old.legs, leg_of(tx, old, Outcome.REFERRED)), outcome=str(Outcome.REFERRED))
    tx.keep(Secret(name=f"referring:{old.id}", value=_sealed(tx, old.id, {"hall": hall, "body": body})))
    event = events.TicketReferred(
        ticket=gone.id, window=old.window, number=gone.number, service=gone.service, hall=hall, to_service=body["service"], why=body["why"]
    )
    tx.tell(event, gone, *left_window(tx, old))
    return gone


def _sealed(tx: Transaction, ticket: str, asked: dict[str, Any]) -> str:
    return tx.keys.lock("referring", json.dumps(asked, ensure_ascii=False), ticket)


def pending_referrals(tx: Transaction) -> list[Outgoing]:
    """What other halls are still to be asked, as it was sent. What this hall cannot read any more (another key) is left."""
    found: list[Outgoing] = []
    for kept in tx.find(Secret, name=Starting("referring:")):
        ticket = kept.name.partition(":")[2]
        text = tx.keys.unlock("referring", kept.value, ticket)
        if text is not None:
            asked = json.loads(text)
            found.append(Outgoing(ticket=ticket, hall=asked["hall"], body=asked["body"]))
    return sorted(found, key=lambda one: (one.body["sent_at"], one.ticket))


def accepted(tx: Transaction, *, ticket: str, id: str, number: str | None, url: str) -> Ticket | None:
    """The other hall has taken it over. A second answer to the same question changes nothing."""
    old = _asked(tx, ticket, id)
    if old is None:
        return None
    new = replace(old, referral=old.referral | {"state": str(ReferralState.ACCEPTED), "number": number})
    tx.forget(Secret, name=f"referring:{old.id}")
    if url:
        tx.keep(Secret(name=f"referred:{old.id}", value=f"{tx.now}:{tx.keys.lock('referred', url, old.id)}"))
    hall = old.referral["to"]
    tx.tell(events.ReferralAccepted(ticket=old.id, number=old.number, service=old.service, hall=hall, there=number or ""), new)
    return new


def refused(tx: Transaction, *, ticket: str, id: str, code: str, say: dict[str, str]) -> Ticket | None:
    """The other hall has not taken it: it is here again where it stood. One whose day has ended meanwhile is over."""
    old = _asked(tx, ticket, id)
    if old is None:
        return None
    referral = old.referral | {"state": str(ReferralState.REFUSED), "refusal": say}
    if old.referral["was"] == State.BOOKED:
        back = old.move("keep_booking", finished_at=None, referral=referral)
    else:
        fresh = {"window": None, "clerk": None, "times_called": 0, "called_at": None, "started_at": None, "held": 0, "held_at": None}
        back = old.move("take_back", finished_at=None, outcome=None, referral=referral, **fresh)
    tx.forget(Secret, name=f"referring:{old.id}")
    hall = old.referral["to"]
    tx.tell(events.ReferralRefused(ticket=old.id, number=old.number, service=old.service, hall=hall, code=code), back)
    if back.day < tx.day:
        over = back.move("expire", finished_at=tx.now, window=None)
        tx.tell(events.TicketExpired(ticket=over.id, number=over.number, service=over.service), over)
        return over
    return back


def _asked(tx: Transaction, ticket: str, id: str) -> Ticket | None:
    """The ticket whose other hall is still to answer this very question."""
    old = tx.fetch(Ticket, ticket)
    if old is None or old.state is not State.REFERRED:
        return None
    return old if (old.referral.get("id"), old.referral.get("state")) == (id, ReferralState.ASKED) else None


def nobodys(tx: Transaction, ticket: str) -> None:
    """Who is forgotten is not told of to the other hall either: it is asked on, for nobody that it could know."""
    for kept in tx.find(Secret, name=f"referring:{ticket}"):
        text = tx.keys.unlock("referring", kept.value, ticket)
        asked = json.loads(text) if text else None
        if asked:
            asked["body"] |= {"holder": None, "phone": None}
            tx.keep(Secret(name=kept.name, value=_sealed(tx, ticket, asked)))


# ---------------------------------------------------------------- to here


def taken_id(hall: str, id: str) -> str:
    """The id here of what another hall sends under its `id`: always the same, so that what is sent twice is found, also by a hall that was
    rebuilt from its journal."""
    digest = hashlib.sha256(f"referral:{hall}:{id}".encode()).hexdigest()
    return f"{digest[:8]}-{digest[8:12]}-{digest[12:16]}-{digest[16:20]}-{digest[20:32]}"


def taken_before(tx: Transaction, *, hall: str, id: str) -> Ticket | dict[str, Any] | None:
    """What has become of a question that was asked before: the ticket that it is here, or {code, say} of its refusal."""
    ticket = tx.fetch(Ticket, taken_id(hall, id))
    if ticket is not None:
        return ticket
    known = tx.find(Secret, name=f"referral-refused:{hall}:{id}")
    return json.loads(known[0].value.partition(":")[2]) if known else None


def remember_refusal(tx: Transaction, *, hall: str, id: str, code: str, say: dict[str, str]) -> Ticket | dict[str, Any]:
    """A refusal that is told stands: the same question, which may come late over a slow line, is answered with it for ever after. Where the
    same was taken over meanwhile, that is the answer."""
    known = taken_before(tx, hall=hall, id=id)
    if known is not None:
        return known
    answer = {"code": code, "say": say}
    tx.keep(Secret(name=f"referral-refused:{hall}:{id}", value=f"{tx.now}:{json.dumps(answer, ensure_ascii=False)}"))
    return answer


def receive_referral(
    tx: Transaction,
    *,
    hall: str,
    id: str,
    sent_at: int,
    service: str,
    number: str | None = None,
    why: str = "",
    class_: str = Class.ORDINARY,
    reason: str | None = None,
    persons: int = 1,
    language: str = FIRST,
    slot_at: int | None = None,
    since: int | None = None,
    steps: tuple[dict[str, Any], ...] = (),
    holder: dict[str, Any] | None = None,
    phone: str | None = None,
) -> Ticket | dict[str, Any]:
    """Takes over what another hall sends, by this hall's own rules: a number as if its holder took it now, a booking in the slot of its
    time. Asked again, it answers what it answered before. Its class is the one that this hall gives by itself: green for a reason that
    opens the green channel here, else ordinary."""
    known = taken_before(tx, hall=hall, id=id)
    if known is not None:
        return known
    one = ensure_neighbour(tx, hall)
    if not one.accepts:
        raise NotAllowed("referrals_not_taken", hall=one.name)
    if abs(tx.now - sent_at) > WAITS:
        raise NotNow("referral_too_late")
    green = class_ == Class.GREEN and reason in tx.floor.rules.green.reasons
    person = {k: v for k, v in (holder or {}).items() if k in ("name", "id_number", "card")} or None
    new_id = taken_id(hall, id)
    if slot_at is not None:
        taken = book(tx, slot_at=slot_at, service=service, holder=person, phone=phone, language=language, id=new_id)
    else:
        taken = issue_ticket(
            tx,
            service=service,
            channel=Channel.API,
            class_=Class.GREEN if green else Class.ORDINARY,
            reason=reason if green else None,
            holder=person,
            phone=phone,
            language=language,
            persons=persons,
            id=new_id,
        )
    if taken.id != new_id:  # who has booked the same here was checked in: that is the number then
        raise NotNow("already_holds", data={"ticket": taken}, number=taken.number, service=tx.floor.services[taken.service].name)
    _keep_last4(tx, taken, holder)
    keeps = one.keeps_time and since is not None and taken.number is not None and taken.class_ in TAKEN_ON
    referral = {"from": hall, "id": id, "number": number, "why": why, "at": tx.now, "legs": list(steps)}
    new = replace(taken, referral=referral)
    if keeps and since is not None:
        new = replace(new, line_at=max(_midnight(tx), min(since, taken.line_at)))
    event = events.ReferralReceived(
        ticket=new.id, number=new.number, service=new.service, hall=hall, there=number or "", why=why, kept_place=keeps
    )
    tx.tell(event, new)
    return new


def _midnight(tx: Transaction) -> int:
    """When today began: nobody stands in line since another day."""
    day = datetime.fromtimestamp(tx.now / 1000, tx.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return int(day.timestamp() * 1000)


def _keep_last4(tx: Transaction, ticket: Ticket, holder: dict[str, Any] | None) -> None:
    """The last four of a card that was never laid on here, as the other hall has them."""
    last4 = (holder or {}).get("id_last4")
    kept = next(iter(tx.find(Visitor, ticket=ticket.id)), None)
    if last4 and not (kept and kept.id_last4):
        tx.keep(replace(kept or Visitor(ticket=ticket.id, at=tx.now), id_last4=last4))
