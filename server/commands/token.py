"""`hall token`: makes, lists and revokes tokens of devices and programs, beside a running server or without one."""

from pathlib import Path
from urllib.parse import quote

import click

from ..domain.permissions import OF_TOKENS, ONE_WINDOW
from . import _hall
from ._folder import DATA, a_hall
from ._hall import ask


@click.command()
@DATA
@click.option("--role", type=click.Choice(sorted(role.value for role in OF_TOKENS)), help="What the token may do.")
@click.option("--window", metavar="NO", help="The window it is good at; a keypad and a pad need one.")
@click.option("--name", default="", help="Whose it is, e.g. the kiosk's name.")
@click.option("--list", "listing", is_flag=True, help="List the tokens (never their secrets).")
@click.option("--revoke", metavar="ID", help="Revoke a token, at once and for good.")
def command(folder: Path, role, window, name, listing, revoke):
    """Print one new token for a device or program. It is shown this once and takes effect at once."""
    if sum((bool(role), listing, bool(revoke))) != 1:
        raise click.UsageError("give one of --role, --list or --revoke")
    a_hall(folder)
    if role in ONE_WINDOW and not window:
        raise click.UsageError(f"a {role} belongs to one window: add --window NO")
    if listing:
        for t in ask(folder, "GET", "/tokens")["items"]:
            facts = [t["id"], t["role"], t["window"] or "-", t["name"] or "-", t["made_at"], "revoked" if t["revoked_at"] else "good"]
            click.echo("\t".join(facts))
    elif revoke:
        ask(folder, "DELETE", f"/tokens/{quote(revoke)}")
        click.echo(f"revoked {revoke}")
    else:
        click.echo(_hall.token(folder, role, window, name))
