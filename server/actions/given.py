"""What a change of the hall takes from numbers and bookings is written down with it, one event each; and tried, before it is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from ..domain import events
from ..domain.floor import Floor
from ..domain.given import Hits, changes, tried
from ..domain.things import Window
from ..domain.transaction import Ledger, Transaction

P = ParamSpec("P")
R = TypeVar("R")


def tells_holders(change: Callable[Concatenate[Transaction, P], R]) -> Callable[Concatenate[Transaction, P], R]:
    """Of an action that sets something: whoever was given what does not hold any more, or holds again, is told by an event."""

    @wraps(change)
    def told(tx: Transaction, *arguments: P.args, **named: P.kwargs) -> R:
        before = tx.floor
        result = change(tx, *arguments, **named)
        for one in changes(before, tx.floor, tx.now, tx.zone):
            t = replace(one.ticket, unkept=one.unkept)
            facts: dict[str, Any] = {"ticket": t.id, "number": t.number, "service": t.service}
            if one.lost:
                tx.tell(events.PromiseBroken(**facts, reasons=tuple(one.lost)), t)
            else:
                tx.tell(events.PromiseRestored(**facts, reasons=tuple(set(one.ticket.unkept) - set(one.unkept))), t)
        return result

    return told


class _Tried(Exception):  # noqa: N818  no error: how a change that was only tried is undone
    """Carries what was seen out of the action, so that the ledger undoes it."""

    def __init__(self, seen: Any):
        super().__init__("only tried")
        self.seen = seen


def try_out(ledger: Ledger, actor: str, change: Callable[..., Any], look: Callable[[Floor, Transaction], R], **arguments: Any) -> R:
    """What `look` sees of an action, of the floor before it and the transaction after it. The action is done and undone: nothing stays of
    it, and it is refused as it would be refused."""

    def act(tx: Transaction) -> None:
        before = tx.floor
        change(tx, **arguments)
        raise _Tried(look(before, tx))

    try:
        ledger.do(actor, act)
    except _Tried as end:
        return end.seen
    raise AssertionError("a try always ends in _Tried")


def try_windows(ledger: Ledger, actor: str, change: Callable[..., Any], **arguments: Any) -> dict[str, Window]:
    """The windows as an action would leave them, of those it changes."""

    def changed(before: Floor, tx: Transaction) -> dict[str, Window]:
        return {no: w for no, w in tx.floor.windows.items() if before.windows.get(no) != w}

    return try_out(ledger, actor, change, changed, **arguments)


def try_change(ledger: Ledger, actor: str, change: Callable[..., Any], **arguments: Any) -> Hits:
    """How many numbers and bookings an action would hit."""

    def hit(before: Floor, tx: Transaction) -> Hits:
        return tried(before, tx.floor, tx.now, tx.zone)

    return try_out(ledger, actor, change, hit, **arguments)
