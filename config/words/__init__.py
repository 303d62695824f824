"""What the hall says for each refusal and announcement, zh and en, from zh.toml and en.toml. It decides nothing.

A sentence may hold {facts}. A clause in [square brackets] is left out when a fact in it is not known, so a sentence never
fails and never shows an empty hole: "[{window}号窗口]现在没有等候的人".
"""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

HERE = Path(__file__).resolve().parent
LANGUAGES = ("zh", "en")
_CLAUSE = re.compile(r"\[([^\[\]]*)\]")
_FACT = re.compile(r"\{(\w+)\}")


class Words:
    """`tables`: language -> section -> key -> sentence."""

    def __init__(self, tables: Mapping[str, Mapping[str, Mapping[str, str]]]):
        self.tables = tables

    def refusal(self, code: str, lang: str = "zh", **facts) -> str:
        """The sentence for a refusal's code; the code itself where no language knows it. A ticket's state is said in words."""
        if "state" in facts:
            facts["state"] = self.text("states", str(facts["state"]), lang)
        return self.text("refusals", code, lang, **facts)

    def text(self, section: str, key: str, lang: str = "zh", **facts) -> str:
        for language in (lang, *LANGUAGES):
            sentence = self.tables.get(language, {}).get(section, {}).get(key)
            if sentence:
                return _fill(sentence, facts)
        return key

    def codes(self, section: str = "refusals", lang: str = "zh") -> set[str]:
        return set(self.tables.get(lang, {}).get(section, {}))

    @staticmethod
    def lang(accept_language: str | None) -> str:
        """ "en-GB,en;q=0.9,zh;q=0.1" -> "en"; Chinese where nothing we speak is asked for."""
        best, weight = "zh", 0.0
        for part in (accept_language or "").split(","):
            name, _, q = part.strip().partition(";")
            name = name.strip().split("-")[0].split("_")[0].lower()
            try:
                value = float(q.strip().removeprefix("q=")) if q.strip() else 1.0
            except ValueError:
                value = 0.0
            if name in LANGUAGES and value > weight:
                best, weight = name, value
        return best


def _fill(sentence: str, facts: Mapping[str, object]) -> str:
    known = {k: v for k, v in facts.items() if v is not None and v != ""}
    kept = _CLAUSE.sub(lambda m: m[1] if all(f in known for f in _FACT.findall(m[1])) else "", sentence)
    return _FACT.sub(lambda m: str(known.get(m[1], "…")), kept).strip()


@functools.cache
def load() -> Words:
    return Words({lang: tomllib.loads((HERE / f"{lang}.toml").read_text(encoding="utf-8")) for lang in LANGUAGES})
