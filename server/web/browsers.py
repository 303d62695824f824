"""What a browser calls itself, short enough for a list: "Chrome 126 · Windows"."""

from __future__ import annotations

import re

# The first that fits: many browsers also name those they are made of.
BROWSERS = (
    ("WeChat", r"MicroMessenger/(\d+)"),
    ("Edge", r"Edg(?:e|A|iOS)?/(\d+)"),
    ("Opera", r"OPR/(\d+)"),
    ("Firefox", r"(?:Firefox|FxiOS)/(\d+)"),
    ("Chrome", r"(?:Chrome|Chromium|CriOS)/(\d+)"),
    ("Safari", r"Version/(\d+).*Safari"),
)
SYSTEMS = (
    ("HarmonyOS", r"HarmonyOS|OpenHarmony"),
    ("Android", r"Android"),
    ("iPad", r"iPad"),
    ("iPhone", r"iPhone"),
    ("Windows", r"Windows"),
    ("macOS", r"Mac OS X"),
    ("Linux", r"Linux"),
)


def browser(agent: str) -> str:
    """The browser with its version, and what it runs on; empty for what is no browser."""
    name = next((f"{name} {m[1]}" for name, form in BROWSERS if (m := re.search(form, agent))), "")
    system = next((name for name, form in SYSTEMS if re.search(form, agent)), "")
    return " · ".join(part for part in (name, system) if part) if name else ""
