"""Status bytes of ESC/POS printers (DLE EOT 1-4) become a Status. Pure; silence becomes `unknown`, never `ok`."""

from __future__ import annotations

from collections.abc import Mapping

from ..contract import Status

ASK = {n: bytes((0x10, 0x04, n)) for n in (1, 2, 3, 4)}

# The troubles a printer can be in, the worst first: does it stop the printer?
TROUBLES: dict[str, bool] = {
    "offline": True,
    "stuck": True,
    "cutter": True,
    "error": True,
    "paper_end": True,
    "cover_open": True,
    "overheated": True,
    "paused": True,
    "paper_low": False,
    "unconfirmed": False,
    "silent": False,
}


def trouble(code: str, detail: str = "") -> Status:
    state = "unknown" if code in ("silent", "unconfirmed") else "trouble"
    return Status(state=state, code=code, stops=TROUBLES[code], detail=detail)


def is_status(byte: int) -> bool:
    """Bits 0 and 7 are 0, bits 1 and 4 are 1; anything else is noise or an automatic status that nobody asked for."""
    return byte & 0x93 == 0x12


def is_paper(byte: int) -> bool:
    """An answer to GS r 1: 00 paper, 03 low, 0C and 0F none."""
    return byte in (0x00, 0x03, 0x0C, 0x0F)


def read(answers: Mapping[int, int | None]) -> Status:
    """The printer's state from its answers to DLE EOT n (n -> byte, None for no answer; what was not asked is left out)."""
    heard = {n: b for n, b in answers.items() if b is not None and is_status(b)}
    if not heard:
        return trouble("silent")
    detail = " ".join(f"n{n}={b:02X}" for n, b in sorted(heard.items()))
    one, two, three, four = (heard.get(n, 0) for n in (1, 2, 3, 4))
    if three & 0x08:
        return trouble("cutter", detail)
    if three & 0x24:
        return trouble("error", detail)
    if two & 0x20 or four & 0x60:
        return trouble("paper_end", detail)
    if two & 0x04:
        return trouble("cover_open", detail)
    if three & 0x40:
        return trouble("overheated", detail)
    if two & 0x40:
        return trouble("error", detail)
    if one & 0x08 or two & 0x08:
        return trouble("paused", detail)
    if four & 0x0C:
        return trouble("paper_low", detail)
    if not {2, 4} & set(heard):
        return trouble("silent", detail)  # it is on line, but said nothing about paper or cover
    return Status(state="ok", detail=detail)


def read_paper(byte: int | None) -> Status:
    """The state from the answer to GS r 1, for printers that know no real-time questions: it tells of paper only."""
    if byte is None:
        return trouble("silent")
    detail = f"GS r {byte:02X}"
    if byte & 0x0C:
        return trouble("paper_end", detail)
    if byte & 0x03:
        return trouble("paper_low", detail)
    return Status(state="ok", detail=detail)
