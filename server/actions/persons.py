"""What a person may ask of the hall about themselves: to see what is kept, to have a copy, to have it deleted. Each leaves an event that
names nobody."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ..domain import events
from ..domain.errors import WrongBody
from ..domain.persons import KeptOfPerson
from ..domain.private import Comment, Push, Secret, Sent, Starting, Visitor
from ..domain.tickets import Ticket
from ..domain.transaction import Transaction
from .numbers import visitor_of
from .referrals import nobodys


def look_up_person(
    tx: Transaction, *, holder: dict[str, Any] | None = None, phone: str | None = None, copy: bool = False
) -> tuple[list[KeptOfPerson], int]:
    """(all that is kept of a person, how many missed bookings are counted), to be read or (`copy`) taken away."""
    hashes = _known_by(tx, holder, phone)
    found = [kept for v in _visits(tx, hashes) if (kept := _kept(tx, v))]
    acted = [kept for v in _taken_for_others(tx, hashes) if (kept := _kept(tx, v, agent=True))]
    found = sorted([*found, *acted], key=lambda one: one.visitor.at)
    tx.tell((events.PersonCopied if copy else events.PersonLookedUp)(tickets=len(found)))
    return found, sum(len(_missed(tx, hash)) for hash in hashes.values())


def forget_person(tx: Transaction, *, holder: dict[str, Any] | None = None, phone: str | None = None) -> list[str]:
    """The person is forgotten now: masks and hashes, messages, subscriptions, what was said. Numbers and bookings stay, nobody's. Returns
    their ids."""
    hashes = _known_by(tx, holder, phone)
    tickets = [v.ticket for v in _visits(tx, hashes)]
    for v in _taken_for_others(tx, hashes):
        tx.keep(replace(v, agent_name="", agent_hash="", agent_last4="", agent_card=""))
    for id in tickets:
        for cls in (Sent, Push, Visitor):
            tx.forget(cls, ticket=id)
        tx.forget(Comment, evaluation=Starting(f"{id}."))
        tx.forget(Secret, name=f"referred:{id}")
        nobodys(tx, id)
    tx.forget_answers(tickets)
    for hash in hashes.values():
        for what in ("missed", "gave-up", "phone-code"):
            tx.forget(Secret, name=Starting(f"{what}:{hash}"))
    tx.tell(events.PersonForgotten(tickets=len(tickets)))
    return tickets


def tickets_of(tx: Transaction, *, holder: dict[str, Any] | None = None, phone: str | None = None) -> list[str]:
    """The ids of a person's numbers and bookings of which anything is kept."""
    return [v.ticket for v in _visits(tx, _known_by(tx, holder, phone))]


def _known_by(tx: Transaction, holder: dict[str, Any] | None, phone: str | None) -> dict[str, str]:
    """{column: keyed hash} by which the person is known."""
    visitor = visitor_of(tx, holder, phone)
    known = {"id_hash": visitor.id_hash, "phone_hash": visitor.phone_hash} if visitor else {}
    hashes = {column: hash for column, hash in known.items() if hash}
    if not hashes:
        raise WrongBody("bad_body", errors=[{"field": field, "code": "missing"} for field in ("holder.id_number", "phone")])
    return hashes


def _visits(tx: Transaction, hashes: dict[str, str]) -> list[Visitor]:
    found = {v.ticket: v for column, hash in hashes.items() for v in tx.find(Visitor, **{column: hash})}
    return sorted(found.values(), key=lambda v: v.at)


def _taken_for_others(tx: Transaction, hashes: dict[str, str]) -> list[Visitor]:
    """Where the person acted for somebody else: only that is theirs, and nothing of whom they acted for."""
    return tx.find(Visitor, agent_hash=hashes["id_hash"]) if "id_hash" in hashes else []


def _kept(tx: Transaction, visitor: Visitor, agent: bool = False) -> KeptOfPerson | None:
    ticket = tx.fetch(Ticket, visitor.ticket)
    if ticket and agent:
        theirs = Visitor(
            ticket=ticket.id, name=visitor.agent_name, id_last4=visitor.agent_last4, card=visitor.agent_card,
            notice=visitor.notice, at=visitor.at,
        )  # fmt: skip
        return KeptOfPerson(visitor=theirs, ticket=ticket, sent=(), browsers=0, words=0)
    return ticket and KeptOfPerson(
        visitor=visitor,
        ticket=ticket,
        sent=tuple(tx.find(Sent, ticket=ticket.id)),
        browsers=len(tx.find(Push, ticket=ticket.id)),
        words=sum(bool(c.text) for c in tx.find(Comment, evaluation=Starting(f"{ticket.id}."))),
    )


def _missed(tx: Transaction, hash: str) -> list[Secret]:
    return tx.find(Secret, name=Starting(f"missed:{hash}:"))
