"""The kiosk's spoken prompts as sound files for its page. It says only sentences of the kiosk's own, and works without any voice too."""

from __future__ import annotations

import hashlib
import logging
import threading
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from drivers import speaker
from drivers.contract import DeviceError

log = logging.getLogger(__name__)
MOST = 400  # sentences that are remembered; each is a file of some 100 kB


class KioskVoice:
    """Addresses of sentences, and the files behind them, made when first asked for."""

    def __init__(self, folder: str | Path, *, volume: int = 80, clips: str | Path = "", engine: str = "auto"):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self._how: dict[str, Any] = {"volume": volume, "clips": clips, "engine": engine}
        self._lock = threading.Lock()
        self._known: OrderedDict[str, tuple[str, str]] = OrderedDict()

    @classmethod
    def open(cls, folder: str | Path, **how: Any) -> KioskVoice | None:
        """None where this machine has no voice: the page then shows the sentence only."""
        can = speaker.can_speak(engine=how.get("engine", "auto"), clips=how.get("clips", ""))
        return cls(folder, **how) if can else None

    def urls(self, say: Mapping[str, str]) -> dict[str, str]:
        """Language -> address below the kiosk's door."""
        urls: dict[str, str] = {}
        with self._lock:
            for lang, sentence in say.items():
                name = f"{lang}-{hashlib.sha256(f'{self._how} {sentence}'.encode()).hexdigest()[:24]}.wav"
                self._known[name] = (lang, sentence)
                self._known.move_to_end(name)
                urls[lang] = f"/say/{name}"
            while len(self._known) > MOST:
                old, _ = self._known.popitem(last=False)
                (self.folder / old).unlink(missing_ok=True)
        return urls

    def file(self, name: str) -> Path | None:
        """The sound of an address; None for one that is not ours, or where the voice fails."""
        with self._lock:
            known = self._known.get(name)
            if known is None:
                return None
            path = self.folder / name
            if not path.exists():
                lang, text = known
                try:
                    speaker.render(text, lang, path, **self._how)
                except (DeviceError, OSError) as error:
                    log.warning("a prompt could not be spoken: %s", error)
                    return None
            return path
