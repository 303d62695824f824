"""The shapes that go out, as types for the pages. `python -m server.web.typescript` writes display/web/shared/wire.ts. It adds nothing."""

from __future__ import annotations

import json
import typing
from pathlib import Path
from typing import Literal

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from . import models

FILE = Path(__file__).resolve().parents[2] / "display" / "web" / "shared" / "wire.ts"
ROOMS = (
    models.Board, models.WindowRoom, models.PadRoom, models.TicketRoom, models.StaffRoom, models.ManagersRoom, models.Person,
    models.Watched, models.RoomRefused, models.Ticket, models.News, models.Forecast, models.StaffingAdvice, models.HallNearby,
)  # fmt: skip
NAMES = {  # as the pages say it
    "Board": "HallRoom", "CallShown": "Call", "DeskMessage": "Message", "Lending": "Lend", "PadAsks": "Evaluation", "Person": "Me",
    "Said": "Both", "Watched": "Watch",
}  # fmt: skip
LISTS = {"Language": Literal["zh", "en"], "WindowState": models.WindowState, "TicketState": models.State, "TicketClass": models.Class}
HEAD = """// The shapes that come over the wire from the hall server, made from server/web/models: change them there, then
// `python -m server.web.typescript`.

/** RFC 3339 with offset and milliseconds. */
export type Instant = string;
"""
TAIL = """
/** What `watch` is answered with. */
export type WatchAnswer = Watch & { error?: RoomRefused };
"""


def typescript() -> str:
    _, schema = models_json_schema([(m, "serialization") for m in ROOMS], ref_template="{model}", by_alias=True)
    shapes, classes = schema["$defs"], {c.__name__: c for c in _all(models.Tell)}
    lists = [f"export type {name} = {_union(typing.get_args(values))};" for name, values in LISTS.items()]
    parts = [_interface(name, shapes[name], classes[name], shapes) for name in sorted(shapes, key=lambda n: NAMES.get(n, n))]
    return HEAD + "\n".join(lists) + "\n\n" + "\n".join(parts) + TAIL


def _interface(name: str, shape: dict, cls: type[BaseModel], shapes: dict) -> str:
    base = cls.__base__.__name__ if cls.__base__.__name__ in shapes else ""
    known = shapes[base].get("properties", {}) if base else {}
    extends = f" extends {NAMES.get(base, base)}" if base else ""
    lines = [_comment(shape.get("description", ""), ""), f"export interface {NAMES.get(name, name)}{extends} {{"]
    for field, what in shape.get("properties", {}).items():
        if field in known and known[field] == what:
            continue
        mark = "" if field in shape.get("required", ()) else "?"
        lines += [_comment(what.get("description", ""), "  "), f"  {field}{mark}: {_type(what)};"]
    if name in ("News", "PrivacyNotice"):  # and whatever else an event tells
        lines.append("  [fact: string]: unknown;")
    return "\n".join(line for line in [*lines, "}"] if line) + "\n"


def _type(what: dict) -> str:
    if "$ref" in what:
        return NAMES.get(what["$ref"], what["$ref"])
    if "anyOf" in what:
        return " | ".join(dict.fromkeys(_type(one) for one in what["anyOf"]))
    if "enum" in what:
        return _union(what["enum"], lists=True)
    if what.get("type") == "array":
        inner = _type(what.get("items", {}))
        return f"({inner})[]" if " " in inner else f"{inner}[]"
    if what.get("type") == "object":
        inner = what.get("additionalProperties", True)
        return f"Record<string, {_type(inner) if isinstance(inner, dict) else 'unknown'}>"
    if what.get("format") == "date-time":
        return "Instant"
    if what.get("pattern") == models.LANGUAGE:
        return "Language"
    plain = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}
    return plain.get(what.get("type"), "unknown")


def _union(values, lists: bool = False) -> str:
    known = next((name for name, have in LISTS.items() if typing.get_args(have) == tuple(values)), None) if lists else None
    return known or " | ".join(json.dumps(v, ensure_ascii=False) for v in values)


def _comment(text: str, indent: str) -> str:
    return f"{indent}/** {' '.join(text.split())} */" if text and text != models.INSTANT else ""


def _all(cls: type) -> list[type]:
    return [c for sub in cls.__subclasses__() for c in (sub, *_all(sub))]


if __name__ == "__main__":
    FILE.write_text(typescript(), encoding="utf-8")
