"""An LED bar on a shared line: the latest text goes out when the line is free, and nobody waits for it. Not verified on hardware."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from .. import bus as lines
from ..contract import Sign, Status
from .frames import PROFILES, FrameTemplate

SAME = 0.5  # seconds in which the same text again is the same call
BLINK = 0.5


def open(
    url: str,
    *,
    profile: str = "zhongyi",
    address: int = 1,
    frame: str = "",
    before: str = "",
    encoding: str = "",
    columns: int = 0,
    check_from: int = 0,
    repeat: int = 0,
    flash: float = 0.0,
    baud: int = 0,
    **port_settings: Any,
) -> Sign:
    """`profile`: zhongyi, zhongyi-board, yongtai, or template with `frame` (and `before`, `encoding`, `columns`, `check_from`, `repeat`).

    `flash`: seconds that a new text blinks before it stands still. Bars and keypads at one address (`url`) share the line.
    """
    make = template(profile, frame=frame, before=before, encoding=encoding, columns=columns, check_from=check_from, repeat=repeat)
    return SerialSign(lines.shared(url, baud=baud or make.baud, **port_settings), make, int(address), flash=float(flash))


def template(profile: str, **own: Any) -> FrameTemplate:
    """The make of a bar; ValueError says what a wrong one should be."""
    given: dict[str, Any] = {name: value for name, value in own.items() if value}
    if profile == "template":
        if "frame" not in given:
            raise ValueError("A bar with profile template needs its frame, e.g. frame = 'AA 55 {length:after} {address} {text} {sum8}'.")
        return FrameTemplate(**given)
    if profile not in PROFILES:
        raise ValueError(f"A bar's profile is {', '.join(PROFILES)} or template, not {profile!r}.")
    return replace(PROFILES[profile], **given)


class SerialSign:
    verified = False

    def __init__(
        self, bus: lines.Bus, make: FrameTemplate, address: int, *, flash: float = 0.0, clock: Callable[[], float] = time.monotonic
    ):
        self._bus, self._make, self._address, self._flash, self._clock = bus, make, address, flash, clock
        self._sequence = itertools.count(1)
        self._last: tuple[str | None, float] = (None, 0.0)
        self._closed = False

    def show(self, text: str, *, flash: float | None = None) -> None:
        text = text or " "  # some bars take no empty text
        now = self._clock()
        if text == self._last[0] and now - self._last[1] < SAME:
            return
        self._last = text, now
        blink = self._flash if flash is None else flash
        shown = [(0.0, text)]
        for n in range(1, int(blink / BLINK) // 2 * 2 + 1):
            shown.append((n * BLINK, " " if n % 2 else text))
        plan = [(at, data) for at, what in shown for data in self._make.frames(self._address, next(self._sequence), what)]
        self._bus.plan(("sign", self._make.frame, self._address), plan)

    def status(self) -> Status:
        """A bar never answers: `unknown` is the best that can be said of it."""
        return self._bus.status()

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            lines.release(self._bus)
