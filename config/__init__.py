"""What the installer sets: models, shipped defaults, example halls and words. It imports no room.

    from config import load_server, load_kiosk, load_display, ConfigError

Every loader reads one TOML file and answers with frozen settings, or raises ConfigError with *all* mistakes at once.
The heavy part (pydantic) is imported only when a loader is called, so that `hall --help` stays quick.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from config.mistakes import ConfigError, Mistake

if TYPE_CHECKING:
    from config.schema import DisplaySettings, KioskSettings, ServerSettings

__all__ = ["ConfigError", "Mistake", "load_display", "load_kiosk", "load_server"]


def load_server(path: str | Path | None = None) -> ServerSettings:
    """Settings of `hall server`; without a path the shipped config/server.toml (and with it the county hall)."""
    from config import load

    return load.server(path)


def load_kiosk(path: str | Path | None = None) -> KioskSettings:
    """Settings of `hall kiosk`; without a path the shipped config/kiosk.toml (its devices are stand-ins)."""
    from config import load

    return load.kiosk(path)


def load_display(path: str | Path | None = None) -> DisplaySettings:
    """Settings of `hall display`; without a path the shipped config/display.toml (its devices are stand-ins)."""
    from config import load

    return load.display(path)
