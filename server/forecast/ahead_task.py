"""Keeps what was looked ahead at for the windows that may call next, beside the hall: nothing waits for it, and it writes nothing.

Each time the hall has changed it looks anew, at the free windows first, then at those where somebody has been longest, until the time is
up; what is not reached goes by the index, and where the index has no choice to make nothing is reckoned. A window where somebody is still
served is looked at as if it were free now.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from config.codes import WindowState

from ..domain.dispatch import LookedAhead, heads
from ..domain.floor import Floor
from ..domain.line import picture
from ..runtime.periodic import PeriodicTask
from . import forward
from .learned import Learned
from .look_ahead import FuturesAhead, choices
from .state import hall_state
from .wait_picture import HallState

TIME = 0.4  # s for all windows of one picture
PAUSE = 0.1  # s between two looks whether anything has changed
OLD = 10_000  # ms after which it looks again though nothing has changed
LEAST, MOST = (
    2,
    600,
)  # in line: below there is nothing to choose, above nearly all are past their promise and the longest past it goes first


class AheadTask(PeriodicTask):
    """Keeps `looked.ahead` and tells `changed(ahead)`; `learned()` is what past days teach."""

    def __init__(
        self, looked: Any, learned: Callable[[], Learned | None], *, changed: Callable[[dict[str, LookedAhead]], None] | None = None,
        pause: float = PAUSE, ticks: Callable[[], float] = time.perf_counter,
    ):  # fmt: skip
        super().__init__("ahead", pause, trouble="could not look ahead")
        self.looked, self.learned, self.changed, self.ticks = looked, learned, changed, ticks
        self._seq, self._at = -1, 0

    def tick(self) -> None:
        floor, now = self.looked.floor, self.looked.clock()
        if floor.seq == self._seq and now - self._at < OLD or forward.compiled() is None:
            return
        self._seq, self._at = floor.seq, now
        found = look(floor, now, self.learned(), self.ticks) if floor.rules.look_ahead else {}
        if found or self.looked.ahead:
            self.looked.ahead = found
            if self.changed:
                self.changed(found)


def look(floor: Floor, now: int, learned: Learned | None, ticks: Callable[[], float] = time.perf_counter) -> dict[str, LookedAhead]:
    """Window -> what came of looking, of those that were reached in TIME."""
    end, likely = ticks() + TIME, likely_next(floor)
    if not likely or not LEAST <= len(floor.waiting()) <= MOST:
        return {}
    state = hall_state(floor, now, learned)
    futures: FuturesAhead | None = None
    found: dict[str, LookedAhead] = {}
    for no in likely:
        if not choices(state, now, no):
            found[no] = LookedAhead(at=now, seen=None, instead=None)
            continue
        if ticks() > end:
            break
        futures = futures or FuturesAhead(state, now, seed=floor.seq + 1)
        found[no] = LookedAhead(at=now, seen=picture(floor, no, _heads(state, no)), instead=futures.better(no))
    return found


def likely_next(floor: Floor) -> list[str]:
    """The open windows: those that are free first, then by how long somebody has been there."""
    since = lambda no: (t.called_at or 0) if (t := floor.at_window(no)) else 0
    return sorted((w.no for w in floor.windows.values() if w.state == WindowState.OPEN), key=since)


def _heads(state: HallState, no: str) -> list[str]:
    station = next(s for s in state.stations if s.no == no)
    return [w.id for w in heads((w for w in state.waiting if station.may_serve(w)), state.rules)]
