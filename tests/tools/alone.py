"""Cuts the network and kills server and kiosk at random points, and counts (`hall torture alone`).

No number may be lost, none given twice, and nobody may hold two.

Real processes on one machine: `hall server`, a kiosk with a paper that is a file, and between them a network that can be cut. A visitor
comes through the kiosk's own door, and goes when a number is on the screen or on paper.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import random
import re
import select
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from server.commands._own import free_port

SERVICES = ("social", "tax")
HALL = """
[hall]
code = "33100200000001"
name = "受考验的大厅"
[[services]]
code = "social"
name = "社保"
prefix = "A"
[[services]]
code = "tax"
name = "税务"
prefix = "B"
[[windows]]
no = "1"
services = ["social", "tax"]
"""
FAULTS = (
    "none", "none", "cut", "hole", "lose answer", "cut while asking", "kill server", "kill server and cut", "kill kiosk",
    "kill kiosk at a step", "kill kiosk at a step, alone", "kill both", "back", "half open", "slow", "freeze server", "freeze kiosk",
)  # fmt: skip
STEPS = (
    "asking", "answered", "taken, not kept", "kept, not committed", "committed", "paper next", "paper out", "merged there, not here",
    "answered, not committed",
)  # fmt: skip
PER_BYTE = 0.002  # s: a request and its answer take longer than the kiosk waits
ROOT = Path(__file__).resolve().parents[2]
HOME = os.environ | {"PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "tests")))}
NO_ANSWER = (OSError, ValueError, http.client.HTTPException)
PAPER = re.compile(rb"\x1d!.([A-Z]{1,4}\d{3,})\n")  # the number as the printer's text mode sends it


# ---------------------------------------------------------------- a network that can be cut


class Network:
    """A TCP relay. `way`: "open", "cut" (refused), "hole" (swallowed), "lose answer" (the request arrives, then the line is cut),
    "half open" (the request arrives, the line stays and nothing ever comes back), "slow" (each byte by itself, PER_BYTE apart)."""

    def __init__(self, target: int):
        self.target, self.way = target, "open"
        self._lock = threading.Lock()
        self._pairs: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def set(self, way: str) -> None:
        self.way = way
        if way != "open":
            with self._lock:
                pairs, self._pairs = self._pairs, set()
            if way == "cut":
                for s in pairs:
                    reset(s)

    def close(self) -> None:
        self._listener.close()
        self.set("cut")

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            if self.way == "cut":
                reset(client)
            else:
                threading.Thread(target=self._relay, args=(client,), daemon=True).start()

    def _relay(self, client: socket.socket) -> None:
        try:
            server = socket.create_connection(("127.0.0.1", self.target), 2)
        except OSError:
            reset(client)
            return
        with self._lock:
            self._pairs |= {client, server}
        try:
            while True:
                ready, _, _ = select.select([client, server], [], [], 30)
                if not ready:
                    return
                for source in ready:
                    data = source.recv(65536)
                    if not data:
                        return
                    if self.way == "cut" or source is server and self.way == "lose answer":
                        return
                    if self.way != "hole" and not (self.way == "half open" and source is server):
                        self._hand_on(data, server if source is client else client)
        except (OSError, ValueError):
            return
        finally:
            with self._lock:
                self._pairs -= {client, server}
            reset(client)
            reset(server)

    def _hand_on(self, data: bytes, to: socket.socket) -> None:
        at = 0
        while self.way == "slow" and at < len(data):
            to.sendall(data[at : at + 1])
            at += 1
            time.sleep(PER_BYTE)
        to.sendall(data[at:])


def reset(s: socket.socket) -> None:
    with contextlib.suppress(OSError):
        s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
    with contextlib.suppress(OSError):
        s.close()


# ---------------------------------------------------------------- processes


class Machine:
    """A process of ours that can be killed at any moment and started again."""

    def __init__(self, name: str, command: list[str], url: str, log: Path, **environment: str):
        self.name, self.command, self.url, self.log, self.environment = name, command, url, log, environment
        self.process: subprocess.Popen | None = None
        self.deaths, self.frozen = 0, False
        self._lock = threading.Lock()

    def start(self, **environment: str) -> None:
        with self._lock, self.log.open("ab") as log:
            self.frozen = False
            self.process = subprocess.Popen(
                self.command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, env=HOME | self.environment | environment
            )

    def wait(self, seconds: float = 120.0) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with contextlib.suppress(*NO_ANSWER):
                urllib.request.urlopen(self.url, timeout=2).read()
                return
            if not self.alive:
                raise Broken(f"{self.name} ended; see {self.log}")
            time.sleep(0.05)
        raise Broken(f"{self.name} did not come up in {seconds:.0f} s; see {self.log}")

    @property
    def alive(self) -> bool:
        process = self.process
        return process is not None and process.poll() is None

    def freeze(self) -> None:
        """It does nothing from now on, and its connections stay open."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: int) -> None:
        with self._lock:
            if self.alive and self.process is not None:
                self.frozen = number == signal.SIGSTOP
                for pid in (self.process.pid, *children(self.process.pid)):
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, number)

    def kill(self) -> None:
        """With -9; also what has ended by itself is put away and counted."""
        with self._lock:
            process, self.process = self.process, None
        if process is not None:
            process.kill()
            process.wait()
            self.deaths += 1


def children(pid: int) -> list[int]:
    """The processes that one has started, from whichever of its threads."""
    found: list[int] = []
    with contextlib.suppress(OSError):
        for thread in os.listdir(f"/proc/{pid}/task"):
            found += map(int, Path(f"/proc/{pid}/task/{thread}/children").read_text().split())
    return found


class Broken(AssertionError):
    """Something that must hold does not."""


@dataclass
class Visitor:
    no: int
    service: str
    seen: list[tuple[str, str]] = field(default_factory=list)  # (number, where)
    holds: str = ""

    @property
    def phone(self) -> str:
        return f"138{self.no // 10_000:04d}{self.no % 10_000:04d}"


class Torture:
    """`folder` is new. `rounds()` yields what happened in each; `settle()` puts all together again and counts."""

    def __init__(self, folder: Path, *, seed: int = 0):
        self.folder, self.random = folder, random.Random(seed)
        folder.mkdir(parents=True)
        self.visitors: list[Visitor] = []
        self.faults: Counter[str] = Counter()
        self.data, self.paper = folder / "data", folder / "paper"
        self.paper.touch()
        self._read = 0  # how much of the paper has been looked at
        server_port, kiosk_port = free_port(), free_port()
        self.network = Network(server_port)
        (folder / "hall.toml").write_text(HALL, encoding="utf-8")
        (folder / "server.toml").write_text(
            f'[server]\nport = {server_port}\nthreads = 20\n[hall]\nfile = "hall.toml"\n[voice]\nengine = "none"\n'
        )
        hall = [sys.executable, "-m", "hallfloor"]
        self.server = Machine(
            "server",
            [*hall, "server", "--config", str(folder / "server.toml"), "--data", str(self.data)],
            f"http://127.0.0.1:{server_port}/readyz",
            folder / "server.log",
        )
        self.server.start()
        self.server.wait()
        made = subprocess.run(
            [*hall, "token", "--data", str(self.data), "--role", "kiosk", "--name", "k1"],
            env=HOME,
            capture_output=True,
            text=True,
            check=True,
        )
        (folder / "kiosk.toml").write_text(
            f'[kiosk]\nname = "k1"\nport = {kiosk_port}\nloan = 500\n'
            f'[server]\nurl = "http://127.0.0.1:{self.network.port}"\ntoken = "{made.stdout.strip()}"\ntimeout = 1.0\n'
            f'[printer]\nurl = "file://{self.paper}"\nmode = "text"\nqr = "native"\n',
            encoding="utf-8",
        )
        self.door = f"http://127.0.0.1:{kiosk_port}"
        self.kiosk = Machine(
            "kiosk", [sys.executable, "-m", "tools.alone", str(folder / "kiosk.toml")], f"{self.door}/state", folder / "kiosk.log"
        )
        self.kiosk.start()
        self.kiosk.wait()
        self._until(lambda: self.state()["server"] == "ok" and all(s["can"] for s in self.state()["services"]), "the kiosk is not ready")
        self._until(self._lent, "no loan came")

    # ---------------------------------------------------------------- rounds

    def rounds(self, count: int, *, settle_every: int = 25) -> Iterator[str]:
        for n in range(1, count + 1):
            fault = self.random.choice(FAULTS)
            self.faults[fault] += 1
            self.round(fault)
            if n % settle_every == 0 or n == count:
                self.settle()
                self.result = self.summary()
            yield fault

    def round(self, fault: str) -> None:
        """One visitor, and what happens to machines and network meanwhile."""
        visitor = Visitor(no=len(self.visitors), service=self.random.choice(SERVICES))
        self.visitors.append(visitor)
        if fault == "back":
            self.network.set("open")
            self.server.thaw()
            if not self.server.alive:
                self.server.start()
        if fault in ("cut", "hole", "lose answer", "half open", "slow"):
            self.network.set(fault)
        if fault == "kill kiosk at a step, alone":
            self.network.set("cut")
        if fault.startswith("kill kiosk at a step"):
            self.kiosk.kill()
            self.kiosk.start(TORTURE_STEP=self.random.choice(STEPS))
            with contextlib.suppress(Broken):  # it may die at once, merging
                self.kiosk.wait()
        end = threading.Event()
        meanwhile = threading.Thread(target=self._strike, args=(fault, end))
        meanwhile.start()
        try:
            self._visit(visitor)
        finally:
            end.set()
            meanwhile.join()
        self._repair(visitor)

    def _strike(self, fault: str, over: threading.Event) -> None:
        over.wait(self.random.uniform(0, 0.15))
        if fault == "freeze server":
            self.server.freeze()
        if fault == "freeze kiosk":
            self.kiosk.freeze()
            time.sleep(self.random.uniform(0, 1.5))
            self.kiosk.thaw()
        if fault == "cut while asking":
            self.network.set("cut")
        if fault in ("kill server", "kill server and cut", "kill both"):
            self.server.kill()
        if fault == "kill server and cut":
            self.network.set("cut")
        if fault in ("kill kiosk", "kill both"):
            self.kiosk.kill()

    def _repair(self, visitor: Visitor) -> None:
        """Not all at once: an outage may last for several visitors."""
        if not self.server.alive and self.random.random() < 0.5:
            self.server.kill()
            self.server.start()
        if self.server.frozen and self.random.random() < 0.5:
            self.server.thaw()
        if self.network.way != "open" and self.random.random() < 0.4:
            self.network.set("open")

    def _visit(self, visitor: Visitor) -> None:
        """Until the visitor has a number; a kiosk that dies under the finger is started again and tried again."""
        end = time.monotonic() + 90
        while not visitor.holds:
            if time.monotonic() > end:
                raise Broken(f"visitor {visitor.no} got no number in 90 s; the screen says {self._screen()}")
            if not self.kiosk.alive:
                self.kiosk.kill()
                self._look_at_paper(visitor)
                if visitor.holds:
                    return
                self.kiosk.start()
                with contextlib.suppress(Broken):  # killed again already
                    self.kiosk.wait()
            try:
                self._try(visitor)
            except NO_ANSWER:
                time.sleep(0.05)
            self._look_at_paper(visitor)

    def _try(self, visitor: Visitor) -> None:
        self.press("cancel")
        if self.state()["screen"] != "idle":
            time.sleep(0.1)
            return
        self.press("start", way="phone")
        self.press("phone", phone=visitor.phone)
        self.press("choose", service=visitor.service)
        self.press("confirm")
        end = time.monotonic() + 15
        while time.monotonic() < end:
            state = self.state()
            ticket = state["ticket"] or (state["tickets"][0] if state["screen"] == "holds" else None)
            if ticket and ticket["number"] and state["screen"] in ("printing", "done", "no_paper", "holds"):
                visitor.seen.append((ticket["number"], state["screen"]))
                visitor.holds = ticket["number"]
                while self.state()["screen"] == "printing" and time.monotonic() < end:
                    time.sleep(0.01)
                return
            if state["screen"] in ("refused", "away", "idle", "enrol"):
                time.sleep(0.1)
                return
            time.sleep(0.01)

    def _look_at_paper(self, visitor: Visitor) -> None:
        with self.paper.open("rb") as paper:
            paper.seek(self._read)
            new = paper.read()
        for found in PAPER.finditer(new):
            visitor.seen.append((found[1].decode(), "paper"))
            visitor.holds = visitor.holds or found[1].decode()
        if PAPER.search(new):
            self._read += list(PAPER.finditer(new))[-1].end()

    # ---------------------------------------------------------------- the kiosk's door

    def state(self) -> dict[str, Any]:
        with urllib.request.urlopen(f"{self.door}/state", timeout=5) as answer:
            return json.loads(answer.read())

    def press(self, gesture: str, **body: str) -> dict[str, Any]:
        request = urllib.request.Request(f"{self.door}/{gesture}", json.dumps(body).encode())
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:
                return json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return json.loads(error.read())

    def _screen(self) -> str:
        try:
            state = self.state()
        except NO_ANSWER:
            return "nothing"
        return f"{state['screen']} {state['message']}"

    # ---------------------------------------------------------------- counting

    def settle(self) -> None:
        """Everything works again; the kiosk hands in what it gave alone; then all must add up."""
        self.network.set("open")
        self.server.thaw()
        if not self.server.alive:
            self.server.kill()
            self.server.start()
        self.server.wait()
        self._until(self._merged, "not everything was merged", seconds=60)
        self._count()

    def _merged(self) -> bool:
        if not self.kiosk.alive:
            self.kiosk.kill()
            self.kiosk.start()
            self.kiosk.wait()
        return self._spool("select count(*) from tickets where state <> 'merged'") == [(0,)] and self.state()["server"] == "ok"

    def _lent(self) -> bool:
        return self._spool("select count(*) from loans") not in ([], [(0,)])

    def _spool(self, sql: str) -> list[tuple]:
        return rows(self.folder / "spool" / "spool.db", sql)

    def _count(self) -> None:
        issued = rows(self.data / "hall.db", "select id, number, state, offline, issued_at, line_at from tickets where number is not null")
        journal = Counter(r[0] for r in rows(self.data / "hall.db", "select ticket from events where kind = 'ticket.issued'"))
        phones = {ticket: phone for ticket, phone in rows(self.data / "hall.db", "select ticket, phone from visitors")}
        numbers = Counter(number for _, number, *_ in issued)
        state = {number: state for _, number, state, *_ in issued}

        twice = [n for n, count in numbers.items() if count > 1] + [t for t, count in journal.items() if count > 1]
        self._hold(not twice, f"given twice: {twice}")
        self._hold(len(journal) == len(issued), f"{len(journal)} issued in the journal, {len(issued)} tickets")
        holders: dict[str, int] = {}
        for visitor in self.visitors:
            for number, where in visitor.seen:
                self._hold(number in state, f"visitor {visitor.no} saw {number} ({where}), and the server has never heard of it")
                other = holders.setdefault(number, visitor.no)
                self._hold(other == visitor.no, f"{number} was given to visitors {other} and {visitor.no}")
            self._hold(visitor.holds in state, f"visitor {visitor.no} holds {visitor.holds}, which is lost")
            self._hold(state[visitor.holds] == "waiting", f"visitor {visitor.no} holds {visitor.holds}, which is {state[visitor.holds]}")
        live = Counter(phones.get(id, "") for id, _, s, *_ in issued if s == "waiting")
        for visitor in self.visitors:
            mine = live[f"{visitor.phone[:3]}****{visitor.phone[-4:]}"]
            self._hold(mine == 1, f"visitor {visitor.no} stands in line {mine} times: {visitor}")
        self._hold(sum(live.values()) == len(self.visitors), f"{sum(live.values())} stand in line, {len(self.visitors)} came")
        alone = [
            (place, n) for n, place in rows(self.folder / "spool" / "spool.db", "select json_extract(body, '$.number'), place from tickets")
        ]
        line = {number: at for _, number, _, _, at, _ in issued}
        given = [line[n] for _, n in sorted(alone)]
        self._hold(given == sorted(given), "numbers given alone do not stand in line in the order in which they were given")

    def _hold(self, fits: bool, why: str) -> None:
        if not fits:
            raise Broken(f"{why} (see {self.folder})")

    def _until(self, fits: Callable[[], bool], why: str, seconds: float = 30.0) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with contextlib.suppress(*NO_ANSWER):
                if fits():
                    return
            time.sleep(0.1)
        raise Broken(f"{why} (see {self.folder}); the screen says {self._screen()}")

    def summary(self) -> str:
        alone = self._spool("select count(*) from tickets")[0][0]
        return (
            f"{len(self.visitors)} visitors, {alone} numbers given alone; server killed {self.server.deaths} times, kiosk "
            f"{self.kiosk.deaths} times: no number lost, none given twice, nobody in line twice, all in the order of arrival"
        )

    def close(self) -> None:
        self.kiosk.kill()
        self.server.kill()
        self.network.close()


def rows(path: Path, sql: str) -> list[tuple]:
    if not path.exists():
        return []
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)) as db:
        return db.execute(sql).fetchall()


def main(file: str) -> None:
    """The kiosk as the torture runs it: it kills itself with -9 on reaching the step named in the environment."""
    from config import load_kiosk
    from kiosk.app import run

    fatal = os.environ.get("TORTURE_STEP", "")

    def step(name: str) -> None:
        if name == fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.exit(run(load_kiosk(file), near=Path(file).parent, step=step))


if __name__ == "__main__":
    import logging

    logging.basicConfig(level="INFO", format="%(asctime)s %(name)s %(message)s")
    main(sys.argv[1])
