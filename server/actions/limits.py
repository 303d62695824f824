"""How much one person may take, book and give up, and who is given nothing for a while. What is counted of people is private and forgotten;
the journal says that a limit was passed over, or that somebody was refused, and names nobody."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from config.codes import Channel, Despite, RefusalReason, State

from ..domain import events
from ..domain.errors import HallError, NotFound, NotNow, WrongBody, coded
from ..domain.floor import HELD_BY_BROWSER, HELD_BY_ID, HELD_BY_PHONE, TAKEN_BY, Floor
from ..domain.hours import opened
from ..domain.private import Above, Below, RefusedPerson, Secret, Starting, Visitor
from ..domain.tickets import Ticket, services_of
from ..domain.transaction import Transaction
from .numbers import visitor_of

DAY = 86_400_000  # ms
CODE_S = 300  # s for which a code that was sent to a phone is good
TRIES = 5  # wrong codes, then another one must be sent
AGAIN_S = 60  # s between two codes to one phone
CODES_A_DAY = 5  # to one phone


def ensure_may_take(
    tx: Transaction,
    visitor: Visitor | None,
    services: Sequence[str],
    *,
    channel: str,
    slot_at: int | None = None,
    despite: str | None = None,
) -> dict[str, Any]:
    """What the event says of a limit that staff have passed over; nothing where none stands against it. NotNow with the limit otherwise.
    `services`: all that the number is for; of a booking, the one whose time is booked first, at `slot_at`."""
    try:
        _ensure_within(tx, visitor, services, channel, slot_at)
    except HallError as limit:
        if despite is None:
            limit.data |= {"may_pass": True} if channel == Channel.DESK else {}  # staff are offered to pass over it
            raise
        return {"limit": limit.code, "despite": coded(Despite, despite, "despite")}
    return {}


def _ensure_within(tx: Transaction, visitor: Visitor | None, services: Sequence[str], channel: str, slot_at: int | None) -> None:
    if visitor is None:
        return
    acted: dict[str, Any] = (
        {"why": "acted"} if visitor.agent_hash or visitor.agent_name else {}
    )  # the sentence is read by who acts for the holder
    ensure_may_act(tx, visitor)
    for one in refusals_of(tx, visitor):
        raise NotNow("person_refused", reason=one.reason, until=tx.day_of(one.until), **acted)
    rule = tx.floor.holders
    if (channel == Channel.PHONE) or (slot_at is not None and channel != Channel.DESK):
        ensure_came(tx, visitor)
    for known, most in known_by(tx.floor, visitor, channel):
        if rule.gave_up and (n := gave_up_today(tx, known[1])) >= rule.gave_up * most:
            raise NotNow("gave_up_enough", n=n, **acted)
        mine = [t for v in tx.floor.visitors.of(*known) if (t := tx.floor.tickets.get(v.ticket))]
        if slot_at is None:
            taken = [t for t in mine if t.day == tx.day and t.slot_at is None and _counts(tx, t, known[1])]
            own, every = rule.numbers_of_service, rule.numbers
        else:
            day = tx.day_of(slot_at)
            taken = [t for t in mine if t.slot_at is not None and t.day == day and t.state is not State.CANCELLED and not t.unkept]
            own, every = rule.bookings_of_service, rule.bookings
        code = "numbers_enough" if slot_at is None else "bookings_enough"
        if every and len(taken) >= every * most:
            raise NotNow(code, n=len(taken), **acted)
        for service in services if own else ():
            if (n := sum(service in services_of(t) for t in taken)) >= own * most:
                raise NotNow(code, n=n, service=tx.floor.services[service].name, **acted)
    if slot_at is not None and rule.of_slot and visitor.browser:
        there = (tx.floor.tickets.get(v.ticket) for v in tx.floor.visitors.of(HELD_BY_BROWSER, visitor.browser))
        n = sum(t is not None and (t.service, t.slot_at, t.state) == (services[0], slot_at, State.BOOKED) for t in there)
        if n >= rule.of_slot:
            raise NotNow("slot_enough", n=n, slot=tx.told_time(slot_at))


def ensure_may_act(tx: Transaction, visitor: Visitor) -> None:
    """Refuses an agent who is on the list of the refused, gives up too much, or has taken as many numbers for others as one may."""
    hash, rule = visitor.agent_hash, tx.floor.holders
    if not hash:
        return
    for one in refusals_of(tx, Visitor(ticket="", id_hash=hash)):
        raise NotNow("person_refused", reason=one.reason, until=tx.day_of(one.until))
    if rule.gave_up and (n := gave_up_today(tx, hash)) >= rule.gave_up:
        raise NotNow("gave_up_enough", n=n)
    mine = [t for v in tx.floor.visitors.of(TAKEN_BY, hash) if (t := tx.floor.tickets.get(v.ticket))]
    taken = [t for t in mine if t.day == tx.day and _counts(tx, t, hash)]
    if rule.for_others and len(taken) >= rule.for_others:
        raise NotNow("acted_enough", n=len(taken))


def known_by(floor: Floor, visitor: Visitor, channel: str) -> list[tuple[tuple[Any, str], int]]:
    """[((index, hash), how many persons it stands for)] by which a person is counted. A card that was read counts alone: who has one is
    held to no limit of the phone that a family shares."""
    if visitor.id_hash and not visitor.typed and channel in (Channel.KIOSK, Channel.DESK):
        return [((HELD_BY_ID, visitor.id_hash), 1)]
    hashes = [((HELD_BY_ID, visitor.id_hash), 1), ((HELD_BY_PHONE, visitor.phone_hash), floor.holders.per_phone)]
    browser = [((HELD_BY_BROWSER, visitor.browser), floor.holders.per_phone)]
    return [(index_of, most) for index_of, most in hashes + browser if index_of[1]]


def _counts(tx: Transaction, t: Ticket, hash: str) -> bool:
    """Whether a number taken today counts: one that was cancelled only where the person gave it up, and not because of the hall."""
    return t.state is not State.CANCELLED or tx.find(Secret, name=f"gave-up:{hash}:{t.id}") != []


def gave_up_today(tx: Transaction, hash: str) -> int:
    return sum(tx.day_of(int(one.value)) == tx.day for one in tx.find(Secret, name=Starting(f"gave-up:{hash}:")))


def note_given_up(tx: Transaction, old: Ticket) -> None:
    """Counts a number or booking that its holder gives up; not what staff do, nor what the hall has brought about."""
    rule, visitor = tx.floor.holders, tx.floor.visitors.get(old.id)
    counted = rule.gave_up or rule.numbers or rule.numbers_of_service or rule.for_others
    if not counted or visitor is None or tx.actor == "hall" or tx.actor.startswith("staff:") or by_the_hall(tx, old):
        return
    for hash in [*hashes_of(visitor), *filter(None, [visitor.agent_hash])]:
        tx.keep(Secret(name=f"gave-up:{hash}:{old.id}", value=str(tx.now)))


def note_missed(tx: Transaction, old: Ticket) -> None:
    """Counts a booking that nobody came for, or, where the hall has it so, a number that was called and not come back for. What the hall
    has brought about is nobody's fault, nor is what somebody took who only typed another's ID number."""
    rules, visitor = tx.floor.rules.appointments, tx.floor.visitors.get(old.id)
    missed = old.state is State.BOOKED or (old.state is State.MISSED and tx.floor.holders.missed_numbers)
    if not rules.block_days or visitor is None or not missed or by_the_hall(tx, old):
        return
    for hash in ("" if visitor.typed else visitor.id_hash, visitor.phone_hash):
        if hash:
            tx.keep(Secret(name=f"missed:{hash}:{old.id}", value=str(tx.now)))


def by_the_hall(tx: Transaction, t: Ticket) -> bool:
    """Whether somebody who leaves has reason to: something given was taken, the promise is broken, or their window was closed on them; a
    booking also where the hall was not open for it."""
    if t.unkept:
        return True
    if t.state is State.BOOKED:
        service = tx.floor.services.get(t.service)
        at = [(a, b) for a, b in opened(tx.floor.hours, date.fromisoformat(t.day), tx.zone, t.service) if a <= t.slot < b]
        return service is None or service.closed or not at
    late = t.target is not None and t.first_called_at is None and tx.now - t.clock_at > t.target * 1000
    last = tx.last_event(t.id) if t.state is State.WAITING and t.first_called_at is not None and not t.misses else None
    return late or bool(last and last[0] in ("ticket.returned", "call.undone"))  # their window was closed, or they were called by mistake


def hashes_of(visitor: Visitor) -> list[str]:
    """By which a person is known again: keyed hashes, never the number itself."""
    return [hash for hash in (visitor.id_hash, visitor.phone_hash, visitor.browser) if hash]


def ensure_came(tx: Transaction, visitor: Visitor) -> None:
    """Refuses who has missed more bookings than the hall allows, until the oldest of them is `block_days` ago."""
    rule = tx.floor.rules.appointments
    for name in (visitor.id_hash, visitor.phone_hash) if rule.block_days else ():
        found = tx.find(Secret, name=Starting(f"missed:{name}:")) if name else []
        times = sorted((int(missed.value) for missed in found), reverse=True)
        if len(times) > rule.misses_allowed:
            until = times[rule.misses_allowed] + rule.block_days * DAY
            if tx.now < until:
                raise NotNow("missed_too_many", n=len(times), days=rule.block_days, until=tx.day_of(until))


# -- the list of those who are given nothing for a while


def refusals_of(tx: Transaction, visitor: Visitor) -> list[RefusedPerson]:
    """Those that hold now and are of this person, the one that ends last first."""
    named = {"id_hash": visitor.id_hash, "phone_hash": visitor.phone_hash}
    found = {one.id: one for column, hash in named.items() if hash for one in tx.find(RefusedPerson, **{column: hash}, until=Above(tx.now))}
    return sorted(found.values(), key=lambda one: -one.until)


def refuse_person(
    tx: Transaction, *, reason: str, until: int, by: str, holder: dict[str, Any] | None = None, phone: str | None = None
) -> RefusedPerson:
    """Gives somebody no number and no booking until an instant (ms). What they hold stands. One who is on the list already has it anew."""
    visitor = visitor_of(tx, holder, phone)
    if visitor is None or not (visitor.id_hash or visitor.phone_hash):
        raise WrongBody("bad_body", errors=[{"field": field, "code": "missing"} for field in ("holder.id_number", "phone")])
    why = coded(RefusalReason, reason, "reason")
    id = tx.new_id()
    for old in refusals_of(tx, visitor):
        if (old.id_hash, old.phone_hash) == (visitor.id_hash, visitor.phone_hash):
            id = old.id
    kept = {name: getattr(visitor, name) for name in ("id_hash", "phone_hash", "name", "id_last4", "phone")}
    new = RefusedPerson(id=id, **kept, reason=why, until=until, at=tx.now, by=by)
    tx.tell(events.PersonRefused(refusal=id, reason=why, until=until))
    tx.keep(new)
    return new


def readmit_person(tx: Transaction, *, id: str) -> None:
    """Takes somebody off the list. One who is off it already stays so."""
    if not tx.find(RefusedPerson, id=id):
        raise NotFound("no_such_refusal")
    tx.tell(events.PersonReadmitted(refusal=id))
    tx.forget(RefusedPerson, id=id)


def refused_persons(tx: Transaction) -> list[RefusedPerson]:
    return sorted(tx.find(RefusedPerson, until=Above(tx.now)), key=lambda one: one.until)


# -- a phone that proves to be its holder's, by a code that was sent to it


def begin_proof(tx: Transaction, *, phone: str, code: str) -> int:
    """Keeps a code that is about to be sent to a phone; until when it is good (ms)."""
    hash, digest = _phone_and_code(tx, phone, code)
    known = _codes(tx, hash)
    sent = [at for at in known.get("sent", []) if at > tx.now - DAY]
    if sent and tx.now < sent[-1] + AGAIN_S * 1000:
        raise NotNow("code_just_sent", seconds=(sent[-1] + AGAIN_S * 1000 - tx.now) // 1000 + 1)
    if len(sent) >= CODES_A_DAY:
        raise NotNow("codes_enough", n=len(sent))
    until = tx.now + CODE_S * 1000
    _keep_codes(tx, hash, {"digest": digest, "until": until, "tries": 0, "sent": [*sent, tx.now]})
    return until


def try_code(tx: Transaction, *, phone: str, code: str) -> str:
    """What became of a code that somebody typed: right, wrong or over. A wrong one is counted, a right one is used up."""
    hash, digest = _phone_and_code(tx, phone, code)
    known = _codes(tx, hash)
    if not known.get("digest") or tx.now > known["until"] or known["tries"] >= TRIES:
        return "over"
    right = known["digest"] == digest
    _keep_codes(tx, hash, known | ({"digest": ""} if right else {"tries": known["tries"] + 1}))
    return "right" if right else "wrong"


def _phone_and_code(tx: Transaction, phone: str, code: str) -> tuple[str, str]:
    visitor = visitor_of(tx, None, phone)
    hash = visitor.phone_hash if visitor else ""
    return hash, tx.keys.hashed("phone code", f"{hash} {code}")


def _codes(tx: Transaction, hash: str) -> dict[str, Any]:
    found = tx.find(Secret, name=f"phone-code:{hash}")
    return json.loads(found[0].value) if found else {}


def _keep_codes(tx: Transaction, hash: str, known: dict[str, Any]) -> None:
    tx.keep(Secret(name=f"phone-code:{hash}", value=json.dumps(known)))


def forget_counted(tx: Transaction) -> None:
    """What was counted of people and is over: blocks that have ended, what was given up on days before, codes that were sent."""
    kept = tx.floor.rules.appointments.block_days * DAY
    for missed in tx.find(Secret, name=Starting("missed:")):
        if int(missed.value) < tx.now - kept:
            tx.forget(Secret, name=missed.name)
    for one in tx.find(Secret, name=Starting("gave-up:")):
        if tx.day_of(int(one.value)) < tx.day:
            tx.forget(Secret, name=one.name)
    for one in tx.find(Secret, name=Starting("phone-code:")):
        if json.loads(one.value)["sent"][-1] < tx.now - DAY:
            tx.forget(Secret, name=one.name)
    for name in ("referral-refused:", "referred:"):
        for one in tx.find(Secret, name=Starting(name)):
            if int(one.value.partition(":")[0]) < tx.now - DAY:
                tx.forget(Secret, name=one.name)
    tx.forget(RefusedPerson, until=Below(tx.now + 1))
