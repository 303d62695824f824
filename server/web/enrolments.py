"""Doors for a kiosk that has no token yet: it shows a short code, a manager types it, and the kiosk fetches its token.

Requests live in memory for ten minutes; a token exists only from the approval on.
"""

from __future__ import annotations

import hmac
import itertools
import secrets

from flask import request

from ..actions import people
from ..domain.errors import NotFound
from ..domain.floor import Floor
from . import errors, models
from .memory import LASTS, MINUTE, WRONG, Request
from .table import ApiRequest, endpoint


@endpoint("POST", "/enrolments", body=models.Enrol, gives={201: models.Enrolment}, tag="machines", refuses=("too_many_requests",))
def enrol(req: ApiRequest):
    """A kiosk or display without a token asks for a code to show."""
    e, given = req.context.enrolments, req.body
    with e.lock:
        e.sweep()
        if e.too_often(request.remote_addr or ""):
            raise errors.BadRequest("too_many_requests", 429)
        taken = {r.code for r in e.requests.values()}
        code = next(c for c in iter(lambda: f"{secrets.randbelow(10_000):04d}-{secrets.randbelow(100):02d}", None) if c not in taken)
        made = Request(secrets.token_hex(12), code, given.machine, given.kind, given.secret, e.clock() + LASTS)
        e.requests[made.id] = made
    return 201, {"id": made.id, "code": made.code, "expires_at": req.context.view().instant(made.expires_at)}


@endpoint("POST", "/enrolments/approvals", body=models.Approve, gives={201: models.Claimed}, may="manage_machines", tag="machines",
      refuses=("no_such_enrolment", "too_many_requests"))  # fmt: skip
def approve(req: ApiRequest):
    """A manager types the code that stands on the machine's screen."""
    e, given = req.context.enrolments, req.body
    code = given.code if "-" in given.code else f"{given.code[:4]}-{given.code[4:]}"
    with e.lock:
        e.sweep()
        now = e.clock()
        if len(e.wrong) == WRONG and now - e.wrong[0] < MINUTE:
            raise errors.BadRequest("too_many_requests", 429)
        found = next((r for r in e.requests.values() if r.code == code and r.token is None), None)
        if found is None:
            e.wrong.append(now)
            raise NotFound("no_such_enrolment")
        found.name = machine_name(req.floor, given.name, found)
        shown = {} if found.name == given.name else {"shown": given.name}
        place = {"place": given.place} if given.place else {}
        _, found.token = req.context.ledger.do(
            req.who.actor, people.make_token, paired=True, role=found.kind, name=found.name, **shown, **place
        )
    return 201, {"name": found.name, "machine": found.machine}


def machine_name(floor: Floor, given: str, found: Request) -> str:
    """What the machine is called in addresses and numbers: the given name where it is written so; else the one that a device of this
    name has already, the machine's own, or the first that is free."""
    if models.CODE_FORM.fullmatch(given):
        return given
    live = [t for t in floor.tokens.values() if t.revoked_at is None and t.role == found.kind]
    before = next((t.name for t in live if t.shown == given and t.name), None)
    taken = {t.name for t in live} | {d.id.split("/")[0] for d in floor.devices.values()}
    own = [found.machine] if models.CODE_FORM.fullmatch(found.machine) else []
    names = itertools.chain(own, (f"{found.kind}-{n}" for n in itertools.count(1)))
    return before or next(name for name in names if name not in taken)


@endpoint("POST", "/enrolments/{id}/claim", body=models.Claim, gives={201: models.Claimed, 202: models.Claimed}, tag="machines",
      refuses=("no_such_enrolment",))  # fmt: skip
def claim(req: ApiRequest, id: str):
    """The machine asks whether somebody has typed its code. 202: not yet. Only whoever sent the secret hears it."""
    e = req.context.enrolments
    with e.lock:
        e.sweep()
        found = e.requests.get(id)
        if found is None or not hmac.compare_digest(found.secret.encode(), req.body.secret.encode()):
            raise NotFound("no_such_enrolment")
        if found.token is None:
            return 202, {}
    return 201, {"token": found.token, "name": found.name}
