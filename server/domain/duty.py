"""Which windows serve what, from when to when: what is lent and what a plan changes, on top of a window's own services. Pure.

Setting `lends`: {"items": [{"window": "5", "services": ["tax"], "only": false, "weekdays": ["monday"], "dates": ["2026-11-20"],
"from": "10:00", "to": "12:00"}]}; every part but window and services may be left out. Setting `plans`: {"items": [{"id", "name",
"services", "dates", "expect": percent of the usual visitors on these dates, "when": {"waiting", "oldest": s}, "lends": [{window,
services, only}], "open": [windows], "people": [{"window", "name"}], "quotas": [...], "notice": {"text", "text_en"}, "auto": false}]}.
Setting `plans_active`: {plan id: {"since": ms, "by": actor}}.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from .floor import Floor
from .hours import WEEKDAYS
from .things import Window
from .tickets import State

zone_of = lru_cache(maxsize=8)(ZoneInfo)


def serves(floor: Floor, window: Window, now: int) -> tuple[str, ...]:
    """The services of a window at `now`: its own and what is lent to it; only what is lent where a lend says `only`."""
    lent = [x for x in _lends(floor, now) if x["window"] == window.no]
    if not lent:
        return window.services
    own = () if any(x.get("only") for x in lent) else window.services
    return tuple(dict.fromkeys([*own, *(s for x in lent for s in x["services"] if s in floor.services)]))


def _lends(floor: Floor, now: int) -> list[dict]:
    standing = [x for x in floor.setting("lends").get("items", ()) if _holds(x, now, zone_of(floor.the_hall.timezone))]
    return standing + [x for plan in active_plans(floor) for x in plan.get("lends", ())]


def _holds(lend: dict, now: int, zone: ZoneInfo) -> bool:
    if not lend.keys() & {"weekdays", "dates", "from", "to"}:
        return True
    when = datetime.fromtimestamp(now / 1000, zone)
    clock = when.strftime("%H:%M")
    return (
        WEEKDAYS[when.weekday()] in lend.get("weekdays", WEEKDAYS)
        and when.date().isoformat() in lend.get("dates", (when.date().isoformat(),))
        and lend.get("from", "00:00") <= clock < lend.get("to", "24:00")
    )


def plans(floor: Floor) -> list[dict]:
    return list(floor.setting("plans").get("items", ()))


def active_plans(floor: Floor) -> list[dict]:
    active = floor.setting("plans_active")
    return [p for p in plans(floor) if p["id"] in active] if active else []


def plans_due(floor: Floor, now: int) -> list[tuple[dict, str]]:
    """Plans that are not active and should be: (plan, `date` or `threshold`)."""
    active = floor.setting("plans_active")
    today = datetime.fromtimestamp(now / 1000, zone_of(floor.the_hall.timezone)).date().isoformat()
    due = []
    for plan in plans(floor):
        if plan["id"] in active:
            continue
        when = plan.get("when", {})
        line = [t for t in floor.tickets.values() if t.state is State.WAITING and t.service in plan.get("services", ())]
        oldest = max((now - t.clock_at for t in line), default=0) // 1000
        if today in plan.get("dates", ()):
            due.append((plan, "date"))
        elif (when.get("waiting") and len(line) >= when["waiting"]) or (when.get("oldest") and oldest >= when["oldest"]):
            due.append((plan, "threshold"))
    return due
