"""`hall torture kill`: kill -9, thousands of times, of each process of a hall at work: the server whole, the process in it that answers,
the forecast worker, a display with its bars. A kiosk's own deaths are `hall torture alone`.

All are the product's own processes on ports and folders of their own; tools/warm.py spares them loading Python each time, for which they
do without the forecast worker, unless they are started `whole`. Some kills fall into their starting, most into their work. After each,
before anything repairs it, the folder is proved and counted.
"""

from __future__ import annotations

import contextlib
import os
import random
import secrets
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import urllib3

from config.schema import BarTable
from display.bars import text_of
from drivers.sign import serial_port
from drivers.sign.virtual import VirtualBars
from server.commands._ears import Ears
from server.commands._hall import token
from server.commands._own import KeptConnection, config, free_port, reckons
from server.record import store
from tools.alone import HOME, children
from tools.faults import ONCE, Broken, hold, prove
from tools.warm import Warm, WarmProcess

FROZEN = ("server frozen", "display frozen", "boards frozen")  # stopped (SIGSTOP) with their connections open, and gone on with
KINDS = ("server",) * 10 + ("answering process",) * 6 + ("display",) * 2 + FROZEN
WHOLE = (*KINDS, *("forecast worker",) * 3)
PATIENCE = 120.0  # s that anything is waited for
SETTLE = 25  # kills after which everything stands still and all of it is compared
RENEW = 50  # kills after which the hall is a new one: proving a long journal again and again would be most of the work
TAKEN = {"service": "s1", "channel": "kiosk"}
DISPLAY = """
[display]
name = "d1"
[server]
url = "http://127.0.0.1:{port}"
token = "{token}"
[[signs]]
window = "1"
url = "{bars}"
address = 1
[[signs]]
window = "2"
url = "{bars}"
address = 2
"""


class Presser(threading.Thread):
    """A machine with a token that presses, and asks again under the same key until it is answered, as ours do."""

    def __init__(self, port: int, bearer: str, seed: float):
        super().__init__(daemon=True)
        self.line, self.chance, self.over = KeptConnection(port, bearer), random.Random(seed), threading.Event()
        self.answered: list[tuple[str, str, str]] = []  # (event that must be there, ticket, number)
        self.asked: Counter[str] = Counter()
        self.doubts, self.last, self.wrong = 0, ("", ""), ""  # `last`: key and ticket of the number that was taken last

    def run(self) -> None:
        try:
            while not self.over.is_set():
                self.gesture()
                self.over.wait(self.chance.uniform(0, 0.15))
        except Exception as error:  # noqa: BLE001  said by whoever counts
            self.wrong = f"{type(error).__name__}: {error}"

    def gesture(self) -> None:
        raise NotImplementedError

    def press(self, path: str, event: str, body: dict[str, Any] | None = None, of: dict[str, Any] | None = None) -> dict[str, Any] | None:
        """The ticket that it gives, or the one that it is `of`; None where there was none."""
        key, doubtful = secrets.token_hex(16), False
        self.asked[event] += 1
        while True:
            try:
                status, told, _ = self.line.post(path, body, key)
                break
            except urllib3.exceptions.HTTPError:
                self.doubts += not doubtful
                doubtful = True
                time.sleep(0.01)
        if status == 204:
            self.asked[event] -= 1
            return None
        hold(status == 201, f"{path} was answered with {status} {told}")
        ticket = of or told
        self.answered.append((event, ticket["id"], ticket["number"]))
        if event == "ticket.issued":
            self.last = (key, ticket["id"])
        return ticket

    def ask_again(self) -> None:
        """For the number that was taken last; it is the same one."""
        key, ticket = self.last
        if key:
            status, told, again = self.line.post("/tickets", TAKEN, key)
            hold((status, told["id"], again) == (201, ticket, True), f"a number asked for again became {told}")


class Taker(Presser):
    def gesture(self) -> None:
        self.press("/tickets", "ticket.issued", TAKEN)


class Clerk(Presser):
    def __init__(self, port: int, bearer: str, seed: float, no: str):
        super().__init__(port, bearer, seed)
        self.no = no

    def gesture(self) -> None:
        called = self.press(f"/windows/{self.no}/calls", "ticket.called")
        if called:
            self.press(f"/tickets/{called['id']}/service", "service.started", of=called)
            self.press(f"/tickets/{called['id']}/completion", "service.finished", of=called)


class Whole:
    """Starts processes as anybody would. Its face is that of Warm."""

    def __enter__(self) -> Whole:
        return self

    def __exit__(self, *_: object) -> None:
        """What was started is ended by who started it."""

    def start(self, *arguments: str, log: Path) -> subprocess.Popen[bytes]:
        line = [sys.executable, "-P", "-m", "hallfloor", *arguments]
        with log.open("ab") as said:
            return subprocess.Popen(line, env=HOME, stdin=subprocess.DEVNULL, stdout=said, stderr=said)


class HallAtWork:
    """A server, a display with two bars, boards, two takers and two clerks. `strike()` kills, proves, and starts again."""

    def __init__(self, folder: Path, warm: Warm | Whole, chance: random.Random, boards: int = 1):
        folder.mkdir(parents=True)
        self.folder, self.data, self.warm, self.chance = folder, folder / "data", warm, chance
        self.pressers: list[Presser] = []
        self.answered: list[tuple[str, str, str]] = []
        self.asked: Counter[str] = Counter()
        self.doubts = 0
        self.port = free_port()
        self.config = config(folder / "server.toml", windows=2, services=1, sockets=boards + 40)
        self.server = self._start_server()
        self._until(self._ready, "the server does not come up")
        machine = lambda role, no=None, name="": KeptConnection(self.port, token(self.data, role, no, name))
        self.auditor, keypads = machine("auditor"), {no: machine("keypad", no) for no in ("1", "2")}
        for no, line in keypads.items():
            hold(line.ask("PUT", f"/windows/{no}/state", {"state": "open"})[0] == 200, f"window {no} could not be opened")
        self.keypad, self.taker = keypads["1"], machine("kiosk", name="k1")
        self.bars = VirtualBars(serial_port.template("zhongyi"))
        file = folder / "display.toml"
        file.write_text(DISPLAY.format(port=self.port, token=machine("display", name="d1").token, bars=self.bars.url))
        self.display = self._start_display()
        self.boards = Ears(self.port, boards, machine("display").token).__enter__()
        self._make = lambda: [
            *(Taker(self.port, self.taker.token, chance.random()) for _ in range(2)),
            *(Clerk(self.port, line.token, chance.random(), no) for no, line in keypads.items()),
        ]

    def _start_server(self) -> WarmProcess | subprocess.Popen[bytes]:
        line = ("server", "--config", str(self.config), "--data", str(self.data), "--port", str(self.port))
        return self.warm.start(*line, log=self.folder / "server.log")

    def _start_display(self) -> WarmProcess | subprocess.Popen[bytes]:
        return self.warm.start("display", "--config", str(self.folder / "display.toml"), log=self.folder / "display.log")

    def work(self) -> None:
        self.pressers = self._make()
        for one in self.pressers:
            one.start()

    # -- one kill

    def strike(self, kind: str, *, starting: bool) -> None:
        """`starting`: soon after the last start, whether anybody was answered or not."""
        if not starting:
            self._until(self._answers(), "nobody is answered")
        time.sleep(self.chance.uniform(0, 0.25 if starting else 0.1))
        if kind == "server":
            end(self.server)
        elif kind == "display":
            end(self.display)
            self.display = self._start_display()
        elif kind in FROZEN:
            self._freeze(kind)
        else:
            self._until(lambda: self._kill_part(kind), f"there is no {kind}")
        self.count()
        if kind == "server":
            self.server = self._start_server()

    def _freeze(self, kind: str) -> None:
        """Whoever hears nothing holds up nobody: while display or boards are frozen, people are answered."""
        one = {"display": self.display.pid, "boards": self.boards.pid, "server": self.server.pid}[kind.partition(" ")[0]]
        processes = [one, *(children(one) if kind == "server frozen" else ())]
        for pid in processes:
            os.kill(pid, signal.SIGSTOP)
        try:
            if kind == "server frozen":
                time.sleep(self.chance.uniform(0, 0.5))
            else:
                self._until(self._answers(), f"{kind}, nobody is answered")
        finally:
            for pid in processes:
                os.kill(pid, signal.SIGCONT)

    def _answers(self) -> Callable[[], bool]:
        before = sum(len(one.answered) for one in self.pressers)
        return lambda: sum(len(one.answered) for one in self.pressers) > before

    def _kill_part(self, kind: str) -> bool:
        below = children(self.server.pid)  # the first forecast worker, too: it is started before the process that answers
        answering = [pid for pid in below if not reckons(pid)]
        workers = [pid for one in answering for pid in children(one)] + [pid for pid in below if reckons(pid)]
        found = answering if kind == "answering process" else workers
        for pid in found:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return bool(found)

    # -- what must hold

    def count(self) -> None:
        """What was answered until now is in the journal, once; the journal is whole and all tables follow from it."""
        answered = [*self.answered, *(a for one in self.pressers for a in list(one.answered))]
        with contextlib.closing(store.open_reader(self.data)) as db:
            there = Counter(tuple(row) for row in db.execute("SELECT kind, ticket FROM events WHERE ticket IS NOT NULL"))
            numbers = dict(tuple(row) for row in db.execute("SELECT id, number FROM tickets"))
        lost = [a for a in answered if (a[0], a[1]) not in there or numbers.get(a[1]) != a[2]]
        hold(not lost, f"answered and not there: {lost[:3]}")
        twice = [key for key, n in there.items() if n > 1 and key[0] in ONCE]
        hold(not twice, f"done twice: {twice[:3]}")
        hold(len(set(numbers.values())) == len(numbers), "a number was given twice")
        prove(self.data)

    def settle(self) -> None:
        """All come to rest; then every press was done once, no other, and pages and bars show what is so."""
        for one in self.pressers:
            one.over.set()
        for one in self.pressers:
            one.join(PATIENCE)
            hold(not one.is_alive() and not one.wrong, f"a machine was never answered, or {one.wrong}")
        for one in self.pressers:
            one.ask_again()
            self.answered += one.answered
            self.asked += one.asked
            self.doubts += one.doubts
        self.pressers = []
        self._until(self._ready, "the server does not come up")
        self.count()
        with contextlib.closing(sqlite3.connect(f"file:{self.data}/hall.db?mode=ro", uri=True)) as db:
            done = Counter(dict(db.execute("SELECT kind, count(*) FROM events GROUP BY kind").fetchall()))
            states = dict(db.execute("SELECT id, state FROM tickets").fetchall())
        for event, n in self.asked.items():
            hold(done[event] == n, f"{event}: asked for {n} times, done {done[event]} times")
        listed = {t["id"]: t["state"] for t in self.auditor.all_of("/tickets")}
        hold(listed == states, "the list of numbers is not what is on the disk")
        self._shown()

    def _shown(self) -> None:
        """All boards are there again. A number is called: all of them hear it, and windows, board and bars say so."""
        self.boards.ready("here")
        self.boards.last(PATIENCE)
        self.boards.ready("next")
        status, taken, _ = self.taker.post("/tickets", TAKEN)  # else all may have been served
        hold(status == 201, f"a number was refused: {status} {taken}")
        self.answered.append(("ticket.issued", taken["id"], taken["number"]))
        self.asked["ticket.issued"] += 1
        status, called, _ = self.keypad.post("/windows/1/calls")
        self.answered.append(("ticket.called", called["id"], called["number"]))
        self.asked["ticket.called"] += 1
        hold(status == 201, f"nobody could be called: {status} {called}")
        self.boards.last(PATIENCE)
        windows = {w["no"]: w for w in self.auditor.get("/windows")[1]["items"]}
        board = self.auditor.get("/board")[1]
        hold(windows["1"]["ticket"]["number"] == called["number"], f"window 1 shows {windows['1']['ticket']}")
        hold(called["number"] in str(board["calls"]), f"the board does not show {called['number']}")
        for address, no in ((1, "1"), (2, "2")):
            text = text_of(windows[no], BarTable())
            shown = self.bars.wait(address, text, PATIENCE)
            hold(shown and self.display.poll() is None, f"bar {no} shows {self.bars.texts.get(address)!r}, not {text!r}")
        for gesture, event in (("service", "service.started"), ("completion", "service.finished")):
            hold(self.keypad.post(f"/tickets/{called['id']}/{gesture}")[0] == 201, f"{gesture} was refused")
            self.answered.append((event, called["id"], called["number"]))
            self.asked[event] += 1

    def _ready(self) -> bool:
        hold(self.server.poll() is None, f"the server ended with {self.server.returncode}; see {self.folder}/server.log")
        with contextlib.suppress(urllib3.exceptions.HTTPError):
            return KeptConnection(self.port).get("/readyz", root=True)[0] == 200
        return False

    def _until(self, fits: Callable[[], bool], why: str) -> None:
        end = time.monotonic() + PATIENCE
        while not fits():
            if wrong := next((one.wrong for one in self.pressers if one.wrong), ""):
                raise Broken(wrong)
            hold(time.monotonic() < end, f"{why} in {PATIENCE:.0f} s (see {self.folder})")
            time.sleep(0.01)

    def close(self) -> None:
        for one in self.pressers:
            one.over.set()
        self.boards.__exit__()
        end(self.display)
        end(self.server)
        self.bars.close()


def end(process: WarmProcess | subprocess.Popen[bytes]) -> None:
    """With -9, as a pulled plug."""
    process.kill()
    process.wait(PATIENCE)


def kills(folder: Path, *, rounds: int, seed: int, boards: int = 1, whole: bool = False) -> Iterator[tuple[Counter[str], int, int]]:
    """(kills by kind, presses answered, of them in doubt), after each time that all stood still and was compared. Raises Broken."""
    chance, killed, answered, doubts = random.Random(seed), Counter[str](), 0, 0
    kinds = WHOLE if whole else KINDS
    first = sorted(set(kinds))  # one of each, however few there are
    with Whole() if whole else Warm() as starter:
        while killed.total() < rounds:
            hall = HallAtWork(folder / f"hall{killed.total()}", starter, chance, boards)
            try:
                for n in range(1, min(RENEW, rounds - killed.total()) + 1):
                    if not hall.pressers:
                        hall.work()
                    kind = first.pop() if first else chance.choice(kinds)
                    hall.strike(kind, starting=chance.random() < 0.3)
                    killed[kind] += 1
                    if n % SETTLE == 0 or killed.total() == rounds:
                        hall.settle()
                        yield killed, answered + len(hall.answered), doubts + hall.doubts
                answered, doubts = answered + len(hall.answered), doubts + hall.doubts
            finally:
                hall.close()
            shutil.rmtree(hall.folder)
