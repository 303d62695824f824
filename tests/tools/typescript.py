"""The shapes that pages read, as TypeScript: from the hall server and from the kiosk's own door. A test holds the files to the models.

PYTHONPATH=.:tests python -m tools.typescript      writes display/web/shared/wire.ts and kiosk-door.ts
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel, RootModel
from pydantic.json_schema import models_json_schema

from config import codes, settings
from kiosk import shapes
from server.domain import visits
from server.web import models

SHARED = Path(__file__).resolve().parents[2] / "display" / "web" / "shared"


@dataclass(frozen=True, kw_only=True)
class File:
    """One file of types: the models that a page reads first, and what they bring along."""

    name: str
    head: str
    first: tuple[type[BaseModel], ...]
    base: type[BaseModel]  # of all of them: a model that extends another is written so
    tail: str = ""
    names: dict[str, str] = field(default_factory=dict[str, str])  # model -> as the pages say it
    open: tuple[str, ...] = ()  # these tell whatever else there is
    elsewhere: tuple[str, ...] = ()  # of the same shape in another file, which `head` imports

    @property
    def path(self) -> Path:
        return SHARED / self.name


WIRE = File(
    name="wire.ts",
    head="""// The shapes that come over the wire from the hall server, made from server/web/models and config/settings: change them
// there, then `PYTHONPATH=.:tests python -m tools.typescript`.

/** RFC 3339 with offset and milliseconds. */
export type Instant = string;
/** Of config/words: there may be others. */
export type Language = string;
""",
    first=(
        models.Staff, models.Token, models.Session, models.Machine, models.Finding, models.HallClock, models.SignedIn,
        models.OwnSecondFactor, models.MadeSecondFactor,
        models.Board, models.WindowRoom, models.PadRoom, models.TicketRoom, models.StaffRoom, models.ManagersRoom, models.SignedInStaff,
        models.Watched, models.RoomRefused, models.Ticket, models.News, models.Forecast, models.StaffingAdvice, models.ToldWaits,
        models.HallNearby, models.HallToRefer, *settings.SETTINGS.values(), models.Hits, models.Reassigned, models.ServiceListPreview,
        models.RosterListPreview, models.RosterProposal, models.Expected, models.PersonKept, models.ChainState,
        models.PendingAct, models.ConfirmedAct, models.MediaFile,
        models.OfferedPackage, models.PackagePlan, models.PackageDoubt,
        models.HereCode, models.HereRules, models.ProvedHere, models.PhoneProved, models.Refusal,
    ),
    base=models.Tell,
    names={
        "Board": "HallRoom", "CallShown": "Call", "DeskMessage": "Message", "PadAsks": "Evaluation", "SignedInStaff": "Me",
        "Plan": "PlanSetting", "ShownPlan": "Plan", "Promise": "Promised", "Said": "Both", "Voice": "Voicing", "Watched": "Watch",
        "State": "TicketState", "Class": "TicketClass",
    },
    open=("News",),
    tail=f"""
/** What `watch` is answered with. */
export type WatchAnswer = Watch & {{ error?: RoomRefused }};

/** Where a ticket stands, for whoever only wants to know that. */
export type TicketPhase = {" | ".join(f'"{phase}"' for phase in codes.Phase)};
export const PHASE_OF: Record<TicketState, TicketPhase> = {{
{"".join(f'  {state}: "{codes.phase(state)}",{chr(10)}' for state in codes.State)}}};

/** What figures may be told by, and the list in an answer that tells them so. */
export const LISTS = {{
{"".join(f'  {group}: "{name}",{chr(10)}' for group, (name, _) in visits.LISTS.items())}}} as const;
export type Grouping = keyof typeof LISTS;
""",
)  # fmt: skip
DOOR = File(
    name="kiosk-door.ts",
    head="""// The shapes of the kiosk's own door, made from kiosk/shapes.py: change them there, then
// `PYTHONPATH=.:tests python -m tools.typescript`.
import type { Both, Wait } from "./wire";
""",
    first=(shapes.KioskState, *dict.fromkeys(shapes.GESTURES.values())),
    base=shapes.Shape,
    names={"DeviceShown": "KioskDevice", "Help": "KioskHelp", "Look": "KioskLook", "Slot": "KioskSlot", "Said": "KioskSaid"},
    elsewhere=("Both", "Wait"),
    tail="""
/** What comes with each gesture. */
export interface Gestures {
"""
    + "".join(f"  {gesture}: {cls.__name__};\n" for gesture, cls in shapes.GESTURES.items())
    + "}\n",
)
FILES = (WIRE, DOOR)


def typescript(file: File) -> str:
    _, schema = models_json_schema([(m, "serialization") for m in file.first], ref_template="{model}", by_alias=True)
    known, classes = (
        schema["$defs"],
        {c.__name__: c for base in (file.base, settings.SettingModel, *file.first) for c in (base, *_all(base))},
    )
    codes = [_codes(file.names.get(n, n), s["enum"]) for n, s in sorted(known.items()) if "enum" in s]
    written = sorted((n for n in known if n not in file.elsewhere and "enum" not in known[n]), key=lambda n: file.names.get(n, n))
    parts = codes + [_interface(file, name, known[name], classes[name], known) for name in written]
    return file.head + "\n" + "\n".join(parts) + file.tail


def _codes(name: str, values: list[str]) -> str:
    """A set of codes as a list to walk and as a type, so that a table with a row for each is a Record<TicketState, …>."""
    many = re.sub(r"(?<!^)(?=[A-Z])", "_", name).upper() + ("ES" if name.endswith("s") else "S")
    return f"export const {many} = {json.dumps(values, ensure_ascii=False)} as const;\nexport type {name} = (typeof {many})[number];\n"


def _interface(file: File, name: str, shape: dict[str, Any], cls: type[BaseModel], shapes: dict[str, Any]) -> str:
    parent = next((b.__name__ for b in cls.__bases__ if b.__name__ in shapes.keys() - {name}), "")
    known = shapes[parent].get("properties", {}) if parent else {}
    extends = f" extends {file.names.get(parent, parent)}" if parent else ""
    described = shape.get("description", "") if shape.get("description") != getattr(file.base, "__doc__", None) else ""
    if issubclass(cls, RootModel):
        return f"{_comment(described, '')}\nexport type {file.names.get(name, name)} = {_type(file, shape)};\n"
    lines = [_comment(described, ""), f"export interface {file.names.get(name, name)}{extends} {{"]
    for key, what in shape.get("properties", {}).items():
        if key in known and known[key] == what:
            continue
        mark = "" if key in shape.get("required", ()) else "?"
        lines += [_comment(what.get("description", ""), "  "), f"  {key}{mark}: {_type(file, what)};"]
    if name in file.open:
        lines.append("  [fact: string]: unknown;")
    return "\n".join(line for line in [*lines, "}"] if line) + "\n"


def _type(file: File, what: dict[str, Any]) -> str:
    if "$ref" in what:
        return file.names.get(what["$ref"], what["$ref"])
    if "anyOf" in what:
        return " | ".join(dict.fromkeys(_type(file, one) for one in what["anyOf"]))
    if "enum" in what:
        return _union(what["enum"])
    if "const" in what:
        return _union([what["const"]])
    if what.get("type") == "array":
        inner = _type(file, what.get("items", {}))
        return f"({inner})[]" if " " in inner else f"{inner}[]"
    if what.get("type") == "object":
        inner = what.get("additionalProperties", True)
        return f"Record<string, {_type(file, inner) if isinstance(inner, dict) else 'unknown'}>"
    if what.get("format") == "date-time":
        return "Instant"
    if what.get("pattern") == models.LANGUAGE:
        return "Language"
    plain = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}
    return plain.get(what.get("type", ""), "unknown")


def _union(values: list[Any]) -> str:
    return " | ".join(json.dumps(v, ensure_ascii=False) for v in values)


def _comment(text: str, indent: str) -> str:
    return f"{indent}/** {' '.join(re.sub(r'`+', '`', text).split())} */" if text and text != models.INSTANT else ""


def _all(cls: type[BaseModel]) -> list[type[BaseModel]]:
    return [c for sub in cls.__subclasses__() for c in (sub, *_all(sub))]


if __name__ == "__main__":
    for file in FILES:
        file.path.write_text(typescript(file), encoding="utf-8")
