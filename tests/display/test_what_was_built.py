"""What the build made, as files: small and plain enough for an eight-year-old browser, and no character that the font lacks."""

import gzip
import json
import re

import pytest
from fontTools.ttLib import TTFont

from config.paths import static_dir
from display import shots

CITIZENS = ("home", "board", "window", "pad", "phone", "kiosk")
MOST = 120_000  # bytes of script, gzipped, a page

# what chrome61 does not know, as it would look in the built code: syntax that the compiler turns back, and functions that it does not add
TOO_NEW = {
    "optional chaining": r"[\w)\]]\?\.[A-Za-z_$\[(]",
    "??": r"\?\?",
    "import()": r"\bimport\(",
    "import.meta": r"\bimport\.meta",
    "catch without a name": r"catch\s*\{",
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
