"""`hall devices`: tries each device of a kiosk's or a display's config and says what it found. It prints no slip and calls nobody."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from config.devices import Wanted

    from .contract import Status

PATIENCE = 4.0  # seconds for a device that has not said anything yet
SETTLED = ("unanswered",)  # `unknown`, and it will stay so: such devices never answer


@click.command()
@click.option("--config", "file", metavar="FILE", type=click.Path(path_type=Path), required=True, help="A kiosk's or a display's file.")
@click.option("--lang", type=click.Choice(["en", "zh"]), default="en", show_default=True)
def devices(file: Path, lang: str) -> None:
    """Try each device of a kiosk or display: ok, trouble with what to do, or unknown. Ends with 1 if there is any trouble.

    Stop `hall kiosk` or `hall display` first: a serial port answers one program only.
    """
    from concurrent.futures import ThreadPoolExecutor

    from tabulate import tabulate

    from config.devices import named_in
    from config.words import devices as words

    try:
        wanted = named_in(file)
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    if not wanted:
        raise click.ClickException(f"{file} names no device.")
    with ThreadPoolExecutor(len(wanted)) as all_at_once:
        found = list(all_at_once.map(tried, wanted))
    rows = [
        (
            one.name,
            one.url,
            status.state,
            " ".join(filter(None, (words.sentence(status.code, status.facts, lang), f"({note})" if note else ""))),
        )
        for one, (status, note) in zip(wanted, found, strict=True)
    ]
    click.echo(tabulate(rows, tablefmt="plain", disable_numparse=True))
    bad = sum(status.state == "trouble" for status, _ in found)
    if bad:
        raise click.ClickException(f"{bad} of {len(found)} device{'s' * (len(found) > 1)} in trouble.")


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
    note = "stand-in" if wanted.url.startswith("virtual:") else "" if device.verified else "not verified on hardware"
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
