"""The shapes of server/web/models as views write them: `Ticket` is what a view gives for one. A shape is changed in the models,
then

PYTHONPATH=.:tests python -m tools.shapes

What is said in every language (Said, and what extends it) is open: a key for each language that the hall speaks.
"""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

from config import codes

Said = dict[str, Any]


class ReferralStep(TypedDict):
    service_names: dict[str, str]
    outcome: str | None


class Referral(TypedDict):
    out: bool
    hall: str
    hall_names: dict[str, str]
    service_names: dict[str, str] | None
    number: str | None
    state: codes.ReferralState | None
    why: codes.ReferralReason | None
    say: Said
    steps: list[ReferralStep]
    url: str | None


class Alert(TypedDict):
    id: str
    kind: str
    subject: str
    level: codes.AlertLevel
    say: Said
    advice: list[Said]
    state: codes.AlertState
    owner: str | None
    raised_at: str
    changed_at: str


class Wait(TypedDict):
    p50: int
    p90: int
    say: Said
    at: str


class EvaluationLink(TypedDict):
    url: str
    token: str
    expires_at: NotRequired[str | None]


class Station(TypedDict):
    service: str
    service_names: dict[str, str]
    state: codes.StationState
    sure: bool
    window: str | None
    where: dict[str, str]
    wait: Wait | None
    stopped: Said | None
    skipped: Said | None
    finished_at: str | None
    outcome: str | None
    evaluated: bool | None
    evaluation: EvaluationLink | None


class PackageAnswer(TypedDict):
    code: str
    texts: dict[str, str]
    answer: bool | None
    open: bool


class Leg(TypedDict):
    service: str
    window: str | None
    called_at: str | None
    started_at: str | None
    finished_at: str | None
    outcome: str | None


class ToldWait(TypedDict):
    p50: int
    p90: int
    say: Said


class ComingBack(TypedDict):
    why: codes.BackFor
    until: str | None
    say: Said


Appointment = TypedDict(
    "Appointment",
    {
        "package": NotRequired[str | None],
        "package_names": NotRequired[dict[str, str] | None],
        "stations": NotRequired[list[Station]],
        "questions": NotRequired[list[PackageAnswer]],
        "id": str,
        "key": str | None,
        "number": str | None,
        "service": str,
        "class": str,
        "class_names": NotRequired[dict[str, str]],
        "reason": NotRequired[str | None],
        "channel": codes.Channel,
        "state": codes.State,
        "issued_at": str | None,
        "ahead": int | None,
        "wait": Wait | None,
        "window": str | None,
        "times_called": int,
        "track": NotRequired[str | None],
        "legs": list[Leg],
        "offline": bool,
        "day": NotRequired[str | None],
        "service_name": str,
        "service_name_en": str,
        "service_names": dict[str, str],
        "told": NotRequired[ToldWait | None],
        "only_window": NotRequired[str | None],
        "called_at": NotRequired[str | None],
        "started_at": NotRequired[str | None],
        "finished_at": NotRequired[str | None],
        "outcome": NotRequired[str | None],
        "url": NotRequired[str | None],
        "onward": NotRequired[list[str]],
        "slot_at": str | None,
        "slot_end": NotRequired[str | None],
        "language": NotRequired[str | None],
        "target": NotRequired[int | None],
        "persons": NotRequired[int],
        "authority": NotRequired[codes.Authority | None],
        "back": NotRequired[ComingBack | None],
        "referral": NotRequired[Referral | None],
        "holder_masked": NotRequired[str | None],
        "holder_typed": NotRequired[bool],
        "unkept": NotRequired[list[Said]],
        "window_name": str | None,
        "window_name_en": NotRequired[str | None],
        "window_names": NotRequired[dict[str, str] | None],
        "where": NotRequired[dict[str, str]],
        "moves": list[codes.Move],
        "materials": NotRequired[list[str]],
        "materials_en": NotRequired[list[str] | None],
        "material_lists": NotRequired[dict[str, list[str]]],
        "return_within": NotRequired[int | None],
        "rules": NotRequired[list[Said]],
        "checkin_from": NotRequired[str | None],
        "checkin_until": NotRequired[str | None],
        "changes": NotRequired[list[Said]],
        "soon": NotRequired[bool | None],
        "ahead_rose": NotRequired[str | None],
        "evaluation": EvaluationLink | None,
        "evaluated": NotRequired[bool | None],
        "ticket": str | None,
        "early": bool,
    },
)


class AtWindow(TypedDict):
    id: NotRequired[str | None]
    number: str
    state: codes.State
    service: str
    times_called: int


Span = TypedDict(
    "Span",
    {
        "from": str,
        "to": str,
    },
)


NumbersStopped = TypedDict(
    "NumbersStopped",
    {
        "from": str,
        "texts": dict[str, str],
    },
)


SessionToday = TypedDict(
    "SessionToday",
    {
        "from": str,
        "to": str,
        "name": str,
        "name_en": str,
        "names": dict[str, str],
        "services": list[str],
    },
)


class ShownZone(TypedDict):
    code: str
    name: str
    name_en: str
    names: dict[str, str]
    type_code: str | None
    where: dict[str, str]
    places: dict[str, str]


class MenuTold(TypedDict):
    services: list[str]
    classes: list[str] | None
    typed: NotRequired[bool]
    authorities: NotRequired[list[codes.Authority]]


class GreenRule(TypedDict):
    reasons: list[str]
    age: int
    automatic: bool


class KioskClass(TypedDict):
    code: str
    names: dict[str, str]
    proof: NotRequired[dict[str, str]]


class ReturnRule(TypedDict):
    within: int
    times: int


class ToldRules(TypedDict):
    green: GreenRule
    classes: NotRequired[list[KioskClass]]
    returns: ReturnRule


class Hall(TypedDict):
    code: str
    name: str
    name_en: str
    names: dict[str, str]
    open: bool
    now: str
    hours: list[Span]
    numbers: NotRequired[list[Span] | None]
    next_numbers: NotRequired[str | None]
    stopped: NotRequired[NumbersStopped | None]
    sessions: NotRequired[list[SessionToday]]
    timezone: str
    language: str
    zones: NotRequired[list[ShownZone]]
    look: NotRequired[dict[str, Any] | None]
    voice: NotRequired[dict[str, Any] | None]
    notice: NotRequired[dict[str, Any] | None]
    public_url: NotRequired[str | None]
    menu: NotRequired[MenuTold | None]
    slip: NotRequired[dict[str, Any] | None]
    rules: NotRequired[ToldRules | None]


class ServedAt(TypedDict):
    no: str
    zone: str
    zones: NotRequired[dict[str, str] | None]
    zone_code: NotRequired[str | None]
    where: NotRequired[dict[str, str]]


class Service(TypedDict):
    code: str
    name: str
    name_en: str
    names: dict[str, str]
    prefix: str
    kind: codes.ServiceKind
    waiting: int
    ahead: NotRequired[int | None]
    wait: Wait | None
    theme: NotRequired[str | None]
    theme_en: NotRequired[str | None]
    themes: NotRequired[dict[str, str] | None]
    initials: NotRequired[str | None]
    aliases: NotRequired[list[str]]
    keys: NotRequired[list[str]]
    matters: NotRequired[list[str] | None]
    materials: NotRequired[list[str] | None]
    materials_en: NotRequired[list[str] | None]
    material_lists: NotRequired[dict[str, list[str]] | None]
    online: NotRequired[str | None]
    minutes: NotRequired[float | None]
    closed: NotRequired[bool | None]
    open: NotRequired[bool | None]
    numbers: NotRequired[list[Span] | None]
    next_numbers: NotRequired[str | None]
    full: NotRequired[bool | None]
    full_hours: NotRequired[Span | None]
    served: NotRequired[bool | None]
    windows: NotRequired[list[ServedAt] | None]
    spoken: NotRequired[dict[str, str] | None]


class Clerk(TypedDict):
    name: str
    photo: NotRequired[str | None]
    stars: NotRequired[int | None]
    title: NotRequired[str | None]
    titles: NotRequired[dict[str, str] | None]


PlannedBreak = TypedDict(
    "PlannedBreak",
    {
        "from": str,
        "to": str,
    },
)


class Window(TypedDict):
    no: str
    name: str
    name_en: str
    names: dict[str, str]
    type: str
    types: dict[str, str]
    type_code: str
    services: list[str]
    state: codes.WindowState
    reason: str | None
    reasons: NotRequired[dict[str, str] | None]
    clerk: Clerk | None
    ticket: AtWindow | None
    zone: NotRequired[str | None]
    zones: NotRequired[dict[str, str] | None]
    zone_code: NotRequired[str | None]
    where: NotRequired[dict[str, str]]
    since: NotRequired[str | None]
    own: NotRequired[list[str] | None]
    clerk_name: NotRequired[str | None]
    beside: NotRequired[Clerk | None]
    beside_name: NotRequired[str | None]
    lacks: NotRequired[list[str] | None]
    may: NotRequired[dict[str, list[str]] | None]
    up: NotRequired[dict[str, Any] | None]
    free_since: NotRequired[str | None]
    wraps_up_until: NotRequired[str | None]
    breaks: NotRequired[list[PlannedBreak] | None]


class CallShown(TypedDict):
    seq: int
    number: str
    window: str
    window_name: str
    service: str
    times: int
    at: str
    say: Said
    audio: dict[str, str] | None


class NextUp(TypedDict):
    number: str
    service: str
    window: NotRequired[str | None]


Notice = TypedDict(
    "Notice",
    {
        "id": str,
        "text": str,
        "text_en": str | None,
        "texts": dict[str, str],
        "from": str | None,
        "until": str | None,
        "media": NotRequired[str | None],
    },
)


class Board(TypedDict):
    hall: Hall
    services: list[Service]
    windows: list[Window]
    calls: list[CallShown]
    next: list[NextUp]
    notices: list[Notice]


class TagOption(TypedDict):
    code: str
    zh: str
    en: str


class Case(TypedDict):
    id: str
    number: str | None
    service: str | None
    window: str | None
    clerk: str | None
    grade: Said | None
    tags: list[TagOption]
    words: str
    note: str
    named: bool
    at: str
    state: codes.CaseState
    owner: str | None
    outcome: codes.CaseOutcome | None
    called_back: bool
    taken_at: str | None
    closed_at: str | None


class CheckinTimes(TypedDict):
    checkin_from: NotRequired[str | None]
    checkin_until: NotRequired[str | None]


class Command(TypedDict):
    id: str
    do: codes.Order
    ticket: NotRequired[str | None]


class DeskMessage(TypedDict):
    id: str
    window: str | None
    text: str
    at: str
    by: str
    say: NotRequired[Said | None]


class Device(TypedDict):
    id: str
    name: str
    device: str
    kind: str
    state: codes.DeviceState
    code: NotRequired[str | None]
    facts: NotRequired[dict[str, str | int]]
    sentence: NotRequired[str | None]
    sentence_en: NotRequired[str | None]
    sentences: NotRequired[dict[str, str] | None]
    needs_care: NotRequired[bool]
    at: NotRequired[str | None]


class GradeOption(TypedDict):
    grade: Literal[1, 2, 3, 4, 5]
    zh: str
    en: str
    tags: list[TagOption]


class EvaluationAsked(TypedDict):
    state: Literal["open", "given", "expired"]
    number: str
    service: str
    service_name: str
    service_name_en: str
    service_names: dict[str, str]
    clerk: Clerk | None
    window: str
    expires_at: str
    options: list[GradeOption]
    anonymous: bool


class Expected(TypedDict):
    id: str
    service: str
    slot_at: str | None
    slot_end: str | None
    holder_masked: str | None
    holder_typed: bool
    early: bool
    late: bool
    unkept: NotRequired[list[Said]]
    back: NotRequired[ComingBack | None]


class Help(TypedDict):
    id: str
    place: str
    at: str
    answered_by: str | None
    answered: NotRequired[bool | None]


class TicketNote(TypedDict):
    text: str
    by: str
    at: str


StaffTicket = TypedDict(
    "StaffTicket",
    {
        "package": NotRequired[str | None],
        "package_names": NotRequired[dict[str, str] | None],
        "stations": NotRequired[list[Station]],
        "questions": NotRequired[list[PackageAnswer]],
        "id": str,
        "key": str | None,
        "number": str | None,
        "service": str,
        "class": str,
        "class_names": NotRequired[dict[str, str]],
        "reason": NotRequired[str | None],
        "channel": codes.Channel,
        "state": codes.State,
        "issued_at": str | None,
        "ahead": int | None,
        "wait": Wait | None,
        "window": str | None,
        "times_called": int,
        "track": NotRequired[str | None],
        "legs": list[Leg],
        "offline": bool,
        "day": NotRequired[str | None],
        "service_name": NotRequired[str | None],
        "service_name_en": NotRequired[str | None],
        "service_names": NotRequired[dict[str, str] | None],
        "told": NotRequired[ToldWait | None],
        "only_window": NotRequired[str | None],
        "called_at": NotRequired[str | None],
        "started_at": NotRequired[str | None],
        "finished_at": NotRequired[str | None],
        "outcome": NotRequired[str | None],
        "url": NotRequired[str | None],
        "onward": NotRequired[list[str]],
        "slot_at": str | None,
        "slot_end": NotRequired[str | None],
        "language": NotRequired[str | None],
        "target": NotRequired[int | None],
        "persons": NotRequired[int],
        "authority": NotRequired[codes.Authority | None],
        "back": NotRequired[ComingBack | None],
        "referral": NotRequired[Referral | None],
        "holder_masked": NotRequired[str | None],
        "holder_typed": NotRequired[bool],
        "unkept": NotRequired[list[Said]],
        "moves": list[codes.Move],
        "waited": NotRequired[int | None],
        "clock_at": NotRequired[str | None],
        "due_at": NotRequired[str | None],
        "warn": NotRequired[int | None],
        "handling": NotRequired[int | None],
        "order": NotRequired[int | None],
        "evaluated": NotRequired[bool | None],
        "undo_until": NotRequired[str | None],
        "notes": NotRequired[list[TicketNote]],
        "kept_for": NotRequired[str | None],
    },
)


GreenReason = TypedDict(
    "GreenReason",
    {
        "reason": codes.Reason | str,
        "say": Said,
        "class": str,
        "given_by": NotRequired[list[codes.Role] | None],
        "proof": NotRequired[dict[str, str]],
    },
)


class ManagersRoom(TypedDict):
    hall: Hall
    services: list[Service]
    windows: list[Window]
    tickets: list[StaffTicket]
    notices: NotRequired[list[Notice] | None]
    messages: NotRequired[list[DeskMessage] | None]
    help: NotRequired[list[Help] | None]
    green: list[GreenReason]
    papers: NotRequired[bool]
    alerts: list[Alert]
    devices: list[Device]
    today: dict[str, float | None]
    plans: NotRequired[list[dict[str, Any]] | None]
    cases: NotRequired[list[Case]]


class OnPackage(TypedDict):
    package: NotRequired[str | None]
    package_names: NotRequired[dict[str, str] | None]
    stations: NotRequired[list[Station]]
    questions: NotRequired[list[PackageAnswer]]


class QuestionAsked(TypedDict):
    code: str
    texts: dict[str, str]


class OfferedLeg(TypedDict):
    service: str
    service_names: dict[str, str]
    matters: list[str]
    only_if: str | None
    unless: str | None
    materials: list[str]
    materials_en: NotRequired[list[str] | None]
    material_lists: NotRequired[dict[str, list[str]]]
    online: str | None
    can: bool
    why_not: Said | None


class OfferedPackage(TypedDict):
    code: str
    name: str
    name_en: str
    names: dict[str, str]
    initials: str
    aliases: list[str]
    matter: str | None
    ordered: bool
    questions: list[QuestionAsked]
    legs: list[OfferedLeg]
    can: bool


class PackageDoubt(TypedDict):
    package: str
    service: str
    say: Said


class LegNotNow(TypedDict):
    service: str
    say: Said


class PackagePlan(TypedDict):
    code: str
    stations: list[Station]
    cannot: list[LegNotNow]
    can: bool


class PadAsks(TypedDict):
    number: str
    url: str
    qr: str
    token: str
    expires_at: str
    service: str
    options: list[GradeOption]
    anonymous: bool


class KeptMessage(TypedDict):
    what: str
    state: str
    at: str


class KeptTicket(TypedDict):
    ticket: str
    number: str | None
    service: str
    service_names: dict[str, Any]
    state: codes.State
    say: Said
    at: str | None
    name: str
    id_last4: str
    card: str
    phone: str
    reachable: bool
    notice: str
    messages: list[KeptMessage]
    browsers: int
    words: int
    until: str


class PersonKept(TypedDict):
    tickets: list[KeptTicket]
    missed: int


class PadRoom(TypedDict):
    hall: Hall
    window: Window
    services: list[Service]
    evaluation: PadAsks | None


Slot = TypedDict(
    "Slot",
    {
        "id": str,
        "service": str,
        "at": str,
        "from": str,
        "to": str,
        "capacity": int,
        "free": int,
    },
)


class StaffRoom(TypedDict):
    hall: Hall
    services: list[Service]
    windows: list[Window]
    tickets: list[StaffTicket]
    notices: NotRequired[list[Notice] | None]
    messages: NotRequired[list[DeskMessage] | None]
    help: NotRequired[list[Help] | None]
    green: list[GreenReason]
    papers: NotRequired[bool]


Ticket = TypedDict(
    "Ticket",
    {
        "package": NotRequired[str | None],
        "package_names": NotRequired[dict[str, str] | None],
        "stations": NotRequired[list[Station]],
        "questions": NotRequired[list[PackageAnswer]],
        "id": str,
        "key": str | None,
        "number": str | None,
        "service": str,
        "class": str,
        "class_names": NotRequired[dict[str, str]],
        "reason": NotRequired[str | None],
        "channel": codes.Channel,
        "state": codes.State,
        "issued_at": str | None,
        "ahead": int | None,
        "wait": Wait | None,
        "window": str | None,
        "times_called": int,
        "track": NotRequired[str | None],
        "legs": list[Leg],
        "offline": bool,
        "day": NotRequired[str | None],
        "service_name": NotRequired[str | None],
        "service_name_en": NotRequired[str | None],
        "service_names": NotRequired[dict[str, str] | None],
        "told": NotRequired[ToldWait | None],
        "only_window": NotRequired[str | None],
        "called_at": NotRequired[str | None],
        "started_at": NotRequired[str | None],
        "finished_at": NotRequired[str | None],
        "outcome": NotRequired[str | None],
        "url": NotRequired[str | None],
        "onward": NotRequired[list[str]],
        "slot_at": str | None,
        "slot_end": NotRequired[str | None],
        "language": NotRequired[str | None],
        "target": NotRequired[int | None],
        "persons": NotRequired[int],
        "authority": NotRequired[codes.Authority | None],
        "back": NotRequired[ComingBack | None],
        "referral": NotRequired[Referral | None],
        "holder_masked": NotRequired[str | None],
        "holder_typed": NotRequired[bool],
        "unkept": NotRequired[list[Said]],
    },
)


class TicketLink(TypedDict):
    track: str
    url: str


class TicketPerson(TypedDict):
    reason: str | None
    holder_masked: str | None
    holder_typed: bool


TrackedTicket = TypedDict(
    "TrackedTicket",
    {
        "package": NotRequired[str | None],
        "package_names": NotRequired[dict[str, str] | None],
        "stations": NotRequired[list[Station]],
        "questions": NotRequired[list[PackageAnswer]],
        "id": str,
        "key": str | None,
        "number": str | None,
        "service": str,
        "class": str,
        "class_names": NotRequired[dict[str, str]],
        "reason": NotRequired[str | None],
        "channel": codes.Channel,
        "state": codes.State,
        "issued_at": str | None,
        "ahead": int | None,
        "wait": Wait | None,
        "window": str | None,
        "times_called": int,
        "track": str,
        "legs": list[Leg],
        "offline": bool,
        "day": NotRequired[str | None],
        "service_name": str,
        "service_name_en": str,
        "service_names": dict[str, str],
        "told": NotRequired[ToldWait | None],
        "only_window": NotRequired[str | None],
        "called_at": NotRequired[str | None],
        "started_at": NotRequired[str | None],
        "finished_at": NotRequired[str | None],
        "outcome": NotRequired[str | None],
        "url": NotRequired[str | None],
        "onward": NotRequired[list[str]],
        "slot_at": str | None,
        "slot_end": NotRequired[str | None],
        "language": NotRequired[str | None],
        "target": NotRequired[int | None],
        "persons": NotRequired[int],
        "authority": NotRequired[codes.Authority | None],
        "back": NotRequired[ComingBack | None],
        "referral": NotRequired[Referral | None],
        "holder_masked": NotRequired[str | None],
        "holder_typed": NotRequired[bool],
        "unkept": NotRequired[list[Said]],
        "window_name": str | None,
        "window_name_en": NotRequired[str | None],
        "window_names": NotRequired[dict[str, str] | None],
        "where": NotRequired[dict[str, str]],
        "moves": list[codes.Move],
        "materials": NotRequired[list[str]],
        "materials_en": NotRequired[list[str] | None],
        "material_lists": NotRequired[dict[str, list[str]]],
        "return_within": NotRequired[int | None],
        "rules": NotRequired[list[Said]],
        "checkin_from": NotRequired[str | None],
        "checkin_until": NotRequired[str | None],
        "changes": NotRequired[list[Said]],
        "soon": NotRequired[bool | None],
        "ahead_rose": NotRequired[str | None],
        "evaluation": EvaluationLink | None,
        "evaluated": NotRequired[bool | None],
    },
)


class TicketRoom(TypedDict):
    hall: Hall
    ticket: TrackedTicket


class WindowRoom(TypedDict):
    hall: Hall
    window: Window
    services: list[Service]
    call: CallShown | None
