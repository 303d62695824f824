"""A loudspeaker of this machine: plays sound files through the system's own player. One notice at a time."""

from __future__ import annotations

import logging
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ..contract import OK, STARTING, DeviceAbsent, DeviceError, DeviceRefused, DeviceSilent, Notice, Status
from . import clips as clip_files
from . import render

log = logging.getLogger(__name__)

PLAYERS = (("pw-play",), ("paplay",), ("aplay", "-q"), ("afplay",))
LONGEST = 60.0  # seconds for one notice


def open(url: str, *, player: str = "", volume: int = 80, **voice: Any) -> LocalSpeaker:
    """audio://default, or audio://<device> for aplay's name of one. `player`: another command, the file is put at its end.

    `voice`: engine, clips, one, rate as in `render`, for notices without a sound file.
    """
    device = urlsplit(url).netloc
    return LocalSpeaker(command(player, "" if device == "default" else device), volume=volume, voice=voice)


def command(player: str, device: str) -> list[str] | None:
    """The program that plays a file; None where there is none; [] where Windows does it itself."""
    if player:
        return shlex.split(player)
    if sys.platform == "win32":
        return []
    if device:
        return ["aplay", "-q", "-D", device] if shutil.which("aplay") else None
    return next((list(p) for p in PLAYERS if shutil.which(p[0])), None)


class LocalSpeaker:
    verified = False  # no sound hardware was at hand

    def __init__(self, player: list[str] | None, *, volume: int, voice: Mapping[str, Any]):
        self._player, self._volume, self._voice = player, volume, voice
        self._lock = threading.Lock()
        self._folder = tempfile.TemporaryDirectory(prefix="hall-voice-")
        self._playing: subprocess.Popen | None = None
        self._closed = False
        self._status = STARTING

    def say(self, notice: Notice) -> None:
        """Returns when it was heard; DeviceError otherwise."""
        with self._lock:
            try:
                for file in self._files(notice):
                    for _ in range(max(1, notice.times)):
                        self._play(file)
            except DeviceError as error:
                self._status = error.status()
                raise
            self._status = OK

    def status(self) -> Status:
        return self._status if self._player is not None else DeviceAbsent("no_player").status()

    def close(self) -> None:
        self._closed = True
        if self._playing is not None:
            self._playing.kill()
        with self._lock:
            self._folder.cleanup()

    def _files(self, notice: Notice) -> list[Path]:
        folder = Path(self._folder.name)
        volume = self._volume if notice.volume is None else notice.volume
        if notice.audio:
            file = folder / "given.wav"
            channels, rate, sound = _sound(Path(notice.audio))
            clip_files.write(file, sound, channels=channels, rate=rate, volume=volume)
            return [file]
        files: list[Path] = []
        for lang, text in notice.texts.items():
            if text:
                files.append(folder / f"{lang}.wav")
                render(text, lang, files[-1], volume=volume, **self._voice)
        return files

    def _play(self, file: Path) -> None:
        if self._closed:
            raise DeviceAbsent("closed")
        if self._player is None:
            raise DeviceAbsent("no_player")
        if not self._player:
            import winsound

            winsound.PlaySound(str(file), winsound.SND_FILENAME)
            return
        try:
            self._playing = subprocess.Popen([*self._player, os.fspath(file)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            code = self._playing.wait(LONGEST)
        except subprocess.TimeoutExpired:
            self._playing.kill()
            raise DeviceSilent("stuck", why="player", started=True) from None
        except OSError as error:
            raise DeviceAbsent("no_player", why="not_started", player=self._player[0]) from error
        finally:
            self._playing = None
        if code:
            raise DeviceRefused("player", player=self._player[0], error=code)


def _sound(path: Path):
    try:
        return clip_files.read(path)
    except (OSError, EOFError, clip_files.wave.Error) as error:
        raise DeviceRefused("sound_file", file=path.name) from error
