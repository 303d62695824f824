"""A hall's own texts out of the answers of its server: the name of a service, its materials, … in a language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

IN_ALL = {"materials": "material_lists"}  # what a text is called where it stands in all its languages, if not with an s


def text_of(thing: Mapping[str, Any] | None, name: str, lang: str) -> Any:
    """`name` of an answer in a language, else as the hall says it first. An older server tells `name` and `name_en` only."""
    found = thing or {}
    return texts_of(found, name).get(lang) or found.get(f"{name}_{lang}") or found.get(name) or ""


def texts_of(thing: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    return thing.get(IN_ALL.get(name, f"{name}s")) or {}
