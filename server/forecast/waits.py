"""How long it will be: the hall's own dispatch run forward from the present state, many times. Pure: state, `now` and seed are arguments.

How to call it (instants ms, durations seconds; run it beside the writer, from a snapshot):

    state = HallState(waiting=(Waiter…), stations=(Station…), minutes={service: usual minutes}, complex={service codes}, rules=rules)
    look  = predict_all(state, now)            # everything at once
    look.tickets[ticket id] -> Wait            # from now until the call, for each ticket waiting
    look.late[ticket id] -> 0..1               # chance that its promise breaks
    look.new[(service, class_)] -> Wait        # for someone who takes a number now; absent where no window serves it today
    look.new[(service, class_, slot)] -> Wait  # for someone booked who checks in now and whose slot (ms) is still to come
    predict(state, now, service="tax", class_="ordinary") -> Wait | None      # one of the above, afresh

The more the state holds, the truer it is: `learned` (forecast/learn.py, from past days), `midnight` (ms, start of the hall's own day: the
hours of `learned` count from it), `came_today`, `bookings` still to come, Station.intervals (breaks and closing), `hours` (the hall's own
spans: how long windows go on for those in line when a break begins is drawn from what was learned).
Wait.p10, p50, p90 are seconds from `now`. as_told(p50, p90) gives the honest range that people are told.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from config.settings.rules import APPOINTMENT, GREEN, ORDINARY, TRANSFER

from ..domain import dispatch
from ..domain.dispatch import MINUTE, Station, Waiter
from . import forward
from .calibration import WIDER, Unseen, corrected, kind_of, unseen
from .forward import NEVER, People, RunInputs
from .learned import BIN, BINS, LEAVE_BIN, SPREAD, Learned
from .wait_picture import WHOLE, Asked, CallOrder, HallState, Wait, WaitPicture

AHEAD = 240.0  # minutes of arrivals looked at
RUNS, RUNS_PLAIN = 100, 24  # compiled, and where numba is missing
DAY_SPREAD = 0.1
STAYS = 30.0  # minutes a window that is open outside its hours is counted on
LEAVING = 5.0  # and one that is still open in a break longer than any before
QUANTILES = (0.105, 0.5, 0.92)  # a little wide: the tails of real days are longer than those of runs (docs/decisions/0011-waits.md)
EDGE = 20 * MINUTE  # after the doors open and before they close windows come and go
PAIRS, LEAST_PAIRED = 8_000_000, 10  # comparisons for who is before whom, and the fewest runs that are compared
LEVEL_WEIGHT = 40.0  # how many visitors it takes today before today's level counts as much as the usual one


@dataclass(frozen=True, kw_only=True)
class Futures:
    """The runs themselves. Rows are runs, columns the waiting tickets in the order of the state, then those who come now."""

    called: np.ndarray  # minutes from now; nan: not called in that run
    late: np.ndarray  # bool: the promise breaks (who cancels before is not late)
    asked: tuple[Asked, ...]  # the columns after the waiting
    lost: np.ndarray  # per run: promises that break within `until` minutes, of anyone waiting or to come
    breaking: dict[str, np.ndarray]  # group -> per run, how many of its promises break within `until`
    window: np.ndarray  # [runs, waiting] where it is called, -1: nowhere
    row: np.ndarray  # [waiting and asked] the line of one service and class
    can: np.ndarray  # [windows, rows] who may serve what


def predict_all(state: HallState, now: int, *, runs: int | None = None, seed: int = 1, classes: Iterable[str] | None = None) -> WaitPicture:
    """Waits of all tickets in line, of a new one in each service and class, and of the booked who may check in before their slot."""
    if classes is None:
        back = (TRANSFER,) if any(state.rules.rights.days.values()) else ()  # who comes back without queueing again
        classes = (ORDINARY, APPOINTMENT, GREEN, *back, *(own.code for own in state.rules.classes))
    asked: list[Asked] = [(s, c) for s in state.minutes for c in classes]
    soonest = now + state.rules.appointments.early_s * 1000 + MINUTE
    asked += dict.fromkeys((b.service, APPOINTMENT, b.slot_at) for b in state.bookings if now < b.slot_at <= soonest)
    return look_at(state, now, tuple(asked), runs=runs, seed=seed)


def look_at(state: HallState, now: int, asked: tuple[Asked, ...], *, runs: int | None = None, seed: int = 1) -> WaitPicture:
    """Waits of all tickets in line and of each newcomer that is asked for."""
    f = futures(state, now, asked=asked, runs=runs, seed=seed)
    n = len(state.waiting)
    strange = _unseen(state, now)
    waits = _told(_quantiles(f.called, now), state, now, [*map(_kind_waiting(now), state.waiting), *map(_kind_asked(now), asked)], strange)
    late = f.late.mean(0) if len(f.late) else np.zeros(n)
    return WaitPicture(
        at=now,
        unseen=strange,
        tickets={w.id: wait for w, wait in zip(state.waiting, waits, strict=False) if wait},
        new={key: wait for key, wait in zip(asked, waits[n:], strict=True) if wait},
        late={w.id: round(float(p), 3) for w, p in zip(state.waiting, late, strict=True)},
        line=_call_order(f, tuple(w.id for w in state.waiting)),
    )


def _call_order(f: Futures, ids: tuple[str, ...]) -> CallOrder:
    """From as many runs as a long line allows."""
    n = len(ids)
    most = max(LEAST_PAIRED, PAIRS // max(1, n * f.called.shape[1]))
    called, window = np.nan_to_num(f.called[:most], nan=np.inf), f.window[:most]
    total = np.zeros((n, called.shape[1]), np.float32)
    for mine, at in zip(called, window, strict=True):
        there = at >= 0
        total[there] += (mine[:n][there, None] < mine) & f.can[at[there]][:, f.row]
    shares = np.rint(WHOLE / max(1, len(called)) * total).astype(np.uint8)
    before = tuple(row.tobytes() for row in shares)
    return CallOrder(ids=ids, asked=f.asked, before=before, total=tuple(shares.sum(0, dtype=np.int64).tolist()))


def predict(
    state: HallState,
    now: int,
    *,
    service: str,
    class_: str = ORDINARY,
    clock_at: int | None = None,
    runs: int | None = None,
    seed: int = 1,
) -> Wait | None:
    """The wait of someone who takes a number for `service` now; None where no open window serves it. `clock_at`: a slot still to come."""
    asked: Asked = (service, class_) if clock_at is None else (service, class_, clock_at)
    f = futures(state, now, asked=(asked,), runs=runs, seed=seed, only_asked=True)
    drawn = _quantiles(f.called[:, len(state.waiting) :], now)
    return _told(drawn, state, now, [_kind_asked(now)(asked)], _unseen(state, now))[0]


def _kind_waiting(now: int) -> Callable[[Waiter], str]:
    return lambda w: kind_of(w.rank, later=w.clock_at > now)


def _kind_asked(now: int) -> Callable[[Asked], str]:
    return lambda key: kind_of(key[1], later=len(key) > 2 and key[2] > now)


def _told(drawn: list[Wait | None], state: HallState, now: int, kinds: list[str], strange: Unseen | None) -> list[Wait | None]:
    """The drawn waits as the hall's own past corrects them, wider where no past day was like this moment."""
    corrections = state.learned.corrections if state.learned else {}
    found: list[Wait | None] = []
    for wait, kind in zip(drawn, kinds, strict=True):
        if wait is None:
            found.append(None)
            continue
        raw = wait.p10, wait.p50, wait.p90
        p10, p50, p90 = corrected(raw, kind, corrections, WIDER if strange else 1.0)
        found.append(Wait(p10=p10, p50=p50, p90=p90, at=now, drawn=raw))
    return found


def _unseen(state: HallState, now: int) -> Unseen | None:
    learned = state.learned
    if learned is None or state.midnight is None:
        return None
    at = {s.no for s in state.stations if s.open}
    inside = any(a + EDGE <= now < b - EDGE for a, b in state.hours)
    return unseen(len(state.waiting), len(at) if inside else None, (now - state.midnight) / MINUTE, learned)


def _quantiles(called: np.ndarray, now: int) -> list[Wait | None]:
    """p10, p50, p90 of each column over the runs in which it is called; None if in none."""
    out: list[Wait | None] = []
    for column in np.sort(called, axis=0).T:
        some = column[~np.isnan(column)]
        if not len(some):
            out.append(None)
            continue
        # the p-th quantile of n draws is the p (n + 1)-th smallest: else too few come after a p90 of few runs
        at = np.array(QUANTILES) * (len(some) + 1) - 1
        p10, p50, p90 = (round(60 * v) for v in np.interp(at, np.arange(len(some)), some))
        out.append(Wait(p10=p10, p50=p50, p90=p90, at=now))
    return out


def futures(
    state: HallState,
    now: int,
    *,
    asked: tuple[Asked, ...] = (),
    runs: int | None = None,
    seed: int = 1,
    only_asked: bool = False,
    until: float | None = None,
) -> Futures:
    """The hall run forward. `only_asked`: stop as soon as the asked are called. `until`: run on just so many minutes, whoever waits."""
    frame = Frame(state, now, asked)
    rng = np.random.default_rng(seed)
    runs = runs or _how_many(frame.fixed, forward.compiled() is not None)
    return frame.play(rng, runs, only_asked, until)


def _how_many(tickets: int, compiled: bool) -> int:
    """Fewer runs where the line is very long: then each ticket's wait is a sum of many services and moves little from run to run."""
    return max(40, min(RUNS, 120_000 // max(1, tickets))) if compiled else max(5, min(RUNS_PLAIN, 4_000 // max(1, tickets)))


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """The chance of many runs: a row for each, a column for each ticket as in People; `free`: a column for each window."""

    row: np.ndarray
    arrive: np.ndarray
    clock: np.ndarray
    target: np.ndarray
    place: np.ndarray
    leave: np.ndarray
    seen: np.ndarray
    miss: np.ndarray
    work: np.ndarray
    follow: np.ndarray
    free: np.ndarray


class Frame:
    """The state as arrays, once; then many runs. Minutes count from `now`."""

    def __init__(self, state: HallState, now: int, asked: tuple[Asked, ...], ahead: float = AHEAD):
        self.state, self.now, self.asked, self.ahead = state, now, asked, ahead
        self.slots = np.array([max(0.0, (key[2] - now) / MINUTE) if len(key) > 2 else 0.0 for key in asked])
        self.learned = state.learned or Learned()
        self.stations = [s for s in state.stations if s.open or any(a > now for way in s.ways or (s.intervals,) for a, _ in way)]
        self.services = list(dict.fromkeys([*state.minutes, *(w.service for w in state.waiting)]))
        self.at = {s: n for n, s in enumerate(self.services)}
        self.rows: dict = {}  # (line, service, rank, only_window, persons) -> number
        self.lines: dict = {}
        self.believed: list[float] = []  # minutes dispatch goes by, of each row
        self.open_rows: dict = {}  # (service, rank) -> row that newcomers join
        self.mine = np.array(
            [self._row(w.row, w.service, w.rank, w.only_window, w.expected_s / 60, w.persons) for w in state.waiting], np.int64
        )
        self.theirs = np.array([self._join(key[0], key[1]) for key in asked], np.int64)
        self.fixed = len(state.waiting) + len(asked)
        self.onward_ranks = (TRANSFER, GREEN, *(own.code for own in state.rules.classes))  # further legs: these stay what they are
        self._arrivals()
        self._floor()

    def _row(self, line, service, rank, only_window, minutes, persons: int = 1) -> int:
        key = (line, service, rank, only_window, persons)
        if key not in self.rows:
            self.rows[key] = len(self.rows)
            self.lines.setdefault(line, len(self.lines))
            self.believed.append(minutes)
            if only_window is None and persons == 1:
                self.open_rows.setdefault((service, rank), self.rows[key])
        return self.rows[key]

    def _join(self, service, rank) -> int:
        if (service, rank) not in self.open_rows:
            line = self.state.series.get((service, rank), ("onward", service, rank))  # as Waiter.row has it
            self._row(line, service, rank, None, self.state.minutes.get(service, 8.0))
        return self.open_rows[service, rank]

    def _minute(self, ms: int) -> float:
        return (ms - self.now) / MINUTE

    def _arrivals(self) -> None:
        """Who may come: (row, begin, end, expected number), further legs, and the bookings still to come."""
        learned, state = self.learned, self.state
        clock = (self.now - state.midnight) / MINUTE if state.midnight is not None else None
        self.flows = []
        self.level = (1.0, 1e9)  # of today against the usual: mean and weight
        if learned.come and clock is not None:
            so_far = sum(v * min(1.0, max(0.0, (clock - b * BIN) / BIN)) for some in learned.come.values() for b, v in enumerate(some) if v)
            if state.came_today is not None:
                self.level = ((state.came_today + LEVEL_WEIGHT) / (so_far + LEVEL_WEIGHT), LEVEL_WEIGHT + so_far)
            for (service, rank), some in learned.come.items():
                if service in self.at and rank != TRANSFER:
                    for b in range(max(0, int(clock // BIN)), min(BINS, int((clock + self.ahead) // BIN) + 1)):
                        begin, end = max(0.0, b * BIN - clock), (b + 1) * BIN - clock
                        if some[b] > 0 and end > 0:
                            self.flows.append((self._join(service, rank), begin, end, some[b] * (end - begin) / BIN))
        elif clock is None or not learned.come:
            self._arrivals_of_the_last_half_hour()
        for service in self.services:
            for to, _ in learned.onward.get(service, ()):
                if to in self.at:
                    for rank in self.onward_ranks:
                        self._join(to, rank)
        for b in state.bookings:
            if b.service in self.at:
                for rank in (APPOINTMENT, ORDINARY, GREEN):
                    self._join(b.service, rank)

    def _arrivals_of_the_last_half_hour(self) -> None:
        """Day one: people go on coming as those did who wait now, for the coming hour."""
        seen: dict[int, int] = {}
        for w, row in zip(self.state.waiting, self.mine, strict=True):
            if -30 <= self._minute(w.line_at) <= 0 and w.only_window is None:
                seen[int(row)] = seen.get(int(row), 0) + 1
        self.flows = [(row, 0.0, 60.0, 2.0 * n) for row, n in seen.items()]

    def _floor(self) -> None:
        state, learned, rules = self.state, self.learned, self.state.rules
        rows = sorted(self.rows, key=lambda row: self.rows[row])
        self.row_service = np.array([self.at[r[1]] for r in rows], np.int64)
        self.row_rank = [r[2] for r in rows]
        self.row_persons = np.array([r[4] for r in rows], float)
        self.row_target = np.array([self._target(r[1], r[2]) for r in rows])
        complex_ = np.array([s in state.complex for s in self.services])
        can = np.zeros((len(self.stations), len(rows)), bool)
        for w, s in enumerate(self.stations):
            for r, (_, service, rank, only, _) in enumerate(rows):
                can[w, r] = s.takes(service, only, rank)
        stays = self._stays()
        some = max([len(stays), *(len(s.ways) for s in self.stations)])
        self.tables = [self._spans(stays[k % len(stays)], k) for k in range(some)]
        spans, counts = self.tables[0]
        groups = np.array([dispatch.group_of(rules.like(r[2]), r[1] in state.complex) for r in rows], np.int64)
        weighed = [dispatch.weighed(m, g, rules, r[2]) for m, g, r in zip(self.believed, groups, rows, strict=True)]
        quick = np.array(weighed).reshape(-1, 2)
        self.usual = np.array([learned.minutes.get(s, state.minutes.get(s, 8.0)) for s in self.services])
        self.sd = np.array([learned.spread.get(s, SPREAD) for s in self.services])
        self.hour = 1.0
        if state.midnight is not None:
            self.hour = learned.hour.get(int((self.now - state.midnight) // 3_600_000), 1.0)
        self.floor = RunInputs(
            rows_service=self.row_service,
            rows_group=groups,
            rows_line=np.array([self.lines[r[0]] for r in rows], np.int64),
            can=can,
            factor=np.array([[self._clerk(s, bool(c)) for c in complex_] for s in self.stations]).reshape(len(can), len(complex_)),
            quick=quick[:, 0].copy(),
            quick_late=quick[:, 1].copy(),
            spans=spans,
            counts=counts,
            cap=rules.cap_s / 60,
            overdue=rules.overdue_s / 60,
            rows_in_a_row=np.array([rules.in_a_row(r[2]) for r in rows], np.int64),
            rows_came=np.array([r[2] == dispatch.ORDINARY for r in rows], np.int64),
            rows_yield=np.array([rules.yields(r[2]) for r in rows], np.int64),
            walk=rules.walk_to_window_s / 60,
        )

    def _target(self, service: str, rank: str) -> float:
        kind = "complex" if service in self.state.complex else "ordinary"
        return self.state.rules.promise(kind=kind, class_=rank, service=service).target_s / 60

    def _clerk(self, s: Station, complex_: bool) -> float:
        return self.learned.clerk.get((s.clerk or s.no, complex_), 1.0)

    def _stays(self) -> list[float]:
        """Minutes that windows may go on into a break; of a break that has begun only what is still possible."""
        if len(self.state.hours) < 2:
            return [0.0]
        gone = max((-self._minute(end) for _, end in self.state.hours[:-1] if end <= self.now), default=-1.0)
        return [x for x in self.learned.stays if x > gone] or [gone + LEAVING]

    def _spans(self, stay: float, k: int):
        """Working times from now on, by the k-th way of each window; one without any works on. `stay`: minutes that windows go on into a
        break."""
        some = []
        breaks = {end: min(end + round(stay * MINUTE), begin) for (_, end), (begin, _) in pairwise(self.state.hours)}
        for s in self.stations:
            intervals = s.ways[k % len(s.ways)] if s.ways else s.intervals
            spans = [(a, breaks.get(b, b) if s.open else b) for a, b in intervals]
            mine = [(max(0.0, self._minute(a)), self._minute(b)) for a, b in spans if b > self.now]
            if s.open and (not intervals or not mine):
                mine = [(0.0, NEVER / 4)]  # open beyond its hours: until the hall is empty
            elif s.open and mine[0][0] > 0:
                mine.insert(0, (0.0, min(STAYS, mine[0][0])))  # open though its hours are over: it stays for those who wait
            some.append(mine)
        most = max([1, *(len(x) for x in some)])
        spans = np.full((len(some), most, 2), NEVER)
        for w, mine in enumerate(some):
            spans[w, : len(mine)] = np.reshape(mine, (-1, 2))  # none on a day on which it does not come
        return spans, np.array([len(x) for x in some], np.int64)

    def drawn(self, rng, runs: int) -> Drawn:
        """All chance of so many runs."""
        state, n, g = self.state, len(self.state.waiting), len(self.asked)
        free, going_on = self._at_the_windows(rng, runs)
        new_row, new_at, new_clock = self._newcomers(rng, runs, going_on)

        row = np.concatenate([np.broadcast_to(np.concatenate([self.mine, self.theirs]), (runs, n + g)), new_row], axis=1).astype(np.int64)
        clock = np.concatenate([np.array([self._minute(w.clock_at) for w in state.waiting]), self.slots])
        place = np.concatenate([np.array([self._minute(w.line_at) for w in state.waiting]), np.zeros(g)])
        target = np.concatenate([np.array([w.target / 60 for w in state.waiting]), self.row_target[self.theirs]])
        wide = lambda fixed, free: np.concatenate([np.broadcast_to(fixed, (runs, n + g)), free], axis=1)
        clock_all, place_all = wide(clock, new_clock), wide(place, new_at)
        target_all = wide(target, self.row_target[new_row])
        arrive = wide(np.minimum(place, 0.0), new_at)
        # further legs: each ticket may go on once
        row, clock_all, place_all, target_all, arrive, follow = self._onward(rng, row, clock_all, place_all, target_all, arrive, n, g)
        total = row.shape[1]
        service = self.row_service[row]
        sd = self.sd[service]
        today = np.exp(DAY_SPREAD * rng.standard_normal((runs, 1)))  # what was learned is itself not sure, and no two days are the same
        work = (
            today * self.usual[service] * self.row_persons[row] * self.hour * np.exp(sd * rng.standard_normal((runs, total)) - sd * sd / 2)
        )
        if any(self.learned.press):
            work = work + rng.choice(self.learned.press, work.shape)
        leave, seen = self._leaving(rng, runs, clock_all, arrive, n)
        miss = (rng.random((runs, total)) < self.learned.miss).astype(np.int64)
        leave[:, n : n + g] = NEVER
        return Drawn(
            row=row, arrive=arrive, clock=clock_all, target=target_all, place=place_all, leave=leave, seen=seen, miss=miss, work=work,
            follow=follow, free=free,
        )  # fmt: skip

    def play(self, rng, runs: int, only_asked: bool, until: float | None) -> Futures:
        n, g = len(self.state.waiting), len(self.asked)
        d = self.drawn(rng, runs)
        total = d.row.shape[1]
        ghost = np.zeros(total, np.int64)
        ghost[n : n + g] = 1
        watch = np.zeros(total, np.int64)
        if until is None:
            watch[(n if only_asked else 0) : n + g] = 1
        greens = [s.green_in_a_row for s in self.stations]
        stop = NEVER if until is None else until
        called = np.full((runs, n + g), np.nan)
        window = np.full((runs, n), -1, np.int64)
        late = np.zeros((runs, n), bool)
        lost = np.zeros(runs)
        breaking = {name: np.zeros(runs) for name in dispatch.GROUPS}
        group, decided = self.floor.rows_group, np.zeros(total, bool)
        decided[:n] = [w.decided for w in self.state.waiting]
        floors = [replace(self.floor, spans=spans, counts=counts) for spans, counts in self.tables]
        for k in range(runs if self.stations else 0):
            people = People(
                row=d.row[k], arrive=d.arrive[k], clock=d.clock[k], target=d.target[k], leave=d.leave[k], seen=d.seen[k], miss=d.miss[k],
                work=d.work[k], follow=d.follow[k], ghost=ghost, watch=watch, place=d.place[k],
            )  # fmt: skip
            done = forward.run(floors[k % len(floors)], people, until=stop, free=d.free[k], greens=greens)
            mine = done.called[: n + g]
            called[k] = np.where(mine >= 0, mine, np.nan)
            window[k] = done.window[:n]
            due = done.clock + d.target[k]
            cancelled = (d.seen[k] == 1) & (d.leave[k] <= due) & (done.called < 0)
            breaks = ((done.called < 0) | (done.called > due + 1e-9)) & ~cancelled & ~decided & (done.arrive < NEVER / 2)
            late[k] = breaks[:n]
            if until is not None:
                soon = breaks & (due > 0) & (due <= until) & (ghost == 0)
                lost[k] = soon.sum()
                for name, number in zip(dispatch.GROUPS, np.bincount(group[d.row[k][soon]], minlength=len(dispatch.GROUPS)), strict=True):
                    breaking[name][k] = number
        return Futures(
            called=called, late=late, asked=self.asked, lost=lost, breaking=breaking,
            window=window, row=np.concatenate([self.mine, self.theirs]), can=self.floor.can,
        )  # fmt: skip

    def _at_the_windows(self, rng, runs: int):
        """When each window is free, and who then goes on to a further service: [(row, at)] per run as arrays with NEVER for nobody."""
        free = np.empty((runs, len(self.stations)))
        going_on = []
        first = rng.choice(self.learned.notice, runs)
        walk = self.state.rules.walk_to_window_s / 60
        starts = np.array([spans[:, 0, 0] for spans, _ in self.tables])[np.arange(runs) % len(self.tables)]
        for w, s in enumerate(self.stations):
            if s.busy_with is None or s.busy_with not in self.at:
                free[:, w] = starts[:, w] + first  # whoever presses first
                continue
            k = self.at[s.busy_with]
            factor = self._clerk(s, s.busy_with in self.state.complex)
            mean, sd = self.usual[k] * s.persons * factor * self.hour, self.sd[k]
            done = -self._minute(s.started_at) if s.started_at is not None else -walk
            free[:, w] = _remaining(rng, runs, mean, sd, done) + rng.choice(self.learned.press, runs)
            for to, share in self.learned.onward.get(s.busy_with, ()):
                if to in self.at:
                    at = np.where(rng.random(runs) < share, free[:, w] + 2.0, NEVER)
                    going_on.append((self._join(to, TRANSFER), at))
            free[:, w] = np.maximum(free[:, w], starts[:, w])  # one that is paused is back after it
        return free, going_on

    def _newcomers(self, rng, runs: int, going_on):
        """[runs, m] rows, times of joining, clocks; unused places have NEVER."""
        flows = self.flows
        mean = np.array([f[3] for f in flows])
        level, weight = self.level
        factor = rng.gamma(weight, level / weight, runs) if weight < 1e8 else np.full(runs, level)
        count = rng.poisson(mean.sum() * factor) if flows else np.zeros(runs, np.int64)
        m = int(count.max(initial=0))
        row, at = np.zeros((runs, m), np.int64), np.full((runs, m), NEVER)
        if m:
            which = np.searchsorted(np.cumsum(mean) / mean.sum(), rng.random((runs, m)) * (1 - 1e-12))
            begin, end = np.array([f[1] for f in flows])[which], np.array([f[2] for f in flows])[which]
            used = np.arange(m) < count[:, None]
            row = np.array([f[0] for f in flows])[which]
            at = np.where(used, begin + (end - begin) * rng.random((runs, m)), NEVER)
        rows, times, clocks = [row], [at], [at]
        for r, when in going_on:
            rows.append(np.full((runs, 1), r))
            times.append(when[:, None])
            clocks.append(when[:, None])
        if self.state.bookings:
            for part, more in zip((rows, times, clocks), self._booked(rng, runs), strict=True):
                part.append(more)
        return np.concatenate(rows, axis=1), np.concatenate(times, axis=1), np.concatenate(clocks, axis=1)

    def _booked(self, rng, runs: int):
        early, late = np.array(self.learned.early), self.state.rules.appointments.late_s / 60
        rows, times, clocks = [], [], []
        for b in self.state.bookings:
            slot = self._minute(b.slot_at)
            if b.service not in self.at or slot > self.ahead:
                continue
            possible = early[slot + early > 0]
            left = len(possible) / len(early)
            show = self.learned.show * left / (self.learned.show * left + 1 - self.learned.show)
            if not len(possible):
                continue
            at = slot + rng.choice(possible, runs) + rng.uniform(-0.5, 0.5, runs)
            came = rng.random(runs) < show
            in_time = at - slot <= late
            row = np.where(in_time, self._join(b.service, APPOINTMENT), self._join(b.service, ORDINARY))
            rows.append(np.where(rng.random(runs) < self.learned.booked_green, self._join(b.service, GREEN), row))
            times.append(np.where(came, np.maximum(at, 0.0), NEVER))
            clocks.append(np.where(in_time, np.maximum(at, slot), at))
        empty = np.zeros((runs, 0))
        pack = lambda some: np.stack(some, axis=1) if some else empty
        return pack(rows).astype(np.int64), pack(times), pack(clocks)

    def _onward(self, rng, row, clock, place, target, arrive, n: int, g: int):
        runs, m = row.shape
        onward = self.learned.onward
        share = np.array([sum(p for to, p in onward.get(s, ()) if to in self.at) for s in self.services])
        follow = np.full((runs, m), -1, np.int64)
        if not share.any():
            return row, clock, place, target, arrive, follow
        chance = share[self.row_service[row]]
        chance[:, n : n + g] = 0.0  # who only asks does not go anywhere
        goes = rng.random((runs, m)) < chance
        most = int(goes.sum(1).max(initial=0))
        if not most:
            return row, clock, place, target, arrive, follow
        next_row = np.zeros((len(self.services), len(self.onward_ranks)), np.int64)
        for s, k in self.at.items():
            to = max((x for x in onward.get(s, ()) if x[0] in self.at), key=lambda x: x[1], default=None)
            if to:
                next_row[k] = [self._join(to[0], rank) for rank in self.onward_ranks]
        stays = np.array([self.onward_ranks.index(r) if r in self.onward_ranks else 0 for r in self.row_rank])
        number = np.cumsum(goes, axis=1) - 1
        follow[goes] = (m + number)[goes]
        who, slot = np.nonzero(goes)
        more = np.zeros((runs, most), np.int64)
        old = row[who, slot]
        more[who, number[who, slot]] = next_row[self.row_service[old], stays[old]]
        never = np.full((runs, most), NEVER)
        join = lambda a, b: np.concatenate([a, b], axis=1)
        return (
            join(row, more), join(clock, never), join(place, never), join(target, self.row_target[more]), join(arrive, never),
            join(follow, np.full((runs, most), -1, np.int64)),
        )  # fmt: skip

    def _leaving(self, rng, runs: int, clock, arrive, n: int):
        """When each gives up, and whether that is seen. Who is in line has not cancelled; whether the others are there nobody knows."""
        stay = np.cumprod(1 - np.array(self.learned.leave))
        edges = np.concatenate([[1.0], stay])
        share = self.learned.seen
        at = np.arange(len(edges)) * LEAVE_BIN
        lasting = lambda waited: np.interp(waited, at, edges)
        waited = np.maximum(0.0, -clock[0, :n])
        here = lasting(waited)
        seen = (rng.random(clock.shape) < share).astype(np.int64)
        seen[:, :n] = rng.random((runs, n)) < share * here / (share * here + 1 - share)
        u = rng.random(clock.shape)
        u[:, :n] = np.where(seen[:, :n] == 1, u[:, :n] * here, u[:, :n])
        patience = np.where(u < edges[-1], NEVER, np.interp(u, edges[::-1], at[::-1]))
        base = np.where(clock < NEVER / 2, clock, 0.0)
        return np.minimum(base + patience, NEVER), seen


def _remaining(rng, runs: int, mean: float, sd: float, done: float) -> np.ndarray:
    """Minutes until a service ends that has lasted `done`: a lognormal, given that it is not over."""
    middle = math.log(mean) - sd * sd / 2
    if done <= 0:
        return np.exp(middle + sd * rng.standard_normal(runs)) - done
    over = _share_below((math.log(done) - middle) / sd)
    z = _normal_at(over + (1 - over) * rng.random(runs))
    return np.maximum(np.exp(middle + sd * z) - done, 0.05)


_GRID = np.linspace(-6.0, 6.0, 2401)
_BELOW = np.array([0.5 * (1 + math.erf(z / math.sqrt(2))) for z in _GRID])


def _share_below(z: float) -> float:
    return float(np.interp(z, _GRID, _BELOW))


def _normal_at(p: np.ndarray) -> np.ndarray:
    return np.interp(p, _BELOW, _GRID)
