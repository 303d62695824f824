"""A hall's own texts: what it calls itself, its services and windows, what it writes on its boards. Each is one value, {language: text}.

They may be given as one value (`name: {"zh": "…", "en": "…"}`) or side by side (`name`, `name_en`), as hall files, programs outside and
events of older journals do; `gathered` makes one value of both.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

Text = dict[str, str]
FIRST = "zh"  # the language of a text that names none

# table -> its texts; `materials` are lists, one for each language
TEXTS: dict[str, tuple[str, ...]] = {
    "hall": ("name",),
    "services": ("name", "theme", "materials"),
    "windows": ("name",),
    "notices": ("text",),
    "devices": ("sentence",),
}


def gathered(table: str, values: Mapping[str, Any], before: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """`values` with each text as one value. A text given whole takes the place of the old one; `name` or `name_en` alone changes that
    language and leaves the others as they were `before`. What is empty is not kept."""
    made: dict[str, Any] = {}
    for key, value in values.items():
        field, _, lang = key.rpartition("_")
        if key in TEXTS.get(table, ()):
            field, lang = key, FIRST
        if field not in TEXTS.get(table, ()) or isinstance(value, Mapping):
            whole = cast(Any, value)
            made[key] = {k: v for k, v in whole.items() if v} if field in TEXTS.get(table, ()) else whole
            continue
        old = made.get(field, (before or {}).get(field) or {})
        made[field] = {k: v for k, v in (old | {lang: value}).items() if v}
    return made


def pick(text: Mapping[str, Any], lang: str = FIRST) -> Any:
    """A text in a language, else in the first one, else in any."""
    return next((text[k] for k in (lang, FIRST, *text) if text.get(k)), "")
