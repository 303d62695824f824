"""A window's gestures: call, call again, start, miss, put aside, finish, open and pause. Who is next is asked of domain/dispatch."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from config.codes import BackFor, Mark, Outcome, Place, State, WindowState
from config.masks import mask_numbers

from ..domain import events
from ..domain.dispatch import explain
from ..domain.duty import calls_by_itself, has, misses_by_itself, serves_by
from ..domain.errors import NotFound, NotNow, WrongBody, coded
from ..domain.line import NOTHING, next_for
from ..domain.packages import next_leg_of, to_visit
from ..domain.texts import pick
from ..domain.things import Evaluation, Window
from ..domain.tickets import Ticket, kept_for
from ..domain.transaction import Transaction
from .evaluations import open_evaluation
from .numbers import find_service
from .packages import wait_of
from .rights import keep_for_right, with_right
from .skills import ensure_served, ensure_takes_on
from .tickets import find_ticket, held_so_far, left_window, leg_of, next_leg

MOMENT = 3_000  # ms: a second press so soon is the same press


def call_next(tx: Transaction, *, window: str, clerk: str | None = None, service: str | None = None) -> Ticket | None:
    """Calls whom dispatch chooses (of one `service` only, where it is given); None when nobody waits whom the window may serve.

    A second press within a moment is the same press: it gives the number that was just called.
    """
    at = free_window(tx, window)
    if isinstance(at, Ticket):
        return at
    if service is not None:
        ensure_served(tx, at, service, clerk)
    choice = next_for(tx.floor, at, tx.now, service, tx.waits.minutes if tx.waits else NOTHING, tx.ahead, clerk)
    if choice is None:
        return None
    return _call(tx, at, find_ticket(tx, choice.ticket.id), clerk, why=explain(choice))


def call_by_itself(tx: Transaction, *, window: str) -> Ticket | None:
    """The hall calls the next one to a window that is free, as its rule `calls.auto_call` has it; None where that is no longer so."""
    at = find_window(tx, window)
    return call_next(tx, window=window) if calls_by_itself(tx.floor, at, tx.now) else None


def miss_by_itself(tx: Transaction, *, ticket: str) -> Ticket | None:
    """Who was called `calls.auto_miss_s` ago and has not come is called again as often as the rule says, then missed. A call made again
    meanwhile counts from then on."""
    old = tx.fetch(Ticket, ticket)
    if old is None or old.state is not State.CALLED or not misses_by_itself(tx.floor, old, tx.now):
        return None
    if tx.now - tx.last_told(ticket) < 1000 * tx.floor.calls.auto_miss_s:
        return None
    return (recall if old.times_called <= tx.floor.calls.recalls_before_miss else mark_missed)(tx, ticket=ticket)


def call_ticket(tx: Transaction, *, window: str, ticket: str, clerk: str | None = None, reason: str = "") -> Ticket:
    """Calls a given number; the choice is written into the event as such, with the `reason` of a manager who has a number called where it
    is not served. Without one that is refused."""
    chosen = find_ticket(tx, ticket)
    at = find_window(tx, window)
    if not reason:
        if chosen.only_window not in (None, window):
            raise NotNow("not_served_here", window=window, service=find_service(tx, chosen.service).name)
        ensure_served(tx, at, chosen.service, clerk)
    at = free_window(tx, window)
    if isinstance(at, Ticket):
        if at.id == ticket:
            return at
        raise NotNow("called_just_now", window=window, number=at.number, n=-(-MOMENT // 1000))
    return _call(tx, at, chosen, clerk, why={"code": "by_hand", "facts": {"reason": mask_numbers(reason)} if reason else {}})


def find_window(tx: Transaction, no: str) -> Window:
    window = tx.floor.windows.get(no)
    if window is None:
        raise NotFound("no_such_window", window=no)
    return window


def free_window(tx: Transaction, no: str) -> Window | Ticket:
    """The window, open and with nobody at it; a number still called there is missed by rule, or the call is refused, as the hall sets.

    Where it would be missed, nobody is passed over before `calls.patience_s` have gone by since the call; and a second press of the same
    caller within a MOMENT is the same press: it gives the number that was just called.
    """
    window = find_window(tx, no)
    window.ensure_open()
    there = tx.floor.at_window(no)
    if there is None:
        return window
    if there.state is State.CALLED and tx.floor.calls.when_called == "miss":
        since = tx.now - (there.called_at or 0)
        if since < MOMENT and tx.last_event(there.id) == (events.TicketCalled.kind, tx.actor):
            return there
        patience = 1000 * tx.floor.calls.patience_s
        if 0 <= since < patience:  # less than nothing: the clock was put back meanwhile
            left = patience - since
            raise NotNow("called_just_now", window=no, number=there.number, n=-(-left // 1000))
        mark_missed(tx, ticket=there.id)
        return find_window(tx, no)
    raise NotNow("window_busy", window=no, number=there.number, state=str(there.state))


def _call(tx: Transaction, window: Window, ticket: Ticket, clerk: str | None, why: dict[str, Any]) -> Ticket:
    first = ticket.first_called_at or ticket.not_before(tx.now)
    clerk = clerk or _who_serves(tx, window, ticket.service)
    called = ticket.move("call", window=window.no, clerk=clerk, times_called=1, called_at=tx.now, first_called_at=first)
    tx.tell(events.TicketCalled(**_said_of(called, window), times=1, why=why), called, *manned(window))
    return called


def _who_serves(tx: Transaction, window: Window, service: str) -> str | None:
    """Of those who sit at a window, the first who may serve a service alone; else its clerk."""
    return next((name for name in window.people if tx.floor.skills.may(name, service)), window.clerk)


def manned(window: Window) -> tuple[Window, ...]:
    """The window as one where somebody sits, if that was not known."""
    return () if window.manned else (replace(window, manned=True),)


def undo_call(tx: Transaction, *, ticket: str) -> Ticket:
    """A call made by mistake, taken back within `calls.undo_s`: the number is in line as if it had not been made. The journal has both."""
    old = find_ticket(tx, ticket)
    first = None if old.first_called_at == old.called_at else old.first_called_at
    back = old.move("undo", window=None, clerk=None, times_called=0, called_at=None, first_called_at=first)
    most = tx.floor.calls.undo_s
    if old.called_at is None or tx.now - old.called_at > 1000 * most:
        raise NotNow("undo_too_late", number=old.number, n=most)
    tx.tell(events.CallUndone(ticket=back.id, window=old.window, number=back.number, service=back.service), back, *left_window(tx, old))
    return back


def recall(tx: Transaction, *, ticket: str) -> Ticket:
    """The same number once more at the same window."""
    old = find_ticket(tx, ticket)
    again = old.move("recall", times_called=old.times_called + 1)
    most = tx.floor.calls.most_calls
    if most and again.times_called > most:
        raise NotNow("too_many_recalls", number=again.number, most=most)
    window = find_window(tx, again.window or "")
    tx.tell(events.TicketRecalled(**_said_of(again, window), times=again.times_called), again)
    return again


def _said_of(ticket: Ticket, window: Window) -> dict[str, Any]:
    at = {"ticket": ticket.id, "window": window.no, "window_name": pick(window.name)}
    return at | {"number": ticket.number, "service": ticket.service}


def start_service(tx: Transaction, *, ticket: str) -> Ticket:
    """The visitor is at the window. Where two of the staff sit there, who presses serves, if that one may."""
    old = find_ticket(tx, ticket)
    window, presser = tx.floor.windows.get(old.window or ""), tx.actor.removeprefix("staff:")
    mine = window is not None and presser in window.people and old.service in serves_by(tx.floor, window, tx.now, presser)
    serving = old.move("start", started_at=tx.now, clerk=presser if mine else old.clerk)
    tx.tell(events.ServiceStarted(ticket=serving.id, window=serving.window, number=serving.number, service=serving.service), serving)
    return serving


def mark_missed(tx: Transaction, *, ticket: str) -> Ticket:
    """Nobody came to the call; the number may return by the rule."""
    old = find_ticket(tx, ticket)
    least = tx.floor.calls.recalls_before_miss
    missed = old.move("miss", window=None, misses=old.misses + 1)
    if old.times_called <= least and least:
        raise NotNow("call_again_first", number=old.number, least=least)
    event = events.TicketMissed(ticket=missed.id, window=old.window, number=missed.number, service=missed.service)
    tx.tell(event, missed, *left_window(tx, old))
    return missed


def hold(tx: Transaction, *, ticket: str, by_me: bool = False) -> Ticket:
    """Put aside (a copy to fetch, a form to fill): the window is free, the number keeps its place with this window, or `by_me` with the
    clerk who serves it, wherever they are later."""
    old = find_ticket(tx, ticket)
    held = old.move("hold", only_window=None if by_me and old.clerk else old.window, held_at=tx.now)
    event = events.ServiceHeld(ticket=held.id, window=held.window, number=held.number, service=held.service)
    tx.tell(event, held, *left_window(tx, old))
    return held


def resume(tx: Transaction, *, ticket: str, window: str | None = None) -> Ticket:
    """Takes up again what was put aside, at a given window, or at its own: of one that a clerk keeps, where that clerk works now."""
    old = find_ticket(tx, ticket)
    mine = [w.no for w in tx.floor.windows.values() if w.clerk and w.clerk == kept_for(old)]
    at = window or old.only_window or next(iter(mine), old.window) or ""
    back = old.move("resume", window=at, only_window=None, held=held_so_far(tx, old), held_at=None)
    there = tx.floor.at_window(at)
    if there is not None:
        raise NotNow("window_busy", window=at, number=there.number, state=str(there.state))
    here = find_window(tx, at)
    here.ensure_open()
    if old.service in has(tx.floor, here, tx.now):
        ensure_served(tx, here, old.service)
    tx.tell(events.ServiceResumed(ticket=back.id, window=back.window, number=back.number, service=back.service), back)
    return back


def finish(
    tx: Transaction,
    *,
    ticket: str,
    outcome: str = Outcome.DONE,
    flags: tuple[str, ...] = (),
    waived: int = 0,
    papers: bool = False,
) -> tuple[Ticket, Evaluation]:
    """The service is done and may be evaluated. A number with services still to visit goes into the next line. `papers`: some are missing,
    and its holder may come back with them without queueing again, for what is still to visit as well. `flags`: what is said of it besides
    (Mark); `waived`: how many papers were not asked for."""
    outcome, said = coded(Outcome, outcome, "outcome"), _said_besides(flags, waived)
    old = find_ticket(tx, ticket)
    was = replace(old, legs=(*old.legs, replace(leg_of(tx, old, outcome), **said)))
    may_go_on = old.state in (State.SERVING, State.HELD) and not papers
    coming = (to_visit(was) if old.package else old.onward) if may_go_on else ()
    stop = next_leg_of(tx.floor, old, coming, outcome, tx.now, tx.zone, wait_of(tx, old.class_)) if coming else None
    onward = stop.service if stop else None
    if onward:
        left = old.onward[old.onward.index(onward) + 1 :] if not old.package else ()
        after = old.move("onward", **next_leg(tx, old, onward, Place.ARRIVAL) | {"only_window": None, "onward": left, "legs": was.legs})
        after = replace(after, onward=to_visit(after)) if old.package else after
    else:
        leg = was.legs[-1]
        ended = {"finished_at": tx.now, "outcome": outcome, "held": leg.held, "held_at": None}
        plan = tuple(replace(one, skipped=stop.left.get(one.service, one.skipped)) for one in old.plan) if stop else old.plan
        ended |= ({"plan": plan} | ({} if papers else {"onward": ()})) if old.package else {}
        after = old.move("finish", **ended, only_window=None, legs=was.legs)
        after = with_right(tx, after, BackFor.PAPERS) if papers else after
        if papers and not after.back_until:
            raise NotNow("papers_not_here")
    event = events.ServiceFinished(
        ticket=old.id, window=old.window, number=old.number, service=old.service, outcome=outcome,
        flags=said["marks"], waived=said["waived"], why=after.back_for, back_until=after.back_until,
    )  # fmt: skip
    tx.tell(event, after)
    keep_for_right(tx, after)
    evaluation = open_evaluation(tx, old, leg=len(after.legs))
    if onward:
        tx.tell(events.TicketTransferred(ticket=old.id, number=old.number, service=old.service, to_service=onward))
    return after, evaluation


def _said_besides(flags: tuple[str, ...], waived: int) -> dict[str, Any]:
    """The fields of a leg. A number of papers says that papers were waived, and that they were says that it was one at least."""
    marks = tuple(dict.fromkeys(str(coded(Mark, flag, "flags")) for flag in (*flags, *([Mark.WAIVED] if waived else []))))
    if {Mark.AT_ONCE, Mark.PROMISED} <= set(marks):
        raise WrongBody("bad_body", errors=[{"field": "flags", "code": "one_of", "fields": [Mark.AT_ONCE, Mark.PROMISED]}])
    return {"marks": marks, "waived": max(waived, int(Mark.WAIVED in marks))}


def set_window(
    tx: Transaction,
    *,
    window: str,
    state: str,
    reason: str = "",
    clerk: str | None = None,
    take_over: bool = False,
    there: bool = True,
    in_hand: str = "",
) -> Window:
    """Opens, pauses or closes a window. The same state again changes nothing.

    A clerk is at one window: opening a second is refused until `take_over`, which closes the first. So is opening somebody else's.
    `there` false: opened from afar; nobody is known to sit there until the window calls. `in_hand`: what becomes of the number at a
    window that is closed: `finish`, or `return` to the line it came from; without it the window is busy.
    """
    state, reason = coded(WindowState, state, "state"), mask_numbers(reason)
    find_window(tx, window)
    ticket = tx.floor.at_window(window)
    if state == WindowState.CLOSED and ticket is not None:
        _let_go(tx, ticket, in_hand)
    if state == WindowState.OPEN and clerk:
        ensure_one_desk(tx, find_window(tx, window), clerk, take_over)
    old = find_window(tx, window)
    said, reason = reason, reason if state == WindowState.PAUSED else ""
    clerk, beside = (old.clerk, old.beside) if clerk is None or clerk in old.people else (clerk, None)
    if state == WindowState.CLOSED:
        clerk = beside = None
    elif clerk != old.clerk and clerk:
        ensure_takes_on(tx, old, (clerk,))
    sits = there or (old.state != WindowState.CLOSED and old.manned) if state == WindowState.OPEN else old.manned
    if (old.state, old.reason, old.clerk, old.manned) == (state, reason, clerk, sits):
        return old
    new = replace(old, state=state, reason=reason, clerk=clerk, beside=beside, manned=sits, since=tx.now)
    event = {
        WindowState.OPEN: events.WindowOpened(window=window),
        WindowState.PAUSED: events.WindowPaused(window=window, reason=reason),
        WindowState.CLOSED: events.WindowClosed(window=window, reason=said),
    }[state]
    tx.tell(event, new)
    return new


def _let_go(tx: Transaction, ticket: Ticket, how: str) -> None:
    """The number in hand at a window that is closed."""
    if how == "finish" and ticket.state is State.SERVING:
        finish(tx, ticket=ticket.id)
    elif how == "return":
        back = ticket.move("put_back", window=None, clerk=None, times_called=0, called_at=None, started_at=None)
        tx.tell(events.TicketReturned(ticket=back.id, number=back.number, service=back.service), back)
    else:
        raise NotNow("window_busy", window=ticket.window, number=ticket.number, state=str(ticket.state))


def ensure_one_desk(tx: Transaction, window: Window, clerk: str, take_over: bool) -> None:
    """A clerk is at one window: the other one closes with `take_over`, or is the colleague's alone where two sit there."""
    others = [w for w in tx.floor.windows.values() if clerk in w.people and w.no != window.no and w.state != WindowState.CLOSED]
    taken = window.state != WindowState.CLOSED and window.people and clerk not in window.people
    if taken and not take_over:
        raise NotNow("window_taken", data={"window": window.no}, window=window.no)
    if others and not take_over:
        raise NotNow("already_open_elsewhere", data={"window": others[0].no}, window=others[0].no)
    for other in others:
        leave_desk(tx, other, clerk)


def leave_desk(tx: Transaction, window: Window, clerk: str) -> Window:
    """Somebody works at a window no longer: it is the colleague's alone, who must be able to go on with what is in hand; or it closes."""
    (stays,) = [name for name in window.people if name != clerk] or [None]
    if stays is None:
        return set_window(tx, window=window.no, state=WindowState.CLOSED)
    ensure_takes_on(tx, window, (stays,))
    new = replace(window, clerk=stays, beside=None)
    tx.tell(events.WindowAssigned(window=window.no, staff=stays), new)
    return new


def sit_beside(tx: Transaction, *, window: str, clerk: str, take_over: bool = False) -> Window:
    """A second one of the staff works at a window, too: there is one number in hand, each calls and serves what that one may, and who
    learns a service serves it beside an expert. Where they worked before they work no longer. A second time changes nothing."""
    at, person = find_window(tx, window), tx.floor.staff.get(clerk)
    if person is None or not person.serves:
        raise NotFound("no_such_staff", name=clerk)
    if clerk in at.people:
        return at
    if at.state == WindowState.CLOSED:
        raise NotNow("window_closed", window=window)
    if at.beside is not None:
        raise NotNow("two_there", window=window)
    ensure_one_desk(tx, replace(at, clerk=clerk), clerk, take_over)
    new = replace(at, beside=clerk) if at.clerk else replace(at, clerk=clerk)
    tx.tell(events.WindowAssigned(window=window, staff=new.clerk or "", beside=new.beside or ""), new)
    return new


def leave_window(tx: Transaction, *, window: str, clerk: str | None = None) -> Window:
    """One of two at a window goes; without `clerk` the one who came second. Of one who is not there nothing changes."""
    at = find_window(tx, window)
    name = clerk or at.beside
    return leave_desk(tx, at, name) if at.beside and name in at.people else at
