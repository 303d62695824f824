"""The same request twice is one change and one answer, through a restart. That it was done is kept in the transaction of the change itself.

So is the answer, or, where it is drawn when the change is on the disk (`DrawnAfter`), what it is drawn of: docs/decisions/0021. A refused
request keeps nothing. What is compared is a keyed hash of the request, so the table tells nobody what was in it.
"""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Any

from ..domain.dispatch import LookedAhead
from ..domain.errors import WrongBody
from ..domain.floor import TABLE_OF, TABLES, Floor, key_of
from ..domain.private import Answer, Below
from ..domain.transaction import Transaction, Waits

SWEEP = 200  # rows at most that go in passing, so that no request pays for a day
MOST = 4096  # answers kept in memory
ASK_AGAIN = 8
UNDRAWN = 0  # the status of an answer that is kept as what it is to be drawn of


@dataclass(frozen=True, kw_only=True)
class StoredAnswer:
    """An answer as it was given (or will be)."""

    status: int
    body: str  # JSON text
    digest: str = ""
    replayed: bool = False


@dataclass(frozen=True)
class DrawnAfter:
    """An answer that is made when the change is on the disk, in the thread of who asked: `draw(view, result)` gives (status, JSON value)
    from the hall as the action left it. The result is a thing of the hall, several, what was done with each of several, or None."""

    draw: Callable[[Any, Any], tuple[int, Any]]


@dataclass(frozen=True, kw_only=True)
class Undrawn:
    """An answer that is still to be drawn: of what the action made, and of the hall as it left it. `drawing`: another request is at it."""

    result: Any
    floor: Floor
    now: int
    waits: Waits | None
    ahead: Mapping[str, LookedAhead]
    replayed: bool = False
    drawing: Future[StoredAnswer] | None = None


class Answers:
    """The latest answers in memory, so that a repeated request need not wait for the writer, and those that are being drawn."""

    def __init__(self):
        self._kept: OrderedDict[tuple[str, str], StoredAnswer] = OrderedDict()
        self._drawing: dict[tuple[str, str], Future[StoredAnswer]] = {}
        self._lock = threading.Lock()
        self._unkept: list[Answer] = []  # drawn, and not on the disk yet

    def draws(self, caller: str, key: str, mine: Future[StoredAnswer]) -> StoredAnswer | Future[StoredAnswer]:
        """Who draws the answer of a change that was done: `mine` where nobody does yet, else who is at it, or what they have drawn."""
        with self._lock:
            kept = self._kept.get((caller, key))
            return kept or self._drawing.setdefault((caller, key), mine)

    def drawn(self, caller: str, key: str, mine: Future[StoredAnswer]) -> None:
        """An answer is there, or there will be none."""
        with self._lock:
            if self._drawing.get((caller, key)) is mine:
                del self._drawing[caller, key]

    def get(self, caller: str, key: str) -> StoredAnswer | None:
        with self._lock:
            return self._kept.get((caller, key))

    def put(self, caller: str, key: str, kept: StoredAnswer) -> None:
        with self._lock:
            self._kept[caller, key] = kept
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)

    def to_keep(self, answer: Answer) -> bool:
        """Notes an answer that was drawn. Whether whoever brings it has them kept: the first since they were, and some again where that
        one could not (the disk was full)."""
        with self._lock:
            self._unkept.append(answer)
            return len(self._unkept) % ASK_AGAIN == 1

    def keep(self, tx: Transaction, *, hours: int) -> None:
        """An action that keeps what was noted, and lets go in passing what is older than some hours."""
        with self._lock:
            noted, self._unkept = self._unkept, []
        for answer in noted:
            tx.keep(answer)
        tx.forget(Answer, SWEEP, at=Below(tx.now - hours * 3_600_000))

    def drop(self, tickets: list[str]) -> None:
        """Forgets answers that tell of these tickets: whose they were is to be forgotten."""
        with self._lock:
            self._unkept = [answer for answer in self._unkept if not any(id in answer.body for id in tickets)]
            for place in [p for p, kept in self._kept.items() if any(id in kept.body for id in tickets)]:
                del self._kept[place]


def idempotent(
    tx,
    *,
    caller: str,
    key: str | None,
    digest: str,
    act: Callable,
    arguments: dict,
    answer: Callable | DrawnAfter,
    guard: Callable | None = None,
    again: Callable | None = None,
    secret: bool = False,
    draws: Callable[[], StoredAnswer | Future[StoredAnswer]] | None = None,
    because: str = "",
) -> StoredAnswer | Undrawn:
    """An action that runs another one at most once for a caller's key.

    `guard(entry)` refuses what depends on the state of the hall (a ticket at another window); `answer(entry, result)` makes
    (status, JSON value), or is DrawnAfter; `again(entry, value)` gives the result of a row that holds a ticket's id only. A `secret`
    answer is kept sealed. `because`: why it is done, for the journal.
    `draws()`: see Answers.draws; asked in the order in which actions are done.
    """
    done = lambda result, **more: Undrawn(result=result, floor=tx.floor, now=tx.now, waits=tx.waits, ahead=tx.ahead, **more)
    if key:
        known = find(tx, caller, key)
        if known is not None:
            if known.digest not in (digest, Answer.ANY):
                raise WrongBody("key_reused")
            if known.digest == Answer.ANY and again:
                return done(again(tx, json.loads(known.body)), replayed=True)
            if known.status == UNDRAWN and draws:
                found = draws()
                return found if isinstance(found, StoredAnswer) else done(things(tx, known.body), replayed=True, drawing=found)
            return replace(known, body=tx.keys.unlock("answer", known.body, "") or "") if secret else known
    if guard:
        guard(tx)
    tx.because = because
    result = act(tx, **arguments)
    if isinstance(answer, DrawnAfter):
        status, body = UNDRAWN, names_of(result)
    else:
        status, value = answer(tx, result)
        body = dumps(value)
    if key:
        sealed = tx.keys.lock("answer", body, "") if secret else body
        tx.keep(Answer(caller=caller, key=key, digest=digest, status=status, body=sealed, at=tx.now))
    if status != UNDRAWN:
        return StoredAnswer(status=status, body=body, digest=digest)
    found = draws() if key and draws else None
    return done(result, drawing=found if isinstance(found, Future) else None)


def names_of(result: Any) -> str:
    """What a result is found by again: [table, key] of a thing of the hall, {field: the same or a text} of what was done with one,
    [[table, key], …] of several; null for None."""
    return json.dumps([_name(one) for one in result] if isinstance(result, tuple | list) else _name(result))


def _name(one: Any) -> Any:
    if isinstance(one, dict):
        return {field: _name(what) for field, what in one.items()}
    return one if one is None or isinstance(one, str) else [TABLE_OF[type(one)], key_of(one)]


def things(tx: Transaction, names: str) -> Any:
    """The result as it stands now."""
    found = json.loads(names)
    several = isinstance(found, list) and not (found and isinstance(found[0], str))
    return tuple(_thing(tx, one) for one in found) if several else _thing(tx, found)


def _thing(tx: Transaction, name: Any) -> Any:
    if isinstance(name, dict):
        return {field: _thing(tx, what) for field, what in name.items()}
    return tx.fetch(TABLES[name[0]], name[1]) if isinstance(name, list) else name


def find(tx, caller: str, key: str) -> StoredAnswer | None:
    known = tx.find(Answer, caller=caller, key=key)
    return StoredAnswer(status=known[0].status, body=known[0].body, digest=known[0].digest, replayed=True) if known else None


def dumps(value) -> str:
    return "" if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
