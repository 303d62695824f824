"""Windows as people and as staff see them, and whom dispatch would call there."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import Any

from config.codes import Class, WindowState

from ..domain.dispatch import choose, explain, heads, idle
from ..domain.duty import breaks, has, last_at_work, own_services, serves, serves_by, wraps_up_until
from ..domain.floor import THERE
from ..domain.line import NOTHING, looked_ahead, station, waiters
from ..domain.texts import FIRST, Text
from ..domain.things import Window
from ..domain.tickets import Ticket
from . import shapes
from .base import names
from .people import PeopleView

LINE_SHOWN = 20
PAUSES = (
    *(("pages.desk", f"pause_{reason}") for reason in ("files", "system", "meeting", "break", "meal")),
    ("pages.manage", "pause_reason"),
)


class WindowsView(PeopleView):
    def window(self, no: str) -> shapes.Window:
        w = self.floor.windows[no]
        t = self.at_windows.get(no)
        return {
            "no": w.no,
            **names(self.window_name(no)),
            **self.typed(w),
            "services": list(serves(self.floor, w, self.now)),
            **self.placed(w),
            "state": w.state,
            "reason": w.reason or None,
            "reasons": self._pause(w.reason) if w.reason else None,
            "since": self.instant(w.since) if w.since else None,
            "clerk": self.clerk(w.clerk),
            "ticket": {"number": t.number or "", "state": t.state, "service": t.service, "times_called": t.times_called} if t else None,
        }

    def _pause(self, reason: str) -> Text:
        """Why a window pauses: one of those that the desk offers, in every language; else as it was written."""
        offered = (self.say(section, key, {}) for section, key in PAUSES)
        return next((texts for texts in offered if reason in texts.values()), {FIRST: reason})

    @cached_property
    def at_windows(self) -> dict[str, Ticket]:
        return {no: t for no, line in self.floor.tickets.lines(THERE).items() for t in line}

    def windows(self) -> list[shapes.Window]:
        return [self.window(w.no) for w in self._windows]

    @cached_property
    def _windows(self) -> list[Window]:
        return sorted(self.floor.windows.values(), key=lambda w: w.place)

    def staff_window(self, no: str) -> shapes.Window:
        """A window with its own services (without what is lent to it now), whom dispatch would call there and why, and its planned
        breaks that are to come."""
        w, served = self.floor.windows[no], set(serves(self.floor, self.floor.windows[no], self.now))
        up = self.waits.up.get(no) if self.waits else None
        up = up and up | {"why": self.told("why", up["why"])}
        free = w.state == WindowState.OPEN and no not in self.at_windows
        since = self.at(last_at_work(self.floor, w)) if free else None
        planned: list[shapes.Span] = [{"from": self.at(a), "to": self.at(b)} for a, b in breaks(self.floor, w, self.now)]
        return {
            **self.window(no),
            "own": list(own_services(self.floor, w)),
            "clerk_name": w.clerk,
            "beside": self.clerk(w.beside),
            "beside_name": w.beside,
            "lacks": [code for code in has(self.floor, w, self.now) if code not in served],
            "may": {name: list(serves_by(self.floor, w, self.now, name)) for name in w.people} if w.beside else None,
            "up": up,
            "free_since": since,
            "wraps_up_until": self.instant(wraps_up_until(self.floor, w)),
            "breaks": planned,
        }

    def line(self, no: str, by: str | None = None) -> dict[str, Any]:
        """Whom dispatch would call to a window, in order, and why; `idle` says why nobody. `by`: at the press of whom."""
        window, rules = self.floor.windows[no], self.floor.rules_now
        at = replace(station(self.floor, window, self.now), services=frozenset(serves_by(self.floor, window, self.now, by)))
        learned = self.waits.minutes if self.waits else NOTHING
        left = {w.id: w for w in waiters(self.floor, learned) if w.service in at.services}
        everyone = list(left.values())
        items: list[dict[str, Any]] = []
        first = heads((w for w in everyone if at.may_serve(w)), rules)
        instead = looked_ahead(self.floor, no, self.now, (w.id for w in first), self.calls_ahead)
        while len(items) < LINE_SHOWN and (choice := choose(left.values(), at, self.now, rules, None if items else instead)):
            items.append({"id": choice.ticket.id, "number": choice.ticket.number, "why": self.told("why", explain(choice))})
            left.pop(choice.ticket.id)
            at = replace(at, green_in_a_row=at.green_in_a_row + 1 if self.floor.rules.like(choice.ticket.class_) == Class.GREEN else 0)
        return {"items": items, "next": None, "idle": None if items else self.told("why", idle(everyone, at))}

    def staff_windows(self) -> list[shapes.Window]:
        return [self.staff_window(w.no) for w in self._windows]
