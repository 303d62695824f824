"""Packages (一件事) as people choose them: what is asked, which legs, whether they can be had now. It decides nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from config.codes import Channel, Class, StationState
from config.settings import Package

from ..domain.line import told_quota, used_up
from ..domain.packages import doubts_of, first_of, planned
from ..domain.texts import pick
from . import shapes
from .base import materials, names
from .hall import HallView
from .initials import initials
from .stations import StationsView, is_sure


class PackagesView(StationsView, HallView):
    def packages(self) -> list[shapes.OfferedPackage]:
        """Those that may be taken, in their order."""
        return [self.package(one) for one in self.floor.packages.items if one.open]

    def package(self, one: Package) -> shapes.OfferedPackage:
        legs = [self._package_leg(leg.service, list(leg.matters), leg.only_if, leg.unless) for leg in one.legs]
        return {
            "code": one.code,
            **names(one.name),
            "initials": initials(pick(one.name)),
            "aliases": list(one.aliases),
            "matter": one.matter or None,
            "ordered": one.ordered,
            "questions": [{"code": q.code, "texts": q.text} for q in one.questions],
            "legs": legs,
            "can": any(leg["can"] for leg in legs),
        }

    def package_doubts(self) -> list[shapes.PackageDoubt]:
        """What managers should look at in the packages of this hall."""
        return [
            {
                "package": package.code,
                "service": service,
                "say": {"code": code} | self.say("doubts", code, {"code": self.service_name(service), "matter": matter}),
            }
            for _, package, service, code, matter in doubts_of(self.floor)
        ]

    def _package_leg(self, code: str, matters: list[str], only_if: str | None, unless: str | None) -> shapes.OfferedLeg:
        service = self.floor.services.get(code)
        return {
            "service": code,
            "service_names": self.service_name(code),
            "matters": matters or (list(service.matters) if service else []),
            "only_if": only_if,
            "unless": unless,
            **materials(service),
            "online": (service and service.online) or None,
            "can": self.cannot_take(code) is None,
            "why_not": self.cannot_take(code),
        }

    def cannot_take(self, code: str) -> shapes.Said | None:
        """Why no number of a service can be had at a kiosk now; None where one can."""
        service = self.floor.services.get(code)
        facts: dict[str, Any] = {"service": self.service_name(code)}
        if service is None or service.closed:
            return {"code": "service_closed"} | self.say("refusals", "service_closed", facts)
        given = self.given_at(service)
        if not given["open"]:
            at = given["next_numbers"]
            today = at and at[:10] == self.at(self.now)[:10]
            when = ({"from": at[11:16]} if today else {"next": at[:16].replace("T", " ")}) if at else {}
            return {"code": "service_not_now"} | self.say("refusals", "service_not_now", facts | when)
        if full := used_up(self.floor, code, self.now, self.zone, Channel.KIOSK):
            return {"code": "quota_full"} | self.say("refusals", "quota_full", facts | told_quota(full))
        return None

    def package_plan(self, one: Package, answers: Mapping[str, bool]) -> shapes.PackagePlan:
        """The stations of somebody who would take it now with these answers, and which of them cannot be had now."""
        plan = planned(one, answers)
        needed = [leg.service for leg in plan if leg.needed]
        first = first_of(self.floor, needed, not one.ordered, self.now, self.zone, self.newcomers_wait(Class.ORDINARY)) if needed else None
        ordered = needed if one.ordered else sorted(needed, key=lambda code: code != first)
        state = lambda code: StationState.NEXT if code == first else StationState.TO_COME
        kept = {leg.service: leg for leg in plan}
        stations = [self.station(code, state(code), sure=is_sure(kept[code])) for code in ordered]
        stations += [self.skipped(leg) for leg in plan if not leg.needed]
        cannot: list[shapes.LegNotNow] = [{"service": code, "say": why} for code in needed if (why := self.cannot_take(code))]
        return {"code": one.code, "stations": stations, "cannot": cannot, "can": len(cannot) < len(needed)}
