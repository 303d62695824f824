"""What each answer of a card reader means: a trouble by name, and whether it stops the reader. A table and nothing else."""

from __future__ import annotations

from ..contract import Status

# The troubles of a reader: does it stop the reader? What does not stop it is about the card, and is told to the person who laid it there.
TROUBLES: dict[str, bool] = {
    "unreadable": False,
    "not_authentic": False,
    "wrong_card": False,
    "odd_card": False,
    "left_behind": False,
    "offline": True,
    "self_test": True,
    "not_authorised": True,
    "fault": True,
    "damaged": True,
    "unknown_envelope": True,
}

# SW3 of a reply -> trouble; what is not here (90, 9F, 91, 80, 81, 10, 11, 21) is handled by the rhythm
MEANING = {
    0x23: "fault",
    0x24: "fault",
    0x31: "not_authentic",
    0x32: "not_authentic",
    0x33: "not_authentic",
    0x37: "unreadable",
    0x3F: "unreadable",
    0x40: "wrong_card",
    0x41: "unreadable",
    0x47: "unreadable",
    0x60: "self_test",
    0x66: "not_authorised",
}


def trouble(code: str, detail: str = "") -> Status:
    return Status(state="trouble", code=code, stops=TROUBLES[code], detail=detail)


def fine(module: str) -> Status:
    return Status(state="ok", detail=module)
