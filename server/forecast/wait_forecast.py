"""What lies ahead: waits, who is next where, computed beside the ledger from its picture. It never holds up a call and writes nothing.

The thread draws a new wait forecast when the hall has changed (at most once in `pause` seconds) or when the last one has grown old.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from config.codes import AT_WINDOW, Class, State, WindowState

from ..domain.dispatch import explain
from ..domain.floor import THERE, Floor
from ..domain.line import NOTHING, next_for, rank_of
from ..domain.things import Service, Window
from ..domain.tickets import Ticket
from ..runtime.periodic import PeriodicTask
from .learn import Learned
from .state import hall_state
from .waits import Asked, HallState, Wait, WaitPicture, behind, people, predict_all, shared

MOVED, BACK = "moved", "back"
SAME = 1000  # ms: the clock is read just after the picture is taken


@dataclass(frozen=True)
class WaitForecast:
    """The waits of a moment. `seq` is the event it holds."""

    seq: int
    look: WaitPicture
    up: dict[str, dict] = field(default_factory=dict)  # window -> {"ticket", "number", "why"}: whom dispatch would call there now
    order: dict[str, int] = field(default_factory=dict)  # ticket id -> place among all who wait, by expected call
    state: HallState | None = None  # what it was drawn from
    ahead: dict[str, int | None] = field(default_factory=dict)  # ticket id -> people ahead as told with this forecast
    rose: dict[str, str] = field(default_factory=dict)  # ticket id -> why more people are ahead than before: MOVED, BACK, or a rank

    @property
    def at(self) -> int:
        return self.look.at

    @property
    def minutes(self) -> Mapping[str, float]:
        """What dispatch goes by until the next forecast: service -> usual minutes."""
        return self.state.minutes if self.state else NOTHING

    def for_new(self, service: str, class_: str, newer: Sequence[tuple[str, str]] = (), clock_at: int = 0) -> Wait | None:
        """For someone who takes a number now, behind those who are `newer`. `clock_at`: when the promise begins, where that is later."""
        wait = self.look.new.get(self._asked(service, class_, clock_at))
        return behind(wait, self.state, service, class_, newer) if wait and newer and self.state else wait

    def _asked(self, service: str, class_: str, clock_at: int | None) -> Asked:
        key = (service, class_, clock_at or 0)
        return key if key in self.look.new else (service, class_)

    def newer(self, floor: Floor) -> list[tuple[str, str]]:
        """(service, class) of those on the present floor who came after this wait forecast was drawn."""
        there = (t for line in floor.tickets.lines(THERE).values() for t in line)
        return [] if floor.seq == self.seq else [(t.service, t.class_) for t in (*floor.waiting(), *there) if self.is_new(t)]

    def is_new(self, t: Ticket) -> bool:
        """Whether a ticket has come into line after this wait forecast was drawn, be it with an earlier place (a kiosk that was alone)."""
        if t.state is State.WAITING:
            return t.id not in self.known
        return t.state in AT_WINDOW and t.id not in self.known and t.line_at >= self.look.at - SAME

    @cached_property
    def known(self) -> frozenset[str]:
        return frozenset(w.id for w in self.state.waiting) if self.state else frozenset(self.look.tickets)

    def people_ahead(self, floor: Floor) -> dict[str, int | None]:
        """For each waiting ticket how many of those now in line the dispatch is expected to call before it, at windows that could serve
        it; None where no window serves it. It falls as they are called and never rises until the next forecast."""
        waiting = {t.id: t for t in floor.waiting()}
        line, found = self.look.line, {}
        here, _ = self._in_line(floor)
        for id, t in waiting.items():
            if line and here is not None and self.state and id in line.column:
                told, now = self.ahead.get(id), people(self.look, id, here, self.state)
                found[id] = now if now is None or told is None else min(now, told)
            else:
                found[id] = self.ahead_of_new(floor, t.service, t.class_, before=t)
        return found

    def ahead_of_new(self, floor: Floor, service: str, class_: str, before: Ticket | None = None, clock_at: int = 0) -> int | None:
        """The same for somebody who takes a number now, or (`before`) took this one after the forecast was drawn."""
        asked = self._asked(service, class_, before.clock_at if before else clock_at)
        if self.look.line is None or self.state is None:
            return None
        here, newer = self._in_line(floor)
        if before is not None:
            newer = [t for t in newer if (t.line_at, t.seq or 0) < (before.line_at, before.seq or 0)]
        more = shared(self.state, service, class_, [(t.service, t.class_) for t in newer])
        return people(self.look, asked, here, self.state, more)

    def _in_line(self, floor: Floor) -> tuple[Any, list[Ticket]]:
        """Who of the forecast's line is still in it, and who came after it was drawn: worked out once for a picture of the hall, for a
        thousand services ask it one after the other."""
        kept: tuple[Floor, Any, list[Ticket]] | None = self.__dict__.get("_line_kept")
        if kept is None or kept[0] is not floor:
            waiting = list(floor.waiting())
            here = self.look.line.here({t.id for t in waiting}) if self.look.line else None
            kept = floor, here, [t for t in waiting if self.is_new(t)]
            self.__dict__["_line_kept"] = kept
        return kept[1], kept[2]

    def of_ticket(self, id: str) -> Wait | None:
        return self.look.tickets.get(id)

    def place(self, id: str) -> int | None:
        return self.order.get(id)

    @property
    def next_ids(self) -> list[str]:
        """As many as there are windows with somebody to call, in the order in which they are expected."""
        mine = {u["ticket"] for u in self.up.values()}
        return sorted(mine, key=lambda id: self.order.get(id, 0))


def draw(floor: Floor, now: int, learned: Learned | None = None, last: WaitForecast | None = None) -> WaitForecast:
    """`last`: the forecast before, whose people ahead do not rise without a reason that can be told."""
    state = hall_state(floor, now, learned)
    look = predict_all(state, now)
    by_call = sorted(look.tickets, key=lambda id: look.tickets[id].p50)
    up = {}
    for window in floor.windows.values():
        if window.state == WindowState.OPEN:
            choice = next_for(floor, window, now, learned=state.minutes)
            if choice:
                up[window.no] = {"ticket": choice.ticket.id, "number": choice.ticket.number, "why": explain(choice)}
    drawn = WaitForecast(floor.seq, look, up, {id: n for n, id in enumerate(by_call, 1)}, state)
    ahead, rose = _ahead(drawn, floor, last)
    return replace(drawn, ahead=ahead, rose=rose)


def _ahead(drawn: WaitForecast, floor: Floor, last: WaitForecast | None) -> tuple[dict[str, int | None], dict[str, str]]:
    """People ahead of each ticket, and of whom more are told than before: why. More are told only where the ticket itself was moved (the
    person let others go first, say) or where others came in before it who were not in line yet."""
    line, now = drawn.look.line, drawn.people_ahead(floor)
    if last is None or last.state is None or line is None:
        return now, {}
    told, rose, was = last.people_ahead(floor), {}, {w.id: w.line_at for w in last.state.waiting}
    came = np.array([id not in last.known or was.get(id) != floor.tickets[id].line_at for id in line.ids], bool)
    ahead = dict(now)
    for n, id in enumerate(line.ids):
        before, after = told.get(id), now.get(id)
        if before is None or after is None or (id in was and came[n]):
            if id in was and came[n] and before is not None and after is not None and after > before:
                rose[id] = MOVED
            continue
        gained = line.before[:, n] * came
        gained[n] = 0.0
        ahead[id] = more = min(after, before + round(float(gained.sum())))
        if more > before:
            rose[id] = _why(floor.tickets[line.ids[int(gained.argmax())]], last)
        elif id in last.rose:
            rose[id] = last.rose[id]
    return ahead, rose


def _why(t: Ticket, last: WaitForecast) -> str:
    """Of somebody who came in before others after the `last` forecast: back after a call (taken back, missed), or by their rank."""
    here_before = t.issued_at is not None and t.issued_at < last.at
    return BACK if here_before and not t.offline and not t.legs else rank_of(t)


def warm_up(now: int) -> None:
    """Draws the wait forecast of a made-up hall, so that what is compiled at its first use is compiled before anybody waits for it."""
    service, window = Service(code="a", name={}), Window(no="1", services=("a",), state=WindowState.OPEN)
    waiting = [
        Ticket(
            id=f"{n}", key=None, day="", number=f"A{n}", seq=n, series="A", service="a", class_=Class.ORDINARY, line_at=now, clock_at=now
        )
        for n in range(3)
    ]
    draw(Floor().with_rows(0, {"services": {"a": service}, "windows": {"1": window}, "tickets": {t.id: t for t in waiting}}), now)


class WaitForecaster(PeriodicTask):
    """Keeps `ledger.waits` fresh and tells `changed(waits)`. `teach(floor)` gives what past days teach; asked once a day, beside."""

    def __init__(self, ledger, *, changed: Callable | None = None, pause: float = 1.0, oldest: float = 15.0, teach: Callable | None = None):
        super().__init__("waits", pause, trouble="the wait forecast could not be drawn")
        self.teach, self._learned, self._taught = teach, None, ""
        self.ledger, self.changed, self.oldest = ledger, changed, oldest
        self._last = 0
        self.attempt(self.refresh)  # the hall opens without it too; nothing is learned while it opens, only beside

    @property
    def learned(self) -> Learned | None:
        """What past days teach, once it has been asked for."""
        return self._learned

    def refresh(self) -> None:
        floor, now = self.ledger.floor, self.ledger.clock()
        self.ledger.waits = draw(floor, now, self._learned, self.ledger.waits)
        self._last = now

    def tick(self) -> None:
        old = self.ledger.waits
        stale = self.ledger.clock() - self._last > self.oldest * 1000
        if old is not None and old.seq == self.ledger.floor.seq and not stale:
            return
        self._learn()
        self.refresh()
        if self.changed:
            self.changed(self.ledger.waits)

    def _learn(self) -> None:
        """At the start and when the day has turned."""
        floor = self.ledger.floor
        if self.teach and floor.day != self._taught:
            self._taught, self._learned = floor.day, self.teach(floor)
