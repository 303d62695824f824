"""Who sent the present request, and whether they may do what they ask for."""

from __future__ import annotations

import hmac

from flask import g, request

from ..domain.errors import NotAllowed, NotSignedIn
from ..domain.permissions import VISITOR, Permission
from .authenticator import COOKIE, VISITOR_COOKIE, Caller, identify
from .context import context

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
        found = found or identify(h.authenticator, h.clock(), bearer=given, cookie=cookies.get(COOKIE), visitor=cookies.get(VISITOR_COOKIE))
        if found.session and request.method in CHANGES:
            sent = request.headers.get("X-CSRF-Token", "")
            if not hmac.compare_digest(sent.encode(), found.session.csrf.encode()):
                raise NotAllowed("no_csrf")
        g.caller = found
    return g.caller


def require(who: Caller, what: Permission | None) -> None:
    """`what` None: anybody at all."""
    if who.may(what):
        return
    if who.role in ("", VISITOR):
        had = request.cookies.get(COOKIE) is not None
        raise NotSignedIn("session_ended" if had else "no_token")
    raise NotAllowed("wrong_role", role=who.role)
