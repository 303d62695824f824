"""Doors to what is to come: how many visitors, with the error of such forecasts; how many windows they need. They change nothing."""

from __future__ import annotations

from config.codes import Class

from ..domain.errors import NotFound
from ..domain.hours import clock
from ..forecast.answers import ALL, PROTECTED
from ..forecast.calibration import EARLY, Coverage, Unseen
from . import models
from .appointments import no_such_day
from .table import ApiRequest, endpoint

ENOUGH_NUMBERS = 30  # before a share of them says anything


@endpoint(
    "GET",
    "/forecast",
    query=models.ForecastQuery,
    gives={200: models.Forecast},
    may="see_figures",
    tag="manage",
    refuses=("no_such_service",),
)
def get_forecast(req: ApiRequest):
    """Who is expected on a day (today unless given), by half hour with a range, who has come, and how wrong such forecasts have been."""
    if req.query.service is not None and req.query.service not in req.floor.services:
        raise NotFound("no_such_service", service=req.query.service)
    try:
        told = req.context.do("visitors", req.query.day, req.now, req.query.service)
    except (ValueError, OverflowError):  # beyond the calendar
        raise no_such_day() from None
    return 200, told | {"say": sentence(req, told)}


@endpoint("GET", "/staffing", query=models.DayQuery, gives={200: models.StaffingAdvice}, may="see_figures", tag="manage")
def get_staffing(req: ApiRequest):
    """How many windows the next hour needs, and a day (the next open one unless given), by half hour, and what that saves.

    Worked out beside, by the simulation that tells the waits; `ready` false: ask again in some seconds.
    """
    try:
        found = req.context.do("advice", req.query.day, req.now)
    except (ValueError, OverflowError):  # beyond the calendar
        raise no_such_day() from None
    hour, plan = found["hour"], found["day"]
    return 200, {
        "day": found["of"],
        "next_day": found["next_day"],
        "ready": found["ready"],
        "hour": _hour(req, *hour) if hour and hour[1] else None,
        "plan": _plan(req, *plan, opens=found["open"]) if plan else None,
    }


GROUPS = {
    "all": ("", -1), "green": (Class.GREEN, -1), "appointment": (Class.APPOINTMENT, -1), "early": (EARLY, -1),
    "ordinary": (Class.ORDINARY, -1), "under_5": ("", 0), "under_15": ("", 1), "under_40": ("", 2), "longer": ("", 3),
}  # fmt: skip


@endpoint("GET", "/waits/told", gives={200: models.ToldWaits}, may="see_figures", tag="manage")
def get_told_waits(req: ApiRequest):
    """How true the waits were that people were told: today and on the last past days, by class and by how long a wait was told."""
    found = req.context.do("told_waits")
    none = Coverage(n=0)
    rows = [
        {"group": name, "today": _coverage(today), "past": _coverage(past)}
        for name, group in GROUPS.items()
        if (today := found["today"].get(group, none)).n + (past := found["past"].get(group, none)).n or name == "all"
    ]
    unseen: Unseen | None = found["unseen"]
    return 200, {
        "days": found["days"],
        "corrected": found["corrected"],
        "rows": rows,
        "unseen": unseen and req.context.say("told_waits", f"unseen_{unseen.why}", {"now": unseen.now, "ever": unseen.ever}),
        "say": _told_waits(req, found["days"], found["past"][GROUPS["all"]], found["today"][GROUPS["all"]]),
    }


def _coverage(found: Coverage) -> dict:
    pct = lambda share: None if share is None else _pct(share)
    return {
        "n": found.n, "under_pct": pct(found.under), "inside_pct": pct(found.inside), "near_pct": pct(found.near),
        "later": None if found.later is None else round(found.later),
    }  # fmt: skip


def _told_waits(req: ApiRequest, days: int, past: Coverage, today: Coverage) -> dict:
    """In one sentence: of the past days, while there are few numbers of them of today."""
    shown = past if past.n >= ENOUGH_NUMBERS else today
    if not past.n and not today.n:
        return req.context.say("told_waits", "none", {})
    if shown.n < ENOUGH_NUMBERS:
        return req.context.say("told_waits", "few", {"n": past.n + today.n})
    key = "past" if shown is past else "today"
    facts = {"days": days, "n": shown.n, "under": round(100 * (shown.under or 0.0)), "near": round(100 * (shown.near or 0.0))}
    return req.context.say("told_waits", key, facts)


def _pct(share: float) -> float:
    return round(100 * share, 1)


def _windows(req: ApiRequest, numbers) -> list[dict]:
    look = req.context.view()
    return [{key: w[key] for key in ("no", "name", "name_en", "names")} for w in map(look.window, numbers)]


def _hour(req: ApiRequest, at: int, found) -> dict:
    shown = lambda k: {"windows": k.windows, "kept_pct": _pct(k.all), "protected_pct": _pct(k.protected)}
    steps = [("open_window", no) for no in found.open] + [("close_window", no) for no in found.close]
    whole = lambda k: round(100 * k.all)
    facts = {
        "n": found.advised.windows, "all": found.full.windows,
        "kept": whole(found.advised), "as_is": whole(found.as_is), "full": whole(found.full), "saved": len(found.close),
    }  # fmt: skip
    if found.open:
        key = "hour_more" if found.advised.enough else "hour_more_not_enough"
    elif found.close:
        key = "hour_less"
    elif found.due < 1:
        key = "hour_quiet"
    elif found.as_is.enough:
        key = "hour_right"
    else:
        key = "hour_full" if found.as_is.windows >= found.full.windows else "hour_no_help"
    return {
        "at": req.context.view().instant(at),
        "due": round(found.due, 1),
        "as_is": shown(found.as_is),
        "advised": shown(found.advised),
        "all": shown(found.full),
        "enough": found.advised.enough,
        "do": [{"do": do} | w for do, no in steps for w in _windows(req, [no])],
        "say": req.context.say("staffing", key, facts | {"windows": found.open or found.close, "more": len(found.open or found.close)}),
    }


def _plan(req: ApiRequest, at: int, found, *, opens: bool) -> dict:
    """The advice for a whole day."""
    basis = {"days": found.days, "times": "learned" if found.days else "described"}
    told = {"at": req.context.view().instant(at), "day": found.day, "visitors": found.visitors, "basis": basis}
    nothing = dict.fromkeys(("advised", "all", "as_is", "saved_pct"), None) | {"enough": True, "halves": [], "windows": []}
    plan = found.plan
    if plan is None:
        key = "day_unknown" if opens else "day_closed"
        return told | nothing | {"say": req.context.say("staffing", key, {})}
    kept = lambda open, hours, protected, share: {
        "windows": open, "hours": round(hours, 1), "kept_pct": _pct(share), "protected_pct": _pct(protected),
    }  # fmt: skip
    most = max((n for _, n in plan.open), default=0)
    advised, full = (
        kept(most, plan.hours, plan.protected, plan.all),
        kept(len(found.windows), plan.full_hours, plan.full_protected, plan.full_all),
    )
    as_is = found.as_is and kept(*found.as_is)
    enough = plan.all >= ALL and (plan.protected >= PROTECTED or plan.protected == plan.all)  # the same: nobody is green or booked
    saved = round(100 * (1 - plan.share))
    facts = {
        "visitors": round(found.visitors), "saved": saved,
        "hours": round(plan.hours), "full_hours": round(plan.full_hours),
        "kept": round(100 * plan.all), "full": round(100 * plan.full_all), "as_is": as_is and round(as_is["kept_pct"]),
        "days": found.days or None,
    }  # fmt: skip
    edges = sorted({t for some in plan.spans for span in some for t in span})
    halves = range(int(edges[0] // 30), -int(-edges[-1] // 30)) if edges else ()
    return told | {
        "advised": advised,
        "all": full,
        "as_is": as_is,
        "saved_pct": saved,
        "enough": enough,
        "halves": [
            {"from": clock(30 * h), "windows": sum(1 for some in plan.spans for a, b in some if a <= 30 * h + 15 < b)} for h in halves
        ],
        "windows": [
            w | {"hours": [{"from": clock(a), "to": clock(b)} for a, b in some]}
            for w, some in zip(_windows(req, found.windows), plan.spans, strict=True)
        ],
        "say": req.context.say("staffing", "day" if enough else "day_not_enough", facts),
    }


def sentence(req: ApiRequest, told: dict) -> dict:
    """How sure the forecast is, in both languages."""
    error = told["error"]
    if not told["days"]:
        return req.context.say("staffing", "no_days", {})
    if error is None:
        return req.context.say("staffing", "few_days", {"days": told["days"]})
    facts = {"days": len(error["days"]), "half": error["half"], "day_pct": round(error["day_pct"]), "inside": round(error["inside_pct"])}
    return req.context.say("staffing", "error", facts)
