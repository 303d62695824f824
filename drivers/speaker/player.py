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
import time
from array import array
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ..contract import OK, STARTING, Announcement, DeviceAbsent, DeviceError, DeviceRefused, DeviceSilent, Speaker, Status
from . import clips as clip_files
from . import render

log = logging.getLogger(__name__)

PLAYERS = (("pw-play",), ("paplay",), ("aplay", "-q"), ("afplay",))
BEYOND = 5.0  # seconds that a sound may take beyond its own length; then its player hangs
SILENT = 60.0  # seconds after that in which nothing is tried: one dead sound card must not hold up each later call


def open(url: str, *, player: str = "", volume: int = 80, beyond: float = BEYOND, **voice: Any) -> Speaker:
    """audio://default, or audio://<device> for aplay's name of one. `player`: another command, the file is put at its end.

    `voice`: engine, clips, one, rate as in `render`, for notices without a sound file.
    """
    device = urlsplit(url).netloc
    return LocalSpeaker(command(player, "" if device == "default" else device), volume=volume, beyond=beyond, voice=voice)


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

    def __init__(
        self,
        player: list[str] | None,
        *,
        volume: int,
        beyond: float,
        voice: Mapping[str, Any],
        clock: Callable[[], float] = time.monotonic,
    ):
        self._player, self._volume, self._beyond, self._voice, self._clock = player, volume, beyond, voice, clock
        self._silent_until = 0.0
        self._lock = threading.Lock()
        self._folder = tempfile.TemporaryDirectory(prefix="hall-voice-")
        self._playing: subprocess.Popen[bytes] | None = None
        self._closed = False
        self._status = STARTING

    def say(self, notice: Announcement) -> None:
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

    def _files(self, notice: Announcement) -> list[Path]:
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
        if self._clock() < self._silent_until:
            raise DeviceSilent("stuck", why="player")
        if not self._player:
            import winsound

            winsound.PlaySound(str(file), winsound.SND_FILENAME)
            return
        channels, rate, sound = _sound(file)
        try:
            playing = subprocess.Popen([*self._player, os.fspath(file)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        except OSError as error:
            raise DeviceAbsent("no_player", why="not_started", player=self._player[0]) from error
        self._playing = playing
        try:
            code = playing.wait(len(sound) / channels / rate + self._beyond)
        except subprocess.TimeoutExpired:
            playing.kill()
            self._silent_until = self._clock() + SILENT
            raise DeviceSilent("stuck", why="player", started=True) from None
        finally:
            self._playing = None
        if code:
            raise DeviceRefused("player", player=self._player[0], error=code)


def _sound(path: Path) -> tuple[int, int, array[int]]:
    try:
        return clip_files.read(path)
    except (OSError, EOFError, clip_files.wave.Error) as error:
        raise DeviceRefused("sound_file", file=path.name) from error
