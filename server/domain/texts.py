"""Which things of a hall have texts of its own, each one value {language: text} (config/settings/texts.py)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from config.settings import texts
from config.settings.texts import FIRST, Text, pick

__all__ = ["FIRST", "TEXTS", "Text", "gathered", "pick"]

# table -> its texts; `materials` are lists, one for each language
TEXTS: dict[str, tuple[str, ...]] = {
    "hall": ("name",),
    "services": ("name", "theme", "materials", "spoken"),
    "windows": ("name",),
    "staff": ("title",),
    "notices": ("text",),
    "devices": ("sentence",),
}


def gathered(table: str, values: Mapping[str, Any], before: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """`values` of a table's row with each text as one value, whichever way they were given."""
    return texts.gathered(TEXTS.get(table, ()), values, before)
