"""Which devices a kiosk's or a display's config names, and with which settings each is opened. It opens none."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from config import load

if TYPE_CHECKING:
    from config.schema import DisplaySettings, KioskSettings, SpeakerTable


@dataclass(frozen=True)
class Wanted:
    """A device: how the hall knows it, and how it is opened, `drivers.open(kind, url, **settings)`."""

    name: str
    kind: str
    url: str
    window: str = ""
    settings: dict[str, Any] = field(default_factory=dict)


def named_in(file: str | Path) -> list[Wanted]:
    """All devices of a kiosk's or a display's file. ValueError for a file of another kind, ConfigError for its mistakes."""
    match kind := load.kind_of(file):
        case "kiosk":
            return of_kiosk(load.kiosk(file))
        case "display":
            return of_display(load.display(file))
        case _:
            pass
    raise ValueError(f"{file} is a {kind} file; only kiosks and displays have devices.")


def of_kiosk(settings: KioskSettings) -> list[Wanted]:
    reader, printer, scanner = settings.reader, settings.printer, settings.scanner
    found: list[Wanted] = []
    if reader:
        found.append(Wanted("reader", "reader", reader.url, settings={"kind": reader.kind, "poll": reader.poll / 1000}))
    if printer:
        found.append(Wanted("printer", "printer", printer.url, settings={"width": printer.width}))
    if scanner:
        found.append(Wanted("scanner", "scanner", scanner.url, settings={"kind": scanner.kind}))
    return found


def of_display(settings: DisplaySettings) -> list[Wanted]:
    """Only what was written goes to the driver, which knows its own defaults."""
    ours = {"url", "token", "token_file", "serve", "transfer"}
    found: list[Wanted] = []
    for n, table in enumerate(speaker_tables(settings), 1):
        zone = table.zone if re.fullmatch(r"[A-Za-z0-9_.-]{1,30}", table.zone) else n
        name = "speaker" if n == 1 and settings.speaker else f"speaker-{zone}"
        found.append(Wanted(name, "speaker", table.url))
    for sign in settings.signs:
        more = sign.model_dump(exclude=ours | {"window"}, exclude_unset=True)
        found.append(Wanted(f"sign-{sign.window}", "sign", sign.url, sign.window, more))
    for keypad in settings.keypads:
        more = keypad.model_dump(exclude=ours, exclude_unset=True)
        found.append(Wanted(f"keypad-{keypad.window}", "keypad", keypad.url, keypad.window, more))
    return found


def speaker_tables(settings: DisplaySettings) -> list[SpeakerTable]:
    return [*([settings.speaker] if settings.speaker else []), *settings.speakers]
