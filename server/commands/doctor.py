"""`hall doctor`: tells an installer what is wrong with this machine's part of a hall, and what to do. It changes nothing."""

import os
from pathlib import Path

import click

from config import words

OF_THE_SERVICE = Path("/etc/hallfloor")
SHOWN = {"trouble": "✗", "look": "!", "ok": "✓"}
PATIENCE = 3.0  # s for the kiosk's own door, and for the names of services


@click.command()
@click.option("--config", "files", metavar="FILE", type=click.Path(path_type=Path), multiple=True,
              help="A server's, kiosk's or display's file; may be given again. Without one: those in /etc/hallfloor.")  # fmt: skip
@click.option("--data", "folder", metavar="DIR", type=click.Path(path_type=Path), envvar="HALL_DATA",
              help="The server's data folder (or set HALL_DATA).")  # fmt: skip
@click.option("--lang", type=click.Choice(words.LANGUAGES), help="Default: as the terminal's LANG says.")
@click.option("--all", "whole", is_flag=True, help="Say what is well, too.")
@click.pass_obj
def command(lent, files, folder, lang, whole):
    """Say what is wrong with this machine's part of a hall, one sentence each, and what to do about it.

    Looks at the config, clock, memory, disk, database, key, service, address, backups and accounts of a server; at the way to the
    server, devices, fonts and browser of a kiosk or display. Ends with 1 if anything is in trouble. It changes nothing, and may run
    while the hall is at work; of a display that runs, the ports are in use.
    """
    lang = lang or words.load().fitting(os.environ.get("LANG", "")) or "en"
    files = files or sorted(file for file in OF_THE_SERVICE.glob("*.toml") if file.stem in ("server", "kiosk", "display"))
    if not files:
        raise click.UsageError("there is no config in /etc/hallfloor; name one with --config")
    found = []
    for file in files:
        click.echo(f"{file}:")
        for one in of_file(file, folder, lent):
            found.append(one.level)
            if whole or one.level != "ok":
                click.echo(f"  {SHOWN[one.level]} {one.say(lang)}")
                if one.level != "ok" and (do := one.do(lang)):
                    click.echo(f"      → {do}")
    n = {level: found.count(level) for level in SHOWN}
    verdict = "trouble" if n["trouble"] else "look" if n["look"] else "ok"
    click.echo(words.load().text("doctor", f"summary_{verdict}", lang, n=n[verdict]))
    if n["trouble"]:
        raise SystemExit(1)


def of_file(file, folder, lent):
    """The findings of a file's machine, the mistakes of the file first."""
    from config import ConfigError, load, machine

    from .. import doctor

    try:
        kind, settings = load.kind_of(file), load.any_file(file)
    except ConfigError as error:
        yield from (machine.trouble("config_wrong", mistake=str(mistake)) for mistake in error.mistakes)
        return
    yield machine.ok("config_ok", file=str(file))
    if kind in ("kiosk", "display"):
        yield from of_machine(kind, settings, file, lent)
        return
    if kind != "server":
        raise click.UsageError(f"{file} is a {kind} file; a server's, kiosk's or display's is wanted")
    if folder is None:
        raise click.UsageError("say where the hall's data is: --data DIR, or HALL_DATA")
    yield from doctor.of_folder(load.server(file), folder)


def of_machine(kind, settings, file, lent):
    """The findings of a kiosk or display."""
    from config import machine, paths

    yield from machine.machine(machine.synchronised(), machine.free_memory())
    if kind == "kiosk":
        spool = paths.find(settings.kiosk.spool, file.resolve().parent)
        place = next(place for place in (spool, *spool.parents) if place.is_dir())
        yield from machine.disk(place)
        yield machine.browser(machine.installed_browser())
    way = list(machine.to_server(settings.server))
    yield from way
    yield from (of_running(settings) if kind == "kiosk" else None) or of_devices(file, lent)
    if kind == "kiosk" and any(one.code == "link_ok" for one in way):
        yield from fonts(settings.server, lent)


def of_running(settings):
    """What a running kiosk says of its devices, which are its own now; None where none runs."""
    import urllib3

    door = f"http://{settings.kiosk.host}:{settings.kiosk.port}/state"
    try:
        told = urllib3.request("GET", door, timeout=PATIENCE, retries=False).json()["devices"]
        return [
            device(name, getattr(getattr(settings, name, None), "url", ""), one["state"], {"zh": one["sentence"], "en": one["sentence_en"]})
            for name, one in told.items()
        ]
    except (urllib3.exceptions.HTTPError, ValueError, KeyError, TypeError, AttributeError):
        return None


def of_devices(file, lent):
    """Opens and tries each device of a file."""
    for one, status, note in lent.devices(file):
        told = words.load().texts("devices", status.code or "ok", **status.facts)
        yield device(one.name, one.url, status.state, told, unproved=note.startswith("not verified"))


def device(name, url, state, told, *, unproved=False):
    from config import machine

    facts = {"name": name, "url": url, "told": told}
    if state == "trouble":
        return machine.trouble("device", **facts)
    if url.startswith("virtual:"):
        return machine.look("device_stand_in", **facts)
    if unproved:
        return machine.look("device_unproved", **facts)
    return machine.ok("device", **facts) if state == "ok" else machine.look("device", **facts)


def fonts(way, lent):
    """Whether the names of the hall's services can be printed; nothing where the hall is not reached."""
    from config import link, machine

    client = link.HallClient(way.url, way.token, timeout=PATIENCE, ca=way.ca or None)
    try:
        services = client.get("/services").data["items"]
    except (link.Away, link.Refused):
        return
    finally:
        client.close()
    odd = lent.unprintable("".join(text for one in services for text in one["names"].values()))
    yield machine.look("fonts_missing", signs="".join(sorted(odd))) if odd else machine.ok("fonts_ok")
