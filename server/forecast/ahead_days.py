"""Days run again with each call looked ahead at, as a running hall does it: stopped at the call, seen as the hall would see it then, and
decided by the same function (look_ahead.py). It draws no chance of its own.
"""

from __future__ import annotations

from config.settings.rules import Rules

from ..domain.dispatch import MINUTE
from . import forward
from .backtest import state_at
from .forward import Run
from .learned import Learned
from .look_ahead import RUNS, FuturesAhead
from .simulate import Day, DescribedHall, floor_of, people_of

AFTER = 1e-6  # minutes: whoever was called elsewhere in this very moment is gone


def play_ahead(hall: DescribedHall, day: Day, rules: Rules, learned: Learned | None, *, runs: int = RUNS) -> tuple[Run, list[bool]]:
    """One day under a rule set, and of each call that the index alone would decide whether another was chosen."""
    turned: list[bool] = []

    def decide(run: Run, window: int, minute: float) -> int:
        state = state_at(hall, day, run, minute + AFTER, rules, learned)
        found = FuturesAhead(state, round(minute * MINUTE), runs=runs, seed=1 + len(turned)).better(hall.windows[window].no)
        turned.append(found is not None)
        return int(found.ticket) if found else -1

    floor = floor_of(hall, rules, spans=day.spans or None, minutes=day.minutes or None)
    return forward.asking(floor, people_of(hall, day, rules), decide), turned
