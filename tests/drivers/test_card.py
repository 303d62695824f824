"""The four layouts of ID cards, read from the published vectors."""

from datetime import date
from functools import reduce
from operator import xor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import id_numbers
from drivers.reader import card as cards
from drivers.reader.frames import SamDecoder, reply, texts
from drivers.reader.virtual import CARDS

TODAY = date(2026, 11, 20)


def vector(name):
    kind, values = CARDS[name]
    return cards.block(kind, **values)


def test_blocks_of_the_vectors_have_the_published_checksums():
    for name, check in (("resident", 0x1E), ("foreigner", 0x0E), ("hmt", 0xB0), ("foreigner_2023", 0x6B)):
        wire = reply(0x90, b"\x01\x00\x04\x00" + vector(name) + bytes(1024))

        assert len(wire) == 1295 and wire[-1] == check, name
        assert reduce(xor, wire[5:]) == 0
        (frame,) = SamDecoder().feed(wire)
        assert texts(frame) == vector(name)


@pytest.mark.parametrize(
    ("name", "kind", "person", "number", "english", "birth", "sex", "until", "warnings"),
    [
        ("resident", "resident", "张三", "11010519491231002X", "", "19491231", "1", "长期", ("sex_mismatch",)),
        ("hmt", "hmt", "陈大文", "810000198001010014", "", "19800101", "1", "20230901", ("expired",)),
        ("foreigner", "foreigner", "证件样本", "CAN110081080310", "ZHENGJIAN, YANGBEN", "19810803", "1", "20250924", ("expired",)),
        ("foreigner_2023", "foreigner_2023", "证件样本", "911124198108030024", "ZHENGJIAN YANGBEN", "19810803", "2", "20331130", ()),
    ],
)
def test_each_layout_is_read(name, kind, person, number, english, birth, sex, until, warnings):
    card = cards.card(vector(name), TODAY)

    assert (card.kind, card.name, card.number, card.name_en) == (kind, person, number, english)
    assert (card.birth, card.sex, card.valid_to, card.warnings) == (birth, sex, until, warnings)


def test_a_card_never_shows_its_person_in_a_log():
    card = cards.card(vector("resident"), TODAY)

    assert "张" not in repr(card) and "1101" not in repr(card) and "1949" not in repr(card)


def test_nothing_of_address_nation_issuer_is_kept():
    card = cards.card(vector("resident"), TODAY)

    assert not any("路" in str(v) or "公安" in str(v) or v == "汉" for v in vars(card).values())


@pytest.mark.parametrize(
    ("changes", "warning"),
    [
        ({"valid_to": "20261119"}, "expired"),
        ({"valid_to": "20261120", "sex": "2"}, None),
        ({"valid_from": "20261121"}, "not_yet_valid"),
        ({"number": "110105194912310021"}, "check_digit"),
        ({"number": "1101051949123100"}, "check_digit"),
        ({"number": "11010519491331002" + id_numbers.check_digit("11010519491331002")}, "birth_impossible"),
        ({"sex": "1"}, "sex_mismatch"),
        ({"sex": "9"}, None),
        ({"sex": "2"}, None),
    ],
)
def test_what_is_odd_about_a_card_is_a_warning_not_a_refusal(changes, warning):
    kind, values = CARDS["resident"]

    card = cards.card(cards.block(kind, **(values | {"sex": "0"} | changes)), TODAY)

    assert card.warnings == ((warning,) if warning else ())
    assert set(card.warnings) <= set(cards.WARNINGS)


def test_a_long_english_name_of_the_2023_card_is_joined():
    block = cards.block("foreigner_2023", name_en="A" * 35, name_en_rest="B" * 11, number="911124198108030024", valid_to="20331130")

    assert cards.card(block, TODAY).name == "A" * 35 + "B" * 11


def test_rare_characters_and_the_dot_of_minority_names_survive():
    block = cards.block("resident", name="𠮷㐂䶮·买买提", number="11010519491231002X", valid_to="长期")

    assert cards.card(block, TODAY).name == "𠮷㐂䶮·买买提"


def test_characters_of_old_cards_in_the_private_area_become_the_real_ones():
    block = cards.block("resident", name="\ue863\ue81e\ue817", number="11010519491231002X", valid_to="长期")

    assert cards.card(block, TODAY).name == "䶮\u9fb4\U00020089"


def test_nuls_for_spaces_and_a_kind_that_nobody_knows():
    block = bytearray(vector("resident"))
    block[4:30] = bytes(26)
    assert cards.card(bytes(block), TODAY).name == "张三"

    block[248:250] = "Z".encode("utf-16-le")
    with pytest.raises(cards.NotACard, match="kind of card"):
        cards.card(bytes(block), TODAY)


@pytest.mark.parametrize("size", [0, 255, 257, 1280])
def test_a_block_of_another_size_is_no_card(size):
    with pytest.raises(cards.NotACard):
        cards.card(bytes(size), TODAY)


@pytest.mark.parametrize(
    "number", ["11010519491231002X", "440524188001010014", "810000198001010014", "911124198108030024", "932682198501010017"]
)
def test_the_check_digit_of_every_published_number_fits(number):
    assert id_numbers.check_digit_fits(number) and id_numbers.number_possible(number, TODAY)
    assert id_numbers.check_digit_fits(number.lower())
    wrong = number[:16] + str((int(number[16]) + 1) % 10) + number[17]
    assert not id_numbers.check_digit_fits(wrong)


@pytest.mark.parametrize(
    "number", ["", "1101051949123100", "１１０１０５１９４９１２３１００２X", "abcdefghijklmnopqr", "11010519491231002x "]
)
def test_what_is_no_number_is_not_possible(number):
    assert not id_numbers.number_possible(number, TODAY)


@given(st.binary(min_size=256, max_size=256))
def test_no_block_crashes_the_parser(block):
    try:
        card = cards.card(block, TODAY)
    except cards.NotACard:
        return
    assert card.name and card.number
    card.name.encode("utf-8")
