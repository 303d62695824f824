"""A hall's rules run over whole days, and what they kept of its promises. Reads no file, draws no chance: texts and days are arguments.

A recorded day is four tables (CSV, times in minutes since midnight, durations in minutes); see READ below for the columns. The days
are run by forward.run(), so by the very dispatch that calls at the windows; the hall knows only what it would know: usual minutes,
never the true length of a service or how long somebody will stay.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from config.settings.rules import APPOINTMENT, GREEN, ORDINARY, PROMISES, TRANSFER, Rules

from ..domain import dispatch
from .absences import without
from .forward import NEVER, People, Run, RunInputs, run
from .learn import Past, handling

# Columns a table must have; `series` in services.csv may be left out.
READ = {
    "services.csv": "service name domain complex standard_minutes next_service next_probability",
    "windows.csv": "window group services open_intervals speed_factor complex_factor",
    "tickets.csv": "day ticket arrival service class slot clock_start target patience cancels_visibly misses_first_call "
    "service_minutes first_leg",
    "bookings.csv": "day booking slot service ticket",
}


class ForComparison(Rules):
    """Rules of an order that no hall can choose: first come over all, or strict priority by class."""

    order: Literal["fifo", "strict"]


TAUGHT_BY = 12  # days that teach another, the nearest ones: a hall's own minutes are settled by then
RANKS = (GREEN, APPOINTMENT, TRANSFER, ORDINARY)
RECORDED = {"green": 0, "booked": 1, "appointment": 1, "transfer": 2, "walkin": 3, "ordinary": 3}


@dataclass(frozen=True, kw_only=True)
class DescribedService:
    code: str
    name: str
    complex: bool
    minutes: float  # usual handling time
    next: int = -1  # index of the service a visitor goes on to ...
    next_share: float = 0.0  # ... with this probability
    series: str = ""  # the row of numbers it shares with the services of the same name; empty: a row of its own


@dataclass(frozen=True, kw_only=True)
class DescribedWindow:
    no: str
    group: str
    services: tuple[int, ...]
    spans: tuple[tuple[float, float], ...]
    speed: float = 1.0  # the true one: only the run itself uses it
    complex_factor: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Booking:
    slot: float
    service: int
    ticket: int  # -1: never came


@dataclass(frozen=True, kw_only=True)
class Day:
    """Arrays over the day's tickets. `arrive` and `clock` are NEVER for a further leg (see `follow` of the leg before)."""

    service: np.ndarray
    rank: np.ndarray  # index into RANKS
    arrive: np.ndarray
    clock: np.ndarray
    target: np.ndarray
    patience: np.ndarray
    seen: np.ndarray
    miss: np.ndarray
    work: np.ndarray
    follow: np.ndarray
    slot: np.ndarray  # -1: not booked
    bookings: tuple[Booking, ...] = ()
    spans: tuple[tuple[tuple[float, float], ...], ...] = ()  # when each window really worked on that day; (): as the hall plans it
    away: tuple[tuple[tuple[float, float], ...], ...] = ()  # when each window was away from the times at which it is to work
    minutes: tuple[float, ...] = ()  # of each service: what dispatch went by on that day; (): the published ones


@dataclass(frozen=True, kw_only=True)
class DescribedHall:
    name: str
    services: tuple[DescribedService, ...]
    windows: tuple[DescribedWindow, ...]
    days: tuple[Day, ...]


def read_hall(name: str, texts: Mapping[str, str]) -> DescribedHall:
    """A hall from the texts of its files {file name: text}. ValueError in one sentence that names file, line and column."""
    rows = {file: list(_rows(name, file, texts)) for file in READ}
    services = _read(name, "services.csv", rows, _service)
    windows = _read(name, "windows.csv", rows, lambda r: _window(r, len(services)))
    numbers = sorted({int(r["day"]) for r in rows["tickets.csv"]})
    days = []
    for d in numbers:
        tickets = [r for r in rows["tickets.csv"] if int(r["day"]) == d]
        bookings = [r for r in rows["bookings.csv"] if int(r["day"]) == d]
        days.append(_day(name, d, tickets, bookings, len(services)))
    return DescribedHall(name=name, services=tuple(services), windows=tuple(windows), days=tuple(days))


def _rows(name: str, file: str, texts: Mapping[str, str]) -> Iterable[dict]:
    if file not in texts:
        raise ValueError(f"{name}: {file} is missing")
    reader = csv.DictReader(io.StringIO(texts[file]))
    missing = [c for c in READ[file].split() if c not in (reader.fieldnames or ())]
    if missing:
        raise ValueError(f"{name}/{file}: column `{missing[0]}` is missing")
    return reader


def _read(name, file, rows, make) -> list:
    out = []
    for n, row in enumerate(rows[file], 2):
        try:
            out.append(make(row))
        except (ValueError, TypeError, AttributeError) as e:
            raise ValueError(f"{name}/{file}, line {n}: {e}") from None
    return out


def _service(r: dict) -> DescribedService:
    return DescribedService(
        code=r["service"],
        name=r["name"],
        complex=r["complex"] == "1",
        minutes=float(r["standard_minutes"]),
        next=int(r["next_service"]) if r["next_service"] else -1,
        next_share=float(r["next_probability"]) if r["next_probability"] else 0.0,
        series=r.get("series") or "",
    )


def _window(r: dict, services: int) -> DescribedWindow:
    bounds = [[float(x) for x in span.split("-")] for span in r["open_intervals"].split(";")]
    if any(len(span) != 2 or not span[0] < span[1] for span in bounds):
        raise ValueError(f"open_intervals `{r['open_intervals']}` must be like 540-740;810-1110")
    served = tuple(int(s) for s in r["services"].split())
    if any(not 0 <= s < services for s in served):
        raise ValueError("a service that services.csv does not have")
    return DescribedWindow(
        no=r["window"],
        group=r["group"],
        services=served,
        spans=tuple((start, end) for start, end in bounds),
        speed=float(r["speed_factor"]),
        complex_factor=float(r["complex_factor"]),
    )


def _day(name: str, d: int, tickets: list[dict], bookings: list[dict], services: int) -> Day:
    place = {r["ticket"]: i for i, r in enumerate(tickets)}
    column = lambda key, empty: np.array([float(r[key]) if r[key] else empty for r in tickets])
    follow = np.full(len(tickets), -1, np.int64)
    try:
        for i, r in enumerate(tickets):
            if r["first_leg"]:
                follow[place[r["first_leg"]]] = i
        day = Day(
            service=column("service", 0).astype(np.int64),
            rank=np.array([RECORDED[r["class"]] for r in tickets], np.int64),
            arrive=column("arrival", NEVER),
            clock=column("clock_start", NEVER),
            target=column("target", 0),
            patience=column("patience", NEVER),
            seen=column("cancels_visibly", 0).astype(np.int64),
            miss=column("misses_first_call", 0).astype(np.int64),
            work=column("service_minutes", 0),
            follow=follow,
            slot=column("slot", -1),
            bookings=tuple(Booking(slot=float(b["slot"]), service=int(b["service"]), ticket=place.get(b["ticket"], -1)) for b in bookings),
        )
    except KeyError as e:
        raise ValueError(f"{name}/tickets.csv, day {d}: {e} is not known") from None
    except ValueError as e:
        raise ValueError(f"{name}/tickets.csv, day {d}: {e}") from None
    if len(tickets) and not 0 <= day.service.min() <= day.service.max() < services:
        raise ValueError(f"{name}/tickets.csv, day {d}: a service that services.csv does not have")
    return day


def floor_of(
    hall: DescribedHall, rules: Rules, *, minutes: Sequence[float] | None = None, factor: np.ndarray | None = None, spans=None
) -> RunInputs:
    """The hall as forward.run() wants it: a row for each service and class. `minutes`: what the hall believes of each service
    (default: the published ones); `factor` [windows, services] how long it really takes (default: the recorded clerks)."""
    n, ranks = len(hall.services), len(RANKS)
    order = rules.order if isinstance(rules, ForComparison) else "index"
    groups = np.array([dispatch.group_of(r, s.complex) for s in hall.services for r in RANKS])
    quick, quick_late = _quick([s.minutes for s in hall.services] if minutes is None else minutes, groups, rules)
    spans = [w.spans for w in hall.windows] if spans is None else spans
    table, counts = _table(spans)
    return RunInputs(
        rows_service=np.repeat(np.arange(n), ranks),
        rows_group=groups,
        rows_line=rows_of_numbers(hall).ravel(),
        can=np.repeat(may_serve(hall), ranks, axis=1),
        factor=clerks(hall) if factor is None else factor,
        quick=quick,
        quick_late=quick_late,
        spans=table,
        counts=counts,
        order=dispatch.ORDERS[order],
        cap=rules.cap_s / 60,
        overdue=rules.overdue_s / 60,
        rows_in_a_row=np.where(groups == 0, rules.green.in_a_row if order == "index" else 0, 0),  # the two for comparison know no caps
        walk=rules.walk_to_window_s / 60,
    )


def _quick(minutes: Sequence[float], groups: np.ndarray, rules: Rules) -> tuple[np.ndarray, np.ndarray]:
    """[services and ranks] dispatch.weighed() by the minutes that dispatch goes by."""
    each = np.array([dispatch.weighed(m, g, rules) for m, g in zip(np.repeat(minutes, len(RANKS)), groups, strict=True)])
    return each[:, 0].copy(), each[:, 1].copy()


def _table(spans) -> tuple[np.ndarray, np.ndarray]:
    table = np.full((len(spans), max(1, max(len(x) for x in spans)), 2), NEVER)
    for w, some in enumerate(spans):
        for k, span in enumerate(some):
            table[w, k] = span
    return table, np.array([len(x) for x in spans], np.int64)


def rows_of_numbers(hall: DescribedHall) -> np.ndarray:
    """[services, ranks] the row of numbers in which first come first served holds: services of one series share it, class by class;
    a further leg stands in a row of its service (Waiter.row)."""
    seen: dict[tuple[str, str], int] = {}
    line = lambda n, s, rank: seen.setdefault((s.series or f"service {n}", rank) if rank != TRANSFER else (f"onward {n}", rank), len(seen))
    return np.array([[line(n, s, rank) for rank in RANKS] for n, s in enumerate(hall.services)], np.int64)


def may_serve(hall: DescribedHall) -> np.ndarray:
    can = np.zeros((len(hall.windows), len(hall.services)), bool)
    for w, window in enumerate(hall.windows):
        can[w, list(window.services)] = True
    return can


def clerks(hall: DescribedHall) -> np.ndarray:
    """[windows, services] how much longer than `work`: the clerk, and a comprehensive window's extra on complex matters."""
    complex_ = np.array([s.complex for s in hall.services])
    extra = np.array([w.complex_factor - 1 for w in hall.windows])[:, None]
    speed = np.array([w.speed for w in hall.windows])[:, None]
    return speed * (1 + np.where(complex_, extra, extra / 3))


def people_of(hall: DescribedHall, day: Day, rules: Rules) -> People:
    n = len(day.service)
    return People(
        row=day.service * len(RANKS) + day.rank,
        arrive=day.arrive,
        clock=day.clock,
        target=targets(hall, day, rules),
        leave=np.where(day.clock < NEVER / 2, day.clock + day.patience, day.patience),
        seen=day.seen,
        miss=day.miss,
        work=day.work,
        follow=day.follow,
        ghost=np.zeros(n, np.int64),
        watch=np.zeros(n, np.int64),
    )


def first_come(day: Day) -> np.ndarray:
    """When each came into the hall: of a further leg when the first was."""
    came = day.arrive.copy()
    for i in np.flatnonzero(day.follow >= 0):
        while day.follow[i] >= 0:
            came[day.follow[i]] = min(came[day.follow[i]], came[i])
            i = day.follow[i]
    return came


def targets(hall: DescribedHall, day: Day, rules: Rules) -> np.ndarray:
    """The recorded promises, or those of the rule set where it has its own."""
    if rules.promises == PROMISES:
        return day.target
    return promised(hall.services, rules)[day.service, day.rank]


def promised(services: Sequence[DescribedService], rules: Rules) -> np.ndarray:
    """Minutes a rule set promises: a row a service, a column a rank."""
    kind = lambda s: "complex" if s.complex else "ordinary"
    return np.array([[rules.promise(kind=kind(s), class_=r, service=s.code).target_s / 60 for r in RANKS] for s in services])


def play(hall: DescribedHall, day: Day, rules: Rules, *, floor: RunInputs | None = None, slow: bool = False) -> Run:
    """One day under one rule set."""
    if floor is None:
        floor = floor_of(hall, rules, spans=day.spans or None, minutes=day.minutes or None)
        return run(floor, people_of(hall, day, rules), slow=slow)
    if day.spans:
        spans, counts = _table(day.spans)
        floor = replace(floor, spans=spans, counts=counts)
    if any(day.away):
        some = [tuple(map(tuple, own[:n].tolist())) for own, n in zip(floor.spans, floor.counts, strict=True)]
        spans, counts = _table([without(own, gone) or ((NEVER, NEVER),) for own, gone in zip(some, day.away, strict=True)])
        floor = replace(floor, spans=spans, counts=counts)
    if day.minutes:
        quick, quick_late = _quick(day.minutes, floor.rows_group, rules)
        floor = replace(floor, quick=quick, quick_late=quick_late)
    return run(floor, people_of(hall, day, rules), slow=slow)


def records(hall: DescribedHall, number: int, day: Day, run: Run) -> list[Past]:
    """What the journal of that day would say."""
    before = {int(j): i for i, j in enumerate(day.follow) if j >= 0}
    out = []
    for i in range(len(day.service)):
        if run.arrive[i] > NEVER / 2:
            continue
        served = run.started[i] >= 0
        out.append(
            Past(
                day=number,
                service=str(day.service[i]),
                rank=RANKS[day.rank[i]],
                arrive=float(run.arrive[i]),
                clock=float(run.clock[i]),
                called=float(run.called[i]) if run.called[i] >= 0 else None,
                started=float(run.started[i]) if served else None,
                ended=float(run.ended[i]) if served else None,
                clerk=hall.windows[run.window[i]].no if run.window[i] >= 0 else None,
                window=hall.windows[run.window[i]].no if run.window[i] >= 0 else None,
                left=float(run.gone[i]) if run.called[i] < 0 and run.gone[i] >= 0 else None,
                absent=bool(run.called[i] >= 0 and not served),
                missed=bool(served and run.started[i] > run.called[i] + 1.0),
                slot=float(day.slot[i]) if day.slot[i] >= 0 else None,
                after=str(day.service[before[i]]) if i in before else None,
            )
        )
    return out


@dataclass(frozen=True, kw_only=True)
class Score:
    """What a rule set kept. `score` = 100 (0.4 protected + 0.3 all + 0.3 worst group) - 5 max(0, p99 in hours - 1)."""

    score: float
    protected: float  # share of green and booked called within their promise
    all: float
    worst: float
    worst_group: str
    p99: float  # minutes
    longest: float
    mean: float
    groups: dict[str, tuple[int, float]]  # group -> (tickets, share kept)
    tickets: int


def score(hall: DescribedHall, days: Iterable[Day], runs: Iterable[Run], rules: Rules) -> Score:
    """Over all days together. Who cancelled visibly before the promise was due is left out; who left unseen counts by the call."""
    kept, groups, waits = [], [], []
    names = np.array([[dispatch.group_of(r, s.complex) for r in RANKS] for s in hall.services])
    for day, done in zip(days, runs, strict=True):
        target = targets(hall, day, rules)
        wait = done.called - done.clock
        called = done.called >= 0
        left = (day.seen == 1) & ~called & (day.patience < target)
        counts = (done.clock < NEVER / 2) & ~left
        kept.append((called & (wait <= target + 1e-9))[counts])
        groups.append(names[day.service, day.rank][counts])
        waits.append(np.maximum(wait[called & counts], 0.0))
    kept, groups, waits = np.concatenate(kept), np.concatenate(groups), np.concatenate(waits)
    table = {dispatch.GROUPS[g]: (int((groups == g).sum()), float(kept[groups == g].mean())) for g in range(6) if (groups == g).any()}
    if not table:
        raise ValueError(f"{hall.name}: no ticket to count")
    worst = min(table, key=lambda g: table[g][1])
    protected = float(kept[groups < 3].mean()) if (groups < 3).any() else float(kept.mean())
    p99 = float(np.percentile(waits, 99)) if len(waits) else 0.0
    total = 100 * (0.4 * protected + 0.3 * kept.mean() + 0.3 * table[worst][1]) - 5 * max(0.0, p99 / 60 - 1)
    return Score(
        score=float(total),
        protected=protected,
        all=float(kept.mean()),
        worst=table[worst][1],
        worst_group=worst,
        p99=p99,
        longest=float(waits.max(initial=0.0)),
        mean=float(waits.mean()) if len(waits) else 0.0,
        groups=table,
        tickets=len(kept),
    )


def judge(hall: DescribedHall, rules: Rules, minutes: Sequence[float] | None = None) -> Score:
    """All recorded days of a hall under one rule set. `minutes`: what dispatch goes by of each service; by default, as in a running hall,
    what the other days teach."""
    days = [replace(day, minutes=tuple(minutes)) for day in hall.days] if minutes is not None else taught(hall, rules)
    return score(hall, days, [play(hall, day, rules) for day in days], rules)


def taught(hall: DescribedHall, rules: Rules) -> list[Day]:
    """Each day with the minutes that dispatch would go by: the published ones as far as the others have not taught better."""
    published = {str(n): s.minutes for n, s in enumerate(hall.services)}
    complex_ = [str(n) for n, s in enumerate(hall.services) if s.complex]
    past = [[p for p in records(hall, n, day, play(hall, day, rules)) if p.took > 0] for n, day in enumerate(hall.days)]
    days = []
    for n, day in enumerate(hall.days):
        others = sorted((m for m in range(len(past)) if m != n), key=lambda m: abs(m - n))[:TAUGHT_BY]
        mean, _, _ = handling([p for m in others for p in past[m]], published, complex_)
        days.append(replace(day, minutes=tuple(mean.values())))
    return days


def best_found(hall: DescribedHall, rules: Rules, *, tries: int = 60, seed: int = 1) -> Score:
    """The best score of `most` with weights, quickness and what is left after the promise searched for this very hall and these very days:
    more than any hall can know beforehand, so a mark to measure by."""
    rng = np.random.default_rng(seed)
    rules = with_mode(rules, "most")
    days = taught(hall, rules)
    floors = [floor_of(hall, rules, spans=day.spans or None, minutes=day.minutes) for day in days]
    plain = [replace(day, spans=(), minutes=()) for day in days]  # the floors have them
    best, around = None, (np.zeros(len(dispatch.GROUPS)), 0.0, 0.0)
    for n in range(tries):
        wide = 0.0 if n == 0 else 1.0 if n < tries // 2 else 0.4
        weight = around[0] * (wide < 1) + wide * rng.normal(0, 0.7, len(dispatch.GROUPS))
        power, late = around[1] * (wide < 1) + wide * rng.uniform(-0.5, 2.5), around[2] * (wide < 1) + wide * rng.normal(0, 1.0)
        runs = []
        for day, floor in zip(plain, floors, strict=True):
            tuned = floor.quick * np.exp(weight[floor.rows_group]) * floor.quick ** (-power / dispatch.POWER)
            runs.append(play(hall, day, rules, floor=replace(floor, quick=tuned, quick_late=tuned * np.exp(late))))
        found = score(hall, plain, runs, rules)
        if best is None or found.score > best.score:
            best, around = found, (weight, power, late)
    if best is None:
        raise ValueError("nothing was tried")
    return best


def with_mode(rules: Rules, mode: str) -> Rules:
    """`fair` and `most` as a setting of `overdue_s`; fifo and strict are for comparison only and not for a hall to choose."""
    if mode in ("fair", "most"):
        return rules.model_copy(update={"overdue_s": Rules.model_validate({"mode": mode, "cap_s": rules.cap_s}).overdue_s})
    return ForComparison.model_construct(**dict(rules), order=mode)
