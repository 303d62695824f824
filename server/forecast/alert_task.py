"""Alerts: what domain/watch.py says is so, and what forecast/alerts.py says is likely, become alerts with their events.

Beside everything, it holds nothing up. It raises, changes, and clears what is over; acknowledging is a person's.
"""

from __future__ import annotations

from collections.abc import Callable

from config.codes import AlertState

from .. import actions
from ..domain import watch
from ..domain.floor import Floor
from ..runtime.periodic import PeriodicTask
from . import alerts
from .state import hall_state

ACTOR = "hall"
LIKELY = 20_000  # ms between two looks ahead


class Alerts(PeriodicTask):
    """`tick()` looks once; `start()` looks every `pause` seconds. `learned()` gives what past days teach, or None; `trouble()` what stands
    against being ready, code -> fact. What is likely to break is looked for every LIKELY ms, what is so at each look."""

    def __init__(self, ledger, *, learned: Callable = lambda: None, trouble: Callable = dict, pause: float = 5.0):
        super().__init__("alerts", pause, trouble="could not look for alerts")
        self.ledger, self.learned, self.trouble = ledger, learned, trouble
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
        ledger, waits = self.ledger, self.ledger.waits
        if waits is None:
            return
        floor, now = ledger.floor, ledger.clock()
        standing = [a.id for a in floor.standing_alerts("promise")]
        told = {a.id.removeprefix("wait-") for a in floor.standing_alerts("wait")}
        new, over = alerts.changes(standing, self._state(), now, waits.look, told)
        for id in over:
            ledger.do(ACTOR, actions.clear_alert, id=id)
        for breach in new:
            ledger.do(ACTOR, actions.raise_alert, **breach.alert(self._remedies(breach.service, breach.rank, as_dict=False)))

    def _state(self):
        return hall_state(self.ledger.floor, self.ledger.clock(), self.learned())

    def _remedies(self, service: str, rank: str, *, as_dict: bool = True) -> tuple:
        breach = alerts.Breach(service=service, rank=rank, tickets=(), chance=1.0)
        found = alerts.remedies(self._state(), self.ledger.clock(), breach, plans=_plans(self.ledger.floor))
        return tuple(r.as_dict() for r in found) if as_dict else tuple(found)


def _plans(floor: Floor) -> list[alerts.PlanEffect]:
    """Those that are prepared and not in force."""
    return [
        alerts.PlanEffect(
            id=p.id,
            open=p.open,
            lends={x.window: x.services for x in p.lends},
            only=frozenset(x.window for x in p.lends if x.only),
        )
        for p in floor.plans.items
        if p.id not in floor.plans_active.root
    ]
