"""Check sums of device protocols. Pure."""

from __future__ import annotations

from functools import partial


def xor8(data: bytes | bytearray) -> int:
    check = 0
    for byte in data:
        check ^= byte
    return check


def crc16(data: bytes, *, polynomial: int, start: int, reflected: bool) -> int:
    """The 16-bit check sum; `polynomial` as it is usually written, high bit first."""
    crc = start
    for byte in data:
        crc ^= (_mirrored(byte, 8) if reflected else byte) << 8
        for _ in range(8):
            crc = (crc << 1) ^ polynomial if crc & 0x8000 else crc << 1
            crc &= 0xFFFF
    return _mirrored(crc, 16) if reflected else crc


def _mirrored(number: int, bits: int) -> int:
    return int(f"{number:0{bits}b}"[::-1], 2)


# "123456789" -> 31C3, and 4B37
crc16_xmodem = partial(crc16, polynomial=0x1021, start=0x0000, reflected=False)
crc16_modbus = partial(crc16, polynomial=0x8005, start=0xFFFF, reflected=True)
