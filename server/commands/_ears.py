"""Many pages that listen, in one process and one thread, so that what is measured is the server and not they: for `hall bench` and the
instruments. They speak just enough of WebSocket, Engine.IO and Socket.IO.
"""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import selectors
import socket
import time
from typing import Any

from ._own import LOCAL, ensure

ASK = "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
ASK += "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
AGAIN = 0.2  # s before one whose line broke comes back


def masked(text: str) -> bytes:
    """A client's text frame; the mask is zero."""
    data = text.encode()
    size = bytes((0x81, 0x80 | len(data))) if len(data) < 126 else bytes((0x81, 0xFE)) + len(data).to_bytes(2, "big")
    return size + bytes(4) + data


def frames(data: bytearray) -> list[bytes]:
    """The whole frames at the beginning of `data`, which they are taken from."""
    found = []
    while len(data) >= 2:
        size, at = data[1] & 127, 2
        if size >= 126:
            at = 4 if size == 126 else 10
            if len(data) < at:
                break
            size = int.from_bytes(data[2:at], "big")
        if len(data) < at + size:
            break
        found.append(bytes(data[at : at + size]))
        del data[: at + size]
    return found


class ListeningPage:
    """One of them: asks, says who it is, watches the hall, answers pings, and comes back when its line breaks."""

    def __init__(self, port: int, token: str):
        self.port, self.token, self.sock = port, token, socket.socket()
        self.drawn, self.data, self.open = False, bytearray(), False

    def come(self) -> None:
        self.sock = socket.create_connection((LOCAL, self.port), timeout=10)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock.sendall(ASK.encode())
        self.sock.setblocking(False)
        self.data, self.open, self.drawn = bytearray(), False, False

    def hear(self) -> list[bytes]:
        """The events (as text) that came; OSError where the line has ended."""
        while True:
            try:
                piece = self.sock.recv(262_144)
            except BlockingIOError:
                break
            if not piece:
                raise ConnectionError
            self.data += piece
            if len(piece) < 262_144:
                break
        if not self.open:
            end = self.data.find(b"\r\n\r\n")
            if end < 0:
                return []
            if not self.data.startswith(b"HTTP/1.1 101"):
                raise ConnectionError
            self.open = True
            del self.data[: end + 4]
        heard = []
        for text in frames(self.data):
            if text[:1] == b"0":
                self.sock.send(masked("40" + json.dumps({"token": self.token} if self.token else {})))
            elif text[:2] == b"40":
                self.sock.send(masked('420["watch",["hall"]]'))
            elif text[:2] == b"43":
                self.drawn = True
            elif text[:2] == b"42":
                heard.append(text)
            elif text[:1] == b"2":
                self.sock.send(masked("3"))
            elif text[:2] == b"44" or len(text) == 2:
                raise ConnectionError
        return heard


def listen(port: int, token: str, count: int, word: bytes, pipe) -> None:
    """The other process. It is told "next" (a time comes back when the last has heard of an event with `word` in it), "count" (when
    all have drawn the hall anew), "here" (when all have it before them) or "end"."""
    selector = selectors.DefaultSelector()
    selector.register(pipe, selectors.EVENT_READ)
    pages = [ListeningPage(port, token) for _ in range(count)]
    later: list[tuple[float, ListeningPage]] = [(0.0, page) for page in pages]
    drawn, mode, left = 0, "count", count

    def lost(page: ListeningPage) -> None:
        nonlocal drawn, left
        with contextlib.suppress(KeyError, ValueError):
            selector.unregister(page.sock)
        page.sock.close()
        page.drawn = False
        later.append((time.monotonic() + AGAIN, page))

    while True:
        now = time.monotonic()
        for entry in [e for e in later if e[0] <= now][:50]:
            later.remove(entry)
            try:
                entry[1].come()
                selector.register(entry[1].sock, selectors.EVENT_READ, entry[1])
            except OSError:
                later.append((now + AGAIN, entry[1]))
        for key, _ in selector.select(0.02 if later else 1.0):
            page: Any = key.data
            if page is None:
                asked = pipe.recv()
                if asked == "end":
                    os._exit(0)
                mode, left = asked, count
                pipe.send("ready")
                continue
            was = page.drawn
            try:
                heard = page.hear()
            except OSError:
                lost(page)
                continue
            if page.drawn and not was and mode == "count":
                left -= 1
            elif mode == "next":
                left -= sum(word in text for text in heard)
        if mode:
            if mode == "here":
                left = sum(not page.drawn for page in pages)
            if left <= 0:
                mode = ""
                pipe.send(time.monotonic())


class Ears:
    """The listening process, from outside. A context manager."""

    def __init__(self, port: int, count: int, token: str = "", word: bytes = b'"ticket.called"'):
        spawn = multiprocessing.get_context("spawn")
        self._pipe, theirs = spawn.Pipe()
        self.count = count
        self._process = spawn.Process(target=listen, args=(port, token, count, word, theirs), daemon=True)

    def __enter__(self) -> Ears:
        self._process.start()
        ensure(self._pipe.poll(120), f"{self.count} pages could not all connect")
        self._pipe.recv()
        return self

    def __exit__(self, *_) -> None:
        with contextlib.suppress(OSError):
            self._pipe.send("end")
        self._process.join(5)
        if self._process.is_alive():
            self._process.kill()

    @property
    def pid(self) -> int:
        return self._process.pid or 0

    def ready(self, mode: str) -> None:
        """ "next": the next event with the word is timed; "count": when all have come back; "here": when none is away."""
        self._pipe.send(mode)
        self._pipe.recv()

    def last(self, patience: float = 60) -> float:
        """When (time.monotonic) the last of them had it."""
        ensure(self._pipe.poll(patience), f"not all of {self.count} pages heard of it")
        return self._pipe.recv()
