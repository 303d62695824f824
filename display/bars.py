"""The LED bars over the windows: which text, and flashing when a call comes. They show what the board shows; they decide nothing.

A bar's `show` returns at once (the driver has a line of its own), so one that is dead delays no other and no call.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from drivers.contract import DeviceError

log = logging.getLogger("hall.display.bars")

FLASH = 3.0  # seconds a new call flashes, as bars in halls do

Row = dict[str, Any]


def text_of(window: Row | None, texts: Any) -> str:
    """What the bar of a window shows. `texts` is config.schema.BarTable; `window` as in room `hall`."""
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
    show: Callable[..., Any]
    text: str | None = None


class Bars:
    """All bars of this machine by window."""

    def __init__(self, shows: dict[str, Callable[..., Any]], texts: Any):
        self._bars = {no: Bar(show) for no, show in shows.items()}
        self._texts = texts

    def draw(self, windows: dict[str, Row], called: Iterable[str] = ()) -> None:
        """Every bar as its window stands; what has not changed is not sent again. Windows in `called` were called to just now."""
        for no, bar in self._bars.items():
            text = text_of(windows.get(no), self._texts)
            if no in called:
                self._send(bar, text, flash=FLASH)
            elif text != bar.text:
                self._send(bar, text)

    def away(self) -> None:
        """The hall has been away for a while: a number that may be old is no longer shown as current."""
        for bar in self._bars.values():
            if bar.text != self._texts.away:
                self._send(bar, self._texts.away)

    def _send(self, bar: Bar, text: str, *, flash: float = 0.0) -> None:
        bar.text = text
        try:
            bar.show(text, flash=flash)
        except DeviceError as error:  # its status says so, too
            log.warning("a bar does not take %r: %s", text, error)
