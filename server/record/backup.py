"""A whole hall in one file, taken beside a running server, and put back. It checks what it wrote and never overwrites a hall unasked.

The file is a tar.gz with `hall.db` (SQLite's online backup: one moment of the database), `hall.key` and `backup.json` (when, up to which
event, SHA-256 of both). Without the key the track codes, keyed hashes and the seal of a hall are lost. With public keys the whole of it is
encrypted (age-encryption.org/v1, a `.age` more in the name), and nothing of it lies in clear anywhere but in the hall's own folder;
without, keep the file as safe as the hall.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
import time
import zlib
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from config import age

from ..domain.errors import HallError
from ..runtime.periodic import PeriodicTask
from . import audit, ledger, schema, store
from .keys import FILE as KEY
from .keys import sync_folder

FACTS = "backup.json"
PATTERN = "hall-*.tar.gz*"  # with or without what follows where it is encrypted
ENCRYPTED = ".age"
SCRATCH = ".backup-"
LEFT = 86_400  # s after which what a kill left of a backup is no backup in the making
BAD = "bad-"  # before the name of a copy whose journal is not whole
LONGEST = 3600.0  # s between two tries of a backup that cannot be made


class BackupRefused(Exception):
    """The backup could not be made or put back; the sentence says why and what to do. The hall is as it was."""


class JournalBad(BackupRefused):
    """The journal is not whole, `bad` its first bad row. What there is was kept in `file`, beside the good backups."""

    def __init__(self, file: Path, verdict: audit.Verdict):
        super().__init__(
            f"the journal is not whole: bad {verdict.bad}: {verdict.reason}; what there is was kept aside as {file}, "
            "earlier backups are as they were (hall verify)"
        )
        self.file, self.bad, self.reason = file, verdict.bad, verdict.reason


def make(
    folder: Path, to: Path, *, now: datetime, keep: int | None = None, public_keys: Sequence[str] = ()
) -> tuple[Path, int]:  # fmt: skip
    """Writes and checks a backup of the hall in `folder`; -> (file, number of its last event).

    `to` is a folder (the file is named after `now`) or a file name. `keep` leaves only so many of the newest in that folder. With
    `public_keys` ("age1…") whoever holds the private half of one can open it, and nobody else.
    JournalBad where the journal is not whole: the copy is kept all the same, under another name, and replaces no good one.
    FileNotFoundError where `folder` holds no hall. BackupRefused where a public key is none.
    """
    folder, to = Path(folder), Path(to)
    single = to.name.endswith((".tar.gz", ".tgz", ENCRYPTED))
    file = to if single else to / f"hall-{now:%Y%m%d-%H%M%S}.tar.gz{ENCRYPTED if public_keys else ''}"
    for key in public_keys:
        _ensure_key(key)
    with contextlib.closing(store.open_reader(folder)) as reader:
        file.parent.mkdir(parents=True, exist_ok=True)
        aside = folder if public_keys else file.parent  # what is in clear never lies where backups go
        _sweep(aside)
        with tempfile.TemporaryDirectory(prefix=SCRATCH, dir=aside) as scratch:
            copy = Path(scratch) / store.DATABASE
            _copy(reader, copy)
            _write_private(Path(scratch) / KEY, (folder / KEY).read_bytes())
            verdict = audit.verify(Path(scratch))
            if not verdict.ok:
                file = file.with_name(BAD + file.name)
            shas = {name: _sha256(Path(scratch) / name) for name in (store.DATABASE, KEY)}
            facts = {"at": now.isoformat(timespec="seconds"), "events": verdict.rows, "sha256": shas, "bad": verdict.bad}
            _write_private(Path(scratch) / FACTS, json.dumps(facts, indent=1).encode())
            part = Path(scratch) / "part.tar.gz"
            _pack(part, [Path(scratch) / name for name in (store.DATABASE, KEY, FACTS)])
            if public_keys:
                _encrypt(part, file, list(public_keys))
            else:
                os.replace(part, file)
    if keep and not single:
        for old in sorted(to.glob(PATTERN if verdict.ok else BAD + PATTERN))[:-keep]:
            old.unlink()
    if not verdict.ok:
        raise JournalBad(file, verdict)
    return file, verdict.rows


def restore(file: Path, folder: Path, *, now: datetime, replace: bool = False, private_key: str = "") -> int:
    """Puts a backup into `folder`; -> number of its last event. A hall that is already there is refused, or with `replace` set aside
    as `hall.db.before-<time>`. An encrypted one is opened with the text of the file of a `private_key`, which is written nowhere.
    store.Occupied while a server works on the folder; SchemaNewer where a newer program made it."""
    file, folder = Path(file), Path(folder)
    there = folder / store.DATABASE
    if there.exists() and not replace:
        raise BackupRefused(f"{folder} already holds a hall; give another --data, or --replace to set the old one aside")
    existed = folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=folder) as scratch:
        events = _unpack(_opened(file, Path(scratch), private_key), Path(scratch), file)
        with contextlib.closing(ledger.occupy(folder)):
            stamp = f".before-{now:%Y%m%d-%H%M%S}"
            for name in (store.DATABASE, f"{store.DATABASE}-wal", f"{store.DATABASE}-shm", KEY):
                if (folder / name).exists():
                    os.replace(folder / name, folder / f"{name}{stamp}")
            for name in (KEY, store.DATABASE):
                os.replace(Path(scratch) / name, folder / name)
            sync_folder(folder)
            _hand_over(folder, KEY, store.DATABASE, ledger.LOCK)
    if not existed:
        with contextlib.suppress(OSError):
            folder.chmod(0o700)
    return events


def differences(folder: Path) -> list[str]:
    """audit.replay of a hall in a folder that also an earlier program may have left: a copy of it is brought up to date beside."""
    with contextlib.closing(store.open_reader(folder)) as reader:
        try:
            schema.ensure_whole(reader)
        except schema.SchemaOlder:
            with tempfile.TemporaryDirectory(prefix=SCRATCH, dir=folder) as scratch:
                _copy(reader, Path(scratch) / store.DATABASE)
                with contextlib.closing(sqlite3.connect(Path(scratch) / store.DATABASE, isolation_level=None)) as copy:
                    schema.prepare(copy)
                return audit.replay(Path(scratch))
    return audit.replay(folder)


def result(folder: Path, to: Path, now: datetime, keep: int | None, public_keys: Sequence[str] = ()) -> tuple[str, str, str]:
    """`make` as values, so that another process can do it: ("good", file, events), ("bad", file, what is wrong) or ("failed", "", why)."""
    try:
        file, events = make(folder, to, now=now, keep=keep, public_keys=public_keys)
    except JournalBad as bad:
        return "bad", str(bad.file), f"{bad.bad}: {bad.reason}"
    except (BackupRefused, OSError, sqlite3.Error) as error:
        return "failed", "", getattr(error, "strerror", None) or str(error)
    return "good", str(file), str(events)


class Regular(PeriodicTask):
    """Makes a backup every `hours` while the server runs, counted from the newest file there is; keeps the newest `keep`. One that cannot
    be made is tried again after two minutes, then ever more seldom. `do(to, now, keep)` makes it (see `result`); `trouble(code, fact)`
    hears of "backup" (none could be made) and "journal" (it is not whole), of "backup" also with "" once one was made."""

    def __init__(
        self, folder: Path, to: Path, *, hours: int, keep: int, public_keys: Sequence[str] = (), pause: float = 60.0,
        do: Callable[[Path, datetime, int, Sequence[str]], tuple[str, str, str]] | None = None,
        trouble: Callable[[str, str], None] = lambda code, fact: None,
    ):  # fmt: skip
        super().__init__("backup", pause, trouble=f"no backup could be made in {to}", patience=30)
        self.folder, self.to, self.hours, self.keep = Path(folder), Path(to), hours, keep
        self.public_keys = tuple(public_keys)
        self.do = do or (lambda *given: result(self.folder, *given))
        self.trouble = trouble
        self._failed, self._again_from = 0, 0.0

    def tick(self, now: datetime | None = None) -> Path | None:
        now = now or datetime.now().astimezone()
        last = max(newest(self.to), newest(self.to, BAD + PATTERN))
        if now.timestamp() - last < self.hours * 3600 or now.timestamp() < self._again_from:
            return None
        try:
            outcome, file, fact = self.do(self.to, now, self.keep, self.public_keys)
        except HallError:  # whoever makes it is away: like one that failed
            outcome, file, fact = "failed", "", "worker"
        if outcome == "failed":
            self._failed += 1
            self._again_from = now.timestamp() + min(LONGEST, self.pause * 2 ** min(self._failed, 20))
            self.trouble("backup", fact)
            self._log.error("no backup could be made in %s: %s", self.to, fact)
            return None
        self._failed, self._again_from = 0, 0.0
        self.trouble("backup", "")
        if outcome == "bad":
            self.trouble("journal", fact)
            self._log.error("the journal is not whole (%s); what there is was kept aside as %s", fact, file)
        else:
            self._log.info("backup %s, %s events, checked", file, fact)
        return Path(file)


def newest(folder: Path, pattern: str = PATTERN) -> float:
    """When the newest whole backup in a folder was made (or one of another pattern), s since the epoch; 0 where there is none."""
    return max((p.stat().st_mtime for p in folder.glob(pattern)), default=0.0)


def _copy(reader: sqlite3.Connection, to: Path) -> None:
    with contextlib.closing(sqlite3.connect(to)) as copy:
        reader.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, no -wal beside it
    _private(to)


def _pack(file: Path, parts: list[Path]) -> None:
    _write_private(file, b"")
    with tarfile.open(file, "w:gz", compresslevel=6) as archive:
        for part in parts:
            archive.add(part, part.name, filter=_nameless)
    with file.open("rb+") as handle:
        os.fsync(handle.fileno())


def _ensure_key(public_key: str) -> None:
    try:
        age.public_key(public_key)
    except age.NoKey:
        raise BackupRefused(f"{public_key!r} is no public key for backups (age1…, of hall backup-key)") from None


def _encrypt(clear: Path, file: Path, public_keys: list[str]) -> None:
    """Whole under its name, or not there at all."""
    part = file.with_name(f".{file.name}.part")
    try:
        _write_private(part, b"")
        with clear.open("rb") as source, part.open("wb") as out:
            age.encrypt(source, out, public_keys)
            out.flush()
            os.fsync(out.fileno())
        os.replace(part, file)
        sync_folder(file.parent)
    finally:
        part.unlink(missing_ok=True)


def _opened(file: Path, scratch: Path, private_key: str) -> Path:
    """The file itself, or what it holds where it is encrypted."""
    if not age.encrypted(file):
        return file
    if not private_key:
        raise BackupRefused(f"{file} is encrypted; give the file of the private key (--key). Nothing was changed")
    clear = scratch / "clear.tar.gz"
    _write_private(clear, b"")
    try:
        with file.open("rb") as source, clear.open("wb") as out:
            age.decrypt(source, out, private_key)
    except age.NoKey:
        raise BackupRefused("this is no private key for backups (AGE-SECRET-KEY-1…, of hall backup-key); nothing was changed") from None
    except age.Unopened:
        raise BackupRefused(f"{file} is not encrypted to this key, or is damaged; nothing was changed. Take another backup.") from None
    return clear


def _sweep(folder: Path) -> None:
    """What a kill or a power cut left of a backup in the making."""
    for left in folder.glob(f"{SCRATCH}*"):
        with contextlib.suppress(OSError):
            if left.stat().st_mtime < time.time() - LEFT:
                shutil.rmtree(left)


def _nameless(tx: tarfile.TarInfo) -> tarfile.TarInfo:
    tx.uid = tx.gid = 0
    tx.uname = tx.gname = ""
    tx.mode = 0o600
    return tx


def _unpack(archived: Path, to: Path, file: Path) -> int:
    """Takes the three parts out and checks them; nothing else in the archive is touched. `file` is how it is called."""
    try:
        with tarfile.open(archived, "r:gz") as archive:
            for name in (store.DATABASE, KEY, FACTS):
                _write_private(to / name, b"")
                packed = archive.extractfile(name)
                if packed is None:
                    raise KeyError(name)
                with packed as source, (to / name).open("wb") as part:
                    shutil.copyfileobj(source, part)
                    part.flush()
                    os.fsync(part.fileno())
        shas = json.loads((to / FACTS).read_bytes())["sha256"]
    except FileNotFoundError:
        raise
    except (tarfile.TarError, KeyError, AttributeError, TypeError, ValueError, EOFError, OSError, zlib.error) as error:
        raise BackupRefused(f"{file} is not a whole backup of a hall ({type(error).__name__}); nothing was changed") from None
    if any(shas.get(name) != _sha256(to / name) for name in (store.DATABASE, KEY)):
        raise BackupRefused(f"{file} is damaged; nothing was changed. Take another backup.")
    with contextlib.closing(store.open_reader(to)) as reader:
        schema.ensure_whole(reader, older=True)
    verdict = audit.verify(to)
    if not verdict.ok:
        raise BackupRefused(f"the journal in {file} is not whole: bad {verdict.bad}: {verdict.reason}; nothing was changed")
    return verdict.rows


def _hand_over(folder: Path, *names: str) -> None:
    """What an administrator has put back belongs to whom the folder belongs to: the server runs as that user."""
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        owner = folder.stat()
        for name in names:
            os.chown(folder / name, owner.st_uid, owner.st_gid)


def _write_private(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    _private(path)
    with path.open("rb+") as handle:
        os.fsync(handle.fileno())


def _private(path: Path) -> None:
    with contextlib.suppress(OSError):  # Windows has its own rights
        path.chmod(0o600)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
