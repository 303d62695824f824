"""The watch of the long fuzz finds what is planted: memory of Python and of others, threads and open files that are ever more; and nothing
where nothing stays."""

import os
import threading

import pytest
from growth import Growth, Watch

STAYS = []


def draw(example, times=60, **watch):
    looked_at = Watch(times, kept=20)(example)
    for n in range(times):
        looked_at(n)


def test_what_is_thrown_away_is_no_growth_nor_what_is_made_once():
    def tidy(n):
        if n == 3:
            STAYS.append([bytearray(1) for _ in range(10_000)])
        with open(os.devnull, "rb") as file:
            file.read(1)
        rubbish = [bytearray(10_000)]
        rubbish.append(rubbish)

    draw(tidy)


@pytest.mark.parametrize(
    ("leak", "said"),
    [
        (lambda over: STAYS.append([bytearray(10) for _ in range(30)]), "pieces of memory are ever more"),
        (lambda over: STAYS.append(b"x" * 300_000), "bytes of memory are ever more"),  # one piece, as a library would hold it
        (lambda over: STAYS.append(os.dup(0)), "open files are ever more"),
        (lambda over: threading.Thread(target=over.wait, daemon=True).start(), "threads are ever more"),
    ],
)
def test_a_planted_leak_ends_it(leak, said):
    over = threading.Event()
    try:
        with pytest.raises(Growth, match=said):
            draw(lambda n: leak(over))
    finally:
        over.set()
        for kept in STAYS:
            if isinstance(kept, int):
                os.close(kept)
        STAYS.clear()
