"""What the server minds beside the hall: machines that fell silent, when sessions were last used. It knows no rule (clockwork.py does)."""

from __future__ import annotations

from .. import actions
from ..record.store import wal_size
from ..web.context import Context
from .periodic import PeriodicTask

WAL_MOST = 64 << 20  # bytes; with everybody's reading ended it is a few megabytes
NOTE_SESSIONS = 60_000  # ms between two notes of who was seen when


class Upkeep(PeriodicTask):
    """`tick()` does what is due; `start()` ticks every `pause` seconds. `wal_most`: bytes from which on the log beside the database is
    said not to shrink."""

    def __init__(self, context: Context, *, pause: float = 2.0, wal_most: int = WAL_MOST):
        super().__init__("upkeep", pause, trouble="the upkeep stumbled")
        self._context, self._noted, self.wal_most = context, context.clock(), wal_most
        context.machines.expect({d.id.split("/")[0] for d in context.floor.devices.values() if d.state != "unknown"})

    def close(self) -> None:
        super().close()
        self._context.authenticator.note_seen(self._context.clock())

    def tick(self) -> None:
        context, now = self._context, self._context.clock()
        size = wal_size(context.ledger.folder)
        if size > self.wal_most:
            context.warnings["wal"] = f"{size >> 20} MB"
        else:
            context.warnings.pop("wal", None)
        for machine in context.machines.silent():
            context.ledger.do("hall", actions.note_silence, machine=machine)
        if now - self._noted > NOTE_SESSIONS:
            self._noted = now
            context.authenticator.note_seen(now)
