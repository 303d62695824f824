"""Within it the modules of a program are loaded, and little else is done. It loads none itself."""

from __future__ import annotations

import contextlib
import gc
import sys
from collections.abc import Generator


@contextlib.contextmanager
def quickly(*left_out: str) -> Generator[None]:
    """Modules are made to stay, so that to look for rubbish among them again and again is a tenth of a start. What is `left_out` cannot be
    imported meanwhile, as if it were not installed: Engine.IO loads aiohttp, for a client that nobody here uses, wherever it finds it."""
    hidden = [name for name in left_out if name not in sys.modules]
    collects = gc.isenabled()
    gc.disable()
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]  None: there is no such module
    try:
        yield
    finally:
        for name in hidden:
            sys.modules.pop(name, None)
        if collects:
            gc.freeze()  # and a fork copies none of it by counting
            gc.enable()


def settled() -> None:
    """What is there now stays: nothing looks through it for rubbish again, nor now. With a day of 20,000 numbers to look through, everybody
    would wait for it 0.6 s each time."""
    gc.freeze()
