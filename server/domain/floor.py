"""The hall as it stands at one event: an immutable picture that every reader may share. It never changes and never writes.

Live and booked tickets, and those of the current day, are here; older ones are in the database only. What grows with the day is in tables
with indexes, all defined here: who asks for numbers, evaluations or people asks an index, and touches as many rows in the evening as in
the morning.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Generic, TypeVar, cast

from config.codes import AT_WINDOW, LIVE, UNFINISHED, AlertState, Class, EvaluationState, State
from config.settings import (
    Alerting,
    Calls,
    EvaluationRules,
    Goals,
    HallSlip,
    Here,
    Holders,
    Hours,
    HoursInForce,
    KioskMarks,
    Kiosks,
    Lends,
    Look,
    Neighbours,
    Packages,
    Plan,
    Plans,
    PlansActive,
    Privacy,
    PrivacyNotice,
    Reserved,
    Rosters,
    Rules,
    RulesInForce,
    Series,
    Skills,
    Slots,
    Stopped,
    Types,
    Voice,
    Weights,
    Zones,
)
from config.settings.zones import HallZone, type_at

from . import things
from .private import PRIVATE, MessageWords, Visitor
from .tables import LAST_CHANGE, Index, IndexedTable, Line
from .texts import Text
from .tickets import Ticket, goes_on, place, rank_of, services_of

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

ALL = True  # the one line of an index that has only one


def _last_at(t: Ticket) -> dict[str, int]:
    """When each window last did anything with a number (ms)."""
    times = {leg.window: leg.finished_at or 0 for leg in t.legs if leg.window}
    if t.window:
        times[t.window] = max(t.called_at or 0, t.finished_at or 0, times.get(t.window, 0))
    return times


def counter_of(number: str) -> int:
    """A012 -> 12."""
    return int("".join(sign for sign in number if sign.isdecimal()) or 0)


def _row(t: Ticket) -> dict[Any, tuple[int, int]]:
    return {(t.series, t.service, rank_of(t), goes_on(t), t.only_window): place(t)}


WAITING_FOR = Index[Ticket](lambda t: {t.service: None} if t.state is State.WAITING else {})
IN_ROW = Index[Ticket](lambda t: _row(t) if t.state is State.WAITING else {})  # by all that dispatch tells rows and windows apart by
LIVE_ONES = Index[Ticket](lambda t: {ALL: None} if t.state in LIVE else {})
IN_STATE = Index[Ticket](lambda t: {t.state: None})
THERE = Index[Ticket](lambda t: {t.window: None} if t.window and t.state in AT_WINDOW else {})
CALLED_TO = Index[Ticket](lambda t: {t.window: t.called_at} if t.window and t.called_at else {})
AT_WORK = Index[Ticket](_last_at)
UNFINISHED_OF = Index[Ticket](lambda t: {t.day: None} if t.state in UNFINISHED else {})
NOT_OVER = Index[Ticket](lambda t: {ALL: None} if t.state in UNFINISHED else {})
BOOKED_FOR = Index[Ticket](lambda t: {t.day: t.slot} if t.state is State.BOOKED else {})
SEATS = Index[Ticket](lambda t: {(t.service, t.slot): None} if t.state is State.BOOKED else {})
SLOTS = Index[Ticket](
    lambda t: {(t.service, t.day): t.slot} if t.slot_at is not None and (t.state in UNFINISHED or t.state is State.DONE) else {}
)
SERIES = Index[Ticket](lambda t: {(t.series, t.day): t.issued_at} if t.issued_at is not None else {})
WALKED_IN = Index[Ticket](lambda t: {t.day: None} if t.issued_at is not None and t.slot_at is None else {})
# by all services that it is for: those it has visited, where it is, and those to come
ORDINARY = Index[Ticket](
    lambda t: dict.fromkeys(services_of(t), t.issued_at) if t.issued_at is not None and t.class_ == Class.ORDINARY else {}
)
HOLDS_PACKAGE = Index[Ticket](lambda t: {t.package: None} if t.package and t.state in UNFINISHED else {})
PACKAGES_OF = Index[Ticket](lambda t: {t.day: None} if t.package and t.issued_at is not None else {})
NUMBERED = Index[Ticket](lambda t: {counter_of(t.number): None} if t.number else {})
UNKEPT = Index[Ticket](lambda t: {ALL: None} if t.unkept else {})
WRITTEN = Index[Ticket](lambda _: {ALL: None})
WRITTEN_FOR = Index[Ticket](lambda t: {t.service: None})
LATEST = Index[Any](lambda _: {ALL: LAST_CHANGE})

OPEN = Index[things.Evaluation](lambda e: {ALL: e.expires_at} if e.state == EvaluationState.OPEN else {})
ASKED_AT = Index[things.Evaluation](lambda e: {e.window: e.opened_at})
OF_TICKET = Index[things.Evaluation](lambda e: {e.ticket: None})
HELD_BY_ID = Index[Visitor](lambda v: {v.id_hash: None} if v.id_hash else {})
HELD_BY_PHONE = Index[Visitor](lambda v: {v.phone_hash: None} if v.phone_hash else {})
TAKEN_BY = Index[Visitor](lambda v: {v.agent_hash: None} if v.agent_hash else {})
HELD_BY_BROWSER = Index[Visitor](lambda v: {v.browser: None} if v.browser else {})
SENT = Index[things.Message](lambda m: {ALL: m.at} if m.ticket is None else {})
NOTED = Index[things.Message](lambda m: {m.ticket: m.at} if m.ticket else {})
UNANSWERED = Index[things.Help](lambda h: {h.place: h.at} if not h.answered_at else {})
CALLED_FROM = Index[things.Help](lambda h: {h.place: h.at})
STANDING = Index[things.Alert](lambda a: {a.kind: a.raised_at} if a.state != AlertState.CLEARED else {})

INDEXES: dict[str, tuple[Index[Any], ...]] = {
    "tickets": (
        WAITING_FOR, IN_ROW, LIVE_ONES, IN_STATE, THERE, CALLED_TO, AT_WORK, UNFINISHED_OF, NOT_OVER, BOOKED_FOR, SEATS, SLOTS, SERIES,
        WALKED_IN, ORDINARY, HOLDS_PACKAGE, PACKAGES_OF, NUMBERED, UNKEPT,
        WRITTEN, WRITTEN_FOR, LATEST,
    ),
    "evaluations": (OPEN, ASKED_AT, OF_TICKET, LATEST),
    "visitors": (HELD_BY_ID, HELD_BY_PHONE, TAKEN_BY, HELD_BY_BROWSER),
    "messages": (SENT, NOTED),
    "helps": (UNANSWERED, CALLED_FROM),
    "alerts": (STANDING,),
}  # fmt: skip

S = TypeVar("S")


OF_SETTINGS = (
    "active_plans",
    "rules_now",
    "hours_now",
    "anybody_may",
)  # what a picture works out of its settings: it stands in the next one, too, unless they change
OF_STAFF = ("anybody_may",)  # likewise, unless one of the staff changes


def _grows(name: str) -> Any:
    return field(default_factory=lambda: IndexedTable(INDEXES[name]))


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
    types = FloorSetting(Types)
    zones = FloorSetting(Zones)
    hours = FloorSetting(Hours)  # as they are set; with a stop of all numbers they are `hours_now`
    stopped = FloorSetting(Stopped)
    calls = FloorSetting(Calls)
    alerting = FloorSetting(Alerting)
    goals = FloorSetting(Goals)
    evaluation = FloorSetting(EvaluationRules)
    series = FloorSetting(Series)
    slots = FloorSetting(Slots)
    reserved = FloorSetting(Reserved)
    rosters = FloorSetting(Rosters)
    skills = FloorSetting(Skills)
    lends = FloorSetting(Lends)
    plans = FloorSetting(Plans)
    packages = FloorSetting(Packages)
    plans_active = FloorSetting(PlansActive)
    privacy = FloorSetting(Privacy)
    voice = FloorSetting(Voice)
    look = FloorSetting(Look)
    neighbours = FloorSetting(Neighbours)
    kiosk_marks = FloorSetting(KioskMarks)
    kiosks = FloorSetting(Kiosks)
    slip = FloorSetting(HallSlip)
    notice = FloorSetting(PrivacyNotice)
    weights = FloorSetting(Weights)
    holders = FloorSetting(Holders)
    here = FloorSetting(Here)

    seq: int = 0
    day: str = ""
    hall: dict[str, things.Hall] = field(default_factory=dict)
    services: dict[str, things.Service] = field(default_factory=dict)
    windows: dict[str, things.Window] = field(default_factory=dict)
    staff: dict[str, things.Staff] = field(default_factory=dict)
    tokens: dict[str, things.Token] = field(default_factory=dict)
    tickets: IndexedTable[Ticket] = _grows("tickets")
    evaluations: IndexedTable[things.Evaluation] = _grows("evaluations")
    cases: dict[str, things.Case] = field(default_factory=dict)
    settings: dict[str, things.Setting] = field(default_factory=dict)
    counters: dict[str, things.Counter] = field(default_factory=dict)
    loans: dict[str, things.Loan] = field(default_factory=dict)
    devices: dict[str, things.Device] = field(default_factory=dict)
    alerts: IndexedTable[things.Alert] = _grows("alerts")
    notices: dict[str, things.HallNotice] = field(default_factory=dict)
    messages: IndexedTable[things.Message] = _grows("messages")
    helps: IndexedTable[things.Help] = _grows("helps")
    visitors: IndexedTable[Visitor] = _grows("visitors")
    message_words: dict[str, MessageWords] = field(default_factory=dict)

    @property
    def the_hall(self) -> things.Hall:
        return self.hall.get("hall") or things.Hall(code="00000000000000", name={})

    def type_at(self, window: things.Window) -> str:
        """The code of what a window is for."""
        return type_at(self.types, self.zones, window.type, window.zone)

    def zone_at(self, window: things.Window) -> HallZone | None:
        """The zone that a window stands in."""
        return self.zones.zone(self.zones.code_of(window.zone)) if window.zone else None

    @property
    def windows_by(self) -> dict[str, dict[str, Text]]:
        """{"type": {window: what it is for, in every language}, "zone": {window: its zone}}, of those that stand in one."""
        zones = {no: zone for no, w in self.windows.items() if (zone := self.zone_at(w))}
        return {
            "type": {no: self.types.names(self.type_at(w)) for no, w in self.windows.items()},
            "zone": {no: self.zones.names(zone.code) for no, zone in zones.items()},
        }

    @cached_property
    def anybody_may(self) -> frozenset[str] | None:
        """The services that somebody of the staff may serve alone; None: all. Who is not known (a keypad's clerk) is one of the others."""
        staff = [one.name for one in self.staff.values() if one.serves]
        if not self.skills.told or self.skills.others == "all" and not (staff and all(name in self.skills.people for name in staff)):
            return None
        skills = self.skills
        return frozenset(code for name in staff for code in skills.people.get(name, ()) if skills.may(name, code))

    @cached_property
    def active_plans(self) -> tuple[Plan, ...]:
        return tuple(plan for plan in self.plans.items if plan.id in self.plans_active.root)

    @cached_property
    def rules_now(self) -> Rules:
        """The rules in force."""
        return self.in_force(self.rules)

    @cached_property
    def hours_now(self) -> Hours:
        """The hours in force, by which numbers and slots are given."""
        if self.stopped.day is None:
            return self.hours
        fields = self.hours.model_fields_set | {"stop"}
        return HoursInForce.model_construct(fields, **dict(self.hours), stop=self.stopped)

    def in_force(self, rules: Rules) -> Rules:
        """Rules as they would hold now: with the weights that the hall has found for itself, and a service that an active plan limits has
        that plan's quotas and no others."""
        limits = tuple(quota for plan in self.active_plans for quota in plan.quotas)
        limited = {quota.service for quota in limits}
        usual = tuple(quota for quota in rules.quotas if quota.service not in limited)
        rules = rules.model_copy(update={"quotas": (*usual, *limits)}) if limits else rules
        return RulesInForce.model_construct(**dict(rules), found=self.weights.each) if self.weights.factors else rules

    def __post_init__(self) -> None:
        for name, indexes in INDEXES.items():
            rows = getattr(self, name)
            if not isinstance(rows, IndexedTable):
                object.__setattr__(self, name, IndexedTable(indexes, rows))

    def waiting(self, service: str | None = None) -> Line[Ticket]:
        """Everybody in line, or in that of one service."""
        return self.tickets.of(IN_STATE, State.WAITING) if service is None else self.tickets.of(WAITING_FOR, service)

    def live(self) -> Line[Ticket]:
        return self.tickets.of(LIVE_ONES)

    def at_window(self, no: str) -> Ticket | None:
        """The one ticket called to or served at a window."""
        return next(iter(self.tickets.of(THERE, no)), None)

    def booked(self, day: str) -> Line[Ticket]:
        """The bookings for a day that have not come yet, by their slots."""
        return self.tickets.of(BOOKED_FOR, day)

    def standing_alerts(self, *kinds: str) -> list[things.Alert]:
        """Alerts that are not over, of these kinds or of all."""
        lines = self.alerts.lines(STANDING)
        return [a for kind in (kinds or lines) if kind in lines for a in lines[kind]]

    def with_rows(self, seq: int, changes: dict[str, dict[str, object | None]]) -> Floor:
        """The picture after rows were put (or, with None, dropped); what is untouched is shared, not copied."""
        new: dict[str, Any] = {}
        for table, rows in changes.items():
            old = getattr(self, table)
            if isinstance(old, IndexedTable):
                new[table] = cast("IndexedTable[Any]", old).changed(rows)
                continue
            new[table] = dict(old)
            for key, thing in rows.items():
                if thing is None:
                    new[table].pop(key, None)
                else:
                    new[table][key] = thing
        floor = object.__new__(type(self))
        gone = OF_SETTINGS if "settings" in changes else OF_STAFF if "staff" in changes else ()
        kept = {k: v for k, v in self.__dict__.items() if k not in gone} if gone else self.__dict__
        floor.__dict__.update(kept, seq=seq, **new)
        return floor
