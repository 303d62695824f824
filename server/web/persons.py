"""Doors for a person who asks what the hall keeps of them: to see it, to have a copy, to have it deleted. They decide nothing."""

from __future__ import annotations

from config.codes import HeldAct

from ..actions import persons
from . import models
from .second import Held
from .table import ApiRequest, endpoint


def known(req: ApiRequest, tx) -> list[str]:
    """The numbers and bookings of the person, by their ids."""
    return persons.tickets_of(tx, **about(req))


@endpoint("POST", "/persons/search", body=models.AboutPerson, gives={201: models.PersonKept}, may="answer_persons", tag="persons")
def look_up_person(req: ApiRequest):
    """What is kept of a person: masked, as it is kept. That somebody looked is an event."""
    return req.do(persons.look_up_person, shown(req), secret=True, **about(req))


@endpoint("POST", "/persons/copy", body=models.AboutPerson, gives={201: models.PersonKept}, may="answer_persons", tag="persons")
def copy_person(req: ApiRequest):
    """The same, for the person to take away."""
    return req.do(persons.look_up_person, shown(req), secret=True, copy=True, **about(req))


@endpoint("POST", "/persons/deletion", body=models.AboutPerson, gives={201: models.PersonForgotten, 202: models.PendingAct},
          may="answer_persons", tag="persons", held=Held(act=lambda req: HeldAct.PERSONS, thing=known))  # fmt: skip
def forget_person(req: ApiRequest):
    """Forget a person now. Numbers and bookings stay valid, and are nobody's."""
    gone: list[str] = []

    def act(tx, **of_whom):
        gone[:] = persons.forget_person(tx, **of_whom)
        return gone

    kept = req.do(act, lambda tx, tickets: (201, {"tickets": len(tickets)}), **about(req))
    req.context.answers.drop(gone)
    return kept


def about(req: ApiRequest) -> dict:
    given = req.body
    return {"holder": given.holder.model_dump() if given.holder else None, "phone": given.phone}


def shown(req: ApiRequest):
    own = req.context.settings.privacy.holder_days
    sooner = req.floor.privacy.holder_days
    days = own if sooner is None else min(own, sooner)
    return lambda tx, found: (201, req.context.view_in(tx).person_kept(*found, days=days))
