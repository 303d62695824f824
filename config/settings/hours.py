"""Setting `hours`, [hours] of a hall file: opening hours by weekday with the lunch break between, and the days that are different."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field, Strict

from config.settings.base import WEEKDAYS, Day, Flag, Setting, Spans


class Hours(Setting):
    """Spans by weekday; `holidays` closes single dates, `days` overrides them. Where no weekday is named the hall is open on all other
    dates; as soon as one is, the others are closed."""

    UNSAID: ClassVar = WEEKDAYS  # a weekday that is not named is not a closed one

    monday: Spans = ()
    tuesday: Spans = ()
    wednesday: Spans = ()
    thursday: Spans = ()
    friday: Spans = ()
    saturday: Spans = ()
    sunday: Spans = ()
    holidays: tuple[Day, ...] = ()
    days: dict[Day, Spans] = {}
    first_number: Annotated[int, Strict(), Field(ge=0, le=14_400, description="numbers already so long before opening, s")] = 900
    last_number: Annotated[int, Strict(), Field(ge=0, le=14_400, description="no more numbers so long before closing, s")] = 0
    enforce: Flag = Field(False, description="whether numbers are refused outside of these hours; a desk may always issue")

    @property
    def by_weekday(self) -> bool:
        """Whether any weekday is named at all."""
        return not self.model_fields_set.isdisjoint(WEEKDAYS)
