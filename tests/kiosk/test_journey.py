"""From a card on the reader to paper in the hand, nothing of ours faked between: SAM frames on a pty, ESC/POS bytes over TCP."""

import pytest
import zxingcpp

from drivers.printer.virtual import VirtualPrinter
from drivers.reader.virtual import VirtualReader


@pytest.fixture
def reader():
    made = VirtualReader()
    yield made
    made.close()


@pytest.fixture
def printer():
    made = VirtualPrinter(width=576)
    yield made
    made.close()


@pytest.fixture
def hand(start, reader, printer):
    hand = start(reader={"url": reader.url, "poll": 100}, printer={"url": printer.url})
    hand.until(lambda: hand.get()["services"] and hand.get()["paper"]["state"] == "ok")
    hand.until(lambda: hand.get()["devices"]["reader"]["state"] == "ok")
    return hand


def read(image):
    return zxingcpp.read_barcodes(image.convert("L"))[0].text


def test_a_card_laid_down_becomes_a_slip_with_the_code_of_the_track_page(hand, hall, reader, printer):
    reader.lay("resident")
    assert hand.see("choosing")["person"]["masked"] == "张*"
    hand.press("choose", service="social")
    hand.press("confirm")

    state = hand.see("done", "printing")
    slip = printer.wait(1)

    assert read(slip) == state["ticket"]["url"] == f"{hall.url}/t/{state['ticket']['track']}"
    hand.see("done", card_left=True)
    reader.lift()
    hand.see("done", card_left=False)


def test_without_paper_the_number_stands_on_the_screen_and_is_printed_once_there_is_paper(hand, hall, reader, printer):
    printer.set("paper_end")
    hand.until(lambda: hand.get()["paper"]["state"] == "none")
    hand.press("start", way="none")
    hand.press("choose", service="tax")
    hand.press("confirm")

    state = hand.see("no_paper")
    assert state["ticket"]["number"] == "B001" and state["ticket"]["url"] and "拍下" in state["message"]["zh"]
    hand.until(lambda: hall.devices.get("printer", {}).get("code") == "paper_end")

    printer.set("ok")
    hand.press("reprint")
    hand.see("done")

    assert read(printer.wait(1)) == state["ticket"]["url"]
    assert len(hall.tickets) == 1  # paper never makes a second number


def test_a_printer_that_takes_nothing_holds_nobody_up(hand, printer):
    printer.set("stuck")
    hand.press("start", way="none")
    hand.press("choose", service="tax")
    hand.press("confirm")
    hand.see("printing")

    hand.press("stay")
    assert hand.press("help")["screen"] == "printing"  # answered while the printer still takes nothing

    assert hand.until(lambda: hand.get()["screen"] in ("no_paper", "done"))


def test_one_placement_is_one_visit(hand, hall, reader):
    reader.lay("resident")
    hand.see("choosing")
    hand.press("cancel")
    hand.until(lambda: hand.kiosk.attendant.session.card_left)  # it still lies there, is seen, and is no new visit
    reader.lift()
    hand.until(lambda: not hand.kiosk.attendant.session.card_left)
    assert hand.get()["screen"] == "idle"

    reader.lay("hmt")

    assert hand.see("choosing")["person"]["card"] == "hmt"
    hand.until(lambda: [h[1] for h in hall.heard].count("/api/v1/appointments/search") == 2)
