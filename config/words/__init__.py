"""What the hall says: one file of this folder for each language, found by being here. Codes and facts go in, sentences come out.

A new language is one new file (docs/decisions/0013-words.md). Its `[language]` names it and says in which order it stands; the first
language is the one that is used where a sentence is missing or an unknown language was asked for.

In a sentence:
    {number}              a fact. A list is joined as the language does it; a text in several languages is given in this one.
    {state:states}        a fact that is a code: its word is looked up in the section `states`.
    [，还有{n}人]          a clause: it is left out when a fact in it is not known, so that no sentence fails or shows a hole.
Where a code has several causes, the fact `why` chooses: `offline_unplugged` is taken before `offline` for {why = "unplugged"}.
A value may be a table of plural forms instead, {one = "…", other = "…"}, chosen by the fact `n` (or by the one that `by` names).
"""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from numbers import Integral
from pathlib import Path
from typing import Any, cast

HERE = Path(__file__).resolve().parent
_CLAUSE = re.compile(r"\[([^\[\]]*)\]")
_FACT = re.compile(r"\{(\w+)(?::([\w.]+))?\}")
_FORMS = {"one", "few", "many", "other", "by"}


def _slavic(n: int) -> str:
    if n % 10 == 1 and n % 100 != 11:
        return "one"
    return "few" if 2 <= n % 10 <= 4 and not 12 <= n % 100 <= 14 else "many"


# The `plurals` of a language file -> which form a whole number takes, as in the CLDR.
PLURALS: dict[str, Callable[[int], str]] = {
    "none": lambda n: "other",
    "one": lambda n: "one" if n == 1 else "other",
    "zero-one": lambda n: "one" if n in (0, 1) else "other",
    "slavic": _slavic,
}


class Words:
    """`tables`: language -> section -> key -> sentence, or its plural forms."""

    def __init__(self, tables: Mapping[str, Mapping[str, Any]]):
        self.tables = {lang: dict(_sections(table)) for lang, table in tables.items()}
        self._remembered = functools.lru_cache(4096)(self._from_facts)  # the waits of two thousand tickets are a few dozen sentences
        self.languages = tuple(sorted(tables, key=lambda lang: (int(self.of(lang, "order") or 99), lang)))
        named = ((name, lang) for lang in self.languages for name in (lang, self.tag(lang), *self._own(lang).get("also", ())))
        self._tags: dict[str, str] = {}
        for name, lang in named:
            self._tags.setdefault(name.lower(), lang)

    def _own(self, lang: str) -> Mapping[str, Any]:
        return self.tables.get(lang, {}).get("language", {})

    def of(self, lang: str, what: str) -> str:
        """What a language file says of itself: `name` in its own words, `tag` for browsers, `list`, `last`, `stop`, `plurals`,
        `direction` (`rtl`: read from right to left); `also`, further tags that it is the best language for (see `fitting`)."""
        return str(self._own(lang).get(what, ""))

    def tag(self, lang: str) -> str:
        return self.of(lang, "tag") or lang

    def fitting(self, *tags: str) -> str:
        """The language for the first of these tags (`en-GB`, `zh_TW.UTF-8`, `*`) that one of ours fits; "" where none does.

        It fits whose file calls itself so, or by the longest beginning of it: `zh-HK` is zh-Hant where that file says so, else zh.
        The pages do the same (display/web/shared/words).
        """
        for tag in tags:
            if tag == "*":
                return self.languages[0]
            parts = tag[:40].split(".")[0].replace("_", "-").lower().split("-")
            for length in range(len(parts), 0, -1):
                if lang := self._tags.get("-".join(parts[:length])):
                    return lang
        return ""

    def text(self, section: str, key: str, lang: str = "", /, **facts: Any) -> str:
        """The sentence in a language; the key itself where no language has it."""
        keys = (f"{key}_{facts['why']}", key) if "why" in facts else (key,)
        for language in (lang, *self.languages):
            known = self.tables.get(language, {}).get(section, {})
            if sentence := next((known[k] for k in keys if known.get(k)), None):
                return self._fill(sentence, language, facts)
        return key

    def texts(self, section: str, key: str, /, **facts: Any) -> dict[str, str]:
        """The sentence in every language, for those of whom nobody knows what they read."""
        try:
            return dict(self._remembered(section, key, tuple((name, fact.__class__, fact) for name, fact in facts.items())))
        except TypeError:  # a fact that is a list or a text in several languages
            return self._in_each(section, key, facts)

    def _from_facts(self, section: str, key: str, facts: tuple[tuple[str, type, Any], ...]) -> dict[str, str]:
        return self._in_each(section, key, {name: fact for name, _, fact in facts})

    def _in_each(self, section: str, key: str, facts: Mapping[str, Any]) -> dict[str, str]:
        return {lang: self.text(section, key, lang, **facts) for lang in self.languages}

    def refusal(self, code: str, lang: str = "", /, **facts: Any) -> str:
        return self.text("refusals", code, lang, **facts)

    def codes(self, section: str = "refusals", lang: str = "") -> set[str]:
        return set(self.tables.get(lang or self.languages[0], {}).get(section, {}))

    def section(self, name: str, lang: str) -> dict[str, Any]:
        """All sentences of a section as they stand in the file; those that a language lacks come from the first."""
        return dict(self.tables[self.languages[0]].get(name, {})) | self.tables.get(lang, {}).get(name, {})

    def joined(self, parts: list[str] | tuple[str, ...], lang: str) -> str:
        """Parts of a list as a language joins them: A, B and C."""
        comma, last = self.of(lang, "list") or ", ", self.of(lang, "last") or self.of(lang, "list") or ", "
        return last.join(filter(None, (comma.join(parts[:-1]), *parts[-1:])))

    def _fill(self, sentence: str | Mapping[str, str], lang: str, facts: Mapping[str, Any]) -> str:
        known: dict[str, Any] = {k: v for k, v in facts.items() if not _unknown(v)}
        if not isinstance(sentence, str):
            sentence = self._form(sentence, lang, known)
        kept = _CLAUSE.sub(lambda m: m[1] if all(name in known for name, _ in _FACT.findall(m[1])) else "", sentence)
        return _FACT.sub(lambda m: self._shown(known[m[1]], m[2], lang) if m[1] in known else "…", kept).strip()

    def _form(self, forms: Mapping[str, str], lang: str, known: Mapping[str, Any]) -> str:
        n = known.get(forms.get("by", "n"))
        form = PLURALS[self.of(lang, "plurals") or "one"](int(n)) if isinstance(n, Integral) else "other"
        return forms.get(form) or forms["other"]

    def _shown(self, value: Any, section: str | None, lang: str) -> str:
        if isinstance(value, list | tuple):
            parts = cast(tuple[Any, ...], value)
            return self.joined([self._shown(part, section, lang) for part in parts], lang)
        if isinstance(value, Mapping):
            each = cast(Mapping[str, Any], value)
            return str(next((each[k] for k in (lang, *self.languages, *each) if each.get(k)), ""))
        return self.text(section, str(value), lang) if section else str(value)


def _unknown(fact: object) -> bool:
    return fact is None or (isinstance(fact, str | list | tuple) and not fact)


def _sections(table: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """(`pages.desk`, its sentences) of every table, however deep it stands."""
    tables: dict[str, dict[str, Any]] = {k: v for k, v in table.items() if isinstance(v, dict)}
    inner = {k: v for k, v in tables.items() if not (path and "other" in v and set(v) <= _FORMS)}
    if path:
        yield path, {k: v for k, v in table.items() if k not in inner}
    for key, deeper in inner.items():
        yield from _sections(deeper, f"{path}.{key}" if path else key)


@functools.cache
def load(folder: Path = HERE) -> Words:
    return Words({file.stem: tomllib.loads(file.read_text(encoding="utf-8")) for file in sorted(folder.glob("*.toml"))})


LANGUAGES = load().languages
