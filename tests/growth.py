"""What stays of each example of a long fuzz, and fails it when that is ever more: memory, threads, open files. No tests here.

Memory is what Python holds after a look for rubbish (tracemalloc), without what hypothesis remembers of its examples. What an example
leaves on purpose, a number in the journal, is bounded too: so much an example, and no more.
"""

import functools
import gc
import os
import threading
import tracemalloc

LOOKS = 6  # in one test; the first is when all that is made once is there
SPARE = 4  # threads and files that may be more at one look: pools grow to their size
KEPT = 4096  # bytes that an example may leave
SLACK = 1 << 20  # bytes that a test may leave besides: caches fill up
NOT_OURS = [tracemalloc.Filter(False, pattern) for pattern in ("*/hypothesis/*", "*/schemathesis/*", "*/tracemalloc.py", "*/linecache.py")]


class Growth(AssertionError):
    """Something is ever more."""


class Watch:
    """`watch(example)` is the example, looked at again and again. `planned`: how many are drawn."""

    def __init__(self, planned: int, kept: int = KEPT, slack: int = SLACK):
        self.every, self.kept, self.slack = max(1, planned // LOOKS), kept, slack
        self.drawn = 0
        self.looks: list[tuple[int, int, int]] = []  # (bytes, threads, files)
        self._first = None

    def __call__(self, example):
        @functools.wraps(example)
        def looked_at(*given, **named):
            if not self.drawn:
                tracemalloc.start()
            self.drawn += 1
            example(*given, **named)
            if self.drawn % self.every == 0 and len(self.looks) < LOOKS:
                self.look()

        return looked_at

    def look(self):
        gc.collect()
        snapshot = tracemalloc.take_snapshot().filter_traces(NOT_OURS)
        bytes_held = sum(trace.size for trace in snapshot.traces)
        self.looks.append((bytes_held, threading.active_count(), len(os.listdir("/proc/self/fd"))))
        if self._first is None:
            self._first = snapshot
        if len(self.looks) < LOOKS:
            return
        tracemalloc.stop()
        self.judge(snapshot)

    def judge(self, last):
        """From the second look on: before it, what is made once comes to be."""
        settled = self.looks[1:]
        for at, what in ((1, "threads"), (2, "open files")):
            counts = [look[at] for look in settled]
            if counts[-1] - counts[0] > SPARE and counts == sorted(counts):
                raise Growth(f"{what} are ever more: {counts}")
        held = [look[0] for look in settled]
        more, may = held[-1] - held[0], self.slack + self.kept * self.every * (len(settled) - 1)
        if more > may and held == sorted(held):
            grown = last.compare_to(self._first, "lineno")[:5]
            raise Growth(f"{more:,} bytes more after {self.drawn} examples, {may:,} may be: {held}\n" + "\n".join(map(str, grown)))
