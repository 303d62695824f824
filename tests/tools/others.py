"""`hall bench others`: the hall beside servers that do nothing but take a request, commit a row and tell all pages, in one run, in turn.

What the bare ones do not do (journal, queue, waits, rights, privacy) is what a ratio tells the price of. One of them is Node's Socket.IO,
which only tells all pages; it is no dependency of ours, and left out where there is no Node.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import click
import urllib3

from server.commands._ears import Ears
from server.commands._hall import token
from server.commands._own import LOCAL, KeptConnection, OwnServer, config, ensure, free_port, reckons, share
from server.commands.bench import crowd, timed

BODY = {"service": "s1", "channel": "kiosk"}
TAKEN, CALLED = 50, 20  # numbers and calls a second while pages are told
ROOT = Path(__file__).resolve().parents[2]


# -- the bare server


class Bare:
    """Flask and Flask-SocketIO; those who wait together share a commit, as in the hall. It has what front.serve asks a server for."""

    words = None

    def __init__(self, folder: str, ours: bool):
        from flask import Flask, request
        from flask_socketio import SocketIO

        from server.web.lines import PLACE, OpenLines

        self.app = Flask("bare")
        self.context = self.sockets = self
        self._db = sqlite3.connect(Path(folder) / "bare.db", isolation_level=None, check_same_thread=False)
        for statement in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "CREATE TABLE t(n INTEGER PRIMARY KEY, a TEXT)"):
            self._db.execute(statement)
        self._more, self._waiting = threading.Condition(), []
        threading.Thread(target=self._write, daemon=True).start()
        news = SocketIO(self.app, async_mode="threading", ping_interval=5, ping_timeout=5, monitor_clients=not ours)
        if ours:
            lines = self.app.wsgi_app = OpenLines(self.app.wsgi_app, 2_000)
            lines.serve(news.server.eio)  # pyright: ignore[reportAttributeAccessIssue]  there once it has an app
            news.on_event("connect", lambda given=None: None if lines.limit.know(request.environ.get(PLACE)) else False)
        news.on_event("watch", lambda rooms: {"seq": 1, "snapshot": {}})

        def call():
            n = self._commit()
            news.emit("ticket.called", {"seq": n, "at": "", "number": f"A{n}", "more": "x" * 500})
            return {"id": n}, 201

        self.app.add_url_rule("/readyz", "ready", dict)
        self.app.add_url_rule("/api/v1/tickets", "take", lambda: ({"id": self._commit()}, 201), methods=["POST"])
        self.app.add_url_rule("/api/v1/windows/1/calls", "call", call, methods=["POST"])

    def _commit(self) -> int:
        mine: Any = [threading.Event(), 0]
        with self._more:
            self._waiting.append(mine)
            self._more.notify()
        mine[0].wait()
        return mine[1]

    def _write(self) -> None:
        while True:
            with self._more:
                self._more.wait_for(lambda: self._waiting)
                batch, self._waiting = self._waiting, []
            self._db.execute("BEGIN IMMEDIATE")
            for one in batch:
                one[1] = self._db.execute("INSERT INTO t(a) VALUES(?)", ("x" * 600,)).lastrowid
            self._db.execute("COMMIT")
            for one in batch:
                one[0].set()

    def close(self) -> None:
        """It ends with its process."""


def serve_bare(folder: str, port: int, ours: bool) -> None:
    """In its own process."""
    from server.runtime import front

    make = lambda: Bare(folder, ours)
    front.serve(make, host=LOCAL, port=port, threads=64) if ours else front._werkzeug(make, LOCAL, port)


@contextlib.contextmanager
def bare(folder: Path, ours: bool):
    folder.mkdir()
    port = free_port()
    code = f"import sys; sys.path[:0] = {[str(ROOT), str(ROOT / 'tests')]!r}; from tools.others import serve_bare; "
    process = subprocess.Popen(
        [sys.executable, "-P", "-c", f"{code}serve_bare({str(folder)!r}, {port}, {ours})"], stdout=subprocess.DEVNULL
    )
    with ready(process, port):
        yield process.pid, port, {}


@contextlib.contextmanager
def ready(process: subprocess.Popen, port: int):
    """Within it the process serves; then it is ended."""
    try:
        line, end = KeptConnection(port), time.monotonic() + 30
        while time.monotonic() < end:
            with contextlib.suppress(urllib3.exceptions.HTTPError):
                if line.get("/readyz", root=True)[0] == 200:
                    break
            time.sleep(0.02)
        yield
    finally:
        process.terminate()
        process.wait(20)


@contextlib.contextmanager
def fanout(installed: Path):
    port = free_port()
    process = subprocess.Popen(["node", str(Path(__file__).with_name("fanout.mjs")), str(port), str(installed)])
    with ready(process, port):
        yield process.pid, port, {}


def socket_io(folder: Path, given: Path | None) -> tuple[Path | None, str]:
    """(where Node finds Socket.IO, "") or (None, why it does not). It is fetched into a scratch folder unless a folder is given."""
    if not shutil.which("node"):
        return None, "Node is not installed (apt install nodejs npm): its fan-out is left out."
    if given is not None:
        return given, ""
    folder.mkdir()
    (folder / "package.json").write_text("{}", encoding="utf-8")
    line = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", "socket.io@4"]
    try:
        subprocess.run(line, cwd=folder, check=True, capture_output=True, timeout=60)
    except (OSError, subprocess.SubprocessError):
        return None, "npm could not fetch socket.io: Node's fan-out is left out (--node FOLDER: where it is installed)."
    return folder, ""


@contextlib.contextmanager
def hall(folder: Path, pages: int):
    folder.mkdir()
    server = OwnServer(folder / "data", config(folder / "server.toml", windows=1, services=1, sockets=pages + 20))
    try:
        server.start()
        time.sleep(1)  # what starts aside has ended
        tokens = {role: token(server.folder, role, *more) for role, *more in (("kiosk",), ("keypad", "1"), ("display",))}
        ready = KeptConnection(server.port, tokens["keypad"]).ask("PUT", "/windows/1/state", {"state": "open"})
        ensure(ready[0] == 200, "the window could not be opened")
        yield server.process.pid, server.port, tokens
    finally:
        server.stop()


# -- what is measured


def own_memory(pid: int, *, worker: bool = True) -> int:
    """kB that a process and its children have for themselves (Linux); `worker`: also those that one of its other threads has started, and
    what forecasts."""
    kilobytes, left = 0, [pid]
    while left:
        one = left.pop()
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{one}/smaps_rollup").read_text().splitlines():
                if line.startswith(("Private_Clean", "Private_Dirty")):
                    kilobytes += int(line.split()[1])
            tasks = Path(f"/proc/{one}/task").iterdir() if worker else [Path(f"/proc/{one}/task/{one}")]
            for task in tasks:  # a child belongs to the thread that started it
                left += [int(child) for child in (task / "children").read_text().split() if worker or not reckons(int(child))]
    return kilobytes


def shares(what: str, times: list[float]) -> dict[str, float]:
    return {f"{what}, p50 ms": share(times, 0.5) * 1000, f"{what}, p99 ms": share(times, 0.99) * 1000}


def calls(keypad: KeptConnection, ears: Ears, seconds: float, *, done: bool, pause: float = 0.0) -> list[float]:
    """Seconds from each press to the last page that has heard of it; not more than one in `pause` seconds. `done`: whoever is called is
    served, too."""
    last: list[float] = []
    end = time.monotonic() + seconds
    while time.monotonic() < end or len(last) < 10:
        ears.ready("next")
        began = time.monotonic()
        status, ticket, _ = keypad.post("/windows/1/calls")
        ensure(status == 201, f"a call was answered with {status}")
        last.append(ears.last() - began)
        if done:
            for gesture in ("service", "completion"):
                ensure(keypad.post(f"/tickets/{ticket['id']}/{gesture}")[0] == 201, f"{gesture} was refused")
        time.sleep(max(0.0, began + pause - time.monotonic()))
    return last


@contextlib.contextmanager
def numbers_taken(port: int, token: str):
    """Within it TAKEN numbers a second are taken, as far as the server gives as many, by eight kiosks."""
    over, refused = threading.Event(), []

    def take(line: KeptConnection) -> None:
        due = time.monotonic()
        while not over.wait(max(0.0, due - time.monotonic())):
            due = max(due + 8 / TAKEN, time.monotonic() - 1)
            if line.post("/tickets", BODY)[0] != 201:
                refused.append(line)

    threads = [threading.Thread(target=take, args=(KeptConnection(port, token),)) for _ in range(8)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()
    ensure(not refused, "a number was refused")


def measure(pid: int, port: int, tokens: dict[str, str], pages: int, seconds: float, *, stores: bool = True) -> dict[str, float]:
    """Times in ms, memory in MB and kB."""
    found = {"idle, MB": own_memory(pid) / 1024}
    kiosk = KeptConnection(port, tokens.get("kiosk", ""))
    keypad = KeptConnection(port, tokens.get("keypad", ""))
    take = lambda line: timed(lambda: line.post("/tickets", BODY), 201)
    for many in (1, 16, 64) if stores else ():
        times, rate = crowd([KeptConnection(port, kiosk.token) for _ in range(many)], seconds, take)
        found |= {f"take, {many} at once, per s": rate, f"take, {many} at once, p50 ms": share(times, 0.5) * 1000}
        found[f"take, {many} at once, p99 ms"] = share(times, 0.99) * 1000
    before = own_memory(pid, worker=False)
    with Ears(port, pages, tokens.get("display", "")) as ears:
        found["each page, kB"] = max(0.0, (own_memory(pid, worker=False) - before) / pages)
        found |= shares(f"call to the last of {pages}", calls(keypad, ears, seconds, done=bool(tokens)))
        if stores:
            with numbers_taken(port, kiosk.token):
                under = calls(keypad, ears, seconds, done=bool(tokens), pause=1 / CALLED)
            found |= shares(f"the same, {TAKEN} numbers a second", under)
    return found


@click.command()
@click.option("--pages", type=click.IntRange(1, 1500), default=300, show_default=True)
@click.option("--seconds", type=click.FloatRange(0.2, 120), default=5.0, show_default=True, help="For each measurement.")
@click.option("--quick", is_flag=True, help="100 pages, a second for each.")
@click.option("--node", type=click.Path(exists=True, path_type=Path), help="Where Node finds socket.io; else npm fetches it.")
def command(pages, seconds, quick, node):
    """Measure the hall beside a bare Flask server with the same commit, alone and with the hall's front, and Node, in one run."""
    pages, seconds = (100, 1.0) if quick else (pages, seconds)
    top = Path(tempfile.mkdtemp(prefix="hall-bench-"))
    kinds = {
        "bare": lambda: bare(top / "bare", False),
        "with our front": lambda: bare(top / "front", True),
        "hall": lambda: hall(top / "hall", pages),
    }
    try:
        installed, why = socket_io(top / "node", node)
        if installed is None:
            click.echo(why)
        else:
            kinds = {"node": lambda: fanout(installed)} | kinds
        columns = {}
        for name, made in kinds.items():
            with made() as (pid, port, tokens):
                columns[name] = measure(pid, port, tokens, pages, seconds, stores=name != "node")
    finally:
        shutil.rmtree(top, ignore_errors=True)
    heads = "".join(f"{name:>16}" for name in kinds) + "".join(f"{name:>14}" for name in ("hall / bare", "hall / node"))
    click.echo(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n{'':34}{heads}")
    for row, own in columns["hall"].items():
        shown = "".join(f"{columns[name][row]:>16.1f}" if row in columns[name] else f"{'':>16}" for name in kinds)
        ratios = [f"{own / columns[name][row]:>14.2f}" if columns.get(name, {}).get(row) else f"{'':>14}" for name in ("bare", "node")]
        click.echo(f"{row:34}{shown}{''.join(ratios)}")
