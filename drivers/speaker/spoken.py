"""How a sentence is read aloud: numbers of tickets letter by letter and digit by digit, other numbers as numbers. Pure."""

from __future__ import annotations

import re

ZH = "零一二三四五六七八九"
EN = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
COUNTED = "人位个分秒次张天"  # before these 2 is 两
LANGUAGES = ("zh", "en")


def number_words(number: str, lang: str, *, one: str = "yi") -> list[str]:
    """A001 → A 零 零 一 (or 幺 where `one` is "yao"), A zero zero one; signs other than letters and digits are not read."""
    if lang not in LANGUAGES:
        raise ValueError(f"Numbers are spoken in {', '.join(LANGUAGES)}, not in {lang!r}.")
    digits = EN if lang == "en" else ZH.replace("一", "幺") if one == "yao" else ZH
    return [digits[int(c)] if c in "0123456789" else c.upper() for c in number if c.isascii() and c.isalnum()]


def spoken(text: str, lang: str, *, one: str = "yao") -> str:
    """A sentence as a voice should read it: 请A001号到3号窗口办理 → 请 A 零零幺 号，到三号窗口办理."""
    if lang == "en":
        return re.sub(r"[A-Za-z]{0,4}\d+", lambda m: _english(m[0]), text)

    def read(found: re.Match) -> str:
        number, after = found[0], text[found.end() : found.end() + 1]
        if not number.isdigit() or number.startswith("0") or len(number) > 4 or (len(number) > 2 and after == "号"):
            words = number_words(number, lang, one=one)
            letters = "".join(f" {w}" for w in words if w.isascii())
            return f"{letters} {''.join(w for w in words if not w.isascii())} "
        return "两" if number == "2" and after and after in COUNTED else cardinal(int(number))

    whole = re.sub(r"[A-Za-z]{0,4}\d+", read, text)
    return re.sub(r"\s+", " ", whole.replace("号到", "号，到").replace("号 到", "号，到")).strip()


def cardinal(number: int) -> str:
    """0 to 9999 in Chinese: 12 → 十二, 105 → 一百零五."""
    if not 0 <= number <= 9999:
        raise ValueError(f"{number} is not between 0 and 9999.")
    if number < 10:
        return ZH[number]
    out, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            out += ("零" if gap and out else "") + ZH[digit] + name
            gap = False
        else:
            gap = True
    return out.removeprefix("一") if 10 <= number < 20 else out


def _english(number: str) -> str:
    if number.isdigit() and len(number) <= 2 and not number.startswith("0"):
        return number
    return " ".join(number_words(number, "en"))
