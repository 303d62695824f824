"""How many random examples a test draws: few, always the same ones, or (`hall torture fuzz`) many times as many new ones. No tests here."""

import os

from growth import Watch
from hypothesis import HealthCheck, settings

TIMES = int(os.environ.get("HALL_FUZZ", "1"))


def examples(n):
    """For a test that draws `n` examples where it is one of many. Where it draws many, what stays of each is watched, too."""
    chosen = settings(max_examples=n * TIMES, deadline=None, derandomize=TIMES == 1, database=None, suppress_health_check=list(HealthCheck))
    return chosen if TIMES == 1 else lambda test: chosen(_watched(test, n * TIMES))


def _watched(test, planned):
    test.hypothesis.inner_test = Watch(planned)(test.hypothesis.inner_test)
    return test
