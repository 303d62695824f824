"""Rows of the journal."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, StringConstraints

from .common import Day, Instant, Language, Query, Tell, Texts, WindowNo, upto, whole

THING = r"^(setting|service|window|staff|ticket|case):[^\x00-\x1f\x7f]{1,80}$"


class NarrowedEvents(Query):
    day: Day | None = Field(default=None, description="only of this day")
    number: Annotated[str, upto(20)] | None = Field(default=None, description="only of this number, such as A012")
    window: WindowNo | None = Field(default=None, description="only of this window")
    actor: Annotated[str, upto(120)] | None = Field(default=None, description="only what this person or token did, as `actor` of a row")
    kind: Annotated[str, upto(40)] | None = Field(default=None, description="only of this kind, such as `setting.changed`")
    thing: Annotated[str, StringConstraints(pattern=THING)] | None = Field(
        default=None,
        description="only the history of one thing, from its making on: `setting:rules`, `service:tax`, `window:3`, `staff:li`, "
        "`ticket:<id>`, `case:<id of its evaluation>`",
    )


class EventsQuery(NarrowedEvents):
    after: Annotated[int, Field(ge=0, le=2**53), BeforeValidator(whole)] = 0
    before: Annotated[int, Field(ge=1, le=2**53), BeforeValidator(whole)] | None = Field(
        default=None, description="instead of `after`: the last rows before this one; `next` is the `before` of the rows before them"
    )
    limit: Annotated[int, Field(ge=1, le=1000), BeforeValidator(whole)] = 100


class EventsFileQuery(NarrowedEvents):
    language: Language | None = None


class ChainLook(Tell):
    """Once the journal was looked through."""

    at: Instant
    upto: int = Field(description="the last event that was looked at")
    bad: int | None = Field(description="the first event that is not what was written; null where all are")
    reason: str


class LastCheckpoint(Tell):
    seq: int = Field(description="the event up to which it speaks")
    at: Instant
    key: str = Field(description="the fingerprint of the hall's key, as it stands on every sheet")


class KeptCheckpoints(Tell):
    folder: str
    elsewhere: bool = Field(description="whether the folder is one that was named, and not the hall's own")
    trouble: str = Field(description="why the last one could not be written; empty where it was")


class ChainState(Tell):
    """What is known of the journal's chain without looking through it."""

    rows: int
    end: ChainLook | None = Field(description="its end, at the server's last start")
    whole: ChainLook | None = Field(description="all of it, once a day; null before the first since the server's start")
    checkpoint: LastCheckpoint | None
    kept: KeptCheckpoints


class By(Tell):
    """Who did it, as it is called today."""

    role: str = Field(description="the role of a person or token; else `holder`, `public`, `hall`, `command`")
    name: str


class RowChange(Tell):
    """One value that the event changed."""

    table: str
    key: str = Field(description="which service, window, member of staff, setting, …")
    field: str = Field(description="the column; of a setting the path of the value")
    name: Texts = Field(description="what people call the field; empty where it has no name of its own")
    old: Any = Field(default=None, description="null where there was none, or the row is of a version that did not write it down")
    new: Any = None
    old_name: Texts = Field(default={}, description="what people call the value, where it is a code")
    new_name: Texts = {}


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
    changes: list[RowChange] = Field(default=[], description="old and new values, drawn from `body`; no part of the chain")
    more: int = Field(default=0, description="how many further values changed")
