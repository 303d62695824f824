"""What past days teach: how long a matter takes, with whom, who comes when, how long people stay. Estimates only; it predicts nothing.

Every estimate leans on a prior that holds on day one (the published minutes, an average clerk) and moves from it as records come in.
Times are minutes since midnight of the hall's own day, durations minutes. A record is one visit to one service:

    learned = learn(pasts, minutes={service: standard minutes}, complex={services}, days=number of days the records span)
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from config.settings.rules import GREEN

from .calibration import WaitOutcome, learn_corrections
from .learned import BIN, BINS, LEAVE_BIN, LEAVE_BINS, SPREAD, Learned, PastShift

LEAN = 6  # services for which the published minutes count where nothing says how good they are
STAYS = 30.0  # minutes that a hall which has served everyone at the beginning of its break would have stayed for more
PRESSES = 5.0  # a free clerk who has not called for so many minutes was away
EXAMPLES = 9  # kept of what is drawn from
HALVES = 48  # half hours of a day
LEAST_PAUSES = 6  # of a reason and hour, before they say more than those of all day


@dataclass(frozen=True, kw_only=True, slots=True)
class Past:
    """One visit to one service on a past day. None: did not happen."""

    day: int
    service: str
    rank: str  # green, appointment, transfer, ordinary
    arrive: float  # joined this line
    clock: float
    called: float | None = None  # first call
    started: float | None = None
    ended: float | None = None
    clerk: str | None = None  # or the window, where clerks are not known
    left: float | None = None  # cancelled at
    absent: bool = False  # not there when called, and never came back
    missed: bool = False  # not there at the first call, but came back
    slot: float | None = None  # was booked for
    after: str | None = None  # the service before, on the same number
    window: str | None = None
    persons: int = 1  # who stood together on its number

    @property
    def begun(self) -> float:
        return self.started or 0.0

    @property
    def took(self) -> float:
        """Minutes from its beginning to its end for each of its persons; 0 where it was not served."""
        return ((self.ended or self.begun) - self.begun) / self.persons


def learn(
    pasts: Iterable[Past],
    *,
    minutes: dict[str, float],
    complex: Iterable[str] = (),
    days: int,
    booked: int = 0,
    breaks: dict[int, list[tuple[float, float]]] | None = None,
    shifts: Iterable[PastShift] = (),
    outcomes: Iterable[WaitOutcome] = (),
) -> Learned:
    """`booked`: how many bookings these days had; 0 where that is not known. `breaks`: (begin, end) of each day's breaks. `shifts`: of the
    windows, newest first. `outcomes`: what was told on these days and what came."""
    shifts = list(shifts)
    pasts, complex = list(pasts), frozenset(complex)
    served = [p for p in pasts if p.started is not None and p.service in minutes and p.took > 0]
    mean, clerk, hour = handling(served, minutes, complex)
    leave, seen = _leaving(pasts) if pasts else (Learned.leave, Learned.seen)
    first = [p for p in pasts if p.called is not None and not p.absent]
    came = [p for p in pasts if p.slot is not None and p.after is None]
    press, notice = _pressing(pasts)
    return Learned(
        days=days,
        minutes=mean,
        spread=_spreads(served, mean, clerk, hour, complex),
        clerk=clerk,
        hour=hour,
        come=_arrivals(pasts, max(1, days)),
        onward=_onward(pasts),
        leave=leave,
        seen=seen,
        miss=(sum(p.missed for p in first) + 0.03 * 100) / (len(first) + 100),
        show=(len(came) + 0.85 * 20) / (booked + 20) if booked else Learned.show,
        early=tuple(sorted(p.arrive - p.slot for p in came if p.slot is not None)) if len(came) >= 20 else Learned.early,
        press=press,
        notice=notice,
        stays=_stays(pasts, breaks or {}),
        booked_green=(sum(p.rank == GREEN for p in came) + 0.05 * 20) / (len(came) + 20),
        swing=_swing(pasts),
        windows={w: len(some) / max(1, days) for w, some in _worked(served).items()},
        away={w: tuple(x for x in shifts if x.window == w) for w in dict.fromkeys(x.window for x in shifts)},
        pauses=_pauses(shifts),
        corrections=learn_corrections(outcomes),
        most_waiting=_most_waiting(pasts),
        fewest_open=_fewest_open(served),
    )


def _most_waiting(pasts: list[Past]) -> int:
    steps: dict[int, list[tuple[float, int]]] = defaultdict(list)
    for p in pasts:
        gone = min((x for x in (p.called, p.left) if x is not None), default=None)
        if gone is not None:
            steps[p.day] += [(p.arrive, 1), (gone, -1)]
    return max((max(accumulate(step for _, step in sorted(some))) for some in steps.values()), default=0)


def _fewest_open(served: Sequence[Past]) -> tuple[int, ...]:
    """Windows that served somebody in each half hour, on the day of these that had fewest then."""
    by_day: dict[int, list[set[str]]] = defaultdict(lambda: [set() for _ in range(HALVES)])
    for p in served:
        if p.window is not None and p.ended is not None:
            for half in range(max(0, int(p.begun // 30)), min(HALVES, int(p.ended // 30) + 1)):
                by_day[p.day][half].add(p.window)
    return tuple(min(map(len, some)) for some in zip(*by_day.values(), strict=True))


def _pauses(shifts: list[PastShift]) -> dict[tuple[str, int | None], tuple[float, ...]]:
    seen: dict[tuple[str, int | None], list[float]] = defaultdict(list)
    for reason, begin, end in (pause for shift in shifts for pause in shift.pauses):
        for key in dict.fromkeys([(reason, int(begin // 60)), (reason, None), ("", None)]):
            seen[key].append(end - begin)
    at = (np.arange(EXAMPLES) + 0.5) / EXAMPLES
    return {key: tuple(np.quantile(some, at).round(1).tolist()) for key, some in seen.items() if len(some) >= LEAST_PAUSES}


def _pressing(pasts: list[Past]) -> tuple[tuple, tuple]:
    """How long until a free clerk calls: with a line, and when somebody comes to a window that has none."""
    with_line, without, ended = [], [], {}
    calls = [(p.day, p.called, p) for p in pasts if p.called is not None and p.window is not None]
    for _, called, p in sorted(calls, key=lambda call: call[:2]):
        at = (p.day, p.window)
        free = ended.get(at)
        if free is not None and 0 <= called - max(free, p.arrive) <= PRESSES and not p.missed:
            (without if p.arrive > free else with_line).append(called - max(free, p.arrive))
        ended[at] = p.ended
    return _examples(with_line, Learned.press), _examples(without, Learned.notice)


def _examples(seen: list[float], before: tuple[float, ...]) -> tuple[float, ...]:
    """Some that stand for all that were seen; while few were, those of day one beside them."""
    if len(seen) < 20:
        return tuple(sorted([*seen, *before]))
    return tuple(np.quantile(seen, (np.arange(EXAMPLES) + 0.5) / EXAMPLES).round(3).tolist())


def _stays(pasts: list[Past], breaks: dict[int, list[tuple[float, float]]]) -> tuple[float, ...]:
    seen = []
    for day, some in breaks.items():
        mine = [p for p in pasts if p.day == day]
        for begin, end in some:
            gone = lambda p: min((x for x in (p.called, p.left) if x is not None), default=1e9)
            line = [p for p in mine if p.arrive < begin < gone(p)]
            if line:
                stayed = max((p.called - begin for p in mine if p.called is not None and begin < p.called < end - 1), default=0.0)
                all_served = stayed > 0 and all(gone(p) < end - 1 for p in line)
                seen.append(max(stayed, STAYS) if all_served else stayed)
    return _examples(seen, Learned.stays)


def _worked(served: list[Past]) -> dict[str, set[int]]:
    days: dict[str, set[int]] = defaultdict(set)
    for p in served:
        if p.window is not None:
            days[p.window].add(p.day)
    return days


def handling(served: Sequence[Past], minutes: Mapping[str, float], complex: Iterable[str]) -> tuple[dict, dict, dict]:
    """Service mean x clerk x hour of services that were rendered, by going round three times. Each leans on its prior with the weight of
    some services: the means on the published `minutes`. The means are what dispatch goes by (state.hall_state, simulate.judge)."""
    if not served:
        return dict(minutes), {}, {}
    codes, who = list(minutes), list(dict.fromkeys(p.clerk or "" for p in served))
    place, seat, complex = {s: n for n, s in enumerate(codes)}, {w: n for n, w in enumerate(who)}, frozenset(complex)
    service = np.array([place[p.service] for p in served], np.int64)
    clerk = np.array([seat[p.clerk or ""] for p in served], np.int64)
    hour = np.array([int(p.begun // 60) for p in served], np.int64)
    took = np.array([p.took for p in served])
    pair = 2 * clerk + np.array([s in complex for s in codes], np.int64)[service]  # a clerk may be quicker at ordinary matters only
    total = lambda of, what, n: np.bincount(of, what, minlength=n)
    published = np.array([minutes[s] for s in codes], float)
    hours = int(hour.max(initial=0)) + 1
    mean, speed, at_hour = published, np.ones(2 * len(who)), np.ones(hours)
    for _ in range(3):
        alike, n = total(service, took / (speed[pair] * at_hour[hour]), len(codes)), total(service, None, len(codes))
        lean = _trust(alike, n, published)
        mean = (alike + published * lean) / (n + lean)
        usual = mean[service] * at_hour[hour]
        prior = mean.mean()  # minutes of one usual service
        alone = (total(clerk, took, len(who)) + 8 * prior) / (total(clerk, usual, len(who)) + 8 * prior)
        speed = (total(pair, took, 2 * len(who)) + 12 * prior * np.repeat(alone, 2)) / (total(pair, usual, 2 * len(who)) + 12 * prior)
        at_hour = (total(hour, took, hours) + 80 * prior) / (total(hour, mean[service] * speed[pair], hours) + 80 * prior)
    return (
        dict(zip(codes, mean.tolist(), strict=True)),
        {(w, c): float(speed[2 * n + c]) for n, w in enumerate(who) for c in (False, True)},
        {int(h): float(at_hour[h]) for h in np.unique(hour)},
    )


def _trust(sums: np.ndarray, n: np.ndarray, published: np.ndarray) -> float:
    """How many services the published minutes count for: the fewer, the further those of all services together lie from what was seen."""
    seen = (n > 0) & (published > 0)
    many = int(seen.sum())
    off = np.log(sums[seen] / n[seen] / published[seen])
    one = math.exp(SPREAD**2) - 1  # relative variance of a single service
    apart = max(0.0, float((n[seen] * off**2).sum() - many * one) / max(1.0, float(n.sum())))
    return float(np.clip(one * (many + LEAN) / (apart * many + one), 2.0, 10.0 * LEAN))


def _spreads(served, mean, clerk, hour, complex) -> dict[str, float]:
    logs = defaultdict(list)
    for p in served:
        c = p.service in complex
        usual = mean[p.service] * clerk.get((p.clerk, c), 1.0) * hour.get(int(p.started // 60), 1.0)
        logs[p.service].append(math.log((p.ended - p.started) / usual))
    every = [x for some in logs.values() for x in some]
    common = (float(np.var(every)) * len(every) + SPREAD**2 * 20) / (len(every) + 20) if every else SPREAD**2
    return {
        s: math.sqrt((float(np.var(logs[s])) * len(logs[s]) + common * 30) / (len(logs[s]) + 30)) if s in logs else math.sqrt(common)
        for s in mean
    }


def _swing(pasts: list[Past]) -> float:
    """How far days lie from their mean beyond pure chance, of which the mean of few days is itself no sure one."""
    days = Counter(p.day for p in pasts if p.after is None)
    if not days:
        return Learned.swing
    counts = np.array(list(days.values()), float)
    n = len(counts)
    apart = counts.var(ddof=1) / counts.mean() ** 2 - 1 / counts.mean() if n > 1 else 0.0
    var = (max(0.0, float(apart)) * (n - 1) + Learned.swing**2 * 4) / (n + 3)
    return min(0.3, math.sqrt(var * (1 + 1 / n)))


def _arrivals(pasts: list[Past], days: int) -> dict:
    """Without those who were booked: they are known one by one. Smoothed over services, whose shares move less than the hours."""
    count: dict[tuple[str, str], np.ndarray] = defaultdict(lambda: np.zeros(BINS))
    for p in pasts:
        if p.after is None and p.slot is None:
            count[p.service, p.rank][min(BINS - 1, int(p.arrive // BIN))] += 1 / days
    shape = sum(count.values(), np.zeros(BINS))
    if not shape.sum():
        return {}
    shape = shape / shape.sum()
    lean = 24 / days  # a service's own hours count as soon as it has two dozen visitors
    return {k: tuple(((v + lean * shape) * v.sum() / (v.sum() + lean)).round(4).tolist()) for k, v in count.items()}


def _onward(pasts: list[Past]) -> dict:
    done, went = defaultdict(int), defaultdict(lambda: defaultdict(int))
    for p in pasts:
        done[p.service] += p.ended is not None
        if p.after is not None:
            went[p.after][p.service] += 1
    return {s: tuple((to, n / (done[s] + 3)) for to, n in sorted(some.items())) for s, some in went.items() if done[s]}


def _leaving(pasts: list[Past]) -> tuple[tuple[float, ...], float]:
    """The chance to give up within each ten minutes of waiting, and the share of people who then cancel visibly.

    Of those in line after some waiting, the ones who cancel visibly are still there; of the others nobody knows until the call.
    """
    waits = np.array([(p.left if p.left is not None else p.called if p.called is not None else p.clock) - p.clock for p in pasts])
    at_risk, gone = np.zeros(LEAVE_BINS), np.zeros(LEAVE_BINS)
    for b in range(LEAVE_BINS):
        at_risk[b] = np.clip(waits - b * LEAVE_BIN, 0, LEAVE_BIN).sum() / LEAVE_BIN
    for p in pasts:
        if p.left is not None:
            gone[_bin(p.left - p.clock)] += 1
    visible = (gone + 0.1) / (at_risk + 10)
    called = np.array([_bin(p.called - p.clock) for p in pasts if p.called is not None], np.int64)
    absent = sum(p.absent for p in pasts)
    low, high, share = 0.05, 0.95, 0.5
    for _ in range(25):  # the share that explains as many absent ones as were found
        share = (low + high) / 2
        stay = np.cumprod(1 - _giving_up(visible, share))[called]
        if ((1 - share) * (1 - stay) / (share * stay + 1 - share)).sum() > absent:
            low = share
        else:
            high = share
    weight = len(called) * float(gone.sum() + absent) / max(1, len(pasts))
    share = (share * weight + 0.3 * 10) / (weight + 10)
    return tuple(_giving_up(visible, share).round(5).tolist()), share


def _bin(waited: float) -> int:
    return max(0, min(LEAVE_BINS - 1, int(waited // LEAVE_BIN)))


def _giving_up(visible: np.ndarray, share: float) -> np.ndarray:
    stay, out = 1.0, np.zeros(LEAVE_BINS)
    for b, v in enumerate(visible):
        out[b] = 1 - math.exp(-v * (share * stay + 1 - share) / (share * max(stay, 0.02)))
        out[b] = min(out[b], 0.6)
        stay *= 1 - out[b]
    return out
