"""Doors for a person who asks what the hall keeps of them: to see it, to have a copy, to have it deleted. They decide nothing."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from config.codes import HeldAct

from .. import actions
from ..actions import persons
from ..domain.private import RefusedPerson
from . import models
from .second import Held
from .table import ApiRequest, endpoint, items


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


@endpoint("GET", "/refusals", gives={200: models.Refusal}, lists=True, may="refuse_persons", tag="persons")
def list_refusals(req: ApiRequest):
    """Those who are given no number and no booking for a while, masked; who is taken off first stands first."""
    return items([told(req, one) for one in req.context.ledger.do(req.who.actor, actions.refused_persons)])


@endpoint("POST", "/refusals", body=models.RefusePerson, gives={201: models.Refusal}, may="refuse_persons", tag="persons")
def refuse_person(req: ApiRequest):
    """Give somebody no number and no booking for some days. What they hold stands, and staff may pass over it with a reason."""
    day = date.fromisoformat(req.floor.day) + timedelta(days=req.body.days)
    until = int(datetime(day.year, day.month, day.day, tzinfo=req.context.ledger.zone).timestamp() * 1000) - 1
    more = {"reason": req.body.reason, "until": until, "by": req.who.name}
    return req.do(actions.refuse_person, lambda tx, one: (201, told(req, one)), secret=True, **about(req), **more)


@endpoint("DELETE", "/refusals/{id}", gives={204: None}, may="refuse_persons", tag="persons")
def readmit_person(req: ApiRequest, id: str):
    """Take somebody off the list before it ends by itself. One who is off it already stays so."""

    def act(tx, *, id):
        if any(one.id == id for one in actions.refused_persons(tx)):
            actions.readmit_person(tx, id=id)

    return req.do(act, lambda tx, _: (204, None), id=id)


def told(req: ApiRequest, one: RefusedPerson) -> dict:
    view = req.context.view()
    facts = {name: getattr(one, name) for name in ("id", "name", "id_last4", "phone", "reason", "by")}
    return facts | {"say": req.context.say("refused_for", one.reason, {}), "until": view.at(one.until), "at": view.at(one.at)}


def about(req: ApiRequest) -> dict:
    given = req.body
    return {"holder": given.holder.model_dump() if given.holder else None, "phone": given.phone}


def shown(req: ApiRequest):
    own = req.context.settings.privacy.holder_days
    sooner = req.floor.privacy.holder_days
    days = own if sooner is None else min(own, sooner)
    return lambda tx, found: (201, req.context.view_in(tx).person_kept(*found, days=days))
