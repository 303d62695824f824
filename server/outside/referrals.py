"""Brings numbers and bookings that go to another hall there, again and again until it has answered. What is to be brought stands sealed
beside the journal (actions/referrals.py); here nothing is kept, so a server that is killed goes on where it was.

Only halls of the hall file are asked, only at their `url`, with the token that each has made for this hall; no redirect is followed, an
answer has a largest size, and what it says is read as the few fields that it is.
"""

from __future__ import annotations

import http.client
import json
import logging
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from config.schema import ReferralsTable
from config.settings import Neighbour

from .. import actions
from ..actions.referrals import Outgoing
from ..domain.errors import HallError, NotNow
from ..runtime.periodic import PeriodicTask
from .neighbours import NoRedirect

log = logging.getLogger("hall.referrals")
ACTOR = "hall"
EVERY = 5.0  # s between two tries
MOST = 65_536  # bytes of an answer


@dataclass(frozen=True, kw_only=True)
class Answered:
    """What another hall says to a number or booking: taken over, with its `number` and page there, or refused by its rule `code`."""

    accepted: bool
    number: str | None = None
    url: str = ""
    service_names: dict[str, str]
    code: str = ""
    say: dict[str, str]  # the refusal in words, by language


class NotUnderstood(Exception):
    """The other side is no hall that takes people over, or does not know our token; the text says why, for the log."""


class Referrals(PeriodicTask):
    """`ask` looks whether a hall would take somebody; `deliver` brings what is written down. `post(url, token, body)` gives the answer's
    JSON; a test may hand one in."""

    def __init__(self, context: Any, settings: ReferralsTable, *, post: Callable[[str, str, dict[str, Any]], Any] | None = None):
        super().__init__("referrals", EVERY, trouble="numbers could not be brought to another hall")
        self._context, self._settings = context, settings
        self._post = post or self._send
        self._silent: set[str] = set()  # codes, so that the log tells it once
        self._one = threading.Lock()  # a number is brought once at a time

    def may_ask(self, hall: Neighbour) -> bool:
        """Whether this hall can refer anybody there."""
        return bool(hall.url) and hall.code in self._settings.tokens

    def ask(self, hall: Neighbour, body: dict[str, Any]) -> Answered:
        """Whether the hall would take somebody over now; nothing changes there. HallError where it cannot be asked."""
        if not self.may_ask(hall):
            raise NotNow("hall_not_ready", hall=hall.name)
        try:
            return read(self._post(self._door(hall), self._settings.tokens[hall.code], body | {"only_ask": True}))
        except (OSError, ValueError, NotUnderstood) as error:
            log.warning(
                "the hall %s could not be asked: %s", hall.code, error if isinstance(error, NotUnderstood) else type(error).__name__
            )
            raise NotNow("hall_silent", hall=hall.name) from None

    def tick(self) -> None:
        for one in self._context.ledger.do(ACTOR, actions.pending_referrals):
            self.attempt(lambda one=one: self._bring(one))

    def deliver(self, ticket: str) -> None:
        """Brings one number now; what does not come through is tried again by itself."""
        for one in self._context.ledger.do(ACTOR, actions.pending_referrals):
            if one.ticket == ticket:
                self.attempt(lambda one=one: self._bring(one))

    def _bring(self, one: Outgoing) -> None:
        hall = next((h for h in self._context.floor.neighbours.items if h.code == one.hall), None)
        if hall is None or not self.may_ask(hall):  # set right again, it goes on
            return
        with self._one:
            try:
                answer = read(self._post(self._door(hall), self._settings.tokens[one.hall], one.body))
            except (OSError, ValueError, NotUnderstood) as error:
                if one.hall not in self._silent:
                    self._silent.add(one.hall)
                    why = error if isinstance(error, NotUnderstood) else type(error).__name__
                    log.warning("a number could not be brought to the hall %s, and is tried again: %s", one.hall, why)
                return
            self._silent.discard(one.hall)
            self._settle(one, answer)

    def _settle(self, one: Outgoing, answer: Answered) -> None:
        facts = {"ticket": one.ticket, "id": one.body["id"]}
        try:
            if answer.accepted:
                self._context.ledger.do(ACTOR, actions.accepted, **facts, number=answer.number, url=answer.url)
            else:
                self._context.ledger.do(ACTOR, actions.refused, **facts, code=answer.code, say=answer.say)
        except HallError:
            log.exception("the answer of the hall %s could not be written down", one.hall)

    @staticmethod
    def _door(hall: Neighbour) -> str:
        return hall.url.rstrip("/") + "/api/v1/referrals"

    def _send(self, url: str, token: str, body: dict[str, Any]) -> Any:
        text = json.dumps(body, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
        request = urllib.request.Request(url, text, headers, method="POST")
        try:
            with urllib.request.build_opener(NoRedirect).open(request, timeout=self._settings.timeout) as answer:
                told = answer.read(MOST + 1)
        except urllib.error.HTTPError as error:
            raise NotUnderstood(f"it answers {error.code}") from None
        except http.client.HTTPException as error:
            raise OSError(f"no HTTP: {type(error).__name__}") from None
        if len(told) > MOST:
            raise NotUnderstood("its answer is too long")
        return json.loads(told)


def read(answer: Any) -> Answered:
    """An answer; NotUnderstood where it is none."""
    if not isinstance(answer, dict) or not isinstance(accepted := answer.get("accepted"), bool):
        raise NotUnderstood("no answer of a hall")
    texts = lambda value: {k: v[:300] for k, v in value.items() if isinstance(v, str)} if isinstance(value, dict) else {}
    say, number, url = texts(answer.get("say")), answer.get("number"), answer.get("url")
    if not accepted and not say:
        raise NotUnderstood("a refusal without a sentence")
    return Answered(
        accepted=accepted,
        number=number[:20] if isinstance(number, str) else None,
        url=url if isinstance(url, str) and len(url) < 500 and urlsplit(url).scheme in ("http", "https") else "",
        service_names=texts(answer.get("service_names")),
        code=str(answer.get("code") or "")[:60],
        say=say,
    )
