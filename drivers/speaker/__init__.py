"""Voices and loudspeakers: a sentence becomes a sound file, a notice is heard. The wording is decided by the server, never here."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..contract import DeviceAbsent, DeviceError
from . import clips as clip_files
from . import espeak
from .spoken import spoken

log = logging.getLogger("hall.voice")

ENGINES = ("auto", "clips", "espeak", "none")


def render(
    text: str,
    lang: str,
    path: str | Path,
    *,
    engine: str = "auto",
    clips: str | Path = "",
    one: str = "yao",
    rate: int = 160,
    volume: int = 80,
) -> float:
    """Makes `path` a WAV file of the sentence; its length in seconds. Recordings may be in any language; the engine has spoken.LANGUAGES.

    auto: the hall's recorded clips where the folder has every part of the sentence, else espeak-ng. DeviceAbsent when neither can.
    The file appears whole or not at all. May be called from any thread; a sentence takes some 20 ms.
    """
    if engine not in ENGINES:
        raise ValueError(f"A voice's engine is one of {', '.join(ENGINES)}, not {engine!r}.")
    path = Path(path)
    words = spoken(text, lang, one=one)
    if engine in ("auto", "clips") and clips:
        seconds = clip_files.join(words, Path(clips) / lang, path, volume=volume)
        if seconds is not None:
            return seconds
    if engine in ("auto", "espeak"):
        return espeak.voice().render(words, lang, path, rate=rate, volume=volume)
    raise DeviceAbsent("no_voice", why="not_recorded" if engine == "clips" else "switched_off")


def can_speak(*, engine: str = "auto", clips: str | Path = "") -> bool:
    """Whether `render` can work here at all: to be asked once at the start."""
    recorded = Path(clips).iterdir() if clips and Path(clips).is_dir() else ()
    if engine in ("auto", "clips") and any(clip_files.names(folder) for folder in recorded):
        return True
    return engine in ("auto", "espeak") and espeak.installed()


def voice(*, engine: str = "auto", clips: str | Path = "", **settings: Any) -> Callable[[str, str], bytes | None] | None:
    """What speaks, if anything here can: (sentence, language) -> the bytes of a WAV file, or None for what it cannot say."""
    if not can_speak(engine=engine, clips=clips):
        return None

    def say(text: str, lang: str) -> bytes | None:
        with tempfile.TemporaryDirectory(prefix="hall-voice-") as scratch:
            path = Path(scratch) / "call.wav"
            try:
                render(text, lang, path, engine=engine, clips=clips, **settings)
            except DeviceError as error:
                log.warning("this cannot be said: %s", error)
                return None
            return path.read_bytes()

    return say
