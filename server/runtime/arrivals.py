"""Requests that are still on their way: held without a thread until the whole of one is here, for a bounded time and bounded for each
address. What a request means is none of its business; it looks only for the end of one.
"""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Callable
from typing import Any

WHOLE = 10.0  # s from the first look at a connection to its whole request
HEAD = 32_768  # bytes of a request's head
BODY = 1 << 20  # bytes of a body that are waited for; what says it is longer is handed on at once, and refused there
EACH = 256  # unfinished requests from one address; one more, and the oldest of them is dropped
LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d+)[ \t]*\r\n", re.IGNORECASE)
CHUNKED = re.compile(rb"\r\ntransfer-encoding:[^\r\n]*chunked[ \t]*\r\n", re.IGNORECASE)
CONTINUE = re.compile(rb"\r\nexpect:[ \t]*100-continue[ \t]*\r\n", re.IGNORECASE)
FILES = tuple(f"GET /{folder}/".encode() for folder in ("static", "fonts", "media", "audio"))
NAMED = re.compile(rb"\r\n(?:authorization|cookie):", re.IGNORECASE)
LANGUAGE = re.compile(rb"\r\naccept-language:([^\r\n]*)\r\n", re.IGNORECASE)
CHUNK = re.compile(rb"([0-9a-f]{1,8})[^\r\n]*\r\n", re.IGNORECASE)


class ComingRequest:
    """The bytes of one request, as far as they are here."""

    __slots__ = ("_at", "_body", "_size", "chunked", "data", "expects")

    def __init__(self, data: bytes = b""):
        self.data = bytearray()
        self._at, self._body, self._size = 0, 0, 0  # how far it was read; where its body begins, and how long that is
        self.chunked = self.expects = False
        self.add(data)

    def add(self, data: bytes) -> None:
        self.data += data

    @property
    def too_long(self) -> bool:
        """A head without an end; a body may come with its head in one piece."""
        return len(self.data) > HEAD and not self._body and not self._read_head()

    def whole(self) -> bool:
        """Whether all of it is here. What makes no sense is whole, too: whoever reads it says what is wrong."""
        if not self._body and not self._read_head():
            return False
        if self.chunked:
            return self._read_chunks()
        return self._size > BODY or len(self.data) >= self._body + self._size

    def _read_head(self) -> bool:
        end = self.data.find(b"\r\n\r\n", max(0, self._at - 3))
        self._at = len(self.data)
        if end < 0:
            return False
        self._body = self._at = end + 4
        head = bytes(self.data[: end + 2])
        length = LENGTH.search(head)
        self._size = int(length[1][:12]) if length else 0
        self.chunked = CHUNKED.search(head) is not None
        self.expects = CONTINUE.search(head) is not None
        return True

    def _read_chunks(self) -> bool:
        while True:
            if self._at - self._body > BODY:
                return True
            line = self.data.find(b"\r\n", self._at, self._at + 1024)
            if line < 0:
                return len(self.data) - self._at > 1024
            size = CHUNK.fullmatch(self.data, self._at, line + 2)
            if size is None:
                return True
            if int(size[1], 16) == 0:
                return self.data.find(b"\r\n\r\n", line) >= 0 or self._too_many_trailers(line)
            after = line + 2 + int(size[1], 16) + 2
            if len(self.data) < after:
                return after - self._body > BODY
            self._at = after

    def _too_many_trailers(self, line: int) -> bool:
        return len(self.data) - line > 1024

    @property
    def polls(self) -> bool:
        """It may wait for news for as long as a page is pinged."""
        return self.data.startswith(b"GET /socket.io/") and b"sid=" in self.data[: self.data.find(b"\r\n")]

    @property
    def named(self) -> bool:
        """It shows a token or a session. Whether that is a good one is for others to find out."""
        return NAMED.search(bytes(self.data[: self._body or HEAD])) is not None

    @property
    def of_a_file(self) -> bool:
        """It asks for a file as it stands on the disk."""
        return self.data.startswith(FILES)

    @property
    def language(self) -> str:
        found = LANGUAGE.search(bytes(self.data[: self._body or HEAD]))
        return found[1].decode("latin-1").strip() if found else ""


class Arrival:
    """One connection whose next request is on its way."""

    __slots__ = ("address", "conn", "request", "since")

    def __init__(self, conn: Any, address: str, data: bytes):
        self.conn, self.address, self.since, self.request = conn, address, time.monotonic(), ComingRequest(data)


class Arrivals:
    """All of them, oldest first. Used by one thread alone. `drop(arrival, code)` ends one; code "" without a word."""

    def __init__(self, most: int, each: int | None, drop: Callable[[Arrival, str], None]):
        self._most, self._each, self._drop = most, each or most, drop
        self._of: dict[str, dict[Arrival, None]] = {}  # address -> oldest first
        self._all: dict[Arrival, None] = {}

    def __contains__(self, arrival: Arrival) -> bool:
        return arrival in self._all

    def __len__(self) -> int:
        return len(self._all)

    def add(self, arrival: Arrival) -> None:
        mine = self._of.setdefault(arrival.address, {})
        if len(mine) >= self._each:
            self._end(next(iter(mine)), "")
        elif len(self._all) >= self._most:
            self._end(next(iter(max(self._of.values(), key=len))), "")
        self._of.setdefault(arrival.address, {})[arrival] = None
        self._all[arrival] = None

    def take(self, arrival: Arrival) -> None:
        """It is whole, or has ended by itself."""
        self._all.pop(arrival, None)
        mine = self._of.get(arrival.address, {})
        mine.pop(arrival, None)
        if not mine:
            self._of.pop(arrival.address, None)

    def late(self, now: float) -> None:
        """Ends those whose time is over."""
        while self._all:
            arrival = next(iter(self._all))
            if now - arrival.since <= WHOLE:
                return
            self._end(arrival, "too_slow" if arrival.request.data else "")

    def end(self, silent_only: bool) -> None:
        """The server stops: whoever has said nothing yet comes back later."""
        for arrival in list(self._all):
            if not (silent_only and arrival.request.data):
                self._end(arrival, "")

    def _end(self, arrival: Arrival, code: str) -> None:
        self.take(arrival)
        self._drop(arrival, code)


def nodelay(sock: socket.socket) -> None:
    """Small answers go at once, not 40 ms later."""
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
