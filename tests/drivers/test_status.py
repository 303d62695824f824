"""What a printer says about itself, byte for byte; silence is never `ok`."""

import pytest

from config import words
from config.words import devices
from drivers.printer import status as states

CASES = [
    ({}, "unknown", "silent"),
    ({2: None}, "unknown", "silent"),
    ({2: 0xFF, 4: 0x00}, "unknown", "silent"),  # noise, an automatic status: not answers
    ({1: 0x12}, "unknown", "silent"),  # on line, but nothing about paper
    ({2: 0x12, 4: 0x12}, "ok", ""),
    ({1: 0x16, 2: 0x12, 3: 0x12, 4: 0x12}, "ok", ""),
    ({2: 0x12, 4: 0x1E}, "trouble", "paper_low"),
    ({2: 0x32, 4: 0x7E}, "trouble", "paper_end"),
    ({2: 0x12, 4: 0x72}, "trouble", "paper_end"),
    ({1: 0x1A, 2: 0x32, 4: 0x7E}, "trouble", "paper_end"),
    ({2: 0x16, 4: 0x12}, "trouble", "cover_open"),
    ({2: 0x52, 3: 0x1A, 4: 0x12}, "trouble", "cutter"),
    ({2: 0x52, 3: 0x32, 4: 0x12}, "trouble", "error"),
    ({2: 0x52, 3: 0x52, 4: 0x12}, "trouble", "overheated"),
    ({2: 0x52, 4: 0x12}, "trouble", "error"),
    ({1: 0x1A, 2: 0x12, 4: 0x12}, "trouble", "paused"),
    ({2: 0x1A, 4: 0x12}, "trouble", "paused"),
]


@pytest.mark.parametrize(("answers", "state", "code"), CASES)
def test_answers_have_their_meaning(answers, state, code):
    status = states.read(answers)

    assert (status.state, status.code) == (state, code)
    assert all(devices.known(status.code) and devices.sentence(status.code, status.facts, lang) for lang in words.LANGUAGES)


def test_low_paper_does_not_stop_a_printer_and_the_other_troubles_do():
    go_on = {"paper_low", "silent", "unconfirmed"}

    told = lambda c: devices.told("printer", c, "zh", stops=states.trouble(c).stops)
    assert not any(states.trouble(c).stops or told(c) for c in go_on)
    assert all(states.trouble(c).stops and told(c) for c in set(states.TROUBLES) - go_on)


@pytest.mark.parametrize("byte", range(256))
def test_every_byte_has_an_answer(byte):
    assert states.read({n: byte for n in (1, 2, 3, 4)}).state in ("ok", "trouble", "unknown")
