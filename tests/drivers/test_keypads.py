"""Call keypads: the published frames of the bus, its line of pads, and the codes of a USB pad."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from soon import until

import drivers
from drivers.contract import KeyPress
from drivers.keypad import frames, numpad
from drivers.keypad.frames import BusDecoder, BusFrame

KEYS = [
    ("call", "FF 68 03 03 68 05 01 0C 12 16"),
    ("recall", "FF 68 03 03 68 05 01 0D 13 16"),
    ("finish", "FF 68 03 03 68 05 01 0B 11 16"),
    ("pause", "FF 68 03 03 68 05 01 12 18 16"),
    ("transfer", "FF 68 03 03 68 05 01 13 19 16"),
    ("miss", "FF 68 04 04 68 05 01 06 0F 1B 16"),
]


@pytest.mark.parametrize(("name", "wire"), KEYS)
def test_a_published_key_is_read_and_acknowledged_with_the_same_frame(name, wire):
    (frame,) = BusDecoder().feed(bytes.fromhex(wire))

    assert frames.gesture(frame) == (name, None) and frame.address == 5
    assert frames.acknowledgement(frame) == bytes.fromhex(wire)


@pytest.mark.parametrize(("data", "name"), [("00 0F", "hold"), ("03 0F", "resume"), ("0E", None), ("11", None), ("99 0F", None)])
def test_two_byte_keys_and_keys_without_a_meaning(data, name):
    frame = BusFrame(5, 1, bytes.fromhex(data))

    assert frames.gesture(frame) == (None if name is None else (name, None))


def test_an_evaluation_has_its_own_acknowledgement_and_the_grades_are_a_setting():
    (frame,) = BusDecoder().feed(bytes.fromhex("FF 68 03 03 68 05 11 00 16 16"))

    assert frames.acknowledgement(frame) == bytes.fromhex("FF 68 03 03 68 05 01 00 06 16")
    assert [frames.gesture(BusFrame(5, 0x11, bytes((k,)))) for k in range(5)] == [*(("evaluate", g) for g in (5, 4, 3, 1)), None]
    assert frames.gesture(BusFrame(5, 0x11, b"\x02"), grades=(5, 4, 2, 1)) == ("evaluate", 2)
    assert frames.gesture(BusFrame(5, 0x11, b"")) is None


def test_what_a_keypad_is_told_are_the_published_bytes():
    assert frames.show_number(5, "A027") == bytes.fromhex("FF 68 08 08 68 05 02 0A 0A 0A 00 02 07 2E 16")
    assert frames.show_waiting(5, 12) == bytes.fromhex("FF 68 08 08 68 05 02 00 01 02 0A 0A 0A 28 16")
    assert frames.beep(5) == bytes.fromhex("FF 68 02 02 68 05 03 08 16")
    assert frames.show_waiting(5, 5000) == frames.show_waiting(5, 999)
    assert frames.show_number(5, "VIP1024")[-5:-2] == b"\x00\x02\x04"


@pytest.mark.parametrize(
    "noise", ["", "FF", "FF 68", "FF FF FF", "FF 68 03 04 68", "FF 68 09 09 68", "16 16", "FF 68 03 03 68 05 01 0C 13 16"]
)
def test_noise_and_spoilt_frames_are_passed_over(noise):
    good = bytes.fromhex(KEYS[0][1])

    assert BusDecoder().feed(bytes.fromhex(noise) + good) == [BusFrame(5, 1, b"\x0c")]


@given(st.lists(st.sampled_from(KEYS), max_size=5), st.integers(1, 9))
def test_any_split_gives_the_same_keys(keys, size):
    wire = b"".join(bytes.fromhex(w) for _, w in keys)
    decoder, found = BusDecoder(), []

    for at in range(0, len(wire), size):
        found += decoder.feed(wire[at : at + size])

    assert [frames.gesture(f)[0] for f in found] == [name for name, _ in keys]


@given(st.binary(max_size=500))
def test_no_bytes_crash_it(wire):
    for frame in BusDecoder().feed(wire):
        frames.gesture(frame)
        assert frames.encode(frame.address, frame.function, frame.data) in wire


def test_keys_travel_over_the_line_are_acknowledged_and_the_display_is_lit():
    pad = drivers.open("keypad", "virtual://keypad", profile="bus", address=5, window="3")
    heard = []
    pad.start(heard.append)

    pad.standin.press("call")
    assert until(lambda: heard) and until(lambda: pad.standin.acknowledged)
    pad.standin.press("key 0")
    assert until(lambda: len(heard) == 2)
    pad.show(number="A027", beep=True)
    assert until(lambda: pad.standin.shown == "   027" and pad.standin.beeps == 1)
    pad.show(waiting=12)
    assert until(lambda: pad.standin.shown == "012   ")

    assert [(k.window, k.gesture, k.grade) for k in heard] == [("3", "call", None), ("3", "evaluate", 5)]
    assert pad.standin.acknowledged[0] == bytes.fromhex(KEYS[0][1]) and pad.status().state == "ok" and not pad.verified
    pad.close()
    pad.close()


def test_a_key_repeated_because_its_acknowledgement_was_lost_counts_once_and_other_pads_keys_are_not_ours():
    pad = drivers.open("keypad", "virtual://keypad", profile="bus", address=5, again=60)
    heard = []
    pad.start(heard.append)

    for address, name in ((5, "call"), (5, "call"), (6, "call"), (5, "recall")):
        pad.standin.address = address
        pad.standin.press(name)

    assert until(lambda: len(heard) == 2) and [k.gesture for k in heard] == ["call", "recall"]
    pad.close()


def test_keys_and_grades_are_settings():
    pad = drivers.open("keypad", "virtual://keypad", profile="bus", address=1, keys={"0E": "start"}, grades=[5, 4, 2, 1])
    heard = []
    pad.start(heard.append)

    pad.standin.send(frames.encode(1, 1, b"\x0e"))
    pad.standin.press("key 2")

    assert until(lambda: len(heard) == 2) and (heard[0].gesture, heard[1].grade) == ("start", 2)
    pad.close()


@pytest.mark.parametrize("setting", [{"profile": "buss"}, {"profile": "bus", "grades": (6,)}])
def test_a_wrong_setting_is_said_when_a_pad_is_opened(setting):
    with pytest.raises(ValueError, match="profile|grades"):
        drivers.open("keypad", "virtual://keypad", **setting)


@pytest.mark.parametrize(
    ("typed", "gestures"),
    [
        ("\n", ["call"]),
        ("1\n", ["recall"]),
        ("2\n3\n", ["start", "finish"]),
        ("4\n5\n6\n7\n8\n9\n0\n", ["miss", "hold", "resume", "transfer", "pause", "open", "close"]),
        ("017\n", [("call", "017")]),
        ("12\n", []),
        ("12\b3\n", ["finish"]),
        ("4.\n", ["call"]),
        ("99999999999\n", [("call", "99999999")]),
        ("é\n", ["call"]),
    ],
)
def test_codes_of_a_usb_pad(typed, gestures):
    presses = numpad.Keymap("3").feed(typed, 0.0)

    assert [p.gesture if not p.number else (p.gesture, p.number) for p in presses] == gestures
    assert all(p.window == "3" for p in presses)


def test_a_code_left_unfinished_is_forgotten():
    codes = numpad.Keymap()

    assert codes.feed("4", 0.0) == [] and codes.feed("\n", 6.0)[0].gesture == "call"


def test_a_usb_pad_is_pressed_by_name_or_by_digits():
    pad = drivers.open("keypad", "virtual://keypad?control=0", profile="usb", window="2")
    heard = []
    pad.start(heard.append)

    pad.standin.press("miss")
    pad.standin.press("1")
    assert pad.standin.controls.do("press 017").startswith("ok") and pad.standin.controls.do("press jump").startswith("no")

    assert heard == [
        KeyPress(window="2", gesture="miss", raw=b"4"),
        KeyPress(window="2", gesture="recall", raw=b"1"),
        KeyPress(window="2", gesture="call", number="017", raw=b"017"),
    ]
    pad.close()


def test_a_usb_pad_on_its_input_device(tmp_path):
    import os
    import struct

    path = tmp_path / "event0"
    os.mkfifo(path)
    keep = os.open(path, os.O_RDWR)
    pad = drivers.open("keypad", f"input://{path}", profile="usb", window="1")
    heard = []
    pad.start(heard.append)

    os.write(keep, b"".join(struct.pack("llHHi", 0, 0, 1, code, value) for code in (79, 96, 96) for value in (1, 0)))

    assert until(lambda: len(heard) == 2) and [k.gesture for k in heard] == ["recall", "call"]
    assert pad.status().state == "ok"
    pad.close()
    os.close(keep)
