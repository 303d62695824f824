"""The hall's own key: unguessable codes and keyed hashes that need no table. The key never leaves this machine's data folder.

A track code is `<ticket id><mac>`, so it is in no event and no row, and yet leads to its ticket.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

FILE = "hall.key"
BYTES = 32
HPKE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
ID = 16  # base32 characters: 80 random bits
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
MAC = 12  # base32 characters: 60 bits


def _b32(data: bytes) -> str:
    return base64.b32encode(data).decode().rstrip("=").lower()


def new_id() -> str:
    """80 random bits as 16 letters and digits."""
    return _b32(secrets.token_bytes(10))


def sync_folder(folder: Path) -> None:
    """Has the names in a folder written to the disk, too. Windows does that by itself and knows no such call."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


class HallUnfit(Exception):
    """Key and journal of a folder do not belong together, or one is gone; nothing was changed. `code` is of the words of `start`."""

    def __init__(self, code: str, **facts: Any):
        super().__init__(code)
        self.code, self.facts = code, facts


class Keys:
    def __init__(self, key: bytes):
        self._key = key

    @classmethod
    def of(cls, folder: Path) -> Keys:
        """The key in a data folder. HallUnfit where there is none, or it is not whole: it is never made anew by the way."""
        path = Path(folder) / FILE
        try:
            key = path.read_bytes()
        except FileNotFoundError:
            raise HallUnfit("key_missing", folder=str(folder)) from None
        if len(key) != BYTES:
            raise HallUnfit("key_short", folder=str(folder), bytes=len(key))
        return cls(key)

    @classmethod
    def made(cls, folder: Path) -> Keys:
        """A new key in a folder that has none, readable by its owner only: whole on the disk, or not there at all."""
        path, part = Path(folder) / FILE, Path(folder) / f".{FILE}.part"
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(BYTES))
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
        sync_folder(Path(folder))
        return cls.of(folder)

    def mac(self, purpose: str, text: str) -> bytes:
        return hmac.new(self._key, f"{purpose}\0{text}".encode(), hashlib.sha256).digest()

    def hashed(self, purpose: str, text: str) -> str:
        """A keyed hash for matching (an ID number, a phone): worthless without this hall's key."""
        return _b32(self.mac(purpose, text)[:20])

    def code(self, purpose: str, id: str) -> str:
        """An unguessable code for a thing: its id and a mac."""
        return id + _b32(self.mac(purpose, id))[:MAC]

    def lock(self, purpose: str, text: str, with_: str) -> str:
        """`text` sealed for this hall's own later use, bound to `with_`."""
        nonce = secrets.token_bytes(12)
        return base64.b64encode(nonce + self._lock(purpose).encrypt(nonce, text.encode(), with_.encode())).decode()

    def unlock(self, purpose: str, locked: str, with_: str) -> str | None:
        try:
            data = base64.b64decode(locked, validate=True)
            return self._lock(purpose).decrypt(data[:12], data[12:], with_.encode()).decode()
        except (ValueError, InvalidTag):
            return None

    def _lock(self, purpose: str) -> AESGCM:
        return AESGCM(self.mac("answers", "seal") if purpose == "answer" else self.mac("lock", purpose))  # the elder one of the two

    def push_key(self) -> str:
        """The private key this hall signs web pushes with (VAPID), base64url."""
        number = int.from_bytes(self.mac("push", "vapid"), "big") % (P256_ORDER - 1) + 1
        return base64.urlsafe_b64encode(number.to_bytes(32, "big")).decode().rstrip("=")

    def push_public(self) -> bytes:
        """The public half, as browsers want it: 65 bytes, uncompressed."""
        number = int.from_bytes(base64.urlsafe_b64decode(self.push_key() + "="), "big")
        public = ec.derive_private_key(number, ec.SECP256R1()).public_key()
        return public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    def signing(self) -> Ed25519PrivateKey:
        """The private half of the key that checkpoints are signed with (record/checkpoint.py)."""
        return Ed25519PrivateKey.from_private_bytes(self.mac("checkpoint", "ed25519"))

    def seal(self) -> X25519PrivateKey:
        """The private half of the key that kiosks seal a holder with (docs/kiosk-door.md)."""
        return X25519PrivateKey.from_private_bytes(self.mac("seal", "holder"))

    def public_seal(self) -> bytes:
        return self.seal().public_key().public_bytes_raw()

    def unseal(self, sealed: str | None, id: str) -> Any:
        """The JSON value a kiosk sealed for the ticket `id`; None where there is none or it is not ours."""
        try:
            box = base64.b64decode(sealed or "", validate=True)
            return json.loads(self._unseal_2(box, id) or self._unseal_1(box, id))
        except (ValueError, InvalidTag):
            return None

    def _unseal_2(self, box: bytes, id: str) -> bytes | None:
        try:
            return HPKE.decrypt(box, self.seal(), f"hallfloor holder 2 {id}".encode())
        except InvalidTag:
            return None

    def _unseal_1(self, box: bytes, id: str) -> bytes:
        """As kiosks of version 0.1 sealed it: E, nonce, AES-256-GCM."""
        ours = self.seal()
        salt = box[:32] + ours.public_key().public_bytes_raw()
        shared = ours.exchange(X25519PublicKey.from_public_bytes(box[:32]))
        key = HKDF(algorithm=SHA256(), length=32, salt=salt, info=b"hallfloor holder 1").derive(shared)
        return AESGCM(key).decrypt(box[32:44], box[44:], id.encode())

    def id_of(self, purpose: str, code: str) -> str | None:
        """The id behind a code, or None for a code this hall never made."""
        code = code.lower()
        id = code[:-MAC]
        return id if id and hmac.compare_digest(self.code(purpose, id).encode(), code.encode()) else None

    def cookie_secret(self) -> bytes:
        return self.mac("cookie", "session")
