"""How a sentence is read aloud: numbers of tickets letter by letter and digit by digit, other numbers as numbers. Pure.

What a language needs for it stands in `languages/<language>.toml`; a further language is one more file there.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

FOLDER = Path(__file__).with_name("languages")
LANGUAGES = tuple(sorted(p.stem for p in FOLDER.glob("*.toml")))
NUMBER = re.compile(r"[A-Za-z]{0,4}\d+")


@dataclass(frozen=True, kw_only=True)
class Language:
    """As in languages/zh.toml. Without `units` the voice reads short numbers by itself, and digits are words of their own."""

    voice: str
    digits: tuple[str, ...]
    yao: str = ""
    units: tuple[str, ...] = ()
    two: str = ""
    counted: str = ""
    mark: str = ""
    pause: Mapping[str, str] = field(default_factory=dict[str, str])


@lru_cache
def language(lang: str) -> Language:
    if lang not in LANGUAGES:
        raise ValueError(f"The voice speaks {', '.join(LANGUAGES)}, not {lang!r}.")
    return Language(**tomllib.loads((FOLDER / f"{lang}.toml").read_text(encoding="utf-8")))


def number_words(number: str, lang: str, *, one: str = "yi") -> list[str]:
    """A001 -> A zero zero one, in Chinese with another 1 where `one` is "yao"; signs other than letters and digits are not read."""
    own = language(lang)
    digits = [*own.digits]
    if one == "yao" and own.yao:
        digits[1] = own.yao
    return [digits[int(c)] if c in "0123456789" else c.upper() for c in number if c.isascii() and c.isalnum()]


def spoken(text: str, lang: str, *, one: str = "yao") -> str:
    """A sentence as a voice should read it; in a language that is not one of LANGUAGES it stays as it is."""
    if lang not in LANGUAGES:
        return text
    own = language(lang)
    if not own.units:
        return NUMBER.sub(lambda found: _spelt(found[0], lang), text)

    def read(found: re.Match[str]) -> str:
        number, after = found[0], text[found.end() : found.end() + 1]
        if not number.isdigit() or number.startswith("0") or len(number) > 4 or (len(number) > 2 and after == own.mark):
            words = number_words(number, lang, one=one)
            letters = "".join(f" {w}" for w in words if w.isascii())
            return f"{letters} {''.join(w for w in words if not w.isascii())} "
        return own.two if number == "2" and after and after in own.counted else cardinal(int(number), lang)

    whole = NUMBER.sub(read, text)
    for before, with_pause in own.pause.items():
        whole = whole.replace(before, with_pause)
    return re.sub(r"\s+", " ", whole).strip()


def cardinal(number: int, lang: str = "zh") -> str:
    """0 to 9999 as one says a number in a language with units for 1000, 100 and 10."""
    if not 0 <= number <= 9999:
        raise ValueError(f"{number} is not between 0 and 9999.")
    own = language(lang)
    zero, one = own.digits[:2]
    if number < 10:
        return own.digits[number]
    out, gap = "", False
    for unit, name in zip((1000, 100, 10, 1), own.units, strict=True):
        digit = number // unit % 10
        if digit:
            out += (zero if gap and out else "") + own.digits[digit] + name
        gap = not digit
    return out.removeprefix(one) if 10 <= number < 20 else out


def _spelt(number: str, lang: str) -> str:
    if number.isdigit() and len(number) <= 2 and not number.startswith("0"):
        return number
    return " ".join(number_words(number, lang))
