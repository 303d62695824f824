"""Figures of days."""

from __future__ import annotations

from pydantic import Field

from .common import Day, Query


class DayQuery(Query):
    day: Day | None = None


class DaysQuery(Query):
    from_: Day | None = Field(default=None, alias="from", description="default: 29 days before `to`")
    to: Day | None = Field(default=None, description="counted too; default: today")
