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

from .visits import MARKED, Figures, Measured, Tally, VisitLeg, measured

QUARTER = 15 * 60_000  # ms: no zone of the world divides a quarter of an hour
NAMED = ("service", "window", "clerk", "class", "channel", "state")  # what is kept as a number of a day's list of names; 0: none
TIMES = ("waiting", "wait", "until_served", "handling")  # s; -1: none
PACKED = struct.Struct("<5i6HBbBB")
ROW = np.dtype(
    [
        *((name, "<i4") for name in ("quarter", *TIMES)),
        *((name, "<u2") for name in NAMED),
        *((name, kind) for name, kind in (("flags", "u1"), ("grade", "i1"), ("marks", "u1"), ("waived", "u1"))),
    ]
)
FIRST, MISSED, SERVED, KEPT, BROKEN = 1, 2, 4, 8, 16
EVER = 1 << 52  # ms: a moment after all others
CELLS = 1 << 20  # so many counters are quicker than sorting


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
        said = -1 if one.grade is None else one.grade, one.marks, min(one.waived, 255)
        rows.append(PACKED.pack(leg.issued_at // QUARTER, *times, *codes, flags, *said))
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
        self._day = np.repeat(np.arange(len(counts), dtype=np.uint16), counts)
        self._column = {name: np.empty(sum(counts), ROW[name]) for name in ROW.names or ()}
        self._names: dict[str, dict[str | None, int]] = {name: {None: 0} for name in NAMED}
        start = 0
        for _, names, rows in days:
            if rows:
                part = np.frombuffer(rows, ROW)
                for name in ROW.names or ():
                    self._column[name][start : start + len(part)] = part[name]
                for name, some in zip(NAMED, json.loads(names), strict=True):
                    known = self._names[name]
                    to = np.array([0, *(known.setdefault(one, len(known)) for one in some)], np.uint16)
                    self._column[name][start : start + len(part)] = to[part[name]]
                start += len(part)
        # What is counted together is one number; a time is its seconds and one, so that none is 0.
        sizes = (BROKEN * 2, len(self._names["state"]), int(self._column["grade"].max(initial=0)) + 2)
        self._kinds = np.ravel_multi_index([self._column["flags"], self._column["state"], self._column["grade"] + 1], sizes)
        self._sizes = sizes
        self._seconds = [self._column[name] + 1 for name in TIMES[1:]]

    def __len__(self) -> int:
        return len(self._day)

    def by_name(self, name: str, called: Callable[[Any], Any] = lambda value: value) -> tuple[Any, list[Any]]:
        """The groups by one of NAMED, by what `called` calls its values: (the group of each leg, the groups)."""
        return self._codes(self._column[name], [None if value is None else called(value) for value in self._names[name]])

    def by_day(self, called: Callable[[str], Any] = lambda day: day) -> tuple[Any, list[Any]]:
        """Likewise by the day, or by what it is `called`."""
        return self._codes(self._day, [called(day) for day in self.days])

    def by_quarter(self, called: Callable[[int], Any]) -> tuple[Any, list[Any]]:
        """Likewise by when its number was taken: `called` is given ms."""
        quarters = self._column["quarter"]
        first = int(quarters.min()) if len(self) else 0
        some = np.bincount(since := quarters - first) > 0
        which = np.cumsum(some, dtype=np.int64) - 1
        return self._codes(which[since], [called((first + int(n)) * QUARTER) for n in np.flatnonzero(some)])

    def all(self) -> tuple[Any, list[Any]]:
        return np.zeros(len(self), np.uint16), [""]

    def _codes(self, codes: Any, values: list[Any]) -> tuple[Any, list[Any]]:
        """Codes of values that are the same become one group; of None, none: the last code."""
        groups = sorted({value for value in values if value is not None})
        to = np.array([len(groups) if value is None else bisect_left(groups, value) for value in values] or [0], np.uint16)
        return to[codes], groups

    def measure(self, codes: Any, groups: list[Any]) -> dict[Any, Figures]:
        """{group: its figures}, of groups that hold a leg: what visits.measure finds of the same legs."""
        most = len(groups) + 1
        codes = codes.astype(np.int64)
        counted = _counted(codes, self._kinds, most, int(np.prod(self._sizes))).reshape(most, *self._sizes)
        many, flags = counted.sum((1, 2, 3)), counted.sum((2, 3))
        bits = [flags[:, [n for n in range(BROKEN * 2) if n & bit]].sum(1) for bit in (FIRST, MISSED, SERVED, KEPT, BROKEN)]
        states = _named_counts(counted.sum((1, 3)), list(self._names["state"]))
        grades = _named_counts(counted.sum((1, 2)), [None, *range(self._sizes[2] - 1)])
        oldest, waits = np.zeros(most, np.int64), self._column["waiting"]
        if waits.any():
            np.maximum.at(oldest, codes[waiting := waits > 0], waits[waiting])
        times = [self._times(codes, seconds, most, many) for seconds in self._seconds]
        marks = [np.bincount(codes, self._column["marks"] >> n & 1, most).astype(np.int64) for n in range(len(MARKED))]
        waived = np.bincount(codes, self._column["waived"], most).astype(np.int64)
        found: dict[Any, Figures] = {}
        for n, group in enumerate(groups):
            if many[n]:
                issued, no_shows, served, kept, broken = (int(some[n]) for some in bits)
                own, said = [some[n] for some in times], [int(some[n]) for some in marks]
                counts = issued, no_shows, served, kept, broken, int(oldest[n])
                tally = Tally.counted(*counts, states[n], grades[n], own, said, int(waived[n]))
                found[group] = tally.figures()
        return found

    def _times(self, codes: Any, seconds: Any, most: int, many: Any) -> Sequence[Times]:
        """Of each group: its times in order. Where few groups have many, how often each second was is counted; else they are sorted."""
        longest = int(seconds.max(initial=0)) + 1
        if most * longest <= max(CELLS, len(self)):
            return [Times.counted(row[1:]) for row in _counted(codes, seconds, most, longest)]
        order = np.argsort(codes.astype(np.uint16), kind="stable") if (codes[1:] < codes[:-1]).any() else slice(None)
        ordered, bounds = seconds[order], [0, *np.cumsum(many)]
        return [Times.sorted(ordered[bounds[n] : bounds[n + 1]]) for n in range(most)]

    def grades(self) -> Counter[int | None]:
        """How often each grade was given; 0: not evaluated, None: not asked."""
        grades, many = np.unique(self._column["grade"], return_counts=True)
        return Counter({None if grade < 0 else int(grade): int(n) for grade, n in zip(grades, many, strict=True)})


def _counted(codes: Any, values: Any, most: int, size: int) -> Any:
    """How often each value (below `size`) is in each group: a row for each."""
    both = codes * size
    both += values
    return np.bincount(both, minlength=most * size).reshape(most, size)


def _named_counts(table: Any, called: Sequence[Any]) -> list[Counter[Any]]:
    return [Counter({name: n for name, n in zip(called, row, strict=True) if n}) for row in table.tolist()]


class Times(Sequence[int]):
    """Seconds in order, those that are there: each of them, or of each second how many there are up to it."""

    def __init__(self, seconds: Any, up_to: Any, many: int, total: int):
        self._seconds, self._up_to, self._many, self.total = seconds, up_to, many, total

    @classmethod
    def sorted(cls, column: Any) -> Times:
        """Of seconds and one; 0 is none."""
        seconds: Any = np.sort(column)
        seconds = seconds[np.searchsorted(seconds, 1) :] - 1
        return cls(seconds, None, len(seconds), int(seconds.sum(dtype=np.int64)))

    @classmethod
    def counted(cls, many: Any) -> Times:
        up_to: Any = np.cumsum(many)
        return cls(None, up_to, int(up_to[-1]) if len(up_to) else 0, int(many @ np.arange(len(many))))

    def __len__(self) -> int:
        return self._many

    def __getitem__(self, n: Any) -> Any:
        if self._up_to is None:
            return int(self._seconds[n])
        if not -self._many <= n < self._many:
            raise IndexError(n)
        return int(self._up_to.searchsorted(n % self._many, "right"))
