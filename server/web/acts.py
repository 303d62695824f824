"""Doors for acts that need a second person: which wait, confirm one, drop one. How an act comes to wait is said in second.py."""

from __future__ import annotations

from dataclasses import replace

from ..actions import acts
from ..domain.errors import NotAllowed, NotFound, NotNow, NotSignedIn
from ..domain.pending import PendingAct
from . import models, second
from .idempotency import dumps
from .table import ENDPOINTS, ApiRequest, checked, endpoint, items


def again(req: ApiRequest, act: PendingAct) -> ApiRequest:
    """The request that was asked for, as the one who confirms would make it."""
    row = next(row for row in ENDPOINTS if row.name == act.endpoint)
    _, body = checked(row.body, dumps(act.body).encode())
    return replace(req, endpoint=row, body=body, raw=act.body, path=dict(act.path), query=None)


def person(req: ApiRequest) -> str:
    if req.who.staff is None:
        raise NotSignedIn("no_token")
    return req.who.staff


@endpoint("GET", "/acts", gives={200: models.PendingAct}, lists=True, may="look", tag="people")
def list_acts(req: ApiRequest):
    """Acts that wait for a second person: one's own, and those that one may confirm or turn down."""
    me = req.who.staff
    waiting = [one for one in req.context.ledger.do("hall", acts.pending_acts) if one.until > req.now] if me else []
    seen = [one for one in waiting if one.by == me or second.lets_in(again(req, one), req.who)]
    return items([second.told(req, one) for one in seen])


@endpoint("POST", "/acts/{id}/confirmation", gives={201: models.ConfirmedAct}, may="look", tag="people",
          refuses=("no_such_act", "own_act", "act_changed", "act_right_lost"))  # fmt: skip
def confirm_act(req: ApiRequest, id: str):
    """Confirm what another asked for; it is done at once. The same key again gives the same answer."""
    me = person(req)
    try:
        act = req.context.ledger.do("hall", acts.find_act, id=id)
    except NotFound:  # confirmed a moment ago, under the same key, or none
        return req.do(acts.find_act, lambda tx, _: (201, {}), secret=True, id=id)
    if act.by == me:
        raise NotAllowed("own_act")
    asked = again(req, act)
    second.ensure_let_in(asked, req.who)
    asker = req.floor.staff.get(act.by)
    who = second.caller_of(asker) if asker else None
    if who is None or not second.lets_in(asked, who):
        raise NotNow("act_right_lost", name=act.by)
    confirms = second.Confirmation(act=act, by=req.who, key=req.key, digest=req.digest)
    return asked.endpoint.act(replace(asked, who=who, confirms=confirms), **asked.path)


@endpoint("DELETE", "/acts/{id}", gives={204: None}, may="look", tag="people", refuses=("no_such_act",))
def drop_act(req: ApiRequest, id: str):
    """Take back what one asked for, or turn down what another did."""
    me = person(req)
    act = req.context.ledger.do("hall", acts.find_act, id=id)
    if act.by != me:
        second.ensure_let_in(again(req, act), req.who)
    return req.do(acts.drop_act, lambda tx, _: (204, None), id=id, by=me)
