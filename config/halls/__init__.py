"""A hall as a file: read at the first start, written by an export. `load(dump(hall))` is the same hall."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from pydantic import BaseModel, RootModel

from config import shapes
from config.settings import texts
from config.settings.base import as_json

if TYPE_CHECKING:
    from config.schema import HallFile

PLAIN = (
    "alerting", "goals", "series", "reserved", "rosters", "skills", "hours", "privacy", "voice",
    "notice", "weights", "kiosks", "holders", "here", "slip",
)  # the settings that are a table of their own name  # fmt: skip
# those that stand in other tables of a file
TABLES = {
    "rules": ("rules", "calling", "green", "rights", "appointments", "classes"),
    "calls": ("calling",),
    "slots": ("appointments",),
    "look": ("hall",),
}


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
    for name, value in tables(hall).items():
        rows = cast(list[dict[str, Any]], value) if isinstance(value, list) else []
        if not rows:
            parts.append(tomli_w.dumps({name: value}))
        elif any(_tables_in(cell) for row in rows for cell in row.values()):
            text = tomli_w.dumps({name: rows})  # short ones become one value, which no [table] may precede
            parts.insert(len(parts) if text.startswith("[[") else 0, text)
        else:
            parts += [f"[[{name}]]\n{tomli_w.dumps(row)}" for row in rows]
    return "\n".join(parts)


def tables(hall: HallFile) -> dict[str, Any]:
    """The hall as the tables of its file, in plain values; those that are empty are left out."""
    made: dict[str, Any] = {}
    for name in type(hall).model_fields:
        value = getattr(hall, name)
        written = [_written(row) for row in cast(list[BaseModel], value)] if isinstance(value, list) else value and _written(value)
        if written:
            made[name] = written
    return made


def _tables_in(cell: Any) -> bool:
    return isinstance(cell, dict) or isinstance(cell, list) and any(isinstance(one, dict) for one in cast(list[Any], cell))


def _written(table: BaseModel) -> dict[str, Any]:
    """A table under the keys that a hall file has for it, without what is empty and need not be said."""
    unsaid: set[str] = set(getattr(table, "UNSAID", ()))
    as_said = getattr(table, "AS_SAID", False)  # what it leaves out is the installer's, not a default
    said = unsaid & table.model_fields_set  # with one weekday all are said: the others have none
    hidden = set[str]() if said else unsaid
    if isinstance(table, RootModel):
        return as_json(cast(BaseModel, table))  # as it was set: an empty day of a roster is a day off
    made: dict[str, Any] = {}
    for name, field in type(table).model_fields.items():
        value = getattr(table, name)
        empty = bool(value in ("", [], (), {}))
        if as_said and name not in table.model_fields_set:
            continue
        if name in hidden or value is None or (empty and name not in unsaid):  # a day that is said to have none is written
            continue
        key = shapes.written(name, field)
        made |= texts.beside(key, value) if name in texts.texts_of(type(table)) else {key: _plain(value)}
    return made


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return _written(value)
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in cast(dict[str, Any], value).items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in cast(list[Any], value)]
    return value.value if isinstance(value, Enum) else value.isoformat() if isinstance(value, datetime) else value


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
        "rights": hall.rights,
        "appointments": part(rules.Appointments, booked, **late),
        "returns": part(rules.Returns, calling),
        "quotas": tuple(quota for row in hall.rules for quota in row.quotas()),
        "promises": tuple(promises) or rules.PROMISES,
        "classes": tuple(hall.classes),
    }
    look = {name: value for name in settings.Look.model_fields if (value := getattr(hall.hall, name))}
    found = {
        "rules": rules.Rules(**{name: getattr(calling, name) for name in rules.Choosing.model_fields}, **nested),
        "calls": part(settings.Calls, calling),
        "evaluation": hall.evaluation,
        "slots": part(settings.Slots, booked),
        "look": settings.Look(**look),
        "types": settings.Types(items=tuple(hall.types)),
        "zones": settings.Zones(items=tuple(hall.zones)),
        "neighbours": settings.Neighbours(items=tuple(hall.neighbours)),
        "lends": settings.Lends(items=tuple(hall.lends)),
        "plans": settings.Plans(items=tuple(hall.plans)),
        "packages": settings.Packages(items=tuple(hall.packages)),
    }
    more = {name: getattr(hall, name) for name in PLAIN}
    return found | {name: value for name, value in more.items() if value is not None}


def from_settings(known: Mapping[str, Any]) -> dict[str, Any]:
    """The other way round: the tables of a hall file that hold these settings, each whole."""
    from config import schema
    from config.settings import rules

    own: rules.Rules = known["rules"]
    rows = [rules.RuleRow.of_promise(row) for row in own.promises] or [rules.RuleRow(target=own.cap_s)]
    tables: dict[str, Any] = {
        "rules": rows + [rules.RuleRow.of_quota(quota) for quota in own.quotas],
        "calling": schema.CallingTable(**_fields(rules.Choosing, own), **_fields(None, known["calls"]), **_fields(None, own.returns)),
        "appointments": schema.AppointmentsTable(**_fields(None, own.appointments), **_fields(None, known["slots"])),
        "green": own.green,
        "rights": own.rights,
        "classes": list(own.classes),
        "types": list(known["types"].items),
        "zones": list(known["zones"].items),
        "neighbours": list(known["neighbours"].items),
        "lends": list(known["lends"].items),
        "plans": list(known["plans"].items),
        "packages": list(known["packages"].items),
    }
    return tables | {name: known[name] for name in ("evaluation", *PLAIN) if name in known}


def _fields(model: type[BaseModel] | None, value: BaseModel) -> dict[str, Any]:
    return {name: getattr(value, name) for name in (model or type(value)).model_fields}
