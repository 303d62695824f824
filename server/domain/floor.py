"""The hall as it stands at one event: an immutable picture that every reader may share. It never changes and never writes.

Live and booked tickets, and those of the current day, are here; older ones are in the database only.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Generic, TypeVar

from config.codes import AT_WINDOW, LIVE, State
from config.settings import (
    Alerting,
    Calls,
    EvaluationRules,
    Goals,
    Hours,
    KioskMarks,
    Lends,
    Look,
    Neighbours,
    Plan,
    Plans,
    PlansActive,
    Privacy,
    PrivacyNotice,
    Reserved,
    Rules,
    Series,
    Slots,
    Voice,
)

from . import things
from .private import PRIVATE, Visitor
from .tickets import Ticket

TABLES: dict[str, type] = {
    "hall": things.Hall,
    "services": things.Service,
    "windows": things.Window,
    "staff": things.Staff,
    "tokens": things.Token,
    "tickets": Ticket,
    "evaluations": things.Evaluation,
    "cases": things.Case,
    "settings": things.Setting,
    "counters": things.Counter,
    "loans": things.Loan,
    "devices": things.Device,
    "alerts": things.Alert,
    "notices": things.HallNotice,
    "messages": things.Message,
    "helps": things.Help,
}
TABLE_OF = {cls: name for name, cls in (TABLES | PRIVATE).items()}


S = TypeVar("S")


def key_of(thing: Any) -> str:
    return getattr(thing, getattr(thing, "KEY", "id"))


class FloorSetting(Generic[S]):
    """A setting as an attribute of the floor: what was set, or the defaults."""

    def __init__(self, model: type[S]):
        self.unset = model()

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, floor: Floor, owner: type | None = None) -> S:
        kept = floor.settings.get(self.name)
        return kept.parsed if kept else self.unset


@dataclass(frozen=True, kw_only=True)
class Floor:
    """`seq` is the number of the last event this picture holds."""

    rules = FloorSetting(Rules)  # as they are set; with the quotas of active plans they are `rules_now`
    hours = FloorSetting(Hours)
    calls = FloorSetting(Calls)
    alerting = FloorSetting(Alerting)
    goals = FloorSetting(Goals)
    evaluation = FloorSetting(EvaluationRules)
    series = FloorSetting(Series)
    slots = FloorSetting(Slots)
    reserved = FloorSetting(Reserved)
    lends = FloorSetting(Lends)
    plans = FloorSetting(Plans)
    plans_active = FloorSetting(PlansActive)
    privacy = FloorSetting(Privacy)
    voice = FloorSetting(Voice)
    look = FloorSetting(Look)
    neighbours = FloorSetting(Neighbours)
    kiosk_marks = FloorSetting(KioskMarks)
    notice = FloorSetting(PrivacyNotice)

    seq: int = 0
    day: str = ""
    hall: dict[str, things.Hall] = field(default_factory=dict)
    services: dict[str, things.Service] = field(default_factory=dict)
    windows: dict[str, things.Window] = field(default_factory=dict)
    staff: dict[str, things.Staff] = field(default_factory=dict)
    tokens: dict[str, things.Token] = field(default_factory=dict)
    tickets: dict[str, Ticket] = field(default_factory=dict)
    evaluations: dict[str, things.Evaluation] = field(default_factory=dict)
    cases: dict[str, things.Case] = field(default_factory=dict)
    settings: dict[str, things.Setting] = field(default_factory=dict)
    counters: dict[str, things.Counter] = field(default_factory=dict)
    loans: dict[str, things.Loan] = field(default_factory=dict)
    devices: dict[str, things.Device] = field(default_factory=dict)
    alerts: dict[str, things.Alert] = field(default_factory=dict)
    notices: dict[str, things.HallNotice] = field(default_factory=dict)
    messages: dict[str, things.Message] = field(default_factory=dict)
    helps: dict[str, things.Help] = field(default_factory=dict)
    visitors: dict[str, Visitor] = field(default_factory=dict)

    @property
    def the_hall(self) -> things.Hall:
        return self.hall.get("hall") or things.Hall(code="00000000000000", name={})

    @cached_property
    def active_plans(self) -> tuple[Plan, ...]:
        return tuple(plan for plan in self.plans.items if plan.id in self.plans_active.root)

    @cached_property
    def rules_now(self) -> Rules:
        """The rules in force: a service that an active plan limits has that plan's quotas and no others."""
        limits = tuple(quota for plan in self.active_plans for quota in plan.quotas)
        limited = {quota.service for quota in limits}
        usual = tuple(quota for quota in self.rules.quotas if quota.service not in limited)
        return self.rules.model_copy(update={"quotas": (*usual, *limits)}) if limits else self.rules

    def waiting(self) -> list[Ticket]:
        return [t for t in self.tickets.values() if t.state is State.WAITING]

    def live(self) -> list[Ticket]:
        return [t for t in self.tickets.values() if t.state in LIVE]

    def at_window(self, no: str) -> Ticket | None:
        """The one ticket called to or served at a window."""
        return next((t for t in self.tickets.values() if t.window == no and t.state in AT_WINDOW), None)

    def with_rows(self, seq: int, changes: dict[str, dict[str, object | None]]) -> Floor:
        """The picture after rows were put (or, with None, dropped); untouched tables are shared, not copied."""
        new: dict[str, dict[str, Any]] = {}
        for table, rows in changes.items():
            new[table] = dict(getattr(self, table))
            for key, thing in rows.items():
                if thing is None:
                    new[table].pop(key, None)
                else:
                    new[table][key] = thing
        return replace(self, seq=seq, **new)
