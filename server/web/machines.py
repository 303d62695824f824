"""Doors for kiosks and displays: their state, what they shall do, lent numbers and their return, 呼叫导服. See docs/kiosk-door.md."""

from __future__ import annotations

from config.codes import HeldAct, Order, Role, StaffRole

from .. import actions, doctor
from ..domain.errors import NotAllowed, NotFound, NotNow, WrongBody
from ..domain.floor import CALLED_FROM
from ..domain.texts import FIRST, gathered
from . import auth, models
from .idempotency import DrawnAfter
from .second import Held
from .seen import with_names
from .table import ApiRequest, endpoint, items

STAFF_ROLES = frozenset(StaffRole)


def ensure_own(req: ApiRequest, name: str, code: str = "not_your_device") -> None:
    """A machine speaks for itself only. A token without a name speaks for the machine it is used on."""
    if req.who.may("report_device") and req.who.name not in ("", name):
        raise NotAllowed(code, name=name)


@endpoint("GET", "/devices", gives={200: models.Device}, lists=True, may="watch_over", tag="machines")
def list_devices(req: ApiRequest):
    """All devices and how they are."""
    return items(req.context.view().devices())


@endpoint("GET", "/machines", gives={200: models.Machine}, lists=True, may="watch_over", tag="machines")
def list_machines(req: ApiRequest):
    """Kiosks, displays, pads, keypads and programs, and the pages that are or were open: where they are and when they were seen."""
    h, floor, instant = req.context, req.floor, req.context.view().instant
    seen = h.screens.seen()
    rows: dict[str, dict] = {}
    for t in sorted(floor.tokens.values(), key=lambda t: t.made_at):
        if t.revoked_at is not None or t.role in STAFF_ROLES:
            continue
        id = actions.machine_of(t)
        mine = [(screen, *how) for screen, how in seen.items() if screen.token == t.id]
        at = max([h.machines.last.get(id, 0), h.authenticator.used.get(t.id, 0), *(at for _, _, at in mine)])
        page = next((screen for screen, _, _ in sorted(mine, key=lambda one: -one[2])), None)
        row = {"id": id, "kind": t.role, "name": t.shown or t.name, "place": t.place, "window": t.window, "person": None}
        row |= {"browser": page and page.browser or None, "address": page and page.address or None}
        row |= {"connected": id in h.machines.heard or any(open for _, open, _ in mine), "at": at}
        if id not in rows or rows[id]["at"] <= at:
            rows[id] = row
    for name in sorted({d.id.split("/")[0] for d in floor.devices.values()} - set(rows)):  # of a token without a name
        at = h.machines.last.get(name, 0)
        kind = next((d.kind for d in floor.devices.values() if d.id == f"{name}/{d.kind}" and d.kind == Role.KIOSK), Role.DISPLAY)
        rows[name] = {"id": name, "kind": kind, "name": name, "place": "", "window": None, "person": None, "browser": None}
        rows[name] |= {"address": None, "connected": name in h.machines.heard, "at": at}
    for screen, (open, at) in seen.items():
        if not screen.token:
            staff = floor.staff.get(screen.person)
            person = staff and (staff.shown or staff.name)
            window = next((w.no for w in floor.windows.values() if screen.person in w.people), screen.window)
            row = {"id": None, "kind": screen.kind, "name": "", "place": "", "window": window, "person": person}
            rows[f"page {screen}"] = row | {"browser": screen.browser, "address": screen.address, "connected": open, "at": at}
    return items([{k: v for k, v in row.items() if k != "at"} | {"seen_at": instant(row["at"] or None)} for row in rows.values()])


@endpoint("GET", "/doctor", gives={200: models.Finding}, lists=True, may="manage_machines", tag="machines")
def list_findings(req: ApiRequest):
    """What is wrong with the server's machine, address, backups and accounts, the worst first. `hall doctor` says more, on the machine."""
    h, said = req.context, req.context.words.languages
    found = doctor.of_this_server(h.settings, h.ledger.folder, req.floor.staff.values(), req.now)
    rows = [
        {"level": one.level, "code": one.code, "say": {lang: one.say(lang) for lang in said}, "do": {lang: one.do(lang) for lang in said}}
        for one in found
    ]
    return items(sorted(rows, key=lambda row: doctor.LEVELS.index(row["level"])))


@endpoint("PUT", "/machines/{id}", body=models.ChangeMachine, gives={200: models.Ok}, may="manage_machines", tag="machines",
      refuses=("no_such_device",))  # fmt: skip
def rename_machine(req: ApiRequest, id: str):
    """What people call a device and where it stands. Its machine's name and its numbers stay."""
    given = req.body
    return req.do(actions.rename, lambda tx, _: (200, {"id": id}), machine=id, shown=given.name, place=given.place)


@endpoint("DELETE", "/machines/{id}", gives={204: None, 202: models.PendingAct}, may="manage_machines", tag="machines",
          refuses=("no_such_device", "own_token"),
          held=Held(act=lambda req: HeldAct.MACHINES, thing=lambda req, tx: actions.tokens_of(tx.floor, req.path["id"]),
                    about=lambda req: req.path["id"]))  # fmt: skip
def remove_machine(req: ApiRequest, id: str):
    """Take a device out of service: its token ends at once, its parts are forgotten."""
    used = req.context.machines.tokens.get(id)
    if req.who.token and req.who.token in {used, *(t.id for t in actions.tokens_of(req.floor, id))}:
        raise NotNow("own_token")
    ends = [used] if used and not actions.tokens_of(req.floor, id) else []
    done = req.do(actions.remove, lambda tx, _: (204, None), machine=id, tokens=ends)
    req.context.machines.drop(id)
    return done


@endpoint("POST", "/devices/{name}/state", body=models.ReportDevice, gives={200: models.Reported}, may="report_device", tag="machines",
      refuses=("not_your_device",))  # fmt: skip
def report_device(req: ApiRequest, name: str):
    """A machine tells how one of its devices is, and hears what it shall do. Only a change is written down."""
    ensure_own(req, name)
    given = req.body
    req.context.machines.hear(name, req.who.token)
    with req.context.full_view() as view:
        commands = view.commands(name)
    called = next(reversed(req.floor.helps.of(CALLED_FROM, name)), None)
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
    who, place = req.who, req.body.place
    if place and place not in {*req.floor.windows, *(token.name for token in req.floor.tokens.values()), who.role}:
        raise WrongBody("bad_body", errors=[{"field": "place", "code": "unknown_place"}])  # no words stay in the journal
    return call_guide(req, req.body.place or who.window or who.name or who.role)


def call_guide(req: ApiRequest, place: str):
    return req.do(actions.call_help, a_help, place=place)


def _told(view, h):
    by = h.answered_by or None
    return 201, {"id": h.id, "place": h.place, "at": view.instant(h.at), "answered_by": by, "answered": h.answered_at is not None}


a_help = DrawnAfter(_told)


@endpoint("GET", "/help", gives={200: models.Help}, lists=True, may="answer_guide", tag="machines")
def list_help(req: ApiRequest):
    """Who called for a guide."""
    return items(req.context.view().help())


@endpoint("POST", "/help/{id}/answer", gives={201: models.Help}, may="answer_guide", tag="machines", refuses=("no_such_help",))
def answer_help(req: ApiRequest, id: str):
    """A guide is on the way."""
    return req.do(actions.answer_help, a_help, id=id, by=req.who.name or req.who.key)


# -- numbers for a kiosk that may be alone


@endpoint("POST", "/kiosks/{name}/loans", body=models.LendNumbers, gives={201: models.Loan}, may="borrow_numbers", tag="machines",
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

    def draw(view, merged):
        rows = [m | {"ticket": m["ticket"] and with_names(view, m["ticket"], req.who), "detail": why(m["code"])} for m in merged]
        return 200, {"items": rows, "next": None}

    return req.do(actions.merge, DrawnAfter(draw), kiosk=given.kiosk, caller=req.who.key, tickets=[lent(t) for t in given.tickets])


def lent(t: models.MergedNumber) -> dict:
    row = t.model_dump(by_alias=True, exclude={"printed"})
    return row | {"issued_at": models.milliseconds(t.issued_at), "language": t.language or FIRST}
