"""Division codes (GB/T 2260 to the county, GB/T 10114 below it) in the codes of halls: whether they can be any at all, and whether a list
that the installer names has them. It brings no list: the national one changes every year, and is published by 民政部 and 统计局."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

PROVINCES = frozenset("11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82".split())
LEVELS = (2, 4, 6, 9, 12)  # digits of a province, city, county, town, village
CODE = re.compile(r"(\d{12}|\d{9}|\d{6})(?:\W+(\S.*))?")


@dataclass(frozen=True)
class Divisions:
    """A list of divisions: 12-digit code -> name."""

    names: dict[str, str]

    def unknown(self, hall: str) -> str:
        """The part of a hall's code that the list does not have, from the province down; "" where it has all that it can tell: of towns
        and villages a list to the counties says nothing."""
        code = hall[:12]
        for digits in LEVELS:
            if digits > 2 and not int(code[LEVELS[LEVELS.index(digits) - 1] :]):
                return ""  # nothing below is named
            whole = code[:digits].ljust(12, "0")
            if whole not in self.names and self._tells(digits, code):
                return code[:digits]
        return ""

    def _tells(self, digits: int, code: str) -> bool:
        """Whether the list goes so deep there. Municipalities have no city level of their own (1101 of 110101)."""
        above = code[: 6 if digits == 9 else 9]
        inside = digits <= 6 or any(known.startswith(above) and int(known[len(above) : digits]) for known in self.names)
        return inside and not (digits == 4 and any(known.startswith(code[:4]) for known in self.names))


def read(path: Path) -> Divisions:
    """A list as it is published or saved out of a spreadsheet: a code of 6, 9 or 12 digits at the beginning of each line, its name behind
    it. Other lines are headings. OSError or ValueError where it cannot be read, or holds none."""
    names: dict[str, str] = {}
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("gb18030")
    for line in text.splitlines():
        if found := CODE.match(line.strip(" \t\"'{,")):
            names[found[1].ljust(12, "0")] = (found[2] or "").strip(" \t\"',}")
    if not names:
        raise ValueError("no line of it begins with a division code")
    return Divisions(names)


def impossible(hall: str) -> str:
    """The part of a hall's code that is no division code in any year; "" where it can be one."""
    if hall[:2] not in PROVINCES:
        return hall[:2]
    if hall[2:4] == "00" and int(hall[4:12]):
        return hall[:6]
    return hall[:12] if hall[6:9] == "000" and int(hall[9:12]) else ""
