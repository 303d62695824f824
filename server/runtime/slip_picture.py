"""A sample slip as a picture, drawn by the very code that prints (`hall slip`) in a process of its own: fonts and Pillow weigh 60 MB,
and are needed while somebody edits the slip. It knows nothing of the hall."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from typing import Any

from ..domain.errors import HallError

PATIENCE = 20.0  # s
_one = threading.Semaphore(1)  # at a time: each is a second of a core


class NoPicture(HallError):
    """503: the process is busy with another, has failed, or was too slow."""

    status_hint = 503


def slip_picture(facts: dict[str, Any], *, width: int, language: str, alone: bool, url: str) -> bytes:
    """PNG. `facts`: slip (the setting), hall and service as in the open interface."""
    options = ["--facts", "-", "--out", "-", "--width", str(width), "--language", language, "--url", url, *(["--alone"] if alone else [])]
    run = f"import sys; sys.path[:] = {sys.path!r}; from hallfloor import main; main({['slip', *options]!r})"
    if not _one.acquire(timeout=PATIENCE):
        raise NoPicture("no_picture")
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-c", run], input=json.dumps(facts).encode(), stdout=subprocess.PIPE, check=True, timeout=PATIENCE
        )
    except (subprocess.SubprocessError, OSError) as error:
        raise NoPicture("no_picture") from error
    finally:
        _one.release()
    return done.stdout
