"""Many days at once for the managers' page: by day, week or month, in each grouping, and what people thought. It only reads.

The figures are those of domain/visits.py, as on the page of a single day.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from dataclasses import asdict
from datetime import date, timedelta

from ..domain.evaluations import GRADES
from ..domain.texts import pick
from ..domain.things import Window
from ..domain.visits import groupings, in_lists, measure_by
from ..record import store
from ..record.visits import legs_of_days, not_collecting

LONGEST = 1100  # days
DAYS, WEEKS = 62, 400  # so many days are told by day, by week; more by month


def history(reader: sqlite3.Connection, first: str, last: str, now: int, by: str = "service") -> dict:
    """{"from", "to", "step", "days", "total", "periods": [{"day", …}], "services": [{"code", …}] or the list of another grouping,
    "grades": [{"grade", "n"}], "not_evaluated": n}.

    `first` and `last` are counted; ValueError where they are no days, the wrong way round, or too far apart.
    """
    days = (date.fromisoformat(last) - date.fromisoformat(first)).days + 1
    if not 1 <= days <= LONGEST:
        raise ValueError(f"{days} days")
    step = "day" if days <= DAYS else "week" if days <= WEEKS else "month"
    keys = groupings({window.no: pick(window.type) for window in store.find(reader, Window)})
    with not_collecting():
        legs = legs_of_days(reader, first, last)
        starts = {day: max(first, _start(day, step)) for day in {leg.day for leg in legs}}
        found = measure_by(legs, {"total": keys["total"], by: keys[by], "period": lambda leg: starts[leg.day]}, now)
        grades = Counter(leg.grade for leg in legs)
    periods = [{"day": start} | asdict(some) for start, some in found.pop("period").items()]
    return {
        "from": first,
        "to": last,
        "step": step,
        "days": len(starts),
        "periods": periods,
        **in_lists(found),
        "grades": [{"grade": grade, "n": grades[grade]} for grade in GRADES],
        "not_evaluated": grades[0],
    }


def _start(day: str, step: str) -> str:
    """The first day of a day's week (Monday) or month."""
    if step == "day":
        return day
    if step == "month":
        return day[:8] + "01"
    on = date.fromisoformat(day)
    return (on - timedelta(days=on.weekday())).isoformat()
