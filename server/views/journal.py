"""What the journal's codes are called by people. The rows themselves are in record/journal.py, and none is changed here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from ..domain.floor import Floor
from ..domain.texts import FIRST, Text

# What of a thing is told when it changes; of the others (a place in the order, instants that follow from the event) nobody asks.
TOLD: dict[str, tuple[str, ...]] = {
    "hall": ("code", "name", "timezone"),
    "services": (
        "name", "prefix", "kind", "theme", "matters", "materials", "online", "minutes", "closed", "aliases", "spoken",
    ),
    "windows": ("name", "type", "services", "zone", "state", "reason", "clerk"),
    "staff": ("role", "shown", "title", "stars", "photo", "keys", "must_change", "disabled"),
    "settings": ("value",),
    "notices": ("text", "removed"),
    "tokens": ("role", "window", "shown", "place"),
    "tickets": ("number", "service", "class", "state", "window", "clerk", "outcome"),
    "cases": ("state", "owner", "outcome", "called_back"),
    "evaluations": ("state", "grade", "tags"),
}  # fmt: skip
OF_THING = {
    "setting": ("settings",), "service": ("services",), "window": ("windows",), "staff": ("staff",), "case": ("cases", "evaluations"),
}  # fmt: skip
MOST_CHANGES = 40  # of one row: a whole hall file is no reading
SERVICES, MACHINES = ("service", "to_service"), ("device", "machine", "kiosk", "place")


def names_in_journal(floor: Floor) -> Callable[[dict[str, Any]], dict[str, Text]]:
    """From the body of a row to {field: what the thing is called}; of a device such as `k1/printer` its machine's name."""
    tokens = sorted(floor.tokens.values(), key=lambda t: (t.revoked_at is None, t.made_at))
    machines = {id: t.shown for t in tokens for id in (t.id, t.name) if id and t.shown}

    def names(body: dict[str, Any]) -> dict[str, Text]:
        services = {field: floor.services[code].name for field in SERVICES if (code := body.get(field)) in floor.services}
        ids = {field: str(body[field]).split("/")[0] for field in MACHINES if body.get(field)}
        return services | {field: {FIRST: machines[id]} for field, id in ids.items() if id in machines}

    return names


def role_in_journal(floor: Floor, actor: str) -> tuple[str, str]:
    """(role, name) of who did something: of a person as the public knows them, of a token what it is called; empty where unknown."""
    kind, _, name = actor.partition(":")
    if kind == "staff":
        person = floor.staff.get(name)
        return (person.role, person.shown or name) if person else ("", name)
    if kind == "token":
        token = floor.tokens.get(name)
        return (token.role, token.shown or token.name or token.window or "") if token else ("command" if name == "command" else kind, name)
    return (kind, name)  # as rows of earlier versions are written: role:name


class ChangedValue(NamedTuple):
    """One column of one thing that an event changed, of a setting one value in it (`rules.returns.times`). `old` is None where there was
    none, and where the row is of a version that did not write it down."""

    table: str
    key: str
    field: str
    old: Any
    new: Any


def changes_in_journal(body: Mapping[str, Any], thing: str = "") -> tuple[list[ChangedValue], int]:
    """(what an event changed, of `thing` alone where one is named, how many more there are)."""
    what, _, key = thing.partition(":")
    of = OF_THING.get(what, ())
    found = [
        change
        for table, rows in body.get("set", {}).items()
        for id, row in rows.items()
        if table in TOLD and (not thing or (table in of and id == key))
        for change in _of_row(table, id, row, body.get("was", {}).get(table, {}).get(id, {}))
    ]
    return found[:MOST_CHANGES], max(0, len(found) - MOST_CHANGES)


def _of_row(table: str, key: str, row: Mapping[str, Any] | None, was: Mapping[str, Any]) -> Iterator[ChangedValue]:
    for column in TOLD[table]:
        old, new = was.get(column), (row or {}).get(column)
        if table == "settings":
            before, after = dict(_leaves(old, key)), dict(_leaves(new, key))
            differ = [at for at in {**before, **after} if before.get(at) != after.get(at)]
            yield from (ChangedValue(table, key, at, before.get(at), after.get(at)) for at in differ)
        elif old != new and (old or new or was):
            yield ChangedValue(table, key, column, old, new)


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """(path, value) of every value in a setting that is not made of others; a list of plain values is one."""
    if isinstance(value, dict) and value:
        for name, inner in value.items():
            yield from _leaves(inner, f"{path}.{name}")
    elif isinstance(value, list) and any(isinstance(one, dict | list) for one in value):
        for n, inner in enumerate(value, 1):
            yield from _leaves(inner, f"{path}.{n}")
    elif value is not None:
        yield path, value
