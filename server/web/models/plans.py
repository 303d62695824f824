"""What is prepared for peaks, and rules tried on a recorded day."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, StringConstraints

from .common import Body, Instant, Tell


class Lending(Tell):
    """A window's services for a time: lent, or only these."""

    window: str
    services: list[str]
    only: bool | None = None
    weekdays: list[str] | None = None
    dates: list[str] | None = None
    from_: str | None = Field(default=None, alias="from")
    to: str | None = None
    note: str | None = None


class Peak(Tell):
    waiting: int | None = None
    oldest: int | None = Field(default=None, description="seconds")


class PlanNotice(Tell):
    text: str
    text_en: str | None = None


class Posted(Tell):
    window: str
    name: str


class PlanQuota(Tell):
    """Numbers given out at most between two minutes of the day."""

    service: str
    start: int
    end: int
    tickets: int


class Plan(Tell):
    """What is prepared for a peak."""

    id: str
    name: str
    services: list[str] | None = None
    dates: list[str] | None = None
    expect: float | None = Field(default=None, description="percent of the usual visitors on these dates")
    when: Peak | None = None
    lends: list[Lending] | None = None
    open: list[str] | None = None
    people: list[Posted] | None = None
    quotas: list[PlanQuota] | None = None
    notice: PlanNotice | None = None
    auto: bool | None = None
    active_since: Instant | None = None


class Preview(Body):
    """A rule set as PUT /settings/rules takes it, and the day to try it on (the last recorded one unless given)."""

    value: dict[str, Any]
    day: Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")] | None = None


class Previewed(Tell):
    """`figures`: {now, proposed} of shares kept in percent and waits in minutes."""

    day: str
    figures: dict[str, dict[str, Any]]
