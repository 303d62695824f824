"""Which windows to open or close for the next hour, by the same runs that tell the waits. Pure; it opens nothing itself.

found = advise(state, now)      # state = state.hall_state(...)
found.open, found.close         # numbers of windows; found.as_is, found.advised, found.full: windows open and shares kept
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ..domain.dispatch import GROUPS, MINUTE, Station
from .answers import ALL, PROTECTED, Advice, PromisesKept
from .staffing import MARGIN
from .wait_picture import HallState
from .waits import futures

HOUR = 60
LOOKED = 90.0  # minutes: who comes late in the hour is due after it
MOST_OPENED, MOST_CLOSED = 4, 2  # at once: a hall that changes more than that in an hour is not calm
GAIN = 0.5  # promises that a further window must keep
RUNS = 40
NOBODY = Station(no="", services=frozenset())  # so that a hall with every window closed is run, too
PROTECTED_GROUPS = GROUPS[:3]  # green and booked


def advise(state: HallState, now: int, *, runs: int = RUNS, seed: int = 1) -> Advice:
    """Opens what keeps most where promises would break, closes what is not needed where none would: one window at a time."""
    nobody = replace(state, stations=tuple(replace(s, services=frozenset()) for s in state.stations))
    due = _lost(nobody, now, runs, seed)
    judge = lambda opened: _kept(state, now, opened, due, runs, seed)
    stations = {s.no: s for s in reversed(state.stations) if s.services}  # of one that is lent by the clock: as it is now
    mine = frozenset(no for no, s in stations.items() if s.open)
    as_is, full = judge(mine), judge(frozenset(stations))
    best, opened = as_is, mine
    while not best.enough and len(opened - mine) < MOST_OPENED:
        tried = [(judge(opened | {no}), no) for no in _one_of_a_kind(stations[no] for no in stations.keys() - opened)]
        better = min(tried, key=lambda t: (t[0].lost, t[1]), default=None)
        if better is None or better[0].lost > best.lost - GAIN:
            break
        best, opened = better[0], opened | {better[1]}
    foreseen = state.learned is not None and state.learned.come  # on the first day nobody knows who comes: nothing is closed
    while foreseen and opened <= mine and len(mine - opened) < MOST_CLOSED:
        spare = [s for s in (stations[no] for no in opened) if s.busy_with is None and _still_served(stations, opened - {s.no}, mine)]
        tried = [(judge(opened - {no}), no) for no in _one_of_a_kind(spare)]
        better = min(tried, key=lambda t: (t[0].lost, t[1]), default=None)
        if better is None or not _good(better[0]) or better[0].lost > as_is.lost + GAIN:
            break
        best, opened = better[0], opened - {better[1]}
    place = {s.no: n for n, s in enumerate(state.stations)}
    some = lambda numbers: tuple(sorted(numbers, key=lambda no: place[no]))
    return Advice(due=sum(due), as_is=as_is, advised=best, full=full, open=some(opened - mine), close=some(mine - opened))


def _good(kept: PromisesKept) -> bool:
    return kept.all >= ALL + MARGIN and kept.protected >= PROTECTED + MARGIN


def _one_of_a_kind(stations: Iterable[Station]) -> list[str]:
    """Of windows that serve the same only the first is tried."""
    kinds: dict = {}
    for s in sorted(stations, key=lambda s: (len(s.no), s.no)):
        kinds.setdefault((s.services, s.reserved, s.clerk if s.open else None), s.no)
    return list(kinds.values())


def _still_served(stations: dict[str, Station], opened: frozenset[str], before: frozenset[str]) -> bool:
    all_ = lambda numbers: frozenset().union(*(stations[no].services for no in numbers if not stations[no].reserved))
    return all_(opened) == all_(before)


def _kept(state: HallState, now: int, opened: frozenset[str], due: tuple[float, float], runs: int, seed: int) -> PromisesKept:
    first = {s.no: s for s in reversed(state.stations)}
    changed = replace(state, stations=tuple(_for_an_hour(s, s.no in opened, now) if s is first[s.no] else s for s in state.stations))
    lost, lost_protected = _lost(changed, now, runs, seed)
    share = lambda lost, due: max(0.0, 1 - lost / due) if due >= 0.5 else 1.0
    return PromisesKept(windows=len(opened), all=share(lost, due[0]), protected=share(lost_protected, due[1]), lost=lost)


def _for_an_hour(s: Station, open: bool, now: int) -> Station:
    """As it is, or open, or closed, until the hour is over."""
    end = now + HOUR * MINUTE
    if s.open == open or not s.services:
        return s
    after = lambda way: tuple((max(a, end), b) for a, b in way if b > end)
    first = ((now, end),) if open else ()
    some = tuple(first + after(way) for way in s.ways)  # until the hour is over no way its day may go says otherwise
    spans = first + after(s.intervals) or ((end, end + 4 * HOUR * MINUTE),)
    return replace(s, open=open, intervals=spans, ways=some)


def _lost(state: HallState, now: int, runs: int, seed: int) -> tuple[float, float]:
    """(promises that break, those of green and booked among them), the same people and chance each time."""
    f = futures(replace(state, stations=(*state.stations, NOBODY)), now, runs=runs, seed=seed, until=LOOKED)
    return float(f.lost.mean()), float(sum(f.breaking[g].mean() for g in PROTECTED_GROUPS))
