"""`hall kiosk`: runs one kiosk on this machine. Everything of it is in the room `kiosk`."""

import sys
from pathlib import Path

import click


@click.command()
@click.option(
    "--config", "file", metavar="FILE", type=click.Path(path_type=Path), help="The kiosk's file; without one the shipped kiosk.toml."
)
def command(file):
    """Run a kiosk: its card reader, its printer, and its touch page at http://127.0.0.1:8710/.

    It goes on while the server is away: numbers then come from a loan kept on its disk. Ends with status 75 when a manager wished a
    restart; a service manager starts it again.
    """
    from config import load_kiosk
    from kiosk.app import run

    from ..runtime import logs
    from . import _alive

    settings = load_kiosk(file)
    logs.set_up(settings.log.level, settings.log.form)
    near = file.resolve().parent if file else Path.cwd()

    def ready(kiosk):
        click.echo(f"kiosk {settings.kiosk.name}: {kiosk.url}/   server: {settings.server.url}")
        _alive.watch(_alive.answers(f"{kiosk.url}/state"))

    sys.exit(run(settings, near=near, ready=ready))
