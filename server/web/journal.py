"""Doors of the auditor: the journal, narrowed to a thing, a number, a day, a window, a person or a kind. Reads only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .. import views
from . import models
from .codes import WORDED, word_of
from .table import ApiRequest, endpoint, items

# (table, column) -> the set of codes that its values are of
CODES_OF = {
    ("tickets", "state"): "states",
    ("tickets", "class"): "classes",
    ("tickets", "outcome"): "outcomes",
    ("windows", "state"): "window_states",
    ("services", "kind"): "service_kinds",
    ("staff", "role"): "roles",
    ("tokens", "role"): "roles",
    ("cases", "outcome"): "case_outcomes",
}


@endpoint("GET", "/events", query=models.EventsQuery, gives={200: models.Row}, lists=True, may="read_journal", tag="journal")
def list_events(req: ApiRequest):
    """The journal, in order; without gaps where nothing narrower is asked for."""
    asked = req.query
    with req.context.reader() as connection:
        wanted = {name: getattr(asked, name) for name in ("thing", "number", "day", "window", "actor", "kind")}
        rows = views.events(connection, asked.after, asked.limit, before=asked.before, **wanted)
    edge, names = 0 if asked.before else -1, views.names_in_journal(req.floor)
    return items([told(req, row, names, asked.thing or "") for row in rows], rows[edge]["seq"] if len(rows) == asked.limit else None)


def told(req: ApiRequest, row: dict[str, Any], names: Callable[..., dict[str, Any]], thing: str) -> dict[str, Any]:
    """A row with what people call the things in it, and its changes: of the thing that was asked for alone, where one was."""
    found, more = views.changes_in_journal(row["body"], "" if thing.startswith("ticket:") else thing)
    by = dict(zip(("role", "name"), views.role_in_journal(req.floor, row["actor"]), strict=True))
    return row | {"names": names(row["body"]), "by": by, "changes": [change_told(req, change) for change in found], "more": more}


def change_told(req: ApiRequest, change: views.ChangedValue) -> dict[str, Any]:
    words = req.context.words
    known = words.codes("fields")
    field = next((part for part in reversed(change.field.split(".")) if part in known), None)

    def named(value: Any) -> dict[str, str]:
        some, where = WORDED.get(CODES_OF.get((change.table, change.field), ""), ((), ()))
        service = req.floor.services.get(value) if (change.table, change.field) == ("tickets", "service") else None
        return service.name if service else words.texts(*word_of(value, where, words.codes)) if value in some else {}

    name = words.texts("fields", field) if field else {}
    values = {"table": change.table, "key": change.key, "field": change.field, "old": change.old, "new": change.new}
    return values | {"name": name, "old_name": named(change.old), "new_name": named(change.new)}
