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


def turned(hall, wrong, by):
    """The clock jumps; the hall holds; a manager has both times before him."""
    wrong.by = by
    hall.server.context.upkeep.tick()
    return hall.admin.get("/clock").json


@pytest.mark.parametrize("jump", [DAY, -HOUR])
def test_a_manager_says_that_it_is_right_and_the_hall_goes_by_it(hall, wrong, steady, jump):
    assert hall.admin.get("/clock").json["shown"] is None
    assert hall.admin.post("/clock/confirmation", now="2026-11-20T09:00:00+08:00", shown="2026-11-20T09:00:00+08:00").json["code"] == (
        "clock_believed"
    )
    ticket = hall.kiosk.take()["id"]
    hall.manager.post("/windows/1/calls")
    told = turned(hall, wrong, jump)
    assert (steady(), hall.ledger.floor.day) == (wrong.now, "2026-11-20")

    assert hall.clerk.post("/clock/confirmation", **told).status_code == 403
    wrong.now += 30 * 60 * SECOND  # it was thought about
    assert hall.admin.post("/clock/confirmation", **told).status_code == 201

    assert steady() == wrong.wall() and hall.admin.get("/clock").json["shown"] is None
    (event,) = [row for row in hall.auditor.get("/events", kind="clock.believed").json["items"]]
    assert event["actor"] == "staff:admin" and event["body"]["shown"] == f"{hall.server.context.view().instant(steady()):.16}".replace(
        "T", " "
    )
    hall.server.context.clockwork.tick()
    gone = hall.ledger.floor.tickets.get(ticket)
    if jump > 0:  # what is over by it, ends
        assert hall.ledger.floor.day == "2026-11-21" and gone.state == State.EXPIRED
    else:  # and no time of a number runs backwards
        for gesture in ("service", "completion"):
            assert hall.manager.post(f"/tickets/{ticket}/{gesture}").status_code == 201
        done = hall.ledger.floor.tickets[ticket]
        assert done.issued_at <= done.called_at <= done.started_at <= done.finished_at


def test_what_was_confirmed_is_what_was_seen(hall, wrong, steady):
    told = turned(hall, wrong, DAY)
    wrong.by = 2 * DAY

    answer = hall.admin.post("/clock/confirmation", **told)

    assert (answer.status_code, answer.json["code"]) == (409, "clock_moved") and steady() == wrong.now
    assert not hall.auditor.get("/events", kind="clock.believed").json["items"]


def test_a_day_that_was_never_there_is_left_once_somebody_says_so(hall, wrong, steady):
    first = hall.kiosk.take()["number"]
    hall.admin.post("/clock/confirmation", **turned(hall, wrong, 400 * DAY))
    wrongly = hall.kiosk.take()
    assert hall.ledger.floor.day == "2027-12-25" and wrongly["number"] == first  # a new day's first

    told = turned(hall, wrong, 0)
    assert hall.kiosk.take()["number"] != first and hall.ledger.floor.day == "2027-12-25"
    assert hall.admin.post("/clock/confirmation", **told).status_code == 201
    again = hall.kiosk.take()

    assert hall.ledger.floor.day == "2026-11-20" and again["number"] != first and again["id"] != wrongly["id"]


def test_a_clock_that_shows_less_than_the_last_event_is_not_believed_at_the_start_either(wrong):
    last, wrong.by = wrong.now, -6000 * DAY
    steady = SteadyClock(wrong.wall, wrong.running, last=last)
    wrong.now += HOUR
    assert steady() == last + HOUR and steady.jumped_to == wrong.wall()

    wrong.by = 14 * HOUR  # it is set by the network, and the night has gone by

    assert steady() == wrong.wall() and steady.jumped_to is None
    wrong.by = 40 * HOUR
    assert steady() == wrong.now + 14 * HOUR
