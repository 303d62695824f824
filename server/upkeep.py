"""What the server minds beside the hall: machines that fell silent, when sessions were last used. It knows no rule (clockwork.py does)."""

from __future__ import annotations

import logging
import threading

from . import actions
from .web.house import House

log = logging.getLogger("hall.upkeep")
NOTE_SESSIONS = 60_000  # ms between two notes of who was seen when


class Upkeep:
    """`tick()` does what is due; `start()` ticks every `pause` seconds."""

    def __init__(self, house: House, *, pause: float = 2.0):
        self._house, self._pause, self._noted = house, pause, house.clock()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="upkeep", daemon=True)
        house.machines.expect({d.id.split("/")[0] for d in house.floor.devices.values() if d.state != "unknown"})

    def start(self) -> Upkeep:
        self._thread.start()
        return self

    def close(self) -> None:
        self._stop.set()
        self._thread.join(5)
        self._house.gate.note_seen(self._house.clock())

    def _run(self) -> None:
        while not self._stop.wait(self._pause):
            try:
                self.tick()
            except Exception:  # noqa: BLE001  the doors stay open; the next tick tries again
                log.exception("the upkeep stumbled")

    def tick(self) -> None:
        house, now = self._house, self._house.clock()
        for machine in house.machines.silent():
            house.ledger.do("hall", actions.note_silence, machine=machine)
        if now - self._noted > NOTE_SESSIONS:
            self._noted = now
            house.gate.note_seen(now)
