"""What the server remembers of machines only until it stops: when they were last heard of, and who asks to be let in."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

SILENT_AFTER = 15_000  # ms
LASTS = 600_000  # ms
MINUTE = 60_000
PER_MINUTE = 10  # requests from one address
WRONG = 5  # wrong codes, then a minute's pause
MOST = 200


@dataclass
class Machines:
    """When machines were last heard of. In memory only: after a restart every machine reports within seconds."""

    clock: Callable[[], int]
    heard: dict[str, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def hear(self, machine: str) -> None:
        with self._lock:
            self.heard[machine] = self.clock()

    def silent(self) -> list[str]:
        """Machines that were not heard of for a while; each is named once."""
        now = self.clock()
        with self._lock:
            gone = [m for m, at in self.heard.items() if now - at > SILENT_AFTER]
            for machine in gone:
                del self.heard[machine]
            return gone

    def expect(self, machines: set[str]) -> None:
        """After a start: those known from before have a while to report."""
        for machine in machines:
            self.heard.setdefault(machine, self.clock())


@dataclass
class Request:
    id: str
    code: str
    machine: str
    kind: str
    secret: str
    expires_at: int
    token: str | None = None
    name: str = ""


@dataclass
class Enrolments:
    clock: Callable[[], int]
    requests: dict[str, Request] = field(default_factory=dict)
    asked: dict[str, deque] = field(default_factory=dict)  # address -> instants
    wrong: deque = field(default_factory=lambda: deque(maxlen=WRONG))
    lock: threading.Lock = field(default_factory=threading.Lock)

    def sweep(self) -> None:
        now = self.clock()
        self.requests = {id: r for id, r in self.requests.items() if r.expires_at > now}
        self.asked = {a: times for a, times in self.asked.items() if times and now - times[-1] < MINUTE}

    def too_often(self, address: str) -> bool:
        now = self.clock()
        times = self.asked.setdefault(address, deque(maxlen=PER_MINUTE))
        if len(self.requests) >= MOST or (len(times) == PER_MINUTE and now - times[0] < MINUTE):
            return True
        times.append(now)
        return False
