"""LED bars: the published frames, templates for other makes, and a line where a dead bar delays nobody."""

import os
import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from soon import until

import drivers
from drivers import bus
from drivers.contract import DeviceAbsent, DeviceSilent
from drivers.sign import frames, serial_port
from drivers.sign.frames import PROFILES, FrameTemplate
from drivers.wire import VirtualWire

VECTORS = [
    ("zhongyi", 1, 1, "A001", ["01 FE 10 01 86 3C 00 05 00 41 30 30 31 00 0F 0A"]),
    ("zhongyi-board", 1, 1, "请A001号到2窗口", ["01 FE 18 01 8C 00 C7 EB 41 30 30 31 BA C5 B5 BD 32 B4 B0 BF DA 00 9B 10"]),
    ("yongtai", 3, 1, "A001", ["AA 55 04 03 F8 51 04 00", "AA 55 09 03 F8 21 00 41 30 30 31 00"]),
]


@pytest.mark.parametrize(("profile", "address", "sequence", "text", "wire"), VECTORS)
def test_a_profile_makes_the_published_bytes(profile, address, sequence, text, wire):
    made = PROFILES[profile].frames(address, sequence, text)

    assert made == [bytes.fromhex(w) for w in wire]
    assert PROFILES[profile].read(made[-1]) == (address, text)


def test_checks_have_their_published_values():
    assert frames.crc16_xmodem(b"123456789") == 0x31C3
    assert frames.crc16_modbus(b"123456789") == 0x4B37
    assert [CHECK(b"\x01\x02\xff") for _, CHECK in list(frames.CHECKS.values())[:2]] == [b"\x02", b"\xfc"]


@pytest.mark.parametrize(
    ("frame", "wire"),
    [
        ("3A {address} {length:text} {text} {sum8} 0A", "3A 05 02 41 42 C4 0A"),
        ("{length} {text} {xor8}", "04 41 42 07"),
        ("{length:after} {sequence} {text} {crc16-modbus}", "05 07 41 42 9B 33"),
        ("{length:whole:2} {text}", "00 04 41 42"),
        ("{text} 0D 0A", "41 42 0D 0A"),
    ],
)
def test_a_template_of_another_make(frame, wire):
    made = FrameTemplate(frame=frame).encode(5, 7, "AB")

    if "modbus" in frame:
        assert made[:-2] == bytes.fromhex(wire)[:-2] and made[-2:] == frames.crc16_modbus(made[:-2]).to_bytes(2, "little")
    else:
        assert made == bytes.fromhex(wire)
    assert FrameTemplate(frame=frame).read(made)[1] == "AB"


def test_a_check_may_leave_out_the_head():
    assert FrameTemplate(frame="AA 55 {address} {text} {sum8}", check_from=2).encode(1, 1, "A")[-1] == 0x42


@pytest.mark.parametrize("frame", ["", "GG", "{adress}", "{text} {text}", "{length:all}", "{length:text:3}", "A"])
def test_a_template_that_cannot_work_says_so(frame):
    with pytest.raises(ValueError, match="part of a frame|once|a length is|empty"):
        FrameTemplate(frame=frame)


@pytest.mark.parametrize(
    ("setting", "message"),
    [({"profile": "zhongji"}, "profile is"), ({"profile": "template"}, "needs its frame"), ({"profile": "zhongyi", "repeat": 9}, "1 to 3")],
)
def test_a_wrong_setting_is_said_when_a_bar_is_opened(setting, message):
    with pytest.raises(ValueError, match=message):
        drivers.open("sign", "virtual://sign", **setting)


@pytest.mark.parametrize(
    ("text", "room", "data"),
    [
        ("请A001号", 4, "C7EB41 30"),
        ("请A001号", 1, ""),
        ("㐂𠮷", 9, "A3BFA3BF"),
        ("", 9, ""),
        (" ", 9, "20"),
        ("a\r\n\x00b", 9, "61 00 62"),
    ],
)
def test_text_is_cut_between_characters_and_what_a_bar_cannot_show_is_a_question_mark(text, room, data):
    if "\x00" in text:
        assert b"\x00" not in frames.encoded(text, "gbk", room)
    else:
        assert frames.encoded(text, "gbk", room) == bytes.fromhex(data)


@given(st.text(max_size=400), st.integers(0, 255), st.sampled_from(sorted(PROFILES)))
def test_any_text_makes_a_frame_of_at_most_255_bytes(text, address, profile):
    for frame in PROFILES[profile].frames(address, 1, text):
        assert len(frame) <= 255


# the line


class Line:
    """A port that keeps what it was given and when; it fails as its list says."""

    def __init__(self, *failures):
        self.failures, self.written, self.closed = list(failures), [], False
        self.woken = threading.Event()

    def write(self, data, timeout):
        failure = self.failures.pop(0) if self.failures else None
        if failure:
            raise failure
        self.written.append((time.monotonic(), data))

    def read(self, timeout):
        self.woken.wait(timeout)  # a quiet line
        self.woken.clear()
        return b""

    def wake(self):
        self.woken.set()

    def drain(self):
        pass

    def close(self):
        self.closed = True

    @property
    def data(self):
        return [d for _, d in self.written]


@pytest.mark.skipif(os.name != "posix", reason="a serial line of Windows is looked at 20 times a second")
@pytest.mark.parametrize("way", ["pty", "tcp"])
def test_an_idle_line_is_waited_for_and_not_polled_and_a_new_text_goes_out_at_once(way, monkeypatch):
    monkeypatch.setattr(bus, "LISTEN", 3600.0)  # whoever waited for its end would be noticed
    heard, reads = bytearray(), []
    wire = VirtualWire(lambda data: heard.extend(data) or b"", way=way)

    def connect():
        port = drivers.ports.open(wire.url)
        read = port.read
        port.read = lambda timeout: reads.append(timeout) or read(timeout)
        return port

    b = bus.Bus(connect)
    assert until(lambda: reads) and reads == [3600.0]

    b.plan("sign", [(0.0, b"one"), (0.05, b"two")])
    assert until(lambda: bytes(heard) == b"onetwo")
    assert until(lambda: reads[-1] == 3600.0) and len(reads) < 20

    keys = []
    b.listen(keys.append)
    wire.send(b"key")
    assert until(lambda: b"".join(keys) == b"key")
    began = time.monotonic()
    b.close()
    wire.close()
    assert time.monotonic() - began < 60 and not b._thread.is_alive()


def test_frames_leave_a_gap_and_each_device_has_its_turn():
    line = Line()
    b = bus.Bus(lambda: line)

    for key in "abc":
        b.plan(key, [(0.0, key.encode() + b"1"), (0.0, key.encode() + b"2")])

    assert until(lambda: len(line.data) == 6)
    times = [at for at, _ in line.written]
    assert min(y - x for x, y in zip(times, times[1:], strict=False)) >= bus.GAP
    b.close()
    assert line.closed


def test_a_newer_text_takes_the_place_of_one_that_has_not_gone_out():
    gate = []
    line = Line()
    b = bus.Bus(lambda: line if gate else (_ for _ in ()).throw(DeviceAbsent("not yet")), pauses=(0.01,))

    for n in range(50):
        b.plan("bar 1", [(0.0, b"%d" % n)])
    gate.append(1)

    assert until(lambda: line.data) and line.data == [b"49"]
    b.close()


def test_a_stuck_write_is_tried_twice_more_and_then_left():
    line = Line(*[DeviceSilent("stuck")] * 3)
    b = bus.Bus(lambda: line)

    b.plan("a", [(0.0, b"lost")])
    assert until(lambda: b.status().code == "stuck")
    b.plan("b", [(0.0, b"goes")])

    assert until(lambda: line.data == [b"goes"])
    b.close()


def test_a_line_that_breaks_is_opened_again_and_shows_what_counts_now():
    first, second = Line(DeviceAbsent("unplugged")), Line()
    lines = [first, second]
    b = bus.Bus(lambda: lines.pop(0), pauses=(0.01,))

    b.plan("a", [(0.0, b"A001")])

    assert until(lambda: second.data == [b"A001"]) and first.closed
    b.close()


def test_showing_never_waits_for_a_dead_line():
    sign = drivers.open("sign", "serial:///dev/does-not-exist", profile="zhongyi")
    began = time.monotonic()

    for n in range(1000):
        sign.show(f"A{n:03d}")

    assert time.monotonic() - began < 60
    assert until(lambda: sign.status().state == "trouble")
    sign.close()


@pytest.mark.parametrize("profile", PROFILES)
def test_bars_on_one_line_show_their_own_texts_and_a_dead_one_delays_nobody(profile):
    signs = [drivers.open("sign", f"virtual://sign?for={profile}", profile=profile, address=n) for n in (1, 2, 3)]
    bars = signs[0].standin
    assert all(s.standin is bars for s in signs)
    bars.dead.add(2)

    for n, sign in enumerate(signs, 1):
        sign.show(f"请A00{n}号到{n}窗口")

    assert bars.wait(3, "请A003号到3窗口") and bars.wait(1, "请A001号到1窗口")
    assert 2 not in bars.texts and bars.junk == 0
    assert signs[0].status().state == "unknown" and not signs[0].verified
    for sign in signs:
        sign.close()
        sign.close()


def test_the_same_text_at_once_is_sent_once_and_a_call_flashes_then_stands():
    told = []
    now = [0.0]

    class Ear:
        def plan(self, key, frames):
            told.append(list(frames))

    sign = serial_port.SerialSign(Ear(), PROFILES["zhongyi"], 1, flash=3.0, clock=lambda: now[0])
    sign.show("A001")
    sign.show("A001")
    now[0] = 1.0
    sign.show("A001", flash=0)

    assert [len(plan) for plan in told] == [7, 1]
    shown = [PROFILES["zhongyi"].read(data)[1] for _, data in told[0]]
    assert shown == ["A001", " "] * 3 + ["A001"] and told[0][-1][0] == 3.0
    assert [data[3] for _, data in told[0]] == [1, 2, 3, 4, 5, 6, 7]
