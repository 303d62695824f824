"""The FF 68 bus of call keypads and four-key evaluators: bytes in, keys out, and displays as bytes. Pure.

`FF 68 | L | L | 68 | address | function | data… | sum | 16`; L counts address to data and stands twice; sum is of the same bytes.
From one public product; not verified on hardware.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

START, END = b"\xff\x68", 0x16
SHORTEST, LONGEST = 3, 5  # inbound
KEY, SHOW, BEEP, EVALUATION = 0x01, 0x02, 0x03, 0x11
BLANK = 0x0A

# last data bytes of a key -> gesture
KEYS: dict[bytes, str] = {
    b"\x0c": "call",
    b"\x0d": "recall",
    b"\x0b": "finish",  # 评价: ends the service, which opens the evaluation
    b"\x12": "pause",
    b"\x13": "transfer",
    b"\x06\x0f": "miss",  # 弃号
    b"\x00\x0f": "hold",
    b"\x03\x0f": "resume",
}
GRADES = (5, 4, 3, 1)  # of the evaluator's keys 0-3: four keys cannot say five grades, so each hall sets its own


@dataclass(frozen=True)
class BusFrame:
    address: int
    function: int
    data: bytes


def encode(address: int, function: int, data: bytes = b"") -> bytes:
    body = bytes((address, function)) + data
    size = bytes((len(body),))
    return START + size + size + b"\x68" + body + bytes((sum(body) & 0xFF, END))


class BusDecoder:
    """Collects bytes in any pieces; gives whole frames with a right sum and passes over everything else."""

    def __init__(self, shortest: int = SHORTEST, longest: int = LONGEST):
        self._kept = bytearray()
        self._sizes = range(shortest, longest + 1)

    def feed(self, data: bytes) -> list[BusFrame]:
        self._kept += data
        found: list[BusFrame] = []
        while True:
            at = self._kept.find(START)
            if at < 0:
                del self._kept[: len(self._kept) - self._kept.endswith(START[:1])]
                return found
            del self._kept[:at]
            head = self._kept[:5]
            if len(head) < 5:
                return found
            size = head[2]
            if size not in self._sizes or head[3] != size or head[4] != 0x68:
                del self._kept[:1]
                continue
            if len(self._kept) < 7 + size:
                return found
            body = bytes(self._kept[5 : 5 + size])
            if sum(body) & 0xFF != self._kept[5 + size] or self._kept[6 + size] != END:
                del self._kept[:1]
                continue
            del self._kept[: 7 + size]
            found.append(BusFrame(body[0], body[1], body[2:]))


def gesture(frame: BusFrame, keys: Mapping[bytes, str] = KEYS, grades: Sequence[int] = GRADES) -> tuple[str, int | None] | None:
    """("call", None), ("evaluate", 5), …; None for a key that means nothing. An ordinary key's function byte is not looked at."""
    if frame.function == EVALUATION:
        key = frame.data[0] if frame.data else 255
        return ("evaluate", grades[key]) if key < len(grades) else None
    for tail in (frame.data[-2:], frame.data[-1:]):
        if tail in keys:
            return keys[tail], None
    return None


def acknowledgement(frame: BusFrame) -> bytes:
    """The same frame back; for an evaluation with the function of a key."""
    return encode(frame.address, KEY if frame.function == EVALUATION else frame.function, frame.data)


def show_number(address: int, number: str) -> bytes:
    """The last three digits of a ticket's number at the right: A027 → 027."""
    digits = [int(c) for c in number if c.isascii() and c.isdigit()][-3:]
    return encode(address, SHOW, bytes([BLANK] * (6 - len(digits)) + digits))


def show_waiting(address: int, waiting: int) -> bytes:
    digits = [int(c) for c in f"{max(0, min(waiting, 999)):03d}"]
    return encode(address, SHOW, bytes(digits + [BLANK] * 3))


def beep(address: int) -> bytes:
    return encode(address, BEEP)
