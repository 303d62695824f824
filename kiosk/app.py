"""The kiosk process put together: devices, the attendant, the rounds, and the door on loopback."""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, Any

from werkzeug.serving import WSGIRequestHandler, make_server

import drivers
from config.link import HallClient
from config.paths import find
from drivers.contract import CardReader, Device, DeviceError, Printer, ScannedCode, Scanner, Slip, Status
from drivers.worker import Worker

from . import slip, view
from .attendant import PAPER, Attendant
from .door import create_app
from .numbers import Numbers
from .rounds import Rounds
from .session import TIMES, Prefer, Screen
from .spool import Spool
from .voice import KioskVoice

if TYPE_CHECKING:
    from config.schema import KioskSettings, PrinterTable

log = logging.getLogger(__name__)

LOOK_AT_DEVICES = 4.0  # seconds between two looks at an idle printer; a manager hears of trouble within 5


def run(settings: KioskSettings, *, near: Path | None = None, ready: Callable[[Kiosk], None] = lambda kiosk: None, **more: Any) -> int:
    """Runs a kiosk until it is told to stop; the process' exit status. `near`: the folder beside which relative paths are meant."""
    kiosk = Kiosk(settings, near=near or Path.cwd(), **more)
    try:
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda signum, frame: kiosk.leave(0))
        kiosk.start()
        ready(kiosk)
        return kiosk.wait()
    finally:
        kiosk.close()


class Kiosk:
    """Everything of one machine. Started in order of dependence, stopped the other way round."""

    def __init__(
        self,
        settings: KioskSettings,
        *,
        near: Path,
        times: dict[Screen, int] | None = None,
        step: Callable[[str], None] = lambda name: None,
    ):
        own = settings.kiosk
        folder = Path(own.spool).expanduser()
        self.spool = Spool(folder if folder.is_absolute() else near / folder, step=step)
        self._token = self.spool.folder / "token"
        enrolled = self._token.read_text(encoding="ascii").strip() if self._token.exists() else ""
        token = settings.server.token or enrolled
        name = own.name if settings.server.token else self.spool.recall("name") or own.name
        way = settings.server
        self.client = HallClient(way.url, token, timeout=min(1.5, way.timeout), budget=way.timeout, ca=way.ca or None)
        self.numbers = Numbers(self.client, self.spool)
        self.printer: Worker[Printer] | None = None
        world = view.World(
            kiosk=name,
            title=own.title,
            layout=own.layout,
            url=self.client.url,
            ways=tuple(own.ways),
            screen_inches=own.screen_inches,
            green=None if own.green is None else tuple(own.green),
            elder_age=own.elder_age or 0,
            elder_first=tuple(own.elder_first),
            notice=settings.notice.model_dump(),
        )
        template = find(settings.slip.template, near) if settings.slip.template else None
        self.attendant = Attendant(
            self.numbers,
            world,
            printer=self._print if settings.printer else None,
            template=slip.load(template),
            default=Prefer(language=own.language, wheelchair=own.layout == "wheelchair", muted=not settings.voice.enabled),
            times=times or scaled(own.idle),
            voice=self._voice(settings, near),
        )
        self.rounds = Rounds(self.attendant, self.numbers, kiosk=name, loan=own.loan, keep_token=self._keep_token, leave=self.leave)
        self.numbers.listen(self._online)
        self._settings = settings
        self._devices: list[Device] = []
        self._over, self._status = threading.Event(), 0
        ensure_free(own.host, own.port)
        self._server = make_server(own.host, own.port, create_app(self.attendant, enrol=self.rounds.new_code), True, request_handler=Quick)
        self._server.daemon_threads = True  # pyright: ignore[reportAttributeAccessIssue]  it is a threaded one
        self.url = f"http://{own.host}:{self._server.server_port}"

    def _voice(self, settings: KioskSettings, near: Path) -> KioskVoice | None:
        own = settings.voice
        clips = find(own.clips, near) if own.clips else ""
        return KioskVoice.open(self.spool.folder / "say", volume=own.volume, clips=clips) if own.enabled else None

    def start(self) -> None:
        self.rounds.recall()
        if not self.client.token:
            self.attendant.hear("unknown_kiosk", message={"code": "unknown_kiosk"})
        self._open_devices()
        threading.Thread(target=self._server.serve_forever, args=(0.05,), name="kiosk-door", daemon=True).start()
        self.rounds.start()
        threading.Thread(target=self._tick, name="kiosk-clock", daemon=True).start()
        log.info("the kiosk %s is at %s", self._settings.kiosk.name, self.url)

    def wait(self) -> int:
        self._over.wait()
        return self._status

    def leave(self, status: int) -> None:
        self._status = status
        self._over.set()

    def close(self) -> None:
        self._over.set()
        self._server.shutdown()
        self.rounds.close()
        for device in self._devices:
            device.close()
        if self.printer:
            self.printer.close()
        self.attendant.close()
        self.client.close()
        self.spool.close()

    # ---------------------------------------------------------------- devices

    def _open_printer(self, own: PrinterTable) -> Worker[Printer]:
        more: dict[str, Any] = {"width": own.width, "mode": own.mode, "cut": own.cut, "tail": own.feed, "write_timeout": own.timeout}
        more |= {"presenter": own.presenter, "second_font": own.second_font, "band": own.band}
        more["qr"] = {"image": "raster"}.get(own.qr, own.qr)
        return Worker("printer", lambda: drivers.open("printer", own.url, **more), on_status=self._printer_status, beat=LOOK_AT_DEVICES)

    def _print(self, paper: Slip) -> Future[Status]:
        if self.printer is None:
            raise RuntimeError("there is no printer")
        return self.printer.do(lambda printer: printer.print(paper), within=PAPER)

    def _printer_status(self, status: Status) -> None:
        self.attendant.device("printer", status)
        self.rounds.wake()

    def _open_devices(self) -> None:
        own = self._settings
        if own.printer:
            self.printer = self._open_printer(own.printer)
        if own.reader:
            self._open("reader", own.reader.url, self._start_reader, kind=own.reader.kind, poll=own.reader.poll / 1000)
        if own.scanner:
            more = {"bases": own.scanner.bases, "patterns": [p.model_dump() for p in own.scanner.patterns]}
            self._open("scanner", own.scanner.url, self._start_scanner, kind=own.scanner.kind, **more)

    def _open(self, name: str, url: str, start: Callable[[Any], None], **more: Any) -> None:
        """A device that cannot be opened is a trouble to be shown, and never keeps the page from coming up."""
        try:
            device = drivers.open(name, url, **more)
            self._devices.append(device)
            self.attendant.device(name, device.status())
            start(device)
        except DeviceError as error:
            log.warning("the %s at %s: %s", name, url, error)
            self.attendant.device(name, error.status())

    def _start_reader(self, reader: CardReader) -> None:
        reader.start(self.attendant.card, self._reader_status, self.attendant.lifted)

    def _reader_status(self, status: Status) -> None:
        self.attendant.reader_status(status)
        self.rounds.wake()

    def _start_scanner(self, scanner: Scanner) -> None:
        scanner.start(self._scanned)

    def _scanned(self, code: ScannedCode) -> None:
        if code.problem:
            self.attendant.hear("not_found", message={"code": code.problem, "words": "scans"})
        else:
            self.attendant.scanned(code.value)

    # ---------------------------------------------------------------- small things

    def _online(self, online: bool) -> None:
        log.info("the server is %s", "there" if online else "away; numbers come from the loan")
        self.attendant.online(online)
        self.rounds.wake()

    def _tick(self) -> None:
        while not self._over.wait(0.2):
            self.attendant.tick()

    def _keep_token(self, token: str) -> None:
        handle = os.open(self._token, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(token)
            file.flush()
            os.fsync(file.fileno())


def ensure_free(host: str, port: int) -> None:
    try:
        socket.create_server((host, port)).close()
    except OSError as error:
        raise RuntimeError(f"Port {port} cannot be had ({error.strerror}). Is another kiosk running? Set [kiosk] port otherwise.") from None


class Quick(WSGIRequestHandler):
    """One request, one answer, without Nagle's 40 ms and without a line in the log for each look."""

    protocol_version = "HTTP/1.1"

    def setup(self) -> None:
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def log_request(self, *_: Any, **__: Any) -> None:
        return


def scaled(idle: int) -> dict[Screen, int]:
    """The screens' times for a hall that wants `idle` seconds where a person chooses; the others keep their proportion."""
    return {screen: max(5, seconds * idle // TIMES[Screen.CHOOSING]) for screen, seconds in TIMES.items()} | {
        screen: TIMES[screen] for screen in (Screen.ISSUING, Screen.ASKING, Screen.PRINTING)
    }
