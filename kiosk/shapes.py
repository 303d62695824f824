"""The shapes of the kiosk's own door: the gestures that may be sent to it and the state that it tells.

They are said once, here. The door checks what is sent by them, `view.state` fills them, the page's types are made from them
(display/web/shared/kiosk-door.ts), and a test holds docs/kiosk-door.md to them.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from .session import Screen

Way = Literal["card", "id", "phone", "none", "appointment", "book", "package"]

# ---------------------------------------------------------------- gestures


class Gesture(BaseModel):
    """What is sent with a gesture. An unknown field is a mistake, and nothing is converted."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class StartGesture(Gesture):
    way: Way


class PhoneGesture(Gesture):
    phone: Annotated[str, Field(max_length=40)]


class IdGesture(Gesture):
    number: Annotated[str, Field(max_length=40)]


class AuthorityGesture(Gesture):
    authority: str = Field(description="by what one acts for another, out of `authorities`")


class CodeGesture(Gesture):
    code: Annotated[str, Field(max_length=300)]


class ChooseGesture(Gesture):
    service: str


class PackageGesture(Gesture):
    package: str


class AnswerGesture(Gesture):
    question: str = Field(description="the one that is asked, `asks`")
    answer: bool | None = Field(description="yes or no; null: the person does not know")


class ConfirmGesture(Gesture):
    reason: str | None = Field(default=None, description="of the green channel, out of `green`")
    appointment: str | None = Field(default=None, description="the id of one of `appointments`; default: the first")
    without: list[str] = Field(default=[], description="legs of the package that are left for another day")


class SlotsGesture(Gesture):
    service: str | None = None


class BookGesture(Gesture):
    slot: str


class ReprintGesture(Gesture):
    ticket: str | None = Field(default=None, description="the id of one of `tickets`; default: the first")


class PreferGesture(Gesture):
    language: str | None = None
    elder: bool | None = None
    wheelchair: bool | None = None
    muted: bool | None = None


class BareGesture(Gesture):
    """A gesture that says all by itself."""


GESTURES: dict[str, type[Gesture]] = {
    "start": StartGesture,
    "phone": PhoneGesture,
    "id": IdGesture,
    "acting": BareGesture,
    "authority": AuthorityGesture,
    "code": CodeGesture,
    "choose": ChooseGesture,
    "packages": BareGesture,
    "package": PackageGesture,
    "answer": AnswerGesture,
    "confirm": ConfirmGesture,
    "online": BareGesture,
    "slots": SlotsGesture,
    "book": BookGesture,
    "reprint": ReprintGesture,
    "back": BareGesture,
    "cancel": BareGesture,
    "stay": BareGesture,
    "read": BareGesture,
    "help": BareGesture,
    "enrol": BareGesture,
    "prefer": PreferGesture,
}

# ---------------------------------------------------------------- the state


class Shape(BaseModel):
    """A part of the state. Whoever fills it has named every field."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Both(Shape):
    """A sentence in every language of config/words; these two are always there."""

    model_config = ConfigDict(frozen=True, extra="allow")

    zh: str
    en: str


class Said(Both):
    """A sentence for the person, and the code that it stands for."""

    code: str


class Prompt(Both):
    id: int = Field(description="rises; a prompt is spoken once")
    asked: bool = Field(description="the person asked to hear it: spoken even where sound is off")
    audio: Both | None = Field(description="addresses of sound files; null: the page's own voice reads the words")


class Wait(Shape):
    p50: int = Field(description="seconds")
    p90: int = Field(description="seconds")
    at: str
    say: Both


class HoursToday(Shape):
    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)

    from_: str = Field(alias="from")
    to: str


Texts = dict[str, str]  # language -> text


class Look(Shape):
    model_config = ConfigDict(frozen=True, extra="ignore")

    logo: str | None = None
    phone: str | None = None


class KioskHall(Shape):
    code: str
    name: str
    name_en: str
    names: Texts = {}
    open: bool
    hours: list[HoursToday] | None = Field(description="today's")
    numbers: list[HoursToday] | None = Field(default=None, description="when numbers are taken today; null: at any time")
    next_numbers: str | None = Field(default=None, description="when they are again, while they are not")
    timezone: str
    look: Look | None


class Machine(Shape):
    name: str
    title: str
    layout: Literal["auto", "portrait", "landscape", "wheelchair"]
    screen_inches: float | None = Field(description="the screen's diagonal, so that letters have the same height on every panel")


class KioskPerson(Shape):
    """Masked in the kiosk process, before any page."""

    masked: str = Field(description="the first sign of a name and a star")
    last4: str
    card: str
    phone: str = Field(description="138****1234")


class Acting(Shape):
    """Somebody acts for another: `person` is then whom the number is for."""

    agent: KioskPerson
    authority: Both | None = Field(description="by what, once it is stated")


class Authority(Both):
    authority: str


class PrivacyShown(Both):
    """What is read from a card and why; shown before a card is read."""

    version: str


class WayIn(Shape):
    """One of the ways of the first page."""

    way: Way
    ready: bool
    sentence: Both | None = Field(description="ready: how it goes here, where this depends on the machine; else why it cannot be used")


class KioskService(Shape):
    code: str
    name: str
    name_en: str
    names: Texts = {}
    theme: str | None
    theme_en: str | None
    themes: Texts = {}
    initials: str
    aliases: list[str] = []
    keys: list[str] = []
    prefix: str
    kind: str
    waiting: int
    ahead: int | None = Field(description="people ahead of somebody who takes a number now, whatever they came for; null where not known")
    wait: Wait | None
    can: bool = Field(description="a number can be had now")
    why_not: Said | None
    short: Both | None = Field(description="why not, in the few words that a tile has room for")
    bookable: bool = Field(description="no number now, but a time can be booked: it may be chosen")
    warning: Said | None = Field(description="a number can be had, but no window serves it now")
    materials: list[str]
    materials_en: list[str] | None
    material_lists: dict[str, list[str]] = {}
    online: str | None


class KioskPackage(Shape):
    """一件事: several services on one number."""

    code: str
    name: str
    name_en: str
    names: Texts = {}
    initials: str
    aliases: list[str] = []
    legs: int = Field(description="how many services it has at most")
    can: bool = Field(description="a number can be had now for some of them")
    short: Both | None = Field(description="why not, in the few words that a tile has room for")


class PackageAsks(Both):
    """One question of the chosen package."""

    code: str
    nth: int = Field(description="1 is the first")
    of: int


class KioskStation(Shape):
    service: str
    names: Texts
    state: str
    sure: bool = Field(description="false: whether it is needed turns on a question that nobody has answered")
    can: bool = Field(description="false: no number of it can be had now, `told` says why")
    place: Both | None = Field(description="the windows that serve it and their area, where they are known")
    wait: Wait | None
    told: Said | None = Field(description="why it cannot be had now, or is not visited")


class KioskPlan(Shape):
    """What somebody visits who has answered so, in this order."""

    stations: list[KioskStation]
    without: list[str] = Field(description="legs of which no number can be had now: a number for the rest is asked for without them")
    can: bool = Field(description="something is left that can be had now")
    materials: list[str] = Field(description="to bring to all of the stations, each once")
    materials_en: list[str] | None
    material_lists: dict[str, list[str]] = {}


class GreenReason(Both):
    reason: str
    given: bool = Field(description="known from the card: it holds without being asked for")


class KioskTicket(Shape):
    """A number, or an appointment that has none yet."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    id: str
    number: str | None
    service: str
    service_name: str
    service_name_en: str
    service_names: Texts = {}
    package_names: Texts | None = Field(description="what the package is called for which it was taken")
    stations: list[KioskStation] = Field(description="of a number for several services")
    class_: str | None = Field(serialization_alias="class")
    state: str
    ahead: int | None
    wait: Wait | None
    issued_at: str | None
    slot_at: str | None
    slot_end: str | None
    early: bool = Field(description="it cannot be checked in yet, only from checkin_from on")
    checkin_from: str | None
    window: str | None
    place: Both | None = Field(description="the windows that serve it and their area, where they are known")
    warning: Said | None = Field(description="no window serves it now")
    back: Said | None = Field(description="it is over, and its holder may come back without queueing again: what is said of that")
    unkept: list[Said] = Field(description="what a change of the hall took from it, with what the person may do")
    track: str = Field(description="the code of the track page; empty where none is known")
    url: str = Field(description="the track page in the language of the number; empty where none is known")
    offline: bool = Field(description="given by the kiosk alone")


class Slot(Shape):
    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)

    id: str
    from_: str = Field(alias="from")
    to: str
    free: int


class Paper(Shape):
    state: Literal["ok", "low", "none", "unknown"]
    sentence: Both


class Help(Shape):
    asked_at: str
    answered: bool


class Enrolment(Shape):
    code: str
    expires_at: str | None


class DeviceShown(Shape):
    state: str
    code: str
    sentence: str
    sentence_en: str


class KioskState(Shape):
    """All that the touch page draws. It holds no name, no ID number and no whole phone number."""

    seq: int = Field(description="rises with each change: a state with a smaller number than the one drawn is old")
    screen: Screen
    may: list[str] = Field(description="the gestures that this screen knows; `start` by its way, as in start_card")
    language: str
    elder: bool
    wheelchair: bool
    muted: bool
    seconds_left: int | None = Field(description="null on a screen that stays")
    timeout: int | None
    still_there: bool = Field(description="ask in large letters whether anybody is there; `stay` answers it")
    now: str
    hall: KioskHall
    kiosk: Machine
    server: Literal["ok", "away"] = Field(description="away: numbers come from the kiosk's own loan")
    purpose: Literal["take", "book"] = Field(description="book: choosing a service leads to free times")
    person: KioskPerson | None
    acting: Acting | None = Field(default=None, description="who stands here, where the number is for another")
    authorities: list[Authority] = Field(default=[], description="authority: by what one may act for another here")
    card_left: bool = Field(description="the card still lies on the reader; say so")
    notice: PrivacyShown | None
    ways: list[WayIn] = Field(description="in the order of the first page")
    warnings: list[Said] = Field(description="what this machine lacks just now; said on the first page, before a choice")
    lead: Both | None = Field(description="how it goes on this screen, where this depends on the machine")
    services: list[KioskService]
    elder_first: list[str] = Field(description="services that older people come for most; shown first in the layout for them")
    service: KioskService | None = Field(description="the chosen one")
    packages: list[KioskPackage] = Field(description="those that this kiosk offers; none while somebody books a time")
    package: KioskPackage | None = Field(description="the chosen one")
    asks: PackageAsks | None = Field(description="the question that is asked now")
    plan: KioskPlan | None
    green: list[GreenReason] = Field(description="offered on confirm")
    needs_reason: bool = Field(description="this kiosk gives numbers of the green channel only: without one of the reasons there is none")
    ticket: KioskTicket | None
    tickets: list[KioskTicket] = Field(description="holds: all that the person holds")
    appointment: KioskTicket | None
    appointments: list[KioskTicket]
    slots: list[Slot]
    paper: Paper
    message: Said | None = Field(description="what to tell the person on this screen")
    say: Prompt | None
    help: Help | None = Field(description="a guide was called; once answered, one is coming")
    enrol: Enrolment | None
    devices: dict[str, DeviceShown]
