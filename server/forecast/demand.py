"""How many will come, by half hour, and how wrong such forecasts have been. Pure; a forecast without its error is not shown.

past = [Came(day="2026-11-02", walked={"tax": (…48…)}, booked=(Booked(…), …)), …]    # past days, oldest first
told = forecast(past, Came(day="2026-11-20", walked=…so far…, booked=…), half=21)    # at 10:30
told.halves[n] -> Half(start minute, morning, expected, low, high); checked(past) -> Checked | None

Walk-ins follow the past days, the same weekday more than others, lifted where the peak calendar says so; who has booked is added at the
slot. Today's own level leans what is still to come.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import log, sqrt

import numpy as np

from config.settings import Plan
from config.settings.rules import ORDINARY

from .learned import BINS

HALVES = 48
NONE = (0,) * HALVES
SAME_WEEKDAY = 3.0  # how much more a day of the same weekday counts
FADE = 0.97  # and each day further back a little less
LEVEL = 40.0  # visitors until today's own level counts as much as the usual one
SHOW, SHOW_WEIGHT = 0.85, 20.0  # of the bookings come, until past days say otherwise
OFFSETS = (-2, -1, 0, 1, 2)  # halves from the slot to the number taken
EARLY = np.array([0.05, 0.35, 0.5, 0.08, 0.02])
TESTED, LEAST = 10, 3  # past days that are forecast as if they were to come, and how few are too few
WIDE = 1.28  # eight of ten
USUAL_SWING = 0.1


@dataclass(frozen=True, kw_only=True)
class Booked:
    service: str
    slot: int  # half hour of the slot
    came: int | None = None  # half hour in which the number was taken; None: has not come
    known: bool = True  # was made before the day began


@dataclass(frozen=True, kw_only=True)
class Came:
    """One day. `walked`: service -> numbers taken without a booking by half hour; `peaks`: service -> by how much the peak calendar
    lifts it (1: an ordinary day)."""

    day: str
    walked: dict[str, tuple[int, ...]] = field(default_factory=dict)
    booked: tuple[Booked, ...] = ()
    peaks: dict[str, float] = field(default_factory=dict)
    shut: frozenset[int] = frozenset()  # half hours in which the hall was, or is, closed: nobody comes, and that teaches nothing

    like: int | None = None  # the weekday it counts as, where it is worked in place of another

    @property
    def weekday(self) -> int:
        return date.fromisoformat(self.day).weekday() if self.like is None else self.like

    def counts(self, service: str | None = None) -> np.ndarray:
        """Numbers taken by half hour, of one service or of all."""
        counts = sum((np.array(some) for code, some in self.walked.items() if service in (None, code)), np.zeros(HALVES, int))
        for b in self.booked:
            if b.came is not None and service in (None, b.service):
                counts[b.came] += 1
        return counts


@dataclass(frozen=True, kw_only=True)
class Half:
    start: int  # minutes since midnight
    morning: float  # as forecast before the day began
    expected: float  # and now, with what has come today
    low: int  # eight times in ten it lies between low and high
    high: int


@dataclass(frozen=True, kw_only=True)
class Forecast:
    halves: tuple[Half, ...]  # all 48; those before `half` hold what was forecast in the morning
    days: int  # past days behind it

    @property
    def total(self) -> float:
        """As forecast before the day began."""
        return round(sum(h.morning for h in self.halves), 1)


@dataclass(frozen=True, kw_only=True)
class Checked:
    """The same forecast made for past days with only what was known before each of them, against what came."""

    days: tuple[tuple[str, float, int], ...]  # (day, forecast, came), oldest first
    half: float  # mean distance of a half hour, in visitors
    half_share: float  # and as a share of the mean half hour
    day_share: float  # mean distance of a whole day, as a share of it
    inside: float  # share of half hours that lay between low and high


def forecast(past: Sequence[Came], today: Came, *, half: int = 0, service: str | None = None) -> Forecast:
    """`today`: what is known of the day; of its numbers those taken before `half` are looked at (0: none). `service`: only that one."""
    spread = _spread(past, service)
    morning, walkers = _morning(past, today, service)
    expected = morning
    if half:
        so_far = sum(sum(some[:half]) for code, some in today.walked.items() if service in (None, code))
        level = (so_far + LEVEL) / (walkers[:half].sum() + LEVEL)
        to_come = tuple(b for b in today.booked if b.came is None)
        expected = walkers * level + _bookings(past, to_come, service, half)
        expected[:half] = morning[:half]
    wide = WIDE * np.sqrt(np.maximum(expected, 0.0) * spread)
    low, high = np.floor(np.maximum(expected - wide, 0)), np.ceil(expected + wide)
    rows = enumerate(zip(morning.round(1).tolist(), expected.round(1).tolist(), low, high, strict=True))
    halves = tuple(Half(start=30 * h, morning=m, expected=e, low=int(a), high=int(b)) for h, (m, e, a, b) in rows)
    return Forecast(halves=halves, days=len(past))


def checked(past: Sequence[Came], *, service: str | None = None) -> Checked | None:
    """How wrong it was on the last days; None while there are too few to say."""
    tests = []
    for n in range(max(1, len(past) - TESTED), len(past)):
        told = forecast(past[:n], _as_known(past[n]), service=service)
        tests.append((past[n], told, past[n].counts(service)))
    came = sum(float(counts.sum()) for _, _, counts in tests)
    if len(tests) < LEAST or not came:
        return None
    busy = [(h, counts[n]) for _, told, counts in tests for n, h in enumerate(told.halves) if h.morning >= 0.5 or counts[n]]
    wrong = sum(abs(h.morning - n) for h, n in busy)
    days = tuple((day.day, told.total, int(counts.sum())) for day, told, counts in tests)
    return Checked(
        days=days,
        half=round(wrong / len(busy), 1),
        half_share=round(wrong / came, 3),
        day_share=round(sum(abs(a - b) for _, a, b in days) / came, 3),
        inside=round(sum(h.low <= n <= h.high for h, n in busy) / len(busy), 3),
    )


def swing(past: Sequence[Came]) -> float:
    """How far a day may lie from its forecast (sd of the log), as those of the last days did; a tenth while there are too few to say."""
    error = checked(past)
    off = [log(came / told) for _, told, came in error.days if came and told >= 1] if error else []
    return min(0.3, sqrt((sum(x * x for x in off) + USUAL_SWING**2 * 4) / (len(off) + 4)))


def by_service(past: Sequence[Came], today: Came) -> dict[str, float]:
    """Service -> how many are expected on the day, as known before it begins."""
    walked = walk_ins(past, today)
    known = tuple(b for b in today.booked if b.known)
    codes = walked.keys() | {b.service for b in known}
    return {code: round(float(walked.get(code, np.zeros(1)).sum() + _bookings(past, known, code).sum()), 1) for code in codes}


def _as_known(day: Came) -> Came:
    """A past day as it was known before it began."""
    return Came(
        day=day.day, booked=tuple(Booked(service=b.service, slot=b.slot) for b in day.booked if b.known), peaks=day.peaks, shut=day.shut
    )


def _morning(past: Sequence[Came], today: Came, service: str | None) -> tuple[np.ndarray, np.ndarray]:
    """(all who come, those without a booking) by half hour, as known before the day begins."""
    walkers = sum(walk_ins(past, today, service).values(), np.zeros(HALVES))
    known = tuple(b for b in today.booked if b.known)
    return walkers + _bookings(past, known, service), walkers


def walk_ins(past: Sequence[Came], today: Came, service: str | None = None) -> dict[str, np.ndarray]:
    """Service -> expected walk-ins of the day by half hour, as known before it begins."""
    codes = sorted({code for day in past for code in day.walked if service in (None, code)})
    if not past or not codes:
        return {}
    days = np.array([FADE**back * (SAME_WEEKDAY if d.weekday == today.weekday else 1.0) for back, d in enumerate(reversed(past))][::-1])
    weight = days[:, None] * np.array([[h not in d.shut for h in range(HALVES)] for d in past])
    opened = np.array([h not in today.shut for h in range(HALVES)])
    whole = np.maximum(weight.sum(0), 1e-9)
    found = {}
    for code in codes:
        counts = np.array([d.walked.get(code, NONE) for d in past], float)
        lifted = np.array([max(0.1, d.peaks.get(code, 1.0)) for d in past])
        found[code] = today.peaks.get(code, 1.0) * (weight * counts / lifted[:, None]).sum(0) / whole * opened
    return found


def on_day(come: Mapping[tuple[str, str], Sequence[float]], walked: Mapping[str, np.ndarray]) -> dict[tuple[str, str], tuple[float, ...]]:
    """What past days taught of arrivals (Learned.come) as they are expected on a day: `walked`, as walk_ins() gives it, shared out over
    classes and quarter hours as they usually come."""
    by_half = {key: np.reshape(some, (HALVES, -1)) for key, some in come.items()}
    found = {}
    for code, halves in walked.items():
        mine = {key: some for key, some in by_half.items() if key[0] == code} or {(code, ORDINARY): np.ones((HALVES, BINS // HALVES))}
        usual = sum((some.sum(1) for some in mine.values()), np.zeros(HALVES))
        whole = sum(float(some.sum()) for some in mine.values())
        for key, some in mine.items():
            flat = np.full(some.shape, float(some.sum()) / whole / some.shape[1]) if whole else np.zeros(some.shape)
            share = np.where(usual[:, None] > 0, some / np.maximum(usual, 1e-12)[:, None], flat)
            found[key] = tuple((share * halves[:, None]).ravel().round(5).tolist())
    return found


def _bookings(past: Sequence[Came], booked: Iterable[Booked], service: str | None, half: int = 0) -> np.ndarray:
    """When those who booked will take their number, from `half` on."""
    booked = [b for b in booked if service in (None, b.service)]
    expected = np.zeros(HALVES)
    if not booked:
        return expected
    all_, came, offsets = SHOW_WEIGHT, SHOW * SHOW_WEIGHT, EARLY * SHOW_WEIGHT
    for b in (b for day in past for b in day.booked):
        all_ += 1
        if b.came is not None:
            came += 1
            offsets = offsets + (np.array(OFFSETS) == min(max(b.came - b.slot, OFFSETS[0]), OFFSETS[-1]))
    share = offsets / offsets.sum() * came / all_
    for b in booked:
        for offset, part in zip(OFFSETS, share, strict=True):
            if b.slot + offset >= half:
                expected[min(HALVES - 1, max(0, b.slot + offset))] += part
    return expected


def _spread(past: Sequence[Came], service: str | None) -> float:
    """How much further than by pure chance (variance = mean) a half hour lies from its forecast: of the last days, forecast from those
    before them."""
    wrong, expected = 0.0, 0.0
    for n in range(max(1, len(past) - TESTED), len(past)):
        told, _ = _morning(past[:n], _as_known(past[n]), service)
        some = told >= 2
        wrong += float(((past[n].counts(service) - told)[some] ** 2).sum())
        expected += float(told[some].sum())
    return min(25.0, max(1.0, (wrong + 2.0 * 20) / (expected + 20)))


def peaks_of(plans: Iterable[Plan], day: str, services: Iterable[str]) -> dict[str, float]:
    """Service -> by how much the peak calendar lifts that day; only those it lifts or lowers."""
    found: dict[str, float] = {}
    for plan in plans:
        if day in plan.dates and plan.expect != 100:
            for code in plan.services or services:
                found[code] = max(found.get(code, 0.0), plan.expect / 100)
    return found


def half_of(minute: float) -> int:
    return max(0, min(HALVES - 1, int(minute // 30)))
