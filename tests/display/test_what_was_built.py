"""What the build made, as files: small and plain enough for an eight-year-old browser, and no character that the font lacks."""

import gzip
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from tools import shots

from config.paths import static_dir

CITIZENS = ("home", "board", "window", "pad", "phone", "kiosk")
MOST = 120_000  # bytes of script, gzipped, a page

# functions that chrome61 does not have and the compiler does not add, as they would look in the built code
TOO_NEW = {
    "Array.at": r"\.at\(",
    "Array.flat": r"\.flat(Map)?\(",
    "Object.fromEntries": r"Object\.fromEntries",
    "replaceAll": r"\.replaceAll\(",
    "matchAll": r"\.matchAll\(",
    "Promise.finally": r"\.finally\(",
    "randomUUID": r"randomUUID",
    "AbortController": r"new AbortController",
    "structuredClone": r"structuredClone\(",
    "queueMicrotask": r"queueMicrotask\(",
    "bare globalThis": r"(?<!typeof )(?<![\w$`])globalThis\.",
}


# and what it would pass over in a style sheet: a rule with `gap` for a grid is a rule without a gap there
TOO_NEW_STYLE = {
    "gap of a grid or flex box (write grid-gap, in one)": r"[{;](row-|column-)?gap:",
    "inset": r"[{;]inset",
    "min(), max(), clamp()": r"[:( ,](min|max|clamp)\(",
    "aspect-ratio": r"[{;]aspect-ratio:",
    ":is, :where, :has": r":(is|where|has)\(",
    "@layer": r"@layer",
    "@container": r"@container",
    "dvh": r"\d[sdl]v[hw]",
    "color-mix": r"color-mix\(",
}


def files(page, kind):
    """What a page's HTML loads at once, by ending."""
    folder = shots.PAGES[page].folder or page
    index = static_dir() / ("index.html" if page == "home" else f"{folder}/index.html")
    html = index.read_text(encoding="utf-8")
    return [static_dir() / url.removeprefix("/static/") for url in re.findall(rf'(?:src|href)="(/static/[^"]+\.{kind})"', html)]


@pytest.mark.parametrize("page", CITIZENS)
def test_a_citizens_page_is_small_and_plain(root, page):
    code = [file.read_bytes() for file in files(page, "js")]

    size = sum(len(gzip.compress(one)) for one in code)
    found = [name for name, pattern in TOO_NEW.items() for one in code if re.search(pattern, one.decode("utf-8"))]

    assert code
    assert size < MOST
    assert not found


def read_as_in_2017(*scripts):
    """(exit, what it said) of the syntax check, run with the Node that builds the pages."""
    root = Path(__file__).resolve().parents[2]
    words = ["hatch_build.py", "npm", "run", "--silent", "syntax", "--", *map(str, scripts)]
    done = subprocess.run([sys.executable, *words], cwd=root, capture_output=True, encoding="utf-8", check=False)
    return done.returncode, done.stdout + done.stderr


def test_every_script_of_a_citizens_page_is_read_whole_by_a_browser_of_2017(root):
    scripts = {file for page in CITIZENS for file in files(page, "js")}

    code, said = read_as_in_2017(*sorted(scripts))

    assert len(scripts) > len(CITIZENS)
    assert code == 0, said


TODAY = ["a?.b", "a ?? b", "try { a() } catch { b() }", "import('./a')", "a = import.meta.url", "a ||= 1", "a = {...b}"]


def test_a_script_of_today_would_be_named(tmp_path):
    scripts = [tmp_path / f"today{n}.js" for n in range(len(TODAY))]
    for file, line in zip(scripts, TODAY, strict=True):
        file.write_text(f"let a, b;\n{line};\n", encoding="utf-8")

    code, said = read_as_in_2017(*scripts)

    assert code == 1 and all(f"{file}: " in said for file in scripts) and said.count("(2:") == len(TODAY)


@pytest.mark.parametrize("page", CITIZENS)
def test_a_citizens_page_is_styled_in_words_that_an_old_browser_knows(root, page):
    found = [
        f"{name}: …{one[max(0, hit.start() - 60) : hit.end() + 20]}…"
        for file in files(page, "css")
        for one in [file.read_text(encoding="utf-8")]
        for name, pattern in TOO_NEW_STYLE.items()
        for hit in re.finditer(pattern, one)
    ]

    assert not found, "\n" + "\n".join(found)


def test_every_character_that_the_pages_write_is_in_the_font(root):
    import pylopdf_fonts_zh_cn

    known = TTFont(pylopdf_fonts_zh_cn.sans_path()).getBestCmap()
    written = set()
    for file in [*static_dir().glob("assets/*.js"), *static_dir().glob("states/*.json")]:
        text = file.read_text(encoding="utf-8")
        text = json.dumps(json.loads(text), ensure_ascii=False) if file.suffix == ".json" else text
        written |= {c for c in text if "\u3000" <= c <= "\u9fff" or c >= "\U00020000"}

    missing = sorted(c for c in written if ord(c) not in known)

    assert len(written) > 500
    assert not missing


def test_the_licences_of_what_the_pages_carry_lie_beside_them():
    told = "".join(file.read_text(encoding="utf-8") for file in (static_dir() / "licences").iterdir())

    carried = json.loads((Path(__file__).resolve().parents[2] / "display" / "web" / "package.json").read_text(encoding="utf-8"))
    scripts = [name for name in carried["dependencies"] if not name.startswith("@fontsource") and name != "vue"]  # vue comes as its parts
    assert "SIL OPEN FONT LICENSE" in told.upper() and "## @vue/runtime-dom" in told
    assert [name for name in scripts if f"## {name} - " not in told] == []
