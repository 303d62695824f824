"""`hall backup`: a whole hall in one checked file, beside a running server; `hall backup-key`: the keys that such files are encrypted to.

They change nothing in the hall.
"""

import os
from datetime import datetime
from pathlib import Path

import click

from ._folder import DATA, a_whole_hall


@click.command()
@DATA
@click.option(
    "--config", metavar="FILE", type=click.Path(path_type=Path), help="Go by [backup] of this server.toml; options come before it."
)
@click.option(
    "--to",
    metavar="DIR|FILE",
    type=click.Path(path_type=Path),
    help="A folder, or a file ending in .tar.gz or .age. Default: that of --config, else backups.",
)
@click.option("--keep", metavar="N", type=click.IntRange(min=1), help="Leave only the newest N backups in the folder.")
@click.option(
    "--public-key", "public_keys", metavar="age1…", multiple=True, help="Encrypt to this key (of hall backup-key); may be repeated."
)
def command(folder, config, to, keep, public_keys):
    """Write the whole hall (database and key) into one file and check it.

    Works beside a running server. With --config each backup is also taken where [backup] copy_to says. Without a public key, keep the
    file as safe as the hall itself: it holds the hall's key.
    """
    from config import load, words

    from ..outside import copies
    from ..record import backup

    own = load.server(config).backup if config else None
    if own:
        to, keep = to or (Path(own.folder) if own.folder else None), keep or own.keep
        public_keys = public_keys or own.public_keys
    to, now = to or Path("backups"), datetime.now().astimezone()
    file, events = backup.make(a_whole_hall(folder, older=True), to, now=now, keep=keep, public_keys=public_keys)
    click.echo(f"{file} ({events} events, checked{', encrypted' if public_keys else ''})")
    if own and own.copy_to:
        try:
            there = copies.take_all(own, folder)
        except copies.CopyFailed as failed:
            said = words.load().text("alerts", failed.code, "en", fact=failed.fact)
            raise click.ClickException(said) from None
        click.echo(f"{own.copy_to} (backups there: {len(there)})")


@click.command()
@click.option(
    "--out", metavar="FILE", type=click.Path(path_type=Path), help="Where the private key is written. Without: it is said here, once."
)
def key(out):
    """Make the key pair that backups are encrypted to. Do it on another machine than the hall's, best on one without a network.

    The public key (age1…) goes into [backup] public_keys of the hall's server.toml. The private one opens every backup: two copies on
    paper or on sticks, in two places. Lost, no backup can be opened; it is never put on the hall's machine but for a restore.
    """
    from config import age

    from ..record import store

    if out is not None and (out.parent / store.DATABASE).exists():
        raise click.ClickException(f"{out.parent} is a hall's folder: the private key is kept elsewhere.")
    private, public = age.new_key()
    text = f"# opens the backups of a hall (hall restore --key); public key: {public}\n{private}\n"
    if out is None:
        click.echo(text, nl=False)
        return
    try:
        with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError:
        raise click.ClickException(f"{out} is there already; a key is never overwritten.") from None
    click.echo(public)
