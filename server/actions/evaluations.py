"""好差评: one service, one evaluation. Opened by the end of a service only; what is never given is kept as 未评价, not as praise."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from ..domain import events
from ..domain.errors import NotFound, NotNow, WrongBody
from ..domain.evaluations import GRADES, TAGS
from ..domain.things import Evaluation
from ..domain.tickets import Ticket

EVALUATION = {"pad_s": 60, "open_hours": 168}  # the `evaluation` setting
LONGEST = 150  # characters of a comment


def open_evaluation(entry, ticket: Ticket, leg: int) -> Evaluation:
    """The pad asks for `pad_s` seconds; the code on the slip stays open longer."""
    setting = EVALUATION | entry.floor.setting("evaluation")
    opened = Evaluation(
        id=f"{ticket.id}.{leg}",
        ticket=ticket.id,
        leg=leg,
        number=ticket.number,
        window=ticket.window or ticket.only_window or "",
        clerk=ticket.clerk,
        service=ticket.service,
        opened_at=entry.now,
        expires_at=entry.now + setting["open_hours"] * 3_600_000,
    )
    event = events.EvaluationOpened(
        ticket=ticket.id,
        window=opened.window,
        number=ticket.number,
        service=ticket.service,
        evaluation=opened.id,
        expires_at=entry.now + setting["pad_s"] * 1000,
    )
    entry.tell(event, opened)
    return opened


def evaluate(
    entry,
    *,
    evaluation: str,
    grade: int,
    tags: tuple[str, ...] = (),
    comment: str = "",
    anonymous: bool = True,
    channel: str = "pad",
) -> Evaluation:
    """Given once. The words are kept apart from the journal, which holds only their fingerprint."""
    old = entry.fetch("evaluations", evaluation)
    if old is None:
        raise NotFound("no_such_evaluation")
    if old.state == "given":
        raise NotNow("already_evaluated")
    if old.state == "closed" or entry.now > old.expires_at:
        raise NotNow("evaluation_expired")
    _check(grade, tags, comment)
    words = comment.strip()
    given = replace(
        old,
        state="given",
        grade=grade,
        tags=tuple(tags),
        anonymous=anonymous,
        channel=channel,
        given_at=entry.now,
        commented=hashlib.sha256(f"{old.id}\0{words}".encode()).hexdigest() if words else "",
    )
    entry.tell(
        events.EvaluationGiven(
            ticket=old.ticket, window=old.window, number=old.number, service=old.service, evaluation=old.id, channel=channel
        ),
        given,
    )
    if words:
        entry.keep_row("comments", evaluation=old.id, text=words, contact="")
    return given


def _check(grade: int, tags: tuple[str, ...], comment: str) -> None:
    errors = []
    if grade not in GRADES:
        errors.append({"field": "grade", "problem": "1–5"})
    elif wrong := [t for t in tags if t not in TAGS[grade]]:
        errors.append({"field": "tags", "problem": f"{', '.join(wrong)}: {', '.join(TAGS[grade])}"})
    if len(comment) > LONGEST:
        errors.append({"field": "comment", "problem": f"≤ {LONGEST}"})
    if errors:
        raise WrongBody("bad_body", errors=errors)


def close_evaluations(entry) -> int:
    """Writes 未评价 under what nobody evaluated in time. Run by the hall's own clockwork."""
    late = [e for e in entry.floor.evaluations.values() if e.state == "open" and e.expires_at < entry.now]
    for old in late:
        event = events.EvaluationClosed(ticket=old.ticket, window=old.window, number=old.number, service=old.service, evaluation=old.id)
        entry.tell(event, replace(old, state="closed"))
    return len(late)
