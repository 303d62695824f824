"""A USB numeric keypad as a call keypad: a code and Enter become a gesture. `Codes` is pure; the rest only reads the input device."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from .. import ports
from ..contract import OK, STARTING, Keypad, KeyPress, Status
from ..ports.listener import PortListener

# what is typed before Enter -> gesture. Enter alone is the key that is pressed all day.
CODES: dict[str, str] = {
    "": "call",
    "1": "recall",
    "2": "start",
    "3": "finish",
    "4": "miss",
    "5": "hold",
    "6": "resume",
    "7": "transfer",
    "8": "pause",
    "9": "open",
    "0": "close",
}
FORGET = 5.0  # seconds after which an unfinished code is forgotten
LISTEN = 1.0  # seconds of waiting for a key, which ends it


class Keymap:
    """Characters become gestures. Backspace, `.` and `*` clear; three or more digits and Enter call that number. Pure."""

    def __init__(self, window: str = "", codes: Mapping[str, str] = CODES):
        self._window, self.meanings = window, codes
        self._typed, self._at = "", 0.0

    def feed(self, characters: str, now: float) -> list[KeyPress]:
        presses: list[KeyPress] = []
        for c in characters:
            if now - self._at > FORGET:
                self._typed = ""
            self._at = now
            if c in "\r\n":
                press = self._meant(self._typed)
                if press:
                    presses.append(press)
                self._typed = ""
            elif c in "\b.*\x1b":
                self._typed = ""
            elif c in "0123456789+-/" and len(self._typed) < 8:
                self._typed += c
        return presses

    def _meant(self, typed: str) -> KeyPress | None:
        if typed in self.meanings:
            return KeyPress(window=self._window, gesture=self.meanings[typed], raw=typed.encode())
        if typed.isdigit() and len(typed) >= 3:
            return KeyPress(window=self._window, gesture="call", number=typed, raw=typed.encode())
        return None


def open(
    url: str, *, profile: str = "usb", window: str = "", codes: Mapping[str, str] | None = None, address: int = 0, **port_settings: Any
) -> Keypad:
    """input:///dev/input/by-id/usb-…-event-kbd: the pad is taken for us alone. `codes` over the built-in ones."""
    if profile != "usb":
        raise ValueError(f"A pad at input:// has profile usb, not {profile!r}.")
    return Numpad(lambda: ports.open(url, **port_settings), Keymap(window, CODES | dict(codes or {})))


class Numpad:
    verified = False

    def __init__(self, connect: Callable[[], ports.Port], codes: Keymap, clock: Callable[[], float] = time.monotonic):
        self._codes, self._clock = codes, clock
        self._line = PortListener("numpad", connect, self._listen, first=STARTING, opened=OK)

    def start(self, on_key: Callable[[KeyPress], None]) -> None:
        self._on_key = on_key
        self._line.start()

    def show(self, **_shown: Any) -> None:
        """It has no display."""

    def status(self) -> Status:
        return self._line.status

    def close(self) -> None:
        self._line.close()

    def _listen(self, port: ports.Port) -> None:
        while not self._line.over.is_set():
            for press in self._codes.feed(port.read(LISTEN).decode("utf-8", "replace"), self._clock()):
                self._on_key(press)
