"""Numbers and bookings that go from one hall to another."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field, StringConstraints

from config.codes import Reason, ReferralReason

from .common import Body, Code, Id, Instant, Moment, Phone, Said, Tell, Texts, upto, whole
from .tickets import ClassCode, Holder


class ReferTicket(Body):
    hall: Annotated[str, StringConstraints(pattern="^[0-9]{14}$")] = Field(description="code of a neighbour")
    service: Code = Field(description="of the other hall: GET /referrals/halls")
    why: ReferralReason
    holder: Holder | None = Field(default=None, description="the card laid on again, for the other hall: this one keeps no whole number")
    phone: Phone | None = None


class ReferredHolder(Body):
    """What is known of a holder, as the other hall keeps it: masked, and whole only where the card was laid on for this."""

    name: Annotated[str, upto(60)] | None = None
    id_number: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9()/-]{1,40}$")] | None = None
    id_last4: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]{0,4}$")] | None = None
    card: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{0,20}$")] | None = None


class DoneStep(Body):
    service_names: Annotated[dict[str, Annotated[str, upto(200)]], Field(max_length=20)]
    outcome: Annotated[str, upto(20)] | None = None


class ReceiveReferral(Body):
    """A number or booking of another hall. Under the same `id` it is taken over once, and refused once: the answer stays the same."""

    id: Id = Field(description="of this referral, made by the hall that sends it")
    only_ask: bool = Field(default=False, description="whether it would be taken over; nothing changes")
    sent_at: Moment
    service: Code = Field(description="of this hall")
    number: Annotated[str, upto(20)] | None = Field(default=None, description="in the hall that sends it")
    why: ReferralReason
    class_: ClassCode = Field(default="ordinary", alias="class")
    reason: Reason | None = None
    persons: Annotated[int, Field(ge=1, le=50), BeforeValidator(whole)] = 1
    language: Annotated[str, upto(20)] | None = Field(default=None, description="one that this hall does not speak is left out")
    slot_at: Moment | None = Field(default=None, description="of a booking")
    since: Moment | None = Field(default=None, description="when the number was taken there")
    steps: Annotated[list[DoneStep], Field(max_length=30)] = Field(default=[], description="what was done on it before")
    holder: ReferredHolder | None = None
    phone: Phone | None = None


class ReferralAnswer(Tell):
    """Of a refusal `code` and `say`; else what it is here."""

    accepted: bool
    code: str | None = None
    say: Said | None = None
    service_names: Texts = {}
    number: str | None = None
    ahead: int | None = None
    slot_at: Instant | None = None
    url: str | None = Field(default=None, description="the page that its holder follows it on")


class HallToRefer(Tell):
    """A neighbour, for whoever refers somebody there."""

    code: str
    names: Texts
    ready: bool = Field(description="it has an address and has made a token for this hall")
    open: bool | None
    waiting: int | None
    services: list[HallsService]


class HallsService(Tell):
    code: str
    names: Texts
    waiting: int


HallToRefer.model_rebuild()
