"""What every room's tests share: a clock that stands still until told, and a small hall on a fresh database.

The server is imported by what needs it: a file of tests of another room starts without it.
"""

import pytest
from soon import LONG


@pytest.fixture(name="small_hall", scope="session")
def _small_hall():
    from small_hall import small_hall

    return small_hall


@pytest.fixture(scope="session")
def clock_of():
    from small_hall import Clock

    return Clock


@pytest.fixture(scope="session")
def chromium():
    """The one browser of a run: the library allows no second one beside it."""
    import os

    from playwright.sync_api import sync_playwright
    from tools.shots import CHROMIUM

    if not os.access(CHROMIUM, os.X_OK):
        pytest.fail(f"There is no {CHROMIUM}: tests of pages need a real browser (./hall test installs one).", pytrace=False)
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=CHROMIUM, args=["--autoplay-policy=no-user-gesture-required"])
        new = browser.new_context

        def patient(**more):
            context = new(**more)
            context.set_default_timeout(LONG * 1000)
            return context

        browser.new_context = patient
        yield browser
        browser.close()


@pytest.fixture
def clock(clock_of):
    return clock_of()


@pytest.fixture
def ledger(tmp_path, clock, small_hall):
    """A ledger with the small hall, all its windows open."""
    from server import actions
    from server.record.ledger import Ledger

    ledger = Ledger(tmp_path / "data", clock=clock)
    small_hall(ledger)
    for no in ("1", "2", "3", "A12"):
        ledger.do("test", actions.set_window, window=no, state="open", clerk=f"clerk{no}")
    yield ledger
    ledger.close()


class Desk:
    """A clerk's gestures at one window, so that tests read like a morning."""

    def __init__(self, ledger, no):
        self.ledger, self.no = ledger, no

    def __getattr__(self, name):
        from server import actions

        def gesture(*args, **named):
            if args:
                named["ticket"] = args[0].id if hasattr(args[0], "id") else args[0]
            if name in ("call_next", "call_ticket", "set_window"):
                named["window"] = self.no
            return self.ledger.do(f"window:{self.no}", getattr(actions, name), **named)

        return gesture


@pytest.fixture
def desk(ledger):
    return lambda no: Desk(ledger, no)


@pytest.fixture
def take(ledger):
    """Takes a number for a service."""
    from server import actions

    return lambda service="tax", **named: ledger.do("kiosk:k1", actions.issue_ticket, service=service, **named)
