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
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from ..contract import OK, DeviceAbsent, DeviceError, DeviceRefused, DeviceSilent, Notice, Status
from . import clips as clip_files
from . import render

log = logging.getLogger(__name__)

PLAYERS = (("pw-play",), ("paplay",), ("aplay", "-q"), ("afplay",))
LONGEST = 60.0  # seconds for one notice


def open(url: str, *, player: str = "", volume: int = 80, languages: Sequence[str] = ("zh",), **voice) -> LocalSpeaker:
    """audio://default, or audio://<device> for aplay's name of one. `player`: another command, the file is put at its end.

    `voice`: engine, clips, one, rate as in `render`, for notices without a sound file.
    """
    device = urlsplit(url).netloc
    if urlsplit(url).scheme != "audio":
        raise ValueError(f"A loudspeaker of this machine is audio://default, not {url!r}.")
    return LocalSpeaker(command(player, "" if device == "default" else device), volume=volume, languages=tuple(languages), voice=voice)


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

    def __init__(self, player: list[str] | None, *, volume: int, languages: tuple[str, ...], voice: dict):
        self._player, self._volume, self._languages, self._voice = player, volume, languages, voice
        self._lock = threading.Lock()
        self._folder = tempfile.TemporaryDirectory(prefix="hall-voice-")
        self._playing: subprocess.Popen | None = None
        self._closed = False
        self._status = Status(
            state="unknown", code="starting", sentence="扬声器尚未使用。", sentence_en="The loudspeaker has not been used yet."
        )

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
            self._status = Status(state="ok", sentence=OK.sentence, sentence_en=OK.sentence_en)

    def status(self) -> Status:
        return absent_player() if self._player is None else self._status

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
        texts = [(lang, notice.zh if lang == "zh" else notice.en) for lang in self._languages]
        files = []
        for lang, text in texts:
            if text:
                files.append(folder / f"{lang}.wav")
                render(text, lang, files[-1], volume=volume, **self._voice)
        return files

    def _play(self, file: Path) -> None:
        if self._closed:
            raise DeviceAbsent("The loudspeaker has been closed.", code="closed", zh="扬声器已关闭。")
        if self._player is None:
            status = absent_player()
            raise DeviceAbsent(status.sentence_en, code=status.code, zh=status.sentence)
        if not self._player:
            import winsound

            winsound.PlaySound(str(file), winsound.SND_FILENAME)
            return
        try:
            self._playing = subprocess.Popen([*self._player, os.fspath(file)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            code = self._playing.wait(LONGEST)
        except subprocess.TimeoutExpired:
            self._playing.kill()
            raise DeviceSilent("The loudspeaker's player hangs.", code="stuck", zh="播放程序无响应。", started=True) from None
        except OSError as error:
            raise DeviceAbsent(
                f"{self._player[0]} cannot be started.", code="no_player", zh=f"无法启动播放程序 {self._player[0]}。"
            ) from error
        finally:
            self._playing = None
        if code:
            raise DeviceRefused(f"{self._player[0]} could not play the sound ({code}).", code="player", zh="播放失败，请检查声卡和音箱。")


def absent_player() -> Status:
    return Status(
        state="trouble",
        code="no_player",
        sentence="本机没有可用的播放程序（pw-play、paplay 或 aplay）。",
        sentence_en="This machine has no program to play sound (pw-play, paplay or aplay).",
        stops=True,
    )


def _sound(path: Path):
    try:
        return clip_files.read(path)
    except (OSError, EOFError, clip_files.wave.Error) as error:
        raise DeviceRefused(f"{path.name} is no sound file.", code="sound_file", zh=f"{path.name} 不是声音文件。") from error
