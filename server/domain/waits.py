"""How long it will be: the hall's own dispatch run forward from the present state. Pure: the present state and `now` are arguments.

How to call it (instants ms, durations seconds; run it beside the writer, from a snapshot):

    state = HallState(waiting=(Waiter…), stations=(Station…), minutes={service: usual minutes}, complex={service codes}, rules=rules)
    look  = predict_all(state, now)            # everything at once
    look.tickets[ticket id] -> Wait            # from now until the call, for each ticket waiting
    look.new[(service, class_)] -> Wait        # for someone who takes a number now; absent where no window serves it today
    predict(state, now, service="tax", class_="ordinary") -> Wait | None      # one of the above, afresh

Wait.p10, p50, p90 are seconds from `now`. words(wait) gives the honest range shown to people ("约 12–20 分钟").
"""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass, field, replace

from .dispatch import Station, Waiter, choose
from .rules import APPOINTMENT, GREEN, ORDINARY, Rules

MINUTE = 60_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Wait:
    """Seconds from `at` (ms) until called."""

    p10: int
    p50: int
    p90: int
    at: int


@dataclass(frozen=True, kw_only=True)
class HallState:
    waiting: tuple[Waiter, ...]
    stations: tuple[Station, ...]
    minutes: dict[str, float]  # usual handling time of each service
    complex: frozenset[str] = frozenset()
    rules: Rules = field(default_factory=Rules)


@dataclass(frozen=True, kw_only=True)
class Look:
    """What can be said of the coming hours at one instant."""

    at: int
    tickets: dict[str, Wait]
    new: dict[tuple[str, str], Wait]


def predict_all(state: HallState, now: int) -> Look:
    """Waits of all tickets in line and of a new one in each service and class."""
    ghosts = [
        Waiter(
            id=f"\0{service}\0{class_}",
            number="",
            series=f"\0{service}\0{class_}",
            service=service,
            class_=class_,
            complex=service in state.complex,
            line_at=now,
            clock_at=now,
            target=state.rules.promise(kind="complex" if service in state.complex else "ordinary", class_=class_, service=service).target_s,
            expected_s=minutes * 60,
        )
        for service, minutes in state.minutes.items()
        for class_ in (ORDINARY, APPOINTMENT, GREEN)
    ]
    called = _run(state, ghosts, now)
    spread = {key: _spread(seconds, now) for key, seconds in called.items()}
    return Look(
        at=now,
        tickets={k: w for k, w in spread.items() if not k.startswith("\0")},
        new={tuple(k[1:].split("\0")): w for k, w in spread.items() if k.startswith("\0")},
    )


def predict(state: HallState, now: int, *, service: str, class_: str = ORDINARY) -> Wait | None:
    """The wait of someone who takes a number for `service` now; None where no open window serves it."""
    return predict_all(state, now).new.get((service, class_))


def _run(state: HallState, ghosts: list[Waiter], now: int) -> dict[str, float]:
    """Ticket id -> seconds until the call, with the usual times. A ghost is called at no cost, so it disturbs nobody."""
    waiting = {w.id: replace(w, expected_s=state.minutes.get(w.service, 8.0) * 60) for w in (*state.waiting, *ghosts)}
    ready = []
    for n, s in enumerate(state.stations):
        if s.open:
            left = 0.0
            if s.busy_with is not None and s.started_at is not None:
                left = max(60.0, state.minutes.get(s.busy_with, 8.0) * 60 - (now - s.started_at) / 1000)
            heapq.heappush(ready, (now + int(left * 1000), n))
    called = {}
    while ready and waiting:
        at, n = heapq.heappop(ready)
        choice = choose(waiting.values(), state.stations[n], at, state.rules)
        if choice is None:
            continue
        w = waiting.pop(choice.ticket.id)
        called[w.id] = (at - now) / 1000
        busy = 0 if w.id.startswith("\0") else int((w.expected_s + state.rules.walk_to_window_s) * 1000)
        heapq.heappush(ready, (at + busy, n))
    return called


def _spread(seconds: float, now: int) -> Wait:
    deviation = math.sqrt(seconds * 480.0) * 0.6
    return Wait(p10=max(0, round(seconds - 1.28 * deviation)), p50=round(seconds), p90=round(seconds + 1.28 * deviation), at=now)


def words(wait: Wait | None) -> dict:
    """The range shown to people: {"zh": "约 12–20 分钟", "en": "about 12–20 min"}; never a false precision, never a made-up zero."""
    if wait is None:
        return {"zh": "暂无窗口办理，无法估计", "en": "No window serves this now"}
    low, high = _round_minutes(wait.p50 * 0.5 + wait.p10 * 0.5, math.floor), _round_minutes(wait.p90, math.ceil)
    if high <= 5:
        return {"zh": "约 5 分钟以内", "en": "within about 5 min"}
    return {"zh": f"约 {low}–{high} 分钟", "en": f"about {low}–{high} min"}


def _round_minutes(seconds: float, way) -> int:
    minutes = seconds / 60
    step = 1 if minutes <= 20 else 5
    return int(way(minutes / step) * step)
