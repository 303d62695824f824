"""Which weights would have kept more on a hall's own past days: searched for on some of them, judged on the others. Pure and repeatable.

The days are run by the very dispatch that calls at the windows (simulate.play). Every other day is held out: weights are found on each
half and judged on the other, and hold only where both together gain (docs/decisions/0010-dispatch.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from config.settings.rules import WEIGHTS, Rules, RulesInForce

from .simulate import Day, DescribedHall, play, score

MOST_DAYS, LEAST_DAYS, LEAST_NUMBERS = 20, 8, 40  # past days, and numbers on one that counts
LEAST_GAIN = 0.1  # points on the days held out, below which the shipped weights stay
ROUNDS, EACH, BEST = 7, 20, 6  # of the search: rounds, tries in each, and those of them that are gone on from
WIDE = np.array([0.6] * 6 + [0.3, 1.0])  # sd of the logs of the factors at first
NARROW = 0.05
PULL = 0.125  # points that a factor costs by the square of its log: unlike the shipped ones only for a reason
SEED = 1


@dataclass(frozen=True, kw_only=True)
class Weighed:
    """What came of it. `gain`: points of the score more on days that were held out."""

    outcome: Literal["few", "shipped", "found"] = "few"
    days: int = 0
    gain: float = 0.0
    factors: dict[str, float] = field(default_factory=dict)


def weigh(hall: DescribedHall, rules: Rules) -> Weighed:
    """The factors that a hall's days speak for; `rules` as they are set, without any."""
    rng = np.random.default_rng(SEED)
    halves = hall.days[::2], hall.days[1::2]
    found = [_search(hall, half, rules, rng) for half in halves]
    gains = [_points(hall, other, rules, own) - _points(hall, other, rules) for own, other in zip(found, reversed(halves), strict=True)]
    gain, factors = round(float(np.mean(gains)), 1), np.exp(np.mean(found, axis=0))
    if np.mean(gains) < LEAST_GAIN:
        return Weighed(outcome="shipped", days=len(hall.days), gain=gain)
    told = {name: round(float(f), 2) for name, f in zip(WEIGHTS, factors, strict=True)}
    return Weighed(outcome="found", days=len(hall.days), gain=gain, factors=told)


def _search(hall: DescribedHall, days: Sequence[Day], rules: Rules, rng: np.random.Generator) -> np.ndarray:
    """Logs of the factors, by the cross-entropy method: tries about a middle, which moves to the mean of the best of them."""
    middle, wide = np.zeros(len(WEIGHTS)), WIDE
    for _ in range(ROUNDS):
        tries = middle + wide * rng.standard_normal((EACH, len(WEIGHTS)))
        tries[:, :6] -= tries[:, :6].mean(1, keepdims=True)  # only how they stand to each other counts
        worth = [_points(hall, days, rules, one) - PULL * float(one @ one) for one in tries]
        best = tries[np.argsort(worth)[-BEST:]]
        middle, wide = best.mean(0), (wide + np.maximum(best.std(0), NARROW)) / 2
    return middle


def _points(hall: DescribedHall, days: Sequence[Day], rules: Rules, logs: np.ndarray | None = None) -> float:
    """The score of these days with such factors."""
    if logs is not None:
        rules = weighing(rules, np.exp(np.clip(logs, -2.0, 2.0)).tolist())
    return score(hall, days, [play(hall, day, rules) for day in days], rules).score


def weighing(rules: Rules, factors: Sequence[float]) -> RulesInForce:
    return RulesInForce.model_construct(**dict(rules), found=tuple(factors))
