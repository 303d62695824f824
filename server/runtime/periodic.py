"""A part of the server that looks again and again in a thread of its own, beside everything. What it does is in its `tick()`; a failure
is logged, and the next tick tries again."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Self


class PeriodicTask:
    """`tick()` does what is due; `start()` calls it every `pause` seconds until `close()`, which gives the last `patience` seconds."""

    def __init__(self, name: str, pause: float, *, trouble: str, patience: float = 5.0):
        self.pause, self._trouble, self._patience = pause, trouble, patience
        self._log = logging.getLogger(f"hall.{name}")
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def tick(self) -> object:
        raise NotImplementedError

    def start(self) -> Self:
        self._thread.start()
        return self

    def close(self) -> None:
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(self._patience)

    def attempt(self, what: Callable[[], object]) -> None:
        """Does it now; a failure is logged and goes no further."""
        try:
            what()
        except Exception:  # noqa: BLE001  the hall goes on; the log says so, and the next tick tries again
            self._log.exception(self._trouble)

    def _run(self) -> None:
        while not self._stop.wait(self.pause):
            self.attempt(self.tick)
