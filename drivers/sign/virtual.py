"""LED bars that ship with the product: they read the real frames from a line and remember what they show. No real bar uses this."""

from __future__ import annotations

import threading
from typing import Any

from .. import ports
from ..contract import Sign
from ..control import Commands, Control, attach
from ..wire import VirtualWire
from . import serial_port
from .frames import FrameTemplate

_lines: dict[tuple[str, str], tuple[VirtualBars, int]] = {}
_lock = threading.Lock()


def open(url: str, *, profile: str = "zhongyi", **settings: Any) -> Sign:
    """virtual://sign?control=9105 — signs with the same url and make hang on one stand-in line; `standin.texts` is {address: text}."""
    own = {k: settings[k] for k in ("frame", "before", "encoding", "columns", "check_from", "repeat") if k in settings}
    make = serial_port.template(profile, **own)
    key = (url, make.frame)
    with _lock:
        asked = ports.query(url)
        standin, users = _lines.get(key) or (VirtualBars(make, control=int(asked["control"]) if "control" in asked else None), 0)
        _lines[key] = standin, users + 1
    sign = serial_port.open(standin.url, profile=profile, **settings)
    closed = threading.Event()

    def close() -> None:
        if closed.is_set():
            return
        closed.set()
        with _lock:
            _, users = _lines[key]
            if users > 1:
                _lines[key] = standin, users - 1
                return
            del _lines[key]
        standin.close()

    return attach(sign, standin, close)


class VirtualBars:
    """All bars of one line. `dead`: addresses whose bar does not hear; the others must not suffer by it."""

    def __init__(self, make: FrameTemplate, *, control: int | None = None):
        self.texts: dict[int, str] = {}
        self.history: list[tuple[int, str]] = []
        self.dead: set[int] = set()
        self.junk = 0  # bytes that were no frame
        self._make = make
        self._before = FrameTemplate(frame=make.before, encoding=make.encoding) if make.before else None
        self._rest = b""
        self._changed = threading.Condition()
        self._wire = VirtualWire(self._heard)
        self.url = self._wire.url
        self._control = Control(self.commands(), control) if control is not None else None

    def commands(self) -> Commands:
        return {"texts": lambda _: " | ".join(f"{a}: {t}" for a, t in sorted(self.texts.items()))}

    def wait(self, address: int, text: str, timeout: float = 60.0) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: self.texts.get(address) == text, timeout)

    def close(self) -> None:
        self._wire.close()
        if self._control:
            self._control.close()

    def _heard(self, data: bytes) -> bytes:
        self._rest += data
        while self._rest and self._one():
            pass
        return b""

    def _one(self) -> bool:
        for size in range(1, min(len(self._rest), 300) + 1):
            piece = self._rest[:size]
            found = self._make.read(piece)
            if found or (self._before and self._prepares(piece)):
                self._rest = self._rest[size:]
                if found and found[0] not in self.dead:
                    with self._changed:
                        self.texts[found[0]] = found[1].strip()
                        self.history.append(found)
                        del self.history[:-1000]
                        self._changed.notify_all()
                return True
        if len(self._rest) > 300:
            self._rest, self.junk = self._rest[1:], self.junk + 1
            return True
        return False

    def _prepares(self, piece: bytes) -> bool:
        """The frame sent before a text: everything fixed in it fits; its length is of a text that is still to come."""
        parts = self._before.parts if self._before else ()
        return len(piece) == sum(p.size for p in parts if p.kind != "text") and all(
            p.kind != "byte" or piece[i] == p.value for i, p in enumerate(parts)
        )
