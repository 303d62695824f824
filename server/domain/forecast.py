"""How many will come, by half hour, and how wrong such a forecast has been. Pure; a forecast without its error is not shown.

days = [HalfHours(day="2026-11-02", counts=(…48…)), …]           # past days, oldest first; counts of numbers taken
told = forecast(days, weekday=0, so_far=(…counts until now…), half=21, peak=1.0)
told.halves[n] -> Half(start minute, expected, low, high); told.error -> share, from the past days forecast as if unknown
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

HALVES = 48
SAME_WEEKDAY = 3.0  # how much more a day of the same weekday counts
FADE = 0.97  # and each day further back a little less
LEVEL = 40.0  # visitors until today's own level counts as much as the usual one


@dataclass(frozen=True, kw_only=True)
class HalfHours:
    """One past day. `peak`: by how much the peak calendar had raised it (1: an ordinary day)."""

    day: str
    counts: tuple[int, ...]
    peak: float = 1.0

    @property
    def weekday(self) -> int:
        return date.fromisoformat(self.day).weekday()


@dataclass(frozen=True, kw_only=True)
class Half:
    start: int  # minutes since midnight
    expected: float
    low: int  # eight days in ten lie between low and high
    high: int


@dataclass(frozen=True, kw_only=True)
class Forecast:
    halves: tuple[Half, ...]
    total: float
    error: float | None  # mean absolute error of a half hour as a share of the mean half hour; None without past days
    days: int


def forecast(days: Sequence[HalfHours], *, weekday: int, so_far: Sequence[int] = (), half: int = 0, peak: float = 1.0) -> Forecast:
    """The day's halves from `half` on (those before are past). `so_far`: today's counts of the halves before."""
    usual = _usual(days, weekday, peak)
    level = _level(usual, so_far[:half], half)
    error = backtest(days)
    spread = _overspread(days)
    halves = []
    for h in range(half, HALVES):
        expected = usual[h] * level
        sd = math.sqrt(expected * spread)
        halves.append(
            Half(
                start=h * 30,
                expected=round(expected, 1),
                low=max(0, math.floor(expected - 1.28 * sd)),
                high=math.ceil(expected + 1.28 * sd),
            )
        )
    return Forecast(halves=tuple(halves), total=round(sum(x.expected for x in halves), 1), error=error, days=len(days))


def _usual(days: Sequence[HalfHours], weekday: int, peak: float) -> list[float]:
    sums, weight = [0.0] * HALVES, 0.0
    for back, d in enumerate(reversed(days)):
        w = FADE**back * (SAME_WEEKDAY if d.weekday == weekday else 1.0)
        weight += w
        for h, n in enumerate(d.counts[:HALVES]):
            sums[h] += w * n / max(0.1, d.peak)
    return [peak * s / weight if weight else 0.0 for s in sums]


def _level(usual: Sequence[float], so_far: Sequence[int], half: int) -> float:
    """Today against the usual: what has come leans it from 1, the more the more has come."""
    return (sum(so_far) + LEVEL) / (sum(usual[:half]) + LEVEL) if so_far else 1.0


def backtest(days: Sequence[HalfHours]) -> float | None:
    """Each past day forecast from the others in the morning: the error the forecast should be shown with."""
    if len(days) < 2:
        return None
    wrong = come = 0.0
    for n, d in enumerate(days):
        usual = _usual([*days[:n], *days[n + 1 :]], d.weekday, d.peak)
        for h in range(HALVES):
            wrong += abs(usual[h] - d.counts[h])
            come += d.counts[h]
    return round(wrong / come, 3) if come else None


def _overspread(days: Sequence[HalfHours]) -> float:
    """How much more than by pure chance (variance = mean) a half hour moves from day to day."""
    if len(days) < 3:
        return 2.0
    found = []
    for h in range(HALVES):
        some = [d.counts[h] for d in days]
        mean = sum(some) / len(some)
        if mean >= 2:
            found.append(sum((x - mean) ** 2 for x in some) / (len(some) - 1) / mean)
    return max(1.0, sum(found) / len(found)) if found else 1.0


def counted(minutes: Iterable[float]) -> tuple[int, ...]:
    """A day's counts from the minutes at which numbers were taken."""
    counts = [0] * HALVES
    for m in minutes:
        counts[max(0, min(HALVES - 1, int(m // 30)))] += 1
    return tuple(counts)
