"""A code scanner on a serial line, or a keyboard-wedge one by its input device. Hands on Codes; decides nothing about them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any

from .. import ports
from ..contract import OK, ScannedCode, Scanner, Status
from ..ports.listener import PortListener
from . import codes
from .serial_port import guarded

UNUSED = Status(state="unknown", code="silent", facts={"why": "unused"})
PAUSE = 0.4  # seconds without a character after which a code without Enter is whole; gaps of 0.16 s inside one have been seen
LISTEN = 1.0  # seconds of waiting for a code, which ends it
SAME = 2.0  # seconds in which the same code again is the same showing of it


def open(
    url: str, *, bases: Iterable[str] = (), patterns: Iterable[codes.Pattern | dict[str, Any]] = (), baud: int = 9600, **port_settings: Any
) -> Scanner:
    """serial:///dev/ttyACM0?baud=9600, tcp://host:port, or input:///dev/input/by-id/…-event-kbd (a wedge, taken for us alone)."""
    parsers = codes.standard(bases, patterns)
    return SerialScanner(lambda: ports.open(url, baud=baud, **port_settings), parsers)


class SerialScanner:
    verified = False  # scanners send plain lines; none was at hand

    def __init__(self, connect: Callable[[], ports.Port], parsers: list[codes.Parser], *, clock: Callable[[], float] = time.time):
        self._parsers, self._clock = parsers, clock
        self._line = PortListener("scanner", connect, self._listen, first=UNUSED, opened=UNUSED)

    def start(self, on_code: Callable[[ScannedCode], None]) -> None:
        self._on_code = on_code
        self._line.start()

    def status(self) -> Status:
        """A scanner cannot be asked: it is in order once it has read something, and in trouble when its port is gone."""
        return self._line.status

    def close(self) -> None:
        self._line.close()

    def _listen(self, port: ports.Port) -> None:
        lines, last, last_at = codes.Lines(pause=PAUSE), "", 0.0
        while not self._line.over.is_set():
            data = port.read(0.05 if lines.unfinished else LISTEN)
            now = self._clock()
            for line in lines.feed(_text(data), now) if data else lines.tick(now):
                self._line.status = OK
                if line == last and now - last_at < SAME:
                    continue
                last, last_at = line, now
                guarded(self._on_code, codes.read(line, self._parsers, now))


def _text(data: bytes) -> str:
    """Our codes are ASCII; what others put in is read as UTF-8, and their mistakes are theirs."""
    return data.decode("utf-8", "replace")
