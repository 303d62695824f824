"""Every body that comes in and every shape that goes out: the one source for checking, for OpenAPI and for AsyncAPI. Shapes only.

What comes in refuses unknown fields and coerces nothing ("5" is no grade). What goes out may grow: readers ignore what they do not know.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Strict,
    StringConstraints,
    Tag,
)  # fmt: skip
from pydantic_core import PydanticCustomError

from ..domain import things
from ..domain.evaluations import TAGS

# -- small words

CODE_FORM = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")
CODE = r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$"
WINDOW_NO = r"^[A-Za-z0-9]{1,8}$"
ID = r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,119}$"
OUR_YEARS = r"(197[1-9]|19[89]\d|2[01]\d\d)"  # those that every clock and calendar below can reckon with
WRITTEN_OUT = rf"^{OUR_YEARS}-\d\d-\d\d[Tt ]"
PLAIN = r"^[^\x00-\x1f\x7f]*$"  # no control characters: these texts stand on boards and on paper


def real_day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise PydanticCustomError("no_such_day", "is no day of the calendar") from None


def written_out(value):
    """Seconds are no RFC 3339, though pydantic would take them."""
    if not isinstance(value, str) or not re.match(WRITTEN_OUT, value):
        raise PydanticCustomError("datetime_parsing", "must be a time such as 2026-11-20T09:00:00+08:00")
    return value


def whole(value):
    """3.0 is a whole number in JSON."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Code = Annotated[str, StringConstraints(pattern=CODE)]
WindowNo = Annotated[str, StringConstraints(pattern=WINDOW_NO)]
Id = Annotated[str, StringConstraints(pattern=ID)]
ISO_DAY = StringConstraints(pattern=rf"^{OUR_YEARS}-\d{{2}}-\d{{2}}$")
Day = Annotated[str, ISO_DAY, AfterValidator(real_day), Field(json_schema_extra={"format": "date"})]
Moment = Annotated[AwareDatetime, Strict(False), BeforeValidator(written_out), Field(json_schema_extra={"pattern": WRITTEN_OUT})]
LANGUAGE = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
Language = Annotated[str, StringConstraints(pattern=LANGUAGE)]  # one that the hall does not speak falls back to its first
Channel = Literal["kiosk", "desk", "online", "appointment", "api"]
Reason = Literal["elderly", "disabled", "pregnant", "military", "infant", "other"]
Class = Literal["ordinary", "appointment", "green"]
State = Literal["booked", "waiting", "called", "serving", "held", "missed", "done", "cancelled", "expired"]
WindowState = Literal["closed", "open", "paused"]
Role = Literal["kiosk", "display", "pad", "keypad", "app", "auditor", "guide", "clerk", "manager", "admin"]
StaffRole = Literal["clerk", "guide", "manager", "auditor", "admin"]
INSTANT = "RFC 3339 with offset and milliseconds"
Instant = Annotated[str, Field(json_schema_extra={"format": "date-time"}, description=INSTANT)]


def one_of(**kinds: str) -> dict:
    """For a schema: exactly one of these fields is there and not null."""
    return {"oneOf": [{"required": [name], "properties": {name: {"type": kind}}} for name, kind in kinds.items()]}


def where(field: str, values: list, then: dict) -> dict:
    """For a schema: what else must be so where a field has one of these values."""
    return {"if": {"required": [field], "properties": {field: {"enum": values}}}, "then": then}


def needs(field: str) -> dict:
    return {"required": [field], "properties": {field: {"type": "string"}}}


def only_tags(tags: dict) -> dict:
    return {"properties": {"tags": {"items": {"enum": [*tags]}}}}


def text(most: int, least: int = 0):
    return Annotated[str, StringConstraints(pattern=PLAIN, min_length=least, max_length=most)]


Texts = dict[str, str]  # language -> text


def in_languages(one):
    """A text in one language, or in each: {"zh": …, "en": …}."""
    each = Annotated[dict[Language, one], Field(min_length=1, max_length=20, json_schema_extra={"additionalProperties": False})]
    return Annotated[
        Annotated[one, Tag("=one")] | Annotated[each, Tag("=each")],
        Discriminator(lambda value: "=each" if isinstance(value, dict) else "=one"),
    ]


class Body(BaseModel):
    """A body that comes in. `class` in JSON is `class_` here."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, populate_by_name=False)

    def given(self) -> dict:
        """The fields that were sent, by their Python names."""
        return {name: getattr(self, name) for name in self.model_fields_set}


class Query(Body):
    """A query string: everything in it is text, so texts are read as numbers where numbers are meant."""

    model_config = ConfigDict(extra="forbid", strict=False, frozen=True)


class Tell(BaseModel):
    """A shape that goes out."""

    model_config = ConfigDict(extra="allow")


class Nothing(Body):
    """No facts are needed: `{}` or no body at all."""


# -- what comes in


class Holder(Body):
    """Who will hold the ticket. It never comes back in an answer, only masked to staff."""

    name: text(60) | None = None
    id_number: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9()/-]{1,40}$")] | None = None
    card: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{0,20}$")] | None = None


Phone = Annotated[str, StringConstraints(pattern=r"^\+?[0-9][0-9 -]{4,24}$")]


class IssueTicket(Body):
    model_config = ConfigDict(
        json_schema_extra={"allOf": [where("class", ["green"], needs("reason")), where("class", ["appointment"], needs("appointment"))]}
    )

    service: Code
    channel: Channel | None = Field(default=None, description="default: kiosk for a kiosk, api for an app, desk for staff")
    class_: Class | None = Field(default=None, alias="class")
    reason: Reason | None = Field(default=None, description="of the green channel")
    holder: Holder | None = None
    phone: Phone | None = None
    appointment: Id | None = Field(default=None, description="id of an appointment that is checked in with this request")
    language: Language | None = None
    onward: Annotated[list[Code], Field(max_length=20)] | None = Field(default=None, description="services to visit next on this number")
    notice: text(40) | None = Field(default=None, description="version of the privacy notice that was shown")


class Call(Body):
    ticket: Id | None = Field(default=None, description="id of a given ticket; without it the next one is called")
    number: Annotated[str, StringConstraints(pattern=r"^[A-Z]{0,4}\d{1,6}$")] | None = Field(
        default=None, description="the number on its slip, or its digits alone where a keypad has no letters"
    )


class Resume(Body):
    window: WindowNo | None = Field(default=None, description="default: the window where it was put aside")


class Transfer(Body):
    """To another service, another window, or both: at least one of the two."""

    model_config = ConfigDict(json_schema_extra={"anyOf": one_of(service="string", window="string")["oneOf"]})

    service: Code | None = None
    window: WindowNo | None = None
    place: Literal["arrival", "head", "tail"] | None = None


class Postponement(Body):
    """Exactly one of the two."""

    model_config = ConfigDict(json_schema_extra=one_of(places="integer", seconds="integer"))

    places: Annotated[int, Field(ge=1, le=50), BeforeValidator(whole)] | None = None
    seconds: Annotated[int, Field(ge=1, le=86400), BeforeValidator(whole)] | None = None


class Completion(Body):
    outcome: Literal["done", "incomplete", "referred"] | None = None
    flags: Annotated[list[Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]], Field(max_length=20)] | None = None


class Evaluate(Body):
    model_config = ConfigDict(json_schema_extra={"allOf": [where("grade", [g], only_tags(tags)) for g, tags in TAGS.items()]})

    token: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,120}$")]
    grade: Annotated[int, Field(ge=1, le=5, description="5 = 非常满意 … 1 = 非常不满意"), BeforeValidator(whole)]
    tags: Annotated[list[Annotated[str, StringConstraints(pattern=r"^\d{3}$")]], Field(max_length=8)] | None = None
    comment: Annotated[str, StringConstraints(max_length=150)] | None = None
    anonymous: bool | None = None


class SetWindow(Body):
    state: WindowState
    reason: text(60) | None = None
    take_over: bool | None = Field(default=None, description="close the clerk's other window")


class Book(Body):
    """`slot` (an id of GET /slots), or `service` and `slot_at` (when it begins)."""

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [
                {"required": ["slot"], "properties": {"slot": {"type": "string"}, "slot_at": {"type": "null"}}},
                {"required": ["service", "slot_at"], "properties": {"slot": {"type": "null"}, "service": {"type": "string"}}}
                | {"not": {"properties": {"slot_at": {"type": "null"}}}},
            ]
        }
    )

    service: Code | None = Field(default=None, description="may be left out where `slot` is given")
    slot: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,40}@\d{1,15}$")] | None = None
    slot_at: Moment | None = None
    holder: Holder | None = None
    phone: Phone | None = None
    language: Language | None = None


class Rebook(Body):
    """Exactly one of the two."""

    model_config = ConfigDict(json_schema_extra=one_of(slot="string", slot_at="string"))

    slot: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,40}@\d{1,15}$")] | None = None
    slot_at: Moment | None = None


class Search(Body):
    holder: Holder | None = None
    phone: Phone | None = None
    code: Id | None = Field(default=None, description="the appointment's id, or its track code")


class NewMessage(Body):
    text: text(200, 1)
    window: WindowNo | None = None


class Divert(Body):
    to: Literal["selfservice", "online", "window"]
    service: Code | None = None


class SignIn(Body):
    name: text(60, 1)
    password: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    window: WindowNo | None = Field(default=None, description="where a clerk will work; opening a window says so too")


class NewPassword(Body):
    old: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    password: Annotated[str, StringConstraints(min_length=1, max_length=200)]


class NewToken(Body):
    model_config = ConfigDict(json_schema_extra=where("role", ["keypad", "pad"], needs("window")))

    role: Role
    window: WindowNo | None = None
    name: text(40) | None = None


class NewStaff(Body):
    name: text(60, 1)
    role: StaffRole
    shown: text(40) | None = Field(default=None, description="the name that the public may see")
    title: text(40) | None = None
    stars: Annotated[int, Field(ge=0, le=5), BeforeValidator(whole)] | None = None


class ChangeStaff(Body):
    role: StaffRole | None = None
    shown: text(40) | None = None
    title: text(40) | None = None
    photo: text(200) | None = None
    stars: Annotated[int, Field(ge=0, le=5), BeforeValidator(whole)] | None = None
    disabled: bool | None = None


class DeskKeys(Body):
    keys: Annotated[dict[Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,30}$")], text(30)], Field(max_length=40)]


class PutService(Body):
    name: in_languages(text(60, 1)) | None = None
    name_en: text(80) | None = None
    prefix: Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,3}$")] | None = None
    kind: Literal["ordinary", "complex"] | None = None
    theme: in_languages(text(40)) | None = None
    theme_en: text(60) | None = None
    matters: Annotated[list[text(60)], Field(max_length=200)] | None = None
    materials: in_languages(Annotated[list[text(120)], Field(max_length=60)]) | None = None
    materials_en: Annotated[list[text(120)], Field(max_length=60)] | None = None
    online: Annotated[str, StringConstraints(pattern=r"^(https?://[^\s]+)?$", max_length=300)] | None = None
    minutes: Annotated[float, Field(gt=0, le=480)] | None = None
    place: Annotated[int, Field(ge=0, le=9999), BeforeValidator(whole)] | None = None
    closed: bool | None = None
    spoken: text(60) | None = None


class PutWindow(Body):
    name: in_languages(text(40)) | None = None
    name_en: text(60) | None = None
    type: text(20) | None = None
    services: Annotated[list[Code], Field(max_length=300)] | None = None
    zone: text(20) | None = None
    place: Annotated[int, Field(ge=0, le=9999), BeforeValidator(whole)] | None = None


class PutSetting(Body):
    value: dict[str, Any]


class PutNotice(Body):
    text: in_languages(Annotated[str, StringConstraints(min_length=1, max_length=300)])
    text_en: Annotated[str, StringConstraints(max_length=400)] | None = None
    from_: Moment | None = Field(default=None, alias="from")
    until: Moment | None = None


class ReportDevice(Body):
    device: Code
    kind: Code
    state: Literal["ok", "trouble", "unknown"]
    code: text(60) | None = None
    facts: Annotated[dict[Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,30}$")], text(200) | int], Field(max_length=12)] = {}
    sentence: text(200) | None = Field(default=None, description="only where the hall has no words for the code")
    sentence_en: text(200) | None = None


class CommandResult(Body):
    ok: bool
    detail: text(300) | None = None


class NewCommand(Body):
    do: Literal["reprint", "restart"]
    ticket: Id | None = None


class Enrol(Body):
    machine: text(60, 1)
    kind: Literal["kiosk", "display"]
    secret: Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{16,200}$")]


class Claim(Body):
    secret: Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{16,200}$")]


class Approve(Body):
    code: Annotated[str, StringConstraints(pattern=r"^\d{4}-?\d{2}$")]
    name: Code


class CallHelp(Body):
    place: text(60) | None = None
    screen: text(40) | None = None
    language: Language | None = None


class Lend(Body):
    loan: Annotated[str, StringConstraints(pattern=r"^[a-z2-7]{16}$")]
    day: Day
    count: Annotated[int, Field(ge=1, le=500), BeforeValidator(whole)]


class Lent(Body):
    """A number that a kiosk gave out alone."""

    track: Annotated[str, StringConstraints(pattern=r"^[a-z2-7]{26}$")] | None = Field(default=None, description="made by the kiosk")

    id: Id
    loan: Annotated[str, StringConstraints(pattern=r"^[a-z2-7]{16}$")]
    series: Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,8}$")]
    counter: Annotated[int, Field(ge=1, le=9_999_999), BeforeValidator(whole)]
    number: Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,8}\d{1,8}$")]
    day: Day
    service: Code
    class_: Literal["ordinary", "green"] = Field(alias="class", default="ordinary")
    reason: text(40) | None = None
    language: Language | None = None
    notice: text(40) | None = None
    issued_at: Moment
    printed: bool | None = None
    attempt: Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{1,200}$")] | None = None
    sealed: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+/=]{1,2000}$")] | None = None
    phone_sealed: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+/=]{1,1000}$")] | None = None


class Merge(Body):
    kiosk: Code
    tickets: Annotated[list[Lent], Field(min_length=1, max_length=50)]


# -- queries


class EventsQuery(Query):
    after: Annotated[int, Field(ge=0, le=2**53), BeforeValidator(whole)] = 0
    limit: Annotated[int, Field(ge=1, le=1000), BeforeValidator(whole)] = 100


class SlotsQuery(Query):
    service: Code | None = None
    day: Day | None = Field(default=None, description="default: today")
    days: Annotated[int, Field(ge=1, le=31), BeforeValidator(whole)] = 1


class TicketsQuery(Query):
    state: State | None = None
    service: Code | None = None
    number: Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{1,8}\d{1,8}$")] | None = None


class AppointmentsQuery(Query):
    q: text(120) = ""


class DayQuery(Query):
    day: Day | None = None


class DaysQuery(Query):
    from_: Day | None = Field(default=None, alias="from", description="default: 29 days before `to`")
    to: Day | None = Field(default=None, description="counted too; default: today")


class ForecastQuery(Query):
    day: Day | None = Field(default=None, description="default: today")
    service: Code | None = Field(default=None, description="default: all together")


class BoardQuery(Query):
    zone: text(20) | None = None
    windows: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]{1,8}(,[A-Za-z0-9]{1,8}){0,99}$")] | None = None


# -- what goes out


class Said(Tell):
    """What the hall says, in every language it speaks; these two always."""

    zh: str
    en: str
    code: str | None = Field(default=None, description="which sentence it is, where programs may want to know")


class Told(Tell):
    """A wait as it was told, in seconds."""

    p50: int
    p90: int
    say: Said = Field(description='the range as people are told it: "8–15分钟"')


class Wait(Told):
    """A wait, in seconds from `at`: half of all are called within p50, nine in ten within p90."""

    at: Instant


class Leg(Tell):
    """One service visited on a number."""

    service: str
    window: str | None
    called_at: Instant | None
    started_at: Instant | None
    finished_at: Instant | None
    outcome: str | None


class Ticket(Tell):
    """A number, as anybody may see it who may see it at all."""

    id: str
    key: str | None
    number: str | None
    service: str
    class_: Class = Field(alias="class")
    reason: str | None = Field(default=None, description="of the green channel; left out where only the track code is known")
    channel: Channel
    state: State
    issued_at: Instant | None
    ahead: int | None
    wait: Wait | None
    window: str | None
    times_called: int
    track: str
    legs: list[Leg]
    offline: bool
    day: str | None = None
    service_name: str | None = None
    service_name_en: str | None = None
    service_names: Texts | None = None
    told: Told | None = Field(default=None, description="the wait as it was told when the number was taken")
    only_window: str | None = None
    called_at: Instant | None = None
    started_at: Instant | None = None
    finished_at: Instant | None = None
    outcome: str | None = None
    url: str | None = Field(default=None, description="the track page's address, which the slip's code holds")
    onward: list[str] = Field(default=[], description="services to visit next on this number")
    slot_at: Instant | None
    slot_end: Instant | None = None
    language: str | None = None
    target: int | None = Field(default=None, description="seconds promised until the call")
    holder_masked: str | None = None


class StaffTicket(Ticket):
    """As staff sees it."""

    moves: list[str] = Field(description="what may be done with it now")
    waited: int | None = Field(default=None, description="seconds so far, or until it was called")
    clock_at: Instant | None = Field(default=None, description="when the promise's clock starts")
    due_at: Instant | None = None
    warn: int | None = Field(default=None, description="seconds of waiting after which it is shown as late")
    handling: int | None = Field(default=None, description="seconds that the service itself may take")
    order: int | None = Field(default=None, description="its place in the whole line as it is likely to be called")
    evaluated: bool | None = None


class EvaluationLink(Tell):
    url: str
    token: str
    expires_at: Instant | None = None


class Change(Said):
    """Something that has happened to a number, in words for its holder."""

    at: Instant
    kind: str
    window: str | None = None


class TrackedTicket(Ticket):
    """As its holder sees it."""

    service_name: str
    service_name_en: str
    service_names: Texts
    window_name: str | None
    window_name_en: str | None = None
    window_names: Texts | None = None
    moves: list[str]
    materials: list[str] = []
    materials_en: list[str] | None = None
    material_lists: dict[str, list[str]] = {}
    return_within: int | None = Field(default=None, description="seconds in which a missed number may return")
    changes: list[Change] = Field(default=[], description="newest first")
    soon: bool | None = Field(default=None, description="next up: 请准备")
    ahead_rose: str | None = Field(default=None, description="why more people are ahead than before: moved, or the class of who came in")
    evaluation: EvaluationLink | None
    evaluated: bool | None = None


class Span(Tell):
    from_: str = Field(alias="from")
    to: str


class Look(Tell):
    """What a hall may change of the look without touching code."""

    logo: str | None = None
    ink: str | None = None
    call: str | None = None
    wall: Literal["dark", "light"] | None = None
    phone: str | None = None
    complaints: str | None = None
    address: str | None = None


class Loud(Span):
    volume: int


class Voicing(Tell):
    """How boards speak: the installer's table, the managers' setting over it."""

    languages: list[Language] = ["zh"]
    times: int = Field(default=2, description="how often each call is spoken")
    volume: int = Field(default=100, description="0 to 100, and other volumes by the hour")
    hours: list[Loud] = []
    quiet: list[str] = Field(default=[], description='"12:00-13:30": shown, not spoken')


class PrivacyNotice(Tell):
    """What kiosks show before they read a card, and its version."""


class Hall(Tell):
    code: str
    name: str
    name_en: str
    names: Texts
    open: bool
    now: Instant
    hours: list[Span]
    timezone: str
    language: Language
    look: Look | None = None
    voice: Voicing | None = None
    notice: PrivacyNotice | None = None
    public_url: str | None = Field(default=None, description="the address in the slips' codes; only where the hall itself is asked for")


class Service(Tell):
    code: str
    name: str
    name_en: str
    names: Texts
    prefix: str
    kind: Literal["ordinary", "complex"]
    waiting: int
    ahead: int | None = Field(default=None, description="people ahead of somebody who takes a number now")
    wait: Wait | None
    theme: str | None = None
    theme_en: str | None = None
    themes: Texts | None = None
    initials: str | None = Field(default=None, description="of its name in pinyin, for finding it")
    matters: list[str] | None = None
    materials: list[str] | None = None
    materials_en: list[str] | None = None
    material_lists: dict[str, list[str]] | None = None
    online: str | None = Field(default=None, description="where it can be done online")
    minutes: float | None = None
    closed: bool | None = None
    spoken: str | None = Field(default=None, description="its name as it is spoken")


class Clerk(Tell):
    name: str
    photo: str | None = None
    stars: int | None = None
    title: str | None = None


class AtWindow(Tell):
    id: str | None = Field(default=None, description="told to whoever works at this window")
    number: str
    state: State
    service: str
    times_called: int


class Window(Tell):
    no: str
    name: str
    name_en: str
    names: Texts
    type: str
    services: list[str] = Field(description="what it serves now, with what is lent to it")
    state: WindowState
    reason: str | None
    clerk: Clerk | None
    ticket: AtWindow | None
    zone: str | None = None
    since: Instant | None = Field(default=None, description="since when it is in this state")
    own: list[str] | None = Field(default=None, description="its own services, without what is lent to it (staff rooms)")
    clerk_name: str | None = Field(default=None, description="who works there by sign-in name (staff rooms)")
    up: dict[str, Any] | None = Field(default=None, description="who would be called there next, and why (staff rooms)")


class CallShown(Tell):
    seq: int
    number: str
    window: str
    window_name: str
    service: str
    times: int
    at: Instant
    say: Said
    audio: dict[str, str] | None


class NextUp(Tell):
    """请准备: likely to be called next."""

    number: str
    service: str
    window: str | None = None


class Notice(Tell):
    id: str
    text: str
    text_en: str | None
    texts: Texts
    from_: Instant | None = Field(alias="from")
    until: Instant | None


class Board(Tell):
    hall: Hall
    services: list[Service]
    windows: list[Window]
    calls: list[CallShown]
    next: list[NextUp]
    notices: list[Notice]


class Completed(Tell):
    ticket: Ticket
    evaluation: EvaluationLink


class TagOption(Tell):
    code: str
    zh: str
    en: str


class GradeOption(Tell):
    grade: Literal[1, 2, 3, 4, 5]
    zh: str
    en: str
    tags: list[TagOption]


class EvaluationAsked(Tell):
    state: Literal["open", "given", "expired"]
    number: str
    service: str
    service_name: str
    service_name_en: str
    service_names: Texts
    clerk: Clerk | None
    window: str
    expires_at: Instant
    options: list[GradeOption]


class Evaluated(Tell):
    state: Literal["given"]
    number: str
    given_at: Instant


class Slot(Tell):
    id: str
    service: str
    at: Instant = Field(description="the same as from")
    from_: Instant = Field(alias="from")
    to: Instant
    capacity: int
    free: int


class Appointment(TrackedTicket):
    ticket: str | None = Field(description="its number, once checked in")


class Person(Tell):
    name: str
    shown: str
    role: str
    window: str | None
    must_change: bool
    keys: dict[str, str]


class Me(Tell):
    name: str
    role: str
    window: str | None
    must_change: bool


class SignedIn(Me):
    csrf: str
    staff: Person


class Expected(Tell):
    id: str
    service: str
    slot_at: Instant
    slot_end: Instant
    holder_masked: str | None
    early: bool
    late: bool


class HallNearby(Tell):
    """This hall or a neighbour. What a neighbour looks like now is null where it has not answered lately: unknown, never made up."""

    code: str
    here: bool
    name: str
    name_en: str
    address: str | None
    address_en: str | None
    phone: str | None
    hours: list[Span] | None
    open: bool | None
    waiting: int | None
    at: Instant | None
    url: str | None


class InLine(Tell):
    id: str
    number: str
    why: dict[str, Any]


class Token(Tell):
    id: str
    role: str
    window: str | None
    name: str
    made_at: Instant
    revoked_at: Instant | None


class MadeToken(Tell):
    token: Token
    plain: str = Field(description="what the device sends as its bearer token; shown this once")


class Staff(Tell):
    name: str
    role: str
    shown: str
    title: str
    photo: str
    stars: int
    must_change: bool
    disabled: bool


class MadeStaff(Tell):
    staff: Staff
    password: str = Field(description="the first password, shown this once")


class Setting(Tell):
    name: str
    value: dict[str, Any] = Field(description="as it was set; empty where it never was")
    effective: dict[str, Any] | None = Field(default=None, description="as it holds, with defaults; only where one is asked for")


class Device(Tell):
    id: str = Field(description="<machine>/<device>")
    name: str = Field(description="the machine")
    device: str
    kind: str
    state: Literal["ok", "trouble", "unknown"]
    code: str | None = None
    facts: dict[str, str | int] = Field(default={}, description="what stands in the sentence of its code")
    sentence: str | None = None
    sentence_en: str | None = None
    sentences: Texts | None = None
    at: Instant | None = None


class Command(Tell):
    id: str
    do: Literal["reprint", "restart"]
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


class Advice(Said):
    """What a manager may do about an alert in one press: a suggestion, never done by itself."""

    do: str = Field(description="open_window, lend, activate_plan, message")
    window: str | None = None
    services: list[str] | None = None
    plan: str | None = None
    text: str | None = None
    saves: float | None = Field(default=None, description="promises kept by it within the hour")


class Alert(Tell):
    id: str
    kind: str
    subject: str
    level: str = Field(description="warn or bad")
    say: Said
    advice: list[Advice]
    state: Literal["raised", "acknowledged", "cleared"]
    owner: str | None
    raised_at: Instant
    changed_at: Instant


class CasesQuery(Query):
    state: Literal["open", "closed"] = "open"


class CloseCase(Body):
    """`called_back`: the visitor was asked once more; needed where the evaluation was given with a name."""

    outcome: Literal["corrected", "explained", "mistaken", "malicious", "unverified"]
    called_back: bool = False
    note: Annotated[str, StringConstraints(max_length=300)] = ""


class Graded(Said):
    n: int


class Case(Tell):
    """A bad evaluation that is followed up."""

    id: str
    number: str | None
    service: str | None
    window: str | None
    clerk: str | None
    grade: Graded | None
    tags: list[TagOption]
    words: str
    note: str
    named: bool
    at: Instant
    state: Literal["open", "taken", "closed"]
    owner: str | None
    outcome: str | None
    called_back: bool
    taken_at: Instant | None
    closed_at: Instant | None


class Enrolment(Tell):
    id: str
    code: str
    expires_at: Instant


class Claimed(Tell):
    token: str | None = None
    name: str | None = None


class Row(Tell):
    """A row of the journal."""

    seq: int
    at: Instant
    kind: str
    actor: str
    ticket: str | None
    window: str | None
    body: dict[str, Any]
    prev: str
    hash: str


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
    result: Literal["merged", "already", "refused"]
    ticket: Ticket | None
    code: str | None
    detail: str | None


class Ok(Tell):
    """Done; nothing more to say."""


# -- news


class Watch(Body):
    """A list of rooms is enough where nothing was missed."""

    rooms: Annotated[list[str], Field(min_length=1, max_length=40)]
    after: Annotated[int, Field(ge=0)] | None = Field(default=None, description="the last `seq` seen: what came after is told again")


class News(Tell):
    """What every event carries. `changed` is merged into the room's snapshot (lists by key), `gone` names what leaves it."""

    seq: int | None = Field(description="the journal's number; null for what is not in the journal (board.changed)")
    at: Instant
    changed: dict[str, Any] | None = Field(default=None, description="left out where nothing has")
    gone: dict[str, list[str]] | None = Field(default=None, description="left out where nothing has")


class Missed(News):
    event: str = Field(description="its name")


class Watched(Tell):
    seq: int = Field(description="the last event that the snapshot holds")
    snapshot: dict[str, dict[str, Any]] = Field(description="by room")
    events: list[Missed] | None = Field(default=None, description="what was missed since `after`; left out where it is too much")


class RoomRefused(Tell):
    code: str
    detail: str


class Refused(Tell):
    error: RoomRefused


class WindowRoom(Tell):
    hall: Hall
    window: Window
    services: list[Service]
    call: CallShown | None


class PadAsks(Tell):
    number: str
    url: str
    qr: str = Field(description="SVG")
    token: str
    expires_at: Instant
    service: str
    options: list[GradeOption]


class PadRoom(Tell):
    hall: Hall
    window: Window
    services: list[Service]
    evaluation: PadAsks | None


class TicketRoom(Tell):
    hall: Hall
    ticket: TrackedTicket


class Lending(Tell):
    """A window's services for a time: lent, or only these."""

    window: str
    services: list[str]
    only: bool | None = None
    weekdays: list[str] | None = None
    dates: list[str] | None = None
    from_: str | None = Field(default=None, alias="from")
    to: str | None = None
    note: str | None = None


class Peak(Tell):
    waiting: int | None = None
    oldest: int | None = Field(default=None, description="seconds")


class PlanNotice(Tell):
    text: str
    text_en: str | None = None


class Posted(Tell):
    window: str
    name: str


class PlanQuota(Tell):
    """Numbers given out at most between two minutes of the day."""

    service: str
    start: int
    end: int
    tickets: int


class Plan(Tell):
    """What is prepared for a peak."""

    id: str
    name: str
    services: list[str] | None = None
    dates: list[str] | None = None
    expect: float | None = Field(default=None, description="percent of the usual visitors on these dates")
    when: Peak | None = None
    lends: list[Lending] | None = None
    open: list[str] | None = None
    people: list[Posted] | None = None
    quotas: list[PlanQuota] | None = None
    notice: PlanNotice | None = None
    auto: bool | None = None
    active_since: Instant | None = None


class DeskMessage(Tell):
    """A line from a manager to one desk or, without a window, to all; `say` where the hall itself says it."""

    id: str
    window: str | None
    text: str
    at: Instant
    by: str
    say: Said | None = None


class StaffRoom(Tell):
    hall: Hall
    services: list[Service]
    windows: list[Window]
    tickets: list[StaffTicket]
    notices: list[Notice] | None = None
    messages: list[DeskMessage] | None = Field(default=None, description="today's, newest first")
    help: list[Help] | None = Field(default=None, description="who waits for a guide, newest first")


class ManagersRoom(StaffRoom):
    alerts: list[Alert]
    devices: list[Device]
    today: dict[str, float | None] = Field(description="the day's figures so far")
    plans: list[Plan] | None = None
    cases: list[Case] = Field(default=[], description="bad evaluations to be followed up")


class FieldProblem(Tell):
    field: str
    problem: str


class Problem(Tell):
    """RFC 9457. `code` is stable; `detail` is a sentence a person can act on, in the language of Accept-Language."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    errors: list[FieldProblem] | None = None


def milliseconds(at: datetime | None) -> int | None:
    return None if at is None else int(at.timestamp() * 1000)


assert set(things.CHANNELS) == set(Channel.__args__) and set(things.ROLES) == set(Role.__args__)  # one list, said twice


class PushKeys(Body):
    p256dh: str = Field(min_length=80, max_length=100, pattern=r"^[A-Za-z0-9_-]+=*$")
    auth: str = Field(min_length=16, max_length=40, pattern=r"^[A-Za-z0-9_-]+=*$")


class Push(Body):
    """A browser's subscription, as PushSubscription.toJSON() gives it."""

    endpoint: str = Field(max_length=1000)
    keys: PushKeys
    expirationTime: float | None = None  # noqa: N815  the browser's own name


class PushKey(Tell):
    key: str


class Pushed(Tell):
    ticket: str
    told: bool


class Preview(Body):
    """A rule set as PUT /settings/rules takes it, and the day to try it on (the last recorded one unless given)."""

    value: dict[str, Any]
    day: Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")] | None = None


class Previewed(Tell):
    """`figures`: {now, proposed} of shares kept in percent and waits in minutes."""

    day: str
    figures: dict[str, dict[str, Any]]


class HalfExpected(Tell):
    """`morning`: as forecast before the day began; `expected`: with what has come today; eight times in ten `low`–`high` holds it.
    `came`: numbers taken so far, null for what is to come."""

    from_: str = Field(alias="from")
    to: str
    morning: float
    expected: float
    low: int
    high: int
    came: int | None


class ForecastDay(Tell):
    day: str
    expected: float
    came: int


class ForecastError(Tell):
    """The same forecast made for the last days with only what was known before each, against what came: mean distance of a half hour
    in visitors and in percent of the mean half hour, of a whole day in percent, and how many half hours lay within the range."""

    days: list[ForecastDay]
    half: float
    half_pct: float
    day_pct: float
    inside_pct: float


class PeakDay(Tell):
    plan: str
    name: str
    expect: int = Field(description="percent of the usual visitors")
    services: list[str]


class ServiceExpected(Tell):
    code: str
    expected: float
    came: int


class Forecast(Tell):
    """`days`: past days behind it; `error` null while they are too few to say. `say`: how sure it is. `expected`: the whole day as
    forecast before it began; `to_come`: from now on; `booked`: bookings of that day."""

    day: str
    service: str | None
    open: bool
    next_day: str | None = Field(description="the next day after today on which the hall is open")
    halves: list[HalfExpected]
    expected: float
    came: int | None
    to_come: float
    booked: int
    days: int
    peaks: list[PeakDay]
    error: ForecastError | None
    services: list[ServiceExpected]
    say: Said


class KeptByWindows(Tell):
    """What so many windows keep: shares of the promises in percent, of all and of green and booked. `hours`: window hours of a day."""

    windows: int
    hours: float | None = None
    kept_pct: float
    protected_pct: float


class WindowStep(Tell):
    do: Literal["open_window", "close_window"]
    no: str
    name: str
    name_en: str
    names: Texts


class HourAdvice(Tell):
    """`due`: promises that fall due; `as_is`, `advised`, `all`: the windows as they are, as advised, and all open."""

    at: Instant
    due: float
    as_is: KeptByWindows
    advised: KeptByWindows
    all: KeptByWindows
    enough: bool
    do: list[WindowStep]
    say: Said


class Clocks(Tell):
    from_: str = Field(alias="from")
    to: str


class HalfWindows(Tell):
    from_: str = Field(alias="from")
    windows: int


class WindowHours(Tell):
    no: str
    name: str
    name_en: str
    names: Texts
    hours: list[Clocks]


class AdviceBasis(Tell):
    days: int
    times: Literal["learned", "described"]


class DayAdvice(Tell):
    """`as_is`: the windows that are staffed now, all day. `enough`: the advice keeps 90 % of all and 93 % of green and booked."""

    at: Instant
    day: str
    visitors: float
    basis: AdviceBasis
    advised: KeptByWindows | None
    all: KeptByWindows | None
    as_is: KeptByWindows | None
    saved_pct: float | None = Field(description="window hours saved against all windows open, in percent")
    enough: bool
    halves: list[HalfWindows]
    windows: list[WindowHours]
    say: Said


class StaffingAdvice(Tell):
    """`hour` null: the hall is closed, or it is being worked out. `ready` false: what is told is missing, or made for a hall that has been
    set otherwise since; ask again in some seconds."""

    day: str | None
    next_day: str | None
    ready: bool
    hour: HourAdvice | None
    plan: DayAdvice | None


class Hear(Body):
    text: Annotated[str, StringConstraints(min_length=1, max_length=120)]
    language: Language = "zh"


class Heard(Tell):
    """`url`: a WAV of the hall's own voice."""

    url: str
