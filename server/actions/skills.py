"""The refusals of what those who sit at a window may not serve (domain/duty.py says what they may). It changes nothing."""

from __future__ import annotations

from typing import Any

from ..domain.duty import has, serves_by
from ..domain.errors import NotNow
from ..domain.things import Window
from ..domain.transaction import Transaction
from .numbers import find_service


def ensure_served(tx: Transaction, window: Window, service: str, by: str | None = None) -> None:
    """Refuses a service that a window does not have, or that nobody who sits there may serve: of a press `by` one of them, that one."""
    if service in serves_by(tx.floor, window, tx.now, by):
        return
    facts: dict[str, Any] = {"window": window.no, "service": find_service(tx, service).name}
    if service not in has(tx.floor, window, tx.now):
        raise NotNow("not_served_here", **facts)
    names = [by] if by in window.people else list(window.people)
    raise NotNow("not_skilled", **facts, clerks=[shown_name(tx, name) for name in names if name])


def ensure_takes_on(tx: Transaction, window: Window, people: tuple[str, ...]) -> None:
    """Refuses that others sit down at a window whose number in hand they may not serve."""
    in_hand = tx.floor.at_window(window.no)
    skills = tx.floor.skills
    if in_hand and skills.told and not any(skills.may(name, in_hand.service) for name in people):
        service = find_service(tx, in_hand.service).name
        who = [shown_name(tx, name) for name in people]
        raise NotNow("not_skilled", window=window.no, service=service, clerks=who, number=in_hand.number)


def shown_name(tx: Transaction, name: str) -> str:
    """How one of the staff is called."""
    person = tx.floor.staff.get(name)
    return (person and person.shown) or name
