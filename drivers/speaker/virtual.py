"""A loudspeaker that ships with the product: remembers what was said, and writes the sound files where it is given a folder."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from ..contract import OK, Announcement, DeviceError, Speaker, Status
from . import render


def open(url: str, *, volume: int = 80, **voice: Any) -> Speaker:
    """virtual://speaker, or virtual://speaker/folder/for/sounds."""
    path = unquote(urlsplit(url).path)
    return VirtualSpeaker(Path(path) if len(path) > 1 else None, volume=volume, voice=voice)


class VirtualSpeaker:
    """`said`: the notices heard, newest last. `trouble`: an error that `say` raises, for tests."""

    verified = False

    def __init__(self, folder: Path | None = None, *, volume: int = 80, voice: Mapping[str, Any] | None = None):
        self.said: list[Announcement] = []
        self.trouble: DeviceError | None = None
        self._folder, self._volume, self._voice = folder, volume, voice or {}
        self._new = threading.Condition()
        if folder:
            folder.mkdir(parents=True, exist_ok=True)

    @property
    def standin(self) -> VirtualSpeaker:
        return self

    def say(self, notice: Announcement) -> None:
        if self.trouble:
            raise self.trouble
        if self._folder and notice.audio:
            part = self._folder / f"{len(self.said):04d}.part"
            shutil.copyfile(notice.audio, part)
            part.rename(part.with_suffix(".wav"))
        elif self._folder:
            for lang, text in notice.texts.items():
                if text:
                    volume = self._volume if notice.volume is None else notice.volume
                    render(text, lang, self._folder / f"{len(self.said):04d}-{lang}.wav", volume=volume, **self._voice)
        with self._new:
            self.said.append(notice)
            del self.said[:-1000]
            self._new.notify_all()

    def wait(self, count: int, timeout: float = 60.0) -> bool:
        with self._new:
            return self._new.wait_for(lambda: len(self.said) >= count, timeout)

    def status(self) -> Status:
        return OK

    def close(self) -> None:
        """Nothing is open."""
