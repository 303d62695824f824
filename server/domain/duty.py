"""Which windows serve what, from when to when: what is lent and what a plan changes, on top of a window's own services. Pure.

The settings `lends`, `plans` and `plans_active` are described in config/settings/plans.py.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from functools import lru_cache
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

from config.codes import StaffRole, WindowState
from config.settings import WEEKDAYS, Lend, Plan
from config.settings.zones import misplaced

from .floor import AT_WORK, Floor
from .hours import joined, midnight, sessions_of, set_for, spans
from .things import Window
from .tickets import Leg, Ticket

MINUTE = 60_000
LATE = 12 * 60 * MINUTE  # longer than any hall goes on after its last hour
IDLE = 10 * MINUTE  # an open window that has called nobody for so long, with people it could call, is no help in any wait
FINISHING = 30 * MINUTE  # a window open so long after a break began works through it
PAUSE, GONE = 15 * MINUTE, 60 * MINUTE  # a usual pause, and one of which nobody knows the end
LOOKED_BACK = 20  # numbers that a window called last: one of them was served
BEFORE = 1_800_000  # ms before the doors open: a plan for that day is due

zone_of = lru_cache(maxsize=8)(ZoneInfo)


def serves(floor: Floor, window: Window, now: int, who: Collection[str] | None = None) -> tuple[str, ...]:
    """The services of a window at `now` that those who sit there may serve, or `who` would: () is whoever of the staff may come. A window
    that is closed may yet have anybody; an open one where nobody is signed in has one of those who are not named."""
    all_, skills = has(floor, window, now), floor.skills
    if not skills.told:
        return all_
    people = window.people if who is None else who
    if people:
        return tuple(code for code in all_ if any(skills.may(name, code) for name in people))
    if who is None and window.state != WindowState.CLOSED and skills.others == "none":
        return ()
    anybody = floor.anybody_may
    return all_ if anybody is None else tuple(code for code in all_ if code in anybody)


def serves_by(floor: Floor, window: Window, now: int, name: str | None) -> tuple[str, ...]:
    """What a press of somebody calls at a window: of one who sits there what that one may, and what is learned beside an expert; likewise
    of a clerk at a window where nobody sits. Any other press (a keypad's, a manager's) is the window's."""
    people, skills = window.people, floor.skills
    person = floor.staff.get(name or "")
    own = name in people or (not people and person is not None and person.role == StaffRole.CLERK)
    if not (skills.told and name and own):
        return serves(floor, window, now)
    beside = [one for one in people if one != name]
    return tuple(code for code in has(floor, window, now) if skills.may(name, code, beside))


def has(floor: Floor, window: Window, now: int) -> tuple[str, ...]:
    """The services of a window at `now`, whoever sits there: its own and what is lent to it; only what is lent where a lend says `only`."""
    lent = [x for x in _lends(floor, now) if x.window == window.no]
    if not lent:
        return own_services(floor, window)
    own = () if any(x.only for x in lent) else own_services(floor, window)
    return tuple(dict.fromkeys([*own, *(s for x in lent for s in x.services if s in floor.services)]))


def own_services(floor: Floor, window: Window) -> tuple[str, ...]:
    """A window's own services: of one for any business all that may go there."""
    if window.no not in floor.skills.any_business:
        return window.services
    all_ = tuple(floor.services)
    wrong = {one.service for one in misplaced(floor.types, floor.zones, [(window.no, window.type, window.zone, all_)])}
    return tuple(code for code in all_ if code not in wrong)


def _lends(floor: Floor, now: int) -> list[Lend]:
    standing = [x for x in floor.lends.items if _holds(x, now, floor)]
    return standing + [x for plan in floor.active_plans for x in plan.lends]


def _holds(lend: Lend, now: int, floor: Floor) -> bool:
    named = lend.model_fields_set
    if not named & {"weekdays", "dates", "from_", "to"}:
        return True
    when = datetime.fromtimestamp(now / 1000, zone_of(floor.the_hall.timezone))
    clock = when.strftime("%H:%M")
    return (
        ("weekdays" not in named or WEEKDAYS[floor.hours.weekday(when.date())] in lend.weekdays)
        and ("dates" not in named or when.date().isoformat() in lend.dates)
        and (lend.from_ or "00:00") <= clock < (lend.to or "24:00")
    )


def changes(floor: Floor, window: Window, now: int) -> list[int]:
    """The instants (ms) after `now`, today, at which a lend of this window begins or ends by the clock."""
    zone = zone_of(floor.the_hall.timezone)
    clocks = {clock for x in floor.lends.items if x.window == window.no for clock in (x.from_, x.to) if clock}
    at = (midnight(now, zone, 60 * int(clock[:2]) + int(clock[3:5])) for clock in clocks)
    return sorted(ms for ms in at if ms > now)


def hall_hours(floor: Floor, now: int, window: str | None = None) -> tuple[tuple[int, int], ...]:
    """The hall's usual spans of today (ms) while they say something of what is to come: () where no hours are set, on a day without any,
    and after the last one, when windows only stay for those who are still there. The last goes on until everybody has been served.
    Of a `window`: with the sessions for which it stays; one that joins two spans leaves it no break."""
    hours, zone = floor.hours, zone_of(floor.the_hall.timezone)
    day = datetime.fromtimestamp(now / 1000, zone).date()
    if set_for(hours, day) is None:
        return ()
    today = spans(hours, day, zone)
    if window is not None:
        stays = [(a, b) for a, b, one in sessions_of(hours, day, zone) if not one.windows or window in one.windows]
        today = joined(today + stays)
    if not today or now >= today[-1][1]:
        return ()
    return (*today[:-1], (today[-1][0], today[-1][1] + LATE))


def shifts(floor: Floor, window: Window, now: int, worked: dict[str, float] | None = None) -> tuple[tuple[int, int], ...]:
    """When a window works today (ms). () for an open one: as long as it is open; for another: nothing is known, it is not counted on.

    An open window that has worked through its break, or opened before the hour, says more than the hours do. Who closed for the break, or
    has not opened yet, is back at the next span if the window `worked` on most days (or nothing is known of that); a paused one is back
    after the usual pause.
    """
    hours = hall_hours(floor, now, window.no)
    return works_by_hours(window, hours, now, midnight(now, zone_of(floor.the_hall.timezone)), worked)


def planned(floor: Floor, window: Window, day: date) -> tuple[tuple[int, int], ...] | None:
    """When a window is to work on a day by its roster (ms): () is not at all, None is that nothing is planned. The plan of a weekday
    holds between the hall's first and last hour of that day, and may go on through its break; that of a single day stands as written."""
    roster = floor.rosters.root.get(window.no)
    texts = roster.on(day, floor.hours.weekday(day)) if roster else None
    if roster is None or texts is None:
        return None
    zone = zone_of(floor.the_hall.timezone)
    plan = sorted((_clock(day, text[:5], zone), _clock(day, text[6:], zone)) for text in texts)
    if day.isoformat() in roster.days or set_for(floor.hours, day) is None:
        return tuple(plan)
    opened = spans(floor.hours, day, zone)
    first, last = (opened[0][0], opened[-1][1]) if opened else (0, 0)
    return tuple((max(a, first), min(b, last)) for a, b in plan if a < last and b > first)


def _clock(day: date, text: str, zone: ZoneInfo) -> int:
    return midnight(day, zone, 60 * int(text[:2]) + int(text[3:]))


def planned_today(floor: Floor, window: Window, now: int) -> tuple[tuple[int, int], ...] | None:
    """The same of today, while it says something of what is to come: when the hall has closed, windows only stay for those still there."""
    day = datetime.fromtimestamp(now / 1000, zone_of(floor.the_hall.timezone)).date()
    plan = planned(floor, window, day)
    over = plan is not None and set_for(floor.hours, day) and not hall_hours(floor, now) and all(b <= now for _, b in plan)
    return None if over else plan


def breaks(floor: Floor, window: Window, now: int) -> list[tuple[int, int]]:
    """The breaks that its roster still has for it today (ms), the one it is in too."""
    plan = planned_today(floor, window, now) or ()
    return [(end, begin) for (_, end), (begin, _) in pairwise(plan) if end < begin and begin > now]


def works_by_hours(
    window: Window, hours: tuple[tuple[int, int], ...], now: int, day: int, worked: dict[str, float] | None = None
) -> tuple[tuple[int, int], ...]:
    """The same from the hall's hours (ms, with an end in the future); `day`: its midnight."""
    if not hours:
        return ()
    inside = any(a <= now < b for a, b in hours)
    gone = max((b for _, b in hours if b <= now), default=None)  # the break we are in began then
    coming = tuple(x for x in hours if x[0] > now)
    if window.state == WindowState.OPEN:
        if inside or (gone is not None and window.since <= gone and now - gone <= FINISHING):
            return tuple(x for x in hours if x[1] > now or x[1] == gone)
        return ((now, coming[0][1]), *coming[1:])
    back = window.since + PAUSE
    if window.state == WindowState.PAUSED and inside and now - window.since < GONE:
        return tuple((max(a, back, now + MINUTE), b) for a, b in hours if b > max(back, now + MINUTE))
    today = window.since >= day
    usual = worked is None or not worked or worked.get(window.no, 0.0) >= 0.5
    return coming if not inside and (today if gone is not None else usual) else ()


def helps(floor: Floor, window: Window, now: int) -> bool:
    """Whether an open window with nobody at it can be counted on: somebody is known to sit there, and it has not stood idle for IDLE
    while there was somebody whom it could have called all that time."""
    if not window.manned:
        return False
    since = now - IDLE
    mine = serves(floor, window, now)
    left_waiting = any(t.line_at <= since and t.only_window in (None, window.no) for service in mine for t in floor.waiting(service))
    return not left_waiting or last_at_work(floor, window) > since


def last_at_work(floor: Floor, window: Window) -> int:
    """When a window last did anything (ms): opened, called, ended a service, or waited in vain for somebody it had called."""
    return max(window.since, window.let_go_at, floor.tickets.of(AT_WORK, window.no).last_rank or 0)


def last_served(floor: Floor, window: Window) -> Leg | None:
    """The service that ended last at a window since it was opened, unless it has waited in vain for somebody since."""
    last = _last_ended(floor, window)
    return last if last and (last.finished_at or 0) >= max(window.since, window.let_go_at) else None


def _last_ended(floor: Floor, window: Window) -> Leg | None:
    for ticket in islice(reversed(floor.tickets.of(AT_WORK, window.no)), LOOKED_BACK):
        ended = [leg for leg in ticket.legs if leg.window == window.no and leg.finished_at]
        if ended:
            return ended[-1]
    return None


def wraps_up_until(floor: Floor, window: Window) -> int | None:
    """Until when (ms) a window that is free has the clerk's own work after the service that ended there; None without any."""
    wrap_up = 1000 * floor.calls.wrap_up_s
    if not wrap_up or window.state != WindowState.OPEN or floor.at_window(window.no):
        return None
    last = last_served(floor, window)
    return (last.finished_at or 0) + wrap_up if last else None


def calls_by_itself(floor: Floor, window: Window, now: int) -> bool:
    """Whether the hall calls the next one at a window now: its clerk has ended a service there and has had the time after it. Not where
    nobody has been served since it opened, or since a call was in vain: whether somebody sits there only a press tells."""
    if not floor.calls.auto_call or window.state != WindowState.OPEN or not (window.manned and window.clerk) or floor.at_window(window.no):
        return False
    last = last_served(floor, window)
    if last is None or now < (last.finished_at or 0) + 1000 * floor.calls.wrap_up_s:
        return False
    return any(t.only_window in (None, window.no) for service in serves(floor, window, now) for t in floor.waiting(service))


def misses_by_itself(floor: Floor, ticket: Ticket, now: int) -> bool:
    """Whether the hall itself calls again, or misses, who was called so long ago. Only where the window says when somebody has come, as it
    did of the service before: at one whose keypad has no key for it, who is called may long be served."""
    after = 1000 * floor.calls.auto_miss_s
    window = floor.windows.get(ticket.window or "")
    if not after or window is None or ticket.called_at is None or now < ticket.called_at + after:
        return False
    last = _last_ended(floor, window)
    return last is not None and last.started_at is not None and last.began == last.started_at


def plans_due(floor: Floor, now: int) -> list[tuple[Plan, str]]:
    """Plans that are not active and should be: (plan, `date` or `threshold`)."""
    zone = zone_of(floor.the_hall.timezone)
    day = datetime.fromtimestamp(now / 1000, zone).date()
    today, opened = day.isoformat(), spans(floor.hours, day, zone)
    begun = bool(opened) and now >= opened[0][0] - BEFORE  # not at midnight: its windows open when there are people
    due: list[tuple[Plan, str]] = []
    for plan in floor.plans.items:
        if plan.id in floor.plans_active.root:
            continue
        line = [t for service in plan.services for t in floor.waiting(service)]
        oldest = max((now - t.clock_at for t in line), default=0) // 1000
        if begun and today in plan.dates:
            due.append((plan, "date"))
        elif (plan.when.waiting and len(line) >= plan.when.waiting) or (plan.when.oldest and oldest >= plan.when.oldest):
            due.append((plan, "threshold"))
    return due
