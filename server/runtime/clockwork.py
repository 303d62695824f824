"""What the hall does by itself as time goes on: the day's end, bookings nobody came for, numbers missed too long, plans for peaks,
forgetting people.

It looks at the picture and queues an action only when something is due; each is an ordinary action with an ordinary event.
"""

from __future__ import annotations

from datetime import date, timedelta
from itertools import takewhile

from config.codes import State, WindowState

from .. import actions
from ..domain.duty import calls_by_itself, misses_by_itself, plans_due
from ..domain.floor import IN_STATE, OPEN, UNFINISHED_OF
from ..record.ledger import Ledger, day_of
from .periodic import PeriodicTask

ACTOR = "hall"


class Clockwork(PeriodicTask):
    """`tick()` does what is due now; `start()` ticks every `pause` seconds. `keep_days`: how long masks and hashes of people stay,
    `comment_days`: how long the words of an evaluation do; a manager's setting `privacy` may shorten both, never prolong them."""

    def __init__(self, ledger: Ledger, *, keep_days: int = 1, comment_days: int = 1095, pause: float = 2.0):
        super().__init__("clockwork", pause, trouble="the clockwork stumbled")
        self.ledger, self.keep_days, self.comment_days = ledger, keep_days, comment_days
        self._forgotten = 0

    def tick(self) -> None:
        ledger, now = self.ledger, self.ledger.clock()
        floor, rules = ledger.floor, ledger.floor.rules
        today = day_of(now, ledger.zone)
        old = [day for day in floor.tickets.lines(UNFINISHED_OF) if day < today]
        if old or (floor.day < today and any(w.state != WindowState.CLOSED for w in floor.windows.values())):
            ledger.do(ACTOR, actions.end_day, day=max([*old, min(floor.day, _before(today))]))
            floor = ledger.floor
        late = takewhile(lambda t: now > t.slot + rules.appointments.no_show_s * 1000, floor.booked(today))
        missed = floor.tickets.of(IN_STATE, State.MISSED)
        gone = [t for t in missed if t.called_at and now > t.called_at + rules.returns.within_s * 1000]
        for t in (*late, *gone):
            ledger.do(ACTOR, actions.expire, ticket=t.id)
        self._windows(now)
        if any(e.expires_at < now for e in floor.evaluations.of(OPEN)):
            ledger.do(ACTOR, actions.close_evaluations)
        self._plans(now)
        self._next_year(today)
        if now - self._forgotten > 3_600_000:
            self._forgotten = now
            own = ledger.floor.privacy
            sooner = lambda usual, wished: usual if wished is None else min(usual, wished)
            keep, comments = sooner(self.keep_days, own.holder_days), sooner(self.comment_days, own.comment_days)
            ledger.do(ACTOR, actions.forget_visitors, before=now - keep * 86_400_000)
            ledger.do(ACTOR, actions.forget_comments, before=now - comments * 86_400_000)

    def _windows(self, now: int) -> None:
        """What the rules have the hall press at windows: again, missed, next."""
        floor = self.ledger.floor
        if floor.calls.auto_miss_s:
            for t in [t for t in floor.tickets.of(IN_STATE, State.CALLED) if misses_by_itself(floor, t, now)]:
                self.ledger.do(ACTOR, actions.miss_by_itself, ticket=t.id)
            floor = self.ledger.floor
        for no in [w.no for w in floor.windows.values() if calls_by_itself(floor, w, now)] if floor.calls.auto_call else ():
            self.ledger.do(ACTOR, actions.call_by_itself, window=no)

    def _plans(self, now: int) -> None:
        """A plan that is due is put into force where it says so, else proposed as an alert until it is active or no longer due."""
        ledger = self.ledger
        due = plans_due(ledger.floor, now)
        for plan, why in due:
            if plan.auto:
                ledger.do(ACTOR, actions.activate_plan, id=plan.id)
            elif f"plan-{plan.id}" not in self._standing():
                say = {"code": f"plan_due_by_{why}", "facts": {"plan": plan.id}}
                advice = ({"do": "activate_plan", "plan": plan.id},)
                named = {"kind": "plan_due", "subject": plan.id, "level": "warn", "say": say, "advice": advice}
                ledger.do(ACTOR, actions.raise_alert, id=f"plan-{plan.id}", **named)
        wanted = {f"plan-{plan.id}" for plan, _ in due}
        for id in self._standing() - wanted:
            ledger.do(ACTOR, actions.clear_alert, id=id)

    def _next_year(self, today: str) -> None:
        """From December on somebody is told that no day of the next year is set apart yet: the list of holidays is published before."""
        ledger, year = self.ledger, int(today[:4]) + 1
        hours, standing = ledger.floor.hours, {a.id for a in ledger.floor.standing_alerts("holidays")}
        missing = {f"holidays-{year}"} if today[5:7] == "12" and year in hours.missing(date.fromisoformat(today)) else set()
        for id in missing - standing:
            say = {"code": "no_holidays", "facts": {"year": year}}
            ledger.do(ACTOR, actions.raise_alert, id=id, kind="holidays", subject=str(year), level="warn", say=say)
        for id in standing - missing:
            ledger.do(ACTOR, actions.clear_alert, id=id)

    def _standing(self) -> set[str]:
        return {a.id for a in self.ledger.floor.standing_alerts("plan_due")}


def _before(day: str) -> str:
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()
