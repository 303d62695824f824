"""What every device of a kind must offer, and the values that pass to and from it. No bytes and no ports here.

Silence is never `ok`: a device that has not answered is `unknown`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, Protocol

State = Literal["ok", "trouble", "unknown"]


class DeviceError(Exception):
    """A device could not do what it was asked; the sentence says what a person can do about it.

    DeviceError
    ├── DeviceAbsent    it cannot be reached: cable, power, address
    ├── DeviceSilent    it is there but did not answer in time
    └── DeviceRefused   it answered that it cannot: no paper, cover open, not authorised
    """

    def __init__(self, message: str, *, code: str = "device_error"):
        super().__init__(message)
        self.code = code


class DeviceAbsent(DeviceError):
    pass


class DeviceSilent(DeviceError):
    pass


class DeviceRefused(DeviceError):
    pass


@dataclass(frozen=True, kw_only=True)
class Status:
    """The state of a device at a moment: a named trouble (`code`) with a sentence, zh and en."""

    state: State
    code: str = ""  # "paper_end", "paper_low", "cover_open", "cutter", "offline", …; "" when ok
    sentence: str = ""
    sentence_en: str = ""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of a slip: text already decided, `size` a multiple of the body size (1 = body)."""

    text: str
    size: float = 1.0
    bold: bool = False
    align: Literal["left", "center", "right"] = "left"


@dataclass(frozen=True, kw_only=True)
class Slip:
    """A ticket as it stands on paper. `qr` is the text in the code; `mark` is a stamp such as 补打."""

    heading: str
    number: str
    lines: tuple[Line, ...] = ()
    qr: str = ""
    mark: str = ""
    footer: tuple[Line, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Card:
    """What is kept of an ID card: kind, name, number, and the facts a rule may need; never address, nation, photo."""

    kind: Literal["resident", "hmt", "foreigner", "foreigner_2023"]
    name: str
    number: str
    birth: str = ""  # YYYYMMDD, for the elderly rule at the kiosk; not sent on
    sex: str = ""
    valid_to: str = ""  # YYYYMMDD or 长期
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Notice:
    """Something to say: the text per language and a clip list or file if one was made."""

    zh: str
    en: str = ""
    audio: str = ""
    key: str = ""  # a later notice with the same key supersedes one still waiting


@dataclass(frozen=True, kw_only=True)
class KeyPress:
    """A key of a window keypad: gesture names as in the open interface (`call`, `recall`, `miss`, …)."""

    window: str
    gesture: str
    grade: int | None = None
    raw: bytes = field(default=b"", repr=False)


class Device(Protocol):
    def status(self) -> Status: ...
    def close(self) -> None: ...


class Printer(Device, Protocol):
    def print(self, slip: Slip) -> None:
        """Returns when the device has taken the whole job; raises DeviceError otherwise."""


class CardReader(Device, Protocol):
    def start(self, on_card: Callable[[Card], None], on_trouble: Callable[[Status], None] | None = None) -> None:
        """One call of `on_card` per placement of a card, from the reader's own thread."""


class Speaker(Device, Protocol):
    def say(self, notice: Notice) -> None: ...


class Sign(Device, Protocol):
    def show(self, text: str) -> None: ...


class Keypad(Device, Protocol):
    def start(self, on_key: Callable[[KeyPress], None]) -> None: ...
    def show(self, *, number: str = "", waiting: int | None = None) -> None: ...
