"""A sentence joined from a hall's own recordings. Knows file names and samples, no words of its own.

A folder per language (clips/zh, clips/en) holds WAV files named by what they say: `零.wav`, `A.wav`, `号.wav`, `到.wav`, `窗口办理.wav`,
`please.wav`. The longest recording that fits is taken each time, so a hall may record single characters or whole phrases.
"""

from __future__ import annotations

import logging
import wave
from array import array
from functools import lru_cache
from pathlib import Path

Form = tuple[int, int, int]  # channels, bytes a sample, samples a second

log = logging.getLogger(__name__)

PAUSES = {"，": 0.25, ",": 0.25, "。": 0.4, ".": 0.4, "、": 0.2, "！": 0.4, "!": 0.4, "：": 0.25, ":": 0.25, " ": 0.0, "；": 0.3, ";": 0.3}


def names(folder: Path) -> dict[str, Path]:
    """What the folder can say, lower case → file."""
    return {p.stem.lower(): p for p in folder.glob("*.wav")} if folder.is_dir() else {}


def parts(text: str, known: dict[str, Path] | set[str]) -> list[str | float] | None:
    """The recordings (names) and pauses (seconds) for a text; None when something in it was not recorded. Pure."""
    found: list[str | float] = []
    longest = max((len(n) for n in known), default=0)
    text, at = text.lower(), 0
    while at < len(text):
        size = next((n for n in range(min(longest, len(text) - at), 0, -1) if text[at : at + n] in known and _whole(text, at, n)), 0)
        if size:
            found.append(text[at : at + size])
            at += size
        elif text[at] in PAUSES:
            if PAUSES[text[at]]:
                found.append(PAUSES[text[at]])
            at += 1
        else:
            return None
    return found


def _whole(text: str, at: int, size: int) -> bool:
    """`one` is not in `gone`: a Latin word is taken whole or not at all."""
    before = at > 0 and _latin(text[at - 1]) and _latin(text[at])
    after = at + size < len(text) and _latin(text[at + size]) and _latin(text[at + size - 1])
    return not before and not after


def _latin(character: str) -> bool:
    return character.isascii() and character.isalnum()


def join(text: str, folder: Path, path: Path, *, volume: int = 100) -> float | None:
    """Writes the WAV and gives its seconds; None when the folder cannot say all of it."""
    known = names(folder)
    wanted = parts(text, known)
    if not wanted:
        return None
    form: Form | None = None
    sound = array("h")
    for want in wanted:
        if not isinstance(want, str):
            if form:
                sound.extend([0] * int(want * form[2]) * form[0])
            continue
        this, samples = _clip(known[want], known[want].stat().st_mtime_ns)
        if form and this != form:
            log.warning("%s has another sample rate or channel count than the other recordings", known[want].name)
            return None
        form = this
        sound.extend(samples)
    if form is None:
        return None
    write(path, sound, channels=form[0], rate=form[2], volume=volume)
    return len(sound) / form[0] / form[2]


@lru_cache(maxsize=256)
def _clip(path: Path, _changed: int) -> tuple[Form, array[int]]:
    with wave.open(str(path), "rb") as file:
        form = (file.getnchannels(), file.getsampwidth(), file.getframerate())
        if form[1] != 2:
            raise ValueError(f"{path.name} must have 16-bit samples.")
        samples = array("h")
        samples.frombytes(file.readframes(file.getnframes()))
        return form, samples


def write(path: Path, sound: array[int], *, channels: int, rate: int, volume: int = 100) -> None:
    """A 16-bit WAV, whole or not at all; `volume` 0 to 100 scales the samples."""
    if volume < 100:
        sound = array("h", (s * volume // 100 for s in sound))
    part = path.with_name(path.name + ".part")
    with wave.open(str(part), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(sound.tobytes())
    part.replace(path)


def read(path: Path) -> tuple[int, int, array[int]]:
    """(channels, rate, 16-bit samples) of a WAV file."""
    with wave.open(str(path), "rb") as file:
        sound = array("h")
        sound.frombytes(file.readframes(file.getnframes()))
        return file.getnchannels(), file.getframerate(), sound
