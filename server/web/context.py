"""What every door works with, put together once by server/app.py. It decides nothing and keeps no state of the hall."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from flask import current_app

from config.settings import Voice, in_whole

from ..views import View


@dataclass
class Context:
    """`ledger` is the one way in; `settings` the installer's (config.schema.ServerSettings); `words` the sentences (config.words.Words).

    `reader()` gives a context manager with a read-only connection for what is older than today's picture.
    """

    ledger: Any
    settings: Any
    words: Any
    clock: Callable[[], int]
    reader: Callable[[], Any]
    static: Any = None  # folder of built pages (pathlib.Path)
    fonts: dict[str, Any] = field(default_factory=dict)  # file name -> path
    voice: Any = None  # web.voice.Voice
    passwords: Any = None  # the module server/runtime/passwords.py
    authenticator: Any = None  # web.auth.Gate
    answers: Any = None  # web.idempotency.Answers
    machines: Any = None  # web.machines.Machines: when kiosks and displays were last heard of
    enrolments: Any = None  # web.enrolments.Enrolments: kiosks that ask to be let in
    metrics: Any = None  # web.health.Metrics
    ticks: Callable[[], float] = time.perf_counter  # seconds, for measuring only
    sockets: Any = None  # web.sockets.Sockets
    notifier: Any = None  # server.outside.notify.Notifier
    forecaster: Any = None  # server.forecast.wait_forecast.WaitForecaster
    advisor: Any = None  # server.forecast.advisor.Foresight
    clockwork: Any = None  # server.runtime.clockwork.Clockwork
    upkeep: Any = None  # server.runtime.upkeep.Upkeep
    neighbours: Any = None  # server.outside.neighbours.Neighbours
    problems: dict[str, str] = field(default_factory=dict)  # what stands against being ready: code -> fact
    hashing: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(2))  # argon2 takes 200 ms of a core each

    @property
    def floor(self):
        """The hall as it stands: immutable, shared by all readers."""
        return self.ledger.floor

    @property
    def public_url(self) -> str:
        return self.settings.public_url

    def look(self, floor=None, reader=None, now: int | None = None) -> View:
        """A look at one picture of the hall. Without a reader it knows nothing older than the picture."""
        now = self.clock() if now is None else now
        voicing = self.voicing(floor)
        speaks = self.voice and not self.quiet(now, voicing)
        return View(
            floor=floor or self.floor,
            waits=self.ledger.waits,
            now=now,
            zone=self.ledger.zone,
            keys=self.ledger.keys,
            public_url=self.public_url,
            soon_at=self.settings.notify.ahead,
            say=self.say,
            audio=partial(self.voice.urls, languages=voicing.languages) if speaks else lambda say: None,
            voice=in_whole(voicing),
            reader=reader,
        )

    def voicing(self, floor=None) -> Voice:
        """How calls are spoken: what the managers set, over the installer's table. `volume` is how loud boards and loudspeakers play."""
        own, set_ = self.settings.voice, (floor or self.floor).voice
        return Voice(**{name: getattr(set_ if name in set_.model_fields_set else own, name) for name in Voice.model_fields})

    def quiet(self, now: int, voicing: Voice) -> bool:
        """Whether calls are shown only, not spoken, at this time of day."""
        at = datetime.fromtimestamp(now / 1000, self.ledger.zone).strftime("%H:%M")
        return any(span[:5] <= at < span[6:] for span in voicing.quiet)

    def inside(self, tx) -> View:
        """A look from within an action, on the writer's own thread: the hall as the action has made it."""
        return self.look(tx.floor, reader=self.ledger.connection, now=tx.now)

    @contextmanager
    def sight(self) -> Iterator[View]:
        with self.reader() as connection:
            yield self.look(reader=connection)

    def say(self, section: str, key: str, facts: dict) -> dict:
        """A sentence of config/words in every language."""
        return self.words.texts(section, key, **facts)


def context() -> Context:
    return current_app.extensions["hall"]
