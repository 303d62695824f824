"""`hall restore`: puts a backup into a data folder and proves it. A hall that is already there is never overwritten, at most set aside."""

import sys
from datetime import datetime
from pathlib import Path

import click


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--data", "folder", metavar="DIR", type=click.Path(path_type=Path), envvar="HALL_DATA", required=True, help="Where to put it."
)
@click.option("--key", metavar="FILE|-", help="The private key of an encrypted backup (of hall backup-key), or - for standard input.")
@click.option("--replace", is_flag=True, help="Set the hall that is already there aside (hall.db.before-…).")
def command(file, folder, key, replace):
    """Put a backup into a data folder, and prove it: every event (verify), and every table by the events (replay). The server on that
    folder must be stopped.

    A journal that is not whole is refused. Where tables differ from a whole journal the hall is put back, they are named, and it ends
    with 1. Numbers given after the backup was made are not in it; open the day with that in mind.
    """
    from ..record import backup, store

    if not file.is_file():
        raise click.ClickException(f"there is no file {file}.")
    if key not in (None, "-") and not Path(key).is_file():
        raise click.ClickException(f"there is no file {key}.")
    private = "" if key is None else sys.stdin.read() if key == "-" else Path(key).read_text(encoding="utf-8", errors="replace")
    try:
        events = backup.restore(file, folder, now=datetime.now().astimezone(), replace=replace, private_key=private)
    except store.Occupied:
        raise click.ClickException(f"a hall server is running on {folder}; stop it first. Nothing was changed.") from None
    differ = backup.differences(folder)
    for sentence in differ:
        click.echo(sentence)
    click.echo(f"{folder}: {events} events, checked" + ("" if differ else ", all tables as the events say"))
    if differ:
        sys.exit(1)
