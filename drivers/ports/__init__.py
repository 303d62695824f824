"""Ways to reach a device: bytes out, bytes in, with a time limit on both. A port knows no protocol.

`open(url)` gives a Port. Forms: tcp://host:9100 · serial:///dev/ttyUSB0?baud=115200 · serial://COM3 · serial://?usb=1a86:7523 (found by
its USB numbers, so a new name after re-plugging does not matter) · usb://0416:5011 · file:///dev/usb/lp0 · loop:// (for tests).
Where several devices have the same USB numbers, `location=1-1.2` in the address says which is meant.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Mapping
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlsplit

from ..contract import DeviceAbsent

SCHEMES = {"tcp": "tcp", "socket": "tcp", "serial": "serial_port", "loop": "serial_port", "usb": "usb", "file": "file", "input": "input"}


class Port(Protocol):
    """`answers`: False where nothing can ever come back (a plain file); a port without it may answer."""

    def write(self, data: bytes, timeout: float) -> None:
        """Hands over all of `data` or raises: DeviceSilent after `timeout` seconds, DeviceAbsent when the port is gone."""

    def read(self, timeout: float) -> bytes:
        """What has come in, waiting up to `timeout` seconds for the first byte; b"" when nothing came."""
        ...

    def wake(self) -> None:
        """From another thread: ends a `read` that waits, or else the next one. Nothing is lost. Some ways have no means for it."""

    def drain(self) -> None:
        """Throws away what has come in."""

    def close(self) -> None: ...


def open(url: str, **settings: Any) -> Port:
    """Opens the port now; DeviceAbsent says why it cannot. Numbers in the address's query are settings: `?baud=9600&flow=rtscts`."""
    address = urlsplit(url)
    if address.scheme not in SCHEMES:
        raise ValueError(f"{url!r} is not a way to reach a device; there is {', '.join(sorted(SCHEMES))}.")
    try:
        module = importlib.import_module(f".{SCHEMES[address.scheme]}", __name__)
    except ImportError as error:
        raise DeviceAbsent("library_missing", at=url, library=error.name or "") from error
    return module.open(address, **(settings | query(url)))


def chosen(places: Mapping[str, object], usb: str, location: str, example: str, *, shown: Iterable[str] = ()) -> str:
    """The one place of those at which a device with these USB numbers is plugged in. Which of several is meant is never guessed."""
    meant = [place for place in places if not location or place == location]
    if len(meant) == 1:
        return meant[0]
    if not meant:
        raise DeviceAbsent("offline", why="not_plugged_in", at=f"{usb} {location}".rstrip())
    how = example.format(at=usb, location=meant[0])
    raise DeviceAbsent("offline", why="several", at=usb, count=len(meant), found=", ".join(shown or meant), example=how)


def query(url: str) -> dict[str, int | str]:
    """The settings in an address; what is all digits is a number."""
    return {key: int(value) if value.isdigit() else value for key, value in parse_qsl(urlsplit(url).query)}


def speed(url: str, settings: Mapping[str, Any]) -> int | None:
    """Bits a second of a serial address; None for anything faster."""
    if urlsplit(url).scheme != "serial":
        return None
    return number({**settings, **query(url)}.get("baud", 9600), "baud")


def number(value: object, name: str) -> int:
    try:
        return int(str(value))
    except ValueError:
        raise ValueError(f"{name} must be a whole number, not {value!r}.") from None
