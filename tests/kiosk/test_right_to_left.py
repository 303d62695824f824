"""A language that is read from right to left, as one more file of words: the slip is printed so, and what the file lacks is Chinese there
as everywhere. The words are made up of real letters; they say nothing."""

import tomllib
from dataclasses import replace
from types import SimpleNamespace

import pytest
from PIL import features

from config import words
from drivers.contract import Fact, Slip, SlipLine
from drivers.printer import picture
from drivers.printer.fonts import Fonts, standard
from kiosk import slip

FACE = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"  # has the letters; a hall names its own (`second_font`)
UYGHUR = """
[language]
name = "ئۇيغۇرچە"
tag = "ug"
order = 30
plurals = "one"
list = "، "
direction = "rtl"

[slip]
heading = "{hall}"
label = "نومۇرىڭىز"
title = "{service}"
highlights = [["ئالدىڭىزدا", "{ahead}"], ["ۋاقىت", "{wait}"]]

[kiosk]
slip_unserved = "ھازىر يوق"

[pages.kiosk]
way_card = "كىملىك بىلەن"
"""


@pytest.fixture
def spoken(tmp_path, monkeypatch):
    """The shipped languages, and one from right to left of which only a few sentences are there."""
    for file in words.HERE.glob("*.toml"):
        (tmp_path / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "ug.toml").write_text(UYGHUR, encoding="utf-8")
    known = words.load(tmp_path)
    monkeypatch.setattr(slip, "load_words", lambda: known)
    monkeypatch.setattr(slip, "LANGUAGES", known.languages)
    shipped = slip.config_load.slip(None)  # its fields are the languages that there were as this process began
    monkeypatch.setattr(slip.config_load, "slip", lambda path: SimpleNamespace(language="visitor", logo="", words=lambda lang: shipped.zh))
    return known


def half(image, side):
    """How many black dots a half of a picture has."""
    wide = image.width // 2
    cut = image.crop((0, 0, wide, image.height) if side == "left" else (wide, 0, image.width, image.height)).convert("L")
    return sum(cut.histogram()[:128])


TICKET = {"number": "A012", "service": "tax", "class": "ordinary", "ahead": 3, "state": "waiting", "issued_at": "2026-11-20T09:00:00+08:00"}
TICKET |= {"wait": {"say": {"zh": "约10分钟", "ug": "10"}}}
HALL = {"name": "示例厅", "names": {"zh": "示例厅", "ug": "زال"}}
SERVICE = {"code": "tax", "name": "纳税申报", "names": {"zh": "纳税申报"}}


def printed(language):
    return slip.slip(TICKET, slip.load(), hall=HALL, service=SERVICE, language=language, url="https://hall.example/t/x")


def test_its_slip_is_set_from_right_to_left_and_says_in_chinese_what_the_file_lacks(spoken):
    made, chinese = printed("ug"), printed("zh")

    assert (made.rtl, chinese.rtl, printed("en").rtl) == (True, False, False)
    assert (made.heading, made.label, made.title) == ("زال", "نومۇرىڭىز", "纳税申报")
    assert [f.label for f in made.highlights] == ["ئالدىڭىزدا", "ۋاقىت"] and made.footer == chinese.footer != ()
    assert made.facts == chinese.facts and len(made.qr_lines) == len(chinese.qr_lines)


def test_what_a_language_lacks_is_said_in_the_first_one_everywhere(spoken):
    chinese = tomllib.loads((words.HERE / "zh.toml").read_text(encoding="utf-8"))

    assert spoken.languages == ("zh", "en", "ug") and spoken.of("ug", "direction") == "rtl" and spoken.fitting("ug-CN") == "ug"
    assert spoken.text("refusals", "no_such_page", "ug") == chinese["refusals"]["no_such_page"]
    assert spoken.text("kiosk", "slip_unserved", "ug") == "ھازىر يوق"
    assert set(spoken.section("pages.kiosk", "ug")) == set(spoken.section("pages.kiosk", "zh"))


@pytest.mark.skipif(not features.check("raqm"), reason="this Pillow sets no letters that join")
@pytest.mark.parametrize("width", [384, 576])
def test_on_paper_it_is_mirrored(width):
    """Labels begin at the right; beside the code, the code is at the right."""
    fonts = replace(standard(), files=(*standard().files, FACE))
    assert not fonts.missing("ئۇيغۇرچە نومۇرىڭىز")
    fact = Fact(label="ئالدىڭىزدا ئادەم بار ", value="3")
    ltr, rtl = (picture.text_line(fact, width=width, fonts=fonts, rtl=way) for way in (False, True))
    line = [picture.text_line(SlipLine(text="نومۇر"), width=width, fonts=fonts, rtl=way) for way in (False, True)]

    assert half(ltr, "left") > half(ltr, "right") and half(rtl, "right") > half(rtl, "left")
    assert half(line[0], "right") == 0 and half(line[1], "left") == 0
    whole = Slip(number="A012", label="نومۇرىڭىز", facts=(fact,), qr="https://hall.example/t/x", qr_lines=(SlipLine(text="نومۇر"),))
    images = [picture.picture(replace(whole, rtl=way), width=width, fonts=fonts) for way in (False, True)]
    assert images[0].size == images[1].size and images[0].tobytes() != images[1].tobytes()
    if width >= 480:
        assert half(images[1], "right") > half(images[1], "left") and half(images[0], "left") > half(images[0], "right")


@pytest.mark.parametrize("text", ["2026-11-20 09:00", "请到1、2、3号窗口", "A012"])
def test_a_date_or_a_chinese_sentence_on_it_is_not_turned_round(text):
    fonts = Fonts((*standard().files, FACE))
    ltr, rtl = (picture.text_line(SlipLine(text=text, align="center"), width=576, fonts=fonts, rtl=way) for way in (False, True))

    assert ltr.tobytes() == rtl.tobytes()


def test_letters_that_join_are_set_at_once_with_the_digits_among_them():
    fonts = Fonts((*standard().files, FACE))

    assert list(fonts.runs("نومۇر 12", whole=True)) == [(FACE, "نومۇر 12")]
    assert len(list(fonts.runs("نومۇر 12"))) > 1
