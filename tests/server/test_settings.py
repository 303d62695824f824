"""What an installer sets is what happens: quiet hours are silent, and words given with an evaluation are forgotten in time."""

import types
from zoneinfo import ZoneInfo

import pytest

from config.schema import ServerSettings, VoiceTable
from server import actions
from server.clockwork import Clockwork
from server.web.house import House


@pytest.mark.parametrize(
    ("quiet", "silent"), [([], False), (["12:00-13:30"], False), (["10:00-11:00"], True), (["12:00-13:30", "10:00-10:01"], True)]
)
def test_in_quiet_hours_calls_are_shown_and_not_spoken(quiet, silent, ledger, take, desk):
    take()
    desk("1").call_next()
    voice = types.SimpleNamespace(urls=lambda say: {"zh": "/audio/zh/x.wav"})
    settings = ServerSettings(voice=VoiceTable(quiet=quiet, times=2, languages=["zh", "en"]))
    house = House(ledger=ledger, settings=settings, words=None, clock=ledger.clock, reader=None, voice=voice)
    house.say = lambda *_: {"zh": "请A001号到1号窗口办理", "en": "A001"}

    look = house.look()

    assert (look.audio({"zh": "x"}) is None) is silent and ledger.zone == ZoneInfo("Asia/Shanghai")
    assert look.hall()["voice"] == {"languages": ["zh", "en"], "times": 2}


def test_words_of_an_evaluation_are_forgotten_and_its_grade_stays(ledger, take, desk, clock):
    ticket = take()
    desk("1").call_next()
    desk("1").start_service(ticket)
    _, evaluation = desk("1").finish(ticket)
    ledger.do("phone", actions.evaluate, evaluation=evaluation.id, grade=4, comment="很好", channel="qr")
    kept = lambda entry: len(entry.private("SELECT * FROM comments"))
    work = Clockwork(ledger, comment_days=30)

    work.tick()
    assert ledger.do("test", kept) == 1

    clock.forward(minutes=31 * 24 * 60)
    work.tick()
    assert ledger.do("test", kept) == 0
    assert ledger.do("test", lambda entry: entry.fetch("evaluations", evaluation.id).grade) == 4
