"""A real server process on a small hall in a folder of its own, and a plain way to speak with it: for `hall bench` and the instruments."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import urllib3

from config import paths

LOCAL = "127.0.0.1"
HALL = """
[server]
threads = {threads}
[voice]
engine = "none"
[log]
level = "error"
[limits]
sockets = {sockets}
[hall]
code = "33100200000001"
name = "{hall}"
name_en = "{hall_en}"
"""
SERVICE = """
[[services]]
code = "s{n}"
name = "{service}{n}"
prefix = "{prefix}"
"""
WINDOW = """
[[windows]]
no = "{no}"
services = [{services}]
"""


def config(path: Path, *, windows: int, services: int, sockets: int = 60) -> Path:
    """A server.toml with a hall in it: every window serves everything, the hall is always open."""
    made_up = paths.demo()["hall"]
    codes = ", ".join(f'"s{n}"' for n in range(1, services + 1))
    text = HALL.format(threads=min(2 * sockets + 40, 2000), sockets=sockets + 20, hall=made_up["name"]["zh"], hall_en=made_up["name"]["en"])
    text += "".join(SERVICE.format(n=n, service=made_up["service"], prefix=chr(65 + (n - 1) % 26)) for n in range(1, services + 1))
    text += "".join(WINDOW.format(no=no, services=codes) for no in range(1, windows + 1))
    path.write_text(text, encoding="utf-8")
    return path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOCAL, 0))
        return probe.getsockname()[1]


class NotUp(Exception):
    """The server did not come up; the text is the end of its log."""


class OwnServer:
    """Started, killed and started again; the folder stays."""

    def __init__(self, folder: Path, config_file: Path, port: int | None = None, program: Sequence[str] = ("-m", "hallfloor")):
        self.folder, self.config, self.port, self.program = folder, config_file, port or free_port(), program
        self._process: subprocess.Popen | None = None
        self._log = open(folder.with_name("server.log"), "ab")  # noqa: SIM115  closed in stop()

    @property
    def process(self) -> subprocess.Popen:
        if self._process is None:
            raise NotUp("the server was never started")
        return self._process

    def start(self) -> float:
        """Seconds from the command to the first ready answer."""
        began = time.perf_counter()
        line = [sys.executable, "-P", *self.program, "server"]
        line += ["--config", str(self.config), "--data", str(self.folder), "--port", str(self.port)]
        root = Path(__file__).resolve().parents[2]
        env = os.environ | {"PYTHONPATH": os.pathsep.join((str(root), str(root / "tests")))}
        self._process = subprocess.Popen(line, env=env, stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log)
        self.wait()
        return time.perf_counter() - began

    def wait(self, seconds: float = 120) -> None:
        line, end = KeptConnection(self.port), time.monotonic() + seconds
        while time.monotonic() < end:
            with contextlib.suppress(urllib3.exceptions.HTTPError):
                if line.get("/readyz", root=True)[0] == 200:
                    return
            if self.process.poll() is not None:
                break
            time.sleep(0.01)
        log = self.folder.with_name("server.log").read_text(errors="replace")[-3000:]
        raise NotUp(f"the server did not come up: {log.strip().splitlines()[-1] if log else 'it said nothing'}\n{log}")

    def kill(self) -> None:
        """-9, as a pulled plug."""
        self.process.kill()
        self.process.wait()

    def kill_worker(self) -> bool:
        """-9 at the process that does the work; the one above starts another by itself. False where there is none to find."""
        try:
            children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        except OSError:
            return False
        found = [int(child) for child in children if not reckons(int(child))]
        for child in found:
            os.kill(child, signal.SIGKILL)
        return bool(found)

    def stop(self) -> None:
        if self._process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(20)
            if self.process.poll() is None:
                self.process.kill()
        self._log.close()


def reckons(pid: int) -> bool:
    """Whether a process is the one that forecasts beside a server (Linux)."""
    try:
        return b"server.runtime.worker" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


class KeptConnection:
    """One kept connection to the server; its own, for what it costs is measured. Raises urllib3's HTTPError where no answer came."""

    def __init__(self, port: int, token: str = "", timeout: float = 20.0):
        self.token = token
        self._pool = urllib3.HTTPConnectionPool(LOCAL, port, maxsize=1, timeout=timeout, retries=False)

    def get(self, path: str, *, root: bool = False) -> tuple[int, Any, Any]:
        return self.ask("GET", path, None, root=root)

    def all_of(self, path: str) -> list[Any]:
        """A list whole, page after page."""
        found: list[Any] = []
        after = ""
        while after is not None:
            page = self.get(path + ("&" if "?" in path else "?") + f"limit=500{after and '&after='}{after}")[1]
            found += page["items"]
            after = page["next"]
        return found

    def post(self, path: str, body: dict | None = None, key: str | None = None) -> tuple[int, Any, Any]:
        return self.ask("POST", path, body or {}, key=key or secrets.token_hex(16))

    def ask(self, method: str, path: str, body, *, key: str | None = None, root: bool = False) -> tuple[int, Any, Any]:
        """(status, JSON, replayed)."""
        given = {"Authorization": self.token and f"Bearer {self.token}", "Idempotency-Key": key}
        head = {name: value for name, value in given.items() if value}
        answer = self._pool.request(method, path if root else f"/api/v1{path}", headers=head, **({} if body is None else {"json": body}))
        return answer.status, json.loads(answer.data) if answer.data else None, answer.headers.get("Idempotency-Replayed") == "true"


def ensure(true, sentence: str) -> None:
    """Ends the command with a sentence where something is not as it must be."""
    import click

    if not true:
        raise click.ClickException(sentence)


def share(values: list[float], part: float) -> float:
    """The value below which `part` of the values lie; 0 where there are none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))] if ordered else 0.0
