"""A slip as a picture and as bytes; what is on the paper is read back with a library that is not ours."""

from pathlib import Path

import pytest
import zxingcpp
from escpos.printer import Dummy
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from PIL import Image

from drivers.contract import Slip
from drivers.printer import fonts as font_files
from drivers.printer.fonts import standard
from drivers.printer.picture import Page, differ, fitting, missing, picture, pieces
from drivers.printer.slip import BAND, encode, native_code, wrapped
from drivers.printer.virtual import PaperRoll

GOLDEN = Path(__file__).parent / "golden"
TRACK = "http://hall.example.cn:8700/t/7Kq2ZpXw9dLm"
SLIP = Slip.read(
    {
        "heading": "台州市椒江区政务服务中心",
        "subheading": "Jiaojiang Government Service Centre",
        "label": "您的号码",
        "number": "A017",
        "title": "不动产登记（首次、转移、变更、注销）",
        "highlights": [("前面等候", "12 人"), ("预计叫号", "10:20–10:45")],
        "facts": [("取号时间", "2026-11-20 09:58"), ("申请人", "张*")],
        "qr": TRACK,
        "qr_lines": [{"text": "微信扫码", "bold": True}, "查看前面还有几人"],
        "footer": ["请在休息区等候，注意呼叫及大屏显示信息。", "过号后请到导服台重新排队。"],
    }
)


def codes(image):
    return [c.text for c in zxingcpp.read_barcodes(image.convert("L"))]


def printed(data, width=576):
    """The slips that our stand-in makes of these bytes; none of them may hold a command it does not know."""
    paper = PaperRoll(width)
    paper.feed(data)
    assert paper.unknown == []
    return paper.cut_off()


@pytest.mark.parametrize("width", [192, 256, 384, 512, 560, 576, 640, 832, 1280])
def test_the_code_can_be_read_from_the_picture_at_every_width(width):
    image = picture(SLIP, width=width)

    assert image.mode == "1" and image.width == width
    assert codes(image) == [TRACK]


@pytest.mark.parametrize("width", [384, 576])
@pytest.mark.parametrize("mode", ["image", "text"])
@pytest.mark.parametrize("qr", ["raster", "native"])
def test_every_way_of_printing_gives_one_slip_with_the_code(width, mode, qr):
    data = encode(SLIP, width=width, mode=mode, qr=qr)

    (slip,) = printed(data, width)
    assert codes(slip) == [TRACK]


def test_what_is_printed_is_the_picture_dot_for_dot():
    (slip,) = printed(encode(SLIP))

    assert not differ(slip, picture(SLIP))


@pytest.mark.parametrize("width", [576, 384])
def test_a_serial_line_carries_no_white_and_the_paper_is_the_same_dot_for_dot(width):
    plain, tight = encode(SLIP, width=width), encode(SLIP, width=width, tight=True)

    assert len(tight) < len(plain) * 0.65
    (slip,) = printed(tight, width)
    assert not differ(slip, picture(SLIP, width=width))


def test_our_bands_are_the_same_bytes_as_those_of_another_encoder():
    paper = Dummy()
    paper.image(picture(SLIP), fragment_height=BAND)

    assert paper.output in encode(SLIP)


@pytest.mark.parametrize("text", [TRACK, "http://h/" + "x" * 300])
def test_a_native_code_is_the_same_bytes_as_those_of_another_encoder(text):
    paper = Dummy()
    paper.qr(text, ec=1, size=4 if len(text) > 200 else 5, native=True)

    assert native_code(text, 384) in paper.output and len(native_code(text, 384)) > len(text)


class LowByteOnly(PaperRoll):
    """A printer that heeds the low byte of a band's height only: some do."""

    def _raster(self, b):
        return super()._raster(b[:7] + b"\0" + b[8:])


@pytest.mark.parametrize("mode", ["image", "text"])
@pytest.mark.parametrize("tight", [False, True])
@pytest.mark.parametrize("band", [24, 128, 255])
def test_a_printer_that_heeds_one_byte_of_the_height_prints_the_same_paper(mode, tight, band):
    data = encode(SLIP, mode=mode, tight=tight, band=band)
    paper, other = PaperRoll(576), LowByteOnly(576)
    paper.feed(data)
    other.feed(data)

    (slip,), (same,) = paper.cut_off(), other.cut_off()
    assert other.unknown == [] and not differ(slip, same) and codes(same) == [TRACK]


@pytest.mark.parametrize("mode", ["image", "text"])
@pytest.mark.parametrize("qr", ["raster", "native"])
@pytest.mark.parametrize("width", [384, 576])
@pytest.mark.parametrize("length", [30, 80, 122, 200, 333, 420])
def test_a_code_of_a_long_link_keeps_four_dots_a_module_and_stays_on_the_paper(mode, qr, width, length):
    link = "http://hall.example.cn/t/".ljust(length, "x")
    slip = Slip(number="1", qr=link, qr_lines=SLIP.qr_lines)

    (paper,) = printed(encode(slip, mode=mode, qr=qr, width=width), width)

    (found,) = zxingcpp.read_barcodes(paper.convert("L"))
    assert found.text == link
    across = found.position.top_right.x - found.position.top_left.x
    modules = fitting(link, width)[1].width - 8
    assert across / modules > 3.9 and across <= width


@pytest.mark.parametrize("mode", ["image", "text"])
@pytest.mark.parametrize("qr", ["raster", "native"])
def test_a_code_that_no_phone_could_read_is_left_out_and_the_slip_is_printed(mode, qr):
    for link in ("x" * 800, "x" * 5000):
        slip = Slip(number="A001", qr=link, qr_lines=SLIP.qr_lines)

        (paper,) = printed(encode(slip, mode=mode, qr=qr, width=384), 384)

        assert codes(paper) == [] and paper.convert("L").getextrema() == (0, 255)


@pytest.mark.parametrize("band", [0, 23, 256])
def test_a_band_that_printers_cannot_take_is_refused(band):
    with pytest.raises(ValueError, match="24 to 255"):
        encode(SLIP, band=band)


@pytest.mark.parametrize(("width", "header"), [(576, "1D 76 30 00 48 00 80 00"), (384, "1D 76 30 00 30 00 80 00")])
def test_bands_have_the_published_header(width, header):
    data = encode(SLIP, width=width)

    assert data.startswith(b"\x1b@" + bytes.fromhex(header))
    assert data.endswith(b"\x1dV\x01")


@pytest.mark.parametrize(("cut", "end"), [("full", "1D 56 00"), ("partial", "1D 56 01"), ("feed", "1D 56 42 00"), ("none", "")])
def test_a_job_has_one_cut_of_the_kind_that_was_set_and_then_the_presenters_bytes(cut, end):
    data = encode(SLIP, cut=cut, presenter=b"\x1d\x65\x05")

    assert data.endswith(bytes.fromhex(end) + b"\x1d\x65\x05")
    assert len(printed(data[:-3])) == (cut != "none")


@pytest.mark.parametrize("wrong", [{"mode": "Image"}, {"cut": "half"}, {"qr": "yes"}, {"width": 100}])
def test_a_wrong_setting_says_what_is_possible(wrong):
    with pytest.raises(ValueError, match="is one of|dots wide"):
        encode(SLIP, **wrong)


def test_the_blank_tail_stands_before_the_cut():
    image = picture(SLIP, tail=40).convert("L")

    assert image.crop((0, image.height - 40, image.width, image.height)).getextrema() == (255, 255)


def test_text_mode_is_short_and_a_rare_character_comes_as_a_picture():
    plain = encode(Slip.read({"number": "A017", "title": "社保", "lines": ["张三·先生"]}), mode="text")
    rare = encode(Slip.read({"number": "A017", "title": "社保", "lines": ["㐂𠮷先生"]}), mode="text")

    assert len(plain) < 500 and b"\x1dv0" not in plain
    assert plain.startswith(b"\x1b@\x1c&\x1d!\x00\x1c!\x00\x1b!\x00") and "社保".encode("gb18030") in plain
    assert b"\x1dv0" in rare and "先生".encode("gb18030") not in rare


def test_text_mode_never_sends_a_four_byte_code():
    for character in "¥㐂𠮷䶮鿏€·〇①：（）":
        data = encode(Slip.read({"number": "1", "lines": [character]}), mode="text")

        assert len(printed(data)) == 1
        code = character.encode("gb18030")
        assert len(code) == 2 or code not in data


@pytest.mark.parametrize(("text", "lost"), [("㐂䶮·鿏𬭎𬱖", set()), ("𠮷野", {"𠮷"}), ("👍", {"👍"})])
def test_what_no_font_has_is_known_before_it_is_printed(text, lost):
    assert missing(Slip(number="1", title=text)) == lost


def test_a_missing_character_is_a_visible_box_that_differs_from_every_other():
    one, two, blank = (picture(Slip(number="1", title=t)) for t in ("𠮷", "👍", " "))

    assert differ(one, two) and differ(one, blank)


def test_once_a_font_has_been_looked_through_nothing_of_its_file_is_kept(monkeypatch):
    opened = []
    true = font_files.ttLib.TTFont
    monkeypatch.setattr(font_files.ttLib, "TTFont", lambda *given, **named: opened.append(true(*given, **named)) or opened[-1])

    assert ord("中") in font_files.covered.__wrapped__(standard().files[0])

    assert [(font.tables, font.reader) for font in opened] == [({}, None)]


def test_a_second_font_draws_what_the_first_has_not(tmp_path):
    pen = TTGlyphPen(None)
    for point in ((0, 0), (0, 900), (900, 900), (900, 0)):
        (pen.lineTo if pen.points else pen.moveTo)(point)
    pen.closePath()
    font = FontBuilder(1000, isTTF=True)
    font.setupGlyphOrder([".notdef", "block"])
    font.setupCharacterMap({0x20BB7: "block"})
    font.setupGlyf({".notdef": pen.glyph(), "block": pen.glyph()})
    font.setupHorizontalMetrics({".notdef": (1000, 0), "block": (1000, 0)})
    font.setupHorizontalHeader(ascent=900, descent=-100)
    font.setupNameTable({"familyName": "Second", "styleName": "Regular"})
    font.setupOS2()
    font.setupPost()
    font.save(tmp_path / "second.ttf")
    fonts = standard(str(tmp_path / "second.ttf"))
    slip = Slip(number="1", title="𠮷野")

    assert missing(slip, fonts) == set() and missing(slip) == {"𠮷"}
    assert differ(picture(slip, fonts=fonts), picture(slip))
    assert encode(slip, fonts=fonts) != encode(slip)


def test_a_copy_is_marked_and_differs():
    again = picture(Slip.read({**vars(SLIP), "mark": "补打"}))

    assert again.height > picture(SLIP).height and codes(again) == [TRACK]


@pytest.mark.parametrize("width", [384, 576])
@pytest.mark.parametrize("number", ["1", "A001", "VIP1024", "AP123456789"])
def test_a_number_of_any_length_keeps_inside_the_paper(width, number):
    image = picture(Slip(number=number), width=width).convert("L")

    box = image.point(lambda v: 255 - v).getbbox()
    assert box[0] >= 4 and box[2] <= width - 4


def test_long_texts_wrap_and_no_line_begins_with_a_full_stop():
    page = Page(384, standard())

    rows = page.rows("请在休息区等候，注意呼叫及大屏显示信息。过号后请到导服台。", 24, 24 * 8)

    assert all("".join(r.text for r in row)[0] not in "，。" for row in rows)
    assert sum(r.width for row in rows for r in row) > 24 * 20
    assert max(sum(r.width for r in row) for row in rows) <= 24 * 8


@pytest.mark.parametrize("mode", ["image", "text"])
def test_a_word_wider_than_the_paper_is_cut_and_nothing_of_it_is_lost(mode):
    word = "W" * 100

    assert len(printed(encode(Slip(number="1", title=word), mode=mode, width=384), 384)) == 1
    assert "".join(r.text for row in Page(384, standard()).rows(word, 24, 300) for r in row) == word
    assert "".join(wrapped(word, 32)) == word and max(map(len, wrapped(word, 32))) <= 32


def test_words_and_addresses_are_not_torn():
    assert pieces("请到 A017 号（3号）") == ["请", "到", " ", "A017", " ", "号", "（3", "号）"]


def test_a_logo_is_printed_above_the_heading(tmp_path):
    Image.new("RGBA", (300, 200), (0, 0, 0, 255)).save(tmp_path / "logo.png")

    with_logo = picture(Slip(number="1", heading="厅", logo=str(tmp_path / "logo.png")))

    assert with_logo.height > picture(Slip(number="1", heading="厅")).height + 80


def test_a_slip_from_json_refuses_a_part_that_it_has_not():
    with pytest.raises(ValueError, match="titel"):
        Slip.read({"number": "1", "titel": "x"})


@pytest.mark.parametrize("name", ["text-576", "text-384"])
def test_the_bytes_of_text_mode_are_the_golden_ones(name):
    data = encode(SLIP, mode="text", width=int(name[-3:]))

    assert data == (GOLDEN / f"slip-{name}.bin").read_bytes()
