"""The tables of the picture: what they keep in order is always what a search through all rows would find, and no older one changes."""

from functools import cached_property
from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from server.domain.floor import OF_SETTINGS, Floor
from server.domain.tables import Index, IndexedTable


class Row(NamedTuple):
    group: int
    at: int | None


BY_GROUP, BY_TIME = Index[Row](lambda r: {r.group: None}), Index[Row](lambda r: {} if r.at is None else {r.group: r.at, "all": r.at})
rows = st.builds(Row, st.integers(0, 2), st.none() | st.integers(0, 4))
changes = st.lists(st.dictionaries(st.sampled_from("abcdefgh"), st.none() | rows, max_size=3), max_size=12)


def agrees(table: IndexedTable, kept: dict[str, Row]) -> None:
    """`kept` is a dict in which the same was done."""
    assert list(table.values()) == list(kept.values()) and list(table) == list(kept) and len(table) == len(kept)
    for group in range(3):
        assert list(table.of(BY_GROUP, group)) == [r for r in kept.values() if r.group == group]
        assert list(reversed(table.of(BY_GROUP, group))) == [r for r in kept.values() if r.group == group][::-1]
    timed = sorted(r.at for r in kept.values() if r.at is not None)
    line = table.of(BY_TIME, "all")
    assert [r.at for r in line] == timed == [r.at for r in reversed(line)][::-1] and len(line) == len(timed)
    for at in range(6):
        assert [r.at for r in line.below(at)] == [a for a in timed if a < at]
    assert dict(table.each(BY_TIME)).keys() == table.lines(BY_TIME).keys()
    assert line.last_rank == (timed[-1] if timed else None)
    assert {r.group for r in kept.values() if r.at is not None} | ({"all"} if timed else set()) == set(table.lines(BY_TIME))


@given(changes)
def test_a_table_is_always_what_a_search_through_all_rows_finds(steps):
    table, kept = IndexedTable((BY_GROUP, BY_TIME)), {}
    before = []
    for step in steps:
        before.append((table, dict(kept)))
        table = table.changed(step)
        for key, row in step.items():
            if row is None:
                kept.pop(key, None)
            else:
                kept[key] = row
    for then, held in [*before, (table, kept)]:
        agrees(then, held)
        agrees(IndexedTable((BY_GROUP, BY_TIME), held), held)  # as it is after a restart


def test_what_a_picture_works_out_of_its_settings_stands_in_the_next_until_they_change():
    assert {name for name, what in vars(Floor).items() if isinstance(what, cached_property)} == set(OF_SETTINGS)
    floor = Floor()
    assert floor.rules_now == floor.rules and floor.hours_now == floor.hours and floor.anybody_may is None

    counted, changed = floor.with_rows(1, {"counters": {}}), floor.with_rows(1, {"settings": {}})

    assert set(OF_SETTINGS) <= vars(counted).keys() and not set(OF_SETTINGS) & vars(changed).keys()
    assert counted.seq == changed.seq == 1 and floor.seq == 0
