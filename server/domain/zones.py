"""What may not be served where, by the types and zones of a hall (config/settings/zones.py). Pure; the refusals are in actions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from config.settings.zones import misplaced

from .floor import Floor
from .texts import FIRST


def wrong_places(floor: Floor) -> dict[Any, dict[str, Any]]:
    """{what: facts of the refusal} of every service at a window to which it may not go, its own or lent, now or by a plan."""
    return {one: _said(floor, one) for one in misplaced(floor.types, floor.zones, _served(floor))}


def left_without(before: Floor, after: Floor) -> list[dict[str, Any]]:
    """The types and zones that a change takes away and that windows, or zones, still name."""
    found: list[dict[str, Any]] = []
    for what, was, now in (("type", before.types, after.types), ("zone", before.zones, after.zones)):
        gone = was.by_code.keys() - now.by_code.keys() - set(now.known)
        users = {w.no: was.code_of(getattr(w, what)) for w in after.windows.values() if getattr(w, what)}
        for code in sorted(gone):
            windows = [no for no, used in users.items() if used == code]
            zones = [after.zones.names(z.code) for z in after.zones.items if what == "type" and z.type == code]
            menus = after.kiosks.menus.items() if what == "zone" else ()
            kiosks = [name for name, menu in menus if menu.zone and was.code_of(menu.zone) == code]
            if windows or zones or kiosks:
                facts = {"name": was.names(code), "windows": windows, "zones": zones, "kiosks": kiosks}
                why = "still_used_by_zones" if zones else "still_used" if windows else "still_used_by_kiosks"
                found.append({"field": f"{what}s.items", "code": why, **facts})
    return found


def _served(floor: Floor) -> Iterator[tuple[str, str, str, tuple[str, ...]]]:
    yield from ((w.no, w.type, w.zone, w.services) for w in floor.windows.values())
    for lend in (*floor.lends.items, *(lend for plan in floor.plans.items for lend in plan.lends)):
        if window := floor.windows.get(lend.window):
            yield window.no, window.type, window.zone, lend.services


def _said(floor: Floor, one: Any) -> dict[str, Any]:
    service = floor.services.get(one.service)
    facts = {"field": "services", "window": one.window, "service": service.name if service else {FIRST: one.service}}
    if one.zone:
        return facts | {"code": "nobody_called", "zone": floor.zones.names(one.zone)}
    return facts | {"code": "goes_only_to", "only": [floor.types.names(code) for code in one.only], "type": floor.types.names(one.type)}
