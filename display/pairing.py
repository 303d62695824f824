"""Where a display keeps the token and the name that a manager gave it. It speaks with nobody."""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path

from config.enrolment import Granted

FILE = "display.paired.json"

log = logging.getLogger("hall.display.pairing")


class Pairing:
    """One file, for its owner alone. The folder is made when there is something to keep."""

    def __init__(self, folder: Path):
        self._file = folder / FILE

    def recall(self) -> Granted | None:
        try:
            facts = json.loads(self._file.read_text(encoding="utf-8"))
            return Granted(facts["token"], facts["name"])
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError) as error:
            log.warning("%s cannot be read (%s): this display asks to be paired again", self._file, error)
            return None

    def keep(self, granted: Granted) -> None:
        """Whole or not at all: a machine that loses power while it writes asks to be paired again."""
        self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = self._file.with_suffix(".part")
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            json.dump({"token": granted.token, "name": granted.name}, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, self._file)
