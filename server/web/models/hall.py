"""The hall itself: its services, settings and notices, the board, and the halls nearby."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from config import settings
from config.codes import Authority, ListChange, ServiceKind
from config.settings.base import MATTER

from .common import Body, Code, InLanguages, Instant, Language, Moment, Query, Said, Span, Tell, Texts, upto, whole
from .packages import PackageDoubt
from .tickets import Wait
from .windows import Window

Materials = Annotated[list[Annotated[str, upto(200, 1)]], Field(max_length=60)]

# Every kind of space by its number: what \s means differs from one language's patterns to another's.
WEB_ADDRESS = r"^(https?://[^\x00-\x20\x7f-\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+)?$"


class PutService(Body):
    name: Annotated[Texts | str, InLanguages(Annotated[str, upto(200, 1)], needed=True)] | None = None
    name_en: Annotated[str, upto(200)] | None = None
    prefix: Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,3}$")] | None = None
    kind: ServiceKind | None = None
    theme: Annotated[Texts | str, InLanguages(Annotated[str, upto(40)])] | None = None
    theme_en: Annotated[str, upto(60)] | None = None
    matters: Annotated[list[Annotated[str, StringConstraints(pattern=MATTER)]], Field(max_length=200)] | None = None
    materials: Annotated[dict[str, list[str]] | list[str], InLanguages(Materials)] | None = None
    materials_en: Materials | None = None
    online: Annotated[str, StringConstraints(pattern=WEB_ADDRESS, max_length=300)] | None = None
    minutes: Annotated[float, Field(gt=0, le=480)] | None = None
    place: Annotated[int, Field(ge=0, le=9999), BeforeValidator(whole)] | None = None
    closed: bool | None = None
    aliases: Annotated[list[Annotated[str, upto(40, 1)]], Field(max_length=30)] | None = None
    spoken: Annotated[Texts | str, InLanguages(Annotated[str, upto(200)])] | None = None
    spoken_en: Annotated[str, upto(200)] | None = None


class ServiceRow(PutService):
    code: Code

    def given(self) -> dict[str, Any]:
        """What is null is as not sent, as for one service."""
        return {name: value for name, value in super().given().items() if value is not None}


class PutServices(Body):
    services: Annotated[list[ServiceRow], Field(min_length=1, max_length=5000)]


LIST = 6 << 20  # bytes of a list of services


class ServiceFile(Body):
    file: Annotated[str, StringConstraints(min_length=1, max_length=LIST)] = Field(description="a CSV or XLSX file, in base64")


class ServicesPut(Tell):
    added: int
    changed: int


class ServiceListRow(Tell):
    row: int = Field(description="of the file, as a spreadsheet counts; the heading is row 1")
    code: str
    names: Texts
    change: ListChange


class ServiceListMistake(Tell):
    row: int = Field(description="0: the file as a whole")
    say: Said


class ServiceListPreview(Tell):
    """A file of services as it would be put. Where `wrong` holds anything, it is not to be put."""

    added: int
    changed: int
    retired: int = Field(description="open until now, and closed by the file")
    same: int
    rows: list[ServiceListRow]
    wrong: list[ServiceListMistake]
    services: list[dict[str, Any]] = Field(description="what `POST /services/list` takes")


class PutSetting(Body):
    value: dict[str, Any]


class HitReason(Tell):
    reason: str
    say: Said
    bookings: int
    numbers: int
    told: bool = Field(description="whether the holders are told once it is saved")


class HitDay(Tell):
    day: str
    service: str
    service_names: Texts
    bookings: int
    numbers: int


class Hits(Tell):
    """How many numbers and bookings a change would take something from that they were given, why, and of which days and services."""

    bookings: int
    numbers: int
    reasons: list[HitReason]
    days: list[HitDay]


class Hit(Tell):
    hits: Hits


class HallFileText(Body):
    file: Annotated[str, StringConstraints(min_length=1, max_length=LIST)] = Field(description="a hall file (TOML), as it is")


class ChangeOfHall(Tell):
    what: Literal["service", "window", "setting", "notices"]
    name: str = Field(description="its code, number or name; of notices, how many are put up")
    change: ListChange


class ImportOfHall(Tell):
    """What a hall file makes otherwise, or has made."""

    changes: list[ChangeOfHall]
    hits: Hits


class Calendar(Body):
    calendar: Annotated[str, StringConstraints(min_length=1, max_length=60_000)] = Field(description="the file as it is: JSON or ICS")


class PutNotice(Body):
    text: Annotated[Texts | str, InLanguages(Annotated[str, StringConstraints(min_length=1, max_length=300)], needed=True)]
    text_en: Annotated[str, StringConstraints(max_length=400)] | None = None
    from_: Moment | None = Field(default=None, alias="from")
    until: Moment | None = None
    media: Annotated[str, upto(100)] = Field(default="", description="of GET /media: what boards show with it")


class MediaFile(Tell):
    """A picture or clip that boards can show, at /media/<name>."""

    name: str
    type: str = Field(description="media type, such as video/mp4")


class StopNumbers(Body):
    text: Annotated[Texts | str, InLanguages(Annotated[str, StringConstraints(max_length=200)])] | None = None


class CloseDay(StopNumbers):
    let_go: bool = Field(default=False, description="although people are in the hall, or booked for later today")
    carry: bool = Field(default=False, description="whose turn had not come may come back at the next opening without queueing again")


class ClosedDay(Tell):
    expired: int = Field(description="numbers and bookings that were let go")


class BoardQuery(Query):
    zone: Annotated[str, upto(60)] | None = Field(default=None, description="its code, or its name in any language")
    windows: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]{1,8}(,[A-Za-z0-9]{1,8}){0,99}$")] | None = None


class GreenRule(Tell):
    reasons: list[str] = Field(description="that open the green channel")
    age: int = Field(description="from which an ID card proves the reason elderly")
    automatic: bool = Field(description="whether such a card makes a number green without being asked for")


class ReturnRule(Tell):
    within: int = Field(description="seconds in which a missed number may come back")
    times: int = Field(description="how often it may; 0: never")


class KioskClass(Tell):
    """One of the hall's own classes, which a kiosk may give."""

    code: str
    names: Texts
    proof: Texts = Field(default={}, description="what a window asks for")


class ToldRules(Tell):
    green: GreenRule
    classes: list[KioskClass] = []
    returns: ReturnRule


class SessionToday(Span):
    """A time beside the usual hours of today (错时延时)."""

    name: str
    name_en: str
    names: Texts
    services: list[str] = Field(description="the services that are given then; empty: all that have no hours of their own")


class ShownZone(Tell):
    """A part of the hall."""

    code: str
    name: str
    name_en: str
    names: Texts
    type_code: str | None = Field(description="of GET /codes, `types`: what is done there; null where its windows say so")
    where: Texts = Field(description="its storey and name in a few words")
    places: Texts = Field(description="where on its storey")


class NumbersStopped(Tell):
    """All numbers are stopped for the rest of today; who has booked still comes in."""

    from_: Instant = Field(alias="from")
    texts: Texts = Field(description="why, as people are told")


class MenuTold(Tell):
    """What the kiosk that asks offers."""

    services: list[str] = Field(description="codes, in the order in which they are shown")
    classes: list[str] | None = Field(description="of the numbers that it gives; null: all, the hall's own too")
    typed: bool = Field(default=False, description="an ID number may be typed there")
    authorities: list[Authority] = Field(default=[], description="by what somebody may act for another there")


class DrawnSlip(Tell):
    png: str = Field(description="the picture, in base64")


class TriedSlip(Body):
    value: dict[str, Any] | None = Field(default=None, description="the setting `slip` as it would be set; default: as it is set")
    width: Literal[384, 576] = Field(default=576, description="dots: 384 for paper of 58 mm, 576 for 80 mm")
    language: Language | None = None
    alone: bool = Field(default=False, description="as it is printed while the server is away")
    service: Code | None = Field(default=None, description="for which it is drawn; default: the first")
    package: Code | None = Field(default=None, description="several services at once, for which it is drawn")


class Hall(Tell):
    code: str
    name: str
    name_en: str
    names: Texts
    open: bool
    now: Instant
    hours: list[Span]
    numbers: list[Span] | None = Field(default=None, description="when numbers are taken today; null: at any time")
    next_numbers: Instant | None = Field(default=None, description="when they are again, while they are not")
    stopped: NumbersStopped | None = Field(default=None, description="since when today there are no more numbers")
    sessions: list[SessionToday] = Field(default=[], description="of today")
    timezone: str
    language: Language
    zones: list[ShownZone] = []
    look: settings.Look | None = None
    voice: settings.Voice | None = None
    notice: settings.PrivacyNotice | None = None
    public_url: str | None = Field(default=None, description="the address in the slips' codes; only where the hall itself is asked for")
    menu: MenuTold | None = Field(default=None, description="only to a kiosk: what it offers itself")
    slip: dict[str, Any] | None = Field(default=None, description="only to a kiosk: what stands on the hall's slips, as it was set")
    rules: ToldRules | None = Field(default=None, description="what kiosks and slips say of them; only where the hall itself is asked")


class ServedAt(Tell):
    no: str
    zone: str
    zones: Texts | None = None
    zone_code: str | None = None
    where: Texts = Field(default={}, description="its storey and zone in a few words")


class Service(Tell):
    code: str
    name: str
    name_en: str
    names: Texts
    prefix: str
    kind: ServiceKind
    waiting: int
    ahead: int | None = Field(default=None, description="people ahead of somebody who takes a number now")
    wait: Wait | None
    theme: str | None = None
    theme_en: str | None = None
    themes: Texts | None = None
    initials: str | None = Field(default=None, description="of its name in pinyin, for finding it")
    aliases: list[str] = Field(default=[], description="everyday words by which people look for it")
    keys: list[str] = Field(default=[], description="initials in pinyin of its everyday words and of its theme, for finding it")
    matters: list[str] | None = None
    materials: list[str] | None = None
    materials_en: list[str] | None = None
    material_lists: dict[str, list[str]] | None = None
    online: str | None = Field(default=None, description="where it can be done online")
    minutes: float | None = None
    closed: bool | None = None
    open: bool | None = Field(default=None, description="whether numbers of it may be taken at this hour")
    numbers: list[Span] | None = Field(default=None, description="when numbers of it are taken today; null: at any time")
    next_numbers: Instant | None = Field(default=None, description="when they are again, while they are not")
    full: bool | None = Field(default=None, description="the quota of walk-in numbers at kiosks is given out")
    full_hours: Span | None = Field(default=None, description="of which part of the day, where not of all of it")
    served: bool | None = Field(default=None, description="false: no window that serves it is open, though it is opening time")
    windows: list[ServedAt] | None = Field(default=None, description="where it is served: open ones, else all that could")
    spoken: Texts | None = Field(default=None, description="its name as it is spoken, in the languages in which it is read otherwise")


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
    media: str | None = Field(default=None, description="a picture or clip to be shown with it, at /media/<name>")


class Board(Tell):
    hall: Hall
    services: list[Service]
    windows: list[Window]
    calls: list[CallShown]
    next: list[NextUp]
    notices: list[Notice]


class HallNearby(Tell):
    """This hall or a neighbour. What a neighbour looks like now is null where it has not answered lately: unknown, never made up."""

    code: str
    here: bool
    name: str
    name_en: str
    names: Texts
    address: str | None
    address_en: str | None
    addresses: Texts
    phone: str | None
    hours: list[Span] | None
    open: bool | None
    waiting: int | None
    at: Instant | None
    url: str | None


class ExportedHall(Tell):
    """The tables of a hall file, as TOML has them; those that are empty are left out."""

    hall: dict[str, Any]
    services: list[dict[str, Any]]
    windows: list[dict[str, Any]]


class Setting(Tell):
    name: str
    value: dict[str, Any] = Field(description="as it was set; empty where it never was")
    effective: dict[str, Any] | None = Field(default=None, description="as it holds, with defaults; only where one is asked for")
    missing: list[int] | None = Field(default=None, description="of `hours`: this year and the next where no holiday is set yet")
    unoffered: list[str] | None = Field(default=None, description="of `kiosks`: services that none of the kiosks named there offers")
    doubts: list[PackageDoubt] | None = Field(default=None, description="of `packages`: what is worth a look, and stops nothing")
    limits: dict[str, tuple[int, int]] | None = Field(default=None, description="field -> least and most; only where one is asked for")


class CodeNamed(Tell):
    code: str
    names: Texts = Field(description="its word in every language")


class Codes(Tell):
    """Every set of codes that stands in answers, events and figures."""

    states: list[CodeNamed]
    classes: list[CodeNamed]
    channels: list[CodeNamed]
    reasons: list[CodeNamed]
    outcomes: list[CodeNamed]
    places: list[CodeNamed]
    window_states: list[CodeNamed]
    types: list[CodeNamed] = Field(description="what windows and zones are for, the hall's own after those that every hall has")
    zones: list[CodeNamed] = Field(description="of this hall")
    site_kinds: list[CodeNamed]
    skill_levels: list[CodeNamed]
    service_kinds: list[CodeNamed]
    roles: list[CodeNamed]
    diversions: list[CodeNamed]
    evaluation_states: list[CodeNamed]
    case_states: list[CodeNamed]
    case_outcomes: list[CodeNamed]
    alert_kinds: list[CodeNamed]
    alert_levels: list[CodeNamed]
    alert_states: list[CodeNamed]
    device_states: list[CodeNamed]
    refusal_reasons: list[CodeNamed] = Field(description="why somebody is given no number for a while")
    despite: list[CodeNamed] = Field(description="why staff pass over a limit of one person")
    authorities: list[CodeNamed] = Field(description="by what somebody acts for another")
    here: list[CodeNamed] = Field(description="how a phone proves that it is in the hall")
    grades: list[CodeNamed]
    tags: list[CodeNamed]
