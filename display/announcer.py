"""What a loudspeaker says and when: one call at a time, in the order of the calls. It words nothing; the server did.

A recall takes the place of a call of the same number that still waits. Nothing else is ever left out, except in quiet hours.
"""

from __future__ import annotations

import itertools
import logging
import threading
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

log = logging.getLogger("hall.display.voice")


@dataclass(frozen=True, kw_only=True)
class CallToSay:
    """One call to say. `audio`: sound files of the server by language, if any. `ready`: who is next, said after all calls."""

    number: str
    window: str = ""
    say: dict[str, str] = field(default_factory=dict)
    audio: dict[str, str] = field(default_factory=dict)
    ready: bool = False


class Waiting:
    """The calls not yet said. Pure; not for several threads."""

    def __init__(self):
        self._calls: deque[CallToSay] = deque()

    def __len__(self) -> int:
        return len(self._calls)

    def put(self, call: CallToSay) -> None:
        for place, other in enumerate(self._calls):
            if other.number == call.number:
                if call.ready and not other.ready:
                    return  # who has been called need not get ready
                if other.ready == call.ready:
                    self._calls[place] = call  # it keeps its turn
                    return
                del self._calls[place]
                break
        self._calls.append(call)

    def take(self) -> CallToSay | None:
        """The next one: calls before announcements of who should get ready."""
        for place, call in enumerate(self._calls):
            if not call.ready:
                del self._calls[place]
                return call
        return self._calls.popleft() if self._calls else None

    def holds(self, number: str) -> bool:
        return any(c.number == number and not c.ready for c in self._calls)

    def forget(self, keep: Callable[[CallToSay], bool]) -> None:
        self._calls = deque(c for c in self._calls if keep(c))


@dataclass(frozen=True, kw_only=True)
class How:
    """How a call is said: `volume` 0 to 100, 0 is silence."""

    volume: int = 80
    times: int = 2
    languages: tuple[str, ...] = ("zh",)


def how(now: datetime, hall: dict[str, Any], own: Any) -> How:
    """As the hall sets it (`voice` of room `hall`: languages, times, volume, hours, quiet) unless the loudspeaker has its own way
    (config.schema.SpeakerTable). `now` in the hall's own time."""
    time = now.strftime("%H:%M")
    quiet = own.quiet if own.quiet is not None else hall.get("quiet") or ()
    usual = own.volume if own.volume is not None else hall.get("volume", How.volume)
    if own.loudness is not None:
        hours = [(row.hours, row.volume) for row in own.loudness]
    elif own.volume is not None:
        hours = []
    else:
        hours = [(f"{row['from']}-{row['to']}", row["volume"]) for row in hall.get("hours") or ()]
    return How(
        volume=0 if any(within(time, span) for span in quiet) else next((v for span, v in hours if within(time, span)), usual),
        times=own.times or hall.get("times") or How.times,
        languages=tuple(own.languages or hall.get("languages") or How.languages),
    )


def within(time: str, span: str) -> bool:
    return span[:5] <= time < span[6:]


class Announcer:
    """A thread that says one call after the other. `say(call, how)` returns when it was heard; its trouble is logged and passed over."""

    def __init__(self, say: Callable[[CallToSay, How], Any], *, how: Callable[[], How] = How, name: str = "speaker"):
        self._say, self._how = say, how
        self._waiting = Waiting()
        self._some = threading.Condition()
        self._over = False
        self._thread = threading.Thread(target=self._run, name=f"announcer {name}", daemon=True)
        self._thread.start()

    def put(self, calls: Iterable[CallToSay]) -> None:
        with self._some:
            for call in calls:
                self._waiting.put(call)
            self._some.notify()

    def ready(self, numbers: set[str]) -> None:
        """Who should still get ready: those who were called or have left meanwhile are not asked any more."""
        with self._some:
            self._waiting.forget(lambda call: not call.ready or call.number in numbers)

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    def close(self) -> None:
        with self._some:
            self._over = True
            self._some.notify()
        self._thread.join(2)

    def _run(self) -> None:
        while True:
            with self._some:
                self._some.wait_for(lambda: self._over or len(self._waiting))
                if self._over:
                    return
                call = self._waiting.take()
            if call is not None:
                self._tell(call)

    def _tell(self, call: CallToSay) -> None:
        for said in itertools.count():
            how = self._how()
            if self._over or not how.volume or said >= (1 if call.ready else how.times):
                return
            try:
                self._say(call, how)
            except Exception as error:  # noqa: BLE001 — a loudspeaker in trouble must not silence the next call
                log.warning("%s could not be announced: %s", call.number, error)
                return
            with self._some:
                if self._waiting.holds(call.number):
                    return  # it was called again meanwhile, and will be said then
