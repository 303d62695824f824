"""`hall replay`: rebuilds every table from the journal, elsewhere, and compares. It changes nothing."""

import sys

import click

from ._folder import DATA, a_whole_hall

SHOWN = 20


@click.command()
@DATA
def command(folder):
    """Rebuild all tables from the journal and compare them with the ones in use.

    Prints `ok` when there is no difference; otherwise each difference in a line (exit 1). Exit 2 when there is no such folder.
    """
    from ..record import audit

    differences = audit.replay(a_whole_hall(folder))
    if not differences:
        click.echo("ok")
        return
    for line in differences[:SHOWN]:
        click.echo(line)
    if len(differences) > SHOWN:
        click.echo(f"… and {len(differences) - SHOWN} more")
    sys.exit(1)
