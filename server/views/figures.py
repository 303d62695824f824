"""The figures of a day."""

from __future__ import annotations

from datetime import datetime, timedelta

from ..domain.evaluations import BAD, GOOD
from ..domain.line import promise_of
from ..domain.tickets import State, Ticket
from ..record import store
from .base import BaseView


class FiguresView(BaseView):
    def today(self) -> dict:
        """The day's figures so far. `kept_pct` is of those whose wait is decided: called, or past the promise and still waiting."""
        tickets = [t for t in self.floor.tickets.values() if t.day == self.floor.day and t.issued_at is not None]
        decided = kept = 0
        waits, services = [], []
        for t in tickets:
            target = (t.target or promise_of(self.floor, t).target_s) * 1000
            called = t.legs[0].called_at if t.legs else t.called_at
            clock = t.legs[0].line_at if t.legs else t.clock_at
            if called is not None:
                decided += 1
                kept += called - clock <= target
                waits.append(max(0, called - clock) // 1000)
            elif t.state is State.WAITING and self.now - t.clock_at > target:
                decided += 1
            services += [leg.finished_at - leg.began for leg in t.legs if leg.began and leg.finished_at]
        count = lambda *states: sum(t.state in states for t in tickets)
        given = [e for e in self.floor.evaluations.values() if e.state == "given"]
        oldest = max((self.now - t.clock_at for t in tickets if t.state is State.WAITING), default=0)
        return {
            "issued": len(tickets),
            "done": count(State.DONE),
            "waiting": count(State.WAITING),
            "at_windows": count(State.CALLED, State.SERVING),
            "held": count(State.HELD),
            "missed": count(State.MISSED),
            "cancelled": count(State.CANCELLED),
            "expired": count(State.EXPIRED),
            "booked": sum(t.state is State.BOOKED and t.day == self.floor.day for t in self.floor.tickets.values()),
            "kept": kept,
            "decided": decided,
            "kept_pct": round(100 * kept / decided, 1) if decided else None,
            "wait_avg": round(sum(waits) / len(waits)) if waits else None,
            "wait_max": max(waits, default=None),
            "oldest_waiting": max(0, oldest) // 1000,
            "service_avg": round(sum(services) / len(services) / 1000) if services else None,
            "evaluated": len(given),
            "evaluations": len(self.floor.evaluations),
            "good_pct": round(100 * sum(e.grade in GOOD for e in given) / len(given), 2) if given else None,
            "bad": sum(e.grade in BAD for e in given),
        }

    def figures(self, day: str) -> dict:
        """One day by hour and by service; `usual` is the mean of the four same weekdays before, hour by hour."""
        tickets = [store.thing_of(Ticket, r) for r in self.reader.execute("SELECT * FROM tickets WHERE day = ?", (day,))]
        date = datetime.strptime(day, "%Y-%m-%d").date()
        before = [(date - timedelta(days=7 * n)).isoformat() for n in range(1, 5)]
        past = self.reader.execute(f"SELECT * FROM tickets WHERE day IN ({','.join('?' * 4)})", before)
        by_day: dict[str, list[Ticket]] = {}
        for row in past:
            by_day.setdefault(row["day"], []).append(store.thing_of(Ticket, row))
        old = [self._by_hour(some) for some in by_day.values()]
        usual = [
            {"hour": h, "issued": round(sum(next((x["issued"] for x in hours if x["hour"] == h), 0) for hours in old) / len(old), 1)}
            for h in (sorted({x["hour"] for hours in old for x in hours}) if old else ())
        ]
        codes = sorted({t.service for t in tickets})
        services = [{"code": c} | _sums([t for t in tickets if t.service == c], self.now) for c in codes]
        return {"day": day, "hours": self._by_hour(tickets), "services": services, "usual": usual}

    def _by_hour(self, tickets: list[Ticket]) -> list[dict]:
        hours: dict[int, list[Ticket]] = {}
        for t in tickets:
            if t.issued_at is not None:
                hours.setdefault(datetime.fromtimestamp(t.issued_at / 1000, self.zone).hour, []).append(t)
        return [{"hour": h} | _sums(some, self.now) for h, some in sorted(hours.items())]


def _sums(tickets: list[Ticket], now: int) -> dict:
    """Counts and waits (s) of some tickets."""
    first = [(t.legs[0].called_at if t.legs else t.called_at, t) for t in tickets]
    waits = sorted(max(0, called - (t.legs[0].line_at if t.legs else t.clock_at)) // 1000 for called, t in first if called)
    kept = sum(
        bool(called and t.target and called - (t.legs[0].line_at if t.legs else t.clock_at) <= t.target * 1000) for called, t in first
    )
    decided = len(waits) + sum(t.state is State.EXPIRED and not called for called, t in first)  # never called: not kept
    at = lambda share: waits[min(len(waits) - 1, int(share * len(waits)))] if waits else None
    return {
        "issued": sum(t.issued_at is not None for t in tickets),
        "done": sum(t.state is State.DONE for t in tickets),
        "missed": sum(t.misses > 0 for t in tickets),
        "kept": kept,
        "kept_pct": round(100 * kept / decided, 1) if decided else None,
        "wait_p50": at(0.5),
        "wait_p90": at(0.9),
    }
