"""The time a running hall goes by: the computer's clock, unless it jumps. It sets no clock and decides nothing of the hall.

A jump is more than JUMP ms against the clock that nobody can set (monotonic). From then on the hall goes on by that one, so that nothing
ends, expires, is forgotten or is lent because of it, and no time runs backwards; it follows again once the two agree. Whether a clock that
stays where it jumped to is right, nobody here can know: a person says so, or a restart of the server believes it. What no restart
believes is a clock that shows less than the journal's last event (a dead battery): the hall goes on from there until it is put right.
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
    """Called: milliseconds since the epoch. `wall()` gives the same, as the computer has them; `running()` milliseconds of the other;
    `last`: the time of the hall's last event, 0 where there is none."""

    def __init__(self, wall: Callable[[], int], running: Callable[[], float] = running_ms, *, last: int = 0):
        self._wall, self._running = wall, running
        self._behind = last - JUMP if wall() < last - JUMP else None  # what it has to show to be believed, whatever time has gone by
        self._ahead = (wall() if self._behind is None else last) - running()
        self._lock = threading.Lock()
        self.jumped_to: int | None = None  # what the computer's clock shows while it is not believed

    def __call__(self) -> int:
        with self._lock:
            wall, running = self._wall(), self._running()
            if abs(wall - running - self._ahead) <= JUMP or (self._behind is not None and wall >= self._behind):
                return self._follow(wall, running)
            self.jumped_to = wall
            return int(running + self._ahead)

    def believe(self, ahead: int) -> bool:
        """Somebody says that what the computer shows is right: the hall goes by it from now on. `ahead`: how far that person saw it
        before the hall's own time, ms. False, and nothing changed, where it is another jump by now, or was believed anyway."""
        with self._lock:
            wall, running = self._wall(), self._running()
            if self.jumped_to is None or abs(wall - running - self._ahead - ahead) > JUMP:
                return False
            self._follow(wall, running)
            return True

    def _follow(self, wall: int, running: float) -> int:
        self._ahead, self._behind, self.jumped_to = wall - running, None, None
        return wall
