"""The day's figures, those of many days, and reports to take away. What they mean is said once, in domain/visits.py."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Response

from ..domain.errors import WrongBody
from ..domain.texts import pick
from ..domain.visits import group_texts
from ..reports import figures as reports
from ..reports import sheet
from ..reports.history import LONGEST
from ..reports.sheet import GROUPS
from . import models
from .appointments import no_such_day
from .table import ApiRequest, endpoint

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv"


@endpoint("GET", "/stats/today", gives={200: models.Ok}, may="see_figures", tag="manage")
def stats_today(req: ApiRequest):
    """The day's figures so far."""
    return 200, req.context.view().today()


@endpoint("GET", "/figures", query=models.DayQuery, gives={200: models.Ok}, may="see_figures", tag="manage")
def get_figures(req: ApiRequest):
    """One day by hour, service, window, clerk and more, beside what is usual on that weekday."""
    with req.context.full_view() as view:
        day = req.query.day or view.floor.day
        try:
            found = view.figures(day)
        except (ValueError, OverflowError):  # beyond the calendar
            raise no_such_day() from None
        return 200, found | _beside(req, view.reader, day, day, found["total"]["issued"])


@endpoint("GET", "/history", query=models.HistoryQuery, gives={200: models.Ok}, may="see_figures", tag="manage")
def get_history(req: ApiRequest):
    """Many days by day, week or month, by service or otherwise, and what people thought of them; three years at most."""
    first, last = span(req)
    try:
        found = req.context.do("history", first, last, req.now, req.query.by)
    except (ValueError, OverflowError):
        raise no_such_span() from None
    with req.context.reader() as connection:
        found |= _beside(req, connection, first, last, found["total"]["issued"])
    return 200, found | {"grades": [g | req.context.say("grades", str(g["grade"]), {}) for g in found["grades"]]}


@endpoint("GET", "/reports/days.xlsx", query=models.ReportQuery, gives={200: None}, media=XLSX, may="take_reports", tag="manage")
def report_as_xlsx(req: ApiRequest):
    """The figures of some days as a spreadsheet, in one language, with what they mean."""
    return _report(req, "xlsx", XLSX)


@endpoint("GET", "/reports/days.csv", query=models.ReportQuery, gives={200: None}, media=CSV, may="take_reports", tag="manage")
def report_as_csv(req: ApiRequest):
    """The same figures as CSV, for other programs."""
    return _report(req, "csv", CSV)


def _report(req: ApiRequest, form: str, media: str) -> Response:
    first, last = span(req)
    try:
        if not 0 <= (date.fromisoformat(last) - date.fromisoformat(first)).days < LONGEST:
            raise no_such_span()
        content = req.context.do("report", first, last, req.now, req.query.language or req.lang, form)
    except (ValueError, OverflowError):
        raise no_such_span() from None
    return _file(content, media, f"{first}_{last}.{form}")


def _file(content: bytes, media: str, name: str) -> Response:
    answer = Response(content, content_type=media)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def span(req: ApiRequest) -> tuple[str, str]:
    """The days asked for: the last thirty up to today where nothing is said."""
    last = req.query.to or req.floor.day
    try:
        return req.query.from_ or (date.fromisoformat(last) - timedelta(days=29)).isoformat(), last
    except (ValueError, OverflowError):
        raise no_such_span() from None


def no_such_span() -> WrongBody:
    return WrongBody("bad_body", errors=[{"field": "from", "code": "no_such_span", "days": LONGEST}])


def _beside(req: ApiRequest, connection, first: str, last: str, issued: int) -> dict:
    """What no leg tells: who went elsewhere, how long windows were open and paused, and what the figures mean."""
    words = req.context.words
    said = [{"figure": key, "name": words.texts("report", key), "is": words.texts("definitions", key)} for key in sheet.DEFINED]
    diverted = reports.diversions(connection, first, last, issued)
    named = {by: {code: words.texts(section, code) for code in words.codes(section)} for by, section in GROUPS.items() if section}
    named["class"] |= {own.code: own.name for own in req.floor.rules.classes}
    for by, (_, texts) in group_texts(req.floor.windows_by).items():
        named[by] = {pick(text): text for text in texts.values() if text}
    packages = {one.code: one.name for one in req.floor.packages.items}
    return {
        "names": named | {"package": packages},
        "diverted": diverted,
        "open": reports.window_times(connection, first, last, req.now),
        "definitions": said,
    }
