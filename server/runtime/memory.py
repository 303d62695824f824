"""Gives back what libraries were read for once: the code that compiles, or links what was compiled, is 70 MB that nobody runs again. It
takes nothing that holds a value: only pages of files that stand unchanged on the disk, which the system reads again where they are needed.
"""

from __future__ import annotations

import ctypes
import os
import re
from collections.abc import Iterator
from pathlib import Path

from .periodic import PeriodicTask

PAUSE = 5.0  # s; what is compiled or linked at its first use is so within seconds of the first window that opens
MADV_DONTNEED = 4  # madvise(2), Linux
_SMAPS = Path("/proc/self/smaps")
_AREA = re.compile(r"([0-9a-f]+)-([0-9a-f]+) (\S{4}) \S+ \S+ \S+ *(.*)")
_CHANGED = ("Private_Dirty:", "Shared_Dirty:", "Anonymous:", "Swap:")  # kB; not on the disk, or not as it stands there
LEAST = 64  # kB of an area that are worth a call


class GivesBack(PeriodicTask):
    """Every few seconds at first, and once in twenty times that as long as it runs."""

    def __init__(self, pause: float = PAUSE):
        super().__init__("memory", pause, trouble="memory could not be given back")

    def tick(self) -> None:
        give_back()
        self.pause = min(self.pause * 2, 20 * PAUSE)


def give_back() -> int:
    """kB that this process holds no more; 0 where the system has no such thing."""
    if os.name != "posix" or not _SMAPS.exists():
        return 0
    madvise, given = ctypes.CDLL(None, use_errno=True).madvise, 0
    for start, length, held in unchanged():
        if madvise(ctypes.c_void_p(start), ctypes.c_size_t(length), MADV_DONTNEED) == 0:
            given += held
    return given


def unchanged() -> Iterator[tuple[int, int, int]]:
    """(address, bytes, kB in memory) of each area of this process that is a file's, may not be written to and stands unchanged."""
    area: tuple[int, int, str, str] | None = None
    sizes: dict[str, int] = {}

    def worth() -> Iterator[tuple[int, int, int]]:
        if area is None:
            return
        start, end, may, file = area
        if file.startswith("/") and "w" not in may and not any(sizes.get(name) for name in _CHANGED):
            if (held := sizes.get("Rss:", 0)) >= LEAST:
                yield start, end - start, held

    for line in _SMAPS.read_text(encoding="utf-8", errors="replace").splitlines():
        if found := _AREA.fullmatch(line):
            yield from worth()
            area, sizes = (int(found[1], 16), int(found[2], 16), found[3], found[4]), {}
        elif len(parts := line.split()) == 3 and parts[2] == "kB":
            sizes[parts[0]] = int(parts[1])
    yield from worth()
