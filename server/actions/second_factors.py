"""The second factor of a sign-in: a secret shared with an app, whose codes change with the time (RFC 6238), and recovery codes on paper.

What is kept is sealed with the hall's key, a recovery code only as passwords are (argon2, server/runtime/passwords.py); none of it goes
into the journal or an answer that is kept. What cannot be read opens nothing. A code is good once. Wrong ones are counted for the person,
wherever they come from: who types one knew the password, so nobody is locked out by strangers; a right password takes none of them back.
"""

from __future__ import annotations

import json
import secrets
import unicodedata
from dataclasses import dataclass, replace
from typing import Any

from pyotp import random_base32
from pyotp.exceptions import OTPVerificationError
from pyotp.totp import TOTP

from ..domain import events
from ..domain.errors import NotNow, NotSignedIn, WrongBody
from ..domain.private import Secret, StaffSession, Starting
from ..domain.transaction import Transaction
from . import lockout

PURPOSE = "second factor"
STEP = 30  # s
EARLY_OR_LATE = 1  # steps by which a phone's clock may be off
FAR_OFF = 240  # steps within which a wrong clock is told from a wrong code, while a factor is being set up
BEGUN_LASTS = 900_000  # ms in which a factor that is being set up waits for its first code
SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"  # none that people mix up on paper
RECOVERY_CODES = 8
SELECTOR = 2  # signs of a recovery code by which its hash is found; the others are what must be guessed
LENGTH = 12  # signs


@dataclass(frozen=True, kw_only=True)
class SecondFactor:
    """`secret` in Base32. `last`: the time step of the code that was used last; it and earlier ones are used up. `recovery`: {its first
    signs: hash} of the recovery codes that are left."""

    secret: str
    last: int
    recovery: dict[str, str]


# -- the codes themselves


def new_secret() -> str:
    """160 random bits in Base32."""
    return random_base32()


def address(secret: str, *, hall: str, name: str) -> str:
    """What the QR code says to an app: `otpauth://totp/…`."""
    return TOTP(secret).provisioning_uri(name=name, issuer_name=hall.replace(":", " "))


def new_recovery_codes() -> list[str]:
    """Like `k4mq-7x2n-pz9w`, each beginning in its own way."""
    made: dict[str, str] = {}
    while len(made) < RECOVERY_CODES:
        code = "".join(secrets.choice(SIGNS) for _ in range(LENGTH))
        made[code[:SELECTOR]] = "-".join(code[n : n + 4] for n in range(0, LENGTH, 4))
    return list(made.values())


def typed(code: str) -> str:
    """A code as it was meant: however it was grouped, in whatever width and case."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", code).lower() if sign.isalnum())


def is_recovery(code: str) -> bool:
    """Whether it has the form of a recovery code; asked of a code as `typed` gives it."""
    return len(code) == LENGTH and set(code) <= set(SIGNS)


def step_of(secret: str, code: str, now: int, within: int = EARLY_OR_LATE) -> int | None:
    """The time step whose code it is, so many steps around `now` (ms); None where it is of none."""
    try:
        return TOTP(secret).verify_and_get_timecode(code, for_time=now / 1000, valid_window=within)
    except OTPVerificationError:
        return None


# -- whose


def names(tx: Transaction) -> frozenset[str]:
    """Who has one."""
    return frozenset(secret.name.removeprefix("second:") for secret in tx.find(Secret, name=Starting("second:")))


def of(tx: Transaction, *, name: str) -> SecondFactor | None:
    """Somebody's; None where there is none. One that cannot be read is refused: to go on as without it would open the door."""
    kept = tx.find(Secret, name=f"second:{name}")
    if not kept:
        return None
    told = _unsealed(tx, kept[0].value, name)
    if told is None:
        raise NotSignedIn("factor_unreadable")
    return SecondFactor(**told)


def recovery_hash(tx: Transaction, *, name: str, selector: str) -> str | None:
    """What a recovery code that begins so is compared with."""
    factor = of(tx, name=name)
    return factor.recovery.get(selector) if factor else None


# -- a code is asked for


def ensure_code(tx: Transaction, *, name: str, code: str, recovery: str | None = None) -> None:
    """Uses a code up where this person has a second factor: one of the app as it was `typed`, or the hash `recovery` of a recovery code
    that was found right. Refused where it is missing, wrong or used up, or too many were wrong; a wrong one is counted by `refuse`."""
    factor = of(tx, name=name)
    if factor is None:
        return
    until = lockout.locked_until(tx, _tries(name))
    if until > tx.now:
        raise lockout.locked_out(until - tx.now)
    if not code:
        raise NotSignedIn("code_needed")
    step = step_of(factor.secret, code, tx.now)
    if step is not None and step > factor.last:
        _keep(tx, name, replace(factor, last=step))
    elif recovery is not None and recovery in factor.recovery.values():
        _keep(tx, name, replace(factor, recovery={start: hash for start, hash in factor.recovery.items() if hash != recovery}))
        tx.tell(events.StaffChanged(staff=name, change="recovery_code"))
    else:
        raise NotSignedIn("bad_code")
    tx.forget(Secret, name=_tries(name))


def refuse(tx: Transaction, *, name: str, near: str, failures: int, pause: int) -> NotSignedIn:
    """Counts a wrong code; the `failures`th in a row keeps the person out for `pause` seconds, from everywhere. Answers the refusal."""
    locked = lockout.count_wrong(tx, _tries(name), failures=failures, lockout=pause)
    tx.tell(events.StaffRefused(staff=name, locked=locked, near=near, why="code"))
    return NotSignedIn("bad_code")


def forgive(tx: Transaction, *, name: str) -> int:
    """Forgets wrong codes: for somebody else than the person, who could guess on and on otherwise."""
    return tx.forget(Secret, name=_tries(name))


# -- set up, turned off, reset


def begin(
    tx: Transaction, *, name: str, session: str, secret: str, hashes: dict[str, str], code: str = "", recovery: str | None = None
) -> None:
    """A new factor, which counts once its first code was typed in the same session. Who has one already needs a code of that."""
    ensure_code(tx, name=name, code=code, recovery=recovery)
    told = {"secret": secret, "recovery": hashes, "session": session, "at": tx.now}
    tx.keep(Secret(name=_begun(name), value=_sealed(tx, told, name)))


def enrol(tx: Transaction, *, name: str, session: str, code: str) -> StaffSession:
    """The first code was right: from now on nobody signs in as this person without. Every session of before ends; answers the new one."""
    kept = tx.find(Secret, name=_begun(name))
    told = _unsealed(tx, kept[0].value, name) if kept else None
    if told is None or told["session"] != session or not 0 <= tx.now - told["at"] <= BEGUN_LASTS:
        raise NotNow("factor_not_begun")
    step = step_of(told["secret"], code, tx.now)
    if step is None:
        raise _unfit(told["secret"], code, tx.now)
    mine = tx.find(StaffSession, id=session)
    if not mine:
        raise NotSignedIn("session_ended")
    _keep(tx, name, SecondFactor(secret=told["secret"], last=step, recovery=told["recovery"]))
    tx.forget(Secret, name=_begun(name))
    tx.forget(StaffSession, staff=name)
    new = replace(mine[0], id=secrets.token_urlsafe(24), csrf=secrets.token_urlsafe(24), made_at=tx.now, seen_at=tx.now)
    tx.keep(new)
    tx.tell(events.StaffChanged(staff=name, change="second_factor"))
    return new


def _unfit(secret: str, code: str, now: int) -> WrongBody:
    """A code that does not fit, while its secret is on the screen beside it: a wrong clock is told from a wrong code."""
    other = step_of(secret, code, now, FAR_OFF)
    if other is None:
        return WrongBody("bad_code", errors=[{"field": "code", "code": "bad_code"}])
    minutes = max(1, round(abs(other - now // 1000 // STEP) * STEP / 60))
    return WrongBody("clocks_differ", minutes=minutes, errors=[{"field": "code", "code": "clocks_differ", "minutes": minutes}])


def turn_off(tx: Transaction, *, name: str, code: str, recovery: str | None = None) -> bool:
    """By the person, with a code. False where there was none."""
    ensure_code(tx, name=name, code=code, recovery=recovery)
    return _removed(tx, name, "second_factor_off")


def reset(tx: Transaction, *, name: str) -> bool:
    """By somebody else, for a lost phone: signed out everywhere and without a factor. False where there was none."""
    tx.forget(StaffSession, staff=name)
    return _removed(tx, name, "second_factor_reset")


def _removed(tx: Transaction, name: str, change: str) -> bool:
    tx.forget(Secret, name=_begun(name))
    tx.forget(Secret, name=_tries(name))
    if not tx.forget(Secret, name=f"second:{name}"):
        return False
    tx.tell(events.StaffChanged(staff=name, change=change))
    return True


# -- how it is kept


def _keep(tx: Transaction, name: str, factor: SecondFactor) -> None:
    tx.keep(Secret(name=f"second:{name}", value=_sealed(tx, vars(factor), name)))


def _sealed(tx: Transaction, told: dict[str, Any], name: str) -> str:
    return tx.keys.lock(PURPOSE, json.dumps(told), name)


def _unsealed(tx: Transaction, sealed: str, name: str) -> dict[str, Any] | None:
    plain = tx.keys.unlock(PURPOSE, sealed, name)
    return None if plain is None else json.loads(plain)


def _begun(name: str) -> str:
    return f"second-begun:{name}"


def _tries(name: str) -> str:
    return f"codes:{name}"
