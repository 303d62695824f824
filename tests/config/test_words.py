"""Every refusal has its words in both languages, and a sentence never fails for want of a fact."""

import ast
import re
from pathlib import Path

import pytest

from config import words

ROOT = Path(__file__).resolve().parents[2]
WORDS = words.load()
REFUSALS = {"HallError", "NotFound", "NotNow", "NotAllowed", "NotSignedIn", "WrongBody"}


def test_both_languages_say_the_same_things():
    assert WORDS.tables["zh"].keys() == WORDS.tables["en"].keys()
    for section in WORDS.tables["zh"]:
        assert WORDS.codes(section, "zh") == WORDS.codes(section, "en"), section


@pytest.mark.parametrize("section", WORDS.tables["zh"])
def test_both_languages_use_the_same_facts(section):
    facts = re.compile(r"\{(\w+)\}")
    for key, zh in WORDS.tables["zh"][section].items():
        assert set(facts.findall(zh)) == set(facts.findall(WORDS.tables["en"][section][key])), key


def codes_raised():
    named = re.findall(r"\b[a-z]+(?:_[a-z]+)+\b", ast.get_docstring(ast.parse((ROOT / "server/domain/errors.py").read_text("utf-8"))))
    yield from ((code, None) for code in named)
    for path in (ROOT / "server").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = getattr(node.func, "id", getattr(node.func, "attr", "")) if isinstance(node, ast.Call) else ""
            if name in REFUSALS and node.args and isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str):
                yield node.args[0].value, {k.arg for k in node.keywords}


def test_every_refusal_of_the_server_has_its_words():
    missing = {code for code, _ in codes_raised()} - WORDS.codes()

    assert not missing, f"config/words/zh.toml and en.toml lack {sorted(missing)}"


def test_no_sentence_needs_a_fact_that_is_not_given():
    for code, given in codes_raised():
        for lang in words.LANGUAGES if given is not None else ():
            always = re.sub(r"\[[^\[\]]*\]", "", WORDS.tables[lang]["refusals"].get(code, ""))
            missing = set(re.findall(r"\{(\w+)\}", always)) - given
            assert not missing, f"{code} ({lang}) needs {missing}: give it where it is raised, or put its clause in [brackets]"


@pytest.mark.parametrize(
    ("code", "lang", "facts", "sentence"),
    [
        ("nobody_waiting", "zh", {"window": "3"}, "3号窗口现在没有等候的人。"),
        ("nobody_waiting", "zh", {}, "现在没有等候的人。"),
        ("nobody_waiting", "en", {"window": "3", "other": 1}, "Nobody is waiting for window 3 now."),
        ("already_holds", "zh", {"number": "A017"}, "您已经取过号了：A017，请留意叫号，不必再取。"),
        ("locked_out", "en", {}, "Too many wrong passwords. Please ask the administrator to unlock you."),
        ("too_many_recalls", "en", {}, "Ticket has been called already. Please mark it missed and call the next."),
        (
            "illegal_move",
            "zh",
            {"number": "A1", "state": "serving", "action": "miss"},
            "A1号目前是“办理中”状态，不能这样操作。请刷新后再试。",
        ),
        ("too_many_places", "en", {}, "You can let at most … people go first. Please choose again."),
        ("no_such_code", "en", {"x": 1}, "no_such_code"),
        ("nobody_waiting", "fr", {}, "现在没有等候的人。"),
        ("no_such_service", "zh", {"service": "{window}[x]"}, "没有找到“{window}[x]”这项业务，请重新选择。"),
    ],
)
def test_a_sentence_is_whole_whatever_is_known(code, lang, facts, sentence):
    assert WORDS.refusal(code, lang, **facts) == sentence


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_no_sentence_fails_or_shows_brackets_without_its_facts(lang):
    for section, entries in WORDS.tables[lang].items():
        for key in entries:
            assert not re.search(r"[\[\]{}]", WORDS.text(section, key, lang)), key


@pytest.mark.parametrize(
    ("header", "lang"),
    [
        (None, "zh"),
        ("", "zh"),
        ("en", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en-GB,en;q=0.9,zh;q=0.1", "en"),
        ("fr, en;q=0.5", "en"),
        ("de;q=oops,*", "zh"),
        ("en;q=0.2, zh;q=0.7", "zh"),
    ],
)
def test_the_language_asked_for_is_the_one_spoken(header, lang):
    assert WORDS.lang(header) == lang
