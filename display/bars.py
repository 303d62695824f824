"""The LED bars over the windows: which text, and flashing when a call comes. They show what the board shows; they decide nothing.

A bar's `show` returns at once (the driver has a line of its own), so one that is dead delays no other and no call.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from config import words
from drivers.contract import DeviceError

if TYPE_CHECKING:
    from config.schema import BarTable

log = logging.getLogger("hall.display.bars")

FLASH = 3.0  # seconds a new call flashes, as bars in halls do

Row = dict[str, Any]


def text_of(window: Row | None, texts: BarTable) -> str:
    """What the bar of a window shows; `window` as in room `hall`."""
    if not window or window.get("state") == "closed":
        return worded(texts, "closed")
    ticket = window.get("ticket")
    if ticket and ticket.get("number"):
        sentence = worded(texts, "serving" if ticket["state"] == "serving" else "called")
        return sentence.replace("{number}", ticket["number"]).replace("{window}", window["no"])
    if window.get("state") == "paused":
        return worded(texts, "paused").replace("{reason}", window.get("reason") or "").strip()
    return worded(texts, "idle")


def worded(texts: BarTable, key: str) -> str:
    """As the hall has written it, or else as the catalogue has it; facts are not put in yet."""
    own: str | None = getattr(texts, key)
    return words.load().section("bars", texts.language)[key] if own is None else own


@dataclass
class Bar:
    show: Callable[..., Any]
    text: str | None = None


class Bars:
    """All bars of this machine by window."""

    def __init__(self, shows: dict[str, Callable[..., Any]], texts: BarTable):
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
        text = worded(self._texts, "away")
        for bar in self._bars.values():
            if bar.text != text:
                self._send(bar, text)

    def _send(self, bar: Bar, text: str, *, flash: float = 0.0) -> None:
        bar.text = text
        try:
            bar.show(text, flash=flash)
        except DeviceError as error:  # its status says so, too
            log.warning("a bar does not take %r: %s", text, error)
