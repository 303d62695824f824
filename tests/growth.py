"""What stays of each example of a long fuzz, and fails it when that is ever more: memory, threads, open files. No tests here.

Memory is how many pieces Python holds after a look for rubbish: an object, a text, a list's places; and, for what libraries hold beside
Python, the pages that the process has after its allocator gave back what it could. What hypothesis remembers of its examples, and what an
example leaves on purpose (a number in the journal), is bounded too: so many pieces and bytes an example, and no more.
"""

import ctypes
import functools
import gc
import itertools
import os
import sys
import threading
from pathlib import Path

LOOKS = 6  # in one test; the first is when all that is made once is there
KEPT = 500  # pieces that an example may leave
KEPT_BYTES = 100_000  # likewise of pages
FEW = 10  # examples between two looks: of fewer, what hypothesis remembers of each is most of what stays
PAGE = os.sysconf("SC_PAGE_SIZE")
give_back = getattr(ctypes.CDLL(None), "malloc_trim", lambda left: 0)


class Growth(AssertionError):
    """Something is ever more."""


class Watch:
    """`watch(example)` is the example, looked at again and again. `planned`: how many are drawn."""

    def __init__(self, planned: int, kept: int = KEPT):
        self.every, self.kept = max(1, planned // LOOKS), kept
        self.drawn = 0
        self.looks: list[tuple[int, int, int, int]] = []  # (pieces, threads, files, bytes of pages)

    def __call__(self, example):
        @functools.wraps(example)
        def looked_at(*given, **named):
            self.drawn += 1
            example(*given, **named)
            if self.drawn % self.every == 0 and len(self.looks) < LOOKS:
                self.look()

        return looked_at

    def look(self):
        gc.collect()
        give_back(0)
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        self.looks.append((sys.getallocatedblocks(), threading.active_count(), len(os.listdir("/proc/self/fd")), pages * PAGE))
        if len(self.looks) == LOOKS:
            self.judge()

    def judge(self):
        """What is made once, or comes and goes, is no growth: that is more at each look. The first is left out."""
        memory = ((0, "pieces of memory", self.kept * self.every), (3, "bytes of memory", KEPT_BYTES * self.every))
        for at, what, may in ((1, "threads", 0), (2, "open files", 0), *(memory if self.every >= FEW else ())):
            counts = [look[at] for look in self.looks[1:]]
            if min(after - before for before, after in itertools.pairwise(counts)) > may:
                raise Growth(f"{what} are ever more in {self.drawn} examples: {counts}")
