"""`hall torture siege`: strangers try to take all lines of a hall, in each way there is, while staff, a kiosk and boards go on working.

The strangers come from an address of their own (127.0.0.2), in a process of their own, bounded in number and time.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import selectors
import socket
import time
from collections.abc import Callable

import click

from server.commands._ears import ASK, Ears
from server.commands._hall import token
from server.commands._own import LOCAL, KeptConnection, OwnServer, ensure, share

BODY = {"service": "s1", "channel": "kiosk"}
THEIRS = "127.0.0.2"
HEAD = b"GET /api/v1/board HTTP/1.1\r\nHost: x\r\nX-Slow: "
POST = b"POST /api/v1/evaluations HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n"
POLL = b"GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\n\r\n"
LOOK = b"GET /api/v1/board HTTP/1.1\r\nHost: x\r\n\r\n"
# what they do: (how many lines, how many of them a second, what each sends first, what it sends again each second)
ATTACKS: dict[str, tuple[int, int, bytes, bytes]] = {
    "silent lines": (3_000, 500, b"", b""),
    "slow heads": (3_000, 500, HEAD, b"x"),
    "slow bodies": (3_000, 500, POST, b"x"),
    "half of a request, then gone": (3_000, 500, HEAD[:20], b""),
    "handshakes by polling": (3_000, 120, POLL, b""),
    "pages that never say who they are": (3_000, 120, ASK.encode(), b""),
    "requests kept open": (3_000, 120, LOOK, b""),
    "connections": (10_000, 1500, b"", b""),
}


def besiege(port: int, many: int, rate: int, first: bytes, again: bytes, pipe) -> None:
    """The other process: opens that many lines and holds what it is let hold, until it is told to end."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    selector, lines, opened = selectors.DefaultSelector(), set(), 0
    began = pulse = time.monotonic()
    pipe.send("here")
    while not pipe.poll(0.05):
        while opened < min(many, (time.monotonic() - began) * rate):
            opened += 1
            sock = socket.socket()
            sock.bind((THEIRS, 0))
            sock.settimeout(1)
            try:
                sock.connect((LOCAL, port))
                sock.sendall(first)
                sock.setblocking(False)
                selector.register(sock, selectors.EVENT_READ)
                lines.add(sock)
            except OSError:
                sock.close()
        for key, _ in selector.select(0):
            sock: socket.socket = key.fileobj  # pyright: ignore[reportAssignmentType]  a socket was registered
            with contextlib.suppress(OSError):
                if sock.recv(65_536):
                    continue
            selector.unregister(sock)
            lines.discard(sock)
            sock.close()
        if again and time.monotonic() - pulse > 1:
            pulse = time.monotonic()
            for sock in lines:
                with contextlib.suppress(OSError):
                    sock.send(again)
    pipe.send((opened, len(lines)))
    os._exit(0)


class Workday:
    """What goes on in the hall meanwhile, and how long each takes (s)."""

    def __init__(self, server: OwnServer, ears: Ears):
        self.port, self.ears = server.port, ears
        self.kiosk = KeptConnection(self.port, token(server.folder, "kiosk"))
        self.keypad = KeptConnection(self.port, token(server.folder, "keypad", "1"))
        ensure(self.keypad.ask("PUT", "/windows/1/state", {"state": "open"})[0] == 200, "the window could not be opened")

    def work(self, done: Callable[[], bool]) -> dict[str, list[float]]:
        times: dict[str, list[float]] = {"a number": [], "a call": [], "the call on the last board": [], "a new line": []}
        while not done():
            began = time.perf_counter()
            ensure(self.kiosk.post("/tickets", BODY)[0] == 201, "a number was refused")
            times["a number"].append(time.perf_counter() - began)
            self.ears.ready("next")
            began = time.monotonic()
            status, ticket, _ = self.keypad.post("/windows/1/calls")
            times["a call"].append(time.monotonic() - began)
            ensure(status == 201, f"a call was answered with {status}")
            times["the call on the last board"].append(self.ears.last() - began)
            for gesture in ("service", "completion"):
                ensure(self.keypad.post(f"/tickets/{ticket['id']}/{gesture}")[0] == 201, f"{gesture} was refused")
            began = time.perf_counter()
            ensure(KeptConnection(self.port).get("/hall")[0] == 200, "a new line was refused")
            times["a new line"].append(time.perf_counter() - began)
            time.sleep(0.02)
        return times


def siege(server: OwnServer, *, seconds: float, boards: int, only: tuple[str, ...]) -> dict[str, dict[str, float]]:
    """{what: {attack: p99 under it / p99 in quiet}}; prints as it goes."""
    found: dict[str, dict[str, float]] = {}
    with Ears(server.port, boards, token(server.folder, "display")) as ears:
        day = Workday(server, ears)
        day.work(_after(1.0))
        quiet = day.work(_after(seconds))
        _print("quiet", quiet, quiet)
        for name, (many, rate, first, again) in ATTACKS.items():
            if only and name not in only:
                continue
            with _strangers(server.port, many, rate, first, again) as told:
                under = day.work(_after(seconds))
            _print(f"{name}: {told[0][0]:,} came, {told[0][1]:,} held at the end", under, quiet)
            for what, times in under.items():
                found.setdefault(what, {})[name] = share(times, 0.99) / share(quiet[what], 0.99)
    return found


def _after(seconds: float) -> Callable[[], bool]:
    end, rounds = time.monotonic() + seconds, iter(range(1 << 30))
    return lambda: next(rounds) >= 5 and time.monotonic() > end


@contextlib.contextmanager
def _strangers(port: int, many: int, rate: int, first: bytes, again: bytes):
    spawn, told = multiprocessing.get_context("spawn"), []
    ours, theirs = spawn.Pipe()
    process = spawn.Process(target=besiege, args=(port, many, rate, first, again, theirs), daemon=True)
    process.start()
    try:
        ensure(ours.poll(60), "the strangers did not come")
        ours.recv()
        yield told
        ours.send("end")
        ensure(ours.poll(60), "the strangers did not end")
        told.append(ours.recv())
        process.join(10)
    finally:
        if process.is_alive():
            process.kill()


def _print(name: str, times: dict[str, list[float]], quiet: dict[str, list[float]]) -> None:
    click.echo(f"{name}\n{'':34}{'n':>6}{'p50 ms':>9}{'p99 ms':>9}{'x quiet':>9}")
    for what, values in times.items():
        p50, p99 = share(values, 0.5), share(values, 0.99)
        click.echo(f"    {what:30}{len(values):>6}{p50 * 1000:>9.1f}{p99 * 1000:>9.1f}{p99 / share(quiet[what], 0.99):>9.1f}")
