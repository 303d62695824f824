"""What is kept of a person, put together for who asks. Values only; nothing is kept here."""

from __future__ import annotations

from dataclasses import dataclass

from .private import Sent, Visitor
from .tickets import Ticket


@dataclass(frozen=True, kw_only=True)
class KeptOfPerson:
    """What is kept of a person with one number or booking."""

    visitor: Visitor
    ticket: Ticket
    sent: tuple[Sent, ...]
    browsers: int
    words: int
