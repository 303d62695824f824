"""Files that only the holder of a private key can open, in the form of age (age-encryption.org/v1). It keeps no key and no file in clear.

pyrage is loaded by those only who encrypt; it has no types of its own.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

HEADER = b"age-encryption.org/"


class NoKey(ValueError):
    """A text that is no key of its kind."""


class Unopened(Exception):
    """The file is not encrypted to this key, or is not as it was written."""


def new_key() -> tuple[str, str]:
    """A (private, public) key: AGE-SECRET-KEY-1… and age1…"""
    private = _age().x25519.Identity.generate()
    return str(private), str(private.to_public())


def public_key(text: str) -> str:
    """A public key as it is written, if it is one. NoKey."""
    return str(_recipient(text))


def encrypted(file: Path) -> bool:
    with file.open("rb") as handle:
        return handle.read(len(HEADER)) == HEADER


def encrypt(source: Any, out: Any, public_keys: list[str]) -> None:
    """From one open file to another, piece by piece. NoKey."""
    _age().encrypt_io(source, out, [_recipient(key) for key in public_keys])


def decrypt(source: Any, out: Any, private_key: str) -> None:
    """From one open file to another. `private_key` is the text of a key's file, with or without its comments. NoKey, Unopened; what `out`
    holds then is not to be used. OSError where a disk fails."""
    age = _age()
    lines = [line.strip() for line in private_key.splitlines() if line.strip() and not line.startswith("#")]
    try:
        keys = [age.x25519.Identity.from_str(line) for line in lines]
    except age.IdentityError as error:
        raise NoKey(str(error)) from None
    if not keys:
        raise NoKey("there is no key in it")
    try:
        age.decrypt_io(source, out, keys)
    except age.DecryptError as error:
        raise Unopened(str(error)) from None
    except OSError as error:
        if error.errno:
            raise
        raise Unopened(str(error)) from None  # a piece that does not fit


def _recipient(text: str) -> Any:
    age = _age()
    try:
        return age.x25519.Recipient.from_str(text)
    except age.RecipientError as error:
        raise NoKey(str(error)) from None


def _age() -> Any:
    return importlib.import_module("pyrage")
