"""What every room's tests share: a clock that stands still until told, and a small hall on a fresh database."""

import pytest

from server import actions
from server.ledger import Ledger

NINE = 1_795_140_000_000  # Friday 2026-11-20 09:20 in Shanghai


class Clock:
    """Milliseconds since the epoch; moves only when told."""

    def __init__(self, now=NINE):
        self.now = now

    def __call__(self):
        return self.now

    def forward(self, minutes=0.0, seconds=0.0):
        self.now += int(minutes * 60_000 + seconds * 1000)
        return self.now


SERVICES = [
    {"code": "tax", "name": "税务申报", "name_en": "Tax", "prefix": "A", "minutes": 6},
    {"code": "social", "name": "社保参保登记", "name_en": "Social insurance", "prefix": "B", "minutes": 8},
    {"code": "estate", "name": "不动产转移登记", "name_en": "Title transfer", "prefix": "C", "kind": "complex", "minutes": 20},
]
WINDOWS = [
    {"no": "1", "name": "1号窗口", "services": ["tax", "social"]},
    {"no": "2", "name": "2号窗口", "services": ["tax", "social"]},
    {"no": "3", "name": "3号窗口", "services": ["estate"]},
    {"no": "A12", "name": "A12号窗口", "services": ["tax", "social", "estate"]},
]


def small_hall(ledger, **settings):
    hall = {"code": "33100200000001", "name": "示例县政务服务中心", "name_en": "Example Hall"}
    ledger.do("test", actions.load_hall, hall=hall, services=SERVICES, windows=WINDOWS, settings=settings)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def ledger(tmp_path, clock):
    """A ledger with the small hall, all its windows open."""
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
    return lambda service="tax", **named: ledger.do("kiosk:k1", actions.issue_ticket, service=service, **named)
