"""Puts the hall server together: the only file that knows every part. It listens to nobody; front.py does."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask
from flask.json.provider import DefaultJSONProvider
from werkzeug.middleware.proxy_fix import ProxyFix

from config import paths, words

from . import actions, hallfile
from .forecast.alert_task import Alerts
from .forecast.tuning_task import PATIENCE, NightlyWeights
from .outside.checkpoint_hook import CheckpointHook
from .outside.copies import Copies
from .outside.neighbours import NeighbourWatch
from .outside.notify import Notifier
from .outside.referrals import Referrals
from .record import backup, store
from .record.checkpoint import Checkpoints
from .record.ledger import KnownHall, Ledger
from .record.readers import Readers
from .runtime import command_line, passwords
from .runtime.clockwork import Clockwork
from .runtime.past_days import PastDays
from .runtime.proof import PATIENCE as PROOF_PATIENCE
from .runtime.proof import JournalProof
from .runtime.slip_picture import slip_picture
from .runtime.spelling import spelled_aside
from .runtime.steady_clock import SteadyClock
from .runtime.upkeep import Upkeep
from .runtime.worker import EarlyProcess, ForecastWorker
from .views import initials
from .web import errors, health, pages, table
from .web.authenticator import Authenticator
from .web.context import Context
from .web.media import Media
from .web.openapi import bp as documents
from .web.sockets import Sockets
from .web.voice import HallVoice

log = logging.getLogger("hall.app")
FIRST = 20.0  # s that the first wait forecast is waited for before anybody is let in; the hall opens without it, too


def wall_clock() -> int:
    return time.time_ns() // 1_000_000


@dataclass
class Server:
    """A whole hall server that nobody listens for yet."""

    app: Flask
    context: Context
    sockets: Sockets
    ledger: Ledger
    parts: list[Any]  # in the order in which they are closed

    def close(self) -> None:
        for part in self.parts:
            part.close()


def open_ledger(
    settings, folder: Path, clock: Callable[[], int] = wall_clock, new: bool = False, picture: KnownHall | None = None
) -> Ledger:
    """The hall's ledger, set up from the hall file where the data folder is empty. `new`, `picture`: see Ledger."""
    ledger = Ledger(folder, clock=clock, zone=store.timezone(folder) or settings.timezone, new=new, picture=picture)
    if not ledger.floor.hall and settings.hall is not None:
        ledger.do("hall", actions.load_hall, **hallfile.first_event(settings.hall))
    return ledger


def create_app(
    settings,
    *,
    folder: Path,
    clock: Callable[[], int] = wall_clock,
    voice: Callable[[str, str], bytes | None] | None = None,
    catalogue: words.Words | None = None,
    threads: bool = True,
    early: EarlyProcess | None = None,
    picture: KnownHall | None = None,
) -> Server:
    """`settings` is a config.schema.ServerSettings; `catalogue` is what the hall says, else the shipped languages; `early`: the worker's
    process, where it has been started before; `picture`: see Ledger.

    `threads` False leaves out whatever runs by itself: a test moves it by hand."""
    folder = Path(folder)
    ledger = open_ledger(settings, folder, clock, picture=picture)
    readers = Readers(folder)
    context = Context(
        ledger=ledger,
        settings=settings,
        words=catalogue or words.load(),
        clock=clock,
        reader=readers,
        steady=clock if isinstance(clock, SteadyClock) else None,
        static=paths.static_dir(),
        media=Media(folder / "media"),
        fonts=fonts(),
    )
    context.slip_picture = slip_picture
    context.passwords, context.authenticator = passwords, Authenticator(ledger, settings, clock)
    if voice is not None:
        context.voice = HallVoice(voice, folder / "audio", ledger.keys)
    app = Flask("hall", static_folder=None)
    app.url_rule_class = table.UnbuiltRule
    if isinstance(app.json, DefaultJSONProvider):
        app.json.ensure_ascii = False
    app.config["MAX_CONTENT_LENGTH"] = settings.limits.body
    app.extensions["hall"] = context
    errors.init_app(app)
    context.metrics.init_app(app, context)
    app.register_blueprint(table.blueprint())
    app.register_blueprint(documents)
    app.register_blueprint(health.bp)
    pages.init_app(app)
    sockets = context.sockets = Sockets(app, context)
    if settings.server.trusted_proxies:  # outermost: sockets too are told apart by the address they really come from
        n = settings.server.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=n, x_proto=n, x_host=n)
    context.notifier = notifier = Notifier(context, settings.notify)
    ledger.keep_reach = bool(settings.notify.url)

    def announce(recorded, before, floor):
        sockets.announce(recorded, before, floor)
        notifier.hear(recorded, floor)

    ledger.announce = announce
    context.clockwork = clockwork = Clockwork(ledger, keep_days=settings.privacy.holder_days, comment_days=settings.privacy.comment_days)
    context.upkeep = upkeep = Upkeep(context)
    context.neighbours = neighbours = NeighbourWatch(context)
    context.referrals = referrals = Referrals(context, settings.referrals)

    def drawn(waits):
        if waits is not None:
            waits.stand(ledger.floor)
        ledger.waits = waits
        sockets.board_changed(waits)

    def troubled(fact: str, of: str = "forecast"):
        if fact:
            context.warnings[of] = fact
        else:
            context.warnings.pop(of, None)

    def looked_ahead(found):
        ledger.ahead = found

    worker = ForecastWorker(folder, ledger.zone, changed=drawn, trouble=troubled, ahead=looked_ahead, early=early)
    if threads:
        context.jobs = worker
    else:
        from .runtime.jobs import Jobs  # the worker's own: the server itself never loads it

        context.jobs = Jobs(ledger, readers, context.words, changed=sockets.board_changed)
    alert_task = Alerts(ledger, do=context.do, trouble=context.trouble)
    at_night = partial(worker.do, patience=PATIENCE) if threads else context.do
    context.nightly_weights = nightly_weights = NightlyWeights(ledger, do=at_night)
    context.proof = proof = JournalProof(
        ledger, do=partial(worker.do, patience=PROOF_PATIENCE) if threads else context.do, trouble=partial(troubled, of="journal")
    )
    proof.look_at_end()
    where_else = Path(settings.checkpoints.folder) if settings.checkpoints.folder else None
    context.checkpoints = checkpoints = Checkpoints(folder, where_else, clock=clock, trouble=partial(troubled, of="checkpoint"))
    context.past_days = past_days = PastDays(ledger, readers, do=at_night)
    hook = CheckpointHook(settings.checkpoints, checkpoints, clock=clock, trouble=partial(troubled, of="unsent"))
    running: list[Any] = (
        [
            worker,
            alert_task,
            nightly_weights,
            proof,
            past_days,
            notifier,
            clockwork,
            upkeep,
            neighbours,
            *([referrals] if settings.referrals.tokens else []),
            *([hook] if settings.checkpoints.url else []),  # is closed after the last one was signed, and sends it
            checkpoints,
            command_line.CommandFile(folder, command_line.address_of(settings.server), context.authenticator.command),
        ]
        if threads
        else []
    )
    if threads and settings.backup.folder:
        own = settings.backup
        beside = partial(worker.do, "backup", patience=PROOF_PATIENCE)
        told = lambda code, fact: troubled(fact, of=code)
        regular = {"hours": own.hours, "keep": own.keep, "public_keys": own.public_keys}
        running.append(backup.Regular(folder, Path(own.folder), **regular, do=beside, trouble=told))
        if own.copy_to:
            running.append(Copies(own, folder, trouble=partial(troubled, of="copy")))
    spelling = threading.Thread(target=_spell, args=(folder, initials.names_of(ledger.floor.services.values())), daemon=True)
    if threads:
        spelling.start()  # beside the worker's start; only who asks for a name waits for it
        initials.coming(partial(spelling.join, FIRST))
    for part in running:
        part.start()
    if threads:
        worker.drawn(FIRST)
    return Server(app, context, sockets, ledger, [*reversed(running), sockets, readers, ledger])


def _spell(folder: Path, names: list[str]) -> None:
    with contextlib.suppress(OSError):  # else whoever asks first waits a little
        initials.remember(folder / "initials.json", names, spelled_aside)


def fonts() -> dict[str, Path]:
    """The font that slips are printed with, so that paper and screen show the same signs."""
    try:
        import pylopdf_fonts_zh_cn
    except ImportError:
        return {}
    root = Path(pylopdf_fonts_zh_cn.__file__).parent
    return {file.name: file for file in sorted(root.rglob("*.otf"))}
