"""The figures of a day, as domain/visits.py measures them."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from ..domain.texts import pick
from ..domain.visits import VisitLeg, groupings, in_lists, measure_by, shares_elsewhere
from ..record.visits import legs_of_days
from .base import BaseView
from .day import DayFigures


class FiguresView(BaseView):
    def today(self) -> dict[str, Any]:
        """The day's figures so far. Of all numbers the states add up to `issued`; those still `booked` have none yet."""
        figures = (self.day or DayFigures()).measure(self.floor, self.now)
        count = lambda to: c.last if (c := self.floor.counters.get(f"{self.floor.day}/diverted-{to}")) else 0
        led = {f"led_{to}": count(to) for to in ("selfservice", "online")}
        shares = shares_elsewhere(led["led_selfservice"], led["led_online"], figures.issued)
        return asdict(figures) | {"booked": len(self.floor.booked(self.floor.day))} | led | shares

    def figures(self, day: str) -> dict[str, Any]:
        """One day in all, by hour, and in each grouping; `usual` is the mean of the four same weekdays before, hour by hour."""
        date = datetime.strptime(day, "%Y-%m-%d").date()
        types = {w.no: pick(w.type) for w in self.floor.windows.values()}
        keys = groupings(types) | {"hour": self._hour}
        found = measure_by(legs_of_days(self.past, day, day), keys, self.now)
        before = [(date - timedelta(days=7 * n)).isoformat() for n in range(1, 5)]
        past = [legs for one in before if (legs := legs_of_days(self.past, one, one))]
        old = [self._hour(leg) for legs in past for leg in legs if leg.first]
        usual = [{"hour": h, "issued": round(old.count(h) / len(past), 1)} for h in sorted(set(old))]
        hours = [{"hour": h} | asdict(some) for h, some in found.pop("hour").items()]
        return {"day": day, "hours": hours, "usual": usual} | in_lists(found)

    def _hour(self, leg: VisitLeg) -> int:
        """The hour in which its number was taken."""
        return datetime.fromtimestamp(leg.issued_at / 1000, self.zone).hour
