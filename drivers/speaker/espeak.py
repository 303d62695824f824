"""The fallback voice: espeak-ng 1.52 from an optional package, in a process of its own that is started when first needed."""

from __future__ import annotations

import atexit
import importlib.util
import json
import queue
import subprocess
import sys
import threading
from functools import lru_cache
from pathlib import Path
from typing import Any

from ..contract import DeviceAbsent, DeviceRefused, DeviceSilent
from .spoken import LANGUAGES, language

PROGRAM = Path(__file__).with_name("espeak_process.py")
PATIENCE = 10.0  # seconds for a sentence; it takes some 20 ms


def installed() -> bool:
    return importlib.util.find_spec("espeakng_loader") is not None


@lru_cache(maxsize=1)
def voice() -> Espeak:
    """The one engine of this process."""
    engine = Espeak()
    atexit.register(engine.close)
    return engine


class Espeak:
    def __init__(self, program: str | Path = PROGRAM, patience: float = PATIENCE):
        self._program, self._patience = str(program), patience
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._answers: queue.Queue[str] = queue.Queue()

    def render(self, text: str, lang: str, path: Path, *, rate: int = 160, volume: int = 80) -> float:
        """Seconds of the WAV file that it made. DeviceAbsent: not installed; DeviceSilent, DeviceRefused: it failed, and says why."""
        if lang not in LANGUAGES:
            raise DeviceAbsent("no_voice", why="language", language=lang)
        speaker = language(lang).voice
        if not installed():
            raise DeviceAbsent("no_voice", why="not_installed")
        clean = "".join(c if c.isprintable() else " " for c in text)
        ask = {"text": clean, "voice": speaker, "rate": int(rate), "volume": int(volume), "path": str(path)}
        with self._lock:
            answer = self._ask(ask, tries=2)
        if not answer["ok"]:
            raise DeviceRefused("voice", error=str(answer["why"]))
        return float(answer["seconds"])

    def close(self) -> None:
        with self._lock:
            self._end()

    def _ask(self, ask: dict[str, Any], tries: int) -> dict[str, Any]:
        for left in reversed(range(tries)):
            mouth = self._running().stdin
            assert mouth is not None  # it was asked for
            try:
                mouth.write(json.dumps(ask) + "\n")
                mouth.flush()
                line = self._answers.get(timeout=self._patience)
                if line:
                    return json.loads(line)
            except (OSError, queue.Empty):
                pass
            self._end()  # it died or hangs: a new one, once
            if not left:
                break
        raise DeviceSilent("voice")

    def _running(self) -> subprocess.Popen[str]:
        if self._process is None or self._process.poll() is not None:
            answers: queue.Queue[str] = queue.Queue()
            self._answers = answers
            # -P: the folder of the program must not come before the packages.
            self._process = process = subprocess.Popen(
                [sys.executable, "-P", self._program],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                encoding="utf-8",
            )

            def listen() -> None:
                for line in process.stdout or ():
                    answers.put(line)
                answers.put("")  # it has ended

            threading.Thread(target=listen, name="voice", daemon=True).start()
        return self._process

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait(5)
            self._process = None
