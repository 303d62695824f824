"""An ID-card reader that ships with the product: speaks the real SAM frames on a pseudo-terminal (or loopback TCP), with a hand that
lays cards down and lifts them. Never part of a real reader's path; its people come from the test vectors of the field.
"""

from __future__ import annotations

import json
import random
import tomllib
from pathlib import Path
from typing import Any

from .. import ports
from ..contract import CardReader
from ..control import Commands, Control, attach
from ..wire import VirtualWire
from . import card as cards
from . import serial_port
from .frames import SamDecoder, SamFrame, reply

# name -> (kind, fields)
CARDS: dict[str, tuple[str, dict[str, str]]] = {
    name: (fields.pop("kind"), fields)
    for name, fields in tomllib.loads(Path(__file__).with_name("cards.toml").read_text(encoding="utf-8")).items()
}


def open(url: str, **settings: Any) -> CardReader:
    """virtual://reader?way=pty&control=9102&baud=115200 — `way` is pty or tcp (the default where there are no pseudo-terminals).

    The stand-in is the reader's `standin`; it ends with the reader's `close`. `baud` makes answers as slow as on a real line.
    """
    asked = ports.query(url)
    standin = VirtualReader(way=str(asked.get("way", "")), baud=int(asked.get("baud", 0)))
    if "control" in asked:
        standin.control(int(asked["control"]))
    return attach(serial_port.open(standin.url, **settings), standin)


class SamStandIn:
    """The module itself: request frames in, reply bytes out. Pure but for `fault`, which a tester sets.

    `edge`: as on real modules, a card that was read is not found again until it is lifted. `appended`: whether it can tell that a card
    still lies there (30 03). `force`: SW3 to answer a command with, e.g. {(0x30, 0x01): 0x41}.
    """

    def __init__(self):
        self.block: bytes | None = None
        self.photo = random.Random(1).randbytes(1024)
        self.edge = self.appended = True
        self.force: dict[tuple[int, int], int] = {}
        self.asked: list[tuple[int, int]] = []
        self._read = self._found = self._selected = False
        self._decoder = SamDecoder(shortest=3)

    def lay(self, block: bytes) -> None:
        self.block, self._read, self._found, self._selected = block, False, False, False

    def lift(self) -> None:
        self.block, self._found, self._selected = None, False, False

    def feed(self, data: bytes) -> bytes:
        return b"".join(self._answer(f) if isinstance(f, SamFrame) else reply(0x10) for f in self._decoder.feed(data))

    def _answer(self, request: SamFrame) -> bytes:
        asked = (request.body[0], request.body[1])
        self.asked.append(asked)
        del self.asked[:-1000]
        if asked in self.force:
            return reply(self.force[asked])
        if asked == (0x11, 0xFF) or asked == (0x10, 0xFF):
            return reply(0x90)
        if asked == (0x12, 0xFF):
            return reply(0x90, bytes.fromhex("05 00 03 00 CC B6 32 01 87 D6 12 00 B1 68 DE 3A"))
        if asked == (0x20, 0x01):
            self._found = self.block is not None and not (self.edge and self._read)
            return reply(0x9F, bytes(4)) if self._found else reply(0x80)
        if asked == (0x20, 0x02):
            self._selected = self._found
            return reply(0x90, bytes(8)) if self._selected else reply(0x81)
        if asked == (0x30, 0x01):
            if not self._selected or self.block is None:
                return reply(0x41)
            self._read = True
            return reply(0x90, (256).to_bytes(2, "big") + (1024).to_bytes(2, "big") + self.block + self.photo)
        if asked == (0x30, 0x03):
            return reply(0x91 if self.appended and self._selected and self.block else 0x41)
        return reply(0x21)


class VirtualReader(VirtualWire):
    """The module on a wire, and the hand. What the wire may spoil: see VirtualWire."""

    def __init__(self, *, way: str = "", baud: int = 0):
        self.sam = SamStandIn()
        self._control: Control | None = None
        super().__init__(lambda data: self.sam.feed(data), way=way, baud=baud)

    def lay(self, which: str = "resident") -> None:
        """A card of CARDS by name, or JSON {"kind": …, "name": …, "number": …}: fields as in drivers.reader.card.LAYOUTS."""
        if which.startswith("{"):
            values = json.loads(which)
            kind = values.pop("kind", "resident")
            base = next((v for k, v in CARDS.values() if k == kind), None)
            if base is None:
                raise ValueError(f"There is no card kind {kind!r}.")
            values = base | values
        else:
            if which not in CARDS:
                raise ValueError(f"There is no card {which!r}; there is {', '.join(CARDS)}.")
            kind, values = CARDS[which]
        self.lay_block(cards.block(kind, **values))

    def lay_block(self, block: bytes) -> None:
        with self._lock:
            self.sam.lay(block)

    def lift(self) -> None:
        with self._lock:
            self.sam.lift()

    def commands(self) -> Commands:
        """What a line of text can do: `lay resident`, `lay {"name": "Zhang"}`, `lift`, `cards`, `silent on`."""

        def silent(text: str) -> None:
            self.silent = text == "on"

        return {
            "lay": lambda text: self.lay(text or "resident"),
            "lift": lambda _: self.lift(),
            "cards": lambda _: " ".join(CARDS),
            "silent": silent,
        }

    def control(self, port: int = 0) -> int:
        """Opens the control line; gives its port."""
        self._control = Control(self.commands(), port)
        return self._control.port

    def close(self) -> None:
        if self._control:
            self._control.close()
            self._control = None
        super().close()
