"""`hall replay`: rebuilds every table from the journal, elsewhere, and compares. It changes nothing."""

import sqlite3
import sys

import click

from ._folder import DATA, a_hall

SHOWN = 20


@click.command()
@DATA
def command(folder):
    """Rebuild all tables from the journal and compare them with the ones in use.

    Prints `ok` when there is no difference; otherwise each difference in a line (exit 1). Exit 2 when there is no such folder.
    """
    from ..record import audit

    try:
        differences = audit.replay(a_hall(folder))
    except sqlite3.DatabaseError as error:
        raise click.ClickException(f"the database cannot be read: {error}. Restore the last backup (hall restore).") from None
    if not differences:
        click.echo("ok")
        return
    for line in differences[:SHOWN]:
        click.echo(line)
    if len(differences) > SHOWN:
        click.echo(f"… and {len(differences) - SHOWN} more")
    sys.exit(1)
