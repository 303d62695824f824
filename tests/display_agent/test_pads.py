"""Keys of a window's pad before a real server: each gesture of a morning, and what becomes of a key that cannot be done."""

import pytest

from config.link import HallClient
from display.pads import Habits, Pad
from drivers.contract import KeyPress


class Face:
    def __init__(self):
        self.refused = 0

    def show(self, *, number, waiting):
        """Nothing to see here."""

    def refuse(self):
        self.refused += 1


class Keys:
    """`keys.press("call")` as a clerk would; `keys.there` is the number at the window."""

    def __init__(self, town, no, role="keypad", **habits):
        self.town, self.no, self.face, self.time = town, no, Face(), 0.0
        link = HallClient(town.url, town.token(role, window=no), timeout=3.0)
        look = lambda: town.window(no)
        self.pad = Pad(no, link, window=look, face=self.face, habits=Habits(**habits), clock=lambda: self.time, thread=False)

    def press(self, gesture, number="", grade=None):
        self.time += 2
        return self.pad.do(KeyPress(window=self.no, gesture=gesture, number=number, grade=grade))

    @property
    def there(self):
        ticket = self.town.window(self.no)["ticket"]
        return (ticket["number"], ticket["state"]) if ticket else None


@pytest.fixture
def keys(town):
    town.open("1")
    return lambda **more: Keys(town, "1", **more)


def test_a_morning_at_a_pad_without_a_key_for_the_visitor_is_here(town, keys):
    for _ in range(3):
        town.take()
    pad = keys()

    assert pad.press("call") and pad.there == ("A001", "called")
    assert pad.press("recall") and pad.there == ("A001", "called")
    assert pad.press("call") and pad.there == ("A002", "called")  # A001 was served: started and finished
    assert pad.press("finish") and pad.there is None
    assert pad.press("evaluate", grade=5)
    assert pad.press("call") and pad.there == ("A003", "called")
    assert not pad.face.refused
    kinds = town.kinds()
    assert kinds.count("service.finished") == 2 and kinds.count("evaluation.given") == 1 and "ticket.missed" not in kinds


def test_a_pad_with_a_key_for_every_gesture_leaves_the_rules_to_the_server(town, keys):
    town.take()
    town.take()
    pad = keys(serve=False)

    assert pad.press("call")
    assert pad.press("start") and pad.there == ("A001", "serving")
    assert not pad.press("call") and pad.there == ("A001", "serving")  # the window is busy
    assert pad.press("hold") and pad.there is None
    assert pad.press("call") and pad.there == ("A002", "called")
    assert not pad.press("finish")
    assert pad.press("start") and pad.press("finish")
    assert pad.press("resume") and pad.there == ("A001", "serving")
    assert pad.face.refused == 2


@pytest.mark.parametrize("typed", ["A003", "003", "3"])
def test_a_number_typed_before_the_key_is_called(town, keys, typed):
    for _ in range(3):
        town.take()

    assert keys().press("call", number=typed)

    assert town.window("1")["ticket"]["number"] == "A003"


def test_digits_that_fit_two_numbers_or_none_are_refused(town, keys):
    town.take()
    town.take("social")
    pad = keys()

    assert not pad.press("call", number="001") and not pad.press("call", number="007")
    assert pad.there is None and pad.face.refused == 2


def test_transfer_goes_to_the_typed_window_or_to_the_service_of_the_config(town, keys):
    town.open("A12")
    town.take()
    town.take()
    pad = keys(transfer="social")

    pad.press("call")
    assert pad.press("transfer", number="A12")
    pad.press("call")
    assert pad.press("transfer")
    assert [row["kind"] for row in town.rows()].count("ticket.transferred") == 2
    assert not Keys(town, "1").press("transfer")


def test_one_key_pauses_and_opens(town, keys):
    pad = keys()

    assert pad.press("pause") and town.window("1")["state"] == "paused"
    assert pad.press("pause") and town.window("1")["state"] == "open"
    assert pad.press("close") and town.window("1")["state"] == "closed"
    assert not pad.press("call")
    assert pad.press("open") and town.window("1")["state"] == "open"


@pytest.mark.parametrize("gesture", ["call", "recall", "miss", "finish", "hold", "resume", "transfer", "evaluate", "somersault"])
def test_a_key_that_cannot_be_done_now_beeps_and_changes_nothing(town, keys, gesture):
    pad, before = keys(), town.rows()

    assert not pad.press(gesture)

    assert pad.face.refused == 1 and town.rows() == before


def test_a_bouncing_key_is_one_press(town, keys):
    town.take()
    town.take()
    pad = keys()

    pad.press("call")
    pad.time += 0.3
    pad.pad.do(KeyPress(window="1", gesture="call"))

    assert pad.there == ("A001", "called")


def test_an_evaluation_is_given_once_and_not_after_a_minute(town, keys):
    town.take()
    town.take()
    pad = keys()

    pad.press("call")
    pad.press("finish")
    assert pad.press("evaluate", grade=4) and not pad.press("evaluate", grade=5)
    pad.press("call")
    pad.press("finish")
    pad.time += 61
    assert not pad.press("evaluate", grade=4)
    assert town.kinds().count("evaluation.given") == 1


def test_a_token_of_another_window_or_role_may_not_call_here(town):
    town.open("1", "2")
    town.take()
    other = Keys(town, "2")
    other.pad.no = "1"

    assert not other.press("call") and not Keys(town, "1", role="display").press("call")
    assert town.window("1")["ticket"] is None


def test_while_the_server_is_away_a_press_is_refused_and_not_done_later(town, keys):
    town.take()
    pad = keys()

    town.away()
    assert not pad.press("call") and pad.face.refused == 1
    town.go()

    assert town.window("1")["ticket"] is None


def test_presses_that_waited_too_long_are_left(town):
    town.open("1")
    town.take()
    face, time = Face(), [0.0]
    link = HallClient(town.url, town.token("keypad", window="1"), timeout=3.0)
    pad = Pad("1", link, window=lambda: town.window("1"), face=face, clock=lambda: time[0], thread=False)

    pad.press(KeyPress(window="1", gesture="call"))
    time[0] = 10.0
    pad.close()
    pad._run()

    assert face.refused == 1 and town.window("1")["ticket"] is None
