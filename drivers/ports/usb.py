"""A USB printer-class device as a port, through pyusb (libusb). Bulk pipes only; no protocol here."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any
from urllib.parse import SplitResult

import usb.core  # pyright: ignore[reportMissingTypeStubs]
import usb.util  # pyright: ignore[reportMissingTypeStubs]

from ..contract import DeviceAbsent, DeviceSilent
from . import chosen

core: Any = usb.core  # the library has no types
util: Any = usb.util


def open(address: SplitResult, *, interface: int = 0, location: str = "", find: Callable[..., Any] = core.find, **_other: Any) -> UsbPort:
    """usb://0416:5011 — vendor and product in hexadecimal; `?location=1-1.2` where several have the same.

    `find` is pyusb's, or a stand-in's.
    """
    vendor, _, product = address.netloc.partition(":")
    try:
        numbers = int(vendor, 16), int(product, 16)
    except ValueError:
        raise ValueError(f"A USB device is usb://vendor:product in hexadecimal, as in usb://0416:5011, not {address.geturl()!r}.") from None
    try:
        found: dict[str, Any] = {place(d): d for d in find(find_all=True, idVendor=numbers[0], idProduct=numbers[1])}
        device = found[chosen(found, address.netloc, str(location), "usb://{at}?location={location}")]
        with contextlib.suppress(NotImplementedError):  # Windows and macOS have no kernel driver to detach
            if device.is_kernel_driver_active(interface):
                device.detach_kernel_driver(interface)
        device.set_configuration()
        pipes = device.get_active_configuration()[(interface, 0)]
        util.claim_interface(device, interface)
    except core.NoBackendError as error:
        raise DeviceAbsent("library_missing", at=f"usb://{address.netloc}", library="libusb-1.0-0") from error
    except core.USBError as error:
        raise DeviceAbsent("offline", why="cannot_open", at=address.netloc, error=error.strerror or "") from error
    out = _pipe(pipes, util.ENDPOINT_OUT)
    if out is None:
        raise DeviceAbsent("offline", why="no_printer", at=address.netloc)
    return UsbPort(device, interface, out, _pipe(pipes, util.ENDPOINT_IN), address.netloc)


def place(device: Any) -> str:
    """Where a device is plugged in, as Linux writes it: bus and the ports on the way, "1-1.2"."""
    return f"{getattr(device, 'bus', None) or 0}-{'.'.join(str(n) for n in getattr(device, 'port_numbers', None) or (0,))}"


def _pipe(pipes: Any, direction: int) -> Any:
    """The bulk pipe of a direction, or None."""

    def fits(e: Any) -> bool:
        return util.endpoint_direction(e.bEndpointAddress) == direction and util.endpoint_type(e.bmAttributes) == util.ENDPOINT_TYPE_BULK

    return util.find_descriptor(pipes, custom_match=fits)


class UsbPort:
    def __init__(self, device: Any, interface: int, out: Any, back: Any, name: str):
        self._device, self._interface, self._out, self._in, self.name = device, interface, out, back, name
        self.answers = back is not None

    def write(self, data: bytes, timeout: float) -> None:
        sent: int = 0
        while sent < len(data):
            try:
                sent += self._out.write(data[sent : sent + 8192], timeout=max(1, int(timeout * 1000)))
            except core.USBTimeoutError as error:
                # Part of the piece may have gone: libusb does not say.
                raise DeviceSilent("stuck", why="port", at=self.name, started=True) from error
            except core.USBError as error:
                raise self._gone(started=sent > 0) from error

    def read(self, timeout: float) -> bytes:
        if self._in is None:
            return b""
        try:
            # A time-out of 0 means "for ever" to libusb.
            return bytes(self._in.read(self._in.wMaxPacketSize, timeout=max(1, int(timeout * 1000))))
        except core.USBTimeoutError:
            return b""
        except core.USBError as error:
            raise self._gone() from error

    def wake(self) -> None:
        """libusb waits by itself."""

    def drain(self) -> None:
        for _ in range(64):
            if not self.read(0.001):
                return

    def close(self) -> None:
        with contextlib.suppress(core.USBError):
            util.release_interface(self._device, self._interface)
        util.dispose_resources(self._device)

    def _gone(self, *, started: bool = False) -> DeviceAbsent:
        return DeviceAbsent("offline", why="unplugged", at=self.name, started=started)
