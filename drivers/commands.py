"""`hall devices`: tries each device of a kiosk's or a display's config and says what it found. It prints no slip and calls nobody."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from config.words import LANGUAGES

if TYPE_CHECKING:
    from config.devices import Wanted

    from .contract import Status

PATIENCE = 4.0  # seconds for a device that has not said anything yet
STAND_IN, UNPROVED = "stand-in", "not verified on hardware"
SETTLED = ("unanswered",)  # `unknown`, and it will stay so: such devices never answer


@click.command()
@click.option("--config", "file", metavar="FILE", type=click.Path(path_type=Path), required=True, help="A kiosk's or a display's file.")
@click.option("--lang", type=click.Choice(LANGUAGES), default="en", show_default=True)
def devices(file: Path, lang: str) -> None:
    """Try each device of a kiosk or display: ok, trouble with what to do, or unknown. Ends with 1 if there is any trouble.

    Stop `hall kiosk` or `hall display` first: a serial port answers one program only.
    """
    from tabulate import tabulate

    from config.words import devices as words

    try:
        all_of_them = found(file)
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    if not all_of_them:
        raise click.ClickException(f"{file} names no device.")
    rows = [
        (
            one.name,
            one.url,
            status.state,
            " ".join(filter(None, (words.sentence(status.code, status.facts, lang), f"({note})" if note else ""))),
        )
        for one, status, note in all_of_them
    ]
    click.echo(tabulate(rows, tablefmt="plain", disable_numparse=True))
    bad = sum(status.state == "trouble" for _, status, _ in all_of_them)
    if bad:
        raise click.ClickException(f"{bad} of {len(rows)} device{'s' * (len(rows) > 1)} in trouble.")


def found(file: Path) -> list[tuple[Wanted, Status, str]]:
    """Each device of a kiosk's or display's file, all tried at once: (as written, its status, a note: "", STAND_IN, UNPROVED).
    ValueError for a file of another kind, ConfigError for its mistakes."""
    from concurrent.futures import ThreadPoolExecutor

    from config.devices import named_in

    wanted = named_in(file)
    with ThreadPoolExecutor(len(wanted) or 1) as all_at_once:
        return [(one, *how) for one, how in zip(wanted, all_at_once.map(tried, wanted), strict=True)]


def tried(wanted: Wanted) -> tuple[Status, str]:
    """(its status, a note for the installer)."""
    import time

    from . import nobody, open
    from .contract import DeviceError, Status

    try:
        device = open(wanted.kind, wanted.url, **wanted.settings)
    except DeviceError as error:
        return error.status(), ""
    except ValueError as error:
        return Status(state="trouble", code="setting", facts={"error": str(error)}, stops=True), ""
    note = STAND_IN if wanted.url.startswith("virtual:") else "" if device.verified else UNPROVED
    try:
        if wanted.kind in ("reader", "scanner", "keypad"):
            device.start(nobody)
        end = time.monotonic() + PATIENCE
        while (status := device.status()).state == "unknown" and status.code not in SETTLED and time.monotonic() < end:
            time.sleep(0.05)
        return status, note
    except DeviceError as error:
        return error.status(), note
    finally:
        device.close()
