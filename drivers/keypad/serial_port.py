"""A keypad on the FF 68 bus: hears its keys, acknowledges them, lights its display. Not verified on hardware."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .. import bus as lines
from ..contract import OK, Keypad, KeyPress, Status
from . import frames

PROFILES = ("bus",)


def open(
    url: str,
    *,
    profile: str = "bus",
    address: int = 1,
    window: str = "",
    keys: Mapping[str, str] | None = None,
    grades: Sequence[int] = frames.GRADES,
    again: float = 0.4,
    baud: int = 9600,
    **port_settings: Any,
) -> Keypad:
    """`keys`: hex of the last data bytes → gesture, over the built-in ones ({"0E": "start"}). `grades`: of the evaluator's keys 0-3.

    Keypads and bars at one address (`url`) share the line. `again`: a key repeated within so many seconds was a repeated frame.
    """
    if profile not in PROFILES:
        raise ValueError(
            f"A keypad on a line has profile {', '.join(PROFILES)}, not {profile!r}; a USB pad (usb) is at input:///dev/input/…."
        )
    if len(grades) > 4 or not all(1 <= g <= 5 for g in grades):
        raise ValueError("grades are up to four numbers from 1 to 5, for the keys 0 to 3.")
    table = frames.KEYS | {bytes.fromhex(code): name for code, name in (keys or {}).items()}
    return SerialKeypad(lines.shared(url, baud=baud, **port_settings), int(address), window, table, tuple(grades), again)


class SerialKeypad:
    verified = False

    def __init__(
        self,
        bus: lines.Bus,
        address: int,
        window: str,
        keys: Mapping[bytes, str],
        grades: Sequence[int],
        again: float,
        clock: Callable[[], float] = time.monotonic,
    ):
        self._bus, self._address, self._window = bus, address, window
        self._keys, self._grades, self._again, self._clock = keys, grades, again, clock
        self._decoder = frames.BusDecoder()
        self._last: tuple[frames.BusFrame | None, float] = (None, 0.0)
        self._on_key: Callable[[KeyPress], None] | None = None
        self._heard_once = False
        self._closed = False

    def start(self, on_key: Callable[[KeyPress], None]) -> None:
        self._on_key = on_key
        self._bus.listen(self._heard)

    def show(self, *, window: str = "", number: str = "", waiting: int | None = None, beep: bool = False) -> None:
        """The ticket's last digits, or else how many wait; returns at once."""
        if number:
            told = [frames.show_number(self._address, number)]
        elif waiting is not None:
            told = [frames.show_waiting(self._address, waiting)]
        else:
            told = []
        if beep:
            told.append(frames.beep(self._address))
        self._bus.plan(("keypad", self._address), [(0.0, data) for data in told])

    def status(self) -> Status:
        status = self._bus.status()
        if self._heard_once and status.state == "unknown":
            return OK
        return status

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._bus.deafen(self._heard)
            lines.release(self._bus)

    def _heard(self, data: bytes) -> None:
        for frame in self._decoder.feed(data):
            if frame.address != self._address:
                continue
            self._heard_once = True
            self._bus.reply(frames.acknowledgement(frame))
            now = self._clock()
            repeated = self._last[0] == frame and now - self._last[1] < self._again
            self._last = frame, now
            meant = None if repeated else frames.gesture(frame, self._keys, self._grades)
            if meant and self._on_key:
                name, grade = meant
                self._on_key(
                    KeyPress(window=self._window, gesture=name, grade=grade, raw=frames.encode(frame.address, frame.function, frame.data))
                )
