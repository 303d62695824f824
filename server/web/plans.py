"""Doors to try things before they are switched on, and for peaks: rules on a past day, how a name is spoken, plans begun and ended."""

from __future__ import annotations

from .. import actions, recorded
from ..domain.errors import NotFound, WrongBody
from ..domain.line import rules_of
from ..domain.rules import from_dict
from . import models
from .table import MANAGERS, Ask, door, items


@door("POST", "/settings/rules/preview", body=models.Preview, gives={200: models.Previewed}, roles=MANAGERS, tag="settings",
      refuses=("nothing_recorded",))  # fmt: skip
def preview_rules(ask: Ask):
    """Run a past day (the last one, unless `day` is given) under the rules in force and under those proposed. Changes nothing."""
    try:
        proposed = from_dict(ask.body.value)
        actions.check_rules(proposed, ask.floor.services)
    except (ValueError, TypeError) as error:
        raise WrongBody("bad_body", errors=[{"field": "value", "problem": str(error)}]) from None
    floor, zone = ask.floor, ask.house.ledger.zone
    with ask.house.reader() as connection:
        day = ask.body.day or recorded.last_day(connection, floor.day)
        try:
            if day is None:
                raise recorded.NothingRecorded("")
            return 200, recorded.preview(connection, floor, day, zone, {"now": rules_of(floor), "proposed": proposed})
        except recorded.NothingRecorded:
            raise NotFound("nothing_recorded", day=day or "") from None


@door("POST", "/voice", body=models.Hear, gives={200: models.Heard}, roles=MANAGERS, tag="settings", refuses=("no_voice",))
def hear(ask: Ask):
    """How the hall's voice says something: an address to listen at. Changes nothing."""
    house = ask.house
    urls = house.voice.urls({ask.body.language: ask.body.text}) if house.voice else None
    if not urls:
        raise NotFound("no_voice")
    return 200, {"url": urls[ask.body.language]}


@door("GET", "/plans", gives={200: models.Plan}, lists=True, roles=MANAGERS, tag="settings")
def list_plans(ask: Ask):
    """What is prepared for peaks, and since when it is active."""
    return items(ask.house.look().plans())


@door("POST", "/plans/{id}/activation", gives={201: models.Plan}, roles=MANAGERS, tag="settings", refuses=("no_such_plan",))
def activate_plan(ask: Ask, id: str):
    """Put a plan into force: its lends, quotas and notice hold at once."""
    return ask.do(actions.activate_plan, _plan(ask, id, 201), id=id, by=ask.who.name or ask.who.key)


@door("DELETE", "/plans/{id}/activation", gives={200: models.Plan}, roles=MANAGERS, tag="settings", refuses=("no_such_plan",))
def deactivate_plan(ask: Ask, id: str):
    """End a plan."""
    return ask.do(actions.deactivate_plan, _plan(ask, id, 200), id=id)


def _plan(ask: Ask, id: str, status: int):
    def answer(entry, _):
        found = next((p for p in ask.house.inside(entry).plans() if p["id"] == id), None)
        if found is None:
            raise NotFound("no_such_plan", plan=id)
        return status, found

    return answer
