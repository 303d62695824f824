"""Call keypads that ship with the product: a bus pad that speaks the real frames, a USB pad that types. No real pad uses this."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .. import ports
from ..contract import OK, Keypad, KeyPress, Status
from ..control import Control, attach
from ..wire import VirtualWire
from . import frames, numpad, serial_port


def open(url: str, *, profile: str = "usb", address: int = 1, window: str = "", **settings: Any) -> Keypad:
    """virtual://keypad?control=9104 with profile usb or bus. `standin.press("call")`, or the line `press call` at the control port."""
    if profile == "usb":
        return _controlled(url, VirtualNumpad(numpad.Keymap(window, numpad.CODES | dict(settings.get("codes") or {}))))
    if profile == "bus":
        standin = VirtualKeypad(int(address))
        return _controlled(url, attach(serial_port.open(standin.url, address=address, window=window, **settings), standin))
    raise ValueError(f"A keypad has profile usb or bus, not {profile!r}.")


def _controlled(url: str, pad: Any) -> Keypad:
    asked = ports.query(url)
    if "control" in asked:
        pad.standin.controls = Control({"press": pad.standin.press, "shown": lambda _: str(pad.standin.shown)}, int(asked["control"]))
    return pad


class VirtualKeypad:
    """A pad on a bus of its own. `shown`: its six digits; `beeps`; `acknowledged`: keys that the server has answered."""

    def __init__(self, address: int = 1):
        self.address, self.shown, self.beeps = address, "", 0
        self.acknowledged: list[bytes] = []
        self.controls: Control | None = None
        self._decoder = frames.BusDecoder(shortest=2, longest=8)
        self._wire = VirtualWire(self._heard, way="tcp")  # keys pressed before the driver is there wait for it
        self.url = self._wire.url

    def press(self, what: str) -> None:
        """A gesture of the keypad (`call`, …) or an evaluator's key (`key 0` to `key 3`)."""
        if what.startswith("key "):
            self.send(frames.encode(self.address, frames.EVALUATION, bytes((int(what[4:]),))))
            return
        code = next((code for code, name in frames.KEYS.items() if name == what), None)
        if code is None:
            raise ValueError(f"A keypad has {', '.join(frames.KEYS.values())} and key 0 to 3, not {what!r}.")
        self.send(frames.encode(self.address, frames.KEY, code))

    def send(self, data: bytes) -> None:
        self._wire.send(data)

    def close(self) -> None:
        self._wire.close()
        if self.controls:
            self.controls.close()

    def _heard(self, data: bytes) -> bytes:
        for frame in self._decoder.feed(data):
            if frame.address != self.address:
                continue
            if frame.function == frames.SHOW and len(frame.data) == 6:
                self.shown = "".join(" " if d == frames.BLANK else str(d) for d in frame.data)
            elif frame.function == frames.BEEP:
                self.beeps += 1
            else:
                self.acknowledged.append(frames.encode(frame.address, frame.function, frame.data))
        return b""


class VirtualNumpad:
    """Keypad and stand-in in one: what is typed goes through the real codes."""

    verified = False
    shown = ""

    def __init__(self, codes: numpad.Keymap):
        self._codes, self._now = codes, 0.0
        self._on_key: Callable[[KeyPress], None] | None = None
        self.controls: Control | None = None

    @property
    def standin(self) -> VirtualNumpad:
        return self

    def start(self, on_key: Callable[[KeyPress], None]) -> None:
        self._on_key = on_key

    def show(self, **_shown: Any) -> None:
        """It has no display."""

    def press(self, what: str) -> None:
        """A gesture by its name, or the digits as they are typed before Enter."""
        typed = next((code for code, name in self._codes.meanings.items() if name == what), None)
        if typed is None and not all(c in "0123456789+-/.*" for c in what):
            raise ValueError(f"A pad has {', '.join(self._codes.meanings.values())} and digits, not {what!r}.")
        for press in self._codes.feed((what if typed is None else typed) + "\n", self._now):
            if self._on_key:
                self._on_key(press)

    def status(self) -> Status:
        return OK

    def close(self) -> None:
        if self.controls:
            self.controls.close()
            self.controls = None
