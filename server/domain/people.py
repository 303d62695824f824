"""Masks for people: what may be shown of a name, an ID number and a phone. Nothing here keeps anything."""

from __future__ import annotations

import re
from datetime import date


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


def age_by_card(number: str, day: date) -> int | None:
    """The age on a day by the birth date in an ID number of 18 characters; None where there is none."""
    if not re.fullmatch(r"\d{17}[\dX]", number):
        return None
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def phone_digits(phone: str | None) -> str:
    return re.sub(r"\D", "", phone or "")


def mask_phone(digits: str) -> str:
    """138****1234; shorter numbers keep the last two digits."""
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) >= 11 else "****" + digits[-2:] if digits else ""
