"""`hall devices`: tries each device of a kiosk's or a display's config and says what it found. It prints no slip and calls nobody."""

from pathlib import Path

import click

PATIENCE = 4.0  # seconds for a device that has not said anything yet
SETTLED = ("unanswered",)  # `unknown`, and it will stay so: such devices never answer


@click.command()
@click.option("--config", "file", metavar="FILE", type=click.Path(path_type=Path), required=True, help="A kiosk's or a display's file.")
@click.option("--lang", type=click.Choice(["en", "zh"]), default="en", show_default=True)
def command(file, lang):
    """Try each device of a kiosk or display: ok, trouble with what to do, or unknown. Ends with 1 if there is any trouble.

    Stop `hall kiosk` or `hall display` first: a serial port answers one program only.
    """
    from concurrent.futures import ThreadPoolExecutor

    from config.words import devices

    wanted = of(file)
    if not wanted:
        raise click.ClickException(f"{file} names no device.")
    with ThreadPoolExecutor(len(wanted)) as all_at_once:
        found = list(all_at_once.map(lambda one: tried(*one), wanted))
    rows = [
        (
            name,
            url,
            status.state,
            " ".join(filter(None, (devices.sentence(status.code, status.facts, lang), f"({note})" if note else ""))),
        )
        for (name, _, url, _), (status, note) in zip(wanted, found, strict=True)
    ]
    wide = [max(len(row[column]) for row in rows) for column in range(3)]
    for *columns, said in rows:
        click.echo("  ".join([*(text.ljust(width) for text, width in zip(columns, wide, strict=True)), said]).rstrip())
    bad = sum(status.state == "trouble" for status, _ in found)
    if bad:
        raise click.ClickException(f"{bad} of {len(found)} device{'s' * (len(found) > 1)} in trouble.")


def of(file: Path) -> list[tuple]:
    """(name, kind, url, settings) of each device in a config."""
    from config import load

    kind = load.kind_of(file)
    if kind == "display":
        from display.agent import wanted_devices

        return [(w.name, w.kind, w.url, w.settings) for w in wanted_devices(load.display(file))]
    if kind != "kiosk":
        raise click.ClickException(f"{file} is a {kind} file; only kiosks and displays have devices.")
    own = load.kiosk(file)
    found = []
    if own.reader:
        found.append(("reader", "reader", own.reader.url, {"kind": own.reader.kind, "poll": own.reader.poll / 1000}))
    if own.printer:
        found.append(("printer", "printer", own.printer.url, {"width": own.printer.width}))
    if own.scanner:
        found.append(("scanner", "scanner", own.scanner.url, {"kind": own.scanner.kind}))
    return found


def tried(name: str, kind: str, url: str, settings: dict) -> tuple:
    """(its status, a note for the installer)."""
    import time

    import drivers
    from drivers.contract import DeviceError, Status

    try:
        device = drivers.open(kind, url, **settings)
    except DeviceError as error:
        return error.status(), ""
    except ValueError as error:
        return Status(state="trouble", code="setting", facts={"error": str(error)}, stops=True), ""
    note = "stand-in" if url.startswith("virtual:") else "" if device.verified else "not verified on hardware"
    try:
        if kind in ("reader", "scanner", "keypad"):
            device.start(lambda *_: None)
        end = time.monotonic() + PATIENCE
        while (status := device.status()).state == "unknown" and status.code not in SETTLED and time.monotonic() < end:
            time.sleep(0.05)
        return status, note
    except DeviceError as error:
        return error.status(), note
    finally:
        device.close()
