"""Acts that need a second person: asked for by one, taken up by another or dropped. What the act itself does is its own action's business.

What is asked waits sealed, beside the journal (it may name a person), and is forgotten as soon as it is done, dropped or too late.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from ..domain import events
from ..domain.errors import NotAllowed, NotFound, NotNow
from ..domain.pending import MOST, PendingAct
from ..domain.permissions import Permission, may
from ..domain.private import Secret, Starting
from ..domain.transaction import Transaction

KEPT = "act:"
Seen = Callable[[Transaction], Any]


def ask_act(tx: Transaction, *, minutes: int, seen: Seen, **of: Any) -> PendingAct:
    """Asks for an act. The same again by the same person is the same; by another it is refused: that is what confirming is for."""
    waiting = pending_acts(tx)
    for known in waiting:
        if known.digest == of["digest"] and known.until > tx.now:
            if known.by == of["by"]:
                return known
            raise NotNow("act_waits", name=known.by)
    if len(waiting) >= MOST:
        raise NotNow("too_many_acts", count=MOST)
    until = tx.now + minutes * 60_000
    made = PendingAct(id=tx.new_id(), at=tx.now, until=until, seen=fingerprint(tx, seen), **of)
    tx.keep(Secret(name=KEPT + made.id, value=tx.keys.lock("act", json.dumps(vars(made)), made.id)))
    tx.tell(events.ActAsked(act=made.id, what=made.held, about=made.about, until_at=until))
    return made


def pending_acts(tx: Transaction) -> list[PendingAct]:
    """Those that are asked for, the oldest first."""
    found = [
        PendingAct(**json.loads(tx.keys.unlock("act", secret.value, secret.name.removeprefix(KEPT)) or "{}"))
        for secret in tx.find(Secret, name=Starting(KEPT))
    ]
    return sorted(found, key=lambda one: one.at)


def find_act(tx: Transaction, *, id: str) -> PendingAct:
    """One that can still be confirmed."""
    found = next((one for one in pending_acts(tx) if one.id == id and one.until > tx.now), None)
    if found is None:
        raise NotFound("no_such_act")
    return found


def take_up(tx: Transaction, *, id: str, by: str, what: Permission, seen: Seen) -> PendingAct:
    """`by` confirms what another asked. Refused where one of the two has lost the right, or the thing is another now."""
    found = find_act(tx, id=id)
    if found.by == by:
        raise NotAllowed("own_act")
    if not _has(tx, found.by, what):
        raise NotNow("act_right_lost", name=found.by)
    if not _has(tx, by, what):
        raise NotAllowed("wrong_role")
    if fingerprint(tx, seen) != found.seen:
        raise NotNow("act_changed")
    _forget(tx, found)
    asker, tx.actor = tx.actor, f"staff:{by}"
    tx.tell(events.ActConfirmed(act=found.id, what=found.held, about=found.about, asked_by=found.by))
    tx.actor = asker
    return found


def drop_act(tx: Transaction, *, id: str, by: str) -> PendingAct:
    """It is not done: taken back by who asked, or turned down by another who may confirm it."""
    found = find_act(tx, id=id)
    _forget(tx, found)
    why = "withdrawn" if found.by == by else "refused"
    tx.tell(events.ActDropped(act=found.id, what=found.held, about=found.about, asked_by=found.by, outcome=why))
    return found


def lapse_acts(tx: Transaction) -> int:
    """Forgets those that nobody confirmed in time; answers when the next one is too late (ms), 0 where none waits."""
    left: list[int] = []
    for one in pending_acts(tx):
        if one.until > tx.now:
            left.append(one.until)
            continue
        _forget(tx, one)
        tx.tell(events.ActDropped(act=one.id, what=one.held, about=one.about, asked_by=one.by, outcome="late"))
    return min(left, default=0)


def fingerprint(tx: Transaction, seen: Seen) -> str:
    """What tells the thing that an act is about from the same thing changed."""
    return tx.keys.hashed("act", repr(seen(tx)))


def _forget(tx: Transaction, act: PendingAct) -> None:
    tx.forget(Secret, name=KEPT + act.id)


def _has(tx: Transaction, name: str, what: Permission) -> bool:
    person = tx.floor.staff.get(name)
    return person is not None and not person.disabled and may(person.role, what)
