"""`hall demo`: server, kiosk and display agent as processes of their own, with the shipped stand-ins, and a morning of visitors.

It puts them together and prints where to look; everything is on 127.0.0.1, and nothing is left behind unless --data is given.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import click

from config import paths
from config.codes import StaffRole

LOCAL = "127.0.0.1"


@click.command()
@click.option("--hall", "hall_file", metavar="NAME|FILE", default="county", show_default=True, help="county, township, village, or a file.")
@click.option("--port", type=click.IntRange(1, 65535), default=8700, show_default=True, help="Of the server; a free one if it is taken.")
@click.option("--pace", type=click.FloatRange(1, 600), default=20.0, show_default=True, help="How many times faster clerks work.")
@click.option("--every", type=click.FloatRange(0.2, 600), help="Seconds between two visitors (default: what the windows can just serve).")
@click.option("--no-visitors", "empty", is_flag=True, help="An open hall without visitors: all gestures are yours.")
@click.option("--data", "folder", metavar="DIR", type=click.Path(path_type=Path), help="Keep the hall's data here (default: thrown away).")
@click.option("--minutes", type=click.FloatRange(min=0.01), help="End by itself after so long.")
def command(hall_file, port, pace, every, empty, folder, minutes):
    """Show the whole hall on this machine: server, kiosk and display agent with stand-ins for the devices, visitors and clerks.

    Prints the pages to open. Ctrl-C ends it.
    """
    from config import halls

    hall = halls.load(hall_file).model_copy(update={"hours": None})  # a demo is open at night, too
    if not empty:
        quick = [s.model_copy(update={"minutes": max(0.05, round(s.minutes / pace, 2))}) for s in hall.services]
        hall = hall.model_copy(update={"services": quick})
    with contextlib.ExitStack() as stack:
        if folder is None:
            scratch = tempfile.mkdtemp(prefix="hall-demo-")
            stack.callback(shutil.rmtree, scratch, ignore_errors=True)
            folder = Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        demo = Demo(folder.resolve(), hall, port)
        stack.callback(demo.close)
        demo.start()
        demo.tell()
        if not empty:
            demo.visitors(every)
        demo.wait(minutes)


class Demo:
    """Three processes and their files in one folder."""

    def __init__(self, folder: Path, hall, port: int):
        self.folder, self.hall = folder, hall
        self._claims = claimed(port), claimed(8710)
        self.port, self.kiosk_port = (claim.getsockname()[1] for claim in self._claims)
        self.url, self.kiosk_url = f"http://{LOCAL}:{self.port}", f"http://{LOCAL}:{self.kiosk_port}"
        self.reader, self.printer = free(0), free(0)  # control lines of the stand-ins
        self.slips = folder / "slips"
        numbers = [w.no for w in hall.windows]
        self.yours = numbers[2] if len(numbers) > 3 else None  # closed, for whoever tries the desk
        people = paths.demo()["hall"]["clerks"]
        self.clerks = {no: (f"clerk{no}", people[n % len(people)]) for n, no in enumerate(numbers)}
        self.tokens: dict[str, str] = {}
        self.processes: dict[str, subprocess.Popen] = {}
        self.morning = None
        self.over = threading.Event()
        self.password = f"Hall-{secrets.token_hex(4)}-{secrets.randbelow(90) + 10}"  # no two demos share one

    # -- one by one

    def start(self) -> None:
        self._write_files()
        self._prepare()
        self._run("server", "--config", "server.toml", "--data", "data")
        self._until(f"{self.url}/readyz", "server")
        self._write_devices()
        self._run("kiosk", "--config", "kiosk.toml")
        self._until(f"{self.kiosk_url}/state", "kiosk")
        self._run("display", "--config", "display.toml")

    def _write_files(self) -> None:
        from config import halls

        self._write("hall.toml", halls.dump(self.hall))
        self._write("server.toml", f'[server]\nport = {self.port}\n[hall]\nfile = "hall.toml"\n[log]\nlevel = "warning"\n')

    def _prepare(self) -> None:
        """The hall, its people with one password, open windows, and a token for each device: straight into the data folder."""
        from config import load
        from server import actions, app
        from server.actions import people

        from ..runtime.passwords import hashed

        ledger = app.open_ledger(load.server(self.folder / "server.toml"), self.folder / "data")
        try:
            password = hashed(self.password)
            made_up = paths.demo()["hall"]
            staff = {name: ("clerk", shown) for name, shown in self.clerks.values()}
            staff |= {role: (role, made_up.get(role, "")) for role in StaffRole if role is not StaffRole.CLERK}
            for n, (name, (role, shown)) in enumerate(staff.items()):
                if name not in ledger.floor.staff:
                    facts = {"stars": 3 + n % 3, "title": made_up["title"] if n % 4 == 0 else ""} if role == "clerk" else {}
                    ledger.do("demo", people.add_staff, name=name, role=role, password_hash=password, shown=shown, **facts)
                    ledger.do("demo", people.set_password, name=name, password_hash=password, must_change=False)
            for no, (name, _) in self.clerks.items():
                if no != self.yours and ledger.floor.windows[no].state != "open":
                    ledger.do("demo", actions.set_window, window=no, state="open", clerk=name)
                for role in ("keypad", "pad"):
                    self.tokens[f"{role}:{no}"] = ledger.do("demo", people.make_token, role=role, window=no, name=f"{role} {no}")[1]
            for role in ("kiosk", "display"):
                self.tokens[role] = ledger.do("demo", people.make_token, role=role, name=f"{role}-1")[1]
            self.tokens["desk"] = ledger.do("demo", people.make_token, role="kiosk", name="morning")[1]
        finally:
            ledger.close()

    def _write_devices(self) -> None:
        link = f'[server]\nurl = "{self.url}"\n'
        slips = self.slips.as_posix()
        self._write(
            "kiosk.toml",
            f'[kiosk]\nname = "kiosk-1"\nport = {self.kiosk_port}\nspool = "spool"\n{link}token = "{self.tokens["kiosk"]}"\n'
            f'[reader]\nurl = "virtual://{"pty" if hasattr(os, "openpty") else "tcp"}?control={self.reader}"\nkind = "sam"\n'
            f'[printer]\nurl = "virtual://{slips}?control={self.printer}&keep=1000"\n[log]\nlevel = "warning"\n',
        )
        signs = "".join(f'[[signs]]\nwindow = "{no}"\nurl = "virtual://sign{no}"\n' for no in self.clerks)
        self._write(
            "display.toml", f'[display]\nname = "display-1"\n{link}token = "{self.tokens["display"]}"\n{signs}[log]\nlevel = "warning"\n'
        )

    def _write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        with contextlib.suppress(OSError):
            path.chmod(0o600)  # tokens stand in it

    def _run(self, name: str, *arguments: str) -> None:
        from config.alive import bound_to

        root = str(Path(__file__).resolve().parents[2])
        env = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH")))), "PYTHONUTF8": "1"}
        log = (self.folder / f"{name}.log").open("ab")
        own: dict[str, Any] = (
            {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
            if os.name == "nt"
            else {"start_new_session": True, "preexec_fn": bound_to(os.getpid(), signal.SIGTERM)}
        )
        with log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, "-m", "hallfloor", name, *arguments],
                cwd=self.folder, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log, **own,
            )  # fmt: skip

    def _until(self, url: str, name: str, seconds: float = 40.0) -> None:
        from config.alive import answers

        end, ready = time.monotonic() + seconds, answers(url, timeout=2)
        while not ready():
            if self.processes[name].poll() is not None or time.monotonic() > end:
                raise click.ClickException(f"the {name} did not start: {self._last_words(name)}")
            time.sleep(0.05)

    def _last_words(self, name: str) -> str:
        lines = (self.folder / f"{name}.log").read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return lines[-1] if lines else "it said nothing"

    # -- what people see

    def tell(self) -> None:
        first = next(iter(self.clerks))
        yours = self.yours or first
        rows = [
            ("all pages", f"{self.url}/", ""),
            ("board", f"{self.url}/board", "what everybody sees and hears"),
            ("kiosk", f"{self.kiosk_url}/", "take a number; 'c' + Enter here lays a card on its reader"),
            ("slips", str(self.slips), "what its printer printed, as pictures"),
            ("window screen", f"{self.url}/window/{first}", ""),
            ("pad", f"{self.url}/pad/{first}#token={self.tokens[f'pad:{first}']}", "asks after each service"),
            ("desk", f"{self.url}/desk", f"sign in as clerk{yours} at window {yours}"),
            ("guide", f"{self.url}/guide", "sign in as guide"),
            ("manage", f"{self.url}/manage", "sign in as manager"),
            ("book", f"{self.url}/book", "on a phone"),
        ]
        width = max(len(r[0]) for r in rows)
        name = self.hall.hall.name
        called = name if isinstance(name, str) else next(iter(name.values()))
        click.echo(f"\n{called} is open ({len(self.hall.services)} services, {len(self.hall.windows)} windows).\n")
        for name, address, remark in rows:
            click.echo(f"  {name:<{width}}  {address}" + (f"   ({remark})" if remark else ""))
        click.echo(f"\n  Password of everybody (made for this run): {self.password}")
        click.echo(f"  Logs and data: {self.folder}")
        click.echo("  Ctrl-C ends it." + (" Keys (then Enter): c card, p paper out / in, q end." if sys.stdin.isatty() else "") + "\n")

    def visitors(self, every: float | None) -> None:
        from ._morning import Api, Morning

        windows = {no: Api(self.url, self.tokens[f"keypad:{no}"]) for no in self.clerks if no != self.yours}
        usual = sum(s.minutes for s in self.hall.services) / len(self.hall.services) * 60
        every = every or max(0.5, (usual + 8) / max(1, len(windows)) / 0.9)
        self.morning = Morning(Api(self.url, self.tokens["desk"]), windows, every=every, kiosk=Api(self.kiosk_url, timeout=10))
        self.morning.start()

    def wait(self, minutes: float | None) -> None:
        for name in ("SIGTERM", "SIGHUP"):
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), lambda *_: self.over.set())
        if sys.stdin.isatty():
            threading.Thread(target=self._keys, name="keys", daemon=True).start()
        end = time.monotonic() + minutes * 60 if minutes else None
        with contextlib.suppress(KeyboardInterrupt):
            while not self.over.wait(0.5):
                if end and time.monotonic() > end:
                    break
                for name, process in self.processes.items():
                    if process.poll() is not None:
                        raise click.ClickException(f"the {name} ended ({process.returncode}): {self._last_words(name)}")
        if self.morning:
            click.echo(f"{self.morning.issued + self.morning.slips} numbers, {self.morning.served} services.")

    def _keys(self) -> None:
        paper = True
        for line in sys.stdin:
            match line.strip().lower():
                case "c":
                    said(self.reader, "lay resident")
                    threading.Timer(4, said, (self.reader, "lift")).start()
                case "p":
                    paper = not paper
                    said(self.printer, f"set {'ok' if paper else 'paper_end'}")
                    click.echo(f"paper {'in' if paper else 'out'}")
                case "q":
                    self.over.set()

    def close(self) -> None:
        """Ends the morning, then the processes in the reverse order of their start."""
        if self.morning:
            self.morning.stop()
        for process in reversed(self.processes.values()):
            if process.poll() is None:
                process.terminate()
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(5)
        for claim in self._claims:
            claim.close()


def claimed(port: int) -> socket.socket:
    """The port, or a free one where somebody has it, claimed until the socket is closed: it holds the UDP port of the same number, so two
    demos that start in one moment take different ones, long before their servers listen."""
    for wanted in (port, *[0] * 20):
        claim = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            claim.bind((LOCAL, free(wanted)))
        except OSError:
            claim.close()
        else:
            return claim
    raise click.ClickException("there is no free port on this machine.")


def free(port: int) -> int:
    """The port, or a free one where somebody has it already."""
    for wanted in (port, 0):
        with contextlib.suppress(OSError), socket.socket() as probe:
            if os.name != "nt":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((LOCAL, wanted))
            return probe.getsockname()[1]
    raise click.ClickException("there is no free port on this machine.")


def said(port: int, line: str) -> str:
    """One line to a stand-in's control door, and its answer."""
    with contextlib.suppress(OSError), socket.create_connection((LOCAL, port), timeout=2) as control:
        control.sendall(f"{line}\n".encode())
        return control.makefile(encoding="utf-8").readline().strip()
    return "no answer"
