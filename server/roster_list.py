"""Rosters out of a CSV or XLSX file: a row is one window on a weekday or a date, with its hours. Each mistake with its row, in every
language. It changes no hall."""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pydantic import ValidationError

from config import settings, words
from config.mistakes import nearest

from .service_list import CELL, MOST, TOLD, Unreadable, WrongRow, cells, problem

SECTION, COLUMNS = "roster_list", ("window", "day", "hours")
SIGNS = str.maketrans({0xFF1A: ":", 0x2013: "-", 0x2014: "-", 0xFF0D: "-", 0xFF5E: "-", ord("~"): "-"})  # full-width signs and dashes
BETWEEN = re.compile("[;,\\s" + "".join(map(chr, (0xFF1B, 0xFF0C, 0x3001))) + "]+")  # and their full-width fellows
DATE = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$")


@dataclass(kw_only=True)
class RosterList:
    """`value`: as the setting `rosters` takes it; `wrong`: each mistake."""

    value: dict[str, dict[str, Any]] = field(default_factory=dict)
    wrong: list[WrongRow] = field(default_factory=list)

    def no(self, row: int, code: str, **facts: Any) -> None:
        short = {key: fact[:CELL] if isinstance(fact, str) else fact for key, fact in facts.items()}
        if len(self.wrong) < TOLD:
            self.wrong.append(WrongRow(row=row, say=words.load().texts(SECTION, code, row=row, **short)))


def read(raw: bytes, windows: Container[str]) -> RosterList:
    """The rosters of a file, of `windows` that the hall has. Where anything is wrong, nothing of it is to be used."""
    found = RosterList()
    try:
        table = list(cells(raw))
    except Unreadable:
        found.no(0, "unreadable")
        return found
    number, head = table[0] if table else (1, [])
    columns = [_column(name, number, found) for name in head]
    for one in COLUMNS:
        if one not in columns:
            found.no(0, "column_missing", column=_called(one))
    if found.wrong:
        return found
    if len(table) > MOST:
        found.no(0, "too_many", most=MOST, n=len(table))
        return found
    for number, row in table[1:]:
        given = {name: text for name, text in zip(columns, row, strict=False) if name}
        if any(given.values()):
            _take(given, number, windows, found)
    if not found.value and not found.wrong:
        found.no(0, "no_rows")
    return found


def _take(given: dict[str, str], number: int, windows: Container[str], found: RosterList) -> None:
    no, day_text, hours = (given.get(name, "") for name in COLUMNS)
    if no not in windows:
        found.no(number, "no_such_window", text=no)
        return
    # a spreadsheet gives a date with its midnight
    days = [_day(text) for text in BETWEEN.split(day_text.replace(" 00:00:00", "")) if text]
    if not days or None in days:
        found.no(number, "no_such_day", text=day_text)
        return
    off = hours.lower() in {text.lower() for text in _called("off").values()}
    spans = [] if off else [_span(text) for text in BETWEEN.split(hours.translate(SIGNS).replace(" - ", "-")) if text]
    if not spans and not off:
        found.no(number, "no_hours", text=hours, off=_called("off"))
        return
    mine = found.value.setdefault(no, {})
    for day in filter(None, days):
        place = mine if day in settings.WEEKDAYS else mine.setdefault("days", {})
        if day in place:
            found.no(number, "twice", window=no, text=day_text)
        place[day] = spans
    try:
        settings.parse("rosters", {no: {"days": {"2000-01-01": spans}}})
    except ValidationError as error:
        one = settings.problems("rosters", error)[0]
        found.no(number, "wrong", text=hours, problem=problem(one))


def _span(text: str) -> str:
    """ "8:30-12:00" -> "08:30-12:00"."""
    return re.sub(r"\b(\d):", r"0\1:", text)


def _day(text: str) -> str | None:
    """A weekday by its code or its name in any language, or a date as ISO has it."""
    if found := DATE.match(text):
        try:
            return date(*map(int, found.groups())).isoformat()
        except ValueError:
            return None
    catalogue = words.load()
    names = {
        said.lower(): day
        for day in settings.WEEKDAYS
        for said in (day, *catalogue.texts(SECTION, day).values(), *catalogue.texts("pages.manage", f"h_{day}").values())
    }
    return names.get(text.lower())


def _column(name: str, number: int, found: RosterList) -> str:
    known = {said.strip().lower(): key for key in COLUMNS for said in (key, *_called(key).values())}
    key = known.get(name.strip().lower(), "")
    if name.strip() and not key:
        found.no(number, "no_such_column", column=name, meant=nearest(name, list(known)))
    return key


def _called(field: str) -> dict[str, str]:
    return words.load().texts(SECTION, f"column_{field}")
