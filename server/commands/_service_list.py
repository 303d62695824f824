"""A list of services out of a CSV or XLSX file, as halls keep it in a spreadsheet: columns by their names in any language, each mistake
with its row and column. It changes no hall."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from config import shapes, words
from config.mistakes import did_you_mean
from config.schema import ServiceTable

IN_LANGUAGES = ("name", "theme", "materials")  # these have a column for each language, such as name_en
SEVERAL = ("matters", "materials", "aliases")  # several in one cell: one a line, or with a semicolon between
SEPARATORS = str.maketrans({chr(0xFF1B): "\n", ";": "\n", "\r": "\n"})  # the first is the full-width semicolon
NEEDED = ("code", "name", "prefix")
CODES = {"kind": ("ordinary", "complex"), "open": ("yes", "no")}


@dataclass(kw_only=True)
class ServiceList:
    """`rows`: what is put, (row of the file, fields); `wrong`: a sentence for each mistake."""

    rows: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def read(file: Path) -> ServiceList:
    """The services of a file. Where anything is wrong, nothing of it is to be used."""
    table = cells(file)
    found = ServiceList()
    number, head = next(table, (1, []))
    columns = _columns(head, found.wrong, number)
    if found.wrong:
        return found
    seen: dict[str, int] = {}
    for number, row in table:
        given = {columns[n]: (head[n], text) for n, text in enumerate(row) if n < len(head) and columns[n] and text}
        if not given:
            continue
        problems, fields = _fields(given, number)
        problems += [f"row {number}, column {head[columns.index(one)]}: is empty" for one in NEEDED if one not in given]
        code = str(fields.get("code", ""))
        if code in seen:
            problems.append(f"row {number}, column {head[columns.index('code')]}: {code} stands in row {seen[code]} already")
        seen.setdefault(code, number)
        found.wrong += problems
        found.rows.append((number, fields))
    if not found.rows and not found.wrong:
        found.wrong.append("there is no row below the heading")
    return found


def cells(file: Path) -> Iterator[tuple[int, list[str]]]:
    """(number of the row as a spreadsheet counts, its cells as texts)."""
    if file.suffix.lower() == ".xlsx":
        import openpyxl

        book = openpyxl.load_workbook(file, read_only=True, data_only=True)
        try:
            for number, row in enumerate(book.worksheets[0].iter_rows(values_only=True), 1):
                yield number, [_text(cell) for cell in row]
        finally:
            book.close()
        return
    text = _decoded(file.read_bytes())
    first = text.split("\n", 1)[0]
    for number, row in enumerate(csv.reader(text.splitlines(keepends=True), delimiter="\t" if "\t" in first else ","), 1):
        yield number, [cell.strip() for cell in row]


def _decoded(raw: bytes) -> str:
    """UTF-8, or what spreadsheets here write without being asked."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace")


def _text(cell: Any) -> str:
    """A spreadsheet keeps a code of digits as a number, and 10 as 10.0."""
    if cell is None:
        return ""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()


def _columns(head: list[str], wrong: list[str], number: int) -> list[str]:
    """The field of each column; "" of one without a heading."""
    known = _names()
    columns: list[str] = []
    for name in head:
        key = known.get(name.strip().lower(), "")
        if name.strip() and not key:
            wrong.append(f"row {number}, column {name}: there is no such column{did_you_mean(name, list(known))}")
        columns.append(key)
    wrong.extend(f"the file has no column {needed}" for needed in NEEDED if needed not in columns)
    wrong.extend(f"row {number}: two columns are called {one}" for one in sorted({c for c in columns if c and columns.count(c) > 1}))
    return columns


def _names() -> dict[str, str]:
    """What a column may be called -> its field: by the field itself, or by its name in any language."""
    catalogue = words.load()
    keys = [*catalogue.codes("columns")]
    found = {key: key for key in keys}
    for lang in catalogue.languages:
        found |= {catalogue.text("columns", key, lang).lower(): key for key in keys}
    return {name: key for name, key in found.items() if key not in ("ordinary", "complex", "yes", "no")}


def _fields(given: dict[str, tuple[str, str]], number: int) -> tuple[list[str], dict[str, Any]]:
    """(what is wrong with a row, its fields)."""
    raw: dict[str, Any] = {}
    called: dict[str, str] = {}
    problems: list[str] = []
    for key, (heading, text) in given.items():
        name, _, lang = key.partition("_")
        value: Any = _split(text) if name in SEVERAL else text
        if name in CODES:
            code = _code(name, text)
            if code is None:
                problems.append(f"row {number}, column {heading}: {text} is none of {', '.join(_said(name))}")
                continue
            value = code == "yes" if name == "open" else code
        elif name == "minutes":
            try:
                value = float(text)
            except ValueError:
                problems.append(f"row {number}, column {heading}: {text} is no number of minutes")
                continue
        called.setdefault(name, heading)
        if name in IN_LANGUAGES:
            raw.setdefault(name, {})[lang or words.LANGUAGES[0]] = value
        else:
            raw[name] = value
    try:
        ServiceTable.model_validate(raw)
    except ValidationError as error:
        for one in shapes.problems(error, ServiceTable):
            name = one["field"].split(".")[0]
            if name in NEEDED and name not in given:
                continue  # said by `read`
            text = given.get(name, ("", ""))[1]
            problems.append(f"row {number}, column {called.get(name, name)}: {_sentence(one, text)}")
    return problems, raw


def _split(text: str) -> list[str]:
    return [one.strip() for one in text.translate(SEPARATORS).split("\n") if one.strip()]


def _code(name: str, text: str) -> str | None:
    return next((code for code in CODES[name] if text.lower() in _said_as(code)), None)


def _said_as(code: str) -> set[str]:
    catalogue = words.load()
    return {code, *(catalogue.text("columns", code, lang).lower() for lang in catalogue.languages)}


def _said(name: str) -> list[str]:
    return [one for code in CODES[name] for one in sorted(_said_as(code))]


def _sentence(one: dict[str, Any], text: str) -> str:
    """What is wrong with a cell, in words for a terminal."""
    match one["code"]:
        case "missing":
            return "is empty"
        case "string_too_long":
            return f"has {len(text)} signs, and may have {one.get('le') or one.get('max_length') or 'fewer'}"
        case "string_pattern_mismatch":
            return f"{text!r} is not written as it must be"
        case _:
            return str(one.get("message") or one["code"]) + (f" ({text})" if text else "")
