"""Devices and kiosks: their state, lending numbers to a kiosk for issuing alone, and taking back what it issued, exactly once."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from config.codes import Channel, Class, DeviceState, Diversion, MergeResult, Role, State

from ..domain import events
from ..domain.errors import NotFound, WrongBody, coded
from ..domain.floor import UNANSWERED, Floor
from ..domain.line import promise_of
from ..domain.private import Answer, Below, Command, MachineSeen, PageSeen, Secret, Starting
from ..domain.texts import FIRST, Text
from ..domain.things import COMMAND_LASTS, Counter, Device, Help, Loan, Setting, Token
from ..domain.tickets import Ticket
from ..domain.transaction import Transaction
from .numbers import WIDTH, key_of_ticket, same_person, visitor_of
from .tickets import left_window

MARKS = "XZWVUTSRQPNMKJHGFDCB"  # of kiosks; Y and L are the booked and the green series


def report_device(
    tx: Transaction,
    *,
    device: str,
    kind: str,
    state: str,
    code: str = "",
    facts: dict[str, Any] | None = None,
    sentence: Text | None = None,
) -> Device:
    """A device's state as its machine sees it: a code with facts, and its own words if it has any. Only a change is an event."""
    old = tx.floor.devices.get(device)
    if old and (old.state, old.code) == (state, code):
        return old
    now = coded(DeviceState, state, "state")
    new = Device(id=device, kind=kind, state=now, code=code, facts=facts or {}, sentence=sentence or {}, at=tx.now)
    tx.tell(events.DeviceChanged(device=device, state=state, code=code), new)
    return new


def note_silence(tx: Transaction, *, machine: str) -> int:
    """A machine that is not heard of: all its devices are unknown. Silence is never ok."""
    silent = [d for d in tx.floor.devices.values() if d.id.split("/")[0] == machine and d.state != DeviceState.UNKNOWN]
    for d in silent:
        report_device(tx, device=d.id, kind=d.kind, state=DeviceState.UNKNOWN, code="silent", facts={"why": "machine"})
    return len(silent)


def order(tx: Transaction, *, machine: str, what: str, ticket: str | None = None) -> None:
    """What a machine shall do, until it says that it has, or for a while. Private: nothing of the hall changes by it."""
    tx.forget(Command, at=Below(tx.now - COMMAND_LASTS + 1))
    tx.keep(Command(id=tx.new_id(), machine=machine, what=what, ticket=ticket, at=tx.now))


def obeyed(tx: Transaction, *, machine: str, id: str) -> None:
    """The machine has done it, or said why not."""
    tx.forget(Command, machine=machine, id=id)


def rename(tx: Transaction, *, machine: str, shown: str, place: str) -> list[Token]:
    """What people call a device, and where it stands. What it is to the hall (its machine's name, its numbers) stays."""
    tokens = tokens_of(tx.floor, machine)
    if not tokens:
        raise NotFound("no_such_device", name=machine)
    new = [replace(t, shown=shown, place=place) for t in tokens]
    if new != tokens:
        tx.tell(events.MachineChanged(machine=machine, window=tokens[0].window), *new)
    return new


def remove(tx: Transaction, *, machine: str, tokens: Sequence[str] = ()) -> None:
    """Takes a device out of service: its tokens end at once, its parts are forgotten. `tokens` names those it is known to use beside."""
    ends = [*tokens_of(tx.floor, machine), *(t for t in tx.floor.tokens.values() if t.id in tokens and t.revoked_at is None)]
    parts = [d for d in tx.floor.devices.values() if d.id.split("/")[0] == machine]
    if not ends and not parts:
        raise NotFound("no_such_device", name=machine)
    ends = list({t.id: t for t in ends}.values())
    window = next((t.window for t in ends if t.window), None)
    tx.tell(events.MachineRemoved(machine=machine, window=window), *(replace(t, revoked_at=tx.now) for t in ends), gone=parts)
    for t in ends:
        tx.forget(Secret, name=f"token:{t.id}")
        tx.forget(PageSeen, token=t.id)
    tx.forget(Command, machine=machine)
    tx.forget(MachineSeen, machine=machine)


def machines_seen(tx: Transaction) -> dict[str, int]:
    """When each machine was last heard of (ms), for a server that has just started."""
    return {row.machine: row.at for row in tx.find(MachineSeen)}


def see_machines(tx: Transaction, *, seen: dict[str, int]) -> None:
    """Notes when machines were last heard of (ms), and drops those that are not known any more."""
    known = {machine_of(t) for t in tx.floor.tokens.values() if t.revoked_at is None} | {id.split("/")[0] for id in tx.floor.devices}
    for row in tx.find(MachineSeen):
        if row.machine not in known:
            tx.forget(MachineSeen, machine=row.machine)
    for machine, at in seen.items():
        if machine in known:
            tx.keep(MachineSeen(machine=machine, at=at))


def pages_seen(tx: Transaction) -> list[PageSeen]:
    """Which pages were open in browsers, and when last, for a server that has just started."""
    return tx.find(PageSeen)


def see_pages(tx: Transaction, *, pages: Sequence[PageSeen], before: int) -> None:
    """Notes when pages were last open, and drops those that were not since `before` (ms)."""
    tx.forget(PageSeen, at=Below(before))
    for page in pages:
        tx.keep(page)


def tokens_of(floor: Floor, machine: str) -> list[Token]:
    """The tokens in force of a device: by its machine's name, or by the token's own id where it has none."""
    return [t for t in floor.tokens.values() if t.revoked_at is None and machine == machine_of(t)]


def machine_of(token: Token) -> str:
    """Which device a token belongs to: a kiosk or display is known by its name, whatever else has a token by the token."""
    return (token.name if token.role in (Role.KIOSK, Role.DISPLAY) else "") or token.id


def call_help(tx: Transaction, *, place: str) -> Help:
    """Somebody pressed 呼叫导服. A second press before anyone has come is the same call."""
    same = next(iter(tx.floor.helps.of(UNANSWERED, place)), None)
    if same:
        return same
    called = Help(id=tx.new_id(), place=place, at=tx.now)
    tx.tell(events.HelpCalled(help=called.id, place=place), called)
    return called


def answer_help(tx: Transaction, *, id: str, by: str) -> Help:
    """A guide is on the way."""
    old = tx.floor.helps.get(id)
    if old is None:
        raise NotFound("no_such_help", help=id)
    if old.answered_at:
        return old
    new = replace(old, answered_by=by, answered_at=tx.now)
    tx.tell(events.HelpAnswered(help=id), new)
    return new


def divert(tx: Transaction, *, to: str, service: str = "") -> Counter:
    """Counts a visitor who was guided to self-service, online or a window (导服分流)."""
    to = coded(Diversion, to, "to")
    id = f"{tx.day}/diverted-{to}"
    counter = Counter(id=id, last=(tx.floor.counters[id].last if id in tx.floor.counters else 0) + 1)
    tx.tell(events.VisitorDiverted(to=to, service=service), counter)
    return counter


def mark_of(tx: Transaction, kiosk: str) -> str:
    """The kiosk's own letter, kept for good; never one that would make a service's prefix."""
    marks = tx.floor.kiosk_marks.root
    if kiosk in marks:
        return marks[kiosk]
    prefixes = {s.prefix for s in tx.floor.services.values()}
    free = [m for m in MARKS if m not in marks.values() and not any(p + m in prefixes for p in prefixes)]
    if not free:
        raise WrongBody("bad_body", errors=[{"field": "kiosk", "code": "less_than_equal", "le": len(MARKS)}])
    tx.tell(events.SettingChanged(setting="kiosk_marks"), Setting(name="kiosk_marks", value=marks | {kiosk: free[0]}))
    return free[0]


def lend(tx: Transaction, *, kiosk: str, loan: str, day: str, count: int) -> dict[str, Any]:
    """Ranges of numbers for a kiosk, one for each prefix. The same loan again is the same ranges; nothing is ever lent twice."""
    known = tx.find(Loan, id=Starting(f"{loan}/"))
    if known:
        first = known[0]
        if (first.kiosk, first.day, first.last - first.first + 1) != (kiosk, day, count):
            raise WrongBody("key_reused")
        return _loan_answer(tx, kiosk, loan, day, known)
    mark = mark_of(tx, kiosk)
    loans: list[Loan] = []
    counters: list[Counter] = []
    for prefix in sorted({s.prefix for s in tx.floor.services.values()}):
        series = prefix + mark
        counter = tx.fetch(Counter, f"{day}/{series}") or Counter(id=f"{day}/{series}", last=0)
        counters.append(replace(counter, last=counter.last + count))
        loans.append(Loan(id=f"{loan}/{series}", kiosk=kiosk, day=day, series=series, first=counter.last + 1, last=counter.last + count))
    tx.tell(events.NumbersLent(kiosk=kiosk, loan=loan, day=day, count=count), *loans, *counters)
    return _loan_answer(tx, kiosk, loan, day, loans)


def _loan_answer(tx: Transaction, kiosk: str, loan: str, day: str, rows: list[Loan]) -> dict[str, Any]:
    """`seal` is the public key that a kiosk seals holders with."""
    ranges = [_range(tx, r) for r in rows]
    seal = base64.b64encode(tx.keys.public_seal()).decode()
    return {"loan": loan, "kiosk": kiosk, "day": day, "mark": mark_of(tx, kiosk), "ranges": ranges, "seal": seal}


def _range(tx: Transaction, loan: Loan) -> dict[str, Any]:
    prefix = loan.series[:-1]
    services = [s.code for s in tx.floor.services.values() if s.prefix == prefix]
    return {"prefix": prefix, "series": loan.series, "first": loan.first, "last": loan.last, "width": WIDTH, "services": services}


def merge(tx: Transaction, *, kiosk: str, tickets: list[dict[str, Any]], caller: str = "") -> list[dict[str, Any]]:
    """What a kiosk issued alone, in the order given out. Each item: {id, result: merged | already | refused, ticket, code}.

    No rule may refuse it: the paper is in a hand. A holder that cannot be unsealed is left out. `caller` is the kiosk as the idempotency
    keys know it: an `attempt` that was never answered is kept there as answered with the merged ticket (`digest` "*": whatever the body).
    """
    return [_merge_one(tx, kiosk, t, caller) for t in tickets]


def _merge_one(tx: Transaction, kiosk: str, t: dict[str, Any], caller: str) -> dict[str, Any]:
    known = tx.fetch(Ticket, t["id"])
    if known:
        return {"id": t["id"], "result": MergeResult.ALREADY, "ticket": known, "code": None}
    code = _why_not(tx, kiosk, t)
    if code:
        return {"id": t["id"], "result": MergeResult.REFUSED, "ticket": None, "code": code}
    at = min(t["issued_at"], tx.now)
    line_at, replaced = at, _issued_before(tx, caller, t)
    if replaced and replaced.state in (State.WAITING, State.CALLED, State.MISSED):
        line_at = min(line_at, replaced.line_at)
        gone = replaced.move("cancel", finished_at=tx.now, window=None)
        cancelled = events.TicketCancelled(ticket=gone.id, number=gone.number, service=gone.service, reason="replaced")
        tx.tell(cancelled, gone, *left_window(tx, replaced))
    over = t["day"] < tx.day
    everyone = tx.fetch(Counter, f"{t['day']}/*") or Counter(id=f"{t['day']}/*", last=0)
    everyone = replace(everyone, last=everyone.last + 1)
    ticket = Ticket(
        id=t["id"],
        key=key_of_ticket(tx.floor, t["day"], everyone.last),
        day=t["day"],
        number=t["number"],
        seq=everyone.last,
        series=t["series"],
        service=t["service"],
        class_=_class_given(tx, t["class"]),
        reason=t.get("reason"),
        channel=Channel.KIOSK,
        state=State.EXPIRED if over else State.WAITING,
        issued_at=at,
        line_at=line_at,
        clock_at=line_at,
        language=t.get("language", FIRST),
        offline=True,
        kiosk=kiosk,
        finished_at=tx.now if over else None,
        authority=t.get("authority") or "",
    )
    ticket = replace(ticket, target=promise_of(tx.floor, ticket).target_s)
    opened = (tx.keys.unseal(t.get(f"{whose}sealed"), t["id"]) for whose in ("", "phone_", "agent_"))
    visitor = visitor_of(tx, *opened)
    twin = next((id for id in same_person(tx, visitor) if _live_twin(tx, id, ticket.service)), None)
    event = events.TicketIssued(
        ticket=ticket.id,
        number=ticket.number,
        service=ticket.service,
        class_=ticket.class_,
        channel="kiosk",
        reason=ticket.reason,
        offline=True,
        notice=t.get("notice") or "",
        duplicate_of=twin or "",
        authority=ticket.authority,
    )
    tx.tell(event, ticket, everyone)
    if visitor:
        tx.keep(replace(visitor, ticket=ticket.id, at=tx.now, notice=t.get("notice") or ""))
    if t.get("attempt"):
        body = json.dumps({"id": ticket.id})
        tx.keep(Answer(caller=caller, key=t["attempt"], digest=Answer.ANY, status=201, body=body, at=tx.now))
    if t.get("track"):  # the kiosk made it, for the paper was printed without us
        tx.keep(Secret(name=f"track:{t['track']}", value=ticket.id))
        tx.keep(Secret(name=f"track-of:{ticket.id}", value=t["track"]))
    return {"id": t["id"], "result": MergeResult.MERGED, "ticket": ticket, "code": None}


def _class_given(tx: Transaction, given: str) -> str:
    """The class on the paper; one that the hall has no more, or that no kiosk gives, is ordinary: no number is refused for it."""
    return given if given == Class.GREEN or tx.floor.rules.own(given) else str(Class.ORDINARY)


def _why_not(tx: Transaction, kiosk: str, t: dict[str, Any]) -> str | None:
    if t["service"] not in tx.floor.services:
        return "no_such_service"
    loan = tx.fetch(Loan, f"{t['loan']}/{t['series']}")
    inside = loan and loan.kiosk == kiosk and loan.day == t["day"] and loan.first <= t["counter"] <= loan.last
    if not inside or t["number"] != f"{t['series']}{t['counter']:0{WIDTH}d}":
        return "not_lent"
    if tx.find(Ticket, day=t["day"], number=t["number"]):
        return "number_taken"
    return None


def _issued_before(tx: Transaction, caller: str, t: dict[str, Any]) -> Ticket | None:
    """The ticket that the server had issued under the kiosk's unanswered request, if it had."""
    if not t.get("attempt"):
        return None
    known = tx.find(Answer, caller=caller, key=t["attempt"])
    match json.loads(known[0].body) if known else None:
        case {"id": str(id)} | ["tickets", str(id)]:  # the answer, or, where it was never drawn, what it is drawn of
            return tx.fetch(Ticket, id)
        case _:
            return None


def _live_twin(tx: Transaction, id: str, service: str) -> bool:
    twin = tx.floor.tickets.get(id)
    return bool(twin and twin.service == service and twin.state in (State.WAITING, State.CALLED, State.SERVING))
