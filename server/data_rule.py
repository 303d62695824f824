"""The data rule (统一叫号数据规则): what is told of numbers, their legs and their evaluations, field by field, one row each, for any
program outside. It names nobody who came: no name, phone or card, no hash of one, no comment. It reads the tables and changes nothing."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Protocol
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from config.settings.base import Day, HallCode

from .domain.things import Evaluation
from .domain.tickets import Ticket
from .domain.visits import visit
from .record import store

FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")  # a spreadsheet reckons what begins so; the last marks what was marked
MANY = 500  # evaluations that are read at once


@dataclass(frozen=True)
class Coded:
    """Of which set of codes a field is: a name of `GET /codes`, or `services` or `windows` of the hall."""

    table: str


class Readers(Protocol):
    def __call__(self) -> AbstractContextManager[sqlite3.Connection]: ...


class DataRow(BaseModel):
    """Frozen; a field that the rule does not know is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


def _several(value: Any) -> Any:
    """Several codes in one cell of a CSV file."""
    return [one for one in value.split(";") if one] if isinstance(value, str) else value


Short = Annotated[str, StringConstraints(max_length=200)]
Ms = Annotated[int, Field(ge=0, le=10**9)]
Codes = Annotated[list[Short], BeforeValidator(_several)]


class NumberRow(DataRow):
    """One number, or one booking that never became a number."""

    hall: HallCode = Field(description="code of the hall: 12 digits of the division and 2 of the hall's own")
    id: Short = Field(description="of this number in this hall, for ever; by it legs and evaluations name it")
    key: Short | None = Field(description="hall, day and running number, unique among all halls; none of a booking that never came")
    day: Day = Field(description="in the hall's own time")
    number: Short | None = Field(description="as printed and called")
    seq: int | None = Field(description="the day's running number over all series")
    series: Short = Field(description="the row of numbers that it stands in")
    service: Annotated[Short, Coded("services")] = Field(description="for which it was taken; of one that went on, the last")
    class_: Annotated[Short, Coded("classes")] = Field(alias="class", description="who goes before whom")
    reason: Annotated[Short, Coded("reasons")] | None = Field(description="of the green channel")
    channel: Annotated[Short, Coded("channels")] = Field(description="where it was taken")
    state: Annotated[Short, Coded("states")] = Field(description="what became of it")
    issued_at: AwareDatetime | None = Field(description="when it was taken")
    finished_at: AwareDatetime | None = Field(description="when it was finished, given up or void")
    slot_at: AwareDatetime | None = Field(description="of a booking: when its slot began")
    slot_end: AwareDatetime | None = Field(description="of a booking: when its slot ended")
    times_called: int = Field(ge=0, description="calls and repeated calls of the last leg")
    told_p10_s: int | None = Field(description="the wait that was told with it: one in ten was thought to be called sooner, s")
    told_p50_s: int | None = Field(description="half were thought to be called sooner, s")
    told_p90_s: int | None = Field(description="nine in ten were thought to be called sooner, s")
    language: Short = Field(description="of the slip and of calls")
    offline: bool = Field(description="given out by a kiosk while it was alone")
    kiosk: Short | None = Field(description="name of the machine that gave it out")
    onward: Annotated[Codes, Coded("services")] = Field(description="services that were still to be visited on it")
    persons: int = Field(ge=1, description="who stood together on it")
    authority: Annotated[Short, Coded("authorities")] | None = Field(description="by what somebody acted for its holder")
    package: Short | None = Field(description="code of the package, several services at once, that it was taken for")
    left_out: Annotated[Codes, Coded("services")] = Field(description="services of its package that were not visited on it")
    back_for: Annotated[Short, Coded("back_for")] | None = Field(description="why its holder might come back without queueing again")
    back_until: AwareDatetime | None = Field(description="until when; none where that was used, or nobody might")
    back_of: Short | None = Field(description="id of the number whose right to come back this one came by")
    referred_to: HallCode | None = Field(description="code of the hall that it was sent to, whether or not it was taken over there")
    referral_state: Annotated[Short, Coded("referral_states")] | None = Field(description="what that hall has said")
    came_from: HallCode | None = Field(description="code of the hall that has sent it here")
    number_there: Short | None = Field(description="its number in that other hall")
    referred_for: Annotated[Short, Coded("referral_reasons")] | None = Field(description="why it went from one hall to another")


class LegRow(DataRow):
    """One service visited on a number."""

    ticket: Short = Field(description="id of the number")
    leg: int = Field(ge=1, description="counted from 1")
    service: Annotated[Short, Coded("services")] = Field(description="what was visited")
    window: Annotated[Short, Coded("windows")] | None = Field(description="where it was called to last")
    clerk: Short | None = Field(description="sign-in name of who served; no name of who came is ever told")
    line_at: AwareDatetime = Field(description="its place in line")
    clock_at: AwareDatetime = Field(description="when its wait began")
    first_called_at: AwareDatetime | None = Field(description="its first call: what the promise goes by")
    called_at: AwareDatetime | None = Field(description="its last call")
    started_at: AwareDatetime | None = Field(description="when its service began")
    finished_at: AwareDatetime | None = Field(description="when it was finished, given up or void")
    held_ms: Ms = Field(description="for how long it was put aside, ms")
    misses: int = Field(ge=0, description="calls to which nobody came")
    promised_s: int | None = Field(description="the promised wait, s")
    outcome: Annotated[Short, Coded("outcomes")] | None = Field(description="how the service ended")
    marks: Annotated[Codes, Coded("marks")] = Field(description="what was said of it besides")
    waived: int = Field(ge=0, description="papers that were not asked for")


class EvaluationRow(DataRow):
    """One service that was to be evaluated, and what came of it. Its words are not told: they may name somebody."""

    ticket: Short = Field(description="id of the number")
    leg: int = Field(ge=1, description="which of its services")
    service: Annotated[Short, Coded("services")] = Field(description="what was evaluated")
    window: Annotated[Short, Coded("windows")] = Field(description="where")
    clerk: Short | None = Field(description="sign-in name of who served")
    opened_at: AwareDatetime = Field(description="from when it could be given")
    expires_at: AwareDatetime = Field(description="until when")
    state: Annotated[Short, Coded("evaluation_states")] = Field(description="what came of it")
    grade: Annotated[int, Coded("grades")] | None = Field(description="5 very satisfied to 1 very dissatisfied; none: not evaluated")
    tags: Annotated[Codes, Coded("tags")] = Field(description="of the national platform")
    anonymous: bool = Field(description="whether who evaluated wished not to be named")
    channel: Short = Field(description="pad, qr; empty where none was given")
    given_at: AwareDatetime | None = Field(description="when it was given")


DAYS: dict[str, type[DataRow]] = {"tickets": NumberRow, "legs": LegRow, "evaluations": EvaluationRow}
FORMS = ("jsonl", "csv")


def columns(row: type[DataRow]) -> dict[str, Any]:
    """{name in a file: its field} of a row, in their order."""
    return {field.alias or name: field for name, field in row.model_fields.items()}


def coded(row: type[DataRow]) -> dict[str, str]:
    """{name in a file: the set of codes that it is of}."""
    kinds = {name: [m for m in (*f.metadata, *_inner(f.annotation)) if isinstance(m, Coded)] for name, f in columns(row).items()}
    return {name: found[0].table for name, found in kinds.items() if found}


def _inner(annotation: Any) -> Iterator[Any]:
    for one in getattr(annotation, "__args__", ()):
        yield from getattr(one, "__metadata__", ())


def of_cells(row: type[DataRow], cells: dict[str, str]) -> DataRow:
    """A row of a CSV file; ValidationError where it is none."""
    plain = {name: text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text for name, text in cells.items()}
    fields = columns(row)
    empty = lambda name: None if name in fields and _none(fields[name].annotation) else ""
    return row.model_validate({name: text or empty(name) for name, text in plain.items()})


def _none(annotation: Any) -> bool:
    return type(None) in getattr(annotation, "__args__", ())


# ---------------------------------------------------------------- out


def written(readers: Readers, table: str, form: str, first: str, last: str, hall: str, zone: ZoneInfo) -> Iterator[str]:
    """A table of the days `first` to `last` (both counted) as text, a part for each day: however many they are, one day is in memory."""
    kind = DAYS[table]
    if form == "csv":
        yield "\ufeff" + ",".join(columns(kind)) + "\r\n"
    on, end = date.fromisoformat(first), date.fromisoformat(last)
    while on <= end:
        with readers() as reader:
            some = list(rows(reader, table, on.isoformat(), hall, zone))
        yield from filter(None, (text_of(some, form, kind),))
        on += timedelta(days=1)


def text_of(some: Iterable[dict[str, Any]], form: str, kind: type[DataRow]) -> str:
    if form == "jsonl":
        return "".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n" for row in some)
    out = io.StringIO()
    sheet = csv.DictWriter(out, columns(kind))
    for row in some:
        sheet.writerow({name: _cell(value) for name, value in row.items()})
    return out.getvalue()


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return ";".join(map(str, value))
    text = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(FORMULA) else text


def rows(reader: sqlite3.Connection, table: str, day: str, hall: str, zone: ZoneInfo) -> Iterator[dict[str, Any]]:
    """What is told of one day, in the order in which numbers were taken; bookings that never came after them."""
    at = lambda ms: None if ms is None else datetime.fromtimestamp(ms / 1000, zone).isoformat(timespec="milliseconds")
    tickets = sorted(store.find(reader, Ticket, day=day), key=lambda t: (t.seq is None, t.seq or 0, t.slot, t.id))
    if table == "tickets":
        yield from (_number(t, hall, at) for t in tickets)
    elif table == "legs":
        yield from (_leg(t, n, leg, at) for t in tickets for n, leg in enumerate(visit(t), 1))
    else:
        ids = [f"{t.id}.{n}" for t in tickets for n in range(1, len(visit(t)) + 1)]
        for begin in range(0, len(ids), MANY):
            some = {id: n for n, id in enumerate(ids[begin : begin + MANY])}
            found = store.find(reader, Evaluation, id=list(some))
            yield from (_evaluation(e, at) for e in sorted(found, key=lambda e: some[e.id]))


def _number(t: Ticket, hall: str, at: Any) -> dict[str, Any]:
    return {
        "hall": hall, "id": t.id, "key": t.key, "day": t.day, "number": t.number, "seq": t.seq, "series": t.series, "service": t.service,
        "class": str(t.class_), "reason": t.reason, "channel": str(t.channel), "state": str(t.state), "issued_at": at(t.issued_at),
        "finished_at": at(t.finished_at), "slot_at": at(t.slot_at), "slot_end": at(t.slot_end), "times_called": t.times_called,
        "told_p10_s": t.wait_p10, "told_p50_s": t.wait_p50, "told_p90_s": t.wait_p90, "language": t.language, "offline": t.offline,
        "kiosk": t.kiosk, "onward": list(t.onward), "persons": t.persons, "authority": t.authority or None, "package": t.package,
        "left_out": [leg.service for leg in t.plan if not leg.needed], "back_for": t.back_for or None, "back_until": at(t.back_until),
        "back_of": t.back_of, "referred_to": t.referral.get("to"), "referral_state": t.referral.get("state"),
        "came_from": t.referral.get("from"), "number_there": t.referral.get("number"), "referred_for": t.referral.get("why") or None,
    }  # fmt: skip


def _leg(t: Ticket, n: int, leg: Any, at: Any) -> dict[str, Any]:
    return {
        "ticket": t.id, "leg": n, "service": leg.service, "window": leg.window, "clerk": leg.clerk, "line_at": at(leg.line_at),
        "clock_at": at(leg.clock_at), "first_called_at": at(leg.first_called_at), "called_at": at(leg.called_at),
        "started_at": at(leg.started_at), "finished_at": at(leg.finished_at), "held_ms": leg.held, "misses": leg.misses,
        "promised_s": leg.target, "outcome": leg.outcome and str(leg.outcome),
        "marks": list(leg.marks), "waived": leg.waived,
    }  # fmt: skip


def _evaluation(e: Evaluation, at: Any) -> dict[str, Any]:
    return {
        "ticket": e.ticket, "leg": e.leg, "service": e.service, "window": e.window, "clerk": e.clerk, "opened_at": at(e.opened_at),
        "expires_at": at(e.expires_at), "state": str(e.state), "grade": e.grade, "tags": list(e.tags), "anonymous": e.anonymous,
        "channel": e.channel, "given_at": at(e.given_at),
    }  # fmt: skip
