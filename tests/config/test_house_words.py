"""One word for one thing, as halls and native speakers say it: a window is never a counter, what was promised and kept is 兑现率."""

import re
import tomllib

import pytest

from config import paths

NEVER = {
    "en": {"counter": "window", "put aside": "on hold", "sign-on": "sign-in", "mean wait": "average wait"},
    "zh": {
        "守时率": "兑现率",
        "一半少于": "平均等候",
        "九成少于": "九成等候不超过",
        "暂存": "挂起",
        "柜台": "窗口",
        "登记码": "配对码",
        "帐号": "账号",
    },
}


def sentences(node, at=""):
    """Every sentence of a file of words, with where it stands."""
    if isinstance(node, str):
        yield at, node
    elif isinstance(node, list):
        for one in node:
            yield from sentences(one, at)
    elif isinstance(node, dict):
        for key, one in node.items():
            yield from sentences(one, f"{at}.{key}".strip("."))


@pytest.mark.parametrize(("language", "word", "ours"), [(lang, word, ours) for lang, all in NEVER.items() for word, ours in all.items()])
def test_a_thing_has_one_word(language, word, ours):
    words = tomllib.loads((paths.config_dir() / "words" / f"{language}.toml").read_text(encoding="utf-8"))
    form = re.compile(rf"\b{word}s?\b" if word.isascii() else word, re.IGNORECASE)

    assert [f"{at}: {text} (we say {ours!r})" for at, text in sentences(words) if form.search(text)] == []
