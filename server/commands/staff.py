"""`hall staff`: adds members of staff and looks after their accounts, beside a running server or without one."""

from pathlib import Path
from urllib.parse import quote

import click

from config.codes import StaffRole

from ._folder import DATA, a_hall
from ._hall import ask


@click.group()
@DATA
@click.pass_context
def command(context, folder: Path):
    """Add members of staff, give a new first password, disable, unlock, reset a lost phone's codes. Everything takes effect at once."""
    context.obj = a_hall(folder)


@command.command()
@click.argument("name")
@click.option("--role", type=click.Choice([role.value for role in StaffRole]), required=True)
@click.option("--shown", default="", help="The name that the public may see.")
@click.pass_obj
def add(folder, name, role, shown):
    """Add NAME and print a first password."""
    click.echo(ask(folder, "POST", "/staff", {"name": name, "role": role, "shown": shown})["password"])


@command.command("list")
@click.pass_obj
def list_(folder):
    """List everybody who may sign in."""
    for s in ask(folder, "GET", "/staff")["items"]:
        second = "with a code" if s["second_factor"] else "code needed" if s["second_factor_needed"] else "-"
        click.echo(f"{s['name']}\t{s['role']}\t{'disabled' if s['disabled'] else 'good'}\t{second}")


@command.command()
@click.argument("name")
@click.pass_obj
def password(folder, name):
    """Print a new first password for NAME; it also unlocks the account."""
    click.echo(ask(folder, "POST", f"/staff/{quote(name)}/password")["password"])


@command.command()
@click.argument("name")
@click.pass_obj
def disable(folder, name):
    """NAME may not sign in any more, and is signed out at once."""
    ask(folder, "PUT", f"/staff/{quote(name)}", {"disabled": True})
    click.echo(f"disabled {name}")


@command.command()
@click.argument("name")
@click.pass_obj
def enable(folder, name):
    """NAME may sign in again."""
    ask(folder, "PUT", f"/staff/{quote(name)}", {"disabled": False})
    click.echo(f"enabled {name}")


@command.command()
@click.argument("name")
@click.pass_obj
def unlock(folder, name):
    """NAME, locked after wrong passwords, may try again."""
    ask(folder, "DELETE", f"/staff/{quote(name)}/lock")
    click.echo(f"unlocked {name}")


@command.command("reset-second-factor")
@click.argument("name")
@click.option("--reason", required=True, help="Why; it stands in the journal.")
@click.pass_obj
def reset_second_factor(folder, name, reason):
    """NAME, whose phone is lost, is signed out and may set up a new second factor at the next sign-in."""
    ask(folder, "DELETE", f"/staff/{quote(name)}/second-factor", because=reason)
    click.echo(f"reset {name}")
