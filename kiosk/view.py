"""The session and what is known of the hall as one JSON state for the touch page. Pure; nothing unmasked goes through here."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from config import words as catalogue
from config.words import devices as device_words
from drivers.contract import Status

from .session import Screen, Session

S = Screen
BUSY = frozenset({S.CARD, S.CHOOSING, S.CONFIRM, S.CHECKIN, S.SLOTS, S.ASKING, S.ISSUING, S.PRINTING})
SHOWN_TICKET = ("id", "number", "service", "class", "state", "ahead", "wait", "issued_at", "slot_at", "window", "track", "offline")
SHOWN_SERVICE = (
    "code", "name", "name_en", "theme", "theme_en", "prefix", "kind", "waiting", "wait", "materials", "materials_en", "online",
)  # fmt: skip
UNKNOWN = Status(state="unknown")


@dataclass(frozen=True, kw_only=True)
class World:
    """What the kiosk knows besides the person before it; from the server's last answers and from the devices."""

    kiosk: str = "kiosk-1"
    title: str = ""
    layout: str = "auto"
    hall: Mapping[str, Any] = field(default_factory=dict)
    services: tuple[Mapping[str, Any], ...] = ()
    online: bool = False
    url: str = ""  # of the track pages
    devices: Mapping[str, Status] = field(default_factory=dict)
    ways: tuple[str, ...] = ("card", "appointment", "phone", "none")
    green: tuple[str, ...] = ("elderly",)
    elder_age: int = 60
    notice: Mapping[str, str] = field(default_factory=dict)
    left: Mapping[str, int] = field(default_factory=dict)  # lent numbers by service

    def service(self, code: str | None) -> Mapping[str, Any] | None:
        return next((s for s in self.services if s["code"] == code), None)

    def with_device(self, name: str, status: Status) -> World:
        return replace(self, devices={**self.devices, name: status})


def lasting(world: World) -> World:
    """The world without what only says when it was looked at: a page need not be drawn again for that."""
    hall = {k: v for k, v in world.hall.items() if k != "now"}
    services = tuple({**s, "wait": {**s["wait"], "at": ""}} if s.get("wait") else s for s in world.services)
    return replace(world, hall=hall, services=services)


def state(session: Session, world: World, *, seq: int, now: int, stamp: str, times: Mapping, say: Mapping | None = None) -> dict[str, Any]:
    """docs/kiosk-door.md section 1. `now` ms of the session's clock, `stamp` the hall's time as RFC 3339."""
    left = session.seconds_left(now)
    person = session.person
    service = world.service(session.service)
    return {
        "seq": seq,
        "screen": str(session.screen),
        "may": list(session.may()),
        "language": session.prefer.language,
        "elder": session.prefer.elder,
        "wheelchair": session.prefer.wheelchair,
        "muted": session.prefer.muted,
        "seconds_left": left,
        "timeout": None if left is None else times.get(session.screen),
        "now": stamp,
        "hall": {k: world.hall.get(k) for k in ("code", "name", "name_en", "open", "hours", "look", "phone")},
        "kiosk": {"name": world.kiosk, "title": world.title, "layout": world.layout},
        "server": "ok" if world.online else "away",
        "purpose": session.purpose,
        "person": None if person is None else _person(person),
        "card_left": session.card_left and session.screen not in BUSY,
        "notice": dict(world.notice),
        "ways": [_way(way, world) for way in world.ways],
        "services": [_service(s, world) for s in world.services],
        "service": _service(service, world, whole=True) if service else None,
        "green": green(session, world),
        "ticket": _ticket(session.ticket, world) if session.ticket else None,
        "tickets": [_ticket(t, world) for t in session.tickets],
        "appointment": _ticket(session.appointment, world) if session.appointment else None,
        "appointments": [_ticket(a, world) for a in session.appointments],
        "slots": [dict(s) for s in session.slots],
        "paper": _paper(world.devices.get("printer")),
        "message": told(session.message),
        "say": say,
        "help": session.help,
        "enrol": session.enrol,
        "devices": {name: _device(status) for name, status in world.devices.items()},
    }


def green(session: Session, world: World) -> list[dict[str, str]]:
    """The reasons for the green channel that this person may give here: those the hall allows, `elderly` only to who is."""
    if session.screen not in (Screen.CONFIRM, Screen.ISSUING):
        return []
    age = session.person.age if session.person else None
    offered = [r for r in world.green if r != "elderly" or age is not None and age >= world.elder_age]
    return [{"reason": r, **both("kiosk", f"green_{r}")} for r in offered]


def told(message: Mapping[str, Any] | None) -> dict[str, str] | None:
    """A message's code as sentences; a sentence that came with it (from the server) is taken as it is. `words`: the code's section."""
    if not message:
        return None
    known = both(message.get("words", "kiosk"), message["code"])
    if known["zh"] == message["code"]:
        known = both("refusals", message["code"], **{k: v for k, v in message.items() if k not in ("code", "zh", "en", "words")})
    return {"code": message["code"], "zh": message.get("zh") or known["zh"], "en": message.get("en") or known["en"]}


@functools.cache
def _words():
    return catalogue.load()


def both(section: str, key: str, **facts: Any) -> dict[str, str]:
    return {lang: _words().text(section, key, lang, **facts) for lang in ("zh", "en")}


def spoken(session: Session) -> tuple[str, dict[str, str]] | None:
    """(key, sentences) of what is said on reaching a screen, or None."""
    key = str(session.screen)
    facts = {k: session.ticket.get(k) for k in ("number", "ahead")} if session.ticket else {}
    sentence = both("kiosk_say", key, **facts)
    return None if sentence["zh"] == key else (key, sentence)


# ---------------------------------------------------------------- pieces


def _person(person) -> dict[str, str]:
    shown = {"masked": person.masked, "last4": person.last4, "card": person.card, "phone": person.phone_masked}
    return {k: v for k, v in shown.items() if v}


def _way(way: str, world: World) -> dict[str, Any]:
    """Whether a button of the first page can lead anywhere now."""
    sentence = None
    if way == "card":
        reader = world.devices.get("reader")
        if reader is None or reader.stops:
            sentence = both("devices_told", "reader") if reader else both("refusals", "card_unreadable")
    elif way in ("appointment", "book") and not world.online:
        sentence = both("kiosk", "unreachable")
    return {"way": way, "ready": sentence is None, "sentence": sentence}


def _service(service: Mapping[str, Any], world: World, *, whole: bool = False) -> dict[str, Any]:
    shown = {k: service.get(k) for k in SHOWN_SERVICE}
    shown["materials"] = list(shown["materials"] or ())
    shown["initials"] = initials(service["name"])
    why = _why_not(service, world)
    shown |= {"can": why is None, "why_not": why}
    shown["online"] = shown["online"] or None
    if whole:
        shown["online_qr"] = qr(shown["online"]) if shown["online"] else None
    return shown


def _why_not(service: Mapping[str, Any], world: World) -> dict[str, str] | None:
    if service.get("closed"):
        return {"code": "service_closed", **both("refusals", "service_closed", service=service["name"])}
    if service.get("full"):
        return {"code": "quota_full", **both("refusals", "quota_full", service=service["name"])}
    if not world.online and not world.left.get(service["code"]):
        return {"code": "nothing_left", **both("kiosk", "nothing_left")}
    return None


def _ticket(ticket: Mapping[str, Any], world: World) -> dict[str, Any]:
    shown = {k: ticket.get(k) for k in SHOWN_TICKET} | {"slot_end": ticket.get("slot_end")}
    service = world.service(ticket.get("service")) or {}
    shown["service_name"] = ticket.get("service_name") or service.get("name") or ticket.get("service")
    shown["service_name_en"] = ticket.get("service_name_en") or service.get("name_en") or shown["service_name"]
    shown["url"] = track_url(ticket, world)
    shown["qr"] = qr(shown["url"]) if shown["url"] else None
    return shown


def track_url(ticket: Mapping[str, Any], world: World) -> str:
    return f"{world.url}/t/{ticket['track']}" if ticket.get("track") and world.url else ""


def _paper(printer: Status | None) -> dict[str, Any]:
    if printer is None:
        return {"state": "none", "sentence": both("kiosk", "no_printer")}
    sentence = _sentence(printer)
    if printer.stops:
        return {"state": "none", "sentence": sentence}
    if printer.state == "unknown":
        return {"state": "unknown", "sentence": sentence}
    return {"state": "low" if printer.code == "paper_low" else "ok", "sentence": sentence}


def _device(status: Status) -> dict[str, Any]:
    said = _sentence(status)
    return {"state": status.state, "code": status.code, "sentence": said["zh"], "sentence_en": said["en"]}


def _sentence(status: Status) -> dict[str, str]:
    return {lang: device_words.sentence(status.code, status.facts, lang) for lang in ("zh", "en")}


def warm(world: World) -> None:
    """Loads what the first visitor should not wait for."""
    for service in world.services:
        initials(service["name"])
        if service.get("online"):
            qr(service["online"])
    initials("取号")
    qr(f"{world.url}/t/")


@functools.lru_cache(4096)
def initials(name: str) -> str:
    """公积金提取 -> gjjtq: what a visitor types to find a service."""
    from pypinyin import Style, lazy_pinyin

    return "".join(p[0] for p in lazy_pinyin(name, style=Style.FIRST_LETTER, errors=lambda x: [c for c in x if c.isalnum()]) if p).lower()


@functools.lru_cache(256)
def qr(text: str) -> str:
    """A QR code as an SVG that takes its size from where it stands: one path, a run of dark modules at a time."""
    import qrcode

    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=0)
    code.add_data(text)
    code.make(fit=True)
    runs = []
    for y, row in enumerate(code.modules):
        x = 0
        while x < len(row):
            end = x
            while end < len(row) and row[end]:
                end += 1
            if end > x:
                runs.append(f"M{x} {y}h{end - x}v1h-{end - x}z")
            x = end + 1
    size = len(code.modules)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-2 -2 {size + 4} {size + 4}" shape-rendering="crispEdges" role="img">'
        f'<path fill="#fff" d="M-2-2h{size + 4}v{size + 4}h-{size + 4}z"/><path d="{"".join(runs)}"/></svg>'
    )
