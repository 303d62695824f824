"""What the server minds beside the hall: machines that fell silent, when sessions were last used. It knows no rule (clockwork.py does)."""

from __future__ import annotations

from .. import actions
from ..web.context import Context
from .periodic import PeriodicTask

NOTE_SESSIONS = 60_000  # ms between two notes of who was seen when


class Upkeep(PeriodicTask):
    """`tick()` does what is due; `start()` ticks every `pause` seconds."""

    def __init__(self, context: Context, *, pause: float = 2.0):
        super().__init__("upkeep", pause, trouble="the upkeep stumbled")
        self._context, self._noted = context, context.clock()
        context.machines.expect({d.id.split("/")[0] for d in context.floor.devices.values() if d.state != "unknown"})

    def close(self) -> None:
        super().close()
        self._context.authenticator.note_seen(self._context.clock())

    def tick(self) -> None:
        context, now = self._context, self._context.clock()
        for machine in context.machines.silent():
            context.ledger.do("hall", actions.note_silence, machine=machine)
        if now - self._noted > NOTE_SESSIONS:
            self._noted = now
            context.authenticator.note_seen(now)
