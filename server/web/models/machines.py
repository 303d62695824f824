"""Kiosks and displays: their devices, commands, enrolments and the numbers lent to them."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field, StringConstraints

from config.codes import Authority, DeviceState, MachineKind, MergeResult, Order

from ...doctor import Level
from .common import Body, Code, Day, Id, Instant, Language, Moment, Said, Tell, Texts, WindowNo, upto, whole
from .tickets import ClassCode, Ticket

Fact = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,30}$")]


class ReportDevice(Body):
    device: Code
    kind: Code
    state: DeviceState
    code: Annotated[str, upto(60)] | None = None
    facts: Annotated[dict[Fact, Annotated[str, upto(200)] | int], Field(max_length=12)] = {}
    sentence: Annotated[str, upto(200)] | None = Field(default=None, description="only where the hall has no words for the code")
    sentence_en: Annotated[str, upto(200)] | None = None


class CommandResult(Body):
    ok: bool
    detail: Annotated[str, upto(300)] | None = None


class NewCommand(Body):
    do: Order
    ticket: Id | None = None


class Enrol(Body):
    machine: Annotated[str, upto(60, 1)]
    kind: MachineKind
    secret: Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{16,200}$")]


class Claim(Body):
    secret: Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{16,200}$")]


class Approve(Body):
    code: Annotated[str, StringConstraints(pattern=r"^\d{4}-?\d{2}$")]
    name: Annotated[str, upto(40, 1)] = Field(description="what people call it; also its name as a machine where it is written as one")
    place: Annotated[str, upto(40)] = ""


class ChangeMachine(Body):
    name: Annotated[str, upto(40)] = Field(description="what people call it")
    place: Annotated[str, upto(40)] = Field(default="", description="where it stands")


class Finding(Tell):
    """One thing that was looked at on a machine of the hall: `hall doctor`."""

    level: Level = Field(description="look: works, and is worth a look")
    code: str
    say: Said
    do: Said = Field(description="what to do; empty texts where there is nothing")


class HallClock(Tell):
    now: Instant = Field(description="what the hall goes by")
    shown: Instant | None = Field(description="what the computer's clock shows, while it has jumped and is not believed")


class ConfirmClock(Body):
    """The two times of one answer of `GET /clock`: what was confirmed is how far they are apart."""

    now: Moment
    shown: Moment


class CallHelp(Body):
    place: Annotated[str, upto(60)] | None = None
    screen: Annotated[str, upto(40)] | None = None
    language: Language | None = None


class LendNumbers(Body):
    loan: Annotated[str, StringConstraints(pattern=r"^[a-z2-7]{16}$")]
    day: Day
    count: Annotated[int, Field(ge=1, le=500), BeforeValidator(whole)]


class MergedNumber(Body):
    """A number that a kiosk gave out alone."""

    track: Annotated[str, StringConstraints(pattern=r"^[a-z2-7]{26}$")] | None = Field(default=None, description="made by the kiosk")

    id: Id
    loan: Annotated[str, StringConstraints(pattern=r"^[a-z2-7]{16}$")]
    series: Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,8}$")]
    counter: Annotated[int, Field(ge=1, le=9_999_999), BeforeValidator(whole)]
    number: Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,8}\d{1,8}$")]
    day: Day
    service: Code
    class_: ClassCode = Field(alias="class", default="ordinary", description="never a booked one")
    reason: Annotated[str, upto(40)] | None = None
    language: Language | None = None
    notice: Annotated[str, upto(40)] | None = None
    issued_at: Moment
    printed: bool | None = None
    attempt: Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{1,200}$")] | None = None
    sealed: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+/=]{1,2000}$")] | None = None
    agent_sealed: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+/=]{1,2000}$")] | None = Field(
        default=None, description="who acts for the holder, sealed alike"
    )
    authority: Authority | None = Field(default=None, description="by what the agent acts")
    phone_sealed: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+/=]{1,1000}$")] | None = None


class Merge(Body):
    kiosk: Code
    tickets: Annotated[list[MergedNumber], Field(min_length=1, max_length=50)]


class Device(Tell):
    id: str = Field(description="<machine>/<device>")
    name: str = Field(description="the machine")
    device: str
    kind: str
    state: DeviceState
    code: str | None = None
    facts: dict[str, str | int] = Field(default={}, description="what stands in the sentence of its code")
    sentence: str | None = None
    sentence_en: str | None = None
    sentences: Texts | None = None
    needs_care: bool = Field(default=False, description="in trouble, or its machine is away; not: a device that can never answer")
    at: Instant | None = None


class Machine(Tell):
    """A kiosk, display, pad, keypad or program with its token, or a page of the hall that is or was open in a browser."""

    id: str | None = Field(description="by which it is renamed and removed; null: a page without a token")
    kind: str = Field(description="the role of its token, or the page: board, window, desk, guide, manage")
    name: str = Field(description="what people call it, else its machine's name")
    place: str
    window: WindowNo | None
    person: str | None = Field(description="who is signed in there")
    browser: str | None
    address: str | None
    connected: bool
    seen_at: Instant | None = Field(description="null: never")


class Command(Tell):
    id: str
    do: Order
    ticket: str | None = None


class Help(Tell):
    """Somebody pressed 呼叫导服."""

    id: str
    place: str
    at: Instant
    answered_by: str | None
    answered: bool | None = None


class HelpCalled(Tell):
    id: str
    answered: bool


class Reported(Tell):
    device: Device
    commands: list[Command]
    help: HelpCalled | None = Field(description="the last call for a guide from this machine")


class Enrolment(Tell):
    id: str
    code: str
    expires_at: Instant


class Claimed(Tell):
    token: str | None = None
    name: str | None = None


class Range(Tell):
    prefix: str
    series: str
    first: int
    last: int
    width: int
    services: list[str]


class Loan(Tell):
    loan: str
    kiosk: str
    day: str
    mark: str = Field(description="the kiosk's own letter")
    ranges: list[Range]
    seal: str | None


class MergedItem(Tell):
    id: str
    result: MergeResult
    ticket: Ticket | None
    code: str | None
    detail: str | None
