"""What the bench measures of deciding and predicting is real work, with numba and without. How long it takes is for the bench to say."""

import contextlib

import pytest

from server.domain import dispatch
from server.domain.dispatch import Instead
from server.forecast import ahead_task, forward, paces


@pytest.mark.parametrize("with_numba", [True, False])
def test_the_bench_chooses_and_predicts_in_crowded_halls(with_numba):
    with contextlib.nullcontext() if with_numba else forward.plainly():
        made = {name: what() for name, _, what in paces.cases()}

    assert made["choose: 30 windows, 2,000 wait"].ticket.number and made["next number: 30 windows, 2,000 wait"].ticket.number
    assert 0 < made["predict one: 12 windows, 60 wait"].p50 < made["predict one: 30 windows, 2,000 wait"].p50
    assert len(made["predict all: 30 windows, 2,000 wait"].tickets) == 2000


def test_the_bench_counts_calls_that_were_looked_ahead_at_and_those_that_came_too_early(monkeypatch):
    class Second:
        def __init__(self, state, now, seed):
            self.state, self.now = state, now

        def better(self, no):
            station = next(s for s in self.state.stations if s.no == no)
            line = dispatch.heads((w for w in self.state.waiting if station.may_serve(w)), self.state.rules)
            some = [w for value, w in dispatch.ranked(line, station, self.now, self.state.rules) if value < dispatch.TIER]
            return Instead(ticket=some[1].id, index=some[0].id, minutes=90) if len(some) > 1 else None

    monkeypatch.setattr(ahead_task, "FuturesAhead", Second)

    found = paces.calls_ahead(lambda: 0.0, 12)

    assert len(found.times) == 12 and 0 < found.turned <= 12 and found.late < 12
