"""Numbers: what is asked of them, and how anybody, their holder and staff see them."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, Field, StringConstraints

from config.codes import (
    Authority,
    BackFor,
    Channel,
    Despite,
    Diversion,
    Mark,
    Move,
    Outcome,
    Place,
    Reason,
    ReferralReason,
    ReferralState,
    SkipReason,
    State,
    StationState,
)
from config.settings.packages import PackageCode, QuestionCode

from ...domain.packages import HANDED
from .common import Body, Code, Id, Instant, Phone, Query, Said, Spoken, Tell, Texts, WindowNo, needs, one_of, upto, where, whole
from .evaluations import EvaluationLink, EvaluationOpened

ClassCode = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,29}$")]


class Holder(Body):
    """Who will hold the ticket. It never comes back in an answer, only masked to staff."""

    name: Annotated[str, upto(60)] | None = None
    id_number: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9()/-]{1,40}$")] | None = None
    card: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{0,20}$")] | None = None


# either neither of them, or both with a holder
AGENT: Any = {
    "oneOf": [
        {"properties": {"agent": {"type": "null"}, "authority": {"type": "null"}}},
        {
            "required": ["agent", "authority", "holder"],
            "properties": {
                "agent": {"type": "object", **needs("id_number")},
                "authority": {"type": "string"},
                "holder": {"type": "object"},
            },
        },
    ]
}


# {question: yes or no}
Answers = Annotated[dict[QuestionCode, bool], Field(max_length=10, json_schema_extra={"additionalProperties": False})]


class IssueTicket(Body):
    model_config = ConfigDict(
        json_schema_extra={
            "allOf": [where("class", ["green"], needs("reason")), where("class", ["appointment"], needs("appointment")), AGENT],
            "anyOf": one_of(service="string", package="string", appointment="string")["oneOf"],
            "not": {"allOf": [needs("service"), needs("package")]},
        }
    )

    service: Code | None = None
    package: PackageCode | None = Field(default=None, description="in place of a service: all its legs on this number")
    answers: Answers | None = Field(default=None, description="to questions of the package; what is left out is asked later")
    without: Annotated[list[Code], Field(max_length=20)] | None = Field(default=None, description="legs of the package for another day")
    channel: Channel | None = Field(default=None, description="default: kiosk for a kiosk, api for an app, desk for staff")
    class_: ClassCode | None = Field(default=None, alias="class", description="one of GET /codes, `classes`, that may be taken")
    reason: Reason | None = Field(default=None, description="of the green channel")
    holder: Holder | None = None
    phone: Phone | None = None
    appointment: Id | None = Field(default=None, description="id of an appointment that is checked in with this request")
    language: Spoken | None = None
    onward: Annotated[list[Code], Field(max_length=20)] | None = Field(default=None, description="services to visit next on this number")
    notice: Annotated[str, upto(40)] | None = Field(default=None, description="version of the privacy notice that was shown")
    proof_seen: bool = Field(default=False, description="of a class that asks for a proof: whoever gives the number has seen it")
    persons: Annotated[int, Field(ge=1, le=50), BeforeValidator(whole)] = Field(default=1, description="who stand together on it")
    agent: Holder | None = Field(default=None, description="who acts for the holder, known by their own card; with `authority`")
    authority: Authority | None = Field(default=None, description="by what the agent acts")
    despite: Despite | None = Field(default=None, description="of staff: why a limit of one person is passed over")


class Call(Body):
    ticket: Id | None = Field(default=None, description="id of a given ticket; without it the next one is called")
    number: Annotated[str, StringConstraints(pattern=r"^[A-Z]{0,4}\d{1,6}$")] | None = Field(
        default=None, description="the number on its slip, or its digits alone where a keypad has no letters"
    )
    service: Code | None = Field(default=None, description="the next one of this service only")
    reason: Annotated[str, upto(60)] | None = Field(default=None, description="of a manager: why a number is called where it is not served")


class Resume(Body):
    window: WindowNo | None = Field(default=None, description="default: the window where it was put aside")


class MakeGreen(Body):
    """The green channel with its reason, or a class of the hall's own."""

    model_config = ConfigDict(json_schema_extra={"anyOf": [needs("reason"), needs("class")]})

    reason: Reason | None = Field(default=None, description="of the green channel, one that the hall has")
    class_: ClassCode | None = Field(default=None, alias="class", description="default: green")
    proof_seen: bool = Field(default=False, description="of a class that asks for a proof: whoever gives it has seen it")


class Transfer(Body):
    """To another service, another window, or both: at least one of the two."""

    model_config = ConfigDict(json_schema_extra={"anyOf": one_of(service="string", window="string")["oneOf"]})

    service: Code | None = None
    window: WindowNo | None = None
    place: Place | None = None


class Postponement(Body):
    """Exactly one of the two."""

    model_config = ConfigDict(json_schema_extra=one_of(places="integer", seconds="integer"))

    places: Annotated[int, Field(ge=1, le=50), BeforeValidator(whole)] | None = None
    seconds: Annotated[int, Field(ge=1, le=86400), BeforeValidator(whole)] | None = None


class Completion(Body):
    outcome: Outcome | None = None
    papers: bool = Field(default=False, description="some are missing: its holder may come back with them without queueing again")
    flags: Annotated[list[Mark], Field(max_length=20)] | None = Field(default=None, description="of GET /codes, `marks`")
    waived: Annotated[int, Field(ge=0, le=99, description="papers that were not asked for")] = 0


class AnswerQuestions(Body):
    answers: Annotated[Answers, Field(min_length=1)]


class SkipLeg(Body):
    service: Code
    reason: SkipReason = Field(json_schema_extra={"enum": [*HANDED]})


class Divert(Body):
    to: Diversion
    service: Code | None = None


class TicketsQuery(Query):
    state: State | None = None
    service: Code | None = None
    number: Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{1,8}\d{1,8}$")] | None = None
    after: Id | None = Field(default=None, description="those after this ticket: the `next` of the answer before")
    limit: Annotated[int, Field(ge=1, le=500), BeforeValidator(whole)] = 100


class ToldWait(Tell):
    """A wait as it was told, in seconds."""

    p50: int
    p90: int
    say: Said = Field(description='the range as people are told it: "8–15 min"')


class Wait(ToldWait):
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


class ComingBack(Tell):
    """The right of a number that is over to come back without queueing again."""

    why: BackFor
    until: Instant | None = Field(description="null: used, or over")
    say: Said


class Station(Tell):
    """One service of a number that visits several: where it was, is, or goes on."""

    service: str
    service_names: Texts
    state: StationState
    sure: bool = Field(description="false: whether it is needed depends on a question that is not answered yet")
    window: str | None
    where: Texts
    wait: Wait | None = Field(description="of one to come: what somebody waits who comes there now")
    stopped: Said | None = Field(description="why nobody is called there any more today, as it looks now")
    skipped: Said | None = Field(description="why it is not visited on this number")
    finished_at: Instant | None
    outcome: str | None
    evaluated: bool | None = Field(description="null where it cannot be")
    evaluation: EvaluationLink | None = Field(description="to its holder, while it is open")


class ReferralStep(Tell):
    """What was done on a number before it went to this hall."""

    service_names: Texts
    outcome: str | None


class Referral(Tell):
    """Of a number or booking that has gone to another hall (`out`), is on its way there, was refused there, or has come from one."""

    out: bool
    hall: str = Field(description="code of the other hall")
    hall_names: Texts
    service_names: Texts | None = Field(description="of one that has gone: its service there")
    number: str | None = Field(description="at the other hall")
    state: ReferralState | None = Field(description="of one that has gone")
    why: ReferralReason | None
    say: Said = Field(description="in words for its holder")
    steps: list[ReferralStep] = Field(description="of one that has come: what was done before")
    url: str | None = Field(description="to its holder: the other hall's page of it")


class QuestionAsked(Tell):
    code: str
    texts: Texts


class PackageAnswer(QuestionAsked):
    """A question of the package that a number was taken for, on which a leg depends that is not over."""

    answer: bool | None
    open: bool = Field(description="it is to be asked before its leg is reached")


class OnPackage(Tell):
    """Of a number for several services; all are empty of any other."""

    package: str | None = None
    package_names: Texts | None = None
    stations: list[Station] = []
    questions: list[PackageAnswer] = []


class Ticket(OnPackage):
    """A number, as anybody may see it who may see it at all. What only some need stands there for them alone."""

    id: str
    key: str | None
    number: str | None
    service: str
    class_: ClassCode = Field(alias="class", description="one that every hall has, or one of the hall's own: GET /codes, `classes`")
    class_names: Texts = Field(default={}, description="what its class is called")
    reason: str | None = Field(default=None, description="of the green channel; to staff who serve, and the kiosk")
    channel: Channel
    state: State
    issued_at: Instant | None
    ahead: int | None
    wait: Wait | None
    window: str | None
    times_called: int
    track: str | None = Field(default=None, description="to its holder, to who has given it, to kiosk and guide")
    legs: list[Leg]
    offline: bool
    day: str | None = None
    service_name: str | None = None
    service_name_en: str | None = None
    service_names: Texts | None = None
    told: ToldWait | None = Field(default=None, description="the wait as it was told when the number was taken")
    only_window: str | None = None
    called_at: Instant | None = None
    started_at: Instant | None = None
    finished_at: Instant | None = None
    outcome: str | None = None
    url: str | None = Field(default=None, description="the track page's address, which the slip's code holds; like `track`")
    onward: list[str] = Field(default=[], description="services to visit next on this number")
    slot_at: Instant | None
    slot_end: Instant | None = None
    language: str | None = None
    target: int | None = Field(default=None, description="seconds promised until the call")
    persons: int = Field(default=1, description="who stand together on this number")
    authority: Authority | None = Field(default=None, description="by what somebody acts for its holder")
    back: ComingBack | None = Field(default=None, description="of one that is over: that its holder may come back without queueing again")
    referral: Referral | None = Field(default=None, description="of one that has gone to another hall, or has come from one")
    holder_masked: str | None = Field(default=None, description="to its holder, to staff and the kiosk")
    holder_typed: bool = Field(default=False, description="that the ID number was typed and no card was read (staff, kiosk)")
    unkept: list[Said] = Field(
        default=[], description="what a change of the hall took from it, and what holds now, until it is settled (holder, staff, kiosk)"
    )


class TicketPerson(Tell):
    """Of whom a number is."""

    reason: str | None
    holder_masked: str | None
    holder_typed: bool = Field(description="the ID number was typed, no card was read: it proves nothing")


class TicketLink(Tell):
    """What its holder follows a number with."""

    track: str
    url: str


class TicketNote(Tell):
    """A line from a colleague to whoever serves a number."""

    text: str
    by: str
    at: Instant


class NewNote(Body):
    text: Annotated[str, upto(200, 1)]


class Hold(Body):
    by_me: bool = Field(default=False, description="kept for whoever serves it now, at whatever window; else for this window")


class StaffTicket(Ticket):
    """As staff sees it."""

    moves: list[Move] = Field(description="what may be done with it now")
    waited: int | None = Field(default=None, description="seconds so far, or until it was called")
    clock_at: Instant | None = Field(default=None, description="when the promise's clock starts")
    due_at: Instant | None = Field(
        default=None, description="when its promise breaks; null before the check-in, and back in line after a call, which has decided it"
    )
    warn: int | None = Field(default=None, description="seconds of waiting after which it is shown as late")
    handling: int | None = Field(default=None, description="seconds that the service itself may take")
    order: int | None = Field(default=None, description="its place in the whole line as it is likely to be called")
    evaluated: bool | None = None
    undo_until: Instant | None = Field(default=None, description="of one that is called: until when the call can be taken back")
    notes: list[TicketNote] = Field(default=[], description="from colleagues, in order")
    kept_for: str | None = Field(default=None, description="of one that is put aside by a person, and not by a window: the sign-in name")


class Change(Said):
    """Something that has happened to a number, in words for its holder."""

    at: Instant
    kind: str
    window: str | None = None


class CheckinTimes(Tell):
    """From when to when a booking is checked in as one; null for a number."""

    checkin_from: Instant | None = None
    checkin_until: Instant | None = None


class TrackedTicket(Ticket):
    """As its holder sees it."""

    # always there for a holder, as it is not for everybody
    track: str  # pyright: ignore[reportGeneralTypeIssues, reportIncompatibleVariableOverride]
    service_name: str  # pyright: ignore[reportGeneralTypeIssues, reportIncompatibleVariableOverride]
    service_name_en: str  # pyright: ignore[reportGeneralTypeIssues, reportIncompatibleVariableOverride]
    service_names: Texts  # pyright: ignore[reportGeneralTypeIssues, reportIncompatibleVariableOverride]
    window_name: str | None
    window_name_en: str | None = None
    window_names: Texts | None = None
    where: Texts = Field(default={}, description="storey and zone of its window; while it waits, of all that serve it")
    moves: list[Move]
    materials: list[str] = []
    materials_en: list[str] | None = None
    material_lists: dict[str, list[str]] = {}
    return_within: int | None = Field(default=None, description="seconds in which a missed number may return")
    rules: list[Said] = Field(default=[], description="the hall's rules that matter to it now, in words")
    checkin_from: Instant | None = Field(default=None, description="of a booking")
    checkin_until: Instant | None = Field(default=None, description="later it is a walk-in")
    changes: list[Change] = Field(default=[], description="newest first")
    soon: bool | None = Field(default=None, description="next up: get ready")
    ahead_rose: str | None = Field(
        default=None, description="why more people are ahead than before: moved, back (somebody called before), or the rank of who came in"
    )
    evaluation: EvaluationLink | None
    evaluated: bool | None = None


class Completed(Tell):
    ticket: Ticket
    evaluation: EvaluationOpened
