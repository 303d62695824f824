"""How fast deciding and predicting are, in a hall of a given size. The clock is an argument; a running hall uses nothing of this."""

from __future__ import annotations

import random
from collections.abc import Callable

from .dispatch import Station, Waiter, choose
from .forward import compiled
from .learn import Learned
from .rules import Rules
from .waits import HallState, predict, predict_all

MIN = 60_000


def bench(clock: Callable[[], float], *, rounds: int = 200) -> dict:
    """{"numba": bool, "warm_up": seconds, "choose": {…}, "predict": {…}, "predict_all": {…}}; figures in milliseconds.

    `clock` gives seconds (time.perf_counter). The promises: choose with 30 windows and 2,000 waiting p99 5 ms; predict 150 ms in an
    ordinary hall, 500 ms with 2,000 waiting.
    """
    begun = clock()
    numba = compiled() is not None
    ordinary, now = a_hall(60, windows=12, services=20)
    predict(ordinary, now, service="s1")
    warm = clock() - begun
    crowded, _ = a_hall(2000)
    out = {"numba": numba, "warm_up": round(warm, 2)}
    turns = iter(range(1 << 30))
    out["choose_2000"] = _timed(clock, rounds, lambda: choose(crowded.waiting, crowded.stations[next(turns) % 30], now, crowded.rules))
    out["predict_ordinary"] = _timed(clock, max(5, rounds // 10), lambda: predict(ordinary, now, service="s1", seed=next(turns)))
    out["predict_2000"] = _timed(clock, max(5, rounds // 20), lambda: predict(crowded, now, service="s1", seed=next(turns)))
    out["predict_all_ordinary"] = _timed(clock, max(5, rounds // 10), lambda: predict_all(ordinary, now, seed=next(turns)))
    out["predict_all_2000"] = _timed(clock, max(5, rounds // 20), lambda: predict_all(crowded, now, seed=next(turns)))
    return out


def _timed(clock, rounds: int, what: Callable) -> dict:
    took = []
    for _ in range(rounds):
        begun = clock()
        what()
        took.append(1000 * (clock() - begun))
    took.sort()
    return {"p50": round(took[len(took) // 2], 2), "p99": round(took[min(len(took) - 1, int(0.99 * len(took)))], 2), "rounds": rounds}


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
