"""A device's queue: order, one answer for each job, retries only of what has not begun, a heartbeat."""

import threading

import pytest
from soon import LONG

from drivers.contract import OK, DeviceAbsent, DeviceRefused, DeviceSilent, Status
from drivers.worker import Worker


class Thing:
    """A device that does what its list says: an error to raise, or anything else to return."""

    def __init__(self, *answers):
        self.answers, self.done, self.closed = list(answers), [], 0

    def status(self):
        return OK

    def close(self):
        self.closed += 1

    def work(self, name):
        answer = self.answers.pop(0) if self.answers else None
        if isinstance(answer, Exception):
            raise answer
        self.done.append(name)
        return answer


def worker(thing, **more):
    return Worker("thing", lambda: thing, pauses=(0.001,), beat=0.05, **more)


def test_jobs_are_done_in_order():
    thing = Thing()
    w = worker(thing)

    jobs = [w.do(lambda d, n=n: d.work(n)) for n in range(20)]
    for job in jobs:
        job.result(LONG)

    assert thing.done == list(range(20))
    w.close()


@pytest.mark.parametrize("error", [DeviceAbsent("gone"), DeviceSilent("silent")])
def test_what_has_not_begun_is_tried_again(error):
    thing = Thing(error, error)
    w = worker(thing)

    w.do(lambda d: d.work("slip")).result(LONG)

    assert thing.done == ["slip"]
    w.close()


@pytest.mark.parametrize("error", [DeviceAbsent("gone", started=True), DeviceSilent("x", started=True), DeviceRefused("no paper")])
def test_what_may_have_happened_or_was_refused_is_not(error):
    thing = Thing(error)
    w = worker(thing)

    with pytest.raises(type(error)):
        w.do(lambda d: d.work("slip")).result(LONG)

    assert thing.done == []
    w.close()


def test_a_job_is_given_up_when_its_time_is_over():
    thing = Thing(*[DeviceAbsent("gone")] * 1000)
    w = worker(thing)

    with pytest.raises(DeviceAbsent):
        w.do(lambda d: d.work("slip"), within=0.05).result(LONG)
    w.close()


def test_a_device_that_was_lost_is_opened_again():
    first, second = Thing(DeviceAbsent("gone")), Thing()
    things = [first, second]
    w = Worker("thing", lambda: things.pop(0), pauses=(0.001,))

    w.do(lambda d: d.work("a")).result(LONG)

    assert first.closed == 1 and second.done == ["a"]
    w.close()
    assert second.closed == 1


def test_a_change_of_state_is_told_once():
    told, seen = [], threading.Event()

    def hear(status):
        told.append(status.code or status.state)
        if len(told) == 3:
            seen.set()

    thing = Thing(DeviceRefused("paper_end"), DeviceRefused("paper_end"), OK)
    w = worker(thing, on_status=hear)
    w._beat = 60
    for _ in range(3):
        w.do(lambda d: d.work("slip")).exception(LONG)

    assert seen.wait(LONG) and told == ["ok", "paper_end", "ok"]
    w.close()


def test_a_later_job_of_the_same_key_makes_the_earlier_superfluous():
    thing, hold = Thing(), threading.Event()
    w = worker(thing)
    w.do(lambda d: hold.wait(LONG))

    first = w.do(lambda d: d.work("A001"), key="bar 3")
    other = w.do(lambda d: d.work("A009"), key="bar 4")
    last = w.do(lambda d: d.work("A002"), key="bar 3")
    hold.set()
    last.result(LONG)

    assert first.cancelled() and other.done() and thing.done == ["A009", "A002"]
    w.close()


def test_a_mistake_in_a_job_does_not_end_the_thread():
    thing = Thing()
    w = worker(thing)

    with pytest.raises(ZeroDivisionError):
        w.do(lambda d: 1 / 0).result(LONG)
    w.do(lambda d: d.work("next")).result(LONG)
    w.close()


def test_after_closing_nobody_waits_for_ever():
    hold = threading.Event()
    w = worker(Thing())
    w.do(lambda d: hold.wait(LONG))
    waiting = w.do(lambda d: d.work("x"))

    threading.Timer(0.05, hold.set).start()
    w.close()

    for job in (waiting, w.do(lambda d: d.work("y"))):
        with pytest.raises(DeviceAbsent):
            job.result(LONG)


def test_before_the_first_answer_the_state_is_unknown():
    hold = threading.Event()
    w = Worker("slow", lambda: hold.wait(LONG) and Thing())

    assert w.status().state == "unknown"
    hold.set()
    w.close()


def test_status_never_waits_for_a_slow_device():
    hold = threading.Event()
    w = worker(Thing())
    w.do(lambda d: hold.wait(LONG))

    assert isinstance(w.status(), Status)
    hold.set()
    w.close()
