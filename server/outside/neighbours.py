"""Looks at the neighbour halls in the background: open or not, how many wait. It sends them nothing and holds up no request.

A neighbour is asked at its public board door and nowhere else: no redirect is followed, an answer has a largest size and a latest
time, and whoever is silent, late, another hall or no hall at all is unknown. What it says is read as flags, counts and hours only.
"""

from __future__ import annotations

import http.client
import json
import logging
import re
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from config.settings import Neighbour

from ..runtime.periodic import PeriodicTask

log = logging.getLogger("hall.neighbours")
EVERY = 30.0  # s between two looks at one neighbour
TIMEOUT = 3.0  # s without a byte
PATIENCE = 8.0  # s for a whole answer
MOST = 1_000_000  # bytes of an answer
KEEP = 100_000  # ms after which what was seen is no longer known
CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
TIME = re.compile(r"([01]\d|2[0-4]):[0-5]\d")


@dataclass(frozen=True, kw_only=True)
class SeenService:
    code: str
    names: dict[str, str]
    waiting: int


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A neighbour at one moment."""

    at: int  # ms, by our clock
    open: bool
    waiting: int
    hours: list[dict[str, str]]  # [{"from": "08:30", "to": "12:00"}] of today
    services: tuple[SeenService, ...] = ()  # that a number can be had for


class NotAHall(Exception):
    """The answer is none of a hall's; the text says why, for the log."""


class NeighbourWatch(PeriodicTask):
    """`seen(neighbour)` is what is known now, or None. `fetch(url)` gives the board door's JSON; a test may hand one in."""

    def __init__(self, context, *, fetch: Callable[[str], object] | None = None, pause: float = EVERY):
        super().__init__("neighbours", pause, trouble="the neighbours could not be looked at")
        self._context, self._fetch = context, fetch or board
        self._known: dict[tuple[str, str], Seen] = {}  # (code, url): a changed address is another neighbour
        self._silent: set[str] = set()  # codes, so that the log tells it once
        self._asking: set[tuple[str, str]] = set()

    def seen(self, one: Neighbour) -> Seen | None:
        seen = self._known.get(_key(one))
        return seen if seen and self._context.clock() - seen.at <= KEEP else None

    def _run(self) -> None:
        self.attempt(self.tick)  # the first look is at once
        super()._run()

    def tick(self) -> None:
        for one in self.listed():
            if _key(one) not in self._asking:  # one that stalls keeps a thread of its own, and never two
                self._asking.add(_key(one))
                threading.Thread(target=self._ask, args=(one,), name="neighbour", daemon=True).start()

    def listed(self) -> list[Neighbour]:
        """The neighbours that can be asked, as set."""
        return [one for one in self._context.floor.neighbours.items if one.url]

    def _ask(self, one: Neighbour) -> None:
        try:
            self.look(one)
        except Exception:  # noqa: BLE001  the hall goes on; the next round asks again
            log.exception("the neighbour %s could not be looked at", one.code)
        finally:
            self._asking.discard(_key(one))

    def look(self, one: Neighbour) -> None:
        """Asks one neighbour now and keeps what it says. Its silence is logged once, not every half minute."""
        code = one.code
        try:
            self._known[_key(one)] = read(self._fetch(one.url.rstrip("/") + "/api/v1/board"), code, self._context.clock())
        except (OSError, ValueError, NotAHall) as error:
            if code not in self._silent:
                self._silent.add(code)
                log.warning("the neighbour %s is unknown for now: %s", code, error if isinstance(error, NotAHall) else type(error).__name__)
            return
        if code in self._silent:
            self._silent.discard(code)
            log.info("the neighbour %s answers again", code)


def _key(one: Neighbour) -> tuple[str, str]:
    return one.code, one.url


def read(answer: object, code: str, now: int) -> Seen:
    """What a board door's answer says; NotAHall where it is not the board of the hall with this code."""
    hall = answer.get("hall") if isinstance(answer, dict) else None
    services = answer.get("services") if isinstance(answer, dict) else None
    if not isinstance(hall, dict) or not isinstance(hall.get("open"), bool) or not isinstance(services, list):
        raise NotAHall("no board of a hall")
    if hall.get("code") != code:
        raise NotAHall("another hall answers there")
    counts = [n for s in services if isinstance(s, dict) and type(n := s.get("waiting")) is int and 0 <= n < 100_000]
    if len(counts) < len(services):
        raise NotAHall("it does not say how many wait")
    spans = given if isinstance(given := hall.get("hours"), list) else []
    hours = [{"from": s["from"], "to": s["to"]} for s in spans[:8] if isinstance(s, dict) and _time(s.get("from")) and _time(s.get("to"))]
    return Seen(at=now, open=hall["open"], waiting=sum(counts), hours=hours, services=tuple(_services(services)))


def _services(some: list[dict[str, Any]]) -> Iterator[SeenService]:
    for one in some[:1000]:
        code, names = one.get("code"), one.get("names")
        if isinstance(code, str) and CODE.fullmatch(code) and isinstance(names, dict) and one.get("closed") is not True:
            texts = {lang: text[:200] for lang, text in names.items() if isinstance(lang, str) and isinstance(text, str)}
            yield SeenService(code=code, names=texts, waiting=one["waiting"])


def _time(text: object) -> bool:
    return isinstance(text, str) and bool(TIME.fullmatch(text))


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect is an answer like any other wrong one: it is not followed."""

    def redirect_request(self, *_, **__):
        return None


def board(url: str, *, ticks: Callable[[], float] = time.monotonic) -> object:
    """The JSON at a board door. OSError where nothing whole came in time, ValueError where it is no JSON."""
    end = ticks() + PATIENCE
    request = urllib.request.Request(url, headers={"Accept": "application/json"})
    try:
        with urllib.request.build_opener(NoRedirect).open(request, timeout=TIMEOUT) as answer:
            text = b""
            while part := answer.read1(65_536):
                text += part
                if len(text) > MOST or ticks() > end:
                    raise TimeoutError("too much, or too slowly")
    except http.client.HTTPException as error:
        raise OSError(f"no HTTP: {type(error).__name__}") from None
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None
