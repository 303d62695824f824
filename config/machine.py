"""What a machine is like that runs a part of the hall: its clock, its memory, the disk below a folder, the way to the server, its browser.

Each fact is a Finding: a code of the words of `doctor` with its facts, never a sentence. It changes nothing; only the disk's pace is tried
with a file that is gone again.
"""

from __future__ import annotations

import ctypes
import os
import platform
import re
import shutil
import socket
import sqlite3
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any, Literal, get_args
from urllib.parse import urlsplit

from config import link, words
from config.schema import LinkTable

Level = Literal["trouble", "look", "ok"]  # the worst first; look: works, and is worth a look
LEVELS: tuple[Level, ...] = get_args(Level)
LOW, FULL = 2 << 30, 200 << 20  # free bytes of a disk: soon, and now
SLOW = 0.05  # s that one synced write may take; a call waits for one
TRIES = 5
MEMORY = 200 << 20  # bytes that should be free
APART = 5.0  # s between two clocks
PATIENCE = 3.0  # s for a certificate
ENDS_SOON = 30  # days
OLDEST_BROWSER = 61  # the pages' Chromium (docs/operations.md)
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
ON_A_NETWORK = ("nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "davfs", "ceph", "glusterfs")
UNSYNCHRONISED = 0x40  # STA_UNSYNC of adjtimex(2)


@dataclass(frozen=True, kw_only=True)
class Finding:
    """`section`: where the words of the code stand; what is to be done about it stands under `<code>_do`, where anything is."""

    level: Level
    code: str
    facts: dict[str, Any] = field(default_factory=dict[str, Any])
    section: str = "doctor"

    def say(self, language: str) -> str:
        return words.load().text(self.section, self.code, language, **self.facts)

    def do(self, language: str) -> str:
        """What to do; "" where there is nothing, or where the sentence says it."""
        known = f"{self.code}_do" in words.load().codes(self.section)
        return words.load().text(self.section, f"{self.code}_do", language, **self.facts) if known else ""


def ok(code: str, **facts: Any) -> Finding:
    return Finding(level="ok", code=code, facts=facts)


def look(code: str, **facts: Any) -> Finding:
    return Finding(level="look", code=code, facts=facts)


def trouble(code: str, **facts: Any) -> Finding:
    return Finding(level="trouble", code=code, facts=facts)


# ---------------------------------------------------------------- the machine itself


def machine(synchronised: bool | None, free: int | None) -> Iterator[Finding]:
    """Program, clock, memory; of this machine: `machine(synchronised(), free_memory())`."""
    versions = {"version": metadata.version("hallfloor"), "python": platform.python_version(), "sqlite": sqlite3.sqlite_version}
    yield ok("program", **versions)
    if synchronised is not None:
        yield ok("clock_ok") if synchronised else look("clock_alone")
    if free is not None and free < MEMORY:
        yield look("memory_low", mb=free >> 20)


def synchronised() -> bool | None:
    """Whether the system's clock follows a time server; None where that cannot be known."""
    if not sys.platform.startswith("linux"):
        return None
    room = ctypes.create_string_buffer(512)  # struct timex, all zero: it is only read; its status is the sixth word on 64 bits
    if ctypes.sizeof(ctypes.c_long) != 8 or ctypes.CDLL(None).adjtimex(room) < 0:
        return None
    return not int.from_bytes(room.raw[40:44], sys.byteorder) & UNSYNCHRONISED


def free_memory() -> int | None:
    """Bytes that programs may still take; None where that cannot be known."""
    try:
        found = re.search(r"MemAvailable:\s+(\d+) kB", Path("/proc/meminfo").read_text(encoding="ascii"))
    except OSError:
        return None
    return int(found[1]) << 10 if found else None


# ---------------------------------------------------------------- the disk below a folder


def disk(folder: Path, *, tried: bool = True) -> Iterator[Finding]:
    """Room, kind and pace of the disk that a folder is on. `tried`: a small file is written there and synced, and taken away."""
    free = shutil.disk_usage(folder).free
    facts = {"folder": str(folder), "gb": f"{free / (1 << 30):.1f}"}
    yield trouble("disk_full", **facts) if free < FULL else look("disk_low", **facts) if free < LOW else ok("disk_ok", **facts)
    if kind := network_disk(folder.resolve(), mounts()):
        yield trouble("disk_network", folder=str(folder), kind=kind)
    if not os.access(folder, os.W_OK):
        yield trouble("disk_shut", folder=str(folder))
    elif tried:
        try:
            took = pace(folder)
        except OSError as error:
            yield trouble("disk_shut", folder=str(folder), error=error.strerror)
        else:
            if took > SLOW:
                yield look("disk_slow", folder=str(folder), ms=round(1000 * took))


def mounts() -> list[tuple[str, str]]:
    """(where, kind) of what is mounted; empty where that cannot be known."""
    try:
        lines = Path("/proc/mounts").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
    return [(line.split()[1].replace("\\040", " "), line.split()[2]) for line in lines]


def network_disk(folder: Path, mounted: Iterable[tuple[str, str]]) -> str:
    """The kind of network disk that a folder is on; "" for one of this machine. SQLite's log wants one machine's memory."""
    below = [(len(where), kind) for where, kind in mounted if folder.is_relative_to(where)]
    kind = max(below, default=(0, ""))[1]
    return kind if kind in ON_A_NETWORK else ""


def pace(folder: Path) -> float:
    """Seconds of a synced write of one page, the middle of some."""
    took: list[float] = []
    with tempfile.TemporaryFile(dir=folder, prefix=".pace-") as file:
        for _ in range(TRIES):
            began = time.perf_counter()
            file.write(bytes(4096))
            file.flush()
            os.fsync(file.fileno())
            took.append(time.perf_counter() - began)
    return statistics.median(took)


# ---------------------------------------------------------------- what hangs on others


def to_server(way: LinkTable) -> Iterator[Finding]:
    """Whether a kiosk or display reaches the server, is known there, and agrees with it on the time."""
    yield from certificate(way.url, way.ca)
    client = link.HallClient(way.url, way.token, timeout=way.timeout, ca=way.ca or None)
    try:
        client.get("/windows" if way.token else "/hall")
    except link.Refused as no:
        yield trouble("link_unknown" if no.unknown_token else "link_refused", url=way.url, error=str(no))
    except link.Away:
        yield trouble("link_away", url=way.url)
        return
    else:
        yield ok("link_ok", url=way.url)
        if not way.token:
            yield look("link_unpaired", url=way.url)
    finally:
        client.close()
    if abs(client.ahead) > APART:
        yield look("clock_apart", s=round(abs(client.ahead)))


def certificate(url: str, ca: str = "", now: float | None = None) -> Iterator[Finding]:
    """Whether the certificate at an https address is believed here, and for how long (`now`: s since the epoch). Who does not answer is
    told of elsewhere."""
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname:
        return
    name = parts.hostname
    try:
        believed = ssl.create_default_context(cafile=ca or None)
        with socket.create_connection((name, parts.port or 443), timeout=PATIENCE) as line:
            with believed.wrap_socket(line, server_hostname=name) as sealed:
                ends = ssl.cert_time_to_seconds(str((sealed.getpeercert() or {})["notAfter"]))
    except ssl.SSLCertVerificationError as error:
        yield trouble("certificate_unfit", url=url, error=error.verify_message)
    except (OSError, KeyError):
        return
    else:
        days = int((ends - (time.time() if now is None else now)) // 86_400)
        yield ok("certificate_good", url=url, days=days) if days >= ENDS_SOON else look("certificate_ends", url=url, days=days)


def browser(found: str | None) -> Finding:
    """The browser that shows the pages here, of `installed_browser()`."""
    if found is None:
        return look("browser_none")
    number = re.search(r"(\d+)\.", found)
    if number and int(number[1]) < OLDEST_BROWSER:
        return trouble("browser_old", browser=found, least=OLDEST_BROWSER)
    return ok("browser_ok", browser=found)


def installed_browser() -> str | None:
    """As it calls itself, "Chromium 120.0.6099.224"; None where there is none."""
    path = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if path is None:
        return None
    try:
        said = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=20, check=False).stdout
    except (OSError, subprocess.TimeoutExpired):
        return None
    return " ".join(said.split()[:2]) or None
