"""`hall report`: a day or a span of days as figures, on the terminal or as a spreadsheet. It only reads."""

import dataclasses
import json
import time
from datetime import datetime
from pathlib import Path

import click

from config import words

from ._folder import DATA, a_whole_hall

DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@DATA
@click.option("--from", "first", metavar="DAY", type=DAY, help="First day, 2026-11-01 (default: today).")
@click.option("--to", "last", metavar="DAY", type=DAY, help="Last day, counted in (default: the first).")
@click.option("--out", metavar="FILE", type=click.Path(path_type=Path), help="Write to a file: .xlsx, .csv, .json or .txt.")
@click.option("--lang", type=click.Choice(words.LANGUAGES), default=words.LANGUAGES[0], show_default=True)
def command(folder, first, last, out, lang):
    """A day or a span of days: numbers, waits against the rules, handling times, evaluations, by service, window, day and hour.

    Works beside a running server.
    """
    import contextlib
    from zoneinfo import ZoneInfo

    from server.reports import figures, sheet

    from ..record import checkpoint, store
    from ..record.keys import HallUnfit

    if out and out.suffix not in (".xlsx", ".csv", ".json", ".txt"):
        raise click.ClickException(f"{out}: a report is written as .xlsx, .csv, .json or .txt.")
    with contextlib.closing(store.open_reader(a_whole_hall(folder))) as reader:
        zone = store.timezone(folder)
        today = datetime.now(ZoneInfo(zone) if zone else None)
        first = first or last or today
        last = last or first
        if last < first and (first.date() != last.date()):
            raise click.ClickException(f"the last day ({last:%Y-%m-%d}) is before the first ({first:%Y-%m-%d}).")
        report = figures.report(reader, f"{first:%Y-%m-%d}", f"{last:%Y-%m-%d}", int(time.time() * 1000), lang)
    match out.suffix if out else "":
        case ".xlsx":
            signed = None
            if report.first == report.last:  # the day's report is what is printed and filed
                with contextlib.suppress(checkpoint.NothingToSign, HallUnfit):
                    signed = checkpoint.make(folder, clock=lambda: int(time.time() * 1000))
            sheet.xlsx(report, out, words.load(), lang, signed)
        case ".csv":
            out.write_text(sheet.csv_text(report, words.load(), lang), encoding="utf-8", newline="")
        case ".json":
            out.write_text(json.dumps(dataclasses.asdict(report), ensure_ascii=False, indent=1), encoding="utf-8")
        case ".txt":
            out.write_text(sheet.text(report, words.load(), lang) + "\n", encoding="utf-8")
        case _:
            click.echo(sheet.text(report, words.load(), lang))
    if out:
        click.echo(f"{out}: numbers taken {report.total.issued}, services ended {report.total.served}")
