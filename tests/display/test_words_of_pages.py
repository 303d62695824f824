"""Every sentence on the pages stands in config/words: a third language, here the first with a mark around each, is one more file."""

import json
import os
import re
import subprocess
import tomllib

import pytest
from tools import looking, shots

import hatch_build
from config import words

WORDS = hatch_build.WORDS
MARKED = re.compile(r"⟦[^⟦⟧]*⟧")
PART = re.compile(r"^[^⟦⟧]*⟧|⟦[^⟦⟧]*$")  # of a sentence that is divided around its number
LETTERS = re.compile(r"[^\W\d_]{2,}")
# What an unmarked text may be besides the hall's own data: dates as the browser writes them (the language's tag is German here), units
# of a size, and the names of keys.
DATES = re.compile(
    r"\b(Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember|Mittwoch|Mo|Di|Mi|Do|Fr|Sa|So|Uhr|"
    r"(Mon|Diens|Donners|Frei|Sams|Sonn)tag)\b"
)
KEYS = re.compile(r"\b(F\d+|Esc|Enter|Tab)\b")
# A language from right to left of which only a few sentences are there.
RIGHT_TO_LEFT = """[language]
name = "⟦ئۇيغۇرچە⟧"
tag = "ug"
order = 30
plurals = "one"
list = "، "
direction = "rtl"
[pages.kiosk]
way_card = "كىملىك بىلەن نومۇر ئېلىش"
way_phone = "تېلېفون نومۇرى بىلەن"
finish = "تامام"
"""
SEEN = """() => {
  const said = [], shown = one => one.checkVisibility({ checkVisibilityCSS: true });
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walk.nextNode()); )
    if (node.parentElement.closest("script, style") === null && shown(node.parentElement)) said.push(node.data);
  document.querySelectorAll("[aria-label], [placeholder], [title], [alt]").forEach(one =>
    shown(one) && ["aria-label", "placeholder", "title", "alt"].forEach(name => said.push(one.getAttribute(name) || "")));
  return said.concat(document.title);
}"""


@pytest.fixture(scope="module")
def marked(tmp_path_factory):
    """The pages built with a third language, `xx`, whose every sentence is the Chinese one in ⟦marks⟧."""
    folder, static = tmp_path_factory.mktemp("words"), tmp_path_factory.mktemp("static")
    for file in WORDS.glob("*.toml"):
        (folder / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    pages = tomllib.loads((WORDS / "zh.toml").read_text(encoding="utf-8"))["pages"]
    lines = ["[language]", 'name = "⟦记号⟧"', 'tag = "de"', "order = 9", 'plurals = "one"', 'list = ", "']
    for section, sentences in pages.items():
        lines += [f"[pages.{section}]", *(f"{key} = {json.dumps(f'⟦{text}⟧', ensure_ascii=False)}" for key, text in sentences.items())]
    (folder / "xx.toml").write_text("\n".join(lines), encoding="utf-8")
    (folder / "ug.toml").write_text(RIGHT_TO_LEFT, encoding="utf-8")

    _, node = hatch_build.npm_command()
    environment = os.environ | {"PATH": f"{node}{os.pathsep}{os.environ['PATH']}", "HALL_WORDS": str(folder)}
    vite = ["node", "node_modules/vite/bin/vite.js", "build", "--outDir", str(static), "--logLevel", "error"]
    for mode in ("citizen", "staff"):
        subprocess.run([*vite, "--mode", mode], cwd=hatch_build.WEB, env=environment, check=True)
    for face in static.rglob("*.woff2"):
        face.unlink()  # letters need no shape here, and a dozen faces are half the work of drawing a page
    patch = pytest.MonkeyPatch()
    patch.setattr(shots, "static_dir", lambda: static)
    with shots.served() as address:
        yield address
    patch.undo()


PAGES = [name for name in shots.PAGES if name != "styleguide"]  # the style guide is made of samples


@pytest.mark.parametrize("name", PAGES)
def test_every_string_on_a_page_comes_from_the_words(tab, marked, name):
    width, height = next(iter(shots.PAGES[name].sizes.values()))
    tab.set_viewport_size({"width": width, "height": height})
    found, open_ = [], shots.opener(tab, marked, name)

    for state, what in shots.states(name).items():
        open_(state, "xx")
        looking.settle(tab, 300)
        names = " ".join(words.load().of(lang, "name") for lang in words.LANGUAGES)  # the names of the other languages are their own
        told = (json.dumps(what, ensure_ascii=False) + names).lower()
        for text in tab.evaluate(SEEN):
            bare = KEYS.sub("", DATES.sub("", PART.sub(" ", MARKED.sub(" ", MARKED.sub(" ", text)))))  # a sentence may stand in another one
            found += [f"{state}: {text}" for word in LETTERS.findall(bare) if word.lower() not in told]

    assert not found, "\n".join(dict.fromkeys(found))


def test_a_further_language_is_offered_by_its_own_name_and_chosen_with_one_press(tab, marked):
    tab.goto(marked + "/?state=normal&lang=zh")
    shots.ready(tab)

    tab.get_by_role("button", name="⟦记号⟧").click()

    assert tab.locator("h2").first.text_content() == "⟦给群众看的⟧"
    assert tab.evaluate("document.documentElement.lang") == "de"
    assert tab.get_by_role("button", name="English").is_visible() and tab.get_by_role("button", name="中文").is_visible()


def test_a_language_from_right_to_left_turns_the_kiosk_the_phone_and_the_board(tab, marked):
    """What begins at the left begins at the right, nothing leaves the page, and what the file lacks is Chinese."""
    box = lambda what: tab.locator(what).first.bounding_box()
    width, height = shots.PAGES["kiosk"].sizes["portrait"]
    tab.set_viewport_size({"width": width, "height": height})
    open_ = shots.opener(tab, marked, "kiosk")
    marks = {}
    for lang in ("zh", "ug"):
        open_("idle", lang)
        looking.settle(tab, 300)
        marks[lang] = box(".head header > *:first-child"), tab.locator(".way_card b, .card b").first.inner_text(), box(".queue li .name")
    assert tab.evaluate("[document.documentElement.dir, document.documentElement.lang]") == ["rtl", "ug"]
    assert marks["zh"][0]["x"] < width / 2 < marks["ug"][0]["x"] + marks["ug"][0]["width"]
    assert marks["zh"][2]["x"] < width / 3 and marks["ug"][2]["x"] + marks["ug"][2]["width"] > width * 2 / 3
    assert "كىملىك" in marks["ug"][1] and tab.locator(".none b").first.inner_text() == "无证取号"
    for name, state in (("kiosk", "choosing"), ("kiosk", "done"), ("phone", "waiting"), ("board", "four")):
        width, height = next(iter(shots.PAGES[name].sizes.values()))
        tab.set_viewport_size({"width": width, "height": height})
        shots.opener(tab, marked, name)(state, "ug")
        looking.settle(tab, 300)
        assert tab.evaluate("document.documentElement.dir") == "rtl"
        beyond = "() => [document.documentElement.scrollWidth - innerWidth, document.body.getBoundingClientRect().left]"
        assert tab.evaluate(beyond) == [0, 0], (name, state)
    tab.goto(marked + "/?state=normal&lang=zh")
    assert tab.evaluate("document.documentElement.dir") == "ltr"


@pytest.mark.parametrize(
    ("state", "labels"),
    [
        ("service", ("名称", "主题", "所需材料（一行一项）")),
        ("a_window", ("名称",)),
        ("a_notice", ("内容",)),
        ("a_neighbour", ("名称", "地址（选填）")),
        ("plan", ("启动后的通知",)),
    ],
)
def test_a_hall_s_own_text_can_be_written_in_a_further_language_in_every_form(tab, marked, state, labels):
    tab.goto(marked + shots.address("manage", state, "zh"))
    shots.ready(tab)

    for label in labels:
        for name in (label, f"{label} · English", f"{label} · ⟦记号⟧"):
            tab.get_by_label(name, exact=True).fill(f"{name}!")
            assert tab.get_by_label(name, exact=True).input_value() == f"{name}!"
