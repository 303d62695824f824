"""Masks: what may be shown, and kept, of a name, an ID number and a phone, and of numbers that somebody typed into a text. Nothing here
keeps anything. Server and kiosk mask by these functions, nothing else does."""

from __future__ import annotations

import re
import unicodedata

MOBILE = re.compile(r"1[3-9]\d{9}")
# Single digits with what people put between them; the last sign of an ID number may be a letter.
NUMBER = re.compile(r"\d(?:[\s().\-\u2010-\u2015_/\u200b-\u200d\u2060\ufeff\uff08\uff09\u00b7]{0,2}\d)*(?:[xX](?![a-zA-Z]))?")
WHOLE = re.compile(r"\d{7,}[xX]?")
SHORTEST = 11  # digits of a number written in groups: fewer may be a date, a time, a sum


def mask_name(name: str) -> str:
    """张三 -> 张*, 欧阳小明 -> 欧**明, a Latin name -> its first letter. Middle-dot names keep the first and last character."""
    name = name.strip()
    if not name:
        return ""
    if name.isascii():
        return name[0] + "***"
    return name[0] + "*" if len(name) == 2 else name[0] + "*" * (len(name) - 2) + name[-1] if len(name) > 2 else "*"


def mask_id(number: str) -> str:
    """The last four characters only."""
    return number[-4:] if len(number) >= 8 else ""


def phone_digits(phone: str | None) -> str:
    """Its digits, by which a phone is known again: without the country's code before a mobile."""
    digits = re.sub(r"\D", "", "".join(map(_digit, phone or "")))
    return found[1] if (found := re.fullmatch(r"(?:00)?86(1[3-9]\d{9})", digits)) else digits


def mask_phone(digits: str) -> str:
    """138****1234; shorter numbers keep the last two digits."""
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) >= 11 else "****" + digits[-2:] if digits else ""


def mask_numbers(text: str) -> str:
    """A text without the phones, ID and card numbers in it: of each the last two signs are left, of a mobile as `mask_phone` has it.

    Numbers of seven digits and more, and of eleven written in groups; whatever script the digits are of, spelled ones among them.
    """
    plain = "".join(map(_digit, text))  # as long as the text
    out, at = "", 0
    for found in NUMBER.finditer(plain):
        signs = re.sub(r"[^\dxX]", "", found[0])
        runs = [found] if len(signs) >= SHORTEST else [run for run in WHOLE.finditer(plain, *found.span())]
        for run in runs:
            out += text[at : run.start()] + _masked(re.sub(r"[^\dxX]", "", run[0]))
            at = run.end()
    return out + text[at:]


def _masked(signs: str) -> str:
    return mask_phone(signs) if MOBILE.fullmatch(signs) else "****" + signs[-2:]


def _digit(sign: str) -> str:
    """0-9 for a digit in any script, also a Chinese one; any other sign as it is."""
    value = unicodedata.numeric(sign, -1.0)
    return str(int(value)) if value in range(10) else sign
