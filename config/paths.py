"""Where the product's own files lie, in a checkout and in an installed wheel alike. It never writes any of them."""

from __future__ import annotations

import functools
import tomllib
from pathlib import Path
from typing import Any

CONFIG = Path(__file__).resolve().parent


def config_dir() -> Path:
    """The shipped, commented TOML files."""
    return CONFIG


@functools.cache
def demo() -> dict[str, Any]:
    """Made-up people, a hall and a slip, for the commands that show something."""
    return tomllib.loads((CONFIG / "demo.toml").read_text(encoding="utf-8"))


def static_dir() -> Path:
    """The pages as display/web's build left them: one folder per page, index.html inside. It may not exist yet."""
    return CONFIG.parent / "server" / "static"


def find(name: str | Path, near: Path) -> Path:
    """A file named in a config: absolute, or beside that config, or among the shipped ones. It may turn out not to exist."""
    path = Path(name).expanduser()
    if path.is_absolute():
        return path
    beside, shipped = near / path, CONFIG / path
    return shipped if not beside.exists() and shipped.exists() else beside
