"""Growing pauses between two tries to reach something that is away. It waits for nothing itself."""

from __future__ import annotations

PAUSES = (1.0, 2.0, 5.0, 10.0)  # seconds; the last one again and again


class Backoff:
    def __init__(self, pauses: tuple[float, ...] | None = None):
        self._pauses, self._tries = pauses or PAUSES, 0

    def pause(self) -> float:
        """Seconds before the next try."""
        self._tries += 1
        return self._pauses[min(self._tries, len(self._pauses)) - 1]

    def reset(self) -> None:
        """It worked: the next pause is the shortest again."""
        self._tries = 0
