"""What stays of each example of a long fuzz, and fails it when that is ever more: memory, threads, open files. No tests here.

Memory is how many pieces Python holds after a look for rubbish: an object, a text, a list's places. What hypothesis remembers of its
examples, and what an example leaves on purpose (a number in the journal), is bounded too: so many pieces an example, and no more.
"""

import functools
import gc
import itertools
import os
import sys
import threading

LOOKS = 6  # in one test; the first is when all that is made once is there
KEPT = 500  # pieces that an example may leave


class Growth(AssertionError):
    """Something is ever more."""


class Watch:
    """`watch(example)` is the example, looked at again and again. `planned`: how many are drawn."""

    def __init__(self, planned: int, kept: int = KEPT):
        self.every, self.kept = max(1, planned // LOOKS), kept
        self.drawn = 0
        self.looks: list[tuple[int, int, int]] = []  # (pieces, threads, files)

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
        self.looks.append((sys.getallocatedblocks(), threading.active_count(), len(os.listdir("/proc/self/fd"))))
        if len(self.looks) == LOOKS:
            self.judge()

    def judge(self):
        """What is made once, or comes and goes, is no growth: that is more at each look. The first is left out."""
        for at, what, may in ((1, "threads", 0), (2, "open files", 0), (0, "pieces of memory", self.kept * self.every)):
            counts = [look[at] for look in self.looks[1:]]
            if min(after - before for before, after in itertools.pairwise(counts)) > may:
                raise Growth(f"{what} are ever more in {self.drawn} examples: {counts}")
