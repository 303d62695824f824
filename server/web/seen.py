"""What of a ticket a caller is shown: what the role needs, and no more. It refuses nobody and changes nothing."""

from __future__ import annotations

from .. import views
from ..domain.tickets import Ticket
from .authenticator import Caller


def meant_for(view: views.View, ticket: Ticket, who: Caller, *, given: bool = False) -> dict:
    """What of a ticket is not for everybody: whose it is, for who serves and receives; its link, for who hands it to its holder.

    `given`: the caller has it from this answer, or holds it.
    """
    person = view.person(ticket) if who.may("serve") or who.may("receive") else {}
    return {**person, **(view.link(ticket) if given or who.may("hand_out") else {})}


def with_names(view: views.View, ticket: Ticket, who: Caller, *, given: bool = False) -> dict:
    """A ticket with what its service is called, so that a kiosk need not look it up to print it, and what it was given and lacks."""
    named = views.service_names(view.service_name(ticket.service))
    return {
        **view.ticket(ticket),
        **view.on_package(ticket),
        **meant_for(view, ticket, who, given=given),
        **named,
        "unkept": view.unkept(ticket),
    }
