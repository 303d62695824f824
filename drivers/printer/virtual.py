"""A ticket printer that ships with the product: a TCP server on 127.0.0.1 that turns ESC/POS bytes into pictures of slips.

It understands what real printers do (raster, text with Chinese mode, native QR, feeds, cuts, real-time status) and can run out of
paper, jam, fall silent or be slow. Never part of a real printer's path.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from PIL import Image, ImageDraw

from .. import ports
from ..contract import Printer
from ..control import Commands, Control, attach
from . import escpos
from .fonts import sized, standard
from .picture import modules

# what can be wrong with it -> its answers to DLE EOT 1, 2, 3, 4
ANSWERS = {
    "ok": (0x12, 0x12, 0x12, 0x12),
    "paper_low": (0x12, 0x12, 0x12, 0x1E),
    "paper_end": (0x1A, 0x32, 0x12, 0x7E),
    "cover_open": (0x1A, 0x16, 0x12, 0x12),
    "cutter": (0x1A, 0x52, 0x1A, 0x12),
    "error": (0x1A, 0x52, 0x32, 0x12),
    "overheated": (0x1A, 0x52, 0x52, 0x12),
    "paused": (0x1A, 0x1A, 0x12, 0x12),
}
STOPPED = set(ANSWERS) - {"ok", "paper_low"}
# silent: prints, answers nothing; paper_only: answers GS r, nothing else; stuck: takes nothing; refuses: cuts the connection
WAYS = ("normal", "silent", "paper_only", "stuck", "refuses")


def open(url: str, *, width: int = 576, keep: int = 50, **settings: Any) -> Printer:
    """virtual://printer/folder/of/pictures?port=9100&control=9101 — both ports are free ones unless given; no folder (virtual://printer):
    pictures in memory only.

    The stand-in is the printer's `standin`; it ends with the printer's `close`.
    """
    address, asked = urlsplit(url), ports.query(url)
    folder = unquote(address.path).strip() if len(address.path) > 1 else ""
    standin = VirtualPrinter(folder or None, width=width, port=int(asked.get("port", 0)), keep=int(asked.get("keep", keep)))
    if "control" in asked:
        standin.control(int(asked["control"]))
    return attach(escpos.open(f"tcp://127.0.0.1:{standin.port}", width=width, **settings), standin)


class VirtualPrinter:
    """`trouble` is a key of ANSWERS, `way` one of WAYS, `speed` bytes a second (0: no limit). All may be set at any time."""

    def __init__(self, folder: str | Path | None = None, *, width: int = 576, port: int = 0, keep: int = 50):
        self.folder = Path(folder) if folder else None
        if self.folder:
            self.folder.mkdir(parents=True, exist_ok=True)
        self.width, self.keep = width, keep
        self.trouble, self.way, self.speed = "ok", "normal", 0
        self.received = bytearray()  # every byte since the last cut, for tests
        self.jobs: list[bytes] = []
        self.slips: list[Image.Image] = []
        self.printed = 0  # slips since it was switched on
        self.on_slip: Callable[[Image.Image, Path | None], None] | None = None
        self._new = threading.Condition()
        self._paper = PaperRoll(width)
        self._held = bytearray()  # taken, not yet printed: out of paper
        self._control: Control | None = None
        self._closed = False
        self._server = socket.create_server(("127.0.0.1", port))
        self.port = self._server.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, name="virtual printer", daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"tcp://127.0.0.1:{self.port}"

    def wait(self, count: int, timeout: float = 60.0) -> Image.Image:
        """The newest slip once `count` have been printed in all; TimeoutError otherwise."""
        with self._new:
            if not self._new.wait_for(lambda: self.printed >= count, timeout):
                raise TimeoutError(f"{self.printed} slips came, not {count}.")
            return self.slips[-1]

    def set(self, what: str) -> None:
        """A trouble of ANSWERS or a way of WAYS, by name; paper put in or a cover closed lets held jobs go on, as on real ones."""
        if what in ANSWERS:
            self.trouble = what
            if what == "ok":
                self.way = "normal"
            with self._new:
                self._go_on(b"")
        elif what in WAYS:
            self.way = what
        else:
            raise ValueError(f"A printer can be {', '.join((*ANSWERS, *WAYS))}, not {what!r}.")

    def commands(self) -> Commands:
        """What a line of text can do: `set paper_end`, `speed 2000`, `state`."""

        def speed(text: str) -> None:
            self.speed = int(text)

        return {"set": self.set, "speed": speed, "state": lambda _: f"{self.trouble} {self.way} printed={self.printed}"}

    def control(self, port: int = 0) -> int:
        """Opens the control line; gives its port."""
        self._control = Control(self.commands(), port)
        return self._control.port

    def close(self) -> None:
        self._closed = True
        with contextlib.suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)  # or its thread would take one more visitor
        self._server.close()
        self._thread.join(2)
        if self._control:
            self._control.close()

    # the wire

    def _serve(self) -> None:
        while not self._closed:
            try:
                client, _ = self._server.accept()
            except OSError:
                return
            with client, contextlib.suppress(OSError):
                self._talk(client)

    def _talk(self, client: socket.socket) -> None:
        client.settimeout(0.1)
        while not self._closed:
            if self.way == "refuses":
                return
            if self.way == "stuck":
                time.sleep(0.02)
                continue
            try:
                data = client.recv(max(64, self.speed // 20) if self.speed else 65536)
            except TimeoutError:
                continue
            if not data:
                return
            if self.speed:
                time.sleep(len(data) / self.speed)
            with self._new:
                answer = self._go_on(data)
            if answer and self.way != "silent":
                client.sendall(answer)

    def _go_on(self, data: bytes) -> bytes:
        answers = () if self.way == "paper_only" else ANSWERS[self.trouble]
        if self.trouble in STOPPED:
            # Real-time questions are answered as they arrive, also while printing is stopped.
            out = bytearray()
            while (at := data.find(b"\x10\x04")) >= 0 and at + 2 < len(data):
                if answers and 1 <= data[at + 2] <= 4:
                    out.append(answers[data[at + 2] - 1])
                data = data[:at] + data[at + 3 :]
            self._held += data
            return bytes(out)
        data, self._held = bytes(self._held) + data, bytearray()
        self.received += data
        self._paper.paper = 0x03 if self.trouble == "paper_low" else 0x00
        out = self._paper.feed(data, answers)
        for slip in self._paper.cut_off():
            self._keep(slip)
        return out

    def _keep(self, slip: Image.Image) -> None:
        self.printed += 1
        self.jobs.append(bytes(self.received))
        self.received.clear()
        self.slips.append(slip)
        del self.slips[: -self.keep], self.jobs[: -self.keep]
        path = None
        if self.folder:
            path = self.folder / f"slip-{time.time_ns() // 1_000_000}-{self.printed:04d}.png"
            part = path.with_suffix(".part")
            slip.save(part, "png")
            part.rename(path)  # whoever looks into the folder sees whole pictures only
            for old in sorted(self.folder.glob("slip-*.png"))[: -self.keep]:
                old.unlink(missing_ok=True)
        self._new.notify_all()
        if self.on_slip:
            self.on_slip(slip, path)


class PaperRoll:
    """ESC/POS bytes in any pieces become rows of dots; a cut makes a picture. Pure."""

    def __init__(self, width: int):
        self.width = width
        self.paper = 0x00  # the answer to GS r 1
        self.unknown: list[bytes] = []  # commands it did not know: a test wants none
        self._rest = b""
        self._strips: list[Image.Image] = []
        self._done: list[Image.Image] = []
        self._reset()

    def feed(self, data: bytes, answers: tuple[int, ...] = ANSWERS["ok"]) -> bytes:
        """What the printer says to these bytes: answers to DLE EOT n and GS r."""
        self._rest += data
        out = bytearray()
        while self._rest:
            used = self._one(self._rest, out, answers)
            if not used:
                break
            self._rest = self._rest[used:]
        return bytes(out)

    def cut_off(self) -> list[Image.Image]:
        done, self._done = self._done, []
        return done

    def _reset(self) -> None:
        self._align = 0
        self._line: list[tuple[str, int, tuple[int, int]]] = []  # character, its width, how much larger across and down
        self._bold = False
        self._latin = self._hanzi = self._both = (1, 1)
        self._chinese = False
        self._symbol = ""
        self._module = 3

    def _one(self, b: bytes, out: bytearray, answers: tuple[int, ...]) -> int:
        """Does the command at the start of `b`; gives the bytes it used, 0 when it is not all here yet."""
        two, three = b[:2], b[2:3]
        if b[0] == 0x10:  # DLE
            if len(b) < 3:
                return 0
            if answers and b[1] == 4 and 1 <= b[2] <= 4:
                out.append(answers[b[2] - 1])
            return 3
        if two in (b"\x1bJ", b"\x1bd", b"\x1ba", b"\x1b!", b"\x1d!", b"\x1c!", b"\x1bt", b"\x1b3", b"\x1bE", b"\x1dr", b"\x1da"):
            if not three:
                return 0
            self._small(two, three[0], out)
            return 3
        simple = {b"\x1b@": self._reset, b"\x1c&": lambda: self._mode(True), b"\x1c.": lambda: self._mode(False), b"\x1b2": lambda: None}
        if two in simple:
            simple[two]()
            return 2
        if two == b"\x1dV":
            if not three:
                return 0
            long = three[0] in (0x41, 0x42)
            if long and len(b) < 4:
                return 0
            self._cut()
            return 4 if long else 3
        if two == b"\x1dv":
            return self._raster(b)
        if two == b"\x1d(":
            return self._symbol_command(b)
        if b[0] in (0x1B, 0x1C, 0x1D):
            if len(b) < 2:
                return 0
            self.unknown.append(two)
            return 2
        if b[0] == 0x0A:
            self._print_line()
            return 1
        return self._character(b)

    def _small(self, two: bytes, n: int, out: bytearray) -> None:
        if two == b"\x1bJ":
            self._print_line(only_if_any=True)
            self._feed(n)
        elif two == b"\x1bd":
            self._print_line(only_if_any=True)
            self._feed(n * 30)
        elif two == b"\x1ba":
            self._align = n & 3
        elif two == b"\x1b!":
            self._latin = (2 if n & 0x20 else 1, 2 if n & 0x10 else 1)
            self._bold = bool(n & 0x08)
        elif two == b"\x1c!":
            self._hanzi = (2 if n & 0x04 else 1, 2 if n & 0x08 else 1)
        elif two == b"\x1d!":
            self._both = ((n >> 4 & 7) + 1, (n & 7) + 1)
        elif two == b"\x1bE":
            self._bold = bool(n & 1)
        elif two == b"\x1dr" and n in (1, 49):
            out.append(self.paper)

    def _mode(self, on: bool) -> None:
        self._chinese = on

    def _raster(self, b: bytes) -> int:
        if len(b) < 8:
            return 0
        row, rows = int.from_bytes(b[4:6], "little"), int.from_bytes(b[6:8], "little")
        if len(b) < 8 + row * rows:
            return 0
        self._print_line(only_if_any=True)
        if row and rows:
            black = Image.frombytes("1", (row * 8, rows), b[8 : 8 + row * rows])
            self._strip(black.convert("L").point(lambda v: 255 - v))
        return 8 + row * rows

    def _symbol_command(self, b: bytes) -> int:
        if len(b) < 5:
            return 0
        size = int.from_bytes(b[3:5], "little")
        if len(b) < 5 + size:
            return 0
        body = b[5 : 5 + size]
        if b[2:3] == b"k" and body[:1] == b"1":
            if body[1] == 67:
                self._module = body[2]
            elif body[1] == 80:
                self._symbol = body[3:].decode("utf-8", "replace")
            elif body[1] == 81 and self._symbol:
                one = modules(self._symbol)
                self._strip(one.resize((one.width * self._module, one.width * self._module), Image.Resampling.NEAREST))
        else:
            self.unknown.append(b[:3])
        return 5 + size

    def _character(self, b: bytes) -> int:
        if b[0] < 0x80 or not self._chinese:
            if 0x20 <= b[0] < 0x7F:
                self._line.append((chr(b[0]), 12, self._latin))
            elif b[0] >= 0x80:
                self._line.append(("?", 12, self._latin))  # not in Chinese mode: garbage, as on paper
            return 1
        if len(b) < 2:
            return 0
        try:
            self._line.append((b[:2].decode("gb18030"), 24, self._hanzi))
        except UnicodeDecodeError:
            self._line.append(("?", 12, self._latin))
            return 1
        return 2

    def _print_line(self, *, only_if_any: bool = False) -> None:
        if not self._line:
            if not only_if_any:
                self._feed(30)
            return
        cells = [(c, w * max(t[0], self._both[0]), 24 * max(t[1], self._both[1])) for c, w, t in self._line]
        self._line = []
        while cells:
            row: list[tuple[str, int, int]] = []
            used = 0
            while cells and used + cells[0][1] <= self.width:
                used += cells[0][1]
                row.append(cells.pop(0))
            if not row:
                cells.pop(0)  # one character wider than the paper
                continue
            tall = max(t for _, _, t in row)
            strip = Image.new("L", (used, tall + 6), 255)
            x = 0
            for c, w, t in row:
                glyph = _glyph(c, 24 if ord(c) > 0x7F else 12, self._bold).resize((w, t), Image.Resampling.NEAREST)
                strip.paste(glyph, (x, tall - t))
                x += w
            self._strip(strip)

    def _strip(self, image: Image.Image) -> None:
        whole = Image.new("L", (self.width, image.height), 255)
        whole.paste(image, ((0, (self.width - image.width) // 2, self.width - image.width)[self._align % 3], 0))
        self._strips.append(whole)

    def _feed(self, dots: int) -> None:
        if dots:
            self._strips.append(Image.new("L", (self.width, dots), 255))

    def _cut(self) -> None:
        self._print_line(only_if_any=True)
        tall = sum(s.height for s in self._strips)
        slip = Image.new("L", (self.width, max(tall, 1)), 255)
        y = 0
        for strip in self._strips:
            slip.paste(strip, (0, y))
            y += strip.height
        self._strips = []
        self._done.append(slip)


def _glyph(character: str, wide: int, bold: bool) -> Image.Image:
    fonts = standard()
    cell = Image.new("L", (wide, 24), 255)
    file = next((f for f, _ in fonts.runs(character)), "")
    if file:
        ImageDraw.Draw(cell).text((wide / 2, 20), character, font=sized(file, 22), fill=0, anchor="ms", stroke_width=0.6 if bold else 0)
    return cell.point([0 if v < 150 else 255 for v in range(256)])
