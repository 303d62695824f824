"""Who is said when: the order of calls, recalls, quiet hours, and that only one is said at a time."""

import threading
from datetime import datetime

import pytest
from soon import until

from config.schema import SpeakerTable
from display.announcer import Announcer, CallToSay, How, Waiting, how


def calls(*numbers):
    return [CallToSay(number=n, window="1") for n in numbers]


@pytest.mark.parametrize(
    ("put", "said"),
    [
        (["A001", "A002", "A003"], ["A001", "A002", "A003"]),
        (["A001", "A002", "A001"], ["A001", "A002"]),  # a recall takes the place of the one that waits
        (["A001", "?A002", "A003"], ["A001", "A003", "A002"]),  # who should get ready comes after who is called
        (["?A001", "A001"], ["A001"]),
        (["A001", "?A001"], ["A001"]),
        (["?A001", "?A001"], ["A001"]),
    ],
)
def test_the_order_of_what_waits(put, said):
    waiting = Waiting()

    for number in put:
        waiting.put(CallToSay(number=number.lstrip("?"), ready=number.startswith("?")))

    assert [waiting.take().number for _ in range(len(waiting))] == said and waiting.take() is None


def test_a_recall_is_said_with_its_own_window():
    waiting = Waiting()
    waiting.put(CallToSay(number="A001", window="1"))
    waiting.put(CallToSay(number="A001", window="2"))

    assert waiting.take().window == "2"


PLAIN = SpeakerTable(url="virtual://speaker")
HALL = {
    "times": 1,
    "languages": ["zh", "en"],
    "volume": 90,
    "hours": [{"from": "08:30", "to": "12:30", "volume": 50}],
    "quiet": ["12:00-13:30"],
}


@pytest.mark.parametrize(
    ("time", "volume"), [("08:29", 90), ("08:30", 50), ("11:59", 50), ("12:00", 0), ("13:29", 0), ("13:30", 90), ("23:59", 90)]
)
def test_how_loud_it_is_at_which_hour(time, volume):
    at = datetime.fromisoformat(f"2026-11-20T{time}:30+08:00")

    assert how(at, HALL, PLAIN) == How(volume=volume, times=1, languages=("zh", "en"))


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ({}, How(volume=50, times=1, languages=("zh", "en"))),
        ({"times": 3, "languages": ["en"]}, How(volume=50, times=3, languages=("en",))),
        ({"volume": 30}, How(volume=30, times=1, languages=("zh", "en"))),
        ({"loudness": [{"hours": "09:00-10:30", "volume": 20}]}, How(volume=20, times=1, languages=("zh", "en"))),
        ({"quiet": ["09:00-11:00"]}, How(volume=0, times=1, languages=("zh", "en"))),
    ],
)
def test_a_loudspeaker_may_have_its_own_way(own, said):
    table = SpeakerTable.model_validate({"url": "virtual://speaker"} | own)

    assert how(datetime.fromisoformat("2026-11-20T10:00:00+08:00"), HALL, table) == said


def test_a_hall_that_sets_nothing_says_each_call_twice_in_chinese():
    assert how(datetime.fromisoformat("2026-11-20T10:00:00+08:00"), {}, PLAIN) == How(volume=80, times=2, languages=("zh",))


class Speaker:
    """Says one thing at a time, each only when the test lets it end."""

    def __init__(self):
        self.said, self.speaking, self.most = [], 0, 0
        self.go, self.began = threading.Semaphore(0), threading.Semaphore(0)

    def say(self, call, how):
        self.speaking += 1
        self.most = max(self.most, self.speaking)
        self.said.append(call.number)
        self.began.release()
        self.go.acquire(timeout=60)
        self.speaking -= 1

    def hear(self, count=1):
        """Lets so many announcements begin, each ended before the next."""
        for _ in range(count):
            assert self.began.acquire(timeout=60)
            self.go.release()


@pytest.fixture
def announcer():
    made = []

    def make(say, **more):
        made.append(Announcer(say, **more))
        return made[-1]

    yield make
    for one in made:
        one.close()


def test_a_burst_of_twenty_calls_loses_none_and_says_each_twice(announcer):
    speaker = Speaker()
    numbers = [f"A{n:03d}" for n in range(1, 21)]

    announcer(speaker.say).put(calls(*numbers))
    speaker.hear(40)

    assert speaker.said == [n for n in numbers for _ in range(2)] and speaker.most == 1


def test_a_recall_while_it_is_being_said_ends_that_and_is_said_in_its_turn(announcer):
    speaker = Speaker()
    one = announcer(speaker.say)

    one.put(calls("A001", "A002"))
    assert speaker.began.acquire(timeout=60)
    one.put(calls("A001"))
    speaker.go.release()
    speaker.hear(4)

    assert speaker.said == ["A001", "A002", "A002", "A001", "A001"]


def test_in_quiet_hours_nothing_is_said_and_nothing_is_said_later(announcer):
    speaker = Speaker()
    now, asked = [How(volume=0)], []
    one = announcer(speaker.say, how=lambda: asked.append(now[0]) or now[0])

    one.put(calls("A001"))
    until(lambda: asked)
    now[0] = How(times=1)
    one.put(calls("A002"))
    speaker.hear()

    assert speaker.said == ["A002"]


def test_a_loudspeaker_in_trouble_does_not_silence_the_next_call(announcer):
    said = []
    done = threading.Event()

    def say(call, how):
        said.append(call.number)
        if call.number == "A001":
            raise OSError("no sound card")
        done.set()

    announcer(say, how=lambda: How(times=1)).put(calls("A001", "A002"))

    assert done.wait(60) and said == ["A001", "A002"]


def test_who_was_called_meanwhile_need_not_get_ready(announcer):
    speaker = Speaker()
    one = announcer(speaker.say, how=lambda: How(times=1))

    one.put([*calls("A001"), CallToSay(number="A002", ready=True), CallToSay(number="A003", ready=True)])
    assert speaker.began.acquire(timeout=60)
    one.ready({"A003"})
    speaker.go.release()
    speaker.hear()

    assert speaker.said == ["A001", "A003"] and not one.waiting
