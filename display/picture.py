"""What the agent knows of the hall: a room's snapshot with each event's fragments put in. Pure; it decides nothing about the hall.

The same merging as display/web/shared/merge.ts, for the two lists and the thing that devices need.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Row = dict[str, Any]


@dataclass
class Picture:
    """`seq`: the last event that is in it. Windows by no and services by code, as in the snapshot of room `hall`."""

    seq: int = 0
    hall: Row = field(default_factory=dict)
    windows: dict[str, Row] = field(default_factory=dict)
    services: dict[str, Row] = field(default_factory=dict)
    next: list[Row] = field(default_factory=list)  # 请准备: {number, service}

    def draw(self, seq: int, board: Row) -> None:
        """Starts anew from a snapshot of room `hall`."""
        self.seq, self.hall = seq, dict(board.get("hall") or {})
        self.windows = {w["no"]: dict(w) for w in board.get("windows", ())}
        self.services = {s["code"]: dict(s) for s in board.get("services", ())}
        self.next = list(board.get("next", ()))

    def hear(self, news: Row) -> bool:
        """Takes one event in; False for one that was in already."""
        seq = news.get("seq")
        if seq is not None and seq <= self.seq:
            return False
        self.seq = seq or self.seq
        changed: Row = news.get("changed") or {}
        one: list[Row] = [changed["window"]] if changed.get("window") else []
        for row in [*changed.get("windows", ()), *one]:
            self.windows.setdefault(row["no"], {}).update(row)
        for row in changed.get("services", ()):
            self.services.setdefault(row["code"], {}).update(row)
        self.hall.update(changed.get("hall") or {})
        self.next = changed.get("next", self.next)
        return True

    def waiting(self, no: str) -> int:
        """How many wait for what this window serves."""
        served = self.windows.get(no, {}).get("services", ())
        return sum(self.services[code].get("waiting") or 0 for code in served if code in self.services)

    def number(self, no: str) -> str:
        """The number that is called to or served at a window; "" for none."""
        ticket: Row = self.windows.get(no, {}).get("ticket") or {}
        return ticket.get("number") or ""
