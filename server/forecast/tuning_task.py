"""At night: has other weights looked for on the hall's own past days (runtime/jobs.py), and writes down what came of it.

It decides nothing of its own, and never by day: it looks once a day, while the hall is closed and nobody is in it. Whatever ends on the
way, the server or the worker, the next closed hour begins again.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from config.codes import WindowState

from .. import actions
from ..domain.duty import zone_of
from ..domain.errors import HallError
from ..domain.floor import Floor
from ..domain.hours import set_for, spans
from ..runtime.periodic import PeriodicTask

ACTOR = "hall"
MORNING = 45 * 60_000  # ms before the doors open: nothing long is begun any more
AGAIN = 3_600_000  # ms after a search that came to nothing
PATIENCE = 900.0  # s that the search may take, beside everything


def at_rest(floor: Floor, now: int) -> bool:
    """Whether the hall is closed: no window is open, nobody is in line, and its hours of today are over or far."""
    if any(w.state != WindowState.CLOSED for w in floor.windows.values()) or len(floor.live()):
        return False
    zone = zone_of(floor.the_hall.timezone)
    day = datetime.fromtimestamp(now / 1000, zone).date()
    if not set_for(floor.hours, day):
        return True
    today = spans(floor.hours, day, zone)
    return not today[0][0] - MORNING <= now < today[-1][1]


class NightlyWeights(PeriodicTask):
    """`tick()` looks whether it is time. `do(name, *given)` has a job done, however long it takes."""

    def __init__(self, ledger, *, do: Callable[..., Any], pause: float = 60.0):
        super().__init__("weights", pause, trouble="could not look for better weights")
        self.ledger, self.do = ledger, do
        self._again_from = 0

    def tick(self) -> None:
        floor, now = self.ledger.floor, self.ledger.clock()
        own = floor.weights
        if not own.nightly or own.last.day >= floor.day or now < self._again_from or not at_rest(floor, now):
            return
        self._again_from = now + AGAIN
        try:
            found = self.do("weights", floor.day)
        except HallError:  # whoever works it out is away: once more, later
            return
        self.ledger.do(ACTOR, actions.weigh, before=dict(own.factors), **found)
