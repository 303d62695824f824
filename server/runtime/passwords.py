"""Passwords: how they are hashed (argon2id), compared, judged, and made up for the first time. It keeps none."""

from __future__ import annotations

import secrets
import string
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

HASHER = PasswordHasher()  # argon2id with the library's defaults (RFC 9106, low memory): some 200 ms of a core
LEAST_KINDS = 3  # of small letters, capitals, digits, signs


def hashed(password: str) -> str:
    return HASHER.hash(password)


def fits(hash: str | None, password: str) -> bool:
    """Whether it is the password. Without a hash it takes as long, so that the time tells nobody which names there are."""
    try:
        return HASHER.verify(hash or _nobodys(), password) and hash is not None
    except VerificationError:
        return False


@cache
def _nobodys() -> str:
    return HASHER.hash(secrets.token_hex(8))


def strong(password: str, *, name: str, old: str, least: int) -> bool:
    """Long enough, of three kinds of characters, and neither the name nor the old one."""
    kinds = [any(f(c) for c in password) for f in (str.islower, str.isupper, str.isdigit, lambda c: not c.isalnum())]
    kinds[0] = kinds[0] or any(c.isalpha() and not c.isascii() for c in password)
    return len(password) >= least and sum(kinds) >= LEAST_KINDS and password != old and name.lower() not in password.lower()


def first_password() -> str:
    """Twelve letters and digits in three groups, none that people mix up on paper."""
    signs = [c for c in string.ascii_letters + string.digits if c not in "O0oIl1"]
    while True:
        made = "-".join("".join(secrets.choice(signs) for _ in range(4)) for _ in range(3))
        if any(c.islower() for c in made) and any(c.isupper() for c in made) and any(c.isdigit() for c in made):
            return made
