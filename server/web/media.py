"""Pictures and clips for the boards (教你办): files that somebody has put into the folder `media` beside the database. It names and finds
them; it never writes, and no address leads out of the folder."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

TYPES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".mp4": "video/mp4",
    ".webm": "video/webm",
}
NAME = re.compile(r"[\w\-. ()]{1,100}")  # also 教你办.mp4
MOST = 500  # files that are told


@dataclass(frozen=True)
class Media:
    """The folder of a hall's media, which need not exist."""

    folder: Path

    def file(self, name: str) -> Path | None:
        """A file of the folder that a board can show; None for every other name."""
        path = self.folder / name
        fits = NAME.fullmatch(name) and not name.startswith(".") and path.suffix.lower() in TYPES
        return path if fits and path.is_file() and not path.is_symlink() else None

    def names(self) -> list[str]:
        some = sorted(path.name for path in self.folder.iterdir()) if self.folder.is_dir() else []
        return [name for name in some if self.file(name)][:MOST]


def type_of(name: str) -> str:
    """The media type, by the end of a name."""
    return TYPES.get(Path(name).suffix.lower(), "application/octet-stream")
