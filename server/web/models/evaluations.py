"""Evaluations, and bad ones as cases to be followed up."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, ConfigDict, Field, StringConstraints

from config.codes import CaseOutcome, CaseState, EvaluationState

from ...domain.evaluations import TAGS
from .common import Body, Code, Instant, Query, Said, Tell, Texts, only_tags, where, whole
from .people import Clerk


class Evaluate(Body):
    model_config = ConfigDict(json_schema_extra={"allOf": [where("grade", [g], only_tags(tags)) for g, tags in TAGS.items()]})

    token: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,120}$")] | None = None
    number: Code | None = Field(default=None, description="instead of `token`, of a pad or keypad: the one that its own window asks now")
    grade: Annotated[int, Field(ge=1, le=5, description="5 = very satisfied … 1 = very dissatisfied"), BeforeValidator(whole)]
    tags: Annotated[list[Annotated[str, StringConstraints(pattern=r"^\d{3}$")]], Field(max_length=8)] | None = None
    comment: Annotated[str, StringConstraints(max_length=150)] | None = None
    anonymous: bool | None = Field(default=None, description="default: as the hall has set it (`evaluation.anonymous`)")


class EvaluationOpened(Tell):
    """Without the link: that is the visitor's, at the pad and by the track code, and would let staff evaluate themselves."""

    state: EvaluationState


class EvaluationLink(Tell):
    url: str
    token: str
    expires_at: Instant | None = None


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
    anonymous: bool = Field(description="what holds where nobody chooses")


class Evaluated(Tell):
    state: Literal[EvaluationState.GIVEN]
    number: str
    given_at: Instant


class CasesQuery(Query):
    state: Literal[CaseState.OPEN, CaseState.CLOSED] = CaseState.OPEN


class CloseCase(Body):
    """`called_back`: the visitor was asked once more; needed where the evaluation was given with a name."""

    outcome: CaseOutcome
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
    state: CaseState
    owner: str | None
    outcome: CaseOutcome | None
    called_back: bool
    taken_at: Instant | None
    closed_at: Instant | None


class PadAsks(Tell):
    number: str
    url: str
    qr: str = Field(description="SVG")
    token: str
    expires_at: Instant
    service: str
    options: list[GradeOption]
    anonymous: bool = Field(description="what holds where nobody chooses")
