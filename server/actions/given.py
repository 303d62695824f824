"""What a change of the hall takes from numbers and bookings is written down with it, one event each; and tried, before it is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from ..domain import events
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


class Tried(Exception):  # noqa: N818  no error: how a change that was only tried is undone
    """Carries what a change would do out of the action, so that the ledger undoes it."""

    def __init__(self, hits: Hits):
        super().__init__("only tried")
        self.hits = hits


class TriedWindows(Exception):  # noqa: N818  likewise
    """Carries the windows that a change would leave otherwise."""

    def __init__(self, windows: dict[str, Window]):
        super().__init__("only tried")
        self.windows = windows


def try_windows(ledger: Ledger, actor: str, change: Callable[..., Any], **arguments: Any) -> dict[str, Window]:
    """The windows as an action would leave them, of those it changes. It is done and undone, and refused as it would be refused."""

    def act(tx: Transaction) -> None:
        before = tx.floor.windows
        change(tx, **arguments)
        raise TriedWindows({no: w for no, w in tx.floor.windows.items() if before.get(no) != w})

    try:
        ledger.do(actor, act)
    except TriedWindows as end:
        return end.windows
    raise AssertionError("a try always ends in TriedWindows")


def try_change(ledger: Ledger, actor: str, change: Callable[..., Any], **arguments: Any) -> Hits:
    """How many numbers and bookings an action would hit. It is done, counted and undone: nothing stays of it, and it is refused as it
    would be refused."""

    def act(tx: Transaction) -> None:
        before = tx.floor
        change(tx, **arguments)
        raise Tried(tried(before, tx.floor, tx.now, tx.zone))

    try:
        ledger.do(actor, act)
    except Tried as end:
        return end.hits
    raise AssertionError("a try always ends in Tried")
