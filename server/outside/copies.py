"""Takes encrypted backups to another machine: a share that is mounted here, or an SFTP server whose key is pinned.

What arrives is read back and compared before it gets its name, so that half a file is never taken for a backup. Nothing that lies there
is deleted unless the installer says how many are to stay, and nothing that is not encrypted leaves this machine.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from collections.abc import AsyncIterator, Callable, Iterable
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from config.schema import BackupTable

from ..record.backup import BAD, ENCRYPTED, LONGEST, PATTERN, sync_folder
from ..runtime.periodic import PeriodicTask

PART = ".{}.part"  # no name of a backup
PIECE = 1 << 20
SILENT = 15  # s without a word after which the other side is asked whether it is there; three times
PATIENCE = 20  # s for a connection, and for signing in
PORT = 22


class CopyFailed(Exception):
    """No copy could be taken there. `code` is of the words of `alerts` (copy_…), `fact` what the other side or the system says."""

    def __init__(self, code: str, fact: str = ""):
        super().__init__(f"{code}: {fact}" if fact else code)
        self.code, self.fact = code, fact


def take_all(own: BackupTable, data: Path) -> list[str]:
    """Takes the backups of [backup] folder that are not there yet, the newest first; -> the names of all that are there whole. `data`: the
    hall's folder, on whose disk a copy would be none. CopyFailed."""
    mine = waiting(own)
    if not own.copy_to.startswith("sftp://"):
        return _to_share(mine, Path(own.copy_to), data, own.copy_keep)
    return _on_line(own, lambda line, folder: _to_server(mine, line, folder, own.copy_keep))


def missing(own: BackupTable, data: Path) -> list[str]:
    """Names of backups that are not there whole. It takes nothing there. CopyFailed."""
    if not own.copy_to.startswith("sftp://"):
        with _said():
            there = _sizes(_share(Path(own.copy_to), data))
    else:
        there = _on_line(own, _sizes_on)
    return [file.name for file in waiting(own) if there.get(file.name) != file.stat().st_size]


def waiting(own: BackupTable) -> list[Path]:
    """The encrypted backups of [backup] folder, the newest first."""
    files = [file for pattern in (PATTERN, BAD + PATTERN) for file in Path(own.folder).glob(pattern) if file.suffix == ENCRYPTED]
    return sorted(files, key=lambda file: file.name.removeprefix(BAD), reverse=True)


def surplus(there: Iterable[str], keep: int) -> list[str]:
    """Names of the oldest that are more than `keep`, of good and bad ones each; none where all are kept (0)."""
    of = lambda begin: sorted(name for name in there if name.startswith(begin) and name.endswith(ENCRYPTED))
    return [name for begin in ("hall-", BAD + "hall-") for name in of(begin)[:-keep]] if keep else []


# ---------------------------------------------------------------- a mounted share


def _to_share(files: list[Path], folder: Path, data: Path, keep: int) -> list[str]:
    with _said():
        there = _sizes(_share(folder, data))
        for file in files:
            if there.get(file.name) != file.stat().st_size:
                _put(file, folder)
                there[file.name] = file.stat().st_size
        for name in surplus(there, keep):
            (folder / name).unlink()
    return list(there)


def _share(folder: Path, data: Path) -> Path:
    """The folder, if another disk is mounted there: below a share that is not, the place is empty and on this machine."""
    if not folder.is_dir():
        raise CopyFailed("copy_away", f"there is no folder {folder}")
    if device(folder) == device(data):
        raise CopyFailed("copy_not_mounted", str(folder))
    return folder


def device(folder: Path) -> int:
    return folder.stat().st_dev


def _sizes(folder: Path) -> dict[str, int]:
    return {file.name: file.stat().st_size for file in folder.iterdir() if file.suffix == ENCRYPTED and not file.name.startswith(".")}


def _put(file: Path, folder: Path) -> None:
    part = folder / PART.format(file.name)
    with file.open("rb") as source, part.open("wb") as out:
        shutil.copyfileobj(source, out, PIECE)
        out.flush()
        os.fsync(out.fileno())
    with part.open("rb") as read_back:
        if hashlib.file_digest(read_back, "sha256").digest() != _digest(file):
            raise CopyFailed("copy_unlike", file.name)
    os.replace(part, folder / file.name)
    sync_folder(folder)


def _digest(file: Path) -> bytes:
    with file.open("rb") as source:
        return hashlib.file_digest(source, "sha256").digest()


# ---------------------------------------------------------------- an SFTP server


def _on_line(own: BackupTable, work):
    import asyncio  # by those only who have such a server

    async def whole():
        async with _connected(own) as line:
            return await work(line, unquote(urlsplit(own.copy_to).path) or ".")

    with _said():
        return asyncio.run(whole())


@contextlib.asynccontextmanager
async def _connected(own: BackupTable) -> AsyncIterator:
    """A line to the server that is named, to no other: its key is the one that was written down."""
    import asyncssh  # by those only who have such a server

    url = urlsplit(own.copy_to)
    try:
        key = asyncssh.import_public_key(own.host_key)
        client = asyncssh.read_private_key(own.ssh_key)
    except (asyncssh.KeyImportError, OSError, ValueError) as error:
        raise CopyFailed("copy_key", getattr(error, "strerror", None) or str(error)) from None
    try:
        async with (
            asyncssh.connect(
                url.hostname or "", url.port or PORT, username=unquote(url.username or ""),
                known_hosts=([key], [], []), client_keys=[client],
                preferred_auth="publickey", agent_path=None, config=None, connect_timeout=PATIENCE, login_timeout=PATIENCE,
                keepalive_interval=SILENT,
            ) as connection,
            connection.start_sftp_client() as line,
        ):  # fmt: skip
            yield line
    except asyncssh.HostKeyNotVerifiable:
        raise CopyFailed("copy_host_key", url.hostname or "") from None
    except (asyncssh.PermissionDenied, asyncssh.SFTPPermissionDenied) as error:
        raise CopyFailed("copy_refused", error.reason) from None
    except (asyncssh.Error, asyncssh.SFTPError) as error:
        raise CopyFailed("copy_away", error.reason) from None


async def _sizes_on(line, folder: str) -> dict[str, int]:
    return {entry.filename: entry.attrs.size or 0 for entry in await line.readdir(folder) if entry.filename.endswith(ENCRYPTED)}


async def _to_server(files: list[Path], line, folder: str, keep: int) -> list[str]:
    there = await _sizes_on(line, folder)
    for file in files:
        if there.get(file.name) != file.stat().st_size:
            await _put_on(file, line, folder)
            there[file.name] = file.stat().st_size
    for name in surplus(there, keep):
        await line.remove(f"{folder}/{name}")
    return list(there)


async def _put_on(file: Path, line, folder: str) -> None:
    import asyncssh

    part, name = f"{folder}/{PART.format(file.name)}", f"{folder}/{file.name}"
    await line.put(str(file), part)
    digest = hashlib.sha256()
    async with line.open(part, "rb") as read_back:
        while piece := await read_back.read(PIECE):
            digest.update(piece)
    if digest.digest() != _digest(file):
        raise CopyFailed("copy_unlike", file.name)
    async with line.open(part, "rb+") as whole:
        with contextlib.suppress(asyncssh.SFTPOpUnsupported):
            await whole.fsync()
    try:
        await line.posix_rename(part, name)
    except asyncssh.SFTPOpUnsupported:
        await line.rename(part, name)


@contextlib.contextmanager
def _said():
    """What the system says, as a CopyFailed."""
    try:
        yield
    except PermissionError as error:
        raise CopyFailed("copy_refused", error.strerror or str(error)) from None
    except (OSError, TimeoutError) as error:
        raise CopyFailed("copy_away", error.strerror or str(error) or type(error).__name__) from None


# ---------------------------------------------------------------- by plan


class Copies(PeriodicTask):
    """Takes each new backup there; one that cannot be taken is tried again after two minutes, then ever more seldom. `do(own, data)` does
    it (see `take_all`); `trouble(fact)` hears of it, as "code: fact", and "" once all are there."""

    def __init__(
        self, own: BackupTable, data: Path, *, trouble: Callable[[str], None], pause: float = 60.0,
        do: Callable[[BackupTable, Path], list[str]] = take_all,
    ):  # fmt: skip
        super().__init__("copies", pause, trouble=f"no backup could be taken to {own.copy_to}", patience=30)
        self.own, self.data, self.trouble, self.do = own, data, trouble, do
        self._there: set[str] = set()
        self._failed, self._again_from = 0, 0.0

    def tick(self, now: datetime | None = None) -> None:
        at = (now or datetime.now().astimezone()).timestamp()
        if at < self._again_from or self._there >= {file.name for file in waiting(self.own)}:
            return
        try:
            there = self.do(self.own, self.data)
        except CopyFailed as failed:
            self._failed += 1
            self._again_from = at + min(LONGEST, self.pause * 2 ** min(self._failed, 20))
            self._log.error("no backup could be taken to %s: %s", self.own.copy_to, failed)
            self.trouble(f"{failed.code}: {failed.fact}")
            return
        self._failed, self._again_from, self._there = 0, 0.0, set(there)
        self._log.info("all backups are at %s", self.own.copy_to)
        self.trouble("")
