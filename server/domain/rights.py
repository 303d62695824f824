"""Coming back without queueing again: with the papers that were missing, or because the day ended before one's turn. Pure.

A right is told with the instant until which it holds. Where the hall's hours change afterwards it may hold longer, never shorter.
"""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from config.codes import BackFor

from .floor import Floor
from .hours import LOOKED_AHEAD, numbers_from, opened
from .tickets import Ticket


def last_chance(floor: Floor, service: str, day: date, days: int, zone: ZoneInfo) -> int | None:
    """Until when numbers of a service are taken on the `days`-th day after `day` on which it is given (ms)."""
    left = days
    for n in range(1, LOOKED_AHEAD if days else 0):
        then = day + timedelta(days=n)
        given = opened(floor.hours, then, zone, service)
        some = given and numbers_from(floor.hours, then, zone, floor.services.get(service))
        left -= bool(some)
        if some and not left:
            return some[-1][1] - 1 if floor.hours.enforce else given[-1][1] - 1
    return None


def until(floor: Floor, t: Ticket, zone: ZoneInfo) -> int | None:
    """Until when its holder may come back (ms); None: has no right, or has used it."""
    if t.back_until is None:
        return None
    now = last_chance(floor, t.service, date.fromisoformat(t.day), floor.rules.rights.days[BackFor(t.back_for)], zone)
    return max(t.back_until, now or 0)
