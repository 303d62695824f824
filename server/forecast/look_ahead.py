"""A call looked ahead at: the few best whom dispatch could call, each followed through the same futures, and another than the index says
only where that surely keeps promises better. Pure; where numba is missing there is none, and the index decides alone.

    ahead = FuturesAhead(state, now)                  # 120 futures of a picture of the hall, drawn once
    ahead.better("3") -> Instead | None               # for window 3 as if it were free now; None: the index is right, or as good

It never breaks what is promised: it chooses only among heads of the rows of numbers that stand in the last tier of the index, where
nobody is past the longest wait, past a promise by more than the rules let pass, or green or booked with little time left.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..domain import dispatch
from ..domain.dispatch import Instead, Waiter
from . import forward
from .forward import NEVER
from .wait_picture import HallState
from .waits import Frame

RUNS = 120
AHEAD = 120.0  # minutes
HEED = 75.0  # minutes within which somebody must come to count: the promises to them end within AHEAD
CANDIDATES = 4
SURE = 2.0  # standard errors of the paired gain


def choices(state: HallState, now: int, no: str) -> list[Waiter]:
    """The best of those whom a window could call if it were free now, where the index decides alone between them; else nobody."""
    station = next((replace(s, busy_with=None, started_at=None) for s in state.stations if s.no == no), None)
    if station is None or not station.open:  # one with nobody at it calls nobody
        return []
    mine = [w for w in state.waiting if station.may_serve(w)]
    ranked = dispatch.ranked(dispatch.heads(mine, state.rules), station, now, state.rules) if mine else []
    return [w for _, w in ranked[:CANDIDATES]] if len(ranked) > 1 and ranked[0][0] < dispatch.TIER else []


class FuturesAhead:
    """`runs` futures of a hall. Minutes count from `now`."""

    def __init__(self, state: HallState, now: int, *, runs: int = RUNS, seed: int = 1):
        self.state, self.now, self.runs = state, now, runs
        self.frame = Frame(state, now, (), ahead=AHEAD)
        self.drawn = self.frame.drawn(np.random.default_rng(seed), runs)
        self.price = self._price()
        greens = [s.green_in_a_row for s in self.frame.stations]
        decided = [w.decided for w in state.waiting]
        self.batch = forward.Batch(self.frame.floor, self.frame.tables, self.drawn, AHEAD, HEED, greens, decided)

    def better(self, no: str) -> Instead | None:
        """Whom to call to a window that is free now instead of whom the index would."""
        some = choices(self.state, self.now, no)
        if not some:
            return None
        by = next(k for k, s in enumerate(self.frame.stations) if s.no == no)
        place = {w.id: n for n, w in enumerate(self.state.waiting)}
        broken = self.batch.compare(by, np.array([place[w.id] for w in some], np.int64))
        cost = broken @ self.price
        gain = cost[:, :1] - cost[:, 1:]
        mean, error = gain.mean(0), gain.std(0, ddof=1) / np.sqrt(self.runs)
        best = int(np.argmax(mean - SURE * error))
        if mean[best] <= SURE * error[best] or mean[best] <= 0:
            return None
        return Instead(ticket=some[best + 1].id, index=some[0].id, minutes=round(AHEAD))

    def _price(self) -> np.ndarray:
        """What a broken promise of each group costs, as hall simulate scores them: its share in all, in green and booked, and as one of
        the groups that may be the worst. In promises of which each counts once."""
        group = self.frame.floor.rows_group[self.drawn.row]
        count = np.bincount(group[self.drawn.clock < NEVER / 2], minlength=len(dispatch.GROUPS)) / self.runs
        share = np.maximum(count / max(1.0, count.sum()), 0.02)
        there = count > 0.5
        price = np.full(len(share), 0.3)
        price[:3] += 0.4 / max(0.02, share[:3].sum())
        return price + 0.3 / max(1, there.sum()) / share
