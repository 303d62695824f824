"""How true the predictions were: past days played again, each moment judged by what was known then. Pure; the figures are the proof.

From days that were run (forecast/simulate) it makes the records a hall would have, and the state it would have seen at any moment: never
the true length of a service, nor how long somebody will stay, nor who has already left unseen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

import numpy as np

from config.codes import WindowState
from config.settings.rules import TRANSFER, Rules

from ..domain.dispatch import GROUPS, MINUTE, Station, Waiter, group_of
from ..domain.duty import LATE, works_by_hours
from ..domain.things import Window
from . import alerts, simulate
from .absences import SHORT, Post, shift_of, ways
from .calibration import WaitOutcome, corrected, kind_of, learn_corrections
from .forward import NEVER, Run
from .learn import learn
from .learned import Learned, PastShift
from .simulate import RANKS, Day, DescribedHall, DescribedWindow, play, records, rows_of_numbers, targets
from .wait_picture import Coming, HallState, people
from .waits import futures, look_at, predict

Known = Literal["hours", "learned", "planned", "true"]  # what is known of the windows' day

HALF_SECOND = 0.5 / 60 + 1e-9  # predictions are whole seconds


def learn_days(hall: DescribedHall, numbers: Iterable[int], runs: list[Run]) -> Learned:
    numbers = list(numbers)
    pasts = [p for d in numbers for p in records(hall, d, hall.days[d], runs[d])]
    return learn(
        pasts,
        minutes={str(n): s.minutes for n, s in enumerate(hall.services)},
        complex=[str(n) for n, s in enumerate(hall.services) if s.complex],
        days=len(numbers),
        booked=sum(len(hall.days[d].bookings) for d in numbers),
        breaks={d: [(a, b) for (_, a), (b, _) in pairwise(hours_of(hall))] for d in numbers},
        shifts=[shift for d in reversed(numbers) for shift in _shifts(hall, d)],
    )


def hours_of(hall: DescribedHall) -> tuple[tuple[float, float], ...]:
    """The hall's hours: when some window is planned to work, without breaks shorter than SHORT."""
    hours: list[tuple[float, float]] = []
    for a, b in sorted(span for w in hall.windows for span in w.spans):
        if hours and a < hours[-1][1] + SHORT:
            hours[-1] = (hours[-1][0], max(b, hours[-1][1]))
        else:
            hours.append((a, b))
    return tuple(hours)


def worked(hall: DescribedHall, day: Day) -> tuple[tuple[tuple[float, float], ...], ...]:
    """When each window really worked on a day."""
    return day.spans or tuple(w.spans for w in hall.windows)


def _shifts(hall: DescribedHall, d: int) -> list[PastShift]:
    """What was pressed at the windows that day: between two spans a pause, after the last one the close."""
    found = []
    for window, spans in zip(hall.windows, worked(hall, hall.days[d]), strict=True):
        pressed = []
        for n, (a, b) in enumerate(spans):
            pressed += [(a, "open", ""), (b, "closed" if n == len(spans) - 1 else "paused", "")]
        shift = shift_of(window.no, d % 5, pressed, list(hours_of(hall)))
        found += [shift] if shift else []
    return found


def state_at(
    hall: DescribedHall, day: Day, run: Run, at: float, rules: Rules, learned: Learned | None, roster: Known = "learned"
) -> HallState:
    """What the hall would have seen at minute `at` (midnight is instant 0). Who joins at that very minute is in line already.

    `roster`: what it knows of its windows' day: what past days say (`learned`), the plan (`planned`), the day itself (`true`: an oracle),
    or only the hall's hours (`hours`).
    """
    ms = lambda minute: round(minute * MINUTE)
    target, lines = targets(hall, day, rules), rows_of_numbers(hall)
    usual = dict(zip(map(str, range(len(hall.services))), day.minutes or [s.minutes for s in hall.services], strict=True))
    in_hall, came = run.arrive <= at, simulate.first_come(day)
    out = (run.called >= 0) & (run.called < at) | ((run.called < 0) & (run.gone >= 0) & (run.gone <= at))
    visible = (day.seen == 1) & (run.called < 0) & (run.clock + day.patience <= at)  # cancelled, though the run had not come to it
    back = (run.started > at) & (run.called >= 0) & (run.called + 1.5 < at) & (run.called + 6.0 <= at)  # missed and in line again
    waiting = np.flatnonzero((in_hall & ~out & ~visible) | back)
    tickets = []
    for i in waiting:
        rank, s = RANKS[day.rank[i]], int(day.service[i])
        line = run.called[i] + 6.0 if back[i] else came[i]
        tickets.append(
            Waiter(
                id=str(i),
                number=str(i),
                series=f"{lines[s, day.rank[i]]}",
                service=str(s),
                class_=rank if rank != TRANSFER else "ordinary",
                leg=int(rank == TRANSFER),
                complex=hall.services[s].complex,
                line_at=ms(line),
                clock_at=ms(run.clock[i]),
                target=round(target[i] * 60),
                expected_s=usual[str(s)] * 60,
                decided=bool(back[i]),
            )
        )
    stations = []
    walk = rules.walk_to_window_s / 60
    at_window = (run.started - walk < at - 1e-9) & (run.ended > at) & (run.started >= 0)
    not_there = (
        (run.called >= 0) & (run.called < at - 1e-9) & (run.called + 1.0 > at) & ((run.started < 0) | (run.started > run.called + 1.0))
    )
    begun = np.where(at_window, run.started, run.called + walk)  # nobody knows yet that the one just called is not there
    hours = hours_of(hall)
    hours = (*hours[:-1], (hours[-1][0], hours[-1][1] + LATE / MINUTE)) if hours and at < hours[-1][1] else ()
    for w, (window, spans) in enumerate(zip(hall.windows, worked(hall, day), strict=True)):
        busy = np.flatnonzero((run.window == w) & (at_window | not_there))
        i = int(busy[-1]) if len(busy) else None
        mine = spans_ahead(window, spans, at, hours, learned, roster, busy=i is not None)
        stations.append(
            Station(
                no=window.no,
                services=frozenset(str(s) for s in window.services),
                open=any(a <= at < b for a, b in spans) or i is not None,
                clerk=window.no,
                busy_with=str(day.service[i]) if i is not None else None,
                started_at=ms(begun[i]) if i is not None else None,
                intervals=tuple((ms(a), ms(b)) for a, b in mine[0]) if mine else (),
                ways=tuple(tuple((ms(a), ms(b)) for a, b in way) for way in mine) if len(mine) > 1 else (),
            )
        )
    checked_in = {b.ticket for b in day.bookings if b.ticket >= 0 and run.arrive[b.ticket] <= at}
    return HallState(
        waiting=tuple(tickets),
        stations=tuple(stations),
        minutes=usual,
        series={(str(n), rank): f"{lines[n, k]}" for n in range(len(hall.services)) for k, rank in enumerate(RANKS) if rank != TRANSFER},
        complex=frozenset(str(n) for n, s in enumerate(hall.services) if s.complex),
        rules=rules,
        learned=learned,
        midnight=0,
        came_today=int(((run.arrive <= at) & (day.slot < 0) & (day.arrive < NEVER / 2)).sum()),
        bookings=tuple(
            Coming(service=str(b.service), slot_at=ms(b.slot)) for b in day.bookings if b.ticket not in checked_in and b.slot > at - 40
        ),
        hours=() if roster == "true" else tuple((ms(a), ms(b)) for a, b in hours),
    )


def spans_ahead(window: DescribedWindow, spans, at: float, hours, learned: Learned | None, roster: Known, *, busy: bool):
    """The ways its day may go, by the very function that a running hall asks; where that knows nothing, by the hall's hours."""
    inside = next(((a, b) for a, b in spans if a <= at < b), None)
    if roster == "true":
        rest = tuple((a, b) for a, b in spans if b > at)
        return (((at, at + 0.02), *rest) if busy and inside is None else rest,)
    ended = max((b for _, b in spans if b <= at), default=0.0)
    coming = any(a > at for a, _ in spans)
    state = WindowState.OPEN if inside or busy else WindowState.PAUSED if ended and coming else WindowState.CLOSED
    begun = max((a for a, _ in spans if a <= at), default=0.0)
    thing = Window(no=window.no, state=state, since=round((begun if state == WindowState.OPEN else ended) * MINUTE))
    rest = tuple((a, b) for a, b in hours if b > at)
    works = works_by_hours(thing, tuple((round(a * MINUTE), round(b * MINUTE)) for a, b in hours), round(at * MINUTE), 0)
    works = tuple((a / MINUTE, b / MINUTE) for a, b in works)
    if roster == "hours":
        return (works,)
    post = Post(no=window.no, state=state, since=thing.since / MINUTE, busy=busy)
    known = works if works and state == WindowState.OPEN else hours
    return ways(post, at, known, -1, learned, window.spans if roster == "planned" else None) or (works,)


def each_apart(
    hall: DescribedHall, rules: Rules, days: Iterable[int] | None = None, learned: Callable[[int], Learned] | None = None
) -> Iterator[tuple[int, Day, Run, Learned]]:
    """Day by day (index, day, how it ran, what the other days teach); `learned(index)` tells instead where it is given. Dispatch goes by
    the minutes that the other days teach, whoever tells."""
    played = [play(hall, day, rules) for day in hall.days]
    for d in range(len(hall.days)) if days is None else days:
        known = learn_days(hall, [x for x in range(len(hall.days)) if x != d], played)
        day = replace(hall.days[d], minutes=tuple(known.minutes.values()))
        yield d, day, play(hall, day, rules), learned(d) if learned else known


@dataclass(frozen=True, kw_only=True)
class Truth:
    """Predictions at issue against the calls that came. Minutes."""

    n: int
    error: float  # mean absolute error of p50
    usual: float  # the same for people ahead x average / windows, today's practice
    mean_wait: float
    below_p90: float  # share of actual waits at or below p90
    inside: float  # share within p10 to p90
    within_5: float  # share within five minutes of p50


def check_waits(
    hall: DescribedHall,
    rules: Rules,
    *,
    every: int = 10,
    runs: int | None = None,
    learned=None,
    days=None,
    seed: int = 1,
    roster: Known = "learned",
):
    """Each `every`-th ticket predicted at the moment it is issued, with what the other days teach. Gives (Truth, rows)."""
    rows = []
    for d, day, run, known in each_apart(hall, rules, days, learned):
        for i in range(seed % every, len(day.service), every):
            if run.called[i] < 0 or run.arrive[i] > NEVER / 2:
                continue
            at = float(run.arrive[i])
            state = state_at(hall, day, run, at, rules, known, roster)
            told = predict(
                replace(state, waiting=tuple(w for w in state.waiting if w.id != str(i))),
                round(at * MINUTE),
                service=str(day.service[i]),
                class_=RANKS[day.rank[i]],
                clock_at=round(run.clock[i] * MINUTE),
                runs=runs,
                seed=seed + 1000 * d + i,
            )
            if told is not None:
                rows.append((run.called[i] - at, told.p10 / 60, told.p50 / 60, told.p90 / 60, _usual(state, str(i), hall), d, i))
    rows = np.array(rows).reshape(-1, 7)
    return truth_of(rows), rows


def outcomes(hall: DescribedHall, rows: np.ndarray) -> dict[int, list[WaitOutcome]]:
    """Rows of check_waits as the outcomes that the journal of each day would tell."""
    found: dict[int, list[WaitOutcome]] = {}
    for waited, p10, p50, p90, _, d, i in rows:
        day, i = hall.days[int(d)], int(i)
        kind = kind_of(RANKS[day.rank[i]], later=bool(day.clock[i] > day.arrive[i] + HALF_SECOND))
        drawn = (round(60 * p10), round(60 * p50), round(60 * p90))
        found.setdefault(int(d), []).append(WaitOutcome(kind=kind, drawn=drawn, told=drawn, waited=60 * waited))
    return found


def as_corrected(hall: DescribedHall, rows: np.ndarray) -> np.ndarray:
    """The same rows as a hall tells them that the other days have corrected (calibration.py)."""
    found, told = outcomes(hall, rows), rows.copy()
    for d, mine in found.items():
        corrections = learn_corrections(o for other, some in found.items() if other != d for o in some)
        told[rows[:, 5] == d, 1:4] = np.array([corrected(o.drawn, o.kind, corrections) for o in mine]) / 60
    return told


def check_ahead(
    hall: DescribedHall, rules: Rules, *, every: int = 10, runs: int | None = None, learned=None, days=None, seed: int = 1
) -> np.ndarray:
    """Each `every`-th ticket when it is issued: rows of (people ahead as told, those in line then who really were called before it at
    windows that could serve it, p50 told in minutes, usual minutes of its service)."""
    can = np.array([[s in window.services for s in range(len(hall.services))] for window in hall.windows])
    rows = []
    for d, day, run, known in each_apart(hall, rules, days, learned):
        for i in range(seed % every, len(day.service), every):
            if run.called[i] < 0 or run.arrive[i] > NEVER / 2:
                continue
            state = state_at(hall, day, run, float(run.arrive[i]), rules, known)
            state = replace(state, waiting=tuple(w for w in state.waiting if w.id != str(i)))
            asked = (str(day.service[i]), RANKS[day.rank[i]], round(float(run.clock[i]) * MINUTE))
            look = look_at(state, round(float(run.arrive[i]) * MINUTE), (asked,), runs=runs, seed=seed + 1000 * d + i)
            if asked not in look.new or look.line is None:
                continue
            told = people(look, asked, (), state)
            others = np.array([int(w.id) for w in state.waiting], np.int64)
            able = can[np.maximum(run.window[others], 0), day.service[i]]
            before = (run.called[others] >= 0) & (run.called[others] < run.called[i] - 1e-9) & able
            rows.append((told, before.sum(), look.new[asked].p50 / 60, hall.services[day.service[i]].minutes))
    return np.array(rows, float).reshape(-1, 4)


def truth_of(rows: np.ndarray) -> Truth:
    wait, p10, p50, p90, usual = rows[:, :5].T
    return Truth(
        n=len(rows),
        error=float(np.abs(wait - p50).mean()),
        usual=float(np.abs(wait - usual).mean()),
        mean_wait=float(wait.mean()),
        below_p90=float((wait <= p90 + HALF_SECOND).mean()),
        inside=float(((wait <= p90 + HALF_SECOND) & (wait >= p10 - HALF_SECOND)).mean()),
        within_5=float((np.abs(wait - p50) <= 5).mean()),
    )


def knowing_all(hall: DescribedHall, base: Learned) -> Learned:
    """What an oracle would have learned: every clerk's true speed and the services' true means. The error it leaves is chance alone."""
    factor = simulate.clerks(hall)
    kinds = {s.complex: n for n, s in enumerate(hall.services)}
    work, service = np.concatenate([d.work for d in hall.days]), np.concatenate([d.service for d in hall.days])
    means = {str(n): float(work[service == n].mean()) if (service == n).sum() >= 20 else s.minutes for n, s in enumerate(hall.services)}
    clerk = {(w.no, c): float(factor[n, k]) for n, w in enumerate(hall.windows) for c, k in kinds.items()}
    return replace(base, minutes=means, clerk=clerk, hour={})


@dataclass(frozen=True, kw_only=True)
class BacktestRows:
    """Everything that was told on some days beside what came: rows as check_waits, check_tickets and check_groups give them."""

    waits: np.ndarray
    oracle: np.ndarray  # the waits again, told by one who knows all
    tickets: np.ndarray
    groups: np.ndarray


def check(hall: DescribedHall, rules: Rules, *, numbers: int = 150) -> BacktestRows:
    """About so many numbers of a hall, spread over its days."""
    every = max(1, sum(len(d.service) for d in hall.days) // numbers)
    played = [play(hall, day, rules) for day in hall.days]
    oracle = knowing_all(hall, learn_days(hall, range(len(hall.days)), played))
    return BacktestRows(
        waits=as_corrected(hall, check_waits(hall, rules, every=every)[1]),
        oracle=check_waits(hall, rules, every=every, learned=lambda d: oracle, roster="true")[1],
        tickets=check_tickets(hall, rules, every=every),
        groups=check_groups(hall, rules, step=max(10.0, 3000.0 / numbers), runs=60),
    )


def figures(checked: Iterable[BacktestRows]) -> dict[str, float]:
    """The figures of some halls together; shares are 0..1, times minutes."""
    some = list(checked)
    pool = lambda part: np.concatenate([getattr(c, part) for c in some])
    told, best = truth_of(pool("waits")), truth_of(pool("oracle"))
    tickets, groups = (warned(rows[:, 0], rows[:, 1] > 0, alerts.RAISE) for rows in (pool("tickets"), pool("groups")))
    return {
        "n": told.n, "wait": told.mean_wait, "error": told.error, "ratio": told.error / best.error, "usual": told.usual / best.error,
        "p90": told.below_p90, "inside": told.inside, "within_5": told.within_5,
        "ticket_right": tickets.precision, "ticket_found": tickets.recall, "tickets": tickets.broke,
        "group_right": groups.precision, "group_found": groups.recall, "groups": groups.broke,
    }  # fmt: skip


def _usual(state: HallState, id: str, hall: DescribedHall) -> float:
    """People ahead in the service x its average / open windows that serve it."""
    me = next(w for w in state.waiting if w.id == id)
    ahead = sum(w.service == me.service and w.id != id for w in state.waiting)
    windows = sum(s.open and me.service in s.services for s in state.stations)
    return ahead * state.minutes[me.service] / max(1, windows)


@dataclass(frozen=True, kw_only=True)
class Warned:
    """Warnings against what came: of those warned how many broke, of those that broke how many were warned."""

    n: int
    broke: int
    precision: float
    recall: float


def warned(chance: np.ndarray, broke: np.ndarray, threshold: float) -> Warned:
    said = chance >= threshold
    hit = int((said & broke).sum())
    return Warned(n=len(broke), broke=int(broke.sum()), precision=hit / max(1, int(said.sum())), recall=hit / max(1, int(broke.sum())))


def check_tickets(
    hall: DescribedHall, rules: Rules, *, ahead: float = 10.0, every: int = 5, runs: int | None = None, days=None
) -> np.ndarray:
    """Each `every`-th ticket still waiting `ahead` minutes before its promise is due: rows of (chance told then, whether it broke)."""
    rows = []
    for d, day, run, known in each_apart(hall, rules, days):
        target = targets(hall, day, rules)
        due = run.clock + target
        for i in range(d % every, len(day.service), every):
            at = max(due[i] - ahead, run.arrive[i])
            if run.arrive[i] > NEVER / 2 or 0 <= run.called[i] <= at:
                continue
            if day.seen[i] and run.called[i] < 0 and run.clock[i] + day.patience[i] <= at:
                continue
            cancelled = day.seen[i] == 1 and run.called[i] < 0 and day.patience[i] <= target[i]
            if cancelled:
                continue
            state = state_at(hall, day, run, float(at), rules, known)
            place = next((n for n, w in enumerate(state.waiting) if w.id == str(i)), None)
            if place is None:
                continue
            f = futures(state, round(at * MINUTE), runs=runs, seed=1 + 1000 * d + i)
            rows.append((float(f.late[:, place].mean()), float(run.called[i] < 0 or run.called[i] > due[i] + 1e-9)))
    return np.array(rows).reshape(-1, 2)


def check_groups(
    hall: DescribedHall, rules: Rules, *, ahead: float = 10.0, step: float = 10.0, runs: int | None = None, days=None
) -> np.ndarray:
    """Every `step` minutes for each group: (chance that one of its promises breaks within `ahead` minutes, whether one did)."""
    rows = []
    for d, day, run, known in each_apart(hall, rules, days):
        due = run.clock + targets(hall, day, rules)
        cancelled = (day.seen == 1) & (run.called < 0) & (run.clock + day.patience <= due)
        broke = ((run.called < 0) | (run.called > due + 1e-9)) & ~cancelled & (run.arrive < NEVER / 2)
        group = np.array([group_of(RANKS[r], hall.services[s].complex) for s, r in zip(day.service, day.rank, strict=True)])
        for at in np.arange(545.0, 1080.0, step):
            if not any(a <= at < b for w in hall.windows for a, b in w.spans):
                continue
            f = futures(state_at(hall, day, run, float(at), rules, known), round(at * MINUTE), runs=runs, seed=int(at) + d, until=ahead)
            for g, name in enumerate(GROUPS):
                came = broke & (group == g) & (due > at) & (due <= at + ahead)
                rows.append((float((f.breaking[name] > 0).mean()), float(came.any())))
    return np.array(rows).reshape(-1, 2)
