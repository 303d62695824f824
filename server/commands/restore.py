"""`hall restore`: puts a backup into a data folder. A hall that is already there is never overwritten, at most set aside."""

from datetime import datetime
from pathlib import Path

import click


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--data", "folder", metavar="DIR", type=click.Path(path_type=Path), envvar="HALL_DATA", required=True, help="Where to put it."
)
@click.option("--replace", is_flag=True, help="Set the hall that is already there aside (hall.db.before-…).")
def command(file, folder, replace):
    """Put a backup into a data folder and check it. The server on that folder must be stopped.

    Numbers given after the backup was made are not in it; open the day with that in mind.
    """
    from ..record import backup, store

    if not file.is_file():
        raise click.ClickException(f"there is no file {file}.")
    try:
        events = backup.restore(file, folder, now=datetime.now().astimezone(), replace=replace)
    except store.Occupied:
        raise click.ClickException(f"a hall server is running on {folder}; stop it first. Nothing was changed.") from None
    click.echo(f"{folder}: {events} events, checked")
