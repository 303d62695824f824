"""Many days at once for the managers' page: by day, week or month, in each grouping, and what people thought. It only reads.

The figures are those of domain/visits.py, as on the page of a single day.
"""

from __future__ import annotations

import sqlite3
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from ..domain.evaluations import GRADES
from ..domain.packages import as_lines
from ..domain.visits import GroupTexts, first_names, group_texts, in_lists
from ..record.packages import packages_of_days
from ..record.visits import columns_of_days, not_collecting
from .windows import windows_by

if TYPE_CHECKING:  # it needs numpy, which the server's own process never loads
    from ..domain.columns import LegColumns

LONGEST = 1100  # days
DAYS, WEEKS = 62, 400  # so many days are told by day, by week; more by month


def history(reader: sqlite3.Connection, first: str, last: str, now: int, by: str = "service") -> dict:
    """{"from", "to", "step", "days", "total", "periods": [{"day", …}], "services": [{"code", …}] or the list of another grouping,
    "grades": [{"grade", "n"}], "not_evaluated": n, "packages": [{"code", …}]}.

    `first` and `last` are counted; ValueError where they are no days, the wrong way round, or too far apart.
    """
    days = (date.fromisoformat(last) - date.fromisoformat(first)).days + 1
    if not 1 <= days <= LONGEST:
        raise ValueError(f"{days} days")
    step = "day" if days <= DAYS else "week" if days <= WEEKS else "month"
    texts = group_texts(windows_by(reader))
    with not_collecting():
        legs = columns_of_days(reader, first, last, now)
        groups = {"total": legs.all(), by: grouped(legs, by, texts), "period": legs.by_day(lambda day: max(first, _start(day, step)))}
        found = {name: legs.measure(*some) for name, some in groups.items()}
        grades = legs.grades()
    periods = [{"day": start} | some.as_dict() for start, some in found.pop("period").items()]
    return {
        "from": first,
        "to": last,
        "step": step,
        "days": len(legs.days),
        "periods": periods,
        **in_lists(found),
        "grades": [{"grade": grade, "n": grades[grade]} for grade in GRADES],
        "not_evaluated": grades[0],
        "packages": as_lines(packages_of_days(reader, first, last)),
    }


def grouped(legs: LegColumns, by: str, texts: GroupTexts) -> tuple[Any, list[Any]]:
    """The groups of one of domain/visits.groupings."""
    if by == "total":
        return legs.all()
    if by not in texts:
        return legs.by_name(by)
    of, names = texts[by][0], first_names(texts[by][1])
    return legs.by_name(of, lambda value: names.get(value) or None)


def _start(day: str, step: str) -> str:
    """The first day of a day's week (Monday) or month."""
    if step == "day":
        return day
    if step == "month":
        return day[:8] + "01"
    on = date.fromisoformat(day)
    return (on - timedelta(days=on.weekday())).isoformat()
