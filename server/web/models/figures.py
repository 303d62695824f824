"""Figures of days."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from .common import Day, Query

Grouping = Literal["service", "window", "type", "clerk", "class", "channel"]


class DayQuery(Query):
    day: Day | None = None


class DaysQuery(Query):
    """A span of days, both counted. One that ends before it begins holds no day: its answer is empty, and no refusal."""

    from_: Day | None = Field(default=None, alias="from", description="default: 29 days before `to`")
    to: Day | None = Field(default=None, description="counted too; default: today. Before `from`: the span is empty")


class HistoryQuery(DaysQuery):
    by: Grouping = Field(default="service", description="what the figures are told by, beside the days")
