"""The far end of a stand-in's wire: a pseudo-terminal or a loopback TCP port whose bytes go to a function. No real device uses it."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
from collections.abc import Callable

from .ports.waker import Waker


class VirtualWire:
    """`answer(bytes) -> bytes` hears what the driver sends and says what goes back. `url` is where the driver finds it.

    Spoils what it sends, for tests: `noise` before every answer, `piece` bytes at a time, `damage` and `cut` so many answers,
    `silent`; `baud` makes it as slow as a real line.
    """

    def __init__(self, answer: Callable[[bytes], bytes], *, way: str = "", baud: int = 0):
        way = way or ("pty" if hasattr(os, "openpty") else "tcp")
        self.answer, self.baud = answer, baud
        self.noise, self.piece, self.damage, self.cut, self.silent = b"", 0, 0, 0, False
        self._closed, self._waker = threading.Event(), Waker()
        self._lock = threading.Lock()
        self._client: socket.socket | None = None
        self._unsent = b""
        if way == "pty":
            self._master, self._slave = raw_pty()
            self.url = f"serial://{os.ttyname(self._slave)}?baud=115200"
            serve = self._serve_pty
        elif way == "tcp":
            self._server = socket.create_server(("127.0.0.1", 0))
            self.url = f"tcp://127.0.0.1:{self._server.getsockname()[1]}"
            serve = self._serve_tcp
        else:
            raise ValueError(f"A stand-in is on a pty or on tcp, not {way!r}.")
        self._way = way
        self._thread = threading.Thread(target=serve, name="stand-in wire", daemon=True)
        self._thread.start()

    def send(self, data: bytes) -> None:
        """Says something unasked: a key, a scan. Waits in the wire until the driver is there."""
        with self._lock:
            if self._way == "tcp" and self._client is None:
                self._unsent += data
                return
            with contextlib.suppress(OSError):
                self._put(data)

    def close(self) -> None:
        if self._closed.is_set():
            return
        self._closed.set()
        self._waker.wake()
        self._thread.join(2)
        self._waker.close()
        if self._way == "pty":
            os.close(self._slave)
            os.close(self._master)
        else:
            self._server.close()

    def _serve_pty(self) -> None:
        while not self._closed.is_set():
            if not self._waker.wait(self._master, None):
                continue
            try:
                self._heard(os.read(self._master, 4096))
            except OSError:
                return

    def _serve_tcp(self) -> None:
        while not self._closed.is_set():
            if not self._waker.wait(self._server, None):
                continue
            client, _ = self._server.accept()
            with client:
                with self._lock:
                    self._client, waiting, self._unsent = client, self._unsent, b""
                    with contextlib.suppress(OSError):
                        self._put(waiting)
                self._talk(client)
                with self._lock:
                    self._client = None

    def _talk(self, client: socket.socket) -> None:
        while not self._closed.is_set():
            if not self._waker.wait(client, None):
                continue
            try:
                data = client.recv(4096)
                if not data:
                    return
                self._heard(data)
            except OSError:
                return

    def _heard(self, data: bytes) -> None:
        with self._lock:
            out = self.answer(data)
            if not out or self.silent:
                return
            if self.damage:
                self.damage -= 1
                out = out[:-1] + bytes((out[-1] ^ 0x55,))
            if self.cut:
                self.cut -= 1
                out = out[: len(out) // 2]
            out = self.noise + out
            piece = self.piece or len(out)
            for at in range(0, len(out), piece):
                if self.baud:
                    time.sleep(len(out[at : at + piece]) * 10 / self.baud)
                self._put(out[at : at + piece])

    def _put(self, data: bytes) -> None:
        if self._client is not None:
            self._client.sendall(data)
            return
        while data:
            data = data[os.write(self._master, data) :]


def raw_pty() -> tuple[int, int]:
    """Both ends of a pseudo-terminal, without echo and line editing."""
    import tty

    master, slave = os.openpty()
    tty.setraw(master)
    tty.setraw(slave)
    return master, slave
