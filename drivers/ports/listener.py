"""A thread that listens at a port and opens it anew, with growing pauses, whenever it is gone. What is heard it does not understand."""

from __future__ import annotations

import threading
from collections.abc import Callable

from ..backoff import Backoff
from ..contract import DeviceError, Status
from . import Port


class PortListener:
    """`listen(port)` reads until `over` is set.

    `status` is `first` until a port is open, `opened` when one is there (again), else its trouble.
    """

    def __init__(self, name: str, connect: Callable[[], Port], listen: Callable[[Port], None], *, first: Status, opened: Status):
        self._name, self._connect, self._listen, self._opened = name, connect, listen, opened
        self.status, self.over = first, threading.Event()
        self._port: Port | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self.over.set()
        port = self._port
        if port is not None:
            port.wake()
        if self._thread:
            self._thread.join(5)

    def _run(self) -> None:
        backoff = Backoff()
        while not self.over.is_set():
            try:
                port = self._connect()
                try:
                    backoff.reset()
                    self.status, self._port = self._opened, port
                    self._listen(port)
                finally:
                    self._port = None
                    port.close()
            except DeviceError as error:
                self.status = error.status()
                self.over.wait(backoff.pause())
