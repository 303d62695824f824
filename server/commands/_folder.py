"""The option --data, and its one mistake: a folder that holds no hall. Shared by the commands that look into a hall's data."""

from pathlib import Path

import click

DATA = click.option(
    "--data",
    "folder",
    metavar="DIR",
    type=click.Path(path_type=Path),
    envvar="HALL_DATA",
    required=True,
    help="The hall's data folder (or set HALL_DATA).",
)


class NoHall(click.ClickException):
    exit_code = 2


def a_hall(folder: Path) -> Path:
    """The folder, if a hall's data is in it; otherwise one sentence and exit 2."""
    if not folder.is_dir():
        raise NoHall(f"there is no folder {folder}.")
    if not (folder / "hall.db").is_file():
        raise NoHall(f"{folder} holds no hall (there is no hall.db in it).")
    return folder
