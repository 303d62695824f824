"""Doors for windows: look, call the next or a given one, open, pause, close."""

from __future__ import annotations

from config.codes import Role, WindowState

from .. import actions
from ..domain.duty import has, serves
from ..domain.errors import NotFound
from ..domain.floor import NUMBERED, counter_of
from ..domain.tickets import MOVES
from . import models
from .guards import at_window, ticket_id
from .idempotency import DrawnAfter
from .second import setting_act
from .table import ApiRequest, endpoint, items
from .tickets import a_ticket

a_window = DrawnAfter(lambda view, w: (200, view.window(w.no)))


@endpoint("GET", "/windows", gives={200: models.Window}, lists=True, may="look", tag="windows")
def list_windows(req: ApiRequest):
    """All windows as they stand."""
    return items(req.context.view().windows())


@endpoint("GET", "/windows/{no}", gives={200: models.Window}, may="look", tag="windows", refuses=("no_such_window",))
def get_window(req: ApiRequest, no: str):
    """One window as it stands."""
    known(req, no)
    view, who = req.context.view(), req.who
    window = view.window(no)
    if window["ticket"] and who.may("serve") and who.window in (None, no):
        window["ticket"]["id"] = view.at_windows[no].id  # a keypad knows numbers only; its gestures need the ticket
    return 200, window


def described(window) -> tuple | None:
    """What is set of a window; whom it serves just now changes all day."""
    return window and (window.name, window.type, window.services, window.zone)


@endpoint("PUT", "/windows/{no}", reasoned=True, body=models.PutWindow, gives={200: models.Window, 202: models.PendingAct},
          held=setting_act(lambda req, tx: described(tx.floor.windows.get(req.path["no"])), "no"), may="set", tag="settings",
          refuses=("no_such_service",))  # fmt: skip
def put_window(req: ApiRequest, no: str):
    """Add a window, or change what it is and serves. Only the fields given change."""
    return req.do(actions.put_window, a_window, no=no, **given(req))


@endpoint("POST", "/windows/{no}/calls", body=models.Call, gives={201: models.Ticket, 204: None}, may="serve", tag="windows",
      refuses=("no_such_window", "window_closed", "window_paused", "window_busy", "not_your_window", "no_such_ticket", "not_served_here",
               "not_skilled", "called_just_now"))  # fmt: skip
def call(req: ApiRequest, no: str):
    """Call the next one, or a given one. 204: nobody waits whom this window serves."""
    guard = at_window(req.who, no)
    given, clerk = req.body, req.who.staff
    reason = (given.reason or "") if req.who.may("lead") else ""
    if given.number is not None:
        return req.do(call_numbered, a_ticket(req), guard=guard, window=no, number=given.number, clerk=clerk, reason=reason)
    if given.ticket is None:
        return req.do(actions.call_next, a_ticket(req), guard=guard, window=no, clerk=clerk, service=given.service)
    id, _ = ticket_id(req.context, given.ticket)
    return req.do(actions.call_ticket, a_ticket(req), guard=guard, window=no, ticket=id, clerk=clerk, reason=reason)


def call_numbered(tx, *, window: str, number: str, clerk: str | None, reason: str = ""):
    """Looked up inside the action: asked again under its key, the same press gives the same answer."""
    if window not in tx.floor.windows:
        raise NotFound("no_such_window", window=window)
    ticket = numbered(tx.floor, window, number, tx.now, anywhere=bool(reason))
    return actions.call_ticket(tx, window=window, ticket=ticket, clerk=clerk, reason=reason)


@endpoint("GET", "/windows/{no}/line", gives={200: models.InLine}, lists=True, may="see_line", tag="windows",
      refuses=("no_such_window",))  # fmt: skip
def get_line(req: ApiRequest, no: str):
    """Whom dispatch would call here, in order, and why; `idle` says why nobody."""
    known(req, no)
    return 200, req.context.view().line(no, req.who.staff)


@endpoint("PUT", "/windows/{no}/state", body=models.SetWindow, gives={200: models.Window}, may="serve", tag="windows",
      refuses=("no_such_window", "window_busy", "not_your_window", "already_open_elsewhere", "window_taken", "not_skilled"))  # fmt: skip
def set_window(req: ApiRequest, no: str):
    """Open, pause (with a reason) or close a window. A clerk who opens one works there, and (`take_over`) no longer elsewhere, nor
    does whoever had it open before. A manager may say which `clerk` goes there, and what becomes of the number `in_hand` at a close."""
    given, manages = req.body, req.who.may("lead")
    mine = {"clerk": req.who.name if req.who.role == Role.CLERK else None, "take_over": bool(given.take_over)}
    others = {"clerk": given.clerk, "in_hand": given.in_hand or "", "by": req.who.name}
    return req.do(
        actions.staff_window if manages else actions.set_window,
        a_window,
        guard=at_window(req.who, no, moving=given.state == WindowState.OPEN),
        window=no,
        state=given.state,
        reason=given.reason or "",
        **(others if manages else mine),
    )


@endpoint("PUT", "/windows/{no}/clerk", body=models.AssignWindow, gives={200: models.Window}, may="lead", tag="windows",
      refuses=("no_such_window", "no_such_staff", "window_busy", "not_skilled"))  # fmt: skip
def assign_window(req: ApiRequest, no: str):
    """Put somebody at a window, with a reason: a closed one opens; who worked there works there no longer, and the other window of who
    comes closes. The desks are told who is to go."""
    return req.do(
        actions.assign_window,
        a_window,
        window=no,
        clerk=req.body.clerk,
        reason=req.body.reason or "",
        by=req.who.name,
    )


@endpoint("POST", "/windows/{no}/clerk/preview", body=models.AssignWindow, gives={200: models.Reassigned}, may="lead", tag="windows",
      refuses=("no_such_window", "no_such_staff", "window_busy", "not_skilled"))  # fmt: skip
def preview_assignment(req: ApiRequest, no: str):
    """Who waits, for how long and with what promises, as it is and if somebody were put at a window. Changes nothing."""
    return foreseen(req, no, actions.assign_window, window=no, clerk=req.body.clerk)


@endpoint("POST", "/windows/{no}/beside/preview", body=models.AssignWindow, gives={200: models.Reassigned}, may="lead", tag="windows",
      refuses=("no_such_window", "no_such_staff", "window_closed", "two_there", "not_skilled"))  # fmt: skip
def preview_beside(req: ApiRequest, no: str):
    """The same of a second one at a window."""
    return foreseen(req, no, actions.sit_beside, window=no, clerk=req.body.clerk, take_over=True)


def foreseen(req: ApiRequest, no: str, act, **arguments):
    floor = req.floor
    windows = actions.try_windows(req.context.ledger, req.who.actor, act, **arguments)
    at = windows.get(no) or floor.windows[no]
    served = serves(floor, at, req.now)
    lacks = [code for code in has(floor, at, req.now) if code not in served]
    return 200, req.context.do("reassigned", windows) | {"lacks": lacks}


@endpoint("POST", "/windows/{no}/beside", body=models.SitBeside, gives={201: models.Window}, may="serve", tag="windows",
      refuses=("no_such_window", "no_such_staff", "window_closed", "two_there", "already_open_elsewhere", "not_skilled"))  # fmt: skip
def sit_beside(req: ApiRequest, no: str):
    """Work at a window beside who works there already; a manager says who. There is one number in hand; each calls and serves what that
    one may, and who learns a service serves it beside an expert."""
    manages = req.who.may("lead")
    clerk = (req.body.clerk if manages else None) or req.who.staff or ""
    take_over = manages or bool(req.body.take_over)
    return req.do(actions.sit_beside, DrawnAfter(lambda view, w: (201, view.window(w.no))), window=no, clerk=clerk, take_over=take_over)


@endpoint("DELETE", "/windows/{no}/beside", gives={200: models.Window}, may="serve", tag="windows",
      refuses=("no_such_window", "not_your_window", "not_skilled"))  # fmt: skip
def leave_window(req: ApiRequest, no: str):
    """One of two goes: a clerk oneself, of a manager the one who came second. The other goes on alone."""
    clerk = None if req.who.may("lead") else req.who.staff
    return req.do(actions.leave_window, a_window, guard=at_window(req.who, no), window=no, clerk=clerk)


def numbered(floor, no: str, number: str, now: int, *, anywhere: bool = False) -> str:
    """The id of the one ticket with this number that could be called here, lent services too; digits alone are enough where only one
    has them. `anywhere`: of whatever service."""
    services = floor.services if anywhere else has(floor, floor.windows[no], now)
    same_digits = floor.tickets.of(NUMBERED, counter_of(number))
    fits = [t for t in same_digits if "call" in MOVES[t.state] and t.service in services]
    same = [t for t in fits if t.number == number] or (fits if number.isdecimal() else [])
    if len(same) != 1:
        raise NotFound("no_such_ticket", number=number)
    return same[0].id


def known(req: ApiRequest, no: str) -> None:
    if no not in req.floor.windows:
        raise NotFound("no_such_window", window=no)


def given(req: ApiRequest) -> dict:
    """The fields that were sent; null is the same as not sent."""
    return {k: tuple(v) if isinstance(v, list) else v for k, v in req.body.given().items() if v is not None}
