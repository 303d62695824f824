"""What is typed to sign in, compared with what the hall keeps: a password, and the code of a second factor. Each try is counted before the
next is looked at. Passwords and recovery codes are hashed here, before the writer is asked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from flask import request

from ..actions import lockout, people, second_factors
from ..domain.errors import HallError, NotSignedIn
from . import errors
from .table import ApiRequest

WAITS = 5  # s to wait for a turn at hashing
R = TypeVar("R")


class Turn:
    """Two passwords are hashed at once, no more: many sign-ins must not slow the calling."""

    def __init__(self, req: ApiRequest):
        self._turns = req.context.hashing

    def __enter__(self):
        if not self._turns.acquire(timeout=WAITS):
            raise errors.BadRequest("busy", 503)

    def __exit__(self, *_):
        self._turns.release()


def hashed(req: ApiRequest, password: str) -> str:
    if req.only_tried:
        return ""
    with Turn(req):
        return req.context.passwords.hashed(password)


def fits(req: ApiRequest, hash: str | None, password: str) -> bool:
    with Turn(req):
        return req.context.passwords.fits(hash, password)


@dataclass(frozen=True, kw_only=True)
class RightPassword:
    """Whose password was right, its `hash`, and from where: the `address`, `near`, its fingerprint in the journal, and the name's."""

    name: str
    hash: str
    near: str
    address: str
    called: str


def checked(req: ApiRequest, name: str, password: str) -> RightPassword:
    """Of a password that is right. Whoever tries too often is refused before one is hashed, by the address; somebody else's wrong guesses
    keep nobody out who comes from a place of their own. The attempt stays counted until `with_code` has seen the whole of it.
    """
    h, security, address = req.context, req.context.settings.security, request.remote_addr or ""
    near, called = h.ledger.keys.hashed("address", address)[:16], h.ledger.keys.hashed("name", name)
    known = h.ledger.do("hall", people.look_up, name=name, near=near)
    if known["locked_until"] > req.now:
        raise lockout.locked_out(known["locked_until"] - req.now)
    if not h.attempts.begin(address, called):
        raise errors.BadRequest("too_many_requests", 429)
    if known["hash"] is None and h.attempts.locked(address, called):
        raise lockout.locked_out(security.lockout * 1000)
    if not fits(req, known["hash"], password) or known["hash"] is None:
        raise h.ledger.do(req.who.actor, people.refuse, name=name, near=near, failures=security.failures, pause=security.lockout)
    return RightPassword(name=name, hash=known["hash"], near=near, address=address, called=called)


def with_code(req: ApiRequest, who: RightPassword, code: str | None, act: Callable[[str, str | None], R]) -> R:
    """What `act(code, recovery)` does for somebody whose password was right; it asks for the code in the transaction in which it does
    it, so that a request that was done before is answered before its code, used by then, is looked at. A wrong code is counted.
    """
    h, code = req.context, second_factors.typed(code or "")
    try:
        if not code:
            done = act("", None)
        else:
            recovery = right_recovery(req, who.name, code)
            with h.authenticator.one_code:
                done = counted(req, who, lambda: act(code, recovery))
    except HallError as refused:
        if refused.code not in ("bad_code", "locked_out"):
            h.attempts.right(who.address, who.called)
        raise
    h.attempts.right(who.address, who.called)
    return done


def counted(req: ApiRequest, who: RightPassword, act: Callable[[], R]) -> R:
    try:
        return act()
    except NotSignedIn as refused:
        if refused.code != "bad_code":
            raise
        h, security = req.context, req.context.settings.security
        count = {"failures": security.failures, "pause": security.lockout}
        raise h.ledger.do(req.who.actor, second_factors.refuse, name=who.name, near=who.near, **count) from None


def right_recovery(req: ApiRequest, name: str, code: str) -> str | None:
    """The hash that the hall keeps of a recovery code, where it is one that is still good."""
    if not second_factors.is_recovery(code):
        return None
    hash = req.context.ledger.do("hall", second_factors.recovery_hash, name=name, selector=code[: second_factors.SELECTOR])
    return hash if fits(req, hash, code) else None
