"""What is kept of a person who asks for it: looked up, given as a copy, deleted."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from config.codes import State

from .common import Body, Instant, Said, Tell
from .tickets import Holder, Phone


class AboutPerson(Body):
    """Whose card number or phone this is; both for all that is known by either. A name alone finds nobody: it is never kept whole."""

    holder: Holder | None = None
    phone: Phone | None = None


class KeptMessage(Tell):
    what: str = Field(description="the template of the message: called, soon, reminder, …")
    state: str = Field(description="queued, sent, stale, refused or failed")
    at: Instant


class KeptTicket(Tell):
    """A number or a booking of the person, with all that is kept beside it."""

    ticket: str
    number: str | None
    service: str
    service_names: dict[str, Any]
    state: State
    say: Said = Field(description="the state in words")
    at: Instant | None = Field(description="when the number was taken, or when the booking is")
    name: str = Field(description="masked")
    id_last4: str
    card: str
    phone: str = Field(description="masked")
    reachable: bool = Field(description="whether the phone is kept, sealed, so that the hall can send messages")
    notice: str = Field(description="version of the privacy notice that was shown; empty: none")
    messages: list[KeptMessage]
    browsers: int = Field(description="that are told of the number")
    words: int = Field(description="evaluations of it with words; who evaluated is told to nobody, so they are not shown here")
    until: Instant = Field(description="when it is forgotten by itself")


class PersonKept(Tell):
    tickets: list[KeptTicket]
    missed: int = Field(description="bookings not come for that are counted, as keyed hashes, where the hall bars those who miss several")


class PersonForgotten(Tell):
    tickets: int = Field(description="of how many numbers and bookings the person was forgotten; they stay, nobody's")
