"""`hall kiosk` runs one kiosk on this machine; `hall slip` draws what its slip template makes."""

import sys
from pathlib import Path
from typing import Any

import click

from config import paths, words


@click.command()
@click.option(
    "--config", "file", metavar="FILE", type=click.Path(path_type=Path), help="The kiosk's file; without one the shipped kiosk.toml."
)
@click.option(
    "--data",
    "folder",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="What outlives a restart: numbers given alone, the token of its pairing. Over [kiosk] spool.",
)
def kiosk(file: Path | None, folder: Path | None) -> None:
    """Run a kiosk: its card reader, its printer, and its touch page at http://127.0.0.1:8710/.

    It goes on while the server is away: numbers then come from a loan kept on its disk. Ends with status 75 when a manager wished a
    restart; a service manager starts it again.

    Without a token it shows a code on its screen; a manager types it on the managers' page.
    """
    from config import loading

    with loading.quickly("aiohttp", "rich"):
        from config import alive, load_kiosk, logs

        from .app import Kiosk, run

    settings = load_kiosk(file)
    if folder:
        settings = settings.model_copy(update={"kiosk": settings.kiosk.model_copy(update={"spool": str(folder.absolute())})})
    logs.set_up(settings.log.level, settings.log.form)
    near = file.resolve().parent if file else Path.cwd()

    def ready(running: Kiosk) -> None:
        click.echo(f"kiosk {settings.kiosk.name}: {running.url}/   server: {settings.server.url}")
        alive.watch(alive.answers(f"{running.url}/state"))

    sys.exit(run(settings, near=near, ready=ready))


@click.command()
@click.option(
    "--template", metavar="FILE", type=click.Path(path_type=Path), help="The template; without one the shipped slips/standard.toml."
)
@click.option(
    "--out", metavar="FILE", type=click.Path(path_type=Path), default="slip.png", show_default=True, help="Where the picture goes."
)
@click.option(
    "--width", metavar="DOTS", type=click.IntRange(192, 1280), default=576, show_default=True, help="384: 58 mm paper, 576: 80 mm."
)
@click.option(
    "--language", type=click.Choice(words.LANGUAGES), default=words.LANGUAGES[0], show_default=True, help="As chosen on the screen."
)
@click.option("--reprint", is_flag=True, help="As it is printed a second time.")
@click.option("--alone", is_flag=True, help="As it is printed while the server is away.")
@click.option("--green", is_flag=True, help="Of the green channel.")
@click.option("--url", default="http://127.0.0.1:8700", show_default=True, help="Address of the hall, as it stands in the QR code.")
@click.option(
    "--facts",
    metavar="FILE",
    type=click.File("rb"),
    help="JSON with what stands in place of the sample: slip, hall, service, ticket; services of its stations.",
)
def slip(
    template: Path | None, out: Path, width: int, language: str, reprint: bool, alone: bool, green: bool, url: str, facts: Any
) -> None:
    """Draw a sample slip into a PNG, exactly as the printer would get it. Where OUT is -, the picture is all that is written there."""
    import json
    from zoneinfo import ZoneInfo

    from drivers.printer.picture import missing, picture

    from .slip import load, with_halls
    from .slip import slip as draw
    from .view import World, place, stations_on_paper

    given: dict[str, Any] = json.load(facts) if facts else {}
    sample = paths.demo()["slip"] | {name: given[name] for name in ("hall", "service") if given.get(name)}
    ticket = sample["ticket"] | ({"number": "AX007", "offline": True, "ahead": None, "wait": None} if alone else {})
    ticket |= {"class": "green", "reason": "elderly"} if green else {}
    ticket |= given.get("ticket") or {}
    made = draw(
        ticket,
        with_halls(load(template), given.get("slip") or {}),
        hall=sample["hall"],
        service=sample["service"],
        person=sample["person"],
        url=f"{url.rstrip('/')}/t/{ticket['track']}",
        language=language,
        reprint=reprint,
        zone=ZoneInfo("Asia/Shanghai"),
        kiosk="kiosk-1",
        place=lambda language: place(sample["service"], language),
        returns={"within": 1800, "times": 1},
        stations=stations_on_paper(ticket, World(services=tuple(given.get("services") or ()))),
    )
    image = picture(made, width=width)
    if str(out) == "-":
        image.save(sys.stdout.buffer, "PNG")
        return
    out.parent.mkdir(parents=True, exist_ok=True)
    image.save(out)
    click.echo(f"{out}: {image.width} × {image.height} dots, {image.height / 8:.0f} mm of paper")
    if odd := missing(made):
        click.echo(f"No font has these characters, they are printed as boxes with their code: {' '.join(sorted(odd))}")
