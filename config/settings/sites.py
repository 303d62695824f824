"""What kind of place a hall is, `[hall] kind` of its file, and what the file need not say because of it. It decides nothing once a hall
runs: what stands here is written down when the hall is begun, and an export says it in full.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from config.codes import Purpose, SiteKind

ONE_PERSON = {"calling": {"when_called": "miss"}, "alerting": {"idle_s": 900, "help_s": 300, "paused_s": 7200}}
ONE_WINDOW = {"windows": [{"no": "1"}]}  # where a file names none; it serves everything

# kind -> tables as a hall file has them, or what each row of a table says; the file itself goes before
DEFAULTS: dict[SiteKind, dict[str, Any]] = {
    SiteKind.CENTRE: {},
    SiteKind.VEHICLES: {"appointments": {"per_slot": 6}},
    SiteKind.TOWNSHIP: {"calling": {"when_called": "miss"}, "appointments": {"per_slot": 2}},
    SiteKind.ENTERPRISE: {"window": {"type": str(Purpose.ENTERPRISE)}},
    SiteKind.VILLAGE: ONE_PERSON | ONE_WINDOW | {"appointments": {"per_slot": 1}, "service": {"prefix": "A"}},
    SiteKind.BANK: ONE_PERSON | ONE_WINDOW | {"appointments": {"per_slot": 2}, "service": {"prefix": "A"}},
}


def with_defaults(data: Mapping[str, Any]) -> dict[str, Any]:
    """A hall file's tables with what its kind says beside them. What has a wrong form is left for whoever checks the file."""
    made = dict(data)
    hall = _table(data.get("hall"))
    kind = next((kind for kind in SiteKind if kind == hall.get("kind")), None)
    if kind is None:
        return made
    for name, value in DEFAULTS[kind].items():
        if name in ("window", "service"):
            continue
        if isinstance(value, list):
            made.setdefault(name, [dict(row) for row in cast(list[dict[str, Any]], value)])
        elif isinstance(made.get(name, {}), dict):
            made[name] = value | _table(made.get(name))
    services = _rows(made, "services", DEFAULTS[kind].get("service", {}))
    windows = _rows(made, "windows", DEFAULTS[kind].get("window", {}))
    if "windows" not in data and windows:
        windows = [row | {"services": [str(s.get("code")) for s in services]} for row in windows]
    return made | ({"services": services} if services else {}) | ({"windows": windows} if windows else {})


def _rows(made: Mapping[str, Any], name: str, default: dict[str, Any]) -> list[Any]:
    """The rows of a table with what each says where it says nothing; a window that stands in a zone has the type of that."""
    given = made.get(name)
    rows = cast(list[Any], given) if isinstance(given, list) else []
    return [default | _table(row) if isinstance(row, dict) and "zone" not in row else row for row in rows]


def _table(value: Any) -> dict[str, Any]:
    return cast(dict[str, Any], value) if isinstance(value, dict) else {}
