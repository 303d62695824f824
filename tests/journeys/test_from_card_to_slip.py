"""A card is laid on a reader and a slip comes out of a printer: real frames, a real kiosk, a real server, real ESC/POS bytes."""

import json
import time
from pathlib import Path

import numpy as np
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
    slip = printer.wait(1)
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
    slip = printer.wait(1)

    assert b"C001" in printer.jobs[-1]
    assert any(code.text.startswith(f"{server.url}/t/") for code in zxingcpp.read_barcodes(slip))


FAULTS = {"noise": b"\x00\xff\xaa\xaa\xaa", "piece": 7, "damage": 1, "cut": 1}


def test_one_card_one_number_and_a_spoilt_wire_spoils_no_visit(place, wait):
    server = place.server()
    server.open("1")
    reader, printer = place.reader(), place.printer()
    kiosk = place.kiosk(server, reader, printer)

    def lay(card):
        kiosk.do("start", {"way": "card"})
        reader.lay(card)
        return kiosk.on("choosing")

    def leave():
        """The card is taken away, and the reader has seen it."""
        reader.lift()
        reader.sam.asked.clear()
        wait(lambda: reader.sam.asked[:1] == [(0x20, 0x01)] or reader.sam.asked.clear(), why="the reader does not look for a card again")
        kiosk.do("cancel")
        kiosk.on("idle")

    for fault, how in FAULTS.items():
        usual = getattr(reader, fault)
        setattr(reader, fault, how)
        person = lay("resident")["person"]
        assert person == {"masked": "张*", "last4": "002X", "card": "resident", "phone": ""}, fault
        setattr(reader, fault, usual)
        leave()
    lay("resident")
    kiosk.do("choose", {"service": "tax"})
    kiosk.do("confirm")
    kiosk.on("done")
    leave()
    kiosk.do("start", {"way": "card"})
    reader.lay("resident")
    state = kiosk.on("holds")  # who has a number is told so at once
    leave()

    assert [t["number"] for t in state["tickets"]] == ["A001"]
    assert printer.printed == 1

    for fault in ("damage", "cut"):  # now every frame: a reader to be mended, told in a sentence, and no number out of thin air
        kiosk.do("start", {"way": "card"})
        setattr(reader, fault, 10**9)
        reader.lay("resident")
        told = wait(lambda: (found := kiosk.state["devices"]["reader"])["state"] == "trouble" and found, why=lambda: kiosk.state)
        assert told["sentence"] and told["sentence_en"] and told["code"]
        setattr(reader, fault, 0)
        reader.lift()
        wait(lambda: kiosk.state["devices"]["reader"]["state"] == "ok", why=lambda: kiosk.state["devices"])
        if kiosk.state["screen"] != "idle":
            kiosk.do("cancel")
    assert printer.printed == 1 and server.get("/services")[1]["items"][0]["waiting"] == 1


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
