"""When a holder who asked for it is told something: taken, soon, called, missed, on, finished, until when they may come back, a booking's
reminder. Pure; sends nothing.

Each is told at most once for a ticket (a call once for each time it is called). `soon`: at most `ahead` people are before it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from config.codes import BackFor

from .floor import BOOKED_FOR, Floor

# event -> what the holder is told
TOLD_AT = {
    "ticket.issued": "issued",
    "appointment.booked": "booked",
    "appointment.changed": "booked",
    "ticket.called": "called",
    "ticket.recalled": "called",
    "ticket.missed": "missed",
    "ticket.transferred": "onward",
    "referral.accepted": "referred",
    "service.finished": "finished",
    "promise.broken": "changed",
    "promise.restored": "restored",
}
BACK = tuple(str(why) for why in BackFor)  # they may come back without queueing again, and until when
LASTS = {"called": 180, "soon": 600, "missed": 900, "changed": 86_400, "referred": 86_400, "restored": 86_400} | dict.fromkeys(
    BACK, 86_400
)  # seconds it is of use; others: an hour


DECENT = (time(8), time(21))  # a day ends at midnight, and nobody is woken for it


def at_event(kind: str, seq: int, body: Mapping[str, Any]) -> str | None:
    """What is told at an event: `called:<seq>`, so that each call is told; others once for the ticket. None: nothing."""
    if body.get("back_until") and body.get("why") in BACK:
        return str(body["why"])
    what = TOLD_AT.get(kind)
    return f"{what}:{seq}" if what in ("called", "onward", "booked", "changed", "restored") else what


def soon(people_ahead: dict[str, int | None], ahead: int) -> list[str]:
    """Ids of waiting tickets with at most `ahead` people before them, by the hall's own order."""
    return [id for id, n in people_ahead.items() if n is not None and n <= ahead]


def reminders(floor: Floor, now: int, before_s: int) -> list[str]:
    """Ids of bookings whose slot begins within `before_s`."""
    return [t.id for day in floor.tickets.lines(BOOKED_FOR).values() for t in day if 0 < t.slot - now <= before_s * 1000]


def due_at(what: str, now: int, zone: ZoneInfo) -> int:
    """When it goes out (ms): at once, but what is no matter of minutes not at night."""
    here = datetime.fromtimestamp(now / 1000, zone)
    first, last = DECENT
    if what not in BACK or first <= here.time() < last:
        return now
    day = here.date() + timedelta(days=here.time() >= last)
    return int(datetime.combine(day, first, zone).timestamp() * 1000)


def lasts(what: str) -> int:
    """Seconds for which a message is worth sending."""
    return LASTS.get(what.split(":")[0], 3600)


def may_push(endpoint: str, hosts: list[str]) -> bool:
    """Only known push services: an address from a phone must never send the server to a place of its own choosing."""
    parts = urlsplit(endpoint)
    host = (parts.hostname or "").lower()
    known = any(host == h.lstrip(".") or (h.startswith(".") and host.endswith(h)) for h in hosts)
    return parts.scheme == "https" and parts.port in (None, 443) and not parts.username and known
