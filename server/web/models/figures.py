"""Figures of days."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from .common import Day, Language, Query

Grouping = Literal["service", "window", "type", "zone", "clerk", "class", "channel"]


class DayQuery(Query):
    day: Day | None = None


class DaysQuery(Query):
    """A span of days, both counted: 1,100 at most, and the first not after the last. Any other span is refused."""

    from_: Day | None = Field(default=None, alias="from", description="default: 29 days before `to`")
    to: Day | None = Field(default=None, description="counted too, not before `from`, and 1,099 days after it at most; default: today")


class ReportQuery(DaysQuery):
    language: Language | None = None


class HistoryQuery(DaysQuery):
    by: Grouping = Field(default="service", description="what the figures are told by, beside the days")
