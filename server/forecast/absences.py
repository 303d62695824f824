"""When a window is likely to be at work for the rest of the day: its roster, or its own past days, and how long pauses last. Pure.

It decides nothing: each way the day may go is drawn in the runs that tell the waits (forecast/waits.py), live and in every proof alike.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from config.codes import WindowState

from .learned import Learned, PastShift

Spans = tuple[tuple[float, float], ...]  # minutes since midnight

WAYS = 24  # ways kept of a window's day, each as likely as the other
LEAST_DAYS = 3  # days on which a window worked before its absences say anything
SAME_WEEKDAY = 3.0  # how much more a day of the same weekday counts
NEAR, FAR = 15.0, 45.0  # minutes: how near an absence of a past day lies to today's for the two to be one kind, and what is another
USUAL = 0.3  # share of past days from which on an absence at this hour is the usual one and no pause of its own
USUALLY = 0.5  # share of the days from which on a window that has not opened yet is expected to
SHORT = 20.0  # as in forward.SHORT_BREAK: a shorter absence is taken in full, a longer one ends by the clock
GONE = 60.0  # a pause so long is none of which anybody knows the end
EARLY = 10.0  # who leaves so shortly before a planned break has begun it
LATE_BY = (1.0, 2.0, 3.0, 5.0, 8.0, 12.0)  # until somebody is back, or gone, who should have been by now: examples
BREAK = 120.0  # longer is no break
LEAST_AWAY = 2.0  # a shorter absence is none
CLOSING = 10.0  # before the end of the day: who closes then has closed with the hall
DAY_LONG = 24 * 60.0 + 12 * 60.0


@dataclass(frozen=True, kw_only=True)
class Post:
    """What is seen of a window: minutes since midnight."""

    no: str
    state: str
    since: float
    reason: str = ""
    busy: bool = False


def ways(post: Post, at: float, hours: Spans, weekday: int, learned: Learned | None, planned: Spans | None = None) -> tuple[Spans, ...]:
    """When it works from `at` on: as many spans as there are ways the day may go, all as likely; () where nothing is known of it.

    `hours`: the hall's own as this window keeps them, () where there are none. `planned`: by the roster, which stands above past days.
    """
    whole = hours or ((0.0, DAY_LONG),)
    if planned is not None:
        return _drawn([(1.0, spans) for spans in _by_roster(post, at, _planned(planned, whole), learned)], post.no)
    days = learned.away.get(post.no, ()) if learned else ()
    days = days if len(days) >= LEAST_DAYS else ()
    found = _at_work(post, at, whole, weekday, days) if post.state == WindowState.OPEN else _absent(post, at, whole, weekday, days, learned)
    return _drawn([(weight, without(whole, gone, at)) for weight, gone in found], post.no)


def _planned(planned: Spans, whole: Spans) -> Spans:
    """The last planned span goes on as long as the hall does where they end together: until everybody has been served."""
    last = whole[-1][1]
    return (*planned[:-1], (planned[-1][0], last)) if planned and planned[-1][1] >= last - 12 * 60.0 - 1 else planned


def _by_roster(post: Post, at: float, planned: Spans, learned: Learned | None) -> list[Spans]:
    """The rest of a planned day, and how it may differ from the plan."""
    rest = without(planned, (), at)
    inside = next(((a, b) for a, b in planned if a <= at < b), None)
    if post.state == WindowState.OPEN:
        ended = max((b for _, b in planned if b <= at), default=None)
        if inside or ended is None:
            return [rest if inside or not rest else ((at, rest[0][1]), *rest[1:])]  # before its hours: it has come early
        if post.since > ended:  # opened beside the plan: it works until the plan goes on
            return [((at, rest[0][1]), *rest[1:]) if rest else ()]
        return [((at, min(at + late, rest[0][0] if rest else at + late)), *rest) for late in _late(post)]
    if inside is None:
        return [rest]
    if post.since >= inside[1] - EARLY:  # it went a little early
        return [without(planned, ((at, inside[1]),), at)]
    if post.since <= inside[0]:  # it should be back
        return [without(planned, ((at, at + late),), at) for late in LATE_BY] if at - inside[0] < GONE else []
    return [without(planned, ((at, back),), at) for back in _back(post, at, learned)] if post.state == WindowState.PAUSED else []


def _late(post: Post) -> tuple[float, ...]:
    """Until somebody goes who should have gone: with the end of the service in hand, or in some minutes."""
    return (0.02,) if post.busy else LATE_BY


def _at_work(post: Post, at: float, whole: Spans, weekday: int, days: Sequence[PastShift]) -> list[tuple[float, Spans]]:
    """(weight, absences to come) of an open window, by its past days: those on which it was at work at this hour, too."""
    here, gone = [], []
    for day in days:
        weight = SAME_WEEKDAY if day.weekday == weekday else 1.0
        later = tuple(x for x in day.away if x[0] > at)
        now = next((x for x in day.away if x[0] <= at < x[1]), None)
        if now is None:
            opened = max((b for _, b in day.away if b <= at), default=whole[0][0])
            here.append((weight * _alike(opened, max(post.since, whole[0][0])), later))
        else:  # on that day it had gone by now: today it is late for it
            short = now[1] - now[0] < SHORT
            gone += [(weight, ((at + late, at + late + now[1] - now[0] if short else now[1]), *later)) for late in _late(post)]
    # that all of them had gone by now says that it goes soon; that some had does not, for today is like one of the others
    return here or [(w, g) for w, g in gone if all(a < b for a, b in g)]


def _absent(post: Post, at: float, whole: Spans, weekday: int, days, learned: Learned | None) -> list[tuple[float, Spans]]:
    """(weight, absences from now on) of a window that is paused or closed: as long as on past days at this hour, or a usual pause."""
    inside = any(a <= at < b for a, b in whole)
    if post.state == WindowState.CLOSED and post.since < whole[0][0]:
        return _not_opened(at, whole, weekday, days) if learned and learned.windows.get(post.no, 1.0) >= USUALLY else []
    usual, other, all_ = [], [], 0.0
    for day in days:
        weight = SAME_WEEKDAY if day.weekday == weekday else 1.0
        all_ += weight
        later = tuple(x for x in day.away if x[0] > at)
        now = next((x for x in day.away if x[0] <= post.since + NEAR and post.since - NEAR <= x[0] and x[1] > at), None)
        if now is not None:
            back = post.since + now[1] - now[0] if now[1] - now[0] < SHORT else now[1]
            if back > at:
                usual.append((weight * _alike(now[0], post.since), ((at, back), *(x for x in later if x[0] > back))))
                continue
        other.append((weight, later))
    share = sum(w for w, _ in usual) / all_ if all_ else 0.0
    if share >= USUAL or (usual and post.state == WindowState.CLOSED):
        return usual
    if post.state != WindowState.PAUSED or not inside:
        return []
    lengths = _back(post, at, learned)
    pauses = [
        (weight / len(lengths), ((at, back), *(x for x in later if x[0] > back)))
        for weight, later in other or [(1.0, ())]
        for back in lengths
    ]
    return usual + pauses


def _not_opened(at: float, whole: Spans, weekday: int, days: Sequence[PastShift]) -> list[tuple[float, Spans]]:
    """A window that has not opened today: as late as on past days."""
    found = []
    for day in days:
        first = next((end for begin, end in day.away if begin <= whole[0][0] + 1), whole[0][0])
        if first > at:
            later = tuple(x for x in day.away if x[0] >= first)
            found.append((SAME_WEEKDAY if day.weekday == weekday else 1.0, ((min(at, whole[0][0]), first), *later)))
    return found


def _back(post: Post, at: float, learned: Learned | None) -> list[float]:
    """When a paused window is back, by how long such pauses last; [] where nobody knows."""
    if at - post.since >= GONE:
        return []
    lengths = (learned or Learned()).pause(post.reason, post.since)
    return [post.since + x for x in lengths if post.since + x > at] or [at + 1.0]


def _alike(a: float, b: float) -> float:
    return math.exp(-min(abs(a - b), FAR) / NEAR)


def away_for_a_while(shift: PastShift, hours: Spans) -> Spans:
    """The absences of a past day from which the window came back within hours: its breaks, and no choice to leave it closed."""
    return tuple((a, b) for a, b in shift.away if hours and hours[0][0] + 1 < a and b - a <= BREAK)


def without(spans: Spans, gone: Iterable[tuple[float, float]], at: float = 0.0) -> Spans:
    """The rest of the spans from `at` on without the absences."""
    left = [(a, b) for a, b in spans if b > at]
    for begin, end in gone:
        left = [(a, b) for x, y in left for a, b in ((x, min(y, begin)), (max(x, end), y)) if a < b and b > at]
    return tuple(left)


def _drawn(found: list[tuple[float, Spans]], no: str) -> tuple[Spans, ...]:
    """WAYS of them by weight, in an order of the window's own: which way goes with which of another window is chance."""
    weights: dict[Spans, float] = {}
    for weight, spans in found:
        weights[spans] = weights.get(spans, 0.0) + weight
    total = sum(weights.values())
    if not total or len(weights) == 1:
        return tuple(weights) if total else ()
    some, reached, n = [], 0.0, 0
    for spans, weight in weights.items():
        reached += weight / total * WAYS
        while n + 0.5 <= reached + 1e-9 and n < WAYS:
            some.append(spans)
            n += 1
    random.Random(no).shuffle(some)
    return tuple(some)


def shift_of(no: str, weekday: int, pressed: list[tuple[float, str, str]], hours: list[tuple[float, float]]) -> PastShift | None:
    """A window's day out of what was pressed: (minute, state, reason) in order; None where it never opened. `hours`: of the hall.

    What lies outside of the hall's hours is no absence, and neither is who closes shortly before the end.
    """
    if not any(state == WindowState.OPEN for _, state, _ in pressed) or not hours:
        return None
    away, pauses, since = [], [], hours[0][0]
    gone: tuple[str, str, float] | None = None
    for at, state, reason in pressed:
        if state == WindowState.OPEN:
            if since is not None:
                away.append((since, at))
            if gone is not None and gone[0] == WindowState.PAUSED:
                pauses.append((gone[1], gone[2], at))
            since = gone = None
        elif since is None:
            since, gone = at, (state, reason, at)
        elif state == WindowState.CLOSED:
            gone = None  # no pause any more
    if since is not None and since < hours[-1][1] - CLOSING:
        away.append((since, hours[-1][1] + 24 * 60))
    inside = lambda a, b: sum(max(0.0, min(b, y) - max(a, x)) for x, y in hours)
    real = tuple((round(a, 1), round(b, 1)) for a, b in away if inside(a, b) > LEAST_AWAY)
    return PastShift(window=no, weekday=weekday, away=real, pauses=tuple(pauses))
