"""The process beside the server that does the reckoning (runtime/jobs.py): started, asked, watched and started again. A call never waits
for it: without it the hall goes on, only no wait is told until it is back.

Values go over its stdin and stdout as pickles, one after the other. From the server: (number, name, arguments). Back: (number, good,
answer), or (None, True, waits) for each new wait forecast, which says that it lives, too, and (AHEAD, True, …) for each look ahead.
"""

from __future__ import annotations

import contextlib
import itertools
import logging
import os
import pickle
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLong
from pathlib import Path
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

from ..domain.errors import NotNow

log = logging.getLogger("hall.worker")
SILENT = 60.0  # s without a word from it: it is ended and started again. It draws waits every 15 s at least
PATIENCE = 60.0  # s that an answer is waited for
PAUSES = (0.0, 1.0, 5.0, 15.0)  # s before it is started again, longer each time that it did not last
LASTED = 60.0  # s after which one is taken to have lasted
MEMORY = 2 << 30  # bytes that it may take
NICE = 5  # the server's own threads go first
THREADS = 2
AHEAD = -1  # the number of a look ahead: nobody asked for it
EXIT = 3  # s that it gets to end by itself


class WorkerAway(NotNow):
    """The worker cannot answer now."""

    status_hint = 503

    def __init__(self, code: str = "not_worked_out"):
        super().__init__(code)


class ForecastWorker:
    """`do(name, *given)` asks and waits for the answer; WorkerAway where there is none in time. `changed(waits)` hears of each wait
    forecast, and of None when the last is too old to be told; `trouble(fact)` of what is wrong, "" when it is right again."""

    def __init__(
        self, folder: Path, zone: ZoneInfo, *, changed: Callable[[Any], None], trouble: Callable[[str], None],
        ahead: Callable[[Any], None] = lambda found: None, silent: float = SILENT, early: EarlyProcess | None = None,
    ):  # fmt: skip
        self.folder, self.zone, self.changed, self.trouble, self.silent = folder, zone, changed, trouble, silent
        self.ahead, self._early = ahead, early
        self._numbers = itertools.count(1)
        self._asked: dict[int, Future[Any]] = {}
        self._lock, self._stop = threading.Lock(), threading.Event()
        self._child: subprocess.Popen[bytes] | None = None
        self._begun, self._heard, self._lost = 0.0, time.monotonic(), False
        self._first = threading.Event()
        self._threads = [
            threading.Thread(target=run, name=name, daemon=True) for name, run in (("worker", self._run), ("worker-watch", self._watch))
        ]

    def start(self) -> ForecastWorker:
        for thread in self._threads:
            thread.start()
        return self

    def drawn(self, patience: float) -> bool:
        """Waits for the first wait forecast, or for the news that there is none."""
        return self._first.wait(patience)

    def close(self) -> None:
        self._stop.set()
        child = self._child
        if child is not None:
            self._end(child)
        for thread in self._threads:
            thread.join(EXIT)

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child else None

    def do(self, name: str, *given: Any, patience: float = PATIENCE) -> Any:
        number, answer = next(self._numbers), Future[Any]()
        self._asked[number] = answer
        try:
            self._send((number, name, given))
            return answer.result(patience)
        except TooLong:
            raise WorkerAway from None
        finally:
            self._asked.pop(number, None)

    def _send(self, what: tuple[Any, ...]) -> None:
        with self._lock:
            child = self._child
            if child is None or child.stdin is None:
                raise WorkerAway
            try:
                pickle.dump(what, child.stdin)
                child.stdin.flush()
            except (OSError, ValueError):  # it has just ended
                raise WorkerAway from None

    # -- as long as the server runs

    def _run(self) -> None:
        pauses = iter(PAUSES)
        while not self._stop.is_set():
            self._begun = time.monotonic()
            try:
                self._serve()
            except Exception:  # noqa: BLE001  whatever it was: the hall goes on, and it is started again
                log.exception("the worker could not be heard")
            for answer in [self._asked.pop(number) for number in list(self._asked)]:
                answer.set_exception(WorkerAway())
            self._first.set()  # nobody waits for one that cannot start
            if self._stop.is_set():
                return
            if time.monotonic() - self._begun > LASTED:
                pauses = iter(PAUSES)
            pause = next(pauses, PAUSES[-1])
            log.warning("the worker has ended; it is started again in %.0f s", pause)
            self._stop.wait(pause)

    def _serve(self) -> None:
        """Starts one and hears it until it ends."""
        early, self._early = self._early, None
        child = self._child = early or subprocess.Popen(_line(), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert child.stdin and child.stdout
        try:
            if self._stop.is_set():
                return
            self._send((str(self.folder), str(self.zone), logging.getLogger("hall").getEffectiveLevel()))
            while True:
                number, good, answer = pickle.load(child.stdout)  # noqa: S301  from our own child
                self._heard = time.monotonic()
                if number is None:
                    self._news(answer)
                elif number == AHEAD:
                    self.ahead(answer)
                elif (asked := self._asked.pop(number, None)) is not None:
                    asked.set_result(answer) if good else asked.set_exception(answer)
        except (WorkerAway, EOFError, OSError, pickle.UnpicklingError):
            return
        finally:
            self._child = None
            self._end(child)

    def _news(self, waits: Any) -> None:
        try:
            self.changed(waits)
        except Exception:  # noqa: BLE001  a listener's trouble is not the worker's
            log.exception("a wait forecast could not be told")
        self._first.set()
        self._lost = False
        self.trouble("")

    def _watch(self) -> None:
        """Ends a worker that says nothing any more. What was drawn last is too old to be told after a time, whether one is silent or none
        can be kept alive."""
        while not self._stop.wait(min(1.0, self.silent / 4)):
            now, child = time.monotonic(), self._child
            if now - self._heard > self.silent and not self._lost:
                self._lost = True
                self.trouble("silent")
                self.changed(None)
            if child is not None and now - max(self._heard, self._begun) > self.silent:
                log.warning("the worker says nothing; it is ended")
                child.kill()

    def _end(self, child: subprocess.Popen[bytes]) -> None:
        """Its stdin ends: that ends it. One that does not mind is killed."""
        if child.stdin is not None:
            with contextlib.suppress(OSError):
                child.stdin.close()
        try:
            child.wait(EXIT)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _line() -> list[str]:
    return [sys.executable, "-P", "-c", f"import sys; sys.path[:] = {sys.path!r}; from {__name__} import main; main()"]


class EarlyProcess(subprocess.Popen[bytes]):
    """One that is started before the server has loaded its own modules, so that both load at once. A fork later it is no child any more
    of whoever works with it, which `Popen` would take for dead: it is watched and ended by a file that stands for it."""

    def __init__(self):
        super().__init__(_line(), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._stands_for_it = os.pidfd_open(self.pid)  # pyright: ignore[reportAttributeAccessIssue]  Linux, as `early` says

    def wait(self, timeout: float | None = None) -> int:
        if not select.select([self._stands_for_it], [], [], timeout)[0]:
            raise subprocess.TimeoutExpired(self.args, timeout or 0)
        return 0

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._stands_for_it, signal.SIGKILL)  # pyright: ignore[reportAttributeAccessIssue]

    def leave(self) -> None:
        """It is another process's now: it ends when that one does."""
        for one in (self.stdin, self.stdout):
            if one is not None:
                one.close()
        os.close(self._stands_for_it)


class Early:
    """The process that the first ForecastWorker of a server takes. None where this system has no way to watch it."""

    def __init__(self):
        self._process = EarlyProcess() if hasattr(os, "pidfd_open") else None

    def take(self) -> EarlyProcess | None:
        process, self._process = self._process, None
        return process

    def leave(self) -> None:
        """In the process above, once the one below has its copy."""
        if process := self.take():
            process.leave()

    def end(self) -> None:
        """Nobody took it: the server did not come to that."""
        if process := self.take():
            process.kill()
            subprocess.Popen.wait(process)  # it is a child of this one yet
            process.leave()


# -- in the process itself


def main() -> None:
    """Answers until its stdin ends, which it does with the server, however that ends."""
    for number in (signal.SIGINT, signal.SIGTERM):  # they are the server's
        signal.signal(number, signal.SIG_IGN)
    asked, told = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints belongs to the log
    _be_modest()
    try:
        _answer(asked, told)
    finally:
        os._exit(0)  # whatever is being reckoned is for nobody any more


def _be_modest() -> None:
    """Less of the processor than the server, and no more memory than MEMORY."""
    if hasattr(os, "nice"):
        os.nice(NICE)
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))


def _answer(asked: BinaryIO, told: BinaryIO) -> None:
    from config import loading

    with loading.quickly():
        from config import words

        from ..forecast.wait_forecast import warm_up
        from ..record.follower import Follower
        from ..record.readers import Readers
        from .jobs import REFUSALS, Jobs
        from .memory import GivesBack, give_back

        warm_up(time.time_ns() // 1_000_000)

    try:
        folder, zone, level = pickle.load(asked)  # noqa: S301  from our own server
    except EOFError:  # it did not come to that
        return
    logging.basicConfig(level=level, format="%(levelname)s %(name)s: %(message)s")
    lock = threading.Lock()

    def tell(number: int | None, good: bool, answer: Any) -> None:
        text = pickle.dumps((number, good, answer), pickle.HIGHEST_PROTOCOL)
        with lock, contextlib.suppress(BrokenPipeError):
            told.write(text)
            told.flush()

    clock = lambda: time.time_ns() // 1_000_000
    hall = Follower(Path(folder), ZoneInfo(zone), clock)
    waits, ahead = (lambda drawn: tell(None, True, drawn)), (lambda found: tell(AHEAD, True, found))
    jobs = Jobs(hall, Readers(Path(folder)), words.load(), changed=waits, ahead=ahead)
    tell(None, True, hall.waits)  # drawn as it was made
    give_back()
    jobs.start()
    GivesBack().start()

    def do(number: int, name: str, given: tuple[Any, ...]) -> None:
        try:
            tell(number, True, jobs.do(name, *given))
        except REFUSALS as error:
            tell(number, False, error)
        except Exception:  # noqa: BLE001  whoever asked does without
            log.exception("%s failed", name)
            tell(number, False, WorkerAway())

    with ThreadPoolExecutor(THREADS, thread_name_prefix="job") as pool:
        while True:
            try:
                one = pickle.load(asked)  # noqa: S301  from our own server
            except (EOFError, OSError):
                return
            pool.submit(do, *one)
