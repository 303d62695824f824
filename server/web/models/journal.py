"""Rows of the journal."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from .common import Day, Instant, Query, Tell, Texts, WindowNo, upto, whole


class EventsQuery(Query):
    after: Annotated[int, Field(ge=0, le=2**53), BeforeValidator(whole)] = 0
    before: Annotated[int, Field(ge=1, le=2**53), BeforeValidator(whole)] | None = Field(
        default=None, description="instead of `after`: the last rows before this one; `next` is the `before` of the rows before them"
    )
    limit: Annotated[int, Field(ge=1, le=1000), BeforeValidator(whole)] = 100
    day: Day | None = Field(default=None, description="only of this day")
    number: Annotated[str, upto(20)] | None = Field(default=None, description="only of this number, such as A012")
    window: WindowNo | None = Field(default=None, description="only of this window")


class By(Tell):
    """Who did it, as it is called today."""

    role: str = Field(description="the role of a person or token; else `holder`, `public`, `hall`, `command`")
    name: str


class Row(Tell):
    """A row of the journal."""

    seq: int
    at: Instant
    kind: str
    actor: str
    ticket: str | None
    window: str | None
    body: dict[str, Any]
    prev: str
    hash: str
    by: By | None = Field(default=None, description="who `actor` is; no part of the chain")
    names: dict[str, Texts] = Field(
        default={}, description="what people call the service, device or machine that `body` names by its code; no part of the chain"
    )
