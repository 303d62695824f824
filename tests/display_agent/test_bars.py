"""What a bar shows for each state of its window, and that one dead bar troubles nobody else."""

import pytest

from config import words
from config.schema import BarTable
from display.bars import FLASH, Bars, text_of
from drivers.contract import DeviceAbsent

TEXTS = BarTable()


def window(state="open", ticket=None, reason=None, no="3"):
    number, at = ticket or (None, None)
    return {"no": no, "state": state, "reason": reason, "ticket": {"number": number, "state": at} if number else None}


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (None, "未开放"),
        (window("closed"), "未开放"),
        (window(), "欢迎光临"),
        (window("paused", reason="午餐"), "暂停服务"),
        (window(ticket=("A001", "called")), "请A001号"),
        (window(ticket=("A001", "serving")), "A001 办理中"),
        (window("paused", ticket=("A001", "serving")), "A001 办理中"),  # who is being served sees no pause
    ],
)
def test_the_text_of_a_window(given, text):
    assert text_of(given, TEXTS) == text


def test_a_hall_words_its_bars_itself():
    texts = BarTable(called="{number}→{window}", paused="{reason}")

    assert text_of(window(ticket=("B012", "called")), texts) == "B012→3"
    assert text_of(window("paused", reason="午餐"), texts) == "午餐" and text_of(window("paused"), texts) == ""


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_a_bar_speaks_the_language_that_is_set_where_the_hall_has_no_words_of_its_own(lang):
    texts = BarTable(language=lang, idle="★")

    own = words.load().section("bars", lang)
    assert text_of(None, texts) == own["closed"] and text_of(window(), texts) == "★"
    assert text_of(window(ticket=("A001", "called")), texts) == own["called"].replace("{number}", "A001")


class Shown(list):
    def __call__(self, text, *, flash=0.0):
        self.append((text, flash))


def test_a_call_flashes_and_what_has_not_changed_is_not_sent_again():
    one, two = Shown(), Shown()
    bars = Bars({"1": one, "2": two}, TEXTS)
    idle = {"1": window(no="1"), "2": window(no="2")}

    bars.draw(idle)
    bars.draw(idle)
    called = idle | {"1": window(ticket=("A001", "called"), no="1")}
    bars.draw(called, {"1"})
    bars.draw(called, {"1"})  # called again
    bars.draw(called)

    assert one == [("欢迎光临", 0.0), ("请A001号", FLASH), ("请A001号", FLASH)]
    assert two == [("欢迎光临", 0.0)]


def test_a_bar_that_cannot_be_written_keeps_no_other_from_its_text():
    def dead(text, *, flash=0.0):
        raise DeviceAbsent("unplugged")

    two = Shown()
    Bars({"1": dead, "2": two}, TEXTS).draw({"1": window(no="1"), "2": window(no="2")}, {"1", "2"})

    assert two == [("欢迎光临", FLASH)]


def test_while_the_hall_is_away_no_old_number_stands_as_current():
    one = Shown()
    bars = Bars({"1": one}, TEXTS)
    called = {"1": window(ticket=("A001", "called"), no="1")}

    bars.draw(called)
    bars.away()
    bars.away()
    bars.draw(called)

    assert [text for text, _ in one] == ["请A001号", "请稍候", "请A001号"]
