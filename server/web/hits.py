"""Doors to ask, before something is set, how many numbers and bookings it would take something from. They change nothing."""

from __future__ import annotations

from typing import Any

from .. import actions
from ..domain.given import OPEN_WINDOW, Hits
from ..domain.texts import FIRST
from . import models
from .table import ApiRequest, endpoint
from .windows import given


@endpoint("POST", "/settings/{name}/hits", body=models.PutSetting, gives={200: models.Hit}, may="set", tag="settings",
      refuses=("no_such_setting",))  # fmt: skip
def hits_of_setting(req: ApiRequest, name: str):
    """How many numbers and bookings a setting would take something from that they were given. It is refused as PUT would be."""
    return tried(req, actions.put_setting, name=name, value=req.body.value)


@endpoint("POST", "/settings/hours/calendar/hits", body=models.Calendar, gives={200: models.Hit}, may="set", tag="settings")
def hits_of_holidays(req: ApiRequest):
    """The same of a year's holidays and made-up days."""
    return tried(req, actions.import_holidays, calendar=req.body.calendar)


@endpoint("POST", "/services/{code}/hits", body=models.PutService, gives={200: models.Hit}, may="set", tag="settings",
      refuses=("no_such_service",))  # fmt: skip
def hits_of_service(req: ApiRequest, code: str):
    """The same of a service."""
    return tried(req, actions.put_service, code=code, **given(req))


@endpoint("POST", "/services/list/hits", body=models.PutServices, gives={200: models.Hit}, may="set", tag="settings", most=models.LIST)
def hits_of_services(req: ApiRequest):
    """The same of a list of services."""
    return tried(req, actions.put_services, services=[row.given() for row in req.body.services])


@endpoint("POST", "/windows/{no}/hits", body=models.PutWindow, gives={200: models.Hit}, may="set", tag="settings",
      refuses=("no_such_service",))  # fmt: skip
def hits_of_window(req: ApiRequest, no: str):
    """The same of what a window is and serves."""
    return tried(req, actions.put_window, no=no, **given(req))


@endpoint("POST", "/windows/{no}/state/hits", body=models.SetWindow, gives={200: models.Hit}, may="lead", tag="windows",
      refuses=("no_such_window", "window_busy", "not_skilled"))  # fmt: skip
def hits_of_window_state(req: ApiRequest, no: str):
    """How many in line or booked for today no open window would serve any more, if a window were opened, paused or closed so."""
    body = req.body
    how = {"reason": body.reason or "", "clerk": body.clerk, "in_hand": body.in_hand or "", "by": req.who.name}
    return tried(req, actions.staff_window, window=no, state=body.state, **how)


@endpoint("POST", "/windows/{no}/clerk/hits", body=models.AssignWindow, gives={200: models.Hit}, may="lead", tag="windows",
      refuses=("no_such_window", "no_such_staff", "window_busy", "not_skilled"))  # fmt: skip
def hits_of_assignment(req: ApiRequest, no: str):
    """The same of putting somebody at a window, whose other window closes."""
    return tried(req, actions.assign_window, window=no, clerk=req.body.clerk)


@endpoint("POST", "/plans/{id}/hits", body=models.PlanActive, gives={200: models.Hit}, may="lead", tag="settings",
      refuses=("no_such_plan",))  # fmt: skip
def hits_of_plan(req: ApiRequest, id: str):
    """The same of a plan that is put into force, or ended."""
    return tried(req, actions.activate_plan if req.body.active else actions.deactivate_plan, id=id)


def tried(req: ApiRequest, act: Any, **arguments: Any):
    return 200, {"hits": shown(req, actions.try_change(req.context.ledger, req.who.actor, act, **arguments))}


def shown(req: ApiRequest, hits: Hits) -> dict[str, Any]:
    services = req.floor.services
    return {
        "bookings": hits.bookings,
        "numbers": hits.numbers,
        "reasons": [
            {"reason": reason, "say": req.context.say("hits", reason, {}), "bookings": b, "numbers": n, "told": reason != OPEN_WINDOW}
            for reason, (b, n) in hits.by_reason.items()
        ],
        "days": [
            {
                "day": day,
                "service": code,
                "service_names": services[code].name if code in services else {FIRST: code},
                "bookings": b,
                "numbers": n,
            }
            for (day, code), (b, n) in hits.by_day.items()
        ],
    }
