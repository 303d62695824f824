"""SAM frames: every published vector, any split, any noise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.reader import frames
from drivers.reader.frames import Damaged, SamDecoder, SamFrame

COMMANDS = [
    (frames.RESET, "AA AA AA 96 69 00 03 10 FF EC"),
    (frames.STATUS, "AA AA AA 96 69 00 03 11 FF ED"),
    (frames.SAM_ID, "AA AA AA 96 69 00 03 12 FF EE"),
    (frames.FIND, "AA AA AA 96 69 00 03 20 01 22"),
    (frames.SELECT, "AA AA AA 96 69 00 03 20 02 21"),
    (frames.READ_BASE, "AA AA AA 96 69 00 03 30 01 32"),
    (frames.READ_APPENDED, "AA AA AA 96 69 00 03 30 03 30"),
    (frames.request(0x30, 0x05), "AA AA AA 96 69 00 03 30 05 36"),
    (frames.request(0x30, 0x10), "AA AA AA 96 69 00 03 30 10 23"),
    (frames.request(0x60, 0x00), "AA AA AA 96 69 00 03 60 00 63"),
    (frames.request(0x60, 0x01), "AA AA AA 96 69 00 03 60 01 62"),
    (frames.request(0x60, 0x02), "AA AA AA 96 69 00 03 60 02 61"),
    (frames.request(0x60, 0x03), "AA AA AA 96 69 00 03 60 03 60"),
    (frames.request(0x60, 0x04), "AA AA AA 96 69 00 03 60 04 67"),
    (frames.request(0x61, 0xFF, b"\x50"), "AA AA AA 96 69 00 04 61 FF 50 CA"),
]
REPLIES = [(0x90, "94"), (0x80, "84"), (0x41, "45"), (0x91, "95"), (0x60, "64"), (0x66, "62"), (0x10, "14"), (0x11, "15"), (0x21, "25")]
REPLIES += [(0x81, "85")]


@pytest.mark.parametrize(("made", "published"), COMMANDS)
def test_a_request_is_the_published_bytes(made, published):
    assert made == bytes.fromhex(published)


@pytest.mark.parametrize(("sw3", "check"), REPLIES)
def test_a_short_reply_is_understood(sw3, check):
    wire = bytes.fromhex(f"AA AA AA 96 69 00 04 00 00 {sw3:02X} {check}")

    (frame,) = SamDecoder().feed(wire)

    assert frame.sw3 == sw3 and frame.data == b""
    assert frames.reply(sw3) == wire


def test_find_and_select_replies_carry_data_that_is_ignored():
    find = bytes.fromhex("AA AA AA 96 69 00 08 00 00 9F 00 00 00 00 97")
    select = bytes.fromhex("AA AA AA 96 69 00 0C 00 00 90" + " 00" * 8 + "9C")

    first, second = SamDecoder().feed(find + select)

    assert (first.sw3, len(first.data), second.sw3, len(second.data)) == (0x9F, 4, 0x90, 8)


def test_the_modules_number_is_shown_as_it_is_printed_on_readers():
    wire = "AA AA AA 96 69 00 14 00 00 90 05 00 03 00 CC B6 32 01 87 D6 12 00 B1 68 DE 3A B5"

    (frame,) = SamDecoder().feed(bytes.fromhex(wire))

    assert frames.sam_id(frame) == "05.03-20100812-0001234567-0987654321"


def base(text: bytes = bytes(256), photo: int = 1024, finger: int | None = None) -> bytes:
    lengths = len(text).to_bytes(2, "big") + photo.to_bytes(2, "big") + (b"" if finger is None else finger.to_bytes(2, "big"))
    return frames.reply(0x90, lengths + text + bytes(photo) + bytes(finger or 0))


@pytest.mark.parametrize(("finger", "size", "length"), [(None, 1295, "0508"), (1024, 2321, "090A"), (512, 1809, "070A"), (0, 1297, "050A")])
def test_the_text_is_found_by_its_length_fields_with_or_without_fingerprint(finger, size, length):
    text = bytes(range(256))
    wire = base(text, finger=finger)

    (frame,) = SamDecoder().feed(wire)

    assert (len(wire), wire[5:7].hex().upper()) == (size, length)
    assert frames.texts(frame) == text


@pytest.mark.parametrize(
    "data", [b"", b"\x01", bytes(8), b"\x01\x00\x04\x00" + bytes(100), b"\x00\x10\x00\x00" + bytes(16), b"\x01\x00\xff\xff" + bytes(1280)]
)
def test_a_reply_with_lengths_that_lie_is_no_card(data):
    (frame,) = SamDecoder().feed(frames.reply(0x90, data))

    assert frames.texts(frame) is None


@pytest.mark.parametrize("noise", ["", "00", "AA", "AA AA", "AA AA AA", "AA AA AA AA AA AA", "96 69", "AA AA AA 96", "02 00 11 03 CC"])
def test_noise_before_a_frame_is_passed_over(noise):
    decoder = SamDecoder()

    found = decoder.feed(bytes.fromhex(noise) + frames.reply(0x90))

    assert [f.sw3 for f in found if isinstance(f, SamFrame)] == [0x90]
    assert decoder.noise == 0


def test_two_frames_in_one_piece_and_a_cut_one_before_a_good_one():
    good = frames.reply(0x90)

    assert SamDecoder().feed(good + good) == [SamFrame(b"\0\0\x90")] * 2
    found = SamDecoder().feed(base()[:40] + good + bytes(1295))
    assert SamFrame(b"\0\0\x90") in found and Damaged("checksum") in found


@pytest.mark.parametrize("length", ["0000", "0003", "1001", "FFFF"])
def test_an_absurd_length_is_dropped_and_the_next_frame_is_read(length):
    found = SamDecoder().feed(bytes.fromhex("AAAAAA9669" + length) + frames.reply(0x80))

    assert found == [Damaged("length"), SamFrame(b"\0\0\x80")]


def test_a_wrong_checksum_is_said_and_gives_no_frame():
    wire = bytearray(frames.reply(0x90))
    wire[-1] ^= 1

    assert SamDecoder().feed(bytes(wire)) == [Damaged("checksum")]


def test_another_envelope_is_counted_as_noise():
    decoder = SamDecoder()

    found = decoder.feed(bytes.fromhex("02 00 11 03 CC 01 02 03"))

    assert found == [] and decoder.noise == 8
    assert decoder.last_noise[:1] == b"\x02"


def test_a_frame_never_shows_its_content():
    (frame,) = SamDecoder().feed(base(b"secret" + bytes(250)))

    assert "secret" not in repr(frame) and "body=" not in repr(frame)


@given(st.lists(st.binary(max_size=40), max_size=6), st.lists(st.integers(1, 64), min_size=1))
def test_any_split_gives_the_same_frames(noises, sizes):
    wire = b"".join(noise + frames.reply(0x90, bytes(n)) for n, noise in enumerate(noises))
    whole = SamDecoder().feed(wire)
    decoder, pieces, at, turn = SamDecoder(), [], 0, 0

    while at < len(wire):
        size = sizes[turn % len(sizes)]
        pieces += decoder.feed(wire[at : at + size])
        at, turn = at + size, turn + 1

    assert pieces == whole


@given(st.binary(max_size=3000))
def test_no_bytes_crash_it_and_every_frame_has_a_right_checksum(wire):
    for found in SamDecoder().feed(wire):
        if isinstance(found, SamFrame):
            assert frames.wrap(found.body) in wire
