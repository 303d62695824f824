"""Rows of the journal."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from .common import Instant, Query, Tell, whole


class EventsQuery(Query):
    after: Annotated[int, Field(ge=0, le=2**53), BeforeValidator(whole)] = 0
    limit: Annotated[int, Field(ge=1, le=1000), BeforeValidator(whole)] = 100


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
