"""Staff, sign-in and the tokens of programs and devices."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, ConfigDict, Field, StringConstraints

from config.codes import HeldAct, Role, StaffRole

from .common import Body, InLanguages, Instant, Moment, Tell, Texts, WindowNo, needs, upto, where, whole

Code = Annotated[str, StringConstraints(min_length=1, max_length=40)]


class SignIn(Body):
    name: Annotated[str, upto(60, 1)]
    password: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    window: WindowNo | None = Field(default=None, description="where a clerk will work; opening a window says so too")
    code: Code | None = Field(default=None, description="of the second factor, where the person has one: the app's, or a recovery code")


class NewSecondFactor(Body):
    password: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    code: Code | None = Field(default=None, description="of the factor that is to be replaced, where there is one")


class FirstCode(Body):
    code: Code


class NoSecondFactor(Body):
    password: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    code: Code


class NewPassword(Body):
    old: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    password: Annotated[str, StringConstraints(min_length=1, max_length=200)]


class NewToken(Body):
    model_config = ConfigDict(json_schema_extra=where("role", ["keypad", "pad"], needs("window")))

    role: Role
    window: WindowNo | None = None
    name: Annotated[str, upto(40)] | None = None
    until: Moment | None = Field(default=None, description="its end; none: until it is revoked, or its maker may make none any more")


class NewStaff(Body):
    name: Annotated[str, upto(60, 1)]
    role: StaffRole
    shown: Annotated[str, upto(40)] | None = Field(default=None, description="the name that the public may see")
    title: Annotated[Texts | str, InLanguages(Annotated[str, upto(40)])] | None = None
    title_en: Annotated[str, upto(40)] | None = None
    stars: Annotated[int, Field(ge=0, le=5), BeforeValidator(whole)] | None = None


class ChangeStaff(Body):
    role: StaffRole | None = None
    shown: Annotated[str, upto(40)] | None = None
    title: Annotated[Texts | str, InLanguages(Annotated[str, upto(40)])] | None = None
    title_en: Annotated[str, upto(40)] | None = None
    photo: Annotated[str, upto(200)] | None = None
    stars: Annotated[int, Field(ge=0, le=5), BeforeValidator(whole)] | None = None
    disabled: bool | None = None


class DeskKeys(Body):
    keys: Annotated[dict[Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,30}$")], Annotated[str, upto(30)]], Field(max_length=40)]


class Clerk(Tell):
    name: str
    photo: str | None = None
    stars: int | None = None
    title: str | None = None
    titles: Texts | None = None


class SignedInStaff(Tell):
    name: str
    shown: str
    role: StaffRole
    window: str | None
    must_change: bool
    keys: dict[str, str]
    may: list[str] = Field(description="what this person's role may do")
    looks_after: list[StaffRole] = Field(description="the roles whose accounts this person may make and change just now")
    confirms: bool = Field(description="the hall wants two persons for some acts, and this person may be one of them")


class Me(Tell):
    name: str
    role: Role
    window: str | None
    must_change: bool


class SignedIn(Me):
    csrf: str
    must_enrol: bool = Field(description="nothing may be done before a second factor is set up")
    password_length: int = Field(description="how many characters a new password needs at least")
    staff: SignedInStaff


class OwnSecondFactor(Tell):
    on: bool
    needed: bool = Field(description="this person's role signs in with one")
    recovery_codes_left: int


class MadeSecondFactor(Tell):
    secret: str = Field(description="Base32, to be typed into an app that cannot scan; shown this once")
    url: str = Field(description="the same as `otpauth://totp/…`, for a QR code")
    recovery_codes: list[str] = Field(description="good once each where the phone is not at hand; shown this once")


class Session(Tell):
    staff: str
    window: str | None = Field(description="where it was signed in for, if at a window")
    made_at: Instant
    seen_at: Instant = Field(description="when it was last used")
    mine: bool
    here: bool = Field(description="the one that asks")


class Token(Tell):
    id: str
    role: Role
    window: str | None
    name: str
    made_at: Instant
    revoked_at: Instant | None
    maker: str = Field(
        default="", description="the actor who made it: with the rights of a `staff:<name>` it ends; `hall`: a paired machine"
    )
    until: Instant | None = Field(default=None, description="its end")
    good: bool = Field(default=True, description="whether it is worth anything now")


class MadeToken(Tell):
    token: Token
    plain: str = Field(description="what the device sends as its bearer token; shown this once")


class Staff(Tell):
    name: str
    role: StaffRole
    shown: str
    title: str
    titles: Texts
    photo: str
    stars: int
    must_change: bool
    second_factor: bool = Field(description="signs in with a code, too")
    second_factor_needed: bool = Field(description="the role has to")
    disabled: bool
    serves: bool = Field(description="may be put at a window")


class MadeStaff(Tell):
    staff: Staff
    password: str = Field(description="the first password, shown this once")


class ActDetail(Tell):
    field: str
    name: Texts = Field(description="what people call the field; empty: it has no name")
    value: str = Field(description="as it was asked for; numbers of phones and cards masked")


class PendingAct(Tell):
    """An act that waits for a second person."""

    id: str
    held: HeldAct
    what: str = Field(description="the operation that was asked for, by its operationId")
    about: str = Field(description="whom or what it is about; nothing of a visitor")
    by: str = Field(description="who asks")
    because: str = Field(description="why, where that was said")
    at: Instant
    until: Instant = Field(description="when it is too late to confirm it")
    details: list[ActDetail]
    mine: bool


class ConfirmedAct(Tell):
    id: str
    status: int = Field(description="what the operation itself answered")
    answer: dict | None
