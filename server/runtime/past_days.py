"""Past days are kept for reports, a few at a time: those of which little changes any more. Until then, and where it is not done, a report
reads their numbers themselves."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any

from .. import actions
from ..domain.errors import HallError
from ..domain.private import KeptDay
from ..domain.transaction import Ledger
from ..record.visits import days_to_keep
from .periodic import PeriodicTask

ACTOR = "hall"
RIPE = 8  # days after which hardly an evaluation comes any more: a link is good for a week where nothing else is set
AT_ONCE = 4
HOUR = 3_600_000


class PastDays(PeriodicTask):
    """`tick()` keeps the next few. `reader()` lends a connection, `do(name, *given)` has a job done."""

    def __init__(self, ledger: Ledger, reader: Callable[[], AbstractContextManager[Any]], *, do: Callable[..., Any], pause: float = 20.0):
        super().__init__("past_days", pause, trouble="a past day could not be kept for reports")
        self.ledger, self.reader, self.do = ledger, reader, do
        self._again_from = 0
        self._undecided: set[str] = set()  # something of them may change by itself

    def tick(self) -> None:
        now, today = self.ledger.clock(), self.ledger.floor.day
        if now < self._again_from or not today:
            return
        last = (date.fromisoformat(today) - timedelta(days=RIPE)).isoformat()
        with self.reader() as connection:
            days = days_to_keep(connection, last, AT_ONCE, self._undecided)
        if not days:
            self._again_from, self._undecided = now + HOUR, set()
            return
        self.ledger.do(ACTOR, actions.begin_to_keep, days=days)
        try:
            found: list[KeptDay] = self.do("past_days", days)
        except HallError:  # who draws them up is away: once more, later
            return
        self._undecided |= set(days) - {one.day for one in found}
        self.ledger.do(ACTOR, actions.keep_days, days=found)
