"""What taking a number, checking a booking in and merging a kiosk's numbers have in common: the next number, the line, the visitor."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from config.codes import TYPED, Authority
from config.id_numbers import wrong_with
from config.masks import mask_id, mask_name, mask_numbers, mask_phone, phone_digits

from ..domain import events
from ..domain.errors import NotFound, NotNow, WrongBody, coded
from ..domain.floor import HELD_BY_ID, HELD_BY_PHONE, TAKEN_BY, Floor
from ..domain.line import promise_of
from ..domain.offered import elsewhere, offers, typed_at
from ..domain.private import Visitor
from ..domain.things import Counter, Service
from ..domain.tickets import Ticket, asked_as
from ..domain.transaction import Transaction

WIDTH = 3  # digits of a printed number; more when the day needs them


def put_in_line(
    tx: Transaction,
    ticket: Ticket,
    counters: list[Counter],
    *,
    visitor: Visitor | None = None,
    notice: str = "",
    used: Ticket | None = None,
    **facts: Any,
) -> Ticket:
    """Records a ticket that has just got its number, with the promise it stands under and the wait it is told; and the number whose right
    to come back is `used` by it."""
    promise = promise_of(tx.floor, ticket)
    waits = tx.waits
    wait = waits.for_new(ticket.service, asked_as(ticket), waits.newer(tx.floor), ticket.clock_at) if waits else None
    told = {"wait_p10": wait.p10, "wait_p50": wait.p50, "wait_p90": wait.p90, "wait_drawn": wait.drawn} if wait else {}
    ticket = replace(ticket, target=promise.target_s, **told)
    event = events.TicketIssued(
        ticket=ticket.id,
        number=ticket.number,
        service=ticket.service,
        class_=ticket.class_,
        channel=ticket.channel,
        reason=ticket.reason,
        offline=ticket.offline,
        notice=notice,
        package=ticket.package or "",
        ahead=waits.ahead_of_new(tx.floor, ticket.service, asked_as(ticket), clock_at=ticket.clock_at) if waits else None,
        back_of=ticket.back_of,
        persons=ticket.persons,
        authority=ticket.authority,
        **facts,
    )
    tx.tell(event, ticket, *([used] if used else ()), *counters)
    if visitor:
        tx.keep(replace(visitor, ticket=ticket.id, at=tx.now, notice=notice))
    return ticket


def next_number(tx: Transaction, series: str) -> tuple[dict[str, Any], list[Counter]]:
    """The next number of a series and of the day, with the counters as they are then. Never one that was lent to a kiosk."""
    floor = tx.floor
    counts: list[Counter] = []
    for name in (series, "*"):
        id = f"{tx.day}/{name}"
        last = floor.counters[id].last if id in floor.counters else 0
        counts.append(Counter(id=id, last=last + 1))
    number = f"{series}{counts[0].last:0{WIDTH}d}"
    seq = counts[1].last
    return {"number": number, "seq": seq, "key": key_of_ticket(floor, tx.day, seq)}, counts


def key_of_ticket(floor: Floor, day: str, seq: int) -> str:
    return f"{floor.the_hall.code}-{day.replace('-', '')}-{seq:04d}"


def find_service(tx: Transaction, code: str) -> Service:
    service = tx.floor.services.get(code)
    if service is None:
        raise NotFound("no_such_service", service=code)
    return service


def ensure_offered(tx: Transaction, kiosk: str | None, service: Service, class_: str) -> None:
    """Refuses what the kiosk that asks does not offer. `kiosk` None: nobody's kiosk asks."""
    if kiosk is not None and not offers(tx.floor, kiosk, service.code, class_):
        raise NotNow("not_offered_here", service=service.name, places=elsewhere(tx.floor, service.code, class_))


def ensure_typed_well(tx: Transaction, kiosk: str | None, *people: dict[str, Any] | None) -> None:
    """Refuses an ID number that was typed and can be nobody's, or at a kiosk at which none may be typed. `kiosk` None: no kiosk asks."""
    for one in people:
        if (one or {}).get("card") != TYPED:
            continue
        if kiosk is not None and not typed_at(tx.floor, kiosk):
            raise NotNow("not_typed_here")
        if why := wrong_with(str((one or {}).get("id_number") or ""), date.fromisoformat(tx.day)):
            raise WrongBody("bad_id_number", why=why)


def ensure_may_state(tx: Transaction, kiosk: str | None, agent: dict[str, Any] | None, authority: str) -> None:
    """Refuses an agent without a card, by which they are counted and found, and what nobody may act by at a kiosk. `kiosk` None: none
    asks."""
    if agent and not agent.get("id_number"):
        raise WrongBody("bad_body", errors=[{"field": "agent.id_number", "code": "missing"}])
    if authority and coded(Authority, authority, "authority") not in tx.floor.kiosks.authorities and kiosk is not None:
        raise NotNow("not_acted_here")


def with_agent(tx: Transaction, kept: Visitor | None, agent: dict[str, Any]) -> Visitor:
    """What is kept of a person, with who acts for them now."""
    acts = visitor_of(tx, agent, None)
    known = kept or Visitor(ticket="")
    if acts is None:
        return known
    return replace(known, agent_name=acts.name, agent_hash=acts.id_hash, agent_last4=acts.id_last4, agent_card=acts.card)


def visitor_of(
    tx: Transaction, holder: dict[str, Any] | None, phone: str | None, agent: dict[str, Any] | None = None, browser: str = ""
) -> Visitor | None:
    """What may be kept of a person: masks and keyed hashes. The full name, number and phone end here."""
    holder = {k: v for k, v in (holder or {}).items() if v}
    digits = phone_digits(phone)
    if not holder and not digits and not browser:
        return None
    number = str(holder.get("id_number", "")).strip().upper()
    acts = {k: v for k, v in (agent or {}).items() if v}
    theirs = str(acts.get("id_number", "")).strip().upper()
    return Visitor(
        ticket="",
        name=mask_name(holder.get("name", "")),
        id_hash=tx.keys.hashed("id", number) if number else "",
        id_last4=mask_id(number),
        card=holder.get("card", ""),
        phone_hash=tx.keys.hashed("phone", digits) if digits else "",
        phone=mask_phone(digits),
        agent_name=mask_name(acts.get("name", "")),
        agent_hash=tx.keys.hashed("id", theirs) if theirs else "",
        agent_last4=mask_id(theirs),
        agent_card=acts.get("card", ""),
        browser=browser,
        reach=tx.keys.lock("reach", digits, tx.keys.hashed("phone", digits)) if digits and tx.keep_reach else "",
    )


def sealed_words(tx: Transaction, words: str, of: str) -> str:
    """What somebody said, as it is kept: without numbers of phones and cards, and sealed with the hall's key for the one place `of`."""
    words = mask_numbers(words.strip())
    return tx.keys.lock("words", words, of) if words else ""


def same_person(tx: Transaction, visitor: Visitor | None) -> list[str]:
    """Ids of tickets held by the same person."""
    if visitor is None:
        return []
    visitors = tx.floor.visitors
    theirs = visitors.of(HELD_BY_ID, visitor.id_hash) if visitor.id_hash else visitors.of(HELD_BY_PHONE, visitor.phone_hash)
    return [v.ticket for v in theirs]


def held_by(tx: Transaction, visitor: Visitor | None) -> list[str]:
    """Ids of tickets that a person holds, or has taken for another; none for a number that was typed, which proves nobody."""
    if visitor is None or visitor.typed:
        return []
    acting = tx.floor.visitors.of(TAKEN_BY, visitor.id_hash) if visitor.id_hash else ()
    return list(dict.fromkeys([*same_person(tx, visitor), *(v.ticket for v in acting)]))
