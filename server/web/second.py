"""Whose harm cannot be undone, two do: one asks, another whom the same endpoint lets in confirms. The endpoints know nothing of it.

An endpoint's row says which act it is (`Held`), the server's settings which acts need two. table.py asks `held` where it asks for the
permission; what is asked waits (actions/acts.py), and is confirmed at the endpoints of acts.py by the very same request, made once more.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from config.codes import HeldAct

from ..actions import acts
from ..domain.errors import HallError, NotNow
from ..domain.pending import PendingAct
from ..domain.private import StaffSession
from ..domain.things import Staff
from ..domain.transaction import Transaction
from .auth import require
from .authenticator import Caller

ApiRequest = Any  # table.ApiRequest: that module needs this one


@dataclass(frozen=True)
class Held:
    """Of an endpoint's row: which act a request is (None: one that needs no second person), the thing it is about as it stands, and
    what that is called (nothing of a visitor)."""

    act: Callable[[ApiRequest], HeldAct | None]
    thing: Callable[[ApiRequest, Transaction], Any]
    about: Callable[[ApiRequest], str] = lambda req: ""


def setting_act(thing: Callable[[ApiRequest, Transaction], Any], named: str = "") -> Held:
    """Of what sets the hall otherwise. `named`: the part of the address that names what is set."""
    return Held(act=lambda req: HeldAct.SETTINGS, thing=thing, about=lambda req: req.path.get(named, ""))


class LetIn(Exception):  # noqa: N818  no error: how an endpoint that is only tried is left before it does anything
    """The endpoint would do its action for this caller."""


@dataclass(frozen=True, kw_only=True)
class Confirmation:
    """Goes with a request that was asked for earlier: its action is done as the one who asked, once for the key of who confirms."""

    act: PendingAct
    by: Caller
    key: str | None
    digest: str

    def guard(self, req: ApiRequest, own: Callable | None) -> Callable:
        def both(tx: Transaction) -> None:
            what = req.endpoint.may
            assert what and req.endpoint.held and self.by.staff
            acts.take_up(tx, id=self.act.id, by=self.by.staff, what=what, seen=partial(req.endpoint.held.thing, req))
            if own:
                own(tx)

        return both

    def answer(self, req: ApiRequest, own: Any) -> Callable:
        draw: Callable[..., Any] = own if callable(own) else lambda tx, result: own.draw(req.context.view_in(tx), result)

        def told(tx: Transaction, result: Any) -> tuple[int, dict]:
            status, value = draw(tx, result)
            return 201, {"id": self.act.id, "status": status, "answer": value}

        return told


def held(req: ApiRequest) -> HeldAct | None:
    """Which act a request is, where this hall wants two for it. A command on the hall's own machine is nobody's to confirm."""
    row, security = req.endpoint.held, req.context.settings.security
    if row is None or not security.confirm or req.who.staff is None or req.confirms:
        return None
    act = row.act(req)
    return act if act in security.confirm_acts else None


def ask(req: ApiRequest, act: HeldAct):
    """Asks for it; refused where the endpoint itself would refuse, and where there is nobody else whom it lets in."""
    row = req.endpoint.held
    assert row
    ensure_let_in(req, req.who)
    if not any(lets_in(req, caller_of(one)) for one in req.floor.staff.values() if one.name != req.who.staff):
        raise NotNow("no_second")
    of = {"held": str(act), "endpoint": req.endpoint.name, "path": req.path, "body": req.raw, "about": row.about(req)}
    of |= {"by": req.who.staff, "because": req.because, "digest": req.digest}
    minutes, context = req.context.settings.security.confirm_minutes, req.context

    def answer(tx: Transaction, made: PendingAct) -> tuple[int, dict]:
        context.act_lapses = min(filter(None, (context.act_lapses, made.until)))
        return 202, told(req, made)

    return req.do(acts.ask_act, answer, secret=True, minutes=minutes, seen=partial(row.thing, req), **of)


def told(req: ApiRequest, made: PendingAct) -> dict:
    """An act as people are shown it: nothing that was typed of a visitor stands in it unmasked."""
    instant, words = req.context.view().instant, req.context.words
    fields = words.codes("fields")
    shown = [
        {"field": name, "name": words.texts("fields", name) if name in fields else {}, "value": masked(value)}
        for name, value in (made.body or {}).items()
        if value not in (None, "", {}, [])
    ]
    mine = made.by == req.who.staff
    return {
        "id": made.id, "held": made.held, "what": made.endpoint, "about": made.about, "by": made.by, "because": made.because,
        "at": instant(made.at), "until": instant(made.until), "details": shown, "mine": mine,
    }  # fmt: skip


def masked(value: Any) -> str:
    """A value of a request as text, its numbers of phones and cards masked."""
    from config.masks import mask_numbers

    if isinstance(value, dict):
        return ", ".join(masked(one) for one in value.values() if one not in (None, ""))
    if isinstance(value, list):
        return ", ".join(map(masked, value))
    return mask_numbers(str(value))


def caller_of(person: Staff) -> Caller:
    """Somebody who need not be at a page just now."""
    nowhere = StaffSession(id="", staff=person.name, csrf="", window=None, made_at=0, seen_at=0)
    if person.disabled:
        return Caller()
    return Caller(role=person.role, name=person.name, session=nowhere, must_change=person.must_change)


def ensure_let_in(req: ApiRequest, who: Caller) -> None:
    """The endpoint is tried for a caller, up to where it would change anything; what it refuses is refused."""
    require(who, req.endpoint.may)
    tried = replace(req, who=who, only_tried=True)
    try:
        tried.endpoint.act(tried, **tried.path)
    except LetIn:
        return
    raise AssertionError(f"{req.endpoint.name} has done something without `do`")


def lets_in(req: ApiRequest, who: Caller) -> bool:
    try:
        ensure_let_in(req, who)
    except HallError:
        return False
    return True
