"""The stations of a number that visits several services: where it was, where it is, where it goes on. It decides nothing."""

from __future__ import annotations

from typing import Any

from config.codes import AT_WINDOW, LIVE, Class, Outcome, State, StationState
from config.settings import Package

from ..domain.floor import OF_TICKET
from ..domain.packages import WaitOf, next_leg_of, open_questions, stopped, visited
from ..domain.texts import FIRST
from ..domain.tickets import PlannedLeg, Ticket
from . import shapes
from .evaluations import EvaluationsView


class StationsView(EvaluationsView):
    def on_package(self, t: Ticket) -> shapes.OnPackage:
        """What its holder and staff see of a number for several services: nothing of one for a single service."""
        package = self.floor.packages.by_code.get(t.package or "")
        several = bool(t.package or t.onward or t.legs)
        return {
            "package": t.package,
            "package_names": (package.name if package else {FIRST: t.package}) if t.package else None,
            "stations": self.stations(t) if several else [],
            "questions": self._questions(t, package) if package else [],
        }

    def stations(self, t: Ticket) -> list[shapes.Station]:
        """Every service of a number in the order in which they are visited: those it was at, where it is, where it goes on, and those
        that it does not visit, with the reason."""
        grades = {e.leg: e for e in self.floor.evaluations.of(OF_TICKET, t.id)}
        over = t.state not in LIVE and t.state is not State.BOOKED
        found: list[shapes.Station] = []
        for n, leg in enumerate(t.legs, 1):
            been = self.station(leg.service, StationState.DONE, window=leg.window)
            been["finished_at"], been["outcome"] = self.instant(leg.finished_at), leg.outcome
            been["evaluated"] = _evaluated(grades.get(n))
            found.append(been)
        plan = {leg.service: leg for leg in t.plan}
        if t.state is not State.DONE:
            state = StationState.LEFT if over else StationState.NOW
            at = t.window if t.state in AT_WINDOW else None
            found.append(self.station(t.service, state, window=at, sure=is_sure(plan.get(t.service))))
        coming = t.onward if t.package is None or t.state is not State.DONE else ()
        first = self._next(t) if coming and not over else None
        ordered = sorted(coming, key=lambda code: code != first) if t.any_order else coming
        for code in ordered:
            state = StationState.LEFT if over else StationState.NEXT if code == first else StationState.TO_COME
            found.append(self.station(code, state, t.class_, sure=is_sure(plan.get(code))))
        shown = {*visited(t), *coming} | ({t.service} if t.state is not State.DONE else set[str]())
        for leg in t.plan:
            if leg.service not in shown:
                found.append(self.skipped(leg))
        return found

    def _next(self, t: Ticket) -> str | None:
        """Where it goes after the leg under way, as it looks now."""
        return next_leg_of(self.floor, t, t.onward, Outcome.DONE, self.now, self.zone, self.newcomers_wait(t.class_)).service

    def newcomers_wait(self, class_: str) -> WaitOf:
        def wait(service: str) -> float | None:
            told = self.waits.for_new(service, class_, self.newer) if self.waits else None
            return None if told is None else told.p50

        return wait

    def station(
        self, code: str, state: StationState, class_: str = Class.ORDINARY, *, window: str | None = None, sure: bool = True
    ) -> shapes.Station:
        coming = state in (StationState.NEXT, StationState.TO_COME)
        why = stopped(self.floor, code, self.now, self.zone) if coming else None
        told = self.waits.for_new(code, class_, self.newer) if coming and self.waits and why is None else None
        at = self.floor.windows.get(window or "")
        some = [at] if at else self.windows_of.get(code, []) if state is not StationState.SKIPPED else []
        zones = {zone and zone.code: zone for zone in map(self.floor.zone_at, some)}
        return {
            "service": code,
            "service_names": self.service_name(code),
            "state": state,
            "sure": sure,
            "window": window,
            "where": self.where(next(iter(zones.values()))) if len(zones) == 1 else {},
            "wait": self.wait(told),
            "stopped": {"code": why} | self.say("stations", why, {}) if why else None,
            "skipped": None,
            "finished_at": None,
            "outcome": None,
            "evaluated": None,
            "evaluation": None,
        }

    def skipped(self, leg: PlannedLeg) -> shapes.Station:
        """A leg that is not visited, with the reason."""
        reason = str(leg.skipped or "by_answer")
        one = self.station(leg.service, StationState.SKIPPED)
        one["skipped"] = {"code": reason} | self.say("skips", reason, {})
        return one

    def _questions(self, t: Ticket, package: Package) -> list[shapes.PackageAnswer]:
        """Those on which a leg depends that is not over, with what was answered."""
        been, answers = visited(t), {leg.question: leg.answer for leg in t.plan if leg.question}
        open_ones = {leg.question for leg in t.plan if leg.service not in been}
        unasked = open_questions(t)
        return [
            {"code": q.code, "texts": q.text, "answer": answers[q.code], "open": q.code in unasked}
            for q in package.questions
            if q.code in open_ones and q.code in answers
        ]


def is_sure(leg: PlannedLeg | None) -> bool:
    """Whether it is known that a leg is needed: its question, if it has one, is answered."""
    return leg is None or leg.question is None or leg.answer is not None


def _evaluated(evaluation: Any) -> bool | None:
    """None where it cannot be evaluated (any more)."""
    if evaluation is None or evaluation.state == "closed":
        return None
    return evaluation.state == "given"
