"""What the server keeps in memory of machines: when they were last heard of, which pages are open, and who asks to be let in."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

SILENT_AFTER = 15_000  # ms
LASTS = 600_000  # ms
MINUTE = 60_000
DAY = 86_400_000
PER_MINUTE = 10  # requests from one address
WRONG = 5  # wrong codes, then a minute's pause
MOST = 200


@dataclass
class Machines:
    """When machines were last heard of, by their names. `last` is written down now and then (upkeep.py)."""

    clock: Callable[[], int]
    heard: dict[str, int] = field(default_factory=dict)
    last: dict[str, int] = field(default_factory=dict)  # the same, kept when a machine falls silent
    tokens: dict[str, str] = field(default_factory=dict)  # machine -> id of the token it reported with
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def hear(self, machine: str, token: str = "") -> None:
        with self._lock:
            self.heard[machine] = self.last[machine] = self.clock()
            self.tokens[machine] = token

    def drop(self, machine: str) -> None:
        """The machine was removed: nobody waits for its next word."""
        with self._lock:
            for known in (self.heard, self.last, self.tokens):
                known.pop(machine, None)

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


@dataclass(frozen=True, kw_only=True)
class BrowserScreen:
    """A page of the hall in a browser."""

    kind: str  # board, window, desk, guide, manage, or the role of its token
    window: str | None
    token: str
    person: str
    browser: str
    address: str


@dataclass
class Screens:
    """Which pages are open where, and which were in the last day. Written down now and then (upkeep.py)."""

    clock: Callable[[], int]
    open: dict[str, BrowserScreen] = field(default_factory=dict)  # by connection
    last: dict[BrowserScreen, int] = field(default_factory=dict)  # when those that have gone were there last
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def came(self, line: str, screen: BrowserScreen) -> None:
        with self._lock:
            self._leave(line)
            self.open[line] = screen

    def left(self, line: str) -> None:
        with self._lock:
            self._leave(line)

    def _leave(self, line: str) -> None:
        screen = self.open.pop(line, None)
        if screen:
            self.last.pop(screen, None)
            self.last[screen] = self.clock()
            if len(self.last) > MOST:
                del self.last[next(iter(self.last))]

    def seen(self) -> dict[BrowserScreen, tuple[bool, int]]:
        """Each page with whether it is open, and when it was last."""
        with self._lock:
            day_ago = self.clock() - DAY
            gone = {screen: (False, at) for screen, at in self.last.items() if at > day_ago}
            return gone | {screen: (True, self.clock()) for screen in self.open.values()}


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
