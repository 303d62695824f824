"""What a manager sets, and what the hall's own clockwork does: services, windows, rules, notices, alerts, the end of the day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import replace
from itertools import takewhile
from typing import Any, cast

from pydantic import ValidationError

from config import settings
from config.codes import UNFINISHED, AlertLevel, AlertState, Purpose, Rank, State, WindowState
from config.masks import mask_numbers
from config.settings import Plan, Types, Zones, as_json

from ..domain import events
from ..domain.classes import wrong_classes
from ..domain.errors import NotFound, NotNow, WrongBody
from ..domain.floor import SENT, UNFINISHED_OF, Floor
from ..domain.private import Answer, Below, MessageWords, Push, Sent, Visitor
from ..domain.texts import Text, gathered, pick
from ..domain.things import Alert, Hall, HallNotice, Message, Service, Setting, Window
from ..domain.tickets import Ticket
from ..domain.transaction import Transaction
from .given import tells_holders
from .limits import forget_counted
from .packages import ensure_none_held
from .rights import carry_over
from .skills import ensure_takes_on
from .windows import ensure_one_desk, find_window, set_window
from .zones import by_code, ensure_placed


def load_hall(
    tx: Transaction,
    *,
    hall: dict[str, Any],
    services: list[dict[str, Any]],
    windows: list[dict[str, Any]],
    settings: dict[str, dict[str, Any]],
    notices: Sequence[dict[str, Any]] = (),
) -> Hall:
    """The hall as a hall file describes it, in one event, on an empty database."""
    # one that names no zone lives in the one its days are counted by
    made = Hall(**gathered("hall", {"timezone": tx.zone.key} | hall))
    things: list[Hall | Service | Window | Setting | HallNotice] = [made]
    things += [Service(place=n, **_tuples(gathered("services", s))) for n, s in enumerate(services)]
    things += [Window(place=n, **_tuples(gathered("windows", w))) for n, w in enumerate(windows)]
    for n in notices:
        things.append(
            HallNotice(id=tx.new_id(), text=n["text"], starts_at=n["starts_at"] or tx.now, ends_at=n["ends_at"], media=n["media"])
        )
    places: dict[str, Container[str]] = {"service": {s["code"] for s in services}, "window": {w["no"] for w in windows}, "plan": set()}
    places["type"] = {*Purpose, *Types.model_validate(settings.get("types", {})).by_code}
    places["class"] = {*Rank, *(own["code"] for own in settings.get("rules", {}).get("classes", ()))}
    places["zone"] = Zones.model_validate(settings.get("zones", {})).called
    for name, value in settings.items():
        things.append(Setting(name=name, value=as_json(checked(name, value, places))))
    tx.tell(events.HallLoaded(code=made.code, services=len(services), windows=len(windows)), *things)
    return made


@tells_holders
def put_service(tx: Transaction, *, code: str, **changes: Any) -> Service:
    """Adds or changes a service; only the fields given change."""
    old = tx.floor.services.get(code)
    if old is None and not changes.get("name"):
        raise NotFound("no_such_service", service=code)
    given = _tuples(gathered("services", changes, old and vars(old)))
    new = replace(old, **given) if old else Service(code=code, **_at_the_end(given, tx.floor.services))
    if new != old:
        before = tx.floor
        tx.tell(events.ServiceChanged(service=code), new)
        ensure_apart(before, tx.floor)
    return new


def ensure_apart(before: Floor, after: Floor) -> None:
    """Refuses a change by which a class of the hall's own shares its numbers with another, or is taken from those who hold it."""
    if errors := wrong_classes(before, after):
        raise WrongBody("bad_body", errors=errors)


@tells_holders
def put_services(tx: Transaction, *, services: Sequence[Mapping[str, Any]]) -> tuple[int, int]:
    """Adds or changes many services at once, as `put_service` does one, in one event: (how many are new, how many are changed)."""
    before = tx.floor.services
    put = services_put(before, services)
    if put:
        floor = tx.floor
        tx.tell(events.ServiceChanged(service=""), *put.values())
        ensure_apart(floor, tx.floor)
    added = sum(code not in before for code in put)
    return added, len(put) - added


def services_put(before: Mapping[str, Service], rows: Sequence[Mapping[str, Any]]) -> dict[str, Service]:
    """The services that are new or another by a list of them."""
    known, put = dict(before), dict[str, Service]()
    for row in rows:
        changes = {name: value for name, value in row.items() if name != "code"}
        code, old = row["code"], known.get(row["code"])
        if old is None and not changes.get("name"):
            raise NotFound("no_such_service", service=code)
        given = _tuples(gathered("services", changes, old and vars(old)))
        new = replace(old, **given) if old else Service(code=code, **_at_the_end(given, known))
        if new != old:
            known[code] = put[code] = new
    return put


@tells_holders
def put_window(tx: Transaction, *, no: str, **changes: Any) -> Window:
    """Adds or changes what a window is and serves; its state is set by set_window."""
    before = tx.floor
    new = write_window(tx, no=no, **changes)
    ensure_placed(before, tx.floor)
    return new


def write_window(tx: Transaction, *, no: str, **changes: Any) -> Window:
    """`put_window`, where it is only the whole that must be right."""
    old = tx.floor.windows.get(no)
    if not no.isalnum():
        raise WrongBody("bad_body", errors=[{"field": "no", "code": "string_pattern_mismatch"}])
    for code in changes.get("services", ()):
        if code not in tx.floor.services:
            raise NotFound("no_such_service", service=code)
    before = tx.floor
    given, own = by_code(before, _tuples(gathered("windows", changes, old and vars(old))), old)
    new = replace(old, **given) if old else Window(no=no, **_at_the_end(given, before.windows))
    if new != old or own:
        tx.tell(events.WindowChanged(window=no), new, *own)
    return new


@tells_holders
def put_setting(tx: Transaction, *, name: str, value: dict[str, Any]) -> Setting:
    """Sets a rule of the hall; a wrong one is refused here, never discovered at a call."""
    value, before = _moved(tx, name, value), tx.floor
    new = write_setting(tx, name=name, value=value)
    ensure_placed(before, tx.floor)
    ensure_apart(before, tx.floor)
    ensure_none_held(before, tx.floor)
    return new


def write_setting(tx: Transaction, *, name: str, value: dict[str, Any]) -> Setting:
    """`put_setting`, where it is only the whole that must be right."""
    floor = tx.floor
    places: dict[str, Container[str]] = {"service": floor.services, "window": floor.windows, "plan": {p.id for p in floor.plans.items}}
    places["type"] = {*Purpose, *floor.types.by_code}
    places["class"] = {*Rank, *(own.code for own in floor.rules.classes)}
    places["zone"] = floor.zones.called
    new = Setting(name=name, value=settings.as_json(checked(name, value, places)))
    if floor.settings.get(name) != new:
        tx.tell(events.SettingChanged(setting=name), new)
    return new


def weigh(tx: Transaction, *, before: dict[str, float], after: dict[str, float], last: dict[str, Any]) -> Setting | None:
    """What the hall has found on its own past days, reckoned from the factors `before`: None where a manager has said otherwise since."""
    own = tx.floor.weights
    if not own.nightly or own.factors != before:
        return None
    value = as_json(own) | {"factors": after, "last": last}
    new = Setting(name="weights", value=as_json(settings.parse("weights", value)))
    told = {"outcome": last["outcome"], "days": last["days"], "gain": last["gain"]}
    tx.tell(events.WeightsWeighed(before=before, after=after, **told), new)
    return new


def import_holidays(tx: Transaction, *, calendar: str) -> Setting:
    """A published year's holidays and made-up days, put into the opening hours."""
    try:
        new = tx.floor.hours.with_calendar(calendar)
    except ValueError:
        raise WrongBody("bad_body", errors=[{"field": "calendar", "code": "calendar_form"}]) from None
    return put_setting(tx, name="hours", value=as_json(new))


def _moved(tx: Transaction, name: str, value: dict[str, Any]) -> dict[str, Any]:
    """`rules.returns.recalls` is an older name of `calls.recalls_before_miss`: programs that set it set that."""
    returns: dict[str, Any] | None = value.get("returns") if name == "rules" else None
    if not isinstance(returns, dict) or "recalls" not in returns:
        return value
    put_setting(tx, name="calls", value=as_json(tx.floor.calls) | {"recalls_before_miss": returns["recalls"]})
    return value | {"returns": {k: v for k, v in returns.items() if k != "recalls"}}


def checked(name: str, value: dict[str, Any], places: Mapping[str, Container[str]]) -> Any:
    """The setting, or a refusal that names each field. `places`: {"service", "window", "plan"} -> the names that this hall has."""
    if name not in settings.SETTINGS:
        raise NotFound("no_such_setting", setting=name)
    try:
        found = settings.parse(name, value)
    except ValidationError as error:
        raise WrongBody("bad_body", errors=settings.problems(name, error)) from None
    for kind, given, place in settings.named_in(found):
        if given not in places[kind]:
            raise WrongBody("bad_body", errors=[{"field": ".".join(map(str, (name, *place))), "code": f"unknown_{kind}", kind: given}])
    return found


@tells_holders
def activate_plan(tx: Transaction, *, id: str, by: str = "") -> Plan:
    """Puts a prepared plan into force: its lends, quotas and notice hold at once, its windows open, and the windows are told who
    goes where. A second time changes nothing."""
    plan = next((p for p in tx.floor.plans.items if p.id == id), None)
    if plan is None:
        raise NotFound("no_such_plan", plan=id)
    active = settings.as_json(tx.floor.plans_active)
    if id not in active:
        new = Setting(name="plans_active", value=active | {id: {"since": tx.now, "by": by or tx.actor}})
        tx.tell(events.PlanActivated(plan=id, name=pick(plan.name)), new)
        for no in plan.open:
            if no in tx.floor.windows and tx.floor.windows[no].state == WindowState.CLOSED:
                set_window(tx, window=no, state=WindowState.OPEN, there=False)
        for one in plan.people:
            _tell_desks(tx, "plan_person", by=by, plan=id, name=one.name, window=one.window)
    return plan


def staff_window(tx: Transaction, *, window: str, state: str, by: str = "", clerk: str | None = None, **how: Any) -> Window:
    """A manager opens, pauses or closes a window from afar. Where that opens it, the desks are told who is to go there: an open window
    with nobody at it helps no one."""
    new = set_window(tx, window=window, state=state, clerk=clerk, there=False, take_over=True, **how)
    if state == WindowState.OPEN and not new.manned:
        person = tx.floor.staff.get(clerk or "")
        facts = {"window": window} | ({"name": person.shown or person.name} if person else {})
        _tell_desks(tx, "go_to_window" if person else "window_opened", by=by, **facts)
    return new


def assign_window(tx: Transaction, *, window: str, clerk: str, reason: str = "", by: str = "") -> Window:
    """A manager puts somebody at a window: a closed one opens, any other stays as it is. Who was there works there no longer, the other
    window of who comes closes, and the desks are told who is to go. What is in hand at the window is then theirs."""
    old, person, reason = find_window(tx, window), tx.floor.staff.get(clerk), mask_numbers(reason)
    if person is None or not person.serves:
        raise NotFound("no_such_staff", name=clerk)
    if old.state == WindowState.CLOSED:
        new = staff_window(tx, window=window, state=WindowState.OPEN, clerk=clerk, by=by)
        tx.tell(events.WindowAssigned(window=window, staff=clerk, reason=reason))
        return new
    if clerk in old.people:
        return old
    ensure_takes_on(tx, old, (clerk,))
    ensure_one_desk(tx, old, clerk, take_over=True)
    new = replace(old, clerk=clerk, beside=None, manned=False)
    tx.tell(events.WindowAssigned(window=window, staff=clerk, reason=reason), new)
    _tell_desks(tx, "go_to_window", by=by, window=window, name=person.shown or person.name)
    return new


def _tell_desks(tx: Transaction, code: str, *, by: str = "", **facts: Any) -> None:
    """What the hall itself says to all windows; the same thing not twice within a minute."""
    said = {"code": code, "facts": facts}
    lately = takewhile(lambda m: tx.now - m.at < 60_000, reversed(tx.floor.messages.of(SENT)))
    if any(m.say == said for m in lately):
        return
    told = Message(id=tx.new_id(), window=None, text="", at=tx.now, by=by or tx.actor, say=said)
    tx.tell(events.MessageSent(message=told.id, window=None), told)


@tells_holders
def deactivate_plan(tx: Transaction, *, id: str) -> None:
    active = settings.as_json(tx.floor.plans_active)
    if id in active:
        new = Setting(name="plans_active", value={k: v for k, v in active.items() if k != id})
        tx.tell(events.PlanDeactivated(plan=id), new)


def put_notice(
    tx: Transaction,
    *,
    id: str | None = None,
    text: Text | None = None,
    starts_at: int | None = None,
    ends_at: int | None = None,
    removed: bool = False,
    media: str = "",
) -> HallNotice:
    """A notice on the boards, with its period; it goes by itself at the end."""
    old = tx.floor.notices.get(id) if id else None
    if id and old is None:
        raise NotFound("no_such_notice", notice=id)
    if old and removed:
        new = replace(old, removed=True)
    else:
        if not any(map(str.strip, (text or {}).values())):
            raise WrongBody("bad_body", errors=[{"field": "text", "code": "missing"}])
        new = HallNotice(id=id or tx.new_id(), text=text or {}, starts_at=starts_at or tx.now, ends_at=ends_at, media=media)
    tx.tell(events.NoticeChanged(notice=new.id), new)
    return new


def send_message(tx: Transaction, *, text: str, window: str | None = None, by: str = "") -> Message:
    """A word from the manager to one window, or to all. What it says is kept beside the journal, and goes with the people of its day."""
    if window is not None and window not in tx.floor.windows:
        raise NotFound("no_such_window", window=window)
    return _write(tx, text, by=by, window=window)


def note_ticket(tx: Transaction, *, ticket: str, text: str, by: str = "") -> Message:
    """A word about a number for whoever serves it next: from the guide to the window, from one window to another. Kept as messages to the
    windows are, without the numbers of cards and phones in it; its holder does not see it."""
    about = tx.fetch(Ticket, ticket)
    if about is None:
        raise NotFound("no_such_ticket", ticket=ticket)
    if about.state not in UNFINISHED:
        raise NotNow("illegal_move", number=about.number, state=str(about.state), action="note")
    return _write(tx, mask_numbers(text), by=by, window=None, ticket=ticket)


def _write(tx: Transaction, text: str, *, by: str, window: str | None, ticket: str | None = None) -> Message:
    if not text.strip() or len(text) > 200:
        wrong = {"code": "string_too_long", "max_length": 200} if text.strip() else {"code": "missing"}
        raise WrongBody("bad_body", errors=[{"field": "text"} | wrong])
    sent = Message(id=tx.new_id(), window=window, text="", at=tx.now, by=by, ticket=ticket)
    words = MessageWords(message=sent.id, text=tx.keys.lock("words", text.strip(), f"{sent.id}.message"), at=tx.now)
    tx.tell(events.MessageSent(message=sent.id, window=window, ticket=ticket), sent, words=[words])
    return sent


def raise_alert(
    tx: Transaction, *, id: str, kind: str, subject: str, level: str, say: dict[str, Any], advice: tuple[Any, ...] | None = ()
) -> Alert | None:
    """Raises an alert once. One that stands is changed where it tells something else now; graver, it is raised anew. `advice` None: as
    it was."""
    old = tx.fetch(Alert, id)  # those of other days are not in the picture
    if old is None or old.state == AlertState.CLEARED:
        told: dict[str, Any] = {"kind": kind, "subject": subject, "level": AlertLevel(level), "say": say, "advice": tuple(advice or ())}
        new = Alert(id=id, **told, raised_at=tx.now, changed_at=tx.now)
        tx.tell(events.AlertRaised(alert=id, what=kind), new)
        return new
    graver = (old.level, level) == (AlertLevel.WARN, AlertLevel.BAD)
    new = replace(old, level=AlertLevel(level), say=say, advice=old.advice if advice is None else tuple(advice))
    if new == old:
        return None
    new = replace(new, state=AlertState.RAISED if graver else old.state, owner="" if graver else old.owner, changed_at=tx.now)
    tx.tell(events.AlertChanged(alert=id, what=kind), new)
    return new


def acknowledge_alert(tx: Transaction, *, id: str, owner: str) -> Alert:
    """Somebody has taken it upon themselves."""
    old = tx.floor.alerts.get(id)
    if old is None or old.state == AlertState.CLEARED:
        raise NotFound("no_such_alert", alert=id)
    new = replace(old, state=AlertState.ACKNOWLEDGED, owner=owner, changed_at=tx.now)
    if new.owner != old.owner or new.state != old.state:
        tx.tell(events.AlertAcknowledged(alert=id), new)
    return new


def clear_alert(tx: Transaction, *, id: str) -> Alert | None:
    old = tx.floor.alerts.get(id)
    if old is None or old.state == AlertState.CLEARED:
        return None
    new = replace(old, state=AlertState.CLEARED, changed_at=tx.now)
    tx.tell(events.AlertCleared(alert=id), new)
    return new


def stop_numbers(tx: Transaction, *, text: Text | str = "") -> Setting:
    """No more numbers today, of any service and wherever one takes them but at a desk, and no more bookings for today. Who is in line or
    has booked is served. It ends with the day, or when a manager takes it back; stopped again, the reason is changed."""
    old = tx.floor.stopped
    at = old.at if old.day == tx.day else tx.told_time(tx.now)[11:]
    return put_setting(tx, name="stopped", value={"day": tx.day, "at": at, "text": text})


def resume_numbers(tx: Transaction) -> None:
    """Numbers are given again as the hours have it; where they were not stopped nothing changes."""
    if tx.floor.stopped.day is not None:
        put_setting(tx, name="stopped", value={})


def close_day(tx: Transaction, *, let_go: bool = False, text: Text | str = "", carry: bool = False) -> int:
    """A manager closes today by hand: no more numbers, all windows closed, what is unfinished expires. While people are in the hall, or
    are booked for later today, it is refused until `let_go`. Returns how many numbers and bookings expired. `carry`: those whose turn had
    not come may come back at the next opening without queueing again."""
    if carry and tx.floor.rules.rights.carry == "never":
        raise NotNow("carry_not_here")
    line = tx.floor.tickets.lines(UNFINISHED_OF).get(tx.day, ())
    left = Counter("booked" if t.state is State.BOOKED else "here" for t in line)
    if left and not let_go:
        raise NotNow("people_left", here=left["here"], booked=left["booked"], data={"here": left["here"], "booked": left["booked"]})
    stop_numbers(tx, text=text)
    return end_day(tx, day=tx.day, carry=carry)


TURN_TO_COME = (State.WAITING, State.CALLED)  # who missed their call had their turn


def end_day(tx: Transaction, *, day: str, carry: bool = False) -> int:
    """Closes a day: what is unfinished expires, windows close. Returns how many expired; a second time does nothing. Whose turn had not
    come may come back at the next opening, where the hall has it so or (`carry`) whoever closes the day says so."""
    carry = carry or tx.floor.rules.rights.carry == "always"
    left = [t for of, line in tx.floor.tickets.lines(UNFINISHED_OF).items() if of <= day for t in line]
    for t in left:
        if carry and t.state in TURN_TO_COME:
            carry_over(tx, t)
            continue
        gone = t.move("expire", finished_at=tx.now, window=None)
        tx.tell(events.TicketExpired(ticket=t.id, number=t.number, service=t.service), gone)
    open_ones = [w for w in tx.floor.windows.values() if w.state != WindowState.CLOSED]
    for w in open_ones:
        tx.tell(events.WindowClosed(window=w.no), replace(w, state=WindowState.CLOSED, reason="", clerk=None, beside=None, since=tx.now))
    for id in tx.floor.plans_active.root:
        deactivate_plan(tx, id=id)
    if left or open_ones:
        tx.tell(events.DayEnded(day=day, expired=len(left)))
    return len(left)


DAY = 86_400_000  # ms


def forget_visitors(tx: Transaction, *, before: int) -> int:
    """The privacy rule's broom: what was kept of people is forgotten; the journal never held it."""
    forget_counted(tx)
    tx.forget_of_tickets(Push, tx.day, back=True)  # who wanted to be told of a ticket is told of nothing once it is over
    tx.forget_of_tickets(Sent, tx.day_of(before))
    day_ago = min(before, tx.now - DAY)  # desks show a day's messages, and a request may be repeated for a day: its answer has masks
    tx.forget(MessageWords, at=Below(day_ago))
    tx.forget(Answer, at=Below(day_ago))
    return tx.forget(Visitor, at=Below(before))


def forget_comments(tx: Transaction, *, before: int) -> int:
    """Likewise the words and contacts given with an evaluation; its grade and tags stay."""
    return tx.forget_comments(before)


def _tuples(values: dict[str, Any]) -> dict[str, Any]:
    return {k: tuple(cast(list[Any], v)) if isinstance(v, list) else v for k, v in values.items()}


def _at_the_end(given: dict[str, Any], others: dict[str, Any]) -> dict[str, Any]:
    return given if "place" in given else given | {"place": len(others)}


def believe_clock(tx: Transaction, *, shown: int, believe: Callable[[], bool]) -> None:
    """A computer clock that has jumped is right, somebody says. `shown`: what it showed, ms; `believe()` goes by it from now on, and is
    False where it has jumped once more."""
    tx.tell(events.ClockBelieved(gone_by=tx.told_time(tx.now), shown=tx.told_time(shown)))
    if not believe():
        raise NotNow("clock_moved")
