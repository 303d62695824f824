"""Windows: their state, who works there, whom they would call next."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from config.codes import State, WindowState

from .common import Body, Code, InLanguages, Instant, Tell, Texts, upto, whole
from .people import Clerk


class SetWindow(Body):
    state: WindowState
    reason: Annotated[str, upto(60)] | None = None
    take_over: bool | None = Field(default=None, description="close the clerk's other window, take this one over from another clerk")
    clerk: str | None = Field(default=None, max_length=40, description="of a manager: who goes to this window")
    in_hand: Literal["finish", "return"] | None = Field(default=None, description="what becomes of the number there when a manager closes")


class AssignWindow(Body):
    clerk: str = Field(min_length=1, max_length=40, description="who goes to this window, by sign-in name")
    reason: Annotated[str, upto(60)] | None = Field(default=None, description="for the journal")


class SitBeside(Body):
    clerk: str | None = Field(default=None, max_length=40, description="of a manager: who goes there, by sign-in name")
    take_over: bool | None = Field(default=None, description="leave the other window")


class WaitingFigures(Tell):
    unserved: int = Field(description="people whom no window that is open could call")
    late: float = Field(description="promises that are expected to break, of the others")
    wait: int | None = Field(description="minutes until they are called, of the middle one of the others; none: nobody waits so")


class ReassignedService(Tell):
    service: str
    waiting: int
    now: WaitingFigures
    then: WaitingFigures


class Reassigned(Tell):
    waiting: int
    now: WaitingFigures
    then: WaitingFigures = Field(description="if they sat there")
    services: list[ReassignedService] = Field(description="of those for which somebody waits")
    lacks: list[str] = Field(description="services of the window that who sits there then may not serve")


class PutWindow(Body):
    name: Annotated[Texts | str, InLanguages(Annotated[str, upto(40)])] | None = None
    name_en: Annotated[str, upto(60)] | None = None
    type: Annotated[Texts | str, InLanguages(Annotated[str, upto(40)])] | None = None
    type_en: Annotated[str, upto(40)] | None = None
    services: Annotated[list[Code], Field(max_length=300)] | None = None
    zone: Annotated[Texts | str, InLanguages(Annotated[str, upto(40)])] | None = None
    zone_en: Annotated[str, upto(40)] | None = None
    place: Annotated[int, Field(ge=0, le=9999), BeforeValidator(whole)] | None = None


class AtWindow(Tell):
    id: str | None = Field(default=None, description="told to whoever works at this window")
    number: str
    state: State
    service: str
    times_called: int


class PlannedBreak(Tell):
    from_: Instant = Field(alias="from")
    to: Instant


class Window(Tell):
    no: str
    name: str
    name_en: str
    names: Texts
    type: str = Field(description="in the hall's first language: windows of one type are counted together")
    types: Texts
    type_code: str = Field(description="of GET /codes, `types`, or one of the hall's own")
    services: list[str] = Field(description="what it serves now, with what is lent to it")
    state: WindowState
    reason: str | None = Field(description="of its pause, as it was written")
    reasons: Texts | None = None
    clerk: Clerk | None
    ticket: AtWindow | None
    zone: str | None = Field(default=None, description="in the hall's first language: what boards and loudspeakers are asked by")
    zones: Texts | None = None
    zone_code: str | None = Field(default=None, description="boards and loudspeakers are asked by it, too")
    where: Texts = Field(default={}, description="its storey and zone in a few words; empty where it stands in no zone")
    since: Instant | None = Field(default=None, description="since when it is in this state")
    own: list[str] | None = Field(default=None, description="its own services, without what is lent to it (staff rooms)")
    clerk_name: str | None = Field(default=None, description="who works there by sign-in name (staff rooms)")
    beside: Clerk | None = Field(default=None, description="a second one who works there (staff rooms)")
    beside_name: str | None = Field(default=None, description="by sign-in name (staff rooms)")
    lacks: list[str] | None = Field(default=None, description="services it has and that nobody who sits there may serve (staff rooms)")
    may: dict[str, list[str]] | None = Field(
        default=None, description="where two work: what each may serve there now, by sign-in name (staff rooms)"
    )
    up: dict[str, Any] | None = Field(default=None, description="who would be called there next, and why (staff rooms)")
    free_since: Instant | None = Field(default=None, description="of one that is open with nobody at it: when it last worked (staff rooms)")
    wraps_up_until: Instant | None = Field(
        default=None, description="its clerk's own time after a service, if the hall has it (staff rooms)"
    )
    breaks: list[PlannedBreak] | None = Field(default=None, description="by its roster, those of today that are to come (staff rooms)")


class InLine(Tell):
    id: str
    number: str
    why: dict[str, Any]
