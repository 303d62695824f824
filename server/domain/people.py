"""How old somebody is by a card. Nothing here keeps anything; what may be shown of a person is said in config/masks.py."""

from __future__ import annotations

import re
from datetime import date


def age_by_card(number: str, day: date) -> int | None:
    """The age on a day by the birth date in an ID number of 18 characters; None where there is none."""
    if not re.fullmatch(r"\d{17}[\dX]", number):
        return None
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
