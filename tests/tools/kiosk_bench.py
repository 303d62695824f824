"""How long a visitor waits at the kiosk: card to page, touch to answer, first touch to slip. `hall bench kiosk`. Asserts nothing.

A real server process, the kiosk in this one, and the stand-ins that ship: a reader that speaks SAM frames at 115200 baud, and a printer
that takes bytes as fast as its line does: the network, or a serial line at 115200.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from config.schema import KioskSettings
from drivers.printer.virtual import VirtualPrinter
from drivers.reader.virtual import VirtualReader
from drivers.wire import raw_pty
from kiosk.app import Kiosk
from tools.alone import HALL, HOME, Machine, free_port

SERIAL = 11_520  # bytes a second at 115200 8N1


@click.command()
@click.option("--rounds", type=click.IntRange(1), default=10, show_default=True, help="Visits for each printer.")
def command(rounds):
    """Measure how long a visitor waits at the kiosk, with a printer on the network and on a serial line."""
    for name, line, mode in (
        ("network printer, image", 0, "image"),
        ("serial printer at 115200, text", SERIAL, "text"),
        ("serial printer at 115200, image", SERIAL, "image"),
    ):
        figures = run(rounds, line=line, mode=mode)
        shown = {k: sorted(v) for k, v in figures.items()}
        click.echo(f"{name}: " + ", ".join(f"{k} p50 {v[len(v) // 2]:.3f} s, worst {v[-1]:.3f} s" for k, v in shown.items()))


@contextlib.contextmanager
def a_hall(folder: Path) -> Iterator[tuple[str, str]]:
    """A small hall in a process of its own: its address and a kiosk's token."""
    port = free_port()
    (folder / "hall.toml").write_text(HALL, encoding="utf-8")
    (folder / "server.toml").write_text(f'[server]\nport = {port}\nthreads = 20\n[hall]\nfile = "hall.toml"\n[voice]\nengine = "none"\n')
    hall = [sys.executable, "-m", "hallfloor"]
    data = ["--data", str(folder / "data")]
    server = Machine(
        "server", [*hall, "server", "--config", str(folder / "server.toml"), *data], f"http://127.0.0.1:{port}/readyz", folder / "log"
    )
    server.start()
    try:
        server.wait()
        made = subprocess.run(
            [*hall, "token", *data, "--role", "kiosk", "--name", "k1"], env=HOME, capture_output=True, text=True, check=True
        )
        yield f"http://127.0.0.1:{port}", made.stdout.strip()
    finally:
        server.kill()


def run(rounds: int = 10, *, line: int = 0, mode: str = "image", width: int = 576) -> dict[str, list[float]]:
    """Seconds of each visit: `card` (laid down to page), `touch` (slowest answer of the door), `slip` (first touch to whole slip).

    `line`: bytes a second that the printer takes; 0 is as fast as it can.
    """
    found: dict[str, list[float]] = {"card": [], "touch": [], "slip": []}
    with tempfile.TemporaryDirectory() as name, a_hall(Path(name)) as (url, token):
        reader, printer = VirtualReader(baud=115200), VirtualPrinter(width=width)
        serial = Serial(printer, line) if line else None
        settings = KioskSettings.model_validate(
            {
                "kiosk": {"name": "k1", "port": free_port(), "spool": "spool"},
                "server": {"url": url, "token": token},
                "reader": {"url": reader.url},
                "printer": {"url": serial.url if line else printer.url, "mode": mode, "width": width, "timeout": 30},
            }
        )
        kiosk = Kiosk(settings, near=Path(name))
        kiosk.start()
        try:
            state = kiosk.attendant.state
            wait(lambda: state().server == "ok" and state().services)
            wait(lambda: "reader" in state().devices and state().devices["reader"].state == "ok")
            for n in range(rounds):
                visit(kiosk, reader, printer, n, found)
        finally:
            kiosk.close()
            reader.close()
            printer.close()
            if serial:
                serial.close()
    return found


class Serial:
    """A pseudo-terminal before the stand-in printer, so that the kiosk drives it as the serial printer it would be."""

    def __init__(self, printer: VirtualPrinter, speed: int):
        self._speed = speed
        self._master, self._slave = raw_pty()
        self.url = f"serial://{os.ttyname(self._slave)}?baud=115200"
        self._printer = socket.create_connection(("127.0.0.1", printer.port))
        for source, sink in ((self._read, self._printer.sendall), (lambda: self._printer.recv(4096), self._write)):
            threading.Thread(target=self._pump, args=(source, sink), daemon=True).start()

    def _read(self) -> bytes:
        """As slow as the line is: whoever writes has to wait, as before a UART."""
        data = os.read(self._master, 256)
        time.sleep(len(data) / self._speed)
        return data

    def _write(self, data: bytes) -> None:
        os.write(self._master, data)

    def _pump(self, source: Callable[[], bytes], sink: Callable[[bytes], object]) -> None:
        with contextlib.suppress(OSError):
            while data := source():
                sink(data)

    def close(self) -> None:
        self._printer.close()
        os.close(self._slave)
        os.close(self._master)


def visit(kiosk: Kiosk, reader: VirtualReader, printer: VirtualPrinter, n: int, found: dict[str, list[float]]) -> None:
    session = lambda: kiosk.attendant.session
    before = printer.printed
    person = json.dumps({"kind": "resident", "name": "张三", "number": f"33100219800101{n:04d}", "birth": "19800101"})

    begin = time.perf_counter()
    reader.lay(person)
    wait(lambda: session().screen == "choosing")
    found["card"].append(time.perf_counter() - begin)

    begin = time.perf_counter()
    touches = [timed(kiosk.url, "choose", service="social"), timed(kiosk.url, "confirm")]
    printer.wait(before + 1, timeout=60)
    found["slip"].append(time.perf_counter() - begin)
    found["touch"].append(max(touches))

    reader.lift()
    wait(lambda: session().screen in ("done", "no_paper") and not session().card_left)
    kiosk.attendant.tell("cancel")


def timed(url: str, gesture: str, **body: str) -> float:
    begin = time.perf_counter()
    urllib.request.urlopen(urllib.request.Request(f"{url}/{gesture}", json.dumps(body).encode()), timeout=10).read()
    return time.perf_counter() - begin


def wait(fits: Callable[[], object], seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while not fits():
        if time.monotonic() > end:
            raise TimeoutError("the kiosk did not get there")
        time.sleep(0.002)
