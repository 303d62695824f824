"""A hall as a file: read at the first start, written by an export. `load(dump(hall))` is the same hall."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from config.schema import HallFile


def load(path: str | Path) -> HallFile:
    """Reads a hall file; a name without a folder ("county.toml" or "county") is looked for among the shipped ones too."""
    from config import load, paths

    name = str(path)
    file = paths.find(name, Path.cwd())
    for other in (name, f"halls/{name}", f"halls/{name}.toml"):
        if not file.is_file():
            file = paths.find(other, Path.cwd())
    return load.hall_file(file if file.is_file() else Path(name))


def dump(hall: HallFile) -> str:
    """The hall as TOML text, one [[table]] per thing, without what is empty."""
    import tomli_w

    parts = []
    for name, value in hall.model_dump(mode="json", by_alias=True, exclude_none=True).items():
        if isinstance(value, list):
            parts += [f"[[{name}]]\n" + tomli_w.dumps({k: v for k, v in row.items() if v not in ("", [])}) for row in value]
        else:
            parts.append(tomli_w.dumps({name: {k: v for k, v in value.items() if v not in ("", {})}}))
    return "\n".join(parts)
