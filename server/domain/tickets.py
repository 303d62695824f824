"""A ticket and everything that can happen to it. The table is the whole truth about states; nothing here knows a database.

Instants are integer milliseconds since the epoch, durations whole seconds.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from config.codes import Channel, Class, Rank, SkipReason, State

from .errors import NotNow
from .texts import FIRST

S = State

# Everything that can change a ticket's state is in this table. Read a row as: "from this state, these actions, leading there".
# An empty row is final on purpose.
MOVES: dict[State, dict[str, State]] = {
    S.BOOKED: {"checkin": S.WAITING, "rebook": S.BOOKED, "refer": S.REFERRED, "cancel": S.CANCELLED, "expire": S.EXPIRED},
    S.WAITING: {
        "call": S.CALLED,
        "postpone": S.WAITING,
        "transfer": S.WAITING,
        "make_green": S.WAITING,
        "refer": S.REFERRED,
        "cancel": S.CANCELLED,
        "expire": S.EXPIRED,
    },
    S.CALLED: {
        "recall": S.CALLED,
        "start": S.SERVING,
        "miss": S.MISSED,
        "undo": S.WAITING,
        "put_back": S.WAITING,
        "cancel": S.CANCELLED,
        "expire": S.EXPIRED,
    },
    S.SERVING: {
        "hold": S.HELD,
        "put_back": S.WAITING,
        "transfer": S.WAITING,
        "onward": S.WAITING,
        "refer": S.REFERRED,
        "finish": S.DONE,
        "expire": S.EXPIRED,
    },
    S.HELD: {"resume": S.SERVING, "onward": S.WAITING, "finish": S.DONE, "expire": S.EXPIRED},
    S.MISSED: {"return": S.WAITING, "call": S.CALLED, "make_green": S.MISSED, "cancel": S.CANCELLED, "expire": S.EXPIRED},
    S.DONE: {},
    S.CANCELLED: {},
    S.EXPIRED: {},
    S.REFERRED: {"take_back": S.WAITING, "keep_booking": S.BOOKED},  # the other hall has refused it
}

STEPS = frozenset({"called_at", "started_at", "held_at", "finished_at"})
AT_ONCE = 5_000  # ms: no service is so short


def began(called: int | None, started: int | None, finished: int | None) -> int | None:
    """When a service that has ended began. A keypad without a key for "the visitor is here" says so as it ends: then the call counts."""
    at_once = started is not None and finished is not None and finished - started < AT_ONCE
    return called if started is None or at_once and called is not None else started


@dataclass(frozen=True, kw_only=True)
class Leg:
    """One service visited on a number: when it joined that line, and how it went. It lasted from `began` to `finished_at`."""

    service: str
    line_at: int
    window: str | None = None
    clerk: str | None = None
    called_at: int | None = None
    started_at: int | None = None
    finished_at: int | None = None
    outcome: str | None = None
    clock_at: int | None = None  # when its wait began; legs of older days did not write it down, nor what follows
    first_called_at: int | None = None
    held: int = 0  # ms for which it was put aside
    misses: int = 0
    target: int | None = None  # its promised wait in seconds
    marks: tuple[str, ...] = ()  # what was said of it as it ended (config.codes.Mark)
    waived: int = 0  # papers that were not asked for

    @property
    def began(self) -> int | None:
        return began(self.called_at, self.started_at, self.finished_at)


@dataclass(frozen=True, kw_only=True)
class PlannedLeg:
    """A leg of the package (一件事) that a number was taken for, as the package was then, with what is known of it since."""

    service: str
    question: str | None = None  # it is needed by whom this is answered for as `wanted`
    wanted: bool = True
    answer: bool | None = None  # None: not asked, or not known
    skipped: SkipReason | None = None

    @property
    def needed(self) -> bool:
        """Until it is answered it is."""
        return self.skipped is None and self.answer in (None, self.wanted)


@dataclass(frozen=True, kw_only=True)
class Ticket:
    """A number in someone's hand (or, in state `booked`, an appointment that has not come yet)."""

    id: str
    key: str | None  # <hall code>-<yyyymmdd>-<seq>; None while booked
    day: str  # yyyy-mm-dd in the hall's own time
    number: str | None  # "A001"; None while booked
    seq: int | None  # the day's running number over all series
    series: str  # the prefix whose order people can see: never broken
    service: str
    class_: str  # one of Class, or one of the hall's own (settings/rules.py, HallClass)
    reason: str | None = None  # of the green channel
    channel: Channel = Channel.KIOSK
    state: State = S.WAITING
    issued_at: int | None = None
    line_at: int = 0  # place in line: smaller goes first
    clock_at: int = 0  # when the promise's clock starts: later of arrival and slot
    target: int | None = None  # promised wait in seconds: of the first leg as printed, later of the leg under way
    window: str | None = None  # where it is called, or the one window it may be called to
    only_window: str | None = None
    clerk: str | None = None
    times_called: int = 0
    misses: int = 0
    first_called_at: int | None = None  # of the leg under way: never reset by a return, a transfer of one who waits, or another call
    called_at: int | None = None
    started_at: int | None = None
    finished_at: int | None = None
    outcome: str | None = None
    held: int = 0  # ms for which the service under way was put aside so far
    held_at: int | None = None  # since when it is put aside now
    language: str = FIRST
    offline: bool = False
    slot_at: int | None = None
    slot_end: int | None = None
    wait_p10: int | None = None  # as told at issue, seconds; older numbers did not write it down
    wait_p50: int | None = None
    wait_p90: int | None = None
    wait_drawn: tuple[int, ...] = ()  # p10, p50 and p90 before the hall's own past corrected them
    kiosk: str | None = None
    onward: tuple[str, ...] = ()  # services still to visit on this number; of a package, those of `plan` that are needed and to come
    package: str | None = None  # the package that it was taken for
    plan: tuple[PlannedLeg, ...] = ()  # its legs
    any_order: bool = False  # the next of them is the one with the shortest wait
    legs: tuple[Leg, ...] = field(default=())
    persons: int = 1  # who stand together on this number
    authority: str = ""  # one of Authority, where somebody acts for its holder
    back_for: str = ""  # one of BackFor, once its holder was given a right to come back
    back_until: int | None = None  # until when, as it was told (domain/rights.py); None: none, or used
    back_of: str | None = None  # the number whose right this one came by
    # Where it has gone to, or has come from. Of one that goes: to, id (of this referral), service (there), service_names, why, at (ms),
    # was (its state before), state (ReferralState), and of the other hall's answer number, or code and say. Of one that came: from, id,
    # number, why, at, legs (what was done there, in words). It names nobody.
    referral: dict[str, Any] = field(default_factory=dict)
    unkept: dict[str, Any] = field(default_factory=dict)  # what it was given and a change of the hall took: reason -> as it was given

    @property
    def slot(self) -> int:
        """When the slot of a booking begins; 0 of a number that was not booked."""
        return self.slot_at or 0

    def may(self) -> tuple[str, ...]:
        """The names of the moves allowed from here."""
        return tuple(MOVES[self.state])

    def not_before(self, now: int) -> int:
        """`now`, or when the last thing happened to it: a clock that somebody put back turns no time of a number round."""
        return max(now, *(at or 0 for at in (self.issued_at, self.called_at, self.started_at, self.held_at)))

    def move(self, action: str, **changes: Any) -> Ticket:
        """The ticket after `action`, or NotNow(illegal_move) with nothing changed. The time of a step is never before the last one's."""
        for step in STEPS & changes.keys():
            if changes[step] is not None:
                changes[step] = self.not_before(changes[step])
        try:
            state = MOVES[self.state][action]
        except KeyError:
            raise NotNow("illegal_move", number=self.number, state=str(self.state), action=action) from None
        return replace(self, state=state, **changes)


def services_of(t: Ticket) -> tuple[str, ...]:
    """All services that a number is for: visited, under way and to come, each once."""
    return tuple(dict.fromkeys((*(leg.service for leg in t.legs), t.service, *t.onward)))


def rank_of(t: Ticket) -> str:
    """The class the promise goes by: who goes on is `transfer`, but who is green, or of one of the hall's own classes, stays that."""
    return str(Rank.TRANSFER) if t.class_ in TAKEN_ON and goes_on(t) else str(t.class_)


TAKEN_ON = (Class.ORDINARY, Class.APPOINTMENT)  # whose further legs go by `transfer`


def goes_on(t: Ticket) -> bool:
    """Whether it comes on from another window, or came back by a right, with the time it waited; sent to the tail it waits like anyone who
    comes now."""
    return t.line_at < (t.legs[-1].finished_at or 0) if t.legs else t.back_of is not None


def asked_as(t: Ticket) -> str:
    """As what it came into line: by its class, or as one that goes on where its holder did not queue again."""
    return rank_of(t) if t.back_of and not t.legs else str(t.class_)


def kept_for(t: Ticket) -> str | None:
    """The clerk by whom a number is put aside that is taken up again at whatever window they are; None of one that its window keeps."""
    return t.clerk if t.state is State.HELD and t.only_window is None else None


def place(t: Ticket) -> tuple[int, int]:
    """Where it stands in line: of two who came in the same instant the first."""
    return t.line_at, t.seq or 0
