"""Warns before a promise breaks: what forecast/alerts finds in the waits becomes alerts with their events.

Beside everything, it holds nothing up. It raises, and clears what is over; acknowledging is a person's.
"""

from __future__ import annotations

from collections.abc import Callable

from .. import actions
from ..domain.floor import Floor
from ..runtime.periodic import PeriodicTask
from . import alerts
from .state import hall_state

ACTOR = "hall"


class PromiseAlerts(PeriodicTask):
    """`tick()` looks once; `start()` looks every `pause` seconds. `learned()` gives what past days teach, or None."""

    def __init__(self, ledger, *, learned: Callable = lambda: None, pause: float = 20.0):
        super().__init__("forewarner", pause, trouble="could not look ahead")
        self.ledger, self.learned = ledger, learned

    def tick(self) -> None:
        ledger, waits = self.ledger, self.ledger.waits
        if waits is None:
            return
        floor, now = ledger.floor, ledger.clock()
        standing = [a.id for a in floor.alerts.values() if a.kind == "promise" and a.state != "cleared"]
        state = hall_state(floor, now, self.learned())
        new, over = alerts.changes(standing, state, now, waits.look)
        for id in over:
            ledger.do(ACTOR, actions.clear_alert, id=id)
        for breach in new:
            advice = alerts.remedies(state, now, breach, plans=_plans(floor))
            ledger.do(ACTOR, actions.raise_alert, **breach.alert(advice))


def _plans(floor: Floor) -> list[alerts.Plan]:
    """Those that are prepared and not in force."""
    return [
        alerts.Plan(
            id=p.id,
            open=p.open,
            lends={x.window: x.services for x in p.lends},
            only=frozenset(x.window for x in p.lends if x.only),
        )
        for p in floor.plans.items
        if p.id not in floor.plans_active.root
    ]
