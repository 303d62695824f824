"""Who may come in: tokens, staff, their sessions. No secret enters the journal or leaves this room in clear, except once.

Passwords arrive here already hashed (argon2 takes its time, and the writer has none). What a Secret holds is said in domain/private.py.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import unicodedata
from dataclasses import replace
from typing import Any

from config.codes import Role, StaffRole

from ..domain import events
from ..domain.errors import NotAllowed, NotFound, NotNow, NotSignedIn, WrongBody, coded
from ..domain.permissions import OF_TOKENS, ONE_WINDOW
from ..domain.private import Below, But, Secret, StaffSession, Starting
from ..domain.texts import gathered
from ..domain.things import Staff, Token
from ..domain.transaction import Transaction
from . import lockout, second_factors
from .given import tells_holders

DAY = 86_400_000  # ms
EARLIER = 10  # passwords of the past that are kept, as hashes
CHANGEABLE = ("role", "shown", "photo", "stars", "title", "keys", "disabled")


# -- tokens


def make_token(
    tx: Transaction,
    *,
    role: str,
    window: str | None = None,
    name: str = "",
    shown: str = "",
    place: str = "",
    until: int | None = None,
    paired: bool = False,
) -> tuple[Token, str]:
    """A new token and its plain text, which is shown this once: `<id>.<256 random bits>`. It ends at `until` (ms), and with the rights
    of the person who made it, but for a `paired` machine: that is the hall's, and goes on when a manager leaves. People have none.
    """
    role = coded(Role, role, "role")
    if role not in OF_TOKENS:
        raise WrongBody(
            "bad_body", errors=[{"field": "role", "code": "literal_error", "expected": sorted(role.value for role in OF_TOKENS)}]
        )
    if until is not None and until <= tx.now:
        raise WrongBody("bad_body", errors=[{"field": "until", "code": "past"}])
    if role in ONE_WINDOW and not window:
        raise WrongBody("bad_body", errors=[{"field": "window", "code": "missing"}])
    if window is not None and window not in tx.floor.windows:
        raise NotFound("no_such_window", window=window)
    secret = secrets.token_urlsafe(32)
    token = Token(id=tx.new_id(), role=role, window=window, name=name, shown=shown, place=place, made_at=tx.now, until=until)
    token = replace(token, maker="hall" if paired else tx.actor)
    tx.tell(events.TokenMade(window=window, token=token.id, role=role), token)
    tx.keep(Secret(name=f"token:{token.id}", value=digest(secret)))
    return token, f"{token.id}.{secret}"


def revoke_token(tx: Transaction, *, id: str) -> Token:
    """The token is worth nothing from now on. A second time changes nothing."""
    old = tx.floor.tokens.get(id)
    if old is None:
        raise NotFound("no_such_token")
    if old.revoked_at is not None:
        return old
    gone = replace(old, revoked_at=tx.now)
    tx.tell(events.TokenRevoked(window=old.window, token=id), gone)
    tx.forget(Secret, name=f"token:{id}")
    return gone


def digest(secret: str) -> str:
    """What is kept of a token. 256 random bits need no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


# -- staff


def can_be_called(name: str) -> bool:
    """Whether a name can stand in an address and in the journal and be told from every other: no slash, no letter that is not seen, no
    dots alone, and no letters of two alphabets that look alike."""
    alphabets = {unicodedata.name(sign, "").split()[0] for sign in name if sign.isalpha()} & {"LATIN", "CYRILLIC", "GREEK"}
    seen = all(unicodedata.category(sign)[0] not in "CZ" or sign == " " for sign in name)
    return seen and not {"/", "\\"} & set(name) and name.strip(". ") != "" and len(alphabets) < 2


def add_staff(tx: Transaction, *, name: str, role: str, password_hash: str, **shown: Any) -> Staff:
    """A member of staff with a first password."""
    role = coded(StaffRole, role, "role")
    if name in tx.floor.staff:
        raise NotNow("name_taken", name=name)
    if not can_be_called(name):
        raise WrongBody("bad_body", errors=[{"field": "name", "code": "name_form"}])
    added = Staff(name=name, role=role, **_changeable(shown))
    tx.tell(events.StaffChanged(staff=name, change="added"), added)
    tx.keep(Secret(name=f"staff:{name}", value=password_hash))
    tx.keep(Secret(name=f"set:{name}", value=str(tx.now)))
    return added


@tells_holders
def change_staff(tx: Transaction, *, name: str, **changes: Any) -> Staff:
    """Role, face, keys, or whether somebody may sign in at all. Whoever is disabled is signed out at once."""
    old = find_staff(tx, name)
    changes = _changeable(changes, old)
    new = replace(old, **changes | {"role": coded(StaffRole, changes.get("role", old.role), "role")})
    if new == old:
        return old
    loses = old.role == StaffRole.ADMIN and not old.disabled and (new.role != StaffRole.ADMIN or new.disabled)
    if loses and sum(s.role == StaffRole.ADMIN and not s.disabled for s in tx.floor.staff.values()) == 1:
        raise NotNow("last_admin")
    change = "disabled" if new.disabled and not old.disabled else "enabled" if old.disabled and not new.disabled else "changed"
    tx.tell(events.StaffChanged(staff=name, change=change), new)
    if new.disabled or new.role != old.role:
        tx.forget(StaffSession, staff=name)
    return new


def _changeable(changes: dict[str, Any], old: Staff | None = None) -> dict[str, Any]:
    given = gathered("staff", changes, old and vars(old))
    return {k: v for k, v in given.items() if k in CHANGEABLE}


def set_password(tx: Transaction, *, name: str, password_hash: str, must_change: bool, keep_session: str = "") -> Staff:
    """A new password. It ends every session of that person but the one it was set in, and forgets failures; wrong codes only where
    somebody else sets it (`must_change`)."""
    old = find_staff(tx, name)
    new = replace(old, must_change=must_change)
    tx.tell(events.StaffChanged(staff=name, change="password_reset" if must_change else "password"), new)
    past = [had for had in (_secret(tx, f"staff:{name}"), *earlier(tx, name=name)) if had]
    tx.keep(Secret(name=f"earlier:{name}", value=json.dumps(past[:EARLIER])))
    tx.keep(Secret(name=f"staff:{name}", value=password_hash))
    tx.keep(Secret(name=f"set:{name}", value=str(tx.now)))
    tx.forget(Secret, name=Starting(f"tries:{name}:"))
    if must_change:
        second_factors.forgive(tx, name=name)
    tx.forget(StaffSession, staff=name, id=But(keep_session))
    return new


def earlier(tx: Transaction, *, name: str) -> list[str]:
    """The hashes of somebody's earlier passwords, the latest first."""
    return json.loads(_secret(tx, f"earlier:{name}") or "[]")


def find_staff(tx: Transaction, name: str) -> Staff:
    staff = tx.floor.staff.get(name)
    if staff is None:
        raise NotFound("no_such_staff", name=name)
    return staff


# -- signing in and out


def look_up(tx: Transaction, *, name: str, near: str) -> dict[str, Any]:
    """What a sign-in needs to know before it may compare: the password's hash, and until when (ms) it is locked for the address it comes
    from (`near`, a fingerprint). Whoever guesses from elsewhere locks nobody out.
    """
    staff = tx.floor.staff.get(name)
    hash = _secret(tx, f"staff:{name}") if staff and not staff.disabled else None
    return {"hash": hash, "locked_until": lockout.locked_until(tx, _tries(name, near))}


def _tries(name: str, near: str) -> str:
    return f"tries:{name}:{near}"


def sign_in(
    tx: Transaction,
    *,
    name: str,
    near: str,
    window: str | None = None,
    password_hash: str = "",
    password_days: int = 0,
    code: str = "",
    recovery: str | None = None,
) -> StaffSession:
    """The password was right. `password_hash` is what was compared: if it has been changed meanwhile, it was not. One that was set more
    than `password_days` ago (0: no matter when) must be changed before anything else. `code`, `recovery`: see second_factors.ensure_code.
    """
    staff = tx.floor.staff.get(name)
    seen = look_up(tx, name=name, near=near)
    if staff is None or seen["hash"] is None or seen["hash"] != password_hash:
        raise NotSignedIn("bad_password")
    if seen["locked_until"] > tx.now:
        raise lockout.locked_out(seen["locked_until"] - tx.now)
    if window is not None and window not in tx.floor.windows:
        raise NotFound("no_such_window", window=window)
    second_factors.ensure_code(tx, name=name, code=code, recovery=recovery)
    tx.forget(Secret, name=_tries(name, near))
    known = _secret(tx, f"set:{name}")
    if known is None:  # set by an earlier version
        tx.keep(Secret(name=f"set:{name}", value=str(tx.now)))
    elif password_days and not staff.must_change and tx.now - int(known) > password_days * DAY:
        tx.tell(events.StaffChanged(staff=name, change="password_old"), replace(staff, must_change=True))
    session = StaffSession(
        id=secrets.token_urlsafe(24), staff=name, csrf=secrets.token_urlsafe(24), window=window, made_at=tx.now, seen_at=tx.now
    )
    tx.keep(session)
    tx.tell(events.StaffSignedIn(staff=name, window=window, near=near))
    return session


def refuse_place(tx: Transaction, *, name: str, near: str) -> NotAllowed:
    """The password was right, and the address is not one from which such a role may come. Answers the refusal to give."""
    tx.tell(events.StaffRefused(staff=name, near=near, why="place"))
    return NotAllowed("not_from_here")


def refuse(tx: Transaction, *, name: str, near: str, failures: int, pause: int) -> NotSignedIn:
    """Counts a wrong password; the `failures`th in a row locks the name for that address for `pause` seconds. Answers the refusal to
    give. A name that nobody has is not written down: it may be a password typed into the wrong field.
    """
    if name not in tx.floor.staff:
        tx.tell(events.StaffRefused(staff="", near=near))
        return NotSignedIn("bad_password")
    key = _tries(name, near)
    until = lockout.locked_until(tx, key)
    if until > tx.now:
        return lockout.locked_out(until - tx.now)
    locked = lockout.count_wrong(tx, key, failures=failures, lockout=pause)
    tx.tell(events.StaffRefused(staff=name, locked=locked, near=near))
    return NotSignedIn("bad_password")


def sign_out(tx: Transaction, *, session: str) -> bool:
    """Ends a session; one that has ended already is no mistake."""
    found = tx.find(StaffSession, id=session)
    if not found:
        return False
    tx.forget(StaffSession, id=session)
    tx.tell(events.StaffSignedOut(staff=found[0].staff, window=found[0].window))
    return True


def end_elsewhere(tx: Transaction, *, session: str) -> int:
    """Ends the other sessions of the person whose session this is; answers how many there were."""
    mine = tx.find(StaffSession, id=session)
    name = mine[0].staff if mine else ""
    others = tx.find(StaffSession, staff=name, id=But(session))
    for other in others:
        tx.tell(events.StaffSignedOut(staff=name, window=other.window))
    tx.forget(StaffSession, staff=name, id=But(session))
    return len(others)


def end_sessions(tx: Transaction, *, name: str) -> int:
    """Signs somebody out everywhere; answers how many sessions there were."""
    staff = find_staff(tx, name)
    ended = tx.find(StaffSession, staff=staff.name)
    for one in ended:
        tx.tell(events.StaffSignedOut(staff=staff.name, window=one.window))
    tx.forget(StaffSession, staff=staff.name)
    return len(ended)


def unlock(tx: Transaction, *, name: str, codes: bool = True) -> Staff:
    """A locked account may try again. `codes`: also after wrong codes, of which nobody forgives one's own."""
    staff = find_staff(tx, name)
    forgotten = second_factors.forgive(tx, name=name) if codes else 0
    if tx.forget(Secret, name=Starting(f"tries:{name}:")) + forgotten:
        tx.tell(events.StaffChanged(staff=name, change="unlocked"))
    return staff


def sessions(tx: Transaction) -> list[StaffSession]:
    """All sessions, for a server that has just started."""
    return tx.find(StaffSession)


def see_sessions(tx: Transaction, *, seen: dict[str, int], ended_before: int) -> int:
    """Notes when sessions were last used (ms) and drops those not used since `ended_before`."""
    for session in tx.find(StaffSession):
        if seen.get(session.id, 0) > session.seen_at:
            tx.keep(replace(session, seen_at=seen[session.id]))
    return tx.forget(StaffSession, seen_at=Below(ended_before))


def token_hash(tx: Transaction, *, id: str) -> str | None:
    return _secret(tx, f"token:{id}")


def _secret(tx: Transaction, name: str) -> str | None:
    found = tx.find(Secret, name=name)
    return found[0].value if found else None
