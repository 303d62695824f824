"""A person, sealed so that only the hall server can read it; and the ids of a lent ticket. The text is docs/kiosk-door.md §3."""

from __future__ import annotations

import base64
import json
import os
import secrets
from typing import Any

INFO = b"hallfloor holder 1"


def sealed(thing: Any, public: bytes, ticket: str) -> str:
    """base64(E, nonce, AES-256-GCM of the JSON) for the X25519 public key of the server; bound to the ticket's id."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    once = X25519PrivateKey.generate()
    ours = once.public_key().public_bytes_raw()
    shared = once.exchange(X25519PublicKey.from_public_bytes(public))
    key = HKDF(algorithm=hashes.SHA256(), length=32, salt=ours + public, info=INFO).derive(shared)
    nonce = os.urandom(12)
    text = json.dumps(thing, ensure_ascii=False).encode()
    return base64.b64encode(ours + nonce + AESGCM(key).encrypt(nonce, text, ticket.encode("ascii"))).decode()


def ticket_id(loan: str, number: str) -> str:
    return f"{loan}-{number.lower()}"


def new_track() -> str:
    """The code behind the slip's QR: 128 random bits. Made here, because paper cannot wait for the server."""
    return base64.b32encode(secrets.token_bytes(16)).decode().rstrip("=").lower()
