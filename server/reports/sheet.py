"""A report as text for a terminal, as a spreadsheet (xlsx) and as CSV, in one language. It works on finished figures and reads no data."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from tabulate import tabulate

from config.words import Words

from ..domain.evaluations import GRADES
from .figures import GroupFigures, Report

# figure of a Line -> how it is shown; those in seconds are told in minutes
COLUMNS = {
    "issued": "0",
    "served": "0",
    "no_shows": "0",
    "cancelled": "0",
    "expired": "0",
    "referred": "0",
    "wait_mean": "0.0",
    "wait_p50": "0.0",
    "wait_p90": "0.0",
    "wait_max": "0.0",
    "until_served_mean": "0.0",
    "kept_pct": "0.0",
    "handling_mean": "0.0",
    "long_pct": "0.0",
    "at_once": "0",
    "promised": "0",
    "tolerated": "0",
    "waived": "0",
    "evaluated_pct": "0.0",
    "good_pct": "0.0",
}
# The same of packages (一件事) and their legs.
PACKAGE_COLUMNS = {
    "package_issued": "0",
    "package_over": "0",
    "package_complete": "0",
    "package_complete_pct": "0.0",
    "package_first_pass": "0",
    "package_first_pass_pct": "0.0",
    "package_legs": "0.0",
    "package_door_mean": "0.0",
    "package_door_p50": "0.0",
    "package_door_p90": "0.0",
}
LEG_COLUMNS = {"leg_visits": "0", "leg_done_pct": "0.0", "leg_evaluated_pct": "0.0", "leg_good_pct": "0.0"}
DEFINED = (*COLUMNS, *PACKAGE_COLUMNS, *LEG_COLUMNS)
IN_MINUTES = ("wait_mean", "wait_p50", "wait_p90", "wait_max", "until_served_mean", "handling_mean")
# grouping -> the section that has words for its values, where they are codes
GROUPS = dict.fromkeys(("service", "window", "type", "zone", "clerk"), "") | {
    "class": "classes",
    "channel": "channels",
    "day": "",
    "hour": "",
}


class Headings:
    """What a report calls its rows and columns in one language."""

    def __init__(self, words: Words, lang: str):
        self.words, self.lang = words, lang

    def __call__(self, key: str) -> str:
        return self.words.text("report", key, self.lang)

    def row(self, group: str, line: GroupFigures) -> str:
        name = self.words.text(GROUPS[group], line.name, self.lang) if GROUPS[group] else line.name
        return name[:1].upper() + name[1:]

    def grade(self, grade: int) -> str:
        return self.words.text("grades", str(grade), self.lang)


def value(line: GroupFigures, column: str) -> float | None:
    found = getattr(line, column)
    return _minutes(found) if found is not None and column in IN_MINUTES else found


def of_packages(report: Report, heading: Headings) -> list[tuple[str, list[str], list[str], list[list[Any]]]]:
    """The tables of packages and of their legs: (title, words of the first columns, columns of figures, rows); none without numbers."""
    if not report.packages:
        return []
    told = lambda figures, column, before: (
        None if (found := getattr(figures, column.removeprefix(before))) is None else _minutes(found) if "door" in column else found
    )
    whole = [[name, *(told(some, column, "package_") for column in PACKAGE_COLUMNS)] for name, some in report.packages.items()]
    legs = [
        [name, report.service_names.get(leg.service, leg.service), *(told(leg, column, "leg_") for column in LEG_COLUMNS)]
        for name, some in report.packages.items()
        for leg in some.by_leg
    ]
    first = heading("package")
    return [
        (heading("packages"), [first], [*PACKAGE_COLUMNS], whole),
        (heading("package_legs_of"), [first, heading("service")], [*LEG_COLUMNS], legs),
    ]


def _minutes(seconds: float) -> float:
    return round(seconds / 60, 1)


def text(report: Report, words: Words, lang: str) -> str:
    """Tables for a terminal, and what their figures mean."""
    heading = Headings(words, lang)
    parts = [f"{report.hall}  {report.first}" + (f" – {report.last}" if report.last != report.first else "")]
    shown = lambda line: [_shown(value(line, column)) for column in COLUMNS]
    for group in GROUPS:
        rows = [[heading.row(group, line), *shown(line)] for line in report.by.get(group, ())]
        if group == "service":
            rows.append([heading("all"), *shown(report.total)])
        if rows:
            align = ("left", *("right" for _ in COLUMNS))
            heads = [heading(group), *map(heading, COLUMNS)]
            parts.append(tabulate(rows, heads, tablefmt="plain", disable_numparse=True, colalign=align))
    if report.windows:
        rows = [[one["no"], _shown(_minutes(one["open_s"])), _shown(_minutes(one["paused_s"]))] for one in report.windows]
        heads = [heading(word) for word in ("window", "open_s", "paused_s")]
        parts.append(tabulate(rows, heads, tablefmt="plain", disable_numparse=True, colalign=("left", "right", "right")))
    for _, first, columns, lines in of_packages(report, heading):
        rows = [[one if isinstance(one, str) else _shown(one) for one in line] for line in lines]
        align = (*("left" for _ in first), *("right" for _ in columns))
        parts.append(tabulate(rows, [*first, *map(heading, columns)], tablefmt="plain", disable_numparse=True, colalign=align))
    parts += [f"{title}: " + ", ".join(f"{word} {_shown(n)}" for word, n in rows) for title, rows in _lists(report, heading)]
    parts.append("\n".join(f"{heading(figure)}: {words.text('definitions', figure, lang)}" for figure in _defined(report)))
    return "\n\n".join(parts)


def _defined(report: Report) -> tuple[str, ...]:
    return DEFINED if report.packages else (*COLUMNS,)


def _lists(report: Report, heading: Headings) -> list[tuple[str, list[tuple[str, float | None]]]]:
    """What is no table: the grades, and who was guided elsewhere."""
    grades: list[tuple[str, float | None]] = [(heading.grade(grade), report.grades.get(grade, 0)) for grade in GRADES]
    grades.append((heading("not_evaluated"), report.not_evaluated))
    diverted = [(heading(key), report.diverted[key]) for key in report.diverted]
    return [(heading("evaluations"), grades), (heading("diversions"), diverted)]


def _shown(value) -> str:
    return "–" if value is None else f"{value:.1f}" if isinstance(value, float) else str(value)


def rows(report: Report, words: Words, lang: str) -> list[list]:
    """Every line of a report as a row: grouping, name, figures; the first row is the heading."""
    heading = Headings(words, lang)
    table = [["", heading("name"), *map(heading, COLUMNS)], [heading("all"), "", *(value(report.total, c) for c in COLUMNS)]]
    for group in GROUPS:
        for line in report.by.get(group, ()):
            table.append([heading(group), heading.row(group, line), *(value(line, c) for c in COLUMNS)])
    return table


def csv_text(report: Report, words: Words, lang: str) -> str:
    """`rows` as CSV; the mark at its beginning tells spreadsheets that it is UTF-8."""
    out = io.StringIO()
    csv.writer(out).writerows(rows(report, words, lang))
    return "\ufeff" + out.getvalue()


def xlsx(report: Report, file: Path | BinaryIO, words: Words, lang: str, signed: Any = None) -> None:
    """One sheet a grouping, with a chart of the waits where it says something. The same report is the same file, to the byte. `signed`: a
    checkpoint of the journal (record/checkpoint.py) that goes with it, as a QR code to be printed and filed."""
    import xlsxwriter

    heading = Headings(words, lang)
    with xlsxwriter.Workbook(file if isinstance(file, io.BytesIO) else str(file), {"in_memory": True}) as book:
        book.set_properties({"created": datetime.fromisoformat(report.last)})
        bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
        title = book.add_format({"bold": True, "font_size": 14})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        formats = {form: book.add_format({"num_format": form}) for form in ("0", "0.0")}
        for group in GROUPS:
            sheet = book.add_worksheet(heading(group))
            sheet.set_landscape()
            sheet.fit_to_pages(1, 0)
            sheet.write(0, 0, f"{report.hall} {report.first} – {report.last}", title)
            for n, word in enumerate(map(heading, (group, *COLUMNS))):
                sheet.write(2, n, word, bold)
            sheet.set_row(2, 45, bold)
            sheet.set_column(0, 0, 34)
            sheet.set_column(1, len(COLUMNS), 13)
            sheet.freeze_panes(3, 1)
            lines = [(heading.row(group, line), line) for line in report.by.get(group, [])]
            for r, (name, line) in enumerate([*lines, (heading("all"), report.total)], start=3):
                sheet.write_string(r, 0, name)
                for n, (column, form) in enumerate(COLUMNS.items(), start=1):
                    if (figure := value(line, column)) is not None:
                        sheet.write_number(r, n, figure, formats[form])
            if len(lines) > 1:
                sheet.insert_chart(len(lines) + 6, 0, _chart(book, heading, heading(group), len(lines)))
        forms = PACKAGE_COLUMNS | LEG_COLUMNS
        for word, first, columns, lines in of_packages(report, heading):
            sheet = book.add_worksheet(word)
            sheet.set_landscape()
            sheet.fit_to_pages(1, 0)
            sheet.write(0, 0, f"{report.hall} {report.first} – {report.last}", title)
            for n, name in enumerate([*first, *map(heading, columns)]):
                sheet.write(2, n, name, bold)
            sheet.set_row(2, 45, bold)
            sheet.set_column(0, len(first) - 1, 34)
            sheet.set_column(len(first), len(first) + len(columns) - 1, 13)
            for r, line in enumerate(lines, start=3):
                for n, one in enumerate(line):
                    if isinstance(one, str):
                        sheet.write_string(r, n, one)
                    elif one is not None:
                        sheet.write_number(r, n, one, formats[forms[columns[n - len(first)]]])
        for word, some in _lists(report, heading):
            sheet = book.add_worksheet(word)
            sheet.write(0, 0, word, title)
            for r, (name, n) in enumerate(some, start=2):
                sheet.write_string(r, 0, name)
                if n is not None:
                    sheet.write_number(r, 1, n)
            sheet.set_column(0, 0, 34)
        sheet = book.add_worksheet(heading("open_windows"))
        for n, word in enumerate(("window", "open_s", "paused_s")):
            sheet.write(0, n, heading(word), bold)
        for r, one in enumerate(report.windows, start=1):
            sheet.write_string(r, 0, one["no"])
            sheet.write_number(r, 1, _minutes(one["open_s"]), formats["0.0"])
            sheet.write_number(r, 2, _minutes(one["paused_s"]), formats["0.0"])
        sheet.set_column(0, 2, 20)
        sheet = book.add_worksheet(heading("definitions"))
        sheet.set_column(0, 0, 30)
        sheet.set_column(1, 1, 90)
        for r, figure in enumerate(_defined(report)):
            sheet.write_string(r, 0, heading(figure), wrapped)
            sheet.write_string(r, 1, words.text("definitions", figure, lang), wrapped)
        if signed is not None:
            _checkpoint(book.add_worksheet(heading("checkpoint")), signed, words, lang)


def _checkpoint(sheet: Any, signed: Any, words: Words, lang: str) -> None:
    """What the journal was when the report was made: in words, and as a QR code that `hall verify --checkpoint` takes."""
    import qrcode  # by the worker alone, which makes the reports

    facts = {"of_hall": signed.hall, "up_to": str(signed.seq), "signed_at": signed.at, "chain": signed.hash, "key": signed.fingerprint}
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 72)
    for r, (name, fact) in enumerate(facts.items()):
        sheet.write_string(r, 0, words.text("checkpoint", name, lang))
        sheet.write_string(r, 1, fact)
    sheet.write_string(len(facts), 0, words.text("checkpoint", "keep", lang))
    code = io.BytesIO()
    qrcode.make(signed.text, border=2, box_size=4).save(code, "PNG")
    sheet.insert_image(len(facts) + 2, 0, "checkpoint.png", {"image_data": code})


def _chart(book: Any, heading: Headings, name: str, rows: int) -> Any:
    chart = book.add_chart({"type": "column"})
    for figure in ("wait_p50", "wait_p90"):
        column = [*COLUMNS].index(figure) + 1
        values = {"categories": [name, 3, 0, 2 + rows, 0], "values": [name, 3, column, 2 + rows, column]}
        chart.add_series({"name": heading(figure)} | values)
    chart.set_size({"width": 900, "height": 320})
    chart.set_legend({"position": "bottom"})
    return chart
