"""Sentences about devices: a driver gives a code with facts, and whoever shows it to a person finds the words here."""

from __future__ import annotations

from collections.abc import Mapping

from . import load


def sentence(code: str, facts: Mapping[str, str | int], lang: str) -> str:
    """How a device is, for a manager. "" is `ok`; a code that we do not know is shown as it is."""
    return load().text("devices", code or "ok", lang, **facts)


def known(code: str) -> bool:
    return (code or "ok") in load().codes("devices")


def told(kind: str, code: str, lang: str, *, stops: bool) -> str:
    """What the person before a device may be told; "" means nothing."""
    codes = load().codes("devices_told")
    key = code if code in codes and not stops else kind if stops and kind in codes else ""
    return load().text("devices_told", key, lang) if key else ""
