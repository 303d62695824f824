"""What a manager must be told at once: every alert that should stand now, by what is so and not by what is likely. Pure.

A wait past its warning or its promise, a service past its time, people whom no open window serves, a window that leaves people waiting,
a bad evaluation, a device in trouble, a call for help that nobody answers, a long queue, trouble with journal or backup. What is likely to
break is found by forecast/alerts.py. An alert stands as long as what it tells is so; source: domain.md C3, policy row 12.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from config.codes import CaseState, DeviceState, State, WindowState

from .duty import helps, last_at_work, planned_today, zone_of
from .floor import IN_STATE, UNANSWERED, UNKEPT, Floor
from .given import Givens
from .given import standing as standing_givens
from .line import may_serve, promise_of, rank_of, served_by_open
from .things import Window
from .tickets import Ticket

WARN, BAD = "warn", "bad"
LATE = 300_000  # ms after which who should be at work by the roster is missed
SHOWN = 3  # numbers that an alert names
KINDS = ("wait", "service", "unserved", "idle_window", "paused", "evaluation", "device", "help", "queue", "storage", "unkept")


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One alert as it should stand: `say` is a code of the words' section `alerts` with its facts, `advice` what one press can do."""

    kind: str
    subject: str
    level: str
    facts: dict[str, Any]
    code: str = ""
    advice: tuple[dict[str, Any], ...] = ()
    rank: str = field(default="", compare=False)  # of the waiting, for who looks for a remedy

    @property
    def id(self) -> str:
        return f"{self.kind}-{self.subject}" + (f"-{self.rank}" if self.rank else "")

    @property
    def say(self) -> dict[str, Any]:
        return {"code": self.code or self.kind, "facts": self.facts}


def standing(floor: Floor, now: int, *, trouble: Mapping[str, str] | None = None) -> list[Standing]:
    """All alerts of these kinds that should stand at `now`, as the setting `alerts` has it. `trouble`: what stands against being ready,
    code -> fact."""
    return [
        *_waits(floor, now),
        *_services(floor, now),
        *_unserved(floor, now),
        *_windows(floor, now),
        *_queues(floor, floor.alerting.queue),
        *_unkept(floor, now),
        *(
            Standing(kind="evaluation", subject=c.id, level=BAD, facts={"number": _number(floor, c.id)})
            for c in floor.cases.values()
            if c.state == CaseState.OPEN
        ),
        *(
            Standing(kind="device", subject=d.id, level=BAD, facts={"device": d.id}, code="device")
            for d in floor.devices.values()
            if d.state == DeviceState.TROUBLE
        ),
        *(
            Standing(kind="help", subject=h.id, level=BAD, facts={"place": h.place})
            for line in floor.helps.lines(UNANSWERED).values()
            for h in line
            if now - h.at > 1000 * floor.alerting.help_s
        ),
        *(storage(code, fact) for code, fact in (trouble or {}).items()),
    ]


def storage(code: str, fact: str) -> Standing:
    """Trouble with the disk, a backup or the database. A log that cannot shrink harms nobody yet, and says what to do."""
    if code == "wal":
        return Standing(kind="storage", subject=code, level=WARN, facts={"size": fact}, code="wal_large")
    if code == "forecast":
        return Standing(kind="storage", subject=code, level=WARN, facts={}, code="no_forecast")
    if code == "clock":
        return Standing(kind="storage", subject=code, level=BAD, facts={"time": fact}, code="clock_jumped")
    if code == "checkpoint":
        return Standing(kind="storage", subject=code, level=WARN, facts={"fact": fact}, code="checkpoint")
    if code == "backup":
        return Standing(kind="storage", subject=code, level=BAD, facts={"fact": fact}, code="no_backup")
    if code == "unsent":
        return Standing(kind="storage", subject=code, level=WARN, facts={"fact": fact}, code="checkpoint_unsent")
    if code == "copy":
        how, _, said = fact.partition(": ")
        return Standing(kind="storage", subject=code, level=BAD, facts={"fact": said}, code=how)
    if code == "journal":
        return Standing(kind="storage", subject=code, level=BAD, facts={"row": fact.partition(":")[0]}, code="journal_bad")
    return Standing(kind="storage", subject=code, level=BAD, facts={"fact": fact})


def _waits(floor: Floor, now: int) -> list[Standing]:
    """Waits past the set warning, and past the promise, by service and class; one that is broken stays until it ends. Who was called before
    and is back in line was kept the promise, or not, by that call."""
    rules = floor.rules_now
    some: dict[tuple[str, str], list[tuple[float, Ticket]]] = {}
    for t in floor.waiting():
        if t.first_called_at is not None:
            continue
        promise = promise_of(floor, t, rules)
        waited = (now - t.clock_at) / 1000
        if waited >= min(promise.warn_s, promise.target_s):
            rank = rank_of(t)
            some.setdefault((t.service, rank), []).append((waited - promise.target_s, t))
    found: list[Standing] = []
    for (service, rank), late in some.items():
        broken = [t for over, t in late if over >= 0]
        named = sorted(broken or [t for _, t in late], key=lambda t: t.clock_at)
        facts = {"service": service, "class": rank} | _numbers(named)
        code = "wait_broken" if broken else "wait_warn"
        found.append(Standing(kind="wait", subject=service, rank=rank, level=BAD if broken else WARN, facts=facts, code=code))
    return found


def _services(floor: Floor, now: int) -> list[Standing]:
    rules = floor.rules_now
    long = [
        (t, promise.handling_s)
        for t in floor.tickets.of(IN_STATE, State.SERVING)
        if t.started_at and now - t.started_at > 1000 * (promise := promise_of(floor, t, rules)).handling_s
    ]
    return [
        Standing(kind="service", subject=t.id, level=BAD, facts={"number": t.number, "window": t.window, "minutes": s // 60})
        for t, s in long
    ]


def _unserved(floor: Floor, now: int) -> list[Standing]:
    """People in line whom no open window may call, by their service; with the closed windows that could."""
    left: dict[str, list[Ticket]] = {}
    served: dict[tuple[str, str, str | None], bool] = {}  # asked once for all who are alike
    for t in floor.waiting():
        alike = (t.service, rank_of(t), t.only_window)
        if alike not in served:
            served[alike] = served_by_open(floor, t, now)
        if not served[alike]:
            left.setdefault(t.service, []).append(t)
    found: list[Standing] = []
    for service, line in left.items():
        able = [w for w in floor.windows.values() if any(may_serve(floor, w, t, now) for t in line)]
        advice = tuple({"do": "open_window", "window": w.no} for w in able[:SHOWN])
        found.append(Standing(kind="unserved", subject=service, level=BAD, facts={"service": service, "n": len(line)}, advice=advice))
    return found


def _windows(floor: Floor, now: int) -> list[Standing]:
    """Open windows that leave people waiting, empty or not, pauses that do not end, and windows that are to be at work by their roster."""
    found: list[Standing] = []
    for w in floor.windows.values():
        plan = planned_today(floor, w, now)
        due = next(((a, b) for a, b in plan or () if a <= now < b), None)
        if w.state != WindowState.OPEN and due and _missed(w, due[0], now):
            since, until = (datetime.fromtimestamp(ms / 1000, zone_of(floor.the_hall.timezone)) for ms in due)
            facts = {"window": w.no, "from": f"{since:%H:%M}", "to": f"{until:%H:%M}"}
            found.append(Standing(kind="paused", subject=w.no, level=WARN, facts=facts, code="not_there"))
        elif (
            w.state == WindowState.PAUSED and now - w.since > 1000 * floor.alerting.paused_s and (plan is None or due and due[0] < w.since)
        ):
            found.append(Standing(kind="paused", subject=w.no, level=WARN, facts={"window": w.no}))
        left = _left_waiting(floor, w, now) if w.state == WindowState.OPEN and floor.at_window(w.no) is None else []
        if left:
            code = "idle_window" if w.manned and helps(floor, w, now) else "empty_window"
            advice = () if code == "idle_window" else ({"do": "staff_window", "window": w.no},)
            found.append(Standing(kind="idle_window", subject=w.no, level=WARN, facts={"window": w.no}, code=code, advice=advice))
    return found


def _missed(window: Window, due: int, now: int) -> bool:
    """Whether a window that is not open has been away too long since it was due. A pause that began later is judged as any pause is."""
    since = max(due, window.since) if window.state == WindowState.CLOSED else due
    return now - since > LATE and (window.state == WindowState.CLOSED or window.since <= due)


def _left_waiting(floor: Floor, window: Window, now: int) -> list[Ticket]:
    """Those whom a window could have called all the time that it may be idle, and did not."""
    since = now - 1000 * (floor.alerting.idle_s + floor.calls.wrap_up_s)
    if last_at_work(floor, window) > since:
        return []
    return [t for t in floor.waiting() if t.line_at <= since and may_serve(floor, window, t, now)]


def _queues(floor: Floor, longest: int) -> list[Standing]:
    counts: dict[str, int] = {}
    for t in floor.waiting():
        counts[t.service] = counts.get(t.service, 0) + 1
    return [
        Standing(kind="queue", subject=service, level=WARN, facts={"service": service, "most": longest})
        for service, n in counts.items()
        if longest and n > longest
    ]


def _unkept(floor: Floor, now: int) -> list[Standing]:
    """What a change of the hall took from numbers and bookings, until the last of them is settled."""
    hit = floor.tickets.of(UNKEPT)
    if not hit:
        return []
    givens = Givens(floor, now, zone_of(floor.the_hall.timezone))
    counts: dict[str, dict[str, int]] = {}
    for t in hit:
        for reason in standing_givens(floor, t, givens):
            one = counts.setdefault(reason, {})
            kind = "bookings" if t.state is State.BOOKED else "numbers"
            one[kind] = one.get(kind, 0) + 1
    return [
        Standing(kind="unkept", subject=reason, level=WARN, facts={"reason": reason} | facts, code="unkept")
        for reason, facts in counts.items()
    ]


def _numbers(tickets: list[Ticket]) -> dict[str, Any]:
    numbers = [t.number for t in tickets]
    return {"n": len(numbers), "numbers": numbers[:SHOWN], "more": len(numbers) - SHOWN if len(numbers) > SHOWN else None}


def _number(floor: Floor, evaluation: str) -> str:
    known = floor.evaluations.get(evaluation)
    return known.number if known else ""
