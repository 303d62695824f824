"""How this machine's devices are, told to the hall: each change at once, all of them again and again; and what the hall wishes in return.

docs/kiosk-door.md §4. It decides nothing of the hall and opens no device.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from config.link import Away, HallClient, Refused
from drivers.contract import OK, Status

log = logging.getLogger("hall.display.machine")

BEAT = 4.0  # seconds between two beats of the machine itself: a wish arrives within five
ALL = 30.0  # seconds until every device is told again
RESTART = 75  # exit status: the service manager starts the process again


@dataclass(frozen=True)
class WatchedState:
    kind: str
    status: Status


class Reports:
    """One thread for all devices. `set` never waits."""

    def __init__(
        self,
        link: HallClient,
        name: str,
        *,
        leave: Callable[[int], None],
        beat: float = BEAT,
        every: float = ALL,
        clock: Callable[[], float] = time.monotonic,
    ):
        self._link, self._name, self._leave = link, name, leave
        self._beat, self._all, self._clock = beat, every, clock
        self._devices: dict[str, WatchedState] = {}
        self._changed: dict[str, None] = {}  # in the order in which they changed
        self._some = threading.Condition()
        self._over = False
        self._away, self._refused = False, ""  # what the log has said already
        self._thread = threading.Thread(target=self._run, name="reports", daemon=True)

    def start(self) -> Reports:
        self._thread.start()
        return self

    def close(self) -> None:
        with self._some:
            self._over = True
            self._some.notify()
        if self._thread.is_alive():
            self._thread.join(2)

    def set(self, device: str, kind: str, status: Status) -> None:
        with self._some:
            known = self._devices.get(device)
            self._devices[device] = WatchedState(kind, status)
            if known is None or (known.status.state, known.status.code) != (status.state, status.code):
                self._changed[device] = None
                self._some.notify()

    def call_it(self, name: str) -> None:
        """The machine bears another name from now on: everything is told anew."""
        with self._some:
            self._name, self._whole = name, self._clock()
            self._some.notify()

    def states(self) -> dict[str, WatchedState]:
        with self._some:
            return dict(self._devices)

    def _run(self) -> None:
        self._whole = beat = self._clock()  # both are due now
        while True:
            with self._some:
                due = min(beat, self._whole) if not self._away else beat
                self._some.wait_for(lambda: self._over or self._changed and not self._away, timeout=max(0.0, due - self._clock()))
                if self._over:
                    return
                now = self._clock()
                if now >= self._whole:
                    self._whole = now + self._all
                    self._changed |= dict.fromkeys(self._devices)
                told = [(device, self._devices[device]) for device in self._changed]
                self._changed.clear()
            if now >= beat:
                beat = now + self._beat
                told.insert(0, ("display", WatchedState("display", OK)))
            self._tell(told)

    def _tell(self, told: list[tuple[str, WatchedState]]) -> None:
        """Tells them in turn; those that did not arrive are told again with the next beat."""
        for place, (device, one) in enumerate(told if self._link.token else ()):
            try:
                answer = self._link.post(f"/devices/{self._name}/state", body_of(device, one), repeat=False).data
                if self._away:  # the hall may have taken all of us for silent meanwhile
                    self._away, self._whole = False, self._clock()
            except Away as away:
                if not self._away:
                    log.warning("the states of devices do not reach the hall: %s", away)
                self._away = True
                with self._some:
                    self._changed = dict.fromkeys(d for d, _ in told[place:] if d in self._devices) | self._changed
                return
            except Refused as no:
                if no.code != self._refused:
                    log.warning("the hall refuses the states of devices: %s", no)
                self._refused = no.code
                if no.unknown_token:  # it was revoked: the machine asks to be let in again
                    self._link.token = ""
                continue
            self._refused = ""
            said: dict[str, Any] = answer or {}
            for command in said.get("commands", ()):
                self._obey(command)

    def _obey(self, command: dict[str, Any]) -> None:
        """First told, then done: a restart that was not told would be asked for again, for ever."""
        restart = command.get("do") == "restart"
        result = {"ok": restart, "detail": "" if restart else f"a display cannot {command.get('do')}"}
        try:
            self._link.post(f"/devices/{self._name}/commands/{command['id']}/result", result, repeat=False)
        except (Away, Refused) as error:
            log.warning("the command %s could not be answered, so it waits: %s", command.get("id"), error)
            return
        if restart:
            log.info("a manager asked for a restart")
            self._leave(RESTART)


def body_of(device: str, one: WatchedState) -> dict[str, Any]:
    return {"device": device, "kind": one.kind} | one.status.report()
