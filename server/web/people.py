"""Doors for people: sign in and out, one's own password, staff, tokens."""

from __future__ import annotations

import json

from flask import request

from config.codes import HeldAct, Role, StaffRole

from ..actions import people
from ..domain.errors import NotAllowed, NotFound, NotNow, NotSignedIn, WrongBody
from ..domain.permissions import APART, DONE_WITH, MAY, TRUSTED, may, may_rank
from ..domain.texts import pick
from . import authenticator, models
from .auth import kept_to_tls
from .credentials import checked, fits, hashed, with_code
from .second import Held
from .table import ApiRequest, endpoint, items, response

# -- signing in


@endpoint("POST", "/session", body=models.SignIn, gives={201: models.SignedIn}, anew=True, tag="people",
      refuses=("bad_password", "locked_out", "too_many_requests", "no_such_window", "not_from_here", "code_needed",
               "bad_code", "factor_unreadable"))  # fmt: skip
def sign_in(req: ApiRequest):
    """Sign in. The answer sets a cookie and gives the CSRF token that goes back as X-CSRF-Token with every change."""
    h, given = req.context, req.body
    name = given.name.strip()
    who = checked(req, name, given.password)
    near = who.near
    if not h.authenticator.from_here(req.floor.staff[name].role, request.remote_addr):
        h.attempts.right(who.address, who.called)
        raise h.ledger.do(req.who.actor, people.refuse_place, name=name, near=near)

    def answer(tx, session):
        return 201, {"session": session.id}

    days = h.settings.security.password_days
    mine = {"name": name, "near": near, "window": given.window, "password_hash": who.hash, "password_days": days}
    signed = lambda code, recovery: req.do(people.sign_in, answer, secret=True, code=code, recovery=recovery, **mine)
    kept = with_code(req, who, given.code, signed)
    session = h.authenticator.session(json.loads(kept.body)["session"])
    if session is None:  # the answer to an old key, and that session has ended
        raise NotSignedIn("session_ended")
    h.attempts.good(who.address, who.called)
    sent = entered(req, session, kept.status)
    if kept.replayed:
        sent.headers["Idempotency-Replayed"] = "true"
    return sent


def entered(req: ApiRequest, session, status: int):
    """The answer that gives a page its session."""
    cookie = req.context.authenticator.admit(session)
    sent = response((status, session_of(req, session)))
    sent.set_cookie(authenticator.COOKIE, cookie, httponly=True, samesite="Lax", path="/", secure=kept_to_tls())
    return sent


def session_of(req: ApiRequest, session) -> dict:
    """What a page knows of the person before it."""
    who = req.context.authenticator
    me = me_of(req, req.floor.staff[session.staff], who.window_of(session))
    return {k: me[k] for k in ("name", "role", "window", "must_change")} | {
        "csrf": session.csrf,
        "must_enrol": who.must_enrol(session.staff, me["role"]),
        "staff": me,
        "password_length": req.context.settings.security.password_length,
    }


def signed_in(req: ApiRequest):
    if req.who.session is None:
        raise NotSignedIn("session_ended" if request.cookies.get(authenticator.COOKIE) else "no_token")
    return req.who.session


@endpoint("GET", "/session", gives={200: models.SignedIn}, tag="people", refuses=("session_ended",))
def get_session(req: ApiRequest):
    """The session again, for a page that was reloaded."""
    return 200, session_of(req, signed_in(req))


@endpoint("DELETE", "/session", gives={204: None}, tag="people")
def sign_out(req: ApiRequest):
    """Sign out. Whoever is signed out already stays so."""
    session = req.who.session
    if session:
        req.context.authenticator.dismiss(session.id)  # first: whoever is told of it finds the right already ended
        req.context.ledger.do(req.who.actor, people.sign_out, session=session.id)
    sent = response((204, None))
    sent.delete_cookie(authenticator.COOKIE, path="/")
    return sent


@endpoint("DELETE", "/session/elsewhere", gives={204: None}, tag="people", refuses=("session_ended",))
def sign_out_elsewhere(req: ApiRequest):
    """End one's sessions on other machines: a clerk who moves to another desk."""
    session = signed_in(req)
    req.context.authenticator.dismiss_all(session.staff, but=session.id)
    req.context.ledger.do(req.who.actor, people.end_elsewhere, session=session.id)
    return 204, None


@endpoint("GET", "/sessions", gives={200: models.Session}, lists=True, tag="people", refuses=("session_ended",))
def list_sessions(req: ApiRequest):
    """Where one is signed in; for whoever looks after staff, where each of them is."""
    mine, instant, seen = signed_in(req), req.context.view().instant, req.context.authenticator.sessions(req.now)
    everybody = req.who.may("manage_staff")
    told = lambda s, at: {
        "staff": s.staff,
        "window": s.window,
        "made_at": instant(s.made_at),
        "seen_at": instant(at),
        "mine": s.staff == mine.staff,
        "here": s.id == mine.id,
    }
    return items([told(s, at) for s, at in seen if everybody or s.staff == mine.staff])


@endpoint("GET", "/me", gives={200: models.Me}, may="look", first=True, tag="people")
def get_me(req: ApiRequest):
    """Who I am to this hall, by token or by session."""
    who = req.who
    return 200, {"name": who.name, "role": who.role, "window": who.window, "must_change": who.must_change}


def me_of(req: ApiRequest, staff, window: str | None) -> dict:
    there, security = roles_there(req), req.context.settings.security
    return {
        "name": staff.name,
        "shown": staff.shown,
        "role": staff.role,
        "window": window,
        "must_change": staff.must_change,
        "keys": json.loads(staff.keys or "{}"),
        "may": sorted(MAY[staff.role]),
        "looks_after": [r for r in StaffRole if may(staff.role, "manage_staff") and may_rank(staff.role, r, there=there)],
        "confirms": security.confirm and any(may(staff.role, DONE_WITH[act]) for act in security.confirm_acts),
    }


@endpoint("PUT", "/session/keys", body=models.DeskKeys, gives={200: models.SignedIn}, tag="people")
def set_keys(req: ApiRequest):
    """The desk page's keys, as one likes them."""
    session = signed_in(req)
    keys = json.dumps(req.body.keys, ensure_ascii=False, sort_keys=True)
    req.context.ledger.do(req.who.actor, people.change_staff, name=session.staff, keys=keys)
    return 200, session_of(req, session)


@endpoint("PUT", "/session/password", body=models.NewPassword, gives={200: models.SignedIn}, tag="people",
      refuses=("bad_password", "weak_password", "used_password"))  # fmt: skip
def change_password(req: ApiRequest):
    """A new password of one's own. It ends one's sessions elsewhere."""
    session, given, who = signed_in(req), req.body, req.who
    right = checked(req, who.name, given.old)
    req.context.attempts.right(right.address, right.called)
    ensure_strong(req, given.password, who.name, given.old)
    ensure_fresh(req, given.password, who.name)
    hash = hashed(req, given.password)
    req.context.authenticator.dismiss_all(who.name, but=session.id)
    req.context.ledger.do(who.actor, people.set_password, name=who.name, password_hash=hash, must_change=False, keep_session=session.id)
    return 200, session_of(req, session)


def ensure_strong(req: ApiRequest, password: str, name: str, old: str) -> None:
    least = req.context.settings.security.password_length
    if not req.context.passwords.strong(password, name=name, old=old, least=least):
        raise WrongBody("weak_password", length=least, errors=[{"field": "password", "code": "weak_password", "length": least}])


def ensure_fresh(req: ApiRequest, password: str, name: str) -> None:
    """Not one of the last passwords that this person had."""
    most, h = req.context.settings.security.password_history, req.context
    if any(fits(req, hash, password) for hash in h.ledger.do("hall", people.earlier, name=name)[:most]):
        raise WrongBody("used_password", count=most, errors=[{"field": "password", "code": "used_password", "count": most}])


# -- staff


def with_password(req: ApiRequest, password: str):
    return lambda tx, staff: (201, {"staff": staff_of(req, staff), "password": password})


def staff_of(req: ApiRequest, s) -> dict:
    shown = {"name": s.name, "role": s.role, "shown": s.shown, "photo": s.photo, "stars": s.stars}
    shown |= {"title": pick(s.title), "titles": s.title}
    who = req.context.authenticator
    shown |= {"second_factor": s.name in who.with_factor, "second_factor_needed": who.needs_factor(s.role)}
    return shown | {"must_change": s.must_change, "disabled": s.disabled, "serves": s.serves}


def account_act(req: ApiRequest) -> HeldAct | None:
    """Of a change of an account: those who manage or audit are two persons' business; a face or a name is nobody's."""
    old = req.floor.staff.get(req.path.get("name", ""))
    given = getattr(req.body, "role", None)
    rights = req.endpoint.method in ("POST", "DELETE") or given is not None or getattr(req.body, "disabled", None) is not None
    return HeldAct.ACCOUNTS if rights and {given, old and old.role} & TRUSTED else None


def account_name(req: ApiRequest) -> str:
    return req.path.get("name") or req.body.name.strip()


ACCOUNT = Held(act=account_act, thing=lambda req, tx: tx.floor.staff.get(account_name(req)), about=account_name)
TOKEN = Held(
    act=lambda req: HeldAct.TOKENS,
    thing=lambda req, tx: tx.floor.tokens.get(req.path["id"]),
    about=lambda req: (token := req.floor.tokens.get(req.path["id"])) and (token.shown or token.name or token.window) or req.path["id"],
)


def roles_there(req: ApiRequest) -> set[str]:
    """Of all who may sign in."""
    return {s.role for s in req.floor.staff.values() if not s.disabled}


def ensure_may_rank(req: ApiRequest, role: str | None) -> None:
    """Who looks after whom: MAY_RANK. A command on the hall's own machine may: whoever keeps that can change everything, and the journal
    names it."""
    mine, there = req.who.role, roles_there(req)
    program = mine == Role.AUDITOR and req.who.session is None  # reads, and looks after nobody
    if req.who is authenticator.COMMAND or (role is None and not program):
        return
    if not program and may_rank(mine, role or "", there=there):
        return
    if role == Role.AUDITOR and mine in (Role.ADMIN, Role.SECURITY):
        raise NotAllowed("auditors_only")
    if Role.SECURITY in there and mine not in APART:
        raise NotAllowed("security_only")
    raise NotAllowed("wrong_role", role=mine)


@endpoint("GET", "/staff", gives={200: models.Staff}, lists=True, may="manage_staff", tag="people")
def list_staff(req: ApiRequest):
    """Everybody who may sign in."""
    return items([staff_of(req, s) for s in sorted(req.floor.staff.values(), key=lambda s: s.name)])


@endpoint(
    "POST",
    "/staff",
    reasoned=True,
    body=models.NewStaff,
    gives={201: models.MadeStaff, 202: models.PendingAct},
    held=ACCOUNT,
    may="manage_staff",
    tag="people",
    refuses=("name_taken",),
)
def add_staff(req: ApiRequest):
    """Add a member of staff. The answer holds the first password, this once."""
    given = req.body
    ensure_may_rank(req, given.role)
    password = req.context.passwords.first_password()
    shown = {k: v for k, v in given.given().items() if k not in ("name", "role") and v is not None}
    answer = with_password(req, password)
    hash = hashed(req, password)
    return req.do(people.add_staff, answer, secret=True, name=given.name.strip(), role=given.role, password_hash=hash, **shown)


@endpoint("PUT", "/staff/{name}", reasoned=True, body=models.ChangeStaff, gives={200: models.Staff, 202: models.PendingAct},
          held=ACCOUNT, may="manage_staff", tag="people", refuses=("no_such_staff", "last_admin"))  # fmt: skip
def change_staff(req: ApiRequest, name: str):
    """Change a role or a face, or disable somebody."""
    changes = {k: v for k, v in req.body.given().items() if v is not None}
    old = req.floor.staff.get(name)
    ensure_may_rank(req, old.role if old else None)
    ensure_may_rank(req, changes.get("role"))
    if old and req.who.staff == name and changes.get("role", old.role) != old.role:
        raise NotNow("own_role")

    def answer(tx, staff):
        if staff.disabled or (old and staff.role != old.role):
            req.context.authenticator.dismiss_all(name)  # before anybody is told of it
        return 200, staff_of(req, staff)

    return req.do(people.change_staff, answer, name=name, **changes)


@endpoint(
    "POST",
    "/staff/{name}/password",
    reasoned=True,
    gives={201: models.MadeStaff, 202: models.PendingAct},
    held=ACCOUNT,
    may="manage_staff",
    tag="people",
    refuses=("no_such_staff",),
)
def reset_password(req: ApiRequest, name: str):
    """A new first password for somebody who forgot theirs; it also unlocks the account."""
    old = req.floor.staff.get(name)
    if old is None:
        raise NotFound("no_such_staff", name=name)
    ensure_may_rank(req, old.role)
    if req.who.staff == name:
        raise NotNow("own_password")
    password = req.context.passwords.first_password()
    hash = hashed(req, password)

    def answer(tx, staff):
        req.context.authenticator.dismiss_all(name)  # before anybody is told of it
        return with_password(req, password)(tx, staff)

    return req.do(people.set_password, answer, secret=True, name=name, password_hash=hash, must_change=True)


@endpoint(
    "DELETE", "/staff/{name}/sessions", reasoned=True, gives={204: None}, may="manage_staff", tag="people", refuses=("no_such_staff",)
)
def end_sessions(req: ApiRequest, name: str):
    """Sign somebody out everywhere: a lost tablet, a desk left open."""
    old = req.floor.staff.get(name)
    ensure_may_rank(req, old.role if old else None)
    if old:
        req.context.authenticator.dismiss_all(name)  # before anybody is told of it
    return req.do(people.end_sessions, lambda tx, _: (204, None), name=name)


@endpoint(
    "DELETE", "/staff/{name}/lock", reasoned=True, gives={200: models.Staff}, may="manage_staff", tag="people", refuses=("no_such_staff",)
)
def unlock(req: ApiRequest, name: str):
    """Let somebody who is locked out after wrong passwords or codes try again; one's own wrong codes somebody else has to forgive."""
    old = req.floor.staff.get(name)
    ensure_may_rank(req, old.role if old else None)
    return req.do(people.unlock, lambda tx, s: (200, staff_of(req, s)), name=name, codes=req.who.staff != name)


# -- tokens


def token_of(t, instant, *, good: bool = True) -> dict:
    known = {"id": t.id, "role": t.role, "window": t.window, "name": t.name}
    ends = {"made_at": instant(t.made_at), "revoked_at": instant(t.revoked_at), "until": instant(t.until)}
    return known | ends | {"maker": t.maker, "good": good}


@endpoint("GET", "/tokens", gives={200: models.Token}, lists=True, may="manage_tokens", tag="people")
def list_tokens(req: ApiRequest):
    """Tokens of devices and programs, without their secrets."""
    instant = req.context.view().instant
    good = req.context.authenticator.stands
    return items([token_of(t, instant, good=good(t)) for t in sorted(req.floor.tokens.values(), key=lambda t: t.made_at)])


@endpoint("POST", "/tokens", reasoned=True, body=models.NewToken, gives={201: models.MadeToken}, may="manage_tokens",
      tag="people", refuses=("no_such_window",))  # fmt: skip
def make_token(req: ApiRequest):
    """A token for a device or program. Its plain text is shown this once."""
    given = req.body
    ensure_may_rank(req, given.role)
    known = [one.code for one in req.floor.neighbours.items]
    if given.role is Role.HALL and given.name not in known:
        raise WrongBody("bad_body", errors=[{"field": "name", "code": "literal_error", "expected": known}])

    def answer(tx, made):
        token, plain = made
        return 201, {"token": token_of(token, req.context.view_in(tx).instant), "plain": plain}

    return req.do(
        people.make_token,
        answer,
        secret=True,
        role=given.role,
        window=given.window,
        name=given.name or "",
        until=models.milliseconds(given.until),
    )


@endpoint("DELETE", "/tokens/{id}", reasoned=True, gives={204: None, 202: models.PendingAct}, held=TOKEN, may="manage_tokens", tag="people",
          refuses=("no_such_token",))  # fmt: skip
def revoke_token(req: ApiRequest, id: str):
    """Revoke a token, at once and for good."""
    token = req.floor.tokens.get(id)
    ensure_may_rank(req, token.role if token else None)
    if token and token.id == req.who.token:
        raise NotNow("own_token")
    return req.do(people.revoke_token, lambda tx, _: (204, None), id=id)
