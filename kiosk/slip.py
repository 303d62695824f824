"""A ticket as it stands on paper, in words from a template that a hall can change. No unmasked person is ever put on paper."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

from config import ConfigError, Mistake
from config import load as config_load
from config.mistakes import show
from config.paths import find
from config.settings.texts import pick
from config.words import LANGUAGES
from config.words import load as load_words
from drivers.contract import Fact, Slip, SlipLine

from .texts import text_of

TEXTS = ("heading", "subheading", "label", "title", "subtitle", "reprint", "alone", "booked_label", "stations_heading")
LISTS = ("lines", "offline", "qr_lines", "footer", "booked_lines")
PAIRS = ("highlights", "facts")
Facts = Mapping[str, Any]
WORD = re.compile(r"\{(\w+)\}")
PRINTED_CLASSES = ("appointment", "green")  # of an ordinary ticket's class nothing is printed
DEFAULT = "zh"  # the language of a template that has no words in the visitor's


@dataclass(frozen=True, kw_only=True)
class SlipTemplate:
    language: str
    logo: str
    words: Mapping[str, Mapping[str, Any]]  # language -> part -> text or list


def load(path: str | Path | None = None) -> SlipTemplate:
    """The template in a TOML file (None: the shipped one), or ConfigError with every mistake in it. What it leaves out is as shipped."""
    own = config_load.slip(path)
    logo = find(own.logo, Path(path).parent) if own.logo and path else None
    if logo and not logo.is_file():
        raise ConfigError([Mistake(file=str(path), key="logo", problem=f"there is no picture {show(own.logo)} beside this file")])
    words: dict[str, dict[str, Any]] = {}
    for lang in LANGUAGES:
        filled = load_words().tables[lang].get("slip", {}) | own.words(lang).model_dump(exclude_none=True)
        if filled:  # what a language lacks of a slip stands there in the first one: nothing that is promised is left out
            words[lang] = load_words().section("slip", lang) | filled
    return SlipTemplate(language=own.language, logo=str(logo or ""), words=words)


def with_halls(template: SlipTemplate, own: Mapping[str, Any]) -> SlipTemplate:
    """The template with what the hall has set for all its slips (setting `slip`); without anything, itself."""
    said: Mapping[str, Mapping[str, Any]] = own.get("words") or {}
    if not said and not own.get("language"):
        return template
    words = {lang: {**template.words.get(lang, template.words[DEFAULT]), **said.get(lang, {})} for lang in (*template.words, *said)}
    return replace(template, language=own.get("language") or template.language, words=words)


# ---------------------------------------------------------------- a ticket becomes a slip


def slip(
    ticket: Mapping[str, Any],
    template: SlipTemplate,
    *,
    hall: Mapping[str, Any],
    service: Mapping[str, Any] | None = None,
    person: Mapping[str, str] | None = None,
    url: str = "",
    language: str = "zh",
    reprint: bool = False,
    zone: tzinfo | None = None,
    kiosk: str = "",
    place: Callable[[str], str] = lambda language: "",
    unserved: bool = False,
    returns: Mapping[str, Any] | None = None,
    stations: Sequence[Facts] = (),
) -> Slip:
    """`ticket`, `hall`, `service` as in the open interface; `person` already masked ({masked, last4, phone}). `place`: where the number
    is called, in a language; `unserved`: no window serves it now; `returns`: the hall's rule for missed numbers;
    `stations`: of a number for several services, as view.stations_on_paper has them."""
    language = language if template.language == "visitor" else template.language
    languages = tuple(template.words)[:2] if language == "both" else (language if language in template.words else DEFAULT,)
    parts: list[dict[str, Any]] = []
    for lang in languages:
        facts = _facts(ticket, hall, service or {}, person or {}, lang, zone) | {"kiosk": kiosk, "place": place(lang)}
        facts |= {"unserved": _text("slip_unserved", lang) if unserved else "", **_returns(returns or {}, lang)}
        facts |= _of_package(ticket, stations, lang)
        parts.append(_filled(template.words[lang], facts, ticket, reprint) | {"stations": _stations(template.words[lang], stations, lang)})
    first, second = parts[0], parts[1] if len(parts) == 2 else None
    if second:
        first = _both(first, second)
    return Slip(
        number=str(ticket.get("number") or parts[0]["slot"]), qr=url, logo=template.logo,
        heading=first["heading"], subheading=first["subheading"], label=first["label"], title=first["title"], subtitle=first["subtitle"],
        highlights=tuple(Fact(label=a, value=b) for a, b in first["highlights"]),
        facts=tuple(Fact(label=a, value=b) for a, b in first["facts"]),
        lines=(*first["stations"], *(SlipLine(text=t) for t in first["lines"])),
        qr_lines=tuple(SlipLine(text=t) for t in first["qr_lines"]) if url else (),
        footer=tuple(SlipLine(text=t, size=0.85) for t in first["footer"]),
        mark=first["mark"], rtl=load_words().of(languages[0], "direction") == "rtl",
    )  # fmt: skip


def _facts(ticket: Facts, hall: Facts, service: Facts, person: Facts, lang: str, zone: tzinfo | None) -> dict[str, str]:
    issued, slot = _when(ticket.get("issued_at"), zone), _when(ticket.get("slot_at"), zone)
    ahead, told = ticket.get("ahead"), ticket.get("wait")
    wait: Facts = told["say"] if told else {}
    class_ = str(ticket.get("class") or "")
    look: Facts = hall.get("look") or {}
    return {
        "hall": text_of(hall, "name", lang),
        "number": ticket.get("number") or "",
        "service": text_of(service, "name", lang) or text_of(ticket, "service_name", lang) or ticket.get("service") or "",
        "theme": text_of(service, "theme", lang),
        "class": _class(ticket, class_, lang),
        "reason": ticket.get("reason") or "",
        "ahead": "" if ahead is None else str(ahead),
        "wait": str(wait.get(lang, "")),
        "time": issued.strftime("%Y-%m-%d %H:%M") if issued else "",
        "date": issued.strftime("%Y-%m-%d") if issued else "",
        "slot": slot.strftime("%H:%M") if slot else "",
        "slot_date": slot.strftime("%Y-%m-%d") if slot else "",
        "checkin_from": _clock(ticket.get("checkin_from"), zone),
        "checkin_until": _clock(ticket.get("checkin_until"), zone),
        "person": person.get("masked", ""),
        "id": person.get("last4", ""),
        "phone": person.get("phone", ""),
        "materials": load_words().joined(text_of(service, "materials", lang) or [], lang),
        "online": service.get("online") or "",
        "window": ticket.get("window") or "",
        "phone_of_hall": look.get("phone") or "",
    }


def _of_package(ticket: Facts, stations: Sequence[Facts], lang: str) -> dict[str, str]:
    """What stands otherwise on a slip for several services: what it is for, and what to bring to all of them, each once. Where each is
    stands with the stations."""
    if not stations:
        return {}
    text = load_words()
    coming = [one for one in stations if one["come"]]
    materials = list(dict.fromkeys(paper for one in coming for paper in one["materials"].get(lang) or ()))
    later = [pick(one["names"], lang) for one in stations if not one["come"]]
    own = {"materials": text.joined(materials, lang), "later": text.joined(later, lang), "place": ""}
    return own | ({"service": pick(ticket["package_names"], lang)} if ticket.get("package_names") else {})


def _stations(words: Mapping[str, Any], stations: Sequence[Facts], lang: str) -> list[SlipLine]:
    """A heading, and of each station the lines of the template, the first in bold type."""
    found: list[SlipLine] = []
    for nth, one in enumerate((one for one in stations if one["come"]), 1):
        name = pick(one["names"], lang)
        station = name if one["sure"] else _text("station_depends", lang, service=name)
        facts = {"nth": str(nth), "station": station, "station_place": one["place"].get(lang) or ""}
        lines = [text for pattern in words.get("stations", ()) if (text := _said(pattern, facts))]
        found += [SlipLine(text=text, bold=at == 0, size=1.1 if at == 0 else 1.0) for at, text in enumerate(lines)]
    heading = words.get("stations_heading", "")
    return [SlipLine(text=heading), *found] if heading and found else found


def _said(pattern: str, facts: Mapping[str, str]) -> str:
    """A pattern with its words filled in; empty where one of them is not known."""
    if any(not facts.get(word) for word in WORD.findall(pattern)):
        return ""
    return WORD.sub(lambda m: str(facts[m[1]]), pattern)


def _class(ticket: Facts, class_: str, lang: str) -> str:
    """What a number's class is called, how many stand on it and by what somebody acts for its holder: of an ordinary one nothing is
    printed, one of the hall's own is told with the number."""
    named = _text(f"class_{class_}", lang) if class_ in PRINTED_CLASSES else ""
    if not named and class_ not in ("", "ordinary"):
        named = text_of(ticket, "class_name", lang)
    persons, acts = int(ticket.get("persons") or 1), ticket.get("authority")
    group = load_words().text("kiosk", "persons", lang, n=persons) if persons > 1 else ""
    return " · ".join(filter(None, (named, group, _text(f"acts_{acts}", lang) if acts else "")))


def _returns(rule: Mapping[str, Any], lang: str) -> dict[str, str]:
    """What becomes of a missed number by the hall's rule. Of a rule that is not known nothing is promised."""
    if not rule:
        return {}
    seconds = int(rule.get("within") or 0)
    if not seconds or rule.get("times") == 0:
        return {"no_return": _text("slip_no_return", lang)}
    hours = seconds % 3600 == 0
    within = _text("in_hours" if hours else "in_minutes", lang, n=seconds // (3600 if hours else 60))
    times = rule.get("times")
    return {"return_within": within, "return_times": _text("times", lang, n=times) if times else ""}


def _text(key: str, lang: str, **facts: Any) -> str:
    return load_words().text("kiosk", key, lang, **facts)


def _filled(words: Mapping[str, Any], facts: Mapping[str, str], ticket: Mapping[str, Any], reprint: bool) -> dict[str, Any]:
    alone, booked = bool(ticket.get("offline")), not ticket.get("number")

    def text(pattern: str) -> str:
        return _said(pattern, facts)

    done: dict[str, Any] = {part: text(words.get(part, "")) for part in TEXTS}
    for part in LISTS:
        done[part] = [t for t in map(text, words.get(part, ())) if t]
    for part in PAIRS:
        done[part] = [(text(a), text(b)) for a, b in words.get(part, ()) if text(b)]
    if booked:  # an appointment has no number yet: its time stands there
        done |= {"label": done["booked_label"], "lines": done["booked_lines"], "highlights": [], "facts": [], "footer": []}
    if alone:
        done["lines"] = done["offline"] + done["lines"]
    done["mark"] = " · ".join(m for m in (done["reprint"] if reprint else "", done["alone"] if alone else "") if m)
    return done | {"slot": facts["slot"]}


def _both(zh: dict[str, Any], en: dict[str, Any]) -> dict[str, Any]:
    """One slip in the first two languages, Chinese and English as shipped: the first large, the other under or beside it."""
    whole = dict(zh)
    whole["subheading"] = en["heading"] if en["heading"] != zh["heading"] else zh["subheading"]
    whole["label"] = f"{zh['label']}  {en['label']}"
    whole["subtitle"] = "  ".join(t for t in (en["title"] if en["title"] != zh["title"] else "", zh["subtitle"]) if t)
    for part in PAIRS:
        english = en[part] if len(en[part]) == len(zh[part]) else [("", "")] * len(zh[part])
        whole[part] = [(f"{a} {c}".strip(), b) for (a, b), (c, _) in zip(zh[part], english, strict=True)]
    whole["stations"] = zh["stations"] + en["stations"]
    for part in ("lines", "qr_lines", "footer"):
        whole[part] = zh[part] + [t for t in en[part] if t not in zh[part]]
    return whole


def _clock(text: Any, zone: tzinfo | None) -> str:
    at = _when(text, zone)
    return at.strftime("%H:%M") if at else ""


def _when(text: Any, zone: tzinfo | None) -> datetime | None:
    if not text:
        return None
    at = datetime.fromisoformat(str(text).replace("Z", "+00:00"))
    return at.astimezone(zone) if zone else at
