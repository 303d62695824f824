"""The figures of today, kept ready: what is over is measured once. They are those of domain/visits.py, which says what each means."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from config.codes import OVER

from ..domain.floor import LATEST, OF_TICKET, Floor
from ..domain.tickets import Ticket
from ..domain.visits import Figures, GroupTexts, Measured, Tally, VisitLeg, measured, visit

Counted = tuple[list[tuple[str, Any]], Measured]  # the groups in which a leg was counted, and what of it
Keys = Mapping[str, Callable[[VisitLeg], Any]]


class DayFigures:
    """The figures of a picture's day: numbers that are over are measured once, by what changed since it was asked last."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._total, self._groups = GroupTallies(lambda leg: {"total": ""}), GroupTallies(lambda leg: {})
        self._by: Any = None

    def measure(self, floor: Floor, now: int) -> Figures:
        """An older picture than the last one asked for gets the figures of that one."""
        with self._lock:
            found = self._total.measure(floor, now)
        return found["total"][""] if found else Tally().figures()

    def measure_by(self, floor: Floor, keys: Keys, texts: GroupTexts, now: int) -> dict[str, dict[Any, Figures]]:
        """Likewise in groupings, as domain/visits.measure_by has them; `texts`: what `keys` goes by besides a leg itself."""
        with self._lock:
            if self._by != (texts, keys.keys()):
                self._by, self._groups = (texts, keys.keys()), GroupTallies(lambda leg: {name: key(leg) for name, key in keys.items()})
            found = self._groups.measure(floor, now)
        return {name: dict(sorted(found.get(name, {}).items())) for name in keys}


class GroupTallies:
    """Tallies of what is over by the groups that `groups_of` says of a leg: {grouping: its value, or None}."""

    def __init__(self, groups_of: Callable[[VisitLeg], dict[str, Any]]) -> None:
        self._groups_of = groups_of
        self._of: tuple[Any, ...] = ()
        self._seen = (0, 0)
        self._over: dict[str, list[Counted]] = {}
        self._tallies: dict[tuple[str, Any], Tally] = {}
        self._legs: Counter[tuple[str, Any]] = Counter()

    def measure(self, floor: Floor, now: int) -> dict[str, dict[Any, Figures]]:
        tickets, evaluations = floor.tickets, floor.evaluations
        of = (floor.day, tickets.origin, evaluations.origin)
        if of != self._of:
            self._of, self._seen, self._over, self._tallies, self._legs = of, (-1, -1), {}, {}, Counter()
        changed = {t.id: t for t in tickets.of(LATEST).above(self._seen[0])}
        for e in evaluations.of(LATEST).above(self._seen[1]):
            if e.ticket in tickets:
                changed.setdefault(e.ticket, tickets[e.ticket])
        for t in changed.values():
            if t.day == floor.day:
                self._count(floor, t)
        self._seen = max(self._seen[0], tickets.changes), max(self._seen[1], evaluations.changes)
        under_way: dict[tuple[str, Any], list[Measured]] = {}
        for t in floor.live():
            for leg in visit(t, grades(floor, t)) if t.day == floor.day else ():
                for group in self._groups(leg):
                    under_way.setdefault(group, []).append(measured(leg, now))
        found: dict[str, dict[Any, Figures]] = {}
        for group in self._legs.keys() | under_way.keys():
            tally, some = self._tallies.get(group) or Tally(), under_way.get(group)
            found.setdefault(group[0], {})[group[1]] = (tally.and_(some) if some else tally).figures()
        return found

    def _groups(self, leg: VisitLeg) -> list[tuple[str, Any]]:
        return [(name, value) for name, value in self._groups_of(leg).items() if value is not None]

    def _count(self, floor: Floor, t: Ticket) -> None:
        for groups, one in self._over.pop(t.id, ()):
            for group in groups:
                self._tallies[group].count(one, -1)
                self._legs[group] -= 1
                if not self._legs[group]:
                    del self._legs[group], self._tallies[group]
        if t.state in OVER:
            self._over[t.id] = [(self._groups(leg), measured(leg, t.finished_at or 0)) for leg in visit(t, grades(floor, t))]
            for groups, one in self._over[t.id]:
                for group in groups:
                    if group not in self._tallies:
                        self._tallies[group] = Tally()
                    self._tallies[group].count(one)
                    self._legs[group] += 1


def grades(floor: Floor, t: Ticket) -> dict[int, int | None]:
    """Of a ticket's evaluations: leg -> grade, None while it is not given."""
    return {e.leg: e.grade for e in floor.evaluations.of(OF_TICKET, t.id)}
