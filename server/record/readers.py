"""Read-only connections for whoever looks at what is older than today's picture. They are lent and given back; none of them ever writes."""

from __future__ import annotations

import queue
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from . import store


class Readers:
    """A pool that grows with the threads that look at the same moment. A connection is used by one thread at a time."""

    def __init__(self, folder: Path):
        self._folder = folder
        self._idle: queue.LifoQueue[sqlite3.Connection] = queue.LifoQueue()

    @contextmanager
    def __call__(self) -> Iterator[sqlite3.Connection]:
        try:
            connection = self._idle.get_nowait()
        except queue.Empty:
            connection = store.open_reader(self._folder)
        try:
            yield connection
        finally:
            self._idle.put(connection)

    def close(self) -> None:
        while True:
            try:
                self._idle.get_nowait().close()
            except queue.Empty:
                return
