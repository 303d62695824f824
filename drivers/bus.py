"""One half-duplex line that several devices share (RS-485): one writer, a gap before every frame, nobody waits for it. No protocol here.

What a device wants to say is its *plan*; a newer plan of the same device replaces what has not been sent, so after an outage each bar
gets what it should show now and not the history. A write that fails is tried twice more and then left; the next plan tries anew.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Hashable, Iterable
from typing import Any

from . import ports
from .backoff import Backoff
from .contract import STARTING, DeviceAbsent, DeviceError, Status

log = logging.getLogger(__name__)

GAP = 0.02  # seconds of silence before a frame, so that the other side has let go of the line
TRIES = 3
LISTEN = 1.0 if os.name == "posix" else 0.05  # seconds of waiting for a key; a new plan ends it, but not always on Windows

# A line that can be opened is no proof that somebody listens at its end.
UNANSWERED = Status(state="unknown", code="unanswered")

_shared: dict[str, tuple[Bus, int]] = {}
_sharing = threading.Lock()


def shared(url: str, **settings: Any) -> Bus:
    """The one bus of this address; each user closes it, the last one ends it."""
    with _sharing:
        bus, users = _shared.get(url) or (Bus(lambda: ports.open(url, **settings), name=url, gap=float(settings.get("gap", GAP))), 0)
        _shared[url] = bus, users + 1
        return bus


def release(bus: Bus) -> None:
    with _sharing:
        bus_url = bus.name
        known, users = _shared.get(bus_url, (None, 0))
        if known is bus and users > 1:
            _shared[bus_url] = bus, users - 1
            return
        if known is bus:
            del _shared[bus_url]
    bus.close()


class Bus:
    def __init__(
        self,
        connect: Callable[[], ports.Port],
        *,
        name: str = "bus",
        gap: float = GAP,
        pauses: tuple[float, ...] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ):
        if gap < GAP:
            raise ValueError(f"The gap on a half-duplex line is at least {GAP} s, not {gap}.")
        self.name = name
        self._connect, self._gap, self._backoff, self._clock = connect, gap, Backoff(pauses), clock
        self._plans: dict[Hashable, deque[tuple[float, bytes]]] = {}
        self._replies: deque[tuple[float, bytes]] = deque()
        self._listeners: list[Callable[[bytes], None]] = []
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._port: ports.Port | None = None
        self._quiet_since = -1e9
        self._status = STARTING
        self._thread = threading.Thread(target=self._run, name=f"bus {name}", daemon=True)
        self._thread.start()

    def plan(self, key: Hashable, frames: Iterable[tuple[float, bytes]]) -> None:
        """What `key` is to be told: frames, each after so many seconds from now. Returns at once."""
        now = self._clock()
        with self._lock:
            self._plans.pop(key, None)  # goes to the end of the line
            self._plans[key] = deque((now + after, data) for after, data in frames)
        self._wake()

    def reply(self, data: bytes, within: float = 0.5) -> None:
        """An answer to what was just heard: before all plans, and not at all once it is late."""
        with self._lock:
            self._replies.append((self._clock() + within, data))
        self._wake()

    def listen(self, heard: Callable[[bytes], None]) -> None:
        self._listeners.append(heard)

    def deafen(self, heard: Callable[[bytes], None]) -> None:
        if heard in self._listeners:
            self._listeners.remove(heard)

    def status(self) -> Status:
        return self._status

    def close(self) -> None:
        self._stop.set()
        self._wake()
        self._thread.join(3)

    def _wake(self) -> None:
        port = self._port
        if port is not None:
            port.wake()

    # the thread

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                port = self._connect()
            except DeviceError as error:
                self._failed(error)
                self._stop.wait(self._backoff.pause())
                continue
            self._backoff.reset()
            self._status = UNANSWERED
            self._port = port
            try:
                while not self._stop.is_set():
                    self._turn(port)
            except DeviceError as error:
                self._failed(error)
            finally:
                self._port = None
                port.close()

    def _turn(self, port: ports.Port) -> None:
        job = self._next()
        if job is None:
            self._hear(port, self._idle())
            return
        plan, key, due, data = job
        while (wait := self._quiet_since + self._gap - self._clock()) > 0:
            self._hear(port, wait)
        try:
            self._write(port, data)
        except DeviceAbsent:
            self._put_back(plan, key, due, data)
            raise
        self._quiet_since = self._clock()

    def _write(self, port: ports.Port, data: bytes) -> None:
        for left in reversed(range(TRIES)):
            try:
                port.write(data, 1.0)
                return
            except DeviceAbsent:
                raise
            except DeviceError as error:
                if not left:
                    self._failed(error)
                    return
                self._stop.wait(self._gap)

    def _idle(self) -> float:
        """Seconds until something is to be sent, and no more than LISTEN."""
        with self._lock:
            due = min((plan[0][0] for plan in self._plans.values()), default=None)
        return LISTEN if due is None else min(LISTEN, max(0.0, due - self._clock()))

    def _hear(self, port: ports.Port, seconds: float) -> None:
        data = port.read(seconds)
        if not data:
            return
        self._quiet_since = self._clock()
        for heard in tuple(self._listeners):
            try:
                heard(data)
            except Exception:  # noqa: BLE001 — a listener's mistake must not silence the whole line
                log.exception("a listener of the line %s failed", self.name)

    def _next(self) -> tuple[deque[tuple[float, bytes]] | None, Hashable, float, bytes] | None:
        now = self._clock()
        with self._lock:
            while self._replies:
                until, data = self._replies.popleft()
                if until >= now:
                    return None, None, until, data
            due = [(plan[0][0], key) for key, plan in self._plans.items() if plan and plan[0][0] <= now]
            if not due:
                return None
            at, key = min(due, key=lambda pair: pair[0])
            plan = self._plans[key]
            _, data = plan.popleft()
            if not plan:
                del self._plans[key]
            return plan, key, at, data

    def _put_back(self, plan: deque[tuple[float, bytes]] | None, key: Hashable, due: float, data: bytes) -> None:
        """The line broke while this was being sent: it is sent first when the line is back, unless a newer plan has taken its place."""
        with self._lock:
            if plan is not None and self._plans.get(key, plan) is plan:
                plan.appendleft((due, data))
                self._plans[key] = plan

    def _failed(self, error: DeviceError) -> None:
        self._status = error.status()
