"""How fast deciding and predicting are, in a hall of a given size. The clock is an argument; a running hall uses nothing of this."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace

from config.codes import Class, ServiceKind, State, WindowState
from config.settings.rules import Rules

from ..domain.dispatch import Station, Waiter, choose
from ..domain.floor import INDEXES, Floor
from ..domain.line import next_for
from ..domain.tables import IndexedTable
from ..domain.things import Service, Window
from ..domain.tickets import Ticket
from .ahead_task import PAUSE, look
from .forward import compiled
from .learned import Learned
from .wait_picture import HallState
from .waits import predict, predict_all

MIN = 60_000
GAP = 5.0  # s between two things that happen in a busy hall


def cases() -> list[tuple[str, int, Callable[[], object]]]:
    """(name, rounds, what is measured). Promised: choose with 30 windows and 2,000 waiting, and the whole way from the hall's picture to
    the number that is next, p99 5 ms; predict 150 ms in an ordinary
    hall, 500 ms with 2,000 waiting. What numba compiles is compiled before."""
    compiled()
    ordinary, now = a_hall(60, windows=12, services=20)
    crowded, _ = a_hall(2000)
    predict(ordinary, now, service="s1")
    turns, calls, floor = iter(range(1 << 30)), iter(range(1 << 30)), a_floor(crowded)
    return [
        ("choose: 30 windows, 2,000 wait", 300, lambda: choose(crowded.waiting, crowded.stations[next(turns) % 30], now, crowded.rules)),
        ("next number: 30 windows, 2,000 wait", 300, lambda: next_for(floor, floor.windows[str(next(calls) % 30 + 1)], now)),
        ("predict one: 12 windows, 60 wait", 20, lambda: predict(ordinary, now, service="s1", seed=next(turns))),
        ("predict all: 12 windows, 60 wait", 20, lambda: predict_all(ordinary, now, seed=next(turns))),
        ("predict one: 30 windows, 2,000 wait", 8, lambda: predict(crowded, now, service="s1", seed=next(turns))),
        ("predict all: 30 windows, 2,000 wait", 8, lambda: predict_all(crowded, now, seed=next(turns))),
    ]


@dataclass(frozen=True, kw_only=True)
class CallsAhead:
    """Calls in a busy hall and what looking ahead did for them. `times`: seconds for all windows of one picture."""

    times: list[float]
    late: int  # calls that came before the look was done, or at a window that was not reached
    turned: int  # calls that went by it and not by the index


def calls_ahead(clock: Callable[[], float], rounds: int, seed: int = 1) -> CallsAhead:
    """So many calls, GAP seconds after the last change of the hall on average: 12 windows, 60 waiting, somebody new for each called."""
    state, now = a_hall(60, windows=12, services=20)
    floor, rng = a_floor(state), random.Random(seed)
    times: list[float] = []
    late = turned = 0
    for n in range(rounds):
        begun = clock()
        found = look(floor, now, state.learned, clock)
        times.append(clock() - begun)
        no = rng.choice(sorted(floor.windows))
        gap = rng.expovariate(1 / GAP)
        late += gap < times[-1] + PAUSE or no not in found
        choice = next_for(floor, floor.windows[no], now, learned=state.minutes, ahead=found)
        if choice is None:
            continue
        turned += choice.code == "ahead"
        now += round(1000 * gap)
        called = replace(floor.tickets[choice.ticket.id], state=State.SERVING, window=no, called_at=now, started_at=now)
        new = replace(
            rng.choice(list(floor.waiting())), id=f"new{n}", number=f"N{n}", seq=10_000 + n, issued_at=now, line_at=now, clock_at=now
        )
        done = [replace(t, state=State.DONE, finished_at=now) for t in [floor.at_window(no)] if t]
        floor = floor.with_rows(floor.seq + 1, {"tickets": {t.id: t for t in (*done, called, new)}})
    return CallsAhead(times=times, late=late, turned=turned)


def timed(clock: Callable[[], float], rounds: int, what: Callable[[], object]) -> list[float]:
    took = []
    for _ in range(rounds):
        begun = clock()
        what()
        took.append(clock() - begun)
    return took


def a_floor(state: HallState) -> Floor:
    """The same hall as the picture that calls are made from."""
    kind = lambda s: ServiceKind.COMPLEX if s in state.complex else ServiceKind.ORDINARY
    tickets = [
        Ticket(
            id=w.id, key=None, day="2023-11-15", number=w.number, seq=n, series=w.series, service=w.service, class_=Class(w.class_),
            issued_at=w.line_at, line_at=w.line_at, clock_at=w.clock_at,
        )
        for n, w in enumerate(state.waiting)
    ]  # fmt: skip
    return Floor(
        day="2023-11-15",
        services={s: Service(code=s, name={}, kind=kind(s), minutes=m) for s, m in state.minutes.items()},
        windows={s.no: Window(no=s.no, services=tuple(s.services), state=WindowState.OPEN) for s in state.stations},
        tickets=IndexedTable(INDEXES["tickets"], {t.id: t for t in tickets}),
    )


def a_hall(waiting: int, *, windows: int = 30, services: int = 56, seed: int = 1) -> tuple[HallState, int]:
    """A busy hall at ten in the morning, and its instant."""
    rng = random.Random(seed)
    now = 1_700_000_000_000
    codes = [f"s{k}" for k in range(services)]
    minutes = {s: rng.choice([4.0, 5.0, 7.0, 9.0, 12.0, 16.0]) for s in codes}
    rules = Rules()
    line = []
    for k in range(waiting):
        s, c = rng.choice(codes), rng.choices(["ordinary", "appointment", "green"], [7, 2, 1])[0]
        at = now - int(rng.uniform(0, 60) * MIN)
        kind = "complex" if minutes[s] > 10 else "ordinary"
        line.append(
            Waiter(
                id=str(k), number=f"A{k:04}", series=f"{s}/{c}", service=s, class_=c, complex=kind == "complex", line_at=at, clock_at=at,
                target=rules.promise(kind=kind, class_=c).target_s, expected_s=minutes[s] * 60,
            )
        )  # fmt: skip
    stations = tuple(
        Station(
            no=str(w + 1),
            services=frozenset(codes if w < windows // 4 else rng.sample(codes, max(2, services // 5))),
            busy_with=rng.choice(codes),
            started_at=now - int(rng.uniform(0, 6) * MIN),
        )
        for w in range(windows)
    )
    come = {(s, c): (*[0.0] * 32, *[v] * 40, *[0.0] * 24) for s in codes for c, v in (("ordinary", 0.75), ("green", 0.075))}
    return (
        HallState(
            waiting=tuple(line), stations=stations, minutes=minutes, complex=frozenset(s for s in codes if minutes[s] > 10), rules=rules,
            learned=Learned(days=5, minutes=minutes, come=come), midnight=now - 10 * 60 * MIN, came_today=600,
        ),
        now,
    )  # fmt: skip
