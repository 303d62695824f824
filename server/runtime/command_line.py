"""The key for commands on the same machine: a running server leaves its address and a token in its data folder, for their owner alone.

The token is an administrator's, is made anew at each start, is taken from this machine only (web/auth.py), and stands nowhere else.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

FILE = "command.json"


def address_of(server) -> str:
    """Where the server is reached from its own machine; `server` is the settings' table [server]."""
    host: str = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(server.host) or server.host
    return f"http://{f'[{host}]' if ':' in host else host}:{server.port}"


class CommandFile:
    """There while the server runs."""

    def __init__(self, folder: Path, url: str, token: str):
        self._path = Path(folder) / FILE
        self._facts = {"url": url, "token": token}

    def start(self) -> CommandFile:
        part = self._path.with_suffix(".part")
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(self._facts, file)
        os.replace(part, self._path)
        return self

    def close(self) -> None:
        self._path.unlink(missing_ok=True)


def left_in(folder: Path) -> tuple[str, str] | None:
    """(url, token) of the server that runs on the folder, or was killed there; None where there is none."""
    try:
        facts = json.loads((Path(folder) / FILE).read_text(encoding="utf-8"))
        return facts["url"], facts["token"]
    except (OSError, ValueError, KeyError):
        return None
