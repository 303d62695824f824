"""An ESC/POS printer behind any port: asks its state, sends one job for a slip, asks again. Knows no ticket and no hall."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Generator
from typing import Any

from .. import ports
from ..contract import DeviceError, DeviceRefused, DeviceSilent, Printer, Slip, Status
from . import status as states
from .fonts import standard
from .slip import BAND, encode

SLOW = 230_400  # baud
ANSWER = 0.3  # seconds for one status byte
ALONE = 0.02  # seconds in which nothing may follow an answer of one byte
DONE = b"\x1dr\x01"  # "transmit paper status": answered in its turn, so the answer says that all before it has been printed


def open(
    url: str,
    *,
    width: int = 576,
    mode: str = "auto",
    qr: str = "raster",
    cut: str = "partial",
    presenter: str | bytes = "",
    tail: int = 40,
    band: int = BAND,
    second_font: str = "",
    write_timeout: float = 8.0,
    confirm: float = 3.0,
    **port_settings: Any,
) -> Printer:
    """`mode` "auto": image, but text on a serial line too slow for pictures. `presenter`: hex bytes sent after the cut.

    `write_timeout`: seconds for a whole job, beyond what a serial line needs for its bytes. `confirm`: seconds to wait for the word
    that all is printed; a printer that has never given it is asked once only. 0 switches the question off.
    """
    if isinstance(presenter, str):
        presenter = bytes.fromhex(presenter)
    speed = ports.speed(url, port_settings)  # None where the line is fast enough not to matter
    if mode == "auto":  # a slip as a picture is some 35 kB: 3.4 s at 115200, measured
        mode = "text" if speed and speed <= SLOW else "image"
    options: dict[str, Any] = {
        "width": int(width),
        "mode": mode,
        "qr": qr,
        "cut": cut,
        "presenter": presenter,
        "tail": int(tail),
        "band": int(band),
    }
    encode(Slip(number="A001"), **options)  # a wrong setting is said now, not at the first visitor
    fonts = standard(second_font) if second_font else None

    def job(slip: Slip) -> bytes:
        return encode(slip, fonts=fonts, tight=bool(speed), **options)

    def patience(size: int) -> float:
        return float(write_timeout) + (size * 12 / speed if speed else 0)

    return EscposPrinter(lambda: ports.open(url, **port_settings), job, patience=patience, confirm=float(confirm))


class EscposPrinter:
    """One connection per question or job: port 9100 takes one client at a time, and others want to ask too."""

    verified = False  # makes differ; tried on stand-ins only

    def __init__(
        self, connect: Callable[[], ports.Port], job: Callable[[Slip], bytes], *, patience: Callable[[int], float], confirm: float
    ):
        self._connect, self._job = connect, job
        self._patience, self._confirm, self._answer = patience, confirm, ANSWER
        self._confirms: bool | None = None  # has this printer ever said that it was done?
        self._silent = False  # it answered nothing when last asked: a visitor does not wait for it to be silent again
        self._lock = threading.Lock()

    def print(self, slip: Slip) -> Status:
        """The printer's state after the job. DeviceRefused before any byte went out (started False): nothing stands on paper.

        Any error with `started` True: the slip may be on paper, in part or whole.
        """
        data = self._job(slip)
        with self._lock, self._port() as port:
            before = states.trouble("silent") if self._silent else self._ask(port)
            if before.stops:
                raise DeviceRefused(before.code)
            port.write(data, self._patience(len(data)))
            return self._after(port, before)

    def status(self) -> Status:
        with self._lock:
            try:
                with self._port() as port:
                    return self._ask(port)
            except DeviceError as error:
                return error.status()

    def close(self) -> None:
        """Nothing stays open between jobs."""

    def _after(self, port: ports.Port, before: Status) -> Status:
        if self._confirm <= 0 or before.state == "unknown" or self._confirms is False:
            return before
        try:
            said = self._paper(port, self._confirm)
            after = self._ask(port)
        except DeviceError as error:
            error.started = True
            raise
        if after.stops:
            raise DeviceRefused(after.code, started=True)
        if said is None and after.code == "silent":
            raise DeviceSilent("stuck", started=True)
        if said is None and self._confirms:
            return states.trouble("unconfirmed")  # it lives and reports no trouble: slow, not broken
        self._confirms = said is not None
        return after

    def _ask(self, port: ports.Port) -> Status:
        """Cover and errors first, then paper, then the cause of an error: 300 ms each, and no more once it stays silent."""
        if not getattr(port, "answers", True):
            return states.trouble("silent")
        answers: dict[int, int | None] = {}
        nonsense = False
        for n in (2, 4, 3, 1):
            if n == 3 and not (answers[2] or 0) & 0x40:
                continue
            port.drain()
            port.write(states.ASK[n], 1.0)
            answers[n], heard = self._real_time(port)
            if answers[n] is None:
                nonsense = heard
                break
        status = states.read(answers)
        # What answers a real-time question with something else (00 to everything, an echo) cannot be believed in the other one either.
        if status.code == "silent" and not nonsense and not port.read(self._answer):
            status = states.read_paper(self._paper(port, self._answer))
        self._silent = status.code == "silent"
        return status

    def _real_time(self, port: ports.Port) -> tuple[int | None, bool]:
        """The answer to a DLE EOT question, and whether anything was heard at all."""
        deadline, heard = time.monotonic() + self._answer, False
        while (left := deadline - time.monotonic()) > 0:
            data = port.read(left)
            heard = heard or bool(data)
            for byte in data:
                if states.is_status(byte):
                    return byte, True
        return None, heard

    def _paper(self, port: ports.Port, seconds: float) -> int | None:
        """The answer to GS r 1: one byte of four, and nothing beside it. An echo, or a status that nobody asked for, is longer."""
        port.drain()
        port.write(DONE, 1.0)
        deadline, said = time.monotonic() + seconds, b""
        while not said and (left := deadline - time.monotonic()) > 0:
            said = port.read(left)
        said += port.read(ALONE) if said else b""
        return said[0] if len(said) == 1 and states.is_paper(said[0]) else None

    @contextlib.contextmanager
    def _port(self) -> Generator[ports.Port]:
        port = self._connect()
        try:
            yield port
        finally:
            port.close()
