"""Setting `rosters`, [rosters] of a hall file: when each window is planned to work, by weekday and on single days. It decides nothing."""

from __future__ import annotations

from datetime import date

from config.settings.base import WEEKDAYS, ByName, Day, Partial, Spans, WindowNo


class Roster(Partial):
    """The times at which one window works; what lies between two of them is its break. An empty day is one on which it does not work;
    of a weekday that is not named nothing is planned, and past days say when it works. `days` overrides."""

    monday: Spans | None = None
    tuesday: Spans | None = None
    wednesday: Spans | None = None
    thursday: Spans | None = None
    friday: Spans | None = None
    saturday: Spans | None = None
    sunday: Spans | None = None
    days: dict[Day, Spans] = {}

    def on(self, day: date, weekday: int) -> tuple[str, ...] | None:
        """What is planned for a day that counts as `weekday` (0 for Monday): () is no work; None where nothing is planned."""
        return self.days.get(day.isoformat(), getattr(self, WEEKDAYS[weekday]))


class Rosters(ByName[Roster]):
    root: dict[WindowNo, Roster] = {}
