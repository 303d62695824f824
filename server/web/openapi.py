"""The documents of the interface, OpenAPI 3.1 and AsyncAPI 3, made from the table of doors, the models and the events. They add nothing."""

from __future__ import annotations

import dataclasses
import inspect
import re
import typing
from functools import cache
from typing import Any

from flask import Blueprint, Response
from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import models_json_schema

from ..domain.events import KINDS
from . import models
from .idempotency import dumps
from .table import ENDPOINTS, PREFIX, Endpoint

bp = Blueprint("documents", __name__, url_prefix=PREFIX)
VERSION = "1.0.0"
REF = "#/components/schemas/{model}"
PATHS = {  # what stands in a path
    "no": ("a window's number", models.WINDOW_NO),
    "code": ("a service's code", models.CODE),
    "track": ("a track code", models.ID),
    "token": ("an evaluation link's token", r"^[A-Za-z0-9_.-]{1,140}$"),
    "id": ("its id", models.ID),
    "service": ("a service's code", models.CODE),
    "name": ("its name", r"^[^/\x00-\x1f\x7f]{1,60}$"),
}
WORDS = {
    200: "As it is now", 201: "Done", 202: "Not yet", 204: "Nothing to say",
    400: "Not JSON, or cut", 401: "No token, a wrong one, or a session that has ended", 403: "This role may not, or not here",
    404: "There is no such thing", 405: "This address does not take that method", 409: "Not now", 413: "Larger than 64 kB",
    415: "Not labelled as JSON", 422: "A body or query that is wrong", 429: "Too often", 503: "Not available",
}  # fmt: skip
STATUS = {"too_many_requests": 429, "bad_password": 401, "locked_out": 401, "session_ended": 401, "weak_password": 422, "key_reused": 422}


@bp.get("/openapi.json")
def openapi_json():
    return Response(dumps(openapi()), content_type="application/json")


@bp.get("/asyncapi.json")
def asyncapi_json():
    return Response(dumps(asyncapi()), content_type="application/json")


# -- OpenAPI


@cache
def openapi() -> dict:
    schemas, where = schemas_of(asked=[d.body for d in ENDPOINTS if d.body], told=[m for d in ENDPOINTS for m in d.gives.values() if m])
    paths: dict[str, dict] = {}
    for endpoint in ENDPOINTS:
        paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = operation(endpoint, where)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "hallfloor: the open interface of a service hall's queue",
            "version": VERSION,
            "description": "The open interface of a hall server. Refusals are RFC 9457 problem+json. Readers ignore what they do not know.",
        },
        "servers": [{"url": PREFIX}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "of a device or program, bound to a role"},
                "session": {"type": "apiKey", "in": "cookie", "name": "hall_session", "description": "staff; a change needs X-CSRF-Token"},
            },
            "responses": {f"Problem{s}": problem_response(s) for s in WORDS if s >= 400},
        },
    }


def schemas_of(*, asked: list, told: list) -> tuple[dict, dict]:
    """(components, model -> reference). Bodies that come in as they are checked, shapes that go out as they are written."""
    both: list[Any] = [(m, "validation") for m in dict.fromkeys(asked)]
    both += [(m, "serialization") for m in dict.fromkeys([*told, models.Problem])]
    refs, definitions = models_json_schema(both, ref_template=REF, by_alias=True)
    return definitions["$defs"], {model: ref for (model, _), ref in refs.items()}


def operation(endpoint: Endpoint, where: dict) -> dict:
    op: dict = {
        "operationId": endpoint.name,
        "summary": endpoint.summary,
        "tags": [endpoint.tag],
        "parameters": parameters(endpoint),
        "responses": responses(endpoint, where),
    }
    if endpoint.body:
        more = endpoint.body.model_config.get("json_schema_extra")
        more = more if isinstance(more, dict) else {}
        needed = any(f.is_required() for f in endpoint.body.model_fields.values()) or "oneOf" in more or "anyOf" in more
        op["requestBody"] = {"required": needed, "content": {"application/json": {"schema": where[endpoint.body]}}}
    if endpoint.roles is None:
        op["security"] = []
    else:
        op["security"] = [{"token": []}, {"session": []}] + ([{}] if endpoint.holder or "visitor" in endpoint.roles else [])
        also = ", or the holder by the track code" if endpoint.holder else ""
        op["description"] = "Roles: " + ", ".join(sorted(endpoint.roles - {"visitor"})) + also
    return op


def parameters(endpoint: Endpoint) -> list[dict]:
    out = []
    for name in re.findall(r"\{(\w+)\}", endpoint.path):
        text, pattern = PATHS[name]
        out.append({"name": name, "in": "path", "required": True, "description": text, "schema": {"type": "string", "pattern": pattern}})
    if endpoint.query:
        schema = endpoint.query.model_json_schema(ref_template=REF)
        for name, field in schema["properties"].items():
            out.append({"name": name, "in": "query", "required": False, "schema": plain(field)})
    if endpoint.keyed:
        text = "The same key and body give the same answer again for at least 24 hours."
        schema = {"type": "string", "pattern": r"^[\x21-\x7e]{1,200}$"}
        out.append({"name": "Idempotency-Key", "in": "header", "required": False, "description": text, "schema": schema})
    if endpoint.reasoned:
        text = "Why, in percent-encoded UTF-8 (200 characters); kept with the event."
        text += "" if endpoint.reason_needed else " Needed where the hall asks for it (`reason_missing`)."
        schema = {"type": "string"}
        out.append({"name": "Change-Reason", "in": "header", "required": endpoint.reason_needed, "description": text, "schema": schema})
    return out


def plain(field: dict) -> dict:
    """A query's field without null: what is not there is simply left out."""
    kinds = [k for k in field.get("anyOf", ()) if k.get("type") != "null"]
    out = {k: v for k, v in field.items() if k not in ("anyOf", "title", "default")}
    out |= kinds[0] if kinds else {}
    return out | ({"default": field["default"]} if field.get("default") not in (None, "") else {})


def responses(endpoint: Endpoint, where: dict) -> dict:
    out: dict = {}
    for status, model in endpoint.gives.items():
        answer: dict = {"description": WORDS[status]}
        if model:
            schema = where[model]
            if endpoint.lists:
                listed = {"type": "array", "items": schema}
                schema = {"type": "object", "required": ["items", "next"], "properties": {"items": listed, "next": {}}}
            answer["content"] = {"application/json": {"schema": schema}}
        if endpoint.media:
            answer["content"] = {endpoint.media: {}}
        if endpoint.keyed:
            flag = {"schema": {"const": "true"}, "description": "there, and true, where the answer is the one of an earlier request"}
            answer["headers"] = {"Idempotency-Replayed": flag}
        out[str(status)] = answer
    refused = {404, 405, 422, 503}
    if endpoint.changes:
        refused |= {400, 409, 413, 415}
    if endpoint.roles is not None or endpoint.tag in ("people", "evaluations"):
        refused |= {401, 403}
    refused |= {401, 403} if endpoint.changes else {401}  # a wrong token is refused even where none is needed
    refused |= {STATUS[c] for c in endpoint.refuses if c in STATUS}
    for status in sorted(refused):
        out[str(status)] = {"$ref": f"#/components/responses/Problem{status}"}
    return out


def problem_response(status: int) -> dict:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": WORDS[status], "content": {"application/problem+json": {"schema": schema}}}


# -- AsyncAPI

ROOMS = {
    "hall": ("Everybody: the big screen", models.Board),
    "window:{no}": ("Everybody: the screen of one window", models.WindowRoom),
    "pad:{no}": ("The pad of one window", models.PadRoom),
    "ticket:{track}": ("Whoever knows the track code", models.TicketRoom),
    "staff": ("Clerks, guides and managers", models.StaffRoom),
    "managers": ("Managers", models.ManagersRoom),
}


@cache
def asyncapi() -> dict:
    schemas, where = schemas_of(
        asked=[models.Watch], told=[models.Watched, models.WatchRefused, models.News, *(m for _, m in ROOMS.values())]
    )
    acknowledged = [where[models.Watched], where[models.WatchRefused]]
    news = {kind: {"$ref": f"#/components/messages/{kind}"} for kind in KINDS}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "hallfloor: news of a hall",
            "version": VERSION,
            "description": (
                "Socket.IO, default path and namespace. Connect with auth {token}, {track} or nothing; emit `watch`; the acknowledgement "
                "holds the state to draw and the number of the last event in it. Then each event arrives once, under its own name. "
                + " ".join(f"Room {room}: {text}; its snapshot is {model.__name__}." for room, (text, model) in ROOMS.items())
            ),
        },
        "channels": {
            "hall": {"address": "/socket.io", "messages": {"watch": {"$ref": "#/components/messages/watch"}, **news}},
            "answers": {"address": None, "messages": {"watched": {"$ref": "#/components/messages/watched"}}},
        },
        "operations": {
            "watch": {
                "action": "receive",
                "channel": {"$ref": "#/channels/hall"},
                "messages": [{"$ref": "#/channels/hall/messages/watch"}],
                "reply": {"channel": {"$ref": "#/channels/answers"}},
            },
            "news": {
                "action": "send",
                "channel": {"$ref": "#/channels/hall"},
                "messages": [{"$ref": f"#/channels/hall/messages/{kind}"} for kind in KINDS],
            },
        },
        "components": {
            "schemas": schemas,
            "messages": {
                "watch": {"name": "watch", "summary": "Rooms to watch, or {rooms, after}", "payload": where[models.Watch]},
                "watched": {"name": "watch", "summary": "The acknowledgement", "payload": {"anyOf": acknowledged}},
                **{kind: event_message(kind, where) for kind in KINDS},
            },
        },
    }


def event_message(kind: str, where: dict) -> dict:
    """An event's own facts; a room hears those that are safe for it."""
    cls = KINDS[kind]
    hints = typing.get_type_hints(cls)
    facts = {}
    for f in dataclasses.fields(cls):
        said: Any = models.Instant if f.name.endswith("_at") else hints[f.name]  # messages.py tells milliseconds as an instant
        facts[f.name.rstrip("_")] = {k: v for k, v in TypeAdapter(said).json_schema().items() if k not in ("title", "default")}
    facts |= EXTRA.get(kind, {})
    payload = {"allOf": [where[models.News], {"type": "object", "properties": facts}]}
    return {"name": kind, "summary": inspect.getdoc(cls), "payload": payload}


TEXTS = {"type": "object", "additionalProperties": {"type": "string"}, "description": "language -> text"}
CALLED = {
    "say": TEXTS,
    "audio": {"type": ["object", "null"], "additionalProperties": {"type": "string"}, "description": "a URL per language"},
}
REASON = {"reason": {"type": ["string", "null"]}}
SENTENCE = {"type": "string", "description": "how the device is, for a person"}
EXTRA = {
    "device.changed": {"facts": {"type": "object"}, "sentence": SENTENCE, "sentence_en": SENTENCE, "sentences": TEXTS},
    **{f"window.{what}": REASON for what in ("opened", "paused", "closed", "changed")},
    "ticket.called": CALLED,
    "ticket.recalled": CALLED,
    "evaluation.opened": {
        "state": {"type": "string"},
        "url": {"type": "string"},
        "qr": {"type": "string", "description": "SVG"},
    },
    "board.changed": {"seq": {"type": "null"}},
}


def validated(model: type[BaseModel], value) -> None:
    """Raises where an answer is not what the documents say; for tests."""
    TypeAdapter(model).validate_python(value)
