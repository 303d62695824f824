"""Doors of a phone that wants to be told: web push for one ticket, known by its track code."""

from __future__ import annotations

import base64

from ..actions.holders import drop_push, keep_push
from ..domain.errors import NotFound, NotNow
from ..domain.notify import may_push
from . import models
from .table import ApiRequest, endpoint


@endpoint("GET", "/push", gives={200: models.PushKey}, tag="phones", refuses=("no_push",))
def get_push_key(req: ApiRequest):
    """The public key that a browser subscribes with, where this hall can push."""
    if not req.context.notifier.pushes:
        raise NotFound("no_push")
    return 200, {"key": base64.urlsafe_b64encode(req.context.ledger.keys.push_public()).decode().rstrip("=")}


@endpoint("POST", "/track/{track}/push", body=models.Push, gives={201: models.Pushed}, tag="phones", refuses=("no_such_ticket", "no_push"))
def subscribe(req: ApiRequest, track: str):
    """Tell this browser when something happens to the ticket. Consent is for this ticket only."""
    notify = req.context.settings.notify
    if not req.context.notifier.pushes or not may_push(req.body.endpoint, notify.push_hosts):
        raise NotNow("no_push")
    ticket = _ticket(req, track)
    keys = req.body.keys
    answer = lambda tx, _: (201, {"ticket": ticket, "told": True})
    return req.do(keep_push, answer, ticket=ticket, endpoint=req.body.endpoint, p256dh=keys.p256dh, auth=keys.auth)


@endpoint("DELETE", "/track/{track}/push", gives={200: models.Pushed}, tag="phones", refuses=("no_such_ticket",))
def unsubscribe(req: ApiRequest, track: str):
    """Tell no browser of this ticket any more."""
    ticket = _ticket(req, track)
    return req.do(drop_push, lambda tx, _: (200, {"ticket": ticket, "told": False}), ticket=ticket)


def _ticket(req: ApiRequest, track: str) -> str:
    with req.context.full_view() as view:
        found = view.find_track(track)
    if found is None:
        raise NotFound("no_such_ticket", ticket=track[:40])
    return found.id
