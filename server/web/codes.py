"""The sets of codes that stand in answers, events and figures, each with its words in every language: so that no program outside keeps
its own list. The codes are in config/codes.py, their words in config/words."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from config import codes

from ..domain.evaluations import GRADES, TAGS
from ..domain.packages import HANDED
from . import models
from .table import ApiRequest, endpoint

# name -> (its codes, where their words stand: section and what goes before the code; the first that has one)
WORDED: dict[str, tuple[Iterable[str], tuple[tuple[str, str], ...]]] = {
    "states": (codes.State, (("states", ""),)),
    "classes": (codes.Rank, (("classes", ""),)),
    "channels": (codes.Channel, (("channels", ""),)),
    "reasons": (codes.Reason, (("pages.desk", "green_"),)),
    "outcomes": (codes.Outcome, (("pages.desk", "outcome_"),)),
    "marks": (codes.Mark, (("marks", ""),)),
    "skip_reasons": (codes.SkipReason, (("skips", ""),)),
    "skips_by_people": (HANDED, (("skips", ""),)),
    "station_states": (codes.StationState, (("stations", ""),)),
    "referral_reasons": (codes.ReferralReason, (("referred_for", ""),)),
    "referral_states": (codes.ReferralState, (("referral_states", ""),)),
    "places": (codes.Place, (("pages.desk", "place_"),)),
    "window_states": (codes.WindowState, (("pages.common", "window_"),)),
    "types": (codes.Purpose, (("purposes", ""),)),
    "site_kinds": (codes.SiteKind, (("sites", ""),)),
    "skill_levels": (codes.SkillLevel, (("pages.manage", "skill_"),)),
    "service_kinds": (codes.ServiceKind, (("pages.manage", "kind_"),)),
    "roles": (codes.Role, (("pages.staff", "role_"), ("pages.manage", "kind_"))),
    "diversions": (codes.Diversion, (("report", ""),)),
    "evaluation_states": (codes.EvaluationState, (("evaluation_states", ""),)),
    "case_states": (codes.CaseState, (("case_states", ""),)),
    "alert_kinds": (codes.AlertKind, (("alert_kinds", ""),)),
    "alert_levels": (codes.AlertLevel, (("alert_levels", ""),)),
    "alert_states": (codes.AlertState, (("alert_states", ""),)),
    "case_outcomes": (codes.CaseOutcome, (("pages.manage", "o_"),)),
    "device_states": (codes.DeviceState, (("pages.common", "device_"),)),
    "refusal_reasons": (codes.RefusalReason, (("refused_for", ""),)),
    "despite": (codes.Despite, (("despite", ""),)),
    "back_for": (codes.BackFor, (("back_for", ""),)),
    "authorities": (codes.Authority, (("pages.guide", "acts_"),)),
    "here": (codes.HereBy, (("here_by", ""),)),
    "grades": (map(str, GRADES), (("grades", ""),)),
    "tags": ([tag for grade in GRADES for tag in TAGS[grade]], (("tags", ""),)),
}
WORDED = {name: (tuple(some), where) for name, (some, where) in WORDED.items()}


@endpoint("GET", "/codes", gives={200: models.Codes}, tag="look")
def list_codes(req: ApiRequest):
    """Every set of codes with its words; of classes, types and zones also those of this hall."""
    said, types, zones = req.context.words, req.floor.types, req.floor.zones
    told = {
        name: [{"code": str(code), "names": said.texts(*word_of(code, where, said.codes))} for code in some]
        for name, (some, where) in WORDED.items()
    }
    classes = told["classes"] + [{"code": own.code, "names": own.name} for own in req.floor.rules.classes]
    own = {code: {"code": code, "names": types.names(code)} for code in (*codes.Purpose, *types.by_code)}
    return 200, told | {
        "types": list(own.values()),
        "classes": classes,
        "zones": [{"code": one.code, "names": zones.names(one.code)} for one in zones.items],
    }


def word_of(code: str, where: tuple[tuple[str, str], ...], known: Callable[[str], set[str]]) -> tuple[str, str]:
    """The section and key of a code's word."""
    places = ((section, before + code) for section, before in where)
    return next((section, key) for section, key in places if key in known(section))
