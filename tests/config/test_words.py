"""Every refusal has its words in every language, and a sentence never fails for want of a fact."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

from config import words

ROOT = Path(__file__).resolve().parents[2]
WORDS = words.load()
REFUSALS = {"HallError", "NotFound", "NotNow", "NotAllowed", "NotSignedIn", "WrongBody"}


FACT = re.compile(r"\{(\w+)(?::[\w.]+)?\}")
FIRST, *OTHERS = words.LANGUAGES


def forms(sentence):
    """A sentence, each of its plural forms, or the texts of a slip's list."""
    if isinstance(sentence, str):
        return [sentence]
    if isinstance(sentence, list):
        return [text for part in sentence for text in forms(part)]
    return [form for name, form in sentence.items() if name != "by"]


def sections(lang):
    return {name: entries for name, entries in WORDS.tables[lang].items() if name != "language"}


@pytest.mark.parametrize("lang", OTHERS)
def test_every_language_says_the_same_things(lang):
    assert sections(lang).keys() == sections(FIRST).keys()
    for section in sections(FIRST):
        assert WORDS.codes(section, lang) == WORDS.codes(section, FIRST), section


@pytest.mark.parametrize("lang", OTHERS)
def test_every_language_uses_the_same_facts(lang):
    used = lambda sentence: {fact for form in forms(sentence) for fact in FACT.findall(form)}
    for section, entries in sections(FIRST).items():
        for key, sentence in entries.items():
            assert used(sentence) == used(sections(lang)[section][key]), f"{section}.{key}"


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_a_fact_that_is_a_code_names_a_section_that_is_there(lang):
    for section, entries in sections(lang).items():
        for key, sentence in entries.items():
            named = {name for form in forms(sentence) for name in re.findall(r"\{\w+:([\w.]+)\}", form)}
            assert named <= set(sections(lang)), f"{section}.{key}"


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_a_language_file_says_its_name_its_place_and_how_it_counts(lang):
    assert WORDS.of(lang, "name")
    assert WORDS.of(lang, "order").isdigit()
    assert WORDS.of(lang, "plurals") in words.PLURALS


def test_every_plural_form_that_a_language_needs_is_written():
    for lang in words.LANGUAGES:
        needed = {words.PLURALS[WORDS.of(lang, "plurals")](n) for n in range(200)}
        for section, entries in sections(lang).items():
            for key, sentence in entries.items():
                assert isinstance(sentence, str | list) or needed | {"other"} <= set(sentence), f"{section}.{key} ({lang})"


# Files of the product whose Chinese is no sentence, and why.
NO_SENTENCES = {
    "drivers/printer/picture.py": "where a line may break: Chinese punctuation",
    "drivers/printer/slip.py": "where a line may break: Chinese punctuation",
    "drivers/speaker/clips.py": "punctuation that is not spoken",
}


def chinese_in(path):
    """(line, text) of Chinese in the strings of a Python file; docstrings and comments are for readers of the source."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            if re.search("[\u3000-\u9fff\uff00-\uffef]", node.value):
                yield node.lineno, node.value[:40]


@pytest.mark.parametrize("room", ["config", "server", "kiosk", "display", "drivers"])
def test_no_chinese_stands_in_the_source_but_in_the_word_files(room):
    files = [p for p in (ROOT / room).rglob("*.py") if "node_modules" not in p.parts]

    found = {f"{path.relative_to(ROOT)}:{line} {text}" for path in files for line, text in chinese_in(path)}
    assert {one for one in found if one.split(":")[0] not in NO_SENTENCES} == set()
    assert {name for name in NO_SENTENCES if name.startswith(room)} <= {one.split(":")[0] for one in found}, "an exception is not needed"


COMMENTS = re.compile(r"/\*.*?\*/|<!--.*?-->|(?<![:\"'`])//[^\n]*", re.S)


def test_no_chinese_stands_in_the_source_of_the_pages_but_in_samples():
    """`shared/states` are made-up halls and days, the style guide shows type; no visitor or clerk sees either."""
    pages = ROOT / "display" / "web"
    files = [p for ending in ("*.ts", "*.vue") for p in pages.rglob(ending) if "node_modules" not in p.parts]
    samples = ("shared/states/", "styleguide/")

    for file in files:
        if not file.relative_to(pages).as_posix().startswith(samples):
            bare = COMMENTS.sub("", file.read_text(encoding="utf-8"))
            assert not re.search("[\u3400-\u9fff]", bare), file


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

    assert not missing, f"the files of config/words lack {sorted(missing)}"


def test_every_sentence_of_refusals_and_pages_is_asked_for_somewhere():
    """By its whole name, or by the beginning or end that is written where the name is put together."""
    rooms = [ROOT / room for room in ("server", "kiosk", "display", "drivers", "config")]
    files = [file for room in rooms for kind in ("py", "ts", "vue") for file in room.rglob(f"*.{kind}") if "node_modules" not in file.parts]
    source = "\n".join(file.read_text(encoding="utf-8") for file in files)
    named = set(re.findall(r"\w+", source))
    begun = tuple(set(re.findall(r"[`\"](\w+_)(?:\$?\{|\",)", source)))
    ended = (*set(re.findall(r"\}(_\w+)[`\"]", source)), *(f"_{why}" for why in re.findall(r"\bwhy[\"=: ]+(\w+)", source)))
    asked = {"refusals": WORDS.codes("refusals")} | tomllib.loads((ROOT / "config/words" / f"{FIRST}.toml").read_text("utf-8"))["pages"]

    silent = [f"{section}.{key}" for section, keys in asked.items() for key in keys if key not in named and not key.startswith(begun)
              and not key.endswith(ended)]  # fmt: skip

    assert not silent, f"nobody says {silent}: take them out of config/words"


def test_no_sentence_needs_a_fact_that_is_not_given():
    for code, given in codes_raised():
        for lang in words.LANGUAGES if given is not None else ():
            sentence = WORDS.tables[lang]["refusals"].get(code, "")
            forms = sentence if isinstance(sentence, str) else " ".join(sentence.values())
            always = re.sub(r"\[[^\[\]]*\]", "", forms)
            missing = set(FACT.findall(always)) - given
            assert not missing, f"{code} ({lang}) needs {missing}: give it where it is raised, or put its clause in [brackets]"


@pytest.mark.parametrize(
    ("code", "lang", "facts", "sentence"),
    [
        ("window_closed", "zh", {"window": "3"}, "3号窗口没有开放，请先开放窗口。"),
        ("window_closed", "zh", {}, "窗口没有开放，请先开放窗口。"),
        ("window_closed", "en", {"window": "3", "other": 1}, "Window 3 is closed. Please open it first."),
        ("already_holds", "zh", {"number": "A017"}, "您已经取过号了：A017，请留意叫号，不必再取。"),
        ("locked_out", "en", {}, "Too many wrong passwords or codes. Please ask the administrator to unlock you."),
        ("too_many_recalls", "en", {}, "Number has already been called. Please press 'No-show' and call the next."),
        (
            "illegal_move",
            "zh",
            {"number": "A1", "state": "serving", "action": "miss"},
            "A1号目前是“办理中”状态，不能这样操作。请刷新后再试。",
        ),
        ("window_taken", "en", {}, "Window … is in use by a colleague. Confirm to take it over from here."),
        ("no_such_code", "en", {"x": 1}, "no_such_code"),
        ("window_closed", "fr", {}, "窗口没有开放，请先开放窗口。"),
        ("no_such_staff", "zh", {"name": "{window}[x]"}, "没有“{window}[x]”这位工作人员。"),
    ],
)
def test_a_sentence_is_whole_whatever_is_known(code, lang, facts, sentence):
    assert WORDS.refusal(code, lang, **facts) == sentence


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_no_sentence_fails_or_shows_brackets_without_its_facts(lang):
    for section, entries in sections(lang).items():
        for key in entries if section != "slip" else ():  # a slip leaves out the whole line
            assert not re.search(r"[\[\]{}]", WORDS.text(section, key, lang)), key


MADE_UP = words.Words(
    {
        "qq": {
            "language": {"name": "Q", "order": 1, "plurals": "slavic", "list": ", ", "last": " i "},
            "states": {"serving": "at work", "held": "aside"},
            "some": {
                "line": {"one": "{n} star", "few": "{n} stary", "many": "{n} starov", "other": "{n} stara"},
                "left": {"by": "ahead", "one": "[{number}: ]{ahead} osoba", "other": "[{number}: ]{ahead} osob"},
                "state": "{number} is {state:states}",
                "list": "{numbers}[; {states:states}]",
                "text": "to {name}",
            },
            "pages": {"desk": {"call": "Call", "reasons": {"other": "Other", "lunch": "Lunch"}}},
        },
        "rr": {"language": {"order": 2}, "some": {"text": "at {name}"}, "pages": {"desk": {"call": "Cry"}}},
    }
)


@pytest.mark.parametrize(
    ("key", "facts", "sentence"),
    [
        ("line", {"n": 1}, "1 star"),
        ("line", {"n": 3}, "3 stary"),
        ("line", {"n": 12}, "12 starov"),
        ("line", {"n": 0}, "0 starov"),
        ("line", {"n": 21}, "21 star"),
        ("line", {"n": 2.5}, "2.5 stara"),
        ("line", {}, "… stara"),
        ("left", {"ahead": 0}, "0 osob"),
        ("left", {"ahead": 1, "number": "A1"}, "A1: 1 osoba"),
        ("state", {"number": "A1", "state": "held"}, "A1 is aside"),
        ("state", {"number": "A1", "state": "lost"}, "A1 is lost"),
        ("list", {"numbers": ["A1"]}, "A1"),
        ("list", {"numbers": ("A1", "A2", "A3")}, "A1, A2 i A3"),
        ("list", {"numbers": ("A1", "A2"), "states": ["held", "serving"]}, "A1 i A2; aside i at work"),
        ("text", {"name": {"qq": "Tax", "rr": "Zoll"}}, "to Tax"),
        ("text", {"name": {"rr": "Zoll"}}, "to Zoll"),
    ],
)
def test_a_sentence_takes_its_form_its_lists_and_its_codes_from_its_language(key, facts, sentence):
    assert MADE_UP.text("some", key, "qq", **facts) == sentence


def test_what_a_language_lacks_is_said_in_the_first_one_and_for_all_in_each():
    assert MADE_UP.text("some", "text", "rr", name={"qq": "Tax", "rr": "Zoll"}) == "at Zoll"
    assert MADE_UP.text("some", "state", "rr", number="A1", state="held") == "A1 is aside"
    assert MADE_UP.texts("some", "text", name="X") == {"qq": "to X", "rr": "at X"}
    assert MADE_UP.section("pages.desk", "rr") == {"call": "Cry"}
    assert MADE_UP.section("pages.desk.reasons", "rr") == {"other": "Other", "lunch": "Lunch"}


def test_a_fact_may_have_any_name():
    assert MADE_UP.text("some", "text", "rr", name="X", lang="y", section="z", key="k", self="s") == "at X"
