"""A keyboard-like device of Linux (/dev/input/event…) as a port that gives the typed characters. Grabs it, so nothing else sees the keys.

For USB numeric keypads and keyboard-wedge scanners on a machine without a page that could hear them.
"""

from __future__ import annotations

import contextlib
import os
import struct
from typing import Any
from urllib.parse import SplitResult

from ..contract import DeviceAbsent
from .waker import WakingPort

EVENT = struct.Struct("llHHi")  # struct input_event: seconds, microseconds, type, code, value
KEY, DOWN, REPEATED = 1, 1, 2
GRAB = 0x40044590  # EVIOCGRAB
SHIFTS = {42, 54}
# key code -> (plain, shifted); linux/input-event-codes.h
KEYS: dict[int, tuple[str, str]] = {
    **{2 + i: pair for i, pair in enumerate(zip("1234567890-=", "!@#$%^&*()_+", strict=True))},
    **{16 + i: (c, c.upper()) for i, c in enumerate("qwertyuiop")},
    **{30 + i: (c, c.upper()) for i, c in enumerate("asdfghjkl")},
    **{44 + i: (c, c.upper()) for i, c in enumerate("zxcvbnm")},
    26: ("[", "{"), 27: ("]", "}"), 39: (";", ":"), 40: ("'", '"'), 41: ("`", "~"), 43: ("\\", "|"), 51: (",", "<"), 52: (".", ">"),
    53: ("/", "?"), 57: (" ", " "), 28: ("\n", "\n"), 96: ("\n", "\n"), 14: ("\b", "\b"), 15: ("\t", "\t"), 1: ("\x1b", "\x1b"),
    71: ("7", "7"), 72: ("8", "8"), 73: ("9", "9"), 74: ("-", "-"), 75: ("4", "4"), 76: ("5", "5"), 77: ("6", "6"), 78: ("+", "+"),
    79: ("1", "1"), 80: ("2", "2"), 81: ("3", "3"), 82: ("0", "0"), 83: (".", "."), 98: ("/", "/"), 55: ("*", "*"),
}  # fmt: skip


def open(address: SplitResult, *, grab: int = 1, **_other: Any) -> InputPort:
    path = address.netloc + address.path
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except OSError as error:
        raise DeviceAbsent("offline", why="input_group", at=path, error=error.strerror or "") from error
    if grab:
        with contextlib.suppress(OSError, ImportError):  # a pipe in a test cannot be grabbed, and need not be
            import fcntl

            fcntl.ioctl(fd, GRAB, 1)
    return InputPort(fd, path)


class InputPort(WakingPort):
    """`read` gives the characters typed as UTF-8; Enter is a line feed, Backspace is 08."""

    def __init__(self, fd: int, name: str):
        self._fd, self.name, self._shift, self._rest = fd, name, False, b""
        super().__init__()

    def read(self, timeout: float) -> bytes:
        try:
            if not self._waker.wait(self._fd, timeout):
                return b""
            data = os.read(self._fd, EVENT.size * 64)
        except OSError as error:
            raise self._gone() from error
        if not data:
            raise self._gone()
        self._rest += data
        whole = len(self._rest) // EVENT.size * EVENT.size
        events, self._rest = self._rest[:whole], self._rest[whole:]
        return "".join(self._typed(*EVENT.unpack_from(events, at)[2:]) for at in range(0, whole, EVENT.size)).encode()

    def _typed(self, kind: int, code: int, value: int) -> str:
        if kind != KEY:
            return ""
        if code in SHIFTS:
            self._shift = value in (DOWN, REPEATED)
            return ""
        return KEYS[code][self._shift] if value == DOWN and code in KEYS else ""

    def write(self, data: bytes, timeout: float) -> None:
        """A keyboard shows nothing."""

    def close(self) -> None:
        os.close(self._fd)
        self._waker.close()

    def _gone(self) -> DeviceAbsent:
        return DeviceAbsent("offline", why="unplugged", at=self.name)
