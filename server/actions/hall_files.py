"""A hall file, or lists out of spreadsheets, put into a hall that runs: all of it or nothing, and looked at before. It reads no file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import BaseModel

from config.codes import ListChange
from config.settings import as_json, parse

from ..domain import events
from ..domain.errors import NotNow
from ..domain.floor import Floor
from ..domain.given import Hits, tried
from ..domain.transaction import Ledger, Transaction
from .given import tells_holders, try_out
from .hall import ensure_apart, put_notice, services_put, write_setting, write_window
from .zones import ensure_placed

FIRST = ("types", "zones")  # windows name them; what of them only the hall has stays


@dataclass(frozen=True, kw_only=True)
class HallChanges:
    """What an import makes otherwise: {code: how} of services and windows, names of settings, how many notices are put up, whom it hits."""

    services: dict[str, ListChange] = field(default_factory=dict)
    windows: dict[str, ListChange] = field(default_factory=dict)
    settings: tuple[str, ...] = ()
    notices: int = 0
    hits: Hits


@tells_holders
def import_hall(
    tx: Transaction,
    *,
    hall: str,
    services: Sequence[Mapping[str, Any]] = (),
    windows: Sequence[Mapping[str, Any]] = (),
    settings: Mapping[str, dict[str, Any]] | None = None,
    notices: Sequence[Mapping[str, Any]] = (),
) -> None:
    """Puts what is named of the hall `hall`, and leaves all else. What is refused is refused by the whole as it would then be."""
    before, given = tx.floor, dict(settings or {})
    if before.the_hall.code != hall:
        raise NotNow("other_hall", file=hall, own=before.the_hall.code)
    put = services_put(before.services, services)
    if put:
        tx.tell(events.ServiceChanged(service=""), *put.values())
    for name in FIRST:
        items = given.pop(name, {}).get("items", [])
        here = {one["code"] for one in items}
        had = as_json(getattr(tx.floor, name)).get("items", [])
        if items:
            write_setting(tx, name=name, value={"items": [*(one for one in had if one["code"] not in here), *items]})
    for row in windows:
        write_window(tx, **row)
    for name, value in given.items():
        if not _holds(name, value, getattr(tx.floor, name)):
            write_setting(tx, name=name, value=value)
    for one in notices:
        if not any(_stands(one, n) for n in tx.floor.notices.values() if not n.removed):
            put_notice(tx, **one)
    ensure_placed(before, tx.floor)
    ensure_apart(before, tx.floor)


def _whole(one: BaseModel) -> tuple[dict[str, Any], bool]:
    """A setting with its defaults, and whether any weekday of its own is said."""
    return one.model_dump(mode="json"), bool({*getattr(one, "UNSAID", ())} & one.model_fields_set)


def _holds(name: str, value: dict[str, Any], now: BaseModel) -> bool:
    """Whether a setting means what is set already, however it was written. Of one whose default is the installer's (AS_SAID) what is said
    is set, though it says the default."""
    new: BaseModel = parse(name, value)
    said = not getattr(new, "AS_SAID", False) or new.model_fields_set <= now.model_fields_set
    return said and _whole(new) == _whole(now)


def _stands(one: Mapping[str, Any], notice: Any) -> bool:
    """Whether a notice of the hall is this one. One that names no beginning began whenever it was put up."""
    began = one["starts_at"] in (None, notice.starts_at)
    return began and (one["text"], one["ends_at"], one["media"]) == (notice.text, notice.ends_at, notice.media)


def look_at_import(ledger: Ledger, actor: str, **arguments: Any) -> HallChanges:
    """What an import would make otherwise."""

    def found(before: Floor, tx: Transaction) -> HallChanges:
        return compared(before, tx.floor, tried(before, tx.floor, tx.now, tx.zone))

    return try_out(ledger, actor, import_hall, found, **arguments)


def compared(before: Floor, after: Floor, hits: Hits) -> HallChanges:
    old, new = before.services, after.services
    services = {
        code: ListChange.ADDED if code not in old else ListChange.RETIRED if one.closed and not old[code].closed else ListChange.CHANGED
        for code, one in new.items()
        if code not in old or replace(one, place=0) != replace(old[code], place=0)
    }
    windows = {
        no: ListChange.CHANGED if no in before.windows else ListChange.ADDED
        for no, one in after.windows.items()
        if no not in before.windows or replace(before.windows[no], place=0) != replace(one, place=0)
    }
    settings = tuple(name for name in after.settings if after.settings[name] != before.settings.get(name))
    return HallChanges(services=services, windows=windows, settings=settings, notices=len(after.notices) - len(before.notices), hits=hits)
