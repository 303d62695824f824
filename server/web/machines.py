"""Doors for kiosks and displays: their state, what they shall do, lent numbers and their return, 呼叫导服. See docs/kiosk-door.md."""

from __future__ import annotations

from config.codes import Order

from .. import actions
from ..domain.errors import NotAllowed, NotFound, WrongBody
from ..domain.texts import FIRST, gathered
from . import auth, models
from .table import ApiRequest, endpoint, items


def ensure_own(req: ApiRequest, name: str, code: str = "not_your_device") -> None:
    """A machine speaks for itself only. A token without a name speaks for the machine it is used on."""
    if req.who.may("report_device") and req.who.name not in ("", name):
        raise NotAllowed(code, name=name)


@endpoint("GET", "/devices", gives={200: models.Device}, lists=True, may="watch_over", tag="machines")
def list_devices(req: ApiRequest):
    """All devices and how they are."""
    return items(req.context.view().devices())


@endpoint("POST", "/devices/{name}/state", body=models.ReportDevice, gives={200: models.Reported}, may="report_device", tag="machines",
      refuses=("not_your_device",))  # fmt: skip
def report_device(req: ApiRequest, name: str):
    """A machine tells how one of its devices is, and hears what it shall do. Only a change is written down."""
    ensure_own(req, name)
    given = req.body
    req.context.machines.hear(name)
    with req.context.full_view() as view:
        commands = view.commands(name)
    called = max((h for h in req.floor.helps.values() if h.place == name), key=lambda h: h.at, default=None)
    more = {"commands": commands, "help": called and {"id": called.id, "answered": called.answered_at is not None}}

    def answer(tx, device):
        at = f"{name}/{given.device}"
        return 200, {"device": next(d for d in req.context.view(tx.floor).devices() if d["id"] == at)} | more

    at = f"{name}/{given.device}"
    known = req.floor.devices.get(at)
    if known and (known.state, known.code) == (given.state, given.code or ""):  # a beat: nothing to write, so the writer is not asked
        return 200, {"device": next(d for d in req.context.view().devices() if d["id"] == at)} | more
    said = {"code": given.code or "", "facts": given.facts}
    said |= gathered("devices", {"sentence": given.sentence or "", "sentence_en": given.sentence_en or ""})
    return req.do(actions.report_device, answer, device=at, kind=given.kind, state=given.state, **said)


@endpoint("POST", "/devices/{name}/commands", body=models.NewCommand, gives={201: models.Command}, may="print_at_kiosk", tag="machines",
      refuses=("no_such_device", "no_such_ticket"))  # fmt: skip
def command(req: ApiRequest, name: str):
    """Have a kiosk print a slip again, or, for managers, start anew. It hears of it within five seconds."""
    given = req.body
    if given.do != Order.REPRINT:
        auth.require(req.who, "manage_machines")
    known = any(id.split("/")[0] == name for id in req.floor.devices) or name in req.context.machines.heard
    if not known:
        raise NotFound("no_such_device", name=name)
    if given.do == "reprint" and given.ticket not in req.floor.tickets:
        raise NotFound("no_such_ticket")

    def answer(tx, _):
        return 201, req.context.view_in(tx).commands(name)[-1]

    return req.do(actions.order, answer, machine=name, what=given.do, ticket=given.ticket)


@endpoint("POST", "/devices/{name}/commands/{id}/result", body=models.CommandResult, gives={200: models.Ok}, may="report_device",
      tag="machines",
      refuses=("not_your_device",))  # fmt: skip
def command_done(req: ApiRequest, name: str, id: str):
    """The machine has done it, or says why not."""
    ensure_own(req, name)
    return req.do(actions.obeyed, lambda tx, _: (200, {"id": id}), machine=name, id=id)


@endpoint("POST", "/devices/{name}/help", body=models.CallHelp, gives={201: models.Help}, may="report_device", tag="machines",
      refuses=("not_your_device",))  # fmt: skip
def device_help(req: ApiRequest, name: str):
    """Somebody at this machine pressed 呼叫导服."""
    ensure_own(req, name)
    return call_guide(req, name)


@endpoint("POST", "/help", body=models.CallHelp, gives={201: models.Help}, may="call_guide", tag="machines")
def call_help(req: ApiRequest):
    """Call a guide to a place."""
    who = req.who
    return call_guide(req, req.body.place or who.window or who.name or who.role)


def call_guide(req: ApiRequest, place: str):
    return req.do(actions.call_help, a_help(req), place=place)


def a_help(req: ApiRequest):
    def answer(tx, h):
        at = req.context.view_in(tx).instant
        by = h.answered_by or None
        return 201, {"id": h.id, "place": h.place, "at": at(h.at), "answered_by": by, "answered": h.answered_at is not None}

    return answer


@endpoint("GET", "/help", gives={200: models.Help}, lists=True, may="answer_guide", tag="machines")
def list_help(req: ApiRequest):
    """Who called for a guide."""
    return items(req.context.view().help())


@endpoint("POST", "/help/{id}/answer", gives={201: models.Help}, may="answer_guide", tag="machines", refuses=("no_such_help",))
def answer_help(req: ApiRequest, id: str):
    """A guide is on the way."""
    return req.do(actions.answer_help, a_help(req), id=id, by=req.who.name or req.who.key)


# -- numbers for a kiosk that may be alone


@endpoint("POST", "/kiosks/{name}/loans", body=models.Lend, gives={201: models.Loan}, may="borrow_numbers", tag="machines",
      refuses=("not_your_kiosk", "key_reused"))  # fmt: skip
def lend(req: ApiRequest, name: str):
    """Numbers for a kiosk to give out while the server is away. The same loan again is the same numbers."""
    ensure_own(req, name, "not_your_kiosk")
    if not models.CODE_FORM.fullmatch(name):
        raise NotFound("no_such_device", name=name)
    given = req.body
    last = req.context.view().at(req.now + 7 * 86_400_000)[:10]
    if not req.floor.day <= given.day <= last:
        raise WrongBody("bad_body", errors=[{"field": "day", "code": "between", "ge": req.floor.day, "le": last}])
    return req.do(actions.lend, lambda tx, loan: (201, loan), secret=True, kiosk=name, loan=given.loan, day=given.day, count=given.count)


@endpoint("POST", "/tickets/merge", body=models.Merge, gives={200: models.MergedItem}, lists=True, may="borrow_numbers",
          tag="machines", refuses=("not_your_kiosk",))  # fmt: skip
def merge(req: ApiRequest):
    """What a kiosk issued alone, put in line where its people came. The same ticket again changes nothing."""
    given = req.body
    ensure_own(req, given.kiosk, "not_your_kiosk")

    why = lambda code: req.context.words.refusal(code, lang) if code else None
    lang = req.lang

    def answer(tx, merged):
        view = req.context.view_in(tx)
        rows = [m | {"ticket": m["ticket"] and view.ticket(m["ticket"]), "detail": why(m["code"])} for m in merged]
        return 200, {"items": rows, "next": None}

    return req.do(actions.merge, answer, kiosk=given.kiosk, caller=req.who.key, tickets=[lent(t) for t in given.tickets])


def lent(t: models.Lent) -> dict:
    row = t.model_dump(by_alias=True, exclude={"printed"})
    return row | {"issued_at": models.milliseconds(t.issued_at), "language": t.language or FIRST}
