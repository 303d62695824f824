"""A hall file becomes the hall's first event, and a running hall becomes a hall file. It decides nothing: the models are in config, the
rules in domain."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import Any

from config import halls
from config.schema import BoardNotice, HallFile, HallTable, ServiceTable, WindowTable
from config.settings import SETTINGS, as_json, in_whole

from .domain.floor import Floor
from .domain.texts import FIRST, Text, pick
from .domain.things import Window

AS_SET = (
    "look",
    "neighbours",
    "notice",
    "privacy",
    "voice",
    "lends",
    "plans",
    "packages",
    "rosters",
    "skills",
    "slip",
    "types",
    "zones",
)  # what they leave out is no default of the hall's own
IN_TABLES = (
    "rules",
    "calls",
    "slots",
    "types",
    "zones",
    "neighbours",
    "lends",
    "plans",
    "packages",
)  # whose fields stand in other tables of a file
NOT_IN_A_FILE = {
    "plans_active": "what is in force at this moment",
    "stopped": "likewise: that all numbers are stopped today",
    "kiosk_marks": "the letters that machines were given as they came",
}


def first_event(hall: HallFile) -> dict[str, Any]:
    """The arguments of `actions.load_hall`. Every value is written down, so that a later default changes no hall that runs."""
    own = hall.hall
    given = halls.settings_of(hall)
    written = {name: as_json(one) if name in AS_SET else in_whole(one) for name, one in given.items()}
    told = {name for name, one in given.items() if as_json(one) != as_json(SETTINGS[name]())}  # all of it may be off, and mean it
    return {
        "hall": {"code": own.code, "name": own.name, "timezone": own.timezone},
        "services": [as_put(s) for s in hall.services],
        "windows": [w.model_dump(mode="json") | {"type": pick(w.type), "zone": pick(w.zone)} for w in hall.windows],
        "settings": {name: value for name, value in written.items() if name in told or any(value.values())},
        "notices": _notices(hall),
    }


def as_import(hall: HallFile) -> dict[str, Any]:
    """The arguments of `actions.import_hall`: what the file names of services, windows and settings, and nothing that it leaves out."""
    settings = {
        name: setting.model_dump(mode="json", by_alias=True, exclude_unset=name in AS_SET)
        for name, setting in halls.settings_of(hall).items()
        if not hall.model_fields_set.isdisjoint(halls.TABLES.get(name, (name,)))
    }
    return {
        "hall": hall.hall.code,
        "services": [as_put(s, exclude_unset=True) | {"place": n} for n, s in enumerate(hall.services)],
        "windows": [w.model_dump(mode="json", exclude_unset=True) | {"place": n} for n, w in enumerate(hall.windows)],
        "settings": settings,
        "notices": _notices(hall),
    }


def _notices(hall: HallFile) -> list[dict[str, Any]]:
    return [{"text": n.text, "starts_at": _ms(n.from_), "ends_at": _ms(n.until), "media": n.media} for n in hall.notices]


def as_put(service: ServiceTable, **how: Any) -> dict[str, Any]:
    """A service as it is put into the hall: one that is not open is closed."""
    row = service.model_dump(mode="json", **how)
    return row | {"closed": not row.pop("open")} if "open" in row else row


def exported(floor: Floor, now: int, zone: tzinfo) -> HallFile:
    """The hall as it is now, as a file that makes another like it. No person, no number and no token is in it."""
    hall = floor.the_hall
    known = {name: getattr(floor, name) for name in SETTINGS if name in floor.settings or name in IN_TABLES}
    look = {name: value for name in type(floor.look).model_fields if (value := getattr(floor.look, name))}
    at = lambda ms: None if ms is None else datetime.fromtimestamp(ms / 1000, zone)
    standing = [n for n in floor.notices.values() if not n.removed and (n.ends_at is None or n.ends_at > now)]
    return HallFile(
        hall=HallTable(code=hall.code, name=hall.name, timezone=hall.timezone, **look),
        services=[
            _like(ServiceTable, s, open=not s.closed, minutes=float(s.minutes))
            for s in sorted(floor.services.values(), key=lambda s: s.place)
        ],
        windows=[_like(WindowTable, w, **_named(floor, w)) for w in sorted(floor.windows.values(), key=lambda w: w.place)],
        notices=[BoardNotice(text=n.text, from_=at(n.starts_at), until=at(n.ends_at), media=n.media) for n in standing],
        **halls.from_settings(known),
    )


def _like(model: Any, thing: Any, **more: Any) -> Any:
    """A thing of the hall as a row of its file."""
    row = {name: getattr(thing, name) for name in model.model_fields if name not in more}
    row = {name: list(value) if isinstance(value, tuple) else value for name, value in row.items()}
    return model.model_construct(**row | more)  # unchecked: what an older version let in is no reason to give nothing


def _named(floor: Floor, window: Window) -> dict[str, Text]:
    """A window's type and zone as its file names them: by code."""
    codes = {"type": floor.types.code_of(window.type), "zone": floor.zones.code_of(window.zone)}
    return {column: {FIRST: code} if code else {} for column, code in codes.items()}


def _ms(at: datetime | None) -> int | None:
    return None if at is None else int(at.timestamp() * 1000)
