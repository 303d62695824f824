"""Deciding and predicting stay fast, with numba and without: processor time, so that a busy machine does not make them slow."""

import contextlib
import time

import pytest

from server.domain import forward, paces

LIMITS = {"choose": 0.005, "12 windows": 0.150, "30 windows, 2,000 wait": 0.500}  # seconds


@pytest.mark.parametrize("with_numba", [True, False])
def test_choosing_and_predicting_stay_fast(with_numba):
    with contextlib.nullcontext() if with_numba else forward.plainly():
        for name, rounds, what in paces.cases():
            many = rounds > 100
            took = sorted(paces.timed(time.process_time, 150 if many else 3, what))
            limit = next(seconds for part, seconds in LIMITS.items() if part in name)
            # of many choices the p99; of few predictions the middle one
            assert took[int(0.99 * len(took)) - 1 if many else len(took) // 2] <= limit, (name, took[-5:])
