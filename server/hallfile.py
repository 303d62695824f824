"""From a hall file to the hall's first event, and back to a file. It decides nothing: the models are in config, the rules in domain."""

from __future__ import annotations

from config import halls


def first_event(hall) -> dict:
    """The arguments of `actions.load_hall` for a config.schema.HallFile."""
    own = hall.hall
    told = {"phone": own.phone, "complaints": own.complaints, "address": own.address, "address_en": own.address_en}
    settings = {
        "rules": halls.rules(hall),
        "calls": {"when_called": hall.calling.when_called},
        "evaluation": {"pad_s": hall.evaluation.pad, "open_hours": max(1, hall.evaluation.open_for // 3600)},
        "slots": {"minutes": hall.appointments.slot // 60, "capacity": hall.appointments.per_slot},
        "look": {k: v for k, v in told.items() if v},
    }
    if hall.neighbours:
        settings["neighbours"] = {"items": [{k: v for k, v in n.model_dump().items() if v} for n in hall.neighbours]}
    if hall.hours is not None:
        settings["hours"] = hall.hours.model_dump(mode="json", exclude_unset=True)
    return {
        "hall": _filled({"code": own.code, "name": own.name, "name_en": own.name_en, "timezone": own.timezone}),
        "services": [_service(s) for s in hall.services],
        "windows": [_filled(w.model_dump(mode="json")) for w in hall.windows],
        "settings": {name: value for name, value in settings.items() if value},
    }


def _service(service) -> dict:
    row = _filled(service.model_dump(mode="json"))
    row["closed"] = not row.pop("open")
    return row


def _filled(row: dict) -> dict:
    """Without the texts beside (`name_en`) that were not written: they would empty that language of a text given whole."""
    return {k: v for k, v in row.items() if v or not k.endswith("_en")}
