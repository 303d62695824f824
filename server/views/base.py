"""What every view has: the picture of the hall, a reader for what is older, times and words."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, TypedDict
from zoneinfo import ZoneInfo

from config.codes import Purpose, Rank

from ..domain.classes import class_names
from ..domain.duty import serves
from ..domain.floor import Floor, HallZone
from ..domain.line import Ahead
from ..domain.texts import FIRST, Text, pick
from ..domain.things import Device, Message, Service, Window
from ..domain.tickets import Ticket
from ..domain.transaction import Keys, Waits
from ..domain.transaction import Wait as ForecastWait
from ..forecast.wait_picture import as_told
from .day import DayFigures
from .shapes import Said, Wait


@dataclass(frozen=True, kw_only=True)
class BaseView:
    floor: Floor
    waits: Waits | None
    calls_ahead: Ahead = field(default_factory=dict)  # what was looked ahead at, by window
    now: int
    zone: ZoneInfo
    keys: Keys
    public_url: str
    soon_at: int = 3  # people ahead from which on a holder is told to get ready
    say: Callable[[str, str, dict[str, Any]], dict[str, str]]  # (section of the words, key, facts) -> {language: text}
    audio: Callable[[dict[str, str]], dict[str, str] | None] = lambda say: None  # {language: text} -> URLs, or None without a voice
    voice: dict[str, Any] | None = None  # how boards speak: languages, times, volume, hours, quiet
    reader: sqlite3.Connection | None = field(default=None, repr=False)
    day: DayFigures | None = field(default=None, repr=False)  # kept ready, where the picture is one that stays

    @property
    def past(self) -> sqlite3.Connection:
        """The reader, where a view was asked for what is older than the picture."""
        if self.reader is None:
            raise RuntimeError("this view has no reader")
        return self.reader

    def at(self, ms: int) -> str:
        """An instant as programs are told it: RFC 3339."""
        return datetime.fromtimestamp(ms / 1000, self.zone).isoformat(timespec="milliseconds")

    def instant(self, ms: int | None) -> str | None:
        return None if ms is None else self.at(ms)

    def written(self, m: Message) -> str:
        """What somebody wrote to the windows, as long as it is kept."""
        kept = self.floor.message_words.get(m.id)
        return m.text or (kept and self.keys.unlock("words", kept.text, f"{m.id}.message")) or ""

    def told(self, section: str, said: dict[str, Any]) -> Said:
        """What the hall says, in every language, beside its code. What was written down before there were codes holds its sentences."""
        if "facts" not in said:
            return said
        code, facts = said["code"], self._named(said["facts"])
        return {"code": code} | self.say(section, code, facts) | {k: v for k, v in said.items() if k not in ("code", "facts")}

    def _named(self, facts: dict[str, Any]) -> dict[str, Any]:
        """Facts with the names of the services and plans that they hold by code."""
        service = self.floor.services.get(facts.get("service", ""))
        plan = next((p for p in self.floor.plans.items if p.id == facts.get("plan")), None)
        names: dict[str, Any] = {"service": service and service.name, "plan": plan and plan.name}
        if self.floor.rules.classes:
            own = self.floor.rules.own(facts.get("class", ""))
            names |= {"class": own and own.name, "ground": own and own.ground}
            names |= {"classes": [class_names(self.floor, code) or self.say("classes", code, {}) for code in facts.get("classes", ())]}
        device = self.floor.devices.get(facts.get("device", ""))
        if device:
            names |= {"device": device.id.split("/")[0], "trouble": self.device_text(device)}
        return facts | {k: v for k, v in names.items() if v}

    def class_names(self, code: str) -> Text:
        """What a class is called: one of the hall's own by its name, one that is no more by its code."""
        return class_names(self.floor, code) or (self.say("classes", code, {}) if code in set(Rank) else {FIRST: code})

    def device_text(self, d: Device) -> Text:
        """How a device is, in its machine's own words, else in those of its code; a code that nobody knows has none."""
        known = self.say("devices", d.code or "ok", d.facts)
        return ({} if d.code in known.values() else known) | d.sentence

    def window_name(self, no: str) -> Text:
        """A window's own name; where it has none in a language, how windows are called by their number."""
        w = self.floor.windows.get(no)
        return self.say("names", "window", {"window": no}) | (w.name if w else {})

    def typed(self, w: Window) -> WindowTyped:
        """What a window is for, as people call it."""
        code = self.floor.type_at(w)
        called = self.type_names(code)
        return {"type": pick(called), "types": called, "type_code": code}

    def type_names(self, code: str) -> Text:
        shipped = self.say("purposes", code, {}) if code in set(Purpose) else {}
        return shipped | self.floor.types.own_names(code) or {FIRST: code}

    def placed(self, w: Window) -> WindowPlaced:
        """Where a window is."""
        zone = self.floor.zone_at(w)
        called = self.floor.zones.names(zone.code) if zone else {}
        return {"zone": pick(called), "zones": called, "zone_code": zone.code if zone else None, "where": self.where(zone)}

    def where(self, zone: HallZone | None) -> Text:
        """Where a zone is, in a few words: its storey and what it is called. A1 and 东 are said with the word for an area, 东区 is not."""
        if zone is None:
            return {}
        called = self.floor.zones.names(zone.code)
        first = pick(called)
        letter = len(first) == 1 or len(first) == 2 and first.isascii()
        return self.say("names", "where_short" if letter else "where", {"zone": called, "storey": zone.storey or None})

    @cached_property
    def windows_of(self) -> dict[str, list[Window]]:
        """The windows that serve each service now, open or not."""
        found: dict[str, list[Window]] = {}
        for w in sorted(self.floor.windows.values(), key=lambda w: w.place):
            for code in serves(self.floor, w, self.now):
                found.setdefault(code, []).append(w)
        return found

    def where_of(self, t: Ticket) -> Text:
        """Where the window is that a number is called to; while it waits, where it will be called, if that is one part of the hall."""
        window = self.floor.windows.get(t.window or t.only_window or "")
        some = [window] if window else self.windows_of.get(t.service, [])
        zones = {zone and zone.code: zone for zone in map(self.floor.zone_at, some)}
        return self.where(next(iter(zones.values()))) if len(zones) == 1 else {}

    def service_name(self, code: str) -> Text:
        s = self.floor.services.get(code)
        return s.name if s else {FIRST: code}

    def wait(self, wait: ForecastWait | None) -> Wait | None:
        if wait is None:
            return None
        return {"p50": wait.p50, "p90": wait.p90, "at": self.at(wait.at), "say": self.say("wait", *as_told(wait.p50, wait.p90))}

    @cached_property
    def newer(self) -> Mapping[tuple[str, str], int]:
        """(service, class) -> how many have come since the forecast was drawn."""
        return self.waits.newer(self.floor) if self.waits else {}


# A text as programs outside know it (`name`, `name_en`), and in every language that it has (`names`).


class Named(TypedDict):
    name: str
    name_en: str
    names: Text


class ServiceNamed(TypedDict):
    service_name: str
    service_name_en: str
    service_names: Text


class Addressed(TypedDict):
    address: str | None
    address_en: str | None
    addresses: Text


class WindowNamed(TypedDict):
    window_name: str | None
    window_name_en: str | None
    window_names: Text | None


class WindowTyped(TypedDict):
    type: str
    types: Text
    type_code: str


class WindowPlaced(TypedDict):
    zone: str
    zones: Text
    zone_code: str | None
    where: Text


class Materials(TypedDict):
    materials: list[str]
    materials_en: list[str]
    material_lists: dict[str, list[str]]


def names(text: Text) -> Named:
    return {"name": pick(text), "name_en": pick(text, "en"), "names": text}


def addresses(text: Text) -> Addressed:
    return {"address": pick(text) or None, "address_en": text.get("en"), "addresses": text}


def service_names(text: Text) -> ServiceNamed:
    return {"service_name": pick(text), "service_name_en": pick(text, "en"), "service_names": text}


def window_names(text: Text | None) -> WindowNamed:
    if text is None:
        return {"window_name": None, "window_name_en": None, "window_names": None}
    return {"window_name": pick(text), "window_name_en": pick(text, "en"), "window_names": text}


def materials(service: Service | None) -> Materials:
    all = service.materials if service else {}
    return {"materials": pick(all) or [], "materials_en": all.get("en", []), "material_lists": all}


def facts_of(body: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in body.items() if isinstance(v, str | int) and not isinstance(v, bool)}
