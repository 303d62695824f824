"""What is told over the socket: watching rooms, their snapshots, and the news in them."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from config.codes import Reason, Role

from .alerts import Alert
from .common import Body, Instant, Said, Tell, Texts, WindowNo, upto
from .evaluations import Case, PadAsks
from .hall import CallShown, Hall, Notice, Service
from .machines import Device, Help
from .plans import ShownPlan
from .tickets import ClassCode, StaffTicket, TrackedTicket
from .windows import Window


class NewMessage(Body):
    text: Annotated[str, upto(200, 1)]
    window: WindowNo | None = None


class Watch(Body):
    """A list of rooms is enough where nothing was missed."""

    rooms: Annotated[list[str], Field(min_length=1, max_length=40)]
    after: Annotated[int, Field(ge=0)] | None = Field(default=None, description="the last `seq` seen: what came after is told again")


class News(Tell):
    """What every event carries. `changed` is merged into the room's snapshot (lists by key), `gone` names what leaves it."""

    seq: int | None = Field(description="the journal's number; null for what is not in the journal (board.changed)")
    at: Instant
    changed: dict[str, Any] | None = Field(default=None, description="left out where nothing has")
    gone: dict[str, list[str | int]] | None = Field(default=None, description="left out where nothing has")


class Missed(News):
    event: str = Field(description="its name")


class Watched(Tell):
    seq: int = Field(description="the last event that the snapshot holds")
    snapshot: dict[str, dict[str, Any]] = Field(description="by room")
    events: list[Missed] | None = Field(default=None, description="what was missed since `after`; left out where it is too much")


class RoomRefused(Tell):
    code: str
    detail: str


class WatchRefused(Tell):
    error: RoomRefused


class WindowRoom(Tell):
    hall: Hall
    window: Window
    services: list[Service]
    call: CallShown | None


class PadRoom(Tell):
    hall: Hall
    window: Window
    services: list[Service]
    evaluation: PadAsks | None


class TicketRoom(Tell):
    hall: Hall
    ticket: TrackedTicket


class DeskMessage(Tell):
    """A line from a manager to one desk or, without a window, to all; `say` where the hall itself says it."""

    id: str
    window: str | None
    text: str
    at: Instant
    by: str
    say: Said | None = None


class GreenReason(Tell):
    """A reason that opens the green channel in this hall, or one of the hall's own classes, which is asked for likewise."""

    reason: Reason | ClassCode = Field(description="of one of the hall's own classes its code")
    say: Said
    class_: ClassCode = Field(alias="class")
    given_by: list[Role] | None = Field(default=None, description="who gives it; null: everybody who gives the green channel")
    proof: Texts = Field(default={}, description="what must have been seen before")


class StaffRoom(Tell):
    hall: Hall
    services: list[Service]
    windows: list[Window]
    tickets: list[StaffTicket]
    notices: list[Notice] | None = None
    messages: list[DeskMessage] | None = Field(default=None, description="today's, newest first")
    help: list[Help] | None = Field(default=None, description="who waits for a guide, newest first")
    green: list[GreenReason] = Field(description="the reasons that open the green channel, then the hall's own classes")
    papers: bool = Field(default=False, description="whoever lacks papers may come back with them without queueing again")


class ManagersRoom(StaffRoom):
    alerts: list[Alert]
    devices: list[Device]
    today: dict[str, float | None] = Field(description="the day's figures so far")
    plans: list[ShownPlan] | None = None
    cases: list[Case] = Field(default=[], description="bad evaluations to be followed up")
