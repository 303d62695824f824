"""Coming back without queueing again: a right is given once and used once, and the number it gives stands where the old one stood."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from config.codes import LIVE, BackFor, Channel, Class

from ..domain import events
from ..domain.errors import NotNow
from ..domain.hours import is_open, numbers_from
from ..domain.private import Visitor
from ..domain.rights import last_chance, until
from ..domain.tickets import Ticket
from ..domain.transaction import Transaction
from .limits import ensure_may_act
from .numbers import find_service, next_number, put_in_line, same_person, with_agent


def with_right(tx: Transaction, gone: Ticket, why: BackFor) -> Ticket:
    """A number that is over, with the right to come back; as it is where the hall gives none, or has no day for it."""
    days = tx.floor.rules.rights.days[why]
    # a day that is closed late, for the server was off, takes nothing away
    day = max(date.fromisoformat(gone.day), date.fromisoformat(tx.day) - timedelta(days=1))
    last = last_chance(tx.floor, gone.service, day, days, tx.zone)
    return gone if last is None else replace(gone, back_for=str(why), back_until=last)


def keep_for_right(tx: Transaction, t: Ticket) -> None:
    """What is kept of a person is kept until the right is over: by the card it is found."""
    visitor = tx.fetch(Visitor, t.id)
    if visitor and t.back_until:
        tx.keep(replace(visitor, at=max(visitor.at, t.back_until)))


def come_back(tx: Transaction, old: Ticket, kiosk: str | None = None, agent: dict[str, Any] | None = None, authority: str = "") -> Ticket:
    """A number for who comes back by right, or for whom an `agent` does. On the same day it stands where the old one stood, on another
    before all who come that day."""
    last = until(tx.floor, old, tx.zone)
    if last is None:
        raise NotNow("right_used", number=old.number)
    if tx.now > last:
        raise NotNow("right_over", number=old.number, until=tx.told_time(last))
    service = find_service(tx, old.service)
    if service.closed:
        raise NotNow("service_closed", service=service.name)
    if kiosk is not None and not is_open(tx.floor.hours, tx.now, tx.zone, service):
        raise NotNow("service_not_now", service=service.name)
    visitor = tx.fetch(Visitor, old.id)
    for id in same_person(tx, visitor) if tx.floor.rules.one_per_service else ():
        held = tx.floor.tickets.get(id)
        if held and held.state in LIVE and held.service == service.code:
            raise NotNow("already_holds", data={"ticket": held}, number=held.number, service=service.name)
    class_ = str(Class.ORDINARY) if old.class_ == Class.APPOINTMENT else old.class_
    series = tx.floor.series.returning + service.prefix
    numbered, counters = next_number(tx, series)
    back = Ticket(
        id=tx.new_id(),
        day=tx.day,
        series=series,
        service=old.service,
        class_=class_,
        reason=old.reason,
        channel=Channel.KIOSK if kiosk is not None else Channel.DESK,
        issued_at=tx.now,
        line_at=_place(tx, old),
        clock_at=tx.now,
        language=old.language,
        kiosk=kiosk,
        onward=old.onward,
        persons=old.persons,
        authority=authority or old.authority,
        back_of=old.id,
        **numbered,
    )
    if agent:
        visitor = with_agent(tx, visitor, agent)
        ensure_may_act(tx, visitor)
    return put_in_line(tx, back, counters, visitor=visitor, used=replace(old, back_until=None))


def _place(tx: Transaction, old: Ticket) -> int:
    """The old place on its own day. On another one before those who come then: in the order of the old numbers, from the first minute."""
    if old.day == tx.day:
        return min(old.line_at, tx.now)
    first = next((start for start, _ in numbers_from(tx.floor.hours, date.fromisoformat(tx.day), tx.zone)), tx.now)
    return min(tx.now, first + (old.seq or 0))


def rights_of(tx: Transaction, visitor: Visitor | None) -> list[str]:
    """Ids of what is kept of a person, also of other days: by the card, or by the phone where there is none. None by a number that
    was typed, which proves nobody."""
    if visitor is None or visitor.typed:
        return []
    by = {"id_hash": visitor.id_hash} if visitor.id_hash else {"phone_hash": visitor.phone_hash}
    acting = tx.find(Visitor, agent_hash=visitor.id_hash) if visitor.id_hash else []
    return [v.ticket for v in [*tx.find(Visitor, **by), *acting]]


def carry_over(tx: Transaction, t: Ticket) -> Ticket:
    """Whose turn had not come when the day ended: over today, and back at the next opening."""
    gone = with_right(tx, t.move("expire", finished_at=tx.now, window=None), BackFor.CARRIED)
    why = str(BackFor.CARRIED) if gone.back_until else ""
    tx.tell(events.TicketExpired(ticket=t.id, number=t.number, service=t.service, why=why, back_until=gone.back_until), gone)
    keep_for_right(tx, gone)
    return gone
