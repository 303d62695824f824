"""What a setting may hold, so that a wrong one is refused where it is set and never discovered at a call. Pure: it changes nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from .hours import WEEKDAYS

SPAN = re.compile(r"([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)")
SPAN_FORM = '["08:30-12:00", …]'


def problem(name: str, value: dict) -> str | None:
    """The first thing wrong in a setting, as `key: what may stand there`; None where nothing is, or where nobody here knows the setting."""
    known = KNOWN.get(name)
    for key, part in value.items() if known else ():
        check = known.get(key) or known.get("*")
        if check is None:
            return f"{key}: {', '.join(k for k in known if k != '*')}"
        wrong = check(part)
        if wrong:
            return f"{key}: {wrong}"
    return None


def between(least: int, most: int) -> Callable:
    return lambda v: None if type(v) is int and least <= v <= most else f"{least}–{most}"


def one_of(*words: str) -> Callable:
    return lambda v: None if v in words else ", ".join(words)


def flag(value) -> str | None:
    return None if isinstance(value, bool) else "true, false"


def prefix(value) -> str | None:
    return None if isinstance(value, str) and re.fullmatch("[A-Z]{0,3}", value) else "A–Z"


def names(value) -> str | None:
    return None if isinstance(value, list) and all(isinstance(v, str) for v in value) else '["…"]'


def text(most: int) -> Callable:
    return lambda v: None if isinstance(v, str) and len(v) <= most else f"≤ {most}"


def optional(check: Callable) -> Callable:
    return lambda v: None if v is None else check(v)


def language_tags(value) -> str | None:
    is_tag = lambda v: isinstance(v, str) and re.fullmatch("[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", v)
    return None if isinstance(value, list) and value and all(map(is_tag, value)) else '["zh", "en"]'


def colour(value) -> str | None:
    return None if isinstance(value, str) and re.fullmatch("#([0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})", value) else "#0d3b2e"


def picture(value) -> str | None:
    """A page loads it as an image: an address or a picture written out, never a script."""
    fits = isinstance(value, str) and len(value) <= 20_000 and re.match("/(?!/)|https?://|data:image/", value)
    return None if fits else "/…, https://…, data:image/…"


def activation(value) -> str | None:
    fits = isinstance(value, dict) and set(value) <= {"since", "by"} and between(0, 2**53)(value.get("since")) is None
    return None if fits and isinstance(value.get("by", ""), str) else '{"since": 1795140000000, "by": "…"}'


def mark(value) -> str | None:
    return None if isinstance(value, str) and re.fullmatch("[A-Z]", value) else "A–Z"


def volumes(value) -> str | None:
    """[{"from": "08:00", "to": "12:00", "volume": 60}]"""
    form = '[{"from": "12:00", "to": "13:30", "volume": 40}]'
    if not isinstance(value, list) or not all(isinstance(v, dict) and set(v) == {"from", "to", "volume"} for v in value):
        return form
    good = all(spans([f"{v['from']}-{v['to']}"]) is None and between(0, 100)(v["volume"]) is None for v in value)
    return None if good else form


def spans(value) -> str | None:
    """["08:30-12:00", "13:30-17:30"], each ending after it began."""
    if not isinstance(value, list) or not all(isinstance(v, str) and SPAN.fullmatch(v) for v in value):
        return SPAN_FORM
    return next((v for v in value if v[:5] >= v[6:]), None)


def is_day(value) -> bool:
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def days(value) -> str | None:
    return None if isinstance(value, list) and all(is_day(v) for v in value) else '["2027-01-01", …]'


def single_days(value) -> str | None:
    if not isinstance(value, dict) or not all(is_day(day) for day in value):
        return f'{{"2027-01-09": {SPAN_FORM}}}'
    return next((wrong for wrong in map(spans, value.values()) if wrong), None)


def single_slots(value) -> str | None:
    """{service: {"minutes", "capacity"}}"""
    if not isinstance(value, dict) or not all(isinstance(v, dict) for v in value.values()):
        return '{"…": {"minutes": 30, "capacity": 4}}'
    parts = [(key, part) for slot in value.values() for key, part in slot.items()]
    return next((f"{key}: {wrong}" for key, part in parts if (wrong := SLOT[key](part) if key in SLOT else ", ".join(SLOT))), None)


NEIGHBOUR = ("code", "name", "name_en", "address", "address_en", "phone", "url", "page")
MOST_NEIGHBOURS = 20
NEIGHBOURS_FORM = '[{"code": "33100200000002", "name": "…", "url": "https://…"}, …]'
WEB = re.compile(r"https?://[^\s/]+(/\S*)?")


def neighbours(value) -> str | None:
    """Other halls, not too many, each once, with a code and a name."""
    if not isinstance(value, list) or not all(isinstance(v, dict) for v in value):
        return NEIGHBOURS_FORM
    if len(value) > MOST_NEIGHBOURS:
        return f"≤ {MOST_NEIGHBOURS}"
    for n, one in enumerate(value):
        wrong = next((k for k, part in one.items() if k not in NEIGHBOUR or not isinstance(part, str) or len(part) > 200), None)
        if wrong is not None:
            return f"[{n}].{wrong}: {', '.join(NEIGHBOUR)}"
        if not re.fullmatch(r"\d{14}", one.get("code", "")) or not one.get("name", "").strip():
            return NEIGHBOURS_FORM
        if not all(WEB.fullmatch(one[k]) for k in ("url", "page") if one.get(k)):
            return f"[{n}]: http://, https://"
    codes = [one["code"] for one in value]
    return next((code for code in codes if codes.count(code) > 1), None)


SLOT = {"minutes": between(5, 480), "capacity": between(0, 1000)}
KNOWN: dict[str, dict[str, Callable]] = {  # setting -> key -> what is wrong with its value; "*": any other key
    "hours": {
        **{day: spans for day in WEEKDAYS},
        "holidays": days, "days": single_days, "first_number": between(0, 14400), "last_number": between(0, 14400), "enforce": flag,
    },
    "slots": {**SLOT, "services": single_slots},
    "calls": {"when_called": one_of("refuse", "miss"), "recalls_before_miss": between(0, 20), "most_calls": between(0, 100)},
    "evaluation": {"pad_s": between(5, 3600), "open_hours": between(1, 8760)},
    "series": {"ordinary": prefix, "appointment": prefix, "green": prefix},
    "reserved": {"*": names},
    "look": {
        "logo": optional(picture), "ink": optional(colour), "call": optional(colour), "wall": optional(one_of("dark", "light")),
        "phone": optional(text(80)), "complaints": optional(text(80)), "address": optional(text(200)), "address_en": optional(text(200)),
    },
    "notice": {"version": text(40), "zh": text(1000), "en": text(1000)},
    "voice": {
        "languages": language_tags, "times": between(1, 3), "volume": between(0, 100), "hours": volumes, "quiet": spans,
    },
    "privacy": {"holder_days": between(0, 3650), "comment_days": between(1, 3650)},
    "kiosk_marks": {"*": mark},
    "plans_active": {"*": activation},
    "neighbours": {"items": neighbours},
}  # fmt: skip
