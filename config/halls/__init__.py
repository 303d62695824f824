"""A hall as a file: read at the first start, written by an export. `load(dump(hall))` is the same hall."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from pydantic import BaseModel

if TYPE_CHECKING:
    from config.schema import HallFile


def load(path: str | Path) -> HallFile:
    """Reads a hall file; a name without a folder ("county.toml" or "county") is looked for among the shipped ones too."""
    from config import load, paths

    name = str(path)
    file = paths.find(name, Path.cwd())
    for other in (name, f"halls/{name}", f"halls/{name}.toml"):
        if not file.is_file():
            file = paths.find(other, Path.cwd())
    return load.hall_file(file if file.is_file() else Path(name))


def dump(hall: HallFile) -> str:
    """The hall as TOML text, one [[table]] per thing, without what is empty."""
    import tomli_w

    parts: list[str] = []
    for name in type(hall).model_fields:
        value = getattr(hall, name)
        if isinstance(value, list):
            rows = cast(list[Any], value)
            parts += [f"[[{name}]]\n" + tomli_w.dumps({k: v for k, v in _written(row).items() if v != []}) for row in rows]
        elif value is not None:
            parts.append(tomli_w.dumps({name: _written(value)}))
    return "\n".join(parts)


def _written(table: Any) -> dict[str, Any]:
    """A table under the keys that a hall file has for it, without what is empty."""
    from config import shapes

    fields = cast(type[BaseModel], type(table)).model_fields
    hidden = {name for name in getattr(table, "UNSAID", ()) if name not in table.model_fields_set}
    rows = table.model_dump(mode="json", by_alias=True, exclude_none=True, exclude=hidden)
    names = {field.serialization_alias or name: shapes.written(name, field) for name, field in fields.items()}
    return {names[name]: value for name, value in rows.items() if value not in ("", {})}


def settings_of(hall: HallFile) -> dict[str, Any]:
    """The hall's settings by name (`config.settings`): its tables, sorted by what they are."""
    from config import settings
    from config.settings import rules

    def part(model: Any, table: Any, **more: Any) -> Any:
        """Those fields of a table that are a model's own."""
        return model(**{name: getattr(table, name) for name in model.model_fields if name not in more} | more)

    calling, booked = hall.calling, hall.appointments
    promises = [promise for row in hall.rules for promise in row.promises()]
    graces = [row.grace for row in hall.rules if row.grace is not None]
    late = {"late_s": graces[-1]} if graces else {}
    nested: dict[str, Any] = {
        "green": hall.green,
        "appointments": part(rules.Appointments, booked, **late),
        "returns": part(rules.Returns, calling),
        "quotas": tuple(quota for row in hall.rules for quota in row.quotas()),
        "promises": tuple(promises) or rules.PROMISES,
    }
    look = {name: value for name in settings.Look.model_fields if (value := getattr(hall.hall, name))}
    found = {
        "rules": rules.Rules(**{name: getattr(calling, name) for name in rules.Choosing.model_fields}, **nested),
        "calls": part(settings.Calls, calling),
        "evaluation": hall.evaluation,
        "slots": part(settings.Slots, booked),
        "look": settings.Look(**look),
        "neighbours": settings.Neighbours(items=tuple(hall.neighbours)),
    }
    return found | ({"hours": hall.hours} if hall.hours else {})
