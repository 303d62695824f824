"""What every door works with, put together once by server/app.py. It decides nothing and keeps no state of the hall."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from flask import current_app

from config.schema import ServerSettings
from config.settings import Neighbour, Voice, in_whole
from config.words import Words

from .. import views
from ..domain.floor import Floor
from ..domain.transaction import Ledger, Transaction
from ..views import View
from ..views.day import DayFigures
from .authenticator import Authenticator
from .idempotency import Answers, Undrawn
from .media import Media
from .memory import Attempts, Bookings, Enrolments, Machines, Screens, Used
from .metrics import Metrics
from .voice import HallVoice as Speech


class Passwords(Protocol):
    """See runtime/passwords.py."""

    def hashed(self, password: str) -> str: ...
    def fits(self, hash: str | None, password: str) -> bool: ...
    def strong(self, password: str, *, name: str, old: str, least: int) -> bool: ...
    def first_password(self) -> str: ...


class Sockets(Protocol):
    """See web/sockets.py."""

    @property
    def count(self) -> int: ...
    def sweep(self) -> None: ...


class Notifier(Protocol):
    """See outside/notify.py."""

    pushes: bool

    def hear(self, recorded: list, floor: Floor) -> None: ...
    def send_code(self, phone: str, code: str, *, minutes: int, language: str) -> bool: ...


class Seen(Protocol):
    """A neighbour at one moment; see outside/neighbours.py."""

    @property
    def at(self) -> int: ...
    @property
    def open(self) -> bool: ...
    @property
    def waiting(self) -> int: ...
    @property
    def hours(self) -> list[dict[str, str]]: ...
    @property
    def services(self) -> tuple[Any, ...]: ...  # code, names, waiting


class Referrals(Protocol):
    """See outside/referrals.py."""

    def may_ask(self, hall: Neighbour) -> bool: ...
    def ask(self, hall: Neighbour, body: dict[str, Any]) -> Answered: ...
    def deliver(self, ticket: str) -> None: ...
    def tick(self) -> object: ...


class Answered(Protocol):
    """What another hall says to somebody whom it would, or would not, take over."""

    @property
    def accepted(self) -> bool: ...
    @property
    def service_names(self) -> dict[str, str]: ...
    @property
    def say(self) -> dict[str, str]: ...


class NeighbourWatch(Protocol):
    """See outside/neighbours.py."""

    def seen(self, one: Neighbour) -> Seen | None: ...


class Jobs(Protocol):
    """Who does the reckoning: runtime/worker.py, or runtime/jobs.py itself."""

    def do(self, name: str, *given: Any) -> Any: ...


class Running(Protocol):
    """What runs by itself beside the requests."""

    def tick(self) -> object: ...


class JumpingClock(Protocol):
    """See runtime/steady_clock.py."""

    jumped_to: int | None

    def believe(self, ahead: int) -> bool: ...


class LookedThrough(Running, Protocol):
    """See runtime/proof.py."""

    looked: dict[str, tuple[int, Any]]


class Signing(Running, Protocol):
    """See record/checkpoint.py."""

    @property
    def last(self) -> Any: ...
    @property
    def where(self) -> Path: ...
    @property
    def elsewhere(self) -> bool: ...


@dataclass
class Context:
    """`ledger` is the one way in. `reader()` lends a read-only connection for what is older than today's picture. The parts without a
    value here are put in by server/app.py, which makes them of this context.
    """

    ledger: Ledger
    settings: ServerSettings
    words: Words
    clock: Callable[[], int]
    reader: Callable[[], AbstractContextManager[sqlite3.Connection]]
    steady: JumpingClock | None = None  # the clock, where it is one that does not follow jumps
    static: Path = Path()  # folder of built pages
    media: Media = field(default_factory=lambda: Media(Path()))
    fonts: dict[str, Path] = field(default_factory=dict)  # by file name
    voice: Speech | None = None
    ticks: Callable[[], float] = time.perf_counter  # seconds, for measuring only
    problems: dict[str, str] = field(default_factory=dict)  # what stands against being ready: code -> fact
    warnings: dict[str, str] = field(default_factory=dict[str, str])  # what a manager should look after before it stands against it
    act_lapses: int = 0  # when the next act that waits for a second person is too late (ms); 0: none waits
    answers: Answers = field(default_factory=Answers)
    day: DayFigures = field(default_factory=DayFigures)
    metrics: Metrics = field(default_factory=Metrics)
    hashing: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(2))  # argon2 takes 200 ms of a core each
    machines: Machines = field(init=False)
    enrolments: Enrolments = field(init=False)
    attempts: Attempts = field(init=False)
    bookings: Bookings = field(init=False)
    codes: Bookings = field(init=False)  # that were asked to be sent to phones
    screens: Screens = field(init=False)
    used: Used = field(init=False)
    authenticator: Authenticator = field(init=False)
    passwords: Passwords = field(init=False)
    sockets: Sockets = field(init=False)
    notifier: Notifier = field(init=False)
    jobs: Jobs = field(init=False)
    slip_picture: Callable[..., bytes] = field(init=False)
    neighbours: NeighbourWatch = field(init=False)
    referrals: Referrals = field(init=False)
    clockwork: Running = field(init=False)
    nightly_weights: Running = field(init=False)
    proof: LookedThrough = field(init=False)
    checkpoints: Signing = field(init=False)
    upkeep: Running = field(init=False)
    past_days: Running = field(init=False)
    _last_voiced: tuple[Voice, tuple[Voice, dict[str, Any]]] | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.machines, self.enrolments, self.screens = Machines(self.clock), Enrolments(self.clock), Screens(self.clock)
        security = self.settings.security
        self.bookings, self.codes = Bookings(self.clock), Bookings(self.clock)
        self.used = Used(self._taken)
        self.attempts = Attempts(self.clock, security.failures, security.lockout)

    def _taken(self, first: str, last: str) -> dict[str, int]:
        with self.reader() as connection:
            return views.taken_by_service(connection, first, last)

    @property
    def floor(self) -> Floor:
        """The hall as it stands: immutable, shared by all readers."""
        return self.ledger.floor

    def do(self, name: str, *given: Any) -> Any:
        """Has a job done (runtime/jobs.py). HallError with 503 where nobody can do it now."""
        return self.jobs.do(name, *given)

    def trouble(self) -> dict[str, str]:
        """What a manager should look after, of the disk, the database and the backups: code -> fact."""
        disk = {"disk": self.ledger.trouble} if self.ledger.trouble else {}
        return disk | self.problems | self.warnings

    @property
    def public_url(self) -> str:
        return self.settings.public_url

    def view(
        self,
        floor: Floor | None = None,
        reader: sqlite3.Connection | None = None,
        now: int | None = None,
        *,
        stays: bool = True,
        of: Undrawn | None = None,
    ) -> View:
        """A view of one picture of the hall. Without a reader it knows nothing older than the picture. `stays`: the picture is on the
        disk, so that what is kept ready of the day may go by it. `of`: what an action knew that is on the disk."""
        now = self.clock() if now is None else now
        voicing, voice = self._voiced(floor or self.floor)
        speaks = self.voice if self.voice and not self.quiet(now, voicing) else None
        return View(
            floor=floor or self.floor,
            waits=of.waits if of else self.ledger.waits,
            calls_ahead=of.ahead if of else self.ledger.ahead,
            now=now,
            zone=self.ledger.zone,
            keys=self.ledger.keys,
            public_url=self.public_url,
            soon_at=self.settings.notify.ahead,
            say=self.say,
            audio=partial(speaks.urls, languages=voicing.languages) if speaks else lambda say: None,
            voice=voice,
            reader=reader,
            day=self.day if stays else None,
        )

    def voicing(self, floor: Floor | None = None) -> Voice:
        """How calls are spoken: what the managers set, over the installer's table. `volume` is how loud boards and loudspeakers play."""
        return self._voiced(floor or self.floor)[0]

    def _voiced(self, floor: Floor) -> tuple[Voice, dict[str, Any]]:
        """The same, and as pages are told it; worked out once for as long as what was set stands."""
        own, set_ = self.settings.voice, floor.voice
        last = self._last_voiced
        if last is None or last[0] is not set_:
            voicing = Voice(**{name: getattr(set_ if name in set_.model_fields_set else own, name) for name in Voice.model_fields})
            last = self._last_voiced = set_, (voicing, in_whole(voicing))
        return last[1]

    def quiet(self, now: int, voicing: Voice) -> bool:
        """Whether calls are shown only, not spoken, at this time of day."""
        at = datetime.fromtimestamp(now / 1000, self.ledger.zone).strftime("%H:%M")
        return any(span[:5] <= at < span[6:] for span in voicing.quiet)

    def view_in(self, tx: Transaction) -> View:
        """A view from within an action, on the writer's own thread: the hall as the action has made it."""
        return self.view(tx.floor, reader=self.ledger.connection, now=tx.now, stays=False)

    @contextmanager
    def view_of(self, done: Undrawn) -> Iterator[View]:
        """A view of the hall as an action has left it that is on the disk, with the forecast that it knew."""
        with self.reader() as connection:
            yield self.view(done.floor, reader=connection, now=done.now, of=done)

    @contextmanager
    def full_view(self) -> Iterator[View]:
        """A view that also knows what is older than the picture."""
        with self.reader() as connection:
            yield self.view(reader=connection)

    def say(self, section: str, key: str, facts: dict) -> dict:
        """A sentence of config/words in every language."""
        return self.words.texts(section, key, **facts)


def context() -> Context:
    return current_app.extensions["hall"]
