"""What is kept for telling holders: which messages went out, and which browsers want to be told. Private rows; no event."""

from __future__ import annotations

from ..domain.private import But, Push, Sent
from ..domain.transaction import Transaction

MOST_PUSHES = 5  # browsers of one ticket


def remember(tx: Transaction, *, ticket: str, what: str, state: str) -> bool:
    """Notes that a message is on its way (or went); False when that was noted before."""
    known = tx.find(Sent, ticket=ticket, what=what)
    if known and state == "queued":
        return False
    tx.keep(Sent(ticket=ticket, what=what, state=state, at=tx.now))
    return True


def keep_push(tx: Transaction, *, ticket: str, endpoint: str, p256dh: str, auth: str) -> None:
    """A browser that wants to be told of a ticket. Of more than a few the first is told no longer."""
    others = [one.endpoint for one in tx.find(Push, ticket=ticket) if one.endpoint != endpoint]
    for old in others[: max(0, len(others) + 1 - MOST_PUSHES)]:
        tx.forget(Push, ticket=ticket, endpoint=old)
    tx.keep(Push(ticket=ticket, endpoint=endpoint, p256dh=p256dh, auth=auth))


def drop_push(tx: Transaction, *, ticket: str, endpoint: str = "") -> int:
    return tx.forget(Push, ticket=ticket, endpoint=endpoint or But(""))
