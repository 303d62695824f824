"""`hall verify`: reads the journal's chain and names the first bad row. It changes nothing and may run beside the server."""

import sys

import click

from ._folder import DATA, a_whole_hall


@click.command()
@DATA
def command(folder):
    """Check the journal: prints `ok <n>` for n sound events, or `bad <seq>: <reason>` for the first bad one (exit 1). Where words are
    kept beside the journal, a second line says how many are as they were written, and how many were forgotten.

    Works beside a running server. Exit 2 when there is no such folder.
    """
    from ..record import audit

    verdict = audit.verify(a_whole_hall(folder, older=True))
    if verdict.ok:
        click.echo(f"ok {verdict.rows}")
        if verdict.words or verdict.forgotten:
            click.echo(f"words beside the journal: {verdict.words} as written, {verdict.forgotten} forgotten")
    else:
        click.echo(f"bad {verdict.bad}: {verdict.reason}")
        sys.exit(1)
