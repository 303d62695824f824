"""How many windows to open when: the shortest window hours that keep what is promised, found by running the days. Pure.

days = days_like(hall, learned, 8, seed=1, demand=0.75)     # made-up days of that demand, from what past days teach
plan = advise(hall, rules, days)                            # plan.spans: when each window works; plan.hours against plan.full_hours
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from config.settings.rules import Rules

from .absences import away_for_a_while
from .answers import ALL, PROTECTED, StaffingPlan
from .backtest import each_apart
from .forward import NEVER
from .learned import BIN, LEAVE_BIN, Learned
from .simulate import RANKS, Booking, Day, DescribedHall, DescribedWindow, Score, floor_of, may_serve, play, promised, score, targets

BLOCK = 60.0  # windows are opened and closed by the hour
ENOUGH, AT = 0.79, 0.75  # share of all window hours at which enough is saved for that share of the usual visitors
DRAWN, FEWEST_DAYS, MOST_DAYS = 4000, 8, 48  # visitors drawn in all, and days
MARGIN, LEAST_MARGIN = (
    0.03,
    0.015,
)  # by how much more on the days it is made with: the real day is another one; the least while hours are many
FRESH = 0.01  # and on days that it was not made with
SLACK = 0.002  # what may be lost where all windows together do not keep that either


def advise(
    hall: DescribedHall,
    rules: Rules,
    days: Sequence[Day],
    fresh: Sequence[Day],
    *,
    protected: float = PROTECTED,
    all: float = ALL,
    close: float | None = None,
    at_most: float = ENOUGH,
) -> StaffingPlan:
    """Blocks with the least work are closed one after the other as long as the days still keep enough; then the last of them are opened
    again until `fresh` days keep it, too, for what the first happen to forgive others do not. What the plan says it keeps is what the fresh
    days keep. `close`: the minute at which the hall closes; the time after it, in which windows only stay for those still there, counts for
    no hours. `at_most`: enough is saved at this share of full hours: beyond it a plan only grows brittle."""
    blocks = _blocks(hall, close)
    shut = np.zeros(len(blocks), bool)
    reached = lambda full, margin: (min(protected + margin, full[0] - SLACK), min(all + margin, full[1] - SLACK))
    as_full = _kept(hall, rules, days, blocks, shut)
    margin, path = MARGIN, [shut]
    until = NEVER if close is None else close
    hours = np.array([min(b, until) - min(a, until) for _, a, b in blocks]) / 60
    wanted = at_most * hours.sum()
    tried = np.zeros(len(blocks), bool)
    step = max(1, len(blocks) // 24)
    idle = None
    while step:
        if idle is None:
            idle = _idle(hall, rules, days, blocks, shut)
        order = [k for k in np.argsort(-idle) if not shut[k] and not tried[k]]
        if hours[~shut].sum() <= wanted or (not order and margin == LEAST_MARGIN):
            break
        if not order:
            margin, tried = LEAST_MARGIN, np.zeros(len(blocks), bool)
            continue
        goal = reached(as_full, margin)
        spare = hours[~shut].sum() - wanted
        some = _one_of_each_kind(order, blocks, hall, step)
        some = [k for n, k in enumerate(some) if not n or hours[some[: n + 1]].sum() <= spare]
        new = shut.copy()
        new[some] = True
        now = _kept(hall, rules, days, blocks, new) if _still_served(hall, blocks, new) else (0.0, 0.0)
        if now[0] >= goal[0] and now[1] >= goal[1]:
            shut, idle = new, None
            path.append(shut)
        elif step > 1:
            step //= 2
        else:
            tried[some] = True
    full = _kept(hall, rules, fresh, blocks, path[0])
    goal = reached(full, FRESH)
    kept = _kept(hall, rules, fresh, blocks, shut)
    while len(path) > 1 and (kept[0] < goal[0] or kept[1] < goal[1]):
        path.pop()
        shut = path[-1]
        kept = _kept(hall, rules, fresh, blocks, shut)
    spans = _spans(hall, blocks, shut)
    return StaffingPlan(
        spans=spans,
        open=_open(spans),
        hours=round(float(hours[~shut].sum()), 1),
        full_hours=round(float(hours.sum()), 1),
        protected=kept[0],
        all=kept[1],
        full_protected=full[0],
        full_all=full[1],
    )


def plan_like(
    hall: DescribedHall, rules: Rules, learned: Learned, *, demand: float, visitors: float, bookings=(), close: float | None = None
) -> StaffingPlan:
    """The advice for a day of that demand, of which nothing is known but what past days teach and who has booked."""
    believed = with_clerks(hall, learned)
    some = lambda seed: days_like(
        believed, learned, enough_days(demand * visitors), seed=seed, demand=demand, bookings=bookings, rules=rules
    )
    return advise(believed, rules, some(1), some(2), close=close, at_most=enough(demand))


def enough(demand: float) -> float:
    """The share of all window hours at which a plan for so many visitors (1: as usual) stops: in proportion to them, and a little more."""
    return ENOUGH * min(1.0, demand / AT)


@dataclass(frozen=True, kw_only=True)
class Tested:
    """Advice tried on recorded days that it knew nothing of."""

    hours: float  # of a day
    full_hours: float
    advised: Score
    full: Score


def tested(hall: DescribedHall, rules: Rules, *, demand: float, close: float | None = None, times: int = 4) -> Tested | None:
    """Each recorded day thinned to `demand` (`times` by chance), with windows as advised from the other days; None with a single day."""
    if len(hall.days) < 2:
        return None
    visitors = sum(len(day.service) for day in hall.days) / len(hall.days)
    days, as_advised, as_full, hours, full_hours = [], [], [], 0.0, 0.0
    for n, day, _, known in each_apart(hall, rules):
        plan = plan_like(hall, rules, known, demand=demand, visitors=visitors, bookings=day.bookings, close=close)
        hours, full_hours = hours + plan.hours / len(hall.days), plan.full_hours
        floor = floor_of(hall, rules, spans=[s or ((NEVER, NEVER),) for s in plan.spans])
        for k in range(times):
            some = thinned(day, demand, np.random.default_rng(100 * n + k))
            days.append(some)
            as_advised.append(play(hall, some, rules, floor=floor))
            as_full.append(play(hall, some, rules))
    return Tested(hours=hours, full_hours=full_hours, advised=score(hall, days, as_advised, rules), full=score(hall, days, as_full, rules))


def _blocks(hall: DescribedHall, close: float | None) -> list[tuple[int, float, float]]:
    """(window, begin, end), cut at whole hours; breaks stay where they are."""
    out = []
    for w, window in enumerate(hall.windows):
        for a, b in window.spans:
            at = a
            while at < b - 1e-9:
                end = min(b, (np.floor(at / BLOCK) + 1) * BLOCK)
                if b - end < BLOCK / 3:
                    end = b
                if close is not None and end >= close:
                    end = b  # who works at the close stays for those still there
                out.append((w, at, float(end)))
                at = end
    return out


def _spans(hall: DescribedHall, blocks, shut) -> tuple:
    out = []
    for w in range(len(hall.windows)):
        mine: list[list[float]] = []
        for (v, a, b), closed in zip(blocks, shut, strict=True):
            if v != w or closed:
                continue
            if mine and abs(mine[-1][1] - a) < 1e-9:
                mine[-1][1] = b
            else:
                mine.append([a, b])
        out.append(tuple((a, b) for a, b in mine))
    return tuple(out)


def _open(spans) -> tuple[tuple[int, int], ...]:
    edges = sorted({t for some in spans for span in some for t in span})
    counts = [(int(t), sum(1 for some in spans for a, b in some if a <= t < b)) for t in edges]
    return tuple(c for n, c in enumerate(counts) if n == 0 or c[1] != counts[n - 1][1])


def _floor(hall, rules, blocks, shut):
    spans = [s or ((NEVER, NEVER),) for s in _spans(hall, blocks, shut)]
    return floor_of(hall, rules, spans=spans)


def _kept(hall, rules, days, blocks, shut) -> tuple[float, float]:
    return kept(hall, rules, days, _spans(hall, blocks, shut))


def kept(hall: DescribedHall, rules: Rules, days: Sequence[Day], spans) -> tuple[float, float]:
    """Shares of green and booked, and of all, that these days keep with windows that work at these times."""
    floor = floor_of(hall, rules, spans=[s or ((NEVER, NEVER),) for s in spans])
    s = score(hall, days, [play(hall, d, rules, floor=floor) for d in days], rules)
    return s.protected, s.all


def enough_days(visitors: float) -> int:
    """How many made-up days a plan is made with: in a small hall each says little."""
    return int(min(MOST_DAYS, max(FEWEST_DAYS, DRAWN / max(1.0, visitors))))


def _idle(hall, rules, days, blocks, shut) -> np.ndarray:
    """Share of each open block without work, and of those the ones at the quietest time first."""
    floor = _floor(hall, rules, blocks, shut)
    work = np.zeros(len(blocks))
    waiting = np.zeros(len(blocks))
    begin, end, at = (np.array([b[k] for b in blocks], float) for k in (1, 2, 0))
    can = may_serve(hall)
    for day in days:
        run = play(hall, day, rules, floor=floor)
        late = (run.called - run.clock > targets(hall, day, rules)) | (run.called < 0)
        for k in range(len(blocks)):
            mine = (run.window == at[k]) & (run.started >= 0)
            work[k] += np.clip(np.minimum(run.ended[mine], end[k]) - np.maximum(run.called[mine], begin[k]), 0, None).sum()
            due = (run.clock >= begin[k] - 30) & (run.clock < end[k]) & late & can[int(at[k]), day.service]
            waiting[k] += due.sum()
    return 1 - work / (len(days) * (end - begin)) - 0.05 * waiting / len(days)


def _one_of_each_kind(order, blocks, hall, step: int) -> list[int]:
    """Of windows that serve the same at the same time only one is closed at a time: its idleness goes to the others."""
    some, seen = [], set()
    for k in order:
        w, a, _ = blocks[k]
        kind = (hall.windows[w].services, int(a // BLOCK))
        if kind not in seen:
            seen.add(kind)
            some.append(int(k))
        if len(some) >= step:
            break
    return some


def _still_served(hall, blocks, shut) -> bool:
    """A service that some window serves at a quarter of an hour keeps one, but for a short break."""
    can = may_serve(hall)
    begin, end, window = (np.array([b[k] for b in blocks], float) for k in (1, 2, 0))
    missing = np.zeros(len(hall.services))
    for at in np.arange(begin.min(initial=0.0), end.max(initial=0.0), 15.0):
        there = (begin <= at) & (at < end)
        full = can[window[there].astype(int)].any(0)
        left = can[window[there & ~shut].astype(int)].any(0)
        missing = np.where(full & ~left, missing + 1, 0)
        if (missing > 1).any():
            return False
    return True


def days_like(
    hall: DescribedHall, learned: Learned, n: int, *, seed: int = 1, demand: float = 1.0, bookings: Sequence[Booking] = (), rules=None
):
    """Made-up days of this hall from what past days teach: its own arrivals, times, bookings' habits, patience."""
    rng = np.random.default_rng(seed)
    return tuple(_day_like(hall, learned, rng, demand, bookings, rules or Rules()) for _ in range(n))


def _day_like(hall: DescribedHall, learned: Learned, rng, demand: float, bookings, rules: Rules) -> Day:
    code = {str(i): i for i in range(len(hall.services))}
    rows = []
    level = demand * rng.lognormal(0, learned.swing)
    for (service, rank), halves in learned.come.items():
        for b, mean in enumerate(halves):
            for _ in range(rng.poisson(mean * level) if mean > 0 else 0):
                rows.append(((b + rng.random()) * BIN, code[service], RANKS.index(rules.like(rank)), -1.0, -1))
    made = []
    for booking in bookings:
        if rng.random() >= demand:
            continue
        made.append([booking.slot, booking.service, -1])
        if rng.random() < learned.show:
            off = float(rng.choice(learned.early)) + rng.uniform(-1, 1)
            rank = 0 if rng.random() < learned.booked_green else 1 if off <= rules.appointments.late_s / 60 else 3
            rows.append((booking.slot + off, booking.service, rank, booking.slot, len(made) - 1))
    rows.sort()
    onward = {int(s): some for s, some in learned.onward.items()}
    legs = []
    for i, r in enumerate(rows):
        u = rng.random()
        for to, share in onward.get(r[1], ()):
            if u < share:
                legs.append((i, int(to)))
                break
            u -= share
    n, m = len(rows) + len(legs), len(rows)
    service, rank = np.zeros(n, np.int64), np.zeros(n, np.int64)
    arrive, clock, slot = np.full(n, NEVER), np.full(n, NEVER), np.full(n, -1.0)
    follow = np.full(n, -1, np.int64)
    for i, (at, s, r, booked, b) in enumerate(rows):
        arrive[i], service[i], rank[i], slot[i] = at, s, r, booked
        clock[i] = max(at, booked) if booked >= 0 and r <= 1 else at
        if b >= 0:
            made[b][2] = i
    for j, (i, to) in enumerate(legs, m):
        follow[i], service[j], rank[j] = j, to, 0 if rank[i] == 0 else 2
    usual = np.array([learned.minutes.get(str(k), s.minutes) for k, s in enumerate(hall.services)])
    sd = np.array([learned.spread.get(str(k), 0.6) for k in range(len(hall.services))])[service]
    stay = np.concatenate([[1.0], np.cumprod(1 - np.array(learned.leave))])
    at = np.arange(len(stay)) * LEAVE_BIN
    u = rng.random(n)
    patience = np.where(u < stay[-1], 600.0, np.interp(u, stay[::-1], at[::-1]))
    return Day(
        service=service,
        rank=rank,
        arrive=arrive,
        clock=clock,
        target=promised(hall.services, rules)[service, rank],
        patience=np.maximum(patience, 1.0),
        seen=(rng.random(n) < learned.seen).astype(np.int64),
        miss=(rng.random(n) < learned.miss).astype(np.int64),
        work=usual[service] * np.exp(sd * rng.standard_normal(n) - sd * sd / 2),
        follow=follow,
        slot=slot,
        bookings=tuple(Booking(slot=a, service=b, ticket=c) for a, b, c in made),
        minutes=tuple(usual.tolist()),
        away=tuple(_away(window, learned, rng) for window in hall.windows),
    )


def _away(window: DescribedWindow, learned: Learned, rng) -> tuple[tuple[float, float], ...]:
    """The breaks of one of a window's past days."""
    days = learned.away.get(window.no, ())
    return away_for_a_while(days[rng.integers(len(days))], window.spans) if days else ()


def with_clerks(hall: DescribedHall, learned: Learned) -> DescribedHall:
    """The hall with the speeds that past days teach instead of the recorded ones."""
    windows = []
    for w in hall.windows:
        plain, complex_ = learned.clerk.get((w.no, False), 1.0), learned.clerk.get((w.no, True), 1.0)
        extra = 1.5 * (complex_ / plain - 1)  # comprehensive windows take a third of it on ordinary matters
        windows.append(replace(w, speed=plain / (1 + extra / 3), complex_factor=1 + extra))
    return replace(hall, windows=tuple(windows))


def thinned(day: Day, share: float, rng) -> Day:
    """The same day with that share of its visitors: with them go their further legs and bookings."""
    first = day.arrive < NEVER / 2
    keep = first & (rng.random(len(day.service)) < share)
    for i in np.flatnonzero(day.follow >= 0):
        keep[day.follow[i]] = keep[i]
    new = np.cumsum(keep) - 1
    follow = np.array([new[j] if j >= 0 else -1 for j in day.follow[keep]], np.int64)
    bookings = tuple(
        replace(b, ticket=int(new[b.ticket]) if b.ticket >= 0 else -1)
        for b in day.bookings
        if (keep[b.ticket] if b.ticket >= 0 else rng.random() < share)
    )
    arrays = "service rank arrive clock target patience seen miss work slot".split()
    return replace(day, **{name: getattr(day, name)[keep] for name in arrays}, follow=follow, bookings=bookings)
