"""The things of a hall beside tickets: services, windows, staff, tokens, evaluations, … . Values only; they decide nothing.

Each class is one row of one table (see server/record/schema.py); `KEY` names its key. Instants are integer milliseconds.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar

from config import settings
from config.codes import AlertLevel, AlertState, CaseState, DeviceState, EvaluationState, Role, ServiceKind, StaffRole, WindowState

from .errors import NotNow
from .permissions import may
from .texts import Text

log = logging.getLogger("hall.settings")

COMMAND_LASTS = 3_600_000  # ms that a command waits for its machine; later nobody stands there any more


@dataclass(frozen=True, kw_only=True)
class Hall:
    """The hall itself: one row, key `hall`. `code` is a 12-digit division code and 2 digits."""

    KEY: ClassVar[str] = "id"
    id: str = "hall"
    code: str
    name: Text
    timezone: str = "Asia/Shanghai"


@dataclass(frozen=True, kw_only=True)
class Service:
    KEY: ClassVar[str] = "code"
    code: str
    name: Text
    prefix: str = "A"
    kind: ServiceKind = ServiceKind.ORDINARY
    theme: Text = field(default_factory=dict)
    matters: tuple[str, ...] = ()
    materials: dict[str, list[str]] = field(default_factory=dict)  # by language
    online: str = ""
    minutes: float = 8.0
    place: int = 0
    closed: bool = False
    aliases: tuple[str, ...] = ()  # everyday words by which people look for it
    spoken: Text = field(default_factory=dict)  # how a voice says its name, in languages in which the name itself is read wrongly


@dataclass(frozen=True, kw_only=True)
class Window:
    KEY: ClassVar[str] = "no"
    no: str
    name: Text = field(default_factory=dict)
    type: str = ""  # code of what it is for; of halls from before there were codes the text that stood there (config/settings/zones.py)
    services: tuple[str, ...] = ()
    state: WindowState = WindowState.CLOSED
    reason: str = ""
    clerk: str | None = None
    since: int = 0
    place: int = 0
    zone: str = ""  # likewise of the part of the hall where it stands
    manned: bool = True  # somebody is known to sit there: opened by its clerk or keypad, or it has called since
    beside: str | None = None  # a second one of the staff who works there; never without `clerk`
    let_go_at: int = 0  # when a number that it had called left it unserved: missed, taken back, put aside, given up

    @property
    def people(self) -> tuple[str, ...]:
        """Who sits there, by sign-in name."""
        return tuple(name for name in (self.clerk, self.beside) if name)

    def ensure_open(self) -> None:
        """Refuses a call while the window is closed or paused."""
        if self.state != WindowState.OPEN:
            raise NotNow(f"window_{self.state}", window=self.no)


@dataclass(frozen=True, kw_only=True)
class Staff:
    KEY: ClassVar[str] = "name"
    name: str
    role: StaffRole
    shown: str = ""  # the name the public may see, e.g. 张老师; never the sign-in name unless chosen
    photo: str = ""
    stars: int = 0
    title: Text = field(default_factory=dict)  # as the public reads it: 党员先锋岗
    must_change: bool = True
    disabled: bool = False
    keys: str = ""  # remapped keys of the desk page, JSON text

    @property
    def serves(self) -> bool:
        """Whether this person may be put at a window."""
        return not self.disabled and may(self.role, "serve")


@dataclass(frozen=True, kw_only=True)
class Token:
    KEY: ClassVar[str] = "id"
    id: str
    role: Role
    window: str | None = None
    name: str = ""  # of a kiosk or display: the machine it speaks for
    shown: str = ""  # what people call the device
    place: str = ""  # where it stands
    made_at: int = 0
    revoked_at: int | None = None
    maker: str = ""  # the actor who made it; "hall" of a paired machine
    until: int | None = None  # ms: its end


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """One service, one evaluation. `grade` 5 = 非常满意 … 1 = 非常不满意; None with state `closed` is 未评价."""

    KEY: ClassVar[str] = "id"
    id: str  # <ticket id>-<leg>
    ticket: str
    leg: int
    number: str
    window: str
    clerk: str | None
    service: str
    opened_at: int
    expires_at: int
    state: EvaluationState = EvaluationState.OPEN
    grade: int | None = None
    tags: tuple[str, ...] = ()
    anonymous: bool = True
    commented: str = ""  # by versions before 0.2: SHA-256 of the words. Now their event has a fingerprint (domain/private.py)
    channel: str = ""  # pad, qr
    given_at: int | None = None


@dataclass(frozen=True, kw_only=True)
class Case:
    """A bad evaluation to be followed up: opened with it, taken by somebody, closed with an outcome. Never deleted."""

    KEY: ClassVar[str] = "id"
    id: str  # the evaluation's
    opened_at: int
    state: CaseState = CaseState.OPEN
    owner: str = ""
    taken_at: int | None = None
    outcome: str = ""
    called_back: bool = False
    closed_at: int | None = None


@dataclass(frozen=True, kw_only=True)
class Setting:
    """Something a manager sets, under one name; the value is JSON, and `parsed` is what it means (config/settings)."""

    KEY: ClassVar[str] = "name"
    name: str
    value: dict[str, Any]

    @cached_property
    def parsed(self) -> Any:
        return settings.lenient(self.name, self.value, log.warning)


@dataclass(frozen=True, kw_only=True)
class Counter:
    """The last number given in a series on a day; key `<day>/<series>`. The series `*` counts all."""

    KEY: ClassVar[str] = "id"
    id: str
    last: int


@dataclass(frozen=True, kw_only=True)
class Loan:
    """A range of a series lent to a kiosk, so that it can issue alone; never lent twice, never taken back."""

    KEY: ClassVar[str] = "id"
    id: str
    kiosk: str
    day: str
    series: str
    first: int
    last: int


@dataclass(frozen=True, kw_only=True)
class Device:
    KEY: ClassVar[str] = "id"
    id: str  # <machine>/<device>
    kind: str
    state: DeviceState = DeviceState.UNKNOWN
    code: str = ""
    facts: dict[str, Any] = field(default_factory=dict)  # what stands in the sentence of its code
    sentence: Text = field(default_factory=dict)  # in the machine's own words, where it has any
    at: int = 0


@dataclass(frozen=True, kw_only=True)
class Alert:
    KEY: ClassVar[str] = "id"
    id: str
    kind: str
    subject: str = ""
    level: AlertLevel = AlertLevel.WARN
    say: dict[str, Any]
    advice: tuple[Any, ...] = ()
    state: AlertState = AlertState.RAISED
    owner: str = ""
    raised_at: int = 0
    changed_at: int = 0


@dataclass(frozen=True, kw_only=True)
class HallNotice:
    KEY: ClassVar[str] = "id"
    id: str
    text: Text
    starts_at: int = 0
    ends_at: int | None = None
    removed: bool = False
    media: str = ""  # name of a file that boards show with it


@dataclass(frozen=True, kw_only=True)
class Message:
    """What a manager tells a window (or, with None, all of them); with a `ticket`, what staff tells whoever serves that number next."""

    KEY: ClassVar[str] = "id"
    id: str
    window: str | None
    text: str  # what a manager wrote, by versions before 0.2; now it is kept beside the journal (MessageWords)
    at: int
    by: str = ""
    say: dict[str, Any] = field(default_factory=dict)  # {"code", "facts"} of what the hall says (config/words, section `messages`)
    ticket: str | None = None


@dataclass(frozen=True, kw_only=True)
class Help:
    """A call for a guide (呼叫导服)."""

    KEY: ClassVar[str] = "id"
    id: str
    place: str
    at: int
    answered_by: str = ""
    answered_at: int | None = None
