"""Everything a manager can set, one model each: the shape of the hall file, of the interface, of the pages' types and of what the
domain reads. A default and a range stand here and nowhere else.

    settings.parse("calls", {"recalls_before_miss": 2})    one that is wrong raises pydantic's ValidationError
    settings.lenient("calls", {"recalls_before_miss": 2})  what an earlier version stored: what is not understood is left out, and told
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from pydantic import BaseModel, ValidationError

from config import shapes
from config.settings.base import WEEKDAYS, ByName, SettingModel, as_json, in_whole, named_in
from config.settings.holders import Here, Holders
from config.settings.hours import Hours, HoursInForce, OpeningSession, OwnHours, Stopped
from config.settings.kiosks import KioskMenu, Kiosks
from config.settings.packages import Package, Packages
from config.settings.plans import Lend, Lends, Plan, Plans, PlansActive
from config.settings.rosters import Roster, Rosters
from config.settings.rules import Rules, RulesInForce
from config.settings.skills import Skills
from config.settings.slips import HallSlip, SlipWords
from config.settings.small import (
    Alerting,
    Calls,
    EvaluationRules,
    Goals,
    KioskMarks,
    Look,
    Neighbour,
    Neighbours,
    Privacy,
    PrivacyNotice,
    Reserved,
    Series,
    Slots,
    Voice,
    Weights,
)
from config.settings.zones import HallType, HallZone, Types, Zones

SETTINGS: dict[str, type[BaseModel]] = {
    "rules": Rules,
    "types": Types,
    "zones": Zones,
    "hours": Hours,
    "stopped": Stopped,
    "calls": Calls,
    "alerting": Alerting,
    "goals": Goals,
    "evaluation": EvaluationRules,
    "series": Series,
    "slots": Slots,
    "reserved": Reserved,
    "rosters": Rosters,
    "skills": Skills,
    "lends": Lends,
    "plans": Plans,
    "packages": Packages,
    "plans_active": PlansActive,
    "privacy": Privacy,
    "voice": Voice,
    "look": Look,
    "neighbours": Neighbours,
    "kiosk_marks": KioskMarks,
    "kiosks": Kiosks,
    "slip": HallSlip,
    "notice": PrivacyNotice,
    "weights": Weights,
    "holders": Holders,
    "here": Here,
}


def parse(name: str, value: dict[str, Any]) -> Any:
    return SETTINGS[name].model_validate(value)


def lenient(name: str, value: dict[str, Any], tell: Callable[[str], None] = lambda sentence: None) -> Any:
    """A setting as it was stored once. A key or value that is not understood today is dropped, so that no start ever fails for it."""
    while True:
        try:
            return parse(name, value)
        except ValidationError as error:
            place = tuple(p for p in error.errors(include_url=False, include_input=False)[0]["loc"] if p != "[key]")
            shorter = _without(value, place)
            gone = ".".join(map(str, (name, *place)))
            tell(f"the setting {gone} as it was stored is not known any more and is left out")
            value = {} if shorter is None or shorter == value else shorter


def problems(name: str, error: ValidationError) -> list[dict[str, Any]]:
    """[{"field", "code", …}]: what is wrong, for whoever sets it."""
    return shapes.problems(error, SETTINGS[name], name)


def sentences(name: str, error: ValidationError) -> list[str]:
    """The same as plain sentences for a terminal."""
    said = {"unknown_field": "unknown{0}", "between": "must be between {ge} and {le}"}

    def text(one: dict[str, Any]) -> str:
        near = f"; did you mean '{one['suggestion']}'?" if one.get("suggestion") else ""
        return str(said.get(one["code"]) or one.get("message", "")).format(near, **one)

    return [f"{one['field']}: {text(one)}" for one in problems(name, error)]


def _without(value: Any, place: tuple[Any, ...]) -> Any:
    """The value without what stands at a place, or without what stands around it where that is no longer there; None: without all."""
    if not place:
        return None
    first, rest = place[0], place[1:]
    if isinstance(value, dict) and first in value:
        table = cast(dict[Any, Any], value)
        inner = _without(table[first], rest)
        left = {k: v for k, v in table.items() if k != first}
        return left if inner is None else left | {first: inner}
    some = cast(list[Any], value) if isinstance(value, list) else []
    if isinstance(first, int) and first < len(some):
        inner = _without(some[first], rest)
        return [*some[:first], *([] if inner is None else [inner]), *some[first + 1 :]]
    return None


__all__ = [
    "SETTINGS",
    "WEEKDAYS",
    "Alerting",
    "Calls",
    "EvaluationRules",
    "Goals",
    "HallSlip",
    "HallType",
    "Here",
    "Holders",
    "HallZone",
    "Hours",
    "HoursInForce",
    "KioskMarks",
    "KioskMenu",
    "Kiosks",
    "Lend",
    "Lends",
    "Look",
    "Neighbour",
    "Neighbours",
    "OpeningSession",
    "OwnHours",
    "Package",
    "Packages",
    "PrivacyNotice",
    "Plan",
    "Plans",
    "PlansActive",
    "Privacy",
    "Reserved",
    "Roster",
    "Rosters",
    "Rules",
    "RulesInForce",
    "Series",
    "SettingModel",
    "Skills",
    "SlipWords",
    "Stopped",
    "Slots",
    "ByName",
    "Types",
    "Voice",
    "Weights",
    "Zones",
    "as_json",
    "in_whole",
    "lenient",
    "named_in",
    "parse",
    "problems",
    "sentences",
]
