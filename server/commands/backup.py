"""`hall backup`: a whole hall in one checked file, beside a running server. It changes nothing in the hall."""

from datetime import datetime
from pathlib import Path

import click

from ._folder import DATA, a_whole_hall


@click.command()
@DATA
@click.option(
    "--to",
    metavar="DIR|FILE",
    type=click.Path(path_type=Path),
    default=Path("backups"),
    show_default=True,
    help="A folder, or a file ending in .tar.gz.",
)
@click.option("--keep", metavar="N", type=click.IntRange(min=1), help="Leave only the newest N backups in the folder.")
def command(folder, to, keep):
    """Write the whole hall (database and key) into one file and check it.

    Works beside a running server. Keep the file as safe as the hall itself: it holds the hall's key.
    """
    from ..record import backup

    file, events = backup.make(a_whole_hall(folder, older=True), to, now=datetime.now().astimezone(), keep=keep)
    click.echo(f"{file} ({events} events, checked)")
