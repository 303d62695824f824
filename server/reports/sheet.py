"""A report as text for a terminal and as a spreadsheet (xlsx), in one language. It works on finished figures and reads no data."""

from __future__ import annotations

import unicodedata
from pathlib import Path

from config.words import Words

from ..domain.evaluations import GRADES
from .figures import Line, Report

# figure of a Line -> how it is shown; those in seconds are told in minutes
COLUMNS = {
    "issued": "0",
    "served": "0",
    "no_shows": "0",
    "cancelled": "0",
    "expired": "0",
    "wait_mean": "0.0",
    "wait_p50": "0.0",
    "wait_p90": "0.0",
    "wait_max": "0.0",
    "until_served_mean": "0.0",
    "kept_pct": "0.0",
    "handling_mean": "0.0",
    "long_pct": "0.0",
    "evaluated_pct": "0.0",
    "good_pct": "0.0",
}
IN_MINUTES = ("wait_mean", "wait_p50", "wait_p90", "wait_max", "until_served_mean", "handling_mean")
# grouping -> the section that has words for its values, where they are codes
GROUPS = {"service": "", "window": "", "type": "", "clerk": "", "class": "classes", "channel": "channels", "day": "", "hour": ""}


class Headings:
    """What a report calls its rows and columns in one language."""

    def __init__(self, words: Words, lang: str):
        self.words, self.lang = words, lang

    def __call__(self, key: str) -> str:
        return self.words.text("report", key, self.lang)

    def row(self, group: str, line: Line) -> str:
        name = self.words.text(GROUPS[group], line.name, self.lang) if GROUPS[group] else line.name
        return name[:1].upper() + name[1:]

    def grade(self, grade: int) -> str:
        return self.words.text("grades", str(grade), self.lang)


def value(line: Line, column: str) -> float | None:
    found = getattr(line, column)
    return found if found is None or column not in IN_MINUTES else round(found / 60, 1)


def text(report: Report, words: Words, lang: str) -> str:
    """Tables for a terminal; a Chinese character counts two columns."""
    heading = Headings(words, lang)
    parts = [f"{report.hall}  {report.first}" + (f" – {report.last}" if report.last != report.first else "")]
    for group in GROUPS:
        rows = [[heading(group), *map(heading, COLUMNS)]]
        rows += [[heading.row(group, line), *(_shown(value(line, c)) for c in COLUMNS)] for line in report.by.get(group, ())]
        if group == "service":
            rows.append([heading("all"), *(_shown(value(report.total, c)) for c in COLUMNS)])
        parts.append(_table(rows))
    said = [*((heading.grade(g), report.grades.get(g, 0)) for g in GRADES), (heading("not_evaluated"), report.not_evaluated)]
    parts.append(f"{heading('evaluations')}: " + ", ".join(f"{word} {n}" for word, n in said))
    return "\n\n".join(parts)


def _shown(value) -> str:
    return "–" if value is None else f"{value:.1f}" if isinstance(value, float) else str(value)


def _table(rows: list[list[str]]) -> str:
    widths = [max(_width(row[n]) for row in rows) for n in range(len(rows[0]))]
    return "\n".join(
        "  ".join(
            [row[0] + " " * (widths[0] - _width(row[0])), *(" " * (w - _width(c)) + c for c, w in zip(row[1:], widths[1:], strict=True))]
        )
        for row in rows
    )


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def xlsx(report: Report, file: Path, words: Words, lang: str) -> None:
    """One sheet a grouping, with a chart of the waits where it says something."""
    import xlsxwriter

    heading = Headings(words, lang)
    with xlsxwriter.Workbook(str(file)) as book:
        bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
        title = book.add_format({"bold": True, "font_size": 14})
        formats = {form: book.add_format({"num_format": form}) for form in ("0", "0.0")}
        for group in GROUPS:
            sheet = book.add_worksheet(heading(group))
            sheet.write(0, 0, f"{report.hall} {report.first} – {report.last}", title)
            for n, word in enumerate(map(heading, (group, *COLUMNS))):
                sheet.write(2, n, word, bold)
            sheet.set_row(2, 30, bold)
            sheet.set_column(0, 0, 34)
            sheet.set_column(1, len(COLUMNS), 13)
            sheet.freeze_panes(3, 1)
            lines = [(heading.row(group, line), line) for line in report.by.get(group, [])]
            for r, (name, line) in enumerate([*lines, (heading("all"), report.total)], start=3):
                sheet.write_string(r, 0, name)
                for n, (column, form) in enumerate(COLUMNS.items(), start=1):
                    if value(line, column) is not None:
                        sheet.write_number(r, n, value(line, column), formats[form])
            if len(lines) > 1:
                sheet.insert_chart(len(lines) + 6, 0, _chart(book, heading, heading(group), len(lines)))
        sheet = book.add_worksheet(heading("evaluations"))
        sheet.write(0, 0, heading("evaluations"), title)
        for r, (word, n) in enumerate(
            [*((heading.grade(g), report.grades.get(g, 0)) for g in GRADES), (heading("not_evaluated"), report.not_evaluated)], start=2
        ):
            sheet.write_string(r, 0, word)
            sheet.write_number(r, 1, n)
        sheet.set_column(0, 0, 34)


def _chart(book, heading: Headings, name: str, rows: int):
    chart = book.add_chart({"type": "column"})
    for figure in ("wait_p50", "wait_p90"):
        column = [*COLUMNS].index(figure) + 1
        values = {"categories": [name, 3, 0, 2 + rows, 0], "values": [name, 3, column, 2 + rows, column]}
        chart.add_series({"name": heading(figure)} | values)
    chart.set_size({"width": 900, "height": 320})
    chart.set_legend({"position": "bottom"})
    return chart
