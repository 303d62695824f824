"""A list of services out of a CSV or XLSX file, as halls keep it in a spreadsheet: columns by their names in any language, each mistake
with its row and column, in every language. It changes no hall."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ValidationError

from config import shapes, words
from config.mistakes import nearest

IN_LANGUAGES = ("name", "theme", "materials", "spoken")  # these have a column for each language, such as name_en
SEVERAL = ("matters", "materials", "aliases")  # several in one cell: one a line, or with a semicolon between
SEPARATORS = str.maketrans({chr(0xFF1B): "\n", ";": "\n", "\r": "\n"})  # the first is the full-width semicolon
NEEDED = ("code", "name", "prefix")
CODES = {"kind": ("ordinary", "complex"), "open": ("yes", "no")}
SECTION = "service_list"  # of the words
MOST = 5000  # rows
LARGEST = 64 << 20  # bytes of a spreadsheet when it is unpacked
TOLD = 200  # mistakes
CELL = 60  # signs of a cell that a mistake repeats


class Unreadable(ValueError):
    """The file is no spreadsheet, or a far too large one."""


@dataclass(frozen=True, kw_only=True)
class WrongRow:
    """What is wrong in a row, or (row 0) with the file: its sentence in every language."""

    row: int
    say: dict[str, str]


@dataclass(kw_only=True)
class ServiceList:
    """`rows`: what is put, (row of the file, fields); `wrong`: each mistake."""

    rows: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    wrong: list[WrongRow] = field(default_factory=list)

    def no(self, row: int, code: str, **facts: Any) -> None:
        """Notes a mistake: `code` of the words' SECTION, with its facts, which may be texts in every language."""
        short = {key: fact[:CELL] if isinstance(fact, str) else fact for key, fact in facts.items()}
        say = words.load().texts(SECTION, code, row=row, **short)
        if len(self.wrong) < TOLD:
            self.wrong.append(WrongRow(row=row, say=say))


def read(raw: bytes, shape: type[BaseModel]) -> ServiceList:
    """The services of a file, each as `shape` takes it. Where anything is wrong, nothing of it is to be used."""
    found = ServiceList()
    try:
        table = iter(list(cells(raw)))
    except Unreadable:
        found.no(0, "unreadable")
        return found
    number, head = next(table, (1, []))
    columns = _columns(head, found, number)
    if found.wrong:
        return found
    seen: dict[str, int] = {}
    for number, row in table:
        given = {columns[n]: (head[n], text) for n, text in enumerate(row) if n < len(head) and columns[n] and text}
        if not given:
            continue
        fields = _fields(given, number, found, shape)
        for one in NEEDED:
            if one not in given:
                found.no(number, "empty", column=head[columns.index(one)])
        code = str(fields.get("code", ""))
        if code in seen:
            found.no(number, "twice", column=head[columns.index("code")], text=code, first=seen[code])
        seen.setdefault(code, number)
        found.rows.append((number, fields))
    if not found.rows and not found.wrong:
        found.no(0, "no_rows")
    if len(found.rows) > MOST:
        found.no(0, "too_many", most=MOST, n=len(found.rows))
    found.wrong.sort(key=lambda one: one.row)
    return found


def cells(raw: bytes) -> Iterator[tuple[int, list[str]]]:
    """(number of the row as a spreadsheet counts, its cells as texts). A spreadsheet is known by how it begins, whatever it is called."""
    if raw.startswith(b"PK"):
        yield from enumerate(_sheet(raw), 1)
        return
    if b"\0" in raw:  # an .xls of old, a picture
        raise Unreadable
    text = _decoded(raw)
    first = text.split("\n", 1)[0]
    try:
        for number, row in enumerate(csv.reader(text.splitlines(keepends=True), delimiter="\t" if "\t" in first else ","), 1):
            yield number, [cell.strip() for cell in row]
    except csv.Error as error:
        raise Unreadable from error


def _sheet(raw: bytes) -> list[list[str]]:
    """The rows of a workbook's first sheet. The library raises whatever its parsers do, row by row: a workbook that it cannot read to
    its end is none."""
    import openpyxl

    try:
        if sum(part.file_size for part in zipfile.ZipFile(io.BytesIO(raw)).infolist()) > LARGEST:
            raise Unreadable
        book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
        with contextlib.closing(book):
            return [[_text(cell) for cell in row] for row in book.worksheets[0].iter_rows(values_only=True)]
    except Exception as error:  # noqa: BLE001  of zip, zlib, XML, dates, styles
        raise Unreadable from error


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


def _columns(head: list[str], found: ServiceList, number: int) -> list[str]:
    """The field of each column; "" of one without a heading."""
    known = _names()
    columns: list[str] = []
    for name in head:
        key = known.get(name.strip().lower(), "")
        if name.strip() and not key:
            found.no(number, "no_such_column", column=name, meant=nearest(name, list(known)))
        columns.append(key)
    for needed in NEEDED:
        if needed not in columns:
            found.no(0, "column_missing", column=_called(needed))
    for one in sorted({c for c in columns if c and columns.count(c) > 1}):
        found.no(number, "column_twice", column=_called(one))
    return columns


def _called(field: str) -> dict[str, str]:
    return words.load().texts("columns", field)


def _names() -> dict[str, str]:
    """What a column may be called -> its field: by the field itself, or by its name in any language."""
    catalogue = words.load()
    keys = [*catalogue.codes("columns")]
    found = {key: key for key in keys}
    for lang in catalogue.languages:
        found |= {catalogue.text("columns", key, lang).lower(): key for key in keys}
    return {name: key for name, key in found.items() if key not in ("ordinary", "complex", "yes", "no")}


def _fields(given: dict[str, tuple[str, str]], number: int, found: ServiceList, shape: type[BaseModel]) -> dict[str, Any]:
    """The fields of a row; what is wrong with it goes to `found`."""
    raw: dict[str, Any] = {}
    called: dict[str, str] = {}
    for key, (heading, text) in given.items():
        name, _, lang = key.partition("_")
        value: Any = _split(text) if name in SEVERAL else text
        if name in CODES:
            code = _code(name, text)
            if code is None:
                found.no(number, "none_of", column=heading, text=text, known=[_called(code) for code in CODES[name]])
                continue
            value = code
        elif name == "minutes":
            try:
                value = float(text)
            except ValueError:
                found.no(number, "no_minutes", column=heading, text=text)
                continue
        called.setdefault(name, heading)
        if name == "open":
            raw["closed"] = value == "no"
        elif name in IN_LANGUAGES:
            raw.setdefault(name, {})[lang or words.LANGUAGES[0]] = value
        else:
            raw[name] = value
    try:
        shape.model_validate_json(json.dumps(raw))
    except ValidationError as error:
        for one in shapes.problems(error, shape):
            name = one["field"].split(".")[0]
            if name in NEEDED and name not in given:
                continue  # said by `read`
            found.no(
                number, "wrong", column=called.get(name, _called(name)), text=given.get(name, ("", ""))[1], problem=_problem(one, name)
            )
    return raw


def _split(text: str) -> list[str]:
    return [one.strip() for one in text.translate(SEPARATORS).split("\n") if one.strip()]


def _code(name: str, text: str) -> str | None:
    return next((code for code in CODES[name] if text.lower() in {code, *(said.lower() for said in _called(code).values())}), None)


def _problem(one: dict[str, Any], name: str) -> dict[str, str]:
    """What is wrong with a cell; a code has a sentence of its own."""
    if one["code"] == "string_pattern_mismatch" and name in words.load().codes(SECTION):
        return words.load().texts(SECTION, name)
    return problem(one)


def problem(one: dict[str, Any]) -> dict[str, str]:
    """What is wrong with a value (shapes.problems), in every language and without a code."""
    catalogue = words.load()
    whole = lambda v: int(v) if isinstance(v, float) and v.is_integer() else v
    facts = {key: whole(value) for key, value in one.items() if key not in ("code", "message", "field")}
    known = catalogue.codes("problems")
    code = next((code for code in (f"{one['code']}_told", one["code"]) if code in known), "other")
    return catalogue.texts("problems", code, **facts)
