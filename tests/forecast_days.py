"""Days made of our own descriptions, for the tests of what is predicted."""

import tomllib
from pathlib import Path

from server.forecast import described

ROOT = Path(__file__).resolve().parents[1]


def made(name, days=4, seed=5):
    text = (ROOT / "config" / "days" / f"{name}.toml").read_text(encoding="utf-8")
    return described.describe(tomllib.loads(text), days=days, seed=seed)
