"""`hall server`: the hall's memory and judgement, until it is stopped. Everything that can be wrong is said before it listens."""

from pathlib import Path

import click


@click.command()
@click.option("--config", "config_file", metavar="FILE", type=click.Path(path_type=Path), help="server.toml; without it the shipped one.")
@click.option("--data", "folder", metavar="DIR", type=click.Path(path_type=Path), envvar="HALL_DATA", required=True,
              help="The hall's data folder (or set HALL_DATA). An empty one is set up from the hall file.")  # fmt: skip
@click.option("--port", type=click.IntRange(1, 65535), help="Overrides the config.")
@click.option("--host", help="Overrides the config. 127.0.0.1 is this machine only.")
@click.option("--new", is_flag=True, help="Begin a new hall where the database of the old one is lost. Its key is set aside.")
@click.pass_obj
def command(lent, config_file, folder, port, host, new):
    """Run the hall server until it is stopped (Ctrl-C, or a signal)."""
    import sqlite3

    from config import loading

    from ..runtime.worker import Early

    early = Early()
    try:
        with loading.quickly("aiohttp", "requests", "websocket", "rich"):  # Engine.IO's clients, and what draws tracebacks for developers
            from config import load, logs

            from .. import app
            from ..runtime import front

        settings = load.server(config_file)
        changed = {k: v for k, v in (("port", port), ("host", host)) if v is not None}
        settings = settings.model_copy(update={"server": settings.server.model_copy(update=changed)})
        logs.set_up(settings.log.level, settings.log.form)
        folder.mkdir(parents=True, exist_ok=True)
        where = settings.server
        ledger = open_patiently(app, settings, folder, new=new)  # all that can be wrong with the data is said here, before anything listens
        known = [ledger.picture]  # for the first process below: a full day is drawn once, not twice
        ledger.close()
        if not ledger.floor.hall:
            raise click.ClickException(f"{folder} holds no hall yet, and the config names none: set [hall] file in server.toml.")
        wait_for_port(front, where.host, where.port)
        click.echo(f"SQLite {sqlite3.sqlite_version}, data in {folder.resolve()}")
        del ledger

        def forked():
            early.leave()
            known.clear()  # the next one finds the hall changed

        front.serve(
            lambda: make(app, settings, folder, lent and lent.voice, early.take(), known.pop() if known else None),
            host=where.host,
            port=where.port,
            threads=where.threads,
            proxied=where.trusted_proxies > 0,
            forked=forked,
        )
    finally:
        early.end()


def make(app, settings, folder, voice, early, picture):
    from config import alive, loading

    from ..record import store
    from ..runtime.command_line import address_of
    from ..runtime.steady_clock import SteadyClock

    own = settings.voice
    says = voice(engine=own.engine, clips=own.clips, one=own.one, rate=own.rate, volume=own.volume) if voice else None
    clock = SteadyClock(app.wall_clock, last=store.last_at(folder))
    server = app.create_app(settings, folder=folder, clock=clock, voice=says, early=early, picture=picture)
    loading.settled()
    alive.watch(alive.answers(f"{address_of(settings.server)}/healthz"))  # systemd hears only of a server that answers
    return server


def open_patiently(app, settings, folder: Path, seconds: float = 5.0, *, new: bool = False):
    """A server that was just stopped or killed may hold the folder for a moment longer."""
    import time

    from ..record import store

    end = time.monotonic() + seconds
    while True:
        try:
            return app.open_ledger(settings, folder, new=new)
        except store.Occupied:
            if time.monotonic() > end:
                raise click.ClickException(f"another hall server works on {folder}: stop it first, or use another --data.") from None
            time.sleep(0.05)


def wait_for_port(front, host: str, port: int, seconds: float = 3.0):
    import time

    end = time.monotonic() + seconds
    while True:
        try:
            return front.ensure_free(host, port)
        except front.PortTaken:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)
