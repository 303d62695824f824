"""The rules a manager sets: promises, green channel, dispatch, appointments, returns, quotas. Values only; decides nothing.

Durations are whole seconds, clock times of a day are minutes since midnight. Source: domain.md §7 B3, B4, C1-C5 and §3.7 lines 3-10.
A rule set is stored with its event as `as_dict(rules)` and read back with `from_dict(...)`, which refuses an unknown key and names
the nearest known one.
"""

from __future__ import annotations

import difflib
from dataclasses import asdict, dataclass, field, fields, is_dataclass
from enum import StrEnum

ORDINARY, APPOINTMENT, GREEN, TRANSFER = "ordinary", "appointment", "green", "transfer"
CLASSES = (GREEN, APPOINTMENT, TRANSFER, ORDINARY)  # `transfer`: a further leg on the same number; a green visitor stays green


class Mode(StrEnum):
    FAIR = "fair"  # nobody already past a promise is passed over for the sake of the figures
    MOST = "most"  # most promises kept: a promise already lost gives way to one that can still be kept


@dataclass(frozen=True, kw_only=True)
class Promise:
    """How long until called (`target_s`), when to warn (`warn_s`, counted from the same clock), how long the service may take."""

    target_s: int
    warn_s: int
    handling_s: int = 20 * 60


@dataclass(frozen=True, kw_only=True)
class PromiseRule:
    """One row of the manager's table. None fits everything; the row with most fields given wins, among equals the later row."""

    promise: Promise
    kind: str | None = None  # ordinary, complex
    class_: str | None = None  # ordinary, appointment, green, transfer
    channel: str | None = None
    service: str | None = None

    def fits(self, kind: str, class_: str, channel: str | None, service: str | None) -> bool:
        return (
            self.kind in (None, kind)
            and self.class_ in (None, class_)
            and self.channel in (None, channel)
            and self.service in (None, service)
        )

    @property
    def weight(self) -> int:
        return sum(n for n, given in ((8, self.service), (4, self.class_), (2, self.channel), (1, self.kind)) if given is not None)


def _row(minutes: int, warn: int, **where) -> PromiseRule:
    return PromiseRule(promise=Promise(target_s=minutes * 60, warn_s=warn * 60), **where)


# 预约 10/30 分钟 and 办理 20 分钟 are published promises (domain.md C1); the other three are the usual ones and a manager's to change.
PROMISES = (
    _row(30, 24, class_=ORDINARY, kind="ordinary"),
    _row(45, 36, class_=ORDINARY, kind="complex"),
    _row(10, 8, class_=APPOINTMENT, kind="ordinary"),
    _row(30, 24, class_=APPOINTMENT, kind="complex"),
    _row(10, 8, class_=GREEN),
    _row(15, 12, class_=TRANSFER),
)


@dataclass(frozen=True, kw_only=True)
class Green:
    """Which reasons open the green channel, and its fair cap: after `in_a_row` green calls at a window another class goes first."""

    reasons: tuple[str, ...] = ("elderly", "disabled", "pregnant", "military", "infant", "other")
    age: int = 60  # by ID card
    in_a_row: int = 5


@dataclass(frozen=True, kw_only=True)
class Appointments:
    early_s: int = 30 * 60  # check-in opens this long before the slot
    late_s: int = 15 * 60  # later than this the visitor is a walk-in
    no_show_s: int = 30 * 60  # then the booking expires
    days_ahead: int = 7
    misses_allowed: int = 3  # used only where `block_days` is set: checklist line 16 wants this off unless a hall asks for it
    block_days: int = 0


@dataclass(frozen=True, kw_only=True)
class Returns:
    """A ticket that missed its call: recalls before a miss, how often it may return, for how long, and after how many others."""

    recalls: int = 3
    times: int = 1
    within_s: int = 30 * 60
    places: int = 3  # returns after this many of its own line; 0: to the head


@dataclass(frozen=True, kw_only=True)
class Quota:
    """At most `tickets` issued for `service` between `start` and `end` (minutes since midnight)."""

    service: str
    start: int
    end: int
    tickets: int


@dataclass(frozen=True, kw_only=True)
class Rules:
    """Everything `choose` and `predict` go by. The defaults are the ones a hall starts with."""

    mode: str = Mode.FAIR
    cap_s: int = 90 * 60  # who has waited this long goes first
    promises: tuple[PromiseRule, ...] = PROMISES
    green: Green = field(default_factory=Green)
    appointments: Appointments = field(default_factory=Appointments)
    returns: Returns = field(default_factory=Returns)
    quotas: tuple[Quota, ...] = ()
    one_per_service: bool = True  # one live ticket per person and service
    walk_to_window_s: int = 24  # from the call to the start of service

    def promise(self, *, kind: str = "ordinary", class_: str = ORDINARY, channel: str | None = None, service: str | None = None) -> Promise:
        """The promise for one ticket. `kind` is the service's (ordinary, complex); pass class_="transfer" for a further leg."""
        fitting = [(r.weight, n, r.promise) for n, r in enumerate(self.promises) if r.fits(kind, class_, channel, service)]
        return max(fitting)[2] if fitting else Promise(target_s=self.cap_s, warn_s=self.cap_s * 4 // 5)


def as_dict(rules: Rules) -> dict:
    """Plain JSON: tuples as lists."""
    return _plain(asdict(rules))


def _plain(value):
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    return str(value) if isinstance(value, StrEnum) else value


DAY = 24 * 60
BOUNDS = {  # what a hall may set: beyond these a rule is a slip of the pen, and nobody would find out before it is too late
    "cap_s": (60, 86_400), "walk_to_window_s": (0, 600), "green.age": (0, 130), "green.in_a_row": (0, 1000),
    "appointments.early_s": (0, 86_400), "appointments.late_s": (0, 86_400), "appointments.no_show_s": (0, 86_400),
    "appointments.days_ahead": (0, 366), "appointments.misses_allowed": (0, 1000), "appointments.block_days": (0, 3660),
    "returns.recalls": (0, 20), "returns.times": (0, 100), "returns.within_s": (0, 86_400), "returns.places": (0, 1000),
    "promise.target_s": (1, 86_400), "promise.warn_s": (0, 86_400), "promise.handling_s": (1, 86_400),
    "quotas.start": (0, DAY), "quotas.end": (0, DAY), "quotas.tickets": (0, 100_000),
}  # fmt: skip


def out_of_bounds(rules: Rules) -> tuple[str, int, int] | None:
    """The first value that no hall can mean: (its name, least, most)."""
    parts = [("", rules), *((f"{name}.", getattr(rules, name)) for name in NESTED)]
    parts += [("promise.", row.promise) for row in rules.promises] + [("quotas.", quota) for quota in rules.quotas]
    for before, part in parts:
        for f in fields(part):
            least, most = BOUNDS.get(before + f.name, (None, None))
            if least is not None and not least <= getattr(part, f.name) <= most:
                return before + f.name, least, most
    return None


NESTED = {"green": Green, "appointments": Appointments, "returns": Returns}
LISTED = {"promises": PromiseRule, "quotas": Quota}


def from_dict(data: dict, kind: type = Rules):
    """The rule set in `data`; ValueError in one sentence for an unknown key, a missing one or a value of the wrong type."""
    known = {f.name: f for f in fields(kind)}
    for key in data:
        if key not in known:
            near = difflib.get_close_matches(key, known, 1)
            raise ValueError(f"unknown rule `{key}`" + (f": did you mean `{near[0]}`?" if near else ""))
    given = {}
    for key, value in data.items():
        if key in NESTED and not is_dataclass(value):
            value = from_dict(value, NESTED[key])
        elif key in LISTED:
            value = tuple(v if is_dataclass(v) else from_dict(v, LISTED[key]) for v in value)
        elif key == "promise" and not is_dataclass(value):
            value = from_dict(value, Promise)
        elif known[key].type == "tuple[str, ...]" and not (isinstance(value, (list, tuple)) and all(isinstance(v, str) for v in value)):
            raise ValueError(f"rule `{key}` must be a list of words, not {value!r}")
        elif isinstance(value, list):
            value = tuple(value)
        elif known[key].type == "bool" and not isinstance(value, bool):
            raise ValueError(f"rule `{key}` must be true or false, not {value!r}")
        elif known[key].type in ("str", "str | None") and key != "mode" and not isinstance(value, str | None):
            raise ValueError(f"rule `{key}` must be a word, not {value!r}")
        elif known[key].type == "int" and (not isinstance(value, int) or isinstance(value, bool) or value < 0):
            raise ValueError(f"rule `{key}` must be a whole number of at least 0, not {value!r}")
        elif key == "mode" and value not in list(Mode):
            raise ValueError(f"rule `mode` must be fair or most, not {value!r}")
        given[key] = value
    try:
        return kind(**given)
    except TypeError as e:
        raise ValueError(f"rule set incomplete: {e}") from None
