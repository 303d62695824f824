"""The printer behind a real socket: state before and after, one job, and what happens when paper, cover or patience ends."""

import os
import time

import pytest
import usb.core
import usb.util
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from soon import until

import drivers
from config.words import devices
from drivers.contract import DeviceAbsent, DeviceError, DeviceRefused, DeviceSilent, Slip
from drivers.printer import escpos
from drivers.printer import status as states
from drivers.printer.virtual import STOPPED, PaperRoll, VirtualPrinter
from drivers.wire import VirtualWire, raw_pty

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
    assert time.monotonic() - began < 60  # it would never end


def test_a_connection_that_is_cut_is_absent(paper, printer):
    paper.set("refuses")

    with pytest.raises(DeviceAbsent):
        printer.print(SLIP)
    assert printer.status().code == "offline"


def test_nobody_at_the_address_is_offline_with_a_sentence():
    standin = VirtualPrinter()
    standin.close()
    printer = drivers.open("printer", standin.url)

    with pytest.raises(DeviceAbsent, match="no_connection, at=127.0.0.1"):
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
    size = path.stat().st_size
    assert printer.status().state == "unknown" and path.stat().st_size == size


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
    with pytest.raises(DeviceRefused) as refusal:
        printer.print(SLIP)

    error = refusal.value
    assert "切刀" in devices.sentence(error.code, error.facts, "zh") and "cutter" in devices.sentence(error.code, error.facts, "en")


def test_a_printer_that_tells_of_paper_only_is_asked_in_the_other_way(paper, printer):
    paper.set("paper_only")
    assert printer.print(SLIP).state == "ok"
    paper.set("paper_low")
    paper.way = "paper_only"
    assert printer.status().code == "paper_low"


class Answering(VirtualWire):
    """A printer that says the same to every question, or its questions back."""

    def __init__(self, say):
        self.taken = bytearray()
        super().__init__(lambda data: self.taken.extend(data) or say(data), way="tcp")


@pytest.mark.parametrize(
    "say",
    [
        lambda data: b"\x00",
        lambda data: b"\x00" * len(data),
        lambda data: b"\xff",
        lambda data: b"\x03",
        lambda data: data,
        lambda data: b"\x10\x00\x00\x00",  # an automatic status
    ],
)
def test_a_printer_that_says_the_same_to_everything_or_echoes_is_unknown_and_prints(say):
    wire = Answering(say)
    printer = drivers.open("printer", wire.url, width=384)

    assert (printer.status().state, printer.status().code) == ("unknown", "silent")
    assert printer.print(SLIP).state == "unknown"
    assert until(lambda: bytes(wire.taken).count(b"\x1dV\x01") == 1)
    wire.close()


def test_an_echo_before_a_real_answer_does_not_hide_it():
    paper = PaperRoll(384)
    wire = Answering(lambda data: data[:3] + paper.feed(data))
    printer = drivers.open("printer", wire.url, width=384)

    assert printer.status().state == "ok"
    wire.close()


@pytest.mark.parametrize("said", [b"\x00\x00", b"\x10\x00\x00\x00", b"\x1dr\x01", b"\x40", b"\x12"])
def test_what_is_more_than_the_one_byte_of_an_answer_does_not_confirm_a_slip(said):
    port = Scripted(LIVES, LIVES | {escpos.DONE: said})
    printer = escpos.EscposPrinter(lambda: port, lambda slip: b"JOB", patience=lambda size: 1.0, confirm=0.01)
    printer._answer, printer._confirms = 0.01, True

    assert printer.print(SLIP).code == "unconfirmed"


def test_a_late_answer_to_another_question_is_not_taken_for_paper():
    printer = escpos.EscposPrinter(lambda: Late([]), lambda slip: b"JOB", patience=lambda size: 1.0, confirm=0.01)
    printer._answer = 0.01

    assert printer.status().code == "silent"


def test_a_visitor_does_not_wait_for_a_printer_that_was_silent(paper, printer):
    paper.set("silent")
    assert printer.status().code == "silent"
    printer._answer, began = 300.0, time.monotonic()  # had it asked, it would wait so long

    printer.print(SLIP)

    assert time.monotonic() - began < 60
    printer._answer = 0.3
    paper.set("ok")
    assert printer.status().state == "ok"
    assert printer.print(SLIP).state == "ok"


# other ways than the network


class Far:
    """A printer at the far end of a pseudo-terminal: prints what it gets, and can stop taking it."""

    def __init__(self):
        self.paper = PaperRoll(384)
        self.slips = []
        self.wire = VirtualWire(self.heard)
        self.url = self.wire.url

    def heard(self, data):
        out = self.paper.feed(data)
        self.slips += self.paper.cut_off()
        return out


def test_a_slip_on_a_serial_line_and_its_state():
    far = Far()
    printer = drivers.open("printer", far.url, width=384)

    assert printer.print(SLIP).state == "ok"

    assert len(far.slips) == 1 and zxingcpp.read_barcodes(far.slips[0])[0].text == "http://h/t/abc"
    far.wire.close()


def test_a_serial_printer_that_stops_taking_is_given_up_in_time():
    master, slave = raw_pty()
    printer = drivers.open("printer", f"serial://{os.ttyname(slave)}?baud=4000000", write_timeout=0.3)
    printer._silent = True  # nobody answers at the other end, as is known
    began = time.monotonic()

    with pytest.raises(DeviceSilent) as error:
        printer.print(Slip(number="A001", title="长" * 400))

    assert error.value.started and time.monotonic() - began < 60
    os.close(master)
    os.close(slave)


@pytest.mark.parametrize("baud", [9600, 115200])
def test_a_slow_line_gets_the_time_that_it_needs(baud):
    printer = drivers.open("printer", f"serial:///dev/none?baud={baud}", write_timeout=5)

    assert printer._patience(50_400) >= 5 + 50_400 * 10 / baud


class Usb:
    """What pyusb gives for a printer, as far as our port uses it."""

    def __init__(self):
        self.taken, self.answers, self.stuck, self.gone, self.freed = bytearray(), bytearray(), False, False, 0
        self.kernel = True

    def is_kernel_driver_active(self, interface):
        return self.kernel

    def detach_kernel_driver(self, interface):
        self.kernel = False

    def set_configuration(self):
        assert not self.kernel

    def get_active_configuration(self):
        return {(0, 0): [Pipe(self, 0x01), Pipe(self, 0x82)]}


class Pipe:
    bmAttributes, wMaxPacketSize = 2, 64

    def __init__(self, usb_device, address):
        self.usb, self.bEndpointAddress, self.paper = usb_device, address, PaperRoll(576)

    def write(self, data, timeout):
        assert timeout > 0
        if self.usb.gone:
            raise usb.core.USBError("no device")
        if self.usb.stuck:
            raise usb.core.USBTimeoutError("time-out")
        self.usb.taken += data[:4096]
        self.usb.answers += self.paper.feed(bytes(data[:4096]))
        return min(len(data), 4096)

    def read(self, size, timeout):
        assert timeout > 0
        if not self.usb.answers:
            raise usb.core.USBTimeoutError("time-out")
        out, self.usb.answers = self.usb.answers[:size], self.usb.answers[size:]
        return out


@pytest.fixture
def usb_device(monkeypatch):
    device = Usb()
    monkeypatch.setattr(usb.util, "claim_interface", lambda *_: None)
    monkeypatch.setattr(usb.util, "release_interface", lambda *_: None)
    monkeypatch.setattr(usb.util, "dispose_resources", lambda d: setattr(d, "freed", d.freed + 1))
    monkeypatch.setattr(usb.util, "find_descriptor", lambda pipes, custom_match: next((p for p in pipes if custom_match(p)), None))
    return device


def test_a_usb_printer_takes_a_slip_and_answers(usb_device):
    printer = drivers.open("printer", "usb://0416:5011", find=lambda **numbers: [usb_device])

    assert printer.print(SLIP).state == "ok"
    assert bytes(usb_device.taken).count(b"\x1dV\x01") == 1 and usb_device.freed == 1 and not usb_device.kernel


def test_a_usb_printer_that_is_stuck_or_pulled_out(usb_device):
    printer = drivers.open("printer", "usb://0416:5011", find=lambda **numbers: [usb_device])
    usb_device.stuck = True
    with pytest.raises(DeviceSilent):
        printer.print(SLIP)
    usb_device.stuck, usb_device.gone = False, True
    with pytest.raises(DeviceAbsent):
        printer.print(SLIP)


class Numbered(Usb):
    def __init__(self, bus, ports):
        super().__init__()
        self.bus, self.port_numbers = bus, ports


def test_two_usb_printers_with_the_same_numbers_are_refused_by_name_and_told_apart_by_their_place(usb_device):
    both = [Numbered(1, (2,)), Numbered(1, (3, 4))]
    open_ = lambda url: drivers.open("printer", url, find=lambda **numbers: both)

    status = open_("usb://0416:5011").status()
    assert (status.code, status.facts["why"]) == ("offline", "several")
    said = devices.sentence(status.code, status.facts, "en")
    assert "2 devices" in said and "1-2, 1-3.4" in said and "usb://0416:5011?location=1-2" in said
    with pytest.raises(DeviceAbsent):
        open_("usb://0416:5011").print(SLIP)
    assert not both[0].taken and not both[1].taken

    assert open_("usb://0416:5011?location=1-3.4").print(SLIP).state == "ok"
    assert not both[0].taken and both[1].taken
    assert open_("usb://0416:5011?location=1-9").status().facts["why"] == "not_plugged_in"


def test_no_usb_printer_is_a_sentence_and_wrong_numbers_are_explained():
    assert drivers.open("printer", "usb://0416:5011", find=lambda **numbers: []).status().code == "offline"
    with pytest.raises(ValueError, match="hexadecimal"):
        drivers.open("printer", "usb://printer").status()


class Noisy:
    """A port on which anything may be said."""

    def __init__(self, said):
        self.said, self.written = list(said), b""

    def write(self, data, timeout):
        self.written += data

    def read(self, timeout):
        if not self.said:
            time.sleep(0)
            return b""
        return self.said.pop(0)

    def drain(self):
        pass

    def close(self):
        pass


class Scripted(Noisy):
    """A port that answers each question as its table says, once the job has been sent or before."""

    def __init__(self, before, after):
        super().__init__([])
        self.tables, self.jobs = (before, after), 0

    def write(self, data, timeout):
        self.jobs += data == b"JOB"
        answer = self.tables[min(self.jobs, 1)].get(data)
        self.said = [answer] if answer else []


class Late(Noisy):
    """Says nothing to the first question in time, and 00 for ever after."""

    late = False

    def read(self, timeout):
        if self.late:
            return b"\x00"
        self.late = True
        time.sleep(timeout)
        return b""


LIVES = {states.ASK[2]: b"\x12", states.ASK[4]: b"\x12", states.ASK[1]: b"\x12"}


@pytest.mark.parametrize(
    ("confirmed_before", "after", "result"),
    [
        (None, LIVES | {escpos.DONE: b"\x00"}, ""),
        (None, LIVES, ""),  # it has never confirmed: nothing can be concluded
        (True, LIVES, "unconfirmed"),
        (True, LIVES | {escpos.DONE: b"\x03", states.ASK[4]: b"\x1e"}, "paper_low"),
        (True, LIVES | {states.ASK[2]: b"\x32", states.ASK[4]: b"\x7e"}, "paper_end, started"),
        (True, {}, "stuck, started"),
    ],
)
def test_what_a_printer_says_after_a_job(confirmed_before, after, result):
    port = Scripted(LIVES, after)
    printer = escpos.EscposPrinter(lambda: port, lambda slip: b"JOB", patience=lambda size: 1.0, confirm=0.01)
    printer._answer, printer._confirms = 0.01, confirmed_before

    try:
        said = printer.print(SLIP).code
    except DeviceError as error:
        said = f"{error.code}, started" if error.started else error.code

    assert said == result and port.jobs == 1


@settings(max_examples=60, deadline=None)
@given(st.lists(st.binary(max_size=12), max_size=12))
def test_whatever_a_printer_says_a_slip_is_sent_once_or_refused(said):
    port = Noisy(said)
    printer = escpos.EscposPrinter(lambda: port, lambda slip: b"JOB", patience=lambda size: 1.0, confirm=0.01)
    printer._answer = 0.001

    try:
        status = printer.print(SLIP)
        assert status.state in ("ok", "trouble", "unknown") and not status.stops
    except DeviceError as error:
        assert error.code in states.TROUBLES
    assert port.written.count(b"JOB") <= 1


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=600), st.integers(1, 50))
def test_the_stand_in_survives_any_bytes_in_any_pieces(data, size):
    paper = PaperRoll(384)
    for at in range(0, len(data), size):
        paper.feed(data[at : at + size])
    paper.cut_off()


@pytest.mark.parametrize(
    ("kind", "url", "code"),
    [("printer", "virtual://printer", ""), ("reader", "virtual://reader", ""), ("printer", "serial:///dev/none", "offline")]
    + [("reader", "serial:///dev/none", "offline"), ("sign", "virtual://sign", "unanswered"), ("speaker", "virtual://speaker", "")],
)
def test_a_device_is_tried_and_says_what_was_found(kind, url, code):
    assert drivers.look(kind, url).code == code


def test_a_reader_that_is_tried_gives_its_number():
    assert drivers.look("reader", "virtual://reader").detail == "05.03-20100812-0001234567-0987654321"


@pytest.mark.parametrize(
    ("url", "picture"),
    [
        ("tcp://127.0.0.1:9100", True),
        ("file:///tmp/none", True),
        ("serial:///dev/ttyS9?baud=115200", False),
        ("serial:///dev/ttyS9?baud=9600", False),
        ("serial:///dev/ttyS9?baud=921600", True),
    ],
)
def test_a_slow_line_gets_text_and_all_others_the_picture(url, picture):
    printer = drivers.open("printer", url)

    job = printer._job(Slip(heading="大厅", number="A001"))

    assert (b"\x1dv0" in job) is picture
