"""SAM frames of ID-card readers: bytes in, frames out, and requests as bytes. Pure; never touches a port or a clock.

Request `AA AA AA 96 69 | len | CMD PARA data | chk`, reply `… | len | SW1 SW2 SW3 data | chk`; `len` is big-endian and counts all
after itself, `chk` is the XOR of everything from `len` on (GA 467 family; vectors in tests/drivers/test_frames.py).
"""

from __future__ import annotations

from dataclasses import dataclass

from ..checks import xor8

PREAMBLE = b"\xaa\xaa\xaa\x96\x69"
SHORTEST, LONGEST = 4, 4096  # a reply is at least SW1 SW2 SW3 chk; the longest real one is 2314


def request(command: int, parameter: int, data: bytes = b"") -> bytes:
    return wrap(bytes((command, parameter)) + data)


def reply(sw3: int, data: bytes = b"", sw12: bytes = b"\0\0") -> bytes:
    """A reply as a reader would send it; for stand-ins and tests."""
    return wrap(sw12 + bytes((sw3,)) + data)


def wrap(body: bytes) -> bytes:
    counted = (len(body) + 1).to_bytes(2, "big") + body
    return PREAMBLE + counted + bytes((xor8(counted),))


RESET = request(0x10, 0xFF)
STATUS = request(0x11, 0xFF)
SAM_ID = request(0x12, 0xFF)
FIND = request(0x20, 0x01)
SELECT = request(0x20, 0x02)
READ_BASE = request(0x30, 0x01)
READ_APPENDED = request(0x30, 0x03)  # used to ask "does the card still lie there?"


@dataclass(frozen=True)
class SamFrame:
    """A whole frame with a right checksum. `body` is everything between the length and the checksum."""

    body: bytes

    @property
    def sw3(self) -> int:
        return self.body[2]

    @property
    def data(self) -> bytes:
        return self.body[3:]

    def __repr__(self) -> str:  # a frame may hold a person's card: show its size only
        return f"Frame(sw3={self.body[2]:02X}, {len(self.body)} bytes)"


@dataclass(frozen=True)
class Damaged:
    """Something that began like a frame and was not one: "checksum" or "length"."""

    why: str


class SamDecoder:
    """Collects bytes in pieces of any size and gives whole frames. Resynchronises by searching for the preamble.

    `noise` counts bytes since the last good frame that could belong to no frame: a reader that speaks another envelope.
    """

    def __init__(self, shortest: int = SHORTEST):
        self._kept = bytearray()
        self._shortest = shortest
        self.noise = 0
        self.last_noise = b""

    def feed(self, data: bytes) -> list[SamFrame | Damaged]:
        self._kept += data
        found: list[SamFrame | Damaged] = []
        while True:
            at = self._kept.find(PREAMBLE)
            if at < 0:
                self._drop(len(self._kept) - self._hopeful())
                return found
            self._drop(at)
            if len(self._kept) < 7:
                return found
            length = int.from_bytes(self._kept[5:7], "big")
            if not self._shortest <= length <= LONGEST:
                self._drop(len(PREAMBLE))
                found.append(Damaged("length"))
                continue
            if len(self._kept) < 7 + length:
                return found
            if xor8(self._kept[5 : 7 + length]):
                # Step over the preamble only: a truncated frame may have swallowed the head of a good one.
                self._drop(len(PREAMBLE))
                found.append(Damaged("checksum"))
                continue
            found.append(SamFrame(bytes(self._kept[7 : 6 + length])))
            del self._kept[: 7 + length]
            self.noise, self.last_noise = 0, b""

    def reset(self) -> None:
        """Forgets what was collected: after a time-out, half a frame must not swallow the next one."""
        self._kept.clear()

    @property
    def waiting(self) -> int:
        return len(self._kept)

    def _hopeful(self) -> int:
        """How many bytes at the end could still become a preamble."""
        for n in range(min(len(PREAMBLE) - 1, len(self._kept)), 0, -1):
            if PREAMBLE.startswith(bytes(self._kept[-n:])):
                return n
        return 0

    def _drop(self, count: int) -> None:
        if count > 0:
            self.noise += count
            self.last_noise = (self.last_noise + bytes(self._kept[:count]))[:8]
            del self._kept[:count]


def texts(frame: SamFrame) -> bytes | None:
    """The 256-byte text block of a read reply, found by its length fields; None when the reply is not one.

    What follows (photo, fingerprint) is left where it is and never returned.
    """
    data = frame.data
    if frame.sw3 != 0x90 or len(data) < 4:
        return None
    text, photo = int.from_bytes(data[0:2], "big"), int.from_bytes(data[2:4], "big")
    for head, finger in ((4, 0), (6, int.from_bytes(data[4:6], "big"))):
        if text == 256 and len(data) == head + text + photo + finger:
            return bytes(data[head : head + text])
    return None


def sam_id(frame: SamFrame) -> str | None:
    """The module's number as printed on readers, e.g. 05.03-20100812-0001234567-0987654321; None when the reply is not one."""
    if frame.sw3 != 0x90 or len(frame.data) != 16:
        return None
    d = frame.data
    day, serial, check = (int.from_bytes(d[i : i + 4], "little") for i in (4, 8, 12))
    return f"{d[0]:02d}.{d[2]:02d}-{day}-{serial:010d}-{check:010d}"
