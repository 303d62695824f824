"""What is prepared for peaks, and rules tried on a recorded day."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, StringConstraints

from config import settings

from .common import Body, Instant, Query, Said, Tell


class ShownPlan(settings.Plan):
    active_since: Instant | None = None


class Preview(Body):
    """A rule set as PUT /settings/rules takes it, and the day to try it on (the last recorded one unless given)."""

    value: dict[str, Any]
    day: Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")] | None = None


class PlanActive(Body):
    active: bool


class ProposalQuery(Query):
    days: Annotated[int, Field(ge=3, le=60, description="past days on which numbers were taken, the last ones")] = 20


class RosterProposal(Tell):
    """`value`: as the setting `rosters` takes it. A weekday of which nothing is known is left out."""

    days: int = Field(description="past days behind it")
    value: dict[str, dict[str, list[str]]]


class RosterMistake(Tell):
    row: int = Field(description="0: the file as a whole")
    say: Said


class RosterListPreview(Tell):
    """A file of rosters, as the setting `rosters` takes what is in it. Where `wrong` holds anything, it is not to be put."""

    value: dict[str, dict[str, Any]]
    wrong: list[RosterMistake]


class Previewed(Tell):
    """`figures`: {now, proposed, own_letters, no_grace} of shares kept in percent and waits in minutes. `own_letters`: as proposed, if each
    service had a prefix of its own; where none is shared it is left out. `no_grace`: as proposed, if nobody went first for being past the
    promise until the longest wait is reached; where that is so already it is left out."""

    day: str
    shared: list[str] = Field(description="prefixes that several services of that day have in common")
    figures: dict[str, dict[str, Any]]
