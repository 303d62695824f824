"""A person, sealed so that only the hall server can read it; and the ids of a lent ticket. The text is docs/kiosk-door.md §3."""

from __future__ import annotations

import base64
import json
import secrets
from typing import Any

INFO = b"hallfloor holder 2 "


def sealed(thing: Any, public: bytes, ticket: str) -> str:
    """The JSON in a box of HPKE (RFC 9180) for the X25519 public key of the server; bound to the ticket's id."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
    from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

    text = json.dumps(thing, ensure_ascii=False).encode()
    suite = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
    return base64.b64encode(suite.encrypt(text, X25519PublicKey.from_public_bytes(public), INFO + ticket.encode())).decode()


def ticket_id(loan: str, number: str) -> str:
    return f"{loan}-{number.lower()}"


def new_track() -> str:
    """The code behind the slip's QR: 128 random bits. Made here, because paper cannot wait for the server."""
    return base64.b32encode(secrets.token_bytes(16)).decode().rstrip("=").lower()
