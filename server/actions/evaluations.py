"""好差评: one service, one evaluation. Opened by the end of a service only; what is never given is kept as 未评价, not as praise."""

from __future__ import annotations

from dataclasses import replace
from itertools import takewhile
from typing import Any

from config.codes import CaseOutcome, CaseState, EvaluationState

from ..domain import events
from ..domain.errors import NotFound, NotNow, WrongBody
from ..domain.evaluations import BAD, GRADES, TAGS
from ..domain.floor import OPEN
from ..domain.private import Comment
from ..domain.things import Case, Evaluation
from ..domain.tickets import Ticket
from ..domain.transaction import Transaction
from .numbers import sealed_words

LONGEST = 150  # characters of a comment


def open_evaluation(tx: Transaction, ticket: Ticket, leg: int) -> Evaluation:
    """The pad asks for `pad_s` seconds; the code on the slip stays open longer."""
    setting = tx.floor.evaluation
    opened = Evaluation(
        id=f"{ticket.id}.{leg}",
        ticket=ticket.id,
        leg=leg,
        number=ticket.number or "",
        window=ticket.window or ticket.only_window or "",
        clerk=ticket.clerk,
        service=ticket.service,
        opened_at=tx.now,
        expires_at=tx.now + setting.open_hours * 3_600_000,
    )
    event = events.EvaluationOpened(
        ticket=ticket.id,
        window=opened.window,
        number=ticket.number,
        service=ticket.service,
        evaluation=opened.id,
        expires_at=tx.now + setting.pad_s * 1000,
    )
    tx.tell(event, opened)
    return opened


def evaluate(
    tx: Transaction,
    *,
    evaluation: str,
    grade: int,
    tags: tuple[str, ...] = (),
    comment: str = "",
    anonymous: bool | None = None,
    channel: str = "pad",
) -> Evaluation:
    """Given once. The words are kept beside the journal, which holds only their fingerprint; sealed, without numbers."""
    old = _find(tx, evaluation)
    if old.state == EvaluationState.GIVEN:
        raise NotNow("already_evaluated")
    if old.state == EvaluationState.CLOSED or tx.now > old.expires_at:
        raise NotNow("evaluation_expired")
    _check(grade, tags, comment)
    words = sealed_words(tx, comment, f"{old.id}.text")
    given = replace(
        old,
        state=EvaluationState.GIVEN,
        grade=grade,
        tags=tuple(tags),
        anonymous=tx.floor.evaluation.anonymous if anonymous is None else anonymous,
        channel=channel,
        given_at=tx.now,
    )
    tx.tell(
        events.EvaluationGiven(
            ticket=old.ticket, window=old.window, number=old.number, service=old.service, evaluation=old.id, channel=channel
        ),
        given,
        words=[Comment(evaluation=old.id, text=words)] if words else (),
    )
    if grade in BAD:
        tx.tell(events.CaseOpened(**_about(given)), Case(id=old.id, opened_at=tx.now))
    return given


def _find(tx: Transaction, id: str) -> Evaluation:
    found = tx.fetch(Evaluation, id)
    if found is None:
        raise NotFound("no_such_evaluation")
    return found


def _about(e: Evaluation) -> dict[str, Any]:
    return {"ticket": e.ticket, "window": e.window, "number": e.number, "service": e.service, "case": e.id}


def take_case(tx: Transaction, *, id: str, owner: str) -> Case:
    """Somebody follows a bad evaluation up; another may take it over until it is closed."""
    old = _open_case(tx, id)
    new = replace(old, state=CaseState.TAKEN, owner=owner, taken_at=tx.now)
    if old.owner != owner:
        tx.tell(events.CaseTaken(**_about(_find(tx, id))), new)
    return new


def close_case(tx: Transaction, *, id: str, owner: str, outcome: str, called_back: bool = False, note: str = "") -> Case:
    """Closed with an outcome. Who gave their name is called back first (实名差评回访), unless nothing could be verified.

    The note is kept with the visitor's own words, apart from the journal, and is forgotten with them.
    """
    old, evaluation = _open_case(tx, id), _find(tx, id)
    if not evaluation.anonymous and not called_back and outcome != CaseOutcome.UNVERIFIED:
        raise NotNow("call_back_first")
    new = replace(
        old, state=CaseState.CLOSED, owner=old.owner or owner, taken_at=old.taken_at or tx.now, outcome=outcome, called_back=called_back,
        closed_at=tx.now,
    )  # fmt: skip
    words = sealed_words(tx, note, f"{id}.note")
    said = next(iter(tx.find(Comment, evaluation=id)), Comment(evaluation=id))
    noted = [replace(said, note=words)] if words else []
    tx.tell(events.CaseClosed(**_about(evaluation), outcome=outcome, called_back=called_back), new, words=noted)
    return new


def _open_case(tx: Transaction, id: str) -> Case:
    found = tx.fetch(Case, id)
    if found is None:
        raise NotFound("no_such_case", case=id)
    if found.state == CaseState.CLOSED:
        raise NotNow("case_closed")
    return found


def _check(grade: int, tags: tuple[str, ...], comment: str) -> None:
    errors: list[dict[str, Any]] = []
    if grade not in GRADES:
        errors.append({"field": "grade", "code": "between", "ge": 1, "le": 5})
    elif not set(tags) <= set(TAGS[grade]):
        errors.append({"field": "tags", "code": "literal_error", "expected": list(TAGS[grade])})
    if len(comment) > LONGEST:
        errors.append({"field": "comment", "code": "string_too_long", "max_length": LONGEST})
    if errors:
        raise WrongBody("bad_body", errors=errors)


def close_evaluations(tx: Transaction) -> int:
    """Writes 未评价 under what nobody evaluated in time. Run by the hall's own clockwork."""
    late = list(takewhile(lambda e: e.expires_at < tx.now, tx.floor.evaluations.of(OPEN)))
    for old in late:
        event = events.EvaluationClosed(ticket=old.ticket, window=old.window, number=old.number, service=old.service, evaluation=old.id)
        tx.tell(event, replace(old, state=EvaluationState.CLOSED))
    return len(late)
