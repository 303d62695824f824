"""A card is laid on a reader and a slip comes out of a printer: real frames, a real kiosk, a real server, real ESC/POS bytes."""

import json
import time
from pathlib import Path

import numpy as np
import pytest
import zxingcpp
from PIL import Image, ImageDraw, ImageFont
from pylopdf_fonts_zh_cn import __file__ as fonts

NUMBERS = [f"{letter}00{digit}" for letter in "ABC" for digit in range(1, 10)]


def test_from_card_to_slip(place, record_property):
    server = place.server()
    server.open("1")
    reader, printer = place.reader(baud=115200), place.printer()
    kiosk = place.kiosk(server, reader, printer)

    kiosk.do("start", {"way": "card"})
    laid = time.monotonic()
    reader.lay("resident")
    state = kiosk.on("choosing")
    read = time.monotonic()
    kiosk.do("choose", {"service": "tax"})
    kiosk.on("confirm")
    touched = time.monotonic()
    kiosk.do("confirm")
    slip = printer.wait(1, timeout=15)
    printed = time.monotonic()

    assert state["person"]["masked"] == "张*" and state["person"]["last4"] == "002X"
    codes = [code.text for code in zxingcpp.read_barcodes(slip)]
    (track,) = [url for url in codes if url.startswith(f"{server.url}/t/")]
    status, ticket, _ = server.get(f"/track/{track.rpartition('/')[2]}")
    assert status == 200 and (ticket["number"], ticket["service"], ticket["state"]) == ("A001", "tax", "waiting")
    assert ticket["holder_masked"] == "张*"
    assert largest_words(slip) == "A001"
    done = kiosk.on("done")
    assert done["ticket"]["number"] == "A001" and done["ticket"]["url"] == track
    record_property("card_to_choosing_s", round(read - laid, 3))
    record_property("confirm_to_slip_s", round(printed - touched, 3))
    assert printed - laid < 5

    reader.lift()
    kiosk.do("cancel")
    kiosk.on("idle")
    assert nothing_of_the_person(place, "11010519491231002X", "张三")
    server.stop()
    place.clean()


def test_the_number_is_as_text_on_a_printer_in_text_mode(place):
    server = place.server()
    server.open("1")
    reader, printer = place.reader(), place.printer()
    kiosk = place.kiosk(server, reader, printer, more='mode = "text"\nqr = "native"')

    kiosk.do("start", {"way": "card"})
    reader.lay("second")
    kiosk.on("choosing")
    kiosk.do("choose", {"service": "estate"})
    kiosk.do("confirm")
    slip = printer.wait(1, timeout=15)

    assert b"C001" in printer.jobs[-1]
    assert any(code.text.startswith(f"{server.url}/t/") for code in zxingcpp.read_barcodes(slip))


def test_the_same_card_again_gives_no_second_number(place, wait):
    server = place.server()
    server.open("1")
    reader, printer = place.reader(), place.printer()
    kiosk = place.kiosk(server, reader, printer)

    for screen in ("done", "holds"):
        kiosk.do("start", {"way": "card"})
        reader.lay("resident")
        kiosk.on("choosing")
        kiosk.do("choose", {"service": "tax"})
        kiosk.do("confirm")
        state = kiosk.on(screen)
        reader.lift()
        reader.sam.asked.clear()
        wait(lambda: reader.sam.asked[:1] == [(0x20, 0x01)] or reader.sam.asked.clear(), why="the reader does not look for a card again")
        kiosk.do("cancel")
        kiosk.on("idle")

    assert [t["number"] for t in state["tickets"]] == ["A001"]
    assert printer.printed == 1


@pytest.mark.parametrize("fault", ["noise", "pieces", "damaged once", "cut once"])
def test_a_card_frame_that_is_spoilt_on_the_wire_is_read_at_the_next_look(place, fault):
    server = place.server()
    server.open("1")
    reader, printer = place.reader(), place.printer()
    kiosk = place.kiosk(server, reader, printer)

    if fault == "noise":
        reader.noise = b"\x00\xff\xaa\xaa\xaa"
    elif fault == "pieces":
        reader.piece = 7
    elif fault == "damaged once":
        reader.damage = 1
    else:
        reader.cut = 1
    kiosk.do("start", {"way": "card"})
    reader.lay("resident")
    state = kiosk.on("choosing")

    assert state["person"] == {"masked": "张*", "last4": "002X", "card": "resident"}


def largest_words(slip):
    """The tallest line of a slip, read by comparing it with all numbers drawn in the product's own typeface."""
    ink = np.asarray(slip.convert("L")) < 128
    rows = np.flatnonzero(np.diff(np.concatenate(([0], ink.any(axis=1).astype(int), [0]))))
    lines = list(zip(rows[::2], rows[1::2], strict=True))
    code = zxingcpp.read_barcodes(slip)[0].position
    words = [(top, end) for top, end in lines if end < code.top_left.y or top > code.bottom_left.y]
    top, end = max(words, key=lambda line: line[1] - line[0])
    seen = trimmed(ink[top:end])
    face = next(Path(fonts).parent.rglob("NotoSansSC-Regular.otf"))

    def unlike(text):
        font = ImageFont.truetype(str(face), 200)
        page = Image.new("L", (1200, 400), 0)
        ImageDraw.Draw(page).text((50, 50), text, font=font, fill=255, stroke_width=4)
        drawn = Image.fromarray(trimmed(np.asarray(page) > 128)).resize(seen.shape[::-1])
        return np.mean(np.asarray(drawn) != seen)

    return min(NUMBERS, key=unlike)


def trimmed(ink):
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def nothing_of_the_person(place, *secrets):
    """No file, journal row or log of any process holds the number or the name of the person."""
    found = []
    for path in place.folder.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            found += [f"{secret} in {path}" for secret in secrets if secret.encode() in data or json.dumps(secret).encode() in data]
    assert not found, found
    return True
