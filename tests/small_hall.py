"""A small hall and a clock for tests: values that several test files share. No tests here."""

from server import actions

TEN = 1_795_140_000_000  # Friday 2026-11-20 10:00 in Shanghai


class Clock:
    """Milliseconds since the epoch; moves only when told."""

    def __init__(self, now=TEN):
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
