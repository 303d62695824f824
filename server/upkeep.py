"""What the server minds beside the hall: machines that fell silent, when sessions were last used. It knows no rule (clockwork.py does)."""

from __future__ import annotations

from . import actions
from .beside import Beside
from .web.house import House

NOTE_SESSIONS = 60_000  # ms between two notes of who was seen when


class Upkeep(Beside):
    """`tick()` does what is due; `start()` ticks every `pause` seconds."""

    def __init__(self, house: House, *, pause: float = 2.0):
        super().__init__("upkeep", pause, trouble="the upkeep stumbled")
        self._house, self._noted = house, house.clock()
        house.machines.expect({d.id.split("/")[0] for d in house.floor.devices.values() if d.state != "unknown"})

    def close(self) -> None:
        super().close()
        self._house.gate.note_seen(self._house.clock())

    def tick(self) -> None:
        house, now = self._house, self._house.clock()
        for machine in house.machines.silent():
            house.ledger.do("hall", actions.note_silence, machine=machine)
        if now - self._noted > NOTE_SESSIONS:
            self._noted = now
            house.gate.note_seen(now)
