"""Bookings and their slots."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, Field, StringConstraints

from config.codes import Despite
from config.settings.packages import PackageCode

from .common import Body, Code, Day, Id, Instant, Moment, Phone, Query, Said, Spoken, Tell, one_of, upto, whole
from .tickets import Answers, ComingBack, Holder, TrackedTicket

BY_SLOT_OR_TIME: Any = [
    {"required": ["slot"], "properties": {"slot": {"type": "string"}, "slot_at": {"type": "null"}}},
    {"required": ["service", "slot_at"], "properties": {"slot": {"type": "null"}, "service": {"type": "string"}}}
    | {"not": {"properties": {"slot_at": {"type": "null"}}}},
]


class Book(Body):
    """`slot` (an id of GET /slots), or `service` and `slot_at` (when it begins)."""

    model_config = ConfigDict(json_schema_extra={"oneOf": BY_SLOT_OR_TIME})

    service: Code | None = Field(default=None, description="may be left out where `slot` is given")
    slot: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,40}@\d{1,15}$")] | None = None
    slot_at: Moment | None = None
    package: PackageCode | None = Field(default=None, description="the time is for its first leg, or for any where they have no order")
    answers: Answers | None = Field(default=None, description="to questions of the package")
    holder: Holder | None = None
    phone: Phone | None = None
    language: Spoken | None = None
    notice: Annotated[str, upto(40)] | None = Field(default=None, description="version of the privacy notice that was shown")
    proof: Annotated[str, StringConstraints(pattern=r"^\d{1,15}\.[a-z0-9]{1,64}$")] | None = Field(
        default=None, description="of a phone's page: that the phone is one's own, where the hall asks for it"
    )
    despite: Despite | None = Field(default=None, description="of staff: why a limit of one person is passed over")


class Rebook(Body):
    """Exactly one of the two."""

    model_config = ConfigDict(json_schema_extra=one_of(slot="string", slot_at="string"))

    slot: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,40}@\d{1,15}$")] | None = None
    slot_at: Moment | None = None


class PersonSearch(Body):
    holder: Holder | None = None
    phone: Phone | None = None


class Search(Body):
    holder: Holder | None = None
    phone: Phone | None = None
    code: Id | None = Field(default=None, description="the appointment's id, or its track code")


class SlotsQuery(Query):
    service: Code | None = None
    day: Day | None = Field(default=None, description="default: today")
    days: Annotated[int, Field(ge=1, le=31), BeforeValidator(whole)] = 1
    track: Id | None = Field(default=None, description="of a booking: its holder may look for another time without a token")


class AppointmentsQuery(Query):
    q: Annotated[str, upto(120)] = ""


class Slot(Tell):
    id: str
    service: str
    at: Instant = Field(description="the same as from")
    from_: Instant = Field(alias="from")
    to: Instant
    capacity: int
    free: int


class Appointment(TrackedTicket):
    track: str | None = Field(default=None, description="to its holder, to who has booked it, to kiosk and guide")  # pyright: ignore[reportGeneralTypeIssues, reportIncompatibleVariableOverride]
    ticket: str | None = Field(description="its number, once checked in")
    early: bool = Field(description="it cannot be checked in yet, only from checkin_from on")


class Expected(Tell):
    id: str
    service: str
    slot_at: Instant | None = Field(description="null: not booked, but may come back")
    slot_end: Instant | None
    holder_masked: str | None
    holder_typed: bool = Field(description="the ID number was typed, no card was read: it proves nothing")
    early: bool
    late: bool
    unkept: list[Said] = Field(default=[], description="what a change of the hall took from it, as its holder was told")
    back: ComingBack | None = None
