"""What all shapes are made of: the small words with their forms, the base classes, texts, problems."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    GetCoreSchemaHandler,
    Strict,
    StringConstraints,
    Tag,
)
from pydantic_core import CoreSchema, PydanticCustomError

from config.settings.texts import LANGUAGE
from config.words import LANGUAGES

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


def written_out(value: Any) -> str:
    """Seconds are no RFC 3339, though pydantic would take them."""
    if not isinstance(value, str) or not re.match(WRITTEN_OUT, value):
        raise PydanticCustomError("datetime_parsing", "must be a time such as 2026-11-20T09:00:00+08:00")
    return value


def whole(value: Any) -> Any:
    """3.0 is a whole number in JSON."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Code = Annotated[str, StringConstraints(pattern=CODE)]
WindowNo = Annotated[str, StringConstraints(pattern=WINDOW_NO)]
Id = Annotated[str, StringConstraints(pattern=ID)]
ISO_DAY = StringConstraints(pattern=rf"^{OUR_YEARS}-\d{{2}}-\d{{2}}$")
Day = Annotated[str, ISO_DAY, AfterValidator(real_day), Field(json_schema_extra={"format": "date"})]
Moment = Annotated[AwareDatetime, Strict(False), BeforeValidator(written_out), Field(json_schema_extra={"pattern": WRITTEN_OUT})]
Language = Annotated[str, StringConstraints(pattern=LANGUAGE)]
# A language that the hall has words for; table.spoken() refuses others.
Spoken = Annotated[Language, Field(json_schema_extra={"enum": [*LANGUAGES]})]
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


def both_or_none(**kinds: str) -> dict:
    """For a schema: all of these fields are there, or none is."""
    none = {"properties": {name: {"type": "null"} for name in kinds}}
    return {"oneOf": [none, {"required": [*kinds], "properties": {name: {"type": kind} for name, kind in kinds.items()}}]}


def only_tags(tags: tuple[str, ...]) -> dict:
    return {"properties": {"tags": {"items": {"enum": [*tags]}}}}


def upto(most: int, least: int = 0) -> StringConstraints:
    return StringConstraints(pattern=PLAIN, min_length=least, max_length=most)


Texts = dict[str, str]  # language -> text


class InLanguages:
    """A text in one language, or in each: {"zh": …, "en": …}. `one` is what each of them must be; where it is `needed` there is one."""

    def __init__(self, one: Any, *, needed: bool = False):
        each = Annotated[
            dict[Language, one], Field(min_length=int(needed), max_length=20, json_schema_extra={"additionalProperties": False})
        ]
        kind = Discriminator(lambda value: "=each" if isinstance(value, dict) else "=one")
        self.form = Annotated[Annotated[one, Tag("=one")] | Annotated[each, Tag("=each")], kind]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return handler.generate_schema(self.form)


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

    model_config = ConfigDict(extra="allow", defer_build=True)  # few are ever checked by a running hall: it starts sooner


class Nothing(Body):
    """No facts are needed: `{}` or no body at all."""


Phone = Annotated[str, StringConstraints(pattern=r"^\+?[0-9][0-9 -]{4,24}$")]


class Said(Tell):
    """What the hall says, in every language it speaks; these two always."""

    zh: str
    en: str
    code: str | None = Field(default=None, description="which sentence it is, where programs may want to know")


class Span(Tell):
    from_: str = Field(alias="from")
    to: str


class Ok(Tell):
    """Done; nothing more to say."""


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
