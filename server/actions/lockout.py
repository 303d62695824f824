"""Wrong passwords and wrong codes in a row, counted in a Secret each, and the pause that follows too many. It judges none of them."""

from __future__ import annotations

import json

from ..domain.errors import NotSignedIn
from ..domain.private import Secret
from ..domain.transaction import Transaction


def locked_until(tx: Transaction, key: str) -> int:
    """Until when (ms) nothing is tried any more; 0 where nothing was counted."""
    return _tries(tx, key).get("until", 0)


def count_wrong(tx: Transaction, key: str, *, failures: int, lockout: int) -> bool:
    """One more; the `failures`th in a row begins a pause of `lockout` seconds. Whether it did. Not to be asked within a pause."""
    tries = _tries(tx, key)
    count = (0 if "until" in tries else tries.get("count", 0)) + 1
    locked = count >= failures
    tx.keep(Secret(name=key, value=json.dumps({"count": count, "until": tx.now + lockout * 1000} if locked else {"count": count})))
    return locked


def locked_out(ms: int) -> NotSignedIn:
    """The refusal for so long to come."""
    return NotSignedIn("locked_out", minutes=max(1, -(-ms // 60_000)))


def _tries(tx: Transaction, key: str) -> dict[str, int]:
    found = tx.find(Secret, name=key)
    return json.loads(found[0].value) if found else {}
