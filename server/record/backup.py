"""A whole hall in one file, taken beside a running server, and put back. It checks what it wrote and never overwrites a hall unasked.

The file is a tar.gz with `hall.db` (SQLite's online backup: one moment of the database), `hall.key` and `backup.json` (when, up to which
event, SHA-256 of both). Without the key the track codes, keyed hashes and the seal of a hall are lost: keep the file as safe as the hall.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import shutil
import sqlite3
import tarfile
import tempfile
import zlib
from datetime import datetime
from pathlib import Path

from ..runtime.periodic import PeriodicTask
from . import audit, ledger, store
from .keys import FILE as KEY

log = logging.getLogger("hall.backup")
FACTS = "backup.json"
PATTERN = "hall-*.tar.gz"


class BackupRefused(Exception):
    """The backup could not be made or put back; the sentence says why and what to do. The hall is as it was."""


def make(folder: Path, to: Path, *, now: datetime, keep: int | None = None) -> tuple[Path, int]:
    """Writes and checks a backup of the hall in `folder`; -> (file, number of its last event).

    `to` is a folder (the file is named after `now`) or a file name. `keep` leaves only so many of the newest in that folder.
    FileNotFoundError where `folder` holds no hall.
    """
    folder, to = Path(folder), Path(to)
    single = to.name.endswith((".tar.gz", ".tgz"))
    file = to if single else to / f"hall-{now:%Y%m%d-%H%M%S}.tar.gz"
    with contextlib.closing(store.open_reader(folder)) as reader:
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".hall-", dir=file.parent) as scratch:
            copy = Path(scratch) / store.DATABASE
            _copy(reader, copy)
            _write_private(Path(scratch) / KEY, (folder / KEY).read_bytes())
            verdict = audit.verify(Path(scratch))
            if not verdict.ok:
                raise BackupRefused(f"the journal is not whole: bad {verdict.bad}: {verdict.reason}; no backup was kept (hall verify)")
            shas = {name: _sha256(Path(scratch) / name) for name in (store.DATABASE, KEY)}
            facts = {"at": now.isoformat(timespec="seconds"), "events": verdict.rows, "sha256": shas}
            _write_private(Path(scratch) / FACTS, json.dumps(facts, indent=1).encode())
            part = Path(scratch) / "part.tar.gz"
            _pack(part, [Path(scratch) / name for name in (store.DATABASE, KEY, FACTS)])
            os.replace(part, file)
    if keep and not single:
        for old in sorted(to.glob(PATTERN))[:-keep]:
            old.unlink()
    return file, verdict.rows


def restore(file: Path, folder: Path, *, now: datetime, replace: bool = False) -> int:
    """Puts a backup into `folder`; -> number of its last event. A hall that is already there is refused, or with `replace` set aside
    as `hall.db.before-<time>`. store.Occupied while a server works on the folder."""
    file, folder = Path(file), Path(folder)
    there = folder / store.DATABASE
    if there.exists() and not replace:
        raise BackupRefused(f"{folder} already holds a hall; give another --data, or --replace to set the old one aside")
    existed = folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=folder) as scratch:
        events = _unpack(file, Path(scratch))
        with contextlib.closing(ledger.occupy(folder)):
            stamp = f".before-{now:%Y%m%d-%H%M%S}"
            for name in (store.DATABASE, f"{store.DATABASE}-wal", f"{store.DATABASE}-shm", KEY):
                if (folder / name).exists():
                    os.replace(folder / name, folder / f"{name}{stamp}")
            for name in (KEY, store.DATABASE):
                os.replace(Path(scratch) / name, folder / name)
            _hand_over(folder, KEY, store.DATABASE, ledger.LOCK)
    if not existed:
        with contextlib.suppress(OSError):
            folder.chmod(0o700)
    return events


class Regular(PeriodicTask):
    """Makes a backup every `hours` while the server runs, counted from the newest file there is; keeps the newest `keep`."""

    def __init__(self, folder: Path, to: Path, *, hours: int, keep: int, pause: float = 60.0):
        super().__init__("backup", pause, trouble=f"no backup could be made in {to}", patience=30)
        self.folder, self.to, self.hours, self.keep = Path(folder), Path(to), hours, keep

    def tick(self, now: datetime | None = None) -> Path | None:
        now = now or datetime.now().astimezone()
        newest = max((p.stat().st_mtime for p in self.to.glob(PATTERN)), default=0.0)
        if now.timestamp() - newest < self.hours * 3600:
            return None
        file, events = make(self.folder, self.to, now=now, keep=self.keep)
        log.info("backup %s, %d events, checked", file, events)
        return file


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


def _nameless(tx: tarfile.TarInfo) -> tarfile.TarInfo:
    tx.uid = tx.gid = 0
    tx.uname = tx.gname = ""
    tx.mode = 0o600
    return tx


def _unpack(file: Path, to: Path) -> int:
    """Takes the three parts out and checks them; nothing else in the archive is touched."""
    try:
        with tarfile.open(file, "r:gz") as archive:
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
