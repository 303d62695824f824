"""Doors to look at the hall: the hall, its services, the board, the day's figures, the journal, and the documents of this interface."""

from __future__ import annotations

import base64
import json
from datetime import date

from config import halls, load
from config.codes import CaseState, ListChange
from config.mistakes import ConfigError
from config.settings import SETTINGS, HallSlip, Neighbour, SettingModel, as_json, in_whole
from config.shapes import limits

from .. import actions, hallfile, service_list, views
from ..domain.errors import NotFound, NotNow, WrongBody
from ..domain.offered import at_no_kiosk
from ..domain.texts import gathered
from ..domain.things import Service
from . import media, models
from .context import Context
from .hits import shown
from .idempotency import DrawnAfter
from .packages import known_package
from .second import setting_act
from .table import ApiRequest, endpoint, items
from .windows import given


@endpoint("GET", "/hall", gives={200: models.Hall}, tag="look")
def get_hall(req: ApiRequest):
    """The hall, its time, and when it is open today."""
    hall = (view := req.context.view()).hall() | {"public_url": req.context.public_url, "rules": view.told_rules()}
    if kiosk := req.who.kiosk:
        hall |= {"menu": view.menu(kiosk, req.context.used.of_late(view.floor.day)), "slip": as_json(view.floor.slip) or None}
    return 200, hall


@endpoint("GET", "/services", gives={200: models.Service}, lists=True, tag="look")
def list_services(req: ApiRequest):
    """Everything one can come for, with who waits and for how long."""
    return items(req.context.view().services())


@endpoint("GET", "/services/{code}", gives={200: models.Service}, tag="look", refuses=("no_such_service",))
def get_service(req: ApiRequest, code: str):
    """One service."""
    if code not in req.floor.services:
        raise NotFound("no_such_service", service=code)
    return 200, req.context.view().service(code)


@endpoint("PUT", "/services/{code}", reasoned=True, body=models.PutService, gives={200: models.Service, 202: models.PendingAct},
          held=setting_act(lambda req, tx: tx.floor.services.get(req.path["code"]), "code"), may="set", tag="settings")  # fmt: skip
def put_service(req: ApiRequest, code: str):
    """Add a service or change one. Only the fields given change."""
    if not models.CODE_FORM.fullmatch(code):
        raise NotFound("no_such_service", service=code)
    return req.do(actions.put_service, DrawnAfter(lambda view, s: (200, view.service(s.code))), code=code, **given(req))


@endpoint(
    "POST",
    "/services/list",
    reasoned=True,
    body=models.PutServices,
    gives={201: models.ServicesPut, 202: models.PendingAct},
    held=setting_act(lambda req, tx: tuple(tx.floor.services.values())),
    may="set",
    tag="settings",
    most=models.LIST,
)
def put_services(req: ApiRequest):
    """Add many services or change them, all at once or none. Of each only the fields given change."""
    answer = lambda tx, put: (201, {"added": put[0], "changed": put[1]})
    return req.do(actions.put_services, answer, services=[row.given() for row in req.body.services])


@endpoint("POST", "/services/list/preview", body=models.ServiceFile, gives={200: models.ServiceListPreview}, may="set", tag="settings",
          most=models.LIST)  # fmt: skip
def preview_services(req: ApiRequest):
    """What a CSV or XLSX file of services would make new, change and retire, and what is wrong with it. Nothing is changed."""
    try:
        raw = base64.b64decode(req.body.file, validate=True)
    except ValueError:
        raw = b"\0"  # what is no file is said as one that cannot be read
    found = service_list.read(raw, models.ServiceRow)
    answer: dict = {"rows": [], "wrong": [{"row": one.row, "say": one.say} for one in found.wrong]}
    services = [] if found.wrong else [fields for _, fields in found.rows]
    counts = dict.fromkeys(ListChange, 0)
    if services:
        known = req.floor.services
        put = actions.services_put(known, [models.ServiceRow.model_validate_json(json.dumps(row)).given() for row in services])
        for number, fields in found.rows:
            code = fields["code"]
            change = change_of(known.get(code), put.get(code))
            counts[change] += 1
            answer["rows"].append({"row": number, "code": code, "names": (put.get(code) or known[code]).name, "change": change})
    return 200, answer | counts | {"services": services}


def change_of(old: Service | None, new: Service | None) -> ListChange:
    if new is None:
        return ListChange.SAME
    if old is None:
        return ListChange.ADDED
    return ListChange.RETIRED if new.closed and not old.closed else ListChange.CHANGED


@endpoint("GET", "/board", query=models.BoardQuery, gives={200: models.Board}, tag="look")
def get_board(req: ApiRequest):
    """What the big screen shows: calls, windows, who waits. `zone` or `windows` narrow it to some windows."""
    with req.context.full_view() as view:
        board = view.board()
    wanted = None
    if req.query.windows:
        wanted = set(req.query.windows.split(","))
    elif req.query.zone:
        code = req.floor.zones.code_of(req.query.zone)
        wanted = {w["no"] for w in board["windows"] if w.get("zone_code") == code}
    if wanted is not None:
        board["windows"] = [w for w in board["windows"] if w["no"] in wanted]
        board["calls"] = [c for c in board["calls"] if c["window"] in wanted]
    return 200, board


@endpoint("GET", "/halls", gives={200: models.HallNearby}, lists=True, tag="look")
def list_halls(req: ApiRequest):
    """This hall first, then its neighbours, as last seen. Nobody is asked for the sake of this answer: outside/neighbours.py does that."""
    view = req.context.view()
    hall, look = view.hall(), view.floor.look
    mine = {k: hall[k] for k in ("code", "open", "hours")} | {"here": True, "at": hall["now"]}
    mine |= {**views.names(view.floor.the_hall.name), **views.addresses(look.address), "phone": look.phone}
    mine |= {"waiting": len(view.floor.waiting()), "url": f"{req.context.public_url}/book"}
    return items([mine, *(nearby(req.context, view, one) for one in view.floor.neighbours.items)])


def nearby(context: Context, view: views.View, one: Neighbour) -> dict:
    """A neighbour as the setting names it and as it was last seen."""
    seen, url = context.neighbours.seen(one), one.url.rstrip("/")
    told = {"open": seen.open, "waiting": seen.waiting, "hours": seen.hours, "at": view.instant(seen.at)} if seen else {}
    known = {"code": one.code, "here": False, **views.names(one.name), **views.addresses(one.address), "phone": one.phone or None}
    page = one.page or (f"{url}/book" if url else None)
    return known | dict.fromkeys(("open", "waiting", "hours", "at")) | told | {"url": page}


@endpoint("POST", "/messages", body=models.NewMessage, gives={201: models.Ok}, may="lead", tag="manage", refuses=("no_such_window",))
def send_message(req: ApiRequest):
    """A word to one window, or to all."""
    answer = lambda tx, sent: (201, next(m for m in req.context.view_in(tx).messages() if m["id"] == sent.id))
    return req.do(actions.send_message, answer, secret=True, text=req.body.text, window=req.body.window, by=req.who.name)


@endpoint("POST", "/diversions", body=models.Divert, gives={201: models.Ok}, may="divert", tag="manage")
def divert(req: ApiRequest):
    """A visitor was guided to self-service, online or a window; or went online by what a kiosk said."""
    given = req.body
    return req.do(actions.divert, lambda tx, c: (201, {"to": given.to, "today": c.last}), to=given.to, service=given.service or "")


# -- what a manager sets


@endpoint("GET", "/settings", gives={200: models.Setting}, lists=True, may="set", tag="settings")
def list_settings(req: ApiRequest):
    """Everything that is set by name; what is not here stands at its default."""
    return items([{"name": s.name, "value": as_json(s.parsed)} for s in req.floor.settings.values() if s.name in SETTINGS])


@endpoint("GET", "/settings/{name}", gives={200: models.Setting}, may="set", tag="settings", refuses=("no_such_setting",))
def get_setting(req: ApiRequest, name: str):
    """One setting; an empty value where it was never set."""
    if name not in SETTINGS:
        raise NotFound("no_such_setting", setting=name)
    told = {"name": name, "value": as_json(getattr(req.floor, name)), "effective": effective(req, name), "limits": limits_of(name)}
    if name == "hours":
        told["missing"] = req.floor.hours.missing(date.fromisoformat(req.floor.day))
    if name == "kiosks":
        told["unoffered"] = at_no_kiosk(req.floor)
    if name == "packages":
        told["doubts"] = req.context.view().package_doubts()
    return 200, told


def limits_of(name: str) -> dict:
    return limits(SETTINGS[name]) if issubclass(SETTINGS[name], SettingModel) else {}


def effective(req: ApiRequest, name: str) -> dict:
    """A setting as it holds: what was set, over the defaults."""
    if name == "slip":
        return req.floor.slip.whole()
    return in_whole(req.context.voicing(req.floor) if name == "voice" else getattr(req.floor, name))


@endpoint("PUT", "/settings/{name}", reasoned=True, body=models.PutSetting, gives={200: models.Setting, 202: models.PendingAct},
          held=setting_act(lambda req, tx: tx.floor.settings.get(req.path["name"]), "name"), may="set", tag="settings",
          refuses=("no_such_setting", "no_gateway"))  # fmt: skip
def put_setting(req: ApiRequest, name: str):
    """Set a rule of the hall. A wrong one is refused here, never discovered at a call."""
    spoken, asked = req.context.words.languages, req.body.value.get("languages") if name == "voice" else None
    if isinstance(asked, list) and not all(lang in spoken for lang in asked):
        raise WrongBody("bad_body", errors=[{"field": "voice", "code": "literal_error", "expected": list(spoken)}])
    if name == "holders" and req.body.value.get("verified") is True and not req.context.settings.notify.url:
        raise NotNow("no_gateway")
    return req.do(actions.put_setting, lambda tx, s: (200, {"name": s.name, "value": s.value}), name=name, value=req.body.value)


@endpoint("POST", "/slip/picture", body=models.TriedSlip, gives={200: models.DrawnSlip}, may="set", tag="settings",
          refuses=("no_such_service", "no_such_package", "no_picture"))  # fmt: skip
def draw_slip(req: ApiRequest):
    """A sample slip as the printer would get it, by what is set or by what is tried. Nothing is changed."""
    tried, view = req.body, req.context.view()
    if tried.language and tried.language not in req.context.words.languages:
        raise WrongBody("bad_body", errors=[{"field": "language", "code": "literal_error", "expected": list(req.context.words.languages)}])
    own = view.floor.slip if tried.value is None else checked_slip(tried.value)
    code = tried.service or next(iter(view.floor.services), "")
    if code not in view.floor.services:
        raise NotFound("no_such_service", service=code)
    facts = {"slip": as_json(own), "hall": view.hall(), "service": view.service(code)}
    if tried.package:
        package = known_package(req, tried.package)
        stations = view.package_plan(package, {})["stations"]
        facts["ticket"] = {"package_names": package.name, "stations": stations}
        facts["services"] = [view.service(leg.service) for leg in package.legs]
    drawn = req.context.slip_picture(
        facts, width=tried.width, language=tried.language or req.lang, alone=tried.alone, url=req.context.public_url
    )
    return 200, {"png": base64.b64encode(drawn).decode()}


def checked_slip(value: dict) -> HallSlip:
    return actions.checked("slip", value, {})


@endpoint("POST", "/settings/hours/calendar", reasoned=True, body=models.Calendar, gives={201: models.Setting, 202: models.PendingAct},
          held=setting_act(lambda req, tx: tx.floor.settings.get("hours")), may="set", tag="settings")  # fmt: skip
def import_holidays(req: ApiRequest):
    """Take a published year's holidays and made-up days (JSON of holiday-cn, or ICS) into the opening hours."""
    answer = lambda tx, s: (201, {"name": s.name, "value": s.value})
    return req.do(actions.import_holidays, answer, calendar=req.body.calendar)


@endpoint("GET", "/hall/file", gives={200: models.ExportedHall}, may="set", tag="settings")
def export_hall(req: ApiRequest):
    """The hall as a hall file holds it: its tables, with everything that is set. Another hall can be started from it."""
    return 200, halls.tables(hallfile.exported(req.floor, req.now, req.context.ledger.zone))


@endpoint("POST", "/hall/file", reasoned=True, body=models.HallFileText, gives={201: models.ImportOfHall, 202: models.PendingAct},
          held=setting_act(lambda req, tx: (tx.floor.services, tx.floor.windows, tx.floor.settings)), may="set", tag="settings",
          most=models.LIST, refuses=("other_hall",))  # fmt: skip
def import_hall(req: ApiRequest):
    """Put a hall file into this hall: what it names of services, windows and settings, all of it or nothing. All else stays."""
    given = hall_of_file(req)
    found = [] if req.only_tried else [actions.look_at_import(req.context.ledger, req.who.actor, **given)]
    return req.do(actions.import_hall, lambda tx, done: (201, told_import(req, found[0])), **given)


@endpoint("POST", "/hall/file/preview", body=models.HallFileText, gives={200: models.ImportOfHall}, may="set", tag="settings",
          most=models.LIST, refuses=("other_hall",))  # fmt: skip
def preview_hall(req: ApiRequest):
    """What a hall file would make otherwise here, and whom that would hit. Nothing is changed."""
    return 200, told_import(req, actions.look_at_import(req.context.ledger, req.who.actor, **hall_of_file(req)))


def hall_of_file(req: ApiRequest) -> dict:
    """The arguments of an import; each mistake of the file is one of the refusal."""
    try:
        return hallfile.as_import(load.hall_text(req.body.file))
    except ConfigError as error:
        wrong = [{"field": one.key or "file", "code": "in_file", "line": one.line or None, "said": one.problem} for one in error.mistakes]
        raise WrongBody("bad_body", errors=wrong[: service_list.TOLD]) from None


def told_import(req: ApiRequest, found: actions.HallChanges) -> dict:
    changes = [{"what": "service", "name": code, "change": change} for code, change in found.services.items()]
    changes += [{"what": "window", "name": no, "change": change} for no, change in found.windows.items()]
    changes += [{"what": "setting", "name": name, "change": ListChange.CHANGED} for name in found.settings]
    changes += [{"what": "notices", "name": str(found.notices), "change": ListChange.ADDED}] if found.notices else []
    return {"changes": changes, "hits": shown(req, found.hits)}


@endpoint("GET", "/notices", gives={200: models.Notice}, lists=True, may="see_staff_room", tag="settings")
def list_notices(req: ApiRequest):
    """Notices on the boards, now or later."""
    return items(req.context.view().notices())


def a_notice(status: int) -> DrawnAfter:
    return DrawnAfter(lambda view, n: (status, view.notice(n)))


def notice_of(req: ApiRequest) -> dict:
    b = req.body
    ms = models.milliseconds
    text = gathered("notices", {"text": b.text} | ({} if b.text_en is None else {"text_en": b.text_en}))
    if b.media and req.context.media.file(b.media) is None:
        raise NotFound("no_such_media", media=b.media)
    return text | {"starts_at": ms(b.from_), "ends_at": ms(b.until), "media": b.media}


@endpoint("GET", "/media", gives={200: models.MediaFile}, lists=True, may="set", tag="settings")
def list_media(req: ApiRequest):
    """The pictures and clips in the folder `media` beside the database."""
    return items([{"name": name, "type": media.type_of(name)} for name in req.context.media.names()])


@endpoint("POST", "/notices", body=models.PutNotice, gives={201: models.Notice}, may="set", tag="settings",
      refuses=("no_such_media",))  # fmt: skip
def add_notice(req: ApiRequest):
    """Put a notice on the boards, for a time."""
    return req.do(actions.put_notice, a_notice(201), **notice_of(req))


@endpoint("PUT", "/notices/{id}", body=models.PutNotice, gives={200: models.Notice}, may="set", tag="settings",
      refuses=("no_such_notice", "no_such_media"))  # fmt: skip
def change_notice(req: ApiRequest, id: str):
    """Change a notice."""
    return req.do(actions.put_notice, a_notice(200), id=id, **notice_of(req))


@endpoint("DELETE", "/notices/{id}", gives={204: None}, may="set", tag="settings", refuses=("no_such_notice",))
def remove_notice(req: ApiRequest, id: str):
    """Take a notice down. One that is down already stays so."""

    def act(tx, *, id):
        old = tx.floor.notices.get(id)
        return old if old and old.removed else actions.put_notice(tx, id=id, removed=True)

    return req.do(act, lambda tx, _: (204, None), id=id)


# -- the day


@endpoint("POST", "/numbers/stop", body=models.StopNumbers, gives={201: models.Hall}, may="lead", tag="settings")
def stop_numbers(req: ApiRequest):
    """No more numbers and bookings for the rest of today, of any service, but at a desk. Who is in line or has booked is served."""
    return req.do(actions.stop_numbers, DrawnAfter(lambda view, _: (201, view.hall())), text=req.body.text or "")


@endpoint("DELETE", "/numbers/stop", gives={200: models.Hall}, may="lead", tag="settings")
def resume_numbers(req: ApiRequest):
    """Numbers are given again, as the hours have it."""
    return req.do(actions.resume_numbers, DrawnAfter(lambda view, _: (200, view.hall())))


@endpoint("POST", "/day/end", body=models.CloseDay, gives={201: models.ClosedDay}, may="lead", tag="settings", refuses=("people_left",))
def close_day(req: ApiRequest):
    """Close today by hand: numbers are stopped, windows close, what is unfinished expires. 409 `people_left` says who is still here or
    booked for later; `let_go` closes all the same."""
    return req.do(
        actions.close_day, lambda tx, n: (201, {"expired": n}), let_go=req.body.let_go, text=req.body.text or "", carry=req.body.carry
    )


# -- alerts


@endpoint("GET", "/alerts", gives={200: models.Alert}, lists=True, may="watch_over", tag="manage")
def list_alerts(req: ApiRequest):
    """What needs somebody now."""
    return items(req.context.view().alerts())


@endpoint("POST", "/alerts/{id}/acknowledgement", gives={201: models.Alert}, may="watch_over", tag="manage",
      refuses=("no_such_alert",))  # fmt: skip
def acknowledge_alert(req: ApiRequest, id: str):
    """Take an alert upon oneself."""

    def answer(tx, alert):
        return 201, next(a for a in req.context.view_in(tx).alerts() if a["id"] == alert.id)

    return req.do(actions.acknowledge_alert, answer, id=id, owner=req.who.name or req.who.key)


# -- bad evaluations to be followed up


a_case = DrawnAfter(lambda view, case: (201, view.case(case)))


@endpoint("GET", "/cases", query=models.CasesQuery, gives={200: models.Case}, lists=True, may="settle_cases", tag="evaluations")
def list_cases(req: ApiRequest):
    """Bad evaluations that are to be followed up, the oldest first; or the last ones that were."""
    with req.context.full_view() as view:
        return items(view.cases(closed=req.query.state == CaseState.CLOSED))


@endpoint("POST", "/cases/{id}/owner", gives={201: models.Case}, may="settle_cases",
      tag="evaluations", refuses=("no_such_case", "case_closed"))  # fmt: skip
def take_case(req: ApiRequest, id: str):
    """Take a case upon oneself."""
    return req.do(actions.take_case, a_case, id=id, owner=req.who.name or req.who.key)


@endpoint("POST", "/cases/{id}/closing", body=models.CloseCase, gives={201: models.Case}, may="settle_cases", tag="evaluations",
      refuses=("no_such_case", "case_closed", "call_back_first"))  # fmt: skip
def close_case(req: ApiRequest, id: str):
    """Close a case with what was found and done."""
    b = req.body
    arguments = {"outcome": b.outcome, "called_back": b.called_back, "note": b.note}
    return req.do(actions.close_case, a_case, id=id, owner=req.who.name or req.who.key, **arguments)
