"""What drivers, kiosks and displays say about devices is a code with facts, and each code has its words in every language."""

import ast
import re
from pathlib import Path

import pytest

from config import words
from config.words import devices
from drivers.printer import status as printer
from drivers.reader import answers, card

ROOT = Path(__file__).resolve().parents[2]
ERRORS = {"DeviceError", "DeviceAbsent", "DeviceSilent", "DeviceRefused"}


def constants(call, name):
    """The values a keyword may have, as far as they stand there."""
    value = next((k.value for k in call.keywords if k.arg == name), None)
    return [n.value for n in ast.walk(value) if isinstance(n, ast.Constant) and isinstance(n.value, str)] if value else []


def told():
    """(code, why, names of facts) of every trouble that is named in the source."""
    for path in (p for room in ("drivers", "kiosk", "display") for p in (ROOT / room).rglob("*.py") if "node_modules" not in p.parts):
        for call in (n for n in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(n, ast.Call)):
            name = getattr(call.func, "id", "")
            if name in ERRORS and call.args and isinstance(call.args[0], ast.Constant):
                why = constants(call, "why") if name in ERRORS else []
                yield call.args[0].value, why[:1] if why else [], {k.arg for k in call.keywords}
            elif name == "Status" and (code := constants(call, "code")):
                yield code[0], [], {"at"}


TOLD = sorted({(code, tuple(why)) for code, why, _ in told()} | {(c, ()) for c in (*printer.TROUBLES, *answers.TROUBLES)})


@pytest.mark.parametrize(("code", "why"), TOLD)
def test_every_trouble_of_a_device_has_its_words(code, why):
    for lang in words.LANGUAGES:
        assert code in words.load().codes("devices", lang)
        assert all(f"{code}_{one}" in words.load().codes("devices", lang) for one in why)


def test_a_cause_comes_before_its_code_and_an_unknown_one_is_passed_over():
    say = lambda facts: devices.sentence("offline", facts, "en")

    assert say({"why": "unplugged", "at": "COM3"}) == "COM3 was unplugged. Check the cable."
    assert say({"why": "an eclipse"}) == say({}) == "The device does not answer. Check its power, cable and address."
    assert devices.sentence("", {}, "zh") == "正常。" and devices.sentence("of_another_maker", {}, "zh") == "of_another_maker"


def test_every_sentence_about_a_device_belongs_to_a_code_that_is_given():
    codes = {code for code, _ in TOLD} | {"ok", "setting", "silent"}

    for key in words.load().codes("devices"):
        assert key in codes or any(key.startswith(f"{code}_") for code in codes), f"nobody says {key}"


def test_a_person_is_told_only_what_concerns_them():
    say = lambda code, stops, kind="reader": devices.told(kind, code, "en", stops=stops)

    assert say("left_behind", False) == "Please take your card."
    assert say("self_test", True) == say("offline", True) and say("offline", True).startswith("The card reader is out of order")
    assert say("paper_low", False, "printer") == "" and say("offline", True, "sign") == ""


def test_everything_odd_about_a_card_has_its_words():
    assert set(card.WARNINGS) == words.load().codes("cards")


def test_no_driver_and_no_display_speaks_chinese():
    for path in [*(ROOT / "drivers").rglob("*.py"), *(ROOT / "display").glob("*.py")]:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
                assert not re.search("[\u4e00-\u9fff]", node.value), f"{path.relative_to(ROOT)}:{node.lineno} {node.value[:40]}"
