"""LED bar protocols as templates: a line of hex with placeholders makes a frame, and reads one back. Pure.

Makers do not publish; the built-in profiles come from public drivers and are not verified on hardware. A hall with another make writes
its own template:

    AA 55 {length:after} {address} F8 21 00 {text} 00

hex bytes · {address} · {sequence} (one byte, rising) · {text} · {length} of the whole frame, {length:after} of all that follows it,
{length:text} · a check over everything before it: {sum8} {xor8} {crc16-xmodem} (high byte first) {crc16-modbus} (low byte first).
`{length:…:2}` is two bytes, high first. `check_from`: how many bytes at the start the check leaves out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ..checks import crc16_modbus, crc16_xmodem, xor8

CHECKS: dict[str, tuple[int, Callable[[bytes], bytes]]] = {
    "sum8": (1, lambda data: bytes((sum(data) & 0xFF,))),
    "xor8": (1, lambda data: bytes((xor8(data),))),
    "crc16-xmodem": (2, lambda data: crc16_xmodem(data).to_bytes(2, "big")),
    "crc16-modbus": (2, lambda data: crc16_modbus(data).to_bytes(2, "little")),
}
PLACES = ("address", "sequence", "text", "length", *CHECKS)
LONGEST = 255
UNKNOWN = chr(0xFF1F)  # a wide question mark


@dataclass(frozen=True)
class Part:
    kind: str  # "byte" or one of PLACES
    value: int = 0  # of a byte
    form: str = "whole"  # of a length: whole, after, text
    size: int = 1


@dataclass(frozen=True, kw_only=True)
class FrameTemplate:
    """`frame` as above; `before` a second one that is sent first; `columns` the most bytes of text (0: what fits the frame)."""

    frame: str
    before: str = ""
    encoding: str = "gbk"
    columns: int = 0
    check_from: int = 0
    repeat: int = 1
    baud: int = 9600
    parts: tuple[Part, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "parts", tuple(parse(self.frame)))
        if self.before:
            parse(self.before)
        if "".encode(self.encoding) != b"":
            raise ValueError(f"{self.encoding} cannot be used for a bar.")
        if not 1 <= self.repeat <= 3:
            raise ValueError("repeat is 1 to 3.")

    def frames(self, address: int, sequence: int, text: str) -> list[bytes]:
        """Everything to be sent for one text, in order."""
        data = self._data(text)
        first = [self._build(parse(self.before), address, sequence, data)] if self.before else []
        return (first + [self._build(self.parts, address, sequence, data)]) * self.repeat

    def encode(self, address: int, sequence: int, text: str) -> bytes:
        return self._build(self.parts, address, sequence, self._data(text))

    def _data(self, text: str) -> bytes:
        room = LONGEST - sum(p.size for p in self.parts if p.kind != "text")
        return encoded(text, self.encoding, min(self.columns or room, room))

    def _build(self, parts: Sequence[Part], address: int, sequence: int, data: bytes) -> bytes:
        whole = sum(len(data) if p.kind == "text" else p.size for p in parts)
        out = bytearray()
        for p in parts:
            if p.kind == "byte":
                out.append(p.value)
            elif p.kind == "address":
                out.append(address & 0xFF)
            elif p.kind == "sequence":
                out.append(sequence & 0xFF)
            elif p.kind == "text":
                out += data
            elif p.kind == "length":
                number = {"whole": whole, "after": whole - len(out) - p.size, "text": len(data)}[p.form]
                out += number.to_bytes(p.size, "big")
            else:
                out += CHECKS[p.kind][1](bytes(out[self.check_from :]))
        return bytes(out)

    def read(self, wire: bytes) -> tuple[int, str] | None:
        """(address, text) of exactly this frame, or None: for stand-ins and tests."""
        head = next((i for i, p in enumerate(self.parts) if p.kind == "text"), len(self.parts))
        fixed = sum(p.size for p in self.parts if p.kind != "text")
        start = sum(p.size for p in self.parts[:head])
        data = wire[start : start + len(wire) - fixed]
        at, address, sequence = 0, 0, 0
        for p in self.parts:
            if p.kind == "address":
                address = wire[at] if at < len(wire) else 0
            elif p.kind == "sequence":
                sequence = wire[at] if at < len(wire) else 0
            at += len(data) if p.kind == "text" else p.size
        text = data.decode(self.encoding, "replace")
        return (address, text) if len(wire) >= fixed and self.encode(address, sequence, text) == wire else None


def parse(frame: str) -> list[Part]:
    parts: list[Part] = []
    for token in frame.split():
        if re.fullmatch(r"[0-9A-Fa-f]{2}", token):
            parts.append(Part("byte", int(token, 16)))
            continue
        name, *more = token.strip("{}").split(":") if token.startswith("{") and token.endswith("}") else [""]
        if name not in PLACES or (more and name != "length"):
            raise ValueError(f"{token!r} is no part of a frame; there are hex bytes and {', '.join('{' + p + '}' for p in PLACES)}.")
        form, size = (more + ["whole", "1"])[0] if more else "whole", more[1] if len(more) > 1 else "1"
        if form not in ("whole", "after", "text") or size not in ("1", "2"):
            raise ValueError(f"{token!r}: a length is {{length}}, {{length:after}} or {{length:text}}, and :2 where it has two bytes.")
        parts.append(Part(name, form=form, size=CHECKS[name][0] if name in CHECKS else int(size)))
    if not parts:
        raise ValueError("A frame cannot be empty.")
    if sum(p.kind == "text" for p in parts) > 1:
        raise ValueError("A frame has {text} once.")
    return parts


def encoded(text: str, encoding: str, room: int) -> bytes:
    """The text in a bar's encoding, cut between characters where it is too long; what it cannot show is a full-width question mark."""
    out = b""
    for c in text:
        c = c if c.isprintable() else " "  # a NUL or a line feed would end the frame's text
        try:
            piece = c.encode(encoding)
        except UnicodeEncodeError:
            piece = UNKNOWN.encode(encoding, "replace")
        if len(out) + len(piece) > room:
            break
        out += piece
    return out


PROFILES: dict[str, FrameTemplate] = {
    "zhongyi": FrameTemplate(frame="{address} FE {length} {sequence} 86 3C 00 05 00 {text} 00 {crc16-xmodem}"),  # 重庆中意, window bar
    "zhongyi-board": FrameTemplate(frame="{address} FE {length} {sequence} 8C 00 {text} 00 {crc16-xmodem}"),  # 重庆中意, hall board
    "yongtai": FrameTemplate(  # 永泰新欣
        frame="AA 55 {length:after} {address} F8 21 00 {text} 00", before="AA 55 04 {address} F8 51 {length:text} 00"
    ),
}
