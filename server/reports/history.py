"""Many days at once for the managers' page: by day, week or month, by service, and what people thought. Reads only: a year in a second.

Waits and `kept` are as on the page of a single day (server/views): of the first call of a number, against its own promise; who was
never called before the day ended counts as not kept.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import date, timedelta
from itertools import groupby

from ..domain.evaluations import GRADES

LONGEST = 1100  # days
DAYS, WEEKS = 62, 400  # so many days are told by day, by week; more by month

ROWS = """
SELECT day, service, state = 'done', misses > 0, state = 'expired', target * 1000,
  CASE legs WHEN '[]' THEN called_at ELSE json_extract(legs, '$[0].called_at') END,
  CASE legs WHEN '[]' THEN clock_at ELSE json_extract(legs, '$[0].line_at') END
FROM tickets WHERE day BETWEEN ? AND ? AND issued_at IS NOT NULL ORDER BY day
"""
GIVEN = """
SELECT e.grade, count(*) FROM evaluations e JOIN tickets t ON t.id = e.ticket
WHERE t.day BETWEEN ? AND ? AND e.state <> 'open' GROUP BY e.grade
"""


def history(reader: sqlite3.Connection, first: str, last: str) -> dict:
    """{"from", "to", "step", "days", "total", "periods": [{"day", …}], "services": [{"code", …}], "grades": [{"grade", "n"}],
    "not_evaluated": n}.

    `first` and `last` are counted; ValueError where they are no days, the wrong way round, or too far apart. Waits in seconds.
    """
    days = (date.fromisoformat(last) - date.fromisoformat(first)).days + 1
    if not 1 <= days <= LONGEST:
        raise ValueError(f"{days} days")
    step = "day" if days <= DAYS else "week" if days <= WEEKS else "month"
    cursor = reader.cursor()
    cursor.row_factory = None
    rows = cursor.execute(ROWS, (first, last)).fetchall()
    grades = dict(cursor.execute(GIVEN, (first, last)).fetchall())
    by_service: dict[str, list] = {}
    for row in rows:
        by_service.setdefault(row[1], []).append(row)
    starts = {day: max(first, _start(day, step)) for day in {row[0] for row in rows}}
    periods = [{"day": start} | _sums(some) for start, some in groupby(rows, key=lambda row: starts[row[0]])]
    return {
        "from": first,
        "to": last,
        "step": step,
        "days": len(starts),
        "total": _sums(rows),
        "periods": periods,
        "services": [{"code": code} | _sums(some) for code, some in sorted(by_service.items())],
        "grades": [{"grade": grade, "n": grades.get(grade, 0)} for grade in GRADES],
        "not_evaluated": grades.get(None, 0),
    }


def _start(day: str, step: str) -> str:
    """The first day of a day's week (Monday) or month."""
    if step == "day":
        return day
    if step == "month":
        return day[:8] + "01"
    on = date.fromisoformat(day)
    return (on - timedelta(days=on.weekday())).isoformat()


def _sums(rows: Iterable[tuple]) -> dict:
    issued = done = missed = kept = never = 0
    waits = []
    for _, _, was_done, was_missed, expired, target, called, clock in rows:
        issued += 1
        done += was_done
        missed += was_missed
        if called:
            waits.append(max(0, called - clock) // 1000)
            kept += bool(target and called - clock <= target)
        elif expired:
            never += 1
    waits.sort()
    decided = len(waits) + never
    at = lambda share: waits[min(len(waits) - 1, int(share * len(waits)))] if waits else None
    return {
        "issued": issued,
        "done": done,
        "missed": missed,
        "kept_pct": round(100 * kept / decided, 1) if decided else None,
        "wait_p50": at(0.5),
        "wait_p90": at(0.9),
    }
