"""Doors for the second factor of a sign-in: one's own is set up, replaced and turned off; a colleague's is reset when the phone is lost.

Its secret and recovery codes are told once. No door that tells or takes them keeps its answer for a repeated request.
"""

from __future__ import annotations

from ..actions import second_factors
from ..domain.errors import NotAllowed, NotFound, NotNow
from ..domain.texts import pick
from . import models
from .credentials import checked, hashed, with_code
from .people import ACCOUNT, ensure_may_rank, entered, signed_in
from .table import ApiRequest, endpoint

LONGEST_NAME = 20  # characters of the hall's name that go to the app: a QR code of more is hard to scan
OF_CODES = ("bad_password", "locked_out", "code_needed", "bad_code", "factor_unreadable")


@endpoint("GET", "/session/second-factor", gives={200: models.OwnSecondFactor}, tag="people",
      refuses=("session_ended", "factor_unreadable"))  # fmt: skip
def get_second_factor(req: ApiRequest):
    """Whether one signs in with a code, too, and how many recovery codes are left."""
    session, who = signed_in(req), req.context.authenticator
    factor = req.context.ledger.do("hall", second_factors.of, name=session.staff)
    return 200, {
        "on": factor is not None,
        "needed": who.needs_factor(req.who.role),
        "recovery_codes_left": len(factor.recovery) if factor else 0,
    }


@endpoint("PUT", "/session/second-factor", body=models.NewSecondFactor, gives={200: models.MadeSecondFactor}, tag="people",
      refuses=(*OF_CODES, "password_first"))  # fmt: skip
def begin_second_factor(req: ApiRequest):
    """A new secret for an app that makes codes (RFC 6238), and recovery codes; they count once a first code was sent back."""
    session, given, h = signed_in(req), req.body, req.context
    if req.who.must_change:
        raise NotAllowed("password_first")
    who = checked(req, session.staff, given.password)
    secret, codes = second_factors.new_secret(), second_factors.new_recovery_codes()
    hashes = {code[: second_factors.SELECTOR]: hashed(req, second_factors.typed(code)) for code in codes}
    new = {"name": who.name, "session": session.id, "secret": secret, "hashes": hashes}

    def begun(code: str, recovery: str | None):
        h.ledger.do(req.who.actor, second_factors.begin, code=code, recovery=recovery, **new)

    with_code(req, who, given.code, begun)
    hall = pick(req.floor.the_hall.name)[:LONGEST_NAME]
    return 200, {"secret": secret, "url": second_factors.address(secret, hall=hall, name=who.name), "recovery_codes": codes}


@endpoint("PUT", "/session/second-factor/confirmation", body=models.FirstCode, gives={200: models.SignedIn}, tag="people",
      refuses=("session_ended", "factor_not_begun", "bad_code", "clocks_differ"))  # fmt: skip
def confirm_second_factor(req: ApiRequest):
    """The first code of the new secret: from now on every sign-in asks for one. All sessions of before end; the answer begins a new one."""
    session, h, code = signed_in(req), req.context, second_factors.typed(req.body.code)

    def enrolled(tx):
        new = second_factors.enrol(tx, name=session.staff, session=session.id, code=code)
        h.authenticator.dismiss_all(session.staff, but=new.id)  # before anybody is told of it
        return new

    new = h.ledger.do(req.who.actor, enrolled)
    h.authenticator.look_at_factors()
    return entered(req, new, 200)


@endpoint("POST", "/session/second-factor/removal", body=models.NoSecondFactor, gives={204: None}, tag="people",
      refuses=(*OF_CODES, "factor_needed"))  # fmt: skip
def turn_off_second_factor(req: ApiRequest):
    """One's own, with a code, where the role needs none."""
    session, given, h = signed_in(req), req.body, req.context
    if h.authenticator.needs_factor(req.who.role):
        raise NotNow("factor_needed")
    who = checked(req, session.staff, given.password)

    def off(code: str, recovery: str | None):
        h.ledger.do(req.who.actor, second_factors.turn_off, name=who.name, code=code, recovery=recovery)

    with_code(req, who, given.code, off)
    h.authenticator.look_at_factors()
    return 204, None


@endpoint("DELETE", "/staff/{name}/second-factor", reasoned=True, reason_needed=True, gives={204: None, 202: models.PendingAct},
          held=ACCOUNT, may="manage_staff", tag="people", refuses=("no_such_staff", "own_factor", "reason_missing"))  # fmt: skip
def reset_second_factor(req: ApiRequest, name: str):
    """For somebody whose phone is lost: signed out everywhere, and led to set it up anew. Nobody does it for oneself."""
    old = req.floor.staff.get(name)
    if old is None:
        raise NotFound("no_such_staff", name=name)
    ensure_may_rank(req, old.role)
    if req.who.staff == name:
        raise NotNow("own_factor")

    def answer(tx, _):
        req.context.authenticator.dismiss_all(name)  # before anybody is told of it
        req.context.authenticator.factor_gone(name)
        return 204, None

    done = req.do(second_factors.reset, answer, name=name)
    req.context.authenticator.look_at_factors()
    return done
