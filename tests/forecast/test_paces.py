"""What the bench measures of deciding and predicting is real work, with numba and without. How long it takes is for the bench to say."""

import contextlib

import pytest

from server.forecast import forward, paces


@pytest.mark.parametrize("with_numba", [True, False])
def test_the_bench_chooses_and_predicts_in_crowded_halls(with_numba):
    with contextlib.nullcontext() if with_numba else forward.plainly():
        made = {name: what() for name, _, what in paces.cases()}

    assert made["choose: 30 windows, 2,000 wait"].ticket.number and made["next number: 30 windows, 2,000 wait"].ticket.number
    assert 0 < made["predict one: 12 windows, 60 wait"].p50 < made["predict one: 30 windows, 2,000 wait"].p50
    assert len(made["predict all: 30 windows, 2,000 wait"].tickets) == 2000
