"""Measured legs as columns: a day's as bytes that are kept, and the exact figures of years out of them. What each figure means is said in
visits.py; here the same is counted by columns. It needs numpy, so the server's own process never loads it.
"""

from __future__ import annotations

import json
import struct
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from .visits import Figures, Measured, Tally, VisitLeg, measured

QUARTER = 15 * 60_000  # ms: no zone of the world divides a quarter of an hour
NAMED = ("service", "window", "clerk", "class", "channel", "state")  # what is kept as a number of a day's list of names; 0: none
TIMES = ("waiting", "wait", "until_served", "handling")  # s; -1: none
PACKED = struct.Struct("<5i6HBb")
ROW = np.dtype(
    [("quarter", "<i4"), *((name, "<i4") for name in TIMES), *((name, "<u2") for name in NAMED), ("flags", "u1"), ("grade", "i1")]
)
FIRST, MISSED, SERVED, KEPT, BROKEN = 1, 2, 4, 8, 16
EVER = 1 << 52  # ms: a moment after all others


def packed(legs: Iterable[VisitLeg], now: int) -> tuple[str, bytes]:
    """(names, rows) of the legs of one day, as they stand at `now`: the same legs, in whatever order, are the same bytes."""
    both = [(leg, measured(leg, now)) for leg in legs]
    named = [_named(leg, one) for leg, one in both]
    names = [sorted({name for row in named if (name := row[n]) is not None}) for n in range(len(NAMED))]
    code: list[dict[str | None, int]] = [{name: k for k, name in enumerate(some, 1)} for some in names]
    rows: list[bytes] = []
    for (leg, one), row in zip(both, named, strict=True):
        flags = FIRST * one.first + MISSED * one.missed + SERVED * one.served + KEPT * (one.kept is True) + BROKEN * (one.kept is False)
        times = (one.waiting, *(-1 if seconds is None else seconds for seconds in (one.wait, one.until_served, one.handling)))
        codes = (code[n].get(name, 0) for n, name in enumerate(row))
        rows.append(PACKED.pack(leg.issued_at // QUARTER, *times, *codes, flags, -1 if one.grade is None else one.grade))
    return json.dumps(names, ensure_ascii=False), b"".join(sorted(rows))


def settled(legs: Sequence[VisitLeg]) -> bool:
    """Whether time alone changes nothing of these legs any more."""
    return all(measured(leg, 0) == measured(leg, EVER) for leg in legs)


def _named(leg: VisitLeg, one: Measured) -> tuple[str | None, ...]:
    return leg.service, leg.window or None, leg.clerk or None, leg.class_, leg.channel, one.state


class LegColumns:
    """The legs of many days, of (day, names, rows) each."""

    def __init__(self, days: Sequence[tuple[str, str, bytes]]):
        self.days = [day for day, _, rows in days if rows]
        counts = [len(rows) // ROW.itemsize for _, _, rows in days if rows]
        self._rows = np.empty(sum(counts), ROW)
        self._day = np.repeat(np.arange(len(counts), dtype=np.uint16), counts)
        self._names: dict[str, dict[str | None, int]] = {name: {None: 0} for name in NAMED}
        start = 0
        for _, names, rows in days:
            if rows:
                part = np.frombuffer(rows, ROW)
                self._rows[start : start + len(part)] = part
                for name, some in zip(NAMED, json.loads(names), strict=True):
                    known = self._names[name]
                    to = np.array([0, *(known.setdefault(one, len(known)) for one in some)], np.uint16)
                    self._rows[name][start : start + len(part)] = to[part[name]]
                start += len(part)
        self._column = {name: np.ascontiguousarray(self._rows[name]) for name in (*TIMES[1:], "flags", "grade", "state")}

    def __len__(self) -> int:
        return len(self._rows)

    def by_name(self, name: str, called: Callable[[Any], Any] = lambda value: value) -> tuple[Any, list[Any]]:
        """The groups by one of NAMED, by what `called` calls its values: (the group of each leg, the groups)."""
        return self._codes(self._rows[name], [None if value is None else called(value) for value in self._names[name]])

    def by_day(self, called: Callable[[str], Any] = lambda day: day) -> tuple[Any, list[Any]]:
        """Likewise by the day, or by what it is `called`."""
        return self._codes(self._day, [called(day) for day in self.days])

    def by_quarter(self, called: Callable[[int], Any]) -> tuple[Any, list[Any]]:
        """Likewise by when its number was taken: `called` is given ms."""
        quarters, which = np.unique(self._rows["quarter"], return_inverse=True)
        return self._codes(which, [called(int(quarter) * QUARTER) for quarter in quarters])

    def all(self) -> tuple[Any, list[Any]]:
        return np.zeros(len(self), np.uint16), [""]

    def _codes(self, codes: Any, values: list[Any]) -> tuple[Any, list[Any]]:
        """Codes of values that are the same become one group; of None, none: the last code."""
        groups = sorted({value for value in values if value is not None})
        to = np.array([len(groups) if value is None else bisect_left(groups, value) for value in values] or [0], np.uint16)
        return to[codes], groups

    def measure(self, codes: Any, groups: list[Any]) -> dict[Any, Figures]:
        """{group: its figures}, of groups that hold a leg: what visits.measure finds of the same legs."""
        most, column = len(groups) + 1, self._column
        codes = codes.astype(np.int64)
        many = np.bincount(codes, minlength=most)
        flags = {bit: np.bincount(codes[(column["flags"] & bit) > 0], minlength=most) for bit in (FIRST, MISSED, SERVED, KEPT, BROKEN)}
        states = self._counted(codes, column["state"].astype(np.int64), list(self._names["state"]), most)
        grades = self._counted(codes, column["grade"].astype(np.int64) + 1, [None, *range(int(column["grade"].max(initial=0)) + 1)], most)
        oldest = np.zeros(most, np.int64)
        np.maximum.at(oldest, codes[waiting := self._rows["waiting"] > 0], self._rows["waiting"][waiting])
        order = np.argsort(codes.astype(np.uint16), kind="stable") if many[0] < len(codes) else slice(None)
        bounds = [0, *np.cumsum(many)]
        ordered = [column[name][order] for name in TIMES[1:]]
        found: dict[Any, Figures] = {}
        for n, group in enumerate(groups):
            if not many[n]:
                continue
            times = [Times(some[bounds[n] : bounds[n + 1]]) for some in ordered]
            issued, no_shows, served, kept, broken = (int(flags[bit][n]) for bit in flags)
            tally = Tally.counted(issued, no_shows, served, kept, broken, int(oldest[n]), states[n], grades[n], times)
            found[group] = tally.figures()
        return found

    def grades(self) -> Counter[int | None]:
        """How often each grade was given; 0: not evaluated, None: not asked."""
        grades, many = np.unique(self._column["grade"], return_counts=True)
        return Counter({None if grade < 0 else int(grade): int(n) for grade, n in zip(grades, many, strict=True)})

    def _counted(self, codes: Any, values: Any, called: list[Any], most: int) -> list[Counter[Any]]:
        """Of each group: how often each value was counted in it."""
        table = np.bincount(codes * len(called) + values, minlength=most * len(called)).reshape(most, len(called))
        return [Counter({name: int(n) for name, n in zip(called, row, strict=True) if n}) for row in table]


class Times(Sequence[int]):
    """Seconds in order, those that are there."""

    def __init__(self, column: Any):
        self._seconds = np.sort(column)
        self._seconds = self._seconds[np.searchsorted(self._seconds, 0) :]
        self.total = int(self._seconds.sum(dtype=np.int64))

    def __len__(self) -> int:
        return len(self._seconds)

    def __getitem__(self, n: Any) -> Any:
        return int(self._seconds[n])
