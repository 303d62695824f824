"""Doors of the data rule: numbers, legs and evaluations of some days as files. They name nobody who came, and change nothing."""

from __future__ import annotations

from datetime import date

from flask import Response

from .. import data_rule
from ..domain.errors import NotFound
from ..reports.history import LONGEST
from . import models
from .figures import CSV, no_such_span, span
from .table import ApiRequest, endpoint

JSON_LINES = "application/jsonl"


@endpoint("GET", "/data/{name}.jsonl", query=models.DaysQuery, gives={200: None}, media=JSON_LINES, may="take_reports", tag="manage",
          refuses=("no_such_table",))  # fmt: skip
def data_as_lines(req: ApiRequest, name: str):
    """The numbers (`tickets`), `legs` or `evaluations` of some days by the data rule, one JSON object a line."""
    return _file(req, name, "jsonl", JSON_LINES)


@endpoint("GET", "/data/{name}.csv", query=models.DaysQuery, gives={200: None}, media=CSV, may="take_reports", tag="manage",
          refuses=("no_such_table",))  # fmt: skip
def data_as_csv(req: ApiRequest, name: str):
    """The same as CSV, for spreadsheets."""
    return _file(req, name, "csv", f"{CSV}; charset=utf-8")


def _file(req: ApiRequest, table: str, form: str, media: str) -> Response:
    if table not in data_rule.DAYS:
        raise NotFound("no_such_table", table=table, known=list(data_rule.DAYS))
    first, last = span(req)
    try:
        if not 0 <= (date.fromisoformat(last) - date.fromisoformat(first)).days < LONGEST:
            raise no_such_span()
    except ValueError:
        raise no_such_span() from None
    zone, hall = req.context.ledger.zone, req.floor.the_hall.code
    answer = Response(data_rule.written(req.context.reader, table, form, first, last, hall, zone), content_type=media)
    answer.headers["Content-Disposition"] = f'attachment; filename="{table}_{first}_{last}.{form}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
