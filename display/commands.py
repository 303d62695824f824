"""`hall display`: LED bars, call keypads and loudspeakers of one machine."""

import sys
from pathlib import Path

import click


@click.command()
@click.option(
    "--config", "file", metavar="FILE", type=click.Path(path_type=Path), help="The display's file; without one the shipped display.toml."
)
@click.option(
    "--data",
    "folder",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Where the token of its pairing is kept; without it beside the display's file.",
)
def display(file: Path | None, folder: Path | None) -> None:
    """Run the LED bars, call keypads and loudspeakers that hang on this machine, until it is stopped.

    Bars and loudspeakers follow the hall's calls; a key of a keypad becomes the gesture of its window. Ends with status 75 when a
    manager wished a restart; a service manager starts it again.

    Without a token it prints a code; a manager types it on the managers' page.
    """
    from config import loading

    with loading.quickly("aiohttp", "rich"):
        from config import alive, load, logs

        from .agent import Agent, run

    settings = load.display(file)
    logs.set_up(settings.log.level, settings.log.form)

    def ready(agent: Agent) -> None:
        click.echo(f"display {settings.display.name}: {len(agent.watched)} devices   server: {settings.server.url}")
        alive.watch(lambda: agent.alive)

    sys.exit(run(settings, folder=folder or (file.resolve().parent if file else Path.cwd()), ready=ready))
