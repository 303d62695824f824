"""The printer behind a real socket: state before and after, one job, and what happens when paper, cover or patience ends."""

import time

import pytest
import zxingcpp

import drivers
from drivers.contract import DeviceAbsent, DeviceError, DeviceRefused, DeviceSilent, Slip
from drivers.printer.virtual import STOPPED, VirtualPrinter

SLIP = Slip(number="A017", title="社保", qr="http://h/t/abc")


@pytest.fixture
def paper(tmp_path):
    standin = VirtualPrinter(tmp_path)
    yield standin
    standin.close()


@pytest.fixture
def printer(paper):
    return drivers.open("printer", paper.url, width=576)


def test_a_slip_comes_out_and_is_kept_as_a_picture(paper, printer, tmp_path):
    status = printer.print(SLIP)

    image = paper.wait(1)
    assert status.state == "ok"
    assert [c.text for c in zxingcpp.read_barcodes(image)] == ["http://h/t/abc"]
    assert len(list(tmp_path.glob("slip-*.png"))) == 1


def test_three_slips_are_three_jobs(paper, printer):
    for number in ("A001", "A002", "A003"):
        printer.print(Slip(number=number))

    paper.wait(3)
    assert len(paper.jobs) == 3 and all(job.count(b"\x1dV\x01") == 1 for job in paper.jobs)


@pytest.mark.parametrize("trouble", sorted(STOPPED))
def test_a_printer_in_trouble_takes_no_slip_and_says_why(paper, printer, trouble):
    paper.set(trouble)

    with pytest.raises(DeviceRefused) as refusal:
        printer.print(SLIP)

    assert refusal.value.code == trouble and not refusal.value.started
    assert printer.status().code == trouble
    assert paper.printed == 0


def test_low_paper_prints_and_is_told(paper, printer):
    paper.set("paper_low")

    assert printer.print(SLIP).code == "paper_low"
    paper.wait(1)


def test_a_silent_printer_prints_and_is_unknown_not_ok(paper, printer):
    paper.set("silent")

    status = printer.print(SLIP)

    paper.wait(1)
    assert (status.state, status.code, status.stops) == ("unknown", "silent", False)
    assert printer.status().state == "unknown"


def test_paper_that_ends_in_the_middle_is_a_refusal_that_has_started(paper, printer):
    paper.speed = 200_000
    ask, count = printer._ask, []

    def ask_then_end(port):
        status = ask(port)
        if not count:
            paper.trouble = "paper_end"
        count.append(1)
        return status

    printer._ask = ask_then_end
    printer._confirm = 0.2
    with pytest.raises(DeviceRefused) as refusal:
        printer.print(SLIP)

    assert refusal.value.code == "paper_end" and refusal.value.started


def test_a_printer_that_takes_nothing_is_given_up_in_time(paper):
    printer = drivers.open("printer", paper.url, write_timeout=0.3)
    paper.set("stuck")
    began = time.monotonic()

    try:
        printer.print(Slip(number="A1", lines=()))
    except DeviceSilent as error:
        assert error.code == "stuck"
    assert time.monotonic() - began < 5


def test_a_connection_that_is_cut_is_absent(paper, printer):
    paper.set("refuses")

    with pytest.raises(DeviceAbsent):
        printer.print(SLIP)
    assert printer.status().code == "offline"


def test_nobody_at_the_address_is_offline_with_a_sentence():
    standin = VirtualPrinter()
    standin.close()
    printer = drivers.open("printer", standin.url)

    with pytest.raises(DeviceAbsent, match="Check the device's power"):
        printer.print(SLIP)
    assert printer.status().code == "offline" and printer.status().stops


def test_the_stand_in_is_opened_by_its_address(tmp_path):
    printer = drivers.open("printer", f"virtual://printer{tmp_path}?control=0", width=384)

    printer.print(SLIP)

    assert printer.standin.wait(1).width == 384
    assert printer.standin._control.do("set paper_end").startswith("ok")
    assert printer.status().code == "paper_end"
    assert printer.standin._control.do("set on fire").startswith("no")
    printer.close()


def test_a_file_gets_the_bytes_and_its_state_is_unknown(tmp_path):
    path = tmp_path / "slip.bin"
    printer = drivers.open("printer", f"file://{path}", mode="text")

    status = printer.print(SLIP)

    assert b"A017" in path.read_bytes() and status.state == "unknown"


def test_a_wrong_setting_is_said_when_the_printer_is_opened():
    with pytest.raises(ValueError, match="mode is one of"):
        drivers.open("printer", "tcp://127.0.0.1:1", mode="images")


def test_kept_pictures_do_not_fill_the_disk(tmp_path):
    standin = VirtualPrinter(tmp_path, keep=3)
    printer = drivers.open("printer", standin.url)

    for n in range(6):
        printer.print(Slip(number=str(n)))

    standin.wait(6)
    assert len(list(tmp_path.glob("slip-*.png"))) == 3
    standin.close()


def test_every_refusal_has_words_for_both_languages(paper, printer):
    paper.set("cutter")
    try:
        printer.print(SLIP)
    except DeviceError as error:
        assert "切刀" in error.zh and "cutter" in str(error)
