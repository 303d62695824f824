"""Doors of the auditor: the journal, narrowed to a thing, a number, a day, a window, a person or a kind. Reads only."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from typing import Any

from flask import Response

from .. import views
from ..domain.texts import pick
from . import models
from .codes import WORDED, word_of
from .table import ApiRequest, endpoint, items

CSV = "text/csv"
NARROWED = ("thing", "number", "day", "window", "actor", "kind")
PAGE = 1000  # rows that are written out at once
# the columns of a row that its hash is of, as they are hashed, and before them what people read
COLUMNS: tuple[str, ...] = ("seq", "at", "kind", "who", "changes", "because", "actor", "ticket", "window", "body", "prev", "hash")
FORMULA = ("=", "+", "-", "@", "\t", "\r")

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
        wanted = {name: getattr(asked, name) for name in NARROWED}
        rows = views.events(connection, asked.after, asked.limit, before=asked.before, **wanted)
    edge, names = 0 if asked.before else -1, views.names_in_journal(req.floor)
    return items([told(req, row, names, asked.thing or "") for row in rows], rows[edge]["seq"] if len(rows) == asked.limit else None)


@endpoint("GET", "/events.csv", query=models.EventsFileQuery, gives={200: None}, media=CSV, may="read_journal", tag="journal")
def export_events(req: ApiRequest):
    """The journal, or what is asked for of it, from first to last as CSV: `body` as it is hashed, old and new values beside it."""
    asked, upto = req.query, req.floor.seq
    lang = asked.language or req.lang
    name = "-".join(["journal", *(str(getattr(asked, part)) for part in NARROWED if getattr(asked, part)), str(upto)])
    answer = Response(written(req, upto, lang), content_type=f"{CSV}; charset=utf-8")
    safe = "".join(c if c.isascii() and (c.isalnum() or c in "-._") else "_" for c in name)
    answer.headers["Content-Disposition"] = f'attachment; filename="{safe}.csv"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def written(req: ApiRequest, upto: int, lang: str) -> Iterator[str]:
    """Page by page, however long the journal is; the mark at its beginning tells spreadsheets that it is UTF-8."""
    names, thing = views.names_in_journal(req.floor), req.query.thing or ""
    wanted = {name: getattr(req.query, name) for name in NARROWED}
    yield "\ufeff" + ",".join(COLUMNS) + "\r\n"
    after = 0
    while after < upto:
        with req.context.reader() as connection:
            rows = views.events(connection, after, PAGE, **wanted)
        out = io.StringIO()
        for row in rows:
            if row["seq"] <= upto:
                csv.DictWriter(out, COLUMNS).writerow(as_line(told(req, row, names, thing), lang))
        yield out.getvalue()
        after = rows[-1]["seq"] if len(rows) == PAGE else upto


def as_line(row: dict[str, Any], lang: str) -> dict[str, Any]:
    body = json.dumps(row["body"], ensure_ascii=False, sort_keys=True, separators=(",", ":"))  # as it is hashed
    changes = [
        f"{pick(c['name'], lang) or c['field']}: {said(c['old'], c['old_name'], lang)} → {said(c['new'], c['new_name'], lang)}"
        for c in row["changes"]
    ]
    who = " ".join(filter(None, (row["by"]["role"], row["by"]["name"])))
    shown = {"who": who, "changes": "\n".join(changes), "because": row["body"].get("because", "")}
    harmless = {key: f"'{text}" if text.startswith(FORMULA) else text for key, text in shown.items()}  # a spreadsheet reckons nothing
    return {key: row[key] for key in COLUMNS if key in row} | harmless | {"body": body}


def said(value: Any, name: dict[str, str], lang: str) -> str:
    return pick(name, lang) or (value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


@endpoint("GET", "/chain", gives={200: models.ChainState}, may="read_journal", tag="journal")
def chain_state(req: ApiRequest):
    """Up to which event the journal was found whole, when and how, and the last signed checkpoint. Nothing is looked through for it."""
    h = req.context
    instant, warnings = h.view().instant, h.warnings
    looks = {
        how: {"at": instant(at), "upto": found.rows, "bad": found.bad, "reason": found.reason}
        for how, (at, found) in h.proof.looked.items()
    }
    last = h.checkpoints.last
    made = last and {"seq": last.seq, "at": last.at, "key": last.fingerprint}
    where = {"folder": str(h.checkpoints.where), "elsewhere": h.checkpoints.elsewhere, "trouble": warnings.get("checkpoint", "")}
    return 200, {"rows": req.floor.seq, "end": looks.get("end"), "whole": looks.get("whole"), "checkpoint": made, "kept": where}


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
