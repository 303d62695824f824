"""The addresses of spoken calls, and the files behind them. The voice itself is handed in; without one there are no addresses.

An address holds the sentence and a mac, so it needs no table, lives through a restart, and cannot be made up to let the hall say anything.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import logging
import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

log = logging.getLogger("hall.voice")
MOST = 3000  # files kept
MAC = 12


class HallVoice:
    """`render(text, language)` gives the bytes of a wav file, or None where it cannot speak that language."""

    def __init__(self, render: Callable[[str, str], bytes | None], folder: Path, keys):
        self._render, self._folder, self._keys = render, Path(folder), keys
        self._lock = threading.Lock()
        self._folder.mkdir(parents=True, exist_ok=True)

    def urls(self, say: dict, languages: Sequence[str] | None = None) -> dict | None:
        """Where each language is heard; None where nothing is to be said."""
        urls = {lang: f"/audio/{lang}/{self._name(lang, say[lang])}.wav" for lang in languages or say if say.get(lang)}
        return urls or None

    def _name(self, lang: str, text: str) -> str:
        coded = base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
        return f"{coded}.{self._mac(lang, text)}"

    def _mac(self, lang: str, text: str) -> str:
        return self._keys.hashed("audio", f"{lang}\0{text}")[:MAC]

    def text_of(self, lang: str, name: str) -> str | None:
        coded, _, mac = name.rpartition(".")
        try:
            text = base64.urlsafe_b64decode(coded + "=" * (-len(coded) % 4)).decode()
        except (binascii.Error, ValueError):
            return None
        return text if hmac.compare_digest(self._mac(lang, text).encode(), mac.encode()) else None

    def file(self, lang: str, name: str) -> Path | None:
        """The wav of an address, made at the first request; None for an address that is not ours, or where the voice fails."""
        text = self.text_of(lang, name)
        if text is None:
            return None
        path = self._folder / f"{lang}-{hashlib.sha256(text.encode()).hexdigest()[:32]}.wav"
        if path.is_file():
            return path
        with self._lock:  # one sentence at a time; boards ask for the same one at the same moment
            if not path.is_file():
                try:
                    wav = self._render(text, lang)
                except Exception:  # noqa: BLE001  a voice that fails must not fail the board: it shows without speaking
                    log.exception("could not say %r", text)
                    wav = None
                if not wav:
                    return None
                part = path.with_suffix(".part")
                part.write_bytes(wav)
                os.replace(part, path)
                self._sweep()
        return path

    def _sweep(self) -> None:
        files = sorted(self._folder.glob("*.wav"), key=lambda f: f.stat().st_mtime)
        for old in files[:-MOST]:
            old.unlink(missing_ok=True)
