"""A table that grows with the day: an immutable map that also keeps in order what is often asked of it. A change costs the same whether
it holds a hundred rows or a million, and the table before it stays as it was. It knows nothing of a hall.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from operator import itemgetter
from typing import Any, Generic, TypeVar, cast

from immutables import Map

V = TypeVar("V")
Link = tuple[V, Any, "str | None", "str | None"]  # row, rank, key of the one before, key of the one after

_rank = itemgetter(0)


class Line(Generic[V]):
    """Rows in the order of their ranks, equal ranks in the order in which they came; to be walked from either end."""

    __slots__ = ("_first", "_last", "_links")

    def __init__(self, links: Map[str, Link[V]], first: str | None, last: str | None):
        self._links, self._first, self._last = links, first, last

    @classmethod
    def of(cls, ranked: Collection[tuple[Any, str, V]]) -> Line[V]:
        """Of (rank, key, row), in any order."""
        if len(ranked) == 1:  # nearly all lines of a day
            [(rank, key, row)] = ranked
            return cls(Map({key: (row, rank, None, None)}), key, key)
        rows = sorted(ranked, key=_rank)
        keys = [None, *(key for _, key, _ in rows), None]
        links = {key: (row, rank, keys[n], keys[n + 2]) for n, (rank, key, row) in enumerate(rows)}
        return cls(Map(cast(Any, links)), keys[1], keys[-2])

    def with_(self, key: str, row: V, rank: Any) -> Line[V]:
        old = self._links.get(key)
        if old is not None and old[1] == rank:
            return Line(self._links.set(key, (row, rank, old[2], old[3])), self._first, self._last)
        line = self if old is None else self.without(key)
        links, before = line._links, line._last
        while before is not None and links[before][1] > rank:  # nearly always the last one already
            before = links[before][2]
        after = line._first if before is None else links[before][3]
        some = links.mutate()
        some[key] = (row, rank, before, after)
        if before is not None:
            some[before] = (*links[before][:3], key)
        if after is not None:
            that, its, _, far = links[after]
            some[after] = (that, its, key, far)
        return Line(some.finish(), key if before is None else line._first, key if after is None else line._last)

    def without(self, key: str) -> Line[V]:
        _, _, before, after = self._links[key]
        some = self._links.mutate()
        del some[key]
        if before is not None:
            some[before] = (*self._links[before][:3], after)
        if after is not None:
            that, its, _, far = self._links[after]
            some[after] = (that, its, before, far)
        return Line(some.finish(), after if before is None else self._first, before if after is None else self._last)

    def __len__(self) -> int:
        return len(self._links)

    def __iter__(self) -> Iterator[V]:
        key = self._first
        while key is not None:
            row, _, _, key = self._links[key]
            yield row

    def __reversed__(self) -> Iterator[V]:
        key = self._last
        while key is not None:
            row, _, key, _ = self._links[key]
            yield row

    def above(self, rank: Any) -> Iterator[V]:
        """The rows of a higher rank, the highest first."""
        key = self._last
        while key is not None and self._links[key][1] > rank:
            row, _, key, _ = self._links[key]
            yield row

    def below(self, rank: Any) -> Iterator[V]:
        """The rows of a lower rank, the lowest first."""
        key = self._first
        while key is not None:
            row, own, _, key = self._links[key]
            if own >= rank:
                return
            yield row

    def after(self, key: str, rank: Any) -> Iterator[V]:
        """The rows that follow one that stands here, or, where it does no more, those of a higher rank than it had."""
        following = self._links[key][3] if key in self._links else self._first
        while following is not None and self._links[following][1] <= rank:
            following = self._links[following][3]
        while following is not None:
            row, _, _, following = self._links[following]
            yield row

    @property
    def last_rank(self) -> Any:
        """The rank of the last row; None where there is none."""
        return None if self._last is None else self._links[self._last][1]


LAST_CHANGE = object()
EMPTY: Line[Any] = Line(Map(), None, None)


class Index(Generic[V]):
    """Lines of rows that have something in common. `stands(row)`: in which of them it stands and at what rank; rank None: in the order
    in which the rows were first written down, LAST_CHANGE: in the order in which they were changed last."""

    __slots__ = ("stands",)

    def __init__(self, stands: Callable[[V], Mapping[Any, Any]]):
        self.stands = stands


class IndexedTable(Mapping[str, V]):
    """Rows by their keys, and the lines of its indexes. Looked through as a whole, it gives the rows in the order in which they were first
    written down; nothing that is done often does that."""

    __slots__ = ("_count", "_lines", "_rows", "changes", "indexes", "origin")

    def __init__(self, indexes: tuple[Index[V], ...], rows: Mapping[str, V] | None = None):
        self.indexes = indexes
        self.origin = object()  # the same in all tables that came of this one by changes
        self.changes = self._count = len(rows or ())
        self._rows: Map[str, tuple[int, V]] = Map({key: (n, row) for n, (key, row) in enumerate((rows or {}).items())})
        self._lines: dict[Index[V], Map[Hashable, Line[V]]] = {}
        numbered = [(n, key, row) for n, (key, row) in enumerate((rows or {}).items())]
        line_of = Line[V].of
        for index in indexes:
            ranked: dict[Hashable, list[tuple[Any, str, V]]] = {}
            for one in numbered:
                for where, rank in index.stands(one[2]).items():
                    ranked.setdefault(where, []).append(one if rank is None or rank is LAST_CHANGE else (rank, *one[1:]))
            lines: dict[Hashable, Line[V]] = {where: line_of(some) for where, some in ranked.items()}
            self._lines[index] = Map(lines)

    def of(self, index: Index[V], where: Hashable = True) -> Line[V]:
        """One line of an index; an empty one where nothing stands in it."""
        return self._lines[index].get(where, EMPTY)

    def lines(self, index: Index[V]) -> Mapping[Any, Line[V]]:
        """All lines of an index that hold anything, in the order of what they stand for: a map of its own accord has another every time."""
        return dict(sorted(self._lines[index].items(), key=lambda one: str(one[0])))

    def each(self, index: Index[V]) -> Iterable[tuple[Any, Line[V]]]:
        """What lines() gives, in no order: for who looks at all of them and finds the same in any."""
        return self._lines[index].items()

    def changed(self, rows: Mapping[str, V | None]) -> IndexedTable[V]:
        """The table after rows were put or, with None, dropped."""
        new = cast("IndexedTable[V]", object.__new__(type(self)))
        new.indexes, new.origin, new.changes = self.indexes, self.origin, self.changes
        new._count, new._lines = self._count, dict(self._lines)
        kept = self._rows
        for key, row in rows.items():
            old = kept.get(key)
            if old is None and row is None:
                continue
            n = new._count if old is None else old[0]
            new._count += old is None
            new.changes += 1
            kept = kept.delete(key) if row is None else kept.set(key, (n, row))
            for index in self.indexes:
                before: Mapping[Any, Any] = index.stands(old[1]) if old is not None else {}
                now: Mapping[Any, Any] = index.stands(row) if row is not None else {}
                if before or now:
                    ranks = {where: n if r is None else new.changes if r is LAST_CHANGE else r for where, r in now.items()}
                    new._lines[index] = _moved(new._lines[index], key, row, before, ranks)
        new._rows = kept
        return new

    def after(self, key: str, index: Index[V], where: Hashable = True) -> Iterator[V]:
        """The rows of a line that were first written down after one of this table, also where that one has left the line. KeyError where
        the table has it no more. Of an index without ranks of its own."""
        return self.of(index, where).after(key, self._rows[key][0])

    def __getitem__(self, key: str) -> V:
        return self._rows[key][1]

    def get(self, key: str, default: Any = None) -> Any:
        found = self._rows.get(key)
        return default if found is None else found[1]

    def __contains__(self, key: object) -> bool:
        return key in self._rows

    def __iter__(self) -> Iterator[str]:
        return iter([key for key, _ in sorted(self._rows.items(), key=lambda one: one[1][0])])

    def __len__(self) -> int:
        return len(self._rows)

    def values(self) -> Any:
        return [row for _, row in sorted(self._rows.values(), key=lambda one: one[0])]


def _moved(lines: Map[Hashable, Line[V]], key: str, row: V | None, before: Mapping[Any, Any], now: Mapping[Any, Any]) -> Any:
    for where in before:
        if where not in now:
            left = lines[where].without(key)
            lines = lines.set(where, left) if len(left) else lines.delete(where)
    for where, rank in now.items():
        lines = lines.set(where, lines.get(where, EMPTY).with_(key, cast(Any, row), rank))
    return lines
