"""Doors to try things before they are switched on, and for peaks: rules on a past day, how a name is spoken, plans begun and ended."""

from __future__ import annotations

import base64

from config.settings import WEEKDAYS

from .. import actions, roster_list
from ..domain.errors import NotFound
from ..forecast.answers import NothingRecorded
from . import models
from .table import ApiRequest, endpoint, items


@endpoint("POST", "/settings/rules/preview", body=models.Preview, gives={200: models.Previewed}, may="set", tag="settings",
      refuses=("nothing_recorded",))  # fmt: skip
def preview_rules(req: ApiRequest):
    """Run a past day (the last one, unless `day` is given) under the rules in force and under those proposed. Changes nothing."""
    proposed = actions.checked("rules", req.body.value, {"service": req.floor.services})
    try:
        return 200, req.context.do("preview", req.body.day, {"now": req.floor.rules_now, "proposed": req.floor.in_force(proposed)})
    except NothingRecorded as error:
        raise NotFound("nothing_recorded", day=str(error)) from None


@endpoint("GET", "/settings/rosters/proposal", query=models.ProposalQuery, gives={200: models.RosterProposal}, may="set", tag="settings")
def propose_rosters(req: ApiRequest):
    """Rosters as past days propose them, one for each window that worked on at least three of them. Changes nothing."""
    found = req.context.do("rosters", req.query.days)
    weeks = {no: {WEEKDAYS[day]: texts for day, texts in week.items()} for no, week in found["windows"].items() if no in req.floor.windows}
    return 200, {"days": found["days"], "value": weeks}


@endpoint("POST", "/settings/rosters/list/preview", body=models.ServiceFile, gives={200: models.RosterListPreview}, may="set",
          tag="settings", most=models.LIST)  # fmt: skip
def preview_rosters(req: ApiRequest):
    """The rosters in a CSV or XLSX file (columns window, day, hours), and what is wrong with it. Nothing is changed."""
    try:
        raw = base64.b64decode(req.body.file, validate=True)
    except ValueError:
        raw = b"\0"  # what is no file is said as one that cannot be read
    found = roster_list.read(raw, req.floor.windows)
    return 200, {"value": {} if found.wrong else found.value, "wrong": [{"row": one.row, "say": one.say} for one in found.wrong]}


@endpoint("POST", "/voice", body=models.Hear, gives={200: models.Heard}, may="set", tag="settings", refuses=("no_voice",))
def hear(req: ApiRequest):
    """How the hall's voice says something: an address to listen at. Changes nothing."""
    context = req.context
    urls = context.voice.urls({req.body.language: req.body.text}) if context.voice else None
    if not urls:
        raise NotFound("no_voice")
    return 200, {"url": urls[req.body.language]}


@endpoint("GET", "/plans", gives={200: models.ShownPlan}, lists=True, may="lead", tag="settings")
def list_plans(req: ApiRequest):
    """What is prepared for peaks, and since when it is active."""
    return items(req.context.view().plans())


@endpoint("POST", "/plans/{id}/activation", gives={201: models.ShownPlan}, may="lead", tag="settings", refuses=("no_such_plan",))
def activate_plan(req: ApiRequest, id: str):
    """Put a plan into force: its lends, quotas and notice hold at once."""
    return req.do(actions.activate_plan, _plan(req, id, 201), id=id, by=req.who.name or req.who.key)


@endpoint("DELETE", "/plans/{id}/activation", gives={200: models.ShownPlan}, may="lead", tag="settings", refuses=("no_such_plan",))
def deactivate_plan(req: ApiRequest, id: str):
    """End a plan."""
    return req.do(actions.deactivate_plan, _plan(req, id, 200), id=id)


def _plan(req: ApiRequest, id: str, status: int):
    def answer(tx, _):
        found = next((p for p in req.context.view_in(tx).plans() if p["id"] == id), None)
        if found is None:
            raise NotFound("no_such_plan", plan=id)
        return status, found

    return answer
