"""A code scanner that ships with the product: sends lines over loopback TCP to the real driver. Never part of a real scanner's path."""

from __future__ import annotations

from typing import Any

from .. import ports
from ..contract import Scanner
from ..control import Control, attach
from ..wire import VirtualWire
from . import scanner


def open(url: str, **settings: Any) -> Scanner:
    """virtual://scanner?control=9103 — `standin.scan(text)`, or the line `scan …` at the control port."""
    asked = ports.query(url)
    standin = VirtualScanner(control=int(asked["control"]) if "control" in asked else None)
    return attach(scanner.open(standin.url, **settings), standin)


class VirtualScanner:
    def __init__(self, *, control: int | None = None):
        self._wire = VirtualWire(lambda data: b"", way="tcp")
        self.url = self._wire.url
        self._control = Control({"scan": self.scan}, int(control)) if control is not None else None

    def scan(self, text: str) -> None:
        self._wire.send(text.encode() + b"\r\n")

    def close(self) -> None:
        self._wire.close()
        if self._control:
            self._control.close()
