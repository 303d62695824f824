"""Which font has which character. Pillow draws an empty box without an error, so every character is looked up first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pylopdf_fonts_zh_cn
from fontTools import ttLib  # pyright: ignore[reportMissingTypeStubs]
from PIL import ImageFont


@dataclass(frozen=True)
class Fonts:
    """An ordered list of font files: the first that has a character draws it. A TTC's index follows a colon: `a.ttc:2`."""

    files: tuple[str, ...]

    def runs(self, text: str, *, whole: bool = False) -> Iterator[tuple[str, str]]:
        """(font file, characters it draws) in order; ("", one character) where no font has it. `whole`: one font for all of it where one
        has all: letters that join, and digits among them, must be set at once."""
        if whole and text and (one := next((f for f in self.files if all(ord(c) in covered(f) for c in text)), "")):
            yield one, text
            return
        run, owner = "", None
        for character in text:
            mine = next((f for f in self.files if ord(character) in covered(f)), "")
            if mine != owner or not mine:
                if run:
                    yield owner or "", run
                run, owner = "", mine
            run += character
        if run:
            yield owner or "", run

    def missing(self, text: str) -> set[str]:
        return {c for c in text if not any(ord(c) in covered(f) for f in self.files)}


def standard(second: str = "") -> Fonts:
    """Noto Sans SC, and a second font for characters beyond it where a hall has installed one (e.g. HanaMinB)."""
    first = str(pylopdf_fonts_zh_cn.sans_path())
    return Fonts((first, second) if second else (first,))


@lru_cache(maxsize=8)
def covered(file: str) -> frozenset[int]:
    path, index = split(file)
    library: Any = ttLib  # it has no types
    with library.TTFont(path, lazy=True, fontNumber=index) as font:
        found = frozenset(font.getBestCmap() or {})
        font.tables.clear()  # what it has read of the file would stay until somebody looks for rubbish
    return found


@lru_cache(maxsize=64)
def sized(file: str, dots: int) -> ImageFont.FreeTypeFont:
    path, index = split(file)
    return ImageFont.truetype(path, dots, index=index)


def split(file: str) -> tuple[str, int]:
    path, colon, index = file.rpartition(":")
    return (path, int(index)) if colon and index.isdigit() else (file, 0)
