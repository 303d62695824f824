"""Doors for tickets: take a number, look at it, move it on, give it up, finish, evaluate."""

from __future__ import annotations

from collections.abc import Hashable
from itertools import islice

from config.codes import LIVE, Channel, Class, Outcome, Place, Role, State

from .. import actions
from ..actions.numbers import held_by, visitor_of
from ..domain.errors import NotAllowed, NotFound, WrongBody
from ..domain.floor import ALL, IN_STATE, NUMBERED, WAITING_FOR, WRITTEN, WRITTEN_FOR, counter_of
from ..domain.permissions import ONE_WINDOW, VISITOR, Permission
from ..domain.tables import Index
from ..domain.things import Evaluation
from ..domain.tickets import Ticket
from . import auth, models
from .guards import at_ticket, at_window, ticket_id
from .idempotency import DrawnAfter
from .seen import meant_for, with_names
from .table import ApiRequest, endpoint, items, spoken

# staff issue at the desk, or say for whom
CHANNELS_OF: dict[str, tuple[Channel, ...]] = {Role.KIOSK: (Channel.KIOSK,), Role.APP: (Channel.API, Channel.ONLINE)}


def a_ticket(req: ApiRequest, status: int = 201, *, given: bool = False) -> DrawnAfter:
    """The answer of an action that gives a ticket (or None: nobody waits). `given`: the caller hands it to its holder."""
    return DrawnAfter(lambda view, ticket: (status, with_names(view, ticket, req.who, given=given)) if ticket else (204, None))


def channel_of(role: str, said: Channel | None) -> Channel:
    """Where a number is taken: what the caller is decides it, so that no kiosk or app passes a limit by saying `desk`."""
    may = CHANNELS_OF.get(role)
    return said if said and (may is None or said in may) else (may or (Channel.DESK,))[0]


@endpoint("POST", "/tickets", body=models.IssueTicket, gives={201: models.Ticket}, may="issue", tag="tickets",
      refuses=("already_holds", "quota_full", "hall_closed", "numbers_stopped", "service_not_now", "service_closed", "no_such_service",
               "class_not_given", "proof_first", "not_offered_here", "not_typed_here",
               "typed_holds", "bad_id_number", "numbers_enough", "gave_up_enough", "acted_enough", "not_acted_here",
               "person_refused", "no_such_package", "package_closed", "package_not_now", "nothing_in_package"))  # fmt: skip
def issue_ticket(req: ApiRequest):
    """Take a number."""
    given = req.body
    if not (given.service or given.package or given.appointment) or given.service and given.package:
        raise missing("service", "package")
    appointment = ticket_id(req.context, given.appointment)[0] if given.appointment else None
    return req.do(
        actions.issue_ticket,
        a_ticket(req, given=True),
        again=lambda tx, kept: tx.fetch(Ticket, kept["id"]),
        service=given.service,
        package=given.package,
        answers=given.answers,
        without=tuple(given.without or ()),
        channel=channel_of(req.who.role, given.channel),
        class_=given.class_ or Class.ORDINARY,
        giver=req.who.role,
        proof_seen=given.proof_seen,
        persons=given.persons,
        agent=given.agent.model_dump() if given.agent else None,
        authority=given.authority or "",
        reason=given.reason,
        holder=given.holder.model_dump() if given.holder else None,
        phone=given.phone,
        appointment=appointment,
        language=spoken(req, given.language),
        onward=tuple(given.onward or ()),
        kiosk=req.who.kiosk,
        notice=given.notice or "",
        despite=passed_over(req),
    )


def passed_over(req: ApiRequest) -> str | None:
    """Why a limit of one person is passed over, where the caller may do that."""
    if req.body.despite is not None and not req.who.may("pass_limits"):
        raise NotAllowed("wrong_role", role=req.who.role)
    return req.body.despite


@endpoint("GET", "/tickets", query=models.TicketsQuery, gives={200: models.StaffTicket}, lists=True,
      may="list_tickets", tag="tickets", refuses=("no_such_ticket",))  # fmt: skip
def list_tickets(req: ApiRequest):
    """Today's tickets and open bookings in the order in which they were taken or booked; `next` is the `after` of those that follow."""
    q = req.query
    wanted = lambda t: q.state in (None, str(t.state)) and q.service in (None, t.service) and q.number in (None, t.number)
    with req.context.full_view() as view:
        tickets = view.floor.tickets
        index, where = min(lines_of(q), key=lambda line: len(tickets.of(*line)))
        try:
            rows = tickets.after(q.after, index, where) if q.after else tickets.of(index, where)
        except KeyError:  # of a day before this one
            raise NotFound("no_such_ticket") from None
        some = list(islice(filter(wanted, rows), q.limit + 1))
        page = some[: q.limit]
        told = [{**view.staff_ticket(t), **meant_for(view, t, req.who)} for t in page]
        return items(told, page[-1].id if len(some) > q.limit else None)


def lines_of(q: models.TicketsQuery) -> list[tuple[Index[Ticket], Hashable]]:
    """The lines of the picture that hold all who are asked for: the shortest is looked through."""
    by_state = [(IN_STATE, q.state)] if q.state else []
    by_service = [(WAITING_FOR if q.state is State.WAITING else WRITTEN_FOR, q.service)] if q.service else []
    by_number = [(NUMBERED, counter_of(q.number))] if q.number else []
    return [*by_state, *by_service, *by_number, (WRITTEN, ALL)]


@endpoint("POST", "/tickets/search", body=models.PersonSearch, gives={200: models.Ticket}, lists=True, tag="tickets",
      may="receive")  # fmt: skip
def search_tickets(req: ApiRequest):
    """The live numbers that a person holds today. A POST only so that no number stands in an address."""
    given = req.body
    holder = given.holder.model_dump() if given.holder else None
    ids = req.context.ledger.do(req.who.actor, tickets_of, holder=holder, phone=given.phone)
    with req.context.full_view() as view:
        found = [t for t in (view.find(id) for id in ids) if t and t.state in LIVE and t.day == view.floor.day]
        return items([with_names(view, t, req.who) for t in sorted(found, key=lambda t: t.line_at)])


def tickets_of(tx, *, holder: dict | None, phone: str | None) -> list[str]:
    return held_by(tx, visitor_of(tx, holder, phone))


@endpoint("GET", "/tickets/{id}", gives={200: models.Ticket}, may="look", holder=True, tag="tickets", refuses=("no_such_ticket",))
def get_ticket(req: ApiRequest, id: str):
    """A ticket by its id (any token) or by its track code (nobody asks who you are)."""
    known, held = ticket_id(req.context, id)
    if not held:
        auth.require(req.who, req.endpoint.may)
    with req.context.full_view() as view:
        ticket = view.find(known)
        if ticket is None:
            raise NotFound("no_such_ticket")
        shape = view.staff_ticket(ticket) if req.who.may("attend") else view.ticket(ticket)
        return 200, {**shape, **meant_for(view, ticket, req.who, given=held)}


@endpoint("GET", "/track/{track}", gives={200: models.TrackedTicket}, tag="tickets", refuses=("no_such_ticket",))
def get_track(req: ApiRequest, track: str):
    """A ticket as its holder sees it."""
    with req.context.full_view() as view:
        ticket = view.find_track(track)
        if ticket is None:
            raise NotFound("no_such_ticket")
        return 200, view.track(ticket)


def ticket_gesture(
    path: str, move: str, act, name: str, summary: str, *, method: str = "POST", status: int = 201, may: Permission = "serve", refuses=()
):
    """A gesture that needs nothing but the ticket."""

    def gesture(req: ApiRequest, id: str):
        id, _ = ticket_id(req.context, id)
        return req.do(act, a_ticket(req, status), guard=at_ticket(req.who, id, move), ticket=id)

    gesture.__name__, gesture.__doc__ = name, summary
    refuses = ("no_such_ticket", "illegal_move", "not_your_window", *refuses)
    endpoint(method, path, gives={status: models.Ticket}, may=may, tag="tickets", refuses=refuses)(gesture)


def undo_once(tx, *, ticket: str):
    """DELETE repeats harmlessly: a call that was taken back last is simply gone."""
    there = tx.fetch(Ticket, ticket)
    if there and there.state is State.WAITING and tx.last_event(ticket)[0] == "call.undone":
        return there
    return actions.undo_call(tx, ticket=ticket)


def resume_once(tx, *, ticket: str, window: str | None):
    """DELETE repeats harmlessly: what the last event took up again is simply there."""
    there = tx.fetch(Ticket, ticket)
    if there and there.state is State.SERVING:
        if tx.last_event(ticket)[0] == "service.resumed":
            return there
    return actions.resume(tx, ticket=ticket, window=window)


ticket_gesture("/tickets/{id}/calls", "recall", actions.recall, "recall", "Call the same number again.")
ticket_gesture("/tickets/{id}/calls", "undo", undo_once, "undo_call", "Take back a call made by mistake: the number is in line as before.",
               method="DELETE", status=200, refuses=("undo_too_late",))  # fmt: skip
ticket_gesture("/tickets/{id}/service", "start", actions.start_service, "start_service", "The visitor is here.")
ticket_gesture("/tickets/{id}/miss", "miss", actions.mark_missed, "mark_missed", "Nobody came to the call.")


@endpoint("POST", "/tickets/{id}/hold", body=models.Hold, gives={201: models.Ticket}, may="serve", tag="tickets",
      refuses=("no_such_ticket", "illegal_move", "not_your_window"))  # fmt: skip
def hold(req: ApiRequest, id: str):
    """Put aside; the window is free. It is taken up again at this window, or (`by_me`) wherever its clerk is."""
    id, _ = ticket_id(req.context, id)
    return req.do(actions.hold, a_ticket(req), guard=at_ticket(req.who, id, "hold"), ticket=id, by_me=req.body.by_me)


@endpoint("POST", "/tickets/{id}/note", body=models.NewNote, gives={201: models.Ok}, may="attend", tag="tickets",
      refuses=("no_such_ticket", "illegal_move"))  # fmt: skip
def note_ticket(req: ApiRequest, id: str):
    """A word about a number for whoever serves it next. Staff alone sees it, at the desk that has the number and in the line."""
    id, _ = ticket_id(req.context, id)
    return req.do(actions.note_ticket, lambda tx, _: (201, {}), secret=True, ticket=id, text=req.body.text, by=req.who.name)


@endpoint("POST", "/tickets/{id}/return", gives={201: models.Ticket}, may="send_on", holder=True, tag="tickets",
      refuses=("no_such_ticket", "illegal_move", "not_your_window", "returned_too_often", "return_at_desk"))  # fmt: skip
def return_ticket(req: ApiRequest, id: str):
    """A missed number goes back in line: by staff, or by its holder where the hall's rule has it so."""
    id, held = whose(req, id)
    channel = "desk" if req.who.may("send_on") else "phone"
    return req.do(
        actions.return_ticket, a_ticket(req, given=held), by_holder=held, guard=at_ticket(req.who, id, "return"), ticket=id, channel=channel
    )


@endpoint("DELETE", "/tickets/{id}/hold", body=models.Resume, gives={200: models.Ticket}, may="serve", tag="tickets",
      refuses=("no_such_ticket", "illegal_move", "window_busy", "not_your_window", "not_skilled"))  # fmt: skip
def resume(req: ApiRequest, id: str):
    """Take up again what was put aside, here or (`window`) at the window that asks."""
    id, _ = ticket_id(req.context, id)
    no = req.body.window
    guard = at_window(req.who, no) if no else at_ticket(req.who, id, "resume")
    return req.do(resume_once, a_ticket(req, 200), guard=guard, ticket=id, window=no)


ticket_gesture("/tickets/{id}/reprints", "", actions.reprint, "reprint", "Print the same number once more.",
               may="reprint")  # fmt: skip


@endpoint("POST", "/tickets/{id}/transfer", body=models.Transfer, gives={201: models.Ticket}, may="send_on", tag="tickets",
      refuses=("no_such_ticket", "no_such_service", "no_such_window", "not_served_here", "not_skilled",
               "illegal_move"))  # fmt: skip
def transfer(req: ApiRequest, id: str):
    """On to another service or window, on the same number."""
    id, _ = ticket_id(req.context, id)
    given = req.body
    if given.service is None and given.window is None:
        raise missing("service", "window")
    return req.do(
        actions.transfer,
        a_ticket(req),
        guard=at_ticket(req.who, id, "transfer"),
        ticket=id,
        service=given.service,
        window=given.window,
        place=given.place or Place.ARRIVAL,
    )


@endpoint("POST", "/tickets/{id}/green", body=models.MakeGreen, gives={201: models.Ticket}, may="make_green", tag="tickets",
      refuses=("no_such_ticket", "illegal_move", "class_not_given", "proof_first"))  # fmt: skip
def make_green(req: ApiRequest, id: str):
    """Give a number already taken priority: green with the reason, or a class of the hall's own. The number stays the same."""
    id, _ = ticket_id(req.context, id)
    given = req.body
    return req.do(
        actions.make_green,
        a_ticket(req),
        ticket=id,
        reason=given.reason,
        class_=given.class_ or Class.GREEN,
        giver=req.who.role,
        proof_seen=given.proof_seen,
    )


@endpoint("POST", "/tickets/{id}/postponement", body=models.Postponement, gives={201: models.Ticket}, may="give_up", holder=True,
      tag="tickets", refuses=("no_such_ticket", "illegal_move"))  # fmt: skip
def postpone(req: ApiRequest, id: str):
    """Let others go first."""
    id, held = whose(req, id)
    given = req.body
    if (given.places is None) == (given.seconds is None):
        raise missing("places", "seconds")
    guard = at_ticket(req.who, id, "postpone")
    return req.do(
        actions.postpone, a_ticket(req, given=held), by_holder=held, guard=guard, ticket=id, places=given.places, seconds=given.seconds
    )


@endpoint("POST", "/tickets/{id}/cancellation", gives={201: models.Ticket}, may="give_up", holder=True, tag="tickets",
      refuses=("no_such_ticket", "illegal_move"))  # fmt: skip
def cancel(req: ApiRequest, id: str):
    """Give the number up."""
    id, held = whose(req, id)
    return req.do(actions.cancel, a_ticket(req, given=held), by_holder=held, guard=at_ticket(req.who, id, "cancel"), ticket=id)


@endpoint("POST", "/tickets/{id}/completion", body=models.Completion, gives={201: models.Completed}, may="serve", tag="tickets",
      refuses=("no_such_ticket", "illegal_move", "not_your_window", "papers_not_here"))  # fmt: skip
def finish(req: ApiRequest, id: str):
    """The service is done, and may be evaluated by its visitor."""
    id, _ = ticket_id(req.context, id)

    def draw(view, finished):
        ticket, evaluation = finished
        return 201, {"ticket": with_names(view, ticket, req.who), "evaluation": {"state": evaluation.state}}

    return req.do(
        actions.finish,
        DrawnAfter(draw),
        guard=at_ticket(req.who, id, "finish"),
        ticket=id,
        outcome=req.body.outcome or Outcome.DONE,
        flags=tuple(req.body.flags or ()),
        waived=req.body.waived,
        papers=req.body.papers,
    )


# -- evaluation


@endpoint("GET", "/evaluations/{token}", gives={200: models.EvaluationAsked}, tag="evaluations", refuses=("no_such_evaluation",))
def get_evaluation(req: ApiRequest, token: str):
    """What may be evaluated by this link: its state, the five grades and their tags."""
    with req.context.full_view() as view:
        evaluation = view.find_evaluation(token)
        if evaluation is None:
            raise NotFound("no_such_evaluation")
        return 200, view.evaluation(evaluation)


@endpoint("POST", "/evaluations", body=models.Evaluate, gives={201: models.Evaluated}, tag="evaluations",
      refuses=("no_such_evaluation", "already_evaluated", "evaluation_expired"))  # fmt: skip
def evaluate(req: ApiRequest):
    """Say how it was, once. The link's token is the right to do so; a pad or a keypad's evaluator may do it for its own window only,
    where it names the number that is asked there."""
    given, who = req.body, req.who
    if who.role not in ("", VISITOR) and not who.may("evaluate"):
        raise NotAllowed("wrong_role", role=who.role)
    if (given.token is None) == (given.number is None):
        raise missing("token", "number")
    if given.token is not None:
        id = req.context.ledger.keys.id_of("evaluation", given.token)
    else:
        auth.require(who, "evaluate")
        asked = req.context.view().asked_at(who.window or "")
        id = asked.id if asked and asked.number == given.number else None
    if id is None:
        raise NotFound("no_such_evaluation")

    def guard(tx):
        found = tx.fetch(Evaluation, id)
        if found and who.role in ONE_WINDOW:
            at_window(who, found.window)(tx)

    return req.do(
        actions.evaluate,
        DrawnAfter(lambda view, done: (201, {"state": done.state, "number": done.number, "given_at": view.instant(done.given_at)})),
        guard=guard,
        evaluation=id,
        grade=given.grade,
        tags=tuple(given.tags or ()),
        comment=given.comment or "",
        anonymous=given.anonymous,
        channel=who.role if who.role in ONE_WINDOW else "qr",
    )


def whose(req: ApiRequest, given: str) -> tuple[str, bool]:
    """The ticket's id, if the caller may act for its holder: by role, or (the second is true) as who knows its track code."""
    id, held = ticket_id(req.context, given)
    if not held:
        auth.require(req.who, req.endpoint.may)
    return id, held


def missing(*fields: str) -> WrongBody:
    """One of these fields, and only one where both were sent."""
    return WrongBody("bad_body", errors=[{"field": fields[0], "code": "one_of", "fields": " / ".join(fields)}])
