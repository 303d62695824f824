"""Free times for appointments: which slots a service has and how many are left. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from .floor import Floor
from .hours import spans
from .line import rules_of
from .tickets import LIVE, State

SLOTS = {"minutes": 30, "capacity": 4}  # the `slots` setting; `services`: {code: {minutes, capacity}} for single ones


@dataclass(frozen=True, kw_only=True)
class Slot:
    """One free time: `free` of `capacity` places are left."""

    service: str
    start: int
    end: int
    capacity: int
    free: int

    @property
    def id(self) -> str:
        return f"{self.service}@{self.start}"


def slots_of(floor: Floor, service: str, first_day: str, days: int, now: int, zone: ZoneInfo) -> list[Slot]:
    """The slots of a service that begin after `now`, on `days` days from `first_day` (yyyy-mm-dd), in order."""
    setting = SLOTS | {k: v for k, v in floor.setting("slots").items() if k != "services"}
    setting |= floor.setting("slots").get("services", {}).get(service, {})
    step = setting["minutes"] * 60_000
    taken: dict[int, int] = {}
    for t in floor.tickets.values():
        if t.service == service and t.slot_at is not None and (t.state in LIVE or t.state in (State.BOOKED, State.DONE)):
            taken[t.slot_at] = taken.get(t.slot_at, 0) + 1
    start_day = datetime.strptime(first_day, "%Y-%m-%d").date()
    furthest = now + rules_of(floor).appointments.days_ahead * 86_400_000
    found = []
    for n in range(days):
        for start, end in spans(floor.setting("hours"), start_day + timedelta(days=n), zone):
            for at in range(start, end - step + 1, step):
                if now < at <= furthest:
                    free = max(0, setting["capacity"] - taken.get(at, 0))
                    found.append(Slot(service=service, start=at, end=at + step, capacity=setting["capacity"], free=free))
    return found
