"""`hall bench`: how long the hall takes, measured on this machine against a real server process, beside what its disk takes alone.

Nothing is faked: requests over HTTP, displays over Socket.IO in a process of their own, a database with a million stored tickets.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import multiprocessing
import os
import platform
import shutil
import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import click

from ._hall import of_this_machine, token
from ._own import KeptConnection, OwnServer, config, ensure, share
from ._past import fill

WINDOWS = 8
MANY = 1135  # services, as a district's published list has them
USUAL = 5.0  # s for each measurement
BODY = {"service": "s1", "channel": "kiosk"}


@click.group(invoke_without_command=True)
@click.option("--clients", type=click.IntRange(1, 500), default=150, show_default=True, help="Displays that listen.")
@click.option("--seconds", type=click.FloatRange(0.5, 600), default=USUAL, show_default=True, help="For each measurement.")
@click.option("--parallel", type=click.IntRange(1, 64), default=16, show_default=True, help="Kiosks that take numbers at once.")
@click.option("--stored", type=click.IntRange(0), multiple=True, default=(1_000, 1_000_000), show_default=True, help="Tickets in it.")
@click.option("--today", type=click.IntRange(0), default=0, show_default=True, help="Of these in the last hall, so many are of today.")
@click.option("--folder", type=click.Path(path_type=Path), help="Where to work: the disk that is measured (default: a scratch folder).")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write the figures here, too.")
@click.pass_context
def command(ctx, clients, seconds, parallel, stored, today, folder, json_file):
    """Measure: a number, a call, the call on the last of many displays, a restart with all of them, and 1,000 against 1,000,000 tickets."""
    if ctx.invoked_subcommand:
        return
    from ..forecast import forward, paces

    top = Path(tempfile.mkdtemp(prefix="hall-bench-", dir=folder))
    table = BenchTable(Disk(top), min(0.3, seconds / 10))
    try:
        table.head(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}")
        table.measure("disk: one synced commit", lambda: table.disk.commits(min(2.0, seconds)))
        for n, size in enumerate(stored):
            of_today = min(today, size) if n == len(stored) - 1 else 0
            table.head(f"{size:,} stored tickets" + (f", {of_today:,} of today" if of_today else ""))
            with hall(top / f"hall{n}", clients if n == 0 else 4, size, of_today) as (server, up):
                table.measure("start to ready", lambda up=up: [up])
                day(server, table, seconds, parallel)
                if n == 0:
                    displays(server, table, clients, seconds)
        table.head(f"{MANY:,} services")
        many(top / "many", table, max(1, round(3 * min(1.0, seconds / USUAL))))
        for title, how in (("who is next, and how long", contextlib.nullcontext), ("the same without numba", forward.plainly)):
            table.head(title)
            with how():
                if forward.compiled():
                    ahead(table, max(5, round(60 * min(1.0, seconds / USUAL))))
                for name, rounds, what in paces.cases():
                    fewer = max(1, round(rounds * min(1.0, seconds / USUAL)))
                    table.measure(name, lambda rounds=fewer, what=what: paces.timed(time.perf_counter, rounds, what))
    finally:
        shutil.rmtree(top, ignore_errors=True)
    if json_file:
        json_file.write_text(json.dumps(table.rows, indent=1), encoding="utf-8")


def ahead(table: BenchTable, rounds: int) -> None:
    """What looking ahead of calls costs beside them, and how many calls it came too late for."""
    from ..forecast import paces

    paces.calls_ahead(time.perf_counter, 5)  # compiled before it is measured
    found = paces.calls_ahead(time.perf_counter, rounds)
    table.measure("look ahead: 12 windows, 60 wait", lambda: found.times)
    click.echo(f"  of {rounds} calls {found.late} came before it was ready, {found.turned} called another than the index would")


class BenchTable:
    """Prints as it goes. Beside each measurement the disk is measured alone, for a disk that others use is not the same twice."""

    def __init__(self, disk: Disk, beside: float = 0.3):
        self.disk, self.beside = disk, beside
        self.rows: list[dict] = []
        self._under = ""

    def head(self, text: str) -> None:
        self._under = text
        click.echo(f"\n{text}\n{'':38}{'n':>7}{'p50 ms':>10}{'p99 ms':>10}{'per s':>9}{'x disk':>8}")

    def measure(self, name: str, act: Callable[[], list[float] | tuple[list[float], float]]) -> None:
        """`act` gives times (s), or (times, acts per second) where many act at once."""
        before = self.disk.commits(self.beside)
        given = act()
        times, rate = given if isinstance(given, tuple) else (given, len(given) / sum(given))
        self.row(name, times, rate, before + self.disk.commits(self.beside))

    def row(self, name: str, times: list[float], rate: float, disk: list[float]) -> None:
        p50, p99, ratio = share(times, 0.5), share(times, 0.99), share(times, 0.5) / share(disk, 0.5)
        click.echo(f"{name:38}{len(times):>7}{p50 * 1000:>10.2f}{p99 * 1000:>10.2f}{rate:>9.0f}{ratio:>8.1f}")
        figures = {"n": len(times), "p50_ms": p50 * 1000, "p99_ms": p99 * 1000, "per_s": rate, "x_disk": ratio}
        self.rows.append({"under": self._under, "name": name} | figures)


class Disk:
    """What one row and one sync cost on this disk, without any of our program."""

    def __init__(self, folder: Path):
        self._connection = sqlite3.connect(folder / "disk.db", isolation_level=None)
        for statement in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "CREATE TABLE t(a TEXT)"):
            self._connection.execute(statement)

    def commits(self, seconds: float) -> list[float]:
        times, end = [], time.monotonic() + seconds
        while time.monotonic() < end or len(times) < 5:
            began = time.perf_counter()
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.execute("INSERT INTO t VALUES(?)", ("x" * 600,))
            self._connection.execute("COMMIT")
            times.append(time.perf_counter() - began)
        return times


@contextlib.contextmanager
def hall(folder: Path, clients: int, stored: int, of_today: int = 0):
    folder.mkdir()
    server = OwnServer(folder / "data", config(folder / "server.toml", windows=WINDOWS, services=1, sockets=clients + 20))
    try:
        up = server.start()
        if stored:
            server.process.terminate()
            server.process.wait()
            began = time.monotonic()
            fill(server.folder, stored, of_today)
            if stored >= 100_000:
                click.echo(f"({stored:,} tickets written in {time.monotonic() - began:.0f} s)")
        yield server, server.start() if stored else up
    finally:
        server.stop()


def many(folder: Path, table: BenchTable, starts: int) -> None:
    """A hall with as many services as a district publishes: its list, as the first kiosk after a start asks for it and as all others do."""
    folder.mkdir()
    server = OwnServer(folder / "data", config(folder / "server.toml", windows=WINDOWS, services=MANY))
    firsts: list[float] = []
    again: list[float] = []
    try:
        for _ in range(starts):
            server.start()
            firsts.append(timed(lambda: KeptConnection(server.port).get("/services"), 200))
            again = asked_again(KeptConnection(server.port))
            server.process.terminate()
            server.process.wait()
        table.measure("list the services, the first time", lambda: firsts)
        table.measure("list the services", lambda: again)
    finally:
        server.stop()


def asked_again(line: KeptConnection) -> list[float]:
    return [timed(lambda: line.get("/services"), 200) for _ in range(10)]


# -- a day's gestures


def day(server: OwnServer, table: BenchTable, seconds: float, parallel: int) -> None:
    kiosk = KeptConnection(server.port, token(server.folder, "kiosk"))
    keypads = {str(no): KeptConnection(server.port, token(server.folder, "keypad", str(no))) for no in range(1, WINDOWS + 1)}
    for no, line in keypads.items():
        ensure(line.ask("PUT", f"/windows/{no}/state", {"state": "open"})[0] == 200, "a window could not be opened")
    take = lambda line: timed(lambda: line.post("/tickets", BODY), 201)
    table.measure("take a number, one kiosk", lambda: [take(kiosk) for _ in until(seconds)])
    lines = [KeptConnection(server.port, kiosk.token) for _ in range(parallel)]
    table.measure(f"take a number, {parallel} kiosks at once", lambda: crowd(lines, seconds, take))
    drain(server, lines)
    pairs = list(keypads.items())
    table.measure("call next, one window", lambda: [round_at(*pairs[0]) for _ in until(seconds)])
    table.measure(f"call next, {WINDOWS} windows at once", lambda: crowd(pairs, seconds, lambda pair: round_at(*pair)))
    pad = KeptConnection(server.port, token(server.folder, "pad", "1"))
    visits = [visit(kiosk, keypads["1"], pad) for _ in until(seconds)]
    for name in ("finish", "track", "evaluate"):
        table.measure(name, lambda name=name: [times[name] for times in visits])
    looks(server, table, min(2.0, seconds))


def visit(kiosk: KeptConnection, keypad: KeptConnection, pad: KeptConnection) -> dict[str, float]:
    """One visitor from the kiosk to the evaluation; the seconds of what is measured of it."""
    track = kiosk.post("/tickets", BODY)[1]["track"]
    began = time.perf_counter()
    status, ticket, _ = keypad.post("/windows/1/calls")
    times = {"call": time.perf_counter() - began}
    ensure(status == 201, f"a call was answered with {status}: {ticket}")
    path = f"/tickets/{ticket['id']}"
    ensure(keypad.post(f"{path}/service")[0] == 201, "service was refused")
    times |= {"finish": timed(lambda: keypad.post(f"{path}/completion"), 201)}
    times["track"] = timed(lambda: pad.get(f"/track/{track}"), 200)
    evaluated = {"number": ticket["number"], "grade": 5}
    return times | {"evaluate": timed(lambda: pad.post("/evaluations", evaluated), 201)}


def looks(server: OwnServer, table: BenchTable, seconds: float) -> None:
    """What pages ask for; the last is three years in one."""
    line, manager = KeptConnection(server.port), KeptConnection(server.port, of_this_machine(server.folder))
    ask = lambda by, path, most: [timed(lambda: by.get(path), 200) for _ in itertools.islice(until(seconds), most)]
    today = date.today()
    years = f"/history?from={today - timedelta(days=1095)}&to={today}"
    rows = (("a page of today's tickets", "/tickets"), ("the day's figures so far", "/stats/today"), ("the figures of today", "/figures"))
    for name, path in rows:
        table.measure(name, lambda path=path: ask(manager, path, 10_000))
    table.measure("three years", lambda: ask(manager, years, 3))
    table.measure("look at the board", lambda: ask(line, "/board", 10_000))


def drain(server: OwnServer, lines: list[KeptConnection], leave: int = 30) -> None:
    """Gives up most of the numbers that were taken, so that calls are measured in a hall as full as halls are."""
    waiting = KeptConnection(server.port, of_this_machine(server.folder)).all_of("/tickets?state=waiting")[leave:]
    shares = [(line, waiting[n :: len(lines)]) for n, line in enumerate(lines)]
    work = lambda line, mine: [line.post(f"/tickets/{t['id']}/cancellation") for t in mine]
    threads = [threading.Thread(target=work, args=pair) for pair in shares]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def until(seconds: float):
    end, n = time.monotonic() + seconds, 0
    while time.monotonic() < end or n < 5:
        yield (n := n + 1)


def timed(ask, status: int) -> float:
    began = time.perf_counter()
    answer = ask()
    took = time.perf_counter() - began
    ensure(answer[0] == status, f"unexpected answer {answer[0]}: {answer[1]}")
    return took


def round_at(no: str, line: KeptConnection) -> float:
    """One person at a window; the seconds are those of the call."""
    began = time.perf_counter()
    status, ticket, _ = line.post(f"/windows/{no}/calls")
    took = time.perf_counter() - began
    if status == 204:
        line.post("/tickets", BODY)
        return took
    ensure(status == 201, f"a call was answered with {status}: {ticket}")
    for gesture in ("service", "completion"):
        ensure(line.post(f"/tickets/{ticket['id']}/{gesture}")[0] == 201, f"{gesture} was refused")
    return took


def crowd(all_of_them: list, seconds: float, act) -> tuple[list[float], float]:
    """(times, acts per second) of many at once."""
    times: list[float] = []
    mistakes: list[Exception] = []

    def run(one) -> None:
        try:
            for _ in until(seconds):
                times.append(act(one))
        except Exception as error:  # noqa: BLE001  told by the command's own thread
            mistakes.append(error)

    began = time.monotonic()
    threads = [threading.Thread(target=run, args=(one,)) for one in all_of_them]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if mistakes:
        raise mistakes[0]
    return times, len(times) / (time.monotonic() - began)


# -- displays


def displays(server: OwnServer, table: BenchTable, clients: int, seconds: float) -> None:
    """Many boards in a process of their own; the clock is the machine's, so both processes read the same."""
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    mine = token(server.folder, "display")  # as strangers they would not all be let in from one address
    process = spawn.Process(target=listen, args=(f"http://127.0.0.1:{server.port}", mine, clients, theirs), daemon=True)
    process.start()
    try:
        ensure(ours.poll(120) and ours.recv() == "listening", "the displays could not all connect")
        kiosk = KeptConnection(server.port, token(server.folder, "kiosk"))
        keypad = KeptConnection(server.port, token(server.folder, "keypad", "1"))
        table.measure(f"call to the last of {clients} displays", lambda: [call_seen(ours, kiosk, keypad) for _ in until(seconds)])
        for name, how in (("killed, all displays back", server.kill_worker), ("restarted, all displays back", lambda: again(server))):
            table.measure(name, lambda how=how: [all_back(ours, how)])
            server.wait()
        ours.send("end")
        process.join(20)
    finally:
        if process.is_alive():
            process.kill()


def call_seen(ours, kiosk: KeptConnection, keypad: KeptConnection) -> float:
    """Seconds from the press to the last display that has heard of it."""
    kiosk.post("/tickets", BODY)
    ours.send("next call")
    ours.recv()
    began = time.monotonic()
    status, ticket, _ = keypad.post("/windows/1/calls")
    ensure(status == 201, "nobody could be called")
    ensure(ours.poll(30), "a call did not reach every display")
    seen = ours.recv() - began
    for gesture in ("service", "completion"):
        keypad.post(f"/tickets/{ticket['id']}/{gesture}")
    return seen


def all_back(ours, how: Callable) -> float:
    """Seconds from the blow until every display has drawn the hall again."""
    ours.send("count")
    ours.recv()
    began = time.monotonic()
    how()
    ensure(ours.poll(120), "not every display came back")
    return ours.recv() - began


def again(server: OwnServer) -> None:
    server.process.terminate()
    server.process.wait()
    server.start()


def listen(url: str, token: str, clients: int, pipe) -> None:
    """The other process: boards that watch the hall, and come back by themselves."""
    import socketio

    state = {"mode": "", "left": 0}
    lock, drawn_first = threading.Lock(), {"n": 0}

    def one_less(mode: str) -> None:
        with lock:
            if state["mode"] != mode:
                return
            state["left"] -= 1
            if state["left"] == 0:
                state["mode"] = ""
                pipe.send(time.monotonic())

    quickly: Any = {"reconnection_delay": 0.2, "reconnection_delay_max": 1.0}  # seconds; the library says whole ones and takes others

    def board():
        io = socketio.Client(randomization_factor=0.3, **quickly)
        seen = {"seq": 0}

        @io.on("*")  # pyright: ignore[reportOptionalCall]  without a handler it gives back a decorator
        def hear(name, body):
            seen["seq"] = body["seq"] or seen["seq"]
            if name == "ticket.called":
                one_less("call")

        @io.event
        def connect():
            io.emit("watch", {"rooms": ["hall"], "after": seen["seq"]} if seen["seq"] else ["hall"], callback=drawn)

        def drawn(answer):
            seen["seq"] = answer["seq"]
            with lock:
                drawn_first["n"] += 1
            one_less("count")

        io.connect(url, auth={"token": token}, transports=["websocket"], wait_timeout=30)
        return io

    boards = [board() for _ in range(clients)]
    end = time.monotonic() + 60
    while drawn_first["n"] < clients and time.monotonic() < end:
        time.sleep(0.01)
    pipe.send("listening")
    while (asked := pipe.recv()) != "end":
        with lock:
            state.update(mode="call" if asked == "next call" else "count", left=clients)
        pipe.send("ready")
    for io in boards:
        io.disconnect()
