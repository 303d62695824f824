"""A person, sealed so that only the hall server can read it; and a lent ticket's track code. Pure; docs/kiosk-door.md §3 is the text."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
from typing import Any

INFO = b"hallfloor holder 1"
MAC = 12  # characters


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


def track(id: str, key: str) -> str:
    """The code behind the slip's QR, as the server will know it. `key`: the loan's, in hex."""
    mac = hmac.new(bytes.fromhex(key), b"track\0" + id.encode(), hashlib.sha256).digest()
    return id + base64.b32encode(mac).decode().lower()[:MAC]
