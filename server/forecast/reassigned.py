"""What it would do to those who wait if other people sat at windows: the hall as it is and as it would be, by the same runs that tell the
waits. Pure; it changes nothing.

How to call it:

    windows = {"3": Window(…)}              # as the change would leave them
    told = reassigned(floor, windows, now, learned)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from config.codes import WindowState

from ..domain.floor import Floor
from ..domain.line import served_by_open
from ..domain.things import Window
from ..domain.tickets import Ticket, rank_of
from .learned import Learned
from .state import hall_state
from .wait_picture import WaitPicture
from .waits import look_at

RUNS = 200


def reassigned(floor: Floor, windows: Mapping[str, Window], now: int, learned: Learned | None) -> dict[str, Any]:
    """{"now", "then"} of all who wait and "services" [{"service", "waiting", "now", "then"}]; of each `unserved`: people whom no window
    that is open could call, `late`: promises that are expected to break, `wait`: minutes until they are called, of the middle of the
    others (None: nobody). Whoever is sent to a window is taken to sit there."""
    there = {no: w if w.state == WindowState.CLOSED else replace(w, manned=True, since=now) for no, w in windows.items()}
    pictures = {"now": floor, "then": floor.with_rows(floor.seq, {"windows": dict(there)})}
    seen = {name: (_unserved(one, now), look_at(hall_state(one, now, learned), now, (), runs=RUNS)) for name, one in pictures.items()}
    waiting = [(t.id, t.service) for t in floor.waiting()]
    ids = {code: [id for id, of in waiting if of == code] for code in dict.fromkeys(of for _, of in waiting)}
    told = {name: _figures([id for id, _ in waiting], *one) for name, one in seen.items()}
    each: list[dict[str, Any]] = [
        {"service": code, "waiting": len(some)} | {name: _figures(some, *one) for name, one in seen.items()} for code, some in ids.items()
    ]
    return told | {"waiting": len(waiting), "services": sorted(each, key=lambda row: -row["waiting"])}


def _unserved(floor: Floor, now: int) -> set[str]:
    """The ids of those whom no open window could call; asked once for all who are alike."""
    alike: dict[Any, list[Ticket]] = {}
    for t in floor.waiting():
        alike.setdefault((t.service, rank_of(t), t.only_window), []).append(t)
    return {t.id for some in alike.values() if not served_by_open(floor, some[0], now) for t in some}


def _figures(ids: list[str], unserved: set[str], look: WaitPicture) -> dict[str, Any]:
    left = [id for id in ids if id in unserved]
    waits = sorted(look.tickets[id].p50 / 60 for id in ids if id not in unserved and id in look.tickets)
    late = sum(look.late.get(id, 0.0) for id in ids if id not in unserved)
    return {"unserved": len(left), "late": round(late, 1), "wait": round(waits[len(waits) // 2]) if waits else None}
