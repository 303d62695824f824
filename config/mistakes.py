"""Mistakes in a TOML file as sentences: which key, where, what is wrong with its value, and what was probably meant.

Pure text and standard library; the models are in schema.py.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

Path = tuple[str | int, ...]  # ("windows", 2, "services")
Lines = dict[Path, int]  # in which line of a file something stands


@dataclass(frozen=True, kw_only=True)
class Mistake:
    """`key` is the path as a person would write it ("windows[2].services"), `line` 0 where it could not be found."""

    file: str
    key: str
    problem: str
    line: int = 0
    code: str = "bad_value"

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}: {self.key}: {self.problem}" if self.key else f"{where}: {self.problem}"


class ConfigError(Exception):
    """One or more mistakes in a config; its text names all of them, one per line."""

    def __init__(self, mistakes: Iterable[Mistake]):
        self.mistakes = list(mistakes)
        super().__init__("\n".join(str(m) for m in self.mistakes))


def nearest(word: object, known: Iterable[object]) -> str:
    """The known name that is nearest to a word, never the word itself; empty when nothing is near."""
    names = {str(k).lower(): str(k) for k in known if str(k) != str(word)}
    near = difflib.get_close_matches(str(word).lower(), names, n=1, cutoff=0.6)
    return names[near[0]] if near else ""


def did_you_mean(word: object, known: Iterable[object]) -> str:
    """ "; did you mean 'x'?" or, when nothing is near, an empty text."""
    near = nearest(word, known)
    return f"; did you mean '{near}'?" if near else ""


def show(value: object) -> str:
    """A value as the sentence quotes it: short, text in quotes, never a whole table, no secret longer than a few signs."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return f"a list of {len(cast(list[Any], value))}"
    text = f"'{value}'" if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else text[:57] + "…" + ("'" if isinstance(value, str) else "")


def name_of(path: Path) -> str:
    """("windows", 2, "services") -> "windows[3].services": entries are counted from one, as a person counts."""
    name = ""
    for part in path:
        name += f"[{part + 1}]" if isinstance(part, int) else (f".{part}" if name else str(part))
    return name


_HEADER = re.compile(r"^\s*\[(\[)?\s*([^\]]+?)\s*\]\]?\s*(#.*)?$")
_KEY = re.compile(r"""^\s*(?:"([^"]+)"|'([^']+)'|([A-Za-z0-9_-]+))\s*=""")


def lines(text: str) -> dict[Path, int]:
    """Path -> line of every table and every plain `key = …` in a TOML text. Good enough to point a finger; not a parser."""
    found: dict[Path, int] = {}
    counts: dict[Path, int] = {}
    table: Path = ()
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            name = tuple(part.strip().strip("\"'") for part in header[2].split("."))
            if header[1]:
                counts[name] = counts.get(name, -1) + 1
                table = (*name, counts[name])
            else:
                table = tuple(name)
            found.setdefault(table, number)
        elif key := _KEY.match(line):
            found.setdefault((*table, key[1] or key[2] or key[3]), number)
    return found


def line_of(path: Path, found: dict[Path, int]) -> int:
    """The line of a path, or of the nearest thing around it; 0 when even its table is not written."""
    while path:
        if path in found:
            return found[path]
        path = path[:-1]
    return 0
