"""Doors of a phone that wants to be told: web push for one ticket, known by its track code."""

from __future__ import annotations

import base64

from ..actions.holders import drop_push, keep_push
from ..domain.errors import NotFound, NotNow
from ..domain.notify import may_push
from . import models
from .table import Ask, door


@door("GET", "/push", gives={200: models.PushKey}, tag="phones", refuses=("no_push",))
def get_push_key(ask: Ask):
    """The public key that a browser subscribes with, where this hall can push."""
    if not ask.house.settings.notify.push:
        raise NotFound("no_push")
    return 200, {"key": base64.urlsafe_b64encode(ask.house.ledger.keys.push_public()).decode().rstrip("=")}


@door("POST", "/track/{track}/push", body=models.Push, gives={201: models.Pushed}, tag="phones", refuses=("no_such_ticket", "no_push"))
def subscribe(ask: Ask, track: str):
    """Tell this browser when something happens to the ticket. Consent is for this ticket only."""
    notify = ask.house.settings.notify
    if not notify.push or not may_push(ask.body.endpoint, notify.push_hosts):
        raise NotNow("no_push")
    ticket = _ticket(ask, track)
    keys = ask.body.keys
    answer = lambda entry, _: (201, {"ticket": ticket, "told": True})
    return ask.do(keep_push, answer, ticket=ticket, endpoint=ask.body.endpoint, p256dh=keys.p256dh, auth=keys.auth)


@door("DELETE", "/track/{track}/push", gives={200: models.Pushed}, tag="phones", refuses=("no_such_ticket",))
def unsubscribe(ask: Ask, track: str):
    """Tell no browser of this ticket any more."""
    ticket = _ticket(ask, track)
    return ask.do(drop_push, lambda entry, _: (200, {"ticket": ticket, "told": False}), ticket=ticket)


def _ticket(ask: Ask, track: str) -> str:
    with ask.house.sight() as sight:
        found = sight.find_track(track)
    if found is None:
        raise NotFound("no_such_ticket", ticket=track[:40])
    return found.id
