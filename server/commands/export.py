"""`hall export` writes a running hall as a hall file, and its days by the data rule; `hall import` puts a hall file into a hall. What is
set goes through the hall's endpoints; tables of days are only read."""

from __future__ import annotations

import base64
import contextlib
import os
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from config.settings.texts import pick

from ._folder import DATA, a_hall, a_whole_hall
from ._hall import ask

if TYPE_CHECKING:
    from config.schema import HallFile

DAY = click.DateTime(["%Y-%m-%d"])

DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@DATA
@click.option("--out", metavar="FILE", type=click.Path(path_type=Path), help="Where the file goes; without it, it is printed.")
@click.option("--table", type=click.Choice(["tickets", "legs", "evaluations"]), help="A table of days instead, by the data rule.")
@click.option("--from", "first", metavar="DAY", type=DAY, help="Its first day, 2026-11-01 (default: the last).")
@click.option("--to", "last", metavar="DAY", type=DAY, help="Its last day, counted in (default: today).")
def export(folder: Path, out: Path | None, table: str | None, first: datetime | None, last: datetime | None) -> None:
    """Write the hall as it is set now as a hall file: services, windows, opening hours, rules, plans, notices and all else.

    The file holds no person, no number and no token. `hall import` takes it, and so does an empty data folder's first start.

    With --table, the numbers, their legs or their evaluations of some days: JSON Lines, or CSV where FILE ends with .csv. They name nobody
    who came. docs/data.md says what each field is. Works beside a running server.
    """
    from config import halls
    from config.schema import HallFile

    if table:
        _table(folder, out, table, first, last)
        return
    if first or last:
        raise click.ClickException("--from and --to are of a --table of days.")
    text = halls.dump(HallFile.model_validate(ask(a_hall(folder), "GET", "/hall/file")))
    if out is None:
        sys.stdout.write(text)
    else:
        out.write_text(text, encoding="utf-8")


def _table(folder: Path, out: Path | None, table: str, first: datetime | None, last: datetime | None) -> None:
    from zoneinfo import ZoneInfo

    from .. import data_rule
    from ..domain.things import Hall
    from ..record import store
    from ..record.readers import Readers

    readers = Readers(a_whole_hall(folder))
    try:
        with readers() as reader:
            (hall,) = store.find(reader, Hall)
        zone = ZoneInfo(hall.timezone)
        last = last or datetime.now(zone)
        first = first or last
        if first.date() > last.date():
            raise click.ClickException(f"the last day ({last:%Y-%m-%d}) is before the first ({first:%Y-%m-%d}).")
        form = "csv" if out and out.suffix.lower() == ".csv" else "jsonl"
        parts = data_rule.written(readers, table, form, f"{first:%Y-%m-%d}", f"{last:%Y-%m-%d}", hall.code, zone)
        with out.open("w", encoding="utf-8", newline="") if out else contextlib.nullcontext(sys.stdout) as file:
            for part in parts:
                file.write(part)
    finally:
        readers.close()


@click.command("import")
@DATA
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", "--check", "dry_run", is_flag=True, help="Say what would change, and change nothing.")
def import_(folder: Path, file: Path, dry_run: bool) -> None:
    """Put the hall file FILE into the hall: what it says of services and windows, and each table of settings. All else stays.

    All of it is put, or nothing. A data folder that holds no hall is begun with it. A FILE that ends with .csv or .xlsx is a list of
    services: one a row, columns named code, name, prefix, … or as a Chinese spreadsheet has them.
    """
    if file.suffix.lower() in (".csv", ".xlsx"):
        _services(a_hall(folder), file, dry_run)
        return
    if file.suffix.lower() == ".jsonl":
        raise click.ClickException(f"{file}: numbers of days are never imported; a hall's past is its own journal (docs/decisions/0029).")
    from config import load

    hall = load.hall_file(file)
    if not (folder / "hall.db").is_file():
        _begin(folder, hall, dry_run)
        return
    told = ask(folder, "POST", "/hall/file/preview" if dry_run else "/hall/file", {"file": file.read_text(encoding="utf-8-sig")})
    for one in told["changes"]:
        click.echo(f"{one['what']} {one['name']}: {one['change']}")
    hit = told["hits"]
    would = "would be" if dry_run else "are"
    if hit["bookings"] or hit["numbers"]:
        click.echo(f"{hit['bookings']} bookings and {hit['numbers']} numbers {would} given less than they were promised.")
    click.echo(f"{len(hall.services)} services and {len(hall.windows)} windows {would} as {file} says.")


def _services(folder: Path, file: Path, check: bool) -> None:
    """A list of services, in one change, as the managers' page puts it."""
    found = ask(folder, "POST", "/services/list/preview", {"file": base64.b64encode(file.read_bytes()).decode()})
    if found["wrong"]:
        lang = language()
        said = [one["say"].get(lang) or pick(one["say"]) for one in found["wrong"]]
        raise click.ClickException("\n".join([f"{file}: nothing was changed.", *said]))
    if not check:
        ask(folder, "POST", "/services/list", {"services": found["services"]})
    verb = "would be" if check else "are"
    counts = f"{found['added']} services {verb} new, {found['changed']} changed and {found['retired']} retired"
    click.echo(f"{counts}, of {len(found['rows'])} in {file}.")


def language() -> str:
    """The language of whoever types, as the terminal names it: `zh_CN.UTF-8` is zh. English where it says nothing that we speak."""
    from config import words

    named = next((value for key in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(key))), "")
    return words.load().fitting(named) or "en"


def _begin(folder: Path, hall: HallFile, dry_run: bool) -> None:
    if dry_run:
        begun = f"{folder} would be begun with the hall {pick(hall.hall.name)}"
        click.echo(f"{begun}: {len(hall.services)} services, {len(hall.windows)} windows.")
        return
    from config.schema import ServerSettings

    from .. import app

    folder.mkdir(parents=True, exist_ok=True)
    app.open_ledger(ServerSettings(hall=hall, timezone=hall.hall.timezone), folder).close()
    click.echo(f"{folder} holds the hall {pick(hall.hall.name)} now.")
