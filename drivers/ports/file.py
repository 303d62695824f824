"""A file or a kernel printer device (/dev/usb/lp0, LPT1) as a port. A plain file only grows and never answers."""

from __future__ import annotations

import os
import select
import stat
import time
from typing import Any
from urllib.parse import SplitResult, unquote

from ..contract import DeviceAbsent, DeviceSilent
from .waker import WakingPort


def open(address: SplitResult, **_other: Any) -> FilePort:
    path = unquote(address.netloc + address.path)
    if os.name == "nt":
        path = path.lstrip("/")
    try:
        plain = not os.path.exists(path) or stat.S_ISREG(os.stat(path).st_mode)
        if plain or os.name == "nt":
            fd = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o640)
        else:
            fd = os.open(path, os.O_RDWR | os.O_NONBLOCK)
    except OSError as error:
        raise DeviceAbsent("offline", why="cannot_open", at=path, error=error.strerror or "") from error
    return FilePort(fd, path, waits=not plain and os.name != "nt")


class FilePort(WakingPort):
    def __init__(self, fd: int, path: str, *, waits: bool):
        self._fd, self.name, self._waits = fd, path, waits
        super().__init__()
        self.answers = waits  # a plain file is not to be asked anything: it would only grow

    def write(self, data: bytes, timeout: float) -> None:
        deadline = time.monotonic() + timeout
        rest = memoryview(data)
        while rest:
            left = deadline - time.monotonic()
            if self._waits and not select.select([], [self._fd], [], max(left, 0))[1]:
                raise DeviceSilent("stuck", why="port", at=self.name, started=len(rest) < len(data))
            try:
                rest = rest[os.write(self._fd, rest[:16384]) :]
            except BlockingIOError:
                continue
            except OSError as error:
                started = len(rest) < len(data)
                raise DeviceAbsent("offline", why="no_write", at=self.name, error=error.strerror or "", started=started) from error

    def read(self, timeout: float) -> bytes:
        if not self._waits:
            return b""
        try:
            if not self._waker.wait(self._fd, timeout):
                return b""
            return os.read(self._fd, 4096)
        except OSError as error:
            raise DeviceAbsent("offline", why="unplugged", at=self.name) from error

    def close(self) -> None:
        os.close(self._fd)
        self._waker.close()
