"""A report as text for a terminal and as a spreadsheet (xlsx), Chinese headings first. It works on finished figures and reads no data."""

from __future__ import annotations

import unicodedata
from pathlib import Path

from .figures import GRADES, Line, Report

COLUMNS = (
    # heading, heading in English, value, how it is shown
    ("取号", "Issued", lambda line: line.issued, "0"),
    ("办理", "Served", lambda line: line.served, "0"),
    ("过号", "Missed", lambda line: line.missed, "0"),
    ("取消", "Cancelled", lambda line: line.cancelled, "0"),
    ("失效", "Expired", lambda line: line.expired, "0"),
    ("平均等候(分)", "Mean wait (min)", lambda line: _minutes(line.wait_mean), "0.0"),
    ("中位等候(分)", "Median wait (min)", lambda line: _minutes(line.wait_p50), "0.0"),
    ("九成等候(分)", "P90 wait (min)", lambda line: _minutes(line.wait_p90), "0.0"),
    ("最长等候(分)", "Longest wait (min)", lambda line: _minutes(line.wait_max), "0.0"),
    ("守时率(%)", "Kept (%)", lambda line: line.kept_pct, "0.0"),
    ("平均办理(分)", "Mean handling (min)", lambda line: _minutes(line.handling_mean), "0.0"),
)
GROUPS = {
    "service": ("业务", "Service"),
    "window": ("窗口", "Window"),
    "class": ("类别", "Class"),
    "channel": ("渠道", "Channel"),
    "day": ("日期", "Day"),
    "hour": ("时段", "Hour"),
}
GRADES_ZH = {5: "非常满意", 4: "满意", 3: "基本满意", 2: "不满意", 1: "非常不满意"}


def _minutes(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds / 60, 1)


def text(report: Report, lang: str = "zh") -> str:
    """Tables for a terminal; a Chinese character counts two columns."""
    pick = 0 if lang == "zh" else 1
    total = ("合计", "All")[pick]
    parts = [f"{report.hall}  {report.first}" + (f" – {report.last}" if report.last != report.first else "")]
    for group, names in GROUPS.items():
        lines = [*report.by.get(group, ()), *([Line(**vars(report.total) | {"name": total})] if group == "service" else [])]
        rows = [[names[pick], *(c[pick] for c in COLUMNS)], *([line.name, *(_shown(c[2](line)) for c in COLUMNS)] for line in lines)]
        parts.append(_table(rows))
    grades = (GRADES_ZH if pick == 0 else GRADES).items()
    asked = ("评价", "Evaluations")[pick]
    none = ("未评价", "not evaluated")[pick]
    parts.append(
        f"{asked}: " + ", ".join(f"{word} {report.grades.get(grade, 0)}" for grade, word in grades) + f", {none} {report.not_evaluated}"
    )
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


def xlsx(report: Report, file: Path) -> None:
    """One sheet a grouping, with a chart of the waits where it says something."""
    import xlsxwriter

    with xlsxwriter.Workbook(str(file)) as book:
        bold = book.add_format({"bold": True, "bottom": 1})
        title = book.add_format({"bold": True, "font_size": 14})
        formats = {form: book.add_format({"num_format": form}) for form in ("0", "0.0")}
        for group, (zh, en) in GROUPS.items():
            sheet = book.add_worksheet(zh)
            sheet.write(0, 0, f"{report.hall} {report.first} – {report.last}", title)
            for n, heading in enumerate([f"{zh} {en}", *(f"{c[0]}\n{c[1]}" for c in COLUMNS)]):
                sheet.write(2, n, heading, bold)
            sheet.set_row(2, 30, bold)
            sheet.set_column(0, 0, 34)
            sheet.set_column(1, len(COLUMNS), 13)
            sheet.freeze_panes(3, 1)
            lines = report.by.get(group, [])
            for r, line in enumerate([*lines, Line(**vars(report.total) | {"name": "合计 All"})], start=3):
                sheet.write_string(r, 0, line.name)
                for n, (_, _, value, form) in enumerate(COLUMNS, start=1):
                    if value(line) is not None:
                        sheet.write_number(r, n, value(line), formats[form])
            if len(lines) > 1:
                sheet.insert_chart(len(lines) + 6, 0, _chart(book, zh, len(lines)))
        sheet = book.add_worksheet("评价")
        sheet.write(0, 0, "评价 Evaluations", title)
        for r, (grade, word) in enumerate(GRADES_ZH.items(), start=2):
            sheet.write_string(r, 0, f"{word} {GRADES[grade]}")
            sheet.write_number(r, 1, report.grades.get(grade, 0))
        sheet.write_string(7, 0, "未评价 not evaluated")
        sheet.write_number(7, 1, report.not_evaluated)
        sheet.set_column(0, 0, 34)


def _chart(book, name: str, rows: int):
    chart = book.add_chart({"type": "column"})
    for column, heading in ((7, "中位等候(分)"), (8, "九成等候(分)")):
        chart.add_series({"name": heading, "categories": [name, 3, 0, 2 + rows, 0], "values": [name, 3, column, 2 + rows, column]})
    chart.set_size({"width": 900, "height": 320})
    chart.set_legend({"position": "bottom"})
    return chart
