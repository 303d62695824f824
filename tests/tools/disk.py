"""A disk under SQLite that writes down what it is given, can be cut off at any moment, and fails as disks do. It never touches other files.

SQLite asks a "VFS" for everything it does with files. `Disk` puts one of its own before the usual one, for this process and one folder:
each write, truncation, sync and deletion is noted in its order. From the list the folder is made again as a power cut could have left it
(`Disk.image`). https://sqlite.org/vfs.html
"""

from __future__ import annotations

import contextlib
import ctypes as c
import os
import random
import shutil
import sqlite3
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FULL, READ_ONLY, SYNC_FAILED, WRITE_FAILED = 13, 8, 10 | 4 << 8, 10 | 3 << 8  # SQLite's codes
CREATES = 4  # of the flags with which a file is opened
SECTOR = 512  # bytes that a disk writes whole or not at all


class _Methods(c.Structure):
    """sqlite3_io_methods: what can be done with an open file."""


class _Vfs(c.Structure):
    """sqlite3_vfs: what can be done with names."""


OPEN = c.CFUNCTYPE(c.c_int, c.POINTER(_Vfs), c.c_void_p, c.c_void_p, c.c_int, c.POINTER(c.c_int))
DELETE = c.CFUNCTYPE(c.c_int, c.POINTER(_Vfs), c.c_char_p, c.c_int)
WRITE = c.CFUNCTYPE(c.c_int, c.c_void_p, c.c_void_p, c.c_int, c.c_int64)
TRUNCATE = c.CFUNCTYPE(c.c_int, c.c_void_p, c.c_int64)
SYNC = c.CFUNCTYPE(c.c_int, c.c_void_p, c.c_int)
OURS = {"open": OPEN, "delete": DELETE, "write": WRITE, "truncate": TRUNCATE, "sync": SYNC}  # everything else is left as it is
OF_A_FILE = "close read write truncate sync size lock unlock reserved control sector traits map shared barrier unmap fetch unfetch"
OF_NAMES = "open delete access whole dl_open dl_error dl_sym dl_close chance sleep time error time64 set get after"
_Methods._fields_ = [("version", c.c_int), *((name, OURS.get(name, c.c_void_p)) for name in OF_A_FILE.split())]
_Vfs._fields_ = [
    ("version", c.c_int), ("file_size", c.c_int), ("longest", c.c_int), ("next", c.c_void_p), ("name", c.c_char_p), ("data", c.c_void_p),
    *((name, OURS.get(name, c.c_void_p)) for name in OF_NAMES.split()),
]  # fmt: skip


def _library() -> Any:
    """The SQLite that this Python's own `sqlite3` uses. A second copy of the library would not see its files."""
    import _sqlite3

    try:
        library = c.CDLL(_sqlite3.__file__)  # names are looked up in what it is linked with, too
        library.sqlite3_vfs_find.restype = c.POINTER(_Vfs)
        library.sqlite3_vfs_find.argtypes = [c.c_char_p]
        library.sqlite3_vfs_register.argtypes = [c.POINTER(_Vfs), c.c_int]
        library.sqlite3_vfs_unregister.argtypes = [c.POINTER(_Vfs)]
    except AttributeError:
        raise RuntimeError("this Python hides its SQLite: power cuts need one that is linked with the system's, as Debian's is") from None
    return library


@dataclass(frozen=True)
class Op:
    """One thing that a file was told. `what`: write, cut (to `at` bytes), sync, failed (a sync that did not work), gone. `at` of a sync and
    of gone is 1 where the folder was synced, too: names that are gone are then gone for good."""

    what: str
    file: str
    at: int = 0
    data: bytes = b""


class Disk:
    """`with Disk(folder) as disk:` before SQLite opens anything there. `folder` must be empty of databases, or the images lack what was.

    `disk.fail(code, after=n)` has every write from the n-th on answered with a code, `disk.fail_syncs()` every sync; `disk.mend()` ends it.
    `disk.hold` is an event that syncs wait for; a slow disk is one on which it is cleared for a while.
    """

    def __init__(self, folder: Path):
        self.folder = Path(folder).resolve()
        self.ops: list[Op] = []
        self.hold = threading.Event()
        self.hold.set()
        self.waiting = threading.Event()  # a sync is being waited for
        self._lock = threading.Lock()
        self._others: dict[str, int] = {}  # files that SQLite does not write: the moment from which on they were there
        self._code, self._after, self._sync_code = 0, 0, 0
        self._files: dict[int, str] = {}  # address of an open file: its path within the folder
        self._new: set[int] = set()  # of logs: their first sync is one of the folder, as in SQLite's os_unix.c
        self._real: dict[int, tuple[_Methods, _Methods]] = {}  # address of methods: (theirs, ours)

    def __enter__(self) -> Disk:
        self._library = _library()
        theirs = self._library.sqlite3_vfs_find(None).contents
        self._theirs, self._vfs = theirs, _Vfs.from_buffer_copy(theirs)
        self._name = c.create_string_buffer(f"recorded-{id(self)}".encode())
        self._vfs.name, self._vfs.next = c.cast(self._name, c.c_char_p), None
        self._vfs.open, self._vfs.delete = OPEN(self._open), DELETE(self._delete)
        self._library.sqlite3_vfs_register(c.byref(self._vfs), 1)
        return self

    def __exit__(self, *_: object) -> None:
        """New connections get the usual disk again. Those that are open stay with this one, which must outlive them: see _KEPT."""
        self.mend()
        self._library.sqlite3_vfs_unregister(c.byref(self._vfs))
        self._library.sqlite3_vfs_register(c.pointer(self._theirs), 1)
        _KEPT.append((self._vfs, self._name, self._real))

    # -- what goes wrong

    def fail(self, code: int, *, after: int = 0) -> None:
        with self._lock:
            self._code, self._after = code, after

    def fail_syncs(self) -> None:
        with self._lock:
            self._sync_code = SYNC_FAILED

    def mend(self) -> None:
        with self._lock:
            self._code = self._sync_code = 0
        self.hold.set()

    # -- what SQLite calls. An exception could not leave these: there is nothing above them but C.

    def _open(self, vfs, name, file, flags, out) -> int:
        answer = self._theirs.open(c.byref(self._vfs), name, file, flags, out)
        path = Path(c.string_at(name).decode()) if name else None
        if answer or path is None or not path.is_relative_to(self.folder):
            return answer
        place = c.cast(file, c.POINTER(c.c_void_p))  # the first word of a file is the address of its methods
        if place[0] not in self._real:
            real = _Methods.from_address(place[0])
            ours = _Methods.from_buffer_copy(real)
            self._put_in(real, ours)
            self._real[place[0]] = self._real[c.addressof(ours)] = (real, ours)
        with self._lock:
            self._files[file] = str(path.relative_to(self.folder))
            self._new.discard(file)
            if flags & CREATES and path.name.endswith(("-wal", "-journal")):
                self._new.add(file)
        place[0] = c.addressof(self._real[place[0]][1])
        return answer

    def _put_in(self, real: _Methods, ours: _Methods) -> None:
        """Puts what this disk does in the place of what the real one does."""
        ours.write, ours.truncate, ours.sync = WRITE(self._write), TRUNCATE(self._truncate), SYNC(self._sync)

    def _methods(self, file: int) -> _Methods:
        return self._real[c.cast(file, c.POINTER(c.c_void_p))[0]][0]

    def _write(self, file, data, size, at) -> int:
        with self._lock:
            self._after -= 1
            if self._code and self._after < 0:
                return self._code
            answer = self._methods(file).write(file, data, size, at)
            self._note(Op("write", self._files[file], at, c.string_at(data, size)))
            return answer

    def _truncate(self, file, size) -> int:
        with self._lock:
            answer = self._methods(file).truncate(file, size)
            self._note(Op("cut", self._files[file], size))
            return answer

    def _sync(self, file, flags) -> int:
        if not self.hold.is_set():
            self.waiting.set()
            self.hold.wait()
        with self._lock:  # nothing is asked of the true disk: what a cut leaves is reckoned, not tried
            folder_too = file in self._new and not self._sync_code
            self._new -= {file} if folder_too else set()
            self._note(Op("failed" if self._sync_code else "sync", self._files[file], folder_too))
            return self._sync_code

    def _delete(self, vfs, name, sync_folder) -> int:
        answer = self._theirs.delete(c.byref(self._vfs), name, sync_folder)
        path = Path(name.decode())
        if not answer and path.is_relative_to(self.folder):
            with self._lock:
                self._note(Op("gone", str(path.relative_to(self.folder)), sync_folder))
        return answer

    def _note(self, op: Op) -> None:
        self.ops.append(op)
        for name in os.listdir(self.folder):
            if not name.endswith((".db", "-wal", "-shm", "-journal", ".part")):
                self._others.setdefault(name, len(self.ops))

    # -- a power cut

    @property
    def now(self) -> int:
        """The moment, as `image` understands it."""
        with self._lock:
            return len(self.ops)

    def image(self, to: Path, moment: int, chance: random.Random, *, honest: bool = True) -> None:
        """Makes in `to` what the disk holds after a power cut at a moment. What was synced is there; of anything later each write, piece
        of a write and truncation is there or not, as chance has it. A disk that is not `honest` said of every sync that it was done, and
        did none. Files that SQLite does not write are there as they are, if they were by then: whoever writes them syncs them."""
        to.mkdir(parents=True, exist_ok=True)
        with self._lock:
            ops = self.ops[:moment]
        names = max((n for n, op in enumerate(ops) if op.at == 1 and op.what in ("sync", "gone")), default=-1) if honest else -1
        for file in sorted({op.file for op in ops}):
            own = [(op, op.what == "gone" and n <= names) for n, op in enumerate(ops) if op.file == file]
            content = _left([op for op, _ in own], [is_sure for _, is_sure in own], chance, honest)
            if content is not None:
                (to / file).write_bytes(content)
        for name, since in self._others.items():
            if since <= moment:
                shutil.copy(self.folder / name, to / name)


class SlowDisk(Disk):
    """One whose syncs take so many seconds, and nothing is written down: for a whole process, whatever it opens. A sync waits in compiled
    code: a real disk needs no Python, and whoever has to wait for the interpreter twice in each sync measures that."""

    def __init__(self, seconds: float):
        super().__init__(Path("/"))
        self.seconds = seconds

    def _put_in(self, real: _Methods, ours: _Methods) -> None:
        wait, told = c.CDLL(None).usleep, int(self.seconds * 1e6)
        wait.argtypes, wait.restype = [c.c_uint], c.c_int
        sync = SYNC(c.cast(real.sync, c.c_void_p).value or 0)
        try:
            import numba
        except ImportError:
            ours.sync = SYNC(lambda file, flags: wait(told) or sync(file, flags))
            return
        plain = c.CFUNCTYPE(c.c_int, c.c_void_p, c.c_int)(c.cast(sync, c.c_void_p).value or 0)

        @numba.cfunc(numba.int32(numba.types.voidptr, numba.int32))
        def slowly(file, flags):
            wait(told)
            return plain(file, flags)

        ours.sync = c.cast(slowly.address, SYNC)
        _KEPT.append((slowly, plain, wait))

    def _note(self, op: Op) -> None:
        """It keeps nothing."""


def slow(seconds: float) -> None:
    """From now on, in this process and those it forks."""
    disk = SlowDisk(seconds)
    disk.__enter__()
    _KEPT.append(disk)
    with tempfile.TemporaryDirectory() as folder, contextlib.closing(sqlite3.connect(Path(folder) / "first.db")) as first:
        first.execute("CREATE TABLE t(a)")  # compiles it


_KEPT: list[Any] = []  # what C may still look at


def _left(ops: list[Op], sure: list[bool], chance: random.Random, honest: bool) -> bytearray | None:
    """What is left of one file; None where there is none. `sure`: what is there, or gone, whatever comes. After a sync that failed, a
    system may take for written what is not: those writes stay in doubt also when a later sync works."""
    doubtful: set[int] = set()
    for n, op in enumerate(ops):
        if op.what == "failed":
            doubtful |= {k for k in range(n) if not sure[k]}
        if honest and op.what == "sync":
            sure[: n + 1] = [sure[k] or k not in doubtful and ops[k].what != "gone" for k in range(n + 1)]
    keeps = chance.choice((0.0, 0.5, 0.9, 1.0))  # how much of what was not synced got there
    content: bytearray | None = None
    came_back = False  # the folder still has the name of the old file: what was written to the next one of that name is not found
    for op, is_sure in zip(ops, sure, strict=True):
        if op.what == "gone":
            came_back = not (is_sure or chance.random() < keeps)
            content = content if came_back else None
        elif came_back:
            continue
        elif op.what == "write":
            content = bytearray() if content is None else content
            for at, piece in _pieces(op, chance if not is_sure and chance.random() < 0.3 else None):
                if is_sure or chance.random() < keeps:
                    content.extend(bytes(max(0, at - len(content))))
                    content[at : at + len(piece)] = piece
        elif op.what == "cut" and content is not None and (is_sure or chance.random() < keeps):
            del content[op.at :]
    return content


def _pieces(op: Op, chance: random.Random | None) -> Iterator[tuple[int, bytes]]:
    """A write whole, or torn at the borders of sectors."""
    if chance is None:
        yield op.at, op.data
        return
    start = 0
    while start < len(op.data):
        size = SECTOR - (op.at + start) % SECTOR
        yield op.at + start, op.data[start : start + size]
        start += size
