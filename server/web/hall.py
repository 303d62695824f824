"""Doors to look at the hall: the hall, its services, the board, the day's figures, the journal, and the documents of this interface."""

from __future__ import annotations

from datetime import date, timedelta

from .. import actions, views
from ..actions.evaluations import EVALUATION
from ..actions.hall import SETTINGS
from ..actions.windows import CALLS
from ..domain.errors import NotFound, WrongBody
from ..domain.hours import HOURS
from ..domain.line import SERIES, rules_of
from ..domain.rules import as_dict
from ..domain.slots import SLOTS
from ..reports.history import LONGEST, history
from . import models
from .appointments import no_such_day
from .table import MANAGERS, Ask, door, items
from .windows import given


@door("GET", "/hall", gives={200: models.Hall}, tag="look")
def get_hall(ask: Ask):
    """The hall, its time, and when it is open today."""
    return 200, ask.house.look().hall() | {"public_url": ask.house.public_url}


@door("GET", "/services", gives={200: models.Service}, lists=True, tag="look")
def list_services(ask: Ask):
    """Everything one can come for, with who waits and for how long."""
    return items(ask.house.look().services())


@door("GET", "/services/{code}", gives={200: models.Service}, tag="look", refuses=("no_such_service",))
def get_service(ask: Ask, code: str):
    """One service."""
    if code not in ask.floor.services:
        raise NotFound("no_such_service", service=code)
    return 200, ask.house.look().service(code)


@door("PUT", "/services/{code}", body=models.PutService, gives={200: models.Service}, roles=MANAGERS, tag="settings")
def put_service(ask: Ask, code: str):
    """Add a service or change one. Only the fields given change."""
    if not models.CODE_FORM.fullmatch(code):
        raise NotFound("no_such_service", service=code)
    answer = lambda entry, s: (200, ask.house.inside(entry).service(s.code))
    return ask.do(actions.put_service, answer, code=code, **given(ask))


@door("GET", "/board", query=models.BoardQuery, gives={200: models.Board}, tag="look")
def get_board(ask: Ask):
    """What the big screen shows: calls, windows, who waits. `zone` or `windows` narrow it to some windows."""
    with ask.house.sight() as sight:
        board = sight.board()
    wanted = None
    if ask.query.windows:
        wanted = set(ask.query.windows.split(","))
    elif ask.query.zone:
        wanted = {w["no"] for w in board["windows"] if w.get("zone") == ask.query.zone}
    if wanted is not None:
        board["windows"] = [w for w in board["windows"] if w["no"] in wanted]
        board["calls"] = [c for c in board["calls"] if c["window"] in wanted]
    return 200, board


@door("GET", "/stats/today", gives={200: models.Ok}, roles=MANAGERS, tag="manage")
def stats_today(ask: Ask):
    """The day's figures so far."""
    return 200, ask.house.look().today()


@door("GET", "/figures", query=models.DayQuery, gives={200: models.Ok}, roles=MANAGERS, tag="manage")
def get_figures(ask: Ask):
    """One day by hour and by service, beside what is usual on that weekday."""
    with ask.house.sight() as sight:
        try:
            return 200, sight.figures(ask.query.day or sight.floor.day)
        except (ValueError, OverflowError):  # beyond the calendar
            raise no_such_day() from None


@door("GET", "/history", query=models.DaysQuery, gives={200: models.Ok}, roles=MANAGERS, tag="manage")
def get_history(ask: Ask):
    """Many days by day, week or month, by service, and what people thought of them; three years at most."""
    try:
        last = ask.query.to or ask.floor.day
        first = ask.query.from_ or (date.fromisoformat(last) - timedelta(days=29)).isoformat()
        with ask.house.reader() as connection:
            return 200, history(connection, first, last)
    except (ValueError, OverflowError):
        raise WrongBody("bad_body", errors=[{"field": "from", "code": "no_such_span", "days": LONGEST}]) from None


@door("GET", "/halls", gives={200: models.HallNearby}, lists=True, tag="look")
def list_halls(ask: Ask):
    """This hall first, then its neighbours, as last seen. Nobody is asked for the sake of this answer: server/neighbours.py does that."""
    sight = ask.house.look()
    hall, look = sight.hall(), sight.floor.setting("look")
    mine = {k: hall[k] for k in ("code", "name", "name_en", "open", "hours")} | {"here": True, "at": hall["now"]}
    mine |= {k: look.get(k) for k in ("address", "address_en", "phone")}
    mine |= {"waiting": len(sight.floor.waiting()), "url": f"{ask.house.public_url}/book"}
    return items([mine, *(nearby(ask.house, sight, one) for one in sight.floor.setting("neighbours").get("items", ()))])


def nearby(house, sight, one: dict) -> dict:
    """A neighbour as the setting names it and as it was last seen."""
    seen, url = house.neighbours.seen(one), one.get("url", "").rstrip("/")
    told = {"open": seen.open, "waiting": seen.waiting, "hours": seen.hours, "at": sight.instant(seen.at)} if seen else {}
    known = {k: one.get(k) or None for k in ("address", "address_en", "phone")}
    page = one.get("page") or (f"{url}/book" if url else None)
    name = {"code": one["code"], "here": False, "name": one["name"], "name_en": one.get("name_en") or one["name"]}
    return name | known | dict.fromkeys(("open", "waiting", "hours", "at")) | told | {"url": page}


@door("POST", "/messages", body=models.NewMessage, gives={201: models.Ok}, roles=MANAGERS, tag="manage", refuses=("no_such_window",))
def send_message(ask: Ask):
    """A word to one window, or to all."""
    answer = lambda entry, sent: (201, next(m for m in ask.house.inside(entry).messages() if m["id"] == sent.id))
    return ask.do(actions.send_message, answer, text=ask.body.text, window=ask.body.window, by=ask.who.name)


@door("POST", "/diversions", body=models.Divert, gives={201: models.Ok}, roles=frozenset({"guide", "manager"}), tag="manage")
def divert(ask: Ask):
    """A visitor was guided to self-service, online or a window."""
    given = ask.body
    return ask.do(actions.divert, lambda entry, c: (201, {"to": given.to, "today": c.last}), to=given.to, service=given.service or "")


@door("GET", "/events", query=models.EventsQuery, gives={200: models.Row}, lists=True, roles=frozenset({"auditor"}), tag="journal")
def list_events(ask: Ask):
    """The journal, in order and without gaps."""
    with ask.house.reader() as connection:
        rows = views.events(connection, ask.query.after, ask.query.limit)
    return items(rows, rows[-1]["seq"] if len(rows) == ask.query.limit else None)


# -- what a manager sets


@door("GET", "/settings", gives={200: models.Setting}, lists=True, roles=MANAGERS, tag="settings")
def list_settings(ask: Ask):
    """Everything that is set by name; what is not here stands at its default."""
    return items([{"name": s.name, "value": s.value} for s in ask.floor.settings.values()])


@door("GET", "/settings/{name}", gives={200: models.Setting}, roles=MANAGERS, tag="settings", refuses=("no_such_setting",))
def get_setting(ask: Ask, name: str):
    """One setting; an empty value where it was never set."""
    if name not in SETTINGS:
        raise NotFound("no_such_setting", setting=name)
    return 200, {"name": name, "value": ask.floor.setting(name), "effective": effective(ask, name)}


def effective(ask: Ask, name: str) -> dict:
    """A setting as it holds: what was set, over the defaults."""
    floor = ask.floor
    if name == "voice":
        return ask.house.voicing(floor)
    defaults = {"calls": CALLS, "evaluation": EVALUATION, "slots": SLOTS, "series": SERIES, "hours": HOURS}
    return as_dict(rules_of(floor)) if name == "rules" else defaults.get(name, {}) | floor.setting(name)


@door("PUT", "/settings/{name}", body=models.PutSetting, gives={200: models.Setting}, roles=MANAGERS, tag="settings",
      refuses=("no_such_setting",))  # fmt: skip
def put_setting(ask: Ask, name: str):
    """Set a rule of the hall. A wrong one is refused here, never discovered at a call."""
    return ask.do(actions.put_setting, lambda entry, s: (200, {"name": s.name, "value": s.value}), name=name, value=ask.body.value)


@door("GET", "/notices", gives={200: models.Notice}, lists=True, roles=frozenset({"clerk", "guide", "manager", "admin"}), tag="settings")
def list_notices(ask: Ask):
    """Notices on the boards, now or later."""
    return items(ask.house.look().notices())


def a_notice(ask: Ask, status: int):
    def answer(entry, n):
        at = ask.house.inside(entry).instant
        return status, {"id": n.id, "text": n.text, "text_en": n.text_en or None, "from": at(n.starts_at), "until": at(n.ends_at)}

    return answer


def notice_of(ask: Ask) -> dict:
    b = ask.body
    ms = models.milliseconds
    return {"text": b.text, "text_en": b.text_en or "", "starts_at": ms(b.from_), "ends_at": ms(b.until)}


@door("POST", "/notices", body=models.PutNotice, gives={201: models.Notice}, roles=MANAGERS, tag="settings")
def add_notice(ask: Ask):
    """Put a notice on the boards, for a time."""
    return ask.do(actions.put_notice, a_notice(ask, 201), **notice_of(ask))


@door("PUT", "/notices/{id}", body=models.PutNotice, gives={200: models.Notice}, roles=MANAGERS, tag="settings",
      refuses=("no_such_notice",))  # fmt: skip
def change_notice(ask: Ask, id: str):
    """Change a notice."""
    return ask.do(actions.put_notice, a_notice(ask, 200), id=id, **notice_of(ask))


@door("DELETE", "/notices/{id}", gives={204: None}, roles=MANAGERS, tag="settings", refuses=("no_such_notice",))
def remove_notice(ask: Ask, id: str):
    """Take a notice down. One that is down already stays so."""

    def act(entry, *, id):
        old = entry.floor.notices.get(id)
        return old if old and old.removed else actions.put_notice(entry, id=id, removed=True)

    return ask.do(act, lambda entry, _: (204, None), id=id)


# -- alerts


@door("GET", "/alerts", gives={200: models.Alert}, lists=True, roles=MANAGERS | {"guide"}, tag="manage")
def list_alerts(ask: Ask):
    """What needs somebody now."""
    return items(ask.house.look().alerts())


@door("POST", "/alerts/{id}/acknowledgement", gives={201: models.Alert}, roles=MANAGERS | {"guide"}, tag="manage",
      refuses=("no_such_alert",))  # fmt: skip
def acknowledge_alert(ask: Ask, id: str):
    """Take an alert upon oneself."""

    def answer(entry, alert):
        return 201, next(a for a in ask.house.inside(entry).alerts() if a["id"] == alert.id)

    return ask.do(actions.acknowledge_alert, answer, id=id, owner=ask.who.name or ask.who.key)


# -- bad evaluations to be followed up


@door("GET", "/cases", query=models.CasesQuery, gives={200: models.Case}, lists=True, roles=MANAGERS, tag="evaluations")
def list_cases(ask: Ask):
    """Bad evaluations that are to be followed up, the oldest first; or the last ones that were."""
    with ask.house.sight() as sight:
        return items(sight.cases(closed=ask.query.state == "closed"))


@door("POST", "/cases/{id}/owner", gives={201: models.Case}, roles=MANAGERS, tag="evaluations", refuses=("no_such_case", "case_closed"))
def take_case(ask: Ask, id: str):
    """Take a case upon oneself."""
    answer = lambda entry, case: (201, ask.house.inside(entry).case(case))
    return ask.do(actions.take_case, answer, id=id, owner=ask.who.name or ask.who.key)


@door("POST", "/cases/{id}/closing", body=models.CloseCase, gives={201: models.Case}, roles=MANAGERS, tag="evaluations",
      refuses=("no_such_case", "case_closed", "call_back_first"))  # fmt: skip
def close_case(ask: Ask, id: str):
    """Close a case with what was found and done."""
    b, answer = ask.body, lambda entry, case: (201, ask.house.inside(entry).case(case))
    arguments = {"outcome": b.outcome, "called_back": b.called_back, "note": b.note}
    return ask.do(actions.close_case, answer, id=id, owner=ask.who.name or ask.who.key, **arguments)
