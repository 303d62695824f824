"""Setting `rosters`, [rosters] of a hall file: when each window is planned to work, by weekday and on single days. It decides nothing."""

from __future__ import annotations

from config.settings.base import ByName, OwnWeek, WindowNo


class Roster(OwnWeek):
    """The times at which one window works; what lies between two of them is its break. An empty day is one on which it does not work;
    of a weekday that is not named nothing is planned, and past days say when it works. `days` overrides."""


class Rosters(ByName[Roster]):
    root: dict[WindowNo, Roster] = {}
