"""What lies ahead: waits, who is next where, computed beside the ledger from its picture. It never holds up a call and writes nothing.

The thread draws a new wait forecast when the hall has changed (at most once in `pause` seconds) or when the last one has grown old.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from config.codes import Class, WindowState

from ..domain.dispatch import explain
from ..domain.floor import Floor
from ..domain.line import NOT_LOOKED, Ahead, next_for, rank_of
from ..domain.things import Service, Window
from ..domain.tickets import Ticket
from ..runtime.periodic import PeriodicTask
from .learned import Learned
from .state import hall_state
from .wait_picture import BACK, MOVED, WHOLE, WaitForecast
from .waits import predict_all


def draw(
    floor: Floor, now: int, learned: Learned | None = None, last: WaitForecast | None = None, calls_ahead: Ahead = NOT_LOOKED
) -> WaitForecast:
    """`last`: the forecast before, whose people ahead do not rise without a reason that can be told. `calls_ahead`: what was
    looked ahead at."""
    state = hall_state(floor, now, learned)
    look = predict_all(state, now)
    by_call = sorted(look.tickets, key=lambda id: look.tickets[id].p50)
    up = {}
    for window in floor.windows.values():
        if window.state == WindowState.OPEN:
            choice = next_for(floor, window, now, learned=state.minutes, ahead=calls_ahead)
            if choice:
                up[window.no] = {"ticket": choice.ticket.id, "number": choice.ticket.number, "why": explain(choice)}
    drawn = WaitForecast(floor.seq, look, up, {id: n for n, id in enumerate(by_call, 1)}, state.in_short())
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
    ahead, before_all = dict(now), np.frombuffer(b"".join(line.before), np.uint8).reshape(len(line.ids), len(line.total)) / WHOLE
    for n, id in enumerate(line.ids):
        before, after = told.get(id), now.get(id)
        if before is None or after is None or (id in was and came[n]):
            if id in was and came[n] and before is not None and after is not None and after > before:
                rose[id] = MOVED
            continue
        gained = before_all[:, n] * came
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
    """Keeps `ledger.waits` fresh and tells `changed(waits)`. `teach(floor)` gives what past days teach; asked, beside, once a day and after
    settings that matter to it."""

    def __init__(self, ledger, *, changed: Callable | None = None, pause: float = 1.0, oldest: float = 15.0, teach: Callable | None = None):
        super().__init__("waits", pause, trouble="the wait forecast could not be drawn")
        self.teach, self._learned = teach, None
        self._taught: tuple = ()
        self.ledger, self.changed, self.oldest = ledger, changed, oldest
        self._last = 0
        self.attempt(self.refresh)  # the hall opens without it too; nothing is learned while it opens, only beside

    @property
    def learned(self) -> Learned | None:
        """What past days teach, once it has been asked for."""
        return self._learned

    def refresh(self) -> None:
        floor, now = self.ledger.floor, self.ledger.clock()
        self.ledger.waits = draw(floor, now, self._learned, self.ledger.waits, self.ledger.ahead)
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
        """At the start, when the day has turned, and when the peak calendar or the hours were set otherwise."""
        floor = self.ledger.floor
        asked_for = floor.day, floor.settings.get("plans"), floor.settings.get("hours")
        if self.teach and asked_for != self._taught:
            self._taught, self._learned = asked_for, self.teach(floor)
