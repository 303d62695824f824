"""The figures of a span of days for reports: those of domain/visits.py in all groupings, by day and by hour. It only reads."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from config.settings import Goals

from ..domain.evaluations import GRADES
from ..domain.packages import PackageFigures
from ..domain.texts import FIRST, pick
from ..domain.things import Hall, Service, Setting, Staff
from ..domain.visits import Figures, group_texts, groupings, measure, shares_elsewhere
from ..record import store
from ..record.journal import window_changes
from ..record.packages import packages_of_days
from ..record.visits import columns_of_days, diverted
from .history import grouped
from .windows import windows_by


@dataclass(frozen=True, kw_only=True)
class GroupFigures(Figures):
    """The figures of one group; times in seconds, None where there is nothing to say."""

    name: str


@dataclass(frozen=True, kw_only=True)
class Report:
    first: str
    last: str
    hall: str
    total: GroupFigures
    by: dict[str, list[GroupFigures]] = field(default_factory=dict)  # grouping -> its lines
    grades: dict[int, int] = field(default_factory=dict)  # grade -> how often
    not_evaluated: int = 0
    diverted: dict[str, float | None] = field(default_factory=dict)  # see `diversions`
    windows: list[dict] = field(default_factory=list)  # {"no", "open_s", "paused_s"}
    packages: dict[str, PackageFigures] = field(default_factory=dict)  # name of a 一件事 package -> its figures
    service_names: dict[str, str] = field(default_factory=dict)


def report(reader: sqlite3.Connection, first: str, last: str, now: int, lang: str = FIRST) -> Report:
    """The figures of the days `first` to `last` (yyyy-mm-dd, both counted); services and the hall by their names in a language."""
    hall = store.fetch(reader, Hall, "hall") or Hall(code="", name={})
    zone = ZoneInfo(hall.timezone)
    texts = group_texts(windows_by(reader))
    legs = columns_of_days(reader, first, last, now)
    groups = {by: grouped(legs, by, texts) for by in groupings(texts)}
    groups["day"] = legs.by_day()
    groups["hour"] = legs.by_quarter(lambda ms: f"{datetime.fromtimestamp(ms / 1000, zone).hour:02}:00")
    found = {by: legs.measure(*some) for by, some in groups.items()}
    given = legs.grades()
    names = {
        "service": {service.code: pick(service.name, lang) for service in store.find(reader, Service)},
        "clerk": {staff.name: staff.shown for staff in store.find(reader, Staff) if staff.shown},
    } | {by: {pick(text): pick(text, lang) for text in some.values()} for by, (_, some) in texts.items()}
    rules = store.fetch(reader, Setting, "rules")
    offered = store.fetch(reader, Setting, "packages")
    called = {one.code: pick(one.name, lang) for one in offered.parsed.items} if offered else {}
    names["class"] = {own.code: pick(own.name, lang) for own in rules.parsed.classes} if rules else {}
    total = found.pop("total").get("") or measure((), now)
    by = {
        group: [GroupFigures(name=str(names.get(group, {}).get(value, value)), **vars(some)) for value, some in values.items()]
        for group, values in found.items()
    }
    by["window"].sort(key=lambda line: (len(line.name), line.name))
    return Report(
        first=first,
        last=last,
        hall=pick(hall.name, lang),
        total=GroupFigures(name="all", **vars(total)),
        by=by,
        grades={grade: given[grade] for grade in GRADES},
        not_evaluated=total.asked - total.evaluated,
        diverted=diversions(reader, first, last, total.issued),
        windows=window_times(reader, first, last, now),
        packages={called.get(code, code): some for code, some in packages_of_days(reader, first, last).items()},
        service_names=names["service"],
    )


def diversions(reader: sqlite3.Connection, first: str, last: str, issued: int) -> dict[str, float | None]:
    """How many visitors were led to self-service, online, or to a window, by a guide or because a kiosk said so; the shares of those
    who needed no number; and the shares that the hall wants to reach, as they are set now."""
    found = diverted(reader, first, last)
    kept = store.fetch(reader, Setting, "goals")
    goals: Goals = kept.parsed if kept else Goals()
    shares = shares_elsewhere(found["selfservice"], found["online"], issued)
    return found | shares | {"online_goal": goals.online_pct, "elsewhere_goal": goals.elsewhere_pct}


def window_times(reader: sqlite3.Connection, first: str, last: str, now: int) -> list[dict]:
    """How long each window was open and paused in these days (s), out of its events; a day ends what its window left open."""
    since: dict[str, tuple[str, float, str]] = {}
    found: dict[str, dict[str, float]] = {}

    def ended(no: str, at: float) -> None:
        kind, begun, _ = since.pop(no)
        found.setdefault(no, {"window.opened": 0, "window.paused": 0})[kind] += max(0, at - begun)

    for instant, kind, no in window_changes(reader, first, last):
        at, day = datetime.fromisoformat(instant).timestamp(), instant[:10]
        if no in since and since[no][2] == day:
            ended(no, at)
        since.pop(no, None)
        if kind != "window.closed":
            since[no] = (kind, at, day)
    for no in list(since):
        if now / 1000 - since[no][1] < 86_400:
            ended(no, now / 1000)
    order = sorted(found, key=lambda no: (len(no), no))
    return [{"no": no, "open_s": round(found[no]["window.opened"]), "paused_s": round(found[no]["window.paused"])} for no in order]
