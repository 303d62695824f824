"""The same request twice is one change and one answer, through a restart. The answer is kept in the transaction of the change itself.

A refused request keeps nothing. What is compared is a keyed hash of the request, so the table tells nobody what was in it.
"""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace

from ..domain.errors import WrongBody
from ..domain.private import Answer, Below

SWEEP = 200  # rows at most that go in passing, so that no request pays for a day
MOST = 4096  # answers kept in memory


@dataclass(frozen=True, kw_only=True)
class StoredAnswer:
    """An answer as it was given (or will be)."""

    status: int
    body: str  # JSON text
    digest: str = ""
    replayed: bool = False


class Answers:
    """The latest answers in memory, so that a repeated request need not wait for the writer."""

    def __init__(self):
        self._kept: OrderedDict[tuple[str, str], StoredAnswer] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, caller: str, key: str) -> StoredAnswer | None:
        with self._lock:
            return self._kept.get((caller, key))

    def put(self, caller: str, key: str, kept: StoredAnswer) -> None:
        with self._lock:
            self._kept[caller, key] = kept
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)


def idempotent(
    tx,
    *,
    caller: str,
    key: str | None,
    digest: str,
    act: Callable,
    arguments: dict,
    answer: Callable,
    guard: Callable | None = None,
    again: Callable | None = None,
    secret: bool = False,
    hours: int = 48,
) -> StoredAnswer:
    """An action that runs another one at most once for a caller's key.

    `guard(entry)` refuses what depends on the state of the hall (a ticket at another window); `answer(entry, result)` makes
    (status, JSON value); `again(entry, value)` makes the answer of a row that holds a ticket's id only. A `secret` answer is kept sealed.
    """
    if key:
        known = find(tx, caller, key)
        if known is not None:
            if known.digest not in (digest, Answer.ANY):
                raise WrongBody("key_reused")
            if known.digest == Answer.ANY and again:
                status, value = again(tx, json.loads(known.body))
                return StoredAnswer(status=status, body=dumps(value), digest=digest, replayed=True)
            return replace(known, body=tx.keys.unlock("answer", known.body, "") or "") if secret else known
    if guard:
        guard(tx)
    status, value = answer(tx, act(tx, **arguments))
    kept = StoredAnswer(status=status, body=dumps(value), digest=digest)
    if key:
        body = tx.keys.lock("answer", kept.body, "") if secret else kept.body
        tx.keep(Answer(caller=caller, key=key, digest=digest, status=status, body=body, at=tx.now))
        tx.forget(Answer, SWEEP, at=Below(tx.now - hours * 3_600_000))
    return kept


def find(tx, caller: str, key: str) -> StoredAnswer | None:
    known = tx.find(Answer, caller=caller, key=key)
    return StoredAnswer(status=known[0].status, body=known[0].body, digest=known[0].digest, replayed=True) if known else None


def dumps(value) -> str:
    return "" if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
