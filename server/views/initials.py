"""The first letters of names in pinyin, by which they are found. Reckoned once for each name: the library behind it takes a second to load
and a millisecond for a name, so that the running server has it done aside (runtime/spelling.py).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from ..domain.texts import pick
from ..domain.things import Service

MOST = 8192  # names kept
_KNOWN: dict[str, str] = {}
_coming: list[Callable[[], object]] = []  # waits for names that are being spelled


def initials(name: str) -> str:
    """公积金 -> gjj, for the kiosk's search."""
    found = _KNOWN.get(name)
    if found is None and _coming:
        _coming[0]()
        found = _KNOWN.get(name)
    if found is None:
        found = spelled([name])[name]
        learn({name: found})
    return found


def coming(wait: Callable[[], object]) -> None:
    """Names are being spelled aside: who asks for one that is not known yet waits for them, by `wait()`, and spells none itself."""
    _coming[:] = [wait]


def learn(known: Mapping[str, str]) -> None:
    """So that nobody has to wait for these."""
    if len(_KNOWN) + len(known) > MOST:
        _KNOWN.clear()
    _KNOWN.update(known)


def remember(file: Path, names: Iterable[str], spell: Callable[[list[str]], Mapping[str, str]]) -> None:
    """Learns `names` from a file of earlier starts, and by `spell` those that are new in it; the file may go without harm."""
    names = list(names)
    try:
        kept: dict[str, str] = dict(json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        kept = {}
    known = {name: kept[name] for name in names if name in kept}
    learn(known)
    if len(known) < len(names):
        known |= spell([name for name in names if name not in known])
        learn(known)
    if known != kept:
        part = file.with_suffix(".part")
        part.write_text(json.dumps(known, ensure_ascii=False), encoding="utf-8")
        part.replace(file)


def names_of(services: Iterable[Service]) -> list[str]:
    """All names of services that are asked for."""
    return list(dict.fromkeys(text for s in services for text in (pick(s.name), *s.aliases, pick(s.theme))))


def spelled(names: Iterable[str]) -> dict[str, str]:
    from pypinyin import Style, lazy_pinyin

    others: Any = lambda signs: [sign for sign in signs if sign.isalnum()]
    first = lambda name: lazy_pinyin(name, style=Style.FIRST_LETTER, errors=others)
    return {name: "".join(part[0] for part in first(name) if part).lower() for name in names}
