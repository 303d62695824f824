"""A serial line as a port, through pyserial: real ports, pseudo-terminals, loop:// for tests. No protocol here."""

from __future__ import annotations

import contextlib
import time
from typing import Any
from urllib.parse import SplitResult

import serial
from serial.tools import list_ports

from ..contract import DeviceAbsent, DeviceSilent
from . import chosen, number

PARITIES = {"none": serial.PARITY_NONE, "even": serial.PARITY_EVEN, "odd": serial.PARITY_ODD}
FLOWS = {"none": {}, "rtscts": {"rtscts": True}, "xonxoff": {"xonxoff": True}, "dsrdtr": {"dsrdtr": True}}
# termios.error is not an OSError; Windows has no termios.
try:
    import termios

    _errors: tuple[type[Exception], ...] = (termios.error,)
except ImportError:
    _errors = ()
BROKEN: tuple[type[Exception], ...] = (serial.SerialException, OSError, *_errors)


def open(
    address: SplitResult, *, baud: int = 9600, parity: str = "none", flow: str = "none", usb: str = "", location: str = "", **_other: Any
) -> SerialPort:
    if flow not in FLOWS or parity not in PARITIES:
        raise ValueError(f"flow is one of {', '.join(FLOWS)}, parity one of {', '.join(PARITIES)}; not {flow!r}, {parity!r}.")
    name = "loop://" if address.scheme == "loop" else found(usb, str(location)) if usb else address.netloc + address.path
    if not name:
        raise ValueError(f"A serial device needs a port, as in serial:///dev/ttyUSB0 or serial://COM3, not {address.geturl()!r}.")
    speed = number(baud, "baud")
    try:
        # write_timeout: a printer that stopped must not stop us; exclusive: two programs on one line is never meant.
        line = serial.serial_for_url(name, baudrate=speed, parity=PARITIES[parity], timeout=0, write_timeout=1.0, **FLOWS[flow])
        if getattr(line, "fd", None) is not None:
            line.exclusive = True
    except (*BROKEN, ValueError) as error:
        raise DeviceAbsent("offline", why="cannot_open", at=name, error=_short(error)) from error
    return SerialPort(line, name)


def found(usb: str, location: str = "") -> str:
    """The present name of the port with these USB numbers ("1a86:7523"), for it changes when a cable is put into another socket.

    Cheap adapters all have the same numbers: where several are plugged in, `location` ("1-1.2", the socket) says which is meant.
    """
    ports = [p for p in list_ports.comports() if p.vid is not None and f"{p.vid:04x}:{p.pid:04x}" == usb.lower()]
    by_place = {(p.location or p.device).partition(":")[0]: p.device for p in ports}
    if len(by_place) < len(ports):  # several ports of one adapter: only the names differ
        by_place = {p.device: p.device for p in ports}
    shown = {f"{device} ({place})" if place != device else device: place for place, device in by_place.items()}
    return by_place[chosen(by_place, usb, location, "serial://?usb={at}&location={location}", shown=tuple(shown))]


class SerialPort:
    def __init__(self, line: Any, name: str):
        self._line, self.name = line, name

    def write(self, data: bytes, timeout: float) -> None:
        deadline = time.monotonic() + timeout
        sent = 0
        while sent < len(data):
            piece = data[sent : sent + 1024]
            try:
                self._line.write_timeout = max(0.01, deadline - time.monotonic())
                sent += self._line.write(piece) or 0
            except serial.SerialTimeoutException as error:
                raise DeviceSilent("stuck", why="port", at=self.name, started=True) from error
            except BROKEN as error:
                raise self._gone(started=sent > 0) from error
        self._settle(deadline)

    def _settle(self, deadline: float) -> None:
        """Waits until the operating system has handed over the last byte: closing earlier would cut a slip short."""
        if self.name == "loop://":
            return  # nobody takes it but ourselves
        try:
            while getattr(self._line, "out_waiting", 0):
                if time.monotonic() > deadline:
                    raise DeviceSilent("stuck", why="port", at=self.name, started=True)
                time.sleep(0.002)
        except BROKEN as error:
            raise self._gone(started=True) from error

    def read(self, timeout: float) -> bytes:
        try:
            if self._line.timeout != timeout:  # setting it costs as much as opening the line
                self._line.timeout = max(timeout, 0)
            first = self._line.read(1)
            return first + self._line.read(self._line.in_waiting) if first else b""
        except (*BROKEN, TypeError) as error:  # pyserial raises TypeError when the port is closed by another thread
            raise self._gone() from error

    def wake(self) -> None:
        with contextlib.suppress(*BROKEN, AttributeError, TypeError):  # closed meanwhile; or a kind of line that cannot be woken
            self._line.cancel_read()

    def drain(self) -> None:
        try:
            self._line.reset_input_buffer()
        except BROKEN as error:
            raise self._gone() from error

    def close(self) -> None:
        with contextlib.suppress(*BROKEN):
            # Otherwise close() waits for the device to take what it never will.
            if hasattr(self._line, "cancel_write"):
                self._line.reset_output_buffer()
            self._line.close()

    def _gone(self, *, started: bool = False) -> DeviceAbsent:
        return DeviceAbsent("offline", why="unplugged", at=self.name, started=started)


def _short(error: Exception) -> str:
    return str(error).split(":")[0][:80]
