"""What is prepared for peaks, and rules tried on a recorded day."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, StringConstraints

from config import settings

from .common import Body, Instant, Tell


class ShownPlan(settings.Plan):
    active_since: Instant | None = None


class Preview(Body):
    """A rule set as PUT /settings/rules takes it, and the day to try it on (the last recorded one unless given)."""

    value: dict[str, Any]
    day: Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")] | None = None


class PlanActive(Body):
    active: bool


class Previewed(Tell):
    """`figures`: {now, proposed, own_letters} of shares kept in percent and waits in minutes. `own_letters`: as proposed, if each service
    had a prefix of its own; where none is shared it is left out."""

    day: str
    shared: list[str] = Field(description="prefixes that several services of that day have in common")
    figures: dict[str, dict[str, Any]]
