"""Doors for kiosks and displays: their state, what they shall do, lent numbers and their return, 呼叫导服. See docs/kiosk-door.md."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from .. import actions
from ..domain.errors import NotAllowed, NotFound, WrongBody
from . import models
from .table import MANAGERS, Ask, door, items

SILENT_AFTER = 15_000  # ms
DEVICES = frozenset({"kiosk", "display"})
CALLERS = frozenset({"kiosk", "display", "pad", "keypad", "clerk", "guide", "manager"})


@dataclass
class Machines:
    """When machines were last heard of. In memory only: after a restart every machine reports within seconds."""

    clock: Callable[[], int]
    heard: dict[str, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def hear(self, machine: str) -> None:
        with self._lock:
            self.heard[machine] = self.clock()

    def silent(self) -> list[str]:
        """Machines that were not heard of for a while; each is named once."""
        now = self.clock()
        with self._lock:
            gone = [m for m, at in self.heard.items() if now - at > SILENT_AFTER]
            for machine in gone:
                del self.heard[machine]
            return gone

    def expect(self, machines: set[str]) -> None:
        """After a start: those known from before have a while to report."""
        for machine in machines:
            self.heard.setdefault(machine, self.clock())


def ensure_own(ask: Ask, name: str, code: str = "not_your_device") -> None:
    """A machine speaks for itself only. A token without a name speaks for the machine it is used on."""
    if ask.who.role in DEVICES and ask.who.name not in ("", name):
        raise NotAllowed(code, name=name)


@door("GET", "/devices", gives={200: models.Device}, lists=True, roles=MANAGERS | {"guide"}, tag="machines")
def list_devices(ask: Ask):
    """All devices and how they are."""
    return items(ask.house.look().devices())


@door("POST", "/devices/{name}/state", body=models.ReportDevice, gives={200: models.Reported}, roles=DEVICES, tag="machines",
      refuses=("not_your_device",))  # fmt: skip
def report_device(ask: Ask, name: str):
    """A machine tells how one of its devices is, and hears what it shall do. Only a change is written down."""
    ensure_own(ask, name)
    given = ask.body
    ask.house.machines.hear(name)
    with ask.house.sight() as sight:
        commands = sight.commands(name)
    called = max((h for h in ask.floor.helps.values() if h.place == name), key=lambda h: h.at, default=None)
    more = {"commands": commands, "help": called and {"id": called.id, "answered": called.answered_at is not None}}

    def answer(entry, device):
        at = f"{name}/{given.device}"
        return 200, {"device": next(d for d in ask.house.look(entry.floor).devices() if d["id"] == at)} | more

    at = f"{name}/{given.device}"
    known = ask.floor.devices.get(at)
    if known and (known.state, known.code) == (given.state, given.code or ""):  # a beat: nothing to write, so the writer is not asked
        return 200, {"device": next(d for d in ask.house.look().devices() if d["id"] == at)} | more
    said = {"code": given.code or "", "sentence": given.sentence or "", "sentence_en": given.sentence_en or ""}
    return ask.do(actions.report_device, answer, device=at, kind=given.kind, state=given.state, **said)


@door("POST", "/devices/{name}/commands", body=models.NewCommand, gives={201: models.Command}, roles=MANAGERS, tag="machines",
      refuses=("no_such_device", "no_such_ticket"))  # fmt: skip
def command(ask: Ask, name: str):
    """Have a kiosk print a slip again, or start anew. It hears of it within five seconds."""
    given = ask.body
    known = any(id.split("/")[0] == name for id in ask.floor.devices) or name in ask.house.machines.heard
    if not known:
        raise NotFound("no_such_device", name=name)
    if given.do == "reprint" and given.ticket not in ask.floor.tickets:
        raise NotFound("no_such_ticket")

    def answer(entry, _):
        return 201, ask.house.inside(entry).commands(name)[-1]

    return ask.do(actions.order, answer, machine=name, what=given.do, ticket=given.ticket)


@door("POST", "/devices/{name}/commands/{id}/result", body=models.CommandResult, gives={200: models.Ok}, roles=DEVICES, tag="machines",
      refuses=("not_your_device",))  # fmt: skip
def command_done(ask: Ask, name: str, id: str):
    """The machine has done it, or says why not."""
    ensure_own(ask, name)
    return ask.do(actions.obeyed, lambda entry, _: (200, {"id": id}), machine=name, id=id)


@door("POST", "/devices/{name}/help", body=models.CallHelp, gives={201: models.Help}, roles=DEVICES, tag="machines",
      refuses=("not_your_device",))  # fmt: skip
def device_help(ask: Ask, name: str):
    """Somebody at this machine pressed 呼叫导服."""
    ensure_own(ask, name)
    return call_guide(ask, name)


@door("POST", "/help", body=models.CallHelp, gives={201: models.Help}, roles=CALLERS, tag="machines")
def call_help(ask: Ask):
    """Call a guide to a place."""
    who = ask.who
    return call_guide(ask, ask.body.place or who.window or who.name or who.role)


def call_guide(ask: Ask, place: str):
    return ask.do(actions.call_help, a_help(ask), place=place)


def a_help(ask: Ask):
    def answer(entry, h):
        at = ask.house.inside(entry).instant
        by = h.answered_by or None
        return 201, {"id": h.id, "place": h.place, "at": at(h.at), "answered_by": by, "answered": h.answered_at is not None}

    return answer


@door("GET", "/help", gives={200: models.Help}, lists=True, roles=MANAGERS | {"guide", "clerk"}, tag="machines")
def list_help(ask: Ask):
    """Who called for a guide."""
    return items(ask.house.look().help())


@door("POST", "/help/{id}/answer", gives={201: models.Help}, roles=MANAGERS | {"guide", "clerk"}, tag="machines", refuses=("no_such_help",))
def answer_help(ask: Ask, id: str):
    """A guide is on the way."""
    return ask.do(actions.answer_help, a_help(ask), id=id, by=ask.who.name or ask.who.key)


# -- numbers for a kiosk that may be alone


@door("POST", "/kiosks/{name}/loans", body=models.Lend, gives={201: models.Loan}, roles=frozenset({"kiosk"}), tag="machines",
      refuses=("not_your_kiosk", "key_reused"))  # fmt: skip
def lend(ask: Ask, name: str):
    """Numbers for a kiosk to give out while the server is away. The same loan again is the same numbers."""
    ensure_own(ask, name, "not_your_kiosk")
    if not models.CODE_FORM.fullmatch(name):
        raise NotFound("no_such_device", name=name)
    given = ask.body
    last = ask.house.look().instant(ask.now + 7 * 86_400_000)[:10]
    if not ask.floor.day <= given.day <= last:
        refusal = WrongBody("bad_body")
        refusal.errors = [{"field": "day", "code": "between", "ge": ask.floor.day, "le": last}]
        raise refusal
    return ask.do(actions.lend, lambda entry, loan: (201, loan), secret=True, kiosk=name, loan=given.loan, day=given.day, count=given.count)


@door("POST", "/tickets/merge", body=models.Merge, gives={200: models.MergedItem}, lists=True, roles=frozenset({"kiosk"}), tag="machines",
      refuses=("not_your_kiosk",))  # fmt: skip
def merge(ask: Ask):
    """What a kiosk issued alone, put in line where its people came. The same ticket again changes nothing."""
    given = ask.body
    ensure_own(ask, given.kiosk, "not_your_kiosk")

    why = lambda code: ask.house.words.refusal(code, lang) if code else None
    lang = ask.lang

    def answer(entry, merged):
        sight = ask.house.inside(entry)
        rows = [m | {"ticket": m["ticket"] and sight.ticket(m["ticket"]), "detail": why(m["code"])} for m in merged]
        return 200, {"items": rows, "next": None}

    return ask.do(actions.merge, answer, kiosk=given.kiosk, caller=ask.who.key, tickets=[lent(t) for t in given.tickets])


def lent(t: models.Lent) -> dict:
    row = t.model_dump(by_alias=True, exclude={"printed"})
    return row | {"issued_at": models.milliseconds(t.issued_at), "language": t.language or "zh"}
