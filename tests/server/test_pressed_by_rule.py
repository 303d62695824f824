"""What the hall presses by itself where its rules say so: the next one after a service, again or missed where nobody comes. Never more
than a person would: a window of which nobody knows whether somebody sits there calls nobody through."""

import pytest

from config.codes import State
from server import actions
from server.runtime.clockwork import Clockwork


@pytest.fixture
def hall(ledger, clock):
    """`hall(seconds)`: as many go by, second by second, and the hall does what is due."""

    def later(seconds=0, step=2):
        for _ in range(0, max(seconds, 1), step):
            clock.forward(seconds=step if seconds else 0)
            Clockwork(ledger).tick()

    for no, clerk in (("1", "wang"), ("2", "li")):
        ledger.do("staff:" + clerk, actions.set_window, window=no, state="closed")
        ledger.do("staff:" + clerk, actions.set_window, window=no, state="open", clerk=clerk)
    return later


def rule(ledger, **calls):
    ledger.do("staff:boss", actions.put_setting, name="calls", value=calls)


def serve(desk, clock, no="1", minutes=3, start=True):
    called = desk(no).call_next()
    clock.forward(minutes=0 if start else minutes)
    desk(no).start_service(called)
    clock.forward(minutes=minutes if start else 0)
    desk(no).finish(called)


def there(ledger, no="1"):
    now = ledger.floor.at_window(no)
    return now and (now.number, str(now.state), now.times_called)


def test_the_next_one_is_called_when_the_clerks_own_time_is_over(take, desk, ledger, clock, hall):
    rule(ledger, auto_call=True, wrap_up_s=30)
    for _ in range(3):
        take("tax")
    serve(desk, clock)

    hall(28)
    assert there(ledger) is None
    hall(4)

    assert there(ledger) == ("A002", "called", 1)
    event = ledger.connection.execute("SELECT actor, body FROM events WHERE kind = 'ticket.called' ORDER BY seq DESC").fetchone()
    assert event["actor"] == "hall" and '"why"' in event["body"]
    assert ledger.floor.at_window("1").clerk == "wang"
    assert there(ledger, "2") is None  # nobody has been served there yet: its clerk calls


def test_nobody_is_called_to_a_window_that_pauses_or_was_waited_for_in_vain(take, desk, ledger, clock, hall):
    rule(ledger, auto_call=True)
    for _ in range(4):
        take("tax")
    serve(desk, clock)
    ledger.do("staff:wang", actions.set_window, window="1", state="paused", reason="喝水")
    hall(10)
    assert there(ledger) is None
    ledger.do("staff:wang", actions.set_window, window="1", state="open", clerk="wang")
    hall(10)
    assert there(ledger) is None  # back from the pause: a press says so

    desk("1").mark_missed(desk("1").call_next())
    hall(600)
    assert there(ledger) is None


def test_who_comes_later_is_called_by_itself_too(take, desk, ledger, clock, hall):
    rule(ledger, auto_call=True)
    take("tax")
    serve(desk, clock)
    hall(120)

    take("tax")
    hall(2)

    assert there(ledger) == ("A002", "called", 1)


def test_who_does_not_come_is_called_again_as_often_as_is_due_and_missed(take, desk, ledger, clock, hall):
    rule(ledger, auto_miss_s=60, recalls_before_miss=1, auto_call=True)
    for _ in range(3):
        take("tax")
    serve(desk, clock)
    hall(2)
    assert there(ledger) == ("A002", "called", 1)

    hall(58)
    assert there(ledger) == ("A002", "called", 1)
    hall(4)
    assert there(ledger) == ("A002", "called", 2)
    hall(40)
    ledger.do("staff:wang", actions.recall, ticket=ledger.floor.at_window("1").id)  # the clerk calls once more: the time begins anew
    hall(58)
    assert there(ledger) == ("A002", "called", 3)
    hall(4)

    assert there(ledger) is None and [t.number for t in ledger.floor.live() if t.state is State.MISSED] == ["A002"]
    hall(1200)
    assert there(ledger) is None  # nobody sits there, perhaps: A003 is not called through as well
    assert next(t for t in ledger.floor.live() if t.number == "A003").state is State.WAITING


def test_nobody_is_missed_who_may_be_at_the_window(take, desk, ledger, clock, hall):
    rule(ledger, auto_miss_s=60)
    for _ in range(3):
        take("tax")
    serve(desk, clock, start=False)  # a keypad without a key for "the visitor is here" says so as it ends
    desk("1").call_next()

    hall(600)

    assert there(ledger) == ("A002", "called", 1)


def test_a_window_in_its_own_time_is_not_told_to_be_idle(take, desk, ledger, clock, hall):
    from server.domain.watch import standing

    rule(ledger, wrap_up_s=120)
    ledger.do("staff:boss", actions.put_setting, name="alerting", value={"idle_s": 60})
    take("tax"), take("tax")
    serve(desk, clock)
    idle = lambda: [one.subject for one in standing(ledger.floor, clock()) if one.kind == "idle_window" and one.subject == "1"]

    clock.forward(seconds=150)
    assert not idle()
    clock.forward(seconds=60)
    assert idle()
