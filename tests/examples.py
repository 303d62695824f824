"""How many random examples a test draws: few, always the same ones, or (`hall torture fuzz`) many times as many new ones. No tests here."""

import os

from hypothesis import HealthCheck, settings

TIMES = int(os.environ.get("HALL_FUZZ", "1"))


def examples(n):
    """Settings of a test that draws `n` examples where it is one of many."""
    return settings(max_examples=n * TIMES, deadline=None, derandomize=TIMES == 1, database=None, suppress_health_check=list(HealthCheck))
