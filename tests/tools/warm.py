"""Processes of ours that start in a tenth of the time: forks of one in which everything is loaded already. For whoever kills thousands.

What runs is `hall ARGUMENTS` as ever, in a process of its own, with files, sockets, threads and signals of its own; only Python and its
modules are not loaded anew, and a server starts no forecast worker. A fork ends with the loaded process, however that ends.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
LOADED = (
    "hallfloor", "config.load", "config.logs", "config.alive", "server.app", "server.commands.server", "server.runtime.front",
    "gunicorn.app.base", "gunicorn.workers.gthread", "gunicorn.arbiter",
    "kiosk.app", "kiosk.commands", "display.agent", "display.commands", "drivers.commands", "drivers.speaker", "tools.alone",
)  # fmt: skip


class Warm:
    """The loaded process. A context manager; what was started from it and still runs at its end is killed."""

    def __init__(self):
        env = os.environ | {"PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "tests")))}
        line = [sys.executable, "-P", "-c", "from tools.warm import main; main()"]
        self._process = subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env, cwd=ROOT)
        self._lock = threading.Lock()
        self.running: set[WarmProcess] = set()
        self.ask(do="nothing")  # until all is loaded

    def __enter__(self) -> Warm:
        return self

    def __exit__(self, *_: object) -> None:
        for one in list(self.running):
            one.kill()
        self._process.stdin.close()  # pyright: ignore[reportOptionalMemberAccess]
        self._process.wait()

    def start(self, *arguments: str, log: Path, **environment: str) -> WarmProcess:
        """`hall ARGUMENTS`; with ENTRY=module in the environment that module's `main(ARGUMENTS)`."""
        return WarmProcess(self, self.ask(do="start", argv=arguments, log=str(log), env=environment))

    def ask(self, **asked: Any) -> Any:
        with self._lock:
            given, told = self._process.stdin, self._process.stdout
            assert given and told
            given.write(json.dumps(asked).encode() + b"\n")
            given.flush()
            answer = told.readline()
        if not answer:
            raise RuntimeError("the loaded process has ended")
        return json.loads(answer)


class WarmProcess:
    """As much of subprocess.Popen as is used of one."""

    def __init__(self, of: Warm, pid: int):
        self.pid, self.returncode, self._of = pid, None, of
        of.running.add(self)

    def poll(self) -> int | None:
        if self.returncode is None:
            self.returncode = self._of.ask(do="poll", pid=self.pid)
            if self.returncode is not None:
                self._of.running.discard(self)
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)
        self.wait()

    def wait(self, seconds: float = 60) -> int:
        end = time.monotonic() + seconds
        while (status := self.poll()) is None:
            if time.monotonic() > end:
                raise subprocess.TimeoutExpired("hall", seconds)
            time.sleep(0.002)
        return status


# -- in the loaded process


def main() -> None:
    """Answers one line with one line until its stdin ends."""
    import importlib

    from config import alive, loading, words

    asked, told = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    with loading.quickly("aiohttp", "requests"):
        for name in LOADED:
            importlib.import_module(name)
        words.load()
    bind = alive.bound_to(os.getpid(), signal.SIGKILL)
    while line := asked.readline():
        one = json.loads(line)
        answer = None
        if one["do"] == "start":
            answer = os.fork()
            if not answer:
                _become(one, bind)
        elif one["do"] == "poll":
            pid, status = os.waitpid(one["pid"], os.WNOHANG)
            answer = os.waitstatus_to_exitcode(status) if pid else None
        told.write(json.dumps(answer).encode() + b"\n")
        told.flush()


def _become(one: dict[str, Any], bind: Callable[[], None]) -> None:
    """The fork: a process like any other from here on. Whatever happens in it, it never comes back from here."""
    code = 1
    try:
        bind()
        nothing, log = os.open(os.devnull, os.O_RDONLY), os.open(one["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        for at, file in ((0, nothing), (1, log), (2, log)):
            os.dup2(file, at)
        os.closerange(3, 1024)
        os.environ |= one["env"]
        sys.argv = ["hall", *one["argv"]]
        _without_forecasts()
        if entry := one["env"].get("ENTRY"):
            import importlib

            importlib.import_module(entry).main(*one["argv"])
        else:
            import hallfloor

            hallfloor.main(one["argv"])
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:  # noqa: BLE001  it is in its log, as of any process
        import traceback

        traceback.print_exc()
    finally:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _without_forecasts() -> None:
    """A server that starts no forecast worker: that would be a process of its own that loads everything anew."""
    from server.runtime.worker import Early, ForecastWorker

    Early.__init__ = lambda self: setattr(self, "_process", None)
    ForecastWorker.start = lambda self: self
    ForecastWorker.drawn = lambda self, patience: False
    ForecastWorker.close = lambda self: None


if __name__ == "__main__":
    main()
