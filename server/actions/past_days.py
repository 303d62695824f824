"""Past days that are kept for reports. They are drawn up beside the hall; what is told of them stays with the numbers themselves."""

from __future__ import annotations

from collections.abc import Iterable

from ..domain.private import KeptDay
from ..domain.transaction import Transaction


def begin_to_keep(tx: Transaction, *, days: Iterable[str]) -> None:
    """Days are drawn up from now on: what is changed of one of them meanwhile drops it (record/schema.py)."""
    for day in days:
        tx.keep(KeptDay(day=day))


def keep_days(tx: Transaction, *, days: Iterable[KeptDay]) -> None:
    """Keeps days that were drawn up, but those of which something was changed since that was begun."""
    for day in days:
        if tx.find(KeptDay, day=day.day):
            tx.keep(day)
