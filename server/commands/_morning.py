"""A morning of invented visitors and clerks for `hall demo`: they use the open interface as anybody would, and know nothing else.

A matter takes about as long as its service says; `hall demo` lets the whole hall work faster by saying shorter times.
"""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable

import urllib3

from config import paths

log = logging.getLogger("hall.demo")
ABSENT, BACK, PAUSES, PLEASED = 0.08, 0.6, 0.03, 0.7  # shares: miss their call, come back, clerk pauses, evaluate
REASONS = ("elderly", "disabled", "pregnant", "military")


class Api:
    """JSON over HTTP: `call("POST", "/tickets", {...})` -> (status, answer). Status 0 where nobody answers."""

    def __init__(self, base: str, token: str = "", timeout: float = 5.0):
        self.base, self.token = base.rstrip("/"), token
        self._pool = urllib3.PoolManager(maxsize=8, timeout=timeout, retries=False)

    def call(self, method: str, path: str, body: dict | None = None) -> tuple[int, dict]:
        headers = {"Accept-Language": "en"} | ({"Authorization": f"Bearer {self.token}"} if self.token else {})
        try:
            answer = self._pool.request(method, self.base + path, headers=headers, **({} if body is None else {"json": body}))
            found = answer.json() if answer.data else {}
        except (urllib3.exceptions.HTTPError, ValueError):
            return 0, {}
        return answer.status, found if isinstance(found, dict) else {}


class Morning:
    """`desk` is an Api that may issue; `windows` maps a window's number to an Api that may work there.

    `kiosk`, where given, is an Api at the kiosk's own door: now and then a visitor touches through its pages and takes paper.
    """

    def __init__(self, desk: Api, windows: dict[str, Api], *, every: float, seed: int = 1, kiosk: Api | None = None):
        self.desk, self.windows, self.kiosk = desk, windows, kiosk
        self.phone = Api(desk.base)  # somebody without a token
        self.every = every
        self.random = random.Random(seed)
        self.stopped = threading.Event()
        self.served = self.issued = self.slips = 0
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        jobs: list[Callable[[], None]] = [self._arrivals, *(lambda no=no: self._clerk(no) for no in self.windows)]
        if self.kiosk:
            jobs.append(self._touches)
        self._threads = [threading.Thread(target=job, name="morning", daemon=True) for job in jobs]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self.stopped.set()
        for thread in self._threads:
            thread.join(10)

    # -- visitors

    def _arrivals(self) -> None:
        for _ in range(3 * len(self.windows)):  # who was at the door before it opened
            self._arrive()
        while not self.stopped.wait(self.random.expovariate(1 / self.every)):
            self._arrive()

    def _arrive(self) -> None:
        _, found = self.desk.call("GET", "/api/v1/services")
        services = [s["code"] for s in found.get("items", ())]
        if not services:
            return
        body = {"service": self.random.choice(services), "channel": "kiosk"}
        if self.random.random() < 0.06:
            body |= {"class": "green", "reason": self.random.choice(REASONS)}
        if self.random.random() < 0.1:
            body["language"] = "en"
        status, answer = self.desk.call("POST", "/api/v1/tickets", body)
        self.issued += status == 201
        if status not in (0, 201):
            log.debug("no number: %s", answer.get("detail"))

    def _touches(self) -> None:
        """Somebody at the kiosk, when nobody of flesh and blood stands there."""
        kiosk = self.kiosk
        while kiosk and not self.stopped.wait(self.random.uniform(2, 4) * self.every):
            _, state = kiosk.call("GET", "/state")
            if state.get("screen") != "idle":
                continue
            open_ones = [s["code"] for s in state.get("services", ()) if s.get("can", True)]
            if not open_ones:
                continue
            for path, body in (("/start", {"way": "none"}), ("/choose", {"service": self.random.choice(open_ones)}), ("/confirm", {})):
                status, _ = kiosk.call("POST", path, body)
                if status != 200 or self.stopped.wait(1.5):
                    break
            else:
                self.slips += 1
            if not self.stopped.wait(4):
                kiosk.call("POST", "/cancel", {})

    # -- clerks

    def _clerk(self, no: str) -> None:
        api, chance = self.windows[no], random.Random(f"{no}")
        while not self.stopped.wait(0.2):
            if chance.random() < PAUSES:
                self._pause(api, no)
            status, ticket = api.call("POST", f"/api/v1/windows/{no}/calls", {})
            if status != 201:
                self.stopped.wait(1.0 if status == 204 else 3.0)
                continue
            self._serve(api, no, ticket.get("ticket", ticket), chance)

    def _serve(self, api: Api, no: str, ticket: dict, chance: random.Random) -> None:
        path = f"/api/v1/tickets/{ticket['id']}"
        if chance.random() < ABSENT:
            for _ in range(2):
                self.stopped.wait(4)
                api.call("POST", f"{path}/calls", {})
            self.stopped.wait(4)
            api.call("POST", f"{path}/miss", {})
            if chance.random() < BACK:
                threading.Timer(15, lambda: self.stopped.is_set() or api.call("POST", f"{path}/return", {})).start()
            return
        if self.stopped.wait(chance.uniform(2, 5)):
            return
        status, answer = api.call("POST", f"{path}/service", {})
        if status != 201:
            log.debug("window %s: %s", no, answer.get("detail"))
            return
        if self.stopped.wait(chance.lognormvariate(0, 0.5) * 60 * self._minutes(ticket["service"])):
            return
        outcome = "done" if chance.random() < 0.93 else "incomplete"
        status, answer = api.call("POST", f"{path}/completion", {"outcome": outcome})
        self.served += status == 201
        token = (answer.get("evaluation") or {}).get("token")
        if token and chance.random() < PLEASED:
            grade = chance.choices((5, 4, 3, 2, 1), (70, 20, 6, 3, 1))[0]
            threading.Timer(3, lambda: self.stopped.is_set() or self._evaluate(token, grade)).start()

    def _evaluate(self, token: str, grade: int) -> None:
        self.phone.call("POST", "/api/v1/evaluations", {"token": token, "grade": grade, "anonymous": True})

    def _minutes(self, service: str) -> float:
        if not hasattr(self, "_usual"):
            _, found = self.desk.call("GET", "/api/v1/services")
            self._usual = {s["code"]: s.get("minutes") or 8 for s in found.get("items", ())}
        return self._usual.get(service, 8)

    def _pause(self, api: Api, no: str) -> None:
        api.call("PUT", f"/api/v1/windows/{no}/state", {"state": "paused", "reason": paths.demo()["hall"]["pause"]})
        self.stopped.wait(12)
        api.call("PUT", f"/api/v1/windows/{no}/state", {"state": "open"})
