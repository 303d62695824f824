"""The state that a proof starts from is the one that a running hall would start from: the same day, as tickets and windows of a floor."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from config.codes import Class, ServiceKind, State, WindowState
from config.settings.rules import Rules
from server.domain.floor import Floor
from server.domain.things import Hall, Service, Setting, Window
from server.domain.tickets import Leg, Ticket
from server.forecast import backtest, described, simulate
from server.forecast.forward import NEVER
from server.forecast.simulate import RANKS
from server.forecast.state import hall_state

DAY = "1970-01-01"  # its midnight is instant 0, as in a proof
WEEKDAY = "thursday"
TEXT = {
    "visitors": 150, "booked": 0.3, "green": 0.1, "misses": 0.0, "cancels_visibly": 0.0, "profile": {"09:00": 2, "10:00": 3, "11:00": 2},
    "services": [
        {"name": "a", "minutes": 4, "next": "c", "next_share": 0.4},
        {"name": "b", "minutes": 9},
        {"name": "c", "minutes": 14, "complex": True},
    ],
    "windows": [
        {"count": 3, "open": ["09:00-12:00", "13:30-17:00"], "breaks": 0},
        {"services": ["a", "c"], "open": ["09:00-17:00"], "breaks": 0},
    ],
}  # fmt: skip
ms = lambda minute: round(float(minute) * 60_000)


@pytest.fixture(scope="module")
def hall():
    """Services a and b share a prefix; one window has lunch at another time each day."""
    hall = described.describe(TEXT, days=4, seed=3)
    services = [replace(s, series="A" if s.name in "ab" else "C") for s in hall.services]
    others = tuple(w.spans for w in hall.windows[:-1])
    lunch = lambda n: ((540.0, 700.0 + 9 * n), (745.0 + 9 * n, 1020.0))  # of the last window, which works through the hall's break
    days = [replace(day, spans=(*others, lunch(n))) for n, day in enumerate(hall.days)]
    return replace(hall, services=tuple(services), days=tuple(days))


def as_floor(hall, day, run, at, rules):
    """What the journal of that day would hold at minute `at`."""
    windows, tickets = {}, {}
    for n, (w, spans) in enumerate(zip(hall.windows, backtest.worked(hall, day), strict=True)):
        busy = ((run.window == n) & (run.called >= 0) & (run.called < at) & (run.ended > at)).any()
        open = busy or any(a <= at < b for a, b in spans)  # who is serving presses pause when that is done
        since = max((x for span in spans for x in (span[:1] if busy else span) if x <= at), default=0.0)
        shut = WindowState.PAUSED if since and any(a > at for a, _ in spans) else WindowState.CLOSED
        windows[w.no] = Window(
            no=w.no, services=tuple(str(s) for s in w.services), state=WindowState.OPEN if open else shut, since=ms(since), clerk=w.no
        )
    first = set(range(len(day.service))) - {int(j) for j in day.follow if j >= 0}
    for seq, i in enumerate(sorted(first, key=lambda i: (day.arrive[i], i))):
        if run.arrive[i] <= at:
            tickets[str(i)] = a_ticket(hall, day, run, at, i, seq)
    for n, booking in enumerate(day.bookings):
        if str(booking.ticket) not in tickets:
            row = {"id": f"b{n}", "key": None, "day": DAY, "number": None, "seq": None, "series": "", "state": State.BOOKED}
            tickets[f"b{n}"] = Ticket(**row, service=str(booking.service), class_=Class.APPOINTMENT, slot_at=ms(booking.slot))
    kind = lambda s: ServiceKind.COMPLEX if s.complex else ServiceKind.ORDINARY
    settings = {
        "hours": {WEEKDAY: [f"{int(a // 60):02}:{int(a % 60):02}-{int(b // 60):02}:{int(b % 60):02}" for a, b in backtest.hours_of(hall)]},
        "rules": rules.model_dump(mode="json"),
    }
    return Floor(
        day=DAY,
        hall={"hall": Hall(code="33100200000001", name={"zh": "厅"}, timezone="UTC")},
        services={
            str(n): Service(code=str(n), name={}, prefix=s.series, kind=kind(s), minutes=s.minutes) for n, s in enumerate(hall.services)
        },
        windows=windows,
        tickets=tickets,
        settings={name: Setting(name=name, value=value) for name, value in settings.items()},
    )


def a_ticket(hall, day, run, at, i, seq):
    """A number with the leg that it is on."""
    legs, leg = [], i
    while day.follow[leg] >= 0 and run.arrive[day.follow[leg]] <= at:
        done = ms(run.ended[leg])
        legs.append(Leg(service=str(day.service[leg]), line_at=ms(run.arrive[i]), finished_at=done, outcome="done"))
        leg = int(day.follow[leg])
    gone = 0 <= run.gone[leg] <= at and run.called[leg] < 0 or (run.called[leg] >= 0 and run.started[leg] < 0 and run.called[leg] < at)
    called = 0 <= run.called[leg] < at
    over = 0 <= run.ended[leg] <= at
    state = State.EXPIRED if gone else State.DONE if over else State.SERVING if called else State.WAITING
    class_ = Class(RANKS[day.rank[i]])
    return Ticket(
        id=str(i), key=None, day=DAY, number=f"{seq}", seq=seq, series=f"{class_}{hall.services[day.service[i]].series}",
        service=str(day.service[leg]), class_=class_, state=state, issued_at=ms(run.arrive[i]), line_at=ms(run.arrive[i]),
        clock_at=ms(run.clock[leg]), window=hall.windows[run.window[leg]].no if called else None,
        called_at=ms(run.called[leg]) if called else None, started_at=ms(run.started[leg]) if called else None,
        slot_at=ms(day.slot[i]) if day.slot[i] >= 0 else None, legs=tuple(legs),
    )  # fmt: skip


@pytest.mark.parametrize("at", [545.0, 600.0, 660.0, 735.0])
def test_a_proof_starts_from_what_a_running_hall_would(hall, at):
    rules = Rules()
    played = [simulate.play(hall, d, rules) for d in hall.days]
    learned = backtest.learn_days(hall, range(3), played)
    learned = replace(learned, away={w: tuple(replace(x, weekday=-2) for x in some) for w, some in learned.away.items()})
    day = replace(hall.days[3], minutes=tuple(learned.minutes.values()))
    run = simulate.play(hall, day, rules)

    proof = backtest.state_at(hall, day, run, at, rules, learned)
    live = hall_state(as_floor(hall, day, run, at, rules), ms(at), learned)

    people = lambda state: Counter(
        (w.service, w.rank, w.leg > 0, w.complex, w.line_at, w.clock_at, w.target, round(w.expected_s)) for w in state.waiting
    )
    assert len(proof.waiting) > (3 if at > 550 else 0) and people(live) == people(proof)
    rows = lambda state: {(w.service, w.rank, w.clock_at): w.row for w in state.waiting}
    one, other = rows(live), rows(proof)
    assert len({(one[k], other[k]) for k in one}) == len(set(one.values())) == len(set(other.values()))  # the same rows of numbers
    stations = lambda state: {s.no: (s.services, s.open, s.busy_with, s.started_at) for s in state.stations}
    assert stations(live) == stations(proof)
    assert {s.no: sorted(s.ways or (s.intervals,)) for s in live.stations} == {
        s.no: sorted(s.ways or (s.intervals,)) for s in proof.stations
    }
    assert at < 660 or any(s.ways for s in live.stations)  # some days of some windows differ
    coming = lambda state: Counter((b.service, b.slot_at) for b in state.bookings if b.slot_at > ms(at - 40))
    assert coming(live) == coming(proof)
    assert (live.came_today, live.hours, live.midnight, live.complex) == (proof.came_today, proof.hours, proof.midnight, proof.complex)
    assert live.minutes == pytest.approx(proof.minutes)
    assert np.all(run.arrive[day.slot >= 0] < NEVER)
