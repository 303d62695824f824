"""The parts that settings are made of: a text of hours, a day, a code, a whole number within a range."""

from __future__ import annotations

import datetime
import re
import typing
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeVar, cast

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, RootModel, Strict, StringConstraints
from pydantic_core import PydanticCustomError

from config import shapes

T = TypeVar("T")

# ---------------------------------------------------------------- the base


class SettingModel(BaseModel):
    """Frozen; an unknown key is refused. A field is set by its own name or by the key that a hall file has for it."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, json_schema_serialization_defaults_required=True)


class Partial(SettingModel):
    """One that is told as it was set, without what stands at its default."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=False)


class ByName(RootModel[dict[str, T]]):
    """A setting whose keys are names of the hall: windows, kiosks, plans."""

    model_config = ConfigDict(frozen=True)
    root: dict[str, T] = {}


def as_json(setting: BaseModel) -> dict[str, Any]:
    """What was set, by the names of the interface: nothing that stands at its default."""
    return setting.model_dump(mode="json", by_alias=True, exclude_unset=True)


def in_whole(setting: BaseModel) -> dict[str, Any]:
    """A setting as it holds, with its defaults."""
    hidden = getattr(setting, "UNSAID", ())
    return setting.model_dump(mode="json", by_alias=True, exclude={name for name in hidden if name not in setting.model_fields_set})


@dataclass(frozen=True)
class Names:
    """Marks a text that names something of the hall: a `service`, a `window`, a `plan`."""

    kind: str


def named_in(value: Any, hint: Any = None, place: shapes.Place = ()) -> Iterator[tuple[str, str, shapes.Place]]:
    """(kind, name, where) of everything of the hall that a setting names."""
    origin, inner = typing.get_origin(hint), [a for a in typing.get_args(hint) if a is not Ellipsis]
    if isinstance(value, RootModel):
        whole = cast(RootModel[Any], value)
        yield from named_in(whole.root, type(whole).model_fields["root"].annotation, place)
    elif isinstance(value, BaseModel):
        for name, field in type(value).model_fields.items():
            here = Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation
            yield from named_in(getattr(value, name), here, (*place, field.serialization_alias or name))
    elif value is None:
        return
    elif origin is Annotated:
        kind = next((m.kind for m in hint.__metadata__ if isinstance(m, Names)), None)
        if kind:
            yield kind, value, place[:-1] if place and isinstance(place[-1], int) else place
        else:
            yield from named_in(value, inner[0], place)
    elif isinstance(value, dict) and len(inner) == 2:
        table = cast(dict[Any, Any], value)
        for key, one in table.items():
            yield from named_in(key, inner[0], place)
            yield from named_in(one, inner[1], (*place, key))
    elif isinstance(value, list | tuple) and inner:
        some = cast(tuple[Any, ...], value)
        for n, one in enumerate(some):
            yield from named_in(one, inner[0], (*place, n))
    elif inner:  # X | None
        yield from named_in(value, next(a for a in inner if a is not type(None)), place)


# ---------------------------------------------------------------- small words


def wrong(code: str, message: str) -> PydanticCustomError:
    """`code` has its sentence in config/words, section `problems`; `message` is what `hall check` says."""
    return PydanticCustomError(code, message)  # type: ignore[arg-type]


def as_text(value: Any) -> Any:
    """A number where a name is meant (`no = 3`, `2026-10-01`) is taken as its text."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value.isoformat() if isinstance(value, datetime.date) else value


def _span(text: str) -> str:
    """ "08:30-12:00" -> the same; its two ends are times of day and in order."""
    found = re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)", text)
    if not found or text[:5] >= text[6:]:
        raise wrong("span_form", 'hours are written "08:30-12:00", opening before closing')
    return text


def _apart(spans: tuple[str, ...]) -> tuple[str, ...]:
    """Spans of one day that overlap would offer every time in them twice."""
    ordered = sorted(spans)
    if any(a[6:] > b[:5] for a, b in zip(ordered, ordered[1:], strict=False)):
        raise wrong("hours_overlap", f"its hours overlap: {', '.join(spans)}")
    return spans


def _day(text: str) -> str:
    try:
        return datetime.date.fromisoformat(text).isoformat()
    except ValueError:
        raise wrong("day_form", "a day is written 2026-10-01") from None


def _web(url: str) -> str:
    if url and not re.fullmatch(r"https?://[^\s/]+(/\S*)?", url):
        raise wrong("web_form", "a web address begins with http:// or https://")
    return url


Whole = Annotated[int, Strict()]
Flag = Annotated[bool, Strict()]
Seconds = Annotated[int, Strict(), Field(ge=0, le=86_400)]  # at most a day
Percent = Annotated[int, Strict(), Field(ge=0, le=100)]
Span = Annotated[str, AfterValidator(_span)]
Spans = Annotated[tuple[Span, ...], AfterValidator(_apart)]  # of one day
Clock = Annotated[str, StringConstraints(pattern=r"^(([01]\d|2[0-3]):[0-5]\d|24:00)$")]
Day = Annotated[str, BeforeValidator(as_text), AfterValidator(_day)]
Web = Annotated[str, AfterValidator(_web), StringConstraints(max_length=300)]
HallCode = Annotated[str, BeforeValidator(as_text), StringConstraints(pattern=r"^\d{14}$")]
MATTER = r"^[A-Za-z0-9_.-]{1,120}$"
Matter = Annotated[str, BeforeValidator(as_text), StringConstraints(pattern=MATTER)]  # 事项编码; several official forms exist
ServiceCode = Annotated[str, BeforeValidator(as_text), Names("service")]
WindowNo = Annotated[str, Names("window")]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[str, ...] = typing.get_args(Weekday)


class OwnWeek(Partial):
    """Spans by weekday where they are said, and single days that override them. An empty day is one without any; of a weekday that is not
    named nothing is said."""

    monday: Spans | None = None
    tuesday: Spans | None = None
    wednesday: Spans | None = None
    thursday: Spans | None = None
    friday: Spans | None = None
    saturday: Spans | None = None
    sunday: Spans | None = None
    days: dict[Day, Spans] = {}

    def on(self, day: datetime.date, weekday: int) -> tuple[str, ...] | None:
        """What is said of a day that counts as `weekday` (0 for Monday): () is none; None where nothing is said."""
        return self.days.get(day.isoformat(), getattr(self, WEEKDAYS[weekday]))


def upto(most: int, least: int = 0) -> StringConstraints:
    return StringConstraints(min_length=least, max_length=most)


def in_file(name: str, default: Any = ..., **more: Any) -> Any:
    """A field that hall files know under another key."""
    return Field(default, validation_alias=name, **more)
