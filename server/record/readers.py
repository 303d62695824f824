"""Read-only connections for whoever looks at what is older than today's picture. They are lent and given back; none of them ever writes."""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from . import store


class Readers:
    """A pool that grows with the threads that look at the same moment. A connection is used by one thread at a time."""

    def __init__(self, folder: Path):
        self._folder = folder
        self._idle: deque[sqlite3.Connection] = deque()  # whose ends any thread may take from and put to

    @contextmanager
    def __call__(self) -> Iterator[sqlite3.Connection]:
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = store.open_reader(self._folder)
        try:
            yield connection
        finally:
            self._idle.append(connection)

    def close(self) -> None:
        while True:
            try:
                self._idle.pop().close()
            except IndexError:
                return
