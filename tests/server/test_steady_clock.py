"""A clock that is wrong for a while does no lasting damage: nothing expires, no day ends, no time runs backwards. Clocks are handed in."""

import pytest
from doors import Context
from small_hall import small_hall

from config.codes import State
from server.runtime.steady_clock import JUMP, SteadyClock

SECOND, HOUR, DAY = 1000, 3_600_000, 86_400_000
JUMPS = {"eight days": 8 * DAY, "400 days": 400 * DAY, "a day": DAY, "an hour back": -HOUR}


class Wrong:
    """The computer's clock (`wall`) and the one that nobody sets (`running`)."""

    def __init__(self, start):
        self.now, self.start, self.by = start, start, 0

    def wall(self):
        return self.now + self.by

    def running(self):
        return self.now - self.start + 5000.0


@pytest.fixture
def wrong(clock):
    return Wrong(clock())


@pytest.fixture
def steady(wrong):
    return SteadyClock(wrong.wall, wrong.running)


@pytest.fixture
def hall(tmp_path, steady):
    context = Context(tmp_path / "data", steady, small_hall)
    yield context
    context.close()


@pytest.mark.parametrize("jump", JUMPS)
def test_a_jump_expires_nobody_ends_no_day_and_turns_no_time_back(hall, wrong, jump):
    context, tickets = hall.server.context, []

    def a_moment(by):
        wrong.by, wrong.now = by, wrong.now + 7 * SECOND
        tickets.append(hall.kiosk.post("/tickets", service="tax").json["id"])
        context.clockwork.tick()
        context.upkeep.tick()
        return dict(context.warnings)

    day = hall.ledger.floor.day
    said = [a_moment(by) for by in (0, JUMPS[jump], JUMPS[jump], 0)]

    floor = hall.ledger.floor
    there = [floor.tickets[id] for id in tickets]
    assert [("clock" in one) for one in said] == [False, True, True, False]
    assert {t.state for t in there} == {State.WAITING} and {t.day for t in there} == {floor.day} == {day}
    assert [b.issued_at - a.issued_at for a, b in zip(there, there[1:], strict=False)] == [7 * SECOND] * 3
    assert all(floor.windows[no].state == "open" for no in ("1", "2", "3"))


def test_a_clock_that_is_put_right_little_by_little_is_followed(wrong, steady):
    for _ in range(10):
        wrong.by += JUMP - 1
        assert steady() == wrong.wall() and steady.jumped_to is None


def test_a_clock_that_stays_where_it_jumped_to_is_believed_by_the_next_start_only(wrong, steady):
    wrong.by = DAY
    wrong.now += 3 * HOUR

    assert steady() == wrong.now and steady.jumped_to == wrong.wall()
    assert SteadyClock(wrong.wall, wrong.running)() == wrong.wall()
