"""The shapes that views hand out, as TypedDicts: so that the type checker holds the views to the models of the wire.

PYTHONPATH=.:tests python -m tools.shapes      writes server/views/shapes.py
"""

from __future__ import annotations

import keyword
import types
import typing
from enum import StrEnum
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from server.web import models

FILE = Path(__file__).resolve().parents[2] / "server" / "views" / "shapes.py"
HEAD = '''"""The shapes of server/web/models as views write them: `Ticket` is what a view gives for one. A shape is changed in the models,
then

PYTHONPATH=.:tests python -m tools.shapes

What is said in every language (Said, and what extends it) is open: a key for each language that the hall speaks.
"""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

from config import codes

Said = dict[str, Any]
'''
WRITTEN = (
    models.Referral,
    models.Alert, models.Appointment, models.AtWindow, models.Board, models.CallShown, models.Case, models.CheckinTimes, models.Clerk,
    models.Command,
    models.DeskMessage, models.Device, models.EvaluationAsked, models.EvaluationLink, models.Expected, models.Hall, models.Help,
    models.ManagersRoom, models.NextUp, models.Notice,
    models.OnPackage, models.OfferedPackage, models.PackageDoubt, models.PackagePlan, models.PadAsks, models.PersonKept, models.PadRoom,
    models.Service, models.Slot, models.StaffRoom,
    models.StaffTicket, models.Ticket, models.TicketLink, models.TicketPerson, models.TicketRoom, models.ToldWait, models.TrackedTicket,
    models.Wait, models.Window, models.WindowRoom,
)  # fmt: skip


def shapes() -> str:
    found: dict[str, str] = {}
    for model in WRITTEN:
        _add(model, found)
    return HEAD + "\n" + "\n".join(found.values())  # what a shape holds stands above it


def _add(model: type[BaseModel], found: dict[str, str]) -> None:
    if model.__name__ in found:
        return
    keys: dict[str, str] = {}
    for name, field in model.model_fields.items():
        kind = _type(field.annotation, found)
        keys[field.serialization_alias or name] = kind if field.is_required() else f"NotRequired[{kind}]"
    if any(map(keyword.iskeyword, keys)):
        inside = "".join(f'        "{key}": {kind},\n' for key, kind in keys.items())
        found[model.__name__] = f'\n{model.__name__} = TypedDict(\n    "{model.__name__}",\n    {{\n{inside}    }},\n)\n'
    else:
        inside = "".join(f"    {key}: {kind}\n" for key, kind in keys.items())
        found[model.__name__] = f"\nclass {model.__name__}(TypedDict):\n{inside}"


def _type(hint: Any, found: dict[str, str]) -> str:
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Annotated:
        return _type(inner[0], found)
    if origin in (typing.Union, types.UnionType):
        return " | ".join(dict.fromkeys(_type(one, found) for one in inner))
    if origin is typing.Literal:
        if all(isinstance(one, StrEnum) for one in inner):
            return f"codes.{type(inner[0]).__name__}"
        return f"Literal[{', '.join(map(repr, inner))}]".replace("'", '"')
    if origin in (list, dict):
        return f"{origin.__name__}[{', '.join(_type(one, found) for one in inner)}]"
    if hint is type(None):
        return "None"
    if isinstance(hint, type) and issubclass(hint, models.Said):
        return "Said"
    if isinstance(hint, type) and issubclass(hint, models.Tell):
        _add(hint, found)
        return hint.__name__
    if isinstance(hint, type) and issubclass(hint, BaseModel):  # a setting, as it was set
        return "dict[str, Any]"
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return f"codes.{hint.__name__}"
    return {str: "str", int: "int", float: "float", bool: "bool"}.get(hint, "Any")


if __name__ == "__main__":
    FILE.write_text(shapes(), encoding="utf-8")
