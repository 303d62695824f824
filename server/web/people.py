"""Doors for people: sign in and out, one's own password, staff, tokens. Passwords are hashed here, before the writer is asked."""

from __future__ import annotations

import json

from flask import request

from ..actions import people
from ..domain.errors import NotAllowed, NotFound, NotNow, NotSignedIn, WrongBody
from . import auth, errors, models
from .table import ALL, MANAGERS, Ask, door, items, response

WAITS = 5  # s to wait for a turn at hashing


class Turn:
    """Two passwords are hashed at once, no more: many sign-ins must not slow the calling."""

    def __init__(self, ask: Ask):
        self._turns = ask.house.hashing

    def __enter__(self):
        if not self._turns.acquire(timeout=WAITS):
            raise errors.BadRequest("busy", 503)

    def __exit__(self, *_):
        self._turns.release()


def hashed(ask: Ask, password: str) -> str:
    with Turn(ask):
        return ask.house.passwords.hashed(password)


def fits(ask: Ask, hash: str | None, password: str) -> bool:
    with Turn(ask):
        return ask.house.passwords.fits(hash, password)


# -- signing in


@door("POST", "/session", body=models.SignIn, gives={201: models.SignedIn}, anew=True, tag="people",
      refuses=("bad_password", "locked_out", "no_such_window"))  # fmt: skip
def sign_in(ask: Ask):
    """Sign in. The answer sets a cookie and gives the CSRF token that goes back as X-CSRF-Token with every change."""
    h, given = ask.house, ask.body
    name = given.name.strip()
    known = h.ledger.do("system", people.look_up, name=name)
    right = fits(ask, known["hash"], given.password)
    if not right:
        security = h.settings.security
        raise h.ledger.do("public", people.refuse, name=name, failures=security.failures, lockout=security.lockout)

    def answer(entry, session):
        return 201, {"session": session.id}

    kept = ask.do(people.sign_in, answer, secret=True, name=name, window=given.window, password_hash=known["hash"])
    session = h.gate.session(kept.json()["session"])
    if session is None:  # the answer to an old key, and that session has ended
        raise NotSignedIn("session_ended")
    cookie = h.gate.admit(session)
    sent = response((kept.status, session_of(ask, session)))
    if kept.replayed:
        sent.headers["Idempotency-Replayed"] = "true"
    secure = h.settings.security.secure_cookies or request.is_secure
    sent.set_cookie(auth.COOKIE, cookie, httponly=True, samesite="Lax", path="/", secure=secure)
    return sent


def session_of(ask: Ask, session) -> dict:
    """What a page knows of the person before it."""
    me = me_of(ask.floor.staff[session.staff], ask.house.gate.window_of(session))
    return {k: me[k] for k in ("name", "role", "window", "must_change")} | {"csrf": session.csrf, "staff": me}


def signed_in(ask: Ask):
    if ask.who.session is None:
        raise NotSignedIn("session_ended" if request.cookies.get(auth.COOKIE) else "no_token")
    return ask.who.session


@door("GET", "/session", gives={200: models.SignedIn}, tag="people", refuses=("session_ended",))
def get_session(ask: Ask):
    """The session again, for a page that was reloaded."""
    return 200, session_of(ask, signed_in(ask))


@door("DELETE", "/session", gives={204: None}, tag="people")
def sign_out(ask: Ask):
    """Sign out. Whoever is signed out already stays so."""
    session = ask.who.session
    if session:
        ask.house.ledger.do(ask.who.key, people.sign_out, session=session.id)
        ask.house.gate.dismiss(session.id)
    sent = response((204, None))
    sent.delete_cookie(auth.COOKIE, path="/")
    return sent


@door("DELETE", "/session/elsewhere", gives={204: None}, tag="people", refuses=("session_ended",))
def sign_out_elsewhere(ask: Ask):
    """End one's sessions on other machines: a clerk who moves to another desk."""
    session = signed_in(ask)
    ask.house.ledger.do(ask.who.key, people.end_elsewhere, session=session.id)
    ask.house.gate.dismiss_all(session.staff, but=session.id)
    return 204, None


@door("GET", "/me", gives={200: models.Me}, roles=ALL, tag="people")
def get_me(ask: Ask):
    """Who I am to this hall, by token or by session."""
    who = ask.who
    must_change = bool(who.session) and ask.floor.staff[who.name].must_change
    return 200, {"name": who.name, "role": who.role, "window": who.window, "must_change": must_change}


def me_of(staff, window: str | None) -> dict:
    return {
        "name": staff.name,
        "shown": staff.shown,
        "role": staff.role,
        "window": window,
        "must_change": staff.must_change,
        "keys": json.loads(staff.keys or "{}"),
    }


@door("PUT", "/session/keys", body=models.DeskKeys, gives={200: models.SignedIn}, tag="people")
def set_keys(ask: Ask):
    """The desk page's keys, as one likes them."""
    session = signed_in(ask)
    keys = json.dumps(ask.body.keys, ensure_ascii=False, sort_keys=True)
    ask.house.ledger.do(ask.who.key, people.change_staff, name=session.staff, keys=keys)
    return 200, session_of(ask, session)


@door("PUT", "/session/password", body=models.NewPassword, gives={200: models.SignedIn}, tag="people",
      refuses=("bad_password", "weak_password"))  # fmt: skip
def change_password(ask: Ask):
    """A new password of one's own. It ends one's sessions elsewhere."""
    session, given, who = signed_in(ask), ask.body, ask.who
    known = ask.house.ledger.do("system", people.look_up, name=who.name)
    if not fits(ask, known["hash"], given.old):
        security = ask.house.settings.security
        raise ask.house.ledger.do(who.key, people.refuse, name=who.name, failures=security.failures, lockout=security.lockout)
    ensure_strong(ask, given.password, who.name, given.old)
    hash = hashed(ask, given.password)
    ask.house.ledger.do(who.key, people.set_password, name=who.name, password_hash=hash, must_change=False, keep_session=session.id)
    ask.house.gate.dismiss_all(who.name, but=session.id)
    return 200, session_of(ask, session)


def ensure_strong(ask: Ask, password: str, name: str, old: str) -> None:
    least = ask.house.settings.security.password_length
    if not ask.house.passwords.strong(password, name=name, old=old, least=least):
        refusal = WrongBody("weak_password", length=least)
        refusal.errors = [{"field": "password", "code": "weak_password", "length": least}]
        raise refusal


# -- staff


def with_password(password: str):
    return lambda entry, staff: (201, {"staff": staff_of(staff), "password": password})


def staff_of(s) -> dict:
    shown = {"name": s.name, "role": s.role, "shown": s.shown, "title": s.title, "photo": s.photo, "stars": s.stars}
    return shown | {"must_change": s.must_change, "disabled": s.disabled}


def ensure_may_rank(ask: Ask, role: str | None) -> None:
    """Only an administrator makes administrators, and auditors, who watch everybody."""
    if role in ("admin", "auditor") and ask.who.role != "admin":
        raise NotAllowed("wrong_role", role=ask.who.role)


@door("GET", "/staff", gives={200: models.Staff}, lists=True, roles=MANAGERS, tag="people")
def list_staff(ask: Ask):
    """Everybody who may sign in."""
    return items([staff_of(s) for s in sorted(ask.floor.staff.values(), key=lambda s: s.name)])


@door("POST", "/staff", body=models.NewStaff, gives={201: models.MadeStaff}, roles=MANAGERS, tag="people", refuses=("name_taken",))
def add_staff(ask: Ask):
    """Add a member of staff. The answer holds the first password, this once."""
    given = ask.body
    ensure_may_rank(ask, given.role)
    password = ask.house.passwords.first_password()
    shown = {k: v for k, v in given.given().items() if k not in ("name", "role") and v is not None}
    answer = with_password(password)
    hash = hashed(ask, password)
    return ask.do(people.add_staff, answer, secret=True, name=given.name.strip(), role=given.role, password_hash=hash, **shown)


@door("PUT", "/staff/{name}", body=models.ChangeStaff, gives={200: models.Staff}, roles=MANAGERS, tag="people",
      refuses=("no_such_staff", "last_admin"))  # fmt: skip
def change_staff(ask: Ask, name: str):
    """Change a role or a face, or disable somebody."""
    changes = {k: v for k, v in ask.body.given().items() if v is not None}
    old = ask.floor.staff.get(name)
    ensure_may_rank(ask, old.role if old else None)
    ensure_may_rank(ask, changes.get("role"))
    kept = ask.do(people.change_staff, lambda entry, s: (200, staff_of(s)), name=name, **changes)
    staff = ask.floor.staff.get(name)
    if staff and old and (staff.disabled or staff.role != old.role):
        ask.house.gate.dismiss_all(name)
    return kept


@door("POST", "/staff/{name}/password", gives={201: models.MadeStaff}, roles=MANAGERS, tag="people", refuses=("no_such_staff",))
def reset_password(ask: Ask, name: str):
    """A new first password for somebody who forgot theirs; it also unlocks the account."""
    old = ask.floor.staff.get(name)
    if old is None:
        raise NotFound("no_such_staff", name=name)
    ensure_may_rank(ask, old.role)
    password = ask.house.passwords.first_password()
    answer = with_password(password)
    hash = hashed(ask, password)
    kept = ask.do(people.set_password, answer, secret=True, name=name, password_hash=hash, must_change=True)
    ask.house.gate.dismiss_all(name)
    return kept


# -- tokens


def token_of(t, instant) -> dict:
    known = {"id": t.id, "role": t.role, "window": t.window, "name": t.name}
    return known | {"made_at": instant(t.made_at), "revoked_at": instant(t.revoked_at)}


@door("GET", "/tokens", gives={200: models.Token}, lists=True, roles=MANAGERS, tag="people")
def list_tokens(ask: Ask):
    """Tokens of devices and programs, without their secrets."""
    instant = ask.house.look().instant
    return items([token_of(t, instant) for t in sorted(ask.floor.tokens.values(), key=lambda t: t.made_at)])


@door("POST", "/tokens", body=models.NewToken, gives={201: models.MadeToken}, roles=MANAGERS, tag="people", refuses=("no_such_window",))
def make_token(ask: Ask):
    """A token for a device or program. Its plain text is shown this once."""
    given = ask.body
    ensure_may_rank(ask, given.role)

    def answer(entry, made):
        token, plain = made
        return 201, {"token": token_of(token, ask.house.inside(entry).instant), "plain": plain}

    return ask.do(people.make_token, answer, secret=True, role=given.role, window=given.window, name=given.name or "")


@door("DELETE", "/tokens/{id}", gives={204: None}, roles=MANAGERS, tag="people", refuses=("no_such_token",))
def revoke_token(ask: Ask, id: str):
    """Revoke a token, at once and for good."""
    token = ask.floor.tokens.get(id)
    ensure_may_rank(ask, token.role if token else None)
    if token and token.id == ask.who.token:
        raise NotNow("own_token")
    return ask.do(people.revoke_token, lambda entry, _: (204, None), id=id)
