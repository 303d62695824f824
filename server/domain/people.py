"""Masks for people: what may be shown of a name, an ID number and a phone. Nothing here keeps anything."""

from __future__ import annotations

import re


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
    return re.sub(r"\D", "", phone or "")


def mask_phone(digits: str) -> str:
    """138****1234; shorter numbers keep the last two digits."""
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) >= 11 else "****" + digits[-2:] if digits else ""
