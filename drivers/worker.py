"""A thread and a queue for one device: jobs in order, each answered by a future; its state as a heartbeat.

A slow device never delays its caller, a broken one is tried again with growing pauses, and a job that may already have happened is
never repeated on its own (`DeviceError.started`).
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from .backoff import Backoff
from .contract import STARTING, Device, DeviceAbsent, DeviceError, DeviceSilent, Status

log = logging.getLogger(__name__)


D = TypeVar("D", bound=Device)
R = TypeVar("R")


@dataclass(order=True)
class Job:
    at: int
    call: Callable[[Any], Any] = field(compare=False)
    deadline: float = field(compare=False)
    key: str = field(compare=False, default="")
    answer: Future[Any] = field(compare=False, default_factory=Future[Any])


class Worker(Generic[D]):
    """`device = Worker("printer", lambda: drivers.open("printer", url)); device.do(lambda p: p.print(slip)).result(10)`.

    `on_status(status)` hears each change, from the worker's thread; `beat` seconds between looks at an idle device.
    """

    def __init__(
        self,
        name: str,
        opener: Callable[[], D],
        *,
        on_status: Callable[[Status], None] | None = None,
        beat: float = 15.0,
        pauses: tuple[float, ...] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ):
        self.name = name
        self._opener, self._on_status, self._beat, self._pauses, self._clock = opener, on_status, beat, pauses, clock
        self._jobs: queue.Queue[Job | None] = queue.Queue()
        self._status = STARTING
        self._latest: dict[str, int] = {}
        self._count = 0
        self._device: D | None = None
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"device {name}", daemon=True)
        self._thread.start()

    @property
    def device(self) -> D | None:
        """The open device, or None; for what is not a job (a stand-in's hand)."""
        return self._device

    def do(self, call: Callable[[D], R], *, within: float = 10.0, key: str = "") -> Future[R]:
        """Puts a job in line. It is tried again, within `within` seconds, while nothing of it has happened yet; after that its future
        holds the DeviceError. A later job with the same `key` makes an earlier one that still waits superfluous (it is cancelled).
        """
        with self._lock:
            self._count += 1
            job = Job(self._count, call, self._clock() + within, key)
            if key:
                self._latest[key] = job.at
            if self._stop.is_set():
                job.answer.set_exception(DeviceAbsent("closed"))
            else:
                self._jobs.put(job)
        return job.answer

    def status(self) -> Status:
        """The last that is known; never asks the device, so it never waits."""
        return self._status

    @property
    def waiting(self) -> int:
        return self._jobs.qsize()

    def close(self, timeout: float = 5.0) -> None:
        """Ends after the job in hand; what still waits gets DeviceAbsent."""
        with self._lock:
            self._stop.set()
            self._jobs.put(None)
        self._thread.join(timeout)

    # the thread

    def _run(self) -> None:
        self._look()
        while not self._stop.is_set():
            try:
                job = self._jobs.get(timeout=self._beat)
            except queue.Empty:
                self._look()
                continue
            if job is not None:
                self._work(job)
        self._drop()
        while True:
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                return
            if job is not None and job.answer.set_running_or_notify_cancel():
                job.answer.set_exception(DeviceAbsent("closed"))

    def _work(self, job: Job) -> None:
        if job.key and self._latest.get(job.key) != job.at:
            job.answer.cancel()
        if not job.answer.set_running_or_notify_cancel():
            return
        backoff = Backoff(self._pauses)
        while True:
            try:
                result = job.call(self._opened())
            except DeviceError as error:
                self._failed(error)
                pause = backoff.pause()
                again = isinstance(error, DeviceAbsent | DeviceSilent) and not error.started
                if not again or self._stop.is_set() or self._clock() + pause >= job.deadline:
                    job.answer.set_exception(error)
                    return
                self._stop.wait(pause)
            except CancelledError as error:
                job.answer.set_exception(error)
                return
            except Exception as error:  # noqa: BLE001 — a mistake in one job must not end the device's thread
                log.exception("a job for the device %s failed", self.name)
                job.answer.set_exception(error)
                return
            else:
                if isinstance(result, Status):
                    self._tell(result)
                job.answer.set_result(result)
                return

    def _opened(self) -> D:
        if self._device is None:
            self._device = self._opener()
        return self._device

    def _look(self) -> None:
        try:
            self._tell(self._opened().status())
        except DeviceError as error:
            self._failed(error)
        except Exception as error:  # noqa: BLE001 — as above: the heartbeat goes on
            log.exception("the device %s could not be asked how it is", self.name)
            self._failed(DeviceError("fault", error=f"{type(error).__name__}: {error}"))

    def _failed(self, error: DeviceError) -> None:
        stops = error.code != "silent"
        self._tell(error.status(stops))
        if isinstance(error, DeviceAbsent):
            self._drop()

    def _drop(self) -> None:
        device, self._device = self._device, None
        if device is not None:
            try:
                device.close()
            except (DeviceError, OSError) as error:
                log.warning("the device %s did not close: %s", self.name, error)

    def _tell(self, status: Status) -> None:
        changed = (status.state, status.code) != (self._status.state, self._status.code)
        self._status = status
        if changed and self._on_status:
            try:
                self._on_status(status)
            except Exception:  # noqa: BLE001 — a listener's mistake is the listener's
                log.exception("a listener of the device %s failed", self.name)
