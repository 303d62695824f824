"""The figures of a day, as domain/visits.py measures them."""

from __future__ import annotations

import itertools
from collections import Counter
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from ..domain.packages import as_lines
from ..domain.visits import VisitLeg, group_texts, groupings, in_lists, measure_by, shares_elsewhere
from ..record.packages import packages_of_days
from ..record.visits import QUARTER, issued_by_quarter, legs_of_days
from .base import BaseView
from .day import DayFigures


class FiguresView(BaseView):
    def today(self) -> dict[str, Any]:
        """The day's figures so far. Of all numbers the states add up to `issued`; those still `booked` have none yet."""
        return self._today

    @cached_property
    def _today(self) -> dict[str, Any]:
        """Once for a view: a commit may hold many events, and each is told with them."""
        figures = (self.day or DayFigures()).measure(self.floor, self.now)
        count = lambda to: c.last if (c := self.floor.counters.get(f"{self.floor.day}/diverted-{to}")) else 0
        led = {f"led_{to}": count(to) for to in ("selfservice", "online")}
        shares = shares_elsewhere(led["led_selfservice"], led["led_online"], figures.issued)
        return figures.as_dict() | {"booked": len(self.floor.booked(self.floor.day))} | led | shares

    def figures(self, day: str) -> dict[str, Any]:
        """One day in all, by hour, and in each grouping; `usual` is the mean of the four same weekdays before, hour by hour."""
        date = datetime.strptime(day, "%Y-%m-%d").date()
        texts = group_texts(self.floor.windows_by)
        keys = groupings(texts) | {"hour": self._hour}
        if self.day and day == self.floor.day:
            found = self.day.measure_by(self.floor, keys, texts, self.now)
        else:
            found = measure_by(legs_of_days(self.past, day, day), keys, self.now)
        before = [(date - timedelta(days=7 * n)).isoformat() for n in range(1, 5)]
        past = [taken for one in before if (taken := issued_by_quarter(self.past, one))]
        old: Counter[int] = Counter()
        for quarter, n in itertools.chain(*past):
            old[self._hour_of(quarter * QUARTER)] += n
        usual = [{"hour": h, "issued": round(old[h] / len(past), 1)} for h in sorted(old)]
        hours = [{"hour": h} | some.as_dict() for h, some in found.pop("hour").items()]
        packages = as_lines(packages_of_days(self.past, day, day))
        return {"day": day, "hours": hours, "usual": usual, "packages": packages} | in_lists(found)

    def _hour(self, leg: VisitLeg) -> int:
        """The hour in which its number was taken."""
        return self._hour_of(leg.issued_at)

    def _hour_of(self, ms: int) -> int:
        return datetime.fromtimestamp(ms / 1000, self.zone).hour
