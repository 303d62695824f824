"""`hall bench bounds`: what a hall weighs, how soon it is there and back again, and what a slow disk does to it, each beside its bound."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import click

from server.commands._ears import Ears
from server.commands._hall import token
from server.commands._own import KeptConnection, OwnServer, config, ensure, free_port, share
from server.commands.bench import crowd, timed, visit
from tools.others import BODY, ROOT, own_memory

SYNC = 20  # ms that each sync of the slow disk takes
KIOSK = (
    '[kiosk]\nname = "k1"\nport = {port}\n[server]\nurl = "http://127.0.0.1:{server}"\n[reader]\nurl = "virtual://reader"\nkind = "sam"\n'
)
KIOSK += '[printer]\nurl = "virtual://printer"\n'


@click.command()
@click.option("--pages", type=click.IntRange(1, 1500), default=1000, show_default=True, help="That listen, for their weight.")
@click.option("--back", type=click.IntRange(1, 1500), default=500, show_default=True, help="That come back after a restart.")
@click.option("--seconds", type=click.FloatRange(0.2, 120), default=4.0, show_default=True, help="For each figure of the slow disk.")
@click.option("--quick", is_flag=True, help="100 pages, a second for each figure.")
def command(pages, back, seconds, quick):
    """Measure weight, start, restart with many pages, and gestures on a disk whose syncs take 20 ms."""
    pages, back, seconds = (100, 100, 1.0) if quick else (pages, back, seconds)
    top = Path(tempfile.mkdtemp(prefix="hall-bench-"))
    click.echo(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n{'':46}{'':>10}{'bound':>10}")
    try:
        hall(top / "hall", pages, back)
        for name, bound, line in (("kiosk", 60, kiosk(top / "kiosk")), ("display", 40, ["display"])):
            tell(f"{name}, MB", resting(line), bound)
        slow(top / "slow", seconds)
    finally:
        shutil.rmtree(top, ignore_errors=True)


def tell(name: str, figure: float, bound: float | None = None) -> None:
    click.echo(f"{name:46}{figure:>10.1f}{'' if bound is None else f'{bound:>10.0f}'}")


def hall(folder: Path, pages: int, back: int) -> None:
    """A fresh hall, then with many pages, then killed and restarted below them."""
    folder.mkdir()
    server = OwnServer(folder / "data", config(folder / "server.toml", windows=1, services=1, sockets=max(pages, back) + 20))
    try:
        tell("first start to ready, s", server.start(), 2)
        time.sleep(12)  # what starts aside has ended, and what it was read for is given back
        tell("server at rest, all its processes, MB", own_memory(server.process.pid) / 1024, 120)
        kiosk, keypad = (
            KeptConnection(server.port, token(server.folder, "kiosk")),
            KeptConnection(server.port, token(server.folder, "keypad", "1")),
        )
        ensure(keypad.ask("PUT", "/windows/1/state", {"state": "open"})[0] == 200, "the window could not be opened")
        for _ in range(5):
            timed(lambda: kiosk.post("/tickets", BODY), 201)
        time.sleep(40)  # what is looked ahead at is compiled now
        tell("the same, a window open and five in line, MB", own_memory(server.process.pid) / 1024, 120)
        mine, before = token(server.folder, "display"), own_memory(server.process.pid, worker=False)
        with Ears(server.port, pages, mine):
            tell(f"each of {pages} pages, kB", max(0, own_memory(server.process.pid, worker=False) - before) / pages, 80)
        with Ears(server.port, back, mine) as ears:
            tell(f"killed, {back} pages right again, s", again(ears, server.kill_worker), 2)
            server.wait()
            tell(f"restarted, {back} pages right again, s", again(ears, lambda: restart(server)), 3)
    finally:
        server.stop()


def restart(server: OwnServer) -> None:
    server.process.terminate()
    server.process.wait()
    server.start()


def again(ears: Ears, blow: Callable[[], object]) -> float:
    """Seconds from a blow until every page has drawn the hall anew."""
    ears.ready("count")
    began = time.monotonic()
    blow()
    return ears.last(120) - began


def kiosk(folder: Path) -> list[str]:
    folder.mkdir()
    (folder / "kiosk.toml").write_text(KIOSK.format(port=free_port(), server=free_port()), encoding="utf-8")
    return ["kiosk", "--config", str(folder / "kiosk.toml"), "--data", str(folder)]


def resting(line: list[str]) -> float:
    """MB that a command has for itself once it holds no more and no less for three seconds."""
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "hallfloor", *line], env=_env(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        was, same, end = 0, 0, time.monotonic() + 60
        while same < 3 and time.monotonic() < end:
            time.sleep(1)
            now = own_memory(process.pid)
            same, was = (same + 1 if abs(now - was) < 100 else 0), now
        ensure(process.poll() is None, f"hall {line[0]} did not stay up")
        return was / 1024
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def slow(folder: Path, seconds: float) -> None:
    """Each gesture's p99 in syncs, on a disk that takes SYNC for each."""
    folder.mkdir()
    code = f"from tools.disk import slow; slow({SYNC / 1000}); from hallfloor import main; main()"
    server = OwnServer(folder / "data", config(folder / "server.toml", windows=1, services=1), program=["-c", code])
    try:
        server.start()
        lines = {
            role: KeptConnection(server.port, token(server.folder, role, *more))
            for role, *more in (("kiosk",), ("keypad", "1"), ("pad", "1"))
        }
        ready = lines["keypad"].ask("PUT", "/windows/1/state", {"state": "open"})
        ensure(ready[0] == 200, "the window could not be opened")
        take = lambda line: timed(lambda: line.post("/tickets", BODY), 201)
        for many in (1, 16):
            times, _ = crowd([KeptConnection(server.port, lines["kiosk"].token) for _ in range(many)], seconds, take)
            tell(f"syncs of {SYNC} ms: {many} take numbers, p99 in syncs", share(times, 0.99) * 1000 / SYNC, 4)
        end, visits = time.monotonic() + seconds, []
        while time.monotonic() < end or len(visits) < 5:
            visits.append(visit(lines["kiosk"], lines["keypad"], lines["pad"]))
        for name in ("call", "finish", "evaluate"):
            tell(f"syncs of {SYNC} ms: {name}, p99 in syncs", share([one[name] for one in visits], 0.99) * 1000 / SYNC, 4)
    finally:
        server.stop()


def _env() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(ROOT)}
