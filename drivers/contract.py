"""What every device of a kind must offer, and the values that pass to and from it. No bytes and no ports here.

Silence is never `ok`: a device that has not answered is `unknown`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Literal, Protocol

State = Literal["ok", "trouble", "unknown"]
CardKind = Literal["resident", "hmt", "foreigner", "foreigner_2023"]
Facts = Mapping[str, str | int]


class DeviceError(Exception):
    """A device could not do what it was asked. It is a code with facts; whoever shows it to a person finds the sentence for them.

    DeviceError
    ├── DeviceAbsent    it cannot be reached: cable, power, address
    ├── DeviceSilent    it is there but did not answer in time
    └── DeviceRefused   it answered that it cannot: no paper, cover open, not authorised

    `code` and `facts` are the same as in Status. `started` is True when a part of the job had already been taken: what was asked
    may have happened, so nobody may simply ask again.
    """

    def __init__(self, code: str, /, *, started: bool = False, **facts: str | int):
        super().__init__(code)
        self.code = code
        self.facts: Facts = facts
        self.started = started

    def __str__(self) -> str:
        """For logs: `offline (why=unplugged, at=/dev/ttyUSB0)`."""
        return brief(self.code, self.facts)

    def status(self, stops: bool = True) -> Status:
        """The device's state as this error tells it."""
        return Status(state="trouble", code=self.code, facts=self.facts, stops=stops)


class DeviceAbsent(DeviceError):
    pass


class DeviceSilent(DeviceError):
    pass


class DeviceRefused(DeviceError):
    pass


@dataclass(frozen=True, kw_only=True)
class Status:
    """The state of a device at a moment: a named trouble with facts. Its sentences are in config/words, section [devices].

    `facts` fill the sentence; the fact `why` chooses among the sentences of one code (`offline`: unplugged, no connection, …).
    `stops`: it cannot do its work now (a low paper roll is trouble but does not stop). `detail`: the raw fact for the installer
    ("SW3=41").
    """

    state: State
    code: str = ""  # "paper_end", "paper_low", "cover_open", "cutter", "offline", "silent", …; "" when ok
    facts: Facts = field(default_factory=dict[str, "str | int"])
    stops: bool = False
    detail: str = ""

    def report(self) -> dict[str, Any]:
        """What a machine tells the hall of it; docs/kiosk-door.md section 4."""
        facts = {name: value[:200] if isinstance(value, str) else value for name, value in self.facts.items()}
        return {"state": self.state, "code": self.code[:60], "facts": facts}


OK = Status(state="ok")
STARTING = Status(state="unknown", code="starting")  # it has not been reached yet


def brief(code: str, facts: Facts) -> str:
    told = ", ".join(f"{name}={value}" for name, value in facts.items())
    return f"{code} ({told})" if told else code


@dataclass(frozen=True, kw_only=True)
class SlipLine:
    """One line of a slip: text already decided, `size` a multiple of the body size (1 = body)."""

    text: str
    size: float = 1.0
    bold: bool = False
    align: Literal["left", "center", "right"] = "left"


@dataclass(frozen=True, kw_only=True)
class Fact:
    """A label and its value on a slip: 前面等候 / 12 人."""

    label: str
    value: str


@dataclass(frozen=True, kw_only=True)
class Slip:
    """A ticket as it stands on paper, from top to bottom. Everything but `number` may be empty; nothing is decided here.

    `highlights` are one to three large facts side by side (people ahead, expected time), `facts` small label-value rows,
    `lines` free lines, `qr` the text in the code with `qr_lines` beside or under it, `footer` notes in small type.
    `mark` is a stamp such as 补打; `logo` a path of a picture, printed in black above the heading. `rtl`: its language is read from right
    to left, and so is the paper.
    """

    number: str
    heading: str = ""
    subheading: str = ""
    label: str = ""  # above the number: 您的号码
    title: str = ""  # under the number: the service
    subtitle: str = ""
    highlights: tuple[Fact, ...] = ()
    facts: tuple[Fact, ...] = ()
    lines: tuple[SlipLine, ...] = ()
    qr: str = ""
    qr_lines: tuple[SlipLine, ...] = ()
    footer: tuple[SlipLine, ...] = ()
    mark: str = ""
    logo: str = ""
    rtl: bool = False

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Slip:
        """A slip from JSON or TOML: lines may be plain text or tables, facts `[label, value]` or tables. Unknown keys are refused."""
        known = {f.name for f in fields(cls)}
        if odd := sorted(set(data) - known):
            raise ValueError(f"A slip has no part named {', '.join(odd)}; it has {', '.join(sorted(known))}.")
        whole = dict(data)
        for name in ("highlights", "facts"):
            whole[name] = tuple(_fact(f) for f in whole.get(name, ()))
        for name in ("lines", "qr_lines", "footer"):
            whole[name] = tuple(_line(ln) for ln in whole.get(name, ()))
        return cls(**whole)


def _fact(value: Fact | Mapping[str, Any] | Sequence[Any]) -> Fact:
    if isinstance(value, Fact):
        return value
    return Fact(**value) if isinstance(value, Mapping) else Fact(label=str(value[0]), value=str(value[1]))


def _line(value: SlipLine | Mapping[str, Any] | str) -> SlipLine:
    if isinstance(value, SlipLine):
        return value
    return SlipLine(**value) if isinstance(value, Mapping) else SlipLine(text=str(value))


@dataclass(frozen=True, kw_only=True)
class Card:
    """What is kept of an ID card: kind, name, number, and the facts a rule may need; never address, nation, photo.

    `warnings` are codes of drivers.reader.card.WARNINGS ("expired", "check_digit", "sex_mismatch", …) with sentences in config/words,
    section [cards].
    `repr` shows no name and no number, so that a card can never stand in a log by accident.
    """

    kind: CardKind
    name: str = field(repr=False)
    number: str = field(repr=False)
    name_en: str = field(default="", repr=False)
    birth: str = field(default="", repr=False)  # YYYYMMDD, for the elderly rule at the kiosk; not sent on
    sex: str = ""  # as GB/T 2261.1 has it: "1" male, "2" female, "0" unknown, "9" not stated
    valid_to: str = field(default="", repr=False)  # YYYYMMDD, or drivers.reader.card.LONG_TERM
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ScannedCode:
    """What a scanner read: which parser knew it, the value in it, and whether it may be used.

    `problem` names why not ("expired", "foreign", "payment", "unreadable"); its sentences are in config/words, section [scans].
    """

    kind: str  # "track", "appointment", "identity", …; "foreign" when nobody knows it
    value: str = field(repr=False)
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class Announcement:
    """Something to say: its text by language, said in that order, and the path of a sound file if one was made (then that is played)."""

    texts: Mapping[str, str]
    audio: str = ""
    key: str = ""  # a later notice with the same key supersedes one still waiting
    times: int = 1
    volume: int | None = None  # 0 to 100; None: as the speaker is set


@dataclass(frozen=True, kw_only=True)
class KeyPress:
    """A key of a window keypad: gesture names as in the open interface (`call`, `recall`, `miss`, …)."""

    window: str
    gesture: str
    grade: int | None = None
    number: str = ""  # typed before the key, where a pad has digits: call a given number
    raw: bytes = field(default=b"", repr=False)


class Device(Protocol):
    verified: bool  # tried on the real hardware; False says so wherever the device is listed

    def status(self) -> Status: ...
    def close(self) -> None: ...


class Printer(Device, Protocol):
    def print(self, slip: Slip) -> Status:
        """Returns the printer's state when it has taken the whole job; raises DeviceError otherwise (see `started`)."""
        ...


class CardReader(Device, Protocol):
    def start(
        self,
        on_card: Callable[[Card], None],
        on_trouble: Callable[[Status], None] | None = None,
        on_lift: Callable[[], None] | None = None,
    ) -> None:
        """One call of `on_card` per placement of a card and one of `on_lift` when it is taken away, from the reader's own thread.

        `on_trouble` gets each *change* of state, `ok` included.
        """

    @property
    def present(self) -> bool:
        """A card that was read still lies there."""
        ...


class Scanner(Device, Protocol):
    def start(self, on_code: Callable[[ScannedCode], None]) -> None: ...


class Speaker(Device, Protocol):
    def say(self, notice: Announcement) -> None:
        """Returns when it has been heard; DeviceError otherwise. One notice at a time, in the order of the calls."""


class Sign(Device, Protocol):
    def show(self, text: str, *, flash: float | None = None) -> None:
        """Returns at once; the bar gets the latest text when its line is free. `flash`: seconds it blinks; None: as it is set."""


class Keypad(Device, Protocol):
    def start(self, on_key: Callable[[KeyPress], None]) -> None: ...
    def show(self, *, window: str = "", number: str = "", waiting: int | None = None, beep: bool = False) -> None: ...
