"""A TCP socket as a port: network printers (9100), serial servers, stand-ins. No protocol here."""

from __future__ import annotations

import contextlib
import socket
import time
from typing import Any
from urllib.parse import SplitResult

from ..contract import DeviceAbsent, DeviceSilent
from .waker import WakingPort

QUESTION = 64  # bytes: more than that was a job
FAREWELL = 0.3  # seconds for the other side to hang up


def open(address: SplitResult, *, connect: float = 3.0, **_other: Any) -> TcpPort:
    host, port = address.hostname, address.port
    if not host or not port:
        raise ValueError(f"A network device needs a host and a port, as in tcp://192.168.1.9:9100, not {address.geturl()!r}.")
    try:
        sock = socket.create_connection((host, port), timeout=float(connect))
    except OSError as error:
        raise DeviceAbsent("offline", why="no_connection", at=f"{host}:{port}") from error
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return TcpPort(sock, f"{host}:{port}")


class TcpPort(WakingPort):
    def __init__(self, sock: socket.socket, name: str):
        self._sock, self.name, self._sent = sock, name, 0
        super().__init__()

    def write(self, data: bytes, timeout: float) -> None:
        deadline = time.monotonic() + timeout
        rest = memoryview(data)
        while rest:
            left = deadline - time.monotonic()
            if left <= 0:
                raise DeviceSilent("stuck", why="port", at=self.name, started=len(rest) < len(data))
            self._sock.settimeout(left)
            try:
                count = self._sock.send(rest[:16384])
                self._sent += count
                rest = rest[count:]
            except TimeoutError:
                continue
            except OSError as error:
                raise self._gone(started=len(rest) < len(data)) from error

    def read(self, timeout: float) -> bytes:
        try:
            if not self._waker.wait(self._sock, timeout):
                return b""
            data = self._sock.recv(4096)
        except (OSError, ValueError) as error:
            raise self._gone() from error
        if not data:
            raise self._gone()
        return data

    def close(self) -> None:
        """Closing with something unread would cut the connection, and a device that talks while it prints would lose the end of its job."""
        if self._sent > QUESTION:
            with contextlib.suppress(OSError):
                self._sock.shutdown(socket.SHUT_WR)
                self._sock.settimeout(FAREWELL)
                deadline = time.monotonic() + FAREWELL
                while self._sock.recv(4096) and time.monotonic() < deadline:
                    pass
        self._sock.close()
        self._waker.close()

    def _gone(self, *, started: bool = False) -> DeviceAbsent:
        return DeviceAbsent("offline", why="connection_lost", at=self.name, started=started)
