"""Alerts: what domain/watch.py says is so, and what is likely (runtime/jobs.py), become alerts with their events.

Beside everything, it holds nothing up. It raises, changes, and clears what is over; acknowledging is a person's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from config.codes import AlertState

from .. import actions
from ..domain import watch
from ..domain.errors import HallError
from ..runtime.periodic import PeriodicTask

ACTOR = "hall"
LIKELY = 20_000  # ms between two looks ahead


class Alerts(PeriodicTask):
    """`tick()` looks once; `start()` looks every `pause` seconds. `do(name, *given)` has a job done (runtime/jobs.py); `trouble()` what
    stands against being ready, code -> fact. What is likely to break is looked for every LIKELY ms, what is so at each look."""

    def __init__(self, ledger, *, do: Callable[..., Any], trouble: Callable = dict, pause: float = 5.0):
        super().__init__("alerts", pause, trouble="could not look for alerts")
        self.ledger, self.do, self.trouble = ledger, do, trouble
        self._looked = 0

    def tick(self) -> None:
        self.look()
        if self.ledger.clock() - self._looked >= LIKELY:
            self._looked = self.ledger.clock()
            self.look_ahead()

    def look(self) -> None:
        """Raises, changes and clears the alerts of what is so."""
        ledger = self.ledger
        floor, now = ledger.floor, ledger.clock()
        wanted = {one.id: one for one in watch.standing(floor, now, trouble=self.trouble())}
        for id in [a.id for a in floor.standing_alerts(*watch.KINDS) if a.id not in wanted]:
            ledger.do(ACTOR, actions.clear_alert, id=id)
        for id, one in wanted.items():
            old = floor.alerts.get(id)
            told = (old.level, old.say) if old is not None and old.state != AlertState.CLEARED else None
            if told == (one.level, one.say):
                continue
            advice = one.advice
            if one.kind == "wait":
                advice = None if told and told[0] == one.level else self._remedies(one.subject, one.rank)
            named = {"kind": one.kind, "subject": one.subject, "level": one.level, "say": one.say, "advice": advice}
            ledger.do(ACTOR, actions.raise_alert, id=id, **named)

    def look_ahead(self) -> None:
        """Warns of what is likely to break; where it has come so far that the wait itself is told, the warning is over."""
        ledger = self.ledger
        standing = [a.id for a in ledger.floor.standing_alerts("promise")]
        told = [a.id.removeprefix("wait-") for a in ledger.floor.standing_alerts("wait")]
        try:
            new, over = self.do("likely", standing, told)
        except HallError:  # whoever works it out is away: nothing new is known
            return
        for id in over:
            ledger.do(ACTOR, actions.clear_alert, id=id)
        for alert in new:
            ledger.do(ACTOR, actions.raise_alert, **alert)

    def _remedies(self, service: str, rank: str) -> tuple[Any, ...]:
        """What would help; nothing where whoever works it out is away: the alert stands without it."""
        try:
            return self.do("remedies", service, rank)
        except HallError:
            return ()
