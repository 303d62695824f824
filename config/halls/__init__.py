"""A hall as a file: read at the first start, written by an export. `load(dump(hall))` is the same hall."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from config.schema import HallFile


def load(path: str | Path) -> HallFile:
    """Reads a hall file; a name without a folder ("county.toml" or "county") is looked for among the shipped ones too."""
    from config import load, paths

    name = str(path)
    file = paths.find(name, Path.cwd())
    for other in (name, f"halls/{name}", f"halls/{name}.toml"):
        if not file.is_file():
            file = paths.find(other, Path.cwd())
    return load.hall_file(file if file.is_file() else Path(name))


def dump(hall: HallFile) -> str:
    """The hall as TOML text, one [[table]] per thing, without what is empty."""
    import tomli_w

    parts = []
    for name, value in hall.model_dump(mode="json", by_alias=True, exclude_none=True).items():
        if isinstance(value, list):
            parts += [f"[[{name}]]\n" + tomli_w.dumps({k: v for k, v in row.items() if v not in ("", [])}) for row in value]
        else:
            parts.append(tomli_w.dumps({name: {k: v for k, v in value.items() if v not in ("", {})}}))
    return "\n".join(parts)


def rules(hall: HallFile) -> dict:
    """The hall's promises and limits as one plain rule set, in the form in which the server keeps them (`server.domain.rules`)."""
    promises = [
        {
            "promise": {"target_s": r.target, "warn_s": r.target * 4 // 5 if r.warn is None else r.warn, "handling_s": r.handling or 1200},
            **{k: v for k, v in (("kind", r.kind), ("class_", r.class_), ("channel", r.channel), ("service", r.service)) if v},
        }
        for r in hall.rules
        if r.target is not None
    ]
    quotas = [
        {"service": r.service, "start": _minute(r.hours[:5]) if r.hours else 0, "end": _minute(r.hours[6:]) if r.hours else 1440}
        | {"tickets": r.quota}
        for r in hall.rules
        if r.quota is not None
    ]
    graces = [r.grace for r in hall.rules if r.grace is not None]
    calling, booked = hall.calling, hall.appointments
    return {
        "mode": calling.mode,
        "cap_s": calling.cap,
        **({"promises": promises} if promises else {}),
        "green": {"reasons": list(hall.green.reasons), "age": hall.green.age, "in_a_row": hall.green.in_a_row},
        "appointments": {
            "early_s": booked.early,
            "late_s": graces[-1] if graces else booked.grace,
            "no_show_s": booked.no_show,
            "days_ahead": booked.days_ahead,
        },
        "returns": {
            "recalls": calling.recalls,
            "times": calling.returns,
            "within_s": calling.return_within,
            "places": calling.return_behind,
        },
        "quotas": quotas,
        "one_per_service": calling.one_ticket,
    }


def _minute(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:])
