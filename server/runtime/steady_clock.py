"""The time a running hall goes by: the computer's clock, unless it jumps. It sets no clock and decides nothing of the hall.

A jump is more than JUMP ms against the clock that nobody can set (monotonic). From then on the hall goes on by that one, so that nothing
ends, expires, is forgotten or is lent because of it, and no time runs backwards; it follows again once the two agree. Whether a clock that
stays where it jumped to is right, nobody here can know: a restart of the server believes it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

JUMP = 600_000  # ms


def running_ms() -> float:
    """Milliseconds of a clock that nobody sets; where the system has one, it goes on while the machine sleeps."""
    boot = getattr(time, "CLOCK_BOOTTIME", None)
    return 1000 * (time.monotonic() if boot is None else time.clock_gettime(boot))


class SteadyClock:
    """Called: milliseconds since the epoch. `wall()` gives the same, as the computer has them; `running()` milliseconds of the other."""

    def __init__(self, wall: Callable[[], int], running: Callable[[], float] = running_ms):
        self._wall, self._running = wall, running
        self._ahead = wall() - running()
        self._lock = threading.Lock()
        self.jumped_to: int | None = None  # what the computer's clock shows while it is not believed

    def __call__(self) -> int:
        with self._lock:
            wall, running = self._wall(), self._running()
            if abs(wall - running - self._ahead) <= JUMP:
                self._ahead, self.jumped_to = wall - running, None
                return wall
            self.jumped_to = wall
            return int(running + self._ahead)
