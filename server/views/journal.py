"""What the journal's codes are called by people. The rows themselves are in record/journal.py, and none is changed here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..domain.floor import Floor
from ..domain.texts import FIRST, Text

SERVICES, MACHINES = ("service", "to_service"), ("device", "machine", "kiosk", "place")


def names_in_journal(floor: Floor) -> Callable[[dict[str, Any]], dict[str, Text]]:
    """From the body of a row to {field: what the thing is called}; of a device such as `k1/printer` its machine's name."""
    tokens = sorted(floor.tokens.values(), key=lambda t: (t.revoked_at is None, t.made_at))
    machines = {id: t.shown for t in tokens for id in (t.id, t.name) if id and t.shown}

    def names(body: dict[str, Any]) -> dict[str, Text]:
        services = {field: floor.services[code].name for field in SERVICES if (code := body.get(field)) in floor.services}
        ids = {field: str(body[field]).split("/")[0] for field in MACHINES if body.get(field)}
        return services | {field: {FIRST: machines[id]} for field, id in ids.items() if id in machines}

    return names


def role_in_journal(floor: Floor, actor: str) -> tuple[str, str]:
    """(role, name) of who did something: of a person as the public knows them, of a token what it is called; empty where unknown."""
    kind, _, name = actor.partition(":")
    if kind == "staff":
        person = floor.staff.get(name)
        return (person.role, person.shown or name) if person else ("", name)
    if kind == "token":
        token = floor.tokens.get(name)
        return (token.role, token.shown or token.name or token.window or "") if token else ("command" if name == "command" else kind, name)
    return (kind, name)  # as rows of earlier versions are written: role:name
