"""Signed checkpoints: what the journal was at a moment, told to those who keep it away from this machine. They change nothing here.

The hall signs with a key that is made of its own (hall.key), so that a restored backup signs as before. Whoever holds that key can sign
a chain that was written anew; what cannot be changed any more is a checkpoint, or its key's fingerprint, that somebody else has kept.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import os
import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from ..runtime.periodic import PeriodicTask
from . import store
from .keys import HallUnfit, Keys, sync_folder
from .ledger import canonical, instant, own_keys

FORM = 1
PURPOSE = b"hallfloor checkpoint 1\n"
OWN_FOLDER = "checkpoints"  # in the data folder, where no other is set
NAME = "checkpoint-{at}-{seq}.json"
PATTERN = "checkpoint-*.json"
EVERY = 3_600_000  # ms


class NotACheckpoint(Exception):
    """A text that is no checkpoint, or was changed after it was signed. `code` is of the words of `checkpoint`."""

    def __init__(self, code: str, file: str = ""):
        super().__init__(code)
        self.code, self.facts = code, {"file": file}


class NothingToSign(Exception):
    """The journal is empty."""

    def __init__(self, folder: Path):
        super().__init__(f"{folder} holds no event yet: there is nothing to sign.")


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """`hall`'s code; `seq` and `hash` of the journal's last row; `at` in RFC 3339; the public `key` and `signature` (Ed25519) in base64."""

    hall: str
    seq: int
    hash: str
    at: str
    key: str
    signature: str = ""

    @property
    def text(self) -> str:
        """One line of JSON: what stands in the file and in the QR code."""
        return canonical({"checkpoint": FORM} | asdict(self))

    @property
    def signed(self) -> bytes:
        """The bytes that the signature is of."""
        return PURPOSE + canonical({k: v for k, v in asdict(self).items() if k != "signature"}).encode()

    @property
    def fingerprint(self) -> str:
        return fingerprint(base64.b64decode(self.key))

    @property
    def file_name(self) -> str:
        return NAME.format(at=f"{datetime.fromisoformat(self.at):%Y%m%d-%H%M%S}", seq=self.seq)


def fingerprint(key: bytes) -> str:
    """Of a public key, to be read out and compared: 128 bits of its SHA-256, in groups of four."""
    text = hashlib.sha256(key).hexdigest()[:32]
    return " ".join(text[i : i + 4] for i in range(0, len(text), 4))


def plain(told: str) -> str:
    """A fingerprint as somebody typed it, without what it is spaced with."""
    return "".join(told.split()).replace("-", "").replace(":", "").lower()


# -- made


def make(folder: Path, *, clock: Callable[[], int]) -> Checkpoint:
    """Of the hall in a folder as it stands on the disk, also beside a running server. HallUnfit where key, journal and seal do not belong
    together: what is not this hall's own is not signed. NothingToSign; FileNotFoundError where there is no hall."""
    with contextlib.closing(store.open_reader(folder)) as reader:
        reader.execute("BEGIN")
        last = reader.execute("SELECT seq, hash FROM events ORDER BY seq DESC LIMIT 1").fetchone()
        if last is None:
            raise NothingToSign(folder)
        keys = own_keys(Path(folder), reader)
        code, zone = reader.execute("SELECT code, timezone FROM hall").fetchone() or ("", "Asia/Shanghai")
    return sign(keys, hall=code, seq=last["seq"], hash=last["hash"], at=instant(clock(), ZoneInfo(zone)))


def sign(keys: Keys, *, hall: str, seq: int, hash: str, at: str) -> Checkpoint:
    private = keys.signing()
    key = base64.b64encode(private.public_key().public_bytes_raw()).decode()
    bare = Checkpoint(hall=hall, seq=seq, hash=hash, at=at, key=key)
    return replace(bare, signature=base64.b64encode(private.sign(bare.signed)).decode())


def write(made: Checkpoint, file: Path) -> Path:
    """Whole under its name, or not there at all."""
    part = file.with_name(f".{file.name}.part")
    with part.open("wb") as handle:
        handle.write(made.text.encode() + b"\n")
        handle.flush()
        os.fsync(handle.fileno())
    os.replace(part, file)
    with contextlib.suppress(OSError):  # a share that has no such call
        sync_folder(file.parent)
    return file


class Checkpoints(PeriodicTask):
    """Writes one every hour in which something happened, at the day's end and when the server is stopped, into `to` or a folder of the
    hall's own. `trouble(fact)` hears why none could be written, and "" once one was."""

    def __init__(self, folder: Path, to: Path | None, *, clock: Callable[[], int], trouble: Callable[[str], None], pause: float = 20.0):
        super().__init__("checkpoint", pause, trouble="no checkpoint could be made")
        self.folder, self.to, self.clock, self.trouble = Path(folder), to, clock, trouble
        self._last: Checkpoint | None = None
        self._said = ""

    def tick(self) -> Path | None:
        """Writes one if it is time."""
        last = self._newest()
        if last is not None and abs(self.clock() - _ms(last)) < EVERY and not self._day_ended(last.seq):
            return None
        return self.write_now()

    def close(self) -> None:
        super().close()
        self.attempt(self.write_now)

    def write_now(self) -> Path | None:
        """None where nothing was written since the last one, or nothing can be."""
        try:
            made = make(self.folder, clock=self.clock)
            last = self._newest()
            if last is not None and last.seq == made.seq and last.hash == made.hash:
                return None
            if self.to is None:  # one that is set must be there: a share that is away is not written beside
                self.where.mkdir(exist_ok=True)
            file = write(made, self.where / made.file_name)
        except NothingToSign:
            return None
        except (HallUnfit, OSError, sqlite3.Error) as error:
            self._say(getattr(error, "strerror", None) or str(error))
            return None
        self._last = made
        self._say("")
        return file

    @property
    def where(self) -> Path:
        return self.to or self.folder / OWN_FOLDER

    @property
    def elsewhere(self) -> bool:
        return self.to is not None

    @property
    def last(self) -> Checkpoint | None:
        """The last one that is known, without looking into the folder."""
        return self._last

    def _newest(self) -> Checkpoint | None:
        """The last one that was written here, also before a restart."""
        if self._last is None:
            for file in sorted(self.where.glob(PATTERN), reverse=True):
                with contextlib.suppress(NotACheckpoint, OSError):
                    self._last = read(file.read_text("utf-8"), str(file))
                    break
        return self._last

    def _day_ended(self, seq: int) -> bool:
        with contextlib.closing(store.open_reader(self.folder)) as reader:
            return reader.execute("SELECT 1 FROM events WHERE seq > ? AND kind = 'day.ended' LIMIT 1", (seq,)).fetchone() is not None

    def _say(self, fact: str) -> None:
        if fact and fact != self._said:
            self._log.warning("no checkpoint could be written to %s: %s", self.where, fact)
        self._said = fact
        self.trouble(fact)


def _ms(made: Checkpoint) -> int:
    return int(datetime.fromisoformat(made.at).timestamp() * 1000)


# -- checked


def read(text: str, file: str = "") -> Checkpoint:
    """The checkpoint of a file or a scanned code, its signature checked against the key in it. NotACheckpoint."""
    try:
        told = json.loads(text)
        form = told.pop("checkpoint")
        made = Checkpoint(**told)
        if form != FORM or [type(v) for v in asdict(made).values()] != [str, int, str, str, str, str]:
            raise NotACheckpoint("unreadable", file)
        key, signature = (base64.b64decode(part, validate=True) for part in (made.key, made.signature))
        datetime.fromisoformat(made.at)
        Ed25519PublicKey.from_public_bytes(key).verify(signature, made.signed)
    except InvalidSignature:
        raise NotACheckpoint("forged", file) from None
    except (ValueError, TypeError, KeyError, AttributeError):
        raise NotACheckpoint("unreadable", file) from None
    return made


def read_all(path: Path) -> list[Checkpoint]:
    """Those of a file (one a line) or of a folder's files, by their place in the journal. NotACheckpoint, OSError."""
    files = sorted(path.glob(PATTERN)) if path.is_dir() else [path]
    lines = [(line, str(file)) for file in files for line in file.read_text("utf-8", errors="replace").splitlines() if line.strip()]
    if not lines:
        raise NotACheckpoint("unreadable", str(path))
    return sorted((read(line, file) for line, file in lines), key=lambda made: (made.seq, made.at))


@dataclass(frozen=True)
class Compared:
    """What a checkpoint proves of a journal: `code` of the words of `checkpoint`, "holds" where the journal is what it was."""

    checkpoint: Checkpoint
    code: str
    facts: dict

    @property
    def ok(self) -> bool:
        return self.code == "holds"


def compare(folder: Path, checkpoints: Iterable[Checkpoint]) -> list[Compared]:
    """What each proves of the journal in a folder. Whether the rows before it are its own is told by audit.verify: a hash is of its row
    and of all before it."""
    try:
        own = fingerprint(Keys.of(folder).signing().public_key().public_bytes_raw())
    except HallUnfit:
        own = ""
    with contextlib.closing(store.open_reader(folder)) as reader:
        reader.execute("BEGIN")
        (rows,) = reader.execute("SELECT coalesce(max(seq), 0) FROM events").fetchone()
        (hall,) = reader.execute("SELECT code FROM hall").fetchone() or ("",)
        found = []
        for made in checkpoints:
            row = reader.execute("SELECT hash FROM events WHERE seq = ?", (made.seq,)).fetchone()
            code = _code(made, row and row["hash"], rows, hall, own)
            at = f"{datetime.fromisoformat(made.at):%Y-%m-%d %H:%M:%S}"
            facts = {"seq": made.seq, "at": at, "rows": rows, "next": rows + 1, "hall": hall, "signed_hall": made.hall,
                     "own": own or None, "signed": made.fingerprint}  # fmt: skip
            found.append(Compared(made, code, facts))
    return found


def _code(made: Checkpoint, hash: str | None, rows: int, hall: str, own: str) -> str:
    foreign = made.fingerprint != own
    if hash == made.hash:
        return "key_changed" if foreign else "holds"
    if foreign:
        return "another_hall" if made.hall != hall else "written_anew"
    return "cut" if made.seq > rows else "changed"
