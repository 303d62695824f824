"""Many days at once: the same day gives the same figures as its own page, and a year of a large hall is told in a second."""

import contextlib
import time
from datetime import date, timedelta

import pytest

from server.record import store
from server.reports.history import history


def read(ledger, first, last):
    with contextlib.closing(store.open_reader(ledger.folder)) as reader:
        return history(reader, first, last, 1_795_200_000_000)


def test_a_day_is_told_as_on_its_own_page(context):
    keypad = context.device("keypad", window="1")
    for _ in range(4):
        context.kiosk.take()
        context.clock.forward(minutes=7)
    called = keypad.post("/windows/1/calls").json
    keypad.post(f"/tickets/{called['id']}/service")
    keypad.post(f"/tickets/{called['id']}/completion")
    context.nobody().post("/evaluations", token=context.link(called), grade=1)
    missed = keypad.post("/windows/1/calls").json
    keypad.post(f"/tickets/{missed['id']}/miss")
    context.clock.forward(minutes=24 * 60)
    context.server.context.clockwork.tick()  # two were never called

    (own,) = context.manager.get("/figures?day=2026-11-20").json["services"]
    told = context.manager.get("/history?from=2026-11-01&to=2026-11-20").json

    told_of_it = {key: value for key, value in own.items() if key != "code"}
    assert told_of_it["issued"] == 4 and told_of_it["kept_pct"] == 50
    assert told["total"] == told_of_it
    assert told["services"] == [{"code": "tax"} | told_of_it] and told["periods"] == [{"day": "2026-11-20"} | told_of_it]
    assert {one["grade"]: one["n"] for one in told["grades"]} == {5: 0, 4: 0, 3: 0, 2: 0, 1: 1} and told["days"] == 1


@pytest.mark.parametrize(("first", "step", "periods"), [("2026-10-20", "day", 32), ("2025-11-21", "week", 53), ("2024-06-01", "month", 18)])
def test_the_longer_the_span_the_wider_its_steps(ledger, first, step, periods):
    put(ledger, 366, 2)

    told = read(ledger, first, "2026-11-20")

    assert (told["step"], len(told["periods"])) == (step, min(periods, len(told["periods"])))
    assert told["total"]["issued"] == sum(period["issued"] for period in told["periods"])


def test_a_span_without_visitors_says_nothing_rather_than_zero(ledger):
    told = read(ledger, "2020-01-01", "2020-01-31")

    assert told["periods"] == [] and told["total"]["kept_pct"] is None


def test_a_year_of_a_large_hall_is_told_at_once(ledger, record_property):
    put(ledger, 365, 300)
    begun = time.perf_counter()

    told = read(ledger, "2025-11-21", "2026-11-20")

    record_property("year_s", round(time.perf_counter() - begun, 2))
    assert told["total"]["issued"] == 365 * 300


def put(ledger, days, each):
    """Past days with so many numbers each, straight into the table."""

    def rows():
        for back in range(days):
            day = (date(2026, 11, 20) - timedelta(days=back)).isoformat()
            for n in range(each):
                at = 1_795_000_000_000 - back * 86_400_000 + n * 60_000
                leg = f'[{{"service":"tax","line_at":{at},"called_at":{at + n * 9000},"window":"1"}}]'
                yield (f"{day}-{n}", day, f"A{n:03}", n, at, at, at, at + n * 9000, leg)

    names = 'id, day, number, seq, issued_at, line_at, clock_at, called_at, legs, series, service, "class", channel, state, target'
    more = "'A', 'tax', 'ordinary', 'kiosk', 'done', 1800, 1, 0, 'zh', 0, '[]'"
    ledger.connection.execute("BEGIN")
    ledger.connection.executemany(
        f"INSERT INTO tickets({names}, times_called, misses, language, offline, onward) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, {more})", rows()
    )
    ledger.connection.execute("COMMIT")
