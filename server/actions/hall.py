"""What a manager sets, and what the hall's own clockwork does: services, windows, rules, notices, alerts, the end of the day."""

from __future__ import annotations

import re
from dataclasses import replace

from ..domain import events, settings
from ..domain.duty import plans
from ..domain.errors import NotFound, WrongBody
from ..domain.hours import WEEKDAYS
from ..domain.rules import Rules, from_dict, out_of_bounds
from ..domain.texts import Text, gathered
from ..domain.things import Alert, Hall, HallNotice, Message, Service, Setting, Window
from ..domain.tickets import State
from .windows import set_window

SETTINGS = (
    "rules",
    "hours",
    "calls",
    "evaluation",
    "series",
    "slots",
    "reserved",
    "lends",
    "plans",
    "plans_active",
    "privacy",
    "voice",
    "look",
    "neighbours",
    "kiosk_marks",
    "notice",
)


def load_hall(tx, *, hall: dict, services: list[dict], windows: list[dict], settings: dict[str, dict]) -> Hall:
    """The hall as a hall file describes it, in one event, on an empty database."""
    made = Hall(**{"timezone": tx.zone.key} | gathered("hall", hall))  # one that names no zone lives in the one its days are counted by
    things = [made]
    things += [Service(place=n, **_tuples(gathered("services", s))) for n, s in enumerate(services)]
    things += [Window(place=n, **_tuples(gathered("windows", w))) for n, w in enumerate(windows)]
    places = {"service": {s["code"] for s in services}, "window": {w["no"] for w in windows}, "plan": _plan_ids(settings.get("plans", {}))}
    for name, value in settings.items():
        _check_setting(name, value, places)
        things.append(Setting(name=name, value=value))
    tx.tell(events.HallLoaded(code=made.code, services=len(services), windows=len(windows)), *things)
    return made


def put_service(tx, *, code: str, **changes) -> Service:
    """Adds or changes a service; only the fields given change."""
    old = tx.floor.services.get(code)
    if old is None and not changes.get("name"):
        raise NotFound("no_such_service", service=code)
    place, changes = len(tx.floor.services), gathered("services", changes, old and vars(old))
    new = replace(old, **_tuples(changes)) if old else Service(code=code, **{"place": place} | _tuples(changes))
    if new != old:
        tx.tell(events.ServiceChanged(service=code), new)
    return new


def put_window(tx, *, no: str, **changes) -> Window:
    """Adds or changes what a window is and serves; its state is set by set_window."""
    old = tx.floor.windows.get(no)
    if not no.isalnum():
        raise WrongBody("bad_body", errors=[{"field": "no", "problem": "A–Z, 0–9"}])
    for code in changes.get("services", ()):
        if code not in tx.floor.services:
            raise NotFound("no_such_service", service=code)
    place, changes = len(tx.floor.windows), gathered("windows", changes, old and vars(old))
    new = replace(old, **_tuples(changes)) if old else Window(no=no, **{"place": place} | _tuples(changes))
    if new != old:
        tx.tell(events.WindowChanged(window=no), new)
    return new


def put_setting(tx, *, name: str, value: dict) -> Setting:
    """Sets a rule of the hall; a wrong one is refused here, never discovered at a call."""
    floor = tx.floor
    _check_setting(name, value, {"service": floor.services, "window": floor.windows, "plan": {p["id"] for p in plans(floor)}})
    new = Setting(name=name, value=value)
    if tx.floor.settings.get(name) != new:
        tx.tell(events.SettingChanged(setting=name), new)
    return new


def _plan_ids(value: dict) -> set[str]:
    items = value.get("items", ()) if isinstance(value, dict) else ()
    return {item["id"] for item in items if isinstance(item, dict) and isinstance(item.get("id"), str)}


def _check_setting(name: str, value: dict, places: dict) -> None:
    """`places`: {"service", "window", "plan"} -> the names that this hall has."""
    if name not in SETTINGS:
        raise NotFound("no_such_setting", setting=name)
    problem = settings.problem(name, value)
    if name == "rules":
        try:
            check_rules(from_dict(value), places["service"])
        except (ValueError, TypeError) as error:
            problem = str(error)
    elif name in ("lends", "plans"):
        problem = _wrong_items(value, PLAN if name == "plans" else LEND)
    if problem:
        raise WrongBody("bad_body", errors=[{"field": name, "problem": problem}])
    stranger = next((found for found in _named_in(name, value) if found[1] not in places[found[0]]), None)
    if stranger:
        kind, given, where = stranger
        raise WrongBody("bad_body", errors=[{"field": f"{name}{where}", "code": f"unknown_{kind}", kind: given}])


def check_rules(rules: Rules, services) -> None:
    """Refuses a rule that no hall can mean, and a quota for a service that this hall does not have."""
    wrong = out_of_bounds(rules)
    if wrong:
        rule, least, most = wrong
        raise WrongBody("bad_body", errors=[{"field": f"rules.{rule}", "code": "between", "ge": least, "le": most}])
    named = [(row.service, "promises") for row in rules.promises if row.service is not None] + [(q.service, "quotas") for q in rules.quotas]
    for service, part in named:
        if service not in services:
            raise WrongBody("bad_body", errors=[{"field": f"rules.{part}.service", "code": "unknown_service", "service": service}])


def _named_in(name: str, value: dict):
    """(service | window | plan, its name, where it stands) of everything that a setting names."""
    if name == "plans_active":
        yield from (("plan", id, "") for id in value)
    for n, item in enumerate(value["items"] if name in ("plans", "lends") else ()):
        here = f".items.{n}"
        for k, lend in enumerate(item.get("lends", ()) if name == "plans" else ()):
            yield from _named_in_lend(lend, f"{here}.lends.{k}")
        yield from _named_in_lend(item, here) if name == "lends" else ()
        yield from (("service", code, f"{here}.services") for code in (item.get("services", ()) if name == "plans" else ()))
        yield from (("window", no, f"{here}.open") for no in item.get("open", ()))
        yield from (("window", one["window"], f"{here}.people") for one in item.get("people", ()))
        yield from (("service", quota["service"], f"{here}.quotas") for quota in item.get("quotas", ()))


def _named_in_lend(lend: dict, where: str):
    yield "window", lend["window"], f"{where}.window"
    yield from (("service", code, f"{where}.services") for code in lend["services"])


LEND = {"window": str, "services": list, "only": bool, "weekdays": list, "dates": list, "from": str, "to": str, "note": str}
PLAN = {
    "id": str, "name": str, "services": list, "dates": list, "when": dict, "lends": list, "open": list, "quotas": list, "notice": dict,
    "auto": bool, "expect": int, "people": list,
}  # fmt: skip
CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d|24:00")
LIMIT = settings.between(1, 86_400)
MOST_EXPECTED = 500  # percent of the usual visitors


def _wrong_items(value: dict, known: dict) -> str | None:
    """The first thing wrong in {"items": [...]}, in one sentence."""
    if set(value) != {"items"} or not isinstance(value["items"], list):
        return '{"items": […]}'
    for n, item in enumerate(value["items"]):
        for key, part in item.items() if isinstance(item, dict) else [(str(item), None)]:
            if key not in known or not isinstance(part, known[key]):
                return f"items[{n}].{key}: {', '.join(known)}"
        wrong = _wrong_lend(item) if known is LEND else _wrong_plan(item)
        if wrong:
            return f"items[{n}]{wrong}"
    ids = [item["id"] for item in value["items"]] if known is PLAN else []
    twice = next((id for n, id in enumerate(ids) if id in ids[:n]), None)
    return f"id: {twice} ×2" if twice else None


def _wrong_lend(item: dict) -> str | None:
    if not {"window", "services"} <= set(item) or settings.names(item["services"]):
        return ": window, services"
    clocks = [part for part in (item.get("from"), item.get("to")) if part is not None]
    if all(map(CLOCK.fullmatch, clocks)) and set(map(str, item.get("weekdays", ()))) <= set(WEEKDAYS):
        if all(map(settings.is_day, item.get("dates", ()))):
            return None
    return f': from, to "10:00"; weekdays {", ".join(WEEKDAYS)}; dates "2026-11-20"'


def _wrong_plan(item: dict) -> str | None:
    if not item.get("id") or not item.get("name"):
        return ": id, name"
    if not all(map(settings.is_day, item.get("dates", ()))):
        return '.dates: "2026-11-20"'
    for key in ("services", "open"):
        if settings.names(item.get(key, [])):
            return f'.{key}: ["…"]'
    people = [one if isinstance(one, dict) else {} for one in item.get("people", ())]
    if not all(set(one) == {"window", "name"} and all(isinstance(v, str) and 0 < len(v) <= 40 for v in one.values()) for one in people):
        return '.people: [{"window": "5", "name": "…"}]'
    when = item.get("when", {})
    if not set(when) <= {"waiting", "oldest"} or any(map(LIMIT, when.values())):
        return ".when: waiting 1–86400, oldest 1–86400"
    if settings.between(10, MOST_EXPECTED)(item.get("expect", 100)):
        return f".expect: 10–{MOST_EXPECTED}"
    notice = item.get("notice", {})
    if not set(notice) <= {"text", "text_en"} or any(map(settings.text(300), notice.values())):
        return ".notice: text, text_en ≤ 300"
    inner = _wrong_items({"items": item.get("lends", [])}, LEND)
    if inner:
        return f".lends.{inner}"
    try:
        wrong = out_of_bounds(from_dict({"quotas": item.get("quotas", [])}))
    except (ValueError, TypeError) as error:
        return f".quotas: {error}"
    return f".quotas: {wrong[0]} {wrong[1]}–{wrong[2]}" if wrong else None


def activate_plan(tx, *, id: str, by: str = "") -> dict:
    """Puts a prepared plan into force: its lends, quotas and notice hold at once, its windows open, and the windows are told who
    goes where. A second time changes nothing."""
    plan = next((p for p in plans(tx.floor) if p["id"] == id), None)
    if plan is None:
        raise NotFound("no_such_plan", plan=id)
    active = tx.floor.setting("plans_active")
    if id not in active:
        new = Setting(name="plans_active", value=active | {id: {"since": tx.now, "by": by or tx.actor}})
        tx.tell(events.PlanActivated(plan=id, name=plan["name"]), new)
        for no in plan.get("open", ()):
            if no in tx.floor.windows and tx.floor.windows[no].state == "closed":
                set_window(tx, window=no, state="open", there=False)
        for one in plan.get("people", ()):
            _tell_desks(tx, "plan_person", by=by, plan=id, name=one["name"], window=one["window"])
    return plan


def staff_window(tx, *, window: str, state: str, by: str = "", clerk: str | None = None, **how) -> Window:
    """A manager opens, pauses or closes a window from afar. Where that opens it, the desks are told who is to go there: an open window
    with nobody at it helps no one."""
    new = set_window(tx, window=window, state=state, clerk=clerk, there=False, take_over=True, **how)
    if state == "open" and not new.manned:
        person = tx.floor.staff.get(clerk or "")
        facts = {"window": window} | ({"name": person.shown or person.name} if person else {})
        _tell_desks(tx, "go_to_window" if person else "window_opened", by=by, **facts)
    return new


def _tell_desks(tx, code: str, *, by: str = "", **facts) -> None:
    """What the hall itself says to all windows; the same thing not twice within a minute."""
    said = {"code": code, "facts": facts}
    if any(m.say == said and tx.now - m.at < 60_000 for m in tx.floor.messages.values()):
        return
    told = Message(id=tx.new_id(), window=None, text="", at=tx.now, by=by or tx.actor, say=said)
    tx.tell(events.MessageSent(message=told.id, window=None), told)


def deactivate_plan(tx, *, id: str) -> None:
    active = tx.floor.setting("plans_active")
    if id in active:
        new = Setting(name="plans_active", value={k: v for k, v in active.items() if k != id})
        tx.tell(events.PlanDeactivated(plan=id), new)


def put_notice(
    tx,
    *,
    id: str | None = None,
    text: Text | None = None,
    starts_at: int | None = None,
    ends_at: int | None = None,
    removed: bool = False,
) -> HallNotice:
    """A notice on the boards, with its period; it goes by itself at the end."""
    old = tx.floor.notices.get(id) if id else None
    if id and old is None:
        raise NotFound("no_such_notice", notice=id)
    if old and removed:
        new = replace(old, removed=True)
    else:
        if not any(map(str.strip, (text or {}).values())):
            raise WrongBody("bad_body", errors=[{"field": "text", "problem": "…"}])
        new = HallNotice(id=id or tx.new_id(), text=text, starts_at=starts_at or tx.now, ends_at=ends_at)
    tx.tell(events.NoticeChanged(notice=new.id), new)
    return new


def send_message(tx, *, text: str, window: str | None = None, by: str = "") -> Message:
    """A word from the manager to one window, or to all."""
    if window is not None and window not in tx.floor.windows:
        raise NotFound("no_such_window", window=window)
    if not text.strip() or len(text) > 200:
        raise WrongBody("bad_body", errors=[{"field": "text", "problem": "1–200"}])
    sent = Message(id=tx.new_id(), window=window, text=text.strip(), at=tx.now, by=by)
    tx.tell(events.MessageSent(message=sent.id, window=window), sent)
    return sent


def raise_alert(tx, *, id: str, kind: str, subject: str, level: str, say: dict, advice: tuple = ()) -> Alert | None:
    """Raises an alert once: one that stands is not raised again, only its words may change silently with it."""
    old = tx.floor.alerts.get(id)
    if old and old.state != "cleared":
        return None
    new = Alert(id=id, kind=kind, subject=subject, level=level, say=say, advice=tuple(advice), raised_at=tx.now, changed_at=tx.now)
    tx.tell(events.AlertRaised(alert=id, what=kind), new)
    return new


def acknowledge_alert(tx, *, id: str, owner: str) -> Alert:
    """Somebody has taken it upon themselves."""
    old = tx.floor.alerts.get(id)
    if old is None or old.state == "cleared":
        raise NotFound("no_such_alert", alert=id)
    new = replace(old, state="acknowledged", owner=owner, changed_at=tx.now)
    if new.owner != old.owner or new.state != old.state:
        tx.tell(events.AlertAcknowledged(alert=id), new)
    return new


def clear_alert(tx, *, id: str) -> Alert | None:
    old = tx.floor.alerts.get(id)
    if old is None or old.state == "cleared":
        return None
    new = replace(old, state="cleared", changed_at=tx.now)
    tx.tell(events.AlertCleared(alert=id), new)
    return new


def end_day(tx, *, day: str) -> int:
    """Closes a day: what is unfinished expires, windows close. Returns how many expired; a second time does nothing."""
    left = [t for t in tx.floor.tickets.values() if t.day <= day and t.state not in (State.DONE, State.CANCELLED, State.EXPIRED)]
    for t in left:
        gone = t.move("expire", finished_at=tx.now, window=None)
        tx.tell(events.TicketExpired(ticket=t.id, number=t.number, service=t.service), gone)
    open_ones = [w for w in tx.floor.windows.values() if w.state != "closed"]
    for w in open_ones:
        tx.tell(events.WindowClosed(window=w.no), replace(w, state="closed", reason="", clerk=None, since=tx.now))
    for id in tx.floor.setting("plans_active"):
        deactivate_plan(tx, id=id)
    if left or open_ones:
        tx.tell(events.DayEnded(day=day, expired=len(left)))
    return len(left)


def forget_visitors(tx, *, before: int) -> int:
    """The privacy rule's broom: what was kept of people is forgotten; the journal never held it."""
    return tx.forget("visitors", "at < ?", before)


def forget_comments(tx, *, before: int) -> int:
    """Likewise the words and contacts given with an evaluation; its grade and tags stay."""
    return tx.forget("comments", "evaluation IN (SELECT id FROM evaluations WHERE opened_at < ?)", before)


def _tuples(values: dict) -> dict:
    return {k: tuple(v) if isinstance(v, list) else v for k, v in values.items()}
