"""How fast deciding and predicting are, in a hall of a given size. The clock is an argument; a running hall uses nothing of this."""

from __future__ import annotations

import random
from collections.abc import Callable

from config.settings.rules import Rules

from ..domain.dispatch import Station, Waiter, choose
from .forward import compiled
from .learned import Learned
from .wait_picture import HallState
from .waits import predict, predict_all

MIN = 60_000


def cases() -> list[tuple[str, int, Callable[[], object]]]:
    """(name, rounds, what is measured). Promised: choose with 30 windows and 2,000 waiting p99 5 ms; predict 150 ms in an ordinary
    hall, 500 ms with 2,000 waiting. What numba compiles is compiled before."""
    compiled()
    ordinary, now = a_hall(60, windows=12, services=20)
    crowded, _ = a_hall(2000)
    predict(ordinary, now, service="s1")
    turns = iter(range(1 << 30))
    return [
        ("choose: 30 windows, 2,000 wait", 300, lambda: choose(crowded.waiting, crowded.stations[next(turns) % 30], now, crowded.rules)),
        ("predict one: 12 windows, 60 wait", 20, lambda: predict(ordinary, now, service="s1", seed=next(turns))),
        ("predict all: 12 windows, 60 wait", 20, lambda: predict_all(ordinary, now, seed=next(turns))),
        ("predict one: 30 windows, 2,000 wait", 8, lambda: predict(crowded, now, service="s1", seed=next(turns))),
        ("predict all: 30 windows, 2,000 wait", 8, lambda: predict_all(crowded, now, seed=next(turns))),
    ]


def timed(clock: Callable[[], float], rounds: int, what: Callable[[], object]) -> list[float]:
    took = []
    for _ in range(rounds):
        begun = clock()
        what()
        took.append(clock() - begun)
    return took


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
    come = {(s, c): (*[0.0] * 16, *[v] * 20, *[0.0] * 12) for s in codes for c, v in (("ordinary", 1.5), ("green", 0.15))}
    return (
        HallState(
            waiting=tuple(line), stations=stations, minutes=minutes, complex=frozenset(s for s in codes if minutes[s] > 10), rules=rules,
            learned=Learned(days=5, minutes=minutes, come=come), midnight=now - 10 * 60 * MIN, came_today=600,
        ),
        now,
    )  # fmt: skip
