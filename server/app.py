"""Puts the hall server together: the only file that knows every part. It listens to nobody; front.py does."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from config import paths, words

from . import actions, backup, control, hallfile, learned, passwords, store
from .clockwork import Clockwork
from .foresight import Foresight
from .forewarner import Forewarner
from .ledger import Ledger
from .neighbours import Neighbours
from .notify import Notifier
from .outlook import Lookout
from .readers import Readers
from .upkeep import Upkeep
from .web import auth, enrolments, errors, health, machines, pages, table
from .web.house import House
from .web.idempotency import Answers
from .web.openapi import bp as documents
from .web.sockets import Sockets
from .web.voice import Voice

log = logging.getLogger("hall.app")


def wall_clock() -> int:
    return time.time_ns() // 1_000_000


@dataclass
class Server:
    """A whole hall server that nobody listens for yet."""

    app: Flask
    house: House
    sockets: Sockets
    parts: list[Any]  # in the order in which they are closed

    @property
    def ledger(self) -> Ledger:
        return self.house.ledger

    def close(self) -> None:
        for part in self.parts:
            part.close()


def open_ledger(settings, folder: Path, clock: Callable[[], int] = wall_clock) -> Ledger:
    """The hall's ledger, set up from the hall file where the data folder is empty."""
    ledger = Ledger(folder, clock=clock, zone=store.timezone(folder) or settings.timezone)
    if not ledger.floor.hall and settings.hall is not None:
        ledger.do("system", actions.load_hall, **hallfile.first_event(settings.hall))
    return ledger


def create_app(
    settings,
    *,
    folder: Path,
    clock: Callable[[], int] = wall_clock,
    voice: Callable[[str, str], bytes | None] | None = None,
    catalogue: words.Words | None = None,
    threads: bool = True,
) -> Server:
    """`settings` is a config.schema.ServerSettings; `catalogue` is what the hall says, else the shipped languages.

    `threads` False leaves out whatever runs by itself: a test moves it by hand."""
    folder = Path(folder)
    ledger = open_ledger(settings, folder, clock)
    readers = Readers(folder)
    house = House(
        ledger=ledger,
        settings=settings,
        words=catalogue or words.load(),
        clock=clock,
        reader=readers,
        static=paths.static_dir(),
        fonts=fonts(),
        passwords=passwords,
        gate=auth.Gate(ledger, settings),
        answers=Answers(),
        machines=machines.Machines(clock),
        enrolments=enrolments.Enrolments(clock),
        metrics=health.Metrics(),
    )
    if voice is not None:
        house.voice = Voice(voice, folder / "audio", ledger.keys)
    app = Flask("hall", static_folder=None)
    app.json.ensure_ascii = False
    app.config["MAX_CONTENT_LENGTH"] = settings.limits.body
    app.extensions["hall"] = house
    errors.init_app(app)
    house.metrics.init_app(app, house)
    app.register_blueprint(table.blueprint())
    app.register_blueprint(documents)
    app.register_blueprint(health.bp)
    pages.init_app(app)
    sockets = house.sockets = Sockets(app, house)
    if settings.server.trusted_proxies:  # outermost: sockets too are told apart by the address they really come from
        n = settings.server.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=n, x_proto=n, x_host=n)
    house.notifier = Notifier(house, settings.notify)
    ledger.keep_reach = bool(settings.notify.url)

    def announce(recorded, before, floor):
        sockets.announce(recorded, before, floor)
        house.notifier.hear(recorded, floor)

    ledger.announce = announce
    house.clockwork = Clockwork(ledger, keep_days=settings.privacy.holder_days, comment_days=settings.privacy.comment_days)
    house.upkeep = Upkeep(house)
    house.neighbours = Neighbours(house)

    def teach(floor):
        with readers() as connection:
            return learned.from_past(connection, floor, ledger.zone)

    house.lookout = Lookout(ledger, changed=sockets.board_changed, teach=teach)
    house.foresight = Foresight(ledger, readers, learned=lambda: house.lookout.learned)
    forewarner = Forewarner(ledger, learned=lambda: house.lookout.learned)
    running = (
        [
            house.lookout,
            house.foresight,
            forewarner,
            house.notifier,
            house.clockwork,
            house.upkeep,
            house.neighbours,
            control.Door(ledger, folder, house.gate),
        ]
        if threads
        else []
    )
    if threads and settings.backup.folder:
        running.append(backup.Regular(folder, Path(settings.backup.folder), hours=settings.backup.hours, keep=settings.backup.keep))
    for part in running:
        part.start()
    return Server(app, house, sockets, [*reversed(running), sockets, ledger, readers])


def fonts() -> dict[str, Path]:
    """The font that slips are printed with, so that paper and screen show the same signs."""
    try:
        import pylopdf_fonts_zh_cn
    except ImportError:
        return {}
    root = Path(pylopdf_fonts_zh_cn.__file__).parent
    return {file.name: file for file in sorted(root.rglob("*.otf"))}
