"""What the server minds beside the hall: machines that fell silent, when machines and sessions were last used. It knows no rule
(clockwork.py does)."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import datetime

from .. import actions
from ..domain.private import PageSeen
from ..record.store import wal_size
from ..web.context import Context
from ..web.memory import DAY, BrowserScreen
from .periodic import PeriodicTask

WAL_MOST = 64 << 20  # bytes; with everybody's reading ended it is a few megabytes
NOTE_SEEN = 60_000  # ms between two notes of who was seen when
OF_A_PAGE = tuple(one.name for one in fields(BrowserScreen))


class Upkeep(PeriodicTask):
    """`tick()` does what is due; `start()` ticks every `pause` seconds. `wal_most`: bytes from which on the log beside the database is
    said not to shrink."""

    def __init__(self, context: Context, *, pause: float = 2.0, wal_most: int = WAL_MOST):
        super().__init__("upkeep", pause, trouble="the upkeep stumbled")
        self._context, self._noted, self.wal_most = context, context.clock(), wal_most
        self._written: dict[str, int] = context.ledger.do("hall", actions.machines_seen)
        context.machines.last.update(self._written)
        pages: list[PageSeen] = sorted(context.ledger.do("hall", actions.pages_seen), key=lambda page: page.at)
        context.screens.last.update({BrowserScreen(**{name: getattr(page, name) for name in OF_A_PAGE}): page.at for page in pages})
        context.act_lapses = context.ledger.do("hall", actions.lapse_acts)
        context.machines.expect({d.id.split("/")[0] for d in context.floor.devices.values() if d.state != "unknown"})

    def close(self) -> None:
        super().close()
        self._context.authenticator.note_seen(self._context.clock())
        self.note_machines()
        self.note_pages()

    def tick(self) -> None:
        context, now = self._context, self._context.clock()
        size = wal_size(context.ledger.folder)
        if size > self.wal_most:
            context.warnings["wal"] = f"{size >> 20} MB"
        else:
            context.warnings.pop("wal", None)
        context.sockets.sweep()
        if context.act_lapses and now >= context.act_lapses:
            context.act_lapses = context.ledger.do("hall", actions.lapse_acts)
        jumped = context.steady.jumped_to if context.steady else None
        if jumped is None:
            context.warnings.pop("clock", None)
        else:
            context.warnings["clock"] = f"{datetime.fromtimestamp(jumped / 1000, context.ledger.zone):%Y-%m-%d %H:%M}"
        for machine in context.machines.silent():
            context.ledger.do("hall", actions.note_silence, machine=machine)
        if now - self._noted > NOTE_SEEN:
            self._noted = now
            context.authenticator.note_seen(now)
            self.note_machines()
            self.note_pages()

    def note_pages(self) -> None:
        """Likewise of the pages that are or were open: boards, windows' screens, pads, desks."""
        context = self._context
        pages: list[PageSeen] = []
        for screen, (_, at) in context.screens.seen().items():
            what = {name: getattr(screen, name) for name in OF_A_PAGE}
            pages.append(PageSeen(id=json.dumps(list(what.values())), at=at, **what))
        if pages:
            context.ledger.do("hall", actions.see_pages, pages=pages, before=context.clock() - DAY)

    def note_machines(self) -> None:
        """Writes down when machines were last heard of, so that a restart forgets none."""
        context = self._context
        seen = dict(context.machines.last)
        for token in context.floor.tokens.values():
            if token.revoked_at is None:
                machine = actions.machine_of(token)
                seen[machine] = max(seen.get(machine, 0), context.authenticator.used.get(token.id, 0))
        fresh = {machine: at for machine, at in seen.items() if at > self._written.get(machine, 0)}
        if fresh:
            context.ledger.do("hall", actions.see_machines, seen=fresh)
            self._written |= fresh
