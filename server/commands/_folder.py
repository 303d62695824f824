"""The option --data, and what is wrong with a folder: no hall, another version's, a damaged one. Shared by commands that read a hall."""

import contextlib
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


def a_whole_hall(folder: Path, *, older: bool = False) -> Path:
    """The folder, if its database has all tables of this program or (`older`) of an earlier one; otherwise one sentence."""
    from ..record import schema, store

    with contextlib.closing(store.open_reader(a_hall(folder))) as reader:
        schema.ensure_whole(reader, older=older)
    return folder
