"""Every state × every action: what the table allows moves, everything else is refused and nothing happens."""

import pytest

from config.codes import State
from server.domain.errors import NotNow
from server.domain.tickets import MOVES, Leg, Ticket

ACTIONS = sorted({action for row in MOVES.values() for action in row})


def ticket(state):
    return Ticket(id="t", key=None, day="2026-11-20", number="A001", seq=1, series="A", service="tax", class_="ordinary", state=state)


# A manager could read this: what may be done with a number, and where it leads.
EXPECTED = """
booked    checkin    waiting
booked    rebook     booked
booked    cancel     cancelled
booked    expire     expired
waiting   call       called
waiting   postpone   waiting
waiting   transfer   waiting
waiting   make_green waiting
waiting   cancel     cancelled
waiting   expire     expired
called    recall     called
called    start      serving
called    miss       missed
called    undo       waiting
called    put_back   waiting
called    cancel     cancelled
called    expire     expired
serving   hold       held
serving   put_back   waiting
serving   transfer   waiting
serving   onward     waiting
held      onward     waiting
serving   finish     done
serving   expire     expired
held      resume     serving
held      finish     done
held      expire     expired
missed    return     waiting
missed    call       called
missed    make_green missed
missed    cancel     cancelled
missed    expire     expired
booked    refer      referred
waiting   refer      referred
serving   refer      referred
referred  take_back  waiting
referred  keep_booking booked
"""
ALLOWED = {(State(a), b): State(c) for a, b, c in (line.split() for line in EXPECTED.split("\n") if line)}


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("action", ACTIONS)
def test_every_state_and_every_action(state, action):
    before = ticket(state)

    if (state, action) in ALLOWED:
        assert before.move(action).state is ALLOWED[state, action]
    else:
        with pytest.raises(NotNow) as refused:
            before.move(action)
        assert refused.value.code == "illegal_move"
        assert refused.value.facts["state"] == state

    assert before == ticket(state)


def test_what_is_over_stays_over():
    assert MOVES[State.DONE] == MOVES[State.CANCELLED] == MOVES[State.EXPIRED] == {}
    assert set(MOVES[State.REFERRED].values()) == {State.WAITING, State.BOOKED}, "back, where the other hall has refused it"


@pytest.mark.parametrize(
    ("called", "started", "finished", "began"),
    [
        (0, 60_000, 300_000, 60_000),  # a clerk who says when the visitor is here
        (0, 300_000, 300_030, 0),  # a keypad that says so only as it ends
        (0, None, 300_000, 0),
        (None, 1_000, 1_030, 1_000),  # called before this was written down
    ],
)
def test_when_a_service_began(called, started, finished, began):
    assert Leg(service="tax", line_at=0, called_at=called, started_at=started, finished_at=finished).began == began
