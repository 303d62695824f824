"""How tests wait for another thread, process or page, and how they get on with the time of day. No tests here."""

import time
from datetime import UTC, datetime

LONG = 120.0  # seconds; a loaded machine must not fail a test, and a green one never waits so long


def until(what, seconds=LONG, why=""):
    """Asks `what()` again and again until it gives something true, and gives that; fails with a sentence when the time is over."""
    end = time.monotonic() + seconds
    while not (value := what()):
        if time.monotonic() > end:
            said = why() if callable(why) else why
            raise AssertionError(f"It did not happen within {seconds:g} s{f': {said}' if said else ''}.")
        time.sleep(0.01)
    return value


def noon():
    """The time zone in which it is about noon: whenever the tests run, the hall's day is far from its end."""
    east = 12 - datetime.now(UTC).hour  # hours
    return f"Etc/GMT{-east:+d}"  # which counts them westwards
