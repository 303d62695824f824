"""The LED bars over the windows: which text, and flashing when a call comes. They show what the board shows; they decide nothing.

A bar is told by its own worker, so one that is dead delays no other. `show` takes the latest text only.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

log = logging.getLogger("hall.display.bars")

FLASH = 3.0  # seconds a new call flashes, as bars in halls do
BLINK = 0.5  # seconds on, seconds off


def text_of(window: dict[str, Any] | None, texts: Any) -> str:
    """What the bar of a window shows. `texts` is config.schema.BarTexts; `window` as in room `hall`."""
    if not window or window.get("state") == "closed":
        return texts.closed
    ticket = window.get("ticket")
    if ticket and ticket.get("number"):
        sentence = texts.serving if ticket["state"] == "serving" else texts.called
        return sentence.replace("{number}", ticket["number"]).replace("{window}", window["no"])
    if window.get("state") == "paused":
        return texts.paused.replace("{reason}", window.get("reason") or "").strip()
    return texts.idle


@dataclass
class Bar:
    show: Callable[[str], Any]
    text: str = ""
    until: float = 0.0  # flashing ends
    lit: bool = True
    shown: str | None = field(default=None, repr=False)


class Bars:
    """All bars of this machine by window. `show` of a bar returns at once."""

    def __init__(
        self, shows: dict[str, Callable[[str], Any]], texts: Any, *, clock: Callable[[], float] = time.monotonic, thread: bool = True
    ):
        self._bars = {no: Bar(show) for no, show in shows.items()}
        self._texts, self._clock = texts, clock
        self._some = threading.Condition(threading.RLock())
        self._over = False
        self._thread = threading.Thread(target=self._run, name="bars", daemon=True)
        if thread:
            self._thread.start()

    def draw(self, windows: dict[str, dict[str, Any]]) -> None:
        """Every bar as its window stands; what has not changed is not sent again."""
        with self._some:
            for no, bar in self._bars.items():
                self._set(bar, text_of(windows.get(no), self._texts))

    def call(self, no: str) -> None:
        """A call (or a recall) at this window: its text at once, flashing for three seconds."""
        with self._some:
            bar = self._bars.get(no)
            if bar is None:
                return
            bar.until, bar.lit = self._clock() + FLASH, True
            self._send(bar, bar.text)
            self._some.notify()

    def away(self) -> None:
        """The hall has been away for a while: a number that may be old is no longer shown as current."""
        with self._some:
            for bar in self._bars.values():
                self._set(bar, self._texts.away)

    def again(self, no: str) -> None:
        """A bar that was without power gets its text again."""
        with self._some:
            bar = self._bars.get(no)
            if bar is not None and bar.shown is not None:
                self._send(bar, bar.text)

    def blink(self) -> float | None:
        """One step of all that flash; seconds until the next one, None when nothing flashes."""
        with self._some:
            now, flashing = self._clock(), False
            for bar in self._bars.values():
                if not bar.until:
                    continue
                if now >= bar.until:
                    bar.until, bar.lit = 0.0, True
                else:
                    flashing, bar.lit = True, not bar.lit
                self._send(bar, bar.text if bar.lit else "")
            return BLINK if flashing else None

    def close(self) -> None:
        with self._some:
            self._over = True
            self._some.notify()
        if self._thread.is_alive():
            self._thread.join(2)

    def _set(self, bar: Bar, text: str) -> None:
        if bar.text == text and bar.shown is not None:
            return
        bar.text, bar.until, bar.lit = text, 0.0, True
        self._send(bar, text)

    def _send(self, bar: Bar, text: str) -> None:
        if text != bar.shown or not bar.until:
            bar.shown = text
            bar.show(text)

    def _run(self) -> None:
        with self._some:
            while not self._over:
                if not any(bar.until for bar in self._bars.values()):
                    self._some.wait()
                    continue
                if not self._some.wait(BLINK):  # notified by a further call: that one shows already, the others blink on
                    self.blink()
