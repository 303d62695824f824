"""How a machine without a token comes into a hall: it shows a short code, a manager types it (docs/kiosk-door.md §4).

It keeps nothing: what was granted is put away by whoever asks.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .link import Away, HallAnswer, Refused

AGAIN = 10.0  # seconds between two requests for a code
CLAIM = 2.0  # seconds between two questions whether a manager has typed it
LASTS = 590.0  # seconds: the server forgets a code after ten minutes


@dataclass(frozen=True)
class Shown:
    """A new code for a person to read."""

    code: str
    expires_at: str | None


@dataclass(frozen=True)
class Granted:
    """A manager has typed it. From now on the machine bears the name that the manager gave; its token speaks for no other."""

    token: str
    name: str


@dataclass(frozen=True)
class NoCode:
    """The server is away, or gives no code now."""

    why: Away | Refused


class Enrolment:
    """`post(path, body)` asks the server; raises Away or Refused."""

    def __init__(self, post: Callable[[str, dict[str, Any]], HallAnswer], kind: str):
        self._post, self._kind = post, kind
        self._asked: dict[str, Any] | None = None
        self._secret, self._ends, self._next, self._claim = "", 0.0, 0.0, 0.0

    def step(self, machine: str, now: float) -> Shown | Granted | NoCode | None:
        """Does what is due; what is new, or None. `now`: seconds of any steady clock."""
        asked = self._asked  # a person at the machine may wish for another code meanwhile
        if asked is None or now >= self._ends:
            if now < self._next:
                return None
            self._next, self._secret = now + AGAIN, secrets.token_urlsafe(24)
            try:
                asked = self._post("/enrolments", {"machine": machine, "kind": self._kind, "secret": self._secret}).data
            except (Away, Refused) as error:
                return NoCode(error)
            self._asked, self._ends, self._claim = asked, now + LASTS, now
            return Shown(asked["code"], asked.get("expires_at"))
        if now < self._claim:
            return None
        self._claim = now + CLAIM
        try:
            answer = self._post(f"/enrolments/{asked['id']}/claim", {"secret": self._secret})
        except Away:
            return None
        except Refused as refused:
            if refused.status == 404:
                self._asked = None
            return None
        if answer.status != 201:
            return None
        self.again()
        return Granted(answer.data["token"], answer.data.get("name") or machine)

    def again(self) -> None:
        """The next step asks for a fresh code."""
        self._asked, self._next = None, 0.0
