"""Being in the hall with a phone, the phone that is one's own, and those who are given nothing for a while."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, ConfigDict, Field, StringConstraints

from config.codes import Authority, HereBy, RefusalReason
from config.settings.packages import PackageCode

from .common import Body, Code, Instant, Phone, Said, Spoken, Tell, both_or_none, one_of, upto, whole
from .tickets import Answers, Holder

Right = Annotated[str, StringConstraints(pattern=r"^\d{1,15}\.[a-z]{1,10}\.[a-z0-9]{1,40}$")]
Proof = Annotated[str, StringConstraints(pattern=r"^\d{1,15}\.[a-z0-9]{1,64}$")]


class ProveHere(Body):
    """`code` of a screen or a poster in the hall; or where the phone says that it is, with how well it knows (metres)."""

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [
                {"required": ["code"], "properties": {"code": {"type": "string"}}},
                {
                    "required": ["latitude", "longitude", "accuracy"],
                    "properties": {
                        "code": {"type": "null"},
                        "latitude": {"type": "number"},
                        "longitude": {"type": "number"},
                        "accuracy": {"type": "number"},
                    },
                },
            ]
        }
    )

    code: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]{1,40}$")] | None = None
    latitude: Annotated[float, Field(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Field(ge=-180, le=180)] | None = None
    accuracy: Annotated[float, Field(ge=0, le=1_000_000)] | None = None


class ProvedHere(Tell):
    right: str = Field(description="good for this browser alone, until then")
    until: Instant
    how: HereBy


class HereRules(Tell):
    """What may be done on the phone by who is here, and how that is proved."""

    numbers: bool
    checkin: bool
    place: bool = Field(description="whether a phone may also say where it is")
    verified: bool = Field(description="whether a booking on the phone needs a proved phone number")


class HereCode(Tell):
    url: str = Field(description="what a screen shows as a QR code")
    until: Instant | None = Field(description="when the next one is due; null for a printed one")


class TakeHere(Body):
    """A number for a service, or for all the legs of a package."""

    model_config = ConfigDict(json_schema_extra=one_of(service="string", package="string"))

    service: Code | None = None
    package: PackageCode | None = None
    answers: Answers | None = Field(default=None, description="to questions of the package; what is left out is asked later")
    without: Annotated[list[Code], Field(max_length=20)] | None = Field(default=None, description="legs of the package for another day")
    right: Right
    phone: Phone | None = None
    proof: Proof | None = Field(default=None, description="that the phone is one's own, where the hall asks for it")
    language: Spoken | None = None
    notice: Annotated[str, upto(40)] | None = Field(default=None, description="version of the privacy notice that was shown")


class CheckIn(Body):
    model_config = ConfigDict(json_schema_extra=both_or_none(agent="object", authority="string"))

    right: Right | None = Field(default=None, description="of its holder, who does it on the phone")
    agent: Holder | None = Field(default=None, description="who is here for the holder, known by their own card; with `authority`")
    authority: Authority | None = Field(default=None, description="by what the agent acts")


class ProvePhone(Body):
    phone: Phone


class PhoneCode(Body):
    phone: Phone
    code: Annotated[str, StringConstraints(pattern=r"^\d{6}$")]


class CodeSent(Tell):
    until: Instant = Field(description="until when the code is good")


class PhoneProved(Tell):
    proof: str
    until: Instant


class RefusePerson(Body):
    """Whose card number or phone this is: a name alone refuses nobody."""

    holder: Holder | None = None
    phone: Phone | None = None
    reason: RefusalReason
    days: Annotated[int, Field(ge=1, le=366), BeforeValidator(whole)] = Field(
        description="it ends by itself at the end of the last of them, today being the first"
    )


class Refusal(Tell):
    """Somebody who is given no number and no booking for a while. Masked: nobody reads here who it is."""

    id: str
    name: str
    id_last4: str
    phone: str
    reason: RefusalReason
    say: Said = Field(description="the reason, as the person is told it")
    until: Instant
    at: Instant
    by: str
