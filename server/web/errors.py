"""Refusals as RFC 9457 problem+json, in the language that was asked for, and a page for each code. It decides no refusal itself."""

from __future__ import annotations

import html
import json
import logging
from typing import Any

from flask import Blueprint, Response, abort, g, request
from pydantic import BaseModel, ValidationError
from werkzeug.datastructures import LanguageAccept
from werkzeug.exceptions import HTTPException
from werkzeug.http import parse_accept_header
from werkzeug.wrappers import Response as BaseResponse

from config import shapes

from ..domain.errors import HallError, WrongBody, disk_trouble
from ..domain.tickets import Ticket
from .authenticator import NOBODY, Caller
from .context import context
from .seen import meant_for

log = logging.getLogger("hall.web")
RETRY_AFTER = 2  # s
MOST_PROBLEMS = 20  # of one body
OF_THE_HELD = ("number", "slot")  # facts of a sentence about what somebody holds already
bp = Blueprint("problems", __name__)

# What Flask itself refuses -> our code for it.
CODES = {400: "broken_json", 404: "no_such_page", 405: "wrong_method", 413: "too_large", 415: "not_json", 429: "too_many_requests"}

# Fields of seconds that the managers' pages show in minutes; others are told in seconds.
IN_MINUTES = {
    *("target_s", "warn_s", "handling_s", "overdue_s", "cap_s", "early_s", "late_s", "no_show_s", "within_s"),
    *("oldest", "first_number", "last_number"),
}


class BadRequest(HallError):
    """What is wrong before anybody has looked at its meaning: broken_json, too_large, not_json, …"""

    def __init__(self, code: str, status: int, **facts):
        super().__init__(code, **facts)
        self.status_hint = status


def language(wanted: str | None = None) -> str:
    """The best of our languages for the one who asks; `wanted` goes before what the browser says."""
    accepted = parse_accept_header(wanted, LanguageAccept) if wanted and isinstance(wanted, str) else request.accept_languages
    return context().words.fitting(*(tag for tag, quality in accepted if quality), "*")


def init_app(app) -> None:
    app.register_blueprint(bp)
    app.register_error_handler(HallError, refused)
    app.register_error_handler(HTTPException, not_ours)
    app.register_error_handler(Exception, broken)


def refused(error: HallError) -> Response:
    lang = language()
    response = problem(error.status_hint, as_problem(error, lang, g.get("caller", NOBODY)), lang)
    if error.status_hint == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def not_ours(error: HTTPException) -> Response | BaseResponse:
    """A page that is not there, a method that is not taken: said in the same form."""
    if error.code is None or error.code < 400:
        return error.get_response()
    facts: dict[str, Any] = {"limit": context().settings.limits.body} if error.code == 413 else {}
    allowed = getattr(error, "valid_methods", None)
    if allowed:
        facts["allowed"] = ", ".join(sorted(m for m in allowed if m != "OPTIONS"))
    lang = language()
    response = problem(error.code, body_of(CODES.get(error.code, "bad_body"), error.code, lang, facts), lang)
    if allowed:
        response.headers["Allow"] = ", ".join(sorted(allowed))
    return response


def broken(error: Exception) -> Response:
    """Our own fault. An action that fails is rolled back, and nothing has changed; one whose answer alone could not be drawn stands."""
    lang = language()
    if type(error).__name__ == "Closed":  # the ledger's: the server is stopping
        return problem(503, body_of("not_ready", 503, lang), lang)
    if type(error).__name__ == "OperationalError" and "locked" in str(error):  # SQLite's: another program holds the database
        waits = problem(503, body_of("database_busy", 503, lang), lang)
        waits.headers["Retry-After"] = str(RETRY_AFTER)
        return waits
    if code := disk_trouble(error):
        log.error("%s %s: %s", request.method, request.path, error)
        return problem(503, body_of(code, 503, lang), lang)
    log.exception("%s %s failed", request.method, request.path)
    return problem(500, body_of("internal", 500, lang), lang)


def problem(status: int, body: dict, lang: str) -> Response:
    text = json.dumps(body, ensure_ascii=False)
    return Response(text, status, {"Content-Language": context().words.tag(lang)}, content_type="application/problem+json")


def as_problem(error: HallError, lang: str, who: Caller = NOBODY) -> dict:
    """The body of a refusal; also what Socket.IO answers are made from. What somebody else holds is told only to who receives people."""
    facts = error.facts
    if error.data and not who.may("receive"):
        facts = {name: fact for name, fact in facts.items() if name not in OF_THE_HELD}
    wrong = error.facts.get("errors", ())
    errors = [worded(e, lang) for e in wrong]
    named = context().words.of(lang, "stop").join(dict.fromkeys(told(e, lang) for e in wrong[:3]))
    body = body_of(error.code, error.status_hint, lang, facts | {"errors": named})
    if errors:
        body["errors"] = errors
    return body | ({name: shown(value, who) for name, value in error.data.items()} if who.may("receive") else {})


def shown(value: Any, who: Caller) -> Any:
    """What goes into a refusal: a ticket as this caller sees it."""
    if not isinstance(value, Ticket):
        return value
    with context().full_view() as view:
        return {**view.ticket(value), **meant_for(view, value, who)}


def body_of(code: str, status: int, lang: str, facts: dict | None = None) -> dict:
    facts = {k: v for k, v in (facts or {}).items() if isinstance(v, str | int | float | dict | list | tuple)}
    return {
        "type": f"/problems/{code}",
        "title": context().words.text("titles", f"status_{status}", lang),
        "status": status,
        "code": code,
        "detail": context().words.refusal(code, lang, **facts),
    }


# -- a body that is wrong


def wrong_body(error: ValidationError, model: type[BaseModel]) -> HallError:
    """What pydantic found, as a refusal that names each field and, for an unknown one, the nearest known name."""
    if any(e["type"] == "json_invalid" for e in error.errors(include_url=False, include_input=False)):
        return BadRequest("broken_json", 400)
    problems = shapes.problems(error, model, most=MOST_PROBLEMS)
    unknown = [one for one in problems if one["code"] == "unknown_field"]
    if unknown and len(unknown) == len(problems):
        return WrongBody("unknown_field", field=unknown[0]["field"], suggestion=unknown[0]["suggestion"], errors=problems)
    return WrongBody("bad_body", errors=problems)


def worded(error: dict, lang: str) -> dict:
    """{"field", "problem"} in the language asked for; `suggestion` where there is one."""
    if "problem" in error:
        return error
    facts = {k: v for k, v in error.items() if k not in ("code", "message")}
    words = context().words
    code = error["code"]
    if code == "unknown_field":
        text = words.refusal("unknown_field", lang, **facts)
    elif code in words.codes("problems"):
        text = words.text("problems", code, lang, **facts)
    else:
        text = words.text("problems", "other", lang)
    return {"field": error["field"], "problem": text} | ({"suggestion": error["suggestion"]} if error.get("suggestion") else {})


def told(error: dict, lang: str) -> str:
    """What is wrong, for whoever filled it in: by what people call it, without a field's name or a code."""
    words = context().words
    fields, forms = words.codes("fields", lang), words.codes("forms", lang)
    parts = [part for part in str(error["field"]).split(".") if part in fields]
    whole = lambda v: int(v) if isinstance(v, float) and v.is_integer() else v
    code, facts = error.get("code", ""), {k: whole(v) for k, v in error.items() if k not in ("code", "message")}
    facts |= bounds_told(str(error["field"]).rpartition(".")[2], facts, lang)
    if code == "string_pattern_mismatch" and parts and parts[-1] in forms:
        text = words.text("forms", parts[-1], lang)
    else:
        known = words.codes("problems")
        text = words.text("problems", next((c for c in (f"{code}_told", code) if c in known), "other"), lang, **facts)
    return words.text("told", "wrong", lang, what=words.text("fields", parts[-1], lang) if parts else None, problem=text)


def bounds_told(field: str, facts: dict[str, Any], lang: str) -> dict[str, Any]:
    """The bounds of a length of time, with their `unit`, as the pages count it; nothing for any other number."""
    bounds = {k: facts[k] for k in ("ge", "gt", "le", "lt") if isinstance(facts.get(k), int)}
    by = 60 if field in IN_MINUTES else 1
    if not bounds or not (by > 1 or field.endswith("_s")):
        return {}
    told = {k: -(-v // by) if k == "ge" else v // by for k, v in bounds.items()}
    return told | {"unit": context().words.text("told", "in_minutes" if by > 1 else "in_seconds", lang, n=list(told.values())[-1])}


# -- a page for each code


@bp.get("/problems/<code>")
def about(code: str):
    """What a refusal means, in every language."""
    words = context().words
    if code not in words.codes():
        abort(404)
    said = words.texts("refusals", code)
    if request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json":
        return {"code": code, "detail": said}
    body = "".join(f'<p lang="{words.tag(lang)}">{html.escape(text)}</p>' for lang, text in said.items())
    page = f'<!doctype html><meta charset="utf-8"><title>{code}</title><h1><code>{code}</code></h1>{body}'
    return Response(page, content_type="text/html; charset=utf-8")


@bp.get("/problems")
def all_problems():
    words = context().words
    cells = lambda code: "".join(f'<td lang="{words.tag(lang)}">{html.escape(t)}' for lang, t in words.texts("refusals", code).items())
    rows = "".join(f'<tr><td><a href="/problems/{c}"><code>{c}</code></a>{cells(c)}' for c in sorted(words.codes()))
    page = f'<!doctype html><meta charset="utf-8"><title>problems</title><table>{rows}</table>'
    return Response(page, content_type="text/html; charset=utf-8")
