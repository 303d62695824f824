"""Who hears of which event, and what. Pure: events and a View in, (room, facts, changed, gone) out. It sends nothing.

A reason of the green channel, an id, a why: such facts go to staff only. The link to evaluate is the right to: it goes to the window's pad,
to the screen bound to that window and to the holder, to nobody else. `changed` holds the state to merge into a room's snapshot.
The room of a holder is named `ticket:<ticket id>` here, that of a screen bound to its window `screen:<no>`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from config.codes import LIVE, State

from .domain.events import OF_THE_LEDGER

STAFF = ("staff", "managers")
EVERYTHING_MAY_CHANGE = (
    "hall.loaded", "setting.changed", "window.changed", "service.changed", "day.ended", "plan.activated", "plan.deactivated",
)  # fmt: skip
AT_A_WINDOW = frozenset({
    "ticket.called", "ticket.recalled", "ticket.missed", "ticket.cancelled", "ticket.transferred", "ticket.expired", "ticket.referred",
    "call.undone",
    "service.started", "service.held", "service.resumed", "service.finished",
    "window.opened", "window.paused", "window.closed", "window.assigned", "window.changed",
})  # fmt: skip
HALL_HEARS = AT_A_WINDOW | {
    "ticket.issued", "package.answered", "leg.skipped", "ticket.returned", "ticket.postponed", "ticket.made_green", "notice.changed",
    "referral.refused", "referral.received",
    *EVERYTHING_MAY_CHANGE,
}  # fmt: skip
WINDOW_HEARS = AT_A_WINDOW | {"evaluation.opened"}
PAD_HEARS = WINDOW_HEARS | {"evaluation.given", "evaluation.closed"}
MANAGERS_ONLY = (
    "alert.", "token.", "staff.", "setting.", "weights.", "device.", "machine.", "numbers.", "evaluation.given", "case.", "words.",
    "person.", "act.", "clock.",
)  # fmt: skip
STAFF_ALONE = frozenset({  # and managers; MANAGERS_ONLY aside, every kind stands in one of these
    "ticket.reprinted", "referral.accepted", "appointment.booked", "appointment.changed", "message.sent",
    "help.called", "help.answered", "visitor.diverted",
    "promise.broken", "promise.restored",
})  # fmt: skip
PUBLIC = (
    "number",
    "service",
    "window",
    "window_name",
    "times",
    "to_service",
    "to_window",
    "class",
    "say",
    "audio",
)


@dataclass(frozen=True)
class RoomMessage:
    """One event as one room hears it."""

    room: str
    facts: dict
    changed: dict = field(default_factory=dict)
    gone: dict = field(default_factory=dict)


def messages(recorded, before, view, heard=lambda room: True) -> list[RoomMessage]:
    """What each room hears of one recorded event. `before` is the Floor before it, `view` shows the Floor after it.

    `heard(room)` says whether anybody is in a room: what nobody hears is not drawn.
    """
    facts = {k: v for k, v in recorded.body.items() if k not in OF_THE_LEDGER}
    facts |= {"window": recorded.window}
    kind, floor = recorded.kind, view.floor
    now = floor.tickets.get(recorded.ticket or "")
    was = before.tickets.get(recorded.ticket or "")
    if kind in ("ticket.called", "ticket.recalled"):
        call = view.call(recorded.seq, recorded.at, recorded.window, facts)
        facts |= {"say": call["say"], "audio": call["audio"], "window_name": call["window_name"]}
    else:
        call = None
    if "why" in facts:
        facts["why"] = view.told("why", facts["why"])
    if kind == "device.changed" and facts["device"] in floor.devices:
        facts |= view.device_says(floor.devices[facts["device"]])
    touched = _touched(recorded, was, now, floor)
    holders = f"ticket:{recorded.ticket}"
    opened = floor.evaluations.get(recorded.body["evaluation"]) if kind == "evaluation.opened" else None
    asking = any(heard(room) for no in touched["windows"] for room in (f"screen:{no}", f"pad:{no}")) or heard(holders)
    asked = view.asks(opened) if opened and asking else None
    facts |= {name: view.instant(at) for name, at in facts.items() if name.endswith("_at")}  # milliseconds in the journal
    link = {k: asked[k] for k in ("url", "qr", "expires_at")} if asked else {}
    public = {k: facts[k] for k in PUBLIC if k in facts} | ({"reason": facts.get("reason")} if kind == "window.paused" else {})
    if opened:
        public |= {"state": opened.state}
        facts.pop("expires_at")  # of the link
    out = []
    if kind in HALL_HEARS and heard("hall"):
        changed = _hall_changed(view, kind, touched) | ({"calls": [call]} if call else {})
        gone = {"calls": view.taken_back(recorded.ticket, recorded.seq)} if kind == "call.undone" else {}
        out.append(RoomMessage("hall", public, changed, gone))
    for no in touched["windows"]:
        called = {"call": call} if (call or kind == "call.undone") and no == recorded.window else {}
        out += _at_window(no, kind, public, link, called, view, heard)
    if now and kind != "message.sent" and heard(holders):  # what staff writes of a number is not for its holder
        out.append(RoomMessage(holders, public | link, {"ticket": view.track(now)}))
    rooms = [room for room in _staffs_rooms(kind) if heard(room)]
    return out + _staff(rooms, recorded, facts, now, touched, view) if rooms else out


def _at_window(no: str, kind: str, public: dict, link: dict, called: dict, view, heard) -> list[RoomMessage]:
    """What the screens of a window and its pad hear; `link`: of the evaluation that is asked there."""
    hear = {f"window:{no}": WINDOW_HEARS, f"screen:{no}": WINDOW_HEARS, f"pad:{no}": PAD_HEARS}
    rooms = [room for room, kinds in hear.items() if kind in kinds and heard(room)]
    window = {"window": view.window(no)} if rooms else {}
    out = []
    for room in rooms:
        more = {"evaluation": view.evaluation_asked(no)} if room.startswith("pad:") else called
        out.append(RoomMessage(room, public if room.startswith("window:") else public | link, window | more))
    return out


def _touched(recorded, was, now, floor) -> dict:
    windows = {w for w in (recorded.window, was and was.window, now and now.window) if w in floor.windows}
    services = {s for s in (was and was.service, now and now.service, recorded.body.get("service")) if s in floor.services}
    return {"windows": sorted(windows), "services": sorted(services)}


def _hall_changed(view, kind: str, touched: dict) -> dict:
    if kind in EVERYTHING_MAY_CHANGE:
        board = view.board()
        return {k: board[k] for k in ("hall", "services", "windows", "next", "notices")}
    if kind == "notice.changed":
        return {"notices": view.notices()}
    changed: dict = {"next": view.next_up()}
    if touched["services"]:
        changed["services"] = [view.service_now(code) for code in touched["services"]]
    if touched["windows"]:
        changed["windows"] = [view.window(no) for no in touched["windows"]]
    return changed


def _staffs_rooms(kind: str) -> tuple[str, ...]:
    return ("managers",) if kind.startswith(MANAGERS_ONLY) and kind not in EVERYTHING_MAY_CHANGE else STAFF


def _staff(rooms: list[str], recorded, facts: dict, now, touched: dict, view) -> list[RoomMessage]:
    kind = recorded.kind
    told = facts | {"ticket": recorded.ticket, "actor": recorded.actor}
    changed: dict = {}
    gone: dict = {}
    if kind in EVERYTHING_MAY_CHANGE:
        changed = {"hall": view.hall(), "services": view.services(), "windows": view.staff_windows(), "green": view.green_reasons()}
        changed["papers"] = bool(view.floor.rules.rights.papers_days)
    else:
        if touched["services"]:
            changed["services"] = [view.service_now(code) for code in touched["services"]]
        if touched["windows"]:
            changed["windows"] = [view.staff_window(no) for no in touched["windows"]]
    if now is not None:
        here = now.state in LIVE or (now.state in (State.BOOKED, State.REFERRED) and now.day == view.floor.day)
        changed["tickets"] = [view.line_ticket(now)] if here else []
        if not here:
            gone = {"tickets": [now.id]}
    if kind == "notice.changed":
        changed["notices"] = view.notices()
    if kind == "message.sent":
        changed["messages"] = view.messages()
    if kind.startswith("help."):
        changed["help"] = view.help()
    out = []
    for room in rooms:
        more = dict(changed)
        if room == "managers":
            more["today"] = view.today()
            if kind.startswith(("plan.", "setting.")):
                more["plans"] = view.plans()
            if kind.startswith("alert."):
                more["alerts"] = view.alerts()
            if kind.startswith("case."):
                more["cases"] = view.cases()
            if kind.startswith(("device.", "machine.")):
                more["devices"] = view.devices()
        out.append(RoomMessage(room, told, more, gone))
    return out
