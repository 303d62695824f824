"""What the kiosk does by itself, over and over: look at the hall, merge, borrow numbers, report devices, do a manager's wishes, enrol.

One thread, one thing after the other, each with a short budget; nobody before the screen ever waits for it.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, cast

from config.enrolment import Enrolment, Granted, NoCode, Shown
from config.link import Away, HallAnswer, Refused
from drivers.contract import OK, Status

from .attendant import Attendant
from .numbers import Numbers, ticket_of

log = logging.getLogger(__name__)

LOOK = 3.0  # seconds between two looks at the hall
AWAY = 2.0  # the same while the server is away
BEAT = 4.0  # the machine's own heartbeat
REPORT = 30.0  # all devices again
DAYS = 7  # for so many days ahead a loan is kept
RESTART = 75  # exit status after which the service manager starts the kiosk again


class Rounds:
    """`step(now)` does what is due, in seconds of any steady clock; `start()` repeats it in a thread. `leave(status)` ends the process."""

    def __init__(
        self,
        attendant: Attendant,
        numbers: Numbers,
        *,
        kiosk: str,
        loan: int = 100,
        keep_token: Callable[[str], None] = lambda token: None,
        leave: Callable[[int], None] = lambda status: None,
        clock: Callable[[], float] = time.monotonic,
    ):
        self.attendant, self.numbers, self.kiosk, self.loan = attendant, numbers, kiosk, loan
        self._keep_token, self._leave, self._clock = keep_token, leave, clock
        self._due: dict[str, float] = {}
        self._told: dict[str, tuple[str, str]] = {}
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._enrolment = Enrolment(self._post_enrolment, "kiosk")
        self._cached: Any = None
        self._unchecked = True  # whether the server still knows our loans
        self.numbers.spool.belongs_to(kiosk)
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self.numbers.spool.interrupted_commands()
        self._thread = threading.Thread(target=self._run, name="kiosk-rounds", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        self._wake.set()
        if self._thread:
            self._thread.join(5)

    def wake(self) -> None:
        """Something has changed that the server should hear of now."""
        self._wake.set()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self.step(self._clock())
            except Exception:
                log.exception("a round failed")  # the next one is in half a second
            self._wake.wait(0.5)
            self._wake.clear()

    # ---------------------------------------------------------------- one round

    def step(self, now: float) -> None:
        if not self.numbers.client.token:
            self._enrol(now)
            return
        try:
            if self._is_due("look", now, LOOK if self.numbers.online else AWAY):
                self._look()
            if not self.numbers.online:
                self._unchecked = True
                return
            if self._unchecked:
                if self.numbers.check_loans(self.kiosk):  # without others in their place the next absence would find it empty-handed
                    self._due = {what: at for what, at in self._due.items() if not what.startswith("lend")}
                self._unchecked = False
            self._merge()
            self.numbers.tell_online()
            if self._is_due("lend", now, 10):
                self._lend()
            self._report(now)
            self._tell_results()
            if self._is_due("tidy", now, 3600):
                self.numbers.spool.tidy(self.numbers.day())
        except Away as away:
            self._unchecked = True
            log.debug("the server is away: %s", away)
        except Refused as refused:
            if refused.unknown_token:
                log.warning("the server does not know this kiosk: %s", refused.detail)
                self.attendant.hear("unknown_kiosk", message={"code": "unknown_kiosk"})
                self.numbers.client.token = ""
            else:
                log.warning("refused by the server: %s %s", refused.code, refused.detail)

    def _is_due(self, what: str, now: float, every: float) -> bool:
        if now < self._due.get(what, now):
            return False
        self._due[what] = now + every
        return True

    def _look(self) -> None:
        client = self.numbers.client
        asked = self._clock()
        hall = self.numbers.ask(lambda: client.get("/hall", budget=2)).data
        took = self._clock() - asked
        if isinstance(hall.get("now"), str):
            client.heard(datetime.fromisoformat(hall["now"].replace("Z", "+00:00")).timestamp(), took)
        services = self.numbers.ask(lambda: client.get("/services", budget=2)).data["items"]
        self.learn(hall, services, self._packages())

    def _packages(self) -> list[dict[str, Any]]:
        """一件事 that the hall offers now; an older server knows none."""
        try:
            return self.numbers.ask(lambda: self.numbers.client.get("/packages", budget=2)).data["items"]
        except Refused as refused:
            if refused.status != 404:
                raise
            return []

    def learn(self, hall: dict[str, Any], services: list[dict[str, Any]], packages: Sequence[dict[str, Any]] = ()) -> None:
        if hall.get("timezone"):
            self.numbers.set_zone(hall["timezone"])
        left = self.numbers.left()
        self.attendant.know(
            lambda world: replace(
                world,
                hall=hall,
                services=tuple(services),
                packages=tuple(packages),
                online=self.numbers.online,
                url=str(hall.get("public_url") or self.numbers.client.url).rstrip("/"),
                left=left,
            )
        )
        if abs(self.numbers.client.ahead - (self.numbers.spool.recall("ahead") or 0)) > 2:
            self.numbers.spool.remember("ahead", round(self.numbers.client.ahead, 3))
        packages = [p | {"can": None} for p in packages]
        lasting = [hall | {"now": str(hall.get("now", ""))[:10]}, [s | {"waiting": None, "wait": None} for s in services], packages]
        if lasting != self._cached:  # for a start without a server
            self._cached = lasting
            self.numbers.spool.remember("hall", hall)
            self.numbers.spool.remember("services", lasting[1])
            self.numbers.spool.remember("packages", packages)

    def recall(self) -> None:
        """At start: the hall as it was last seen, so that a kiosk can begin a morning alone."""
        self.numbers.client.ahead = self.numbers.spool.recall("ahead") or 0.0  # a clock that is wrong stays so over a restart
        hall, services = self.numbers.spool.recall("hall"), self.numbers.spool.recall("services")
        if hall and services:
            self.learn(hall, services, self.numbers.spool.recall("packages") or ())

    def _merge(self) -> None:
        if taken := self.numbers.merge(self.kiosk):
            log.info("%d numbers given alone are with the server now", taken)

    def _lend(self) -> None:
        today = date.fromisoformat(self.numbers.day())
        wanted = {s["code"] for s in self.attendant.world.services}
        for ahead in range(DAYS + 1):
            day = (today + timedelta(days=ahead)).isoformat()
            left = self.numbers.spool.left(day)
            enough = self.loan // 2 if ahead == 0 else 1
            if any(left.get(code, 0) < enough for code in wanted) and self._is_due(f"lend {day}", self._clock(), 60):
                self.numbers.lend(self.kiosk, day, self.loan)
        left = self.numbers.left()
        self.attendant.know(lambda world: replace(world, left=left))

    # ---------------------------------------------------------------- devices and wishes

    def _report(self, now: float) -> None:
        everything = self._is_due("report", now, REPORT)
        for name, status in self.attendant.world.devices.items():
            if everything or self._told.get(name) != (status.state, status.code):
                self._post(name, status)
        machine = self._machine()
        if self._is_due("beat", now, BEAT) or self._told.get("kiosk") != (machine.state, machine.code):
            answer = self._post("kiosk", machine)
            for command in answer.get("commands") or ():
                self._do(command)
            helped = answer.get("help")
            if helped and helped.get("answered") and self.attendant.session.help:
                self.attendant.hear("answered", help=self.attendant.session.help | {"answered": True})

    def _post(self, name: str, status: Status) -> dict[str, Any]:
        body = {"device": name, "kind": name} | status.report()
        answer = self.numbers.ask(lambda: self.numbers.client.post(f"/devices/{self.kiosk}/state", body, budget=2)).data
        self._told[name] = (status.state, status.code)
        return cast("dict[str, Any]", answer) if isinstance(answer, dict) else {}

    def _machine(self) -> Status:
        """How the kiosk itself is: trouble where a number is in nobody's line, or none could be given alone."""
        counts = self.numbers.spool.counts()
        if counts["refused"]:
            return Status(state="trouble", code="not_merged", facts={"count": counts["refused"]})
        if self.numbers.spool.broken:
            return Status(state="trouble", code="spool_broken")
        return OK

    def _do(self, command: dict[str, Any]) -> None:
        """A manager's wish, once; its id is on the disk before it is done."""
        if not self.numbers.spool.begin_command(command["id"], int(self.numbers.client.now() * 1000)):
            return
        ok, detail = False, "unknown"
        if command["do"] == "reprint":
            ok, detail = self._reprint(command.get("ticket") or "")
        elif command["do"] == "restart":
            ok, detail = True, ""
        self.numbers.spool.end_command(command["id"], ok, detail)
        self._tell_results()
        if command["do"] == "restart":
            log.warning("restarting, as the manager wished")
            self._leave(RESTART)

    def _reprint(self, id: str) -> tuple[bool, str]:
        try:
            ticket = ticket_of(self.numbers.ask(lambda: self.numbers.client.post(f"/tickets/{id}/reprints", budget=2)).data)
        except (Away, Refused) as error:
            return False, str(error)
        message = self.attendant.print(ticket, language=ticket.get("language") or "zh", again=True)
        return (True, "") if message is None else (False, message["code"])

    def _tell_results(self) -> None:
        for result in self.numbers.spool.untold_commands():
            body = {"ok": result["ok"], "detail": result["detail"]}
            try:
                self.numbers.ask(lambda b=body, r=result: self.numbers.client.post(f"/devices/{self.kiosk}/commands/{r['id']}/result", b))
            except Refused as refused:
                log.warning("the result of a wish was not taken: %s", refused.code)
            self.numbers.spool.told_command(result["id"])

    # ---------------------------------------------------------------- enrolment

    def _enrol(self, now: float) -> None:
        """Shows a code until a manager has typed it."""
        match self._enrolment.step(self.kiosk, now):
            case Shown(code, expires_at):
                self.attendant.hear("unknown_kiosk", message={"code": "unknown_kiosk"})
                self.attendant.hear("enrol", enrol={"code": code, "expires_at": expires_at}, message={"code": "unknown_kiosk"})
            case NoCode(why):
                log.info("no enrolment now: %s", why)
                self.attendant.hear("unknown_kiosk", message={"code": "unknown_kiosk"})
            case Granted(token, name):
                self.numbers.client.token = token
                self._keep_token(token)
                self.kiosk = name
                self.numbers.spool.remember("name", self.kiosk)
                self.numbers.spool.belongs_to(self.kiosk)
                self.attendant.know(lambda world: replace(world, kiosk=self.kiosk))
                self._due.clear()
                self.attendant.hear("enrolled")
            case None:
                pass

    def _post_enrolment(self, path: str, body: dict[str, Any]) -> HallAnswer:
        return self.numbers.ask(lambda: self.numbers.client.post(path, body, budget=2))

    def new_code(self) -> None:
        """The person at the screen wants a fresh code."""
        self.attendant.new_code()
        self._enrolment.again()
        self.wake()
