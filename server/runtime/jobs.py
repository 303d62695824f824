"""All that is reckoned beside the hall: waits, alerts to come, visitors, windows, rules tried out, reports. It changes nothing.

The running server has it done in a process of its own (runtime/worker.py), so that no call waits for it; a test does it where it stands.
Each public method of Jobs is one that the server asks for by its name; arguments and answers are values, never the hall itself.
"""

from __future__ import annotations

import io
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from config.settings.rules import Rules
from config.words import Words

from ..domain.dispatch import LookedAhead
from ..domain.floor import Floor
from ..domain.line import NOTHING, usual_minutes
from ..domain.private import KeptDay
from ..domain.things import Window
from ..forecast import alerts, calibration, history, proposed, recorded_days, tuning
from ..forecast.advisor import Advisor
from ..forecast.ahead_task import AheadTask
from ..forecast.alerts import Breach, PlanEffect
from ..forecast.answers import NothingRecorded
from ..forecast.calibration import WaitOutcome
from ..forecast.learned import Learned
from ..forecast.reassigned import reassigned
from ..forecast.state import hall_state
from ..forecast.wait_forecast import WaitForecaster
from ..forecast.wait_picture import HallState, WaitForecast
from ..record import audit, backup, checkpoint
from ..record.keys import HallUnfit
from ..record.visits import kept_day
from ..reports import figures, sheet
from ..reports.history import history as many_days

CHECKED_DAYS = 10  # past days of which it is told how true the told waits were
REFUSALS = (ValueError, OverflowError, NothingRecorded)  # what a job answers to what cannot be asked


class Looked(Protocol):
    """A ledger, or what stands in its place for whoever only looks (record/follower.py)."""

    folder: Path
    zone: ZoneInfo
    clock: Callable[[], int]
    waits: Any
    ahead: Any

    @property
    def floor(self) -> Floor: ...


class Jobs:
    """`looked` is where the hall is looked up; `reader()` lends a connection for past days; `changed(waits)` hears of each new forecast,
    `ahead` of each look ahead."""

    def __init__(
        self,
        looked: Looked,
        reader: Callable[[], AbstractContextManager[Any]],
        words: Words,
        *,
        changed: Callable[[WaitForecast], None] | None = None,
        ahead: Callable[[dict[str, LookedAhead]], None] | None = None,
    ):
        self.looked, self.reader, self.words = looked, reader, words
        self.forecaster = WaitForecaster(looked, changed=changed, teach=self._teach)
        self._outcomes: tuple[str, int, list[WaitOutcome]] = ("", 0, [])  # of the days before this one
        self.ahead = AheadTask(looked, lambda: self.forecaster.learned, changed=ahead)
        self.advisor = Advisor(looked, reader, learned=lambda: self.forecaster.learned)

    def start(self) -> Jobs:
        self.forecaster.start()
        self.ahead.start()
        self.advisor.start()
        return self

    def do(self, name: str, *given: Any) -> Any:
        """What the method `name` answers."""
        return getattr(self, name)(*given)

    # -- by name

    def advice(self, day: str | None, now: int) -> dict[str, Any]:
        """See Advisor.advice; of the next open day where none is given. With "of" (that day), "next_day" and "open"."""
        floor, advisor = self.looked.floor, self.advisor
        next_day = advisor.next_day(floor, now)
        day = day or next_day
        found = advisor.advice(floor, day, now) if day else {"hour": None, "day": None, "ready": True}
        return found | {"of": day, "next_day": next_day, "open": bool(day) and advisor.opens(floor, day)}

    def visitors(self, day: str | None, now: int, service: str | None) -> dict[str, Any]:
        """See Advisor.told; of today where no day is given."""
        return self.advisor.told(self.looked.floor, day or self.advisor.today(now), now, service)

    def told_waits(self) -> dict[str, Any]:
        """What was told against what came: "days" (past ones), "past" and "today" {group: Coverage} (calibration.by_group), "corrected"
        (outcomes that correct what is told now) and "unseen"."""
        floor, waits, learned = self.looked.floor, self.looked.waits, self.forecaster.learned
        if self._outcomes[0] != floor.day:
            with self.reader() as connection:
                self._outcomes = (floor.day, *history.past_outcomes(connection, floor.day, CHECKED_DAYS))
        today = [one for t in floor.tickets.values() if t.day == floor.day and (one := history.outcome_of(t)) is not None]
        _, days, past = self._outcomes
        return {
            "days": days,
            "past": calibration.by_group(past),
            "today": calibration.by_group(today),
            "corrected": calibration.behind(learned.corrections if learned else {}),
            "unseen": waits and waits.look.unseen,
        }

    def likely(self, standing: Iterable[str], told: Iterable[str]) -> tuple[list[dict[str, Any]], set[str]]:
        """(alerts to raise, ids to clear) of promises that are likely to break, given the ids that stand and those (service-rank) whose
        broken wait is told already."""
        waits: WaitForecast | None = self.looked.waits
        told = set(told)
        if waits is None:
            return [], set()
        state, now = self._state(), self.looked.clock()
        new, over = alerts.changes(standing, state, now, waits.look, told)
        return [b.alert(self._remedies(state, now, b)) for b in new], set(over)

    def remedies(self, service: str, rank: str) -> tuple[dict[str, Any], ...]:
        """What would help the promises of a service and class, best first."""
        breach = Breach(service=service, rank=rank, tickets=(), chance=1.0)
        return tuple(r.as_dict() for r in self._remedies(self._state(), self.looked.clock(), breach))

    def preview(self, day: str | None, rules: dict[str, Rules]) -> dict[str, Any]:
        """See recorded_days.preview; of the last day on which numbers were taken where none is given."""
        floor = self.looked.floor
        with self.reader() as connection:
            day = day or recorded_days.last_day(connection, floor.day)
            if day is None:
                raise NothingRecorded
            return recorded_days.preview(connection, floor, day, self.looked.zone, rules, self._minutes())

    def reassigned(self, windows: Mapping[str, Window]) -> dict[str, Any]:
        """See forecast/reassigned.py."""
        return reassigned(self.looked.floor, windows, self.looked.clock(), self.forecaster.learned)

    def rosters(self, days: int) -> dict[str, Any]:
        """What the last `days` on which numbers were taken propose as rosters: {"days", "windows"} (see forecast/proposed.py)."""
        floor, zone = self.looked.floor, self.looked.zone
        with self.reader() as connection:
            some = recorded_days.last_days(connection, floor.day, days, 1)
            shifts = history.past_shifts(connection, floor.hours, some, zone)
        worked = Counter(floor.hours.weekday(date.fromisoformat(day)) for day in some)
        return {"days": len(some), "windows": proposed.rosters(shifts, worked, history.usual_hours(floor.hours, floor.day, zone))}

    def weights(self, today: str) -> dict[str, Any]:
        """What the days before `today` say of the weights: arguments of actions.weigh (see forecast/tuning.py)."""
        floor = self.looked.floor
        with self.reader() as connection:
            days = recorded_days.last_days(connection, today, tuning.MOST_DAYS, tuning.LEAST_NUMBERS)
            if len(days) < tuning.LEAST_DAYS:
                found = tuning.Weighed(days=len(days))
            else:
                hall = recorded_days.past(connection, floor, days, self.looked.zone, usual_minutes(floor, self._minutes()))
                found = tuning.weigh(hall, floor.rules)
        last = {"day": today, "outcome": found.outcome, "days": found.days, "gain": found.gain}
        return {"after": found.factors, "last": last}

    def past_days(self, days: list[str]) -> list[KeptDay]:
        """Past days as they are kept for reports; none of which something may still change by itself."""
        with self.reader() as connection:
            return [one for day in days if (one := kept_day(connection, day))]

    def history(self, first: str, last: str, now: int, by: str) -> dict[str, Any]:
        """See reports/history.py."""
        with self.reader() as connection:
            return many_days(connection, first, last, now, by)

    def report(self, first: str, last: str, now: int, language: str, form: str) -> bytes:
        """The figures of some days as a file: "xlsx" or "csv"; with the spreadsheet of one day goes a checkpoint of the journal."""
        with self.reader() as connection:
            report = figures.report(connection, first, last, now, language)
        if form == "csv":
            return sheet.csv_text(report, self.words, language).encode()
        with io.BytesIO() as file:
            sheet.xlsx(report, file, self.words, language, self._signed() if first == last else None)
            return file.getvalue()

    def _signed(self) -> checkpoint.Checkpoint | None:
        """The journal as it is now, signed; None where it cannot be."""
        try:
            return checkpoint.make(self.looked.folder, clock=self.looked.clock)
        except (checkpoint.NothingToSign, HallUnfit, OSError, sqlite3.Error):
            return None

    def verify(self) -> audit.Verdict:
        """Whether the journal is whole."""
        return audit.verify(self.looked.folder)

    def backup(self, to: Path, now: datetime, keep: int, public_keys: Sequence[str]) -> tuple[str, str, str]:
        """See record/backup.result."""
        return backup.result(self.looked.folder, to, now, keep, public_keys)

    # --

    def _teach(self, floor: Floor) -> Learned | None:
        with self.reader() as connection:
            taught = history.from_past(connection, floor, self.looked.zone)
        return taught and self.advisor.as_today(floor, taught)

    def _minutes(self) -> Mapping[str, float]:
        """Usual minutes as past days taught them."""
        return self.forecaster.learned.minutes if self.forecaster.learned else NOTHING

    def _state(self) -> HallState:
        return hall_state(self.looked.floor, self.looked.clock(), self.forecaster.learned)

    def _remedies(self, state: HallState, now: int, breach: Breach) -> list[alerts.Remedy]:
        return alerts.remedies(state, now, breach, plans=_plans(self.looked.floor))


def _plans(floor: Floor) -> list[PlanEffect]:
    """Those that are prepared and not in force."""
    return [
        PlanEffect(
            id=p.id,
            open=p.open,
            lends={x.window: x.services for x in p.lends},
            only=frozenset(x.window for x in p.lends if x.only),
        )
        for p in floor.plans.items
        if p.id not in floor.plans_active.root
    ]
