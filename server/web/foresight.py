"""Doors to what is to come: how many visitors, with the error of such forecasts; how many windows they need. They change nothing."""

from __future__ import annotations

from ..domain.errors import NotFound
from . import models
from .appointments import no_such_day
from .table import MANAGERS, Ask, door


@door(
    "GET", "/forecast", query=models.ForecastQuery, gives={200: models.Forecast}, roles=MANAGERS, tag="manage", refuses=("no_such_service",)
)
def get_forecast(ask: Ask):
    """Who is expected on a day (today unless given), by half hour with a range, who has come, and how wrong such forecasts have been."""
    if ask.query.service is not None and ask.query.service not in ask.floor.services:
        raise NotFound("no_such_service", service=ask.query.service)
    day = ask.query.day or ask.house.foresight.today(ask.now)
    try:
        told = ask.house.foresight.told(ask.floor, day, ask.now, ask.query.service)
    except (ValueError, OverflowError):  # beyond the calendar
        raise no_such_day() from None
    return 200, told | {"say": sentence(ask, told)}


def sentence(ask: Ask, told: dict) -> dict:
    """How sure the forecast is, in both languages."""
    error = told["error"]
    if not told["days"]:
        return ask.house.say("foresight", "no_days", {})
    if error is None:
        return ask.house.say("foresight", "few_days", {"days": told["days"]})
    facts = {"days": len(error["days"]), "half": error["half"], "day_pct": round(error["day_pct"]), "inside": round(error["inside_pct"])}
    return ask.house.say("foresight", "error", facts)
