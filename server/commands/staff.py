"""`hall staff`: adds members of staff and looks after their accounts, beside a running server or without one."""

from pathlib import Path

import click

from ._folder import DATA, a_hall

ROLES = ("clerk", "guide", "manager", "auditor", "admin")


@click.group()
@DATA
@click.pass_context
def command(context, folder: Path):
    """Add members of staff, give a new first password, disable, unlock. Everything takes effect at once."""
    context.obj = folder


@command.command()
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), required=True)
@click.option("--shown", default="", help="The name that the public may see.")
@click.pass_obj
def add(folder, name, role, shown):
    """Add NAME and print a first password."""
    password = first()
    ask(folder, "add_staff", name=name, role=role, password_hash=hashed(password), shown=shown)
    click.echo(password)


@command.command("list")
@click.pass_obj
def list_(folder):
    """List everybody who may sign in."""
    for s in ask(folder, "list_staff"):
        click.echo(f"{s['name']}\t{s['role']}\t{'disabled' if s['disabled'] else 'good'}")


@command.command()
@click.argument("name")
@click.pass_obj
def password(folder, name):
    """Print a new first password for NAME; it also unlocks the account."""
    made = first()
    ask(folder, "set_password", name=name, password_hash=hashed(made))
    click.echo(made)


@command.command()
@click.argument("name")
@click.pass_obj
def disable(folder, name):
    """NAME may not sign in any more, and is signed out at once."""
    ask(folder, "change_staff", name=name, disabled=True)
    click.echo(f"disabled {name}")


@command.command()
@click.argument("name")
@click.pass_obj
def enable(folder, name):
    """NAME may sign in again."""
    ask(folder, "change_staff", name=name, disabled=False)
    click.echo(f"enabled {name}")


@command.command()
@click.argument("name")
@click.pass_obj
def unlock(folder, name):
    """NAME, locked after wrong passwords, may try again."""
    ask(folder, "unlock", name=name)
    click.echo(f"unlocked {name}")


def ask(folder, what, **facts):
    from ..runtime import control

    return control.ask(a_hall(folder), what, **facts)


def first() -> str:
    from ..runtime.passwords import first_password

    return first_password()


def hashed(password: str) -> str:
    from ..runtime import passwords

    return passwords.hashed(password)
