"""What a pydantic model says of itself: the keys that are known at a place, the range of a field, and what is wrong as plain facts."""

from __future__ import annotations

import typing
from types import UnionType
from typing import Any, cast

from pydantic import AliasChoices, BaseModel, RootModel, ValidationError
from pydantic.fields import FieldInfo

from config.mistakes import nearest

Place = tuple[str | int, ...]  # ("rules", "promises", 0, "target_s")


def bare(annotation: Any) -> Any:
    """`Annotated[X | None, …]` -> X."""
    while True:
        origin = typing.get_origin(annotation)
        if origin is typing.Annotated:
            annotation = typing.get_args(annotation)[0]
        elif origin in (typing.Union, UnionType):
            annotation = next(a for a in typing.get_args(annotation) if a is not type(None))
        else:
            return annotation


def written(name: str, field: FieldInfo) -> str:
    """The key under which a file holds a field."""
    alias = field.validation_alias or field.alias or name
    return str(alias.choices[0]) if isinstance(alias, AliasChoices) else str(alias)


def field_of(model: type[BaseModel], key: str | int) -> FieldInfo | None:
    """The field with this name, or with this key in a file."""
    fields = model.model_fields
    return fields.get(str(key)) or next((f for n, f in fields.items() if written(n, f) == key), None)


def at(model: Any, place: Place) -> Any:
    """The annotation found by walking into nested models, lists and tables; None where the place leads outside."""
    here: Any = bare(model)
    for part in place:
        if isinstance(here, type) and issubclass(here, RootModel):
            here = bare(here.model_fields["root"].annotation)
        if isinstance(part, int) or typing.get_origin(here) in (list, tuple, dict):
            inner = [a for a in typing.get_args(here) if a is not Ellipsis]
            here = inner[-1] if inner else None
        elif is_model(here):
            field = field_of(cast(type[BaseModel], here), part)
            here = field.annotation if field else None
        here = bare(here)
    return here


def keys(model: Any, place: Place = (), *, in_file: bool = False) -> list[str]:
    """The keys known at a place; as a file writes them, or as the interface does."""
    here = at(model, place)
    if not is_model(here):
        return []
    return [written(n, f) if in_file else (f.serialization_alias or n) for n, f in here.model_fields.items()]


def bounds(model: Any, place: Place) -> tuple[Any, Any]:
    """The least and the greatest value of a field, where it has them."""
    parent = at(model, place[:-1])
    field = field_of(parent, place[-1]) if is_model(parent) and place else None
    marks = list(field.metadata) if field else []
    for part in (field.annotation, *typing.get_args(field.annotation)) if field else ():
        marks += [m for meta in getattr(part, "__metadata__", ()) for m in getattr(meta, "metadata", [meta])]
    low = next((m.ge for m in marks if getattr(m, "ge", None) is not None), None)
    high = next((m.le for m in marks if getattr(m, "le", None) is not None), None)
    return low, high


def is_model(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, BaseModel) and not issubclass(hint, RootModel)


def problems(error: ValidationError, model: type[BaseModel], before: str = "", most: int | None = None) -> list[dict[str, Any]]:
    """[{"field", "code", …facts}] of everything that is wrong, or of the first `most`; an unknown key comes first, with the nearest
    known one. Looking for that takes its time, so whoever is not known to mean well is told of some only.
    """
    unknown: list[dict[str, Any]] = []
    wrong: list[dict[str, Any]] = []
    for e in error.errors(include_url=False, include_input=False, include_context=True)[:most]:
        named = 1 if e["type"] == "extra_forbidden" else 0  # an unknown key is told as it was given, whatever it is
        way, own = e["loc"][: len(e["loc"]) - named], e["loc"][len(e["loc"]) - named :]
        place = (*(p for p in way if p not in ("body", "[key]") and not str(p).startswith("=")), *own)  # =: a Tag
        field = ".".join(str(part) for part in (before, *place) if part != "") or "body"
        low, high = bounds(model, place)
        if e["type"] == "extra_forbidden":
            unknown.append({"field": field, "code": "unknown_field", "suggestion": nearest(place[-1], keys(model, place[:-1]))})
        elif e["type"] in ("greater_than_equal", "less_than_equal") and low is not None and high is not None:
            wrong.append({"field": field, "code": "between", "ge": low, "le": high})
        else:
            code = "literal_error" if e["type"] == "enum" else e["type"]  # one of these words, whichever way the model writes them
            wrong.append({"field": field, "code": code, "message": e["msg"], **_scalars(e.get("ctx") or {})})
    return unknown + wrong


def _scalars(context: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in context.items() if isinstance(v, str | int | float) and k not in ("field", "code", "message", "error")}


def limits(model: type[BaseModel], before: Place = ()) -> dict[str, tuple[Any, Any]]:
    """ "returns.times" -> (least, most) of every number of a model that has a range, nested ones too."""
    found: dict[str, tuple[Any, Any]] = {}
    for name, field in model.model_fields.items():
        inner, place = bare(field.annotation), (*before, name)
        if is_model(inner):
            found |= limits(inner, place)
        elif None not in bounds(model, (name,)):
            found[".".join(map(str, place))] = bounds(model, (name,))
    return found
