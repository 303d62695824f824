"""From a hall file to the hall's first event. It decides nothing: the models are in config, the rules in domain."""

from __future__ import annotations

from config import halls
from config.schema import HallFile
from config.settings import as_json, in_whole


def first_event(hall: HallFile) -> dict:
    """The arguments of `actions.load_hall`. Every value is written down, so that a later default changes no hall that runs."""
    own = hall.hall
    written = {name: as_json(one) if name in ("look", "neighbours") else in_whole(one) for name, one in halls.settings_of(hall).items()}
    return {
        "hall": _filled({"code": own.code, "name": own.name, "name_en": own.name_en, "timezone": own.timezone}),
        "services": [_service(s) for s in hall.services],
        "windows": [_filled(w.model_dump(mode="json")) for w in hall.windows],
        "settings": {name: value for name, value in written.items() if value},
    }


def _service(service) -> dict:
    row = _filled(service.model_dump(mode="json"))
    row["closed"] = not row.pop("open")
    return row


def _filled(row: dict) -> dict:
    """Without the texts beside (`name_en`) that were not written: they would empty that language of a text given whole."""
    return {k: v for k, v in row.items() if v or not k.endswith("_en")}
