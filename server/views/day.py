"""The figures of today, kept ready: what is over is measured once. They are those of domain/visits.py, which says what each means."""

from __future__ import annotations

import threading
from typing import Any

from config.codes import OVER

from ..domain.floor import LATEST, OF_TICKET, Floor
from ..domain.tickets import Ticket
from ..domain.visits import Figures, Measured, Tally, measured, visit


class DayFigures:
    """The figures of a picture's day: numbers that are over are measured once, by what changed since it was asked last."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._of: tuple[Any, ...] = ()
        self._seen = (0, 0)
        self._over: dict[str, list[Measured]] = {}
        self._tally = Tally()

    def measure(self, floor: Floor, now: int) -> Figures:
        """An older picture than the last one asked for gets the figures of that one."""
        with self._lock:
            tickets, evaluations = floor.tickets, floor.evaluations
            of = (floor.day, tickets.origin, evaluations.origin)
            if of != self._of:
                self._of, self._seen, self._over, self._tally = of, (-1, -1), {}, Tally()
            changed = {t.id: t for t in tickets.of(LATEST).above(self._seen[0])}
            for e in evaluations.of(LATEST).above(self._seen[1]):
                if e.ticket in tickets:
                    changed.setdefault(e.ticket, tickets[e.ticket])
            for t in changed.values():
                if t.day == floor.day:
                    self._count(floor, t)
            self._seen = max(self._seen[0], tickets.changes), max(self._seen[1], evaluations.changes)
            under_way = (t for t in floor.live() if t.day == floor.day)
            return self._tally.and_(measured(leg, now) for t in under_way for leg in visit(t, grades(floor, t))).figures()

    def _count(self, floor: Floor, t: Ticket) -> None:
        for one in self._over.pop(t.id, ()):
            self._tally.count(one, -1)
        if t.state in OVER:
            self._over[t.id] = [measured(leg, t.finished_at or 0) for leg in visit(t, grades(floor, t))]
            for one in self._over[t.id]:
                self._tally.count(one)


def grades(floor: Floor, t: Ticket) -> dict[int, int | None]:
    """Of a ticket's evaluations: leg -> grade, None while it is not given."""
    return {e.leg: e.grade for e in floor.evaluations.of(OF_TICKET, t.id)}
