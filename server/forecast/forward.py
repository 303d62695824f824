"""A hall run forward event by event: arrivals, calls, misses, breaks. One loop for recorded days and for predictions; it draws no chance
itself and decides nothing itself: who is next is dispatch.worth(), the very function that choose() uses at a window.

Times are minutes (any origin), as floats. Arrays are flat (row-major) so that the same lines run compiled by numba (when it is
there; about 100 times faster) and as plain Python over lists.
"""

from __future__ import annotations

import contextlib
import hashlib
import inspect
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ..domain import dispatch

NEVER = 1e12
SHORT_BREAK = 20.0  # a break shorter than this is taken in full, however late it begins; a longer one (lunch) ends on time

worth = dispatch.worth
advance: Any = None  # the loop, compiled, as another that is compiled calls it


@dataclass
class RunInputs:
    """The part of a run that stays the same over many runs: rows of tickets, windows, who may serve what, how quickly.

    A row is a line of tickets of one service and class; rows with the same `line` are one series of numbers: first come first served.
    """

    rows_service: np.ndarray  # [rows]
    rows_group: np.ndarray  # [rows] index into dispatch.GROUPS
    rows_line: np.ndarray  # [rows] number of the series
    can: np.ndarray  # [windows, rows] bool
    factor: np.ndarray  # [windows, services] how much longer than usual
    quick: np.ndarray  # [rows] dispatch.weighed() of the usual minutes
    quick_late: np.ndarray
    spans: np.ndarray  # [windows, K, 2] working times; unused ones are NEVER
    counts: np.ndarray  # [windows] how many spans are used
    order: int = dispatch.INDEX
    cap: float = 90.0
    overdue: float = 20.0  # minutes past the promise from which no walk-in in time goes before
    rows_in_a_row: np.ndarray | None = None  # [rows] calls with priority at a window after which it waits; 0: no limit
    rows_came: np.ndarray | None = None  # [rows] 1: those who only came
    rows_yield: np.ndarray | None = None  # [rows] 1: goes before none of those of its service who came before (Rules.yields)
    walk: float = 0.4  # from the call to the start
    lost: float = 1.0  # a call that nobody answers
    back: float = 6.0  # who missed a first call is back this long after it
    onward: float = 2.0  # from the end of one service to the line of the next


@dataclass
class People:
    """The tickets of one run. `arrive` is NEVER for a further leg: it comes `onward` minutes after the one that names it in `follow`."""

    row: np.ndarray
    arrive: np.ndarray  # joins the line
    clock: np.ndarray  # the promise's clock starts
    target: np.ndarray
    leave: np.ndarray  # goes away at this time if not called
    seen: np.ndarray  # 1: leaving is seen, 0: found out at the call
    miss: np.ndarray  # 1: not there at the first call
    work: np.ndarray  # minutes at a window of factor 1
    follow: np.ndarray  # index of the further leg or -1
    ghost: np.ndarray  # 1: is called at no cost (only to learn when that would be)
    watch: np.ndarray  # 1: the run may end once all watched ones are decided
    place: np.ndarray | None = None  # order in line; by default the time of joining
    n: int = field(init=False)

    def __post_init__(self):
        self.n = len(self.row)


@dataclass
class Run:
    called: np.ndarray  # first call, -1: never
    window: np.ndarray
    started: np.ndarray
    ended: np.ndarray
    clock: np.ndarray  # with the clocks of further legs filled in
    arrive: np.ndarray
    gone: np.ndarray  # time at which leaving was seen or found out, -1


Cells = Any  # numbers in a row: an array where the loop is compiled, a list where it is plain Python


class Loop(NamedTuple):
    """All that the loop works on, by name: the sizes and rules, the hall, the tickets, and what comes of them."""

    windows: int
    rows: int
    spans: int  # of a window at most
    rule: int
    cap: float
    overdue: float
    until: float
    walk: float
    lost: float
    back: float
    onward: float
    can: Cells
    row_service: Cells
    row_group: Cells
    row_line: Cells
    row_limit: Cells
    row_came: Cells
    row_yields: Cells
    quick: Cells
    quick_late: Cells
    factor: Cells
    span_from: Cells
    span_to: Cells
    span_count: Cells
    breadth: Cells
    row: Cells
    arrive: Cells
    clock: Cells
    target: Cells
    leave: Cells
    seen: Cells
    miss: Cells
    work: Cells
    follow: Cells
    ghost: Cells
    watch: Cells
    place: Cells
    order: Cells
    ready: Cells
    greens: Cells
    called: Cells
    window: Cells
    started: Cells
    ended: Cells
    gone: Cells
    first: Cells
    last: Cells
    link: Cells
    came: Cells  # [services] since when somebody waits who only came, for the window that is looked at
    head_of_line: Cells
    later_at: Cells
    later: Cells
    idle: Cells
    span: Cells
    mark: Cells  # where the loop stands, so that it goes on from there: see the places below


# places in Loop.mark
COMING, LATER, WATCHED = 0, 1, 2  # what the loop had come to
ASKS, AT = 3, 4  # 1: it stops where a call may be looked ahead at, and names the window there (else -1)
BY, WHOM = 5, 6  # the window that calls next by order, and whom (-1: nobody)


def run(floor: RunInputs, people: People, *, until: float = NEVER, free=None, greens=None, slow: bool = False) -> Run:
    """One run. `free`: when each window can take its next ticket (default: when it opens). `slow` keeps to plain Python."""
    loop = _loop(floor, people, until, free, greens)
    kernel = None if slow else compiled()
    if kernel is None:
        plain: list[Any] = [value.tolist() if isinstance(value, np.ndarray) else value for value in loop]
        loop = Loop(*plain)
        _advance(loop)
    else:
        kernel(loop)
    return _run_of(loop)


def _run_of(loop: Loop) -> Run:
    return Run(**{name: np.asarray(getattr(loop, name)) for name in Run.__dataclass_fields__})


def asking(floor: RunInputs, people: People, decide: Callable[[Run, int, float], int]) -> Run:
    """One run that stops at each call at which the index alone decides between two or more, and has `decide(run so far, window, minute)`
    say whom to call: a ticket, or -1 for whom the index would."""
    loop, kernel = _loop(floor, people, NEVER, None, None), compiled()
    if kernel is None:
        plain: list[Any] = [value.tolist() if isinstance(value, np.ndarray) else value for value in loop]
        loop = Loop(*plain)
    loop.mark[ASKS] = 1
    while True:
        (kernel or _advance)(loop)
        w = loop.mark[AT]
        if w < 0:
            return _run_of(loop)
        loop.mark[BY], loop.mark[WHOM] = w, decide(_run_of(loop), int(w), float(loop.ready[w]))


def _loop(floor: RunInputs, people: People, until: float, free, greens) -> Loop:
    windows, rows, n = floor.can.shape[0], floor.can.shape[1], people.n
    first_come = people.arrive < NEVER / 2
    order = np.argsort(people.arrive, kind="stable")[: int(first_come.sum())]
    place = people.arrive if people.place is None else people.place
    return Loop(
        windows=windows,
        rows=rows,
        spans=floor.spans.shape[1],
        rule=floor.order,
        cap=floor.cap,
        overdue=floor.overdue,
        until=until,
        walk=floor.walk,
        lost=floor.lost,
        back=floor.back,
        onward=floor.onward,
        can=floor.can.astype(np.int64).ravel(),
        row_service=floor.rows_service,
        row_group=floor.rows_group,
        row_line=floor.rows_line,
        row_limit=np.zeros(rows, np.int64) if floor.rows_in_a_row is None else floor.rows_in_a_row,
        row_came=np.zeros(rows, np.int64) if floor.rows_came is None else floor.rows_came,
        row_yields=np.zeros(rows, np.int64) if floor.rows_yield is None else floor.rows_yield,
        quick=floor.quick,
        quick_late=floor.quick_late,
        factor=floor.factor.ravel(),
        span_from=floor.spans[:, :, 0].ravel(),
        span_to=floor.spans[:, :, 1].ravel(),
        span_count=floor.counts,
        breadth=floor.can.sum(1),
        row=people.row,
        arrive=people.arrive.copy(),
        clock=people.clock.copy(),
        target=people.target,
        leave=people.leave.copy(),
        seen=people.seen,
        miss=people.miss,
        work=people.work,
        follow=people.follow,
        ghost=people.ghost,
        watch=people.watch,
        place=place.copy(),
        order=order,
        ready=np.array(floor.spans[:, 0, 0] if free is None else free, float),
        greens=np.zeros(windows, np.int64) if greens is None else np.array(greens, np.int64),
        called=np.full(n, -1.0),
        window=np.full(n, -1, np.int64),
        started=np.full(n, -1.0),
        ended=np.full(n, -1.0),
        gone=np.full(n, -1.0),
        first=np.full(rows, -1, np.int64),
        last=np.full(rows, -1, np.int64),
        link=np.full(n, -1, np.int64),
        came=np.zeros(int(floor.rows_service.max(initial=0)) + 1),
        head_of_line=np.full(int(floor.rows_line.max(initial=0)) + 1, -1, np.int64),
        later_at=np.zeros(n + 1),
        later=np.zeros(n + 1, np.int64),
        idle=np.zeros(windows, np.int64),
        span=np.zeros(windows, np.int64),
        mark=np.array([0, 0, int(people.watch.sum()), 0, -1, -1, -1], np.int64),
    )


def _advance(x: Loop) -> None:
    """The loop. What comes of it is written, and arrive, clock, leave and place of further legs are filled in; the rest is only read."""
    windows, rows, spans = x.windows, x.rows, x.spans
    rule, cap, overdue, until = x.rule, x.cap, x.overdue, x.until
    walk, lost, back, onward = x.walk, x.lost, x.back, x.onward
    can, row_service, row_group, row_line, row_limit = x.can, x.row_service, x.row_group, x.row_line, x.row_limit
    row_came, row_yields, came = x.row_came, x.row_yields, x.came
    quick, quick_late, factor, breadth = x.quick, x.quick_late, x.factor, x.breadth
    span_from, span_to, span_count = x.span_from, x.span_to, x.span_count
    row, arrive, clock, target = x.row, x.arrive, x.clock, x.target
    leave, seen, miss, work = x.leave, x.seen, x.miss, x.work
    follow, ghost, watch, place, order = x.follow, x.ghost, x.watch, x.place, x.order
    ready, greens, idle, span = x.ready, x.greens, x.idle, x.span
    called, window, started, ended, gone = x.called, x.window, x.started, x.ended, x.gone
    first, last, link, head_of_line = x.first, x.last, x.link, x.head_of_line
    later_at, later = x.later_at, x.later
    services, tier = len(factor) // windows, dispatch.TIER
    mark = x.mark
    coming, waiting_later, watched = mark[COMING], mark[LATER], mark[WATCHED]
    mark[AT] = -1
    lines = len(head_of_line)
    while True:
        # what happens next: someone joins a line, or a window looks for its next ticket
        at, who, soonest = NEVER, -1, -1
        if coming < len(order):
            who = order[coming]
            at = arrive[who]
        for k in range(waiting_later):
            if later_at[k] < at:
                at, who, soonest = later_at[k], later[k], k
        w, turn = -1, NEVER
        for v in range(windows):
            if ready[v] < turn:
                w, turn = v, ready[v]
        if (at >= NEVER and turn >= NEVER) or min(at, turn) > until:
            return

        if at <= turn:
            if soonest >= 0:
                waiting_later -= 1
                later_at[soonest], later[soonest] = later_at[waiting_later], later[waiting_later]
            else:
                coming += 1
            r = row[who]
            # into the line by place; nearly always at its end
            if first[r] == -1:
                first[r] = last[r] = who
                link[who] = -1
            elif place[last[r]] <= place[who]:
                link[last[r]] = who
                link[who] = -1
                last[r] = who
            elif place[who] < place[first[r]]:
                link[who] = first[r]
                first[r] = who
            else:
                p = first[r]
                while place[link[p]] <= place[who]:
                    p = link[p]
                link[who] = link[p]
                link[p] = who
            # the most special of the idle windows wakes up
            best, narrow = -1, 1 << 60
            for v in range(windows):
                if idle[v] == 1 and can[v * rows + r] == 1 and at < span_to[v * spans + span[v]] and breadth[v] < narrow:
                    best, narrow = v, breadth[v]
            if best >= 0:
                idle[best] = 0
                ready[best] = at
            continue

        now = turn
        idle[w] = 0
        s = w * spans + span[w]
        if now >= span_to[s]:
            if span[w] + 1 >= span_count[w]:
                ready[w] = NEVER
            else:
                pause = span_from[s + 1] - span_to[s]
                span[w] += 1
                ready[w] = max(span_from[s + 1], now + pause) if pause < SHORT_BREAK else max(span_from[s + 1], now)
            continue

        # the earliest that this window may serve in each series ...
        for k in range(lines):
            head_of_line[k] = -1
        for k in range(len(came)):
            came[k] = NEVER
        others = 0
        for r in range(rows):
            if can[w * rows + r] == 0:
                continue
            i = first[r]
            while i != -1 and seen[i] == 1 and leave[i] <= now:
                gone[i] = leave[i]
                watched -= watch[i]
                i = link[i]
                first[r] = i
            if i == -1:
                continue
            if row_group[r] != 0:
                others = 1
            if row_came[r] == 1 and place[i] < came[row_service[r]]:
                came[row_service[r]] = place[i]
            k = row_line[r]
            if head_of_line[k] == -1 or place[i] < place[head_of_line[k]]:
                head_of_line[k] = i
        # ... and the best of them
        best, most, free_to = -1, -1e300, 0
        for k in range(lines):
            i = head_of_line[k]
            if i == -1:
                continue
            r = row[i]
            if row_yields[r] == 1 and came[row_service[r]] < place[i]:
                continue
            if others == 1 and 0 < row_limit[r] <= greens[w] and now - clock[i] < cap:
                continue
            value = worth(rule, row_group[r], now - clock[i], now - place[i], target[i], cap, overdue, quick[r], quick_late[r])
            free_to += 1
            if value > most or (value == most and place[i] < place[best]):
                best, most = i, value
        if mark[BY] == w:
            if mark[WHOM] >= 0 and first[row[mark[WHOM]]] == mark[WHOM]:  # unless called elsewhere meanwhile
                best = mark[WHOM]
            mark[BY] = -1
        elif mark[ASKS] == 1 and free_to > 1 and most < tier:
            mark[COMING], mark[LATER], mark[WATCHED], mark[AT] = coming, waiting_later, watched, w
            return
        if best == -1:
            idle[w] = 1
            ready[w] = span_to[s]
            continue

        i = best
        r = row[i]
        first[r] = link[i]
        if ghost[i] == 1:
            called[i] = now
            watched -= watch[i]
        else:
            again = called[i] >= 0.0
            if not again:
                called[i] = now
                window[i] = w
                watched -= watch[i]
                greens[w] = greens[w] + 1 if row_group[r] == 0 else 0
            if not again and leave[i] <= now:
                gone[i] = now
                ready[w] = now + lost
            elif not again and miss[i] == 1:
                ready[w] = now + lost
                later_at[waiting_later], later[waiting_later] = now + back, i
                place[i] = now + back
                if seen[i] == 0:
                    leave[i] = NEVER  # found at the window; who would cancel may still do so
                waiting_later += 1
            else:
                window[i] = w
                started[i] = now + walk
                end = now + walk + work[i] * factor[w * services + row_service[r]]
                ended[i] = end
                ready[w] = end
                j = follow[i]
                if j >= 0:
                    leave[j] += end + onward - arrive[j] if arrive[j] < NEVER / 2 else end + onward
                    clock[j] = arrive[j] = end + onward
                    place[j] = place[i] if rule == 0 else end + onward  # as in a hall; the two for comparison know no first coming
                    later_at[waiting_later], later[waiting_later] = end + onward, j
                    waiting_later += 1
        if watched == 0 and (watch[i] == 1):
            return


class Batch:
    """Many runs from one moment, each once for every candidate whom a window may call first: compiled in one piece. `drawn` is what
    Frame.drawn gave; `tables` the working times in turn; only promises to those who come within `heed` minutes count, and of the
    first columns not those that are `decided`."""

    def __init__(self, floor: RunInputs, tables, drawn, until: float, heed: float, greens, decided):
        self.many, self.heed = compiled_batch(), heed
        self.drawn, self.floor = drawn, floor
        runs, n = drawn.row.shape
        most = max(spans.shape[1] for spans, _ in tables)
        windows = len(floor.can)
        self.spans = np.full((len(tables), windows, most, 2), NEVER)
        for k, (spans, _) in enumerate(tables):
            self.spans[k, :, : spans.shape[1]] = spans
        self.counts = np.array([counts for _, counts in tables])
        self.begin, self.end = (self.spans[:, :, :, k].reshape(len(tables), -1).copy() for k in (0, 1))
        # a ticket more than there are, that never comes, stands in for those who do not in a run
        grown = lambda a, value: np.concatenate([a, np.full((runs, 1), value, a.dtype)], axis=1)
        self.given = (
            grown(drawn.row, 0), grown(drawn.arrive, NEVER), grown(drawn.clock, NEVER), grown(drawn.target, 0.0), grown(drawn.leave, NEVER),
            grown(drawn.seen, 0), grown(drawn.miss, 0), grown(drawn.work, 0.0), grown(drawn.follow, -1), grown(drawn.place, NEVER),
        )  # fmt: skip
        arrive = self.given[1]
        order = np.argsort(arrive, axis=1, kind="stable")
        self.order = np.where(np.take_along_axis(arrive, order, axis=1) < NEVER / 2, order, n)
        zero = np.zeros(n + 1, np.int64)
        people = People(
            row=zero, arrive=np.full(n + 1, -1.0), clock=np.zeros(n + 1), target=np.zeros(n + 1), leave=np.zeros(n + 1), seen=zero.copy(),
            miss=zero.copy(), work=np.zeros(n + 1), follow=zero.copy(), ghost=zero.copy(), watch=zero.copy(),
        )  # fmt: skip
        self.loop = _loop(replace(floor, spans=self.spans[0], counts=self.counts[0].copy()), people, until, None, None)
        self.greens = np.array(greens, np.int64)
        self.open = np.ones(n + 1, np.int64)
        self.open[: len(decided)] = ~np.array(decided, bool)

    def compare(self, by: int, whom: np.ndarray) -> np.ndarray:
        """[runs, candidates, groups] how many promises break where window `by` is free now and calls each of `whom` first."""
        broken = np.zeros((len(self.order), len(whom), len(dispatch.GROUPS)))
        self.many(
            self.loop,
            self.given,
            self.order,
            self.drawn.free,
            self.greens,
            self.begin,
            self.end,
            self.counts,
            by,
            whom,
            self.heed,
            self.open,
            broken,
        )
        return broken


def _compare(x: Loop, given, order, free, greens, begin, end, counts, by, whom, heed, open_, broken) -> None:
    """Fills `broken`. The loop's arrays are used again and again."""
    row, arrive, clock, target, leave, seen, miss, work, follow, place = given
    runs, n = row.shape
    for k in range(runs):
        t = k % len(begin)
        for c in range(len(whom)):
            # array by array: what is assigned to many at once takes the compiler minutes
            x.row[:], x.arrive[:], x.clock[:], x.target[:], x.leave[:] = row[k], arrive[k], clock[k], target[k], leave[k]
            x.seen[:], x.miss[:], x.work[:], x.follow[:], x.place[:], x.order[:] = seen[k], miss[k], work[k], follow[k], place[k], order[k]
            x.called[:], x.started[:], x.ended[:], x.gone[:] = -1.0, -1.0, -1.0, -1.0
            x.link[:], x.window[:], x.first[:], x.last[:], x.idle[:], x.span[:], x.mark[:] = -1, -1, -1, -1, 0, 0, 0
            x.ready[:], x.greens[:], x.span_count[:] = free[k], greens, counts[t]
            x.span_from[:], x.span_to[:] = begin[t], end[t]
            x.ready[by] = 0.0
            x.mark[BY], x.mark[WHOM] = by, whom[c]
            advance(x)
            for i in range(n):
                due = x.clock[i] + x.target[i]
                if open_[i] == 1 and x.arrive[i] <= heed and 0.0 < due <= x.until and (x.called[i] < 0.0 or x.called[i] > due + 1e-9):
                    if not (x.seen[i] == 1 and x.leave[i] <= due and x.called[i] < 0.0):
                        broken[k, c, x.row_group[x.row[i]]] += 1.0


_lock = threading.Lock()
_lock_batch = threading.Lock()
_kernel = None
_batch: Any = None
_tried = False


def compiled():
    """The loop compiled by numba, or None where numba is missing. The first call compiles (some seconds, once; then kept on disk)."""
    global _kernel, _tried
    if not _tried:
        with _lock:
            if not _tried:
                _kernel = _compile()
                _tried = True
    return _kernel


@contextlib.contextmanager
def plainly():
    """Within it no numba, as where it is missing: to measure and to compare."""
    global worth, _kernel
    before = compiled(), worth
    worth, _kernel = dispatch.worth, None
    try:
        yield
    finally:
        _kernel, worth = before


def compiled_batch() -> Any:
    """The loop over many runs, compiled likewise; it is compiled when it is first asked for. RuntimeError where numba is missing."""
    global _batch
    with _lock_batch:
        if _batch is None:
            if compiled() is None:
                raise RuntimeError("without numba nothing is looked ahead at")
            _batch = _compile_batch()
        return _batch


def _compile():
    global worth, advance
    try:
        import numba
    except ImportError:
        return None
    _named(_advance)
    worth = numba.njit(dispatch.worth)
    advance = _kept(_advance)
    return advance


def _compile_batch():
    _named(_compare)
    return _kept(_compare)


def _named(function) -> None:
    """numba keeps what it compiled under the function's name and this file's date; a changed dispatch.py must give a new name"""
    text = inspect.getsource(dispatch) + Path(__file__).read_text(encoding="utf-8")
    function.__qualname__ = f"{function.__name__}_{hashlib.sha256(text.encode()).hexdigest()[:12]}"


def _kept(function):
    import numba

    try:
        return numba.njit(function, cache=True, nogil=True)
    except RuntimeError:  # nowhere to keep it: compiled anew in each process
        return numba.njit(function, nogil=True)
