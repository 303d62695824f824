"""Hands and ears of the hall. `open(kind, url, **settings)` is the only door; drivers never know what a ticket is."""

from __future__ import annotations

import difflib
import importlib
import time
from typing import Any, Literal, overload
from urllib.parse import urlsplit

from .contract import CardReader, DeviceAbsent, DeviceError, Keypad, Printer, Scanner, Sign, Speaker, Status

# kind -> scheme (or make) -> the module whose `open(url, **settings)` gives the device. "" is every scheme that is a plain port.
# A new make is one new file and one line here, and its scheme one word in config/schema.py if it is a new one (a test says so); a vendor
# library that is missing hurts only the make that needs it.
MAKES: dict[str, dict[str, str]] = {
    "printer": {"": "printer.escpos", "virtual": "printer.virtual"},
    "reader": {"": "reader.serial_port", "sam": "reader.serial_port", "virtual": "reader.virtual"},
    "scanner": {"": "reader.scanner", "line": "reader.scanner", "virtual": "reader.virtual_scanner"},
    "speaker": {"audio": "speaker.player", "virtual": "speaker.virtual"},
    "sign": {"": "sign.serial_port", "virtual": "sign.virtual"},
    "keypad": {"": "keypad.serial_port", "input": "keypad.numpad", "virtual": "keypad.virtual"},
}


@overload
def open(kind: Literal["printer"], url: str, /, **settings: Any) -> Printer: ...
@overload
def open(kind: Literal["reader"], url: str, /, **settings: Any) -> CardReader: ...
@overload
def open(kind: Literal["scanner"], url: str, /, **settings: Any) -> Scanner: ...
@overload
def open(kind: Literal["speaker"], url: str, /, **settings: Any) -> Speaker: ...
@overload
def open(kind: Literal["sign"], url: str, /, **settings: Any) -> Sign: ...
@overload
def open(kind: Literal["keypad"], url: str, /, **settings: Any) -> Keypad: ...
@overload
def open(kind: str, url: str | None, /, **settings: Any) -> Any: ...
def open(kind: str, url: str | None, /, **settings: Any) -> Any:
    """Opens a device by its address, e.g. `open("printer", "tcp://192.168.1.9:9100", width=576)`.

    `url` None or "" gives None: this machine has no such device, and that is ordinary. An unknown kind or a wrong setting raises
    ValueError with a suggestion; a device that cannot be reached now is opened all the same and says so in its status.
    """
    if kind not in MAKES:
        near = difflib.get_close_matches(kind, MAKES, 1)
        raise ValueError(f"There is no kind of device named {kind!r}{f'; did you mean {near[0]!r}?' if near else ''} ({', '.join(MAKES)})")
    if not url:
        return None
    scheme = urlsplit(url).scheme
    if not scheme:
        raise ValueError(f"A device is an address like tcp://host:9100 or serial:///dev/ttyUSB0, not {url!r}.")
    named = settings.pop("kind", "")
    if named and named not in MAKES[kind]:
        raise ValueError(f"No {kind} is of kind {named!r}; there is {', '.join(m for m in MAKES[kind] if m)}.")
    makes = MAKES[kind]
    where = makes.get(scheme) or makes.get(named) or makes.get("")
    if not where:
        raise ValueError(f"A {kind} is at {' or '.join(f'{s}://…' for s in makes)}, not at {url!r}.")
    try:
        module = importlib.import_module(f".{where}", __name__)
    except ImportError as error:
        raise DeviceAbsent("library_missing", at=url, library=error.name or "") from error
    return module.open(url, **settings)


def nobody(*_heard: object) -> None:
    """Whom a device tells that is only tried."""


def look(kind: str, url: str, /, *, within: float = 3.0, **settings: Any) -> Status:
    """Tries a device once and says how it is: opens it, asks for up to `within` seconds, closes it. Prints nothing, reads no card on
    purpose. ValueError for a wrong setting; everything else is in the status.
    """
    try:
        device = open(kind, url, **settings)
    except DeviceError as error:
        return error.status()
    try:
        if hasattr(device, "start"):
            device.start(nobody)
        deadline = time.monotonic() + within
        while (status := device.status()).code == "starting" and time.monotonic() < deadline:
            time.sleep(0.02)
        return status
    finally:
        device.close()
