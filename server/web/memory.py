"""What the server keeps in memory of machines: when they were last heard of, which pages are open, and who asks to be let in."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

SILENT_AFTER = 15_000  # ms
LASTS = 600_000  # ms
MINUTE = 60_000
HOUR = 3_600_000
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


TRIES = 4  # times as many wrong passwords from one address, whatever the names, as of one name
PACE = 2  # times as many in a minute of one name, from addresses where it has never been signed in
KNOWN = 16  # addresses remembered of one name
MOST_TRIED = 10_000  # addresses and names


@dataclass
class Attempts:
    """Wrong passwords of late, by the address they came from and by the name. Asked before a password is hashed, which takes its time.
    Names are kept as fingerprints: what is typed as a name may be a password. A restart forgets them.
    """

    clock: Callable[[], int]
    failures: int
    lockout: int  # s
    _wrong: dict[tuple[str, str], deque[int]] = field(default_factory=dict)  # (what is counted, key) -> instants
    _known: dict[str, deque[str]] = field(default_factory=dict)  # name -> addresses
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, address: str, name: str) -> bool:
        """Counts an attempt; False where it comes too soon. Many at one moment are counted before any of them is answered."""
        with self._lock:
            now, ago = self.clock(), self.lockout * 1000
            self._recent("both", f"{address} {name}", now - ago).append(now)
            here = self._recent("address", address, now - ago)
            pace = self._recent("name", name, now - MINUTE)
            stranger = address not in self._known.get(name, ())
            if len(here) >= TRIES * self.failures or (stranger and len(pace) >= PACE * self.failures):
                return False
            here.append(now)
            pace.append(now)
            return True

    def right(self, address: str, name: str) -> None:
        """It was the right password after all, and is not counted; the wrong ones before it stay."""
        with self._lock:
            for kind, key in (("both", f"{address} {name}"), ("address", address), ("name", name)):
                if times := self._wrong.get((kind, key)):
                    times.pop()

    def good(self, address: str, name: str) -> None:
        """The whole sign-in was right."""
        with self._lock:
            self._wrong.pop(("both", f"{address} {name}"), None)
            known = self._known.setdefault(name, deque(maxlen=KNOWN))
            if address not in known:
                known.append(address)

    def locked(self, address: str, name: str) -> bool:
        """As a name of the hall's would be that was tried from there so often; so nobody learns which names there are."""
        with self._lock:
            return len(self._recent("both", f"{address} {name}", self.clock() - self.lockout * 1000)) > self.failures

    def _recent(self, kind: str, key: str, since: int) -> deque[int]:
        if len(self._wrong) > MOST_TRIED:
            newest = max(self.lockout * 1000, MINUTE)
            self._wrong = {k: t for k, t in self._wrong.items() if t and t[-1] > self.clock() - newest}
        times = self._wrong.setdefault((kind, key), deque())
        while times and times[0] <= since:
            times.popleft()
        return times


@dataclass
class Bookings:
    """Bookings of late that were asked for without a sign-in, by the address they came from. A restart forgets them."""

    clock: Callable[[], int]
    _asked: dict[str, deque[int]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, address: str, most: int) -> bool:
        """Counts one; False where `most` were asked for within the hour before (0: any number may be)."""
        with self._lock:
            hour_ago = self.clock() - HOUR
            if len(self._asked) > MOST_TRIED:
                self._asked = {a: times for a, times in self._asked.items() if times[-1] > hour_ago}
            times = self._asked.setdefault(address, deque())
            while times and times[0] <= hour_ago:
                times.popleft()
            if most and len(times) >= most:
                return False
            times.append(self.clock())
            return True


@dataclass
class Used:
    """How many came for each service in the four weeks before a day: the same all day long, so that no key moves under a finger.
    `count(first, last)` counts them."""

    count: Callable[[str, str], Mapping[str, int]]
    _day: str = ""
    _found: Mapping[str, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of_late(self, day: str) -> Mapping[str, int]:
        """service -> numbers taken, by the days before `day`."""
        with self._lock:
            if day != self._day:
                first, last = (date.fromisoformat(day) - timedelta(days=n) for n in (28, 1))
                self._day, self._found = day, self.count(first.isoformat(), last.isoformat())
            return self._found


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
