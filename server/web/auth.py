"""Who sent the present request, and whether they may do what they ask for."""

from __future__ import annotations

import hmac

from flask import g, request

from ..domain.errors import NotAllowed, NotSignedIn
from ..domain.permissions import VISITOR, Permission, may
from .authenticator import COOKIE, VISITOR_COOKIE, Caller, identify
from .context import context

POLL = "X-Hall-Poll"  # a page asks again by itself: nobody need be there
CHANGES = ("POST", "PUT", "DELETE", "PATCH")


def caller(*, anew: bool = False) -> Caller:
    """Who sent the present request; checked once, with the CSRF token of a change made by cookie. `anew`: cookies do not count."""
    if "caller" not in g:
        h = context()
        scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
        given = bearer.strip() if scheme.lower() == "bearer" else None
        if scheme and given is None:
            raise NotSignedIn("bad_token")
        cookies = {} if anew else request.cookies
        found = given and h.authenticator.of_command(given, request.remote_addr)
        by_hand = request.method in CHANGES or POLL not in request.headers
        found = found or identify(
            h.authenticator,
            h.clock(),
            bearer=given,
            cookie=cookies.get(COOKIE),
            visitor=cookies.get(VISITOR_COOKIE),
            touch=by_hand,
            address=request.remote_addr,
        )
        if found.session and request.method in CHANGES:
            sent = request.headers.get("X-CSRF-Token", "")
            if not hmac.compare_digest(sent.encode(), found.session.csrf.encode()):
                raise NotAllowed("no_csrf")
        g.caller = found
    return g.caller


def kept_to_tls() -> bool:
    """Whether a cookie given now may come back by https only."""
    settings = context().settings
    return settings.security.secure_cookies or request.is_secure or (settings.server.public_url or "").startswith("https:")


def require(who: Caller, what: Permission | None, *, first: bool = False) -> None:
    """`what` None: anybody at all. `first`: also before the first password is changed or a second factor is set up."""
    if who.may(what) or (first and may(who.role, what)):
        return
    if who.must_change and may(who.role, what):
        raise NotAllowed("password_first")
    if who.must_enrol and may(who.role, what):
        raise NotAllowed("factor_first")
    if who.role in ("", VISITOR):
        had = request.cookies.get(COOKIE) is not None
        raise NotSignedIn("session_ended" if had else "no_token")
    raise NotAllowed("wrong_role", role=who.role)
